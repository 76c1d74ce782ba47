// plane.c - lists the settings, and simulates them on several threads.

#include "plane.h"

#include "base/must.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MIDDLE, LOWER, UPPER, PLACES, MOST_THREADS = 16 };

// Of peak memory above what was there when recording began. Of 93 rows of make validate all were within it.
static const double peak_spread = 0.1;

// ------------------------------------------------------------------------------------------ points
static struct plane_point *plane_add(struct plane *p, enum plane_kind kind, uint32_t t0,
                                     uint32_t t1) {
    p->points = grow_array(p->points, p->count, &p->room, sizeof *p->points);
    struct plane_point *point = &p->points[p->count++];
    *point = (struct plane_point){.kind = kind};
    memcpy(point->policy.threshold, p->m->began.threshold, sizeof point->policy.threshold);
    point->policy.threshold[0] = t0;
    point->policy.threshold[1] = t1;
    point->policy.overrides = kind != PLANE_NOW;
    return point;
}

static void plane_add_thresholds(struct plane *p, enum plane_kind kind, uint32_t t0, uint32_t t1) {
    struct plane_point *point = plane_add(p, kind, t0, t1);
    const char *after = kind == PLANE_NOW ? " (now)" : kind == PLANE_FROZEN ? " +freeze" : "";
    snprintf(point->name, sizeof point->name, "%u,%u%s", t0, t1, after);
    if (kind == PLANE_NOW && p->sets_itself)
        snprintf(point->name, sizeof point->name, "its own (now)");
    if (kind == PLANE_FROZEN)
        point->policy.freeze_at = p->setup;
}

static void plane_list_plane(struct plane *p) {
    static const uint32_t t0[] = {200,   300,   500,   700,   1000,   1500,  2000,
                                  3000,  4000,  5000,  7000,  10000,  15000, 20000,
                                  30000, 40000, 50000, 70000, 100000, 200000},
                          t1[] = {2, 5, 10, 20, 50, 100};
    for (size_t i = 0; i < sizeof t0 / sizeof *t0; i++) {
        for (size_t j = 0; j < sizeof t1 / sizeof *t1; j++)
            plane_add_thresholds(p, PLANE_SET, t0[i], t1[j]);
        if (p->setup)
            plane_add_thresholds(p, PLANE_FROZEN, t0[i], 10);
    }
}

static void plane_list_others(struct plane *p) {
    static const uint32_t times[] = {3, 10, 30, 100};
    static const double growth[] = {1.25, 1.5, 2};
    struct plane_point *point = plane_add(p, PLANE_313, 2000, 10);
    point->policy.threshold[2] = 10;
    point->policy.rules = SIMULATE_313;
    snprintf(point->name, sizeof point->name, "as CPython 3.13");
    snprintf(plane_add(p, PLANE_OFF, 0, 10)->name, sizeof point->name, "off");
    uint32_t births = 0;
    for (size_t i = 0; i < p->m->end; i++)
        births += p->m->events[i].kind == MODEL_BIRTH;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        point = plane_add(p, PLANE_EVERY, 0, 10);
        point->policy.every = births / (times[i] + 1) + 1;
        snprintf(point->name, sizeof point->name, "off, %u by hand", times[i]);
    }
    for (size_t i = 0; i < sizeof growth / sizeof *growth; i++) {
        point = plane_add(p, PLANE_GROWTH, 0, 10);
        point->policy.growth = growth[i];
        snprintf(point->name, sizeof point->name, "at %gx the bytes", growth[i]);
    }
}

// ------------------------------------------------------------------------------------------ set-up
static bool plane_stays(const struct model_container *o) {
    return o->birth && !o->dead && !o->cluster && o->tracking != MODEL_UNTRACKED;
}

// Where the share of all births that stay is the farthest ahead of the share of all events.
static void plane_find_setup(struct plane *p) {
    enum { FEW = 5000 };
    static const double sharp = 0.4;
    const struct model *m = p->m;
    double all = 0, so_far = 0, best = sharp;
    for (size_t i = 0; i < m->container_count; i++)
        all += plane_stays(&m->containers[i]);
    for (size_t i = 0; i < m->container_count && all >= FEW; i++) {
        const struct model_container *o = &m->containers[i];
        if (!plane_stays(o))
            continue;
        double ahead = ++so_far / all - (double)o->birth / (double)m->end;
        if (ahead > best) {
            best = ahead;
            p->setup = o->birth;
        }
    }
}

static uint32_t plane_count_frozen(const struct plane *p) {
    uint32_t count = 0;
    for (size_t i = 0; i < p->m->container_count && p->setup; i++)
        count += p->m->containers[i].birth <= p->setup && !p->m->containers[i].dead &&
                 !p->m->containers[i].cluster && p->m->containers[i].tracking != MODEL_UNTRACKED;
    return count;
}

// ------------------------------------------------------------------------------------------ figures
struct outcome {
    struct simulate_result result;
    struct cost_tally tally;
};

static struct outcome plane_play(const struct plane *p, const struct plane_point *point,
                                 int place) {
    struct outcome o = {.tally = {.cost = &p->cost}};
    struct simulate_policy policy = point->policy;
    policy.collected = cost_add;
    policy.context = &o.tally;
    o.result = simulate(p->m, &p->deaths[place], &policy);
    return o;
}

static double plane_peak_of(const struct plane *p, const struct simulate_result *result) {
    const struct calibration_run *run = &p->runs->run[0];
    return run->began_bytes + run->peak_bytes + (double)(result->peak_bytes - p->now.peak_bytes);
}

static void plane_set_figures(const struct plane *p, struct plane_point *point,
                              const struct outcome *o) {
    memcpy(point->collections, o->result.collections, sizeof point->collections);
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        point->found += o->result.found[g];
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        point->left += (uint64_t)o->result.tracked[g];
    point->floating_bytes = (double)o->result.peak_floating_bytes;
    double peak = plane_peak_of(p, &o->result), above = peak - p->runs->run[0].began_bytes,
           off = point->kind == PLANE_NOW ? 0 : peak_spread * fmax(above, 0);
    point->gc_ns =
        (struct plane_figure){o->tally.ns, o->tally.ns / COST_SPREAD, o->tally.ns * COST_SPREAD};
    point->longest_ns =
        (struct plane_figure){o->tally.longest_ns, o->tally.longest_ns / COST_LONGEST_SPREAD,
                              o->tally.longest_ns * COST_LONGEST_SPREAD};
    point->peak_bytes = (struct plane_figure){peak, peak - off, peak + off};
    if (point->kind != PLANE_NOW)
        return;
    double gc = p->runs->run[0].gc_ns, longest = p->runs->run[0].longest_ns;
    point->gc_ns = (struct plane_figure){gc, gc, gc};
    point->longest_ns = (struct plane_figure){longest, longest, longest};
}

static void plane_widen(struct plane_figure *figure, double value, double spread) {
    figure->low = fmin(figure->low, value / spread);
    figure->high = fmax(figure->high, value * spread);
}

// ------------------------------------------------------------------------------------------ threads
// Points that threads take, one after the other.
struct crowd {
    struct plane *p;
    struct plane_point *const *points;
    size_t count;
    atomic_size_t next;
    bool bracket;
};

static void plane_bracket_one(const struct plane *p, struct plane_point *point) {
    for (int place = LOWER; place <= UPPER && point->kind != PLANE_NOW; place++) {
        struct outcome o = plane_play(p, point, place);
        plane_widen(&point->gc_ns, o.tally.ns, COST_SPREAD);
        plane_widen(&point->longest_ns, o.tally.longest_ns, COST_LONGEST_SPREAD);
        plane_widen(&point->peak_bytes, plane_peak_of(p, &o.result), 1);
    }
}

static void *plane_work(void *context) {
    struct crowd *crowd = context;
    for (size_t i; (i = atomic_fetch_add(&crowd->next, 1)) < crowd->count;) {
        struct plane_point *point = crowd->points[i];
        if (crowd->bracket) {
            plane_bracket_one(crowd->p, point);
        } else {
            struct outcome o = plane_play(crowd->p, point, MIDDLE);
            plane_set_figures(crowd->p, point, &o);
        }
    }
    return NULL;
}

static void plane_work_all(struct crowd *crowd) {
    pthread_t threads[MOST_THREADS];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int others = 0;
    for (; others + 1 < processors && others < MOST_THREADS; others++)
        if (pthread_create(&threads[others], NULL, plane_work, crowd))
            break;
    plane_work(crowd);
    while (others)
        pthread_join(threads[--others], NULL);
}

void plane_bracket(struct plane *p, struct plane_point *const *points, size_t count) {
    for (int place = LOWER; place <= UPPER && !p->deaths[UPPER].order; place++)
        p->deaths[place] = simulate_place(p->m, place == UPPER);
    struct crowd crowd = {.p = p, .points = points, .count = count, .bracket = true};
    plane_work_all(&crowd);
}

// ---------------------------------------------------------------------------------------------- all
static bool plane_sets_itself(const struct model *m) {
    for (size_t i = 0; i < m->note_count; i++)
        if (memcmp(m->notes[i].threshold, m->began.threshold, sizeof m->began.threshold) != 0)
            return true;
    return false;
}

struct plane *plane_make(const struct model *m, const struct calibration *runs) {
    struct plane *p = must(calloc(1, sizeof *p));
    p->m = m;
    p->runs = runs;
    p->sets_itself = plane_sets_itself(m);
    p->deaths[MIDDLE] = simulate_place(m, 0.5);
    p->cost = cost_fit(m, &p->deaths[MIDDLE], runs);
    plane_find_setup(p);
    plane_add_thresholds(p, PLANE_NOW, m->began.threshold[0], m->began.threshold[1]);
    struct outcome now = plane_play(p, p->points, MIDDLE);
    p->now = now.result;
    p->now_gc_ns = now.tally.ns;
    p->frozen = plane_count_frozen(p);
    plane_list_plane(p);
    plane_list_others(p);
    struct plane_point **all = must(calloc(p->count, sizeof(struct plane_point *)));
    for (size_t i = 0; i < p->count; i++)
        all[i] = &p->points[i];
    struct crowd crowd = {.p = p, .points = all, .count = p->count};
    plane_work_all(&crowd);
    free(all);
    return p;
}

void plane_free(struct plane *p) {
    for (int place = 0; place < PLACES; place++)
        simulate_deaths_free(&p->deaths[place]);
    free(p->points);
    free(p);
}
