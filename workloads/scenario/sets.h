// sets.h - a scenario under way: its registers, amounts that change, and sets. Inlined into
// scenario.c.
//
// A set is a list in a register of its own. Its elements are in the order in which they came,
// unless some were dropped at random; `first` is the oldest, and slots before it are empty. They
// are closed up when they are half of the list, so that dropping the oldest takes two loads and
// stores.

#ifndef HEAPBENCH_SCENARIO_SETS_H
#define HEAPBENCH_SCENARIO_SETS_H

#include "workload.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { HEAD, ITEM, PARTS, EMPTY, REGISTERS }; // after the sets; EMPTY stays so
enum { CLOSE_UP_FROM = 64 };

// An action under way. carry: the fraction of an amount that earlier steps left over. turn,
// item_turn: of sizes that are used in turn. at: of elements that are.
struct loop {
    const struct scenario_action *action;
    struct shape shape;
    double carry;
    size_t turn, item_turn, at;
};

// When each element of a set came, by its slot, counted in steps of the program; of sets that are
// dropped from by age.
struct born {
    uint32_t *step;
    size_t room;
};

// loops: of all phases one after the other. left: steps of the phase. serial: of the last object
// made.
struct program {
    const struct scenario *scenario;
    struct heap_reg *registers;
    struct loop *loops, *now;
    size_t loop_count, phase;
    uint64_t steps, left, serial;
    size_t *first;
    struct born *born;
    uint32_t step; // of the program
    double scale;
};

static inline struct heap_reg *program_register(const struct program *p, int which) {
    return &p->registers[p->scenario->sets.count + (size_t)which];
}

// ----------------------------------------------------------------------------------------- numbers
static inline size_t program_bytes(struct mutator *m, const struct scenario_sizes *s,
                                   size_t *turn) {
    if (!s->count) {
        double share = (double)(mutator_random(m) >> 11) * 0x1p-53;
        return (size_t)(s->low * pow(s->high / s->low, share));
    }
    size_t bytes = s->list[*turn];
    *turn = *turn + 1 == s->count ? 0 : *turn + 1;
    return bytes;
}

static inline size_t set_length(struct mutator *m, const struct program *p, int set) {
    const struct heap_reg *list = &p->registers[set];
    return heap_is_empty(m->heap, list) ? 0 : heap_length(m->heap, list) - p->first[set];
}

static inline size_t program_amount(struct mutator *m, const struct program *p, struct loop *l,
                                    const struct scenario_amount *a) {
    double done = p->steps > 1 ? (double)(p->steps - p->left) / (double)(p->steps - 1) : 0;
    double wanted = a->of >= 0 ? a->share * (double)set_length(m, p, a->of)
                               : a->from + (a->to - a->from) * done;
    double whole = floor(wanted + l->carry);
    l->carry += wanted - whole;
    return (size_t)whole;
}

// -------------------------------------------------------------------------------------------- sets
// Notes when the element in a slot came.
static inline int set_note(const struct program *p, int set, size_t slot) {
    struct born *born = &p->born[set];
    if (!p->scenario->aged[set])
        return 0;
    if (slot >= born->room) {
        size_t room = slot < CLOSE_UP_FROM ? CLOSE_UP_FROM : 2 * slot;
        uint32_t *step = realloc(born->step, room * sizeof *step);
        if (!step)
            return ENOMEM;
        *born = (struct born){step, room};
    }
    born->step[slot] = p->step;
    return 0;
}

static inline void set_note_move(const struct program *p, int set, size_t from, size_t to) {
    if (p->scenario->aged[set])
        p->born[set].step[to] = p->born[set].step[from];
}

static inline int set_add(struct mutator *m, const struct program *p, int set,
                          const struct heap_reg *element) {
    struct heap_reg *list = &p->registers[set];
    int error = heap_is_empty(m->heap, list) ? heap_new_list(m->heap, list) : 0;
    if (!error)
        error = heap_append(m->heap, list, element);
    return error ? error : set_note(p, set, heap_length(m->heap, list) - 1);
}

static inline void set_load(struct mutator *m, const struct program *p, int set, size_t i,
                            struct heap_reg *dst) {
    heap_load(m->heap, dst, &p->registers[set], p->first[set] + i);
}

// Moves element i to the place of element j, counted from the start of the list.
static inline void set_move(struct mutator *m, const struct program *p, int set, size_t i,
                            size_t j) {
    struct heap_reg *item = program_register(p, ITEM);
    heap_load(m->heap, item, &p->registers[set], i);
    heap_store(m->heap, &p->registers[set], j, item);
    set_note_move(p, set, i, j);
}

static inline void set_close_up(struct mutator *m, struct program *p, int set) {
    size_t first = p->first[set], count = set_length(m, p, set);
    if (first < CLOSE_UP_FROM || first < count)
        return;
    for (size_t i = 0; i < count; i++)
        set_move(m, p, set, first + i, i);
    p->first[set] = 0;
    heap_truncate(m->heap, &p->registers[set], count);
    heap_clear(m->heap, program_register(p, ITEM));
}

static inline void set_drop_all(struct mutator *m, struct program *p, int set) {
    heap_clear(m->heap, &p->registers[set]);
    p->first[set] = 0;
}

static inline void set_drop_oldest(struct mutator *m, struct program *p, int set, size_t count) {
    for (; count; count--)
        heap_store(m->heap, &p->registers[set], p->first[set]++, program_register(p, EMPTY));
    set_close_up(m, p, set);
}

static inline void set_drop_newest(struct mutator *m, const struct program *p, int set,
                                   size_t count) {
    if (count)
        heap_truncate(m->heap, &p->registers[set],
                      heap_length(m->heap, &p->registers[set]) - count);
}

// The last one takes the place of the one that goes.
static inline void set_drop_random(struct mutator *m, const struct program *p, int set,
                                   size_t count) {
    struct heap_reg *item = program_register(p, ITEM), *list = &p->registers[set];
    for (; count; count--) {
        size_t length = set_length(m, p, set), i = mutator_draw(m, length);
        heap_pop(m->heap, item, list);
        if (i + 1 < length) {
            heap_store(m->heap, list, p->first[set] + i, item);
            set_note_move(p, set, p->first[set] + length - 1, p->first[set] + i);
        }
    }
    heap_clear(m->heap, item);
}

static inline void set_thin(struct mutator *m, struct program *p, int set, size_t keep_one_of) {
    size_t count = set_length(m, p, set), kept = 0;
    for (size_t i = 0; i < count; i += keep_one_of)
        set_move(m, p, set, p->first[set] + i, kept++);
    p->first[set] = 0;
    if (count)
        heap_truncate(m->heap, &p->registers[set], kept);
    heap_clear(m->heap, program_register(p, ITEM));
}

// Those that came more than so many steps ago leave, wherever they are in the set.
static inline void set_drop_older(struct mutator *m, struct program *p, int set, uint64_t steps) {
    size_t count = set_length(m, p, set), first = p->first[set], kept = 0;
    const uint32_t *born = p->born[set].step;
    for (size_t i = first; i < first + count; i++)
        if (p->step - born[i] <= steps)
            set_move(m, p, set, i, kept++);
    p->first[set] = 0;
    if (count)
        heap_truncate(m->heap, &p->registers[set], kept);
    heap_clear(m->heap, program_register(p, ITEM));
}

#endif
