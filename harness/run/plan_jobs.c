// plan_jobs.c - jobs of the cells of a plan, and the heap limits that are multiples of the least.

#include "base/input.h"
#include "base/must.h"
#include "base/text.h"
#include "scenario/scenario.h"
#include "slice.h"
#include "trace/trace.h"

#include <math.h>
#include <string.h>

static uint64_t plan_steps(const struct options *o, const struct subject *workload,
                           const struct cell *cell) {
    if (!isnan(cell->around[CELL_STEPS]))
        return (uint64_t)cell->around[CELL_STEPS];
    double wanted = round((double)workload->steps * o->steps_factor);
    if (!workload->steps) // as many as what it reads says
        return o->steps;
    return o->steps ? o->steps : wanted < 1 ? 1 : (uint64_t)wanted;
}

// The path of a cell's input: of the one that it names, which may be a scenario that no flag did;
// of the only one; or the default.
static const char *plan_input(const struct selection *s, const struct subject *workload,
                              const struct cell *cell) {
    for (size_t i = 0; i < s->inputs.count; i++)
        if (plan_reads(s, workload, i) &&
            (!cell->input || !strcmp(s->inputs.items[i], cell->input)))
            return s->options->inputs.items[i];
    return cell->input                            ? cell->input
           : !strcmp(workload->reads, "text")     ? INPUT_DEFAULT_PATH
           : !strcmp(workload->reads, "trace")    ? TRACE_DEFAULT
           : !strcmp(workload->reads, "scenario") ? SCENARIO_DEFAULT
                                                  : NULL;
}

// All that a program is, as text.
static char *plan_program(const struct selection *s, const struct cell *cell) {
    const struct subject *workload = catalog_workload(s->catalog, cell->workload);
    double seed = cell->around[CELL_SEED];
    const char *input = plan_input(s, workload, cell);
    return text_format("%s[%s]@%.0f@%llu@%s", cell->workload, cell->params,
                       isnan(seed) ? (double)s->options->seed : seed,
                       (unsigned long long)plan_steps(s->options, workload, cell),
                       input ? input : "");
}

uint64_t plan_heap_limit(const struct plan *plan, const struct selection *s, size_t position) {
    const struct cell *cell = plan->cells[position];
    double heap = cell->around[CELL_HEAP], room = cell->around[CELL_ROOM];
    if (isnan(room))
        return isnan(heap) ? s->options->heap_limit_bytes : (uint64_t)heap;
    char *program = plan_program(s, cell);
    double least = json_number_value(json_object_get(plan->least, program));
    free(program);
    return (uint64_t)ceil(room * least);
}

// What is observed beside the run is the same in every block of a seed, so the first of them asks
// for it.
static json_t *plan_job(const struct plan *plan, const struct selection *s, size_t position,
                        uint64_t block, uint64_t order) {
    const struct options *o = s->options;
    const struct cell *cell = plan->cells[position];
    const struct subject *workload = catalog_workload(s->catalog, cell->workload);
    double seed = cell->around[CELL_SEED];
    double load = cell->around[CELL_LOAD];
    const char *input = plan_input(s, workload, cell);
    struct observe observe = {0};
    if (block < (isnan(seed) ? o->seeds : 1)) {
        observe = plan->observe[position];
        observe.graph = true;
    }
    return job_json(&(struct job){.cell = cell->key,
                                  .workload = cell->workload,
                                  .params = cell->params,
                                  .strategy = cell->strategy,
                                  .tunables = cell->tunables,
                                  .backing = cell->backing,
                                  .build = cell->build,
                                  .input = input,
                                  .input_sum = input ? select_sum(s, input) : NULL,
                                  .input_name = cell->input,
                                  .steps = plan_steps(o, workload, cell),
                                  .seed = isnan(seed) ? o->seed + block % o->seeds : (uint64_t)seed,
                                  .load = isnan(load) ? 0 : load,
                                  .heap_limit_bytes = plan_heap_limit(plan, s, position),
                                  .block = block,
                                  .order = order,
                                  .observe = observe,
                                  .timeout_s = o->timeout_s});
}

bool plan_has_rooms(const struct plan *plan) {
    bool has = false;
    for (size_t i = 0; i < plan->count; i++)
        has |= !isnan(plan->cells[i]->around[CELL_ROOM]);
    return has;
}

// First those of the cells themselves, so that what other strategies need is compared with the
// least of them.
static void plan_room(struct plan *plan, const struct selection *s, struct minheap *m, size_t i,
                      bool over_all) {
    char *program = plan_program(s, plan->cells[i]);
    json_t *json = plan_job(plan, s, i, 0, 0);
    const json_t *known = json_object_get(plan->least, program);
    struct job job;
    job_read(json, &job);
    if (!over_all)
        minheap_of(m, &job, UINT64_MAX);
    else if (!known)
        json_object_set_new(plan->least, program, json_integer((json_int_t)minheap_least(m, &job)));
    json_decref(json);
    free(program);
}

bool plan_rooms(struct plan *plan, const struct selection *s, struct minheap *m, char *error,
                size_t error_bytes) {
    plan->least = must(json_object());
    for (int over_all = 0; over_all < 2; over_all++)
        for (size_t i = 0; i < plan->count; i++)
            if (!isnan(plan->cells[i]->around[CELL_ROOM]))
                plan_room(plan, s, m, i, over_all);
    plan->minheaps = minheap_facts(m);
    for (size_t i = 0; i < plan->count; i++)
        if (!isnan(plan->cells[i]->around[CELL_ROOM]) && !plan_heap_limit(plan, s, i)) {
            snprintf(error, error_bytes, "%s: no strategy runs its program", plan->cells[i]->key);
            return false;
        }
    return true;
}

json_t *plan_jobs(const struct plan *plan, const struct selection *s) {
    json_t *jobs = must(json_array()), *cells = must(json_object());
    size_t *order = must(calloc(plan->count + 1, sizeof *order));
    for (uint64_t block = 0; block < s->options->blocks; block++) {
        plan_order(plan, s->options->seed, block, order);
        for (size_t i = 0; i < plan->count; i++)
            jobs_add(jobs, cells, plan_job(plan, s, order[i], block, block * plan->count + i));
    }
    json_decref(cells);
    free(order);
    return jobs;
}
