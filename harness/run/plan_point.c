// plan_point.c - see plan_point.h.

#include "plan_point.h"

#include "base/must.h"
#include "model/preset.h"

#include <stdlib.h>

struct plan_point plan_point(const struct selection *s, size_t workload, size_t strategy,
                             const char *backing) {
    return (struct plan_point){&s->catalog->workloads[workload], &s->catalog->strategies[strategy],
                               backing, values_copy(&s->params[workload]),
                               values_copy(&s->tunables[strategy])};
}

void plan_point_free(struct plan_point *p) {
    values_free(&p->params);
    values_free(&p->tunables);
}

bool plan_runs(const struct selection *s, size_t workload, size_t strategy) {
    const struct catalog_strategy *of = &s->catalog->strategies[strategy];
    return names_has(&of->workloads, s->catalog->workloads[workload].name) &&
           preset_suits(s->presets[workload], of);
}

const struct cell *plan_take(struct plan *plan, struct cell *cell) {
    json_t *known = json_object_get(plan->index, cell->key);
    if (known) {
        cell_free(cell);
        return plan->cells[json_integer_value(known)];
    }
    json_object_set_new(plan->index, cell->key, json_integer((json_int_t)plan->count));
    plan->cells = must(realloc(plan->cells, (plan->count + 1) * sizeof(struct cell *)));
    return plan->cells[plan->count++] = cell;
}

const struct cell *plan_add(struct plan *plan, const struct plan_point *p) {
    char *params = values_text(&p->params), *tunables = values_text(&p->tunables);
    const struct cell *cell = plan_take(
        plan, cell_new(p->workload->name, params, p->strategy->name, tunables, p->backing));
    free(params);
    free(tunables);
    return cell;
}
