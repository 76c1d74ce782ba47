// windows.c - see windows.h. A collection must not begin or end a recording, which needs one of its own and changes the
// lists that it walks; so it asks for a pending call, which the interpreter makes between two instructions.

#include "windows.h"

#include <stdlib.h>
#include <time.h>

// Static, since a pending call outlives whoever asks for it.
static struct {
    struct recorder_wish wish;
    char *path;
    unsigned number;
    bool armed, asked, open; // open: it is recorded now
    uint64_t change_ns;      // when the window ends, or the next one begins
    PyObject *watch;         // what is in gc.callbacks between windows
} windows;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static facts_gc *collector(void) {
    return facts_collector(PyInterpreterState_Get());
}

static PyObject *watch(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
    (void)self, (void)arguments, (void)count;
    windows_tick();
    Py_RETURN_NONE;
}

static void stop_watching(void) {
    PyObject *callbacks = collector()->callbacks;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks); i++)
        if (PyList_GET_ITEM(callbacks, i) == windows.watch) {
            PyList_SetSlice(callbacks, i, i + 1, NULL);
            return;
        }
}

static PyObject *next_window(void) {
    char path[4096];
    struct recorder_wish wish = windows.wish;
    snprintf(path, sizeof path, "%s.%u", windows.path, ++windows.number);
    wish.path = path;
    stop_watching();
    PyGC_Collect();
    return recorder_start(&wish);
}

static PyObject *end_window(void) {
    PyObject *done = recorder_stop();
    if (done && PyList_Append(collector()->callbacks, windows.watch))
        Py_CLEAR(done);
    return done;
}

static int change(void *unused) {
    (void)unused;
    windows.asked = false;
    if (!windows.armed || collector()->collecting) // the next collection asks again
        return 0;
    PyObject *done = windows.open ? end_window() : next_window();
    if (!done) {
        PyErr_WriteUnraisable(NULL);
        windows.armed = false;
        return 0;
    }
    Py_DECREF(done);
    windows.open = !windows.open;
    double seconds =
        windows.open ? windows.wish.seconds : windows.wish.every - windows.wish.seconds;
    windows.change_ns = now_ns() + (uint64_t)(seconds * 1e9);
    return 0;
}

void windows_tick(void) {
    if (windows.armed && !windows.asked && now_ns() >= windows.change_ns)
        windows.asked = Py_AddPendingCall(change, NULL) == 0;
}

bool windows_arm(const struct recorder_wish *wish) {
    static PyMethodDef definition = {"heapbench_record", (PyCFunction)(void (*)(void))watch,
                                     METH_FASTCALL, NULL};
    free(windows.path);
    windows.path = strdup(wish->path);
    if (!windows.watch)
        windows.watch = PyCFunction_New(&definition, NULL);
    if (!windows.path || !windows.watch) {
        PyErr_NoMemory();
        return false;
    }
    windows.wish = *wish;
    windows.number = 1;
    windows.armed = windows.open = true;
    windows.change_ns = now_ns() + (uint64_t)(wish->seconds * 1e9);
    return true;
}

void windows_disarm(void) {
    if (windows.armed && !windows.open)
        stop_watching();
    windows.armed = false;
}
