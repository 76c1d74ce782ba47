// files.c - see files.h.

#include "files.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// --------------------------------------------------------------------------------------- cells.csv
static void csv_row(FILE *out, const struct summary_cell *cell, const char *metric,
                    const char *unit, struct summary_value value) {
    const char *const texts[] = {
        cell->workload, cell->params, cell->strategy, cell->tunables, cell->backing, metric, unit};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        text_csv(out, texts[i]);
        fputc(',', out);
    }
    fprintf(out, "%zu,", value.n);
    text_number(out, value.median);
    fputc(',', out);
    text_number(out, value.low);
    fputc(',', out);
    text_number(out, value.high);
    fputs("\r\n", out);
}

void files_cells(const struct summary *summary, FILE *out) {
    fputs("workload,params,strategy,tunables,backing,metric,unit,n,median,ci_low,ci_high\r\n", out);
    for (size_t i = 0; i < summary->cell_count; i++) {
        const struct summary_cell *cell = &summary->cells[i];
        for (int o = 0; o < OUTCOMES; o++) {
            char name[32];
            snprintf(name, sizeof name, "outcome_%s", outcome_name((enum outcome)o));
            struct summary_value count = {cell->row_count, (double)cell->outcomes[o], NAN, NAN};
            if (cell->outcomes[o])
                csv_row(out, cell, name, "invocations", count);
        }
        for (size_t m = 0; m < summary->metrics->count; m++) {
            const struct metric *metric = &summary->metrics->list[m];
            if (cell->values[m].n)
                csv_row(out, cell, metric->name, metric->unit, cell->values[m]);
        }
    }
}

// ------------------------------------------------------------------------------------- percentiles
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

int files_percentiles(const struct summary_cell *cell, FILE *out) {
    if (!cell->merged)
        return 0;
    hgrm_write(cell->merged, out);
    return 1;
}

// ------------------------------------------------------------------------------------------- names
// FNV-1a (Fowler, Noll, Vo), 64 bits.
static uint64_t name_hash(const char *text) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    return hash;
}

char *files_name(const char *key, const char *extension) {
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
        return text_format("%s.%s", name, extension);
    return text_format("%s-%016llx.%s", name, (unsigned long long)name_hash(key), extension);
}
