// guard.c - guarded objects, where objects have no counts and a collection hands them back.
//
// While an object waits to be taken it is not flagged as guarded: it may be guarded anew.

#include "heap.h"

#if PLAIN_GUARDS

int heap_guard_slow(struct heap *h, struct heap_object *o) {
    assert(o->kind == HEAP_NODE && "a node is guarded");
    if (o->flags & PLAIN_GUARDED)
        return 0;
    if (guards_reserve(&h->common.guards) || plain_guard(h, o))
        return ENOMEM;
    o->flags |= PLAIN_GUARDED;
    h->common.counters.objects_guarded++;
    return 0;
}

void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst) {
    dst->object = guards_take(&h->common.guards);
    h->common.counters.objects_handed_back++;
}

#endif
