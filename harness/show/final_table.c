// final_table.c - see final_table.h.

#include "final_table.h"

#include "base/must.h"
#include "question.h"

#include <stdlib.h>
#include <string.h>

// The columns between the strategy's name and the outcome.
static const struct {
    const char *title, *metric;
} figures[] = {
    {"steps", "steps_per_second"},
    {"CPU/step", "cpu_ns_per_step"},
    {"p50", "latency_p50_ns"},
    {"p99", "latency_p99_ns"},
    {"p99.9", "latency_p999_ns"},
    {"longest pause", "pause_max_ns"},
    {"peak RSS", "rss_peak_bytes"},
    {"settled RSS", "rss_settled_bytes"},
    {"floating", "floating_average_bytes"},
    {"leaked", "leaked_bytes"},
};
enum { FIGURES = sizeof figures / sizeof *figures, COLUMNS = FIGURES + 2 };

// Columns for rows that are called one of these names.
static void make_columns(const char *title, const char *const *names, size_t count,
                         struct table_column *columns) {
    columns[0] = (struct table_column){title, (int)strlen(title), 0};
    table_fit(&columns[0], names, count);
    for (int i = 0; i < FIGURES; i++) {
        columns[i + 1] = (struct table_column){figures[i].title, 8, 1};
        table_fit(&columns[i + 1], NULL, 0);
    }
    columns[COLUMNS - 1] = (struct table_column){"outcome", 7, 0};
}

static void cell_row(const struct summary *s, const struct summary_cell *cell, const char *name,
                     const struct table_column *columns, FILE *out) {
    struct si numbers[FIGURES];
    const char *texts[COLUMNS] = {name};
    char *outcome = summary_outcome(cell);
    for (int i = 0; i < FIGURES; i++) {
        size_t metric = metrics_find(s->metrics, figures[i].metric);
        numbers[i] = metric_text(s->metrics->list[metric].unit, cell->values[metric].median);
        texts[i + 1] = numbers[i].text;
    }
    texts[COLUMNS - 1] = outcome;
    table_row(out, columns, COLUMNS, texts);
    free(outcome);
}

static void workload_table(const struct summary *s, const char *workload, FILE *out) {
    struct table_column columns[COLUMNS];
    make_columns("strategy", (const char *const *)s->strategies.items, s->strategies.count,
                 columns);
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
        cell_row(s, cell, cell->strategy, columns, out);
    }
}

// A name, and in brackets what else differs from the defaults, as in a cell's key.
static void sweep_name(const json_t *sweep, const char *name, const char *others, FILE *out) {
    const char *settings = json_string_value(json_object_get(sweep, others));
    fputs(json_string_value(json_object_get(sweep, name)), out);
    if (*settings)
        fprintf(out, "[%s]", settings);
}

// One row per value of a tunable that was swept.
static void sweep_table(const struct summary *s, const json_t *sweep, FILE *out) {
    const json_t *points = json_object_get(sweep, "points");
    const char *axis = json_string_value(json_object_get(sweep, "axis"));
    struct table_column columns[COLUMNS];
    make_columns(axis, NULL, 0, columns);
    for (size_t i = 0; i < json_array_size(points); i++) {
        const char *label = json_string_value(json_array_get(json_array_get(points, i), 1));
        table_fit(&columns[0], &label, 1);
    }
    fputs("\n", out);
    sweep_name(sweep, "workload", "params", out);
    fputs(", ", out);
    sweep_name(sweep, "strategy", "tunables", out);
    fputs("\n", out);
    table_head(out, columns, COLUMNS);
    for (size_t i = 0; i < json_array_size(points); i++) {
        const json_t *point = json_array_get(points, i);
        const struct summary_cell *cell =
            summary_find(s, json_string_value(json_array_get(point, 2)));
        if (cell)
            cell_row(s, cell, json_string_value(json_array_get(point, 1)), columns, out);
    }
}

// Sweeps of tunables on the default backing; those of parameters are in the report.
static void sweep_tables(const struct summary *s, FILE *out) {
    json_t *sweep;
    size_t i;
    json_array_foreach(
        json_object_get(s->store->manifest, "sweeps"), i,
        sweep) if (strcmp(json_string_value(json_object_get(sweep, "kind")), "tunable") == 0 &&
                   strcmp(json_string_value(json_object_get(sweep, "backing")), s->backing) == 0)
        sweep_table(s, sweep, out);
}

void final_table(const struct summary *summary, FILE *out) {
    for (size_t w = 0; w < summary->workloads.count; w++)
        workload_table(summary, summary->workloads.items[w], out);
    sweep_tables(summary, out);
    fprintf(out, "\nMedians of %zu block%s on %s; memory is what the heap added to the process.\n",
            summary->blocks, summary->blocks == 1 ? "" : "s", summary->backing);
}
