// mark.h - finding what is live: an explicit stack, and a way out when memory is short.

#ifndef HEAPBENCH_SWEPT_MARK_H
#define HEAPBENCH_SWEPT_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parts/memory.h"

struct heap;
struct heap_object;

// References to follow. It grows up to max entries; beyond it, marking goes on without (mark.c).
struct mark_stack {
    struct memory *memory;
    uintptr_t *entries;
    size_t capacity, max;
    bool in_order; // drain without the queue, as the last collection of all chose
};

// What a marking found.
struct mark_result {
    uint64_t objects;
    uint64_t again; // old objects that were looked at since they had changed
    uint64_t bytes; // requested, as in HEAP_COUNTERS
    uint64_t edges;
    uint64_t overflows;  // objects that were put off
    size_t single_bytes; // of all live singles
};

// mark_stack_init - an empty stack of at most max entries. Returns 0 or ENOMEM.
int mark_stack_init(struct mark_stack *s, struct memory *memory, size_t max);
void mark_stack_free(struct mark_stack *s);

// mark_heap - hand guarded objects back, then give every live object, and the arrays of live lists, this epoch, and
// count the live cells of every block. May enlarge the mark stack, and does without when that is refused.
//   young  what has the epoch already stays so, and is not looked at but where it has changed: only what is new
//          is marked and counted
void mark_heap(struct heap *h, uint8_t epoch, bool young, struct mark_result *out);

// mark_array - the array that an old list gets is old, too.
void mark_array(struct heap *h, struct heap_object *array);

// mark_changed - for swept_remembered: look at the references of an old object. mark_slots - at those of a list whose
// array is a single, where that has a mark.
struct marker;
void mark_changed(struct marker *m, struct heap_object *o);
void mark_slots(struct marker *m, struct heap_object *o);

#endif
