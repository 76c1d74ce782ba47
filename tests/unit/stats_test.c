// stats_test.c - medians and bootstrap intervals against values worked out by hand.

#include "base/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
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

static void median_leaves_values_alone(void **state) {
    (void)state;
    double values[] = {3, 1, 2};
    const double before[] = {3, 1, 2};
    stats_median(values, 3);
    assert_memory_equal(values, before, sizeof values);
}

static struct stats_interval interval_of(const double *values, size_t count, uint64_t seed) {
    struct stats_bootstrap *bootstrap = stats_bootstrap_new(count, seed);
    assert_non_null(bootstrap);
    struct stats_interval interval = stats_bootstrap_median(bootstrap, values);
    stats_bootstrap_free(bootstrap);
    return interval;
}

static void one_value_has_no_interval(void **state) {
    (void)state;
    struct stats_interval interval = interval_of((double[]){5}, 1, 1);
    assert_true(isnan(interval.low) && isnan(interval.high));
}

// Two values: the median of a resample is the lower one, the mean or the higher one with chances
// 1/4, 1/2 and 1/4, all above the 2.5 % that are cut.
static void two_values_are_the_interval(void **state) {
    (void)state;
    struct stats_interval interval = interval_of((double[]){8, 2}, 2, 1);
    assert_true(interval.low == 2 && interval.high == 8);
}

// An odd count n: P(median <= k-th value) = P(Binomial(n, k/n) > n/2).
//   n = 5: k = 1: 5.8 %                  -> from the smallest value
//   n = 7: k = 1: 1.0 %, k = 2: 11.3 %   -> from the second
//   n = 9: k = 1: 0.1 %, k = 2: 3.0 %    -> from the second
//   n = 11: k = 2: 0.7 %, k = 3: 5.0 %   -> from the third
// and from above likewise.
static void odd_counts_cut_known_ranks(void **state) {
    (void)state;
    const struct { size_t count, cut; } cases[] = {{5, 0}, {7, 1}, {9, 1}, {11, 2}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double values[11];
        for (size_t i = 0; i < cases[c].count; i++)
            values[i] = (double)((i * 4) % cases[c].count); // 0 .. count - 1 in another order
        struct stats_interval interval = interval_of(values, cases[c].count, 42);
        assert_true(interval.low == (double)cases[c].cut);
        assert_true(interval.high == (double)(cases[c].count - 1 - cases[c].cut));
    }
}

static void equal_values_have_no_width(void **state) {
    (void)state;
    struct stats_interval interval = interval_of((double[]){3, 3, 3, 3}, 4, 9);
    assert_true(interval.low == 3 && interval.high == 3);
}

static void same_seed_same_interval(void **state) {
    (void)state;
    double values[20];
    for (size_t i = 0; i < 20; i++)
        values[i] = sqrt((double)((i * 13) % 20));
    struct stats_interval a = interval_of(values, 20, 5), b = interval_of(values, 20, 5);
    assert_memory_equal(&a, &b, sizeof a);
    double median = stats_median(values, 20);
    assert_true(a.low < median && median < a.high);
    assert_true(a.low > 0 && a.high < sqrt(19));
}

// 95 % intervals of 15 draws from a known distribution hold its median in about 95 of 100 cases;
// for samples this small the percentile bootstrap covers a little less (93 to 96 % in longer runs).
static void intervals_cover_the_truth(void **state) {
    (void)state;
    enum { CASES = 2000, COUNT = 15 };
    struct stats_bootstrap *bootstrap = stats_bootstrap_new(COUNT, 1);
    uint64_t x = 88172645463325252u; // xorshift64 (Marsaglia 2003)
    int covered = 0;
    for (int c = 0; c < CASES; c++) {
        double values[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            values[i] = -log(((double)(x >> 11) + 0.5) * 0x1p-53); // exponential: median ln 2
        }
        struct stats_interval interval = stats_bootstrap_median(bootstrap, values);
        covered += interval.low <= log(2) && log(2) <= interval.high;
    }
    stats_bootstrap_free(bootstrap);
    assert_in_range(covered, CASES * 91 / 100, CASES * 98 / 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_of_few),
        cmocka_unit_test(median_leaves_values_alone),
        cmocka_unit_test(one_value_has_no_interval),
        cmocka_unit_test(two_values_are_the_interval),
        cmocka_unit_test(odd_counts_cut_known_ranks),
        cmocka_unit_test(equal_values_have_no_width),
        cmocka_unit_test(same_seed_same_interval),
        cmocka_unit_test(intervals_cover_the_truth),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
