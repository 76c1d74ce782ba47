// example.c - two benchmarks in C: copying, and sorting with a fitted complexity.
// SPDX-License-Identifier: MIT

#include "libbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy(struct libbench_state *state, void *user) {
    (void)user;
    const size_t bytes = (size_t)libbench_get_arg(state, 0);
    char *from = calloc(2, bytes);
    if (!from) {
        libbench_skip_with_error(state, "out of memory");
        return;
    }
    for (int64_t n = libbench_begin(state); n != 0; --n) {
        memcpy(from + bytes, from, bytes);
        libbench_clobber_memory();
    }
    libbench_end(state);
    libbench_set_bytes_processed(state, libbench_get_iterations(state) * (int64_t)bytes);
    free(from);
}

static int compare(const void *a, const void *b) {
    const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

static void sort(struct libbench_state *state, void *user) {
    const unsigned seed = *(const unsigned *)user;
    static unsigned numbers[1 << 14];
    const size_t count = (size_t)libbench_get_arg(state, 0);
    // One fill and one sort are an iteration: pausing the clock around the fill would cost more
    // than the fill.
    for (int64_t n = libbench_begin(state); n != 0; --n) {
        unsigned x = seed;
        for (size_t i = 0; i < count; ++i)
            numbers[i] = x = x * 1664525u + 1013904223u; // the generator of Numerical Recipes
        qsort(numbers, count, sizeof numbers[0], compare);
        libbench_do_not_optimize_pointer(numbers);
    }
    libbench_end(state);
    libbench_set_complexity_n(state, (int64_t)count);
}

int main(int argc, char **argv) {
    static unsigned seed = 42;
    struct libbench *b = libbench_register("copy", copy, NULL);
    // A NULL benchmark is refused by every call below, so one test at the end is enough.
    int failed = libbench_range(b, 1 << 6, 1 << 18);
    b = libbench_register("sort", sort, &seed);
    failed |= libbench_range_multiplier(b, 4) | libbench_range(b, 1 << 6, 1 << 14);
    failed |= libbench_complexity(b, LIBBENCH_O_AUTO) | libbench_unit(b, LIBBENCH_US);
    failed |= libbench_add_context("generator", "Numerical Recipes LCG");
    if (failed) {
        fputs("example: could not register its benchmarks\n", stderr);
        return 1;
    }
    return libbench_main(argc, argv);
}
