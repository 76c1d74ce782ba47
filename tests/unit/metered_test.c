// metered_test.c - metered latency against values worked out by hand, and against every pair of
// steps looked at.

#include "base/metered.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MS = 1000000 };

static struct metered took(const uint64_t *service_ns, size_t count) {
    struct metered m;
    metered_open(&m, count);
    for (size_t i = 0; i < count; i++)
        metered_note(&m, service_ns[i]);
    return m;
}

// Starts 0 10 20 120 130 become 0 32 65 97 130; the step after the long one counts 130 - 97.
static void of_the_whole_run(void **state) {
    (void)state;
    const uint64_t service[] = {10, 10, 100, 10, 10};
    struct metered m = took(service, 5);
    struct latency *l = malloc(sizeof *l);
    metered_latency(&m, 0, l);
    assert_int_equal(5, l->count);
    assert_int_equal(3, l->bucket[10]);
    assert_int_equal(1, l->bucket[33]);
    assert_int_equal(1, l->bucket[100]);
    // 40 ns around 120: from the step at 120 on to the last, at 130: evenly there, it starts at 120
    metered_latency(&m, 40, l);
    assert_int_equal(4, l->bucket[10]);
    assert_int_equal(1, l->bucket[100]);
    free(l);
    metered_close(&m);
}

static uint64_t slowly(const struct metered *m, size_t i, uint64_t window) {
    size_t n = m->count, lo = 0, hi = n - 1;
    double start = i ? (double)m->end_ns[i - 1] : 0, half = (double)(window / 2);
#define START(j) ((j) ? (double)m->end_ns[(j)-1] : 0.0)
    if (window) {
        for (lo = 0; lo + 1 < n && START(lo) < start - half; lo++)
            ;
        for (hi = 0; hi + 1 < n && START(hi) < start + half; hi++)
            ;
    }
    double even = hi > lo
                      ? START(lo) + (double)(i - lo) * (START(hi) - START(lo)) / (double)(hi - lo)
                      : start;
#undef START
    return m->end_ns[i] - (uint64_t)(even < start ? even : start);
}

static void as_each_step_by_itself(void **state) {
    (void)state;
    enum { STEPS = 300 };
    uint64_t service[STEPS], random = 5;
    for (size_t i = 0; i < STEPS; i++)
        service[i] = random_next(&random) % 50 ? random_next(&random) % 1000 : 100000;
    struct metered m = took(service, STEPS);
    struct latency *l = malloc(sizeof *l), *expected = malloc(sizeof *l);
    for (uint64_t window = 0; window <= 40000; window += 10000) {
        metered_latency(&m, window, l);
        latency_reset(expected);
        for (size_t i = 0; i < STEPS; i++)
            latency_record(expected, slowly(&m, i, window));
        assert_memory_equal(expected, l, sizeof *l);
    }
    free(l);
    free(expected);
    metered_close(&m);
}

static json_int_t figure(const json_t *metered, const char *window, const char *name) {
    return json_integer_value(json_object_get(json_object_get(metered, window), name));
}

// A stop of 4 ms among 20000 steps of 10 us. Around those of the first 1 ms after it a window of 10
// ms reaches back to steps before it, and only 100 of them say so; a wider one has thousands say
// so. One that is longer than the run is absent.
static void a_wider_window_tells_more_of_a_stop(void **state) {
    (void)state;
    enum { STEPS = 20000 };
    uint64_t *service = calloc(STEPS, sizeof *service);
    for (size_t i = 0; i < STEPS; i++)
        service[i] = i == STEPS / 2 ? 4 * MS : 10000;
    struct metered m = took(service, STEPS);
    json_t *json = metered_to_json(&m);
    assert_in_range(figure(json, "10ms", "p99_ns"), 10000, 20000);
    assert_in_range(figure(json, "10ms", "p999_ns"), MS, 4 * MS);
    assert_int_equal(figure(json, "10ms", "max_ns"), 4 * MS);
    assert_true(figure(json, "10ms", "p999_ns") < 4 * MS);
    assert_in_range(figure(json, "100ms", "p99_ns"), MS, 4 * MS);
    assert_in_range(figure(json, "whole", "p99_ns"), MS, 4 * MS);
    assert_in_range(figure(json, "whole", "p50_ns"), 10000, 20000);
    assert_null(json_object_get(json, "1s"));
    json_decref(json);
    metered_close(&m);
    free(service);
}

static void more_steps_than_room_are_unknown(void **state) {
    (void)state;
    const uint64_t service[] = {1, 2, 3};
    struct metered m = took(service, 3);
    metered_note(&m, 4);
    assert_null(metered_to_json(&m));
    metered_close(&m);
    metered_open(&m, (uint64_t)1 << 40);
    metered_note(&m, 4);
    assert_null(metered_to_json(&m));
    metered_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_whole_run),
        cmocka_unit_test(as_each_step_by_itself),
        cmocka_unit_test(a_wider_window_tells_more_of_a_stop),
        cmocka_unit_test(more_steps_than_room_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
