// soak.c - hours of mixed scenarios in one process: does what is held, or resident, grow without end?
//
// Scenarios by chance run one after the other, each in a heap of its own, and the one of most steps over and over in
// one heap. It drops all at its end and begins again, so each note is taken at another place of it. Every so often what is held after a full collection and the resident memory of the process are noted. A
// line is fitted by Theil and Sen: its slope is the median of the slopes between all pairs of points, and the
// interval of 99.9 % that of Sen (1968), from the variance of Kendall's S. Where a strategy claims to reclaim, the
// interval of each must reach down to zero. A leak that is planted (--leak: a node stays for each round) must be seen.

#include "endure.h"
#include "programs.h"

#include "base/clock.h"
#include "base/must.h"
#include "base/rss.h"
#include "runner/drive.h"
#include "runner/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SOAK_POINTS = 120, SOAK_PROGRAMS = 16, SOAK_ROUND_STEPS = 200 };
// Of 99.9 %: of some 30 series in one run of all strategies, one in 60 runs seems to grow by chance.
static const double SOAK_SIGMA = 3.290527;

struct soak_series {
    double at_s[SOAK_POINTS], value[SOAK_POINTS];
    size_t count;
};

struct soak_slope {
    double low, middle, high;
};

// ------------------------------------------------------------------------------------------- slopes
static int soak_compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The slope at a place among all of them, in order.
static double soak_at(const double *slopes, size_t count, double place) {
    double last = (double)count - 1;
    return slopes[(size_t)(place < 0 ? 0 : place > last ? last : place)];
}

static struct soak_slope soak_fit(const struct soak_series *s) {
    size_t n = s->count, count = 0;
    double *slopes = must(malloc(n * n * sizeof *slopes));
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            slopes[count++] = (s->value[j] - s->value[i]) / (s->at_s[j] - s->at_s[i]);
    qsort(slopes, count, sizeof *slopes, soak_compare);
    double variance = (double)n * (double)(n - 1) * (2.0 * (double)n + 5) / 18;
    double half = SOAK_SIGMA * sqrt(variance) / 2, middle = (double)count / 2;
    struct soak_slope slope = {soak_at(slopes, count, middle - half),
                               soak_at(slopes, count, middle),
                               soak_at(slopes, count, middle + half)};
    free(slopes);
    return slope;
}

// -------------------------------------------------------------------------------------------- rounds
struct soak {
    struct program *programs[SOAK_PROGRAMS];
    const struct program *longest; // runs on and on in one heap
    struct mutator m;
    struct heap_reg *leak; // a list, to which --leak adds
    bool leaks;
    bool alone; // there can be one heap at a time, as in cpython: no scenarios beside it
    int rss_fd;
};

static uint64_t soak_held_bytes(struct heap *h) {
    struct heap_counters c;
    heap_read_counters(h, &c);
    return c.bytes_allocated - c.bytes_freed;
}

// One scenario in a heap of its own. Returns 0, or what was wrong.
static const char *soak_scenario(const struct program *p) {
    const struct workload *w = p->plan->workload;
    struct mutator m = {.state = must(calloc(1, w->state_bytes + 1))};
    int error = drive_prepare(&m, p->plan);
    m.heap = heap_new(&(struct heap_config){.tunables = p->plan->tunables});
    error = error ? error : m.heap ? drive_enter(&m, p->plan) : ENOMEM;
    error = error ? error : drive_setup(&m, p->plan);
    for (uint64_t i = 0; i < p->plan->steps && !error; i++)
        error = w->step(&m);
    const char *wrong = error ? "there is no memory" : heap_verify(m.heap);
    heap_free(m.heap);
    w->teardown(&m);
    free(m.state);
    return wrong;
}

static const char *soak_open(struct soak *s) {
    const struct program *p = s->longest;
    s->m = (struct mutator){.state = must(calloc(1, p->plan->workload->state_bytes + 1))};
    if (drive_prepare(&s->m, p->plan))
        return "there is no memory";
    s->m.heap = heap_new(&(struct heap_config){.tunables = p->plan->tunables});
    s->leak = s->m.heap ? heap_enter(s->m.heap, 2) : NULL;
    if (!s->leak || heap_new_list(s->m.heap, s->leak) || drive_enter(&s->m, p->plan) ||
        drive_setup(&s->m, p->plan))
        return "there is no memory";
    struct heap *beside = heap_new(&(struct heap_config){.tunables = p->plan->tunables});
    s->alone = !beside;
    if (beside)
        heap_free(beside);
    return NULL;
}

static const char *soak_round(struct soak *s, uint64_t round) {
    const char *wrong = s->alone ? NULL : soak_scenario(s->programs[round % SOAK_PROGRAMS]);
    int error = 0;
    for (int i = 0; i < SOAK_ROUND_STEPS && !error; i++)
        error = s->longest->plan->workload->step(&s->m);
    if (s->leaks && !error) {
        error = heap_new_node(s->m.heap, &s->leak[1], 1, 64);
        error = error ? error : heap_append(s->m.heap, s->leak, &s->leak[1]);
    }
    return wrong ? wrong : error ? "there is no memory" : NULL;
}

// Rounds until that many seconds are over; then a point of each series.
static const char *soak_until(struct soak *s, uint64_t *round, double from_s, double until_s,
                              struct soak_series *held, struct soak_series *resident) {
    const char *wrong = NULL;
    double now_s = from_s;
    do {
        wrong = soak_round(s, (*round)++);
        now_s = (double)clock_wall_ns() * 1e-9;
    } while (!wrong && now_s < until_s);
    size_t i = held->count++;
    resident->count++;
    heap_unfreeze(
        s->m.heap); // what a program by chance froze and dropped stays for ever, as it should
    settle(s->m.heap);
    held->at_s[i] = resident->at_s[i] = now_s;
    held->value[i] = (double)soak_held_bytes(s->m.heap);
    resident->value[i] = (double)rss_sample_bytes(s->rss_fd);
    return wrong ? wrong : heap_verify(s->m.heap);
}

// A series grows when the least that its interval allows is more than some pages in all: an interval that misses
// zero by bytes in a few seconds says nothing of hours.
enum { SOAK_LEAST_BYTES = 16 << 10 };

static bool soak_grows(const char *what, const struct soak_series *series, uint64_t rounds) {
    struct soak_slope slope = soak_fit(series);
    double took_s = series->at_s[series->count - 1] - series->at_s[0];
    bool grows = slope.low * took_s > SOAK_LEAST_BYTES;
    printf("%s: %s after %" PRIu64 " rounds: %+.0f bytes a second [%+.0f to %+.0f]: %s\n",
           heap_strategy.name, what, rounds, slope.middle, slope.low, slope.high,
           grows ? "GROWS" : "does not grow");
    return grows;
}

int endure_soak(int argc, char **argv) {
    double seconds = (double)endure_number(argc, argv, "--seconds", 60);
    struct soak s = {.leaks = endure_number(argc, argv, "--leak", 0), .rss_fd = rss_open(0)};
    static struct soak_series held, resident;
    uint64_t round = 0, lost = 0;
    const size_t first = program_count(0);
    for (size_t i = 0; i < SOAK_PROGRAMS; i++) {
        s.programs[i] = program_new(first + i, SOAK_PROGRAMS, false);
    }
    s.longest = s.programs[0];
    for (size_t i = 0; i < SOAK_PROGRAMS; i++)
        if (s.programs[i]->plan->steps > s.longest->plan->steps)
            s.longest = s.programs[i];
    const char *wrong = soak_open(&s);
    double start_s = (double)clock_wall_ns() * 1e-9, share = seconds / (SOAK_POINTS + 12);
    struct soak_series warm = {.count = 0}, warm_resident = {.count = 0};
    // What a process needs once it has in the first part, which is left out.
    if (!wrong)
        wrong = soak_until(&s, &round, start_s, start_s + 12 * share, &warm, &warm_resident);
    for (int i = 0; i < SOAK_POINTS && !wrong; i++)
        wrong = soak_until(&s, &round, start_s, start_s + (13 + i) * share, &held, &resident);
    bool reclaims = heap_strategy.traits & HEAP_FREES_CYCLES;
    if (wrong)
        printf("%s: %s\n", heap_strategy.name, wrong);
    else if (reclaims) { // what another's runtime keeps in its arenas is not ours to judge
        lost = soak_grows("held", &held, round);
        lost += soak_grows("resident", &resident, round) && !(heap_strategy.traits & HEAP_VARIES);
    }
    lost += wrong != NULL;
    endure_tally("rounds of mixed scenarios in one process, in which nothing may grow", round,
                 lost);
    return lost ? 1 : 0;
}
