// recorder.h - an extension of CPython that records what the program does (recording/recording.h).
//
// It sees each block of the domains OBJ and MEM come and go, by hooks of the allocator, and each
// collection, by gc.callbacks. Both happen with the GIL held, so nothing here needs a lock. What it
// must know is which blocks are containers that the collector counts. Nobody says so; but the
// counter of generation 0, read at each hook, went up since the last one if the block before it
// became a container. So a block is `pending` until the next hook.
//
// The interpreter's free lists are off, so that a container's birth and death are a block's, and
// its thresholds are the recorder's own: see rings.h. The program's own are kept for it, and each
// change of them is recorded.
//
// What the interpreter's version decides is in facts_311.h and files like it, one of which is
// compiled in.

#ifndef HEAPBENCH_RECORDER_H
#define HEAPBENCH_RECORDER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "facts.h"
#include "recording/recording.h"

enum {
    RECORDER_SITES = 4096,
    RECORDER_TYPES = 1 << 14,
    RECORDER_RINGS = 28,
    RECORDER_EXAMINED = 256,
    RECORDER_DOMAINS = 2
};

// Of a word of the shadow, beside slot + 1: that it is a container; that garbage referred to it when it was alive; that
// nothing but such a container, or what it leads to, did.
#define RECORDER_CONTAINER UINT32_C(0x80000000)
#define RECORDER_HELD UINT32_C(0x40000000)
#define RECORDER_OWNED UINT32_C(0x20000000)
#define RECORDER_SLOT UINT32_C(0x1fffffff)

// A block of which it is not known yet whether it is a container.
struct recorder_pending {
    char *block; // NULL: none
    size_t bytes;
    uint32_t site;
    bool raising;
};

// What a place in the interpreter that allocates has allocated so far, and the type of the last container, which most often is that of the
// next.
struct recorder_site {
    uintptr_t address;
    uint32_t containers, atoms;
    const PyTypeObject *type;
    uint32_t number;
};

// A list of objects by age (rings.h).
//   upper    the birth of its youngest
//   slow     how often the time between its visits was doubled
//   visited  objects examined since that was last considered, and those of them that were garbage
struct recorder_ring {
    facts_head head;
    uint32_t upper, count, slow, visited, garbage;
};

// Collection `number` examined all that was born at `from` or after it.
struct recorder_examined {
    uint32_t number, from;
};

struct recorder_type {
    PyTypeObject *type;
    uint32_t number;
};

// How often something happened, for the trailer.
//   guessed     blocks of which the counter does not say whether they are containers, since it
//               never is below 0
//   ambiguous   blocks that were said to be both
//   examined    survivors of collections, each time
//   miscounted  collections at which births less deaths are not what the counter says
struct recorder_totals {
    uint64_t hooks, atoms, containers, frees, resizes, strangers, guessed, ambiguous, miscounted,
        collections, garbage, examined, untold;
    uint64_t collecting_ns; // of CPU, the recorder's work for it included
};

struct recorder;
struct recorder_domain {
    struct recorder *recorder;
    PyMemAllocatorEx original;
};

struct recorder {
    bool on; // false before, afterwards, and in a forked copy
    PyInterpreterState *interpreter;
    facts_gc *gc;
    int *count;   // of generation 0
    int last;     // what it was at the last hook
    int reckoned; // what it should be by births and deaths
    bool was_collecting;
    bool awaited; // no safe point since a container was born
    struct recorder_pending pending;
    char *late; // a container whose type is not set yet: a collection began within its birth
    uint32_t *
        shadow; // by address / 16: slot + 1 of the block there, 0: none; after it when a container was born
    uint32_t slot_count, unused_count;
    size_t unused_room;
    uint32_t *unused;
    struct recorder_domain domains[RECORDER_DOMAINS];
    struct recorder_site sites[RECORDER_SITES];
    struct recorder_type types[RECORDER_TYPES];
    uint32_t type_count, generic_site;
    struct recorder_ring rings[RECORDER_RINGS];
    int lent;      // the oldest ring that this collection examines
    uint32_t from; // births that it examines: these, and later ones
    struct recorder_examined examined[RECORDER_EXAMINED]; // both members grow from one to the next
    uint32_t examined_count;
    uint32_t containers;          // born, as a clock
    uint32_t collections, before; // likewise; births before the last one
    uint32_t *born_until;         // by collection, births before it
    size_t born_room;
    uint32_t first[RECORDER_RINGS]; // by ring, the oldest birth of which it may hold objects
    int k0, q;                      // see rings.h
    bool steady;                    // no ring is slowed down
    int enabled, thresholds[3];     // what the program has set
    int imposed[3];                 // what the interpreter has in its place
    Py_ssize_t kept_garbage;        // what gc.garbage held before this collection
    PyObject *callback, *names[2];  // of what it is told: the generation, what was found
    struct recorder_edges {
        uint32_t *slots;
        size_t count, room;
    } edges;
    struct recorder_trees {
        PyObject **objects;
        size_t count, room;
    } trees;
    bool graph;     // references of live objects are recorded
    uint32_t *told; // by slot, a hash of what was written of its references
    size_t told_room;
    uint64_t time_us; // when the last RECORDING_TIME was written, on the program's clock
    struct recording_writer writer;
    struct recorder_totals totals;
    uint64_t began_ns, collection_began_ns; // CPU time of the process, of the thread
};

// recorder_settle - decide what the pending block is, now that the counter is as it is.
//   expected  by how much the counter has changed for another reason: -1, or 0
void recorder_settle(struct recorder *r, int expected);

// recorder_hook, recorder_unhook - put the hooks in place, and take them away.
void recorder_hook(struct recorder *r);
void recorder_unhook(struct recorder *r);

// recorder_slot_of - of the block of an object + 1, with RECORDER_CONTAINER; 0: it has none.
uint32_t recorder_slot_of(const struct recorder *r, PyObject *o);
// recorder_take_slot - for a block; of a container its birth is noted, 0 of what was there before.
uint32_t recorder_take_slot(struct recorder *r, char *block, bool container);

// recorder_note_edges - in r->edges, the slots of what an object refers to. recorder_write_edges - how
// many these are, and they.
void recorder_note_edges(struct recorder *r, PyObject *o);
void recorder_write_edges(struct recorder *r);

// recorder_type_number - of a type, which is written when it is new.
uint32_t recorder_type_number(struct recorder *r, PyTypeObject *type);

// recorder_watch - write what the program has set of its collector, and put the recorder's own
// settings back.
void recorder_watch(struct recorder *r);
void recorder_use_settings(struct recorder *r);

// recorder_callback - a new function for gc.callbacks.
PyObject *recorder_callback(struct recorder *r);

#endif
