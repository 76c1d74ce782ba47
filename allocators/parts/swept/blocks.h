// blocks.h - cells of equal size in blocks, blocks in chunks: where small objects live.
//
// A chunk is 1 MiB of mapped memory at a multiple of its size; it is cut into 64 blocks, of which
// the first holds the descriptors of the others. A block holds cells of one size, a multiple of
// 8. An object's block is found by masking its address.
//
// Invariants
//   * Every cell begins with a struct heap_object: of an object, of a list's array (BLOCK_ARRAY),
//     or of a run of free cells (BLOCK_FREE), whose `slots` is the run's length and whose `size`
//     is where the next run of the block begins, both in units of 8 bytes, 0 for none. So a block
//     can be walked at any time; only the run that is being bumped has no header, and
//     blocks_flush writes it.
//   * A cell is live when the mark in its flags is the epoch of the last collection, or 0:
//     allocated since. Nothing ever clears a mark: a collection marks with the other epoch, and
//     cells that keep the old one are dead. Hence all blocks must have been swept before the next
//     collection starts.
//   * Lists of chunks and blocks are in order of age or use, never of address, so that runs repeat
//     exactly.

#ifndef HEAPBENCH_SWEPT_BLOCKS_H
#define HEAPBENCH_SWEPT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parts/memory.h"

struct heap_object;

enum {
    BLOCK_UNIT = 8, // granule of cell sizes; 16 marked no faster, at up to a third more memory
    BLOCK_SMALL_BYTES = 512, // largest cell
    BLOCK_BYTES = 16 << 10,  // a block fits L1 beside its user; the largest cell wastes 3 % of it
    CHUNK_BYTES = 1 << 20,   // what is mapped at once; 1/64 of it is descriptors
    CHUNK_BLOCKS = CHUNK_BYTES / BLOCK_BYTES,
    BLOCK_CLASSES = BLOCK_SMALL_BYTES / BLOCK_UNIT + 1,
};

// Kinds that only this strategy knows, beside enum heap_kind.
enum block_kind { BLOCK_FREE = 8, BLOCK_ARRAY = 9 };

enum block_state {
    BLOCK_EMPTY,   // of no class, on the list of empty blocks
    BLOCK_UNSWEPT, // holds dead cells, on its class's list; nothing was allocated in it since
    // Allocated from since the last collection or, where there are generations, given a cell back; on the list of such.
    BLOCK_TAKEN,
    BLOCK_SWEPT, // full since the last collection, on no list
};

struct block {
    struct block *next; // on the list that the state says
    struct block *next_grey;
    uint16_t cell_bytes; // 0: empty
    uint16_t cells;
    uint16_t live; // cells marked by the collection under way, or by the last one
    uint8_t state;
    bool grey; // on the list of blocks that hold marked objects not yet scanned
};

struct chunk {
    struct block blocks[CHUNK_BLOCKS]; // [0] stands for this descriptor and is never used
    struct chunk *younger;
};

// The cells of one size. [next, end) is the run being bumped; both NULL before the first.
struct block_class {
    char *next, *end;
    struct heap_object *run;   // the next run of the same block
    struct heap_object *spare; // cells given back singly, linked through their second word
    struct block *unswept_first, *unswept_last;
    size_t offered_bytes; // free when the block at hand was taken
    size_t cell_bytes;    // brings the struct to 64 bytes, so that indexing it is a shift
};

struct blocks {
    struct memory *memory;
    struct chunk *oldest, *youngest;
    size_t chunk_count;
    struct block *empty_first, *empty_last;
    struct block *taken_first, *taken_last; // in the order of that
    size_t settled_bytes; // live in all others; right at any time where there are generations
    uint8_t epoch;        // mark of the last collection, in place among the flags; see mark.h
};

static inline struct chunk *chunk_of(const void *cell) {
    return (struct chunk *)((uintptr_t)cell & ~(uintptr_t)(CHUNK_BYTES - 1));
}

static inline struct block *block_of(const void *cell) {
    return &chunk_of(cell)->blocks[((uintptr_t)cell & (CHUNK_BYTES - 1)) / BLOCK_BYTES];
}

static inline char *block_start(const struct block *b) {
    struct chunk *chunk = chunk_of(b);
    return (char *)chunk + (size_t)(b - chunk->blocks) * BLOCK_BYTES;
}

static inline char *block_end(const struct block *b) {
    return block_start(b) + (size_t)b->cells * b->cell_bytes;
}

// BLOCKS_EACH - runs the statement that follows for every block b of every chunk, oldest first.
#define BLOCKS_EACH(s, b)                                                                          \
    for (struct chunk *chunk_ = (s)->oldest; chunk_; chunk_ = chunk_->younger)                     \
        for (struct block *b = chunk_->blocks + 1; b < chunk_->blocks + CHUNK_BLOCKS; b++)

// block_cell_bytes - what the cell at p occupies: a run of free cells counts as one.
size_t block_cell_bytes(const struct block *b, const struct heap_object *p);

// blocks_init - no chunks, and classes of no cells. blocks_free - give back all chunks.
void blocks_init(struct blocks *s, struct block_class *classes, struct memory *memory);
void blocks_free(struct blocks *s);

// blocks_next_run - give the class another run to bump, from its block or its spare cells.
//   returns  whether it had one
bool blocks_next_run(struct block_class *c);

// blocks_take - give the class another block: unswept, empty, or of a new chunk, in this order.
//   returns  whether there was one, or memory for a new one
bool blocks_take(struct blocks *s, struct block_class *c);

// blocks_give_back - the cell is free again, before a collection finds it so.
//   returns  whether it waits to be swept (and so will be counted as free a second time)
bool blocks_give_back(struct blocks *s, struct block_class *c, struct heap_object *cell);

// blocks_flush - end all bumping: what is left of runs is lost until the next sweep.
// blocks_show - write the headers of what is left, so that blocks can be walked, and go on bumping.
void blocks_flush(struct block_class *classes);
void blocks_show(struct block_class *classes);

// blocks_sweep_all - sweep what is unswept without offering it for allocation, before a collection.
void blocks_sweep_all(struct blocks *s, struct block_class *classes);

// blocks_sort - after marking: dead blocks become empty, those with dead cells unswept. blocks_sort_taken - the same
// when only what is new has been marked: others are as they were, and are not looked at; those with few live cells
// are the next to be taken.
//   returns  bytes of live cells
size_t blocks_sort(struct blocks *s, struct block_class *classes);
size_t blocks_sort_taken(struct blocks *s, struct block_class *classes);

// blocks_unused_bytes - cells that are free, or dead and to be swept, and empty blocks.
size_t blocks_unused_bytes(const struct blocks *s, const struct block_class *classes);

// blocks_surplus - whether a chunk is empty and chunks hold more than keep_bytes.
// blocks_purge - give back such chunks.
bool blocks_surplus(const struct blocks *s, size_t keep_bytes);
void blocks_purge(struct blocks *s, size_t keep_bytes);

#endif
