// metered.c - see metered.h.

#include "metered.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { METERED_MOST = 1 << 22 };

void metered_open(struct metered *m, uint64_t steps) {
    *m = (struct metered){0};
    if (steps == 0 || steps > METERED_MOST)
        return;
    size_t bytes = steps * sizeof *m->end_ns;
    void *table = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED)
        return;
    memset(table, 0, bytes);
    *m = (struct metered){table, 0, steps};
}

void metered_close(struct metered *m) {
    if (m->end_ns)
        munmap(m->end_ns, m->room * sizeof *m->end_ns);
    *m = (struct metered){0};
}

static uint64_t metered_start(const struct metered *m, size_t i) {
    return i ? m->end_ns[i - 1] : 0;
}

// The first step from `from` on that starts at that time or later, the last when none does.
static size_t metered_first(const struct metered *m, size_t from, uint64_t at_ns) {
    while (from + 1 < m->count && metered_start(m, from) < at_ns)
        from++;
    return from;
}

static uint64_t metered_even(const struct metered *m, size_t i, size_t lo, size_t hi) {
    uint64_t first = metered_start(m, lo), last = metered_start(m, hi);
    return hi > lo
               ? first + (uint64_t)((double)(last - first) * (double)(i - lo) / (double)(hi - lo))
               : metered_start(m, i);
}

// Both ends of the window only go on, so it takes a step for each.
void metered_latency(const struct metered *m, uint64_t window_ns, struct latency *out) {
    size_t lo = 0, hi = m->count - 1;
    latency_reset(out);
    for (size_t i = 0; i < m->count; i++) {
        uint64_t start = metered_start(m, i), half = window_ns / 2;
        if (window_ns) {
            lo = metered_first(m, lo, start > half ? start - half : 0);
            hi = metered_first(m, i ? hi : 0, start + half);
        }
        uint64_t even = metered_even(m, i, lo, hi);
        latency_record(out, m->end_ns[i] - (even < start ? even : start));
    }
}

static json_t *metered_figures(const struct latency *l) {
    static const struct {
        const char *name;
        double percentile;
    } figures[] = {{"p50_ns", 50}, {"p99_ns", 99}, {"p999_ns", 99.9}, {"max_ns", 100}};
    json_t *json = json_object();
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        uint64_t ns = latency_percentile(l, figures[i].percentile);
        if (ns != UINT64_MAX)
            json_object_set_new(json, figures[i].name, json_integer((json_int_t)ns));
    }
    return json;
}

json_t *metered_to_json(const struct metered *m) {
    static const struct {
        const char *name;
        uint64_t ns;
    } windows[] = {{"10ms", 10000000}, {"100ms", 100000000}, {"1s", 1000000000}, {"whole", 0}};
    struct latency *l = m->count && m->count <= m->room ? malloc(sizeof *l) : NULL;
    json_t *json = l ? json_object() : NULL;
    for (size_t i = 0; l && i < sizeof windows / sizeof *windows; i++)
        if (windows[i].ns <= m->end_ns[m->count - 1]) {
            metered_latency(m, windows[i].ns, l);
            json_object_set_new(json, windows[i].name, metered_figures(l));
        }
    free(l);
    return json;
}
