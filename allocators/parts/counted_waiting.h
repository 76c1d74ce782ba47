// counted_waiting.h - for strategies with counts where objects wait to be freed (COUNTED_PROMPT is 0):
// the array of those that wait, and the checks. Included once, by the strategy's slow.c behind
// counted_verify.h and these two functions of its own:
//     waiting_begin, waiting_end   the entries: objects that wait, in any order
//
// The array has addresses reserved, so that an entry can always be made, without memory that could
// be refused. Pages become resident as entries first reach them.
//
// Invariant: what waits has COUNTED_FOREVER in its count, and what has that waits, once.

#ifndef HEAPBENCH_COUNTED_WAITING_H
#define HEAPBENCH_COUNTED_WAITING_H

#include <sys/mman.h>

#include "parts/counted_verify.h"

// ------------------------------------------------------------------------------------------- array
// Behind the entries, pages stay resident up to this much.
enum { WAITING_KEPT_BYTES = 64 << 10, WAITING_PAGE_BYTES = 4096 };

// waiting_open - an empty array of so many bytes of addresses, or NULL. waiting_close accepts NULL.
static struct heap_object **waiting_open(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void waiting_close(struct heap_object **array, size_t bytes) {
    if (array)
        (void)munmap(array, bytes);
}

// waiting_give_back - let go of pages from `end` on, after entries had reached up to `highest`.
static void waiting_give_back(struct heap_object **end, struct heap_object **highest) {
    uintptr_t from = (uintptr_t)end + WAITING_KEPT_BYTES, to = (uintptr_t)highest;
    from = (from + WAITING_PAGE_BYTES - 1) & ~(uintptr_t)(WAITING_PAGE_BYTES - 1);
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_DONTNEED);
}

// ------------------------------------------------------------------------------------------ checks
static void counted_enumerate(struct heap *h, void (*visit)(void *audit, struct heap_object *o),
                              void *audit) {
    if (pool_walks_all(&h->pool)) {
        audit_cells(h, visit, audit);
        return;
    }
    for (struct heap_object **entry = waiting_begin(h); entry < waiting_end(h); entry++)
        visit(audit, *entry);
}

static bool counted_enumerates(struct heap *h, const struct heap_object *o) {
    (void)o;
    return pool_walks_all(&h->pool);
}

static bool counted_enumerates_all(struct heap *h) {
    return pool_walks_all(&h->pool);
}

static void waiting_count_marked(void *marked, struct heap_object *o) {
    *(size_t *)marked += counted_count(o) >= COUNTED_FOREVER;
}

// waiting_verify - NULL, or the first broken invariant. That what has the mark waits follows from
// there being as many as different entries.
static const char *waiting_verify(struct heap *h) {
    size_t marked = 0, entries = (size_t)(waiting_end(h) - waiting_begin(h));
    struct census seen = {0};
    const char *broken = NULL;
    for (struct heap_object **entry = waiting_begin(h); entry < waiting_end(h) && !broken;
         entry++) {
        if (counted_count(*entry) < COUNTED_FOREVER)
            broken = "an object that waits has the mark";
        else if (census_find(&seen, *entry))
            broken = "an object waits once";
        else if (!census_add(&seen, *entry))
            broken = "there is memory to verify the heap";
    }
    census_free(&seen);
    counted_enumerate(h, waiting_count_marked, &marked);
    if (!broken && marked != entries)
        broken = "an object with the mark waits";
    return broken;
}

#endif
