// stats_test.c - medians and their intervals against values worked out by hand.

#include "base/random.h"
#include "base/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void median_of_few(void **state) {
    (void)state;
    assert_true(isnan(stats_median(NULL, 0)));
    assert_true(stats_median((double[]){7}, 1) == 7);
    assert_true(stats_median((double[]){4, 1}, 2) == 2.5);
    assert_true(stats_median((double[]){9, -1, 5}, 3) == 5);
    assert_true(stats_median((double[]){8, 2, 6, 4}, 4) == 5);
}

static void values_are_left_alone(void **state) {
    (void)state;
    double values[] = {3, 1, 2};
    const double before[] = {3, 1, 2};
    stats_median(values, 3);
    stats_of_median(values, 3);
    assert_memory_equal(values, before, sizeof values);
}

static void one_value_has_no_interval(void **state) {
    (void)state;
    struct stats_interval interval = stats_of_median((double[]){5}, 1);
    assert_true(isnan(interval.low) && isnan(interval.high));
    assert_int_equal(stats_rank(1), 0);
    assert_true(isnan(stats_coverage(1)) && isnan(stats_coverage(0)));
}

// By hand: the sum of the binomial coefficients below the rank, twice, over 2^n.
//   n = 7: 1 - 2 * 1 / 128; the second of 7 would give 1 - 2 * (1 + 7) / 128 = 87.5 %
//   n = 9: 1 - 2 * (1 + 9) / 512        n = 13: 1 - 2 * (1 + 13 + 78) / 8192
//   n = 20: 1 - 2 * (1 + 20 + 190 + 1140 + 4845 + 15504) / 1048576
static void ranks_are_those_of_the_binomial_distribution(void **state) {
    (void)state;
    const struct {
        size_t count, rank;
        double coverage;
    } cases[] = {{2, 1, 0.5},         {3, 1, 0.75},          {5, 1, 0.9375},
                 {6, 1, 62.0 / 64},   {7, 1, 126.0 / 128},   {8, 1, 254.0 / 256},
                 {9, 2, 492.0 / 512}, {13, 3, 8008. / 8192}, {20, 6, 1005176.0 / 1048576}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        assert_int_equal(stats_rank(cases[c].count), cases[c].rank);
        assert_true(fabs(stats_coverage(cases[c].count) - cases[c].coverage) < 1e-12);
    }
}

// As many as a column may have: 2^-n has long become 0. The normal approximation gives the rank
// n / 2 - 1.96 * sqrt(n) / 2.
static void large_counts_do_not_underflow(void **state) {
    (void)state;
    size_t rank = stats_rank(12000);
    assert_in_range(rank, 5892 - 2, 5892 + 2);
    assert_true(stats_coverage(12000) >= 0.95 && stats_coverage(12000) < 0.952);
}

// 0 .. count - 1 in another order, so that a value is its rank less 1.
static struct stats_interval interval_of_ranks(size_t count, size_t stride) {
    double values[20];
    for (size_t i = 0; i < count; i++)
        values[i] = (double)(i * stride % count);
    return stats_of_median(values, count);
}

static void intervals_are_values_of_the_sample(void **state) {
    (void)state;
    const struct {
        size_t count, stride;
        double low, high; // ranks less 1
    } cases[] = {{2, 1, 0, 1}, {6, 5, 0, 5},   {7, 4, 0, 6},
                 {9, 4, 1, 7}, {13, 5, 2, 10}, {20, 7, 5, 14}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct stats_interval interval = interval_of_ranks(cases[c].count, cases[c].stride);
        assert_true(interval.low == cases[c].low && interval.high == cases[c].high);
    }
    struct stats_interval equal = stats_of_median((double[]){3, 3, 3, 3}, 4);
    assert_true(equal.low == 3 && equal.high == 3);
}

// Exponential, of which the median is ln 2.
static double draw(uint64_t *state) {
    return -log(((double)(random_next(state) >> 11) + 0.5) * 0x1p-53);
}

// The share of intervals that hold the median. Of 20,000 cases the figure is within 0.01 of the
// truth, three standard deviations of it for 3 values, more for more.
static double simulated_coverage(size_t count, uint64_t seed) {
    enum { CASES = 20000 };
    size_t covered = 0;
    for (int c = 0; c < CASES; c++) {
        double values[20];
        for (size_t i = 0; i < count; i++)
            values[i] = draw(&seed);
        struct stats_interval interval = stats_of_median(values, count);
        covered += interval.low <= log(2) && log(2) <= interval.high;
    }
    return (double)covered / CASES;
}

static void intervals_cover_what_they_say(void **state) {
    (void)state;
    const size_t counts[] = {3, 5, 6, 7, 9, 13, 20};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        double simulated = simulated_coverage(counts[c], counts[c]);
        assert_true(fabs(simulated - stats_coverage(counts[c])) < 0.01);
        assert_true(counts[c] < STATS_FULL_COVERAGE || simulated > 0.945);
    }
}

// From tables of t: what 5 % (and 1 %) lie beyond, and of 1 and 2 degrees the closed forms.
static void tails_are_those_of_tables(void **state) {
    (void)state;
    const struct {
        size_t freedom;
        double t, tail;
    } cases[] = {{1, 1, 0.5},        {1, 12.7062, 0.05}, {2, 4.30265, 0.05},  {3, 3.18245, 0.05},
                 {5, 2.57058, 0.05}, {5, 4.03214, 0.01}, {10, 2.22814, 0.05}, {30, 2.04227, 0.05}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        assert_true(fabs(stats_tail(cases[c].t, cases[c].freedom) - cases[c].tail) < 1e-5);
        assert_true(stats_tail(-cases[c].t, cases[c].freedom) ==
                    stats_tail(cases[c].t, cases[c].freedom));
    }
    assert_true(stats_tail(0, 7) == 1);
    double far = stats_tail(100, 5); // t to the power of -5, far out
    assert_true(far > 1e-9 && far < 3e-9);
}

static void pairs_differ_by_more_than_their_spread(void **state) {
    (void)state;
    const double logs[] = {0.1, 0.12, 0.08, 0.11, 0.09, 0.1};
    double spread = stats_spread(logs, 6);
    assert_true(fabs(spread - sqrt(0.001 / 5)) < 1e-12);
    assert_true(isnan(stats_spread(logs, 1)) && isnan(stats_paired(1, 1, 1)));
    assert_true(stats_paired(0.1, spread, 6) < 1e-4);
    assert_true(stats_paired(0.1, 0.3, 6) > 0.4);
    assert_true(stats_paired(0.001, 0, 2) == 0 && stats_paired(0, 0, 2) == 1);
    assert_true(isnan(stats_paired(0, NAN, 3)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_of_few),
        cmocka_unit_test(values_are_left_alone),
        cmocka_unit_test(one_value_has_no_interval),
        cmocka_unit_test(ranks_are_those_of_the_binomial_distribution),
        cmocka_unit_test(large_counts_do_not_underflow),
        cmocka_unit_test(intervals_are_values_of_the_sample),
        cmocka_unit_test(intervals_cover_what_they_say),
        cmocka_unit_test(tails_are_those_of_tables),
        cmocka_unit_test(pairs_differ_by_more_than_their_spread),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
