// cycles.c - structures that refer to themselves: what counting alone cannot free.
//
// Structures are those of scenario/shape.h. With shape=queue they are single nodes with 10 kB of
// payload that refer to themselves, in a queue of 1000 (the program by which Tim Peters showed how
// much memory the incremental collector of CPython 3.14 came to hold).
//
// Beside what comes and goes there is a live set of the same shape. With layout=shuffled, it is
// linked without regard to the order of allocation, as in a program that has run for a while. The
// order in which a collector meets objects decides about cache misses, and these about its pauses.

#include "scenario/structure.h"

enum { LIVE, WINDOW, HEAD, OLD, SEEN, REGISTERS };

enum {
    SHAPE,
    CYCLE_SIZE,
    CYCLIC_FRACTION,
    PAYLOAD,
    LIVE_OBJECTS,
    LAYOUT,
    TURNOVER,
    WINDOW_LENGTH,
    WINDOW_SHARE,
    STEP_NODES,
    QUEUE_LENGTH,
    QUEUE_PAYLOAD,
    QUEUE_STEP,
    PARAMS
};
enum { LAYOUT_ORDERED, LAYOUT_SHUFFLED };

static const struct setting cycles_params[PARAMS] = {
    [SHAPE] = {.name = "shape",
               .doc = "what a structure looks like",
               .unit = "",
               .choices = (const char *const[]){SHAPE_NAMES, NULL},
               .sweep = "ring,dll,tree,self,btree,queue"},
    [CYCLE_SIZE] = {.name = "cycle_size",
                    .when = "shape!=queue",
                    .doc = "nodes of a structure; shape=queue has one",
                    .unit = "nodes",
                    .fallback = 10,
                    .min = 2,
                    .max = 1e5,
                    .whole = 1,
                    .sweep = "2,10,100,1000"},
    [CYCLIC_FRACTION] = {.name = "cyclic_fraction",
                         .doc = "share of the structures that are cyclic",
                         .unit = "share",
                         .fallback = 1,
                         .max = 1,
                         .sweep = "0,0.5,1"},
    [PAYLOAD] = {.name = "payload",
                 .doc = "payload of a node",
                 .unit = "bytes",
                 .fallback = 0,
                 .max = 1e6,
                 .whole = 1,
                 .sweep = "0,32"},
    [LIVE_OBJECTS] = {.name = "live",
                      .doc = "nodes of the live set, in structures like those of the steps",
                      .unit = "nodes",
                      .fallback = 20000,
                      .max = 1e7,
                      .whole = 1,
                      .sweep = "0,20000,200000,1000000"},
    [LAYOUT] = {.name = "layout",
                .doc = "whether the live set is linked in the order of allocation",
                .unit = "",
                .choices = (const char *const[]){"ordered", "shuffled", NULL},
                .sweep = "ordered,shuffled"},
    [TURNOVER] = {.name = "turnover",
                  .when = "shape!=queue",
                  .doc = "share of new structures that replace one of the live set, except with "
                         "shape=queue",
                  .unit = "share",
                  .fallback = 0.01,
                  .max = 1},
    [WINDOW_LENGTH] = {.name = "window",
                       .when = "shape!=queue",
                       .doc = "structures that are kept for a while, the oldest leaving first",
                       .unit = "structures",
                       .fallback = 100,
                       .max = 1e6,
                       .whole = 1},
    [WINDOW_SHARE] = {.name = "window_share",
                      .when = "shape!=queue",
                      .doc = "share of new structures that enter the window; others die within "
                             "the step",
                      .unit = "share",
                      .fallback = 0.1,
                      .max = 1,
                      .sweep = "0,0.1,1"},
    [STEP_NODES] = {.name = "step_nodes",
                    .when = "shape!=queue",
                    .doc = "nodes of a step, in as many structures as that makes, at least one",
                    .unit = "nodes",
                    .fallback = 400,
                    .min = 1,
                    .max = 1e6,
                    .whole = 1},
    [QUEUE_LENGTH] = {.name = "queue_length",
                      .when = "shape=queue",
                      .doc = "window of shape=queue, which every node enters",
                      .unit = "nodes",
                      .fallback = 1000,
                      .min = 1,
                      .max = 1e6,
                      .whole = 1},
    [QUEUE_PAYLOAD] = {.name = "queue_payload",
                       .when = "shape=queue",
                       .doc = "payload of a node with shape=queue, outside the live set",
                       .unit = "bytes",
                       .fallback = 10000,
                       .max = 1e6,
                       .whole = 1},
    [QUEUE_STEP] = {.name = "queue_step",
                    .when = "shape=queue",
                    .doc = "nodes of a step with shape=queue",
                    .unit = "nodes",
                    .fallback = 1,
                    .min = 1,
                    .max = 1e6,
                    .whole = 1},
};

// Both make garbage that lives long enough to leave the young generation, the one in single nodes,
// the other in chains, and so much payload that it shows in memory whether it is found there. The
// queue takes some 100000 nodes until the memory of the slower collectors levels off; a chain, a
// tenth of that. Without finding cycles, each holds gigabytes in the end.
static const struct preset cycles_presets[] = {
    {.name = "queue",
     .assignments = "shape=queue,queue_step=16",
     .doc = "Tim Peters' queue: nodes of 10 kB that refer to themselves, of which the newest 1000 "
            "are kept (python/cpython#142516)",
     .needs = HEAP_FREES_CYCLES},
    {.name = "chain",
     .assignments = "shape=dll,cycle_size=50,payload=1000,window=40,window_share=1,step_nodes=50",
     .doc = "doubly linked chains of 50 nodes of 1 kB, of which the newest 40 are kept, beside "
            "20 MB that stay",
     .needs = HEAP_FREES_CYCLES},
    {.name = NULL},
};

// What a step needs, worked out once.
struct cycles {
    struct shape shape;
    size_t structures; // of a step
    size_t payload;    // bytes of each node in them
    double cyclic, turnover, window_share;
    size_t window;
    size_t oldest; // slot of the window that is overwritten next
};

// -------------------------------------------------------------------------------------- structures

static void cycles_observe_node(struct mutator *m, const struct heap_reg *node) {
    size_t bytes = heap_payload_bytes(m->heap, node);
    const unsigned char *payload = heap_payload(m->heap, node);
    mutator_observe(m, bytes ? bytes << 16 | (uint64_t)payload[0] << 8 | payload[bytes - 1] : 0);
}

// cycles_walk - observe every node and edge of the structure that starts at head.
static int cycles_walk(struct mutator *m, const struct cycles *s, const struct heap_reg *head) {
    struct heap_reg *nodes = heap_enter(m->heap, s->shape.nodes);
    struct heap_reg *seen = &m->registers[SEEN];
    if (!nodes)
        return ENOMEM;
    heap_copy(m->heap, &nodes[0], head);
    const struct shape_edge *e = s->shape.edges;
    cycles_observe_node(m, head);
    for (; e < s->shape.edges + s->shape.open_edges; e++) {
        heap_load(m->heap, &nodes[e->to], &nodes[e->from], e->slot);
        cycles_observe_node(m, &nodes[e->to]);
    }
    for (; e < s->shape.edges + s->shape.all_edges; e++) {
        heap_load(m->heap, seen, &nodes[e->from], e->slot);
        mutator_observe(m, heap_same(m->heap, seen, &nodes[e->to]));
    }
    heap_clear(m->heap, seen);
    heap_leave(m->heap);
    return 0;
}

// -------------------------------------------------------------------------------------------- step

// Where a new structure goes: a slot of the live set or of the window, or nowhere.
static const struct heap_reg *cycles_choose_place(struct mutator *m, struct cycles *s,
                                                  size_t *slot) {
    const struct heap_reg *live = &m->registers[LIVE];
    size_t live_count = heap_length(m->heap, live);
    if (mutator_chance(m, s->turnover) && live_count) {
        *slot = mutator_draw(m, live_count);
        return live;
    }
    if (!mutator_chance(m, s->window_share) || !s->window)
        return NULL;
    *slot = s->oldest;
    s->oldest = *slot + 1 == s->window ? 0 : *slot + 1;
    return &m->registers[WINDOW];
}

// Observe the structure in the slot for the last time, and put the one of HEAD in its place.
static int cycles_replace(struct mutator *m, const struct cycles *s, const struct heap_reg *list,
                          size_t slot) {
    struct heap_reg *old = &m->registers[OLD];
    heap_load(m->heap, old, list, slot);
    int error = heap_is_empty(m->heap, old) ? 0 : cycles_walk(m, s, old);
    heap_store(m->heap, list, slot, &m->registers[HEAD]);
    heap_clear(m->heap, old);
    return error;
}

static int cycles_one(struct mutator *m, struct cycles *s) {
    size_t slot = 0;
    const struct heap_reg *place = cycles_choose_place(m, s, &slot);
    heap_long_lived(m->heap, place != NULL);
    int error = structure_build(m, &s->shape, &m->registers[HEAD], s->payload, s->cyclic);
    heap_long_lived(m->heap, false);
    if (!error)
        error = cycles_walk(m, s, &m->registers[HEAD]);
    if (!error && place)
        error = cycles_replace(m, s, place, slot);
    heap_clear(m->heap, &m->registers[HEAD]);
    return error;
}

static int cycles_step(struct mutator *m) {
    struct cycles *s = m->state;
    int error = 0;
    heap_region_begin(m->heap);
    for (size_t i = 0; i < s->structures && !error; i++)
        error = cycles_one(m, s);
    heap_region_end(m->heap);
    return error;
}

// ------------------------------------------------------------------------------------------ set-up

// Exchange registers at random, among nodes with equally many slots, which can stand in for each
// other (Fisher and Yates; a partner that does not match is drawn again, and a node matches
// itself).
static void cycles_shuffle(struct mutator *m, const struct cycles *s, struct heap_reg *nodes,
                           size_t count) {
    struct heap_reg *swap = &m->registers[SEEN];
    for (size_t i = count; i-- > 0;) {
        size_t other;
        do
            other = mutator_draw(m, i + 1);
        while (s->shape.slots[other % s->shape.nodes] != s->shape.slots[i % s->shape.nodes]);
        heap_copy(m->heap, swap, &nodes[i]);
        heap_copy(m->heap, &nodes[i], &nodes[other]);
        heap_copy(m->heap, &nodes[other], swap);
    }
    heap_clear(m->heap, swap);
}

static int cycles_allocate_live(struct mutator *m, const struct cycles *s, struct heap_reg *nodes,
                                size_t count) {
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = structure_new_node(m->heap, &nodes[i], s->shape.slots[i % s->shape.nodes],
                                   (size_t)m->params[PAYLOAD], i % s->shape.nodes);
    return error;
}

// The nodes are all allocated before any is linked, so that the links alone decide about the
// layout.
static int cycles_build_live(struct mutator *m, const struct cycles *s) {
    size_t count = (size_t)m->params[LIVE_OBJECTS] / s->shape.nodes * s->shape.nodes;
    struct heap_reg *nodes = heap_enter(m->heap, count);
    if (!nodes)
        return ENOMEM;
    int error = cycles_allocate_live(m, s, nodes, count);
    if (!error && m->params[LAYOUT] == LAYOUT_SHUFFLED)
        cycles_shuffle(m, s, nodes, count);
    for (size_t i = 0; i < count && !error; i += s->shape.nodes) {
        structure_link(m, &s->shape, &nodes[i], s->cyclic);
        error = heap_append(m->heap, &m->registers[LIVE], &nodes[i]);
    }
    heap_leave(m->heap);
    return error;
}

static void cycles_plan(struct mutator *m, struct cycles *s) {
    const double *p = m->params;
    s->structures = p[STEP_NODES] > p[CYCLE_SIZE] ? (size_t)(p[STEP_NODES] / p[CYCLE_SIZE]) : 1;
    s->payload = (size_t)p[PAYLOAD];
    s->cyclic = p[CYCLIC_FRACTION];
    s->turnover = p[TURNOVER];
    s->window = (size_t)p[WINDOW_LENGTH];
    s->window_share = p[WINDOW_SHARE];
    if (p[SHAPE] == SHAPE_QUEUE) {
        s->structures = (size_t)p[QUEUE_STEP];
        s->payload = (size_t)p[QUEUE_PAYLOAD];
        s->turnover = 0;
        s->window = (size_t)p[QUEUE_LENGTH];
        s->window_share = 1;
    }
}

static int cycles_prepare(struct mutator *m) {
    struct cycles *s = m->state;
    cycles_plan(m, s);
    enum shape_kind kind = (enum shape_kind)m->params[SHAPE];
    return shape_plan(&s->shape, kind, kind == SHAPE_QUEUE ? 1 : (size_t)m->params[CYCLE_SIZE]);
}

static int cycles_setup(struct mutator *m) {
    struct heap_reg *r = m->registers;
    const struct cycles *s = m->state;
    int error = heap_new_list(m->heap, &r[LIVE]);
    if (!error)
        error = heap_new_list(m->heap, &r[WINDOW]);
    if (!error)
        error = cycles_build_live(m, s);
    for (size_t i = 0; i < s->window && !error; i++)
        error = heap_append(m->heap, &r[WINDOW], &r[HEAD]); // empty
    return error;
}

static void cycles_teardown(struct mutator *m) {
    struct cycles *s = m->state;
    shape_free(&s->shape);
}

WORKLOAD(cycles,
         .summary = "structures that refer to themselves come and go beside a live set: what does "
                    "finding cycles cost, and not finding them?",
         .step_is = "structures of step_nodes nodes in all, or queue_step nodes of a queue",
         .params = cycles_params, .param_count = PARAMS, .presets = cycles_presets,
         .registers = REGISTERS, .state_bytes = sizeof(struct cycles), .steps = 12000,
         .prepare = cycles_prepare, .setup = cycles_setup, .step = cycles_step,
         .teardown = cycles_teardown)
