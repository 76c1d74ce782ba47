// measuring_test.c - every strategy: what the runner measures is what a program did on purpose.
//
// The programs here use memory and time outside the heap, in amounts that are known, so that a
// figure which is taken at the wrong moment or on the wrong clock is seen.

#include "contract.h"

#include "base/clock.h"
#include "runner/invocation.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { MB = 1 << 20, PAGE = 4096 };

// ---------------------------------------------------------------------------------------- programs
static void touch_pages(unsigned char *p, size_t bytes) {
    for (size_t i = 0; i < bytes; i += PAGE)
        p[i] = 1;
}

// Resident for a moment, whatever malloc would do with it.
static int hold_for_a_moment(size_t bytes) {
    unsigned char *p =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return ENOMEM;
    touch_pages(p, bytes);
    return munmap(p, bytes);
}

struct table {
    unsigned char *bytes;
};

static int prepare_table(struct mutator *m) {
    struct table *t = m->state;
    assert_null(m->heap);
    t->bytes = mmap(NULL, 32 * MB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    touch_pages(t->bytes, 32 * MB);
    return 0;
}

static int setup_holds_64(struct mutator *m) {
    (void)m;
    return hold_for_a_moment(64 * MB);
}

static int step_holds_16(struct mutator *m) {
    (void)m;
    return hold_for_a_moment(16 * MB);
}

static void drop_table(struct mutator *m) {
    munmap(((struct table *)m->state)->bytes, 32 * MB);
}

static int step_sleeps(struct mutator *m) {
    (void)m;
    return nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
}

static int step_spins(struct mutator *m) {
    (void)m;
    for (uint64_t end = clock_thread_ns() + 20 * 1000 * 1000; clock_thread_ns() < end;)
        ;
    return 0;
}

// Sees, at its start, how many full collections there were.
struct witness {
    size_t steps;
    uint64_t collections[16];
};

static int step_looks(struct mutator *m) {
    struct witness *w = m->state;
    w->collections[w->steps++] = contract_counters(m->heap).collections_gen2;
    return 0;
}

static int setup_builds_and_collects(struct mutator *m) {
    contract_ok(heap_new_list(m->heap, &m->registers[0]));
    for (int i = 0; i < 100000 / CONTRACT_SCALE; i++) {
        contract_ok(heap_new_node(m->heap, &m->registers[1], 1, 0));
        contract_ok(heap_append(m->heap, &m->registers[0], &m->registers[1]));
    }
    heap_collect(m->heap, CONTRACT_FULL);
    heap_collect(m->heap, CONTRACT_FULL);
    return 0;
}

// -------------------------------------------------------------------------------------------- runs
static struct invocation *run_with(const struct workload *workload, uint64_t steps,
                                   const char *tunable, double value) {
    struct invocation_plan *plan = invocation_plan_new(workload);
    if (contract_has(tunable))
        contract_set(plan->tunables, tunable, value);
    struct invocation *inv = invocation_new(plan);
    assert_non_null(inv);
    contract_ok(invocation_setup(inv));
    contract_ok(invocation_steps(inv, steps));
    return inv;
}

static struct invocation *run(const struct workload *workload, uint64_t steps,
                              uint64_t collect_every) {
    return run_with(workload, steps, "collect_every", (double)collect_every);
}

static void end(struct invocation *inv) {
    struct invocation_plan *plan = (struct invocation_plan *)(uintptr_t)inv->plan;
    invocation_free(inv);
    invocation_plan_free(plan);
}

static uint64_t pauses_of(const struct pauses *p, uint64_t *longest_ns) {
    uint64_t count = 0;
    *longest_ns = 0;
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++) {
        assert_int_equal(p->wall[kind].count, p->cpu[kind].count);
        if (kind != HEAP_PAUSE_CASCADE)
            count += p->wall[kind].count;
        if (p->wall[kind].max_ns > *longest_ns)
            *longest_ns = p->wall[kind].max_ns;
    }
    return count;
}

// ------------------------------------------------------------------------------------------ memory
// statm may lag by some pages for each CPU.
enum { SLACK = 2 * MB };

static void memory_is_that_of_its_phase(void **state) {
    (void)state;
    const struct workload w = {.name = "memory",
                               .registers = 1,
                               .state_bytes = sizeof(struct table),
                               .prepare = prepare_table,
                               .setup = setup_holds_64,
                               .step = step_holds_16,
                               .teardown = drop_table};
    struct invocation *inv = run(&w, 3, 0);
    assert_true(inv->rss.baseline >= 32u * MB); // the program's own table
    assert_true(inv->rss.start < 32u * MB);     // which is in no other figure; an interpreter is
    if (inv->rss.peak_known)                    // the set-up's 64 MB are over
        assert_in_range(inv->rss.peak, inv->rss.start + 16u * MB - SLACK,
                        inv->rss.start + 16u * MB + SLACK);
    assert_in_range(inv->rss.end + SLACK, inv->rss.start, inv->rss.start + 2 * SLACK);
    invocation_finish(inv);
    assert_true(inv->rss.settled <= inv->rss.released + SLACK);
    end(inv);
}

// The set-up's objects are the heap's, not the program's own.
static void what_the_heap_holds_is_above_the_baseline(void **state) {
    (void)state;
    const struct workload w = {.name = "holds",
                               .registers = 2,
                               .state_bytes = sizeof(struct witness),
                               .setup = setup_builds_and_collects,
                               .step = step_looks};
    struct invocation *inv = run(&w, 3, 0);
    assert_true(inv->rss.start >= 1u * MB);
    end(inv);
}

// What the C library keeps after the program freed it is there before the purge alone. One block
// above the others pins them.
enum { PIECES = 160000, PIECE_BYTES = 100 };
struct pieces {
    void *list[PIECES];
    void *pin;
};

static int step_frees_below_a_piece(struct mutator *m) {
    struct pieces *b = m->state;
    for (size_t i = 0; i < PIECES; i++)
        touch_pages(b->list[i] = malloc(PIECE_BYTES), PIECE_BYTES);
    b->pin = malloc(PIECE_BYTES);
    for (size_t i = 0; i < PIECES; i++)
        free(b->list[i]);
    return 0;
}

static void drop_pin(struct mutator *m) {
    free(((struct pieces *)m->state)->pin);
}

static void purge_is_between_released_and_settled(void **state) {
    (void)state;
    const struct workload w = {.name = "freed",
                               .registers = 1,
                               .state_bytes = sizeof(struct pieces),
                               .step = step_frees_below_a_piece,
                               .teardown = drop_pin};
    struct invocation *inv = run(&w, 1, 0);
    invocation_finish(inv);
    assert_true(inv->rss.released >= inv->rss.settled + 10u * MB);
    end(inv);
}

// -------------------------------------------------------------------------------------------- time
static void a_step_that_sleeps_takes_no_cpu(void **state) {
    (void)state;
    const struct workload w = {.name = "sleeps", .registers = 1, .step = step_sleeps};
    struct invocation *inv = run(&w, 3, 0);
    assert_true(inv->end_ns - inv->start_ns >= 60u * 1000 * 1000);
    assert_true(inv->latency.min_ns >= 20u * 1000 * 1000);
    assert_true(inv->cpu.user_ns + inv->cpu.system_ns < (inv->end_ns - inv->start_ns) / 2);
    assert_in_range(inv->cpu.waits, 3, 20);
    end(inv);
}

static void a_step_that_spins_takes_both(void **state) {
    (void)state;
    const struct workload w = {.name = "spins", .registers = 1, .step = step_spins};
    struct invocation *inv = run(&w, 3, 0);
    uint64_t cpu = inv->cpu.user_ns + inv->cpu.system_ns;
    assert_true(inv->latency.min_ns >= 20u * 1000 * 1000);
    assert_true(cpu >= 59u * 1000 * 1000); // rusage rounds down to us
    assert_in_range(inv->cpu.waits, 0, 2);
    assert_true(inv->latency.sum_ns <= inv->end_ns - inv->start_ns);
    end(inv);
}

// A step of 20 us at 2000 a second; the third stops for 10 ms, in which some twenty more are due.
enum { DUE_STEPS = 100, STOPS = 3, STOP_NS = 10 * 1000 * 1000 };
static int step_stops_once(struct mutator *m) {
    uint64_t *done = m->state, end = clock_wall_ns() + 20000;
    if (++*done == STOPS)
        nanosleep(&(struct timespec){.tv_nsec = STOP_NS}, NULL);
    while (clock_wall_ns() < end)
        ;
    return 0;
}

static uint64_t steps_from(const struct latency *l, uint64_t ns) {
    uint64_t count = 0;
    for (unsigned i = latency_bucket(ns); i < LATENCY_BUCKETS; i++)
        count += l->bucket[i];
    return count;
}

static uint64_t sum_in(const json_t *record, const char *histogram) {
    return (uint64_t)json_integer_value(
        json_object_get(json_object_get(record, histogram), "sum_ns"));
}

// The steps after it say so, though none of them takes long. Waiting for a step to be due is no CPU
// time of steps.
static void a_stop_shows_in_the_response_of_later_steps(void **state) {
    (void)state;
    const struct workload w = {.name = "stops",
                               .registers = 1,
                               .state_bytes = sizeof(uint64_t),
                               .step = step_stops_once,
                               .steps = DUE_STEPS};
    struct invocation_plan *plan = invocation_plan_new(&w);
    plan->arrivals = 2000;
    struct invocation *inv = invocation_new(plan);
    contract_ok(invocation_setup(inv));
    struct clock_cpu cpu = clock_cpu_read();
    contract_ok(invocation_steps(inv, DUE_STEPS));
    cpu = clock_cpu_since(cpu, clock_cpu_read());
    const struct arrivals *a = &inv->arrivals;
    uint64_t held_up = steps_from(&a->response, STOP_NS / 4),
             long_ones = steps_from(&inv->latency, STOP_NS / 4);
    assert_int_equal(a->response.count, DUE_STEPS);
    assert_true(long_ones >= 1 && held_up >= long_ones + 8);
    assert_true(a->response.max_ns >= STOP_NS && inv->latency.max_ns >= STOP_NS);
    assert_true(a->response.sum_ns >= inv->latency.sum_ns);
    assert_true(a->slept_ns > 0 && a->cpu_ns > 0);
    assert_true(inv->wall_ns >= (uint64_t)a->due_ns);
    assert_true(inv->cpu.user_ns + inv->cpu.system_ns + a->cpu_ns <=
                cpu.user_ns + cpu.system_ns + 100000);
    json_t *record = invocation_record(inv);
    assert_true(json_real_value(json_object_get(record, "arrivals_per_second")) == 2000);
    assert_non_null(json_object_get(json_object_get(record, "backlog"), "saturated"));
    assert_int_equal(sum_in(record, "response"), a->response.sum_ns);
    assert_int_equal(sum_in(record, "latency"), inv->latency.sum_ns);
    json_decref(record);
    end(inv);
}

// -------------------------------------------------------------------------- collections and pauses
static void collections_by_hand_come_on_time(void **state) {
    (void)state;
    const struct workload w = {.name = "looks",
                               .registers = 2,
                               .state_bytes = sizeof(struct witness),
                               .setup = setup_builds_and_collects,
                               .step = step_looks};
    struct invocation *inv = run(&w, 10, 3);
    const struct witness *seen = inv->mutator.state;
    uint64_t before = inv->setup_counters.collections_gen2, longest;
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(seen->collections[i] - before, i / 3);
    assert_int_equal(contract_counters(inv->mutator.heap).collections_gen2 - before, 3);
    pauses_of(inv->pauses, &longest);
    assert_true(inv->latency.max_ns >= longest); // the step that waits for it is longer
    end(inv);
}

static void pauses_belong_to_their_phase(void **state) {
    (void)state;
    const struct workload w = {.name = "pauses",
                               .registers = 2,
                               .state_bytes = sizeof(struct witness),
                               .setup = setup_builds_and_collects,
                               .step = step_looks};
    struct invocation *inv = run(&w, 10, 3);
    uint64_t longest, in_setup = pauses_of(inv->setup_pauses, &longest);
    assert_true(in_setup >= 2);
    assert_true(longest > 0);
    assert_int_equal(pauses_of(inv->pauses, &longest), 3);
    invocation_finish(inv); // the last collection belongs to neither
    assert_int_equal(pauses_of(inv->setup_pauses, &longest), in_setup);
    assert_int_equal(pauses_of(inv->pauses, &longest), 3);
    end(inv);
}

static int setup_ties_a_cycle(struct mutator *m) {
    contract_ring(m->heap, m->registers, 100, false);
    return 0;
}

static int step_drops_and_collects(struct mutator *m) {
    heap_clear(m->heap, m->registers);
    heap_collect(m->heap, CONTRACT_FULL);
    return 0;
}

// No collection looks at what is frozen, so a cycle of the set-up stays when it is dropped.
static void what_the_setup_built_is_frozen(void **state) {
    (void)state;
    const struct workload w = {.name = "freezes",
                               .registers = 1,
                               .setup = setup_ties_a_cycle,
                               .step = step_drops_and_collects};
    for (int freeze = 0; freeze < 2; freeze++) {
        struct invocation *inv = run_with(&w, 1, "freeze_after_setup", freeze);
        assert_int_equal(contract_held(inv->mutator.heap), freeze ? 100 : 0);
        end(inv);
    }
}

// ------------------------------------------------------------------------------------------- leaks
enum { LEAK_PAYLOAD = 92 };

static int step_drops_a_cycle(struct mutator *m) {
    struct heap_reg *r = m->registers;
    contract_ok(heap_new_node(m->heap, r, 1, LEAK_PAYLOAD));
    heap_store(m->heap, r, 0, r);
    return 0;
}

// All is let go and collected first: what a collector frees then is no leak.
static void a_leak_is_what_nothing_can_free(void **state) {
    (void)state;
    const struct workload w = {.name = "leaks", .registers = 1, .step = step_drops_a_cycle};
    struct invocation *inv = run(&w, 10, 0);
    invocation_finish(inv);
    uint64_t leaked = contract_claims(HEAP_FREES_CYCLES) ? 0 : 10;
    assert_int_equal(inv->leaked_objects, leaked);
    assert_int_equal(inv->leaked_bytes, leaked * (LEAK_PAYLOAD + 8));
    end(inv);
}

// ----------------------------------------------------------------------------------------- unknown
// What a strategy does not tell is absent from the record; none is a number.
static void what_is_unknown_is_absent(void **state) {
    (void)state;
    const struct workload w = {.name = "unknown", .registers = 1, .step = step_drops_a_cycle};
    struct invocation *inv = run(&w, 10, 0);
    invocation_finish(inv);
    json_t *record = invocation_record(inv), *counters = json_object_get(record, "counters");
    const bool silent = contract_claims(HEAP_SILENT);
    assert_int_equal(json_object_get(record, "pauses") == NULL, silent);
    assert_int_equal(json_object_get(record, "pauses_cpu") == NULL, silent);
    assert_int_equal(json_object_get(record, "setup_pauses") == NULL, silent);
    assert_int_equal(json_object_get(record, "pause_events") == NULL, silent);
    assert_int_equal(json_object_get(record, "mmu") == NULL, silent);
#define COUNTER_IS_KNOWN(name, unit, kept, doc)                                                    \
    assert_int_equal(json_object_get(counters, #name) != NULL, inv->counters.name != HEAP_UNKNOWN);
    HEAP_COUNTERS(COUNTER_IS_KNOWN)
#undef COUNTER_IS_KNOWN
    json_decref(record);
    end(inv);
}

static void a_collection_announces_its_generation(void **state) {
    (void)state;
    for (int generation = 0; generation < HEAP_GENERATIONS; generation++) {
        struct contract_ear ear;
        struct heap *h = contract_new_heard(&ear);
        heap_collect(h, generation);
        int kind =
            contract_claims(HEAP_GENERATIONAL) ? HEAP_PAUSE_GEN0 + generation : HEAP_PAUSE_FULL;
        assert_int_equal(ear.pauses[kind], 1);
        assert_int_equal(contract_pauses(&ear), 1);
        heap_free(h);
    }
}

CONTRACT_TESTS {
    const bool collects = contract_claims(HEAP_FREES_CYCLES), announces = collects;
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("memory is that of its phase", true, memory_is_that_of_its_phase),
        CONTRACT_BARE_TEST("what the heap holds is above the baseline", CONTRACT_SCALE == 1,
                           what_the_heap_holds_is_above_the_baseline),
        CONTRACT_BARE_TEST("the purge is between released and settled", CONTRACT_SCALE == 1,
                           purge_is_between_released_and_settled),
        CONTRACT_BARE_TEST("a step that sleeps takes no CPU", true,
                           a_step_that_sleeps_takes_no_cpu),
        CONTRACT_BARE_TEST("a step that spins takes both", true, a_step_that_spins_takes_both),
        CONTRACT_BARE_TEST("a stop shows in the response of later steps", true,
                           a_stop_shows_in_the_response_of_later_steps),
        CONTRACT_BARE_TEST("collections by hand come on time",
                           collects && contract_has("collect_every"),
                           collections_by_hand_come_on_time),
        CONTRACT_BARE_TEST("pauses belong to their phase",
                           announces && contract_has("collect_every"),
                           pauses_belong_to_their_phase),
        CONTRACT_BARE_TEST("what the set-up built is frozen", contract_has("freeze_after_setup"),
                           what_the_setup_built_is_frozen),
        CONTRACT_BARE_TEST("a leak is what nothing can free", true,
                           a_leak_is_what_nothing_can_free),
        CONTRACT_BARE_TEST("what is unknown is absent", true, what_is_unknown_is_absent),
        CONTRACT_BARE_TEST("a collection announces its generation", announces,
                           a_collection_announces_its_generation),
    };
    return CONTRACT_RUN(tests);
}
