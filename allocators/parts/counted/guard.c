// guard.c - guarded objects, where objects have counts.
//
// A guarded node carries a flag with which a release takes it for one of many slots, and so looks twice.

#include "heap.h"

int heap_guard_slow(struct heap *h, struct heap_object *o) {
    struct guards *g = &h->common.guards;
    assert(counted_kind(o) == HEAP_NODE && !(COUNTED_TUPLES && counted_is_special(o)) &&
           "a node is guarded");
    if (counted_is_guarded(o))
        return 0;
    if (guards_reserve(g) && (!counted_relieve(h) || guards_reserve(g)))
        return ENOMEM;
    o->shape = (uint16_t)(counted_node_length(o) | COUNTED_GUARDED);
    guards_count(g);
    h->common.counters.objects_guarded++;
    return 0;
}

// What COUNTED_OUTSIDE was before is told by the size.
void counted_unguard(struct heap *h, struct heap_object *o) {
    size_t slots = counted_node_length(o);
    size_t bytes = counted_cell_bytes(HEAP_NODE, slots, counted_payload_bytes(o));
    o->shape = (uint16_t)(slots | (pool_is_small(&h->common.pool, bytes) ? 0 : COUNTED_OUTSIDE));
    guards_wait(&h->common.guards, o);
}

// The reference of the array becomes the register's, where registers have one.
void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst) {
    struct heap_object *o = guards_take(&h->common.guards);
    h->common.counters.objects_handed_back++;
    if (COUNTED_REGISTERS) {
        counted_move(h, &dst->object, o);
        return;
    }
    dst->object = o;
    counted_lower(h, o);
}
