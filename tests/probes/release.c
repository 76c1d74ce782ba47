// release.c - a long chain is dropped in the first step, then life goes on: how long does the drop
// hold the program up?
//
// The longest step says. Steps are short, so that nothing else shows in it.

#include "workload.h"

enum { CHAIN, FRESH, REGISTERS };

enum { NODES, PARAMS };

static const struct setting release_params[PARAMS] = {
    [NODES] = {.name = "nodes",
               .doc = "nodes of the chain, linked at random",
               .unit = "nodes",
               .fallback = 1e6,
               .min = 2,
               .max = 1e7,
               .whole = 1},
};

enum { STEP_NODES = 100 };

static int release_step(struct mutator *m) {
    int error = 0;
    heap_clear(m->heap, &m->registers[CHAIN]);
    for (int i = 0; i < STEP_NODES && !error; i++)
        error = heap_new_node(m->heap, &m->registers[FRESH], 2, 0);
    return error;
}

static int release_build(struct mutator *m, struct heap_reg *nodes, size_t count) {
    struct heap_reg *spare = &nodes[count];
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = heap_new_node(m->heap, &nodes[i], 2, 0);
    for (size_t i = count; i-- > 1 && !error;) {
        size_t other = mutator_draw(m, i + 1);
        heap_copy(m->heap, spare, &nodes[i]);
        heap_copy(m->heap, &nodes[i], &nodes[other]);
        heap_copy(m->heap, &nodes[other], spare);
    }
    for (size_t i = 0; i + 1 < count && !error; i++)
        heap_store(m->heap, &nodes[i], 0, &nodes[i + 1]);
    return error;
}

static int release_setup(struct mutator *m) {
    size_t count = (size_t)m->params[NODES];
    struct heap_reg *nodes = heap_enter(m->heap, count + 1);
    if (!nodes)
        return ENOMEM;
    int error = release_build(m, nodes, count);
    if (!error)
        heap_copy(m->heap, &m->registers[CHAIN], &nodes[0]);
    heap_leave(m->heap);
    return error;
}

WORKLOAD(release, .summary = "a chain is dropped, then life goes on: how long is the stop?",
         .step_is = "100 nodes, and the drop in the first", .params = release_params,
         .param_count = PARAMS, .registers = REGISTERS, .steps = 20000, .setup = release_setup,
         .step = release_step)
