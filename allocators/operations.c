// operations.c - the operations of a strategy as functions, which is what HEAP_CALLED calls; compiled for each strategy.
//
// Here births are told to who listens (struct heap_listener), in the build that counts.

#define HEAP_FUNCTIONS
#if HEAP_COUNTING
#define heap_new_atom quiet_new_atom
#define heap_new_node quiet_new_node
#define heap_new_list quiet_new_list
#define heap_new_tuple quiet_new_tuple
#define heap_new_dict quiet_new_dict
#define heap_new_external quiet_new_external
#define heap_intern quiet_intern
#define heap_small_int quiet_small_int
#define heap_append quiet_append
#define heap_pop quiet_pop
#define heap_truncate quiet_truncate
#endif
#include "heap.h"

#if HEAP_COUNTING
#undef heap_new_atom
#undef heap_new_node
#undef heap_new_list
#undef heap_new_tuple
#undef heap_new_dict
#undef heap_new_external
#undef heap_intern
#undef heap_small_int
#undef heap_append
#undef heap_pop
#undef heap_truncate

#ifndef HEAP_LISTENER // of a heap
#define HEAP_LISTENER(h) (&(h)->common.listener)
#endif

static int born(struct heap *h, const struct heap_reg *dst, size_t bytes, int error) {
    const struct heap_listener *l = HEAP_LISTENER(h);
    if (l->born && !error)
        l->born(l->lives, heap_identity(h, dst), bytes);
    return error;
}

int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return born(h, dst, bytes, quiet_new_atom(h, dst, bytes));
}

int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return born(h, dst, slots * sizeof(void *) + bytes, quiet_new_node(h, dst, slots, bytes));
}

int heap_new_list(struct heap *h, struct heap_reg *dst) {
    return born(h, dst, 0, quiet_new_list(h, dst));
}

int heap_new_tuple(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    size_t bytes = heap_length(h, list) * sizeof(void *);
    return born(h, dst, bytes, quiet_new_tuple(h, dst, list));
}

int heap_new_dict(struct heap *h, struct heap_reg *dst, size_t slots) {
    return born(h, dst, slots * sizeof(void *), quiet_new_dict(h, dst, slots));
}

int heap_new_external(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return born(h, dst, HEAP_EXTERNAL_PAYLOAD, quiet_new_external(h, dst, bytes));
}

int heap_intern(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    return born(h, dst, bytes, quiet_intern(h, dst, key, bytes));
}

int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) {
    bool lasts = value >= HEAP_INT_MIN && value <= HEAP_INT_MAX;
    int error = quiet_small_int(h, dst, value);
    return lasts ? error : born(h, dst, sizeof value, error);
}

static size_t capacity(struct heap *h, const struct heap_reg *list) {
    return HEAP_LISTENER(h)->resized ? heap_capacity(h, list) : 0;
}

static void resized(struct heap *h, const struct heap_reg *list, size_t from) {
    const struct heap_listener *l = HEAP_LISTENER(h);
    size_t to = capacity(h, list);
    if (to != from)
        l->resized(l->lives, heap_identity(h, list), from * sizeof(void *), to * sizeof(void *));
}

int heap_append(struct heap *h, const struct heap_reg *list, const struct heap_reg *src) {
    size_t from = capacity(h, list);
    int error = quiet_append(h, list, src);
    resized(h, list, from);
    return error;
}

void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length) {
    size_t from = capacity(h, list);
    quiet_truncate(h, list, length);
    resized(h, list, from);
}

// The register may be the only one that holds the list: then the list may be gone.
void heap_pop(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    struct heap_reg *kept = HEAP_LISTENER(h)->resized && dst == list ? heap_enter(h, 1) : NULL;
    if (!kept) {
        size_t from = capacity(h, list);
        quiet_pop(h, dst, list);
        if (dst != list)
            resized(h, list, from);
        return;
    }
    heap_copy(h, kept, list);
    size_t from = capacity(h, kept);
    quiet_pop(h, dst, list);
    resized(h, kept, from);
    heap_leave(h);
}
#endif
