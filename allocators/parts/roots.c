// roots.c - chunks of the register stack: where they come from, and when they go.

#include "parts/roots.h"

#include <errno.h>
#include <sys/mman.h>

enum { ROOTS_PAGE_BYTES = 4096 };

static size_t roots_room(const struct roots_chunk *c) {
    return (c->bytes - sizeof *c) / sizeof(struct heap_reg);
}

static void roots_use(struct roots *r, struct roots_chunk *c, char *next) {
    r->chunk = c;
    r->start = (char *)(c + 1);
    r->next = next ? next : r->start;
    r->end = (char *)c + c->bytes;
}

static struct roots_chunk *roots_map(size_t bytes) {
    struct roots_chunk *c = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (c == MAP_FAILED)
        return NULL;
    c->bytes = bytes;
    return c;
}

static void roots_unmap(struct roots_chunk *c) {
    if (c)
        (void)munmap(c, c->bytes);
}

int roots_init(struct roots *r) {
    struct roots_chunk *c = roots_map(ROOTS_CHUNK_BYTES);
    *r = (struct roots){.chunk = c};
    if (!c)
        return ENOMEM;
    roots_use(r, c, NULL);
    return 0;
}

void roots_free(struct roots *r) {
    struct roots_chunk *below;
    for (struct roots_chunk *c = r->chunk; c; c = below) {
        below = c->below;
        roots_unmap(c);
    }
    roots_unmap(r->spare);
}

size_t roots_index(const struct roots *r, const struct heap_reg *reg) {
    const struct roots_chunk *c = r->chunk;
    while ((const char *)reg < (const char *)c || (const char *)reg >= (const char *)c + c->bytes)
        c = c->below;
    return c->first + (size_t)(reg - (const struct heap_reg *)(const void *)(c + 1));
}

// A chunk with room for a frame of that many registers.
static size_t roots_chunk_bytes(size_t count) {
    size_t bytes = sizeof(struct roots_chunk) + sizeof(struct roots_frame) + ROOTS_PAGE_BYTES;
    bytes += count * sizeof(struct heap_reg);
    bytes -= bytes % ROOTS_PAGE_BYTES;
    return bytes > ROOTS_CHUNK_BYTES ? bytes : ROOTS_CHUNK_BYTES;
}

static bool roots_grow(struct roots *r, size_t count) {
    size_t first = r->chunk->first + roots_room(r->chunk);
    if (count > ROOTS_MOST || first > ROOTS_MOST - count)
        return false;
    size_t bytes = roots_chunk_bytes(count);
    struct roots_chunk *c = bytes == ROOTS_CHUNK_BYTES && r->spare ? r->spare : roots_map(bytes);
    if (!c)
        return false;
    c->first = first;
    if (r->admit && !r->admit(r->context, c->first + roots_room(c))) {
        if (c != r->spare)
            roots_unmap(c);
        return false;
    }
    if (c == r->spare)
        r->spare = NULL;
    r->chunk->next = r->next;
    c->below = r->chunk;
    roots_use(r, c, NULL);
    return true;
}

struct heap_reg *roots_push_slow(struct roots *r, size_t count) {
    return roots_grow(r, count) ? roots_place(r, count) : NULL;
}

void roots_pop_slow(struct roots *r) {
    struct roots_chunk *empty = r->chunk;
    if (!empty->below)
        return;
    roots_use(r, empty->below, empty->below->next);
    if (r->spare || empty->bytes != ROOTS_CHUNK_BYTES)
        roots_unmap(empty);
    else
        r->spare = empty;
}
