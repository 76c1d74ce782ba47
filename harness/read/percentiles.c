// percentiles.c - merges the latencies of a cell's blocks and writes them as HdrHistogram does.

#include "percentiles.h"

#include "base/latency.h"
#include "base/must.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// --------------------------------------------------------------------------------- HdrHistogram's text
enum { HGRM_TICKS = 5 }; // rows for each halving of what lies above

// The next percentile to print: HGRM_TICKS steps until the distance to 100 has halved.
static double hgrm_next(double percentile) {
    double halvings = floor(log2(100 / (100 - percentile))) + 1;
    return percentile + 100 / (HGRM_TICKS * exp2(halvings));
}

static double hgrm_deviation(const struct latency *l, double mean) {
    double sum = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        double distance = (double)latency_bucket_top(i) - mean;
        sum += (double)l->bucket[i] * distance * distance;
    }
    return sqrt(sum / (double)l->count);
}

static void hgrm_write(const struct latency *l, FILE *out) {
    double mean = (double)l->sum_ns / (double)l->count, percentile = 0;
    fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
            "1/(1-Percentile)");
    uint64_t seen = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS && seen < l->count; i++) {
        if (!l->bucket[i])
            continue;
        seen += l->bucket[i];
        double reached = 100 * ((double)seen / (double)l->count), printed = percentile;
        uint64_t top = latency_bucket_top(i) < l->max_ns ? latency_bucket_top(i) : l->max_ns;
        // One row for each bucket: the highest of the wanted percentiles that it reaches.
        for (; percentile <= reached && seen < l->count; percentile = hgrm_next(percentile))
            printed = percentile;
        if (seen < l->count && percentile > printed)
            fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", (double)top, printed / 100,
                    (unsigned long long)seen, 1 / (1 - printed / 100));
    }
    fprintf(out, "%12.3f %2.12f %10llu\n", (double)l->max_ns, 1.0, (unsigned long long)l->count);
    fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", mean, hgrm_deviation(l, mean));
    fprintf(out, "#[Max     = %12.3f, Total count    = %12llu]\n", (double)l->max_ns,
            (unsigned long long)l->count);
    fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", LATENCY_TOP_BITS - LATENCY_SUB_BITS,
            2 << LATENCY_SUB_BITS);
}

// FNV-1a (Fowler, Noll, Vo), 64 bits.
static uint64_t hgrm_hash(const char *text) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    return hash;
}

// A file name for a cell: its key, and when letters had to go, a hash that keeps keys apart.
static char *hgrm_name(const char *key) {
    char name[80];
    size_t length = 0;
    int changed = 0;
    const char *from = key;
    for (; *from && length + 1 < sizeof name; from++) {
        int safe = isalnum((unsigned char)*from) || strchr("._=", *from);
        changed |= !safe && *from != '/';
        name[length++] = safe ? *from : '-';
    }
    name[length] = 0;
    if (!changed && !*from)
        return text_format("percentiles/%s.hgrm", name);
    return text_format("percentiles/%s-%016llx.hgrm", name, (unsigned long long)hgrm_hash(key));
}

// ------------------------------------------------------------------------------------------- merging
struct percentiles_cell {
    const char *key;
    struct latency *merged; // NULL: none
};

struct percentiles {
    struct percentiles_cell *cells;
    size_t count;
    json_t *places; // by key
    json_t *seen;   // blocks of cells: of two records the first one counts
    struct latency one;
};

// Touches only the buckets that hold something: there is one of these for every cell.
static void percentiles_merge(struct percentiles_cell *cell, const struct latency *from) {
    if (!cell->merged) {
        cell->merged = must(calloc(1, sizeof *cell->merged));
        cell->merged->min_ns = UINT64_MAX;
    }
    struct latency *into = cell->merged;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        if (from->bucket[i])
            into->bucket[i] += from->bucket[i];
    into->count += from->count;
    into->sum_ns += from->sum_ns;
    into->max_ns = from->max_ns > into->max_ns ? from->max_ns : into->max_ns;
    into->min_ns = from->min_ns < into->min_ns ? from->min_ns : into->min_ns;
}

static bool percentiles_first(struct percentiles *p, const char *key, json_int_t block) {
    char *name = text_format("%lld %s", (long long)block, key);
    bool first = !json_object_get(p->seen, name);
    json_object_set_new(p->seen, name, json_true());
    free(name);
    return first;
}

static void percentiles_read(void *context, json_t *record) {
    struct percentiles *p = context;
    const json_t *place = json_object_get(p->places, text_member(record, "cell"));
    const json_t *latency = json_object_get(record, "latency");
    struct percentiles_cell *cell = place ? &p->cells[json_integer_value(place)] : NULL;
    if (cell &&
        percentiles_first(p, cell->key, json_integer_value(json_object_get(record, "block"))) &&
        latency && latency_from_json(&p->one, latency) == 0 && p->one.count)
        percentiles_merge(cell, &p->one);
}

static int percentiles_save(const struct store *store, const struct percentiles_cell *cell) {
    struct text text;
    char *name = hgrm_name(cell->key);
    text_open(&text);
    hgrm_write(cell->merged, text.file);
    text_close(&text);
    int error = store_write(store, name, text.data, text.bytes);
    text_free(&text);
    free(name);
    return error;
}

static void percentiles_plan(struct percentiles *p, const json_t *cells) {
    p->cells = must(calloc(json_array_size(cells) + 1, sizeof *p->cells));
    p->places = must(json_object());
    p->seen = must(json_object());
    size_t i;
    json_t *cell;
    json_array_foreach((json_t *)(uintptr_t)cells, i, cell) {
        p->cells[p->count].key = text_member(cell, "key");
        json_object_set_new(p->places, text_member(cell, "key"),
                            json_integer((json_int_t)p->count++));
    }
}

int percentiles_write(const struct store *store) {
    struct percentiles *p = must(calloc(1, sizeof *p));
    int error = 0;
    percentiles_plan(p, json_object_get(store->manifest, "cells"));
    store_scan(store->dir, percentiles_read, p);
    for (size_t i = 0; i < p->count; i++) {
        if (p->cells[i].merged && !error)
            error = percentiles_save(store, &p->cells[i]);
        free(p->cells[i].merged);
    }
    json_decref(p->places);
    json_decref(p->seen);
    free(p->cells);
    free(p);
    return error;
}
