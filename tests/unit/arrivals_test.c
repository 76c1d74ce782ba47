// arrivals_test.c - an open loop on a clock that the test turns: when steps are due, what a stop
// does to those after it, when a backlog grows.

#include "base/arrivals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LOOK_NS = 10, SLEEP_CPU_NS = 18000, US = 1000, MS = 1000000, SLACK_NS = 5 * LOOK_NS };

// ------------------------------------------------------------------------------------- fake clocks
// A look at the wall clock takes LOOK_NS. The look that comes first at or after stall_at takes
// stall_ns more.
static struct { uint64_t now_ns, cpu_ns, asleep_until, stall_at, stall_ns; } fake;

static uint64_t fake_now(void) {
    if (fake.stall_ns && fake.now_ns >= fake.stall_at) {
        fake.now_ns += fake.stall_ns;
        fake.stall_ns = 0;
    }
    return fake.now_ns += LOOK_NS;
}

static uint64_t fake_cpu(void) {
    return fake.cpu_ns;
}

static void fake_sleep(uint64_t at_ns) {
    fake.asleep_until = fake.now_ns = at_ns;
    fake.cpu_ns += SLEEP_CPU_NS;
}

static struct arrivals *open_at(double rate, uint64_t seed, uint64_t steps) {
    static const struct arrivals_clock clock = {fake_now, fake_cpu, fake_sleep};
    struct arrivals *a = malloc(sizeof *a);
    assert_non_null(a);
    memset(&fake, 0, sizeof fake);
    fake.now_ns = 1000000000;
    arrivals_open(a, rate, seed, steps, &clock);
    arrivals_run(a);
    return a;
}

static void step(struct arrivals *a, uint64_t service_ns) {
    arrivals_begin(a);
    fake.now_ns = a->start_ns + service_ns;
    arrivals_end(a, fake.now_ns);
}

#define assert_near(got, expected)                                                                 \
    assert_in_range((uint64_t)(got), (uint64_t)(expected), (uint64_t)(expected) + SLACK_NS)

// ---------------------------------------------------------------------------------------- schedule
// Worked out apart: sums of -ln(u) ms, where u are the numbers of SplitMix64 from the seed with all
// bits turned.
static void steps_are_due_by_the_seed_alone(void **state) {
    (void)state;
    static const uint64_t due[2][8] = {
        {51597, 369211, 572857, 2685897, 3441419, 3609679, 3697125, 5835479},
        {34287, 113655, 118152, 948195, 2854145, 6298149, 7036255, 7207305}};
    for (uint64_t seed = 1; seed <= 2; seed++)
        for (int rate = 1000; rate <= 4000; rate *= 4) {
            struct arrivals *a = open_at(rate, seed, 8);
            for (size_t i = 0; i < 8; i++) {
                step(a, LOOK_NS);
                assert_int_equal(a->due_ns * (rate / 1000), due[seed - 1][i]);
                assert_near(a->start_ns - a->origin_ns, due[seed - 1][i] * 1000 / (uint64_t)rate);
            }
            assert_true(a->late_max <= SLACK_NS && a->response.max_ns <= 2 * SLACK_NS);
            free(a);
        }
}

// To be asked whether it is idle changes nothing of a schedule. The steps take half of the time, so
// that some are late: idle is what the next one says that waits.
static void a_schedule_that_is_asked_is_the_same(void **state) {
    (void)state;
    struct arrivals *asked = open_at(1000, 1, 64);
    uint64_t due[64], idle = 0, waited = 0;
    for (size_t i = 0; i < 64; i++) {
        bool was = arrivals_idle(asked);
        assert_true(was == arrivals_idle(asked));
        step(asked, MS / 2);
        due[i] = (uint64_t)asked->due_ns;
        idle += was;
        waited += asked->late_now <= SLACK_NS;
    }
    assert_true(idle > 8 && idle < 56);
    assert_int_equal(idle, waited);
    free(asked);
    struct arrivals *a = open_at(1000, 1, 64);
    for (size_t i = 0; i < 64; i++) {
        step(a, MS / 2);
        assert_int_equal(a->due_ns, due[i]);
    }
    free(a);
}

// The mean gap of 20000 steps is within five standard deviations of that of the rate.
static void the_rate_is_kept(void **state) {
    (void)state;
    struct arrivals *a = open_at(50000, 3, 20000);
    for (size_t i = 0; i < 20000; i++)
        step(a, LOOK_NS);
    assert_in_range((uint64_t)a->due_ns, 20 * US * 20000 - 5 * 20 * US * 142,
                    20 * US * 20000 + 5 * 20 * US * 142);
    free(a);
}

// ---------------------------------------------------------------------------------------- response
// Steps of 50 us, due every 100 us; one of them stops for 10 ms. When each ends follows from when
// they are due (Lindley): the one before is over, and it is due. Only one has a long service, and
// some two hundred a long response.
static void a_stop_counts_for_all_that_it_holds_up(void **state) {
    (void)state;
    enum { STEPS = 1000, STOPPED = 300 };
    struct arrivals *a = open_at(10000, 1, STEPS);
    struct latency *service = malloc(sizeof *service);
    uint64_t end = 0, held_up = 0, longest = 0, over = 0;
    latency_reset(service);
    for (size_t i = 0; i < STEPS; i++) {
        uint64_t took = i == STOPPED ? 10 * MS : 50 * US;
        step(a, took);
        uint64_t due = (uint64_t)a->due_ns;
        end = (end > due ? end : due) + took;
        held_up += end - due >= MS;
        longest = end - due > longest ? end - due : longest;
        latency_record(service, took);
        over += took >= MS;
        assert_in_range(fake.now_ns - a->origin_ns, end, end + (i + 1) * SLACK_NS);
    }
    assert_int_equal(1, over);
    assert_true(held_up > 100 && held_up < 400);
    uint64_t counted = 0;
    for (unsigned b = latency_bucket(MS); b < LATENCY_BUCKETS; b++)
        counted += a->response.bucket[b];
    assert_in_range(counted, held_up - 1, held_up + 1); // one may be a look away from 1 ms
    assert_in_range(a->response.max_ns, longest, longest + STEPS * SLACK_NS);
    assert_true(latency_percentile(service, 99) < MS);
    assert_true(latency_percentile(&a->response, 90) > MS);
    free(service);
    free(a);
}

// A schedule that rests for a second is not a second late.
static void a_rest_is_no_delay(void **state) {
    (void)state;
    struct arrivals *a = open_at(10000, 1, 20);
    for (size_t i = 0; i < 20; i++) {
        step(a, LOOK_NS);
        if (i == 9) {
            arrivals_rest(a);
            fake.now_ns += 1000u * MS;
            arrivals_run(a);
        }
    }
    assert_true(a->response.max_ns < US);
    free(a);
}

// ----------------------------------------------------------------------------------------- backlog
static bool saturated_by(uint64_t service_ns, uint64_t stopped, uint64_t stop_ns) {
    enum { STEPS = 2000 };
    struct arrivals *a = open_at(10000, 1, STEPS);
    for (size_t i = 0; i < STEPS; i++)
        step(a, service_ns + (i == stopped ? stop_ns : 0));
    bool saturated = arrivals_saturated(a);
    json_t *backlog = arrivals_backlog(a);
    assert_int_equal(saturated, json_integer_value(json_object_get(backlog, "saturated")));
    json_t *samples = json_object_get(backlog, "samples"), *sample;
    assert_int_equal(ARRIVALS_SAMPLES, json_array_size(samples));
    uint64_t most = 0;
    size_t i;
    json_array_foreach(samples, i, sample) {
        uint64_t late = (uint64_t)json_integer_value(json_array_get(sample, 1));
        most = late > most ? late : most;
    }
    assert_int_equal(most, a->late_max); // of each part the latest
    json_decref(backlog);
    free(a);
    return saturated;
}

static void a_backlog_that_grows_to_the_end_saturates(void **state) {
    (void)state;
    assert_false(saturated_by(50 * US, 0, 0));
    assert_false(saturated_by(90 * US, 0, 0));
    assert_true(saturated_by(120 * US, 0, 0));
    assert_true(saturated_by(300 * US, 0, 0));
    assert_false(
        saturated_by(50 * US, 1600, 10 * MS)); // a stop late in the schedule, which it gets over
    assert_false(
        saturated_by(50 * US, 900, 400 * MS)); // a long one before the middle: it only shrinks
    assert_false(saturated_by(
        50 * US, 1400, 40 * MS)); // one that lasts to the end, and began with nothing left over
}

// Of 6 steps of 1 ms, due as above, the lateness is 0, 682386, 1478740, 365700, 610178 and 1441918. The third quarter of
// them are two, the last is one.
static void a_backlog_is_that_of_its_steps(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double value;
    } figures[] = {{"mean_ns", 4578922.0 / 6},
                   {"max_ns", 1478740},
                   {"end_ns", 1441918},
                   {"third_quarter_ns", (365700.0 + 610178) / 2},
                   {"last_quarter_ns", 1441918}};
    struct arrivals *a = open_at(1000, 1, 6);
    for (size_t i = 0; i < 6; i++)
        step(a, MS);
    json_t *backlog = arrivals_backlog(a);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        assert_float_equal(json_number_value(json_object_get(backlog, figures[i].name)),
                           figures[i].value, 6 * SLACK_NS);
    assert_int_equal(1, json_integer_value(json_object_get(backlog, "saturated")));
    assert_int_equal(0, json_integer_value(json_object_get(backlog, "idle_steps")));
    json_decref(backlog);
    free(a);
}

// A schedule that is cut short has no verdict. Seven of eight steps were late by 4893339 ns together.
static void a_schedule_cut_short_has_no_verdict(void **state) {
    (void)state;
    struct arrivals *a = open_at(10000, 1, 8);
    for (size_t i = 0; i < 7; i++)
        step(a, 300 * US);
    json_t *backlog = arrivals_backlog(a);
    assert_null(json_object_get(backlog, "saturated"));
    assert_near(json_number_value(json_object_get(backlog, "mean_ns")), 4893339 / 7);
    json_decref(backlog);
    free(a);
}

// ----------------------------------------------------------------------------------------- waiting
// Due after 51597 ns: spun, all of it; once more with a stall of 20 us, in which the process was
// off its CPU. The next is due 317614 ns later: slept until 50 us before.
static void what_waiting_takes_is_known(void **state) {
    (void)state;
    for (uint64_t stall = 0; stall <= 20 * US; stall += 20 * US) {
        struct arrivals *a = open_at(1000, 1, 2);
        fake.stall_at = a->origin_ns + 30 * US;
        fake.stall_ns = stall;
        step(a, LOOK_NS);
        assert_int_equal(0, a->slept_ns);
        assert_in_range(a->spun_ns, 51597 - SLACK_NS, 51597 + SLACK_NS);
        assert_in_range(a->cpu_ns, 51597 - stall - SLACK_NS, 51597 - stall + SLACK_NS);
        uint64_t before = a->cpu_ns;
        step(a, LOOK_NS);
        assert_int_equal(a->origin_ns + 369211 - ARRIVALS_SPIN_NS, fake.asleep_until);
        assert_in_range(a->slept_ns, 317614 - ARRIVALS_SPIN_NS - 2 * SLACK_NS,
                        317614 - ARRIVALS_SPIN_NS);
        assert_in_range(a->cpu_ns - before, ARRIVALS_SPIN_NS + SLEEP_CPU_NS - 2 * SLACK_NS,
                        ARRIVALS_SPIN_NS + SLEEP_CPU_NS + SLACK_NS);
        free(a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_due_by_the_seed_alone),
        cmocka_unit_test(a_schedule_that_is_asked_is_the_same),
        cmocka_unit_test(the_rate_is_kept),
        cmocka_unit_test(a_stop_counts_for_all_that_it_holds_up),
        cmocka_unit_test(a_rest_is_no_delay),
        cmocka_unit_test(a_backlog_that_grows_to_the_end_saturates),
        cmocka_unit_test(a_backlog_is_that_of_its_steps),
        cmocka_unit_test(a_schedule_cut_short_has_no_verdict),
        cmocka_unit_test(what_waiting_takes_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
