// final_table.c - see final_table.h.

#include "final_table.h"

#include "must.h"
#include "question.h"

#include <stdlib.h>
#include <string.h>

// The columns between the strategy's name and the outcome.
static const struct {
    const char *title, *metric;
} figures[] = {
    {"steps", "steps_per_second"},  {"CPU/step", "cpu_ns_per_step"},
    {"p50", "latency_p50_ns"},      {"p99", "latency_p99_ns"},
    {"p99.9", "latency_p999_ns"},   {"longest pause", "pause_max_ns"},
    {"peak RSS", "rss_peak_bytes"}, {"settled RSS", "rss_settled_bytes"},
    {"leaked", "leaked_bytes"},
};
enum { FIGURES = sizeof figures / sizeof *figures, COLUMNS = FIGURES + 2 };

static void make_columns(const struct summary *s, struct table_column *columns) {
    columns[0] = (struct table_column){"strategy", 8, 0};
    table_fit(&columns[0], (const char *const *)s->strategies.items, s->strategies.count);
    for (int i = 0; i < FIGURES; i++) {
        columns[i + 1] = (struct table_column){figures[i].title, 8, 1};
        table_fit(&columns[i + 1], NULL, 0);
    }
    columns[COLUMNS - 1] = (struct table_column){"outcome", 7, 0};
}

static void cell_row(const struct summary *s, const struct summary_cell *cell,
                     const struct table_column *columns, FILE *out) {
    struct si numbers[FIGURES];
    const char *texts[COLUMNS];
    char *outcome = summary_outcome(cell);
    char *name = *cell->tunables ? text_format("%s[%s]", cell->strategy, cell->tunables)
                                 : text_format("%s", cell->strategy);
    texts[0] = name;
    for (int i = 0; i < FIGURES; i++) {
        size_t metric = metrics_find(s->metrics, figures[i].metric);
        numbers[i] = metric_text(s->metrics->list[metric].unit, cell->values[metric].median);
        texts[i + 1] = numbers[i].text;
    }
    texts[COLUMNS - 1] = outcome;
    table_row(out, columns, COLUMNS, texts);
    free(name);
    free(outcome);
}

static void workload_table(const struct summary *s, const char *workload,
                           const struct table_column *columns, FILE *out) {
    const char *titled = NULL;
    for (size_t i = 0; i < s->strategies.count; i++) {
        const struct summary_cell *cell = summary_base(s, workload, s->strategies.items[i]);
        if (!cell)
            continue;
        if (!titled) {
            char *panel = plot_panel(cell);
            fprintf(out, "\n%s\n", panel);
            table_head(out, columns, COLUMNS);
            free(panel);
            titled = workload;
        }
        cell_row(s, cell, columns, out);
    }
}

void final_table(const struct summary *summary, FILE *out) {
    struct table_column columns[COLUMNS];
    make_columns(summary, columns);
    for (size_t w = 0; w < summary->workloads.count; w++)
        workload_table(summary, summary->workloads.items[w], columns, out);
    fprintf(out, "\nMedians of %zu block%s on %s; memory is what the heap added to the process.\n",
            summary->blocks, summary->blocks == 1 ? "" : "s", summary->backing);
}
