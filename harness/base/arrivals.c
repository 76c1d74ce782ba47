// arrivals.c - see arrivals.h.

#include "arrivals.h"

#include "clock.h"
#include "random.h"

#include <math.h>
#include <string.h>
#include <sys/prctl.h>

// ------------------------------------------------------------------------------------------ clocks
static void arrivals_sleep(uint64_t at_ns) {
    const struct timespec at = {(time_t)(at_ns / 1000000000u), (long)(at_ns % 1000000000u)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

const struct arrivals_clock *arrivals_wall(void) {
    static const struct arrivals_clock wall = {clock_wall_ns, clock_thread_ns, arrivals_sleep};
    prctl(PR_SET_TIMERSLACK, 1UL);
    return &wall;
}

// ---------------------------------------------------------------------------------------- schedule
// Another stream than that of the program, which starts at the seed itself.
void arrivals_open(struct arrivals *a, double rate, uint64_t seed, uint64_t steps,
                   const struct arrivals_clock *clock) {
    memset(a, 0, sizeof *a);
    latency_reset(&a->response);
    a->rate = rate;
    a->steps = steps;
    a->clock = clock;
    a->random = ~seed;
}

void arrivals_run(struct arrivals *a) {
    a->origin_ns += a->clock->now_ns() - a->stopped_ns;
}

void arrivals_rest(struct arrivals *a) {
    a->stopped_ns = a->clock->now_ns();
}

static uint64_t arrivals_due(const struct arrivals *a) {
    return a->origin_ns + (uint64_t)a->due_ns;
}

static double arrivals_gap_ns(struct arrivals *a) {
    double u = (double)((random_next(&a->random) >> 11) + 1) * 0x1p-53;
    return -log(u) * 1e9 / a->rate;
}

// ----------------------------------------------------------------------------------------- waiting
static void arrivals_sleep_until(struct arrivals *a, uint64_t at_ns) {
    uint64_t from_ns = a->clock->now_ns(), cpu_ns = a->clock->cpu_ns();
    a->clock->sleep_until(at_ns);
    a->cpu_ns += a->clock->cpu_ns() - cpu_ns;
    a->slept_ns += a->clock->now_ns() - from_ns;
}

// Returns when it is over.
static uint64_t arrivals_spin_until(struct arrivals *a, uint64_t at_ns) {
    uint64_t from_ns = a->clock->now_ns(), last_ns = from_ns, now_ns = from_ns;
    for (; now_ns < at_ns; last_ns = now_ns) {
        now_ns = a->clock->now_ns();
        a->cpu_ns += now_ns - last_ns < ARRIVALS_GAP_NS ? now_ns - last_ns : 0;
    }
    a->spun_ns += now_ns - from_ns;
    return now_ns;
}

// ----------------------------------------------------------------------------------------- backlog
static void arrivals_note(struct arrivals *a, uint64_t late_ns) {
    uint64_t quarter = a->begun * 4 / a->steps;
    uint64_t *sample = a->sample[a->begun * ARRIVALS_SAMPLES / a->steps];
    a->late_sum += (double)late_ns;
    a->late_now = late_ns;
    a->late_max = late_ns > a->late_max ? late_ns : a->late_max;
    if (quarter >= 2)
        a->late_half[quarter - 2] += (double)late_ns;
    if (!sample[0] || late_ns > sample[1]) {
        sample[0] = (uint64_t)a->due_ns;
        sample[1] = late_ns;
    }
}

static void arrivals_draw(struct arrivals *a) {
    if (!a->drawn)
        a->due_ns += arrivals_gap_ns(a);
    a->drawn = true;
}

bool arrivals_idle(struct arrivals *a) {
    arrivals_draw(a);
    return a->clock->now_ns() < arrivals_due(a);
}

void arrivals_begin(struct arrivals *a) {
    arrivals_draw(a);
    a->drawn = false;
    uint64_t due_ns = arrivals_due(a), now_ns = a->clock->now_ns();
    if (now_ns < due_ns) {
        a->idle_half += a->begun * 2 >= a->steps;
        if (due_ns - now_ns >= ARRIVALS_SLEEP_NS)
            arrivals_sleep_until(a, due_ns - ARRIVALS_SPIN_NS);
        now_ns = arrivals_spin_until(a, due_ns);
    }
    arrivals_note(a, now_ns - due_ns);
    a->begun++;
    a->start_ns = now_ns;
}

void arrivals_end(struct arrivals *a, uint64_t now_ns) {
    latency_record(&a->response, now_ns - arrivals_due(a));
}

// Steps of the third or the last quarter: those that arrivals_note counts as such.
static double arrivals_quarter_mean(const struct arrivals *a, int last) {
    uint64_t from = ((uint64_t)(2 + last) * a->steps + 3) / 4;
    uint64_t to = ((uint64_t)(3 + last) * a->steps + 3) / 4;
    return to > from ? a->late_half[last] / (double)(to - from) : 0;
}

bool arrivals_saturated(const struct arrivals *a) {
    return !a->idle_half && arrivals_quarter_mean(a, 1) > arrivals_quarter_mean(a, 0);
}

// ------------------------------------------------------------------------------------------ record
json_t *arrivals_backlog(const struct arrivals *a) {
    json_t *samples = json_array();
    for (size_t i = 0; i < ARRIVALS_SAMPLES; i++)
        if (a->sample[i][0])
            json_array_append_new(samples, json_pack("[I,I]", (json_int_t)a->sample[i][0],
                                                     (json_int_t)a->sample[i][1]));
    json_t *json = json_pack(
        "{s:f,s:I,s:I,s:o}", "mean_ns", a->begun ? a->late_sum / (double)a->begun : 0, "max_ns",
        (json_int_t)a->late_max, "end_ns", (json_int_t)a->late_now, "samples", samples);
    if (json && a->response.count == a->steps) // a schedule that was cut short has no last half
        json_object_update_new(
            json, json_pack("{s:f,s:f,s:I,s:i}", "third_quarter_ns", arrivals_quarter_mean(a, 0),
                            "last_quarter_ns", arrivals_quarter_mean(a, 1), "idle_steps",
                            (json_int_t)a->idle_half, "saturated", arrivals_saturated(a)));
    return json;
}

json_t *arrivals_waited(const struct arrivals *a) {
    return json_pack("{s:I,s:I,s:I}", "slept_ns", (json_int_t)a->slept_ns, "spun_ns",
                     (json_int_t)a->spun_ns, "cpu_ns", (json_int_t)a->cpu_ns);
}
