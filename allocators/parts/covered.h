// covered.h - an array of objects that has room for each that there can be, so that an entry is made without asking
// for memory, which could be refused: what makes more entries possible is refused instead, when it cannot grow.
//
// It is addresses, in no limit and no counter; pages become resident as entries first reach them.

#ifndef HEAPBENCH_COVERED_H
#define HEAPBENCH_COVERED_H

#include <sys/mman.h>

#include "memory.h"

struct heap_object;

// So many bytes of pages stay resident behind the last entry.
enum { COVERED_KEPT_BYTES = 64 << 10, COVERED_PAGE_BYTES = 4096 };

// covered_open - an empty array with this many bytes of addresses, or NULL. covered_close accepts NULL.
static inline struct heap_object **covered_open(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static inline void covered_close(struct heap_object **array, size_t bytes) {
    if (array)
        (void)munmap(array, bytes);
}

// covered_resize - the array with other addresses; NULL: there are none, and it stays. Entries keep their
// places.
static inline struct heap_object **covered_resize(struct heap_object **array, size_t old_bytes,
                                                  size_t bytes) {
    void *p = mremap(array, old_bytes, bytes, MREMAP_MAYMOVE);
    return p == MAP_FAILED ? NULL : p;
}

// An entry is an object that is held, in at least as many bytes: so an array has room for all of them when it has
// as many bytes as memory is held. It has so many more.
enum { COVERED_MORE_BYTES = 24 << 20 };

// covered_begin - an array that covers the memory held, or NULL; `cover` calls covered_grow whenever there is to be
// more than that. covered_grow - the array with room for what is held then, or NULL, as covered_resize. It is closed
// with m->covered_bytes.
static inline struct heap_object **
covered_begin(struct memory *m, bool (*cover)(void *context, size_t held_bytes), void *context) {
    m->covered_bytes = COVERED_MORE_BYTES;
    m->cover = cover;
    m->context = context;
    return covered_open(COVERED_MORE_BYTES);
}

static inline struct heap_object **covered_grow(struct memory *m, struct heap_object **array,
                                                size_t held_bytes) {
    size_t bytes = (held_bytes + COVERED_MORE_BYTES) & ~(size_t)(COVERED_PAGE_BYTES - 1);
    struct heap_object **moved = covered_resize(array, m->covered_bytes, bytes);
    if (moved)
        m->covered_bytes = bytes;
    return moved;
}

// covered_give_back - let go of pages from `end` on, after entries had reached up to `highest`.
static inline void covered_give_back(struct heap_object **end, struct heap_object **highest) {
    uintptr_t from = (uintptr_t)end + COVERED_KEPT_BYTES, to = (uintptr_t)highest;
    from = (from + COVERED_PAGE_BYTES - 1) & ~(uintptr_t)(COVERED_PAGE_BYTES - 1);
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_DONTNEED);
}

#endif
