// collection.c - what the recorder does at the start and at the end of each collection.
//
// At the start, it writes which objects are examined for the first time, and has the interpreter
// save the garbage instead of clearing it (DEBUG_SAVEALL). So at the end it finds the garbage with
// finalizers run, weak references cleared and references intact, writes these down and clears it as
// the interpreter would have.

#include "references.h"
#include "rings.h"
#include "windows.h"

#include <stdlib.h>
#include <time.h>

static uint64_t thread_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// The program's thresholds are kept, but for 0, which turns collections off.
void recorder_use_settings(struct recorder *r) {
    r->imposed[0] = r->thresholds[0] ? r->k0 : 0;
    r->imposed[1] = INT_MAX;
    r->imposed[2] = r->thresholds[2];
    for (int g = 0; g < 3; g++)
        r->gc->generations[g].threshold = r->imposed[g];
}

static void note_settings(struct recorder *r) {
    r->enabled = r->gc->enabled;
    recording_event(&r->writer, RECORDING_SETTINGS);
    recording_number(&r->writer, r->enabled != 0);
    for (int g = 0; g < 3; g++) {
        if (r->gc->generations[g].threshold != r->imposed[g])
            r->thresholds[g] = r->gc->generations[g].threshold;
        recording_number(&r->writer, (uint64_t)r->thresholds[g]);
    }
    recorder_use_settings(r);
}

void recorder_watch(struct recorder *r) {
    enum { LOOK_AT_CLOCK = 64 }; // births from one time to the next
    if (r->containers % LOOK_AT_CLOCK == 0)
        references_tick(r);
    const facts_gc *gc = r->gc;
    if (__builtin_expect((gc->enabled ^ r->enabled) |
                             (gc->generations[0].threshold ^ r->imposed[0]) |
                             (gc->generations[1].threshold ^ r->imposed[1]) |
                             (gc->generations[2].threshold ^ r->imposed[2]),
                         0))
        note_settings(r);
}

// --------------------------------------------------------------------------------------- the start
// Whether this collection will untrack it: a tuple that holds nothing tracked
// (_PyTuple_MaybeUntrack).
static bool is_untracked_now(PyObject *o) {
    if (!PyTuple_CheckExact(o))
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); i++) {
        PyObject *element = PyTuple_GET_ITEM(o, i);
        if (!element || (PyObject_IS_GC(element) &&
                         (!PyTuple_CheckExact(element) || PyObject_GC_IsTracked(element))))
            return false;
    }
    return true;
}

static void write_examined(struct recorder *r, facts_head *list) {
    for (facts_head *head = rings_next(list); head != list; head = rings_next(head)) {
        uint32_t slot = recorder_slot_of(r, rings_object(head)) & RECORDER_SLOT;
        if (!slot)
            continue;
        recording_room(&r->writer);
        recording_number(&r->writer, (uint64_t)slot << 1 | is_untracked_now(rings_object(head)));
    }
    recording_room(&r->writer);
    recording_number(&r->writer, 0);
}

static void start(struct recorder *r, int generation) {
    bool by_hand = !r->gc->enabled || *r->count <= r->gc->generations[0].threshold;
    r->totals.miscounted += r->reckoned != *r->count;
    r->totals.collections++;
    r->collections++;
    rings_choose(r, by_hand);
    recording_event(&r->writer, RECORDING_COLLECTS);
    recording_number(&r->writer, (uint64_t)generation);
    recording_number(&r->writer, (uint64_t)r->from << 1 | by_hand);
    write_examined(r, &r->gc->generations[0].head);
    rings_lend(r);
    r->kept_garbage = PyList_GET_SIZE(r->gc->garbage);
    r->gc->debug |= FACTS_SAVE_ALL;
    r->collection_began_ns = thread_ns();
}

// ----------------------------------------------------------------------------------------- the end
static int note_edge(PyObject *o, void *context) {
    struct recorder *r = context;
    uint32_t slot = recorder_slot_of(r, o) & RECORDER_SLOT;
    if (!slot)
        return 0;
    if (r->edges.count == r->edges.room) {
        r->edges.room = r->edges.room ? r->edges.room * 2 : 1024;
        void *slots = realloc(r->edges.slots, r->edges.room * sizeof *r->edges.slots);
        if (!slots)
            Py_FatalError("heapbench_record: no memory");
        r->edges.slots = slots;
    }
    r->edges.slots[r->edges.count++] = slot - 1;
    return 0;
}

void recorder_note_edges(struct recorder *r, PyObject *o) {
    r->edges.count = 0;
    Py_TYPE(o)->tp_traverse(o, note_edge, r);
}

void recorder_write_edges(struct recorder *r) {
    recording_number(&r->writer, r->edges.count);
    for (size_t i = 0; i < r->edges.count; i++) {
        recording_room(&r->writer);
        recording_number(&r->writer, r->edges.slots[i]);
    }
}

// ------------------------------------------------------------------------------------------ trees
// What garbage refers to and is alive may die by its count, with a tree that only it leads to: chains, say. Without this
// collection that garbage would keep them all. So they are marked when garbage first leads there.
static void push_tree(struct recorder *r, PyObject *o) {
    struct recorder_trees *t = &r->trees;
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 256;
        void *objects = realloc(t->objects, t->room * sizeof *t->objects);
        if (!objects)
            Py_FatalError("heapbench_record: no memory");
        t->objects = objects;
    }
    t->objects[t->count++] = o;
}

static uint32_t *container_place(const struct recorder *r, PyObject *o) {
    uint32_t *place = &r->shadow[((uintptr_t)o - facts_front(o)) >> 4];
    return *place & RECORDER_CONTAINER ? place : NULL;
}

static int mark_owned(PyObject *o, void *context) {
    struct recorder *r = context;
    if (Py_REFCNT(o) != 1)
        return 0;
    uint32_t *place = container_place(r, o);
    if (place && !(*place & (RECORDER_OWNED | RECORDER_HELD))) {
        *place |= RECORDER_OWNED;
        push_tree(r, o);
    }
    return 0;
}

static int mark_held(PyObject *o, void *context) {
    struct recorder *r = context;
    uint32_t *place = container_place(r, o);
    if (!place || *place & RECORDER_HELD)
        return 0;
    *place |= RECORDER_HELD;
    push_tree(r, o);
    return 0;
}

// All garbage is marked first, so that none of it is taken for alive.
static void mark_trees(struct recorder *r, PyObject *garbage, Py_ssize_t from) {
    Py_ssize_t end = PyList_GET_SIZE(garbage);
    for (Py_ssize_t i = from; i < end; i++) {
        uint32_t *place = container_place(r, PyList_GET_ITEM(garbage, i));
        if (place)
            *place |= RECORDER_HELD;
    }
    for (Py_ssize_t i = from; i < end; i++)
        Py_TYPE(PyList_GET_ITEM(garbage, i))
            ->tp_traverse(PyList_GET_ITEM(garbage, i), mark_held, r);
    while (r->trees.count) {
        PyObject *o = r->trees.objects[--r->trees.count];
        if (PyObject_IS_GC(o))
            Py_TYPE(o)->tp_traverse(o, mark_owned, r);
    }
}

// ---------------------------------------------------------------------------------------- garbage
static void write_garbage(struct recorder *r, PyObject *o) {
    const uint32_t *place = rings_place_of(r, (facts_head *)o - 1);
    uint32_t slot = place[0] & RECORDER_SLOT;
    if (!slot)
        return;
    recorder_note_edges(r, o);
    recording_event(&r->writer, RECORDING_GARBAGE);
    recording_number(&r->writer, slot - 1);
    recording_number(&r->writer, r->collections - rings_seen(r, place[1]));
    rings_found(r, place[1]);
    recorder_write_edges(r);
}

// As delete_garbage does, in the same order.
static void clear_garbage(PyObject *garbage, Py_ssize_t from) {
    for (Py_ssize_t i = from; i < PyList_GET_SIZE(garbage); i++) {
        PyObject *o = PyList_GET_ITEM(garbage, i);
        inquiry clear = Py_TYPE(o)->tp_clear;
        if (!clear)
            continue;
        Py_INCREF(o);
        (void)clear(o);
        if (PyErr_Occurred())
            PyErr_WriteUnraisable((PyObject *)Py_TYPE(o));
        Py_DECREF(o);
    }
    if (PyList_SetSlice(garbage, from, PyList_GET_SIZE(garbage), NULL))
        PyErr_Clear();
}

static void take_garbage(struct recorder *r) {
    PyObject *garbage = r->gc->garbage;
    Py_ssize_t end = PyList_GET_SIZE(garbage);
    if (end == r->kept_garbage)
        return;
    for (Py_ssize_t i = r->kept_garbage; i < end; i++)
        write_garbage(r, PyList_GET_ITEM(garbage, i));
    r->totals.garbage += (uint64_t)(end - r->kept_garbage);
    mark_trees(r, garbage, r->kept_garbage);
    clear_garbage(garbage, r->kept_garbage);
    recorder_settle(r, 0);
}

static void stop(struct recorder *r, int generation, uint64_t found) {
    r->gc->debug &= ~FACTS_SAVE_ALL;
    recording_event(&r->writer, RECORDING_COLLECTED);
    recording_number(&r->writer, (uint64_t)generation);
    recording_number(&r->writer, found);
    recording_number(&r->writer, thread_ns() - r->collection_began_ns);
    facts_drain(r->interpreter); // a full collection has reset them
    r->reckoned = r->last = *r->count;
    take_garbage(r);
    for (int g = 1; g < 3; g++) {
        references_write(r, &r->gc->generations[g].head);
        rings_place(r, &r->gc->generations[g].head);
    }
    rings_examined(r);
    recording_event(&r->writer, RECORDING_CLEARED);
}

// ------------------------------------------------------------------------------------ the callback
static uint64_t number_in(PyObject *info, PyObject *name) {
    PyObject *value = PyDict_GetItem(info, name);
    return value ? PyLong_AsUnsignedLongLongMask(value) : 0;
}

// The dict with which it is called was made for it, and is no object of the program's.
static void disown(struct recorder *r, PyObject *info) {
    uint32_t slot = recorder_slot_of(r, info);
    if (!(slot & RECORDER_CONTAINER))
        return;
    recording_event(&r->writer, RECORDING_OWN);
    recording_number(&r->writer, (slot & RECORDER_SLOT) - 1);
}

static PyObject *callback(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
    struct recorder *r = PyCapsule_GetPointer(self, NULL);
    if (!r->on || count != 2)
        Py_RETURN_NONE;
    uint64_t began = thread_ns();
    int generation = (int)number_in(arguments[1], r->names[0]);
    recorder_settle(r, 0);
    disown(r, arguments[1]);
    if (PyUnicode_CompareWithASCIIString(arguments[0], "start") == 0) {
        start(r, generation);
        r->totals.collecting_ns += r->collection_began_ns - began;
    } else {
        stop(r, generation, number_in(arguments[1], r->names[1]));
        r->totals.collecting_ns += thread_ns() - r->collection_began_ns;
        windows_tick();
    }
    Py_RETURN_NONE;
}

PyObject *recorder_callback(struct recorder *r) {
    static PyMethodDef definition = {"heapbench_record", (PyCFunction)(void (*)(void))callback,
                                     METH_FASTCALL, NULL};
    PyObject *capsule = PyCapsule_New(r, NULL, NULL);
    r->names[0] = PyUnicode_InternFromString("generation");
    r->names[1] = PyUnicode_InternFromString("collected");
    if (!r->names[0] || !r->names[1])
        Py_CLEAR(capsule);
    PyObject *function = capsule ? PyCFunction_New(&definition, capsule) : NULL;
    Py_XDECREF(capsule);
    return function;
}
