// change_test.c - where series change: hand-made ones, p-values from tables, and how often noise is
// taken for a change.

#include "base/change.h"
#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Student's table: t of 2.228 with 10 degrees of freedom is 5 %, 4.587 is 0.1 %.
static void chance_as_in_tables(void **state) {
    (void)state;
    // Two samples of 6 with variance 1 each (mean of squares), a distance of t * sqrt(2/6) apart.
    double a[6] = {-1, -1, -1, 1, 1, 1}, b[6];
    double deviation = sqrt(6.0 / 5.0); // of each, with n - 1
    double t[] = {2.228, 4.587}, p[] = {0.05, 0.001};
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 6; i++)
            b[i] = a[i] + t[k] * deviation * sqrt(2.0 / 6.0);
        assert_float_equal(p[k], change_chance(a, 6, b, 6), 0.0005 * p[k] / 0.05 + 2e-6);
    }
    double same[] = {3, 3, 3}, other[] = {4, 4};
    assert_float_equal(1, change_chance(same, 3, same, 2), 0);
    assert_float_equal(0, change_chance(same, 3, other, 2), 0);
}

static void steps_are_found(void **state) {
    (void)state;
    struct change changes[64];
    double exact[] = {7, 7, 7, 7, 8}, level[] = {5, 5, 5, 5, 5, 5};
    assert_int_equal(1, change_points(exact, 5, changes));
    assert_int_equal(4, changes[0].place);
    assert_true(changes[0].before == 7 && changes[0].after == 8 && changes[0].chance == 0);
    assert_int_equal(0, change_points(level, 6, changes));
    assert_int_equal(0, change_points(level, 0, changes));
    assert_int_equal(0, change_points(exact + 3, 2, changes)); // two values have no spread
    double series[30];
    for (int i = 0; i < 30; i++) // 100, from 10 on 110, from 20 on 90, all by 1 up and down
        series[i] = (i < 10 ? 100 : i < 20 ? 110 : 90) + (i % 2 ? 1 : -1);
    assert_int_equal(2, change_points(series, 30, changes));
    assert_int_equal(10, changes[0].place);
    assert_int_equal(20, changes[1].place);
    assert_true(changes[0].before == 100 && changes[0].after == 110 && changes[1].after == 90);
}

// The sum of 12 uniform numbers less 6 is nearly normal.
static double noise(uint64_t *state) {
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += (double)(random_next(state) >> 11) / 0x1p53;
    return sum;
}

// A place is chosen among 40, so that chance is larger than the 0.1 % of one test: 200 series of
// noise, and as many with a step of three standard deviations in the middle.
static void noise_is_no_change(void **state) {
    (void)state;
    uint64_t random = 1;
    struct change changes[40];
    double series[40];
    int alarms = 0, found = 0;
    for (int run = 0; run < 200; run++) {
        for (int i = 0; i < 40; i++)
            series[i] = 100 + noise(&random);
        alarms += change_points(series, 40, changes) > 0;
        for (int i = 20; i < 40; i++)
            series[i] += 3;
        size_t count = change_points(series, 40, changes);
        for (size_t i = 0; i < count; i++)
            if (changes[i].place >= 19 && changes[i].place <= 21) {
                found++;
                break;
            }
    }
    assert_in_range(alarms, 0, 200 * 6 / 100);
    assert_in_range(found, 190, 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chance_as_in_tables),
        cmocka_unit_test(steps_are_found),
        cmocka_unit_test(noise_is_no_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
