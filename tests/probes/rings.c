// rings.c - garbage rings of ten nodes, doubly linked, beside live ones: nothing but their making.
//
// The least that a program can do with cyclic garbage. by_hand.c has the same with malloc and free.

#include "workload.h"

enum { RING = 10 };
enum { LIVE, NODES, REGISTERS = NODES + RING };

enum { LIVE_NODES, COLLECTED, PARAMS };

static const struct setting rings_params[PARAMS] = {
    [LIVE_NODES] = {.name = "live",
                    .doc = "nodes in rings that live to the end",
                    .unit = "nodes",
                    .fallback = 1e6,
                    .max = 1e7,
                    .whole = 1},
    [COLLECTED] = {.name = "collected",
                   .doc = "collect everything when the set-up is done: what lives is old",
                   .unit = "",
                   .choices = (const char *const[]){"off", "on", NULL}},
};

enum { STEP_RINGS = 100 };

static int rings_one(struct mutator *m) {
    struct heap_reg *nodes = &m->registers[NODES];
    int error = 0;
    for (size_t i = 0; i < RING && !error; i++)
        error = heap_new_node(m->heap, &nodes[i], 2, 8);
    for (size_t i = 0; i < RING && !error; i++) {
        heap_store(m->heap, &nodes[i], 0, &nodes[(i + 1) % RING]);
        heap_store(m->heap, &nodes[i], 1, &nodes[(i + RING - 1) % RING]);
    }
    return error;
}

static void rings_clear(struct mutator *m) {
    for (size_t i = 0; i < RING; i++)
        heap_clear(m->heap, &m->registers[NODES + i]);
}

// The payload stays unwritten, as the integer of a node that nobody asks for.
static int rings_step(struct mutator *m) {
    int error = 0;
    heap_region_begin(m->heap);
    for (int i = 0; i < STEP_RINGS && !error; i++) {
        error = rings_one(m);
        rings_clear(m);
    }
    heap_region_end(m->heap);
    return error;
}

static int rings_setup(struct mutator *m) {
    int error = heap_new_list(m->heap, &m->registers[LIVE]);
    for (size_t i = 0; i < (size_t)m->params[LIVE_NODES] && !error; i += RING) {
        error = rings_one(m);
        for (size_t k = 0; k < RING && !error; k++)
            *(uint64_t *)heap_payload(m->heap, &m->registers[NODES + k]) = k;
        if (!error)
            error = heap_append(m->heap, &m->registers[LIVE], &m->registers[NODES]);
    }
    rings_clear(m);
    if (m->params[COLLECTED] != 0)
        (void)heap_collect(m->heap, HEAP_GENERATIONS - 1);
    return error;
}

WORKLOAD(rings, .summary = "garbage rings of ten beside live ones: the least that a program can do",
         .step_is = "100 rings", .params = rings_params, .param_count = PARAMS,
         .registers = REGISTERS, .steps = 5000, .setup = rings_setup, .step = rings_step)
