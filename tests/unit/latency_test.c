// latency_test.c - buckets, percentiles and the JSON form of base/latency.h and base/sparse.h.

#include "base/latency.h"
#include "base/sparse.h"

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

static struct sparse sparse_of(const struct latency *l) {
    struct sparse s = {0};
    s.word = latency_pack(l, &s.words);
    return s;
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
    struct sparse none = sparse_of(l);
    assert_true(sparse_percentile_by_time(&none, 50) == UINT64_MAX);
    for (int i = 0; i < 99; i++)
        latency_record(l, 10000);
    latency_record(l, 10000000);
    uint64_t top = latency_bucket_top(latency_bucket(10000));
    struct sparse s = sparse_of(l);
    assert_true(latency_percentile(l, 50) == top);
    assert_true(sparse_percentile_by_time(&s, 9) == top);
    assert_true(sparse_percentile_by_time(&s, 9.1) == 10000000);
    assert_true(sparse_percentile_by_time(&s, 50) == 10000000);
    assert_true(sparse_percentile_by_time(&s, 100) == 10000000);
    sparse_free(&none);
    sparse_free(&s);
    free(l);
}

static void percentiles_are_the_same_of_both(void **state) {
    (void)state;
    struct latency *l = empty();
    for (uint64_t i = 0; i < 100000; i++)
        latency_record(l, i * i % 1000003 + 1);
    struct sparse s = sparse_of(l);
    for (double p = 0; p <= 100; p += 0.37)
        assert_true(sparse_percentile(&s, p) == latency_percentile(l, p));
    assert_true(sparse_percentile(&s, 99.995) == UINT64_MAX);
    assert_true(sparse_percentile(&s, 100) == l->max_ns);
    sparse_free(&s);
    free(l);
}

static void merge_adds(void **state) {
    (void)state;
    struct latency *a = empty(), *b = empty();
    struct sparse into = {0}, again = {0};
    for (int i = 0; i < 30; i++) {
        latency_record(a, 10);
        latency_record(b, 3000);
    }
    latency_record(b, 2);
    struct sparse left = sparse_of(a), right = sparse_of(b);
    sparse_merge(&into, &left, right.word, right.words);
    for (int i = 0; i < 30; i++)
        latency_record(b, 10);
    struct sparse both = sparse_of(b);
    assert_int_equal(into.words, both.words);
    assert_memory_equal(into.word, both.word, both.words * sizeof *both.word);
    sparse_merge(&again, &into, NULL, 0); // an empty one changes nothing, not even the minimum
    assert_memory_equal(again.word, both.word, both.words * sizeof *both.word);
    sparse_reset(&left);
    sparse_merge(&again, &left, both.word, both.words);
    assert_memory_equal(again.word, both.word, both.words * sizeof *both.word);
    sparse_free(&into);
    sparse_free(&again);
    sparse_free(&left);
    sparse_free(&right);
    sparse_free(&both);
    free(a);
    free(b);
}

// Through JSON, and as it is packed for the database.
static void expect_round_trip(const struct latency *a) {
    struct latency *b = empty();
    struct sparse s = {0};
    json_t *json = latency_to_json(a);
    assert_non_null(json);
    assert_true(sparse_from_json(&s, json));
    latency_unpack(b, s.word, s.words);
    assert_memory_equal(a, b, sizeof *a);
    json_decref(json);
    sparse_free(&s);
    free(b);
}

static void json_round_trip(void **state) {
    (void)state;
    struct latency *a = empty();
    expect_round_trip(a);
    for (uint64_t ns = 1; ns < 50000000; ns = ns * 3 + 1)
        for (uint64_t i = 0; i <= ns % 4; i++)
            latency_record(a, ns);
    expect_round_trip(a);
    free(a);
}

static void buckets_may_come_in_any_order(void **state) {
    (void)state;
    struct sparse s = {0};
    json_t *json = json_loads("{\"count\":7,\"sum_ns\":30,\"min_ns\":1,\"max_ns\":9,"
                              "\"buckets\":[[9,1],[1,2],[5,1],[1,3]]}",
                              0, NULL);
    static const uint64_t expected[] = {7, 30, 1, 9, 1, 5, 5, 1, 9, 1};
    assert_true(sparse_from_json(&s, json));
    assert_int_equal(s.words, sizeof expected / sizeof *expected);
    assert_memory_equal(s.word, expected, sizeof expected);
    json_decref(json);
    sparse_free(&s);
}

// Of a cut one nothing is taken, but where the cut leaves a histogram: then it has fewer buckets.
static void bytes_are_what_the_words_were(void **state) {
    (void)state;
    uint64_t words[] = {7, UINT64_MAX, 0, 1ULL << 40, 0, 1, 127, 128, 28671, UINT64_MAX};
    const struct sparse s = {words, sizeof words / sizeof *words, 0};
    struct sparse back = {0};
    size_t bytes, whole = 0;
    unsigned char *packed = sparse_pack(&s, &bytes);
    assert_true(bytes < sizeof words / 2);
    assert_true(sparse_unpack(&back, packed, bytes));
    assert_int_equal(back.words, s.words);
    assert_memory_equal(back.word, words, sizeof words);
    for (size_t i = 0; i < bytes; i++) {
        unsigned char *cut = malloc(i + !i);
        memcpy(cut, packed, i);
        whole += sparse_unpack(&back, cut, i);
        free(cut);
    }
    assert_int_equal(whole, 3); // the head, and one and two buckets
    free(packed);
    sparse_free(&back);
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
    struct sparse s = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *json = json_loads(wrong[i], 0, NULL);
        assert_non_null(json);
        assert_false(sparse_from_json(&s, json));
        json_decref(json);
    }
    assert_false(sparse_from_json(&s, NULL));
    sparse_free(&s);
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
        cmocka_unit_test(percentiles_are_the_same_of_both),
        cmocka_unit_test(merge_adds),
        cmocka_unit_test(json_round_trip),
        cmocka_unit_test(buckets_may_come_in_any_order),
        cmocka_unit_test(bytes_are_what_the_words_were),
        cmocka_unit_test(json_that_is_no_histogram),
    };
    return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
