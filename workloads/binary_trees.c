// binary_trees.c - short-lived trees of growing depth beside a long-lived tree and array.
//
// The shape of GCBench (Ellis, Kovac and Boehm, "An Artificial Garbage Collection Benchmark"): most
// objects die young, some live to the end, and what lives is large and linked. Trees are built both
// top-down, which stores a young node into an older one, and bottom-up, which does the opposite.
// Unlike there, every tree is also walked, so that it is read before it dies, and a step builds as
// many trees of its depth as have the nodes of one of max_depth, so that all steps cost the same.
//
// No node is part of a cycle: counting frees everything at once, and what a collector spends here
// it spends on finding nothing, or on finding out what still lives.

#include "workload.h"

#include <string.h>

enum { TREE, ARRAY, FIXED_REGISTERS };

enum { MIN_DEPTH, MAX_DEPTH, LONG_LIVED_DEPTH, ARRAY_BYTES, BORROW, PARAMS };

// A tree has the depth of its deepest node, the root's being 0: depth 16 are 131,071 nodes.
enum { DEEPEST = 24, DEPTH_STEP = 2 };

// Behind the fixed registers, two for each level: the subtrees, or the node, worked on there.
enum { REGISTERS = FIXED_REGISTERS + 2 * (DEEPEST + 1) };

static const struct setting binary_trees_params[PARAMS] = {
    [MIN_DEPTH] = {.name = "min_depth",
                   .doc = "depth of the first step's trees; it grows by 2 from step to step",
                   .unit = "levels",
                   .fallback = 4,
                   .max = DEEPEST,
                   .whole = 1},
    [MAX_DEPTH] = {.name = "max_depth",
                   .doc =
                       "depth that trees grow to, then to start again; min_depth if that is more",
                   .unit = "levels",
                   .fallback = 8,
                   .max = DEEPEST,
                   .whole = 1,
                   .sweep = "6,8,10"}, // each two levels are four times the nodes of a step
    [LONG_LIVED_DEPTH] = {.name = "long_lived_depth",
                          .doc = "depth of the tree that lives to the end",
                          .unit = "levels",
                          .fallback = 14,
                          .max = DEEPEST,
                          .whole = 1,
                          .sweep = "0,14,16,18"},
    [ARRAY_BYTES] = {.name = "array_bytes",
                     .doc = "size of the array that lives to the end, one atom",
                     .unit = "bytes",
                     .fallback = 1e6,
                     .max = HEAP_MAX_PAYLOAD_BYTES,
                     .whole = 1},
    [BORROW] = {.name = "borrow",
                .doc = "whether the walk borrows what it reads, and building bottom-up moves what "
                       "it stores: the locals of a compiler that knows who owns what",
                .unit = "",
                .choices = (const char *const[]){"off", "on", NULL}},
};

struct binary_trees {
    unsigned depth, min_depth, max_depth;
    bool top_down, borrow;
};

// ------------------------------------------------------------------------------------------- trees

// A node has a left and a right subtree, and 8 bytes, which hold its height.
static int binary_trees_node(struct mutator *m, struct heap_reg *dst, uint64_t height) {
    int error = heap_new_node(m->heap, dst, 2, sizeof height);
    if (!error)
        memcpy(heap_payload(m->heap, dst), &height, sizeof height);
    return error;
}

// binary_trees_build_up - regs[0] = a tree, made after its subtrees. Of the registers from regs on,
// two for each level are used, and empty afterwards. binary_trees_move_up - the same with moves.
typedef int binary_trees_builder(struct mutator *m, struct heap_reg *regs, unsigned height);

FAST int binary_trees_join(struct mutator *m, struct heap_reg *regs, unsigned height, bool move,
                           binary_trees_builder *subtree) {
    if (!height)
        return binary_trees_node(m, &regs[0], 0);
    int error = subtree(m, &regs[1], height - 1);
    if (!error)
        error = subtree(m, &regs[2], height - 1);
    if (!error)
        error = binary_trees_node(m, &regs[0], height);
    for (size_t side = 0; side < 2 && !error && move; side++)
        heap_move(m->heap, &regs[0], side, &regs[1 + side]);
    if (move && !error)
        return 0;
    if (!error) {
        heap_store(m->heap, &regs[0], 0, &regs[1]);
        heap_store(m->heap, &regs[0], 1, &regs[2]);
    }
    heap_clear(m->heap, &regs[1]);
    heap_clear(m->heap, &regs[2]);
    return error;
}

static int binary_trees_build_up(struct mutator *m, struct heap_reg *regs, unsigned height) {
    return binary_trees_join(m, regs, height, false, binary_trees_build_up);
}

static int binary_trees_move_up(struct mutator *m, struct heap_reg *regs, unsigned height) {
    return binary_trees_join(m, regs, height, true, binary_trees_move_up);
}

// binary_trees_grow - regs[0] is a node of this height, above 0: give it subtrees, each made before
// its own.
static int binary_trees_grow(struct mutator *m, struct heap_reg *regs, unsigned height) {
    int error = 0;
    for (size_t side = 0; side < 2 && !error; side++) {
        error = binary_trees_node(m, &regs[1], height - 1);
        if (error)
            break;
        heap_store(m->heap, &regs[0], side, &regs[1]);
        if (height > 1)
            error = binary_trees_grow(m, &regs[1], height - 1);
    }
    heap_clear(m->heap, &regs[1]);
    return error;
}

static int binary_trees_build_down(struct mutator *m, struct heap_reg *regs, unsigned height) {
    int error = binary_trees_node(m, &regs[0], height);
    return error || !height ? error : binary_trees_grow(m, regs, height);
}

// binary_trees_sum - of the nodes under regs[0]: one each, and their heights.
static uint64_t binary_trees_sum(struct mutator *m, struct heap_reg *regs) {
    uint64_t height;
    memcpy(&height, heap_payload(m->heap, &regs[0]), sizeof height);
    uint64_t sum = 1 + height;
    if (!height)
        return sum;
    for (size_t side = 0; side < 2; side++) {
        heap_load(m->heap, &regs[1], &regs[0], side);
        sum += binary_trees_sum(m, &regs[1]);
    }
    heap_clear(m->heap, &regs[1]);
    return sum;
}

// The same, borrowing. Each level has a spare register.
static uint64_t binary_trees_sum_lent(struct mutator *m, struct heap_reg *spare,
                                      const struct heap_reg *node) {
    uint64_t height;
    memcpy(&height, heap_payload(m->heap, node), sizeof height);
    uint64_t sum = 1 + height;
    for (size_t side = 0; side < 2 && height; side++)
        sum += binary_trees_sum_lent(m, spare + 1, heap_borrow(m->heap, spare, node, side));
    return sum;
}

// -------------------------------------------------------------------------------------------- step

static void binary_trees_walk(struct mutator *m, const struct binary_trees *s) {
    struct heap_reg *regs = &m->registers[FIXED_REGISTERS];
    if (!s->borrow) {
        mutator_observe(m, binary_trees_sum(m, regs));
        return;
    }
    mutator_observe(m, binary_trees_sum_lent(m, &regs[1], &regs[0]));
    for (unsigned level = 1; level <= s->depth; level++)
        heap_clear(m->heap, &regs[level]);
}

static int binary_trees_one(struct mutator *m, struct binary_trees *s) {
    struct heap_reg *regs = &m->registers[FIXED_REGISTERS];
    binary_trees_builder *up = s->borrow ? binary_trees_move_up : binary_trees_build_up;
    s->top_down = !s->top_down;
    int error = s->top_down ? binary_trees_build_down(m, regs, s->depth) : up(m, regs, s->depth);
    if (!error)
        binary_trees_walk(m, s);
    heap_clear(m->heap, &regs[0]);
    return error;
}

static int binary_trees_step(struct mutator *m) {
    struct binary_trees *s = m->state;
    int error = 0;
    heap_region_begin(m->heap);
    for (uint32_t left = (uint32_t)1 << (s->max_depth - s->depth); left && !error; left--)
        error = binary_trees_one(m, s);
    heap_region_end(m->heap);
    s->depth += DEPTH_STEP;
    if (s->depth > s->max_depth)
        s->depth = s->min_depth;
    return error;
}

// ------------------------------------------------------------------------------------------ set-up

// Half of the array is written, as in GCBench: 1/i as doubles there, i here.
static int binary_trees_array(struct mutator *m, size_t bytes) {
    int error = heap_new_atom(m->heap, &m->registers[ARRAY], bytes);
    if (error)
        return error;
    unsigned char *array = heap_payload(m->heap, &m->registers[ARRAY]);
    memset(array, 0, bytes);
    for (size_t i = 0; i < bytes / 2; i++)
        array[i] = (unsigned char)i;
    return 0;
}

static int binary_trees_setup(struct mutator *m) {
    struct binary_trees *s = m->state;
    struct heap_reg *regs = &m->registers[FIXED_REGISTERS];
    s->depth = s->min_depth = (unsigned)m->params[MIN_DEPTH];
    s->max_depth = (unsigned)m->params[MAX_DEPTH];
    s->borrow = m->params[BORROW] != 0;
    if (s->max_depth < s->min_depth)
        s->max_depth = s->min_depth;
    int error = binary_trees_build_down(m, regs, (unsigned)m->params[LONG_LIVED_DEPTH]);
    if (error)
        return error;
    heap_copy(m->heap, &m->registers[TREE], &regs[0]);
    heap_clear(m->heap, &regs[0]);
    return binary_trees_array(m, (size_t)m->params[ARRAY_BYTES]);
}

WORKLOAD(binary_trees,
         .summary = "short-lived trees of growing depth beside a long-lived tree and array: what "
                    "does it cost to tell what died from what lives?",
         .step_is = "trees of one depth, as many nodes at each depth",
         .params = binary_trees_params, .param_count = PARAMS, .registers = REGISTERS,
         .state_bytes = sizeof(struct binary_trees), .steps = 12000, .setup = binary_trees_setup,
         .step = binary_trees_step)
