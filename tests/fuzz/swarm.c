// swarm.c - runs many short programs on every strategy, without sanitizers and in one process.
//
//   swarm --seconds N --seed N --findings DIR TRACE|DIR...
//   swarm TRACE
//
// Sanitizers, and libFuzzer's own bookkeeping, take nine tenths of the time of make fuzz. What
// remains to see a mistake here: assertions, the verifier, and that strategies must agree
// (compare.c). Programs are mutants of the traces given, which libFuzzer chose for what they reach;
// a mutant takes its parent's place until the batch ends.
//
// SIGINT and SIGTERM end it after the programs that are running. A batch runs in a child, which leaves the program that it is about to run in shared memory: so
// the one that ends it is known, and is written to DIR. The second form runs that one.

#include "compare.h"
#include "generate.h"

#include "base/must.h"
#include "base/random.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SWARM_BYTES = 1 << 16,   // of a program; longer ones are passed over
    SWARM_BATCH = 20000,     // programs of a child
    SWARM_DEADLINE_S = 30,   // of CPU time for one program, which takes a millisecond
    SWARM_MOST_FINDINGS = 5, // after which no more are looked for
};

struct swarm_shared {
    volatile sig_atomic_t stopped;
    uint64_t programs;
    size_t count;
    uint8_t bytes[SWARM_BYTES];
};

struct swarm {
    struct trace **traces;
    size_t count;
    uint64_t batches; // what seeds them
    uint64_t random;  // of the batch
    time_t end;
    const char *findings;
    struct swarm_shared *shared;
};

// ---------------------------------------------------------------------------------------- programs
static void swarm_add(struct swarm *s, const char *path) {
    char error[256];
    struct trace *t = trace_read(path, error, sizeof error);
    if (!t || !trace_check(t, error, sizeof error)) {
        fprintf(stderr, "swarm: %s: %s\n", path, error);
        exit(2);
    }
    s->traces = must(realloc(s->traces, (s->count + 1) * sizeof *s->traces));
    s->traces[s->count++] = t;
}

static void swarm_add_all(struct swarm *s, const char *path) {
    char file[4096];
    DIR *dir = opendir(path);
    if (!dir) {
        swarm_add(s, path);
        return;
    }
    for (const struct dirent *e; (e = readdir(dir));) {
        (void)snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.')
            swarm_add(s, file);
    }
    closedir(dir);
}

static unsigned char *swarm_make(struct swarm *s, size_t at, size_t *bytes) {
    uint64_t seed = random_next(&s->random), dice = random_next(&s->random) % 16;
    const struct trace *t = s->traces[at];
    if (dice == 0)
        return generate_program(seed, GENERATE_SHORT, bytes);
    if (dice == 1)
        return generate_cross(seed, t, s->traces[random_next(&s->random) % s->count], bytes);
    return generate_mutant(seed, t, bytes);
}

static void swarm_run(struct swarm *s, size_t at, const unsigned char *file, size_t bytes) {
    struct trace *t = bytes <= SWARM_BYTES ? compare_parse(file, bytes) : NULL;
    if (!t)
        return;
    memcpy(s->shared->bytes, file, bytes);
    s->shared->count = bytes;
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = SWARM_DEADLINE_S}, NULL);
    compare_trace(t, file, bytes);
    s->shared->programs++;
    trace_free(s->traces[at]);
    s->traces[at] = t;
}

static void swarm_step(struct swarm *s) {
    size_t at = random_next(&s->random) % s->count, bytes;
    unsigned char *file = swarm_make(s, at, &bytes);
    swarm_run(s, at, file, bytes);
    free(file);
}

// ----------------------------------------------------------------------------------------- batches
// What both processes look at; a signal has no other way to say so.
static struct swarm_shared *swarm_told;

static void swarm_stop(int signal) {
    (void)signal;
    swarm_told->stopped = 1;
}

static bool swarm_goes_on(const struct swarm *s) {
    return time(NULL) < s->end && !s->shared->stopped;
}

static void swarm_batch(struct swarm *s) {
    for (int i = 0; i < SWARM_BATCH && swarm_goes_on(s); i++)
        swarm_step(s);
    _exit(0);
}

static void swarm_keep(const struct swarm *s, int status) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/swarm-%016" PRIx64, s->findings, s->random);
    FILE *f = fopen(path, "w");
    if (!f || fwrite(s->shared->bytes, 1, s->shared->count, f) != s->shared->count || fclose(f))
        must(NULL);
    printf("swarm: a program ended with %d (%s): %s\n", status,
           WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit", path);
}

static int swarm_hunt(struct swarm *s) {
    uint64_t found = 0;
    while (swarm_goes_on(s) && found < SWARM_MOST_FINDINGS) {
        int status = 0;
        s->random = random_next(&s->batches);
        fflush(stdout);
        pid_t child = fork();
        if (child < 0)
            must(NULL);
        if (child == 0)
            swarm_batch(s);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        if (status) {
            swarm_keep(s, status);
            found++;
        }
    }
    printf("swarm: %" PRIu64 " programs, %" PRIu64 " findings\n", s->shared->programs, found);
    return found ? 1 : 0;
}

// Exits 2 where it is no trace.
static int swarm_repeat(const char *path) {
    struct swarm s = {0};
    FILE *f = fopen(path, "r");
    unsigned char *file = must(malloc(SWARM_BYTES));
    size_t bytes = f ? fread(file, 1, SWARM_BYTES, f) : 0;
    swarm_add(&s, path);
    compare_trace(s.traces[0], file, bytes);
    puts("swarm: no difference");
    return 0;
}

int main(int argc, char **argv) {
    struct swarm s = {0};
    compare_load_all(argv[0]);
    if (argc == 2)
        return swarm_repeat(argv[1]);
    if (argc < 8 || strcmp(argv[1], "--seconds") || strcmp(argv[3], "--seed") ||
        strcmp(argv[5], "--findings")) {
        fputs("usage: swarm --seconds N --seed N --findings DIR TRACE|DIR... | swarm TRACE\n",
              stderr);
        return 2;
    }
    s.end = time(NULL) + strtol(argv[2], NULL, 10);
    s.batches = strtoull(argv[4], NULL, 10);
    s.findings = argv[6];
    for (int i = 7; i < argc; i++)
        swarm_add_all(&s, argv[i]);
    s.shared =
        mmap(NULL, sizeof *s.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(s.shared == MAP_FAILED ? NULL : s.shared);
    swarm_told = s.shared;
    signal(SIGINT, swarm_stop);
    signal(SIGTERM, swarm_stop);
    return swarm_hunt(&s);
}
