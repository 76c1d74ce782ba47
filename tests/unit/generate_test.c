// generate_test.c - programs by chance: whatever is drawn, changed or crossed is a trace that may
// be run.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fuzz/generate.h"

enum { SEEDS = 300, OPERATIONS = 120 };

struct file {
    unsigned char *bytes;
    size_t count;
};

static struct trace *good_trace(struct file f) {
    char error[256] = "";
    struct trace *t = trace_parse(f.bytes, f.count, "x", error, sizeof error);
    if (!t || !trace_check(t, error, sizeof error))
        fail_msg("%s", error);
    return t;
}

static struct trace *program(uint64_t seed) {
    struct file f;
    f.bytes = generate_program(seed, OPERATIONS, &f.count);
    struct trace *t = good_trace(f);
    free(f.bytes);
    return t;
}

static void programs_can_be_run(void **state) {
    (void)state;
    bool seen[TRACE_END] = {false};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct trace *t = program(seed);
        struct trace_op op;
        for (size_t at = 0; trace_next(t, &at, &op);)
            seen[op.number] = true;
        assert_int_equal(t->registers, FIT_REGISTERS);
        trace_free(t);
    }
    for (const struct trace_row *row = NULL; (row = trace_row_next(row));)
        if (!seen[row->number] && row->number != TRACE_CAPACITY)
            fail_msg("%s is never drawn", row->name);
}

static void a_seed_gives_the_same_again(void **state) {
    (void)state;
    struct file a, b, c;
    a.bytes = generate_program(7, OPERATIONS, &a.count);
    b.bytes = generate_program(7, OPERATIONS, &b.count);
    c.bytes = generate_program(8, OPERATIONS, &c.count);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.bytes, b.bytes, a.count);
    assert_true(a.count != c.count || memcmp(a.bytes, c.bytes, a.count) != 0);
    free(a.bytes);
    free(b.bytes);
    free(c.bytes);
}

// Generation after generation, each made of the last and of another.
static void mutants_can_be_run(void **state) {
    (void)state;
    struct trace *t = program(0);
    size_t longest = 0, others = 0;
    for (uint64_t seed = 1; seed < SEEDS; seed++) {
        struct trace *other = program(seed);
        struct file f;
        f.bytes = seed % 3 ? generate_mutant(seed, t, &f.count)
                           : generate_cross(seed, t, other, &f.count);
        struct trace *made = good_trace(f);
        longest = made->operations > longest ? made->operations : longest;
        others += made->operations != t->operations;
        free(f.bytes);
        trace_free(other);
        trace_free(t);
        t = made;
    }
    assert_true(others > SEEDS / 2);
    assert_true(longest > GENERATE_SHORT && longest <= 2 * GENERATE_LONGEST);
    trace_free(t);
}

static void of_nothing_comes_something(void **state) {
    (void)state;
    struct file f;
    f.bytes = generate_program(1, 0, &f.count);
    struct trace *t = good_trace(f);
    assert_int_equal(t->operations, 1);
    free(f.bytes);
    f.bytes = generate_cross(1, NULL, t, &f.count);
    trace_free(good_trace(f));
    free(f.bytes);
    f.bytes = generate_mutant(1, NULL, &f.count);
    trace_free(good_trace(f));
    free(f.bytes);
    trace_free(t);
}

// In what a program of operations that do not fit ends: those that were changed, and those left
// out.
static void operations_are_fitted(void **state) {
    (void)state;
    static const struct trace_op ops[] = {
        {TRACE_LOAD, {1, 2, 3}, NULL},       // there is no container yet
        {TRACE_NEW_NODE, {100, 2, 8}, NULL}, // register 100 % 24
        {TRACE_STORE, {3, 7, 4}, NULL},      // the node is the next container
        {TRACE_REGION_END, {0}, NULL},       // none is open: begins
        {TRACE_NEW_ATOM, {5, 8}, NULL},
        {TRACE_STORE, {4, 0, 5}, NULL},  // would outlive the region
        {TRACE_REGION_BEGIN, {0}, NULL}, // ends, and the atom goes first
        {TRACE_LEAVE, {0}, NULL},        // nothing to leave
    };
    static const unsigned expected[] = {TRACE_NEW_NODE, TRACE_STORE, TRACE_REGION_BEGIN,
                                        TRACE_NEW_ATOM, TRACE_CLEAR, TRACE_REGION_END};
    struct circumstances c = {1, 2, 3};
    struct file f;
    struct fit *fit = fit_new(c);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        fit_add(fit, &ops[i]);
    f.bytes = fit_finish(fit, &f.count);
    struct trace *t = good_trace(f);
    struct trace_op op;
    size_t n = 0;
    for (size_t at = 0; trace_next(t, &at, &op); n++)
        assert_int_equal(op.number, expected[n]);
    assert_int_equal(n, sizeof expected / sizeof *expected);
    assert_int_equal(circumstances_of(t).request, 3);
    trace_free(t);
    fit_free(fit);
    free(f.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_can_be_run),   cmocka_unit_test(a_seed_gives_the_same_again),
        cmocka_unit_test(mutants_can_be_run),    cmocka_unit_test(of_nothing_comes_something),
        cmocka_unit_test(operations_are_fitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
