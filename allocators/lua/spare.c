// spare.c - lua: memory for Lua that malloc refuses after all, since Lua must not see a refusal.
//
// Blocks in a spare count twice as memory that is held: by themselves, and as part of it.

#include "spare.h"

#include "state.h"

#include <stdlib.h>

enum { SPARE_ALIGN = 16 };

struct luaheap_spare {
    struct luaheap_spare *next; // an older one, in which there are blocks
    size_t used, live;          // bytes, this header included; blocks
    _Alignas(SPARE_ALIGN) char memory[];
};

static bool spare_add(struct heap *h) {
    struct luaheap_spare *s = malloc(SPARE_BYTES);
    if (!s)
        return false;
    *s = (struct luaheap_spare){h->spare, sizeof *s, 0};
    h->spare = s;
    h->spares++;
    state_held_more(h, SPARE_BYTES);
    return true;
}

static bool spare_keep_large(struct heap *h, size_t bytes) {
    free(h->large);
    h->large = malloc(bytes);
    h->large_bytes = h->large ? bytes : 0;
    return h->large;
}

bool spare_ready(struct heap *h, size_t bytes) {
    if ((!h->spare || h->spare->live) && !spare_add(h))
        return false;
    return bytes <= SPARE_BYTES / 2 || spare_keep_large(h, bytes);
}

void spare_drop(struct heap *h) {
    struct luaheap_spare *next;
    for (struct luaheap_spare *s = h->spare; s; s = next) {
        next = s->next;
        free(s);
        state_held_more(h, -(size_t)SPARE_BYTES);
    }
    h->spare = NULL;
    h->spares = 0;
    free(h->large);
    h->large = NULL;
}

static void *spare_take_large(struct heap *h) {
    void *p = h->large;
    h->large = NULL;
    h->large_bytes = 0;
    return p;
}

static void *spare_take(struct heap *h, size_t bytes) {
    struct luaheap_spare *s = h->spare;
    h->admit_bytes = 0; // a new one is needed before the next operation
    if (s && bytes <= SPARE_BYTES - s->used) {
        void *p = (char *)s + s->used;
        s->used += (bytes + SPARE_ALIGN - 1) & ~(size_t)(SPARE_ALIGN - 1);
        s->live++;
        h->spared++;
        return p;
    }
    return bytes <= h->large_bytes ? spare_take_large(h) : NULL;
}

// The large block is for what asked for it, which needs most of it.
void *spare_malloc(struct heap *h, size_t bytes) {
    if (__builtin_expect(bytes > SPARE_BYTES / 2, 0) && bytes <= h->large_bytes &&
        bytes > h->large_bytes / 2)
        return spare_take_large(h);
    void *p = malloc(bytes);
    return __builtin_expect(p != NULL, 1) ? p : spare_take(h, bytes);
}

// Where the link to the spare is that a block is in; NULL: it is in none.
static struct luaheap_spare **spare_of(struct heap *h, const void *block) {
    for (struct luaheap_spare **s = &h->spare; h->spared && *s; s = &(*s)->next)
        if ((const char *)block > (char *)*s && (const char *)block < (char *)*s + SPARE_BYTES)
            return s;
    return NULL;
}

static void spare_leave(struct heap *h, struct luaheap_spare **at) {
    struct luaheap_spare *s = *at;
    h->spared--;
    if (--s->live)
        return;
    s->used = sizeof *s;
    if (s == h->spare)
        return;
    *at = s->next;
    free(s);
    h->spares--;
    state_held_more(h, -(size_t)SPARE_BYTES);
}

void spare_free(struct heap *h, void *block) {
    struct luaheap_spare **at = __builtin_expect(h->spared != 0, 0) ? spare_of(h, block) : NULL;
    if (at)
        spare_leave(h, at);
    else
        free(block);
}

void *spare_realloc(struct heap *h, void *block, size_t old_bytes, size_t bytes) {
    void *p = spare_of(h, block) ? NULL : realloc(block, bytes);
    if (p)
        return p;
    if (bytes <= old_bytes)
        return block;
    p = spare_malloc(h, bytes);
    if (!p)
        return NULL;
    memcpy(p, block, old_bytes);
    spare_free(h, block);
    return p;
}
