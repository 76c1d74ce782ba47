// depth.c - structures of great depth and size, built and let go in a thread with a C stack of 64 kB.
//
// What recursed over data would end in the first thousands of nodes; what kept a size in 32 bits, or in bytes where
// it has elements, beyond 2^32. Each case runs in a process of its own; one that there is no memory for is said to be
// left out, and is not counted.
//
// A collector that looks again and again at a heap that only grows takes a time quadratic in its size: that of CPython
// 3.14.0 does (allocators/incremental/fast.h). A case that does not end in its CPU time is lost, unless a tenth of it
// ends well, and the counters say that it is looking which takes the time.

#include "endure.h"

#include "base/must.h"
#include "heap.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    DEPTH_STACK_BYTES = 64 << 10,
    DEPTH_REGISTERS = 4,
    DEPTH_KEY_BYTES = 40,
    DEPTH_PIECE_BYTES = 1 << 20,
    DEPTH_SMALLER = 10,       // of what does not end in time, one in so many is tried
    DEPTH_OFTEN_VISITED = 32, // times that each object was, where it is quadratic
};

// A case: builds into r[0], and sees that it is there. Returns 0, ENOMEM, or EINVAL: something is wrong.
typedef int depth_build(struct heap *h, struct heap_reg *r, uint64_t size);

static int depth_chain(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = 0;
    for (uint64_t i = 0; i < size && !error; i++) {
        error = heap_new_node(h, &r[1], 1, 0);
        if (!error) {
            heap_store(h, &r[1], 0, &r[0]);
            heap_copy(h, &r[0], &r[1]);
        }
    }
    return error;
}

// Its nodes know the one before, so that all of it is one garbage cycle.
static int depth_chain_both_ways(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = heap_new_node(h, &r[0], 2, 0);
    for (uint64_t i = 1; i < size && !error; i++) {
        error = heap_new_node(h, &r[1], 2, 0);
        if (!error) {
            heap_store(h, &r[1], 0, &r[0]);
            heap_store(h, &r[0], 1, &r[1]);
            heap_copy(h, &r[0], &r[1]);
        }
    }
    return error;
}

static int depth_nested_lists(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = 0;
    for (uint64_t i = 0; i < size && !error; i++) {
        error = heap_new_list(h, &r[1]);
        error = error ? error : heap_append(h, &r[1], &r[0]);
        if (!error)
            heap_copy(h, &r[0], &r[1]);
    }
    return error;
}

static int depth_nested_dicts(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = 0;
    for (uint64_t i = 0; i < size && !error; i++) {
        error = heap_new_dict(h, &r[1], 1);
        error = error ? error : heap_put(h, &r[1], 0, &r[0]);
        if (!error)
            heap_copy(h, &r[0], &r[1]);
    }
    return error;
}

static int depth_widest_nodes(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = 0;
    for (uint64_t i = 0; i < size && !error; i++) {
        error = heap_new_node(h, &r[1], HEAP_MAX_SLOTS, 0);
        for (size_t slot = 0; slot < HEAP_MAX_SLOTS && !error; slot++) {
            error = slot % 64 ? 0 : heap_new_atom(h, &r[2], 0);
            heap_store(h, &r[1], slot, slot == HEAP_MAX_SLOTS - 1 ? &r[0] : &r[2]);
        }
        if (!error)
            heap_copy(h, &r[0], &r[1]);
    }
    return error;
}

static int depth_list(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = heap_new_list(h, &r[0]);
    error = error ? error : heap_new_atom(h, &r[1], 0);
    for (uint64_t i = 0; i < size && !error; i++)
        error = heap_append(h, &r[0], &r[1]);
    return error ? error : heap_length(h, &r[0]) == size ? 0 : EINVAL;
}

static int depth_payload(struct heap *h, struct heap_reg *r, uint64_t size) {
    int error = heap_new_atom(h, &r[0], size);
    if (error)
        return error;
    unsigned char *p = heap_payload(h, &r[0]);
    p[0] = 1;
    p[size - 1] = 2;
    error = heap_new_node(h, &r[1], 1, size);
    if (error)
        return error;
    heap_store(h, &r[1], 0, &r[0]);
    heap_copy(h, &r[0], &r[1]);
    heap_load(h, &r[2], &r[0], 0);
    p = heap_payload(h, &r[2]);
    return heap_payload_bytes(h, &r[2]) == size && p[0] == 1 && p[size - 1] == 2 ? 0 : EINVAL;
}

// Keys that differ in their last bytes alone; each is found again.
static int depth_interned(struct heap *h, struct heap_reg *r, uint64_t size) {
    char key[DEPTH_KEY_BYTES] = "";
    int error = heap_new_list(h, &r[0]);
    for (uint64_t i = 0; i < size && !error; i++) {
        memcpy(key + sizeof key - sizeof i, &i, sizeof i);
        error = heap_intern(h, &r[1], key, sizeof key);
        error = error ? error : heap_append(h, &r[0], &r[1]);
    }
    for (uint64_t i = 0; i < size && !error; i++) {
        memcpy(key + sizeof key - sizeof i, &i, sizeof i);
        error = heap_intern(h, &r[1], key, sizeof key);
        heap_load(h, &r[2], &r[0], i);
        if (!error && !heap_same(h, &r[1], &r[2]))
            return EINVAL;
    }
    return error;
}

// Requested bytes pass 2^32 long before anything wraps that counts them in 64 bits.
static int depth_counters(struct heap *h, struct heap_reg *r, uint64_t size) {
    struct heap_counters before, c;
    heap_read_counters(h, &before);
    int error = 0;
    for (uint64_t i = 0; i < size && !error; i++)
        error = heap_new_atom(h, &r[0], DEPTH_PIECE_BYTES);
    heap_read_counters(h, &c);
    uint64_t allocated = c.bytes_allocated - before.bytes_allocated;
    return error ? error : allocated == size * DEPTH_PIECE_BYTES ? 0 : EINVAL;
}

//   small  the size for make test
static const struct depth_case {
    const char *name;
    depth_build *build;
    uint64_t size, small;
} depth_cases[] = {
    {"a chain of nodes", depth_chain, 10000000, 200000},
    {"a chain linked both ways", depth_chain_both_ways, 10000000, 100000},
    {"lists in lists", depth_nested_lists, 10000000, 50000},
    {"dicts in dicts", depth_nested_dicts, 10000000, 50000},
    {"nodes with the most slots", depth_widest_nodes, 1000, 20},
    {"a list", depth_list, 100000000, 1000000},
    {"a payload", depth_payload, HEAP_MAX_PAYLOAD_BYTES, 1 << 20},
    {"interned atoms", depth_interned, 1000000, 20000},
    {"more than 2^32 bytes allocated", depth_counters, 4100, 40},
};
enum { DEPTH_CASES = sizeof depth_cases / sizeof *depth_cases };

// What a child found: an error; or NULL and no error. visited: how often an object was looked at, on average.
struct depth_found {
    int error;
    char wrong[128];
    bool ended;
    uint64_t visited;
};

enum depth_end { DEPTH_GOOD, DEPTH_LATE, DEPTH_LEFT_OUT, DEPTH_LOST };

struct depth_task {
    const struct depth_case *what;
    uint64_t size;
    struct depth_found *found;
};

static void depth_wrong(struct depth_found *f, const char *what) {
    if (what && !f->wrong[0])
        (void)snprintf(f->wrong, sizeof f->wrong, "%s", what);
}

static void *depth_run(void *argument) {
    const struct depth_task *task = argument;
    struct depth_found *f = task->found;
    double tunables[64];
    for (size_t i = 0; i < heap_strategy.tunable_count; i++)
        tunables[i] = heap_strategy.tunables[i].fallback;
    struct heap_counters c;
    struct heap *h = heap_new(&(struct heap_config){.tunables = tunables});
    struct heap_reg *r = h ? heap_enter(h, DEPTH_REGISTERS) : NULL;
    f->error = r ? task->what->build(h, r, task->size) : ENOMEM;
    if (f->error == EINVAL)
        depth_wrong(f, "what was built is not there");
    if (r) {
        heap_collect(h, HEAP_GENERATIONS - 1);
        heap_leave(h);
        heap_collect(h, HEAP_GENERATIONS - 1);
        depth_wrong(f, heap_verify(h));
        heap_read_counters(h, &c);
        f->visited = c.objects_allocated ? c.objects_visited / c.objects_allocated : 0;
        if (heap_strategy.traits & HEAP_FREES_CYCLES && c.objects_allocated != c.objects_freed)
            depth_wrong(f, "objects are held when no register is left");
    }
    heap_free(h);
    f->ended = true;
    return NULL;
}

static void depth_in_child(struct depth_task *task, uint64_t seconds) {
    pthread_attr_t attributes;
    pthread_t thread;
    if (setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1}) ||
        pthread_attr_init(&attributes) ||
        pthread_attr_setstacksize(&attributes, DEPTH_STACK_BYTES) ||
        pthread_create(&thread, &attributes, depth_run, task))
        _exit(2);
    pthread_join(thread, NULL);
    _exit(0);
}

static enum depth_end depth_ended(int status, const struct depth_found *found) {
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; // by the system, for memory
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return DEPTH_LATE;
    if (killed || found->error == ENOMEM)
        return DEPTH_LEFT_OUT;
    return found->ended && !found->wrong[0] ? DEPTH_GOOD : DEPTH_LOST;
}

static enum depth_end depth_try(const struct depth_case *what, uint64_t size, uint64_t seconds,
                                struct depth_found *found) {
    struct depth_task task = {what, size, found};
    int status = 0;
    *found = (struct depth_found){.error = 0};
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        depth_in_child(&task, seconds);
    if (child > 0)
        waitpid(child, &status, 0);
    enum depth_end end = depth_ended(status, found);
    printf("%s: %s, %" PRIu64 ": %s\n", heap_strategy.name, what->name, size,
           end == DEPTH_LATE       ? "not in time"
           : end == DEPTH_LEFT_OUT ? "no memory for it here"
           : end == DEPTH_GOOD     ? "good"
           : found->wrong[0]       ? found->wrong
                                   : "DIED");
    return end;
}

// Of a case that is late: whether it is so for looking at everything again and again.
static bool depth_quadratic(const struct depth_case *what, uint64_t size, uint64_t seconds,
                            struct depth_found *found) {
    if (depth_try(what, size / DEPTH_SMALLER, seconds, found) != DEPTH_GOOD)
        return false;
    printf("%s: %s: each object was looked at %" PRIu64 " times: %s\n", heap_strategy.name,
           what->name, found->visited,
           found->visited >= DEPTH_OFTEN_VISITED ? "a limit" : "NO REASON to be late");
    return found->visited >= DEPTH_OFTEN_VISITED;
}

int endure_depth(int argc, char **argv) {
    uint64_t share = endure_number(argc, argv, "--small", 0), tried = 0, lost = 0, limited = 0;
    uint64_t seconds = endure_number(argc, argv, "--seconds", 120);
    uint64_t only = endure_number(argc, argv, "--case", 0);
    struct depth_found *found =
        mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(found == MAP_FAILED ? NULL : found);
    for (uint64_t i = 0; i < DEPTH_CASES; i++) {
        const struct depth_case *c = &depth_cases[i];
        uint64_t size = endure_number(argc, argv, "--size", share ? c->small / share : c->size);
        if (only && only != i + 1)
            continue;
        enum depth_end end = depth_try(c, size, seconds, found);
        bool limit = end == DEPTH_LATE && depth_quadratic(c, size, seconds, found);
        limited += limit;
        tried += end != DEPTH_LEFT_OUT;
        lost += end == DEPTH_LOST || (end == DEPTH_LATE && !limit);
    }
    endure_tally("structures of great depth or size, on a C stack of 64 kB", tried - limited, lost);
    endure_tally(
        "structures of great depth, a tenth in size, where a collector takes quadratic time",
        limited, 0);
    return lost ? 1 : 0;
}
