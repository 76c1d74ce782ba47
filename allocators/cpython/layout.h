// layout.h - nodes and atoms as CPython sees them, and where they keep the size of what they have.

#ifndef HEAPBENCH_CPYTHON_LAYOUT_H
#define HEAPBENCH_CPYTHON_LAYOUT_H

#include "version.h"

enum { CPYTHON_SLOTS_BITS = 12 }; // of a node's ob_size; above them its payload bytes

struct cpython_node {
    PyVarObject head;
#if SIZE_MAX == UINT32_MAX
    size_t payload_bytes; // of which ob_size would have room for 19 bits
#endif
    PyObject *slots[];
};

struct cpython_atom {
    PyVarObject head; // ob_size: payload bytes
    char payload[];
};

FAST size_t cpython_node_length(PyObject *o) {
    return (size_t)Py_SIZE(o) & (((size_t)1 << CPYTHON_SLOTS_BITS) - 1);
}

#if SIZE_MAX == UINT32_MAX
FAST size_t cpython_node_bytes(PyObject *o) {
    return ((struct cpython_node *)(void *)o)->payload_bytes;
}

FAST void cpython_node_sized(struct cpython_node *node, size_t slots, size_t bytes) {
    Py_SET_SIZE(node, (Py_ssize_t)slots);
    node->payload_bytes = bytes;
}
#else
FAST size_t cpython_node_bytes(PyObject *o) {
    return (size_t)Py_SIZE(o) >> CPYTHON_SLOTS_BITS;
}

FAST void cpython_node_sized(struct cpython_node *node, size_t slots, size_t bytes) {
    Py_SET_SIZE(node, (Py_ssize_t)(slots | bytes << CPYTHON_SLOTS_BITS));
}
#endif

#endif
