// collector.c - the gc module: its functions, its figures, its announcements.

#include "collector.h"

#include "objects.h"
#include "parts/cpython/gc_state.h"
#include "runtime.h"

static const char *const function_names[CPYTHON_GC_FUNCTIONS] = {
    [CPYTHON_COLLECT] = "collect",
    [CPYTHON_FREEZE] = "freeze",
    [CPYTHON_UNFREEZE] = "unfreeze",
    [CPYTHON_GET_STATS] = "get_stats",
    [CPYTHON_GET_COUNT] = "get_count",
    [CPYTHON_GET_OBJECTS] = "get_objects",
    [CPYTHON_GET_FREEZE_COUNT] = "get_freeze_count",
};

// The result of a call that succeeded is given up at once. Returns whether it did.
static bool done(PyObject *result) {
    Py_XDECREF(result);
    if (!result)
        PyErr_Clear();
    return result;
}

static bool call(struct heap *h, enum cpython_gc function) {
    return done(PyObject_CallNoArgs(h->gc[function]));
}

// generation is small, so its int exists and nothing is allocated for it.
static PyObject *call_with(struct heap *h, enum cpython_gc function, int generation) {
    PyObject *argument = PyLong_FromLong(generation);
    PyObject *result = PyObject_CallOneArg(h->gc[function], argument);
    Py_DECREF(argument);
    return result;
}

// ------------------------------------------------------------------------------------------- aside
bool collector_aside_begin(void) {
    objects_watch(NULL);
    runtime_lenient(true);
    return PyGC_Disable();
}

void collector_aside_end(struct heap *h, bool enabled) {
    if (enabled)
        PyGC_Enable();
    runtime_lenient(false);
    objects_watch(h);
}

PyObject *collector_objects(struct heap *h, int generation) {
    PyObject *all = generation < 0 ? PyObject_CallNoArgs(h->gc[CPYTHON_GET_OBJECTS])
                                   : call_with(h, CPYTHON_GET_OBJECTS, generation);
    if (!all)
        PyErr_Clear();
    return all;
}

// ----------------------------------------------------------------------------------------- figures
static uint64_t stat_of(PyObject *generation, const char *name) {
    PyObject *value = PyDict_GetItemString(generation, name);
    return value ? PyLong_AsUnsignedLongLong(value) : 0;
}

// Since heap_new, but for the first time, when `before` is still zero. The answer is kept until the
// next one is wanted and then takes its place: given up at once, its list and dicts would join
// CPython's free lists, and a mutator without memory would get a list from there.
static bool read_stats(struct heap *h, struct cpython_stats *s) {
    *s = (struct cpython_stats){0};
    Py_CLEAR(h->stats);
    PyObject *all = h->stats = PyObject_CallNoArgs(h->gc[CPYTHON_GET_STATS]);
    for (Py_ssize_t g = 0; all && g < HEAP_GENERATIONS; g++) {
        PyObject *one = PyList_GET_ITEM(all, g);
        s->collections[g] = stat_of(one, "collections") - h->before.collections[g];
        s->collected[g] = stat_of(one, "collected") - h->before.collected[g];
    }
    if (all)
        PyObject_GC_UnTrack(all);
    else
        PyErr_Clear();
    return all;
}

void collector_read(struct heap *h, struct heap_counters *out) {
    bool enabled = collector_aside_begin();
    struct cpython_stats s;
    (void)read_stats(h, &s);
    collector_aside_end(h, enabled);
    out->collections_gen0 = s.collections[0];
    out->collections_gen1 = s.collections[1];
    out->collections_gen2 = s.collections[2];
    out->objects_collected = s.collected[0] + s.collected[1] + s.collected[2];
}

static bool read_count(struct heap *h, uint64_t *count) {
    PyObject *all = PyObject_CallNoArgs(h->gc[CPYTHON_GET_COUNT]);
    for (Py_ssize_t g = 0; all && g < HEAP_GENERATIONS; g++)
        count[g] = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(all, g));
    return done(all);
}

static size_t containers_in(struct heap *h, int generation) {
    size_t count = 0;
    PyObject *all = collector_objects(h, generation);
    for (Py_ssize_t i = 0; all && i < PyList_GET_SIZE(all); i++) {
        PyObject *o = PyList_GET_ITEM(all, i);
        count += cpython_is_node(o) || PyList_CheckExact(o) || PyTuple_CheckExact(o) ||
                 cpython_is_dict(o);
    }
    (void)done(all);
    return count;
}

static size_t frozen_objects(struct heap *h) {
    PyObject *count = PyObject_CallNoArgs(h->gc[CPYTHON_GET_FREEZE_COUNT]);
    size_t frozen = count ? PyLong_AsSize_t(count) : 0;
    (void)done(count);
    return frozen;
}

// No function lists the permanent generation, so what it holds besides the interpreter's own is ours.
static void read_tracked(struct heap *h, uint64_t *tracked) {
    for (int g = 0; g < HEAP_GENERATIONS; g++)
        tracked[g] = containers_in(h, g);
    if (h->thawed)
        tracked[HEAP_GENERATIONS - 1] -= h->own_containers;
    tracked[HEAP_GENERATIONS] = frozen_objects(h) - (h->thawed ? 0 : h->own_frozen);
}

// The counts first, which all else raises.
int heap_gc_state(struct heap *h, struct gc_state *out) {
    struct cpython_stats s;
    bool enabled = collector_aside_begin();
    bool read = read_count(h, out->count) && read_stats(h, &s);
    if (read)
        read_tracked(h, out->tracked);
    collector_aside_end(h, enabled);
    for (int g = 0; read && g < HEAP_GENERATIONS; g++) {
        out->collections[g] = s.collections[g];
        out->collected[g] = s.collected[g];
    }
    return read ? 0 : ENOMEM;
}

// ----------------------------------------------------------------------------------- announcements
// A stop is lost when there is no memory for what CPython wants to tell with it.
static void pause_ends(struct heap *h) {
    if (h->pausing < 0)
        return;
    heap_pause_ends(&h->listener, (enum heap_pause)h->pausing,
                    h->counters.objects_freed - h->freed_before);
    h->pausing = -1;
}

static void pause_begins(struct heap *h, int generation) {
    pause_ends(h);
    h->pausing = HEAP_PAUSE_GEN0 + generation;
    h->freed_before = h->counters.objects_freed;
    heap_pause_begins(&h->listener, (enum heap_pause)h->pausing);
}

// What gc.callbacks calls: phase, "start" or "stop", and a dict.
static PyObject *hear(PyObject *capsule, PyObject *const *args, Py_ssize_t count) {
    struct heap *h = PyCapsule_GetPointer(capsule, NULL);
    assert(count == 2);
    (void)count;
    if (PyUnicode_CompareWithASCIIString(args[0], "start") == 0)
        pause_begins(h, (int)stat_of(args[1], "generation"));
    else
        pause_ends(h);
    Py_RETURN_NONE;
}

static PyMethodDef hear_method = {"hear", (PyCFunction)(void (*)(void))hear, METH_FASTCALL, NULL};

// Made before the interpreter's objects are frozen, for it is one of them.
static int make_callback(struct heap *h) {
    PyObject *capsule = PyCapsule_New(h, NULL, NULL);
    h->callback = capsule ? PyCFunction_New(&hear_method, capsule) : NULL;
    Py_XDECREF(capsule);
    return h->callback ? 0 : ENOMEM;
}

int collector_listen(struct heap *h) {
    if (PyList_SetSlice(h->callbacks, 0, PyList_GET_SIZE(h->callbacks), NULL))
        return heap_refused_slow();
    if (!h->listener.pause_begin)
        return 0;
    return PyList_Append(h->callbacks, h->callback) ? heap_refused_slow() : 0;
}

// ------------------------------------------------------------------------------------- open, close
static int find_functions(struct heap *h, PyObject *gc) {
    for (int i = 0; i < CPYTHON_GC_FUNCTIONS; i++)
        if (!(h->gc[i] = PyObject_GetAttrString(gc, function_names[i])))
            return ENOMEM;
    h->callbacks = PyObject_GetAttrString(gc, "callbacks");
    h->list_pop = PyObject_GetAttrString((PyObject *)&PyList_Type, "pop");
    return h->callbacks && h->list_pop ? make_callback(h) : ENOMEM;
}

static int set_thresholds(PyObject *gc, const double *thresholds) {
    return done(PyObject_CallMethod(gc, "set_threshold", "iii", (int)thresholds[0],
                                    (int)thresholds[1], (int)thresholds[2]))
               ? 0
               : ENOMEM;
}

// Statistics are read before the last collection, so that reading them leaves no trace. Without an
// argument gc.get_objects makes a tuple of its parameters' names when it is first called.
static int start_from_nothing(struct heap *h) {
    PyGC_Disable();
    if (!call(h, CPYTHON_GET_OBJECTS) || !call(h, CPYTHON_COLLECT))
        return ENOMEM;
    h->own_containers = containers_in(h, HEAP_GENERATIONS - 1);
    if (!call(h, CPYTHON_FREEZE))
        return ENOMEM;
    h->own_frozen = frozen_objects(h);
    struct cpython_stats before;
    if (!read_stats(h, &before))
        return ENOMEM;
    h->before = before;
    h->before.collections[HEAP_GENERATIONS - 1]++;
    return call(h, CPYTHON_COLLECT) ? 0 : ENOMEM;
}

int collector_open(struct heap *h, const double *thresholds) {
    PyObject *gc = PyImport_ImportModule("gc");
    int error = gc ? find_functions(h, gc) : ENOMEM;
    if (!error)
        error = set_thresholds(gc, thresholds);
    Py_XDECREF(gc);
    return error ? error : start_from_nothing(h);
}

void collector_close(struct heap *h) {
    if (h->callback) { // all was found
        h->listener = (struct heap_listener){0};
        (void)collector_listen(h);
        heap_unfreeze(h);
        heap_collect(h, HEAP_GENERATIONS - 1);
    }
    for (int i = 0; i < CPYTHON_GC_FUNCTIONS; i++)
        Py_CLEAR(h->gc[i]);
    Py_CLEAR(h->callbacks);
    Py_CLEAR(h->callback);
    Py_CLEAR(h->list_pop);
    Py_CLEAR(h->stats);
}

// ------------------------------------------------------------------------------------- collections
size_t heap_collect(struct heap *h, int generation) {
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    runtime_lenient(true);
    PyObject *found = call_with(h, CPYTHON_COLLECT, generation);
    size_t count = found ? PyLong_AsSize_t(found) : 0;
    (void)done(found);
    runtime_lenient(false);
    return count;
}

void heap_enable(struct heap *h, bool on) {
    (void)h;
    if (on)
        PyGC_Enable();
    else
        PyGC_Disable();
}

void heap_freeze(struct heap *h) {
    (void)call(h, CPYTHON_FREEZE);
    h->frozen = true;
    h->thawed = false;
}

void heap_unfreeze(struct heap *h) {
    (void)call(h, CPYTHON_UNFREEZE);
    h->frozen = false;
    h->thawed = true;
}
