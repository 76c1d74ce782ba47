// calibration.c - reads what plain runs did: a JSON object a line, as heapbench_count.py writes it.

#include "calibration.h"

#include "base/must.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

char *calibration_path(const char *recording) {
    return text_format("%s.runs", recording);
}

static uint64_t calibration_number_at(const json_t *array, size_t i) {
    json_int_t number = json_integer_value(json_array_get(array, i));
    return number < 0 ? 0 : (uint64_t)number;
}

// Generation, ns and found of each collection, one after the other.
static bool calibration_read_each(struct calibration_run *run, const json_t *each) {
    size_t numbers = json_array_size(each);
    run->each = must(calloc(numbers / 3 + 1, sizeof *run->each));
    for (size_t i = 0; i + 2 < numbers; i += 3) {
        uint64_t generation = calibration_number_at(each, i);
        if (generation >= MODEL_GENERATIONS)
            return false;
        run->each[run->count++] =
            (struct calibration_collection){(int)generation, calibration_number_at(each, i + 1),
                                            calibration_number_at(each, i + 2)};
    }
    return json_is_array(each) && numbers % 3 == 0;
}

static bool calibration_read_run(struct calibration_run *run, const json_t *line) {
    const json_t *collections = json_object_get(line, "collections"),
                 *found = json_object_get(line, "found"),
                 *thresholds = json_object_get(line, "thresholds");
    run->process_ns = text_member_number(line, "process_ns");
    run->gc_ns = text_member_number(line, "gc_ns");
    run->longest_ns = text_member_number(line, "longest_ns");
    run->began_bytes = text_member_number(line, "began_bytes");
    run->peak_bytes = text_member_number(line, "peak_bytes");
    for (size_t g = 0; g < MODEL_GENERATIONS; g++) {
        run->collections[g] = calibration_number_at(collections, g);
        run->found[g] = calibration_number_at(found, g);
        run->threshold[g] = (uint32_t)calibration_number_at(thresholds, g);
    }
    return json_array_size(collections) == MODEL_GENERATIONS && run->process_ns > 0 &&
           run->gc_ns >= 0 && run->longest_ns >= 0 && run->began_bytes > 0 &&
           calibration_read_each(run, json_object_get(line, "each"));
}

static bool calibration_read_runs(struct calibration *c, const char *text) {
    for (size_t i = 0; i < CALIBRATION_RUNS; i++) {
        size_t length = strcspn(text, "\n");
        json_t *line = json_loadb(text, length, 0, NULL);
        bool good = line && calibration_read_run(&c->run[i], line);
        json_decref(line);
        if (!good)
            return false;
        text += length + (text[length] == '\n');
    }
    return true;
}

bool calibration_read(struct calibration *c, const char *recording, char *error,
                      size_t error_bytes) {
    char *path = calibration_path(recording), *text = text_read_file(path, NULL);
    *c = (struct calibration){0};
    bool good = text && calibration_read_runs(c, text);
    if (!text)
        snprintf(error, error_bytes,
                 "%s is not there: heapbench record --calibrate runs the program twice more, "
                 "and so knows what its collections take",
                 path);
    else if (!good)
        snprintf(error, error_bytes, "%s: not what %d plain runs did", path, CALIBRATION_RUNS);
    if (!good)
        calibration_free(c);
    free(text);
    free(path);
    return good;
}

void calibration_free(struct calibration *c) {
    for (size_t i = 0; i < CALIBRATION_RUNS; i++)
        free(c->run[i].each);
    *c = (struct calibration){0};
}
