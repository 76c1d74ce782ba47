// memory.c - memory from the system and from malloc, counted, limited, and refused on request.

#include "parts/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

void memory_init(struct memory *m, size_t limit_bytes, uint64_t refuse_request) {
    *m = (struct memory){.limit_bytes = limit_bytes ? limit_bytes : SIZE_MAX,
                         .refuse_request = refuse_request,
                         .covered_bytes = SIZE_MAX};
}

void memory_close(struct memory *m) {
    assert(!m->held_bytes && !m->reserved_bytes && "a heap that ends has given back all memory");
    (void)m;
}

// Whether growing by bytes is allowed. Counts the request, so that faults can be placed exactly.
static int memory_admits(struct memory *m, size_t bytes) {
    m->requests++;
    size_t left = m->limit_bytes - m->held_bytes - m->reserved_bytes;
    if (m->requests == m->refuse_request || bytes > left)
        return 0;
    return bytes + m->held_bytes <= m->covered_bytes || m->cover(m->context, bytes + m->held_bytes);
}

static void memory_grew(struct memory *m, size_t bytes) {
    m->held_bytes += bytes;
    if (m->held_bytes > m->peak_bytes)
        m->peak_bytes = m->held_bytes;
}

static void *memory_map_aligned(size_t bytes, size_t align) {
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
    return start + before;
}

void *memory_map(struct memory *m, size_t bytes, size_t align) {
    void *p = memory_admits(m, bytes) ? memory_map_aligned(bytes, align) : NULL;
    if (p)
        memory_grew(m, bytes);
    return p;
}

void memory_unmap(struct memory *m, void *p, size_t bytes) {
    if (!p)
        return;
    assert(bytes <= m->held_bytes && "memory given back was held");
    munmap(p, bytes);
    m->held_bytes -= bytes;
}

void memory_discard(void *p, size_t bytes) {
    (void)madvise(p, bytes, MADV_DONTNEED);
}

void *memory_reserve(struct memory *m, size_t bytes, size_t align) {
    void *p = memory_admits(m, bytes) ? memory_map_aligned(bytes, align) : NULL;
    if (p)
        m->reserved_bytes += bytes;
    return p;
}

void memory_commit(struct memory *m, size_t bytes) {
    assert(bytes <= m->reserved_bytes && "memory committed was reserved");
    m->reserved_bytes -= bytes;
    memory_grew(m, bytes);
}

void memory_decommit(struct memory *m, void *p, size_t bytes) {
    assert(bytes <= m->held_bytes && "memory decommitted was held");
    memory_discard(p, bytes);
    m->held_bytes -= bytes;
    m->reserved_bytes += bytes;
}

void memory_unreserve(struct memory *m, void *p, size_t bytes) {
    assert(bytes <= m->reserved_bytes && "memory given back was reserved");
    munmap(p, bytes);
    m->reserved_bytes -= bytes;
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
