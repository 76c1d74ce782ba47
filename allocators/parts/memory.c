// memory.c - see memory.h.

#include "parts/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

void memory_init(struct memory *m, size_t limit_bytes, uint64_t refuse_request) {
    *m = (struct memory){.limit_bytes = limit_bytes ? limit_bytes : SIZE_MAX,
                         .refuse_request = refuse_request};
}

// Whether growing by bytes is allowed. Counts the request, so that faults can be placed exactly.
static int memory_admits(struct memory *m, size_t bytes) {
    m->requests++;
    return m->requests != m->refuse_request && bytes <= m->limit_bytes - m->held_bytes;
}

static void memory_grew(struct memory *m, size_t bytes) {
    m->held_bytes += bytes;
    if (m->held_bytes > m->peak_bytes)
        m->peak_bytes = m->held_bytes;
}

void *memory_map(struct memory *m, size_t bytes, size_t align) {
    if (!memory_admits(m, bytes))
        return NULL;
    // Map enough to contain an aligned range, then cut off both ends.
    size_t slack = align > 4096 ? align : 0;
    char *start = mmap(NULL, bytes + slack, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    size_t before = slack ? -(uintptr_t)start & (align - 1) : 0;
    if (before)
        munmap(start, before);
    if (slack - before)
        munmap(start + before + bytes, slack - before);
    memory_grew(m, bytes);
    return start + before;
}

void memory_unmap(struct memory *m, void *p, size_t bytes) {
    if (!p)
        return;
    assert(bytes <= m->held_bytes && "memory given back was held");
    munmap(p, bytes);
    m->held_bytes -= bytes;
}

void *memory_malloc(struct memory *m, size_t bytes) {
    if (!memory_admits(m, bytes))
        return NULL;
    void *p = malloc(bytes);
    if (p)
        memory_grew(m, bytes);
    return p;
}

void *memory_resize(struct memory *m, void *p, size_t old_bytes, size_t bytes) {
    if (bytes > old_bytes && !memory_admits(m, bytes - old_bytes))
        return NULL;
    void *q = realloc(p, bytes);
    if (!q)
        return NULL;
    m->held_bytes -= old_bytes;
    memory_grew(m, bytes);
    return q;
}

void memory_free(struct memory *m, void *p, size_t bytes) {
    if (!p)
        return;
    assert(bytes <= m->held_bytes && "memory given back was held");
    free(p);
    m->held_bytes -= bytes;
}
