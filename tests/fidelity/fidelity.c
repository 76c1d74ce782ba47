// fidelity.c - strategies with CPython's collector, or PHP's: run a cell, or a trace, and print the
// integers by which tests/fidelity compares them.
//
//   fidelity-NAME --workload W ...   a cell, with the flags of bench-NAME
//   fidelity-NAME TRACE A=B ...      a trace, with the tunables in its header, and these
//
// One line: collections/of/generations, collected, count, tracked/and/permanent, objects held, and
// how many lists the trace made; of PHP's: runs, collected, threshold, roots, and a digest of these
// at every mark. Or `skipped` and why. Exit status 77: the strategy has no such collector. The
// instrument that records prints nothing: its recording ends where others print.
//
// Nothing observes the heap while the program runs: no listener, no counters read, since in a real
// interpreter that makes objects, which count.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts/cpython/gc_state.h"
#include "parts/php/gc_status.h"
#include "runner/drive.h"
#include "runner/options.h"
#include "runner/reads.h"
#include "trace/apply.h"

enum { EXIT_NOT_CLAIMED = 77, MOST_TUNABLES = 64 };

static _Noreturn void fail(const char *what, const char *why) {
    fprintf(stderr, "fidelity-%s: %s: %s\n", heap_strategy.name, what, why);
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

static bool is_instrument(void) {
    return heap_strategy.traits & HEAP_INSTRUMENT;
}

// What has been seen so far at marks, in one number.
static uint32_t watch(struct heap *h, uint32_t seen) {
    struct gc_status s;
    heap_gc_status(h, &s);
    uint64_t now = s.runs + 3 * s.collected + 5 * s.threshold + 7 * s.roots;
    return (uint32_t)(seen * 31 + now);
}

static void print_status(struct heap *h, uint32_t seen) {
    struct gc_status s;
    heap_gc_status(h, &s);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %08" PRIx32 "\n", s.runs, s.collected,
           s.threshold, s.roots, seen);
}

static void print_state(struct heap *h, uint64_t lists, uint32_t seen) {
    struct gc_state s;
    struct heap_counters c;
    if (is_instrument())
        return;
    if (heap_gc_state)
        need(heap_gc_state(h, &s), "reading the state");
    heap_read_counters(h, &c);
    const char *broken = heap_verify(h);
    if (broken)
        fail("broken invariant", broken);
    if (heap_gc_status) {
        print_status(h, seen);
        return;
    }
    print_figures(s.collections, HEAP_GENERATIONS);
    print_figures(s.collected, HEAP_GENERATIONS);
    print_figures(s.count, HEAP_GENERATIONS);
    print_figures(s.tracked, HEAP_GENERATIONS + 1);
    printf("%" PRIu64 " %" PRIu64 "\n", c.objects_allocated - c.objects_freed, lists);
}

// ------------------------------------------------------------------------------------------- cells
static void nothing(void *context) {
    (void)context;
}

static void run_cell(const struct invocation_plan *plan) {
    const struct workload *w = plan->workload;
    struct mutator m = {.state = calloc(1, w->state_bytes + 1)};
    need(m.state ? drive_prepare(&m, plan) : ENOMEM, "preparation");
    m.heap = heap_new(&(struct heap_config){.tunables = plan->tunables});
    if (!m.heap || drive_enter(&m, plan))
        fail(w->name, strerror(ENOMEM));
    need(drive_setup(&m, plan), "set-up");
    need(drive_steps(&m, plan, 0, plan->steps, nothing, NULL), "steps");
    print_state(m.heap, 0, 0);
    if (w->teardown && !is_instrument())
        w->teardown(&m);
    heap_free(m.heap);
    free(m.state);
}

static void run_options(int argc, char **argv) {
    struct options o;
    char error[512];
    options_parse(&o, argc, argv);
    if (!o.plan)
        fail("usage", "--workload NAME ..., or the file of a trace");
    if (!reads_load(o.plan, o.input_path, error, sizeof error))
        fail("input", error);
    run_cell(o.plan);
    reads_free(o.plan);
    invocation_plan_free(o.plan);
}

// ------------------------------------------------------------------------------------------ traces
static void assign(double *values, char *text) {
    char *value = strchr(text, '=');
    if (value)
        *value++ = 0;
    const struct setting *s =
        setting_find(heap_strategy.tunables, heap_strategy.tunable_count, text);
    if (!s || !value || setting_parse(s, value, &values[s - heap_strategy.tunables]))
        fail(text, "accepted: a tunable of this strategy, =, and a value");
}

// A tunable that the trace names and the strategy has not would make another experiment of it.
static struct heap *new_heap(const struct trace *t, char **more) {
    double values[MOST_TUNABLES];
    const json_t *tunables = json_object_get(t->header, "tunables");
    size_t named = 0;
    for (size_t i = 0; i < heap_strategy.tunable_count; i++) {
        const struct setting *s = &heap_strategy.tunables[i];
        const json_t *value = json_object_get(tunables, s->name);
        values[i] = value ? json_number_value(value) : s->fallback;
        named += value != NULL;
    }
    if (named != json_object_size(tunables) && !is_instrument())
        fail(trace_text(t, "name"), "a tunable in its header is none of this strategy's");
    for (; *more; more++)
        assign(values, *more);
    return heap_new(&(struct heap_config){.tunables = values});
}

// How often an operation is in a trace.
static uint64_t count_of(const struct trace *t, unsigned number) {
    struct trace_op op;
    uint64_t n = 0;
    for (size_t at = 0; trace_next(t, &at, &op);)
        n += op.number == number;
    return n;
}

static void replay(const struct trace *t, char **more) {
    struct mutator m = {.heap = new_heap(t, more)};
    struct trace_run run;
    uint64_t done = 0;
    uint32_t seen = 0;
    if (!m.heap || !(m.registers = heap_enter(m.heap, t->registers)))
        fail("replay", strerror(ENOMEM));
    need(trace_run_init(&run, t, &m), "replay");
    while (!trace_run_ended(&run)) {
        need(trace_apply_step(&run, &done), "replay");
        if (heap_gc_status)
            seen = watch(m.heap, seen);
    }
    trace_run_free(&run);
    print_state(m.heap, count_of(t, TRACE_NEW_LIST), seen);
    heap_free(m.heap);
}

static void run_trace(const char *path, char **more) {
    char error[512];
    struct trace *t = trace_read(path, error, sizeof error);
    if (!t || !trace_check(t, error, sizeof error))
        fail(path, error);
    if (count_of(t, TRACE_UNFREEZE))
        puts("skipped gc.unfreeze puts the interpreter's own objects into the oldest generation, "
             "which the quarter rule measures");
    else
        replay(t, more);
    trace_free(t);
}

int main(int argc, char **argv) {
    if (!heap_gc_state && !heap_gc_status && !is_instrument())
        return EXIT_NOT_CLAIMED;
    if (argc < 2 || argv[1][0] == '-')
        run_options(argc, argv);
    else
        run_trace(argv[1], argv + 2);
    return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUN_FAILED;
}
