// summary_read.c - see summary_read.h.

#include "summary_read.h"

#include "base/must.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CURVE_POINTS_A_NINE = 10 };

double summary_curve_percentile(size_t point) {
    return 100 - 100 * pow(10, -(double)point / CURVE_POINTS_A_NINE);
}

struct reading {
    struct summary *summary;
    struct measured *measured;
};

static char *trace_of(const json_t *record) {
    json_t *trace = must(json_object());
    json_object_set(trace, "samples", json_object_get(json_object_get(record, "rss"), "samples"));
    json_object_set(trace, "events", json_object_get(record, "pause_events"));
    char *text = must(json_dumps(trace, JSON_COMPACT));
    json_decref(trace);
    return text;
}

static void row_measure(struct summary_row *row, struct measured *m,
                        const struct metric_set *metrics) {
    row->value_count = metrics->count;
    row->values = must(malloc(metrics->count * sizeof *row->values));
    for (size_t i = 0; i < metrics->count; i++)
        row->values[i] = metrics->list[i].read(m, &metrics->list[i]);
    for (size_t p = 0; p < SUMMARY_CURVE; p++)
        row->curve[p] = m->has_latency && m->latency.count
                            ? latency_percentile(&m->latency, summary_curve_percentile(p))
                            : UINT64_MAX;
}

void summary_row_free(struct summary_row *row) {
    free(row->detail);
    free(row->values);
    free(row->observed);
    free(row->graph);
    free(row->program);
    free(row->trace);
}

static char *program_of(const json_t *record) {
    return text_format("%lld steps, seed %lld, %s",
                       (long long)json_integer_value(json_object_get(record, "steps")),
                       (long long)json_integer_value(json_object_get(record, "seed")),
                       text_member(json_object_get(record, "environment"), "input"));
}

// Touches only the buckets that hold something: there is one of these for every cell.
static void merge(struct summary_cell *cell, const struct latency *from) {
    if (!from->count)
        return;
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

static void note_library(struct names *libraries, const json_t *record) {
    const json_t *library = json_object_get(record, "backing_library");
    if (!library)
        return;
    char *text = text_format("%s %s (%s)", text_member(record, "backing"),
                             text_member(library, "version"), text_member(library, "file"));
    if (!names_has(libraries, text))
        names_add(libraries, text);
    free(text);
}

static void note_machine(struct summary_machine *machine, const json_t *record) {
    const json_t *environment = json_object_get(record, "environment");
    const struct {
        struct names *names;
        const char *field;
    } noted[] = {{&machine->commits, "commit"},
                 {&machine->cpus, "cpu"},
                 {&machine->builds, "build"},
                 {&machine->kernels, "kernel"}};
    for (size_t i = 0; i < sizeof noted / sizeof *noted; i++) {
        const char *text = text_member(environment, noted[i].field);
        if (*text && !names_has(noted[i].names, text))
            names_add(noted[i].names, text);
    }
    note_library(&machine->libraries, record);
    // The driver samples the load of each invocation; the runner's own is older.
    const json_t *load = json_object_get(record, "load1");
    if (!json_is_number(load))
        load = json_object_get(environment, "load1");
    if (json_is_number(load))
        machine->load_max = fmax(machine->load_max, json_number_value(load));
}

static bool has_block(const struct summary_cell *cell, long long block) {
    for (size_t i = 0; i < cell->row_count; i++)
        if (cell->rows[i].block == block)
            return true;
    return false;
}

static void read_record(void *context, json_t *record) {
    struct reading *reading = context;
    struct summary *s = reading->summary;
    struct summary_cell *cell = summary_find(s, text_member(record, "cell"));
    long long block = json_integer_value(json_object_get(record, "block"));
    if (!cell || has_block(cell, block)) {
        s->strays += !cell;
        return;
    }
    cell->rows = must(realloc(cell->rows, (cell->row_count + 1) * sizeof *cell->rows));
    struct summary_row *row = &cell->rows[cell->row_count++];
    *row = (struct summary_row){.block = block, .outcome = outcome_of(record)};
    row->detail = must(strdup(text_member(record, "detail")));
    row->observed = must(strdup(text_member(record, "observed")));
    row->graph = must(strdup(text_member(record, "graph")));
    row->program = program_of(record);
    row->trace = cell->base || cell->preset ? trace_of(record) : NULL;
    metrics_found(s->metrics, record);
    measured_read(reading->measured, record);
    row_measure(row, reading->measured, s->metrics);
    if (reading->measured->has_latency)
        merge(cell, &reading->measured->latency);
    note_machine(&s->machine, record);
    cell->outcomes[row->outcome]++;
    s->records++;
    if (cell->row_count > s->blocks)
        s->blocks = cell->row_count;
}

static int block_order(const void *a, const void *b) {
    const struct summary_row *x = a, *y = b;
    return (x->block > y->block) - (x->block < y->block);
}

void summary_read(struct summary *summary) {
    struct reading reading = {summary, must(malloc(sizeof *reading.measured))};
    summary->damaged = store_scan(summary->store->dir, read_record, &reading);
    for (size_t i = 0; i < summary->cell_count; i++)
        if (summary->cells[i].row_count)
            qsort(summary->cells[i].rows, summary->cells[i].row_count,
                  sizeof *summary->cells[i].rows, block_order);
    free(reading.measured);
}
