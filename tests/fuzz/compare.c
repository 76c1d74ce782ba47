// compare.c - what libFuzzer calls: one program on every strategy, and all must agree.
//
// An input is a trace, or a recording, which is compiled into one. libFuzzer's own mutations would damage it, so programs are made of programs
// here (generate.h), and what is no trace is passed over.
//
// All strategies have the same function names, so each is a shared object of its own that shows
// outcome_run alone. They are looked for in strategies/ beside the program.

#include "compare.h"

#include "agree.h"
#include "base/checksum.h"
#include "generate.h"
#include "maps.h"
#include "outcome.h"

#include <dlfcn.h>
#include <glob.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// A heap of a strategy that varies is a whole runtime: to start CPython takes as long as 10
// programs on all other strategies, and libgc reads its process's map. They get one input in so
// many, chosen by a hash of it, so that an input that is repeated meets the same strategies.
#ifndef COMPARE_VARYING_SHARE
#define COMPARE_VARYING_SHARE 64
#endif
enum { COMPARE_MOST = 64 };

typedef void outcome_function(const struct trace *t, struct outcome *out);

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
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count,
                                 uint8_t *out, size_t most, unsigned seed);

// A recording is read from a file, so it becomes one in memory.
static struct trace *compare_recorded(const void *bytes, size_t count) {
    char error[256], path[64];
    int fd = memfd_create("recording", MFD_CLOEXEC);
    struct trace *t = NULL;
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (fd >= 0 && write(fd, bytes, count) == (ssize_t)count)
        t = trace_read(path, error, sizeof error);
    if (fd >= 0)
        close(fd);
    return t;
}

struct trace *compare_parse(const void *bytes, size_t count) {
    static const char recording[] = "HBREC";
    char error[256];
    struct trace *t = count > sizeof recording && !memcmp(bytes, recording, sizeof recording)
                          ? compare_recorded(bytes, count)
                          : trace_parse(bytes, count, "input", error, sizeof error);
    if (t && trace_check(t, error, sizeof error))
        return t;
    trace_free(t);
    return NULL;
}

// ----------------------------------------------------------------------------------------- loading
// Whether a strategy varies is asked by the smallest program.
static void compare_load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *entry = library ? dlsym(library, "outcome_run") : NULL;
    if (!entry || compare.count == COMPARE_MOST) {
        fprintf(stderr, "fuzz: %s\n", entry ? "too many strategies" : dlerror());
        exit(2);
    }
    struct outcome out;
    size_t i = compare.count++, bytes;
    unsigned char *file = generate_program(0, 0, &bytes);
    struct trace *t = compare_parse(file, bytes);
    memcpy(&compare.run[i], &entry, sizeof entry);
    compare.run[i](t, &out);
    compare.varies[i] = out.varies;
    trace_free(t);
    free(file);
}

void compare_load_all(const char *argv0) {
    char pattern[4096];
    char *program = strdup(argv0);
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
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    compare_load_all((*argv)[0]);
    return 0;
}

// ---------------------------------------------------------------------------------------- programs
static size_t compare_give(unsigned char *file, size_t count, uint8_t *out, size_t most) {
    if (count <= most)
        memcpy(out, file, count);
    free(file);
    return count <= most ? count : 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned seed) {
    struct trace *t = compare_parse(bytes, count);
    size_t made;
    unsigned char *file =
        t ? generate_mutant(seed, t, &made) : generate_program(seed, GENERATE_SHORT, &made);
    trace_free(t);
    return compare_give(file, made, bytes, most);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count,
                                 uint8_t *out, size_t most, unsigned seed) {
    struct trace *first = compare_parse(a, a_count), *second = compare_parse(b, b_count);
    size_t made;
    unsigned char *file = generate_cross(seed, first, second, &made);
    trace_free(first);
    trace_free(second);
    return compare_give(file, made, out, most);
}

// --------------------------------------------------------------------------------------- comparing
static bool compare_takes_all(const void *bytes, size_t count) {
    uint64_t hash = checksum_add(count, bytes, count);
    return (hash ^ hash >> 32) % COMPARE_VARYING_SHARE == 0;
}

static void compare_figure(const struct outcome *all, size_t count, int figure) {
    struct claim claims[COMPARE_MOST];
    size_t claimed = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].claimed[figure])
            claims[claimed++] = (struct claim){all[i].strategy, all[i].figure[figure]};
    const struct claim *accused = agree_accused(claims, claimed);
    if (!accused)
        return;
    fprintf(stderr, "fuzz: %s differs in %s: %" PRIx64 ", most say %" PRIx64 "\n", accused->who,
            compare_meanings[figure], accused->value, agree_right(claims, claimed));
    abort();
}

void compare_trace(const struct trace *t, const void *bytes, size_t byte_count) {
    static struct outcome all[COMPARE_MOST];
    bool all_strategies = compare_takes_all(bytes, byte_count);
    size_t count = 0;
    for (size_t i = 0; i < compare.count; i++) {
        if (compare.varies[i] && !all_strategies)
            continue;
        struct outcome *out = &all[count++];
        maps_reuse(compare.varies[i] ? -1 : (int)i);
        compare.run[i](t, out);
        maps_reuse(-1);
        if (out->failed[0]) {
            fprintf(stderr, "fuzz: %s is broken: %s\n", out->strategy, out->failed);
            abort();
        }
    }
    for (int figure = 0; figure < OUTCOME_FIGURE_COUNT; figure++)
        compare_figure(all, count, figure);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    struct trace *t = compare_parse(bytes, count);
    if (t)
        compare_trace(t, bytes, count);
    trace_free(t);
    return 0;
}
