// space.c - the chunks of a space, and the free ones kept ready to copy it into.

#include "heap.h"

static struct space_chunk *take_from(struct space_chunk **list, size_t *count) {
    struct space_chunk *chunk = *list;
    *list = chunk->next;
    --*count;
    return chunk;
}

static void put_on(struct space_chunk **list, size_t *count, struct space_chunk *chunk) {
    chunk->next = *list;
    *list = chunk;
    ++*count;
}

// What holds no items is unreadable for the address sanitizer.
static void space_poison(struct space_chunk *chunk) {
    poison(chunk + 1, SPACE_ROOM_BYTES);
    (void)chunk;
}

// Shadow memory outlives a mapping, and the next one at this address must not find it poisoned.
static void space_unpoison(struct space_chunk *chunk) {
    unpoison(chunk, SPACE_CHUNK_BYTES);
    (void)chunk;
}

int space_reserve(struct space *s, size_t bytes) {
    while (space_capacity(s) < bytes) {
        struct space_chunk *chunk = memory_reserve(s->memory, SPACE_CHUNK_BYTES, 4096);
        if (!chunk)
            return ENOMEM;
        space_poison(chunk);
        put_on(&s->cold, &s->cold_count, chunk);
    }
    return 0;
}

static struct space_chunk *take_chunk(struct space *s) {
    if (s->warm)
        return take_from(&s->warm, &s->warm_count);
    assert(s->cold && "the free chunks suffice to copy every item");
    memory_commit(s->memory, SPACE_CHUNK_BYTES);
    return take_from(&s->cold, &s->cold_count);
}

uintptr_t space_add(struct space *s, uintptr_t filled) {
    struct space_chunk *chunk = take_chunk(s);
    chunk->next = NULL;
    if (s->newest) {
        s->newest->filled = filled;
        s->newest->next = chunk;
        s->full_bytes += filled - space_start(s->newest);
    } else {
        s->oldest = chunk;
    }
    s->newest = chunk;
    s->count++;
    return space_start(chunk);
}

struct space_chunk *space_begin(struct space *s) {
    struct space_chunk *old = s->oldest;
    s->oldest = s->newest = NULL;
    s->count = s->full_bytes = 0;
    return old;
}

// A stale reference reads 0xDB, or stops the address sanitizer.
static void make_unreadable(struct space_chunk *chunk) {
#ifndef NDEBUG
    memset(chunk + 1, 0xDB, chunk->filled - space_start(chunk));
#endif
    space_poison(chunk);
}

void space_recycle(struct space *s, struct space_chunk *old) {
    while (old) {
        struct space_chunk *chunk = old;
        old = chunk->next;
        make_unreadable(chunk);
        put_on(&s->warm, &s->warm_count, chunk);
    }
}

// ------------------------------------------------------------------------------------------ giving
static size_t total(const struct space *s) {
    return s->count + s->warm_count + s->cold_count;
}

bool space_has_surplus(const struct space *s, size_t warm, size_t keep_bytes) {
    return s->warm_count > warm ||
           (total(s) > 2 * space_need(keep_bytes) && s->warm_count + s->cold_count);
}

static void give_back_warm(struct space *s) {
    struct space_chunk *chunk = take_from(&s->warm, &s->warm_count);
    space_unpoison(chunk);
    memory_unmap(s->memory, chunk, SPACE_CHUNK_BYTES);
}

static void give_back_cold(struct space *s) {
    struct space_chunk *chunk = take_from(&s->cold, &s->cold_count);
    space_unpoison(chunk);
    memory_unreserve(s->memory, chunk, SPACE_CHUNK_BYTES);
}

void space_trim(struct space *s, size_t warm, size_t keep_bytes) {
    size_t keep = 2 * space_need(keep_bytes);
    while (s->warm_count > warm && total(s) > keep)
        give_back_warm(s);
    while (s->warm_count > warm) {
        struct space_chunk *chunk = take_from(&s->warm, &s->warm_count);
        memory_decommit(s->memory, chunk, SPACE_CHUNK_BYTES);
        put_on(&s->cold, &s->cold_count, chunk);
    }
    while (s->cold && total(s) > keep)
        give_back_cold(s);
    while (s->warm && total(s) > keep)
        give_back_warm(s);
}

void space_free(struct space *s) {
    for (struct space_chunk *chunk = s->oldest; chunk; chunk = s->oldest) {
        s->oldest = chunk->next;
        put_on(&s->warm, &s->warm_count, chunk);
    }
    while (s->warm)
        give_back_warm(s);
    while (s->cold)
        give_back_cold(s);
}
