// advice.c - finds the settings that no other one beats, and takes one within the budget.

#include "advice.h"

#include "base/must.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_SHOWN = 7 };

// Below this share of CPU time nothing is worth a line in somebody's program.
static const double leave_share = 0.02;
// The model is refused when it is off by more, and by more than one collection.
static const double most_off = 0.05;
// Of two settings whose shares of CPU time are less apart, the one that changes less is taken; errors of two settings of
// one program go the same way, so that intervals would call too much equal.
static const double same_share = 0.005, same_times = 1.1;

// ------------------------------------------------------------------------------------------- front
static bool advice_is_settable(const struct plane_point *point) {
    return point->kind == PLANE_SET || point->kind == PLANE_FROZEN;
}

static bool advice_beats(const struct plane_point *a, const struct plane_point *b) {
    bool no_worse = a->gc_ns.value <= b->gc_ns.value &&
                    a->longest_ns.value <= b->longest_ns.value &&
                    a->peak_bytes.value <= b->peak_bytes.value;
    return no_worse &&
           (a->gc_ns.value < b->gc_ns.value || a->longest_ns.value < b->longest_ns.value ||
            a->peak_bytes.value < b->peak_bytes.value || a < b);
}

static void advice_find_front(struct advice *a, struct plane *p) {
    a->front = must(calloc(p->count, sizeof(struct plane_point *)));
    for (size_t i = 0; i < p->count; i++) {
        bool beaten = !advice_is_settable(&p->points[i]);
        for (size_t j = 0; j < p->count && !beaten; j++)
            beaten = j != i && advice_is_settable(&p->points[j]) &&
                     advice_beats(&p->points[j], &p->points[i]);
        if (!beaten)
            a->front[a->front_count++] = &p->points[i];
    }
}

// ------------------------------------------------------------------------------------------- change
static double advice_examine_ns(const struct plane *p, uint64_t objects) {
    const struct simulate_collection all = {.generation = MODEL_GENERATIONS - 1,
                                            .examined = objects};
    return cost_ns(&p->cost, &all);
}

// The first collection at the end, but for what is the same under every setting: one that found more before finds less then.
static double advice_last_ns(const struct plane *p, const struct plane_point *point) {
    return advice_examine_ns(p, point->left) - p->cost.found_ns * (double)point->found;
}

// What the end of the interpreter takes, likewise. Py_FinalizeEx collects all when the
// collector is on, then twice as it takes modules down, and once with the interpreter itself, on or off. What is frozen
// none of them examines. Of 12 programs (those that the cost model was made on) these four examined 2.2 to 3.7 times
// the containers that were alive, 3.0 in the middle: what modules hold dies between the third and the fourth.
static double advice_end_ns(const struct plane *p, const struct plane_point *point) {
    enum { AGAIN = 2 };
    bool off =
        point->kind == PLANE_OFF || point->kind == PLANE_EVERY || point->kind == PLANE_GROWTH;
    uint64_t dead = p->m->garbage > point->found ? p->m->garbage - point->found : 0,
             alive = point->left > dead ? point->left - dead : 0;
    return advice_last_ns(p, point) + (AGAIN - off) * advice_examine_ns(p, alive);
}

// What a setting is chosen by. A program ends once, however long it runs: that its end examines nothing three times is no
// reason to freeze, and that it finds what no collection found before is one to collect.
static double advice_total_ns(const struct plane *p, const struct plane_point *point) {
    return point->gc_ns.value + advice_last_ns(p, point);
}

// How much the end takes more is known from none of it on: a program that is stopped less often is faster beside, as its
// caches keep what it needs. Of networks in tests/validate/programs, 60 pairs of runs had 4.3 % less, where collections
// alone were 5.1 % and the end took 4 % of that back.
struct plane_figure advice_change(const struct plane *p, const struct plane_point *to) {
    const struct plane_figure *now = &p->points->gc_ns, *then = &to->gc_ns;
    double cpu = p->runs->run[0].process_ns,
           end = advice_end_ns(p, to) - advice_end_ns(p, p->points),
           less = fmin(end * COST_LONGEST_SPREAD, 0), more = fmax(end * COST_LONGEST_SPREAD, 0);
    return (struct plane_figure){(then->value - now->value + end) / cpu,
                                 (then->low - now->value * COST_AGAIN_SPREAD + less) / cpu,
                                 (then->high - now->value / COST_AGAIN_SPREAD + more) / cpu};
}

// ------------------------------------------------------------------------------------------ choice
static bool advice_is_within(const struct advice *a, const struct plane *p,
                             const struct plane_point *point) {
    const struct plane_point *now = p->points;
    double pause = isnan(a->budget.pause_ns) ? now->longest_ns.value : a->budget.pause_ns;
    return advice_is_settable(point) && point->longest_ns.value <= pause &&
           point->peak_bytes.value <= now->peak_bytes.value * a->budget.memory;
}

// How much of a change it is.
static double advice_distance(const struct plane *p, const struct plane_point *point) {
    const uint32_t *now = p->m->began.threshold, *then = point->policy.threshold;
    static const double freezing = 1.5; // another line, which has to find its place
    double sum = point->kind == PLANE_FROZEN ? freezing : 0;
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        if (now[g] && then[g])
            sum += fabs(log2((double)then[g] / now[g]));
    return sum;
}

// Whether it is worth it: in CPU time, or because the pauses of now are too long.
static bool advice_is_better(const struct advice *a, const struct plane *p,
                             const struct plane_point *point) {
    const struct plane_point *now = p->points;
    bool paused = !isnan(a->budget.pause_ns) && now->longest_ns.value > a->budget.pause_ns;
    double less = advice_total_ns(p, now) - advice_total_ns(p, point);
    return paused || (less > p->runs->run[0].process_ns * leave_share / 2 &&
                      point->gc_ns.high < now->gc_ns.value);
}

static bool advice_is_candidate(const struct advice *a, const struct plane *p,
                                const struct plane_point *point) {
    return advice_is_within(a, p, point) && advice_is_better(a, p, point);
}

static const struct plane_point *advice_choose(const struct advice *a, const struct plane *p) {
    const struct plane_point *least = NULL, *taken = NULL;
    for (size_t i = 0; i < p->count; i++)
        if (advice_is_candidate(a, p, &p->points[i]) &&
            (!least || advice_total_ns(p, &p->points[i]) < advice_total_ns(p, least)))
            least = &p->points[i];
    if (!least)
        return NULL;
    double enough = advice_total_ns(p, least) + fmax(least->gc_ns.value * (same_times - 1),
                                                     same_share * p->runs->run[0].process_ns);
    for (size_t i = 0; i < p->count; i++) {
        const struct plane_point *point = &p->points[i];
        if (advice_is_candidate(a, p, point) && advice_total_ns(p, point) <= enough &&
            (!taken || advice_distance(p, point) < advice_distance(p, taken)))
            taken = point;
    }
    return taken;
}

// ------------------------------------------------------------------------------------------- check
static double advice_off_by(double model, double did) {
    double off = fabs(model - did);
    return off > 1 && did > 0 ? off / did : 0;
}

static double advice_find_off(const struct plane *p) {
    double off = 0;
    for (size_t i = 0; i < CALIBRATION_RUNS; i++) {
        struct simulate_policy policy = {0};
        for (int g = 0; g < MODEL_GENERATIONS; g++)
            policy.threshold[g] = p->runs->run[i].threshold[g];
        struct simulate_result r = i ? simulate(p->m, &p->deaths[0], &policy) : p->now;
        for (int g = 0; g < MODEL_GENERATIONS; g++)
            off = fmax(off, advice_off_by((double)r.collections[g],
                                          (double)p->runs->run[i].collections[g]));
    }
    return off;
}

// ------------------------------------------------------------------------------------------- shown
static void advice_show(struct advice *a, const struct plane_point *point) {
    for (size_t i = 0; i < a->shown_count; i++)
        if (a->shown[i] == point)
            return;
    a->shown[a->shown_count++] = (struct plane_point *)(uintptr_t)point;
}

static int advice_by_gc(const void *a, const void *b) {
    const struct plane_point *const *x = a, *const *y = b;
    return ((*x)->gc_ns.value < (*y)->gc_ns.value) - ((*x)->gc_ns.value > (*y)->gc_ns.value);
}

// gc.freeze() alone: with the thresholds of now.
static bool advice_only_freezes(const struct plane *p, const struct plane_point *point) {
    const uint32_t *now = p->points->policy.threshold, *then = point->policy.threshold;
    return point->kind == PLANE_FROZEN && then[0] == now[0] && then[1] == now[1];
}

// Now, what is taken, some of the front that are spread over it, gc.freeze() alone, and one of each other policy.
static void advice_choose_shown(struct advice *a, struct plane *p) {
    a->shown = must(calloc(p->count, sizeof(struct plane_point *)));
    advice_show(a, p->points);
    qsort(a->front, a->front_count, sizeof(struct plane_point *), advice_by_gc);
    size_t some = a->front_count < MOST_SHOWN ? a->front_count : MOST_SHOWN;
    for (size_t i = 0; i < some; i++)
        advice_show(a, a->front[some > 1 ? i * (a->front_count - 1) / (some - 1) : 0]);
    if (a->taken)
        advice_show(a, a->taken);
    qsort(a->shown + 1, a->shown_count - 1, sizeof(struct plane_point *), advice_by_gc);
    for (size_t i = 0; i < p->count; i++)
        if (advice_only_freezes(p, &p->points[i]) ||
            (!advice_is_settable(&p->points[i]) && p->points[i].kind != PLANE_NOW))
            advice_show(a, &p->points[i]);
}

struct advice *advice_find(struct plane *p, const struct advice_budget *budget) {
    struct advice *a = must(calloc(1, sizeof *a));
    a->budget = *budget;
    a->off = advice_find_off(p);
    advice_find_front(a, p);
    a->taken = advice_choose(a, p);
    advice_choose_shown(a, p);
    plane_bracket(p, a->shown, a->shown_count);
    double share = p->points->gc_ns.value / p->runs->run[0].process_ns;
    bool pauses = !isnan(budget->pause_ns) && p->points->longest_ns.value > budget->pause_ns;
    a->verdict = a->off > most_off                              ? ADVICE_REFUSED
                 : share < leave_share && !pauses               ? ADVICE_LEAVE
                 : a->taken && advice_is_better(a, p, a->taken) ? ADVICE_TAKE
                                                                : ADVICE_NONE;
    if (a->verdict != ADVICE_TAKE)
        a->taken = NULL;
    return a;
}

void advice_free(struct advice *a) {
    free(a->front);
    free(a->shown);
    free(a);
}
