// fidelity.c - strategies with CPython's collector: run a cell, or replay a trace, and print
// the integers by which tests/fidelity compares them.
//
//   fidelity-NAME --workload W ...   a cell, with the flags of bench-NAME
//   fidelity-NAME TRACE              a recorded program
//
// One line: collections/of/generations, collected, count, tracked/and/permanent, objects held, and
// how many operations of the trace made lists; or `skipped` and why. Exit status 77: the strategy has
// no such collector.
//
// Nothing observes the heap while the program runs: no listener, no counters read, since in a real
// interpreter that makes objects, which count.
//
// A trace is int32 in the machine's byte order: a header of 8 (TRACE_MAGIC, registers, most slots,
// thresholds 0 .. 2, operations, 0), then four per operation, see enum operation.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts/cpython/gc_state.h"
#include "runner/options.h"

enum { TRACE_MAGIC = 0x43504743, TRACE_HEADER = 8, EXIT_NOT_CLAIMED = 77 };

// What the heap is asked for by an operation `code, a, b, c`; r[..] are registers.
enum operation {
    NEW,   // r[a] = a node of b slots
    SET,   // r[a].slot[b] = r[c]
    CLEAR, // r[a].slot[b] = empty
    GET,   // r[a] = r[b].slot[c]
    MOVE,  // r[a] = r[b]
    DROP,  // r[a] = empty
    COLLECT,
    FREEZE,
    UNFREEZE,
    DISABLE,
    ENABLE,
    THRESHOLDS, // gc.set_threshold(a, b, c)
    LIST,       // r[a] = a list of b empty elements
    TUPLE,      // from here on: tuples and dicts
};

struct trace {
    int32_t header[TRACE_HEADER];
    int32_t (*operations)[4];
    int32_t count;
    uint64_t lists;
};

static _Noreturn void fail(const char *what, const char *why) {
    fprintf(stderr, "fidelity-" HEAP_NAME ": %s: %s\n", what, why);
    exit(EXIT_RUN_FAILED);
}

static void need(int error, const char *what) {
    if (error)
        fail(what, strerror(error));
}

static void print_figures(const uint64_t *figures, size_t count) {
    for (size_t i = 0; i < count; i++)
        printf("%s%" PRIu64, i ? "/" : "", figures[i]);
    putchar(' ');
}

static void print_state(struct heap *h, uint64_t lists) {
    struct gc_state s;
    struct heap_counters c;
    need(heap_gc_state(h, &s), "reading the state");
    heap_read_counters(h, &c);
    const char *broken = heap_verify(h);
    if (broken)
        fail("broken invariant", broken);
    print_figures(s.collections, HEAP_GENERATIONS);
    print_figures(s.collected, HEAP_GENERATIONS);
    print_figures(s.count, HEAP_GENERATIONS);
    print_figures(s.tracked, HEAP_GENERATIONS + 1);
    printf("%" PRIu64 " %" PRIu64 "\n", c.objects_allocated - c.objects_freed, lists);
}

// -------------------------------------------------------------------------------------------- cells
static double *tunable(double *values, const char *name) {
    const struct setting *s =
        setting_find(heap_strategy.tunables, heap_strategy.tunable_count, name);
    if (!s)
        fail(name, "no such tunable");
    return &values[s - heap_strategy.tunables];
}

static int run_steps(struct mutator *m, const struct invocation_plan *plan) {
    uint64_t collect_every = (uint64_t)*tunable(plan->tunables, "collect_every");
    int error = 0;
    for (uint64_t i = 1; i <= plan->steps && !error; i++) {
        error = plan->workload->step(m);
        if (collect_every && i % collect_every == 0)
            heap_collect(m->heap, HEAP_GENERATIONS - 1);
    }
    return error;
}

static void run_cell(const struct invocation_plan *plan) {
    const struct workload *w = plan->workload;
    struct mutator m = {.heap = heap_new(&(struct heap_config){.tunables = plan->tunables}),
                        .params = plan->params,
                        .state = calloc(1, w->state_bytes + 1),
                        .input = plan->input,
                        .random = plan->seed};
    if (!m.heap || !m.state || !(m.registers = heap_enter(m.heap, w->registers)))
        fail(w->name, strerror(ENOMEM));
    need(w->prepare ? w->prepare(&m) : 0, "preparation");
    need(w->setup ? w->setup(&m) : 0, "set-up");
    if (*tunable(plan->tunables, "freeze_after_setup") != 0)
        heap_freeze(m.heap);
    need(run_steps(&m, plan), "steps");
    print_state(m.heap, 0);
    if (w->teardown)
        w->teardown(&m);
    heap_free(m.heap);
    free(m.state);
}

static void run_options(int argc, char **argv) {
    struct options o;
    struct input *input = NULL;
    char error[512];
    options_parse(&o, argc, argv);
    if (!o.plan)
        fail("usage", "--workload NAME ..., or the file of a trace");
    if (o.plan->workload->reads_input && !(input = input_read(o.input_path, error, sizeof error)))
        fail(o.input_path, error);
    o.plan->input = input;
    run_cell(o.plan);
    input_free(input);
    invocation_plan_free(o.plan);
}

// ------------------------------------------------------------------------------------------- traces
static void read_trace(struct trace *t, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        fail(path, strerror(errno));
    if (fread(t->header, sizeof t->header, 1, f) != 1 || t->header[0] != TRACE_MAGIC ||
        t->header[1] < 0 || t->header[6] < 0)
        fail(path, "not a trace");
    t->count = t->header[6];
    t->operations = malloc((size_t)t->count * sizeof *t->operations + 1);
    if (!t->operations)
        fail(path, strerror(ENOMEM));
    if (fread(t->operations, sizeof *t->operations, (size_t)t->count, f) != (size_t)t->count)
        fail(path, "ends before its last operation");
    fclose(f);
}

// Why the contract cannot follow the operation; NULL: it can.
static const char *outside(int32_t code) {
    switch (code) {
    case UNFREEZE:
        return "gc.unfreeze puts the interpreter's own objects into the oldest generation, which "
               "the "
               "quarter rule measures";
    case THRESHOLDS:
        return "gc.set_threshold: thresholds are tunables, fixed for the life of a heap";
    default:
        return code < 0 || code >= TUPLE ? "tuples and dicts: not objects of the contract" : NULL;
    }
}

// A wrong operand is a broken file, not a bug of the heap.
static struct heap_reg *operand(const struct trace *t, struct heap_reg *r, int32_t i) {
    if (i < 0 || i >= t->header[1])
        fail("trace", "an operand is no register");
    return &r[i];
}

static size_t slot_of(struct heap *h, const struct heap_reg *o, int32_t i) {
    if (heap_is_empty(h, o) || i < 0 || (size_t)i >= heap_length(h, o))
        fail("trace", "an operand is no slot");
    return (size_t)i;
}

// Complete before the old value is released, as everywhere.
static int make_list(struct heap *h, struct heap_reg *dst, struct heap_reg *scratch,
                     int32_t length) {
    int error = heap_new_list(h, &scratch[0]);
    for (int32_t i = 0; i < length && !error; i++)
        error = heap_append(h, &scratch[0], &scratch[1]);
    heap_copy(h, dst, &scratch[0]);
    heap_clear(h, &scratch[0]);
    return error;
}

// On registers and slots. scratch: two registers, empty before and after.
static int replay_access(struct heap *h, const struct trace *t, struct heap_reg *r,
                         const int32_t *op, struct heap_reg *scratch) {
    struct heap_reg *a = operand(t, r, op[1]);
    switch (op[0]) {
    case NEW:
        return heap_new_node(h, a, (size_t)op[2], 0);
    case LIST:
        return make_list(h, a, scratch, op[2]);
    case SET:
        heap_store(h, a, slot_of(h, a, op[2]), operand(t, r, op[3]));
        return 0;
    case CLEAR:
        heap_store(h, a, slot_of(h, a, op[2]), scratch);
        return 0;
    case GET:
        heap_load(h, a, operand(t, r, op[2]), slot_of(h, operand(t, r, op[2]), op[3]));
        return 0;
    case MOVE:
        heap_copy(h, a, operand(t, r, op[2]));
        return 0;
    default:
        heap_clear(h, a);
        return 0;
    }
}

static int replay_operation(struct heap *h, const struct trace *t, struct heap_reg *r,
                            const int32_t *op, struct heap_reg *scratch) {
    switch (op[0]) {
    case COLLECT:
        heap_collect(h, op[1]);
        return 0;
    case FREEZE:
        heap_freeze(h);
        return 0;
    case DISABLE:
    case ENABLE:
        heap_enable(h, op[0] == ENABLE);
        return 0;
    default:
        return replay_access(h, t, r, op, scratch);
    }
}

static struct heap *new_heap(const struct trace *t) {
    double values[64];
    for (size_t i = 0; i < heap_strategy.tunable_count; i++)
        values[i] = heap_strategy.tunables[i].fallback;
    *tunable(values, "threshold0") = t->header[3];
    *tunable(values, "threshold1") = t->header[4];
    *tunable(values, "threshold2") = t->header[5];
    return heap_new(&(struct heap_config){.tunables = values});
}

static void replay(struct trace *t) {
    for (int32_t i = 0; i < t->count; i++) {
        const char *why = outside(t->operations[i][0]);
        if (why) {
            printf("skipped %s\n", why);
            return;
        }
        t->lists += t->operations[i][0] == LIST;
    }
    struct heap *h = new_heap(t);
    size_t registers = (size_t)t->header[1];
    struct heap_reg *r = h ? heap_enter(h, registers + 2) : NULL;
    if (!r)
        fail("replay", strerror(ENOMEM));
    for (int32_t i = 0; i < t->count; i++)
        need(replay_operation(h, t, r, t->operations[i], r + registers), "replay");
    print_state(h, t->lists);
    heap_free(h);
}

int main(int argc, char **argv) {
    if (!heap_gc_state)
        return EXIT_NOT_CLAIMED;
    if (argc != 2 || argv[1][0] == '-') {
        run_options(argc, argv);
    } else {
        struct trace t = {0};
        read_trace(&t, argv[1]);
        replay(&t);
        free(t.operations);
    }
    return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUN_FAILED;
}
