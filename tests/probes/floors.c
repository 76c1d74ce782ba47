// floors.c - the trees of binary_trees by hand, doing the least that the contract asks of a kind of strategy.
//
// What every strategy does whose objects are like these, with nothing else about it: one size of node, of which the
// compiler knows all, and no heap. Locals are registers of the contract, in memory, and nothing is borrowed.
//   framed   nodes from a chunk that each step uses again, under the header of a heap
//   counted  also a count: a reference that is taken raises it, one given up lowers it, and at 0 the node goes to a
//            list of free ones
//   tracked  also a place in an array of all nodes, which is closed by the last one when the node dies

#include "workload.h"

#include <stdlib.h>

enum floor { FLOOR_FRAMED, FLOOR_COUNTED, FLOOR_TRACKED };
enum { FLOOR_PROGRAM, PARAMS };
enum { MIN_DEPTH = 4, MAX_DEPTH = 8, DEPTH_STEP = 2, LONG_LIVED_DEPTH = 14 }; // as in binary_trees
enum { REGISTERS = 2 * (LONG_LIVED_DEPTH + 2), MOST_NODES = 40000 };

static const struct setting floors_params[PARAMS] = {
    [FLOOR_PROGRAM] = {.name = "program",
                       .doc =
                           "what is done for a reference and a node: framed: nothing, and they go "
                           "all at once; counted: they are counted; tracked: and in an array",
                       .unit = "",
                       .choices = (const char *const[]){"framed", "counted", "tracked", NULL}},
};

struct floor_node {
    uint64_t index; // of tracked
    uint32_t count;
    uint16_t bytes, slots;
    struct floor_node *slot[2];
    uint64_t value;
};

struct floors {
    struct floor_node *chunk, *next, *end, *free, *long_lived;
    struct floor_node **tracked;
    size_t tracked_count, limit;
    struct floor_node **registers;
    unsigned depth;
    bool top_down;
};

// ---------------------------------------------------------------------------------------- references
static void floor_die(struct floors *s, struct floor_node *n, enum floor how);

FAST void floor_lower(struct floors *s, struct floor_node *n, enum floor how) {
    if (n && --n->count == 0)
        floor_die(s, n, how);
}

FAST void floor_free(struct floors *s, struct floor_node *n, enum floor how) {
    if (how == FLOOR_TRACKED) {
        struct floor_node *last = s->tracked[--s->tracked_count];
        s->tracked[n->index] = last;
        last->index = n->index;
    }
    n->slot[0] = s->free;
    s->free = n;
}

FAST struct floor_node *floor_if_dies(struct floor_node *n) {
    return n && --n->count == 0 ? n : NULL;
}

FAST void floor_release(struct floors *s, struct floor_node *n, enum floor how) {
    struct floor_node *stack[LONG_LIVED_DEPTH + 2] = {NULL}, **top = stack + 1;
    while (n) {
        struct floor_node *first = floor_if_dies(n->slot[0]), *second = floor_if_dies(n->slot[1]);
        floor_free(s, n, how);
        if (first && second)
            *top++ = first;
        n = second ? second : first ? first : *--top;
    }
}

static __attribute__((noinline)) void floor_die_counted(struct floors *s, struct floor_node *n) {
    floor_release(s, n, FLOOR_COUNTED);
}

static __attribute__((noinline)) void floor_die_tracked(struct floors *s, struct floor_node *n) {
    floor_release(s, n, FLOOR_TRACKED);
}

FAST void floor_die(struct floors *s, struct floor_node *n, enum floor how) {
    if (how == FLOOR_TRACKED)
        floor_die_tracked(s, n);
    else
        floor_die_counted(s, n);
}

// *place = n, which has a reference elsewhere.
FAST void floor_assign(struct floors *s, struct floor_node **place, struct floor_node *n,
                       enum floor how) {
    struct floor_node *old = *place;
    if (how != FLOOR_FRAMED && n)
        n->count++;
    *place = n;
    if (how != FLOOR_FRAMED)
        floor_lower(s, old, how);
}

FAST void floor_new(struct floors *s, struct floor_node **place, uint64_t value, enum floor how) {
    struct floor_node *n = s->free, *old = *place;
    if (how != FLOOR_FRAMED && __builtin_expect(n != NULL, 1))
        s->free = n->slot[0];
    else if (__builtin_expect((n = s->next++) >= s->end, 0))
        abort(); // the chunk has room for all that live at once
    n->count = 1;
    n->bytes = sizeof n->value;
    n->slots = 2;
    n->slot[0] = n->slot[1] = NULL;
    n->value = value;
    if (how == FLOOR_TRACKED) {
        if (__builtin_expect(s->tracked_count >= s->limit, 0))
            abort(); // a collection would be due
        s->tracked[s->tracked_count] = n;
        n->index = s->tracked_count++;
    }
    *place = n;
    if (how != FLOOR_FRAMED)
        floor_lower(s, old, how);
}

// -------------------------------------------------------------------------------------------- trees
// FLOOR_TREES - the functions of binary_trees, for one of the programs: regs[0] = a tree, made after its subtrees; a
// tree below regs[0], made before them; the sum of one.
#define FLOOR_TREES(NAME, HOW)                                                                     \
    static void floor_up_##NAME(struct floors *s, struct floor_node **regs, unsigned height) {     \
        if (height) {                                                                              \
            floor_up_##NAME(s, &regs[1], height - 1);                                              \
            floor_up_##NAME(s, &regs[2], height - 1);                                              \
        }                                                                                          \
        floor_new(s, &regs[0], height, HOW);                                                       \
        for (size_t side = 0; side < 2 && height; side++)                                          \
            floor_assign(s, &regs[0]->slot[side], regs[1 + side], HOW);                            \
        for (size_t side = 0; side < 2 && height; side++)                                          \
            floor_assign(s, &regs[1 + side], NULL, HOW);                                           \
    }                                                                                              \
    static void floor_grow_##NAME(struct floors *s, struct floor_node **regs, unsigned height) {   \
        for (size_t side = 0; side < 2; side++) {                                                  \
            floor_new(s, &regs[1], height - 1, HOW);                                               \
            floor_assign(s, &regs[0]->slot[side], regs[1], HOW);                                   \
            if (height > 1)                                                                        \
                floor_grow_##NAME(s, &regs[1], height - 1);                                        \
        }                                                                                          \
        floor_assign(s, &regs[1], NULL, HOW);                                                      \
    }                                                                                              \
    static uint64_t floor_sum_##NAME(struct floors *s, struct floor_node **regs) {                 \
        uint64_t height = regs[0]->value, sum = 1 + height;                                        \
        for (size_t side = 0; side < 2 && height; side++) {                                        \
            floor_assign(s, &regs[1], regs[0]->slot[side], HOW);                                   \
            sum += floor_sum_##NAME(s, &regs[1]);                                                  \
        }                                                                                          \
        if (height)                                                                                \
            floor_assign(s, &regs[1], NULL, HOW);                                                  \
        return sum;                                                                                \
    }                                                                                              \
    static uint64_t floor_tree_##NAME(struct floors *s) {                                          \
        struct floor_node **regs = s->registers;                                                   \
        if (s->top_down) {                                                                         \
            floor_new(s, &regs[0], s->depth, HOW);                                                 \
            floor_grow_##NAME(s, regs, s->depth);                                                  \
        } else {                                                                                   \
            floor_up_##NAME(s, regs, s->depth);                                                    \
        }                                                                                          \
        uint64_t sum = floor_sum_##NAME(s, regs);                                                  \
        floor_assign(s, &regs[0], NULL, HOW);                                                      \
        return sum;                                                                                \
    }

FLOOR_TREES(framed, FLOOR_FRAMED)
FLOOR_TREES(counted, FLOOR_COUNTED)
FLOOR_TREES(tracked, FLOOR_TRACKED)

static int floors_step(struct mutator *m) {
    struct floors *s = m->state;
    static uint64_t (*const trees[])(struct floors *) = {
        [FLOOR_FRAMED] = floor_tree_framed,
        [FLOOR_COUNTED] = floor_tree_counted,
        [FLOOR_TRACKED] = floor_tree_tracked,
    };
    enum floor how = (enum floor)m->params[FLOOR_PROGRAM];
    if (how == FLOOR_FRAMED)
        s->next = s->chunk;
    for (uint32_t left = (uint32_t)1 << (MAX_DEPTH - s->depth); left; left--) {
        s->top_down = !s->top_down;
        mutator_observe(m, trees[how](s));
    }
    s->depth = s->depth == MAX_DEPTH ? MIN_DEPTH : s->depth + DEPTH_STEP;
    return 0;
}

static int floors_setup(struct mutator *m) {
    struct floors *s = m->state;
    s->chunk = s->next = malloc(MOST_NODES * sizeof *s->chunk);
    s->tracked = malloc(MOST_NODES * sizeof(void *));
    s->registers = calloc(REGISTERS, sizeof *s->registers);
    if (!s->chunk || !s->tracked || !s->registers)
        return ENOMEM;
    s->end = s->chunk + MOST_NODES;
    s->limit = MOST_NODES;
    s->depth = MIN_DEPTH;
    if ((enum floor)m->params[FLOOR_PROGRAM] == FLOOR_TRACKED)
        floor_up_tracked(s, s->registers, LONG_LIVED_DEPTH);
    else if ((enum floor)m->params[FLOOR_PROGRAM] == FLOOR_COUNTED)
        floor_up_counted(s, s->registers, LONG_LIVED_DEPTH);
    s->long_lived = s->registers[0];
    s->registers[0] = NULL;
    return 0;
}

static void floors_teardown(struct mutator *m) {
    struct floors *s = m->state;
    free(s->chunk);
    free(s->tracked);
    free(s->registers);
    *s = (struct floors){0};
}

WORKLOAD(
    floors,
    .summary = "the trees of binary_trees by hand: what is the least that counting them costs?",
    .step_is = "as in binary_trees", .params = floors_params, .param_count = PARAMS, .registers = 1,
    .state_bytes = sizeof(struct floors), .steps = 12000, .setup = floors_setup,
    .step = floors_step, .teardown = floors_teardown)
