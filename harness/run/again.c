// again.c - chooses the cells that run under a second name.

#include "again.h"

#include "slice.h"

#include <fnmatch.h>
#include <string.h>

enum { AGAIN_CELLS = 3 };

static bool again_listed(const struct names *patterns, const char *name) {
    bool listed = false;
    for (size_t i = 0; i < patterns->count; i++)
        listed |= !fnmatch(patterns->items[i] + (*patterns->items[i] == '?'), name, 0);
    return listed;
}

static void again_take(struct slice *slice, size_t at) {
    struct cell second = *slice->plan->cells[at];
    second.again = true;
    plan_take(slice, cell_new(&second));
}

// How well a strategy serves: 2 with pauses that are the same in each run, 1 with pauses.
static int again_merit(const struct selection *s, const struct cell *cell) {
    const struct subject *strategy = catalog_strategy(s->catalog, cell->strategy);
    return subject_has_trait(strategy, "frees_cycles")
               ? 2 - subject_has_trait(strategy, "varies") - subject_has_trait(strategy, "silent")
               : 0;
}

// The first of the cells that serves best.
static const struct cell *again_best(const struct selection *s, const struct plan *plan,
                                     size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (again_merit(s, plan->cells[i]) > again_merit(s, plan->cells[best]))
            best = i;
    return count ? plan->cells[best] : NULL;
}

// Cells of the strategy on workloads in focus, then on all others.
static void again_usual(struct slice *slice, size_t count, size_t most) {
    const struct cell *best = again_best(slice->s, slice->plan, count);
    for (int focused = 1; focused >= 0 && most; focused--)
        for (size_t i = 0; i < count && most; i++) {
            const struct cell *cell = slice->plan->cells[i];
            if (!strcmp(cell->strategy, best->strategy) &&
                again_listed(&slice->workloads, cell->workload) == focused) {
                again_take(slice, i);
                most--;
            }
        }
}

void again_add(struct plan *plan, const struct selection *s, const json_t *json) {
    struct slice slice = {.plan = plan,
                          .s = s,
                          .strategies = slice_list(json, "again", ""),
                          .workloads = slice_list(json, "focus", "")};
    size_t count = plan->count, base = plan->base_count;
    if (s->options->blocks < 2 || s->options->alone || s->options->cells.count)
        ; // no noise to show, or not asked for
    else if (!json_object_get(json, "again"))
        again_usual(&slice, base ? base : count, base ? AGAIN_CELLS : 1);
    else
        for (size_t i = 0; i < base; i++)
            if (again_listed(&slice.strategies, plan->cells[i]->strategy))
                again_take(&slice, i);
    names_free(&slice.strategies);
    names_free(&slice.workloads);
}
