// external.c - memory outside of the heap that objects own.

#include "external.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct external_block {
    struct heap_object *owner;
    size_t bytes;
    unsigned char data[];
};

// A table entry's object is a block.
static struct external_block *external_block_of(const struct heap_object *entry) {
    return (struct external_block *)(uintptr_t)entry;
}

static uint64_t external_hash(const struct heap_object *owner) {
    return intern_mix((uintptr_t)owner, 0x9E3779B97F4A7C15u);
}

static struct intern_entry *external_find(const struct external *x,
                                          const struct heap_object *owner) {
    const struct intern_table *t = &x->blocks;
    for (size_t i = external_hash(owner) & t->mask;; i = (i + 1) & t->mask)
        if (!t->entries[i].object || external_block_of(t->entries[i].object)->owner == owner)
            return &t->entries[i];
}

static void external_release(struct external *x, struct external_block *b) {
    x->held_bytes -= b->bytes;
    free(b);
}

void external_init(struct external *x) {
    *x = (struct external){0};
    memory_init(&x->memory, 0, 0);
    intern_init(&x->blocks, &x->memory);
}

void external_free(struct external *x) {
    for (size_t i = 0; x->blocks.entries && i <= x->blocks.mask; i++)
        free(external_block_of(x->blocks.entries[i].object));
    intern_free(&x->blocks);
}

struct external_block *external_prepare(struct external *x, size_t bytes) {
    if (intern_reserve(&x->blocks))
        return NULL;
    struct external_block *b = malloc(sizeof *b + bytes);
    if (!b)
        return NULL;
    b->bytes = bytes;
    memset(b->data, 1, bytes);
    return b;
}

void external_cancel(struct external_block *b) {
    free(b);
}

void external_attach(struct external *x, struct external_block *b, struct heap_object *owner) {
    struct intern_entry *e = external_find(x, owner);
    assert(!e->object && "a fresh object owns nothing");
    b->owner = owner;
    x->held_bytes += b->bytes;
    intern_insert(&x->blocks, e, external_hash(owner), (struct heap_object *)(void *)b);
}

bool external_has(const struct external *x, const struct heap_object *owner) {
    return x->blocks.count && external_find(x, owner)->object;
}

bool external_drop(struct external *x, const struct heap_object *owner) {
    if (!external_has(x, owner))
        return false;
    struct heap_object *entry = external_find(x, owner)->object;
    intern_remove(&x->blocks, external_hash(owner), entry);
    external_release(x, external_block_of(entry));
    return true;
}

struct external_keeping {
    struct external *x;
    struct heap_object *(*keep)(void *context, struct heap_object *owner);
    void *context;
};

static struct heap_object *external_keep(void *context, struct heap_object *entry) {
    struct external_keeping *k = context;
    struct external_block *b = external_block_of(entry);
    b->owner = k->keep(k->context, b->owner);
    if (b->owner)
        return entry;
    external_release(k->x, b);
    return NULL;
}

void external_retain(struct external *x,
                     struct heap_object *(*keep)(void *context, struct heap_object *owner),
                     void *context) {
    struct external_keeping k = {x, keep, context};
    intern_retain(&x->blocks, external_keep, &k);
}
