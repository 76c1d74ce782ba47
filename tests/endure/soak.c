// soak.c - hours of mixed scenarios in one process: does what is held, or resident, grow without end?
//
// A program in which what lives is as much from the first step on (steady.json: dicts, lists, nodes and more, replaced at
// random) runs over and over in one heap; beside it scenarios by chance, each in a heap of its own. Every so often what is
// held after a full collection and the resident memory of the process are noted. A
// line is fitted by Theil and Sen, over rounds: its slope is the median of the slopes between all pairs of points, and the
// interval of 99.9 % that of Sen (1968), from the variance of Kendall's S. The
// interval of each must reach down to zero. A leak that is planted (--leak: a node stays for each round) must be seen.
//
// The program has cycles only where a strategy claims to free them, as what it leaks by design says nothing. One that frees
// nothing has a new heap for each round, and resident memory alone is judged.

#include "endure.h"
#include "programs.h"
#include "refuse.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/must.h"
#include "base/rss.h"
#include "runner/drive.h"
#include "runner/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// In the warm-up, of so many points, each program by chance runs at least once.
enum {
    SOAK_POINTS = 120,
    SOAK_WARM_POINTS = 40,
    SOAK_PROGRAMS = 16,
    SOAK_ROUND_STEPS = 25,
    SOAK_LEAK_BYTES = 2000
};
#define SOAK_STEADY "tests/endure/steady.json"
// Of 99.9 %: of some 30 series in one run of all strategies, one in 60 runs seems to grow by chance.
static const double SOAK_SIGMA = 3.290527;

struct soak_series {
    double at[SOAK_POINTS], value[SOAK_POINTS]; // at: after so many rounds
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
            slopes[count++] = (s->value[j] - s->value[i]) / (s->at[j] - s->at[i]);
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
    struct program *programs[SOAK_PROGRAMS], *steady;
    struct mutator m;      // of the steady program
    struct heap_reg *leak; // a list, to which --leak adds
    bool leaks;
    bool alone; // there can be one heap at a time, as in cpython: no scenarios beside it
    uint64_t round;
    int rss_fd;
};

static bool soak_claims(int trait) {
    return heap_strategy.traits & trait;
}

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
    const struct program *p = s->steady;
    s->m = (struct mutator){.state = must(calloc(1, p->plan->workload->state_bytes + 1))};
    if (drive_prepare(&s->m, p->plan))
        return "there is no memory";
    s->m.heap = heap_new(&(struct heap_config){.tunables = p->plan->tunables});
    s->leak = s->m.heap ? heap_enter(s->m.heap, 2) : NULL;
    if (!s->leak || heap_new_list(s->m.heap, s->leak) || drive_enter(&s->m, p->plan) ||
        drive_setup(&s->m, p->plan))
        return "there is no memory";
    return NULL;
}

static void soak_close(struct soak *s) {
    heap_free(s->m.heap);
    s->steady->plan->workload->teardown(&s->m);
    free(s->m.state);
}

static bool soak_is_alone(const struct soak *s) {
    struct heap *beside = heap_new(&(struct heap_config){.tunables = s->steady->plan->tunables});
    if (beside)
        heap_free(beside);
    return !beside;
}

static int soak_steps(struct soak *s) {
    int error = 0;
    for (int i = 0; i < SOAK_ROUND_STEPS && !error; i++)
        error = s->steady->plan->workload->step(&s->m);
    if (!s->leaks || error)
        return error;
    error = heap_new_node(s->m.heap, &s->leak[1], 1, SOAK_LEAK_BYTES);
    return error ? error : heap_append(s->m.heap, s->leak, &s->leak[1]);
}

static const char *soak_round(struct soak *s) {
    const char *wrong = NULL;
    if (!soak_claims(HEAP_FREES_ACYCLIC)) {
        soak_close(s);
        wrong = soak_open(s);
    }
    if (!wrong && !s->alone)
        wrong = soak_scenario(s->programs[s->round % SOAK_PROGRAMS]);
    s->round++;
    return wrong ? wrong : soak_steps(s) ? "there is no memory" : NULL;
}

// At least a round, and more until that time; then a point of each series.
static const char *soak_until(struct soak *s, double until_s, struct soak_series *held,
                              struct soak_series *resident) {
    const char *wrong = NULL;
    do
        wrong = soak_round(s);
    while (!wrong && (double)clock_wall_ns() * 1e-9 < until_s);
    if (wrong)
        return wrong;
    settle(s->m.heap);
    size_t i = held->count++;
    resident->count++;
    held->at[i] = resident->at[i] = (double)s->round;
    held->value[i] = (double)soak_held_bytes(s->m.heap);
    resident->value[i] = (double)rss_sample_bytes(s->rss_fd);
    return heap_verify(s->m.heap);
}

static const char *soak_points(struct soak *s, double seconds, struct soak_series *held,
                               struct soak_series *resident) {
    double start_s = (double)clock_wall_ns() * 1e-9,
           share = seconds / (SOAK_WARM_POINTS + SOAK_POINTS);
    struct soak_series warm = {.count = 0}, warm_resident = {.count = 0};
    const char *wrong = NULL;
    for (int i = 1; i <= SOAK_WARM_POINTS + SOAK_POINTS && !wrong; i++) {
        bool warms = i <= SOAK_WARM_POINTS;
        wrong = soak_until(s, start_s + i * share, warms ? &warm : held,
                           warms ? &warm_resident : resident);
    }
    return wrong;
}

// A series grows when the least that its interval allows is more than some pages in all: an interval that misses
// zero by bytes in a few rounds says nothing of hours.
enum { SOAK_LEAST_BYTES = 64 << 10 };

static bool soak_grows(const char *what, const struct soak_series *series) {
    struct soak_slope slope = soak_fit(series);
    double rounds = series->at[series->count - 1] - series->at[0];
    bool grows = slope.low * rounds > SOAK_LEAST_BYTES;
    printf("%s: %s in %.0f rounds: %+.1f bytes a round [%+.1f to %+.1f]: %s\n", heap_strategy.name,
           what, rounds, slope.middle, slope.low, slope.high, grows ? "GROWS" : "does not grow");
    return grows;
}

// What is made of the file: without cycles, where they are not freed.
static struct program *soak_steady(void) {
    char error[1024];
    json_t *json = file_json(SOAK_STEADY, error, sizeof error), *phase, *action;
    size_t i, j;
    if (!json) {
        fprintf(stderr, "endure: %s\n", error);
        exit(2);
    }
    json_array_foreach(json_object_get(json, "phases"), i, phase) {
        json_t *all = json_object_get(phase, "do"), *some = must(json_array());
        json_array_foreach(all, j, action) {
            const json_t *members = json_object_iter_value(json_object_iter(action));
            if (soak_claims(HEAP_FREES_CYCLES) ||
                json_number_value(json_object_get(members, "cyclic")) == 0)
                json_array_append(some, action);
        }
        json_object_set_new(phase, "do", some);
    }
    struct program *p = program_of_scenario(json, SOAK_STEADY);
    json_decref(json);
    return p;
}

int endure_soak(int argc, char **argv) {
    double seconds = (double)endure_number(argc, argv, "--seconds", 20);
    struct soak s = {.leaks = endure_number(argc, argv, "--leak", 0),
                     .rss_fd = rss_open(0),
                     .steady = soak_steady()};
    static struct soak_series held, resident;
    uint64_t lost = 0;
    for (size_t i = 0; i < SOAK_PROGRAMS; i++)
        s.programs[i] = program_new(program_count(0) + i, SOAK_PROGRAMS, false);
    const char *wrong = soak_open(&s);
    s.alone = !wrong && soak_is_alone(&s);
    wrong = wrong ? wrong : soak_points(&s, seconds, &held, &resident);
    if (wrong) {
        printf("%s: %s\n", heap_strategy.name, wrong);
        lost++;
    } else {
        lost += soak_claims(HEAP_FREES_ACYCLIC) && soak_grows("held", &held);
        // What another's runtime keeps in its arenas is not ours to judge, nor what a sanitizer does.
        bool judged = refuse_works() && !soak_claims(HEAP_VARIES);
        lost += soak_grows("resident", &resident) && judged;
        soak_close(&s);
    }
    for (size_t i = 0; i < SOAK_PROGRAMS; i++)
        program_free(s.programs[i]);
    program_free(s.steady);
    endure_tally("rounds of mixed scenarios in one process, in which nothing may grow", s.round,
                 lost);
    return lost ? 1 : 0;
}
