// nogc - allocate by bumping a pointer, never free: the floor that overheads are measured from.
//
// Idea: a chunk is mapped, objects are laid one after the other, and nothing is ever given back
//   before heap_free. What another strategy costs above this row is the price of its reclamation.
// Invariant: the bytes from a chunk's start to `next` are whole objects and arrays, each a multiple
//   of 8.
// Cost: 8 bytes of header per object. A node with two slots takes 9 instructions (gcc 12 -O2,
//   callgrind; 11 where it counts); a load or a store 7, of which 3 tell a list from a node.
// Cost in time: most of it is the kernel's. To touch a page for the first time takes 1.7 to 2.2 us
//   (virtual machine on a Zen 4), so a byte 0.5 ns, and is 70 % of binary_trees and 40 % of cycles
//   with a million live nodes. Pages that are asked for at once (MAP_POPULATE, MADV_POPULATE_WRITE,
//   chunks of 64 kB to 4 MB) cost as much within 15 %, and huge ones up to five times as much: what
//   the kernel does for each is the price, not the fault. So pages are left to be touched, unless
//   `prefault` has them touched by heap_new: then this is the program and a bump, the floor of CPU
//   time, though not of memory. How many bytes a program takes, memory_bytes of a run without says.
// Cannot free anything, nor hand back what is guarded: a run ends when the heap limit or the
//   machine does, and that is its result.
// Source: the NoGC plan of MMTk is the same idea and the same advice, to copy this folder first.
// Check: memory_bytes minus bytes_allocated is headers, rounding, and the rest of the last chunk.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/plain/layout.h"

struct nogc_chunk;

struct heap {
    uintptr_t next, end; // free part of the newest chunk
    struct plain common;
    struct nogc_chunk *chunks;
};

#define plain_open nogc_open
#define plain_close nogc_close
#define plain_unused nogc_unused
int nogc_open(struct heap *h, const struct heap_config *config);
void nogc_close(struct heap *h);
uint64_t nogc_unused(const struct heap *h);

#include "parts/plain/operations.h"

// nogc_alloc_slow - bytes (a multiple of 8) from a new chunk. Returns NULL when there is no memory.
void *nogc_alloc_slow(struct heap *h, size_t bytes);

FAST void *nogc_alloc(struct heap *h, size_t bytes) {
    uintptr_t start = h->next, next = start + bytes;
    if (__builtin_expect(next > h->end, 0))
        return nogc_alloc_slow(h, bytes);
    if (!start)
        __builtin_unreachable(); // spares the caller its test for NULL on this path
    h->next = next;
    return (void *)start;
}

FAST int nogc_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                  size_t bytes) {
    HEAP_SAFEPOINT(h);
    void *p = nogc_alloc(h, plain_node_bytes(slots, bytes));
    if (__builtin_expect(!p, 0))
        return ENOMEM;
    plain_born(h, slots * sizeof(void *) + bytes);
    dst->object = plain_init_node(p, kind, slots, bytes);
    return 0;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return nogc_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return nogc_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    void *p = nogc_alloc(h, sizeof(struct plain_list));
    if (__builtin_expect(!p, 0))
        return ENOMEM;
    plain_born(h, 0);
    dst->object = plain_init_list(p);
    return 0;
}

#include "parts/without/regions.h"

#endif
