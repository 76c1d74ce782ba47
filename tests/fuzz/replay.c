// replay.c - runs programs on one strategy and prints what it claims of them.
//
//   replay-NAME TRACE...
//   replay-NAME --seeds FIRST COUNT [OPERATIONS]
//
// A line is "input strategy figure value", and the value must be the same on all strategies that
// print one (agree.c); or "input strategy FAILED why", and then the status is 1.

#include "generate.h"
#include "heap.h"
#include "outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const replay_names[] = {
#define REPLAY_NAME(name, meaning) #name,
    OUTCOME_FIGURES(REPLAY_NAME)
#undef REPLAY_NAME
};

// Printed at once, so that a line is there even when the next input ends the process.
static int replay_trace(const char *input, struct trace *t, const char *error) {
    struct outcome out = {.strategy = heap_strategy.name};
    if (t)
        outcome_run(t, &out);
    else
        (void)snprintf(out.failed, sizeof out.failed, "%s", error);
    for (int i = 0; i < OUTCOME_FIGURE_COUNT; i++)
        if (out.claimed[i])
            printf("%s %s %s %016" PRIx64 "\n", input, out.strategy, replay_names[i],
                   out.figure[i]);
    if (out.failed[0])
        printf("%s %s FAILED %s\n", input, out.strategy, out.failed);
    fflush(stdout);
    trace_free(t);
    return out.failed[0] ? 1 : 0;
}

static int replay_file(const char *path) {
    char error[256];
    const char *slash = strrchr(path, '/');
    struct trace *t = trace_read(path, error, sizeof error);
    if (t && !trace_check(t, error, sizeof error)) {
        trace_free(t);
        t = NULL;
    }
    return replay_trace(slash ? slash + 1 : path, t, error);
}

static int replay_seed(uint64_t seed, size_t operations) {
    char input[32], error[256];
    size_t bytes;
    unsigned char *file = generate_program(seed, operations, &bytes);
    struct trace *t = trace_parse(file, bytes, "generated", error, sizeof error);
    (void)snprintf(input, sizeof input, "%" PRIu64, seed);
    free(file);
    return replay_trace(input, t, error);
}

int main(int argc, char **argv) {
    int failed = 0;
    if (argc > 3 && strcmp(argv[1], "--seeds") == 0) {
        uint64_t first = strtoull(argv[2], NULL, 10), count = strtoull(argv[3], NULL, 10);
        size_t operations = argc > 4 ? strtoull(argv[4], NULL, 10) : 2000;
        for (uint64_t i = 0; i < count; i++)
            failed |= replay_seed(first + i, operations);
    } else if (argc > 1 && argv[1][0] != '-') {
        for (int i = 1; i < argc; i++)
            failed |= replay_file(argv[i]);
    } else {
        fprintf(stderr, "usage: %s TRACE... | --seeds FIRST COUNT [OPERATIONS]\n", argv[0]);
        return 2;
    }
    return failed;
}
