// guards.h - the operations of guards, for strategies that find no object unreachable, and so never
// hand one back: they lack HEAP_GUARDS. That an object is guarded is still counted. Included by
// fast.h.

#ifndef HEAPBENCH_WITHOUT_GUARDS_H
#define HEAPBENCH_WITHOUT_GUARDS_H

FAST int heap_guard(struct heap *h, const struct heap_reg *obj) {
    HEAP_SAFEPOINT(h);
    assert(obj->object->kind == HEAP_NODE && "a node is guarded");
    if (!(obj->object->flags & PLAIN_GUARDED))
        h->common.counters.objects_guarded++;
    obj->object->flags |= PLAIN_GUARDED;
    return 0;
}

FAST bool heap_guarded_take(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    (void)dst;
    return false;
}

#endif
