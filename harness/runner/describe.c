// describe.c - see describe.h. The driver knows no strategy, workload, counter or setting by name:
// all it knows of them is printed here.

#include "describe.h"

#include "base/environment.h"
#include "workloads.h"

static json_t *describe_choices(const struct setting *s) {
    json_t *names = json_array();
    for (int i = 0; s->choices[i]; i++)
        json_array_append_new(names, json_string(s->choices[i]));
    return names;
}

static json_t *describe_setting(const struct setting *s) {
    json_t *values = json_array(), *labels = json_array();
    const char *cursor = s->sweep;
    double value;
    for (const char *at = cursor; setting_sweep_next(s, &cursor, &value); at = cursor) {
        size_t length = (size_t)(cursor - at);
        json_array_append_new(values, json_real(value));
        json_array_append_new(labels, json_stringn(at, length - (at[length - 1] == ',')));
    }
    json_t *object =
        json_pack("{s:s,s:s,s:s,s:f,s:f,s:f,s:o,s:o,s:b}", "name", s->name, "doc", s->doc, "unit",
                  s->unit ? s->unit : "", "default", s->fallback, "min", s->min, "max", s->max,
                  "sweep", values, "sweep_labels", labels, "whole", s->whole);
    if (s->choices)
        json_object_set_new(object, "choices", describe_choices(s));
    return object;
}

static json_t *describe_settings(const struct setting *table, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, describe_setting(&table[i]));
    return array;
}

static json_t *describe_traits(unsigned traits) {
    json_t *array = json_array();
#define DESCRIBE_TRAIT(bit, name, label, doc)                                                      \
    if (traits & HEAP_##name)                                                                      \
        json_array_append_new(array, json_string(label));
    HEAP_TRAITS(DESCRIBE_TRAIT)
#undef DESCRIBE_TRAIT
    return array;
}

static json_t *describe_presets(const struct preset *p) {
    json_t *array = json_array();
    for (; p && p->name; p++)
        json_array_append_new(array, json_pack("{s:s,s:s,s:s,s:o}", "name", p->name, "assignments",
                                               p->assignments, "doc", p->doc, "needs",
                                               describe_traits(p->needs)));
    return array;
}

static json_t *describe_strategy(void) {
    return json_pack("{s:s,s:s,s:o,s:o,s:o}", "name", heap_strategy.name, "summary",
                     heap_strategy.summary, "traits", describe_traits(heap_strategy.traits),
                     "tunables",
                     describe_settings(heap_strategy.tunables, heap_strategy.tunable_count),
                     "presets", describe_presets(heap_strategy.presets));
}

static json_t *describe_counters(void) {
    json_t *array = json_array();
#define DESCRIBE_COUNTER(name, unit, kept, doc)                                                    \
    json_array_append_new(array, json_pack("{s:s,s:s,s:b,s:s}", "name", #name, "unit", unit,       \
                                           "timed", kept == HEAP_ALWAYS, "doc", doc));
    HEAP_COUNTERS(DESCRIBE_COUNTER)
#undef DESCRIBE_COUNTER
    return array;
}

static json_t *describe_pauses(void) {
    json_t *array = json_array();
#define DESCRIBE_PAUSE(name, label, doc)                                                           \
    json_array_append_new(array, json_pack("{s:s,s:s}", "label", label, "doc", doc));
    HEAP_PAUSES(DESCRIBE_PAUSE)
#undef DESCRIBE_PAUSE
    return array;
}

static json_t *describe_workloads(void) {
    static const char *const reads[] = {[WORKLOAD_READS_NOTHING] = "",
                                        [WORKLOAD_READS_TEXT] = "text",
                                        [WORKLOAD_READS_TRACE] = "trace",
                                        [WORKLOAD_READS_SCENARIO] = "scenario"};
    json_t *array = json_array();
    for (const struct workload_entry *e = workload_first(); e; e = e->next) {
        const struct workload *w = e->workload;
        json_array_append_new(
            array,
            json_pack("{s:s,s:s,s:o,s:s,s:I,s:s,s:o,s:o}", "name", w->name, "summary", w->summary,
                      "traits", w->asks ? json_pack("[s]", "instrument") : json_array(), "step_is",
                      w->step_is, "steps", (json_int_t)w->steps, "reads", reads[w->reads], "params",
                      describe_settings(w->params, w->param_count), "presets",
                      describe_presets(w->presets)));
    }
    return array;
}

json_t *describe(void) {
    return json_pack("{s:i,s:b,s:o,s:o,s:o,s:o,s:o}", "schema", 1, "counting", HEAP_COUNTING,
                     "strategy", describe_strategy(), "counters", describe_counters(), "pauses",
                     describe_pauses(), "workloads", describe_workloads(), "build",
                     environment_build());
}
