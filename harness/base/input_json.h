// input_json.h - tokens of JSON, for input.c.

#ifndef HEAPBENCH_INPUT_JSON_H
#define HEAPBENCH_INPUT_JSON_H

#include "input.h"

#include <stdbool.h>

// input_json - fill text and tokens, all in one block.
//   returns  false with one line in error when the file is no JSON
bool input_json(struct input *in, const char *path, char *error, size_t error_bytes);

#endif
