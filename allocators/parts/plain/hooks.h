// hooks.h - every question that the layer asks a strategy without counts, and the default answers.
//
// To answer otherwise, a strategy defines the name before it includes operations.h:
//     #define plain_room semispace_room_slow
// So grep finds, for a name, its question here, the code that asks, and the strategies that answer.
//
//   constant            question                                                 default
//   PLAIN_GUARDS        are guarded objects handed back? 1: a collection sorts   0
//                       them, or 0
//
//   hook                asked when                                               default
//   plain_drop          a list is about to lose its elements from length on      nothing
//   plain_room          the intern table is full: make room for one more entry;  a larger table
//                       returns 0 or ENOMEM
//   plain_new_interned  a value is interned for the first time: dst = a fresh    heap_new_atom
//                       atom for it; returns 0 or ENOMEM
//   plain_external      so many bytes outside of the heap are about to be        nothing
//                       allocated; a safepoint
//   plain_owns          a fresh atom owns some                                   nothing
//   plain_guard         an object is guarded from now on, for which there is     guards_add
//                       room; returns 0 or ENOMEM
//   plain_stored        a reference has been stored into this slot of an object;   nothing
//                       it may be NULL
//   plain_waits         whether an object waits to be taken                      guards_any
//   plain_open          heap_new has set up what is common; returns 0 or ENOMEM, 0
//                       and then plain_close is called
//   plain_close         the heap ends: give back all objects, and what           nothing
//                       plain_open took
//   plain_unused        somebody asks how much memory has nothing in it           HEAP_UNKNOWN
//   plain_settle        counters are about to be read: bring them up to date     memory held

#ifndef HEAPBENCH_PLAIN_HOOKS_H
#define HEAPBENCH_PLAIN_HOOKS_H

#include "layout.h"

#ifndef PLAIN_GUARDS
#define PLAIN_GUARDS 0
#endif

#ifndef plain_drop
#define plain_drop plain_drop_nothing
FAST void plain_drop_nothing(struct heap *h, struct plain_list *list, size_t length) {
    (void)h;
    (void)list;
    (void)length;
}
#endif

#ifndef plain_room
#define plain_room heap_room_slow
#endif
// heap_room_slow - a larger intern table. Returns 0 or ENOMEM. Called even though it is one call
// itself: inlined, that one makes heap_intern an instruction longer (gcc 12).
int heap_room_slow(struct heap *h);

#ifndef plain_new_interned
#define plain_new_interned heap_new_atom
#endif

#ifndef plain_external
#define plain_external plain_external_nothing
FAST void plain_external_nothing(struct heap *h, size_t bytes) {
    (void)h;
    (void)bytes;
}
#endif

#ifndef plain_owns
#define plain_owns plain_owns_nothing
FAST void plain_owns_nothing(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}
#endif

#ifndef plain_guard
#define plain_guard plain_guard_note
FAST int plain_guard_note(struct heap *h, struct heap_object *o) {
    guards_add(&h->common.guards, o);
    return 0;
}
#endif

#ifndef plain_stored
#define plain_stored plain_stored_nothing
FAST void plain_stored_nothing(struct heap *h, struct heap_object *o, size_t i,
                               const struct heap_object *target) {
    (void)h;
    (void)o;
    (void)i;
    (void)target;
}
#endif

#ifndef plain_waits
#define plain_waits plain_waits_noted
FAST bool plain_waits_noted(struct heap *h) {
    return guards_any(&h->common.guards);
}
#endif

#ifndef plain_open
#define plain_open plain_open_nothing
FAST int plain_open_nothing(struct heap *h, const struct heap_config *config) {
    (void)h;
    (void)config;
    return 0;
}
#endif

#ifndef plain_close
#define plain_close plain_close_nothing
FAST void plain_close_nothing(struct heap *h) {
    (void)h;
}
#endif

#ifndef plain_unused
#define plain_unused plain_unused_unknown
FAST uint64_t plain_unused_unknown(const struct heap *h) {
    (void)h;
    return HEAP_UNKNOWN;
}
#endif

#ifndef plain_settle
#define plain_settle plain_settle_memory
FAST void plain_settle_memory(struct heap *h) {
    h->common.counters.memory_bytes = h->common.memory.held_bytes;
    h->common.counters.memory_peak_bytes = h->common.memory.peak_bytes;
}
#endif

#endif
