// seen.c - sentences about a run, computed from it and no stronger than its intervals.

#include "question.h"

#include "base/must.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The strategies of one workload by a metric.
struct ranking {
    const struct summary_cell *lowest, *highest;
    struct summary_value low, high; // of these two
    double rival;                   // lower end of the lowest interval among the others
    size_t count;
};

static struct ranking rank(const struct summary *s, const char *workload, const char *metric) {
    struct ranking r = {.rival = INFINITY};
    for (size_t i = 0; i < s->strategies.count; i++) {
        const struct summary_cell *cell = summary_base(s, workload, s->strategies.items[i]);
        struct summary_value value = summary_get(s, cell, metric);
        if (!value.n)
            continue;
        r.count++;
        if (!r.lowest || value.median < r.low.median) {
            r.lowest = cell;
            r.low = value;
        }
        if (!r.highest || value.median > r.high.median) {
            r.highest = cell;
            r.high = value;
        }
    }
    for (size_t i = 0; i < s->strategies.count; i++) {
        const struct summary_cell *cell = summary_base(s, workload, s->strategies.items[i]);
        struct summary_value value = summary_get(s, cell, metric);
        if (value.n && cell != r.lowest)
            r.rival = fmin(r.rival, isnan(value.low) ? value.median : value.low);
    }
    return r;
}

static bool rank_clear(const struct ranking *r) {
    return r->count > 1 && isfinite(r->low.high) && r->low.high < r->rival;
}

void seen_lowest(FILE *out, const struct summary *s, const char *metric, const char *what) {
    const char *unit = s->metrics->list[metrics_find(s->metrics, metric)].unit;
    size_t *wins = must(calloc(s->strategies.count + 1, sizeof *wins)), ranked = 0, clear = 0;
    struct ranking widest = {0};
    double spread = 0;
    for (size_t w = 0; w < s->workloads.count; w++) {
        struct ranking r = rank(s, s->workloads.items[w], metric);
        if (r.count < 2)
            continue;
        ranked++;
        if (rank_clear(&r)) {
            clear++;
            wins[summary_style(s, r.lowest->strategy) - 1]++;
        }
        if (r.low.median > 0 && r.high.median / r.low.median > spread) {
            spread = r.high.median / r.low.median;
            widest = r;
        }
    }
    if (ranked) {
        fprintf(out, "Lowest %s of %zu workload%s: ", what, ranked, ranked == 1 ? "" : "s");
        const char *comma = "";
        for (size_t i = 0; i < s->strategies.count; i++)
            if (wins[i]) {
                fprintf(out, "%s<b>%s</b> on %zu", comma, s->strategies.items[i], wins[i]);
                comma = ", ";
            }
        if (ranked > clear)
            fprintf(out, "%stoo close to call on %zu", comma, ranked - clear);
        fputs(". ", out);
    }
    if (spread > 1)
        fprintf(out, "They lie furthest apart on %s: %s for %s, %s for %s (%.3g times as much). ",
                widest.lowest->workload, metric_text(unit, widest.low.median).text,
                widest.lowest->strategy, metric_text(unit, widest.high.median).text,
                widest.highest->strategy, spread);
    free(wins);
}

void seen_leaks(FILE *out, const struct summary *s) {
    const char *comma =
        "After all was let go and a full collection had run, garbage was still held by ";
    size_t clean = 0;
    for (size_t i = 0; i < s->strategies.count; i++) {
        const struct summary_cell *most = NULL;
        size_t count = 0, measured = 0;
        for (size_t w = 0; w < s->workloads.count; w++) {
            const struct summary_cell *cell =
                summary_base(s, s->workloads.items[w], s->strategies.items[i]);
            struct summary_value leak = summary_get(s, cell, "leaked_bytes");
            measured += leak.n > 0;
            if (!leak.n || leak.median <= 0)
                continue;
            count++;
            if (!most || leak.median > summary_get(s, most, "leaked_bytes").median)
                most = cell;
        }
        clean += measured && !most;
        if (!most)
            continue;
        fprintf(out, "%s<b>%s</b> on %zu of %zu workloads (most on %s: %s)", comma,
                s->strategies.items[i], count, measured, most->workload,
                si_bytes(summary_get(s, most, "leaked_bytes").median).text);
        comma = "; ";
    }
    if (*comma == ';')
        fprintf(out, "%s. ", clean ? "; by no other" : "");
    else if (clean)
        fputs("After all was let go and a full collection had run, no strategy held any garbage. ",
              out);
}
