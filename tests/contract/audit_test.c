// audit_test.c - every strategy: floating garbage is what a count by hand says.

#include "contract.h"

#include "runner/invocation.h"

enum { KEPT, MADE, REGISTERS };
enum { STEPS = 40, GARBAGE_BYTES = 100 };

// Live from the start: a list with room to spare, and what a walk must not count twice or at all.
static int keep_things(struct mutator *m) {
    struct heap_reg *kept = &m->registers[KEPT], *made = &m->registers[MADE];
    contract_ok(heap_new_list(m->heap, kept));
    contract_ok(heap_small_int(m->heap, made, 7)); // in no counter
    contract_ok(heap_append(m->heap, kept, made));
    contract_ok(heap_small_int(m->heap, made, 300));
    contract_ok(heap_append(m->heap, kept, made));
    contract_ok(heap_append(m->heap, kept, made)); // the same object again
    contract_ok(contract_atom(m->heap, made, 7));  // looks like a small int, and is none
    contract_ok(heap_append(m->heap, kept, made));
    contract_ok(heap_intern(m->heap, made, "interned", 8));
    contract_ok(heap_append(m->heap, kept, made)); // 5 elements in 8 slots
    heap_clear(m->heap, made);
    heap_enable(m->heap, m->params[0] != 0);
    return 0;
}

// One node that refers to itself, and is let go.
static int drop_cycle(struct mutator *m) {
    struct heap_reg *made = &m->registers[MADE];
    int error = heap_new_node(m->heap, made, 1, GARBAGE_BYTES - sizeof(void *));
    if (!error)
        heap_store(m->heap, made, 0, made);
    heap_clear(m->heap, made);
    return error;
}

static int drop_atom(struct mutator *m) {
    int error = heap_new_atom(m->heap, &m->registers[MADE], GARBAGE_BYTES);
    heap_clear(m->heap, &m->registers[MADE]);
    return error;
}

static const struct setting params[] = {{.name = "enabled", .max = 1, .unit = "", .doc = ""}};
static const struct workload cycles_program = {.name = "drop_cycle",
                                               .params = params,
                                               .param_count = 1,
                                               .registers = REGISTERS,
                                               .setup = keep_things,
                                               .step = drop_cycle};
static const struct workload atoms_program = {.name = "drop_atom",
                                              .params = params,
                                              .param_count = 1,
                                              .registers = REGISTERS,
                                              .setup = keep_things,
                                              .step = drop_atom};

static struct invocation_plan *plan_of(const struct workload *workload, bool enabled) {
    struct invocation_plan *plan = invocation_plan_new(workload);
    assert_non_null(plan);
    plan->params[0] = enabled;
    return plan;
}

// What a run left, its heap gone: some strategies have one at a time.
struct found {
    struct audit audit;
    struct heap_counters counters, setup_counters;
    uint64_t leaked, freed[HEAP_PAUSE_KINDS];
};

// Runs the plan as the runner does, with an audit of so many checkpoints.
static struct found run(struct invocation_plan *plan, uint64_t steps, uint64_t checkpoints) {
    plan->checkpoints = checkpoints;
    plan->audits = checkpoints > 0;
    struct invocation *inv = invocation_new(plan);
    assert_non_null(inv);
    contract_ok(invocation_setup(inv));
    contract_ok(invocation_steps(inv, steps));
    assert_int_equal(inv->audit.error, 0);
    invocation_finish(inv);
    struct found found = {inv->audit, inv->counters, inv->setup_counters, inv->leaked_objects, {0}};
    memcpy(found.freed, inv->pauses->freed, sizeof found.freed);
    invocation_free(inv);
    return found;
}

// Of the workload with collections disabled.
static struct audit audit(const struct workload *workload, uint64_t steps, uint64_t checkpoints) {
    struct invocation_plan *plan = plan_of(workload, false);
    struct audit a = run(plan, steps, checkpoints).audit;
    invocation_plan_free(plan);
    return a;
}

// After step i, i cycles float. With as many checkpoints as steps there is one after each.
static void cycles_float(void **state) {
    (void)state;
    struct audit a = audit(&cycles_program, STEPS, STEPS);
    assert_int_equal(a.checkpoints, STEPS);
    assert_int_equal(a.peak_objects, STEPS);
    assert_int_equal(a.peak_bytes, STEPS * GARBAGE_BYTES);
    assert_int_equal(a.average_objects, (STEPS + 1 + 1) / 2); // 20.5, rounded up
    assert_int_equal(a.average_bytes, (STEPS + 1) * GARBAGE_BYTES / 2);
    a = audit(&cycles_program, STEPS, 1000); // no more than there are steps
    assert_int_equal(a.checkpoints, STEPS);
    a = audit(&cycles_program, STEPS, 2); // one in either half
    assert_int_equal(a.checkpoints, 2);
    assert_in_range(a.peak_objects, STEPS / 2 + 1, STEPS);
    assert_in_range(a.average_objects, STEPS / 4, 3 * STEPS / 4 + 1);
}

static void nothing_floats(void **state) {
    (void)state;
    struct audit a = audit(&atoms_program, STEPS, STEPS);
    assert_int_equal(a.peak_objects, 0);
    assert_int_equal(a.peak_bytes, 0);
}

// The program collects before it drops the 31st cycle: 30 float before, one after.
static int drop_cycle_and_collect_once(struct mutator *m) {
    if (++*(size_t *)m->state == 31)
        heap_collect(m->heap, CONTRACT_FULL);
    return drop_cycle(m);
}

static void the_peak_is_the_most_of_all_moments(void **state) {
    (void)state;
    struct workload program = cycles_program;
    program.step = drop_cycle_and_collect_once;
    program.state_bytes = sizeof(size_t);
    struct audit a = audit(&program, STEPS, STEPS);
    assert_int_equal(a.peak_objects, 30);
    assert_int_equal(a.peak_bytes, 30 * GARBAGE_BYTES);
    assert_int_equal(a.average_objects, (30 * 31 / 2 + 10 * 11 / 2 + STEPS / 2) / STEPS);
}

// With collections: the heap does what it does when nobody looks.
static void looking_changes_nothing(void **state) {
    (void)state;
    uint64_t steps = 20000 / CONTRACT_SCALE;
    struct invocation_plan *plan = plan_of(&cycles_program, true);
    struct found plain = run(plan, steps, 0), first = run(plan, steps, 7),
                 again = run(plan, steps, 7);
    const struct audit *a = &first.audit;
    assert_null(audit_to_json(&plain.audit));
    assert_true(a->average_objects <= a->peak_objects && a->peak_objects <= steps);
    for (uint64_t i = 0, sum = 0; i < 7; i++) {
        assert_in_range(a->samples[i].step, i * steps / 7 + 1, (i + 1) * steps / 7);
        sum += a->samples[i].objects;
        assert_true(i < 6 || (sum + 3) / 7 == a->average_objects);
    }
    if (!contract_claims(HEAP_VARIES)) {
        assert_memory_equal(&first.counters, &plain.counters, sizeof plain.counters);
        assert_memory_equal(&first.setup_counters, &plain.setup_counters, sizeof plain.counters);
        assert_memory_equal(first.freed, plain.freed, sizeof plain.freed);
        assert_int_equal(first.leaked, plain.leaked);
        assert_int_equal(a->average_objects, again.audit.average_objects);
        assert_int_equal(a->peak_bytes, again.audit.peak_bytes);
        assert_memory_equal(a->samples, again.audit.samples, 7 * sizeof *a->samples);
    }
    invocation_plan_free(plan);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        // A stress build collects at every safepoint, whatever heap_enable said.
        // An oracle looks for what died at every mark, so nothing floats in it.
        CONTRACT_BARE_TEST("cycles that were dropped float, counted by hand",
                           !CONTRACT_STRESS && !contract_is_oracle(), cycles_float),
        CONTRACT_BARE_TEST("the peak is the most of all moments",
                           contract_claims(HEAP_FREES_CYCLES) && !CONTRACT_STRESS &&
                               !contract_is_oracle(),
                           the_peak_is_the_most_of_all_moments),
        CONTRACT_BARE_TEST("what is freed at once never floats",
                           contract_claims(HEAP_FREES_AT_ONCE), nothing_floats),
        CONTRACT_BARE_TEST("an audit repeats, and the heap is as without it", !contract_is_oracle(),
                           looking_changes_nothing),
    };
    return CONTRACT_RUN(tests);
}
