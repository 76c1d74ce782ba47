// mark.h - finding what is live: an explicit stack, and a way out when memory is short.

#ifndef HEAPBENCH_MARKSWEEP_MARK_H
#define HEAPBENCH_MARKSWEEP_MARK_H

#include <stddef.h>
#include <stdint.h>

#include "parts/memory.h"

struct heap;

// References to follow. It grows up to max entries; beyond it, marking goes on without (mark.c).
struct mark_stack {
    struct memory *memory;
    uintptr_t *entries;
    size_t capacity, max;
};

// What a marking found.
struct mark_result {
    uint64_t objects;
    uint64_t bytes; // requested, as in HEAP_COUNTERS
    uint64_t edges;
    uint64_t overflows;  // objects that were put off
    size_t single_bytes; // of all live singles
};

// mark_stack_init - an empty stack of at most max entries. Returns 0 or ENOMEM.
int mark_stack_init(struct mark_stack *s, struct memory *memory, size_t max);
void mark_stack_free(struct mark_stack *s);

// mark_heap - hand guarded objects back, then give every live object, and the arrays of live lists,
// this epoch, and count the live cells of every block. May enlarge the mark stack, and does without
// when that is refused.
void mark_heap(struct heap *h, uint8_t epoch, struct mark_result *out);

#endif
