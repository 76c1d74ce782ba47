// latency_test.c - buckets, percentiles and the JSON form of base/latency.h.

#include "base/latency.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct latency *empty(void) {
    struct latency *l = malloc(sizeof *l);
    assert_non_null(l);
    latency_reset(l);
    return l;
}

static void small_values_are_exact(void **state) {
    (void)state;
    for (uint64_t ns = 0; ns < 2048; ns++)
        assert_true(latency_bucket_top(latency_bucket(ns)) == ns);
}

// 2048 and 2049 share a bucket, 2050 is in the next; 4095 ends a bucket of width 2, 4096 .. 4099 is
// one of 4.
static void first_wide_buckets(void **state) {
    (void)state;
    assert_int_equal(latency_bucket(2048), latency_bucket(2049));
    assert_int_equal(latency_bucket(2050), latency_bucket(2049) + 1);
    assert_true(latency_bucket_top(latency_bucket(2048)) == 2049);
    assert_true(latency_bucket_top(latency_bucket(4095)) == 4095);
    assert_true(latency_bucket_top(latency_bucket(4096)) == 4099);
    assert_int_equal(latency_bucket(4100), latency_bucket(4096) + 1);
}

static void buckets_are_in_order_and_narrow(void **state) {
    (void)state;
    uint64_t below = 0; // top of the bucket before
    for (unsigned b = 1; b < LATENCY_BUCKETS; b++) {
        uint64_t top = latency_bucket_top(b);
        assert_int_equal(latency_bucket(top), b);
        assert_int_equal(latency_bucket(below + 1), b);
        assert_true((top - below - 1) * 1024 <= below + 1); // width - 1 against the lowest value
        below = top;
    }
    assert_true(below == ((uint64_t)1 << LATENCY_TOP_BITS) - 1);
}

static void huge_values_saturate(void **state) {
    (void)state;
    struct latency *l = empty();
    latency_record(l, UINT64_MAX / 2);
    assert_true(l->bucket[LATENCY_BUCKETS - 1] == 1);
    assert_true(l->max_ns == UINT64_MAX / 2); // the exact maximum is kept beside
    free(l);
}

static void record_keeps_extremes_and_sum(void **state) {
    (void)state;
    struct latency *l = empty();
    assert_true(l->count == 0 && l->min_ns == UINT64_MAX && l->max_ns == 0);
    latency_record(l, 300);
    latency_record(l, 100);
    latency_record(l, 5000);
    assert_true(l->count == 3 && l->sum_ns == 5400 && l->min_ns == 100 && l->max_ns == 5000);
    free(l);
}

// 1 .. 1000 ns, once each: p50 is 500, p90 900, p99 990, and p99.9 would have one value above it.
static void percentiles_of_a_ramp(void **state) {
    (void)state;
    struct latency *l = empty();
    for (uint64_t ns = 1; ns <= 1000; ns++)
        latency_record(l, ns);
    assert_true(latency_percentile(l, 0) == 1);
    assert_true(latency_percentile(l, 50) == 500);
    assert_true(latency_percentile(l, 90) == 900);
    assert_true(latency_percentile(l, 99) == 990); // exactly ten lie above: allowed
    assert_true(latency_percentile(l, 99.01) == UINT64_MAX);
    assert_true(latency_percentile(l, 99.9) == UINT64_MAX);
    assert_true(latency_percentile(l, 100) == 1000);
    free(l);
}

static void ten_values_must_lie_above(void **state) {
    (void)state;
    struct latency *l = empty();
    assert_true(latency_percentile(l, 50) == UINT64_MAX);
    assert_true(latency_percentile(l, 100) == UINT64_MAX); // nothing was recorded
    for (int i = 0; i < 19; i++)
        latency_record(l, 7);
    assert_true(latency_percentile(l, 50) == UINT64_MAX); // 9.5 of 19
    latency_record(l, 7);
    assert_true(latency_percentile(l, 50) == 7); // 10 of 20
    for (int i = 20; i < 10000; i++)
        latency_record(l, 7);
    assert_true(latency_percentile(l, 99.9) == 7);
    free(l);
}

// Between 4096 and 8191 a bucket holds 4 values: its top is 5003 for 5000, and 8003 for 8000. But
// no percentile is above the exact maximum.
static void wide_buckets_round_up(void **state) {
    (void)state;
    struct latency *l = empty();
    for (int i = 0; i < 80; i++)
        latency_record(l, 5000);
    for (int i = 0; i < 20; i++)
        latency_record(l, 8000);
    assert_true(latency_bucket_top(latency_bucket(5000)) == 5003);
    assert_true(latency_percentile(l, 50) == 5003);
    assert_true(latency_percentile(l, 90) == 8000);
    free(l);
}

// 99 steps of 10 us and one of 10 ms: 0.99 ms and 10 ms of 10.99 ms, so 9 % of the time is spent in
// the short ones.
static void a_stop_is_most_of_the_time(void **state) {
    (void)state;
    struct latency *l = empty();
    assert_true(latency_percentile_by_time(l, 50) == UINT64_MAX);
    for (int i = 0; i < 99; i++)
        latency_record(l, 10000);
    latency_record(l, 10000000);
    uint64_t top = latency_bucket_top(latency_bucket(10000));
    assert_true(latency_percentile(l, 50) == top);
    assert_true(latency_percentile_by_time(l, 9) == top);
    assert_true(latency_percentile_by_time(l, 9.1) == 10000000);
    assert_true(latency_percentile_by_time(l, 50) == 10000000);
    assert_true(latency_percentile_by_time(l, 100) == 10000000);
    free(l);
}

static void merge_adds(void **state) {
    (void)state;
    struct latency *a = empty(), *b = empty();
    for (int i = 0; i < 30; i++) {
        latency_record(a, 10);
        latency_record(b, 3000);
    }
    latency_record(b, 2);
    latency_merge(a, b);
    assert_true(a->count == 61 && a->min_ns == 2 && a->max_ns == 3000);
    assert_true(a->sum_ns == 30 * 10 + 30 * 3000 + 2);
    assert_true(latency_percentile(a, 25) == 10);
    assert_true(latency_percentile(a, 75) == 3000);
    latency_reset(b);
    latency_merge(a, b); // an empty one changes nothing, not even the minimum
    assert_true(a->count == 61 && a->min_ns == 2);
    free(a);
    free(b);
}

static void json_round_trip(void **state) {
    (void)state;
    struct latency *a = empty(), *b = empty();
    for (uint64_t ns = 1; ns < 50000000; ns = ns * 3 + 1)
        for (uint64_t i = 0; i <= ns % 4; i++)
            latency_record(a, ns);
    json_t *json = latency_to_json(a);
    assert_non_null(json);
    assert_int_equal(latency_from_json(b, json), 0);
    assert_memory_equal(a, b, sizeof *a);
    json_decref(json);
    size_t words;
    uint64_t *packed = latency_pack(a, &words);
    latency_reset(b);
    latency_unpack(b, packed, words);
    assert_memory_equal(a, b, sizeof *a); // packed for the database, too
    free(packed);
    latency_reset(a);
    json = latency_to_json(a);
    assert_int_equal(latency_from_json(b, json), 0);
    assert_memory_equal(a, b, sizeof *a); // also when empty
    json_decref(json);
    free(a);
    free(b);
}

static void json_that_is_no_histogram(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "[]",
        "{}",
        "{\"count\":1,\"sum_ns\":1,\"min_ns\":1,\"max_ns\":1}",
        "{\"count\":2,\"sum_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[1,1]]}",
        "{\"count\":1,\"sum_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[1,-1],[2,2]]}",
        "{\"count\":1,\"sum_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[1,1]}",
    };
    struct latency *l = empty();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *json = json_loads(wrong[i], 0, NULL);
        assert_non_null(json);
        assert_int_equal(latency_from_json(l, json), EINVAL);
        json_decref(json);
    }
    assert_int_equal(latency_from_json(l, NULL), EINVAL);
    free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(first_wide_buckets),
        cmocka_unit_test(buckets_are_in_order_and_narrow),
        cmocka_unit_test(huge_values_saturate),
        cmocka_unit_test(record_keeps_extremes_and_sum),
        cmocka_unit_test(percentiles_of_a_ramp),
        cmocka_unit_test(ten_values_must_lie_above),
        cmocka_unit_test(wide_buckets_round_up),
        cmocka_unit_test(a_stop_is_most_of_the_time),
        cmocka_unit_test(merge_adds),
        cmocka_unit_test(json_round_trip),
        cmocka_unit_test(json_that_is_no_histogram),
    };
    return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
