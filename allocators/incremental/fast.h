// incremental - reference counting, and the cycle collector of CPython 3.14: young and old, the old
// scanned in increments. Shipped in 3.14.0, taken back in 3.14.5.
//
// Idea: counts free what is acyclic at once, see parts/counted/. Every threshold0 containers, all
// young ones and a few of the old are searched for cycles, so no search is for the whole heap. The
// old lie in two queues, pending and visited. An increment takes the longest waiting from pending,
// and everything in pending that is reachable from them, so that it holds a dead cycle as a whole
// or not at all; survivors go to the end of visited. When pending is empty the queues change roles,
// and the next increment marks instead: what registers reach goes to visited without being
// searched.
//
// How many old containers an increment takes is the whole point, and what failed: work_to_do grows
// with what was allocated and with the heap's size, and shrinks with what was searched or marked
// (marked ones count twice: python/cpython#141890). So beside a large live set, increments take
// young containers only, for a long time, while cyclic garbage grows old (python/cpython#142516).
//
// Representation: CPython's, two words in front of a container that link it to its queue. An array
// as in generational would need holes for those that leave pending from the middle, and the order
// of waiting decides what is found when.
// Untracked: a tuple that an increment has found to hold atoms and untracked tuples alone is in no
// queue; it is linked to itself, with the permanent flag, and no pass looks at it. Up to 3.14.0 such
// tuples go on counting as heap, and so pace the collector; later ones count what is tracked alone,
// and do not track such a tuple in the first place (python/cpython#139951).
// Invariants: a container is in one queue, or untracked; its flags say which old one, or that it is permanent;
// young ones carry the pending queue's flag, so that marking takes them too, and INCREMENTAL_NEW.
//
// Cost: 16 bytes in front of each container (a list of one: 72 bytes). Instructions: for birth and
//   death of a container 15 and 14 more than in refcount (allocation of a node of two slots 29,
//   death some 45 in a cascade, 46 alone; load and store 14, copy 10, clear 6); a node of
//   binary_trees 186, one replaced by the next 84; atoms as in refcount; 88 instructions for each
//   container that is searched, 91 for each that is marked.
// Pauses: gen1 is an increment. It is bounded by threshold0 and the heap's size, except when it
//   marks (all that is live) and when much is reachable from what it takes. gen0 and gen2 happen by
//   hand only: heap_collect of 0 is for the young, of 1 an increment, of 2 for everything.
// Cannot free garbage in cycles before an increment takes it; what died after it was visited waits
//   for pending to become empty, and again for its turn.
// A heap that only grows, all of it reachable: with pacing=3.14.0 what is visited is quadratic in its
//   size. Marking leaves nothing pending, so the increment after it ends the cycle, and the next one
//   marks everything again: that is gc_collect_increment and completed_scavenge of Python/gc.c as it
//   was before python/cpython#140447. No 3.14.0 was at hand to measure. Of 3.14.2, which waits while
//   it is ahead of its schedule, one was (a WebAssembly build): after each marking its pending list
//   was empty, too, with 22,300 containers of its own, so nothing outside of the program hinders
//   this; and to grow by 500,000 lists at threshold0=2000 took it 15 increments.
// Beside CPython's rules (parts/trigger.h): an interval between increments; adapt=php; with trigger=growth
//   no increments, but everything when the memory held has grown; and so at rss_limit.
// Source: CPython 3.14.0, Python/gc.c, InternalDocs/garbage_collector.md; the pacing of 3.14.2 from
//   python/cpython#140447. Not modelled: roots outside of the program (modules, types), which
//   CPython marks and counts as heap; free lists. A dict is a node: from 3.14 on it is tracked from its birth
//   (python/cpython#127010).
//   Frames that CPython knows to be unchanged since it marked from them are looked at again here,
//   to the same effect.
// Check: collections_gen1 and objects_collected are those of gc.get_stats() of 3.14.2 with
//   pacing=3.14.2, for the same program on instances of a list subclass without __dict__. As there,
//   an increment that marks is not counted as a collection, though it is a pause.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"
#include "parts/trigger.h"

// In front of a container's header, and the sentinel of a circular queue.
struct incremental_link {
    _Alignas(8) struct incremental_link *next; // flags are three bits, where addresses have 32, too
    uintptr_t prev;                            // and flags in the lowest bits; a sentinel has none
};

// Flags: a space in two bits, and whether the container was never in an old queue.
enum {
    INCREMENTAL_PERMANENT = 2,  // space: frozen. 0 and 1: old, or waiting to become it
    INCREMENTAL_COLLECTING = 3, // space: within a collection only, see search.c
    INCREMENTAL_SPACE = 3,
    INCREMENTAL_NEW = 4,
    INCREMENTAL_FLAGS = 7,
};

enum incremental_pacing { INCREMENTAL_3_14_0, INCREMENTAL_3_14_2 }; // see collect.c

struct heap {
    struct counted common;
    struct incremental_link young, old[2], permanent;
    uintptr_t young_flags; // of new containers
    uint32_t young_count;  // gc.get_count()[0]: containers allocated less freed since an increment
    uint32_t trigger;      // an increment when young_count is above; see heap_enable
    uint32_t threshold0, threshold1;
    uint32_t visited; // which of old[] is visited; the other is pending
    bool marking_due; // the next increment marks
    bool enabled;
    enum incremental_pacing pacing;
    int64_t heap_size;  // containers held; with pacing 3.14.2, those in queues
    int64_t untracked;  // tuples in no queue that count all the same
    uint64_t tuples;    // in queues
    int64_t work_to_do; // containers; negative: ahead of the schedule
    struct trigger due;
};

#define COUNTED_PREFIX sizeof(struct incremental_link)
#define counted_ready incremental_ready
#define counted_track incremental_track
#define counted_tracked incremental_tracked
#define counted_untrack incremental_untrack
#define COUNTED_TUPLES 1
#define counted_track_tuple heap_track_tuple_slow
#define counted_bury_tuple heap_bury_tuple_slow
#define counted_collect_tuple heap_collect_tuple_slow
#define counted_external heap_external_slow
#define counted_open incremental_open
#define counted_drain incremental_drain
#define counted_check incremental_check
#define counted_enumerate incremental_enumerate
#define counted_enumerates incremental_enumerates
#define counted_enumerates_all incremental_enumerates_all

#include "queue.h"

int incremental_open(struct heap *h, const struct heap_config *config);
void incremental_drain(struct heap *h);
const char *incremental_check(struct heap *h);
void incremental_enumerate(struct heap *h, counted_visit *visit, void *audit);
bool incremental_enumerates(struct heap *h, const struct heap_object *o);
bool incremental_enumerates_all(struct heap *h);

// heap_collect_slow - run an increment. newest is referred to by none but the caller yet.
// heap_external_slow - counted_external: collect if that makes the heap too large.
void heap_collect_slow(struct heap *h, struct heap_object *newest);
void heap_external_slow(struct heap *h, size_t bytes);

// heap_track_tuple_slow, heap_bury_tuple_slow - what is special about tuples; see
// parts/counted/hooks.h.
// incremental_holds_tracked - whether a tuple has to be tracked.
// heap_untrack_tuple_slow - one that has not, and is in no queue any more.
void heap_track_tuple_slow(struct heap *h, struct heap_object *o);
void heap_bury_tuple_slow(struct heap *h, struct heap_object *o);
void heap_collect_tuple_slow(struct heap *h, struct heap_object *o);
bool incremental_holds_tracked(const struct heap_object *tuple);
void heap_untrack_tuple_slow(struct heap *h, struct heap_object *o);

// As in CPython since 3.12, a collection runs after the new object is tracked. That it will is known before, and the
// fast path calls nothing, so that the compiler still knows what it has made (0.86x of binary_trees' time, a Zen 4).
FAST bool incremental_ready(struct heap *h, enum heap_kind kind) {
    return kind == HEAP_ATOM || h->young_count < h->trigger;
}

FAST void incremental_track(struct heap *h, struct heap_object *o) {
    queue_append(&h->young, incremental_link(o), h->young_flags);
    h->heap_size++;
    h->young_count++;
}

FAST void incremental_tracked(struct heap *h, struct heap_object *o) {
    if (h->young_count > h->trigger)
        heap_collect_slow(h, o);
}

FAST void incremental_untrack(struct heap *h, struct heap_object *o) {
    queue_remove(incremental_link(o));
    h->heap_size--;
    h->young_count -= h->young_count > 0;
}

#include "parts/counted/operations.h"

#endif
