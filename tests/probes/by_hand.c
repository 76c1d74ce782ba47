// by_hand.c - what a program pays that needs no heap of ours: the floors that targets are set from.
//
// The programs ignore the heap they are given, so which strategy runs them does not matter; what
// they allocate comes from malloc, which a backing allocator replaces.

#include "base/latency.h"
#include "workload.h"

#include <stdlib.h>

enum { PROGRAM, LIVE, PARAMS };
enum {
    PROGRAM_BUMP,
    PROGRAM_PAIR,
    PROGRAM_TREES,
    PROGRAM_RINGS,
    PROGRAM_RECORD,
    PROGRAM_BUMPED_TREES
};

static const struct setting by_hand_params[PARAMS] = {
    [PROGRAM] = {.name = "program",
                 .doc = "bump: allocate and initialise nodes of two slots; pair: raise a "
                        "count and lower another; trees, rings: those of binary_trees and rings, "
                        "with malloc and "
                        "free; record: a latency into its histogram; bumped_trees: those of "
                        "binary_trees from a chunk that each step uses again",
                 .unit = "",
                 .choices = (const char *const[]){"bump", "pair", "trees", "rings", "record",
                                                  "bumped_trees", NULL}},
    [LIVE] = {.name = "live",
              .doc = "nodes in rings that live to the end",
              .unit = "nodes",
              .fallback = 1e6,
              .max = 1e7,
              .whole = 1},
};

enum { REPEAT = 1000 };
enum { RING = 10, STEP_RINGS = 100 };
enum { MIN_DEPTH = 4, MAX_DEPTH = 8, DEPTH_STEP = 2, LONG_LIVED_DEPTH = 14 }; // as in binary_trees

struct hand_node {
    struct hand_node *slots[2];
    uint64_t value;
};

// As a heap's: a header that says what it is, then the slots.
struct hand_object {
    uint32_t size;
    uint16_t slots;
    uint8_t kind, flags;
    struct hand_object *slot[2];
};

struct hand_counted {
    uint64_t count;
};

struct by_hand {
    char *chunk, *next, *end; // of bump and bumped_trees
    struct hand_object *kept;
    struct hand_node *tree, **rings;
    size_t ring_count;
    unsigned depth;
    bool top_down;
    struct hand_counted counted[2], *first, *second, *held; // of pair
    struct latency *latency;
};

// ------------------------------------------------------------------------------------- operations
// A step's nodes fit the cache; like a region they are dropped at its end.
static void *by_hand_more(void) {
    abort(); // the chunk is as large as a step's nodes
}

static int by_hand_bump(struct by_hand *s) {
    s->next = s->chunk;
    for (int i = 0; i < REPEAT; i++) {
        struct hand_object *o = (void *)s->next;
        char *next = s->next + sizeof *o;
        if (__builtin_expect(next > s->end, 0))
            o = by_hand_more();
        s->next = next;
        *o = (struct hand_object){.slots = 2, .kind = HEAP_NODE};
        s->kept = o;
        __asm__ volatile("" : : : "memory");
    }
    return 0;
}

// As any counter of references must: it loads both pointers, and looks whether a count came to 0.
FAST void hand_hold(struct by_hand *s, struct hand_counted *now) {
    struct hand_counted *old = s->held;
    now->count++;
    s->held = now;
    if (--old->count == 0)
        abort(); // first and second hold it too
    __asm__ volatile("" : : : "memory");
}

static int by_hand_pair(struct by_hand *s) {
    for (int i = 0; i < REPEAT; i += 2) {
        hand_hold(s, s->first);
        hand_hold(s, s->second);
    }
    return 0;
}

// Values as they occur: near each other, all of a microsecond.
static int by_hand_record(struct by_hand *s) {
    for (uint64_t i = 0; i < REPEAT; i++)
        latency_record(s->latency, 1000 + (i * 7919 & 511));
    return 0;
}

// ------------------------------------------------------------------------------------------ trees
static struct hand_node *hand_new(uint64_t value) {
    struct hand_node *n = malloc(sizeof *n);
    if (n)
        *n = (struct hand_node){.value = value};
    return n;
}

static struct hand_node *hand_bump(struct by_hand *s, uint64_t value) {
    struct hand_node *n = (void *)s->next;
    char *next = s->next + sizeof *n;
    if (__builtin_expect(next > s->end, 0))
        n = by_hand_more();
    s->next = next;
    *n = (struct hand_node){.value = value};
    return n;
}

static void hand_free(struct hand_node *n) {
    if (!n)
        return;
    hand_free(n->slots[0]);
    hand_free(n->slots[1]);
    free(n);
}

// Either way a tree that lacks memory somewhere is a smaller one, whose sum tells.
static struct hand_node *hand_build_up(unsigned height) {
    struct hand_node *left = height ? hand_build_up(height - 1) : NULL;
    struct hand_node *right = height ? hand_build_up(height - 1) : NULL;
    struct hand_node *n = hand_new(height);
    if (n) {
        n->slots[0] = left;
        n->slots[1] = right;
    }
    return n;
}

static void hand_grow(struct hand_node *n, unsigned height) {
    for (size_t side = 0; side < 2 && n && height; side++) {
        n->slots[side] = hand_new(height - 1);
        hand_grow(n->slots[side], height - 1);
    }
}

static uint64_t hand_sum(const struct hand_node *n) {
    uint64_t sum = 1 + n->value;
    for (size_t side = 0; side < 2 && n->value; side++)
        sum += hand_sum(n->slots[side]);
    return sum;
}

static int by_hand_trees(struct mutator *m, struct by_hand *s) {
    for (uint32_t left = (uint32_t)1 << (MAX_DEPTH - s->depth); left; left--) {
        s->top_down = !s->top_down;
        struct hand_node *tree = s->top_down ? hand_new(s->depth) : hand_build_up(s->depth);
        if (s->top_down)
            hand_grow(tree, s->depth);
        if (!tree)
            return ENOMEM;
        mutator_observe(m, hand_sum(tree));
        hand_free(tree);
    }
    s->depth = s->depth == MAX_DEPTH ? MIN_DEPTH : s->depth + DEPTH_STEP;
    return 0;
}

static struct hand_node *hand_bump_up(struct by_hand *s, unsigned height) {
    struct hand_node *left = height ? hand_bump_up(s, height - 1) : NULL;
    struct hand_node *right = height ? hand_bump_up(s, height - 1) : NULL;
    struct hand_node *n = hand_bump(s, height);
    n->slots[0] = left;
    n->slots[1] = right;
    return n;
}

static void hand_bump_down(struct by_hand *s, struct hand_node *n, unsigned height) {
    for (size_t side = 0; side < 2 && height; side++) {
        n->slots[side] = hand_bump(s, height - 1);
        hand_bump_down(s, n->slots[side], height - 1);
    }
}

// Nothing is released one by one: a step begins at the start of the chunk.
static int by_hand_bumped_trees(struct mutator *m, struct by_hand *s) {
    s->next = s->chunk;
    for (uint32_t left = (uint32_t)1 << (MAX_DEPTH - s->depth); left; left--) {
        s->top_down = !s->top_down;
        struct hand_node *tree = s->top_down ? hand_bump(s, s->depth) : hand_bump_up(s, s->depth);
        if (s->top_down)
            hand_bump_down(s, tree, s->depth);
        mutator_observe(m, hand_sum(tree));
    }
    s->depth = s->depth == MAX_DEPTH ? MIN_DEPTH : s->depth + DEPTH_STEP;
    return 0;
}

// ------------------------------------------------------------------------------------------ rings
static int hand_ring(struct hand_node **nodes) {
    for (size_t i = 0; i < RING; i++)
        if (!(nodes[i] = hand_new(i)))
            return ENOMEM;
    for (size_t i = 0; i < RING; i++) {
        nodes[i]->slots[0] = nodes[(i + 1) % RING];
        nodes[i]->slots[1] = nodes[(i + RING - 1) % RING];
    }
    return 0;
}

static int by_hand_rings(void) {
    struct hand_node *nodes[RING];
    for (int k = 0; k < STEP_RINGS; k++) {
        if (hand_ring(nodes))
            return ENOMEM;
        for (size_t i = 0; i < RING; i++)
            free(nodes[i]);
    }
    return 0;
}

static int by_hand_live_rings(struct by_hand *s, size_t rings) {
    struct hand_node *nodes[RING];
    s->rings = malloc((rings + 1) * sizeof *s->rings);
    if (!s->rings)
        return ENOMEM;
    while (s->ring_count < rings) {
        if (hand_ring(nodes))
            return ENOMEM;
        s->rings[s->ring_count++] = nodes[0];
    }
    return 0;
}

// --------------------------------------------------------------------------------------------- all
static int by_hand_step(struct mutator *m) {
    struct by_hand *s = m->state;
    switch ((int)m->params[PROGRAM]) {
    case PROGRAM_BUMP:
        return by_hand_bump(s);
    case PROGRAM_PAIR:
        return by_hand_pair(s);
    case PROGRAM_TREES:
        return by_hand_trees(m, s);
    case PROGRAM_RINGS:
        return by_hand_rings();
    case PROGRAM_BUMPED_TREES:
        return by_hand_bumped_trees(m, s);
    default:
        return by_hand_record(s);
    }
}

static int by_hand_setup(struct mutator *m) {
    struct by_hand *s = m->state;
    int program = (int)m->params[PROGRAM];
    s->depth = MIN_DEPTH;
    s->chunk = malloc(REPEAT * sizeof(struct hand_object));
    s->latency = malloc(sizeof *s->latency);
    if (!s->chunk || !s->latency)
        return ENOMEM;
    s->end = s->chunk + REPEAT * sizeof(struct hand_object);
    latency_reset(s->latency);
    s->first = &s->counted[0];
    s->second = &s->counted[1];
    s->held = s->first;
    *s->first = (struct hand_counted){2};
    *s->second = (struct hand_counted){1};
    if (program == PROGRAM_TREES && !(s->tree = hand_build_up(LONG_LIVED_DEPTH)))
        return ENOMEM;
    return program == PROGRAM_RINGS ? by_hand_live_rings(s, (size_t)m->params[LIVE] / RING) : 0;
}

static void by_hand_teardown(struct mutator *m) {
    struct by_hand *s = m->state;
    hand_free(s->tree);
    for (size_t i = 0; i < s->ring_count; i++)
        for (struct hand_node *n = s->rings[i], *next; n; n = next) {
            next = n->slots[0] == s->rings[i] ? NULL : n->slots[0];
            free(n);
        }
    free(s->rings);
    free(s->chunk);
    free(s->latency);
    *s = (struct by_hand){0};
}

WORKLOAD(by_hand, .summary = "programs without a heap of ours: what is the least they cost?",
         .step_is = "1000 operations, or a step of the workload it repeats",
         .params = by_hand_params, .param_count = PARAMS, .registers = 1,
         .state_bytes = sizeof(struct by_hand), .steps = 5000, .setup = by_hand_setup,
         .step = by_hand_step, .teardown = by_hand_teardown)
