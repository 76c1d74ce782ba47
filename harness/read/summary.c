// summary.c - see summary.h.

#include "summary.h"

#include "base/must.h"
#include "base/text.h"
#include "summary_read.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// ---------------------------------------------------------------------------------------- building
static void build_cells(struct summary *s) {
    const json_t *cells = json_object_get(s->store->manifest, "cells");
    s->cells = must(calloc(json_array_size(cells) + 1, sizeof *s->cells));
    size_t i;
    json_t *cell;
    json_array_foreach(cells, i, cell) {
        s->cells[s->cell_count++] = (struct summary_cell){
            .key = text_member(cell, "key"),
            .workload = text_member(cell, "workload"),
            .params = text_member(cell, "params"),
            .strategy = text_member(cell, "strategy"),
            .tunables = text_member(cell, "tunables"),
            .backing = text_member(cell, "backing"),
        };
    }
}

static void build_backing(struct summary *s) {
    size_t most = 0;
    s->backing = "";
    for (size_t i = 0; i < s->cell_count; i++) {
        size_t same = 0;
        for (size_t j = 0; j < s->cell_count; j++)
            same += !strcmp(s->cells[i].backing, s->cells[j].backing);
        if (same > most) {
            most = same;
            s->backing = s->cells[i].backing;
        }
    }
}

// The fewer overrides, the better; a foreign backing weighs more than any of them.
static size_t base_distance(const struct summary *s, const struct summary_cell *cell) {
    return strlen(cell->params) + strlen(cell->tunables) +
           (strcmp(cell->backing, s->backing) ? 10000 : 0);
}

static void build_base(struct summary *s, const char *workload, const char *strategy) {
    struct summary_cell *best = NULL;
    for (size_t i = 0; i < s->cell_count; i++) {
        struct summary_cell *cell = &s->cells[i];
        if (strcmp(cell->workload, workload) || strcmp(cell->strategy, strategy))
            continue;
        if (!best || base_distance(s, cell) < base_distance(s, best))
            best = cell;
    }
    if (best)
        best->base = true;
}

static void build_names(struct summary *s) {
    for (size_t i = 0; i < s->cell_count; i++) {
        if (!names_has(&s->strategies, s->cells[i].strategy))
            names_add(&s->strategies, s->cells[i].strategy);
        if (!names_has(&s->workloads, s->cells[i].workload))
            names_add(&s->workloads, s->cells[i].workload);
    }
    names_sort(&s->strategies);
    for (size_t w = 0; w < s->workloads.count; w++)
        for (size_t i = 0; i < s->strategies.count; i++)
            build_base(s, s->workloads.items[w], s->strategies.items[i]);
}

static void build_presets(struct summary *s) {
    size_t i, j;
    json_t *preset, *entry;
    json_array_foreach(json_object_get(s->store->manifest, "presets"), i, preset)
        json_array_foreach(json_object_get(preset, "cells"), j, entry) {
        const char *key = json_string_value(json_array_get(entry, 1));
        struct summary_cell *cell = key ? summary_find(s, key) : NULL;
        if (cell)
            cell->preset = true;
    }
}

static struct summary_value build_value(const struct summary *s, const struct summary_cell *cell,
                                        size_t metric, double *values) {
    size_t count = 0;
    for (size_t r = 0; r < cell->row_count; r++) {
        const struct summary_row *row = &cell->rows[r];
        if (row->outcome == OUTCOME_OK && metric < row->value_count &&
            isfinite(row->values[metric]))
            values[count++] = row->values[metric];
    }
    return summary_of(s, values, count);
}

static void build_values(struct summary *s) {
    double *values = must(calloc(s->blocks + 1, sizeof *values));
    for (size_t i = 0; i < s->cell_count; i++) {
        struct summary_cell *cell = &s->cells[i];
        cell->values = must(calloc(s->metrics->count, sizeof *cell->values));
        for (size_t m = 0; m < s->metrics->count; m++)
            cell->values[m] = build_value(s, cell, m, values);
    }
    free(values);
}

struct summary *summary_new(const struct store *store) {
    struct summary *s = must(calloc(1, sizeof *s));
    s->store = store;
    s->metrics = metrics_new(store->manifest);
    build_cells(s);
    build_backing(s);
    build_names(s);
    build_presets(s);
    summary_read(s);
    build_values(s);
    return s;
}

void summary_free(struct summary *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->cell_count; i++) {
        for (size_t r = 0; r < s->cells[i].row_count; r++)
            summary_row_free(&s->cells[i].rows[r]);
        free(s->cells[i].rows);
        free(s->cells[i].merged);
        free(s->cells[i].values);
    }
    free(s->cells);
    struct names *lists[] = {&s->strategies,       &s->workloads,      &s->machine.commits,
                             &s->machine.cpus,     &s->machine.builds, &s->machine.kernels,
                             &s->machine.libraries};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        names_free(lists[i]);
    metrics_free(s->metrics);
    free(s);
}

// ------------------------------------------------------------------------------------------ asking
struct summary_cell *summary_find(const struct summary *summary, const char *key) {
    for (size_t i = 0; i < summary->cell_count; i++)
        if (!strcmp(summary->cells[i].key, key))
            return &summary->cells[i];
    return NULL;
}

const struct summary_cell *summary_base(const struct summary *summary, const char *workload,
                                        const char *strategy) {
    for (size_t i = 0; i < summary->cell_count; i++) {
        const struct summary_cell *cell = &summary->cells[i];
        if (cell->base && !strcmp(cell->workload, workload) && !strcmp(cell->strategy, strategy))
            return cell;
    }
    return NULL;
}

struct summary_value summary_of(const struct summary *summary, const double *values, size_t count) {
    (void)summary;
    if (!count)
        return (struct summary_value){0, NAN, NAN, NAN};
    struct stats_interval interval = stats_of_median(values, count);
    return (struct summary_value){count, stats_median(values, count), interval.low, interval.high};
}

struct summary_value summary_get(const struct summary *summary, const struct summary_cell *cell,
                                 const char *metric) {
    size_t i = metrics_find(summary->metrics, metric);
    return cell && i != SIZE_MAX ? cell->values[i] : (struct summary_value){0, NAN, NAN, NAN};
}

size_t summary_style(const struct summary *summary, const char *strategy) {
    size_t i = 0;
    while (i < summary->strategies.count && strcmp(summary->strategies.items[i], strategy))
        i++;
    return i + 1;
}

json_t *summary_trace(const struct summary *summary, const struct summary_cell *cell,
                      const char *metric) {
    size_t m = metrics_find(summary->metrics, metric);
    double median = summary_get(summary, cell, metric).median, nearest = INFINITY;
    const struct summary_row *best = NULL;
    for (size_t r = 0; r < cell->row_count; r++) {
        const struct summary_row *row = &cell->rows[r];
        if (!row->trace || m >= row->value_count || isnan(row->values[m]))
            continue;
        double distance = row->outcome == OUTCOME_OK ? fabs(row->values[m] - median) : 1e300;
        if (!best || distance < nearest) {
            nearest = distance;
            best = row;
        }
    }
    return best ? json_loads(best->trace, 0, NULL) : NULL;
}

char *summary_outcome(const struct summary_cell *cell) {
    if (!cell->row_count)
        return text_format("never ran");
    if (cell->outcomes[OUTCOME_OK] == cell->row_count)
        return text_format("ok");
    struct text text;
    const char *comma = "";
    text_open(&text);
    for (int i = OUTCOME_OK + 1; i < OUTCOMES; i++)
        if (cell->outcomes[i]) {
            fprintf(text.file, "%s%zu of %zu %s", comma, cell->outcomes[i], cell->row_count,
                    outcome_name((enum outcome)i));
            comma = ", ";
        }
    text_close(&text);
    return text.data;
}

const json_t *summary_setting(const struct summary *summary, const char *kind, const char *owner,
                              const char *name) {
    bool tunable = !strcmp(kind, "tunable");
    const json_t *all =
        json_object_get(summary->store->manifest, tunable ? "strategies" : "workloads");
    const json_t *part = json_object_get(all, owner);
    size_t i;
    json_t *setting;
    json_array_foreach(json_object_get(part, tunable ? "tunables" : "params"), i,
                       setting) if (!strcmp(text_member(setting, "name"), name)) return setting;
    return NULL;
}
