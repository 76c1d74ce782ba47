// budget_test.c - what is cut of a run that takes longer than its budget: blocks to 6, then cells
// around the base, of the last block before others.

#include "base/must.h"
#include "base/text.h"
#include "run/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Two base cells of 2 s, three around it of 1 s, of which the last is a second name: a block takes
// 7 s, and 5 s were for what is observed.
static struct budget seven_seconds(double budget_s, uint64_t done) {
    json_t *manifest =
        json_pack("{s:i,s:[{s:s},{s:s},{s:s},{s:s},{s:s,s:b}]}", "base_cells", 2, "cells", "key",
                  "a", "key", "b", "key", "c", "key", "d", "key", "e", "again", 1);
    json_t *cell_s =
        json_pack("{s:f,s:f,s:f,s:f,s:f}", "a", 2., "b", 2., "c", 1., "d", 1., "e", 1.);
    return (struct budget){budget_s, manifest, cell_s, 5 + 7 * (double)done};
}

static void expect_fit(double budget_s, uint64_t blocks, uint64_t done, const char *expected) {
    struct budget b = seven_seconds(budget_s, done);
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

static void blocks_are_cut_first_and_cells_when_six_are_left(void **state) {
    (void)state;
    expect_fit(0, 10, 1, "10 [] 0");
    expect_fit(75, 10, 1, "10 [] 0");
    expect_fit(74, 10, 1, "10 [] 0"); // the first block is no measure
    expect_fit(74, 10, 2, "9 [] 0");
    expect_fit(47, 10, 1, "6 [] 0");
    expect_fit(45, 10, 1, "6 [] 0"); // only the sixth block does not fit whole
    expect_fit(41, 10, 2, "6 [] 0");
    expect_fit(40, 10, 2, "6 [\"d\"] 0");
    expect_fit(39, 10, 2, "6 [\"d\",\"c\"] 0");
    expect_fit(38, 10, 2, "6 [\"d\",\"c\"] 1");
}

static void the_first_block_cuts_what_the_second_has_no_time_for(void **state) {
    (void)state;
    expect_fit(39, 6, 1, "6 [] 0");
    expect_fit(38, 6, 1, "6 [\"d\"] 0");
    expect_fit(37, 6, 1, "6 [\"d\",\"c\"] 0");
    expect_fit(36, 6, 1, "6 [\"d\",\"c\"] 1");
}

static void the_last_block_gets_what_is_left(void **state) {
    (void)state;
    expect_fit(45, 6, 4, "6 [] 0");
    expect_fit(47, 6, 5, "6 [] 0");
    expect_fit(46, 6, 5, "6 [\"d\"] 0");
    expect_fit(45, 6, 5, "6 [\"d\",\"c\"] 0");
    expect_fit(44, 6, 5, "6 [\"d\",\"c\"] 1");
}

static void no_block_is_taken_back_and_no_plan_of_few_is_cut(void **state) {
    (void)state;
    expect_fit(20, 10, 8, "8 [] 0");
    expect_fit(28, 4, 1, "4 [\"d\"] 0");
}

// Cells of a second each, of which the first 8 are the base; the first block is dearer by a third,
// and observed for 10 s. Returns "CELLS x BLOCKS" of those around the base, and the seconds that
// all took.
static char *run_of(double budget_s, double first_factor) {
    enum { CELLS = 20, BASE = 8, BLOCKS = 6 };
    struct budget b = {budget_s, must(json_object()), must(json_object()), 10};
    uint64_t times[CELLS] = {0}, of[BLOCKS + 1] = {0}, blocks = BLOCKS;
    json_t *manifest = (json_t *)(uintptr_t)b.manifest, *cells = json_array(), *key;
    json_object_set_new(manifest, "base_cells", json_integer(BASE));
    json_object_set_new(manifest, "cells", cells);
    for (char name[] = "a"; *name < 'a' + CELLS; ++*name) {
        json_array_append_new(cells, json_pack("{s:s}", "key", name));
        json_object_set_new(b.cell_s, name, json_real(1));
    }
    for (uint64_t done = 0; done < blocks; done++) {
        struct budget_fit fit = {.cut = NULL};
        size_t i;
        if (done)
            fit = budget_fit(&b, blocks, done);
        json_array_foreach(fit.cut, i, key) json_object_del(b.cell_s, json_string_value(key));
        json_decref(fit.cut);
        for (i = 0; i < CELLS; i++) {
            const char name[] = {(char)('a' + i), 0};
            bool in = json_object_get(b.cell_s, name);
            double seconds = done ? 1 : first_factor;
            times[i] += in;
            b.spent_s += in ? seconds : 0;
            if (in)
                json_object_set_new(b.cell_s, name, json_real(seconds));
        }
    }
    for (size_t i = 0; i < CELLS; i++)
        of[times[i]] += i >= BASE;
    for (size_t i = 0; i < BASE; i++)
        assert_int_equal(times[i], BLOCKS);
    char *text =
        text_format("4 times %llu, 5 times %llu, 6 times %llu, %.0f s", (unsigned long long)of[4],
                    (unsigned long long)of[5], (unsigned long long)of[6], b.spent_s);
    json_decref(manifest);
    json_decref(b.cell_s);
    return text;
}

static void expect_run(double budget_s, double first_factor, const char *expected) {
    char *text = run_of(budget_s, first_factor);
    assert_string_equal(expected, text);
    free(text);
}

// All is 10 + 6 x 20 = 130 s, and 7 s more with a dear first block.
static void a_run_that_is_a_little_over_has_no_cell_that_runs_once(void **state) {
    (void)state;
    expect_run(130, 1, "4 times 0, 5 times 0, 6 times 12, 130 s");
    expect_run(125, 1, "4 times 0, 5 times 5, 6 times 7, 125 s");
    expect_run(118, 1, "4 times 0, 5 times 12, 6 times 0, 118 s");
    expect_run(110, 1, "4 times 8, 5 times 4, 6 times 0, 110 s");
    expect_run(137, 1.33, "4 times 0, 5 times 0, 6 times 12, 137 s");
    expect_run(134, 1.33, "4 times 0, 5 times 3, 6 times 9, 134 s");
}

static void what_is_cut_is_said(void **state) {
    (void)state;
    struct budget b = seven_seconds(38, 1);
    struct budget_fit fit = budget_fit(&b, 10, 1), none = budget_fit(&b, 4, 1);
    struct text text;
    text_open(&text);
    budget_say(&b, 10, 1, &fit, text.file);
    budget_say(&b, 4, 1, &none, text.file);
    text_close(&text);
    assert_string_equal(
        "note: a block takes 7 s, so 10 blocks would take longer than the budget of 38 s: running "
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
        cmocka_unit_test(the_first_block_cuts_what_the_second_has_no_time_for),
        cmocka_unit_test(the_last_block_gets_what_is_left),
        cmocka_unit_test(a_run_that_is_a_little_over_has_no_cell_that_runs_once),
        cmocka_unit_test(no_block_is_taken_back_and_no_plan_of_few_is_cut),
        cmocka_unit_test(what_is_cut_is_said)};
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
