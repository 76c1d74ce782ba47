// record.c - an invocation as the JSON record that results/README.md describes.

#include "invocation.h"

#include "base/environment.h"
#include "model/backing.h"
#include "model/outcome.h"

#include <stdio.h>

static json_t *record_settings(const struct setting *table, size_t count, const double *values) {
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, table[i].name,
                            table[i].choices ? json_string(table[i].choices[(int)values[i]])
                                             : json_real(values[i]));
    return object;
}

static json_t *record_hex(uint64_t value) {
    char text[32];
    snprintf(text, sizeof text, "0x%016llx", (unsigned long long)value);
    return json_string(text);
}

// What was not counted is absent.
json_t *record_counters(const struct heap_counters *c) {
    json_t *object = json_object();
#define RECORD_COUNTER(name, unit, kept, doc)                                                      \
    if (c->name != HEAP_UNKNOWN)                                                                   \
        json_object_set_new(object, #name, json_integer((json_int_t)c->name));
    HEAP_COUNTERS(RECORD_COUNTER)
#undef RECORD_COUNTER
    return object;
}

static void record_outcome(json_t *record, const struct invocation *inv) {
    char detail[64];
    json_object_set_new(record, "outcome",
                        json_string(outcome_name(inv->error ? OUTCOME_MEMORY : OUTCOME_OK)));
    if (!inv->error)
        return;
    if (inv->in_setup)
        snprintf(detail, sizeof detail, "out of memory in the set-up");
    else
        snprintf(detail, sizeof detail, "out of memory at step %llu",
                 (unsigned long long)inv->steps);
    json_object_set_new(record, "detail", json_string(detail));
}

static void record_set(json_t *object, const char *name, uint64_t value) {
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

// Those that a heap announces by hand alone would pass for all that there are.
static void record_pauses(json_t *record, const struct invocation *inv) {
    if (heap_strategy.traits & HEAP_SILENT)
        return;
    json_object_set_new(record, "setup_pauses",
                        pauses_to_json(inv->setup_pauses, inv->setup_start_ns));
    json_object_set_new(record, "setup_pauses_cpu", pauses_cpu_to_json(inv->setup_pauses));
    json_object_set_new(record, "pauses", pauses_to_json(inv->pauses, inv->start_ns));
    json_object_set_new(record, "pauses_cpu", pauses_cpu_to_json(inv->pauses));
    pauses_log_to_json(inv->pauses, record, inv->start_ns, inv->end_ns);
}

// Absent where there is no /proc to read it from.
static void record_rss(json_t *record, const struct invocation *inv) {
    json_t *rss = json_object();
    if (inv->rss_fd >= 0)
        record_set(rss, "baseline_bytes", inv->rss.baseline);
    if (inv->rss_fd >= 0 && !inv->in_setup) {
        record_set(rss, "start_bytes", inv->rss.start);
        if (inv->rss.peak_known)
            record_set(rss, "peak_bytes", inv->rss.peak);
        record_set(rss, "end_bytes", inv->rss.end);
        record_set(rss, "released_bytes", inv->rss.released);
        record_set(rss, "settled_bytes", inv->rss.settled);
    }
    json_object_set_new(record, "rss", rss);
}

static void record_arrivals(json_t *record, const struct invocation *inv) {
    if (inv->plan->arrivals <= 0) {
        json_t *metered = metered_to_json(&inv->metered);
        if (metered)
            json_object_set_new(record, "metered", metered);
        return;
    }
    json_object_set_new(record, "arrivals_per_second", json_real(inv->plan->arrivals));
    json_object_set_new(record, "response", latency_to_json(&inv->arrivals.response));
    json_object_set_new(record, "backlog", arrivals_backlog(&inv->arrivals));
    json_object_set_new(record, "waited", arrivals_waited(&inv->arrivals));
}

// Of an open loop they would count what waits, too.
static void record_hardware(json_t *record, const struct invocation *inv) {
    json_t *hardware = inv->plan->arrivals > 0 ? NULL : hardware_to_json(&inv->hardware);
    if (hardware)
        json_object_set_new(record, "hardware", hardware);
}

// Figures of the steps; absent when the set-up already failed.
static void record_steps(json_t *record, const struct invocation *inv) {
    record_set(record, "steps", inv->steps);
    if (!inv->in_setup) {
        record_set(record, "setup_ns", inv->setup_ns);
        record_set(record, "wall_ns", inv->wall_ns);
        record_set(record, "cpu_user_ns", inv->cpu.user_ns);
        record_set(record, "cpu_system_ns", inv->cpu.system_ns);
        record_set(record, "waits", inv->cpu.waits);
        record_set(record, "preemptions", inv->cpu.preemptions);
        record_set(record, "page_faults", inv->cpu.page_faults);
        record_hardware(record, inv);
        record_set(record, "clock_start_ns", inv->start_ns);
        record_set(record, "clock_end_ns", inv->end_ns);
        json_object_set_new(record, "phases", phases_to_json(inv));
        json_object_set_new(record, "latency", latency_to_json(&inv->latency));
        json_object_set_new(record, "marks", audit_marks(&inv->audit));
        record_arrivals(record, inv);
        record_pauses(record, inv);
        json_object_set_new(record, "setup_counters", record_counters(&inv->setup_counters));
    }
    record_rss(record, inv);
}

// Figures of the heap at its end; absent when there never was one.
static void record_heap(json_t *record, const struct invocation *inv) {
    if (!inv->mutator.heap)
        return;
    json_object_set_new(record, "counters", record_counters(&inv->counters));
    if (!inv->error)
        json_object_set_new(record, "floating", audit_to_json(&inv->audit));
    json_object_set_new(record, "drag", inv->error ? NULL : lives_drag_to_json(&inv->lives));
    if (HEAP_COUNTING) {
        record_set(record, "leaked_objects", inv->leaked_objects);
        record_set(record, "leaked_bytes", inv->leaked_bytes);
    }
    json_object_set_new(record, "observed", record_hex(inv->mutator.observed));
    if (inv->mutator.answered)
        json_object_set_new(record, "answer",
                            json_real(inv->mutator.answers / (double)inv->mutator.answered));
    if (inv->graph_known)
        json_object_set_new(record, "graph", record_hex(inv->graph.checksum));
    json_object_set_new(
        record, "backing_figures",
        json_pack("{s:O,s:O}", "end", inv->backing_end, "settled", inv->backing_settled));
}

// What was read, as far as that can be told.
static void record_reads(json_t *record, const struct invocation_plan *plan) {
    const struct input *in = plan->input;
    const struct trace *t = plan->trace;
    json_t *reads = json_object();
    if (in) {
        json_object_set_new(reads, "format", json_string(in->format));
        record_set(reads, "tokens", in->token_count);
        record_set(reads, "distinct", in->distinct);
        record_set(reads, "numbers", in->numbers);
        json_object_set_new(reads, "checksum", record_hex(in->checksum));
    } else if (t) {
        static const char *const more[] = {
            "log_operations", "blocks",           "most_blocks", "unknown_frees", "lost_blocks",
            "graph",          "setup_operations", "alive",       "registers",     "middle"};
        bool made = json_object_get(t->header, "blocks"); // from what others wrote
        json_object_set_new(reads, "format", json_string(made ? trace_text(t, "source") : "trace"));
        record_set(reads, "operations", t->operations);
        for (size_t i = 0; made && i < sizeof more / sizeof *more; i++)
            json_object_set(reads, more[i], json_object_get(t->header, more[i]));
        json_object_set_new(reads, "checksum", record_hex(t->checksum));
    } else {
        json_object_set_new(reads, "format", json_string("scenario"));
        json_object_set_new(reads, "checksum", record_hex(plan->scenario->checksum));
    }
    json_object_set_new(record, "reads", reads);
}

json_t *invocation_record(const struct invocation *inv) {
    const struct invocation_plan *plan = inv->plan;
    const struct workload *w = plan->workload;
    json_t *environment = environment_read();
    if (plan->input_path)
        json_object_set_new(environment, "input", json_string(plan->input_path));
    json_t *record = json_pack(
        "{s:i,s:b,s:s,s:s,s:s,s:o,s:o,s:o,s:I,s:I,s:I,s:o}", "schema", 1, "counting", HEAP_COUNTING,
        "workload", w->name, "strategy", heap_strategy.name, "backing", backing_current()->name,
        "backing_library", backing_library(), "params",
        record_settings(w->params, w->param_count, plan->params), "tunables",
        record_settings(heap_strategy.tunables, heap_strategy.tunable_count, plan->tunables),
        "heap_limit_bytes", (json_int_t)plan->heap_limit_bytes, "seed", (json_int_t)plan->seed,
        "steps_planned", (json_int_t)plan->steps, "environment", environment);
    if (!record)
        return NULL;
    record_outcome(record, inv);
    if (plan->input || plan->trace || plan->scenario)
        record_reads(record, plan);
    record_steps(record, inv);
    record_heap(record, inv);
    return record;
}
