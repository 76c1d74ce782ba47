// question_pauses.c - when pauses came and how long they were, all strategies at their defaults.

#include "question.h"

#include <stdlib.h>
#include <string.h>

enum { PAUSES_POINTS = 400 }; // of a series: the longest ones

static int longer_first(const void *a, const void *b) {
    json_int_t x = json_integer_value(json_array_get(*(json_t *const *)a, 1));
    json_int_t y = json_integer_value(json_array_get(*(json_t *const *)b, 1));
    return (x < y) - (x > y);
}

static void write_events(struct plot *plot, const char *prefix, const json_t *events) {
    size_t count = json_array_size(events);
    const json_t **sorted = calloc(count, sizeof *sorted);
    for (size_t i = 0; sorted && i < count; i++)
        sorted[i] = json_array_get(events, i);
    if (sorted)
        qsort(sorted, count, sizeof *sorted, longer_first);
    for (size_t i = 0; sorted && i < count && i < PAUSES_POINTS; i++) {
        const char *kind = json_string_value(json_array_get(sorted[i], 2));
        fprintf(plot->table.file, "%s\t%.9g\t%lld\t%s\t%lld\n", prefix,
                (double)json_integer_value(json_array_get(sorted[i], 0)) / 1e9,
                (long long)json_integer_value(json_array_get(sorted[i], 1)), kind ? kind : "",
                (long long)json_integer_value(json_array_get(sorted[i], 3)));
    }
    free(sorted);
}

static void write_series(struct plot *plot, const struct summary *s,
                         const struct summary_cell *cell) {
    plot_trace(plot, s, cell, "pause_total_ns", "events", NULL, write_events);
}

// ---------------------------------------------------------------------------------- pauses by kind
static void kind_row(struct plot *plot, const struct summary *s, const struct summary_cell *cell,
                     const char *kind) {
    static const char *const parts[] = {"count",  "total_ns", "p50_ns",
                                        "p99_ns", "p999_ns",  "max_ns"};
    char *count = text_format("pause_%s_count", kind);
    if (summary_get(s, cell, count).median > 0) {
        fputs("<tr>", plot->details.file);
        details_text(plot->details.file, cell->workload);
        details_text(plot->details.file, cell->strategy);
        details_text(plot->details.file, kind);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            char *metric = text_format("pause_%s_%s", kind, parts[i]);
            details_value(plot->details.file, s, cell, metric);
            free(metric);
        }
        fputs("</tr>\n", plot->details.file);
    }
    free(count);
}

static void write_details(struct plot *plot, const struct summary *s) {
    const json_t *kinds = json_object_get(s->store->manifest, "pauses");
    details_head(plot->details.file,
                 "workload|strategy|kind|>count|>total|>p50|>p99|>p99.9|>longest");
    for (size_t w = 0; w < s->workloads.count; w++)
        for (size_t i = 0; i < s->strategies.count; i++)
            for (size_t k = 0; k < json_array_size(kinds); k++) {
                const struct summary_cell *cell =
                    summary_base(s, s->workloads.items[w], s->strategies.items[i]);
                const char *kind =
                    json_string_value(json_object_get(json_array_get(kinds, k), "label"));
                if (cell && kind)
                    kind_row(plot, s, cell, kind);
            }
    details_end(plot->details.file);
}

// The base cell with the longest pause, and the one that spent the largest share of its time in
// pauses.
static void write_seen(struct plot *plot, const struct summary *s) {
    const struct summary_cell *longest = NULL, *busiest = NULL;
    for (size_t i = 0; i < s->cell_count; i++) {
        const struct summary_cell *cell = &s->cells[i];
        struct summary_value pause = summary_get(s, cell, "pause_max_ns");
        struct summary_value share = summary_get(s, cell, "pause_share");
        if (!cell->base)
            continue;
        if (pause.n && !(pause.median <= summary_get(s, longest, "pause_max_ns").median))
            longest = cell;
        if (share.n && !(share.median <= summary_get(s, busiest, "pause_share").median))
            busiest = cell;
    }
    if (longest)
        fprintf(plot->seen.file, "The longest pause was that of <b>%s</b> on %s: %s. ",
                longest->strategy, longest->workload,
                si_time(summary_get(s, longest, "pause_max_ns").median).text);
    if (busiest && summary_get(s, busiest, "pause_share").median > 0)
        fprintf(plot->seen.file,
                "The largest share of the time went into pauses with <b>%s</b> on %s: %s. ",
                busiest->strategy, busiest->workload,
                si_percent(summary_get(s, busiest, "pause_share").median).text);
}

void question_pauses(const struct summary *s, const struct question *q, struct plots *plots) {
    struct plot *plot = plots_add(
        plots, "pauses", text_format("pauses"), text_format("%s", q->title),
        text_format("Length of pauses against the time when they began, for each workload and "
                    "strategy; counts and percentiles by kind are in the table below."));
    fputs("# panel\tstrategy\tstyle\tstart_s\tpause_ns\tkind\tfreed\n", plot->table.file);
    plot_base_cells(plot, s, write_series);
    if (!plot->blocks)
        plot->reason = text_format("no strategy paused");
    write_seen(plot, s);
    write_details(plot, s);
}
