// contract_replay.c - runs random programs on one strategy: a line per seed, the same on all.
//
//   contract_replay-NAME FIRST COUNT [OPERATIONS]
//
// A line is "seed observed graph [held]": what the program saw, the checksum of what is reachable
// at its end, and, where the strategy reclaims cycles, how many objects it still holds after a full
// collection.

#include "program.h"
#include "runner/graph.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t replay_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

// Tunables at their defaults, or for odd seeds the first value of each sweep, which is the extreme
// one.
static void replay_tunables(uint64_t seed, double *values) {
    for (size_t i = 0; i < heap_strategy.tunable_count; i++) {
        const struct setting *s = &heap_strategy.tunables[i];
        const char *cursor = s->sweep;
        values[i] = s->fallback;
        if (seed % 2)
            (void)setting_sweep_next(s, &cursor, &values[i]);
    }
}

static void replay_fail(uint64_t seed, const char *what) {
    printf("%" PRIu64 " FAILED %s\n", seed, what);
    exit(1);
}

static void replay_one(uint64_t seed, size_t operations, uint8_t *bytes) {
    double values[64];
    uint64_t state = seed, observed = 0;
    for (size_t i = 0; i < operations * 4; i++)
        bytes[i] = (uint8_t)(replay_random(&state) >> 56);
    replay_tunables(seed, values);
    struct heap *h = heap_new(&(struct heap_config){.tunables = values});
    struct heap_reg *registers = h ? heap_enter(h, PROGRAM_REGISTERS) : NULL;
    if (!registers || program_run(h, registers, bytes, operations * 4, &observed))
        replay_fail(seed, "out of memory");
    heap_unfreeze(h);
    heap_collect(h, HEAP_GENERATIONS - 1);
    const char *broken = heap_verify(h);
    if (broken)
        replay_fail(seed, broken);
    struct heap_counters c;
    heap_read_counters(h, &c);
    struct graph graph;
    if (graph_read(h, registers, PROGRAM_REGISTERS, &graph))
        replay_fail(seed, "out of memory");
    printf("%" PRIu64 " %016" PRIx64 " %016" PRIx64, seed, observed, graph.checksum);
    if (heap_strategy.traits & HEAP_FREES_CYCLES)
        printf(" %" PRIu64, c.objects_allocated - c.objects_freed);
    putchar('\n');
    heap_leave(h);
    heap_free(h);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: %s FIRST_SEED COUNT [OPERATIONS]\n", argv[0]);
        return 2;
    }
    uint64_t first = strtoull(argv[1], NULL, 10), count = strtoull(argv[2], NULL, 10);
    size_t operations = argc > 3 ? strtoull(argv[3], NULL, 10) : 2000;
    uint8_t *bytes = malloc(operations * 4);
    for (uint64_t i = 0; bytes && i < count; i++)
        replay_one(first + i, operations, bytes);
    free(bytes);
    return fflush(stdout) == 0 && bytes ? 0 : 1;
}
