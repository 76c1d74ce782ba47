// facts_313.h - what is so in CPython 3.13 alone.
//
// Source: Python/gc.c, Include/internal/pycore_gc.h, pycore_freelist.h, pycore_object_state.h.

#ifndef HEAPBENCH_RECORDER_FACTS_313_H
#define HEAPBENCH_RECORDER_FACTS_313_H

#ifdef Py_GIL_DISABLED
#error "a free-threaded build has no lists of objects, and counts births per thread"
#endif

#include "internal/pycore_ceval.h"
#include "internal/pycore_context.h"
#include "internal/pycore_freelist.h"
#include "internal/pycore_gc.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_pystate.h"

// A birth that exceeds the threshold sets a bit, and the interpreter collects between two
// instructions.
enum { FACTS_SAFE_POINTS = 1 };
#define FACTS_PREHEADER Py_TPFLAGS_PREHEADER
#define FACTS_EXCEPTION current_exception

#define FACTS_TUPLE_HEADS(in) (in)->object_state.freelists.tuples.items
#define FACTS_TUPLE_COUNTS(in) (in)->object_state.freelists.tuples.numfree
#define FACTS_LISTS(in) (in)->object_state.freelists.lists.items
#define FACTS_LIST_COUNT(in) (in)->object_state.freelists.lists.numfree
#define FACTS_DICTS(in) (in)->object_state.freelists.dicts.items
#define FACTS_DICT_COUNT(in) (in)->object_state.freelists.dicts.numfree
#define FACTS_SLICE(in) (in)->object_state.freelists.slices.slice_cache
#define FACTS_CONTEXTS(in) (in)->object_state.freelists.contexts.items
#define FACTS_CONTEXT_COUNT(in) (in)->object_state.freelists.contexts.numfree

static inline bool facts_is_asked(const PyInterpreterState *in) {
    (void)in;
    return _Py_eval_breaker_bit_is_set(_PyThreadState_GET(), _PY_GC_SCHEDULED_BIT);
}

static inline void facts_ask(PyInterpreterState *in) {
    (void)in;
    _Py_set_eval_breaker_bit(_PyThreadState_GET(), _PY_GC_SCHEDULED_BIT);
}

#endif
