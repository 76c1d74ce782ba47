// singles.h - objects and arrays that are each a block of malloc: large ones, or all if so asked.
//
// A table holds them all, and each knows its place in the table, so one can be given back alone.
//
// Invariants
//   * table[i] is at index i.
//   * The first `unswept` of them were there at the last collection and have not been looked at
//     since: a mark other than the last epoch means dead. All later ones are live: survivors, or
//     allocated since.
//
// Where there are generations, an array here ends with a bit for each of its slots, in words of 64: has a young
// object been stored there since the last collection? Then of a list of a million, which is old, a young collection
// looks at these slots alone. Others pay for no such words.
//
// Cost: 8 bytes before the header and 8 in the table, and a 64th of an array with such bits.

#ifndef HEAPBENCH_SWEPT_SINGLES_H
#define HEAPBENCH_SWEPT_SINGLES_H

#include <stddef.h>
#include <stdint.h>

#include "parts/memory.h"

struct heap_object;

// What lies before the object's header; 8 bytes, which puts a payload at a multiple of 16.
struct single {
    uint32_t index;
    uint32_t next_grey; // index + 1 of the next one that is marked but not scanned; 0: none
};

struct singles {
    struct memory *memory;
    struct heap_object **table;
    size_t count, capacity, unswept;
    size_t young; // from here on they were allocated since the last collection; 0 where nobody asks
};

static inline struct single *single_of(const struct heap_object *o) {
    return (struct single *)(uintptr_t)o - 1;
}

enum { SINGLE_WORD_SLOTS = 64 };

// single_array_bytes - what an array of this many slots takes, header and marks of slots included.
size_t single_array_bytes(size_t slots);

// single_word - the marks of the slots of an array from `slot` on, a multiple of 64.
uint64_t *single_word(struct heap_object *array, size_t slot);

// single_clear - take away all marks of slots of an array.
void single_clear(struct heap_object *array);

// single_bytes - what malloc was asked for.
size_t single_bytes(const struct heap_object *o);

// singles_new - memory for an object of this size, which the caller makes at once. NULL: no memory.
struct heap_object *singles_new(struct singles *s, size_t object_bytes);

// singles_resize_array - change the number of slots; returns the array's new address, or NULL and
// no change.
struct heap_object *singles_resize_array(struct singles *s, struct heap_object *array,
                                         size_t slots);

// singles_give_back - a live single is free.
void singles_give_back(struct singles *s, struct heap_object *o);

// singles_sweep - look at this many of the unswept ones, at most, and free the dead.
//   epoch  the mark of the last collection
void singles_sweep(struct singles *s, uint8_t epoch, size_t count);

// singles_sweep_young - free the dead among those that were allocated since the last collection but one.
void singles_sweep_young(struct singles *s, uint8_t epoch);

// singles_free - free all of them and the table.
void singles_free(struct singles *s);

#endif
