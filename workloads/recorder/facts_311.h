// facts_311.h - CPython 3.11: where its collector's state is, how its blocks look, and its free
// lists.
//
// Source: Modules/gcmodule.c, Objects/tupleobject.c, listobject.c, dictobject.c, sliceobject.c,
// Python/context.c.

#ifndef HEAPBENCH_RECORDER_FACTS_311_H
#define HEAPBENCH_RECORDER_FACTS_311_H

#include "recording/recording.h"

#include "internal/pycore_context.h"
#include "internal/pycore_gc.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_pystate.h"
#include "internal/pycore_tuple.h"

typedef struct _gc_runtime_state facts_gc;
typedef PyGC_Head facts_head;

// In front of a tuple's elements: the collector's head, the object, its length.
enum { FACTS_HEAD_BYTES = sizeof(PyGC_Head), FACTS_DICT_BYTES = 2 * sizeof(PyObject *) };
enum { FACTS_SAVE_ALL = 1 << 5 }; // DEBUG_SAVEALL

static inline facts_gc *facts_collector(PyInterpreterState *interpreter) {
    return &interpreter->gc;
}

// Whether an exception is set: then no birth starts a collection.
static inline bool facts_is_raising(void) {
    return _PyThreadState_GET()->curexc_type != NULL;
}

// facts_front - bytes of an object's block in front of it.
static inline size_t facts_front(PyObject *o) {
    PyTypeObject *type = Py_TYPE(o);
    if (!PyObject_IS_GC(o))
        return 0;
    return FACTS_HEAD_BYTES + (type->tp_flags & Py_TPFLAGS_MANAGED_DICT ? FACTS_DICT_BYTES : 0);
}

// facts_object - the object in a container's block, of which the type is not known: two words may
// lie in front of the head. A head is two words, links or 0; an object begins with its count, a
// small number, and its type.
static inline PyObject *facts_object(char *block) {
    const uintptr_t *word = (const uintptr_t *)(void *)block;
    enum { MOST_REFERENCES = 0x3fffff, FLAGS = 7 };
    bool first = word[2] ? word[2] < MOST_REFERENCES : word[3] > FLAGS; // 0: it is dying
    return (PyObject *)(void *)(block + FACTS_HEAD_BYTES + (first ? 0 : FACTS_DICT_BYTES));
}

// -------------------------------------------------------------------------------------- free lists
// facts_drain - give back what waits in them. Those of tuples are full and empty at once from then
// on, until a full collection, or facts_open_lists, resets them.
static inline void facts_drain(PyInterpreterState *in) {
    for (int i = 0; i < PyTuple_NFREELISTS; i++) {
        PyTupleObject *waiting = in->tuple.free_list[i];
        in->tuple.free_list[i] = NULL;
        in->tuple.numfree[i] = PyTuple_MAXFREELIST;
        while (waiting) {
            PyTupleObject *next = (PyTupleObject *)waiting->ob_item[0];
            PyObject_GC_Del(waiting);
            waiting = next;
        }
    }
}

static inline void facts_drain_lists(PyInterpreterState *in) {
    while (in->list.numfree > 0)
        PyObject_GC_Del(in->list.free_list[--in->list.numfree]);
}

static inline void facts_drain_dicts(PyInterpreterState *in) {
    while (in->dict_state.numfree > 0)
        PyObject_GC_Del(in->dict_state.free_list[--in->dict_state.numfree]);
}

static inline void facts_drain_slices(PyInterpreterState *in) {
    PySliceObject *waiting = in->slice_cache;
    in->slice_cache = NULL;
    if (waiting)
        PyObject_GC_Del(waiting);
}

static inline void facts_drain_contexts(PyInterpreterState *in) {
    while (in->context.numfree > 0) {
        PyContext *waiting = in->context.freelist;
        in->context.freelist = (PyContext *)waiting->ctx_weakreflist;
        waiting->ctx_weakreflist = NULL;
        in->context.numfree--;
        PyObject_GC_Del(waiting);
    }
}

static inline void facts_open_lists(PyInterpreterState *in) {
    memset(in->tuple.numfree, 0, sizeof in->tuple.numfree);
}

// FACTS_FREE_LISTS - the types with a free list that is emptied after each death.
//   X(name, type, trashcan: whether its tp_dealloc has one)
#define FACTS_FREE_LISTS(X)                                                                        \
    X(lists, PyList_Type, 1)                                                                       \
    X(dicts, PyDict_Type, 1)                                                                       \
    X(slices, PySlice_Type, 0)                                                                     \
    X(contexts, PyContext_Type, 0)

// facts_class - the free list that objects of exactly this type wait in.
static inline enum recording_class facts_class(const PyTypeObject *type) {
    return type == &PyTuple_Type     ? RECORDING_TUPLE
           : type == &PyList_Type    ? RECORDING_LIST
           : type == &PyDict_Type    ? RECORDING_DICT
           : type == &PySlice_Type   ? RECORDING_SLICE
           : type == &PyContext_Type ? RECORDING_CONTEXT
                                     : RECORDING_OTHER;
}

#endif
