// cpython - the real thing: the contract on the C API of CPython, embedded.
//
// Idea: what our own strategies model is measured beside what it is modelled on. Reference counts,
// object headers, size classes, list growth, interning and the cycle collector are CPython's code,
// unchanged; registers are owned references, as the variables of a compiled function would be.
//   list           an exact PyList; an empty element is None
//   node           an own type, tracked by the collector from its birth, laid out as a tuple is,
//                  with its payload behind the slots; an empty slot is NULL, as in __slots__
//   tuple          an exact tuple; an empty slot is None
//   dict           an exact dict whose keys are the ints from 0 on, in this order; an empty slot is None.
//                  By its keys it is told from those dicts of the interpreter that come and go, which have strings
//   atom           an own type without references, laid out as bytes is without its hash. Not
//                  bytes itself, since empty bytes is one object and a fresh atom is a fresh one
//   interned atom  an exact str, of the payload as Latin-1 and an ending, which tells it from the interpreter's own;
//                  see interned.c
//   guarded node   the same of another type, which has tp_finalize: what that gets waits to be taken
//   small int      CPython's cached int; the 8 bytes of its payload are ours, in a table. An int
//                  outside of HEAP_INT_MIN .. HEAP_INT_MAX is an atom
// Invariant: an object's count is the number of slots, elements and registers that refer to it.
//
// Cost: an atom has 24 bytes of header, a node 40, a list 56, an interned atom 51 or 75 with its
//   ending; small blocks are rounded up to 16. Ours, not CPython's: counting the objects of a
//   cascade, so that it can be announced, which adds a few instructions to every death.
//   Instructions (CPython 3.11.2, callgrind): a node of 2 slots that takes the place of the last,
//   which dies, 341; a reference taken and one given up 15; an intern hit 730, of which making the
//   key a string takes most; a node of binary_trees, built, walked and dropped, 465.
// Cannot free garbage in cycles before a collection of the generation that it has reached.
// One runtime per process: heap_new starts it, heap_free ends it, a second heap beside the first is
//   refused. Its own objects are frozen, so the generations start empty; heap_unfreeze puts them
//   into the oldest one, where full collections examine them.
// `generational` gives the same integers, see tests/fidelity, with two reservations. A listener
//   makes CPython build a dict per collection; every full one then leaves count 0 at 1. Reading the
//   counters raises it too, by 4 at most. So exact comparisons have no listener, and read at the
//   end.
// tp_finalize is called once in an object's life, a guard acts once each time: to guard an object takes
//   CPython's mark of that back. What waits is in an array of ours, in no limit and no counter.
// Not counted, since CPython does not: objects_visited, edges_visited, objects_promoted,
//   rc_increments, rc_decrements: HEAP_UNKNOWN.
// Source: Python/C API reference manual; CPython's Modules/gcmodule.c and Objects/, of the version
//   in the summary: 3.9 to 3.13, see version.h.
// Check: collections_gen0 .. 2 and objects_collected are those of gc.get_stats(); heap_refcount is
//   Py_REFCNT; memory_bytes is every arena and every malloc of the runtime, its own included.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "layout.h"

#include "parts/external.h"
#include "parts/guards.h"
#include "parts/kept.h"
#include "parts/roots.h"

enum { CPYTHON_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1 };
#define CPYTHON_NO_RELEASE UINT64_MAX // value of heap.cascade between releases

// Functions of the gc module.
enum cpython_gc {
    CPYTHON_COLLECT,
    CPYTHON_FREEZE,
    CPYTHON_UNFREEZE,
    CPYTHON_GET_STATS,
    CPYTHON_GET_COUNT,
    CPYTHON_GET_OBJECTS,
    CPYTHON_GET_FREEZE_COUNT,
    CPYTHON_GC_FUNCTIONS
};

// What gc.get_stats() says.
struct cpython_stats {
    uint64_t collections[HEAP_GENERATIONS], collected[HEAP_GENERATIONS];
};

struct heap {
    struct heap_counters counters; // but for those that CPython keeps
    uint64_t cascade;              // objects freed by the release that is going on
    uint64_t containers;           // held; in a build that counts
    struct roots roots;
    struct kept kept; // of interned atoms
    struct external external;
    struct guards guards;
    struct memory guards_memory;
    PyObject *list_pop, *interned; // list.pop; the table, if the heap has its own
    PyObject *gc[CPYTHON_GC_FUNCTIONS];
    PyObject *callbacks, *callback; // gc.callbacks, and what it gets when there is a listener
    PyObject *stats;                // the last answer of gc.get_stats, see read_stats
    struct cpython_stats before;    // at the end of heap_new
    struct heap_listener listener;
    uint64_t freed_before; // the pause that is going on
    int pausing;           // its kind, or -1
    bool running;          // the interpreter is
    bool frozen;           // objects of the heap may be in the permanent generation
    bool thawed;           // the interpreter's own are not
    bool closing;          // nothing is handed back any more
    size_t own_containers; // lists and tuples among these
    size_t own_frozen;     // all of them
    PyGILState_STATE thread;
    int64_t ints[CPYTHON_INTS]; // payloads of the small ints
};

// objects.c. An owner is an atom that owns bytes outside of the heap.
extern PyTypeObject cpython_node_type, cpython_guarded_type, cpython_atom_type, cpython_owner_type;

// ------------------------------------------------------------------------------------- slow halves
// heap_release_slow - give up the last reference to o.
void heap_release_slow(struct heap *h, PyObject *o);

// heap_refused_slow - what to return after CPython raised MemoryError: ENOMEM.
int heap_refused_slow(void);

int heap_intern_slow(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes);
int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes);

// heap_pop_slow - the last element, which becomes the caller's.
PyObject *heap_pop_slow(struct heap *h, PyObject *list);
void heap_truncate_slow(struct heap *h, PyObject *list, size_t length);

// heap_new_dict_slow, heap_put_slow - heap_new_dict, heap_put. cpython_dict_get - a slot, borrowed: None or an
// object. cpython_is_dict - whether it is a dict of the heap.
int heap_new_dict_slow(struct heap *h, struct heap_reg *dst, size_t slots);
int heap_put_slow(struct heap *h, PyObject *dict, size_t i, PyObject *o);
PyObject *cpython_dict_get(PyObject *dict, size_t i);
bool cpython_is_dict(PyObject *o);

// heap_guard_slow - heap_guard. heap_guarded_take_slow - dst = an object that waits, as there is one.
int heap_guard_slow(struct heap *h, PyObject *o);
void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst);

// heap_payload_slow, heap_payload_bytes_slow - of a str, an int, an owner or a tuple.
void *heap_payload_slow(struct heap *h, PyObject *o);
size_t heap_payload_bytes_slow(PyObject *o);

// ------------------------------------------------------------------------------------------ layout
FAST PyObject *cpython_object(const struct heap_reg *r) {
    return (PyObject *)(void *)r->object;
}

FAST bool cpython_is_node(PyObject *o) {
    return Py_IS_TYPE(o, &cpython_node_type) || Py_IS_TYPE(o, &cpython_guarded_type);
}

FAST PyObject **cpython_tuple_slots(PyObject *o) {
    return ((PyTupleObject *)(void *)o)->ob_item;
}

FAST struct cpython_node *cpython_node(PyObject *o) {
    assert(cpython_is_node(o));
    return (struct cpython_node *)(void *)o;
}

FAST size_t cpython_length(PyObject *o) {
    if (PyList_CheckExact(o))
        return (size_t)PyList_GET_SIZE(o);
    if (cpython_is_node(o))
        return cpython_node_length(o);
    if (PyTuple_CheckExact(o))
        return (size_t)PyTuple_GET_SIZE(o);
    return PyDict_CheckExact(o) ? (size_t)PyDict_GET_SIZE(o) : 0;
}

// cpython_slots - the references of a node, a list or a tuple.
FAST PyObject **cpython_slots(PyObject *o) {
    if (PyList_CheckExact(o))
        return ((PyListObject *)(void *)o)->ob_item;
    return cpython_is_node(o) ? cpython_node(o)->slots : cpython_tuple_slots(o);
}

// cpython_get - what stands in a slot of any container, borrowed.
FAST PyObject *cpython_get(PyObject *o, size_t i) {
    if (PyList_CheckExact(o))
        return ((PyListObject *)(void *)o)->ob_item[i];
    if (cpython_is_node(o))
        return cpython_node(o)->slots[i];
    return PyTuple_CheckExact(o) ? cpython_tuple_slots(o)[i] : cpython_dict_get(o, i);
}

FAST uint64_t cpython_array_bytes(PyObject *list) {
    return (uint64_t)((PyListObject *)(void *)list)->allocated * sizeof(PyObject *);
}

// ------------------------------------------------------------------------------------------ counts
FAST void cpython_lower(struct heap *h, PyObject *o) {
    if (Py_REFCNT(o) == 1)
        heap_release_slow(h, o);
    else
        Py_DECREF(o);
}

// cpython_move - *place = o, whose count already includes this reference; both may be NULL.
FAST void cpython_move(struct heap *h, PyObject **place, PyObject *o) {
    PyObject *old = *place;
    *place = o;
    if (old)
        cpython_lower(h, old);
}

FAST void cpython_set(struct heap *h, struct heap_reg *dst, PyObject *o) {
    PyObject *old = cpython_object(dst);
    dst->object = (struct heap_object *)(void *)o;
    if (old)
        cpython_lower(h, old);
}

#define HEAP_LISTENER(h) (&(h)->listener) // for operations.c

// --------------------------------------------------------------------------------------- registers
FAST struct heap_reg *heap_enter(struct heap *h, size_t count) {
    return roots_push(&h->roots, count);
}

FAST void heap_leave(struct heap *h) {
    struct roots_frame *frame = h->roots.top;
    for (size_t i = 0; i < frame->count; i++)
        if (frame->registers[i].object)
            cpython_lower(h, cpython_object(&frame->registers[i]));
    roots_pop(&h->roots);
}

FAST void heap_copy(struct heap *h, struct heap_reg *dst, const struct heap_reg *src) {
    PyObject *o = cpython_object(src);
    Py_XINCREF(o);
    cpython_set(h, dst, o);
}

FAST void heap_clear(struct heap *h, struct heap_reg *dst) {
    cpython_set(h, dst, NULL);
}

FAST bool heap_same(struct heap *h, const struct heap_reg *a, const struct heap_reg *b) {
    (void)h;
    return a->object == b->object;
}

FAST bool heap_is_empty(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return !a->object;
}

// -------------------------------------------------------------------------------------- allocation
FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    struct cpython_atom *atom =
        PyObject_NewVar(struct cpython_atom, &cpython_atom_type, (Py_ssize_t)bytes);
    if (__builtin_expect(!atom, 0))
        return heap_refused_slow();
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += bytes);
    cpython_set(h, dst, (PyObject *)(void *)atom);
    return 0;
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    HEAP_SAFEPOINT(h);
    size_t words = slots + (bytes + sizeof(void *) - 1) / sizeof(void *);
    struct cpython_node *node =
        PyObject_GC_NewVar(struct cpython_node, &cpython_node_type, (Py_ssize_t)words);
    if (__builtin_expect(!node, 0))
        return heap_refused_slow();
    cpython_node_sized(node, slots, bytes);
    for (size_t i = 0; i < slots; i++)
        node->slots[i] = NULL;
    PyObject_GC_Track(node);
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += slots * sizeof(void *) + bytes);
    HEAP_COUNT(h->containers++);
    cpython_set(h, dst, version_complete(node));
    return 0;
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    PyObject *list = PyList_New(0);
    if (__builtin_expect(!list, 0))
        return heap_refused_slow();
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->containers++);
    cpython_set(h, dst, version_complete(list));
    return 0;
}

FAST int heap_new_tuple(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    HEAP_SAFEPOINT(h);
    PyObject *tuple = PyList_AsTuple(cpython_object(list));
    if (__builtin_expect(!tuple, 0))
        return heap_refused_slow();
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += heap_length(h, list) * sizeof(PyObject *));
    HEAP_COUNT(h->containers++);
    cpython_set(h, dst, version_complete(tuple));
    return 0;
}

FAST int heap_new_dict(struct heap *h, struct heap_reg *dst, size_t slots) {
    HEAP_SAFEPOINT(h);
    return heap_new_dict_slow(h, dst, slots);
}

FAST int heap_new_external(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return heap_new_external_slow(h, dst, bytes);
}

FAST int heap_intern(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return heap_intern_slow(h, dst, key, bytes);
}

FAST int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) {
    if (value >= HEAP_INT_MIN && value <= HEAP_INT_MAX) {
        HEAP_SAFEPOINT(h);
        cpython_set(h, dst, PyLong_FromLong((long)value));
        return 0;
    }
    int error = heap_new_atom(h, dst, sizeof value);
    if (!error)
        memcpy(((struct cpython_atom *)(void *)dst->object)->payload, &value, sizeof value);
    return error;
}

// ------------------------------------------------------------------------------------------ access
// An empty slot of a list is None; that of a node is NULL.
FAST void heap_load(struct heap *h, struct heap_reg *dst, const struct heap_reg *obj, size_t i) {
    PyObject *from = cpython_object(obj), *o;
    assert(i < cpython_length(from));
    if (PyList_CheckExact(from))
        o = ((PyListObject *)(void *)from)->ob_item[i];
    else if (__builtin_expect(Py_IS_TYPE(from, &cpython_node_type), 1)) {
        cpython_set(h, dst, Py_XNewRef(cpython_node(from)->slots[i]));
        return;
    } else
        o = cpython_get(from, i);
    o = o == Py_None ? NULL : o;
    Py_XINCREF(o);
    cpython_set(h, dst, o);
}

// cpython_element - what stands in a list for this register, with a reference of its own.
FAST PyObject *cpython_element(const struct heap_reg *src) {
    PyObject *o = src->object ? cpython_object(src) : Py_None;
    Py_INCREF(o);
    return o;
}

FAST void heap_store(struct heap *h, const struct heap_reg *obj, size_t i,
                     const struct heap_reg *src) {
    PyObject *into = cpython_object(obj), *o = cpython_object(src);
    assert(i < cpython_length(into));
    if (PyList_CheckExact(into))
        o = cpython_element(src);
    else
        Py_XINCREF(o);
    cpython_move(h, &cpython_slots(into)[i], o);
}

FAST int heap_put(struct heap *h, const struct heap_reg *dict, size_t i,
                  const struct heap_reg *src) {
    return heap_put_slow(h, cpython_object(dict), i, cpython_object(src));
}

FAST const struct heap_reg *heap_borrow(struct heap *h, struct heap_reg *spare,
                                        const struct heap_reg *obj, size_t i) {
    static const struct heap_reg empty = {NULL};
    PyObject *from = cpython_object(obj), **slot;
    if (PyList_CheckExact(from)) {
        slot = &((PyListObject *)(void *)from)->ob_item[i];
    } else if (cpython_is_node(from)) {
        return (const struct heap_reg *)(const void *)&cpython_node(from)->slots[i];
    } else if (PyTuple_CheckExact(from)) {
        slot = &cpython_tuple_slots(from)[i];
    } else {
        heap_load(h, spare, obj, i); // a dict
        return spare;
    }
    return *slot == Py_None ? &empty : (const struct heap_reg *)(const void *)slot;
}

FAST void heap_move(struct heap *h, const struct heap_reg *obj, size_t i, struct heap_reg *src) {
    PyObject *into = cpython_object(obj), *o = cpython_object(src);
    assert(i < cpython_length(into));
    if (!o && PyList_CheckExact(into))
        o = cpython_element(src);
    src->object = NULL;
    cpython_move(h, &cpython_slots(into)[i], o);
}

FAST int heap_append(struct heap *h, const struct heap_reg *list, const struct heap_reg *src) {
    HEAP_SAFEPOINT(h);
    PyObject *l = cpython_object(list);
    uint64_t before = cpython_array_bytes(l);
    if (__builtin_expect(PyList_Append(l, src->object ? cpython_object(src) : Py_None), 0))
        return heap_refused_slow();
    HEAP_COUNT(h->counters.bytes_allocated += cpython_array_bytes(l) - before);
    return 0;
}

FAST void heap_pop(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    PyObject *o = heap_pop_slow(h, cpython_object(list));
    if (o == Py_None) {
        Py_DECREF(o);
        o = NULL;
    }
    cpython_set(h, dst, o);
}

FAST void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length) {
    PyObject *l = cpython_object(list);
    assert(length <= (size_t)PyList_GET_SIZE(l));
    if (length < (size_t)PyList_GET_SIZE(l))
        heap_truncate_slow(h, l, length);
}

FAST size_t heap_length(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return cpython_length(cpython_object(a));
}

FAST size_t heap_capacity(struct heap *h, const struct heap_reg *a) {
    PyObject *o = cpython_object(a);
    return PyList_CheckExact(o) ? cpython_array_bytes(o) / sizeof(PyObject *) : heap_length(h, a);
}

FAST enum heap_kind heap_kind(struct heap *h, const struct heap_reg *a) {
    (void)h;
    if (PyList_CheckExact(cpython_object(a)))
        return HEAP_LIST;
    if (PyTuple_CheckExact(cpython_object(a)))
        return HEAP_NODE;
    if (cpython_is_node(cpython_object(a)))
        return HEAP_NODE;
    return PyDict_CheckExact(cpython_object(a)) ? HEAP_NODE : HEAP_ATOM;
}

FAST void *heap_payload(struct heap *h, const struct heap_reg *a) {
    PyObject *o = cpython_object(a);
    if (cpython_is_node(o))
        return cpython_node(o)->slots + cpython_node_length(o);
    if (Py_IS_TYPE(o, &cpython_atom_type))
        return ((struct cpython_atom *)(void *)o)->payload;
    return heap_payload_slow(h, o);
}

FAST size_t heap_payload_bytes(struct heap *h, const struct heap_reg *a) {
    (void)h;
    PyObject *o = cpython_object(a);
    if (cpython_is_node(o))
        return cpython_node_bytes(o);
    if (Py_IS_TYPE(o, &cpython_atom_type))
        return (size_t)Py_SIZE(o);
    return heap_payload_bytes_slow(o);
}

FAST int64_t heap_refcount(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return Py_REFCNT(cpython_object(a));
}

FAST uintptr_t heap_identity(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (uintptr_t)a->object;
}

// ------------------------------------------------------------------------------------------ guards
FAST int heap_guard(struct heap *h, const struct heap_reg *obj) {
    HEAP_SAFEPOINT(h);
    return heap_guard_slow(h, cpython_object(obj));
}

FAST bool heap_guarded_take(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(!guards_any(&h->guards), 1))
        return false;
    heap_guarded_take_slow(h, dst);
    return true;
}

// ----------------------------------------------------------------------------------------- regions
// Python has no such promise to make.
#include "parts/without/regions.h"

#endif
