// guard.c - boehm: guarded objects. They have a finalizer, which libgc calls when it is told to,
// and which lets them wait.

#include "collect.h"

static void GC_CALLBACK hand_back(void *object, void *heap) {
    struct heap *h = heap;
    struct heap_object *o = object;
    o->flags &= (uint8_t)~PLAIN_GUARDED;
    if (h->closing)
        h->common.guards.guarded--;
    else
        guards_wait(&h->common.guards, o);
}

// Stands for an answer that libgc did not give, having no memory.
static void GC_CALLBACK refused(void *object, void *heap) {
    (void)object;
    (void)heap;
}

// May collect. What else is unreachable is no reason to keep an object back: hence no order.
int boehm_guard_slow(struct heap *h, struct heap_object *o) {
    GC_finalization_proc before = refused;
    void *data = NULL;
    GC_register_finalizer_no_order(o, hand_back, h, &before, &data);
    boehm_settle_memory(h);
    if (before == refused)
        return ENOMEM;
    guards_count(&h->common.guards);
    return 0;
}

// libgc aborts when it has no memory for its first table of finalizers, so it makes one at the
// start.
void guard_start(void) {
    void *object = GC_generic_malloc(GC_GRANULE_BYTES, BOEHM_BLIND);
    GC_set_finalize_on_demand(1);
    GC_set_java_finalization(1); // mark all that an object with a finalizer refers to
    GC_register_finalizer_no_order(object, refused, NULL, NULL, NULL);
    GC_register_finalizer_no_order(object, NULL, NULL, NULL, NULL);
}

bool boehm_waits_slow(struct heap *h) {
    if (GC_should_invoke_finalizers())
        (void)GC_invoke_finalizers();
    return guards_any(&h->common.guards);
}

// ----------------------------------------------------------------------------------------- closing
static void GC_CALLBACK note_guarded(void *cell, size_t bytes, void *heap) {
    (void)bytes;
    struct heap *h = heap;
    struct heap_object *o = cell;
    if (o->flags == (h->number | PLAIN_GUARDED) && o->kind == HEAP_NODE)
        h->common.guards.entries[h->common.guards.end++] = o;
}

static void *GC_CALLBACK note_all(void *heap) {
    GC_enumerate_reachable_objects_inner(note_guarded, heap);
    return NULL;
}

// There is room for all that are guarded, once nothing waits.
void guard_close(struct heap *h) {
    struct guards *g = &h->common.guards;
    h->closing = true;
    g->first = g->end = 0;
    if (!g->guarded)
        return;
    collect_full();
    (void)GC_invoke_finalizers();
    (void)GC_call_with_alloc_lock(note_all, h);
    for (; g->end; g->end--)
        GC_register_finalizer_no_order(g->entries[g->end - 1], NULL, NULL, NULL, NULL);
    g->guarded = 0;
}
