// outcome.h - how an invocation ended, and the word for it in a record.

#ifndef HEAPBENCH_OUTCOME_H
#define HEAPBENCH_OUTCOME_H

#include <jansson.h>
#include <stdbool.h>

enum outcome { OUTCOME_OK, OUTCOME_MEMORY, OUTCOME_CRASHED, OUTCOME_TIMEOUT, OUTCOME_FAILED };
enum { OUTCOMES = OUTCOME_FAILED + 1 };

// outcome_name - the word, as in a record. outcome_of - that of a record; a word that is none of
// these is OUTCOME_FAILED.
const char *outcome_name(enum outcome outcome);
enum outcome outcome_of(const json_t *record);

// outcome_is_failure - whether it says that something is wrong. Memory that ran out is a result: a
// strategy that frees nothing is expected to meet it.
bool outcome_is_failure(enum outcome outcome);

#endif
