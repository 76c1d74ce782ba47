// outcome.c - the table of outcomes.

#include "outcome.h"

#include "base/text.h"

#include <string.h>

const char *outcome_name(enum outcome outcome) {
    static const char *const names[OUTCOMES] = {"ok", "out-of-memory", "crashed", "timeout",
                                                "failed"};
    return names[outcome];
}

enum outcome outcome_of(const json_t *record) {
    const char *word = text_member(record, "outcome");
    for (int i = 0; i < OUTCOMES; i++)
        if (!strcmp(word, outcome_name((enum outcome)i)))
            return (enum outcome)i;
    return OUTCOME_FAILED;
}

bool outcome_is_failure(enum outcome outcome) {
    return outcome != OUTCOME_OK && outcome != OUTCOME_MEMORY;
}
