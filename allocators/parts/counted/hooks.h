// hooks.h - every question that the layer asks a strategy with counts, and the default answers.
//
// To answer otherwise, a strategy defines the name before it includes operations.h:
//     #define counted_untrack generational_untrack
// So grep finds, for a name, its question here, the code that asks, and the strategies that answer.
//
//   constant           question                                                        default
//   COUNTED_PREFIX     how many bytes lie in front of a container's header?            0
//   COUNTED_ATOM_PREFIX  in front of an atom's?                                        0
//   COUNTED_REGISTERS  is a register's reference counted, like a slot's? 1 or 0        1
//   COUNTED_PROMPT     does an object die when its count becomes 0? 1, or 0: it waits, 1
//                      with COUNTED_FOREVER added to its count
//   COUNTED_TUPLES     may a tuple be untracked, so that it differs from other       0
//                      nodes? 1 or 0
//   COUNTED_DICTS      and a dict? Then what is said of tuples is of dicts, too        0
//
//   on the fast path   asked when                                                      default
//   counted_up         a reference is taken: one more                                  a plain word
//   counted_down       a reference is given up; returns whether it was the last        a plain word
//   counted_count      a count is read                                                 a plain word
//   counted_set_count  it is set, while nothing else can reach the object              a plain word
//   counted_zero       a count has become 0; or, where registers are not counted, a    release it
//                      new object is in a register
//   counted_ready      an object is about to be made; returns whether nothing else is  true
//                      to be done, neither before nor after
//   counted_track      a container is complete                                         nothing
//   counted_closed     a container has taken over the reference of the register by which  nothing
//                      it was named, so it is part of a cycle and no count was lowered
//   counted_untrack    a container dies                                                nothing
//   counted_dismiss    a container's memory is about to be freed                       nothing
//   counted_moved      a register gives its reference to a slot and is empty           nothing
//   counted_died_at    what is released is told of, in the build that counts: when it  HEAP_UNKNOWN:
//                      died                                                            now
//
//   off it             asked when                                                      default
//   counted_admit      counted_ready said no, and changed nothing. Returns 0, or       0
//                      ENOMEM: the object cannot be tracked and is not made
//   counted_tracked    a container is complete that was made off the fast path, and     nothing
//                      counted_track has been asked; no register refers to it yet
//   counted_relieve    memory was refused; returns whether some was freed since, so    false
//                      that it is worth asking again. What is reachable stays
//   counted_admit_tuple  a tuple of this length is about to be made; 0: a dict.      0
//                      Returns 0 or ENOMEM
//   counted_track_tuple  it is complete                                              counted_track
//   counted_bury_tuple one dies, and nothing has been done about that yet              nothing
//   counted_collect_tuple  one is garbage that a collection has found, and counted     nothing
//                      out, and counted_dismiss has been asked about it
//   counted_put        a dict is about to hold this object, which may be NULL. Returns 0
//                      0 or ENOMEM
//   counted_spread     a container's count has become 0, within a release: free it and  counted_cascade
//                      all that dies by it, as that function of cascade.h does
//   counted_external   so many bytes outside of the heap are about to be allocated;  nothing
//                      a safepoint
//   counted_charge     this many bytes have been allocated in one piece                nothing
//   counted_open       heap_new has set up what is common; returns 0 or ENOMEM, and    0
//                      then counted_drain and counted_close are called
//   counted_drain      every register is gone, and the pool does not know the cells    nothing
//                      that are left: free all objects
//   counted_close      the heap ends: give back what counted_open took                 nothing
//   counted_check      heap_verify begins; returns NULL or the first broken invariant  NULL
//   counted_enumerate  heap_verify wants all objects that can be found without         cells of the
//                      following references: call visit for each                       pool
//   counted_enumerates     whether an object like this is always among those. It may   if the pool
//                      be dangling: look into it only if there is no other way         knows all
//   counted_enumerates_all whether every other object is referred to by one of those   if the pool
//                      or by a register                                                knows all

#ifndef HEAPBENCH_COUNTED_HOOKS_H
#define HEAPBENCH_COUNTED_HOOKS_H

#include "layout.h"

#ifndef COUNTED_PREFIX
#define COUNTED_PREFIX 0
#endif
#ifndef COUNTED_ATOM_PREFIX
#define COUNTED_ATOM_PREFIX 0
#endif
#ifndef COUNTED_REGISTERS
#define COUNTED_REGISTERS 1
#endif
#ifndef COUNTED_PROMPT
#define COUNTED_PROMPT 1
#endif
#ifndef COUNTED_TUPLES
#define COUNTED_TUPLES 0
#endif
#ifndef COUNTED_DICTS
#define COUNTED_DICTS 0
#endif

// ------------------------------------------------------------------------------------------ counts
// These take the object and not its count: a pointer to a bare word could point to any uint32_t of
// the program, which the compiler would load again after each (gcc 12).
#ifndef counted_up
#define counted_up counted_up_plain
FAST void counted_up_plain(struct heap *h, struct heap_object *o) {
    (void)h;
    o->count++;
}
#endif

#ifndef counted_down
#define counted_down counted_down_plain
FAST bool counted_down_plain(struct heap *h, struct heap_object *o) {
    (void)h;
    return --o->count == 0;
}
#endif

#ifndef counted_count
#define counted_count counted_count_plain
FAST uint32_t counted_count_plain(const struct heap_object *o) {
    return o->count;
}
#endif

#ifndef counted_set_count
#define counted_set_count counted_set_count_plain
FAST void counted_set_count_plain(struct heap_object *o, uint32_t count) {
    o->count = count;
}
#endif

#ifndef counted_zero
#define counted_zero heap_release_slow
#endif
// heap_release_slow - free o, whose count has become 0, and everything that dies with it.
void heap_release_slow(struct heap *h, struct heap_object *o);

// -------------------------------------------------------------------------------------- allocation
#ifndef counted_ready
#define counted_ready counted_ready_always
FAST bool counted_ready_always(struct heap *h, enum heap_kind kind) {
    (void)h;
    (void)kind;
    return true;
}
#endif

#ifndef counted_admit
#define counted_admit counted_admit_always
FAST int counted_admit_always(struct heap *h, enum heap_kind kind) {
    (void)h;
    (void)kind;
    return 0;
}
#endif

#ifndef counted_relieve
#define counted_relieve counted_relieve_never
FAST bool counted_relieve_never(struct heap *h) {
    (void)h;
    return false;
}
#endif

#ifndef counted_admit_tuple
#define counted_admit_tuple counted_admit_tuple_always
FAST int counted_admit_tuple_always(struct heap *h, size_t length) {
    (void)h;
    (void)length;
    return 0;
}
#endif

#ifndef counted_bury_tuple
#define counted_bury_tuple counted_bury_tuple_nothing
FAST void counted_bury_tuple_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef counted_collect_tuple
#define counted_collect_tuple counted_bury_tuple_nothing
#endif

#ifndef counted_put
#define counted_put counted_put_always
FAST int counted_put_always(struct heap *h, struct heap_object *dict, const struct heap_object *o) {
    (void)h;
    (void)dict;
    (void)o;
    return 0;
}
#endif

#ifndef counted_external
#define counted_external counted_external_nothing
FAST void counted_external_nothing(struct heap *h, size_t bytes) {
    (void)h;
    (void)bytes;
}
#endif

#ifndef counted_charge
#define counted_charge counted_charge_nothing
FAST void counted_charge_nothing(struct heap *h, size_t bytes) {
    (void)h;
    (void)bytes;
}
#endif

// -------------------------------------------------------------------------------------- containers
#ifndef counted_track
#define counted_track counted_track_nothing
FAST void counted_track_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef counted_tracked
#define counted_tracked counted_tracked_nothing
FAST void counted_tracked_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef counted_track_tuple
#define counted_track_tuple counted_track
#endif

#ifndef counted_closed
#define counted_closed counted_closed_nothing
FAST void counted_closed_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef counted_untrack
#define counted_untrack counted_untrack_nothing
FAST void counted_untrack_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef counted_dismiss
#define counted_dismiss counted_dismiss_nothing
FAST void counted_dismiss_nothing(struct heap *h, enum heap_kind kind) {
    (void)h;
    (void)kind;
}
#endif

#ifndef counted_moved
#define counted_moved counted_moved_nothing
FAST void counted_moved_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef counted_died_at
#define counted_died_at counted_died_now
FAST uint64_t counted_died_now(const struct heap *h, const struct heap_object *o) {
    (void)h;
    (void)o;
    return HEAP_UNKNOWN;
}
#endif

// --------------------------------------------------------------------------------- the heap's life
#ifndef counted_open
#define counted_open counted_open_nothing
FAST int counted_open_nothing(struct heap *h, const struct heap_config *config) {
    (void)h;
    (void)config;
    return 0;
}
#endif

#ifndef counted_drain
#define counted_drain counted_drain_nothing
FAST void counted_drain_nothing(struct heap *h) {
    (void)h;
}
#endif

#ifndef counted_close
#define counted_close counted_close_nothing
FAST void counted_close_nothing(struct heap *h) {
    (void)h;
}
#endif

// ------------------------------------------------------------------------------------------ checks
#ifndef counted_check
#define counted_check counted_check_nothing
FAST const char *counted_check_nothing(struct heap *h) {
    (void)h;
    return NULL;
}
#endif

#ifndef counted_enumerate
#define counted_enumerate counted_visit_cells
#endif
// counted_visit_cells - call visit for each object in a cell that the pool knows.
void counted_visit_cells(struct heap *h, counted_visit *visit, void *audit);

#ifndef counted_enumerates
#define counted_enumerates counted_enumerates_cells
FAST bool counted_enumerates_cells(struct heap *h, const struct heap_object *o) {
    (void)o;
    return pool_walks_all(&h->common.pool);
}
#endif

#ifndef counted_enumerates_all
#define counted_enumerates_all counted_enumerates_all_cells
FAST bool counted_enumerates_all_cells(struct heap *h) {
    return pool_walks_all(&h->common.pool);
}
#endif

#endif
