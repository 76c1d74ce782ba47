// space.c - how much of the address space does a heap take, beside what it holds?
//
// Clusters limit it (ulimit -v), and there a reservation that is never touched counts like memory. So no strategy
// takes more than twice what it holds and 64 MB, at its peak, on any workload as it is measured.

#include "endure.h"
#include "programs.h"

#include "base/must.h"
#include "runner/drive.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SPACE_STEPS = 100, SPACE_TIMES = 2 };
static const uint64_t SPACE_MORE_BYTES = 64 << 20;

// What a child found.
struct space {
    uint64_t taken_bytes, held_bytes;
    bool known;
};

// A line of /proc/self/status, in bytes; 0: unknown.
static uint64_t space_status(const char *name) {
    char line[256];
    unsigned long long kilobytes = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && !kilobytes && fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name)))
            kilobytes = strtoull(line + strlen(name), NULL, 10);
    if (f)
        fclose(f);
    return kilobytes * 1024;
}

static void space_run(const struct program *p, struct space *out) {
    const struct workload *w = p->plan->workload;
    struct mutator m = {.state = must(calloc(1, w->state_bytes + 1))};
    if (drive_prepare(&m, p->plan))
        must(NULL);
    uint64_t before = space_status("VmSize:");
    struct heap_counters c;
    m.heap = heap_new(&(struct heap_config){.tunables = p->plan->tunables});
    int error = m.heap ? drive_enter(&m, p->plan) : ENOMEM;
    if (!error)
        error = drive_setup(&m, p->plan);
    for (uint64_t i = 0; i < SPACE_STEPS && i < p->plan->steps && !error; i++)
        error = w->step(&m);
    uint64_t peak = space_status("VmPeak:");
    if (error || !before || peak < before)
        return;
    heap_read_counters(m.heap, &c);
    *out = (struct space){peak - before, c.memory_peak_bytes, true};
}

// A chain that grows and is let go, so that reservations have to grow with what is held.
static void space_chain(uint64_t nodes, struct space *out) {
    double tunables[64];
    for (size_t i = 0; i < heap_strategy.tunable_count; i++)
        tunables[i] = heap_strategy.tunables[i].fallback;
    uint64_t before = space_status("VmSize:");
    struct heap_counters c;
    struct heap *h = heap_new(&(struct heap_config){.tunables = tunables});
    struct heap_reg *r = h ? heap_enter(h, 2) : NULL;
    bool good = r;
    for (uint64_t i = 0; i < nodes && good; i++) {
        good = heap_new_node(h, &r[1], 1, 0) == 0;
        if (good)
            heap_store(h, &r[1], 0, &r[0]);
        heap_copy(h, &r[0], &r[1]);
    }
    if (!good)
        return;
    heap_leave(h);
    heap_collect(h, HEAP_GENERATIONS - 1);
    heap_read_counters(h, &c);
    *out = (struct space){space_status("VmPeak:") - before, c.memory_peak_bytes, true};
}

// The program, or where there is none the chain.
static void space_in_child(const struct program *p, uint64_t nodes, struct space *shared) {
    *shared = (struct space){.known = false};
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (p)
            space_run(p, shared);
        else
            space_chain(nodes, shared);
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

static bool space_is_good(const struct space *s) {
    return s->known && s->taken_bytes <= SPACE_TIMES * s->held_bytes + SPACE_MORE_BYTES;
}

static uint64_t space_say(const char *name, const struct space *s) {
    printf("%s %s: %" PRIu64 " kB of addresses, of which %" PRIu64 " kB held%s\n",
           heap_strategy.name, name, s->taken_bytes >> 10, s->held_bytes >> 10,
           !s->known          ? ": DID NOT RUN"
           : space_is_good(s) ? ""
                              : ": TOO MUCH");
    return !space_is_good(s);
}

int endure_space(int argc, char **argv) {
    uint64_t nodes = endure_number(argc, argv, "--nodes", 5000000), lost = 0;
    struct space *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared == MAP_FAILED ? NULL : shared);
    for (size_t i = 0; i < program_count(0); i++) {
        struct program *p = program_new(i, 0, true);
        space_in_child(p, 0, shared);
        lost += space_say(p->name, shared);
        program_free(p);
    }
    space_in_child(NULL, nodes, shared);
    lost += space_say("chain", shared);
    endure_tally("programs by the addresses that they take: twice what is held and 64 MB at most",
                 program_count(0) + 1, lost);
    return lost ? 1 : 0;
}
