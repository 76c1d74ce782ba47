// facts_312.h - what is so in CPython 3.12 alone.
//
// Source: Modules/gcmodule.c, Include/internal/pycore_interp.h, pycore_tuple.h, pycore_context.h.

#ifndef HEAPBENCH_RECORDER_FACTS_312_H
#define HEAPBENCH_RECORDER_FACTS_312_H

#include "internal/pycore_context.h"
#include "internal/pycore_gc.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_pystate.h"
#include "internal/pycore_tuple.h"

// A birth that exceeds the threshold sets a bit, and the interpreter collects between two
// instructions.
enum { FACTS_SAFE_POINTS = 1 };
#define FACTS_PREHEADER Py_TPFLAGS_PREHEADER
#define FACTS_EXCEPTION current_exception

#define FACTS_TUPLE_HEADS(in) (in)->tuple.free_list
#define FACTS_TUPLE_COUNTS(in) (in)->tuple.numfree
#define FACTS_LISTS(in) (in)->list.free_list
#define FACTS_LIST_COUNT(in) (in)->list.numfree
#define FACTS_DICTS(in) (in)->dict_state.free_list
#define FACTS_DICT_COUNT(in) (in)->dict_state.numfree
#define FACTS_SLICE(in) (in)->slice_cache
#define FACTS_CONTEXTS(in) (in)->context.freelist
#define FACTS_CONTEXT_COUNT(in) (in)->context.numfree

static inline bool facts_is_asked(const PyInterpreterState *in) {
    return _Py_atomic_load_relaxed(&in->ceval.gc_scheduled);
}

static inline void facts_ask(PyInterpreterState *in) {
    _Py_atomic_store_relaxed(&in->ceval.gc_scheduled, 1);
    _Py_atomic_store_relaxed(&in->ceval.eval_breaker, 1);
}

#endif
