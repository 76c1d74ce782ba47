// replay.c - runs inputs on one strategy and prints what it claims of them.
//
//   replay-NAME FILE...
//   replay-NAME --seeds FIRST COUNT [OPERATIONS]
//
// A line is "input strategy figure value", and the value must be the same on all strategies that
// print one (tests/fuzz/agree.awk); or "input strategy FAILED why", and then the status is 1.

#include "outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLAY_MOST_BYTES = 1 << 16, REPLAY_OPERATION_BYTES = 4 };

static const char *const replay_names[] = {
#define REPLAY_NAME(name, meaning) #name,
    OUTCOME_FIGURES(REPLAY_NAME)
#undef REPLAY_NAME
};

// Printed at once, so that a line is there even when the next input ends the process.
static int replay_one(const char *input, const uint8_t *bytes, size_t count) {
    struct outcome out;
    outcome_run(bytes, count, &out);
    for (int i = 0; i < OUTCOME_FIGURE_COUNT; i++)
        if (out.claimed[i])
            printf("%s %s %s %016" PRIx64 "\n", input, out.strategy, replay_names[i],
                   out.figure[i]);
    if (out.failed[0])
        printf("%s %s FAILED %s\n", input, out.strategy, out.failed);
    fflush(stdout);
    return out.failed[0] ? 1 : 0;
}

static int replay_file(const char *path) {
    static uint8_t bytes[REPLAY_MOST_BYTES];
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return 1;
    }
    size_t count = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    const char *slash = strrchr(path, '/');
    return replay_one(slash ? slash + 1 : path, bytes, count);
}

static uint64_t replay_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

// All random, the circumstances too, but each program runs once.
static int replay_seed(uint64_t seed, size_t operations) {
    char input[32];
    uint64_t state = seed;
    size_t count = OUTCOME_HEADER + operations * REPLAY_OPERATION_BYTES;
    uint8_t *bytes = malloc(count);
    if (!bytes)
        return 1;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(replay_random(&state) >> 56);
    bytes[OUTCOME_TIMES] = 0;
    (void)snprintf(input, sizeof input, "%" PRIu64, seed);
    int failed = replay_one(input, bytes, count);
    free(bytes);
    return failed;
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
        fprintf(stderr, "usage: %s FILE... | --seeds FIRST COUNT [OPERATIONS]\n", argv[0]);
        return 2;
    }
    return failed;
}
