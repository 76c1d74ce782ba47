// outcome.c - one program, one strategy: what came of it, in figures that must be equal on all.

#include "outcome.h"

#include "fit.h"
#include "runner/graph.h"
#include "runner/settle.h"
#include "trace/apply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    OUTCOME_MOST_TUNABLES = 32,
    OUTCOME_MOST_VALUES = 32,
    OUTCOME_SMALL_VALUES = 16,
    OUTCOME_STRATEGY_SHARE = 16,
};

struct outcome_case {
    const struct trace *trace;
    struct mutator m;
    struct outcome *out;
    bool refusing;     // an injected refusal is possible
    unsigned refusals; // operations that were refused memory, and succeeded when they were repeated
};

// ----------------------------------------------------------------------------------- circumstances
static uint64_t outcome_hash(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
}

// The fallback, a value that is as small as it may be, or one of the sweep: programs are short, and
// what is to happen within them takes small thresholds. Many bytes would do nothing but take time.
static double outcome_value(const struct setting *s, uint64_t draw) {
    const char *cursor = s->sweep;
    double values[OUTCOME_MOST_VALUES] = {s->fallback, s->fallback}, value;
    size_t n = 2;
    if (!s->choices)
        values[1] = s->min + (s->whole ? (double)(draw / 64 % OUTCOME_SMALL_VALUES) : 0);
    while (n < OUTCOME_MOST_VALUES && setting_sweep_next(s, &cursor, &value))
        if (value <= s->fallback || strcmp(s->unit, "bytes") != 0)
            values[n++] = value;
    return values[draw % n];
}

// What a library chooses once may outlast the heap, as boehm's `incremental` does, and inputs are
// to know nothing of each other: choices of strategies that vary stay as they are.
// What the table of interned atoms keeps is held on purpose, where all have to agree on what is
// held.
static void outcome_tunables(uint64_t seed, double *values) {
    for (size_t i = 0; i < heap_strategy.tunable_count; i++) {
        const struct setting *s = &heap_strategy.tunables[i];
        bool fixed = !seed || (s->choices && heap_strategy.traits & HEAP_VARIES) ||
                     !strcmp(s->name, "interned_kept");
        values[i] = fixed ? s->fallback : outcome_value(s, outcome_hash(seed, i));
    }
}

// By name, so that the meaning of an input does not depend on which strategies there are.
static bool outcome_is_refused(unsigned who) {
    uint64_t hash = who;
    for (const char *p = heap_strategy.name; *p; p++)
        hash = outcome_hash(hash, (uint64_t)*p);
    return hash % OUTCOME_STRATEGY_SHARE == 0;
}

// Each of the first few, further on in growing steps.
static uint64_t outcome_refusal(const struct circumstances *c) {
    uint64_t which = c->request;
    return which && outcome_is_refused(c->refused) ? which + which * which / 32 : 0;
}

// ----------------------------------------------------------------------------------------- figures
static void outcome_claim(struct outcome_case *r, enum outcome_figure figure, uint64_t value) {
    r->out->claimed[figure] = true;
    r->out->figure[figure] = value;
}

static bool outcome_fails(struct outcome_case *r, const char *what) {
    if (!what || r->out->failed[0])
        return what;
    (void)snprintf(r->out->failed, sizeof r->out->failed, "%s", what);
    return true;
}

static bool outcome_claims(unsigned trait) {
    return heap_strategy.traits & trait;
}

// The walks may meet the refusal, too.
static bool outcome_live(struct outcome_case *r, struct graph_live *live) {
    struct graph graph;
    int error = 1, measured = 1;
    for (int tries = 0; tries <= r->refusing && (error || measured); tries++) {
        error = graph_read(r->m.heap, r->m.registers, r->m.register_count, &graph);
        measured = graph_measure(r->m.heap, r->m.registers, r->m.register_count, live);
    }
    if (error || measured) {
        outcome_fails(r, "memory is refused for no reason");
        return false;
    }
    outcome_claim(r, OUTCOME_GRAPH, graph.checksum);
    outcome_claim(r, OUTCOME_LIVE_OBJECTS, live->objects);
    // An array that should have shrunk stays when its new memory is refused.
    if (!r->refusing)
        outcome_claim(r, OUTCOME_LIVE_BYTES, live->bytes);
    return true;
}

static void outcome_held(struct outcome_case *r, const struct graph_live *live) {
    bool exact = outcome_claims(HEAP_FREES_CYCLES);
    struct heap_counters c;
    heap_read_counters(r->m.heap, &c);
    uint64_t objects = c.objects_allocated - c.objects_freed;
    uint64_t bytes = c.bytes_allocated - c.bytes_freed;
    if (exact ? objects != live->objects || bytes != live->bytes
              : objects < live->objects || bytes < live->bytes)
        (void)snprintf(r->out->failed, sizeof r->out->failed,
                       "held after a full collection: %" PRIu64 " objects of %" PRIu64
                       " bytes, live: %" PRIu64 " of %" PRIu64,
                       objects, bytes, live->objects, live->bytes);
    if (outcome_claims(HEAP_GUARDS))
        outcome_claim(r, exact ? OUTCOME_HANDED_BACK : OUTCOME_HANDED_BACK_OF_KEPT,
                      c.objects_handed_back);
    if (!exact && outcome_claims(HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC))
        outcome_claim(r, OUTCOME_KEPT, objects);
}

// When a request for memory was refused, nothing has changed, and the operation succeeds if it is
// repeated.
static void outcome_apply(struct outcome_case *r) {
    struct trace_run run;
    uint64_t left = r->trace->operations;
    if (trace_run_init(&run, r->trace, &r->m)) {
        outcome_fails(r, "there is no memory for a program");
        return;
    }
    int error = 0;
    while (left && !error) {
        error = trace_apply(&run, &left);
        if (error == ENOMEM && r->refusals++ < r->refusing)
            error = 0;
    }
    trace_run_break_off(&run);
    trace_run_free(&run);
    if (!outcome_fails(r, run.broken) && error)
        outcome_fails(r, "memory is refused for no reason");
}

static void outcome_judge(struct outcome_case *r) {
    struct graph_live live;
    outcome_apply(r);
    if (r->out->failed[0])
        return;
    heap_unfreeze(r->m.heap);
    settle(r->m.heap);
    outcome_claim(r, OUTCOME_OBSERVED, r->m.observed);
    if (outcome_live(r, &live))
        outcome_held(r, &live);
    outcome_fails(r, heap_verify(r->m.heap));
}

__attribute__((visibility("default"))) void outcome_run(const struct trace *t,
                                                        struct outcome *out) {
    double values[OUTCOME_MOST_TUNABLES];
    struct circumstances c = circumstances_of(t);
    uint64_t refuse = outcome_refusal(&c);
    struct outcome_case r = {
        .trace = t, .m.register_count = t->registers, .out = out, .refusing = refuse};
    *out = (struct outcome){.strategy = heap_strategy.name,
                            .varies = heap_strategy.traits & HEAP_VARIES};
    outcome_tunables(c.tunables, values);
    r.m.heap = heap_new(&(struct heap_config){.tunables = values, .refuse_request = refuse});
    if (r.m.heap)
        r.m.registers = heap_enter(r.m.heap, t->registers);
    out->refused = !r.m.registers && refuse;
    if (r.m.registers)
        outcome_judge(&r);
    else if (!refuse)
        outcome_fails(&r, "there is no memory for a heap");
    heap_free(r.m.heap);
}
