// objects.c - the types of nodes and atoms, what dies, and the slow halves of operations on
// objects.
//
// A deallocator is not told which heap the object belongs to, so that heap is found through a
// static pointer; there is one at a time. The deallocators of list, tuple, dict and str are CPython's own, so
// the slots of the type are exchanged for functions that count and go on to CPython's. (List
// deallocators protect the C stack by the trashcan only while they are the type's own, so here it
// is done outside.)

#include "objects.h"

#include "interned.h"

static struct {
    struct heap *heap; // that counts deaths, or NULL
    bool exchanged;
    destructor list_dealloc, tuple_dealloc, dict_dealloc, str_dealloc; // CPython's own
    inquiry list_clear, dict_clear;
} objects;

// ---------------------------------------------------------------------------------------- releases
static void cascade_begins(struct heap *h) {
    heap_pause_begins(&h->listener, HEAP_PAUSE_CASCADE);
}

static void release_begins(struct heap *h) {
    h->cascade = 0;
}

static void release_ends(struct heap *h) {
    uint64_t freed = h->cascade;
    h->cascade = CPYTHON_NO_RELEASE;
    if (freed > h->counters.cascade_longest)
        HEAP_COUNT(h->counters.cascade_longest = freed);
    if (freed >= HEAP_CASCADE_PAUSE)
        heap_pause_ends(&h->listener, HEAP_PAUSE_CASCADE, freed);
}

void heap_release_slow(struct heap *h, PyObject *o) {
    release_begins(h);
    Py_DECREF(o);
    release_ends(h);
}

// ------------------------------------------------------------------------------------------ deaths
FAST void count_death(const PyObject *o, uint64_t bytes, bool container) {
    struct heap *h = objects.heap;
    if (!h)
        return;
    HEAP_COUNT(h->counters.objects_freed++);
    HEAP_COUNT(heap_released(&h->listener, o, HEAP_UNKNOWN));
    HEAP_COUNT(h->counters.bytes_freed += bytes);
    HEAP_COUNT(h->containers -= container);
    if (h->cascade != CPYTHON_NO_RELEASE && ++h->cascade == HEAP_CASCADE_PAUSE)
        cascade_begins(h);
}

uint64_t objects_requested_bytes(PyObject *o) {
    if (PyList_CheckExact(o))
        return cpython_array_bytes(o);
    if (cpython_is_node(o))
        return cpython_node_length(o) * sizeof(PyObject *) + cpython_node_bytes(o);
    if (PyTuple_CheckExact(o) || PyDict_CheckExact(o))
        return cpython_length(o) * sizeof(PyObject *);
    if (Py_IS_TYPE(o, &cpython_atom_type) || Py_IS_TYPE(o, &cpython_owner_type))
        return (uint64_t)Py_SIZE(o);
    return heap_payload_bytes_slow(o);
}

static void atom_dealloc(PyObject *o) {
    count_death(o, (uint64_t)Py_SIZE(o), false);
    PyObject_Free(o);
}

static void owner_dealloc(PyObject *o) {
    if (objects.heap)
        (void)external_drop(&objects.heap->external, (struct heap_object *)(void *)o);
    atom_dealloc(o);
}

static void node_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, node_dealloc) size_t length = cpython_node_length(o);
    count_death(o, length * sizeof(PyObject *) + cpython_node_bytes(o), true);
    for (size_t i = 0; i < length; i++)
        Py_XDECREF(cpython_node(o)->slots[i]);
    PyObject_GC_Del(o);
    Py_TRASHCAN_END
}

static void list_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, list_dealloc) if (PyList_CheckExact(o))
        count_death(o, cpython_array_bytes(o), true);
    objects.list_dealloc(o);
    Py_TRASHCAN_END
}

static void tuple_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, tuple_dealloc) if (PyTuple_CheckExact(o))
        count_death(o, cpython_length(o) * sizeof(PyObject *), true);
    objects.tuple_dealloc(o);
    Py_TRASHCAN_END
}

bool cpython_is_dict(PyObject *o) {
    Py_ssize_t at = 0;
    PyObject *key, *value;
    return PyDict_CheckExact(o) && PyDict_Next(o, &at, &key, &value) && PyLong_CheckExact(key);
}

static void count_dict(PyObject *o) {
    if (cpython_is_dict(o))
        count_death(o, cpython_length(o) * sizeof(PyObject *), true);
}

static void dict_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, dict_dealloc) count_dict(o);
    objects.dict_dealloc(o);
    Py_TRASHCAN_END
}

// One that is garbage in a cycle is empty when it dies, so that it is not known any more.
static int dict_clear(PyObject *o) {
    count_dict(o);
    return objects.dict_clear(o);
}

// A list that is garbage in a cycle loses its array before it dies.
static int list_clear(PyObject *o) {
    if (objects.heap && PyList_CheckExact(o))
        HEAP_COUNT(objects.heap->counters.bytes_freed += cpython_array_bytes(o));
    return objects.list_clear(o);
}

// Other strings are the interpreter's, or a key that was found.
static void str_dealloc(PyObject *o) {
    if (interned_is(o)) {
        count_death(o, heap_payload_bytes_slow(o), false);
        interned_forget(objects.heap, o);
    }
    objects.str_dealloc(o);
}

// ------------------------------------------------------------------------------------------- types
static int node_traverse(PyObject *o, visitproc visit, void *arg) {
    size_t length = cpython_node_length(o);
    for (size_t i = 0; i < length; i++)
        Py_VISIT(cpython_node(o)->slots[i]);
    return 0;
}

static int node_clear(PyObject *o) {
    size_t length = cpython_node_length(o);
    for (size_t i = 0; i < length; i++)
        Py_CLEAR(cpython_node(o)->slots[i]);
    return 0;
}

PyTypeObject cpython_node_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "heapbench.node",
    .tp_basicsize = sizeof(struct cpython_node),
    .tp_itemsize = sizeof(PyObject *),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = node_dealloc,
    .tp_traverse = node_traverse,
    .tp_clear = node_clear,
};

// Called when the last reference goes, or a collection finds the object in a garbage cycle.
static void guarded_finalize(PyObject *o) {
    Py_SET_TYPE(o, &cpython_node_type);
    if (!objects.heap || objects.heap->closing)
        return;
    Py_INCREF(o);
    guards_wait(&objects.heap->guards, (struct heap_object *)(void *)o);
}

static void guarded_dealloc(PyObject *o) {
    if (PyObject_CallFinalizerFromDealloc(o) == 0)
        node_dealloc(o);
}

PyTypeObject cpython_guarded_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "heapbench.guarded",
    .tp_basicsize = sizeof(struct cpython_node),
    .tp_itemsize = sizeof(PyObject *),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = guarded_dealloc,
    .tp_traverse = node_traverse,
    .tp_clear = node_clear,
    .tp_finalize = guarded_finalize,
};

PyTypeObject cpython_atom_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "heapbench.atom",
    .tp_basicsize = sizeof(struct cpython_atom),
    .tp_itemsize = 1,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = atom_dealloc,
};

PyTypeObject cpython_owner_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "heapbench.owner",
    .tp_basicsize = sizeof(struct cpython_atom),
    .tp_itemsize = 1,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = owner_dealloc,
};

int objects_open(void) {
    if (PyType_Ready(&cpython_node_type) || PyType_Ready(&cpython_guarded_type) ||
        PyType_Ready(&cpython_atom_type) || PyType_Ready(&cpython_owner_type))
        return ENOMEM;
    objects.list_dealloc = PyList_Type.tp_dealloc;
    objects.list_clear = PyList_Type.tp_clear;
    objects.tuple_dealloc = PyTuple_Type.tp_dealloc;
    objects.dict_dealloc = PyDict_Type.tp_dealloc;
    objects.dict_clear = PyDict_Type.tp_clear;
    objects.str_dealloc = PyUnicode_Type.tp_dealloc;
    objects.exchanged = true;
    PyList_Type.tp_dealloc = list_dealloc;
    PyList_Type.tp_clear = list_clear;
    PyTuple_Type.tp_dealloc = tuple_dealloc;
    PyDict_Type.tp_dealloc = dict_dealloc;
    PyDict_Type.tp_clear = dict_clear;
    PyUnicode_Type.tp_dealloc = str_dealloc;
    return 0;
}

void objects_close(void) {
    objects.heap = NULL;
    if (!objects.exchanged)
        return;
    PyList_Type.tp_dealloc = objects.list_dealloc;
    PyList_Type.tp_clear = objects.list_clear;
    PyTuple_Type.tp_dealloc = objects.tuple_dealloc;
    PyDict_Type.tp_dealloc = objects.dict_dealloc;
    PyDict_Type.tp_clear = objects.dict_clear;
    PyUnicode_Type.tp_dealloc = objects.str_dealloc;
    objects.exchanged = false;
}

void objects_watch(struct heap *h) {
    objects.heap = h;
}

// ------------------------------------------------------------------------------------------ values
int heap_refused_slow(void) {
    assert(PyErr_ExceptionMatches(PyExc_MemoryError) && "only memory can be refused");
    PyErr_Clear();
    return ENOMEM;
}

int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes) {
    struct external_block *block = external_prepare(&h->external, bytes);
    if (!block)
        return ENOMEM;
    struct cpython_atom *atom =
        PyObject_NewVar(struct cpython_atom, &cpython_owner_type, HEAP_EXTERNAL_PAYLOAD);
    if (!atom) {
        external_cancel(block);
        return heap_refused_slow();
    }
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += HEAP_EXTERNAL_PAYLOAD);
    cpython_set(h, dst, (PyObject *)(void *)atom);
    external_attach(&h->external, block, dst->object);
    return 0;
}

// ------------------------------------------------------------------------------------------- dicts
// All keys are there from the start, so that a put makes no room. An int up to 256 exists, another one is made.
static int dict_set(PyObject *dict, size_t i, PyObject *o) {
    PyObject *key = PyLong_FromSize_t(i);
    int failed = key ? PyDict_SetItem(dict, key, o) : -1;
    Py_XDECREF(key);
    return failed;
}

// What has some of its keys already looks like a dict of the program, whose death is counted.
static void drop_uncounted(PyObject *dict) {
    struct heap *h = objects.heap;
    objects.heap = NULL;
    Py_DECREF(dict);
    objects.heap = h;
}

static PyObject *new_dict(size_t slots) {
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict && i < slots; i++)
        if (dict_set(dict, i, Py_None)) {
            drop_uncounted(dict);
            return NULL;
        }
    return dict;
}

int heap_new_dict_slow(struct heap *h, struct heap_reg *dst, size_t slots) {
    assert(slots && slots <= HEAP_MAX_SLOTS && "a dict has a slot");
    PyObject *dict = new_dict(slots);
    if (!dict)
        return heap_refused_slow();
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += slots * sizeof(PyObject *));
    HEAP_COUNT(h->containers++);
    cpython_set(h, dst, version_complete(dict));
    return 0;
}

int heap_put_slow(struct heap *h, PyObject *dict, size_t i, PyObject *o) {
    assert(cpython_is_dict(dict) && i < cpython_length(dict));
    release_begins(h);
    int failed = dict_set(dict, i, o ? o : Py_None);
    release_ends(h);
    return failed ? heap_refused_slow() : 0;
}

// An entry stands where it was inserted, and none is ever removed.
PyObject *cpython_dict_get(PyObject *dict, size_t i) {
    Py_ssize_t at = (Py_ssize_t)i;
    PyObject *key, *value = Py_None;
    (void)PyDict_Next(dict, &at, &key, &value);
    return value;
}

// ------------------------------------------------------------------------------------------ guards
// Whether tp_finalize has been called is a bit of what the collector keeps in front of an object, in all
// versions (pycore_gc.h, _PyGC_PREV_MASK_FINALIZED).
static void forget_finalized(PyObject *o) {
    ((uintptr_t *)(void *)o)[-1] &= ~(uintptr_t)1;
}

int heap_guard_slow(struct heap *h, PyObject *o) {
    assert(cpython_is_node(o) && "a node is guarded");
    if (Py_IS_TYPE(o, &cpython_guarded_type))
        return 0;
    if (guards_reserve(&h->guards))
        return ENOMEM;
    forget_finalized(o);
    Py_SET_TYPE(o, &cpython_guarded_type);
    guards_count(&h->guards);
    h->counters.objects_guarded++;
    return 0;
}

void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst) {
    h->counters.objects_handed_back++;
    cpython_set(h, dst, (PyObject *)(void *)guards_take(&h->guards));
}

// ----------------------------------------------------------------------------------------- payloads
void *heap_payload_slow(struct heap *h, PyObject *o) {
    if (Py_IS_TYPE(o, &cpython_owner_type))
        return ((struct cpython_atom *)(void *)o)->payload;
    if (PyUnicode_CheckExact(o))
        return PyUnicode_1BYTE_DATA(o);
    if (PyTuple_CheckExact(o)) // no bytes, though at an address, as of a node
        return cpython_tuple_slots(o) + PyTuple_GET_SIZE(o);
    if (PyDict_CheckExact(o))
        return o;
    return PyLong_CheckExact(o) ? &h->ints[PyLong_AsLong(o) - HEAP_INT_MIN] : NULL;
}

size_t heap_payload_bytes_slow(PyObject *o) {
    if (Py_IS_TYPE(o, &cpython_owner_type))
        return (size_t)Py_SIZE(o);
    if (PyUnicode_CheckExact(o))
        return (size_t)PyUnicode_GET_LENGTH(o) - INTERNED_ENDING_BYTES;
    return PyLong_CheckExact(o) ? sizeof(int64_t) : 0;
}

// ------------------------------------------------------------------------------------------- lists
// Where CPython could not get memory in order to give some back, the array stays as long as it is.
static PyObject *take_last(PyObject *list) {
    PyErr_Clear();
    Py_ssize_t length = PyList_GET_SIZE(list) - 1;
    Py_SET_SIZE(list, length);
    return cpython_slots(list)[length];
}

PyObject *heap_pop_slow(struct heap *h, PyObject *list) {
    assert(PyList_GET_SIZE(list) && "pop from a list that is not empty");
    uint64_t before = cpython_array_bytes(list);
    PyObject *o = PyObject_CallOneArg(h->list_pop, list);
    if (__builtin_expect(!o, 0))
        o = take_last(list);
    HEAP_COUNT(h->counters.bytes_freed += before - cpython_array_bytes(list));
    return o;
}

void heap_truncate_slow(struct heap *h, PyObject *list, size_t length) {
    uint64_t before = cpython_array_bytes(list);
    release_begins(h);
    if (PyList_SetSlice(list, (Py_ssize_t)length, PyList_GET_SIZE(list), NULL))
        while ((size_t)PyList_GET_SIZE(list) > length) {
            PyObject *o = take_last(list);
            Py_DECREF(o);
        }
    release_ends(h);
    HEAP_COUNT(h->counters.bytes_freed += before - cpython_array_bytes(list));
}
