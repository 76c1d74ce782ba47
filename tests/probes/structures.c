// structures.c - one large structure at a time: what does it cost to collect it, and to drop it?
//
// A step drops the structure of the step before and builds a new one. So with collect_every=1 each
// full collection finds all nodes alive, and the release at the next step's start is a cascade
// where counts are kept. With shape=rings nothing keeps what is built: all of it is garbage in
// cycles. Only pauses and memory are of interest here; the step's own time is that of building.

#include "workload.h"

enum { HEAD, REGISTERS };

enum { SHAPE, ORDER, NODES, PARAMS };
enum { OF_CHAIN, OF_TREE, OF_RINGS, OF_LISTS };
enum { ORDER_FORWARD, ORDER_BACKWARD, ORDER_SHUFFLED };

static const struct setting structures_params[PARAMS] = {
    [SHAPE] = {.name = "shape",
               .doc =
                   "chain or binary tree of nodes; rings of ten that nothing refers to; lists of "
                   "one, each in the next",
               .unit = "",
               .choices = (const char *const[]){"chain", "tree", "rings", "lists", NULL}},
    [ORDER] = {.name = "order",
               .doc = "how nodes are linked: as they were allocated, the other way, or at random",
               .unit = "",
               .choices = (const char *const[]){"forward", "backward", "shuffled", NULL}},
    [NODES] = {.name = "nodes",
               .doc = "nodes of a structure",
               .unit = "nodes",
               .fallback = 1e6,
               .min = 10,
               .max = 1e7,
               .whole = 1},
};

enum { RING = 10 };

static int structures_allocate(struct mutator *m, struct heap_reg *nodes, size_t count) {
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = heap_new_node(m->heap, &nodes[i], 2, 0);
    return error;
}

static void structures_swap(struct mutator *m, struct heap_reg *nodes, size_t i, size_t j,
                            struct heap_reg *spare) {
    heap_copy(m->heap, spare, &nodes[i]);
    heap_copy(m->heap, &nodes[i], &nodes[j]);
    heap_copy(m->heap, &nodes[j], spare);
}

// Nodes in the order in which they are linked.
static void structures_arrange(struct mutator *m, struct heap_reg *nodes, size_t count) {
    struct heap_reg *spare = &nodes[count];
    if (m->params[ORDER] == ORDER_BACKWARD)
        for (size_t i = 0; i < count / 2; i++)
            structures_swap(m, nodes, i, count - 1 - i, spare);
    if (m->params[ORDER] == ORDER_SHUFFLED)
        for (size_t i = count; i-- > 1;)
            structures_swap(m, nodes, i, mutator_draw(m, i + 1), spare);
    heap_clear(m->heap, spare);
}

static void structures_link(struct mutator *m, struct heap_reg *nodes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t ring = i / RING * RING, place = i % RING;
        size_t to[2] = {i + 1, count}; // the second slot of a chain's node stays empty
        if (m->params[SHAPE] == OF_TREE) {
            to[0] = 2 * i + 1;
            to[1] = 2 * i + 2;
        }
        if (m->params[SHAPE] == OF_RINGS) {
            to[0] = ring + (place + 1) % RING;
            to[1] = ring + (place + RING - 1) % RING;
        }
        for (size_t slot = 0; slot < 2; slot++)
            if (to[slot] < count)
                heap_store(m->heap, &nodes[i], slot, &nodes[to[slot]]);
    }
}

static int structures_of_nodes(struct mutator *m, size_t count) {
    struct heap_reg *nodes = heap_enter(m->heap, count + 1);
    if (!nodes)
        return ENOMEM;
    int error = structures_allocate(m, nodes, count);
    if (!error) {
        structures_arrange(m, nodes, count);
        structures_link(m, nodes, count);
        if (m->params[SHAPE] != OF_RINGS)
            heap_copy(m->heap, &m->registers[HEAD], &nodes[0]);
    }
    heap_leave(m->heap);
    return error;
}

static int structures_of_lists(struct mutator *m, size_t count) {
    struct heap_reg *list = heap_enter(m->heap, 1);
    int error = list ? 0 : ENOMEM;
    for (size_t i = 0; i < count && !error; i++) {
        error = heap_new_list(m->heap, list);
        if (!error)
            error = heap_append(m->heap, list, &m->registers[HEAD]);
        if (!error)
            heap_copy(m->heap, &m->registers[HEAD], list);
    }
    if (list)
        heap_leave(m->heap);
    return error;
}

static int structures_step(struct mutator *m) {
    size_t count = (size_t)m->params[NODES] / RING * RING;
    heap_clear(m->heap, &m->registers[HEAD]);
    return m->params[SHAPE] == OF_LISTS ? structures_of_lists(m, count)
                                        : structures_of_nodes(m, count);
}

WORKLOAD(structures,
         .summary = "one large structure: what does it cost to collect, and to drop it?",
         .step_is = "drop the last structure, build one", .params = structures_params,
         .param_count = PARAMS, .registers = REGISTERS, .steps = 4, .step = structures_step)
