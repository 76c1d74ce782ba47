// plane_test.c - policies that are simulated on a recording of a few objects, and the cost model: what is fitted to runs whose
// collections take what a law says gives that law's sums at other settings.

#include "advise/advice.h"
#include "recording/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 12000, PASSING = 60000, WORDS = 8 };

static const char header[] =
    "{\"source\": \"test\", \"exact\": true, \"generations\": [0, 0, 0], \"counts\": [0, 0, 0], "
    "\"thresholds\": [700, 10, 10], \"pending\": 0, \"total\": 0}";

static void bear(struct recording_writer *w) {
    recording_event(w, RECORDING_CONTAINER);
    recording_number(w, WORDS);
    recording_number(w, 0);
}

// So many containers stay; then come others, of which the last 100 are alive.
static struct model *record(void) {
    char path[] = "/tmp/plane_test.XXXXXX", error[200];
    struct recording_writer w;
    close(mkstemp(path));
    assert_int_equal(recording_begin(&w, path, header), 0);
    for (int i = 0; i < KEPT; i++)
        bear(&w);
    for (int i = 0; i < PASSING; i++) {
        bear(&w);
        if (i < 100)
            continue;
        recording_event(&w, RECORDING_FREED); // slots are taken again, the last one freed first
        recording_number(&w, KEPT + (i == 100 ? 0 : 100));
    }
    assert_int_equal(recording_end(&w, "{}"), 0);
    struct model *m = model_read(path, error, sizeof error);
    unlink(path);
    assert_non_null(m);
    return m;
}

// 30 ns for a young object, 90 and 300 for older ones.
static double law(void *context, const struct simulate_collection *k) {
    static const double ns[MODEL_GENERATIONS] = {30, 90, 300};
    (void)context;
    return (double)k->examined * ns[k->generation];
}

struct noted {
    struct calibration_run run;
    double ns;
};

static void note(void *context, const struct simulate_collection *k) {
    struct noted *n = context;
    double ns = law(NULL, k);
    n->ns += ns;
    n->run.collections[k->generation]++;
    n->run.each = realloc(n->run.each, (n->run.count + 1) * sizeof *n->run.each);
    n->run.each[n->run.count++] =
        (struct calibration_collection){k->generation, (uint64_t)ns, k->found};
}

static struct noted run_at(const struct model *m, const struct simulate_deaths *deaths, uint32_t t0,
                           uint32_t t1, uint32_t t2) {
    struct noted n = {.run = {.threshold = {t0, t1, t2}}};
    struct simulate_policy policy = {.threshold = {t0, t1, t2}, .collected = note, .context = &n};
    simulate(m, deaths, &policy);
    n.run.process_ns = 1e9;
    n.run.gc_ns = n.ns;
    n.run.began_bytes = 1e7;
    return n;
}

static void test_cost(void **state) {
    struct model *m = record();
    struct simulate_deaths deaths = simulate_place(m, 0.5);
    struct calibration runs = {
        {run_at(m, &deaths, 100, 5, 2).run, run_at(m, &deaths, 1000, 5, 2).run}};
    struct cost cost = cost_fit(m, &deaths, &runs);
    static const uint32_t at[][3] = {{100, 5, 2}, {200, 5, 2}, {500, 10, 2}, {1000, 3, 2}};
    (void)state;
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        struct cost_tally tally = {.cost = &cost};
        struct simulate_policy policy = {
            .threshold = {at[i][0], at[i][1], at[i][2]}, .collected = cost_add, .context = &tally};
        struct noted did = run_at(m, &deaths, at[i][0], at[i][1], at[i][2]);
        simulate(m, &deaths, &policy);
        assert_true(did.ns > 0);
        assert_true(fabs(tally.ns / did.ns - 1) < 0.15); // the slope is drawn towards a usual one
        free(did.run.each);
    }
    calibration_free(&runs);
    simulate_deaths_free(&deaths);
    model_free(m);
}

static const struct plane_point *of_kind(const struct plane *p, enum plane_kind kind) {
    for (size_t i = 0; i < p->count; i++)
        if (p->points[i].kind == kind)
            return &p->points[i];
    fail();
    return NULL;
}

static void test_policies(void **state) {
    struct model *m = record();
    struct simulate_deaths deaths = simulate_place(m, 0.5);
    struct calibration runs = {
        {run_at(m, &deaths, 700, 10, 10).run, run_at(m, &deaths, 7000, 5, 5).run}};
    struct plane *p = plane_make(m, &runs);
    const struct plane_point *every = of_kind(p, PLANE_EVERY), *off = of_kind(p, PLANE_OFF),
                             *frozen = of_kind(p, PLANE_FROZEN);
    (void)state;
    assert_int_equal(off->collections[0] + off->collections[1] + off->collections[2], 0);
    assert_int_equal(every->collections[2], 3);
    // All that stays was born first.
    assert_in_range(p->setup, KEPT - 1, KEPT + 200);
    assert_in_range(p->frozen, KEPT - 1, KEPT + 200);
    struct simulate_result r = simulate(m, &deaths, &frozen->policy);
    assert_in_range(r.tracked[MODEL_GENERATIONS], KEPT - 1, KEPT + 200);
    assert_true(p->points[0].gc_ns.value == runs.run[0].gc_ns);
    calibration_free(&runs);
    simulate_deaths_free(&deaths);
    plane_free(p);
    model_free(m);
}

// Thresholds that the program does not reach.
static struct plane_point without_collections(const struct plane *p) {
    for (size_t i = 0; i < p->count; i++)
        if (p->points[i].kind == PLANE_SET && !p->points[i].collections[0])
            return p->points[i];
    fail();
    return p->points[0];
}

// Without a collection nothing is left to be off but what was measured, which is another in the next run; and what is left
// for the end takes time there, three times over, twice when the collector is off, and not at all what is frozen.
static void test_change(void **state) {
    struct model *m = record();
    struct simulate_deaths deaths = simulate_place(m, 0.5);
    struct calibration runs = {
        {run_at(m, &deaths, 700, 10, 10).run, run_at(m, &deaths, 7000, 5, 5).run}};
    struct plane *p = plane_make(m, &runs);
    struct plane_point set = without_collections(p), off = *of_kind(p, PLANE_OFF), frozen = set;
    frozen.left = 0;
    struct plane_figure none = advice_change(p, &set);
    double share = runs.run[0].gc_ns / runs.run[0].process_ns;
    (void)state;
    assert_true(fabs(none.value / -share - 1) < 1e-9);
    assert_true(none.low < -1.05 * share && none.high > -0.95 * share);
    double end = none.value - advice_change(p, &frozen).value;
    assert_true(end > share / 10);
    assert_true(fabs((none.value - advice_change(p, &off).value) / end - 1. / 3) < 1e-9);
    set.left += KEPT;
    struct plane_figure more = advice_change(p, &set);
    assert_true(more.value > none.value + share / 10);
    assert_true(more.low == none.low && more.high > more.value);
    calibration_free(&runs);
    simulate_deaths_free(&deaths);
    plane_free(p);
    model_free(m);
}

static void note_first(void *context, const struct simulate_collection *k) {
    uint64_t *examined = context;
    if (!*examined)
        *examined = k->examined;
}

// What the first collection examines.
static uint64_t first_of(const struct model *m, const struct simulate_deaths *deaths,
                         enum simulate_rules rules) {
    uint64_t examined = 0;
    struct simulate_policy policy = {
        .threshold = {1000, 10, 10}, .rules = rules, .collected = note_first, .context = &examined};
    simulate(m, deaths, &policy);
    return examined;
}

// Under the rules of 3.13 the object whose birth is one too many is tracked before the collection.
static void test_rules(void **state) {
    struct model *m = record();
    struct simulate_deaths deaths = simulate_place(m, 0.5);
    (void)state;
    assert_int_equal(first_of(m, &deaths, SIMULATE_311), 1000);
    assert_int_equal(first_of(m, &deaths, SIMULATE_313), 1001);
    simulate_deaths_free(&deaths);
    model_free(m);
}

// An interpreter that is within a call in C does not collect: 3000 births, and 2000 after a safe point.
static void test_safe_points(void **state) {
    static const char waits[] = "{\"source\": \"test\", \"exact\": true, \"safe_points\": true, "
                                "\"generations\": [0, 0, 0], \"counts\": [0, 0, 0], "
                                "\"thresholds\": [700, 10, 10], \"pending\": 0, \"total\": 0}";
    char path[] = "/tmp/plane_test.XXXXXX", error[200];
    struct recording_writer w;
    (void)state;
    close(mkstemp(path));
    assert_int_equal(recording_begin(&w, path, waits), 0);
    for (int i = 0; i < 5000; i++) {
        bear(&w);
        if (i == 2999)
            recording_event(&w, RECORDING_SAFE_POINT);
    }
    assert_int_equal(recording_end(&w, "{}"), 0);
    struct model *m = model_read(path, error, sizeof error);
    unlink(path);
    assert_non_null(m);
    struct simulate_deaths deaths = simulate_place(m, 0.5);
    struct simulate_policy policy = {.threshold = {1000, 10, 10}};
    struct simulate_result r = simulate(m, &deaths, &policy);
    assert_int_equal(first_of(m, &deaths, SIMULATE_311), 3000);
    assert_int_equal(r.collections[0], 1);
    assert_int_equal(r.counts[0], 2000);
    simulate_deaths_free(&deaths);
    model_free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cost), cmocka_unit_test(test_policies),
                                       cmocka_unit_test(test_change), cmocka_unit_test(test_rules),
                                       cmocka_unit_test(test_safe_points)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
