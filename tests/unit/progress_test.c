// progress_test.c - the line that says how long a run still takes, at times that are set.

#include "run/progress.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// The line after some of 100 invocations, which took so many seconds.
static void expect_line(size_t done, double spent_s, double budget_s, const char *expected) {
    FILE *file = tmpfile();
    char line[128] = "";
    struct progress p = progress_start(file, 100, budget_s);
    p.done = done;
    p.start_ns = clock_wall_ns() - (uint64_t)(spent_s * 1e9);
    p.printed_ns = 0;
    progress_show(&p, 1, 6, "a cell");
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(expected, line);
    fclose(file);
}

static void what_is_left_goes_by_what_was_done(void **state) {
    (void)state;
    expect_line(0, 10, 0, "block 2 of 6, 0 of 100\n");
    expect_line(50, 29.5, 0, "block 2 of 6, 50 of 100, 30 s left\n");
}

static void a_budget_is_the_most_until_it_is_used_up(void **state) {
    (void)state;
    expect_line(50, 29.5, 45, "block 2 of 6, 50 of 100, 16 s left\n");
    expect_line(50, 29.5, 1000, "block 2 of 6, 50 of 100, 30 s left\n");
    expect_line(50, 29.5, 29, "block 2 of 6, 50 of 100, 30 s left\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_goes_by_what_was_done),
        cmocka_unit_test(a_budget_is_the_most_until_it_is_used_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
