// memory.h - where strategies get memory: chunks from the system, blocks from malloc, all counted.
//
// Every byte that a strategy holds passes here, so the heap limit, the footprint counters and
// injected faults have one home. The caller knows the size of a block and gives it back with the
// block; nothing is stored beside it.

#ifndef HEAPBENCH_MEMORY_H
#define HEAPBENCH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory {
    size_t held_bytes;
    size_t peak_bytes;       // most held
    size_t reserved_bytes;   // see memory_reserve
    size_t limit_bytes;      // SIZE_MAX: none
    uint64_t refuse_request; // the request that is refused, counted from 1; 0: none
    uint64_t requests;       // made so far
    // What must grow with the memory held: asked before more than so many bytes are; SIZE_MAX: nothing.
    size_t covered_bytes;
    bool (*cover)(void *context, size_t bytes);
    void *context;
};

// memory_init - nothing held.
//   limit_bytes     0: no limit
//   refuse_request  see struct heap_config
void memory_init(struct memory *m, size_t limit_bytes, uint64_t refuse_request);

// memory_close - the heap ends: everything was given back.
void memory_close(struct memory *m);

// memory_map - zero-filled memory straight from the system, untouched, so without resident pages.
//   bytes, align  multiples of the page size; align a power of two
//   returns       NULL when the limit or the system refuses
void *memory_map(struct memory *m, size_t bytes, size_t align);
void memory_unmap(struct memory *m, void *p, size_t bytes);

// memory_discard - of what is mapped: the pages go, and come back filled with zeros when they are touched. It stays held.
void memory_discard(void *p, size_t bytes);

// memory_reserve - the same for what may be needed when a refusal would come too late: it counts
// towards the limit, but not as held before memory_commit says that it is used.
// memory_decommit - it is not used any more: it loses its pages and contents, and stays reserved.
// memory_unreserve - give back what is reserved and not committed.
void *memory_reserve(struct memory *m, size_t bytes, size_t align);
void memory_commit(struct memory *m, size_t bytes);
void memory_decommit(struct memory *m, void *p, size_t bytes);
void memory_unreserve(struct memory *m, void *p, size_t bytes);

// memory_malloc, memory_free - one block from the process's malloc, the one that a backing
// allocator replaces. memory_resize keeps the contents; on failure it returns NULL and the old
// block stays.
void *memory_malloc(struct memory *m, size_t bytes);
void *memory_resize(struct memory *m, void *p, size_t old_bytes, size_t bytes);
void memory_free(struct memory *m, void *p, size_t bytes);

#endif
