// cycles.c - structures that refer to themselves: what counting alone cannot free.
//
// A structure is a small graph whose nodes are numbered so that its edges fall into two kinds.
// Edges to a higher number reach every node from node 0. Edges to the same or a lower number close
// cycles; a structure that is not cyclic does without them, and is otherwise the same. So one pair
// of functions, which walk over a table of edges, builds and observes every shape.
//
//   ring   each node refers to the next, the last one to the first
//   dll    a doubly linked list: next and previous
//   tree   a binary tree; children refer to their parent
//   self   a list whose nodes each refer to themselves as well
//   btree  records under nodes of 16 children; children refer to their parent (the second shape of
//          nascheme/cyclotron, whose first is the ring)
//   queue  single nodes with 10 kB of payload that refer to themselves, in a queue of 1000 (the
//          program by which Tim Peters showed how much memory the incremental collector of CPython
//          3.14 came to hold)
//
// Beside what comes and goes there is a live set of the same shape. With layout=shuffled, it is
// linked without regard to the order of allocation, as in a program that has run for a while. The
// order in which a collector meets objects decides about cache misses, and these about its pauses.

#include "workload.h"

#include <stdlib.h>
#include <string.h>

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
enum { SHAPE_RING, SHAPE_DLL, SHAPE_TREE, SHAPE_SELF, SHAPE_BTREE, SHAPE_QUEUE };
enum { LAYOUT_ORDERED, LAYOUT_SHUFFLED };

static const struct setting cycles_params[PARAMS] = {
    [SHAPE] = {.name = "shape",
               .doc = "what a structure looks like",
               .unit = "",
               .choices =
                   (const char *const[]){"ring", "dll", "tree", "self", "btree", "queue", NULL},
               .sweep = "ring,dll,tree,self,btree,queue"},
    [CYCLE_SIZE] = {.name = "cycle_size",
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
                  .doc = "share of new structures that replace one of the live set, except with "
                         "shape=queue",
                  .unit = "share",
                  .fallback = 0.01,
                  .max = 1},
    [WINDOW_LENGTH] = {.name = "window",
                       .doc = "structures that are kept for a while, the oldest leaving first",
                       .unit = "structures",
                       .fallback = 100,
                       .max = 1e6,
                       .whole = 1},
    [WINDOW_SHARE] = {.name = "window_share",
                      .doc = "share of new structures that enter the window; others die within "
                             "the step",
                      .unit = "share",
                      .fallback = 0.1,
                      .max = 1,
                      .sweep = "0,0.1,1"},
    [STEP_NODES] = {.name = "step_nodes",
                    .doc = "nodes of a step, in as many structures as that makes, at least one",
                    .unit = "nodes",
                    .fallback = 400,
                    .min = 1,
                    .max = 1e6,
                    .whole = 1},
    [QUEUE_LENGTH] = {.name = "queue_length",
                      .doc = "window of shape=queue, which every node enters",
                      .unit = "nodes",
                      .fallback = 1000,
                      .min = 1,
                      .max = 1e6,
                      .whole = 1},
    [QUEUE_PAYLOAD] = {.name = "queue_payload",
                       .doc = "payload of a node with shape=queue, outside the live set",
                       .unit = "bytes",
                       .fallback = 10000,
                       .max = 1e6,
                       .whole = 1},
    [QUEUE_STEP] = {.name = "queue_step",
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

struct cycles_edge {
    uint32_t from, slot, to;
};

// What a step needs, worked out once.
struct cycles {
    size_t nodes;              // of a structure
    uint16_t *slots;           // of each node
    struct cycles_edge *edges; // to higher numbers, ordered by `from`; then those that close
    size_t open_edges;         // how many go to higher numbers
    size_t all_edges;
    size_t structures; // of a step
    size_t payload;    // bytes of each node in them
    double cyclic, turnover, window_share;
    size_t window;
    size_t oldest; // slot of the window that is overwritten next
};

// ------------------------------------------------------------------------------------------ shapes

enum { BINARY = 2, BTREE_CHILDREN = 16 };
static const size_t NO_NODE = SIZE_MAX;

// Slots of a node: in trees, its children, then its parent. A record of a b-tree has no children.
static size_t cycles_slots(int shape, size_t nodes, size_t node) {
    switch (shape) {
    case SHAPE_RING:
    case SHAPE_QUEUE:
        return 1;
    case SHAPE_TREE:
        return BINARY + 1;
    case SHAPE_BTREE:
        return node * BTREE_CHILDREN + 1 < nodes ? BTREE_CHILDREN + 1 : 1;
    default:
        return 2;
    }
}

// A complete tree, numbered level by level.
static size_t cycles_tree_target(size_t children, bool is_parent, size_t node, size_t slot) {
    if (is_parent)
        return node ? (node - 1) / children : NO_NODE;
    return node * children + 1 + slot;
}

// The number that a slot refers to; NO_NODE, or one that is not below nodes: it stays empty.
static size_t cycles_target(int shape, size_t nodes, size_t node, size_t slot) {
    bool is_last = slot + 1 == cycles_slots(shape, nodes, node);
    switch (shape) {
    case SHAPE_RING:
        return (node + 1) % nodes;
    case SHAPE_QUEUE:
        return node;
    case SHAPE_TREE:
        return cycles_tree_target(BINARY, is_last, node, slot);
    case SHAPE_BTREE:
        return cycles_tree_target(BTREE_CHILDREN, is_last, node, slot);
    case SHAPE_DLL:
        return is_last ? node - 1 : node + 1; // node 0 has none before it: wraps to NO_NODE
    default:
        return is_last ? node : node + 1;
    }
}

static void cycles_list_edges(struct cycles *s, int shape, bool closing) {
    for (size_t node = 0; node < s->nodes; node++)
        for (size_t slot = 0; slot < s->slots[node]; slot++) {
            size_t to = cycles_target(shape, s->nodes, node, slot);
            if (to < s->nodes && (to <= node) == closing)
                s->edges[s->all_edges++] =
                    (struct cycles_edge){(uint32_t)node, (uint32_t)slot, (uint32_t)to};
        }
}

static int cycles_plan_shape(struct cycles *s, int shape) {
    s->slots = malloc(s->nodes * sizeof *s->slots);
    if (!s->slots)
        return ENOMEM;
    size_t slots = 0;
    for (size_t node = 0; node < s->nodes; node++)
        slots += s->slots[node] = (uint16_t)cycles_slots(shape, s->nodes, node);
    s->edges = malloc(slots * sizeof *s->edges);
    if (!s->edges)
        return ENOMEM;
    cycles_list_edges(s, shape, false);
    s->open_edges = s->all_edges;
    cycles_list_edges(s, shape, true);
    return 0;
}

// -------------------------------------------------------------------------------------- structures

static int cycles_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t payload,
                           size_t number) {
    int error = heap_new_node(h, dst, slots, payload);
    if (!error && payload) // to call memset for nothing takes 26 instructions a node
        memset(heap_payload(h, dst), (int)(number & 0xFF), payload);
    return error;
}

// cycles_link - make a structure of s->nodes nodes.
static void cycles_link(struct mutator *m, const struct cycles *s, struct heap_reg *nodes) {
    size_t edges = mutator_chance(m, s->cyclic) ? s->all_edges : s->open_edges;
    for (const struct cycles_edge *e = s->edges; e < s->edges + edges; e++)
        heap_store(m->heap, &nodes[e->from], e->slot, &nodes[e->to]);
}

// cycles_build - HEAD = node 0 of a new structure. The frame is the program's own variables, as of
// a function that makes nodes and then links them.
static int cycles_build(struct mutator *m, const struct cycles *s) {
    struct heap_reg *nodes = heap_enter(m->heap, s->nodes);
    if (!nodes)
        return ENOMEM;
    int error = 0;
    for (size_t i = 0; i < s->nodes && !error; i++)
        error = cycles_new_node(m->heap, &nodes[i], s->slots[i], s->payload, i);
    if (!error) {
        cycles_link(m, s, nodes);
        heap_copy(m->heap, &m->registers[HEAD], &nodes[0]);
    }
    heap_leave(m->heap);
    return error;
}

static void cycles_observe_node(struct mutator *m, const struct heap_reg *node) {
    size_t bytes = heap_payload_bytes(m->heap, node);
    const unsigned char *payload = heap_payload(m->heap, node);
    mutator_observe(m, bytes ? bytes << 16 | (uint64_t)payload[0] << 8 | payload[bytes - 1] : 0);
}

// cycles_walk - observe every node and edge of the structure that starts at head.
static int cycles_walk(struct mutator *m, const struct cycles *s, const struct heap_reg *head) {
    struct heap_reg *nodes = heap_enter(m->heap, s->nodes);
    struct heap_reg *seen = &m->registers[SEEN];
    if (!nodes)
        return ENOMEM;
    heap_copy(m->heap, &nodes[0], head);
    const struct cycles_edge *e = s->edges;
    cycles_observe_node(m, head);
    for (; e < s->edges + s->open_edges; e++) {
        heap_load(m->heap, &nodes[e->to], &nodes[e->from], e->slot);
        cycles_observe_node(m, &nodes[e->to]);
    }
    for (; e < s->edges + s->all_edges; e++) {
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
    int error = cycles_build(m, s);
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
        while (s->slots[other % s->nodes] != s->slots[i % s->nodes]);
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
        error = cycles_new_node(m->heap, &nodes[i], s->slots[i % s->nodes],
                                (size_t)m->params[PAYLOAD], i % s->nodes);
    return error;
}

// The nodes are all allocated before any is linked, so that the links alone decide about the
// layout.
static int cycles_build_live(struct mutator *m, const struct cycles *s) {
    size_t count = (size_t)m->params[LIVE_OBJECTS] / s->nodes * s->nodes;
    struct heap_reg *nodes = heap_enter(m->heap, count);
    if (!nodes)
        return ENOMEM;
    int error = cycles_allocate_live(m, s, nodes, count);
    if (!error && m->params[LAYOUT] == LAYOUT_SHUFFLED)
        cycles_shuffle(m, s, nodes, count);
    for (size_t i = 0; i < count && !error; i += s->nodes) {
        cycles_link(m, s, &nodes[i]);
        error = heap_append(m->heap, &m->registers[LIVE], &nodes[i]);
    }
    heap_leave(m->heap);
    return error;
}

static void cycles_plan(struct mutator *m, struct cycles *s) {
    const double *p = m->params;
    s->nodes = (size_t)p[CYCLE_SIZE];
    s->structures = p[STEP_NODES] > p[CYCLE_SIZE] ? (size_t)(p[STEP_NODES] / p[CYCLE_SIZE]) : 1;
    s->payload = (size_t)p[PAYLOAD];
    s->cyclic = p[CYCLIC_FRACTION];
    s->turnover = p[TURNOVER];
    s->window = (size_t)p[WINDOW_LENGTH];
    s->window_share = p[WINDOW_SHARE];
    if (p[SHAPE] == SHAPE_QUEUE) {
        s->nodes = 1;
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
    return cycles_plan_shape(s, (int)m->params[SHAPE]);
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
    free(s->slots);
    free(s->edges);
    s->slots = NULL;
    s->edges = NULL;
}

WORKLOAD(cycles,
         .summary = "structures that refer to themselves come and go beside a live set: what does "
                    "finding cycles cost, and not finding them?",
         .step_is = "structures of step_nodes nodes in all, or queue_step nodes of a queue",
         .params = cycles_params, .param_count = PARAMS, .presets = cycles_presets,
         .registers = REGISTERS, .state_bytes = sizeof(struct cycles), .steps = 12000,
         .prepare = cycles_prepare, .setup = cycles_setup, .step = cycles_step,
         .teardown = cycles_teardown)
