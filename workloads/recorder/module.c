// module.c - heapbench_record: start and stop of a recording.
//
//   start(path, k0=200, q=3)   RuntimeError when one is under way or the interpreter is another
//                              than it was built for; OSError
//   stop()                     a dict of totals, or None when none is under way
// A copy of the process that is forked records nothing and goes on as if nothing had been.

#include "rings.h"
#include "windows.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

// The one that records. Global, since deallocators and the handler of fork are called with no
// context.
static struct recorder *recorder;

// ---------------------------------------------------------------------------------- free lists off
// After each death what waits is given back. A wrapper needs a trashcan of its own: the original's
// asks whether the type's deallocator is itself.
#define LIST_OFF(name, type, trashcan)                                                             \
    static destructor original_##name;                                                             \
    static void plain_##name(PyObject *o) {                                                        \
        original_##name(o);                                                                        \
        if (recorder) /* else it was ended by what died with o */                                  \
            facts_drain_##name(recorder->interpreter);                                             \
    }                                                                                              \
    static void dealloc_##name(PyObject *o) {                                                      \
        if (!(trashcan)) {                                                                         \
            plain_##name(o);                                                                       \
            return;                                                                                \
        }                                                                                          \
        PyObject_GC_UnTrack(o);                                                                    \
        Py_TRASHCAN_BEGIN(o, dealloc_##name) plain_##name(o);                                      \
        Py_TRASHCAN_END                                                                            \
    }
FACTS_FREE_LISTS(LIST_OFF)

static void free_lists_off(void) {
    facts_drain(recorder->interpreter);
#define TURN_OFF(name, type, trashcan)                                                             \
    facts_drain_##name(recorder->interpreter);                                                     \
    original_##name = (type).tp_dealloc;                                                           \
    (type).tp_dealloc = dealloc_##name;
    FACTS_FREE_LISTS(TURN_OFF)
}

static void free_lists_on(void) {
#define TURN_ON(name, type, trashcan) (type).tp_dealloc = original_##name;
    FACTS_FREE_LISTS(TURN_ON)
    facts_open_lists(recorder->interpreter);
}

// ------------------------------------------------------------------------------------------- start
static uint64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// One word for 16 bytes of address space, of which only those are resident that are used.
static const size_t shadow_bytes = (size_t)1 << 45;

static uint32_t *new_shadow(void) {
    void *shadow = mmap(NULL, shadow_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return shadow == MAP_FAILED ? NULL : shadow;
}

static void free_recorder(struct recorder *r) {
    if (r->shadow)
        munmap(r->shadow, shadow_bytes);
    free(r->unused);
    free(r->edges.slots);
    free(r->trees.objects);
    free(r->told);
    free(r->born_until);
    free(r);
}

static struct recorder *new_recorder(const struct recorder_wish *wish) {
    struct recorder *r = calloc(1, sizeof *r);
    if (!r || !(r->shadow = new_shadow())) {
        free(r);
        return NULL;
    }
    r->interpreter = PyInterpreterState_Get();
    r->gc = facts_collector(r->interpreter);
    r->count = &r->gc->generations[0].count;
    r->k0 = wish->k0;
    r->q = wish->q;
    r->steady = wish->steady;
    r->graph = wish->graph;
    r->enabled = r->gc->enabled;
    for (int g = 0; g < 3; g++)
        r->thresholds[g] = r->gc->generations[g].threshold;
    r->generic_site = UINT32_MAX;
    rings_open(r);
    return r;
}

// What is tracked already gets slots. It is as old as it is large.
static void take_base(struct recorder *r, size_t held[3]) {
    for (int g = 0; g < 3; g++) {
        facts_head *list = &r->gc->generations[g].head;
        for (facts_head *o = rings_next(list); o != list; o = rings_next(o), held[g]++)
            recorder_take_slot(r, (char *)rings_object(o) - facts_front(rings_object(o)), true);
    }
}

static int begin(struct recorder *r, const char *path) {
    char header[1024];
    size_t held[3] = {0};
    facts_gc *gc = r->gc;
    take_base(r, held);
    snprintf(header, sizeof header,
             "{\"source\": \"CPython %s\", \"exact\": false, \"safe_points\": %s, \"generations\": "
             "[%zu, %zu, %zu], "
             "\"counts\": [%d, %d, %d], \"thresholds\": [%d, %d, %d], \"enabled\": %s, "
             "\"pending\": %zd, \"total\": %zd, \"k0\": %d, \"q\": %d}",
             PY_VERSION, FACTS_SAFE_POINTS ? "true" : "false", held[0], held[1], held[2],
             gc->generations[0].count, gc->generations[1].count, gc->generations[2].count,
             r->thresholds[0], r->thresholds[1], r->thresholds[2], r->enabled ? "true" : "false",
             gc->long_lived_pending, gc->long_lived_total, r->k0, r->q);
    return recording_begin(&r->writer, path, header);
}

// Which place allocates for dict() and list(), which take nothing from free lists: the type's own
// allocator.
static void learn_generic_site(struct recorder *r) {
    PyObject *o = PyType_GenericAlloc(&PyDict_Type, 0);
    if (!o)
        return;
    r->generic_site = r->pending.site;
    PyObject_GC_UnTrack(o);
    recorder_settle(r, 0);
    PyObject_GC_Del(o); // it was never made a dict
}

static bool is_other_version(void) {
    const char *version = Py_GetVersion();
    size_t length = strlen(PY_VERSION);
    return strncmp(version, PY_VERSION, length) != 0 || version[length] != ' ';
}

static PyObject *start_recording(struct recorder *r, const char *path) {
    int error = begin(r, path);
    if (!error)
        r->callback = recorder_callback(r);
    if (error || !r->callback || PyList_Append(r->gc->callbacks, r->callback)) {
        recording_abandon(&r->writer);
        free_recorder(r);
        errno = error;
        return error ? PyErr_SetFromErrnoWithFilename(PyExc_OSError, path) : NULL;
    }
    recorder = r;
    free_lists_off();
    for (int g = 0; g < 3; g++)
        rings_place(r, &r->gc->generations[g].head);
    recorder_use_settings(r);
    r->on = true;
    r->began_ns = cpu_ns();
    recorder_hook(r);
    learn_generic_site(r);
    Py_RETURN_NONE;
}

PyObject *recorder_start(const struct recorder_wish *wish) {
    struct recorder *r = new_recorder(wish);
    return r ? start_recording(r, wish->path) : PyErr_SetFromErrno(PyExc_OSError);
}

static void refuse_version(void) {
    char version[32];
    snprintf(version, sizeof version, "%.*s", (int)strcspn(Py_GetVersion(), " "), Py_GetVersion());
    PyErr_Format(PyExc_RuntimeError,
                 "this is CPython %s, and the recorder was built for %s: accepted: that, or after "
                 "make RECORD_CONFIG=python3.X-config another of 3.11 to 3.13",
                 version, PY_VERSION);
}

// Whether it cannot be done, with an exception set.
static bool is_refused(const struct recorder_wish *wish) {
    if (recorder && recorder->on)
        PyErr_Format(PyExc_RuntimeError, "a recording is under way");
    else if (wish->k0 < 10 || wish->k0 > 1000000 || wish->q < 1 || wish->q > 1000)
        PyErr_Format(PyExc_ValueError, "k0 is 10 .. 1000000, q is 1 .. 1000");
    else if (wish->seconds < 0 || (wish->seconds > 0 && !(wish->every > wish->seconds)))
        PyErr_Format(PyExc_ValueError, "windows are some seconds of every so many more");
    else if (is_other_version())
        refuse_version();
    return PyErr_Occurred() != NULL;
}

static PyObject *start(PyObject *self, PyObject *arguments, PyObject *names) {
    static char *keywords[] = {"path", "k0", "q", "steady", "seconds", "every", "graph", NULL};
    struct recorder_wish wish = {.k0 = 200, .q = 3};
    (void)self;
    if (!PyArg_ParseTupleAndKeywords(arguments, names, "s|iipddp", keywords, &wish.path, &wish.k0,
                                     &wish.q, &wish.steady, &wish.seconds, &wish.every,
                                     &wish.graph))
        return NULL;
    if (is_refused(&wish))
        return NULL;
    PyObject *done = recorder_start(&wish);
    if (done && wish.seconds > 0 && !windows_arm(&wish))
        Py_CLEAR(done);
    return done;
}

// -------------------------------------------------------------------------------------------- stop
static void give_back(struct recorder *r) {
    rings_close(r);
    for (int g = 0; g < 3; g++)
        r->gc->generations[g].threshold = r->thresholds[g];
    free_lists_on();
    recorder_unhook(r);
    PyObject *callbacks = r->gc->callbacks;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks); i++)
        if (PyList_GET_ITEM(callbacks, i) == r->callback) {
            PyList_SetSlice(callbacks, i, i + 1, NULL);
            break;
        }
    Py_CLEAR(r->callback);
    Py_CLEAR(r->names[0]);
    Py_CLEAR(r->names[1]);
}

// What a hook costs: blocks made and freed with hooks. They belong to no program, and come after
// its end.
static uint64_t hook_ns(struct recorder *r) {
    enum { BLOCKS = 2000 };
    uint64_t hooks = r->totals.hooks, began = cpu_ns(), with, without;
    for (int i = 0; i < BLOCKS; i++)
        PyObject_Free(PyObject_Malloc(64));
    with = cpu_ns() - began;
    struct recorder_domain *d = &r->domains[0];
    began = cpu_ns();
    for (int i = 0; i < BLOCKS; i++)
        d->original.free(d->original.ctx, d->original.malloc(d->original.ctx, 64));
    without = cpu_ns() - began;
    r->totals.hooks = hooks;
    return with > without ? (with - without) * hooks / (2 * BLOCKS) : 0;
}

// The program has ended: what is left of its garbage is found now.
static void finish(struct recorder *r) {
    int enabled = r->gc->enabled;
    recorder_settle(r, 0);
    recorder_watch(r);
    recording_event(&r->writer, RECORDING_ENDED);
    r->gc->enabled = r->enabled = 1; // else it would do nothing
    PyGC_Collect();
    r->gc->enabled = enabled;
    recorder_settle(r, 0);
    recording_event(&r->writer, RECORDING_STOPPED);
    for (int g = 0; g < 3; g++)
        recording_number(&r->writer, (uint64_t)r->gc->generations[g].count);
    recording_number(&r->writer, (uint64_t)r->gc->long_lived_pending);
    recording_number(&r->writer, (uint64_t)r->gc->long_lived_total);
}

// clang-format off
#define TOTALS(X)                                                                                  \
    X(hooks) X(atoms) X(containers) X(frees) X(resizes) X(strangers) X(guessed) X(ambiguous)       \
    X(miscounted) X(collections) X(garbage) X(examined) X(untold) X(collecting_ns)
// clang-format on

static PyObject *write_totals(struct recorder *r, uint64_t hooks_ns, uint64_t cpu) {
    PyObject *totals = Py_BuildValue("{s:K,s:K}", "hooks_ns", hooks_ns, "cpu_ns", cpu);
#define ADD_TOTAL(name)                                                                            \
    PyObject *name = PyLong_FromUnsignedLongLong(r->totals.name);                                  \
    if (totals && name)                                                                            \
        PyDict_SetItemString(totals, #name, name);                                                 \
    Py_XDECREF(name);
    TOTALS(ADD_TOTAL)
    char text[2048];
    int at = snprintf(text, sizeof text, "{\"hooks_ns\": %llu, \"cpu_ns\": %llu",
                      (unsigned long long)hooks_ns, (unsigned long long)cpu);
#define PRINT_TOTAL(name)                                                                          \
    at += snprintf(text + at, sizeof text - (size_t)at, ", \"" #name "\": %llu",                   \
                   (unsigned long long)r->totals.name);
    TOTALS(PRINT_TOTAL)
    snprintf(text + at, sizeof text - (size_t)at, "}");
    int error = recording_end(&r->writer, text);
    errno = error;
    if (!error)
        return totals;
    Py_XDECREF(totals);
    return PyErr_SetFromErrno(PyExc_OSError);
}

PyObject *recorder_stop(void) {
    struct recorder *r = recorder;
    if (!r || !r->on)
        Py_RETURN_NONE;
    if (r->gc->collecting)
        return PyErr_Format(PyExc_RuntimeError, "a collection is under way, which is recorded");
    uint64_t cpu = cpu_ns() - r->began_ns;
    struct recorder_totals before;
    finish(r);
    before = r->totals;
    uint64_t hooks_ns = hook_ns(r);
    r->on = false;
    give_back(r);
    r->totals = before;
    PyObject *totals = write_totals(r, hooks_ns, cpu);
    recorder = NULL;
    free_recorder(r);
    return totals;
}

static PyObject *stop(PyObject *self, PyObject *none) {
    (void)self, (void)none;
    windows_disarm();
    return recorder_stop();
}

// In a copy: without the GIL there is no saying what state objects are in, and it will call exec. Deallocators may be
// under way, so the recorder stays, with nothing in it, even when the copy starts another.
static void leave_copy(void) {
    struct recorder *r = recorder;
    if (!PyGILState_Check())
        return;
    windows_disarm();
    if (!r || !r->on)
        return;
    r->on = false;
    give_back(r);
    recording_abandon(&r->writer);
    munmap(r->shadow, shadow_bytes);
    r->shadow = NULL;
}

// ------------------------------------------------------------------------------------------ module
static PyMethodDef methods[] = {
    {"start", (PyCFunction)(void (*)(void))start, METH_VARARGS | METH_KEYWORDS,
     "start(path, k0=200, q=3, steady=False, seconds=0, every=0, graph=False) - begin a recording "
     "of what this "
     "program does; of so many seconds of every so many, the next ones in path.2, path.3, ..."},
    {"stop", stop, METH_NOARGS, "stop() - end it. Returns totals, or None if there is none."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT,
                                    "heapbench_record",
                                    "Recordings for heapbench simulate.",
                                    -1,
                                    methods,
                                    NULL,
                                    NULL,
                                    NULL,
                                    NULL};

PyMODINIT_FUNC PyInit_heapbench_record(void) {
    pthread_atfork(NULL, NULL, leave_copy);
    return PyModule_Create(&module);
}
