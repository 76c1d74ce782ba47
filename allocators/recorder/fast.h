// recorder - reference counting that writes down what containers are born, and when and with what
// they die.
//
// Idea: an instrument. It does as refcount does, and writes a recording (recording/recording.h) to
//   the file that the environment variable HEAPBENCH_RECORDING names; without one it only keeps
//   what it would write. What is garbage in cycles stays until the end, where one search finds it
//   with all its references. It died with the last reference that was given up to it or to anything
//   that led to it, which each object has the time of: exact, to the event.
// Invariant: slots[front.slot] is the object; its front's `lost` is how many events had happened
//   when a reference to it was last given up, or when it was born.
// Cost: 8 bytes and a slot for each container, a store for each reference that is given up, 3 bytes
//   of recording for a birth and 3 for a death. Atoms are not recorded: no collector of containers
//   looks at them.
// Cannot free cycles before the end, nor record a program that wants objects back (heap_guard):
//   when it gets them depends on the collector, and so does what the program does then. A dict is a node to it,
//   examined from its birth on, so a simulation of a program with dicts (heap_new_dict) examines more than
//   `generational` with dicts=lazy does.
// Source: Hertz, Blackburn, Moss, McKinley, Stefanovic, "Generating object lifetime traces with
//   Merlin", TOPLAS 28(3), 2006, whose stamps these are; with counts, as here, only cycles need
//   them.
// Check: tests/scripts/recorder_test.sh: what is simulated on a recording equals what
//   `generational` does.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"
#include "recording/recording.h"

struct heap {
    struct counted common;
    struct recording_writer *writer; // NULL: nothing is written
    struct heap_object **slots;      // by slot; NULL: free
    uint32_t *unused;                // slots that were freed, the last one last
    uint32_t slot_count, slot_capacity, unused_count;
    uint32_t events; // that move time
    bool guards;     // the program has asked for objects back
};

// In front of a container's header.
struct recorder_front {
    uint32_t slot, lost;
};

FAST struct recorder_front *recorder_front(const struct heap_object *o) {
    return (struct recorder_front *)(uintptr_t)o - 1;
}

#define COUNTED_PREFIX sizeof(struct recorder_front)
#define COUNTED_TUPLES 1
#define counted_down recorder_down
#define counted_ready recorder_ready
#define counted_admit recorder_admit
#define counted_admit_tuple heap_admit_tuple_slow
#define counted_track heap_record_birth_slow
#define counted_untrack heap_record_death_slow
#define counted_bury_tuple heap_record_death_slow
#define counted_collect_tuple heap_record_death_slow // no collection finds any
#define counted_open recorder_open
#define counted_close recorder_close
#define counted_check recorder_check
#define counted_enumerate recorder_enumerate
#define counted_enumerates recorder_enumerates
#define counted_enumerates_all recorder_enumerates_all

int recorder_open(struct heap *h, const struct heap_config *config);
void recorder_close(struct heap *h);
const char *recorder_check(struct heap *h);
void recorder_enumerate(struct heap *h, counted_visit *visit, void *audit);
bool recorder_enumerates(struct heap *h, const struct heap_object *o);
bool recorder_enumerates_all(struct heap *h);

// heap_admit_slow, heap_admit_tuple_slow - room for one more slot. Return 0 or ENOMEM.
// heap_record_birth_slow, heap_record_death_slow - of a container.
int heap_admit_slow(struct heap *h);
int heap_admit_tuple_slow(struct heap *h, size_t length);
void heap_record_birth_slow(struct heap *h, struct heap_object *o);
void heap_record_death_slow(struct heap *h, struct heap_object *o);

FAST bool recorder_down(struct heap *h, struct heap_object *o) {
    if (--o->count == 0)
        return true;
    if (!counted_is_atom(o))
        recorder_front(o)->lost = h->events;
    return false;
}

FAST bool recorder_ready(struct heap *h, enum heap_kind kind) {
    return kind == HEAP_ATOM || h->unused_count || h->slot_count < h->slot_capacity;
}

FAST int recorder_admit(struct heap *h, enum heap_kind kind) {
    return recorder_ready(h, kind) ? 0 : heap_admit_slow(h);
}

#include "parts/counted/operations.h"

#endif
