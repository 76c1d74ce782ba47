// pool.h - small cells from blocks of one size each, carved out of large chunks.
//
// A chunk is 1 MiB, aligned to its size, and is cut into 64 blocks of 16 KiB. A block holds cells
// of one class: one of 64 sizes (multiples of 8 up to 512 bytes), times one of two kinds, objects
// or arrays, so that a heap can enumerate its objects without a word per cell. What describes a
// block lies at the start of the chunk, found from a cell's address by masking; cells have no
// header. Every block has its own free list, last freed first taken, as in mimalloc (Leijen, Zorn,
// de Moura, "Mimalloc: Free List Sharding in Action", APLAS 2019, section 2.1) and CPython's
// obmalloc.
//
// Each class allocates from one current block. A block that is full belongs to no list; when a
// share of its cells is free again it is the first of the class's list of blocks with room: what was
// freed last is still in the cache. (Longest waiting first, generational on cycles beside 1e6 live
// went through 40 MB, and took 1.38 times as long; a Zen 4, n=9.) An
// empty block serves any class, and an empty chunk goes back to the system, save a few.
//
// Invariant: frees_left counts down to the next event of a block, so one decrement and branch tells
// a free that something is to be done. It is
//   * of a full block: the frees until it has room again;
//   * of a block with room: its live cells, for it is given up when it is empty;
//   * of a current block, the only one that allocates: POOL_CURRENT. Its live cells are not
//     counted; it stays current until it is full, and then all of its cells are live.
// Live cells and cells on the free list are together the first `carved` cells of the block.
//
// Cost: 0.4 % for chunk headers, up to 1/16 for full blocks that wait, and the rest of each block
// below one cell; allocation 6 instructions when the size is known, release 11, and 2 or 3 to know
// that the cell is small; fresh pages are touched one at a time, by the slow path.
//
// Cells above POOL_MAX_BYTES are blocks of the process's malloc, each with 32 bytes in front that
// link it to the others; with memory=malloc all cells are, with nothing in front in release builds.

#ifndef HEAPBENCH_POOL_H
#define HEAPBENCH_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "parts/memory.h"
#include "parts/poison.h"

#define POOL_FAST static inline __attribute__((always_inline))

enum {
    POOL_CHUNK_BYTES = 1 << 20,
    POOL_BLOCK_BYTES = 1 << 14,
    POOL_BLOCKS = POOL_CHUNK_BYTES / POOL_BLOCK_BYTES,
    POOL_MAX_BYTES = 512,
    POOL_SIZES = POOL_MAX_BYTES / 8 + 1, // index: bytes / 8, rounded up; 0 is not used
    POOL_FREED_BYTE = 0xDB,              // fills free cells in debug builds
};

enum pool_kind { POOL_OBJECTS, POOL_ARRAYS, POOL_KINDS };

// frees_left of a current block starts here, and again when it comes to 0.
#define POOL_CURRENT UINT32_MAX

struct pool_cell {
    struct pool_cell *next;
};

// A member of a circular list with a sentinel.
struct pool_link {
    struct pool_link *next, *prev;
};

struct pool_block {
    _Alignas(64) struct pool_cell *free;
    uint32_t frees_left; // frees until pool_freed_slow must act
    uint16_t carved;     // cells that have been handed out or listed so far
    uint16_t capacity;   // cells; 0: the block is free, or does not exist
    uint16_t size;       // of a cell, in units of 8 bytes
    uint8_t kind;
    bool full;
    struct pool_link link; // in pool.rooms, unless full or current
};

struct pool {
    struct pool_block *current[POOL_KINDS][POOL_SIZES]; // &none until the class is used
    size_t max_bytes;                                   // POOL_MAX_BYTES; 0 with memory=malloc
    struct pool_block none;                             // has no free cell, ever
    struct memory *memory;
    struct pool_link rooms[POOL_KINDS][POOL_SIZES]; // blocks with free cells, the last freed first
    struct pool_link chunks;                        // with a free block; empty chunks last
    struct pool_link full_chunks;
    size_t chunk_count, empty_chunks;
    bool gradual;             // too many empty chunks stay until pool_shrink; false after pool_init
    size_t shrunk_bytes;      // of the last empty chunk, at its end, that pool_shrink has let go of
    struct pool_link tracked; // live cells from malloc, if they are known
    size_t track_bytes; // in front of each cell from malloc, to know it; 0: they are not known
};

// pool_init - no chunk yet. With from_malloc, every cell comes from malloc.
// pool_free_all - give everything back that pool_walk knows. Accepts a zeroed struct.
void pool_init(struct pool *p, struct memory *memory, bool from_malloc);
void pool_free_all(struct pool *p);

// pool_has_slack - whether more empty chunks are held than are worth keeping: only while gradual.
// pool_shrink - give an eighth of one of them back; with the last eighth it goes. A whole one would take 90 us at once
//   on a virtual machine, most of it for the pages.
bool pool_has_slack(const struct pool *p);
void pool_shrink(struct pool *p);

// pool_walk - visit every live cell of a kind, in no particular order; visit may free nothing.
// pool_walks_all - whether it knows every live cell: not in release builds with from_malloc, where
//   anything beside a cell would change what is measured.
// pool_check - NULL, or the first broken invariant: counts, free lists, list membership.
void pool_walk(const struct pool *p, enum pool_kind kind, void (*visit)(void *context, void *cell),
               void *context);
bool pool_walks_all(const struct pool *p);
const char *pool_check(const struct pool *p);

// pool_unused_bytes - free cells, and blocks without any; not what is left of a block below one cell.
size_t pool_unused_bytes(const struct pool *p);

// pool_alloc_slow - a cell when the current block has none, or from malloc. NULL: no memory.
// pool_free_slow - give back a cell from malloc. pool_freed_slow - frees_left of a block came to 0.
void *pool_alloc_slow(struct pool *p, enum pool_kind kind, size_t bytes);
void pool_free_slow(struct pool *p, void *cell, size_t bytes);
void pool_freed_slow(struct pool *p, struct pool_block *b);

// pool_resize - the cell with another size and its contents, up to the smaller one; NULL: no
// memory, and the old cell stays. Either size may be 0, which stands for no cell (NULL).
//   returns  false when there is no memory
bool pool_resize(struct pool *p, enum pool_kind kind, void **cell, size_t old_bytes, size_t bytes);

POOL_FAST struct pool_block *pool_block_of(const void *cell) {
    uintptr_t address = (uintptr_t)cell;
    struct pool_block *blocks = (struct pool_block *)(address & ~(uintptr_t)(POOL_CHUNK_BYTES - 1));
    return &blocks[address / POOL_BLOCK_BYTES % POOL_BLOCKS];
}

// pool_take - bytes (at least 8) of memory, aligned to 8, with undefined contents, if the current
// block has them; or NULL. pool_alloc - wherever they come from. NULL: no memory.
POOL_FAST void *pool_take(struct pool *p, enum pool_kind kind, size_t bytes) {
    if (__builtin_expect(bytes > POOL_MAX_BYTES, 0))
        return NULL;
    struct pool_block *b = p->current[kind][(bytes + 7) / 8];
    struct pool_cell *cell = b->free;
    if (__builtin_expect(!cell, 0))
        return NULL;
    unpoison(cell, sizeof cell->next);
    b->free = cell->next;
    poison_fresh(cell, bytes);
    return cell;
}

POOL_FAST void *pool_alloc(struct pool *p, enum pool_kind kind, size_t bytes) {
    void *cell = pool_take(p, kind, bytes);
    return __builtin_expect(cell != NULL, 1) ? cell : pool_alloc_slow(p, kind, bytes);
}

// pool_is_small - whether a cell of this many bytes is in a block.
POOL_FAST bool pool_is_small(const struct pool *p, size_t bytes) {
    return __builtin_expect(bytes <= p->max_bytes, 1);
}

// pool_free_small - give back a cell that is in a block. pool_free - any cell.
//   bytes  as it was asked for
POOL_FAST void pool_free_small(struct pool *p, void *memory, size_t bytes) {
    struct pool_block *b = pool_block_of(memory);
    struct pool_cell *cell = memory;
#ifndef NDEBUG
    memset(cell, POOL_FREED_BYTE, bytes);
#endif
    (void)bytes;
    cell->next = b->free;
    b->free = cell;
    poison(cell, bytes);
    if (__builtin_expect(--b->frees_left == 0, 0))
        pool_freed_slow(p, b);
}

POOL_FAST void pool_free(struct pool *p, void *memory, size_t bytes) {
    if (pool_is_small(p, bytes))
        pool_free_small(p, memory, bytes);
    else
        pool_free_slow(p, memory, bytes);
}

#endif
