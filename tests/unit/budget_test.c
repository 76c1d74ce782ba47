// budget_test.c - what is cut of a run that takes longer than its budget: blocks to 6, then cells around the base.

#include "base/text.h"
#include "run/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Two base cells of 2 s, three around it of 1 s, of which the last is a second name: a block takes 7 s.
static struct budget seven_seconds(double budget_s) {
    json_t *manifest =
        json_pack("{s:i,s:[{s:s},{s:s},{s:s},{s:s},{s:s,s:b}]}", "base_cells", 2, "cells", "key",
                  "a", "key", "b", "key", "c", "key", "d", "key", "e", "again", 1);
    json_t *cell_s =
        json_pack("{s:f,s:f,s:f,s:f,s:f}", "a", 2., "b", 2., "c", 1., "d", 1., "e", 1.);
    return (struct budget){budget_s, manifest, cell_s, 5};
}

static void expect_fit(double budget_s, uint64_t blocks, uint64_t done, const char *expected) {
    struct budget b = seven_seconds(budget_s);
    struct budget_fit fit = budget_fit(&b, blocks, done);
    char *cut = json_dumps(fit.cut, JSON_COMPACT);
    char *text = text_format("%llu %s %.0f", (unsigned long long)fit.blocks, cut, fit.late_s);
    assert_string_equal(expected, text);
    free(text);
    free(cut);
    json_decref(fit.cut);
    json_decref((json_t *)(uintptr_t)b.manifest);
    json_decref(b.cell_s);
}

// 5 s of the budget are for what is observed.
static void blocks_are_cut_first_and_cells_when_six_are_left(void **state) {
    (void)state;
    expect_fit(0, 10, 1, "10 [] 0");
    expect_fit(75, 10, 1, "10 [] 0");
    expect_fit(74, 10, 1, "9 [] 0");
    expect_fit(47, 10, 1, "6 [] 0");
    expect_fit(46, 10, 1, "6 [\"d\"] 0");
    expect_fit(38, 10, 1, "6 [\"d\",\"c\"] 0");
    expect_fit(36, 10, 1, "6 [\"d\",\"c\"] 1");
}

static void no_block_is_taken_back_and_no_plan_of_few_is_cut(void **state) {
    (void)state;
    expect_fit(20, 10, 8, "8 [] 41");
    expect_fit(27, 4, 1, "4 [\"d\",\"c\"] 0");
    expect_fit(20, 1, 1, "1 [] 0");
}

static void what_is_cut_is_said(void **state) {
    (void)state;
    struct budget b = seven_seconds(46);
    struct budget_fit fit = budget_fit(&b, 10, 1), none = budget_fit(&b, 4, 1);
    struct text text;
    text_open(&text);
    budget_say(&b, 10, &fit, text.file);
    budget_say(&b, 4, &none, text.file);
    text_close(&text);
    assert_string_equal(
        "note: a block takes 7 s, so 10 blocks would take longer than the budget of 46 s: running "
        "6, "
        "with wider intervals; 1 cell around the base runs once, without an interval (--budget 0 "
        "runs all; --workload and --strategy run less)\n",
        text.data);
    text_free(&text);
    json_decref(fit.cut);
    json_decref(none.cut);
    json_decref((json_t *)(uintptr_t)b.manifest);
    json_decref(b.cell_s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_cut_first_and_cells_when_six_are_left),
        cmocka_unit_test(no_block_is_taken_back_and_no_plan_of_few_is_cut),
        cmocka_unit_test(what_is_cut_is_said)};
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
