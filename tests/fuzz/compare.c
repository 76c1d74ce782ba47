// compare.c - what libFuzzer calls: one input on every strategy, and all must agree.
//
// All strategies have the same function names, so each is a shared object of its own that shows
// outcome_run alone. They are looked for in strategies/ beside the program.

#include "outcome.h"

#include <dlfcn.h>
#include <glob.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A heap of a strategy that varies is a whole runtime: to start CPython takes as long as 10 programs
// on all other strategies, and libgc reads its process's map. They get one input in so many, chosen
// by a hash of it, so that an input that is repeated meets the same strategies.
enum { COMPARE_MOST = 64, COMPARE_VARYING_SHARE = 64 };

typedef void outcome_function(const uint8_t *bytes, size_t count, struct outcome *out);

static struct {
    outcome_function *run[COMPARE_MOST];
    bool varies[COMPARE_MOST];
    size_t count;
} compare;

static const char *const compare_meanings[] = {
#define COMPARE_MEANING(name, meaning) meaning,
    OUTCOME_FIGURES(COMPARE_MEANING)
#undef COMPARE_MEANING
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

// ------------------------------------------------------------------------------------------ loading
static void compare_load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *entry = library ? dlsym(library, "outcome_run") : NULL;
    if (!entry || compare.count == COMPARE_MOST) {
        fprintf(stderr, "fuzz: %s\n", entry ? "too many strategies" : dlerror());
        exit(2);
    }
    struct outcome empty;
    size_t i = compare.count++;
    memcpy(&compare.run[i], &entry, sizeof entry);
    compare.run[i]((const uint8_t *)"", 0, &empty);
    compare.varies[i] = empty.varies;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    char pattern[4096];
    char *program = strdup((*argv)[0]);
    glob_t found;
    (void)snprintf(pattern, sizeof pattern, "%s/strategies/*.so", program ? dirname(program) : ".");
    free(program);
    if (glob(pattern, 0, NULL, &found) || found.gl_pathc < 2) {
        fprintf(stderr, "fuzz: fewer than two strategies to compare: %s\n", pattern);
        exit(2);
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        compare_load(found.gl_pathv[i]);
    globfree(&found);
    return 0;
}

// ---------------------------------------------------------------------------------------- comparing
static void compare_two(const struct outcome *a, const struct outcome *b, int figure) {
    if (a->figure[figure] == b->figure[figure])
        return;
    fprintf(stderr, "fuzz: %s and %s differ in %s: %" PRIx64 ", %" PRIx64 "\n", a->strategy,
            b->strategy, compare_meanings[figure], a->figure[figure], b->figure[figure]);
    abort();
}

static bool compare_all(const uint8_t *bytes, size_t count) {
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    return (hash ^ hash >> 32) % COMPARE_VARYING_SHARE == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    bool all_strategies = compare_all(bytes, count);
    static struct outcome all[COMPARE_MOST];
    const struct outcome *first[OUTCOME_FIGURE_COUNT] = {NULL};
    for (size_t i = 0; i < compare.count; i++) {
        if (compare.varies[i] && !all_strategies)
            continue;
        struct outcome *out = &all[i];
        compare.run[i](bytes, count, out);
        if (out->failed[0]) {
            fprintf(stderr, "fuzz: %s is broken: %s\n", out->strategy, out->failed);
            abort();
        }
        for (int figure = 0; figure < OUTCOME_FIGURE_COUNT; figure++) {
            if (!out->claimed[figure])
                continue;
            if (first[figure])
                compare_two(first[figure], out, figure);
            else
                first[figure] = out;
        }
    }
    return 0;
}
