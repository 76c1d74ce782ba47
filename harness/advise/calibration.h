// calibration.h - what a recorded program did when it ran plainly, at two settings of its collector.

#ifndef HEAPBENCH_CALIBRATION_H
#define HEAPBENCH_CALIBRATION_H

#include "model.h"

enum { CALIBRATION_RUNS = 2 };

struct calibration_collection {
    int generation;
    uint64_t ns, found; // of CPU time; objects
};

// By generation, the youngest first; of what happened after the recording would have begun. CPU times in ns.
//   process_ns   of the whole process, with its start and its end; each figure below is of what was recorded alone
//   began_bytes  resident when it began; peak_bytes: at most, above that
struct calibration_run {
    uint32_t threshold[MODEL_GENERATIONS];
    uint64_t collections[MODEL_GENERATIONS], found[MODEL_GENERATIONS];
    double process_ns, gc_ns, longest_ns, began_bytes, peak_bytes;
    struct calibration_collection *each;
    size_t count;
};

// The first run is at the program's own thresholds.
struct calibration {
    struct calibration_run run[CALIBRATION_RUNS];
};

// calibration_path - of the file beside a recording. A new string.
char *calibration_path(const char *recording);

// calibration_read - returns false with one line in error: there is no such file, or it is damaged.
bool calibration_read(struct calibration *c, const char *recording, char *error,
                      size_t error_bytes);
void calibration_free(struct calibration *c);

#endif
