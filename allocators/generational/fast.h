// generational - reference counting, and CPython's cycle collector: three generations, 700/10/10.
//
// Idea: counts free what is acyclic at once, see parts/counted/. A counter of containers allocated
// less containers freed starts a collection now and then: within the objects of one generation and
// all younger ones, references from inside are subtracted from the counts; what then is still
// referred to, or reachable from such an object, survives and grows older; the rest is garbage.
// Every rule by which CPython 3.11 chooses when and what to collect is kept, to the integer, and so
// is its free list of lists: of those that die 80 wait to be used again, and are counted neither
// when they die nor when they are used. (Here their memory does not wait.)
//
// Representation: CPython links the objects of a generation into a list. Here all containers are in
// one array, ordered by generation: permanent, 2, 1, 0; an object knows its index. So
//   * a generation is a range; merging, promoting and freezing move boundaries, and touch no
//   object;
//   * whether an object is being collected is one comparison of its index;
//   * passes know the objects ahead and prefetch them, where a list waits for every miss;
//   * survivors are told from garbage by exchanging places, which needs no memory; see collect.c.
// No order within a generation is kept: it would show only where a tuple refers to a tuple, of which
// CPython untracks the outer one in the same collection if it comes later in its list.
// Untracked: a tuple that a collection has found to hold atoms and untracked tuples alone leaves the
// array. Its index is then 0, where no object stands, so that to the passes it lies outside of every
// generation. A dict begins like that, joins the youngest generation by the first heap_put of something that
// may be tracked, and leaves when a full collection finds that it holds no such thing any more; that a dict
// may be tracked is all that counts of a dict in it (CPython up to 3.13, dicts=lazy). CPython 3.14 tracks
// every dict from its birth (python/cpython#127010, dicts=tracked).
// Invariants: tracked[i] has index i, from 1 on; internal is 0 outside of a collection; boundaries
// ascend.
// The counter of allocations less frees is tracked_count less `base`, so that one number is kept up
// to date, and one comparison, with `limit`, tells that the array is full or a collection is due. A
// free that finds the counter at 0 lowers base, and so do lists that wait, without being counted.
//
// Cost: 8 bytes in front of each container and 8 in the array, where a list takes 16 (a list of
//   one: 72 bytes). Instructions: for birth and death of a container 9 and 15 more than in refcount
//   (allocation of a node of two slots 23, death 48 in a cascade, 52 alone; load and store 14, copy
//   10, clear 6); a node of binary_trees 182, one replaced by the next 85; atoms as in
//   refcount; a full collection 98 per object of two slots in order of allocation, 174 shuffled, see
//   partition.h.
// Beside CPython's rules (parts/trigger.h): with interval0 .. 2 a generation waits for its time, as programs
//   have it that turn the collector off and call it from a timer; with adapt=php threshold0 follows what is
//   found; with trigger=growth it says how often to look whether the memory held has grown, and then
//   everything is collected; so it is when resident memory passes rss_limit.
// Cannot free garbage in cycles before a collection of the generation that it has reached.
// Guarded objects in garbage cycles are handed back as tp_finalize is called (PEP 442), all at once; in what
//   order is not CPython's.
// Other versions, from 3.9 on, differ in when a collection that is due runs and in which tuples wait (release=).
// Source: CPython 3.11, Modules/gcmodule.c, Objects/dictobject.c, and its devguide, "Garbage collector design".
// Check: heap_gc_state gives what gc.get_stats(), gc.get_count() and gc.get_objects() do, for the
//   same program where a list is a list, a tuple a tuple, and a node an instance of a list subclass
//   without __dict__: `make fidelity`.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/place.h"
#include "parts/trigger.h"

enum { GENERATIONAL_WAITING_LISTS = 80 }; // at most: PyList_MAXFREELIST of CPython 3.11
// At most, of each length, of which there are so many: PyTuple_MAXFREELIST, PyTuple_MAXSAVESIZE.
enum { GENERATIONAL_WAITING_TUPLES = 2000, GENERATIONAL_LENGTHS = 20 };
enum { GENERATIONAL_WAITING_DICTS = 80 }; // at most: PyDict_MAXFREELIST

// Choices of the tunable release.
enum generational_release {
    GENERATIONAL_310,
    GENERATIONAL_311,
    GENERATIONAL_312,
    GENERATIONAL_313
};

struct heap {
    struct counted common;
    struct heap_object **tracked; // containers, from index 1 on
    int64_t tracked_count;        // and index 0
    int64_t tracked_capacity;
    int64_t base;                     // see above
    int64_t limit;                    // the lower one of tracked_capacity and base + trigger
    int64_t trigger;                  // collect when the counter is above; see heap_enable
    uint32_t begin[HEAP_GENERATIONS]; // of the generation, which ends where the next younger starts
    uint32_t older_count[HEAP_GENERATIONS]; // gc.get_count(), but for the youngest
    uint32_t threshold[HEAP_GENERATIONS];
    uint32_t waiting_lists;                            // dead, in CPython's free list of lists
    uint32_t waiting_tuples[GENERATIONAL_LENGTHS + 1]; // by length; 0: dicts
    uint32_t longest_kept, longest_used; // of tuples that wait: when one dies, and when one is made
    uint32_t tuples, dicts;              // in the array
    bool enabled;
    bool lazy_dicts, collects_after;
    int joins; // 1 more than the generation whose survivors the container joins that is being made
    uint32_t long_lived_total;            // survivors of the last full collection
    uint32_t long_lived_pending;          // survivors of generation 1 since then
    uint64_t collected[HEAP_GENERATIONS]; // garbage found, by the generation collected
    struct trigger due;
};

#define GENERATIONAL_OFF ((int64_t)1 << 62) // trigger: no collection starts by itself

#define COUNTED_PREFIX sizeof(union counted_place)
#define counted_ready generational_ready
#define counted_admit generational_admit
#define counted_track generational_track
#define counted_untrack generational_untrack
#define counted_dismiss generational_dismiss
#define counted_tracked heap_join_slow
#define COUNTED_TUPLES 1
#define counted_admit_tuple heap_admit_tuple_slow
#define counted_track_tuple heap_track_tuple_slow
#define counted_bury_tuple heap_bury_tuple_slow
#define counted_collect_tuple heap_collect_tuple_slow
#define COUNTED_DICTS 1
#define counted_put heap_note_put_slow
#define counted_external heap_external_slow
#define counted_open generational_open
#define counted_drain generational_drain
#define counted_close generational_close
#define counted_check generational_check
#define counted_enumerate generational_enumerate
#define counted_enumerates generational_enumerates
#define counted_enumerates_all generational_enumerates_all

int generational_open(struct heap *h, const struct heap_config *config);
void generational_drain(struct heap *h);
void generational_close(struct heap *h);
const char *generational_check(struct heap *h);
void generational_enumerate(struct heap *h, counted_visit *visit, void *audit);
bool generational_enumerates(struct heap *h, const struct heap_object *o);
bool generational_enumerates_all(struct heap *h);

// heap_shrink_slow - give back most of the array if little of it is in use.
// heap_admit_slow - counted_admit: make room in the array, collect if that is due.
// heap_collect_slow - the counter is above its threshold: collect the generation that is due. Returns which, or -1.
// heap_join_slow - counted_tracked: the object that was tracked last joins the survivors of the collection that it was due by.
// heap_external_slow - counted_external: collect if that makes the heap too large.
void heap_shrink_slow(struct heap *h);
int heap_collect_slow(struct heap *h);
void heap_external_slow(struct heap *h, size_t bytes);
int heap_admit_slow(struct heap *h, enum heap_kind kind);
void heap_join_slow(struct heap *h, struct heap_object *o);

// What is special about tuples and dicts; see parts/counted/hooks.h.
int heap_note_put_slow(struct heap *h, struct heap_object *dict, const struct heap_object *o);
int heap_admit_tuple_slow(struct heap *h, size_t length);
void heap_track_tuple_slow(struct heap *h, struct heap_object *o);
void heap_bury_tuple_slow(struct heap *h, struct heap_object *o);
void heap_collect_tuple_slow(struct heap *h, struct heap_object *o);

FAST bool generational_is_untracked(const struct heap_object *o) {
    return counted_place(o)->index == 0;
}

// generational_may_be_tracked - _PyObject_GC_MAY_BE_TRACKED. An empty slot is None in CPython.
FAST bool generational_may_be_tracked(const struct heap_object *o) {
    return o && !counted_is_atom(o) && !(counted_is_tuple(o) && generational_is_untracked(o));
}

// generational_holds_tracked - as in _PyTuple_MaybeUntrack and _PyDict_MaybeUntrack.
static inline bool generational_holds_tracked(const struct heap_object *tuple) {
    struct heap_object **slots = counted_slots(tuple);
    size_t length = counted_length(tuple);
    for (size_t i = 0; i < length; i++)
        if (generational_may_be_tracked(slots[i]))
            return true;
    return false;
}

FAST void generational_place(struct heap *h, struct heap_object *o, uint32_t index) {
    h->tracked[index] = o;
    counted_place(o)->index = index;
}

// generational_rebase - the counter changes by a change of base.
FAST void generational_rebase(struct heap *h, int64_t base) {
    int64_t due = base + h->trigger;
    h->base = base;
    h->limit = due < h->tracked_capacity ? due : h->tracked_capacity;
}

// A list that waited is not counted (PyList_New).
FAST bool generational_ready(struct heap *h, enum heap_kind kind) {
    if (kind == HEAP_ATOM)
        return true;
    if (__builtin_expect(h->tracked_count >= h->limit, 0))
        return false;
    if (kind == HEAP_LIST && h->waiting_lists) {
        h->waiting_lists--;
        generational_rebase(h, h->base + 1);
    }
    return true;
}

FAST int generational_admit(struct heap *h, enum heap_kind kind) {
    return kind == HEAP_ATOM ? 0 : heap_admit_slow(h, kind);
}

FAST void generational_track(struct heap *h, struct heap_object *o) {
    h->tracked[h->tracked_count] = o;
    counted_place(o)->index_alone = (uint64_t)h->tracked_count++;
}

// heap_close_slow - counted_untrack of the object of this index, which is not in the youngest
// generation. Static, so that the compiler knows which registers it leaves alone: a cascade, which
// calls it, would save two more around each call.
//
// The gap is closed by the last object of the same generation, the gap after that by the last of
// the next younger one, and so on.
// Tuples are told apart before; see heap_bury_tuple_slow.
static __attribute__((noinline, unused)) void heap_close_slow(struct heap *h, uint32_t gap) {
    for (int g = HEAP_GENERATIONS; gap < h->begin[0]; g--) {
        if (gap >= h->begin[g - 1])
            continue;
        uint32_t last = --h->begin[g - 1];
        if (last != gap)
            generational_place(h, h->tracked[last], gap);
        gap = last;
    }
    if (--h->tracked_count != gap)
        generational_place(h, h->tracked[h->tracked_count], gap);
}

// The gap is closed by the last object of the same generation; of the youngest even by the one that
// dies, to no effect, since to tell costs more.
FAST void generational_untrack(struct heap *h, struct heap_object *o) {
    uint32_t gap = counted_place(o)->index;
    if (__builtin_expect(gap < h->begin[0], 0))
        heap_close_slow(h, gap);
    else
        generational_place(h, h->tracked[--h->tracked_count], gap);
}

// As in PyObject_GC_Del, which a list that is to wait does not come to (list_dealloc).
FAST void generational_dismiss(struct heap *h, enum heap_kind kind) {
    if (kind == HEAP_LIST && h->waiting_lists < GENERATIONAL_WAITING_LISTS) {
        h->waiting_lists++;
        generational_rebase(h, h->base - 1);
    } else if (h->tracked_count < h->base) {
        generational_rebase(h, h->base - 1);
    }
}

#include "parts/counted/operations.h"

#endif
