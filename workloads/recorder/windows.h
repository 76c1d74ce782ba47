// windows.h - recordings of parts of a long run: so many seconds of each so many.
//
// Sampling single objects cannot work, since what a collector does follows from sums over all of
// them. So a window records everything, and is a recording by itself: it begins after a full
// collection, with what is tracked then. Between windows the interpreter is as it was, but for a
// function in gc.callbacks that looks at the clock.

#ifndef HEAPBENCH_RECORDER_WINDOWS_H
#define HEAPBENCH_RECORDER_WINDOWS_H

#include "recorder.h"

// How a recording is made; of a window: seconds, and of how many; 0: there are no windows.
struct recorder_wish {
    const char *path;
    int k0, q, steady, graph;
    double seconds, every;
};

// windows_arm - a recording has begun that is the first window. The others go to path.2, path.3 and
// so on. Returns false with an exception set. windows_disarm - there are no more.
bool windows_arm(const struct recorder_wish *wish);
void windows_disarm(void);

// windows_tick - begin or end one, soon, if it is time: at a safe point of the main thread.
void windows_tick(void);

// recorder_start, recorder_stop - a recording. Return None, and totals or None; NULL with an
// exception set.
PyObject *recorder_start(const struct recorder_wish *wish);
PyObject *recorder_stop(void);

#endif
