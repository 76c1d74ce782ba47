// waiting.h - for strategies whose objects wait to be freed (COUNTED_PROMPT is 0): the array of
// those that wait, and its checks.
//
// The array has addresses for every entry that there can be, so that one can always be made without
// asking for memory, which could be refused: what makes more entries possible is refused instead, when
// it cannot grow. Pages become resident as entries first reach them.
//
// Invariant: an object waits if and only if COUNTED_FOREVER is in its count, and it waits once.

#ifndef HEAPBENCH_COUNTED_WAITING_H
#define HEAPBENCH_COUNTED_WAITING_H

#include <sys/mman.h>

#include "heap.h"
#include "parts/census.h"

// ------------------------------------------------------------------------------------------- array
// So many bytes of pages stay resident behind the last entry.
enum { WAITING_KEPT_BYTES = 64 << 10, WAITING_PAGE_BYTES = 4096 };

// waiting_open - an empty array with this many bytes of addresses, or NULL. waiting_close accepts
// NULL.
static inline struct heap_object **waiting_open(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

// waiting_resize - the array with other addresses; NULL: there are none, and it stays. Entries keep their
// places.
static inline struct heap_object **waiting_resize(struct heap_object **array, size_t old_bytes,
                                                  size_t bytes) {
    void *p = mremap(array, old_bytes, bytes, MREMAP_MAYMOVE);
    return p == MAP_FAILED ? NULL : p;
}

// An entry is a container that is held, in at least as many bytes: so an array has room for all of them when it has
// as many bytes as memory is held. It has so many more.
enum { WAITING_MORE_BYTES = 24 << 20 };

// waiting_begin - an array that covers the memory held, or NULL; `cover` calls waiting_cover whenever there is to be
// more than that. waiting_cover - the array with room for what is held then, or NULL, as waiting_resize.
static inline struct heap_object **waiting_begin(struct heap *h,
                                                 bool (*cover)(void *context, size_t held_bytes)) {
    struct memory *m = &h->common.memory;
    m->covered_bytes = WAITING_MORE_BYTES;
    m->cover = cover;
    m->context = h;
    return waiting_open(WAITING_MORE_BYTES);
}

static inline struct heap_object **waiting_cover(struct memory *m, struct heap_object **array,
                                                 size_t held_bytes) {
    size_t bytes = (held_bytes + WAITING_MORE_BYTES) & ~(size_t)(WAITING_PAGE_BYTES - 1);
    struct heap_object **moved = waiting_resize(array, m->covered_bytes, bytes);
    if (moved)
        m->covered_bytes = bytes;
    return moved;
}

static inline void waiting_close(struct heap_object **array, size_t bytes) {
    if (array)
        (void)munmap(array, bytes);
}

// waiting_give_back - let go of pages from `end` on, after entries had reached up to `highest`.
static inline void waiting_give_back(struct heap_object **end, struct heap_object **highest) {
    uintptr_t from = (uintptr_t)end + WAITING_KEPT_BYTES, to = (uintptr_t)highest;
    from = (from + WAITING_PAGE_BYTES - 1) & ~(uintptr_t)(WAITING_PAGE_BYTES - 1);
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_DONTNEED);
}

// ------------------------------------------------------------------------------------------ checks
// waiting_enumerate - counted_enumerate, where entries from begin to end wait.
static inline void waiting_enumerate(struct heap *h, struct heap_object **begin,
                                     struct heap_object **end, counted_visit *visit, void *audit) {
    if (pool_walks_all(&h->common.pool)) {
        counted_visit_cells(h, visit, audit);
        return;
    }
    for (struct heap_object **entry = begin; entry < end; entry++)
        visit(audit, *entry);
}

static inline void waiting_count_marked(void *marked, struct heap_object *o) {
    *(size_t *)marked += counted_count(o) >= COUNTED_FOREVER;
}

// waiting_check - NULL, or the first broken invariant. There are as many marked objects as
// different entries, so every marked object waits.
static inline const char *waiting_check(struct heap *h, struct heap_object **begin,
                                        struct heap_object **end) {
    size_t marked = 0;
    struct census seen = {0};
    const char *broken = NULL;
    for (struct heap_object **entry = begin; entry < end && !broken; entry++) {
        if (counted_count(*entry) < COUNTED_FOREVER)
            broken = "an object that waits has the mark";
        else if (census_find(&seen, *entry))
            broken = "an object waits once";
        else if (!census_add(&seen, *entry))
            broken = "there is memory to verify the heap";
    }
    census_free(&seen);
    waiting_enumerate(h, begin, end, waiting_count_marked, &marked);
    if (!broken && marked != (size_t)(end - begin))
        broken = "an object with the mark waits";
    return broken;
}

#endif
