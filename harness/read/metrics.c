// metrics.c - see metrics.h. A new metric is a row of the table.

#include "metrics.h"

#include "base/must.h"
#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ----------------------------------------------------------------------------------------- reading
static double json_number(const json_t *value) {
    return json_is_number(value) ? json_number_value(value) : NAN;
}

// A number by its path, "rss/peak_bytes". Names may hold dots, so the parts are joined by slashes.
static double read_field(struct measured *m, const struct metric *metric) {
    const json_t *at = m->record;
    const char *part = metric->field;
    for (;;) {
        size_t bytes = strcspn(part, "/");
        char name[96];
        if (bytes >= sizeof name)
            return NAN;
        memcpy(name, part, bytes);
        name[bytes] = 0;
        at = json_object_get(at, name);
        if (!part[bytes])
            return json_number(at);
        part += bytes + 1;
    }
}

double metric_field(struct measured *m, const char *path) {
    return read_field(m, &(struct metric){.field = path});
}

static double percentile_of(bool there, const struct latency *l, double percentile) {
    uint64_t ns = there && l->count ? latency_percentile(l, percentile) : UINT64_MAX;
    return ns == UINT64_MAX ? NAN : (double)ns;
}

static double read_latency(struct measured *m, const struct metric *metric) {
    return percentile_of(m->has_latency, &m->latency, metric->number);
}

static double read_latency_mean(struct measured *m, const struct metric *metric) {
    (void)metric;
    return m->has_latency && m->latency.count ? (double)m->latency.sum_ns / (double)m->latency.count
                                              : NAN;
}

static double read_rate(struct measured *m, const struct metric *metric) {
    double wall = metric_field(m, metric->field);
    return wall > 0 ? metric_field(m, "steps") * 1e9 / wall : NAN;
}

static double read_cpu(struct measured *m, const struct metric *metric) {
    (void)metric;
    double steps = metric_field(m, "steps");
    return steps > 0 ? (metric_field(m, "cpu_user_ns") + metric_field(m, "cpu_system_ns")) / steps
                     : NAN;
}

static double read_per_step(struct measured *m, const struct metric *metric) {
    double steps = metric_field(m, "steps");
    return steps > 0 ? metric_field(m, metric->field) / steps : NAN;
}

static double read_pauses(struct measured *m, const struct metric *metric) {
    return percentile_of(m->has_pauses, &m->pauses, metric->number);
}

static double read_pause_count(struct measured *m, const struct metric *metric) {
    (void)metric;
    return m->has_pauses ? (double)m->pauses.count : NAN;
}

static double read_pause_total(struct measured *m, const struct metric *metric) {
    (void)metric;
    return m->has_pauses ? (double)m->pauses.sum_ns : NAN;
}

static double read_pause_share(struct measured *m, const struct metric *metric) {
    double wall = metric_field(m, metric->field);
    return m->has_pauses && wall > 0 ? (double)m->pauses.sum_ns / wall : NAN;
}

// ------------------------------------------------------------------------------------------- table
static const struct metric declared[] = {
    {"steps_per_second", "steps/s", "steps done in a second of wall time", METRIC_HIGHER, read_rate,
     "wall_ns", 0},
    {"cpu_ns_per_step", "ns", "CPU time of a step, user and system", METRIC_LOWER, read_cpu, "", 0},
    {"cpu_system_ns_per_step", "ns", "CPU time of a step spent in the kernel", METRIC_LOWER,
     read_per_step, "cpu_system_ns", 0},
    {"steps", "steps", "steps done", METRIC_NEITHER, read_field, "steps", 0},
    {"setup_ns", "ns", "wall time of the workload's set-up", METRIC_LOWER, read_field, "setup_ns",
     0},
    {"latency_p50_ns", "ns", "wall time of a step, median", METRIC_LOWER, read_latency, "", 50},
    {"latency_p90_ns", "ns", "wall time of a step that 90 % of the steps keep within", METRIC_LOWER,
     read_latency, "", 90},
    {"latency_p99_ns", "ns", "wall time of a step that 99 % of the steps keep within", METRIC_LOWER,
     read_latency, "", 99},
    {"latency_p999_ns", "ns", "wall time of a step that 99.9 % of the steps keep within",
     METRIC_LOWER, read_latency, "", 99.9},
    {"latency_max_ns", "ns", "wall time of the longest step", METRIC_LOWER, read_latency, "", 100},
    {"latency_mean_ns", "ns", "wall time of a step, mean", METRIC_LOWER, read_latency_mean, "", 0},
    {"rss_peak_bytes", "bytes", "most resident memory during the steps", METRIC_LOWER, read_field,
     "rss/peak_bytes", 0},
    {"rss_average_bytes", "bytes", "resident memory, averaged over the time of the steps",
     METRIC_LOWER, read_field, "rss/average_bytes", 0},
    {"rss_end_bytes", "bytes", "resident memory after the last step", METRIC_LOWER, read_field,
     "rss/end_bytes", 0},
    {"rss_settled_bytes", "bytes", "resident memory when all was let go, collected and given back",
     METRIC_LOWER, read_field, "rss/settled_bytes", 0},
    {"rss_baseline_bytes", "bytes",
     "resident memory before the heap existed; all other figures have it subtracted",
     METRIC_NEITHER, read_field, "rss/baseline_bytes", 0},
    {"leaked_objects", "objects", "held after every register was cleared and a full collection",
     METRIC_LOWER, read_field, "leaked_objects", 0},
    {"leaked_bytes", "bytes", "held after every register was cleared and a full collection",
     METRIC_LOWER, read_field, "leaked_bytes", 0},
    {"floating_average_objects", "objects",
     "floating garbage: held and not reachable, averaged over the steps", METRIC_LOWER, read_field,
     "floating/average_objects", 0},
    {"floating_peak_objects", "objects",
     "floating garbage: held and not reachable, the most that an audit met", METRIC_LOWER,
     read_field, "floating/peak_objects", 0},
    {"floating_average_bytes", "bytes",
     "floating garbage: held and not reachable, averaged over the steps; requested bytes",
     METRIC_LOWER, read_field, "floating/average_bytes", 0},
    {"floating_peak_bytes", "bytes",
     "floating garbage: held and not reachable, the most that an audit met; requested bytes",
     METRIC_LOWER, read_field, "floating/peak_bytes", 0},
    {"pause_count", "pauses", "pauses of all kinds", METRIC_NEITHER, read_pause_count, "", 0},
    {"pause_total_ns", "ns", "time of all pauses together", METRIC_LOWER, read_pause_total, "", 0},
    {"pause_share", "fraction", "share of the steps' wall time spent in pauses", METRIC_LOWER,
     read_pause_share, "wall_ns", 0},
    {"pause_p50_ns", "ns", "pause, median of all kinds", METRIC_LOWER, read_pauses, "", 50},
    {"pause_p99_ns", "ns", "pause that 99 % of all pauses keep within", METRIC_LOWER, read_pauses,
     "", 99},
    {"pause_p999_ns", "ns", "pause that 99.9 % of all pauses keep within", METRIC_LOWER,
     read_pauses, "", 99.9},
    {"pause_max_ns", "ns", "longest pause of any kind", METRIC_LOWER, read_pauses, "", 100},
};

// ---------------------------------------------------------------------------------- pauses by kind
// The histogram of the metric's kind, or NULL.
static const struct latency *kind_pauses(struct measured *m, const char *kind) {
    if (!m->kind || strcmp(m->kind, kind) != 0) {
        const json_t *json = json_object_get(json_object_get(m->record, "pauses"), kind);
        m->has_kind = json && latency_from_json(&m->kind_pauses, json) == 0;
        m->kind = kind;
    }
    return m->has_kind ? &m->kind_pauses : NULL;
}

static double read_kind(struct measured *m, const struct metric *metric) {
    const struct latency *l = kind_pauses(m, metric->field);
    return percentile_of(l, l, metric->number);
}

static double read_kind_count(struct measured *m, const struct metric *metric) {
    const struct latency *l = kind_pauses(m, metric->field);
    return l ? (double)l->count : NAN;
}

static double read_kind_total(struct measured *m, const struct metric *metric) {
    const struct latency *l = kind_pauses(m, metric->field);
    return l ? (double)l->sum_ns : NAN;
}

// What is asked of each kind: "pause_" KIND "_" name.
static const struct metric of_kind[] = {
    {"count", "pauses", "pauses of this kind", METRIC_NEITHER, read_kind_count, "", 0},
    {"total_ns", "ns", "time of all pauses of this kind", METRIC_LOWER, read_kind_total, "", 0},
    {"p50_ns", "ns", "pause of this kind, median", METRIC_LOWER, read_kind, "", 50},
    {"p99_ns", "ns", "pause that 99 % of this kind keep within", METRIC_LOWER, read_kind, "", 99},
    {"p999_ns", "ns", "pause that 99.9 % of this kind keep within", METRIC_LOWER, read_kind, "",
     99.9},
    {"max_ns", "ns", "longest pause of this kind", METRIC_LOWER, read_kind, "", 100},
};

// ------------------------------------------------------------------------------------ derived ones
// A copy that the set owns.
static const char *set_text(struct metric_set *set, const char *format, const char *a,
                            const char *b) {
    char text[256];
    snprintf(text, sizeof text, format, a, b);
    set->texts = must(realloc(set->texts, (set->text_count + 1) * sizeof *set->texts));
    return set->texts[set->text_count++] = must(strdup(text));
}

static void set_add(struct metric_set *set, struct metric metric) {
    if (metrics_find(set, metric.name) != SIZE_MAX)
        return;
    set->list = must(realloc(set->list, (set->count + 1) * sizeof *set->list));
    set->list[set->count++] = metric;
}

static void add_counter(struct metric_set *set, const char *name, const char *unit,
                        const char *doc) {
    if (metrics_find(set, name) != SIZE_MAX)
        return;
    set_add(set, (struct metric){set_text(set, "%s%s", name, ""), set_text(set, "%s%s", unit, ""),
                                 set_text(set, "%s%s", doc, ""), METRIC_NEITHER, read_field,
                                 set_text(set, "counters/%s%s", name, ""), 0});
}

static void add_kind(struct metric_set *set, const char *kind) {
    for (size_t i = 0; i < sizeof of_kind / sizeof *of_kind; i++) {
        struct metric metric = of_kind[i];
        metric.name = set_text(set, "pause_%s_%s", kind, of_kind[i].name);
        metric.field = set_text(set, "%s%s", kind, "");
        set_add(set, metric);
    }
}

static void add_backing_figure(struct metric_set *set, const char *when, const char *name) {
    char title[96];
    snprintf(title, sizeof title, "backing_%s_%s", when, name);
    for (char *c = title; *c; c++)
        if (strchr(" ,;/\"'", *c))
            *c = '_';
    if (metrics_find(set, title) != SIZE_MAX)
        return;
    char field[128];
    snprintf(field, sizeof field, "backing_figures/%s/%s", when, name);
    set_add(set, (struct metric){set_text(set, "%s%s", title, ""), "bytes",
                                 "the backing allocator's own figure", METRIC_NEITHER, read_field,
                                 set_text(set, "%s%s", field, ""), 0});
}

static void add_announced(struct metric_set *set, const json_t *manifest) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(manifest, "counters"), i, entry) add_counter(
        set, text_member(entry, "name"), text_member(entry, "unit"), text_member(entry, "doc"));
    json_array_foreach(json_object_get(manifest, "pauses"), i, entry)
        add_kind(set, text_member(entry, "label"));
}

void metrics_found(struct metric_set *set, const json_t *record) {
    const char *name, *when;
    json_t *value, *figures;
    json_object_foreach(json_object_get(record, "counters"), name, value)
        add_counter(set, name, "", "counter of the heap");
    json_object_foreach(json_object_get(record, "pauses"), name, value) add_kind(set, name);
    json_object_foreach(json_object_get(record, "backing_figures"), when, figures)
        json_object_foreach(figures, name, value) add_backing_figure(set, when, name);
}

struct metric_set *metrics_new(const json_t *manifest) {
    struct metric_set *set = must(calloc(1, sizeof *set));
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++)
        set_add(set, declared[i]);
    set->declared = set->count;
    add_announced(set, manifest);
    return set;
}

void metrics_free(struct metric_set *set) {
    if (!set)
        return;
    for (size_t i = 0; i < set->text_count; i++)
        free(set->texts[i]);
    free(set->texts);
    free(set->list);
    free(set);
}

size_t metrics_find(const struct metric_set *set, const char *name) {
    for (size_t i = 0; i < set->count; i++)
        if (!strcmp(set->list[i].name, name))
            return i;
    return SIZE_MAX;
}

void measured_read(struct measured *m, const json_t *record) {
    m->record = record;
    m->kind = NULL;
    const json_t *json = json_object_get(record, "latency");
    m->has_latency = json && latency_from_json(&m->latency, json) == 0;
    json_t *pauses = json_object_get(record, "pauses"), *histogram;
    m->has_pauses = json_is_object(pauses);
    latency_reset(&m->pauses);
    const char *kind;
    json_object_foreach(pauses, kind,
                        histogram) if (latency_from_json(&m->kind_pauses, histogram) == 0)
        latency_merge(&m->pauses, &m->kind_pauses);
}

const char *metric_better_name(enum metric_better better) {
    static const char *const names[] = {"neither", "lower", "higher"};
    return names[better];
}
