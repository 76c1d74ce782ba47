// percentiles.c - writes the latencies of cells as HdrHistogram does.

#include "percentiles.h"

#include "base/checksum.h"
#include "base/latency.h"
#include "base/sparse.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// ----------------------------------------------------------------------------- HdrHistogram's text
enum { HGRM_TICKS = 5 }; // rows for each halving of what lies above

// The next percentile to print: HGRM_TICKS steps until the distance to 100 has halved.
static double hgrm_next(double percentile) {
    double halvings = floor(log2(100 / (100 - percentile))) + 1;
    return percentile + 100 / (HGRM_TICKS * exp2(halvings));
}

static double hgrm_deviation(const struct sparse *s, double mean) {
    double sum = 0;
    for (size_t i = SPARSE_HEAD; i < s->words; i += 2) {
        double distance = (double)latency_bucket_top((unsigned)s->word[i]) - mean;
        sum += (double)s->word[i + 1] * distance * distance;
    }
    return sqrt(sum / (double)s->word[SPARSE_COUNT]);
}

static void hgrm_write(const struct sparse *s, FILE *out) {
    uint64_t count = s->word[SPARSE_COUNT], max_ns = s->word[SPARSE_MAX_NS];
    double mean = (double)s->word[SPARSE_SUM_NS] / (double)count, percentile = 0;
    fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
            "1/(1-Percentile)");
    uint64_t seen = 0;
    for (size_t i = SPARSE_HEAD; i < s->words && seen < count; i += 2) {
        seen += s->word[i + 1];
        double reached = 100 * ((double)seen / (double)count), printed = percentile;
        uint64_t top = latency_bucket_top((unsigned)s->word[i]);
        top = top < max_ns ? top : max_ns;
        // One row for each bucket: the highest of the wanted percentiles that it reaches.
        for (; percentile <= reached && seen < count; percentile = hgrm_next(percentile))
            printed = percentile;
        if (seen < count && percentile > printed)
            fprintf(out, "%12.3f %2.12f %10llu %14.2f\n", (double)top, printed / 100,
                    (unsigned long long)seen, 1 / (1 - printed / 100));
    }
    fprintf(out, "%12.3f %2.12f %10llu\n", (double)max_ns, 1.0, (unsigned long long)count);
    fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", mean, hgrm_deviation(s, mean));
    fprintf(out, "#[Max     = %12.3f, Total count    = %12llu]\n", (double)max_ns,
            (unsigned long long)count);
    fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", LATENCY_TOP_BITS - LATENCY_SUB_BITS,
            2 << LATENCY_SUB_BITS);
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
    return text_format("percentiles/%s-%016llx.hgrm", name,
                       (unsigned long long)checksum_add(CHECKSUM_START, key, strlen(key)));
}

// ------------------------------------------------------------------------------------------- files
static int percentiles_save(const struct store *store, const char *key, const struct sparse *s) {
    struct text text;
    char *name = hgrm_name(key);
    text_open(&text);
    hgrm_write(s, text.file);
    int error = store_write_text(store, name, &text);
    free(name);
    return error;
}

int percentiles_write(const struct store *store, sqlite3 *db, int64_t most) {
    static const char sql[] =
        "select key, histogram from latency join cell on cell = id where base or id in (select "
        "cell from preset) or (select count(*) from latency) <= ?1";
    sqlite3_stmt *cells = NULL;
    struct sparse merged = {0};
    int error = 0;
    sqlite3_prepare_v2(db, sql, -1, &cells, NULL);
    sqlite3_bind_int64(cells, 1, most);
    while (!error && sqlite3_step(cells) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(cells, 0);
        if (sparse_unpack(&merged, sqlite3_column_blob(cells, 1),
                          (size_t)sqlite3_column_bytes(cells, 1)))
            error = percentiles_save(store, key, &merged);
    }
    sqlite3_finalize(cells);
    sparse_free(&merged);
    return error;
}
