// pauses.c - times pauses as a heap announces them, and writes them down.

#include "pauses.h"

#include "base/clock.h"
#include "base/mmu.h"

#include <stdlib.h>
#include <string.h>

static const char *const pause_labels[] = {
#define PAUSE_LABEL(name, label, doc) label,
    HEAP_PAUSES(PAUSE_LABEL)
#undef PAUSE_LABEL
};

struct pauses *pauses_new(void) {
    struct pauses *p = calloc(1, sizeof *p); // pages that latency_reset touches first
    if (!p)
        return NULL;
    p->log.fd = -1;
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++) {
        latency_reset(&p->wall[kind]);
        latency_reset(&p->cpu[kind]);
    }
    return p;
}

void pauses_free(struct pauses *p) {
    if (p)
        pause_log_close(&p->log, NULL, 0);
    free(p);
}

static void pauses_begin(void *context, enum heap_pause kind) {
    struct pauses_clock *clock = context;
    (void)kind;
    uint64_t now = clock_wall_ns();
    if (now - clock->checkpoint_ns >= PAUSES_CHECKPOINT_NS) {
        clock->checkpoint_cpu = clock_thread_ns();
        clock->checkpoint_ns = now = clock_wall_ns();
    }
    clock->started_ns = now;
}

// The CPU time of a pause that has just ended.
static uint64_t pauses_cpu_ns(struct pauses_clock *clock, uint64_t wall_ns) {
    if (wall_ns < PAUSES_CHECKPOINT_NS)
        return wall_ns;
    uint64_t cpu = clock_thread_ns(), since = cpu - clock->checkpoint_cpu;
    clock->checkpoint_cpu = cpu;
    clock->checkpoint_ns = clock_wall_ns();
    return since < wall_ns ? since : wall_ns;
}

static void pauses_record(struct pauses *p, struct pause_event event) {
    if (event.duration_ns > p->wall[event.kind].max_ns) {
        p->longest_at_ns[event.kind] = event.start_ns;
        p->longest_cpu_ns[event.kind] = event.cpu_ns;
    }
    latency_record(&p->wall[event.kind], event.duration_ns);
    latency_record(&p->cpu[event.kind], event.cpu_ns);
    p->freed[event.kind] += HEAP_COUNTING ? event.freed : 0;
    pause_log_add(&p->log, &event);
}

static void pauses_add(struct pause_sums *sums, uint64_t wall_ns, uint64_t cpu_ns) {
    sums->count++;
    sums->wall_ns += wall_ns;
    sums->cpu_ns += cpu_ns;
    sums->wall_max_ns = wall_ns > sums->wall_max_ns ? wall_ns : sums->wall_max_ns;
    sums->cpu_max_ns = cpu_ns > sums->cpu_max_ns ? cpu_ns : sums->cpu_max_ns;
}

static void pauses_end(void *context, enum heap_pause kind, uint64_t freed) {
    struct pauses_clock *clock = context;
    uint64_t wall_ns = clock_wall_ns() - clock->started_ns;
    if (!clock->into)
        return;
    uint64_t cpu_ns = pauses_cpu_ns(clock, wall_ns);
    pauses_record(clock->into,
                  (struct pause_event){clock->started_ns, wall_ns, cpu_ns, freed, kind});
    if (!clock->sums)
        return;
    pauses_add(&clock->sums[kind], wall_ns, cpu_ns);
    pauses_add(&clock->sums[HEAP_PAUSE_KINDS], wall_ns, cpu_ns);
}

struct heap_listener pauses_listener(struct pauses_clock *clock) {
    return (struct heap_listener){
        .pause_begin = pauses_begin, .pause_end = pauses_end, .context = clock};
}

json_t *pauses_to_json(const struct pauses *p, uint64_t origin_ns) {
    json_t *kinds = json_object();
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++) {
        if (!p->wall[kind].count)
            continue;
        json_t *histogram = latency_to_json(&p->wall[kind]);
        if (HEAP_COUNTING)
            json_object_set_new(histogram, "freed", json_integer((json_int_t)p->freed[kind]));
        json_object_set_new(histogram, "longest_at_ns",
                            json_integer((json_int_t)(p->longest_at_ns[kind] - origin_ns)));
        json_object_set_new(histogram, "longest_cpu_ns",
                            json_integer((json_int_t)p->longest_cpu_ns[kind]));
        json_object_set_new(kinds, pause_labels[kind], histogram);
    }
    return kinds;
}

json_t *pauses_cpu_to_json(const struct pauses *p) {
    json_t *kinds = json_object();
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++)
        if (p->cpu[kind].count)
            json_object_set_new(kinds, pause_labels[kind], latency_to_json(&p->cpu[kind]));
    return kinds;
}

static json_t *pause_sum_to_json(const struct pause_sums *s) {
    return json_pack("{s:I,s:I,s:I,s:I,s:I}", "count", (json_int_t)s->count, "total_ns",
                     (json_int_t)s->wall_ns, "max_ns", (json_int_t)s->wall_max_ns, "cpu_total_ns",
                     (json_int_t)s->cpu_ns, "cpu_max_ns", (json_int_t)s->cpu_max_ns);
}

json_t *pause_sums_to_json(const struct pause_sums *sums) {
    json_t *kinds = json_object();
    for (int kind = 0; kind <= HEAP_PAUSE_KINDS; kind++)
        if (sums[kind].count)
            json_object_set_new(kinds, kind < HEAP_PAUSE_KINDS ? pause_labels[kind] : "all",
                                pause_sum_to_json(&sums[kind]));
    return kinds;
}

// At most PAUSES_IN_RECORD, the longest of each slice of time.
static json_t *pause_events_to_json(const struct pause_event *all, size_t count, uint64_t origin_ns,
                                    uint64_t end_ns) {
    uint64_t slice_ns = (end_ns - origin_ns) / PAUSES_IN_RECORD + 1;
    json_t *events = json_array();
    for (size_t i = 0; i < count;) {
        uint64_t slice = (all[i].start_ns - origin_ns) / slice_ns;
        const struct pause_event *longest = &all[i];
        for (; i < count && (all[i].start_ns - origin_ns) / slice_ns == slice; i++)
            if (all[i].duration_ns > longest->duration_ns)
                longest = &all[i];
        json_t *freed = HEAP_COUNTING ? json_integer((json_int_t)longest->freed) : json_null();
        json_array_append_new(events,
                              json_pack("[I,I,s,o]", (json_int_t)(longest->start_ns - origin_ns),
                                        (json_int_t)longest->duration_ns,
                                        pause_labels[longest->kind], freed));
    }
    return events;
}

// The pauses as long as they are on one of the clocks, at the places that they have on the wall.
static struct mmu_pause *pauses_spans(const struct pause_event *all, size_t count,
                                      uint64_t origin_ns, bool cpu) {
    struct mmu_pause *spans = malloc((count ? count : 1) * sizeof *spans);
    for (size_t i = 0; i < count && spans; i++) {
        uint64_t start_ns = all[i].start_ns - origin_ns;
        spans[i] =
            (struct mmu_pause){start_ns, start_ns + (cpu ? all[i].cpu_ns : all[i].duration_ns)};
    }
    return spans;
}

// [window, MMU and BMU of CPU time, of wall time]: windows of 1, 2 and 5 times a power of ten, up
// to the run's length.
static json_t *pauses_mmu_to_json(const struct pause_event *all, size_t count, uint64_t origin_ns,
                                  uint64_t end_ns) {
    static const uint64_t steps[] = {1, 2, 5};
    uint64_t run_ns = end_ns - origin_ns;
    struct mmu_pause *cpu = pauses_spans(all, count, origin_ns, true);
    struct mmu_pause *wall = pauses_spans(all, count, origin_ns, false);
    json_t *mmu = json_array();
    for (uint64_t power = PAUSES_WINDOW_NS; cpu && wall && power <= run_ns; power *= 10)
        for (int i = 0; i < 3 && steps[i] * power <= run_ns; i++) {
            uint64_t window_ns = steps[i] * power;
            struct mmu c = mmu_of(cpu, count, window_ns);
            struct mmu w = mmu_of(wall, count, window_ns);
            json_array_append_new(mmu, json_pack("[I,f,f,f,f]", (json_int_t)window_ns, c.least,
                                                 c.bounded, w.least, w.bounded));
        }
    free(cpu);
    free(wall);
    return mmu;
}

void pauses_log_to_json(struct pauses *p, json_t *record, uint64_t origin_ns, uint64_t end_ns) {
    size_t count;
    const struct pause_event *all = pause_log_read(&p->log, &count);
    if (all || !count) {
        json_object_set_new(record, "pause_events",
                            pause_events_to_json(all, count, origin_ns, end_ns));
        json_object_set_new(record, "mmu", pauses_mmu_to_json(all, count, origin_ns, end_ns));
    }
    pause_log_close(&p->log, all, count);
}
