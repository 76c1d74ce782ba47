// question_latency.c - latency percentiles of every workload, all strategies at their defaults.

#include "question.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

// The percentile in each block that could tell it.
static struct summary_value curve_point(const struct summary *s, const struct summary_cell *cell,
                                        size_t point) {
    double *values = must(calloc(s->blocks, sizeof *values));
    size_t count = 0;
    for (size_t r = 0; r < cell->row_count; r++)
        if (cell->rows[r].outcome == OUTCOME_OK && cell->rows[r].curve[point] != UINT64_MAX)
            values[count++] = (double)cell->rows[r].curve[point];
    struct summary_value value = summary_of(s, values, count);
    free(values);
    return value;
}

static void write_point(struct plot *plot, const struct summary *s, const char *panel,
                        const struct summary_cell *cell, double percentile, double x,
                        struct summary_value value) {
    fprintf(plot->table.file, "%s\t%s\t%zu\t%.6f\t%.6g", panel, cell->strategy,
            summary_style(s, cell->strategy), percentile, x);
    plot_median(plot, value);
    fputc('\n', plot->table.file);
}

static void write_series(struct plot *plot, const struct summary *s,
                         const struct summary_cell *cell) {
    struct summary_value longest = summary_get(s, cell, "latency_max_ns");
    if (!longest.n)
        return;
    char *panel = plot_panel(cell);
    plot_block(plot);
    for (size_t p = 0; p < SUMMARY_CURVE; p++) {
        struct summary_value value = curve_point(s, cell, p);
        if (value.n < longest.n) // of fewer blocks: it would not belong to the same curve
            break;
        double percentile = summary_curve_percentile(p);
        write_point(plot, s, panel, cell, percentile, 100 / (100 - percentile), value);
    }
    double steps = summary_get(s, cell, "steps").median;
    write_point(plot, s, panel, cell, 100, steps > 1 ? steps : 1, longest);
    free(panel);
}

void question_latency(const struct summary *s, const struct question *q, struct plots *plots) {
    static const char *const metrics[] = {"latency_p50_ns",  "latency_p90_ns", "latency_p99_ns",
                                          "latency_p999_ns", "latency_max_ns", "latency_mean_ns"};
    struct plot *plot = plots_add(
        plots, "latency", text_format("latency"), text_format("%s", q->title),
        text_format("Latency of a step against the share of steps that are not slower, for each "
                    "workload and strategy; the table below holds the same numbers."));
    fputs("# panel\tstrategy\tstyle\tpercentile\tx\tlatency_ns\tci_low\tci_high\n",
          plot->table.file);
    plot_base_cells(plot, s, write_series);
    if (!plot->blocks)
        plot->reason = text_format("no invocation ended ok with step latencies");
    seen_lowest(plot->seen.file, s, "latency_p99_ns", "p99 latency");
    details_cells(plot->details.file, s, ">p50|>p90|>p99|>p99.9|>longest|>mean", metrics,
                  sizeof metrics / sizeof *metrics);
}
