// oom.c - every request for memory fails in turn: is the heap whole afterwards, usable, and nothing
// lost?
//
// Each program runs again and again, and the nth request of the process to malloc or mmap is
// refused, alone or with all that follow; or the heap has a limit, or the process's address space
// has one. What was refused must say ENOMEM, and change nothing: the verifier passes, what holds
// references can be let go without memory, and the heap goes on when there is some. In the end
// everything has been given back.

#include "endure.h"
#include "programs.h"
#include "refuse.h"

#include "base/must.h"
#include "runner/drive.h"
#include "runner/settle.h"
#include "trace/apply.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

//   X(NAME, words)
#define OOM_WAYS(X)                                                                                \
    X(ONCE, "one request to malloc or mmap refused")                                               \
    X(ON, "all requests to malloc and mmap refused from one on")                                   \
    X(REQUEST, "one request of the heap refused")                                                  \
    X(LIMIT, "a heap limit")                                                                       \
    X(SPACE, "a limit on the address space (RLIMIT_AS)")
enum oom_way {
#define OOM_WAY(name, words) OOM_##name,
    OOM_WAYS(OOM_WAY)
#undef OOM_WAY
        OOM_WAY_COUNT
};
static const char *const oom_words[] = {
#define OOM_WORDS(name, words) words,
    OOM_WAYS(OOM_WORDS)
#undef OOM_WORDS
};

enum {
    OOM_USED_NODES = 50,
    OOM_WRONG_BYTES = 160,
    OOM_SPACE_STEP = 4096, // times the square of n: the limit on the address space
    OOM_LIMIT_SHARE = 48,  // a heap limit rises by this share of the most that was held
    OOM_DEADLINE_S = 20,   // of one attempt, which takes some milliseconds
    OOM_MOST_LOSSES = 5,   // of a program in one way, after which it is given up
    OOM_QUIET = 3, // attempts in a row in which nothing was refused, after which no more are made
};

// What a child has found so far; shared with its parent, who goes on where a child died.
struct oom_tally {
    uint64_t n;               // the fault that is being tried
    uint64_t injected, felt;  // faults; operations that said ENOMEM for them
    uint64_t requests, held;  // of the last run: requests to malloc and mmap; most bytes held
    uint64_t total, most;     // the same of a run without faults
    uint64_t observed, graph; // what that saw and left, if it is a trace
    bool known, ended;
    char wrong[OOM_WRONG_BYTES];
};

struct oom_run {
    const struct program *program;
    enum oom_way way;
    uint64_t n; // 0: without a fault
    struct oom_tally *tally;
    struct mutator m;
    int error;
    bool felt;
};

static bool oom_wrong(struct oom_run *r, const char *what) {
    if (what && !r->tally->wrong[0])
        (void)snprintf(r->tally->wrong, OOM_WRONG_BYTES, "%s", what);
    return what != NULL;
}

// ------------------------------------------------------------------------------------------ faults
static uint64_t oom_space(void) {
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%lu", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void oom_space_limit(uint64_t bytes) {
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = bytes ? bytes : limit.rlim_max;
    setrlimit(RLIMIT_AS, &limit);
}

static void oom_begin(const struct oom_run *r) {
    bool mine = r->way == OOM_ONCE || r->way == OOM_ON;
    refuse_from(mine ? r->n : 0, r->way == OOM_ON ? UINT64_MAX : 1);
    if (r->way == OOM_SPACE && r->n)
        oom_space_limit(oom_space() + r->n * r->n * OOM_SPACE_STEP);
}

static void oom_end(const struct oom_run *r) {
    refuse_end();
    if (r->way == OOM_SPACE && r->n)
        oom_space_limit(0);
}

// --------------------------------------------------------------------------------------- a program
static int oom_steps(struct oom_run *r) {
    const struct workload *w = r->program->plan->workload;
    int error = drive_enter(&r->m, r->program->plan);
    if (!error)
        error = drive_setup(&r->m, r->program->plan);
    for (uint64_t i = 0; i < r->program->plan->steps && !error; i++)
        error = w->step(&r->m);
    return error;
}

// What was refused is repeated when there is memory again, as nothing has changed; so is what the
// verifier said when it was refused memory itself.
static int oom_trace(struct oom_run *r, struct trace_run *run) {
    uint64_t left = r->program->trace->operations;
    int error = 0;
    while (left && !error) {
        error = trace_apply(run, &left);
        if (!error || r->felt || !r->n)
            continue;
        oom_end(r);
        r->felt = true;
        run->broken = NULL;
        if (!oom_wrong(r, heap_verify(r->m.heap)))
            error = 0;
    }
    return error;
}

static void oom_compare_trace(struct oom_run *r) {
    struct graph graph;
    if (r->error || graph_read(r->m.heap, r->m.registers, r->m.register_count, &graph))
        return;
    if (!r->n) {
        r->tally->observed = r->m.observed;
        r->tally->graph = graph.checksum;
    }
    if (r->m.observed != r->tally->observed)
        oom_wrong(r, "what the program sees depends on a fault");
    if (graph.checksum != r->tally->graph)
        oom_wrong(r, "what the program leaves depends on a fault");
}

static void oom_run_trace(struct oom_run *r) {
    const struct trace *t = r->program->trace;
    struct trace_run run = {0};
    r->m.register_count = t->registers;
    r->m.registers = heap_enter(r->m.heap, t->registers);
    r->error = r->m.registers ? trace_run_init(&run, t, &r->m) : ENOMEM;
    if (!r->error)
        r->error = oom_trace(r, &run);
    oom_end(r);
    oom_wrong(r, run.broken);
    if (run.trace)
        trace_run_break_off(&run);
    trace_run_free(&run);
    oom_compare_trace(r);
}

// -------------------------------------------------------------------------------------- afterwards
static int oom_use_some(struct heap *h, struct heap_reg *r) {
    int error = heap_new_list(h, &r[0]);
    for (uint64_t i = 0; i < OOM_USED_NODES && !error; i++) {
        error = heap_new_node(h, &r[1], 2, sizeof i);
        if (error)
            break;
        memcpy(heap_payload(h, &r[1]), &i, sizeof i);
        error = heap_intern(h, &r[2], &i, sizeof i);
        heap_store(h, &r[1], 0, &r[2]);
        heap_store(h, &r[1], 1, &r[1]);
        error = error ? error : heap_append(h, &r[0], &r[1]);
    }
    return error;
}

static const char *oom_used_is_there(struct heap *h, struct heap_reg *r) {
    for (uint64_t i = 0; i < OOM_USED_NODES; i++) {
        heap_load(h, &r[1], &r[0], i);
        heap_load(h, &r[2], &r[1], 0);
        if (memcmp(heap_payload(h, &r[1]), &i, sizeof i) != 0 ||
            memcmp(heap_payload(h, &r[2]), &i, sizeof i) != 0)
            return "what was built after a fault is not what was stored";
        heap_clear(h, &r[2]);
        heap_store(h, &r[1], 1, &r[2]);
    }
    return NULL;
}

static void oom_use(struct oom_run *r) {
    struct heap *h = r->m.heap;
    struct heap_reg *reg = heap_enter(h, 3);
    bool still_due = r->way == OOM_REQUEST && !r->felt; // a request that the program did not get to
    int error = reg ? oom_use_some(h, reg) : ENOMEM;
    if (error && still_due)
        error = oom_use_some(h, reg);
    if (error)
        oom_wrong(r, "with memory again the heap refuses");
    else {
        heap_collect(h, HEAP_GENERATIONS - 1);
        oom_wrong(r, oom_used_is_there(h, reg));
    }
    if (reg)
        heap_leave(h);
}

// What is let go and collected takes no memory: it works where all requests are refused.
static void oom_let_go(struct oom_run *r) {
    bool refused = r->way == OOM_ON && r->n;
    if (refused)
        refuse_from(1, UINT64_MAX);
    if (r->m.registers)
        heap_leave(r->m.heap);
    heap_collect(r->m.heap, HEAP_GENERATIONS - 1);
    refuse_end();
    oom_wrong(r, heap_verify(r->m.heap));
}

static void oom_settle(struct oom_run *r) {
    struct heap_counters c;
    heap_unfreeze(r->m.heap);
    settle(r->m.heap);
    oom_wrong(r, heap_verify(r->m.heap));
    heap_read_counters(r->m.heap, &c);
    if (heap_strategy.traits & HEAP_FREES_CYCLES &&
        (c.objects_allocated != c.objects_freed || c.bytes_allocated != c.bytes_freed))
        oom_wrong(r, "objects are held when no register is left");
}

static void oom_afterwards(struct oom_run *r) {
    struct heap_counters c;
    heap_read_counters(r->m.heap, &c);
    r->tally->held = c.memory_peak_bytes;
    if (r->error && r->error != ENOMEM)
        oom_wrong(r, "an operation says something else than ENOMEM");
    oom_wrong(r, heap_verify(r->m.heap));
    oom_let_go(r);
    if (r->way != OOM_LIMIT) // it may be too small for that
        oom_use(r);
    oom_settle(r);
}

// -------------------------------------------------------------------------------------- an attempt
static bool oom_was_injected(const struct oom_run *r) {
    return r->way == OOM_ONCE || r->way == OOM_ON ? refuse_refused() > 0 : r->felt;
}

static void oom_heap(struct oom_run *r) {
    const struct program *p = r->program;
    double tunables[64];
    for (size_t i = 0; i < heap_strategy.tunable_count; i++)
        tunables[i] = heap_strategy.tunables[i].fallback;
    struct heap_config config = {.tunables = tunables};
    if (r->way == OOM_LIMIT && r->n)
        config.limit_bytes = r->n * (r->tally->most / OOM_LIMIT_SHARE + 4096);
    if (r->way == OOM_REQUEST)
        config.refuse_request = r->n;
    // A runtime of others may end the process that cannot start it, as CPython does.
    bool starts = heap_strategy.traits & HEAP_VARIES;
    if (!starts)
        oom_begin(r);
    r->m.heap = heap_new(&config);
    if (starts)
        oom_begin(r);
    r->error = r->m.heap ? 0 : ENOMEM;
    if (r->m.heap && p->trace)
        oom_run_trace(r);
    else if (r->m.heap)
        r->error = oom_steps(r);
    oom_end(r);
    r->tally->requests = refuse_made();
    r->felt |= r->error != 0;
    if (r->felt && !r->n)
        oom_wrong(r, "memory is refused for no reason");
    if ((r->way == OOM_ONCE || r->way == OOM_ON) && r->felt && !refuse_refused())
        oom_wrong(r, "memory is refused for no reason");
    bool injected = oom_was_injected(r);
    r->tally->injected += injected;
    r->tally->felt += r->felt;
    if (r->m.heap)
        oom_afterwards(r);
    heap_free(r->m.heap);
}

// Runtimes of others keep some of what they had for the next heap.
static void oom_account(struct oom_run *r, int64_t blocks, int64_t mapped_bytes) {
    if (heap_strategy.traits & HEAP_VARIES)
        return;
    if (refuse_blocks() != blocks)
        oom_wrong(r, "blocks of malloc are not given back");
    if (refuse_mapped_bytes() != mapped_bytes)
        oom_wrong(r, "mapped memory is not given back");
}

// Returns whether a fault was injected.
static bool oom_attempt(struct oom_run *r) {
    const struct invocation_plan *plan = r->program->plan;
    int64_t blocks = refuse_blocks(), mapped_bytes = refuse_mapped_bytes();
    uint64_t injected = r->tally->injected;
    alarm(OOM_DEADLINE_S);
    r->tally->n = r->n;
    r->felt = false;
    r->m = (struct mutator){.random = 1};
    r->m.state = must(calloc(1, plan ? plan->workload->state_bytes + 1 : 1));
    if (plan && drive_prepare(&r->m, plan))
        must(NULL);
    oom_heap(r);
    if (plan && plan->workload->teardown)
        plan->workload->teardown(&r->m);
    free(r->m.state);
    oom_account(r, blocks, mapped_bytes);
    return r->tally->injected > injected;
}

// Every fault, if there are no more than `most`; else that many, evenly.
static uint64_t oom_stride(enum oom_way way, const struct oom_tally *t, uint64_t most) {
    uint64_t all = way == OOM_ONCE || way == OOM_ON ? t->total
                   : way == OOM_LIMIT               ? OOM_LIMIT_SHARE
                                                    : 1;
    return all / most + (all % most != 0);
}

// In a child: from the fault after the last one that was tried, until none is met. The first loss
// ends it.
static void oom_try(struct oom_run *r, uint64_t most) {
    struct oom_tally *t = r->tally;
    if (!t->known) {
        r->n = 0;
        oom_attempt(r);
        t->most = t->held;
        t->total = t->requests;
        t->known = true;
    }
    uint64_t stride = oom_stride(r->way, t, most);
    // What the heap counts itself is not known to end at the first that passes.
    int quiet_enough = r->way == OOM_REQUEST ? OOM_QUIET : 1;
    for (int quiet = 0; quiet < quiet_enough && !t->wrong[0];) {
        r->n = t->n + stride + (r->way == OOM_SPACE ? t->n / 8 : 0);
        quiet = oom_attempt(r) ? 0 : quiet + 1;
    }
    t->ended = !t->wrong[0];
    _exit(t->ended ? 0 : 1);
}

static void oom_say(const struct oom_run *r, int status) {
    char died[64];
    (void)snprintf(died, sizeof died, WIFSIGNALED(status) ? "died of signal %d" : "ended with %d",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    printf("%s: %s, %s, %" PRIu64 " of %" PRIu64 ": %s\n", heap_strategy.name, r->program->name,
           oom_words[r->way], r->tally->n, r->tally->total,
           r->tally->wrong[0] ? r->tally->wrong : died);
}

// Returns losses.
static uint64_t oom_program(const struct program *p, enum oom_way way, uint64_t most,
                            struct oom_tally *tally) {
    struct oom_run r = {.program = p, .way = way, .tally = tally};
    uint64_t lost = 0;
    while (!tally->ended && lost < OOM_MOST_LOSSES) {
        int status = 0;
        fflush(stdout);
        pid_t child = fork();
        if (child < 0)
            must(NULL);
        if (child == 0)
            oom_try(&r, most);
        waitpid(child, &status, 0);
        if (tally->ended)
            break;
        oom_say(&r, status);
        tally->wrong[0] = '\0';
        lost++;
    }
    return lost;
}

static uint64_t oom_way(enum oom_way way, uint64_t by_chance, uint64_t most,
                        struct oom_tally *shared) {
    uint64_t injected = 0, felt = 0, lost = 0;
    for (size_t i = 0; i < program_count(by_chance); i++) {
        struct program *p = program_new(i, by_chance, false);
        memset(shared, 0, sizeof *shared);
        lost += oom_program(p, way, most, shared);
        injected += shared->injected;
        felt += shared->felt;
        program_free(p);
    }
    if (injected)
        printf("%s: %zu programs, %s: %" PRIu64 " faults, of which %" PRIu64 " were felt; %" PRIu64
               " losses\n",
               heap_strategy.name, program_count(by_chance), oom_words[way], injected, felt, lost);
    char what[128];
    (void)snprintf(what, sizeof what, "out of memory: %s", oom_words[way]);
    if (injected)
        endure_tally(what, injected, lost);
    return lost;
}

int endure_oom(int argc, char **argv) {
    uint64_t most = endure_number(argc, argv, "--most", 64);
    uint64_t by_chance = endure_number(argc, argv, "--chance", 100), lost = 0;
    struct oom_tally *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || !most)
        must(NULL);
    for (int way = 0; way < OOM_WAY_COUNT; way++)
        if (refuse_works() != (way == OOM_REQUEST)) // what a sanitizer takes for itself fails, too
            lost += oom_way((enum oom_way)way, by_chance, most, shared);
    return lost ? 1 : 0;
}
