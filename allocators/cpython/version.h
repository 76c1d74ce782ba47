// version.h - what CPython 3.9 to 3.13 do each in its own way, under one name.
//
// No other file asks for the version.

#ifndef HEAPBENCH_CPYTHON_VERSION_H
#define HEAPBENCH_CPYTHON_VERSION_H

#include <Python.h>

// Whether the heap has a table of interned strings of its own; see interned.c.
#define VERSION_OWN_TABLE (PY_VERSION_HEX >= 0x030C0000)

// What the version adds to the traits. 3.12 starts anew with each Py_Initialize, and forgets the arenas it had (its state
// of obmalloc is part of what it resets): 2 to 3 MB a heap.
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
#define VERSION_TRAITS HEAP_LEAVES
#else
#define VERSION_TRAITS 0
#endif

// version_complete - a container that is complete, once the collection that is due by its allocation has been.
//   Up to 3.11 the allocation itself ran it, before the container was tracked. Since 3.12 an allocation only asks for
//   one, and the interpreter runs it between two instructions: at the end of the call that made the container, before
//   the result is stored (python/cpython#97922). C code has no such moment, but PyErr_CheckSignals runs what was
//   asked for.
static inline PyObject *version_complete(void *container) {
#if PY_VERSION_HEX >= 0x030C0000
    (void)PyErr_CheckSignals(); // no signal has a handler here, so there is no other error
#endif
    return container;
}

// version_fit_stack - let the calling thread's state know how large the C stack is, 3.13 alone: it lets destructors
//   nest 10000 levels deep before it defers them, on a stack of 8 MB that it takes for granted. On a smaller one there are
//   fewer in proportion, and at least what Py_TRASHCAN_END needs to come back to what was deferred. (Up to 3.12 they
//   are 50 levels.)
static inline void version_fit_stack(size_t stack_bytes) {
#if PY_VERSION_HEX >= 0x030D0000
    enum { GRANTED_BYTES = 8 << 20, LEAST = 3 * Py_TRASHCAN_HEADROOM };
    PyThreadState *state = PyThreadState_Get();
    if (stack_bytes < GRANTED_BYTES) {
        int levels = (int)((size_t)state->c_recursion_remaining * stack_bytes / GRANTED_BYTES);
        state->c_recursion_remaining = levels > LEAST ? levels : LEAST;
    }
#else
    (void)stack_bytes;
#endif
}

#if PY_VERSION_HEX < 0x030A0000
// What 3.10 brought.
#define Py_BUILD_CORE
#include <internal/pycore_interp.h>
#undef Py_BUILD_CORE

static inline PyObject *Py_NewRef(PyObject *o) {
    Py_INCREF(o);
    return o;
}

static inline PyObject *Py_XNewRef(PyObject *o) {
    Py_XINCREF(o);
    return o;
}

static inline int version_switch(int on) {
    struct _gc_runtime_state *gc = &PyThreadState_Get()->interp->gc;
    int was = gc->enabled;
    gc->enabled = on;
    return was;
}

static inline int PyGC_Enable(void) {
    return version_switch(1);
}

static inline int PyGC_Disable(void) {
    return version_switch(0);
}
#endif

#endif
