// arena - allocate by bumping a pointer, release a whole region at once.
//
// Idea: objects of a region lie in chunks of their own, apart from what lives longer; when the
//   mutator says that the region is over, its chunks are taken back without looking at an object.
// Invariant: there are two spaces, one for the open region, and one for what is allocated outside
//   of it, marked long-lived, or interned. Which one is decided when an object is made, and a
//   list's array follows its list. Outside regions the region space is empty.
// Cost: 8 bytes of header per object, 24 per list, 8 per array. A node with two slots takes 9
//   instructions (gcc 12 -O2, callgrind; 11 where it counts), like a hand-written bump with the
//   same initialisation. A load or a store takes 7, of which 3 tell a list from a node. Of the
//   81 that binary_trees spends on a node, 25 are these; malloc and free take 176. A region costs
//   about 180 instructions, of a chunk 8 to release and 40 to take again. Chunks are used again in
//   the same order, so a region that fits the cache stays in it: 1.4 ns a node of 32 bytes, instead
//   of 18 on memory used for the first time.
// Cannot free: what lies outside regions, before heap_free; outgrown arrays (up to 8 times a list
//   that grew to an eighth of a chunk by appending, less when nothing was allocated in between) and
//   dead objects, before their region ends. There is no collection, and no guarded object is handed
//   back.
// Source: Hanson, "Fast allocation and deallocation of memory based on object lifetimes", Software:
//   Practice and Experience 20(1), 1990, pages 5-12: chunks by lifetime, recycled, not returned.
// Check: objects_freed rises at region ends only; pauses of kind `region`; memory_bytes.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/plain/layout.h"
#include "parts/poison.h"

struct arena_chunk;
struct arena_block;

enum arena_name { ARENA_LASTING, ARENA_REGION, ARENA_SPACES };

struct arena_space {
    uintptr_t next, end; // free part of the newest chunk; of the space in use, see struct heap
    struct arena_chunk *chunks; // newest first
    size_t chunk_count;
    struct arena_block *blocks; // of one object each that is too large for a chunk
    // Allocated in this space, in a build that counts; of the space in use, less the heap's
    // counters, which makes both current without a third addition in each allocation.
    uint64_t objects, bytes;
};

struct heap {
    uintptr_t next, end; // free part of the newest chunk of the space in use
    struct plain common;
    enum arena_name using;
    bool in_region, long_lived;
    struct arena_space spaces[ARENA_SPACES];
    size_t chunk_bytes;
    struct arena_chunk *spare; // chunks to use again, the next one first
    size_t spare_count;
    size_t spare_wanted; // chunks that recent regions used
};

#define plain_open arena_open
#define plain_close arena_close
#define plain_new_interned arena_new_interned
#define plain_owns arena_owns
#define plain_unused arena_unused

int arena_open(struct heap *h, const struct heap_config *config);
void arena_close(struct heap *h);
uint64_t arena_unused(const struct heap *h);
FAST int arena_new_interned(struct heap *h, struct heap_reg *dst, size_t bytes);
FAST void arena_owns(struct heap *h, struct heap_object *o);

#include "parts/plain/operations.h"

enum { ARENA_OF_REGION = PLAIN_OWN_FLAG }; // flag of a list, or an owner, that lies in ARENA_REGION

// arena_alloc_slow - bytes (a multiple of 8) from a new chunk or block. Returns NULL when there is
// no memory.
void *arena_alloc_slow(struct heap *h, size_t bytes);

// arena_end_slow - take back the region space, which is not in use.
void arena_end_slow(struct heap *h);

// arena_use - allocate in this space from now on.
FAST void arena_use(struct heap *h, enum arena_name name) {
    struct arena_space *old = &h->spaces[h->using], *new = &h->spaces[name];
    old->next = h->next;
    old->end = h->end;
    HEAP_COUNT(old->objects += h->common.counters.objects_allocated);
    HEAP_COUNT(old->bytes += h->common.counters.bytes_allocated);
    HEAP_COUNT(new->objects -= h->common.counters.objects_allocated);
    HEAP_COUNT(new->bytes -= h->common.counters.bytes_allocated);
    h->next = new->next;
    h->end = new->end;
    h->using = name;
    // Or a loop that allocates would carry `end` in a register beside: one more move in each turn.
    __asm__("" : "+m"(h->end));
}

FAST void *arena_alloc(struct heap *h, size_t bytes) {
    uintptr_t start = h->next, next = start + bytes;
    if (__builtin_expect(next > h->end, 0))
        return arena_alloc_slow(h, bytes);
    if (!start)
        __builtin_unreachable(); // spares the caller its test for NULL on this path
    h->next = next;
    poison_fresh((void *)start, bytes);
    return (void *)start;
}

FAST int arena_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                   size_t bytes) {
    void *p = arena_alloc(h, plain_node_bytes(slots, bytes));
    if (__builtin_expect(!p, 0))
        return ENOMEM;
    plain_born(h, slots * sizeof(void *) + bytes);
    dst->object = plain_init_node(p, kind, slots, bytes);
    return 0;
}

// Interned atoms outlive every region.
FAST int arena_new_interned(struct heap *h, struct heap_reg *dst, size_t bytes) {
    enum arena_name used = h->using;
    arena_use(h, ARENA_LASTING);
    int error = arena_new(h, dst, HEAP_ATOM, 0, bytes);
    arena_use(h, used);
    return error;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return arena_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return arena_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    void *p = arena_alloc(h, sizeof(struct plain_list));
    if (__builtin_expect(!p, 0))
        return ENOMEM;
    plain_born(h, 0);
    dst->object = plain_init_list(p);
    dst->object->flags = (uint8_t)(h->using * ARENA_OF_REGION); // the names are 0 and 1
    return 0;
}

FAST void arena_owns(struct heap *h, struct heap_object *o) {
    o->flags |= (uint8_t)(h->using * ARENA_OF_REGION);
}

FAST void heap_region_begin(struct heap *h) {
    assert(!h->in_region && "regions do not nest");
    h->in_region = true;
    if (!h->long_lived)
        arena_use(h, ARENA_REGION);
}

FAST void heap_region_end(struct heap *h) {
    assert(h->in_region && "the region that ends has begun");
    h->in_region = false;
    if (!h->long_lived)
        arena_use(h, ARENA_LASTING);
    arena_end_slow(h);
}

FAST void heap_long_lived(struct heap *h, bool on) {
    h->long_lived = on;
    arena_use(h, h->in_region && !on ? ARENA_REGION : ARENA_LASTING);
}

#endif
