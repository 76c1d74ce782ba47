// mutable_list.c - many lists that start equal, and then each go their own way.
//
// A step does a random mix of what programs do to lists: mostly appends, pops and overwrites, some
// slices and links to fresh nodes, a rare copy. Nearly every operation stores something young into
// a list that is old, which is what write barriers and generations are made for. Nothing here is
// cyclic.
//
// A list keeps between half and twice its first length, so the live data are stable.

#include "workload.h"

#include <string.h>

enum { LISTS, LIST, OTHER, COPY, ITEM, INNER, REGISTERS };

enum { LIST_COUNT, LENGTH, BOXED, SLICE, OPERATIONS, PARAMS };

static const struct setting mutable_list_params[PARAMS] = {
    [LIST_COUNT] = {.name = "lists",
                    .doc = "how many lists there are",
                    .unit = "lists",
                    .fallback = 1000,
                    .min = 2,
                    .max = 1e6,
                    .whole = 1,
                    .sweep = "10,1000,10000"},
    [LENGTH] = {.name = "length",
                .doc = "length of each list at the start, about which it varies",
                .unit = "elements",
                .fallback = 100,
                .min = 2,
                .max = 1e6,
                .whole = 1,
                .sweep = "10,100,1000"},
    [BOXED] = {.name = "boxed",
               .doc = "share of values that are fresh objects; the others are small integers",
               .unit = "share",
               .fallback = 0.5,
               .max = 1,
               .sweep = "0,0.5,1"},
    [SLICE] = {.name = "slice",
               .doc = "elements that a slice copies, and that a truncation drops",
               .unit = "elements",
               .fallback = 16,
               .min = 1,
               .max = 1e6,
               .whole = 1,
               .sweep = "4,16,64"},
    [OPERATIONS] = {.name = "operations",
                    .doc = "operations of a step",
                    .unit = "operations",
                    .fallback = 100,
                    .min = 1,
                    .max = 1e6,
                    .whole = 1},
};

// What a step needs, read from the parameters once.
struct mutable_list {
    size_t lists, shortest, longest, slice, operations;
    double boxed;
    uint64_t linked; // nodes made so far; each carries its number
};

// ------------------------------------------------------------------------------------------ values

static int mutable_list_value(struct mutator *m, struct heap_reg *dst) {
    const struct mutable_list *s = m->state;
    enum { SMALL = HEAP_INT_MAX - HEAP_INT_MIN + 1, LARGE = 1 << 20 };
    int64_t value = mutator_chance(m, s->boxed) ? HEAP_INT_MAX + 1 + (int64_t)mutator_draw(m, LARGE)
                                                : HEAP_INT_MIN + (int64_t)mutator_draw(m, SMALL);
    return heap_small_int(m->heap, dst, value);
}

// What is stored into a list outlives the step.
static int mutable_list_lasting_value(struct mutator *m, struct heap_reg *dst) {
    heap_long_lived(m->heap, true);
    int error = mutable_list_value(m, dst);
    heap_long_lived(m->heap, false);
    return error;
}

// An element is a value, or a node that holds its number and refers to a value.
static void mutable_list_observe(struct mutator *m, const struct heap_reg *item) {
    int64_t seen;
    memcpy(&seen, heap_payload(m->heap, item), sizeof seen);
    mutator_observe(m, (uint64_t)seen);
    if (heap_kind(m->heap, item) == HEAP_NODE) {
        struct heap_reg *inner = &m->registers[INNER];
        heap_load(m->heap, inner, item, 0);
        memcpy(&seen, heap_payload(m->heap, inner), sizeof seen);
        mutator_observe(m, (uint64_t)seen);
    }
}

// mutable_list_copy - append count elements of LIST, from first on, to COPY.
static int mutable_list_copy(struct mutator *m, size_t first, size_t count) {
    struct heap_reg *r = m->registers;
    int error = 0;
    for (size_t i = first; i < first + count && !error; i++) {
        heap_load(m->heap, &r[ITEM], &r[LIST], i);
        error = heap_append(m->heap, &r[COPY], &r[ITEM]);
    }
    return error;
}

static size_t mutable_list_choose(struct mutator *m, struct heap_reg *dst) {
    const struct mutable_list *s = m->state;
    size_t chosen = mutator_draw(m, s->lists);
    heap_load(m->heap, dst, &m->registers[LISTS], chosen);
    return chosen;
}

// -------------------------------------------------------------------------------------- operations

// Each works on LIST, of this length, which the step has chosen.

static int mutable_list_overwrite(struct mutator *m, size_t length) {
    struct heap_reg *r = m->registers;
    int error = mutable_list_lasting_value(m, &r[ITEM]);
    if (!error)
        heap_store(m->heap, &r[LIST], mutator_draw(m, length), &r[ITEM]);
    return error;
}

static int mutable_list_append(struct mutator *m, size_t length) {
    const struct mutable_list *s = m->state;
    struct heap_reg *r = m->registers;
    if (length >= s->longest)
        return mutable_list_overwrite(m, length);
    heap_long_lived(m->heap, true); // the array that the list may grow into, too
    int error = mutable_list_value(m, &r[ITEM]);
    if (!error)
        error = heap_append(m->heap, &r[LIST], &r[ITEM]);
    heap_long_lived(m->heap, false);
    return error;
}

static int mutable_list_pop(struct mutator *m, size_t length) {
    const struct mutable_list *s = m->state;
    struct heap_reg *r = m->registers;
    if (length <= s->shortest)
        return mutable_list_append(m, length);
    heap_pop(m->heap, &r[ITEM], &r[LIST]);
    mutable_list_observe(m, &r[ITEM]);
    return 0;
}

static int mutable_list_truncate(struct mutator *m, size_t length) {
    const struct mutable_list *s = m->state;
    bool enough = length >= s->shortest + s->slice;
    heap_truncate(m->heap, &m->registers[LIST], enough ? length - s->slice : s->shortest);
    mutator_observe(m, heap_length(m->heap, &m->registers[LIST]));
    return 0;
}

// A young node, referring to a young value, into an old list.
static int mutable_list_link(struct mutator *m, size_t length) {
    struct mutable_list *s = m->state;
    struct heap_reg *r = m->registers;
    heap_long_lived(m->heap, true);
    int error = heap_new_node(m->heap, &r[ITEM], 1, sizeof s->linked);
    if (!error) {
        memcpy(heap_payload(m->heap, &r[ITEM]), &s->linked, sizeof s->linked);
        s->linked++;
        error = mutable_list_value(m, &r[INNER]);
    }
    heap_long_lived(m->heap, false);
    if (error)
        return error;
    heap_store(m->heap, &r[ITEM], 0, &r[INNER]);
    heap_store(m->heap, &r[LIST], mutator_draw(m, length), &r[ITEM]);
    return 0;
}

static int mutable_list_read(struct mutator *m, size_t length) {
    struct heap_reg *r = m->registers;
    heap_load(m->heap, &r[ITEM], &r[LIST], mutator_draw(m, length));
    mutable_list_observe(m, &r[ITEM]);
    return 0;
}

// A slice is a new list, which dies when the next one is made, at the end of the step at the
// latest.
static int mutable_list_slice(struct mutator *m, size_t length) {
    const struct mutable_list *s = m->state;
    struct heap_reg *r = m->registers;
    size_t first = mutator_draw(m, length);
    size_t count = length - first < s->slice ? length - first : s->slice;
    int error = heap_new_list(m->heap, &r[COPY]);
    if (!error)
        error = mutable_list_copy(m, first, count);
    if (error)
        return error;
    heap_load(m->heap, &r[ITEM], &r[COPY], mutator_draw(m, count));
    mutable_list_observe(m, &r[ITEM]);
    return 0;
}

// Two lists are two objects even where they are equal: a store through one is not seen through the
// other.
static int mutable_list_alias(struct mutator *m, size_t length) {
    struct heap_reg *r = m->registers;
    (void)length;
    mutable_list_choose(m, &r[OTHER]);
    int error = mutable_list_lasting_value(m, &r[INNER]);
    if (error)
        return error;
    heap_load(m->heap, &r[ITEM], &r[LIST], 0);
    heap_store(m->heap, &r[OTHER], 0, &r[INNER]);
    heap_load(m->heap, &r[INNER], &r[LIST], 0);
    mutator_observe(m, heap_same(m->heap, &r[LIST], &r[OTHER]));
    mutator_observe(m, heap_same(m->heap, &r[ITEM], &r[INNER]));
    return 0;
}

// A fresh list with the same elements takes the place of an old one, which dies.
static int mutable_list_replace(struct mutator *m, size_t length) {
    struct heap_reg *r = m->registers;
    size_t chosen = mutable_list_choose(m, &r[LIST]);
    length = heap_length(m->heap, &r[LIST]);
    heap_long_lived(m->heap, true);
    int error = heap_new_list(m->heap, &r[COPY]);
    if (!error)
        error = mutable_list_copy(m, 0, length);
    heap_long_lived(m->heap, false);
    if (error)
        return error;
    mutator_observe(m, heap_same(m->heap, &r[LIST], &r[COPY]));
    heap_store(m->heap, &r[LISTS], chosen, &r[COPY]);
    return 0;
}

// ----------------------------------------------------------------------------------------- the mix

// Shares in percent. In 100 operations, a list grows by 28 appended elements on average and shrinks
// by as many: 12 popped ones and a truncation by 16. With another `slice` the bounds hold it.
static const struct {
    unsigned share;
    int (*operation)(struct mutator *m, size_t length);
} mutable_list_mix[] = {
    {28, mutable_list_append}, {25, mutable_list_overwrite}, {15, mutable_list_read},
    {12, mutable_list_pop},    {10, mutable_list_link},      {5, mutable_list_slice},
    {3, mutable_list_alias},   {1, mutable_list_truncate},   {1, mutable_list_replace},
};

static int mutable_list_operate(struct mutator *m) {
    size_t chosen = 0;
    uint64_t point = mutator_draw(m, 100);
    while (point >= mutable_list_mix[chosen].share)
        point -= mutable_list_mix[chosen++].share;
    mutable_list_choose(m, &m->registers[LIST]);
    return mutable_list_mix[chosen].operation(m, heap_length(m->heap, &m->registers[LIST]));
}

static void mutable_list_clear(struct mutator *m) {
    for (size_t i = LIST; i < REGISTERS; i++)
        heap_clear(m->heap, &m->registers[i]);
}

static int mutable_list_step(struct mutator *m) {
    const struct mutable_list *s = m->state;
    int error = 0;
    heap_region_begin(m->heap);
    for (size_t i = 0; i < s->operations && !error; i++)
        error = mutable_list_operate(m);
    mutable_list_clear(m);
    heap_region_end(m->heap);
    return error;
}

// ------------------------------------------------------------------------------------------ set-up

// The first list; all others are equal to it, and share its elements.
static int mutable_list_first(struct mutator *m, size_t length) {
    struct heap_reg *r = m->registers;
    int error = heap_new_list(m->heap, &r[LIST]);
    for (size_t i = 0; i < length && !error; i++) {
        error = mutable_list_value(m, &r[ITEM]);
        if (!error)
            error = heap_append(m->heap, &r[LIST], &r[ITEM]);
    }
    return error;
}

static int mutable_list_fill(struct mutator *m, size_t lists, size_t length) {
    struct heap_reg *r = m->registers;
    int error = heap_append(m->heap, &r[LISTS], &r[LIST]);
    for (size_t i = 1; i < lists && !error; i++) {
        error = heap_new_list(m->heap, &r[COPY]);
        if (!error)
            error = mutable_list_copy(m, 0, length);
        if (!error)
            error = heap_append(m->heap, &r[LISTS], &r[COPY]);
        mutator_observe(m, heap_same(m->heap, &r[LIST], &r[COPY]));
    }
    return error;
}

static int mutable_list_setup(struct mutator *m) {
    struct mutable_list *s = m->state;
    size_t length = (size_t)m->params[LENGTH];
    s->lists = (size_t)m->params[LIST_COUNT];
    s->shortest = length / 2;
    s->longest = length * 2;
    s->slice = (size_t)m->params[SLICE];
    s->operations = (size_t)m->params[OPERATIONS];
    s->boxed = m->params[BOXED];
    int error = heap_new_list(m->heap, &m->registers[LISTS]);
    if (!error)
        error = mutable_list_first(m, length);
    if (!error)
        error = mutable_list_fill(m, s->lists, length);
    mutable_list_clear(m);
    return error;
}

WORKLOAD(mutable_list,
         .summary = "lists that start equal and are changed one by one: what do stores of young "
                    "objects into old ones cost?",
         .step_is = "a mix of list operations", .params = mutable_list_params,
         .param_count = PARAMS, .registers = REGISTERS, .state_bytes = sizeof(struct mutable_list),
         .steps = 12000, .setup = mutable_list_setup, .step = mutable_list_step)
