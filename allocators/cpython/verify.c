// verify.c - cpython: heap_verify. See fast.h.
//
// A census of all objects is taken: of the containers that the collector lists, then of what
// registers and slots refer to. Frozen objects are listed by no function, and among thawed lists, tuples
// and dicts are the interpreter's own; then what registers reach has to do, and unknown objects may account
// for the rest.

#include "heap.h"

#include "collector.h"
#include "interned.h"
#include "objects.h"
#include "parts/census.h"
#include "runtime.h"

struct audit {
    struct heap *h;
    struct census census;
    const char *broken; // the first broken invariant
    bool partial;
    uint64_t containers, requested_bytes, guarded;
};

static void audit_fail(struct audit *a, const char *invariant) {
    if (!a->broken)
        a->broken = invariant;
}

static struct census_entry *audit_add(struct audit *a, PyObject *o) {
    struct census_entry *e = census_add(&a->census, (struct heap_object *)(void *)o);
    if (!e)
        audit_fail(a, "there is memory to verify the heap");
    return e;
}

// The list of objects refers to them, so it has to go before counts are looked at.
static void audit_list_containers(struct audit *a) {
    bool enabled = collector_aside_begin();
    PyObject *all = collector_objects(a->h, -1);
    for (Py_ssize_t i = 0; all && i < PyList_GET_SIZE(all); i++) {
        PyObject *o = PyList_GET_ITEM(all, i);
        bool shared = PyList_CheckExact(o) || PyTuple_CheckExact(o) || cpython_is_dict(o);
        if (cpython_is_node(o) || (shared && !a->h->thawed))
            audit_add(a, o);
    }
    if (!all)
        audit_fail(a, "there is memory to list the objects");
    Py_XDECREF(all);
    collector_aside_end(a->h, enabled);
}

static void audit_reference(struct audit *a, PyObject *o) {
    if (!o || o == Py_None || PyLong_CheckExact(o))
        return;
    struct census_entry *e = census_find(&a->census, (struct heap_object *)(void *)o);
    if (!e)
        e = audit_add(a, o);
    if (e)
        e->references++;
}

static void audit_object(struct audit *a, PyObject *o) {
    bool lazy = PyTuple_CheckExact(o) || PyDict_CheckExact(o);
    bool container = cpython_is_node(o) || PyList_CheckExact(o) || lazy;
    size_t length = cpython_length(o);
    a->containers += container;
    a->guarded += Py_IS_TYPE(o, &cpython_guarded_type);
    a->requested_bytes += objects_requested_bytes(o);
    if (container && !lazy && !PyObject_GC_IsTracked(o))
        audit_fail(a, "a container is tracked by the collector");
    if (PyList_CheckExact(o) && length * sizeof o > cpython_array_bytes(o))
        audit_fail(a, "a list's elements fit its array");
    if (PyUnicode_CheckExact(o) && !interned_is(o))
        audit_fail(a, "a str is interned");
    for (size_t i = 0; i < length && !a->broken; i++)
        audit_reference(a, cpython_get(o, i));
}

static bool audit_agrees(const struct audit *a, uint64_t counted, uint64_t found) {
    return counted == found || (a->partial && counted > found);
}

static void audit_counts(struct audit *a) {
    for (size_t i = 0; i < a->census.count; i++) {
        const struct census_entry *e = &a->census.entries[i];
        if (!audit_agrees(a, (uint64_t)Py_REFCNT((PyObject *)(void *)e->object), e->references))
            audit_fail(a, "a count is the number of references");
    }
    if (!audit_agrees(a, a->h->guards.guarded, a->guarded))
        audit_fail(a, "guarded objects are counted");
    if (!HEAP_COUNTING)
        return;
    const struct heap_counters *c = &a->h->counters;
    if (!audit_agrees(a, c->objects_allocated - c->objects_freed, a->census.count))
        audit_fail(a, "objects allocated less objects freed are the objects held");
    if (!audit_agrees(a, c->bytes_allocated - c->bytes_freed, a->requested_bytes))
        audit_fail(a, "bytes allocated less bytes freed are the bytes held");
    if (!audit_agrees(a, a->h->containers, a->containers))
        audit_fail(a, "the containers held are those that the collector knows");
}

static const char *audit_run(struct audit *a) {
    audit_list_containers(a);
    ROOTS_EACH(&a->h->roots, reg)
    audit_reference(a, cpython_object(reg));
    GUARDS_EACH(&a->h->guards, waiting)
    audit_reference(a, (PyObject *)(void *)*waiting);
    for (size_t i = 0; i < a->census.count && !a->broken; i++)
        audit_object(a, (PyObject *)(void *)a->census.entries[i].object);
    if (!a->broken)
        audit_counts(a);
    census_free(&a->census);
    return a->broken;
}

const char *heap_verify(struct heap *h) {
    if (PyErr_Occurred())
        return "no exception is pending between operations";
    if (h->cascade != CPYTHON_NO_RELEASE)
        return "no release is going on between operations";
    if (h->pausing >= 0)
        return "no collection is running between operations";
    if (runtime_held_bytes() > runtime_peak_bytes())
        return "the peak is the most memory held";
    struct audit a = {.h = h, .partial = h->frozen || h->thawed};
    return audit_run(&a);
}
