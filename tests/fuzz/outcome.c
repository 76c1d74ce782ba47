// outcome.c - see outcome.h.

#include "outcome.h"

#include "program.h"
#include "runner/graph.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    OUTCOME_MOST_TUNABLES = 32,
    OUTCOME_MOST_VALUES = 32,
    OUTCOME_SMALL_VALUES = 16,
    OUTCOME_STRATEGY_SHARE = 16,
    OUTCOME_REPEATS_FROM = 224,
    OUTCOME_REPEATS_LONG = 251,
};

struct outcome_case {
    struct heap *heap;
    struct heap_reg *registers;
    struct program_result program;
    struct outcome *out;
    bool refusing; // an injected refusal is possible
};

// ------------------------------------------------------------------------------------ circumstances
static uint64_t outcome_hash(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
}

static unsigned outcome_byte(const uint8_t *bytes, size_t count, size_t i) {
    return i < count ? bytes[i] : 0;
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
static void outcome_tunables(uint64_t seed, double *values) {
    for (size_t i = 0; i < heap_strategy.tunable_count; i++) {
        const struct setting *s = &heap_strategy.tunables[i];
        bool fixed = !seed || (s->choices && heap_strategy.traits & HEAP_VARIES);
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
static uint64_t outcome_refusal(const uint8_t *bytes, size_t count) {
    uint64_t which = outcome_byte(bytes, count, OUTCOME_WHICH_REQUEST);
    if (!which || !outcome_is_refused(outcome_byte(bytes, count, OUTCOME_WHO_IS_REFUSED)))
        return 0;
    return which + which * which / 32;
}

// Most programs run once: what repeats takes long.
static unsigned outcome_times(const uint8_t *bytes, size_t count) {
    unsigned choice = outcome_byte(bytes, count, OUTCOME_TIMES);
    if (choice < OUTCOME_REPEATS_FROM || count <= OUTCOME_HEADER)
        return 1;
    size_t length = count - OUTCOME_HEADER;
    size_t most = choice == OUTCOME_REPEATS_LONG ? OUTCOME_LONG_REPEATED : OUTCOME_MOST_REPEATED;
    return length < most ? (unsigned)(most / length) : 1;
}

// ------------------------------------------------------------------------------------------ figures
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
        error = graph_read(r->heap, r->registers, PROGRAM_REGISTERS, &graph);
        measured = graph_measure(r->heap, r->registers, PROGRAM_REGISTERS, live);
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
    heap_read_counters(r->heap, &c);
    uint64_t objects = c.objects_allocated - c.objects_freed;
    uint64_t bytes = c.bytes_allocated - c.bytes_freed;
    if (exact ? objects != live->objects || bytes != live->bytes
              : objects < live->objects || bytes < live->bytes)
        (void)snprintf(r->out->failed, sizeof r->out->failed,
                       "held after a full collection: %" PRIu64 " objects of %" PRIu64
                       " bytes, live: %" PRIu64 " of %" PRIu64,
                       objects, bytes, live->objects, live->bytes);
    if (!exact && outcome_claims(HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC))
        outcome_claim(r, OUTCOME_KEPT, objects);
}

static void outcome_judge(struct outcome_case *r, int error) {
    struct graph_live live;
    if (outcome_fails(r, r->program.broken))
        return;
    if (error || r->program.refusals > r->refusing) {
        outcome_fails(r, "memory is refused for no reason");
        return;
    }
    heap_unfreeze(r->heap);
    (void)heap_collect(r->heap, HEAP_GENERATIONS - 1);
    outcome_claim(r, OUTCOME_OBSERVED, r->program.observed);
    if (outcome_live(r, &live))
        outcome_held(r, &live);
    outcome_fails(r, heap_verify(r->heap));
}

__attribute__((visibility("default"))) void outcome_run(const uint8_t *bytes, size_t count,
                                                        struct outcome *out) {
    double values[OUTCOME_MOST_TUNABLES];
    uint64_t refuse = outcome_refusal(bytes, count);
    struct outcome_case r = {.out = out, .refusing = refuse};
    *out = (struct outcome){.strategy = heap_strategy.name,
                            .varies = heap_strategy.traits & HEAP_VARIES};
    outcome_tunables(outcome_byte(bytes, count, OUTCOME_TUNABLES) |
                         outcome_byte(bytes, count, OUTCOME_TUNABLES + 1) << 8,
                     values);
    r.heap = heap_new(&(struct heap_config){.tunables = values, .refuse_request = refuse});
    if (r.heap)
        r.registers = heap_enter(r.heap, PROGRAM_REGISTERS);
    out->refused = !r.registers && refuse;
    if (r.registers) {
        size_t header = count < OUTCOME_HEADER ? count : OUTCOME_HEADER;
        outcome_judge(&r, program_run(r.heap, r.registers, bytes + header, count - header,
                                      outcome_times(bytes, count), &r.program));
    } else if (!refuse) {
        outcome_fails(&r, "there is no memory for a heap");
    }
    heap_free(r.heap);
}
