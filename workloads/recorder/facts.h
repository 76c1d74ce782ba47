// facts.h - what the recorder must know of the interpreter it is built for: where its collector's
// state is, how its blocks look, and its free lists. What versions differ in is in a file for each.
//
// Source: Modules/gcmodule.c, Objects/tupleobject.c, listobject.c, dictobject.c, sliceobject.c,
// Python/context.c.

#ifndef HEAPBENCH_RECORDER_FACTS_H
#define HEAPBENCH_RECORDER_FACTS_H

#include "recording/recording.h"

#if PY_VERSION_HEX >> 16 == 0x030b
#include "facts_311.h"
#elif PY_VERSION_HEX >> 16 == 0x030c
#include "facts_312.h"
#elif PY_VERSION_HEX >> 16 == 0x030d
#include "facts_313.h"
#else
#error "the recorder knows CPython 3.11, 3.12 and 3.13: another version needs a file of facts"
#endif

// facts_ask, facts_is_asked - where collections wait for a safe point (FACTS_SAFE_POINTS): ask the
// interpreter to look, at the next one, whether one is due; whether there was none since it was asked.

typedef struct _gc_runtime_state facts_gc;
typedef PyGC_Head facts_head;

// In front of a container: two words when its type has FACTS_PREHEADER, then the collector's head.
enum { FACTS_HEAD_BYTES = sizeof(PyGC_Head), FACTS_PREHEADER_BYTES = 2 * sizeof(PyObject *) };
enum { FACTS_SAVE_ALL = 1 << 5 }; // DEBUG_SAVEALL

static inline facts_gc *facts_collector(PyInterpreterState *interpreter) {
    return &interpreter->gc;
}

// Whether an exception is set: then no birth starts a collection.
static inline bool facts_is_raising(void) {
    return _PyThreadState_GET()->FACTS_EXCEPTION != NULL;
}

static inline size_t facts_preheader(const PyTypeObject *type) {
    return type->tp_flags & FACTS_PREHEADER ? FACTS_PREHEADER_BYTES : 0;
}

// facts_front - bytes of an object's block in front of it.
static inline size_t facts_front(PyObject *o) {
    return PyObject_IS_GC(o) ? FACTS_HEAD_BYTES + facts_preheader(Py_TYPE(o)) : 0;
}

// facts_object - the object in a container's block, of which the type is not known: two words may
// lie in front of the head. A head is two words, links or 0; an object begins with its count, a
// small number, and its type.
static inline PyObject *facts_object(char *block) {
    const uintptr_t *word = (const uintptr_t *)(void *)block;
    enum { MOST_REFERENCES = 0x3fffff, FLAGS = 7 };
    bool first = word[2] ? word[2] < MOST_REFERENCES : word[3] > FLAGS; // 0: it is dying
    return (PyObject *)(void *)(block + FACTS_HEAD_BYTES + (first ? 0 : FACTS_PREHEADER_BYTES));
}

// -------------------------------------------------------------------------------------- free lists
// facts_drain - give back what waits in them. Those of tuples are full and empty at once from then
// on, until a full collection, or facts_open_lists, resets them.
static inline void facts_drain(PyInterpreterState *in) {
    for (int i = 0; i < PyTuple_NFREELISTS; i++) {
        PyTupleObject *waiting = FACTS_TUPLE_HEADS(in)[i];
        FACTS_TUPLE_HEADS(in)[i] = NULL;
        FACTS_TUPLE_COUNTS(in)[i] = PyTuple_MAXFREELIST;
        while (waiting) {
            PyTupleObject *next = (PyTupleObject *)waiting->ob_item[0];
            PyObject_GC_Del(waiting);
            waiting = next;
        }
    }
}

static inline void facts_drain_lists(PyInterpreterState *in) {
    while (FACTS_LIST_COUNT(in) > 0)
        PyObject_GC_Del(FACTS_LISTS(in)[--FACTS_LIST_COUNT(in)]);
}

static inline void facts_drain_dicts(PyInterpreterState *in) {
    while (FACTS_DICT_COUNT(in) > 0)
        PyObject_GC_Del(FACTS_DICTS(in)[--FACTS_DICT_COUNT(in)]);
}

static inline void facts_drain_slices(PyInterpreterState *in) {
    PySliceObject *waiting = FACTS_SLICE(in);
    FACTS_SLICE(in) = NULL;
    if (waiting)
        PyObject_GC_Del(waiting);
}

static inline void facts_drain_contexts(PyInterpreterState *in) {
    while (FACTS_CONTEXT_COUNT(in) > 0) {
        PyContext *waiting = FACTS_CONTEXTS(in);
        FACTS_CONTEXTS(in) = (PyContext *)waiting->ctx_weakreflist;
        waiting->ctx_weakreflist = NULL;
        FACTS_CONTEXT_COUNT(in)--;
        PyObject_GC_Del(waiting);
    }
}

static inline void facts_open_lists(PyInterpreterState *in) {
    memset(FACTS_TUPLE_COUNTS(in), 0, sizeof FACTS_TUPLE_COUNTS(in));
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
