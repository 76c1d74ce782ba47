// phases.c - reads the marks of phases, and writes down what lies between them.

#include "phases.h"

#include "base/rss.h"
#include "copy.h"
#include "invocation.h"
#include "model/backing.h"

#include <stdlib.h>
#include <string.h>

int phases_prepare(struct invocation *inv) {
    const struct workload *w = inv->plan->workload;
    struct workload_phase phase;
    size_t count = 2; // the set-up, and the steps as a whole or the first of them
    while (w->phase_of && w->phase_of(&inv->mutator, count - 2, &phase))
        count++;
    inv->phases.list = malloc(count * sizeof *inv->phases.list);
    if (!inv->phases.list)
        return ENOMEM;
    memset(inv->phases.list, 0, count * sizeof *inv->phases.list); // every page touched
    inv->phases.room = count;
    return 0;
}

void phases_free(struct phases *phases) {
    free(phases->list);
    *phases = (struct phases){0};
}

static uint64_t phases_rss(const struct invocation *inv, uint64_t bytes) {
    return bytes > inv->rss.baseline ? bytes - inv->rss.baseline : 0;
}

// The marks are read into the phase itself, as what is to be subtracted.
void phases_begin(struct invocation *inv, const char *name) {
    struct phases *phases = &inv->phases;
    if (phases->count == phases->room)
        return;
    struct phase *p = &phases->list[phases->count];
    p->name = name;
    heap_read_counters(inv->mutator.heap, &p->counters);
    p->rss_start = phases_rss(inv, rss_sample_bytes(inv->rss_fd));
    p->peak_known = rss_reset_peak() == 0;
    inv->pauses_clock.sums = p->pauses;
    phases->waited_ns = inv->arrivals.cpu_ns;
    p->cpu = clock_cpu_read();
    phases->start_ns = clock_wall_ns();
}

static struct heap_counters phases_between(const struct heap_counters *before,
                                           const struct heap_counters *after) {
    struct heap_counters c;
#define PHASES_DIFFERENCE(name, unit, kept, doc)                                                   \
    c.name = after->name == HEAP_UNKNOWN ? HEAP_UNKNOWN : after->name - before->name;
    HEAP_COUNTERS(PHASES_DIFFERENCE)
#undef PHASES_DIFFERENCE
    c.memory_bytes = after->memory_bytes;
    c.memory_peak_bytes = after->memory_peak_bytes;
    c.cascade_longest = after->cascade_longest;
    return c;
}

// On a copy of the process.
static bool phases_purge(const void *context, void *answer) {
    const struct invocation *inv = context;
    int fd = rss_open(0); // the descriptor that is there is the parent's
    backing_current()->purge();
    *(uint64_t *)answer = phases_rss(inv, rss_sample_bytes(fd));
    return fd >= 0;
}

void phases_end(struct invocation *inv, uint64_t steps, bool releases) {
    struct phases *phases = &inv->phases;
    uint64_t now_ns = clock_wall_ns();
    struct clock_cpu cpu = clock_cpu_read();
    struct heap_counters after;
    struct copy copy;
    if (phases->count == phases->room)
        return;
    struct phase *p = &phases->list[phases->count++];
    inv->pauses_clock.sums = NULL;
    p->steps = steps;
    p->wall_ns = now_ns - phases->start_ns;
    p->cpu = clock_cpu_less(clock_cpu_since(p->cpu, cpu), inv->arrivals.cpu_ns - phases->waited_ns);
    p->rss_peak = phases_rss(inv, rss_peak_bytes());
    p->rss_end = phases_rss(inv, rss_sample_bytes(inv->rss_fd));
    heap_read_counters(inv->mutator.heap, &after);
    p->counters = phases_between(&p->counters, &after);
    p->purged_known = releases && copy_start(&copy, phases_purge, inv, sizeof p->rss_purged) &&
                      copy_wait(&copy, &p->rss_purged, sizeof p->rss_purged);
}

// ---------------------------------------------------------------------------------------- the
// record
static void phases_set(json_t *object, const char *name, uint64_t value) {
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static json_t *phase_rss(const struct invocation *inv, const struct phase *p) {
    json_t *rss = json_object();
    if (inv->rss_fd < 0)
        return rss;
    phases_set(rss, "start_bytes", p->rss_start);
    if (p->peak_known)
        phases_set(rss, "peak_bytes", p->rss_peak);
    phases_set(rss, "end_bytes", p->rss_end);
    if (p->purged_known)
        phases_set(rss, "purged_bytes", p->rss_purged);
    return rss;
}

static json_t *phase_to_json(const struct invocation *inv, const struct phase *p) {
    json_t *json = json_object();
    json_object_set_new(json, "name", json_string(p->name));
    phases_set(json, "steps", p->steps);
    phases_set(json, "wall_ns", p->wall_ns);
    phases_set(json, "cpu_user_ns", p->cpu.user_ns);
    phases_set(json, "cpu_system_ns", p->cpu.system_ns);
    json_object_set_new(json, "rss", phase_rss(inv, p));
    if (p->worker_known)
        json_object_set_new(json, "worker",
                            json_pack("{s:I,s:I}", "private_dirty_bytes",
                                      (json_int_t)p->worker.own_bytes, "shared_dirty_bytes",
                                      (json_int_t)p->worker.shared_bytes));
    json_object_set_new(json, "pauses", pause_sums_to_json(p->pauses));
    json_object_set_new(json, "counters", record_counters(&p->counters));
    return json;
}

json_t *phases_to_json(const struct invocation *inv) {
    json_t *list = json_array();
    for (size_t i = 0; i < inv->phases.count; i++)
        json_array_append_new(list, phase_to_json(inv, &inv->phases.list[i]));
    return list;
}
