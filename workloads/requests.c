// requests.c - a server: each request builds a graph of its own, looks things up in a cache that
// lives long, and lets go of its graph.
//
// A graph is a list of rows; a row refers to a text and, where the graph is cyclic, back to its
// list. The cache is a list of such graphs, of which the least recently used one makes room for a
// new one. The order of use is kept outside the heap, as in a table with links by number, so that
// nothing here is cyclic but what cyclic_fraction asks for.
//
// A row may refer to a text of the cache, never to a graph in it: a promoted graph that referred to
// earlier ones would keep all of them alive, and the cache would grow for ever.

#include "workload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE, GRAPH, FRESH, ENTRY, ROW, TEXT, REGISTERS };
enum { ROW_TEXT, ROW_FOUND, ROW_LIST, ROW_SLOTS };

enum {
    MEAN,
    DISTRIBUTION,
    PAYLOAD,
    CACHE_OBJECTS,
    LOOKUPS,
    HITS,
    CYCLIC_FRACTION,
    PROMOTED,
    PARAMS
};
enum { FIXED, EXPONENTIAL, HEAVY };

static const struct setting requests_params[PARAMS] = {
    [MEAN] = {.name = "mean",
              .doc = "objects of a request's graph, on average",
              .unit = "objects",
              .fallback = 50,
              .min = 3,
              .max = 1e6,
              .whole = 1},
    [DISTRIBUTION] = {.name = "distribution",
                      .doc = "of the sizes of graphs: all alike, exponential, or with a heavy tail",
                      .unit = "",
                      .fallback = EXPONENTIAL,
                      .choices = (const char *const[]){"fixed", "exponential", "heavy", NULL},
                      .sweep = "fixed,exponential,heavy"},
    [PAYLOAD] = {.name = "payload",
                 .doc = "payload of a text",
                 .unit = "bytes",
                 .fallback = 32,
                 .min = 1,
                 .max = 1e6,
                 .whole = 1},
    [CACHE_OBJECTS] = {.name = "cache",
                       .doc = "objects of the cache, before graphs are promoted into it",
                       .unit = "objects",
                       .fallback = 20000,
                       .min = 11,
                       .max = 1e7,
                       .whole = 1},
    [LOOKUPS] = {.name = "lookups",
                 .doc = "how often a request asks the cache",
                 .unit = "lookups",
                 .fallback = 4,
                 .max = 1e6,
                 .whole = 1},
    [HITS] = {.name = "hits",
              .doc = "share of lookups that find what they ask for; others put it there",
              .unit = "share",
              .fallback = 0.9,
              .max = 1},
    [CYCLIC_FRACTION] = {.name = "cyclic_fraction",
                         .doc = "share of the requests whose graph is cyclic",
                         .unit = "share",
                         .fallback = 0.2,
                         .max = 1,
                         .sweep = "0,0.2,1"},
    [PROMOTED] = {.name = "promoted",
                  .doc = "share of the requests whose graph goes into the cache",
                  .unit = "share",
                  .fallback = 0.01,
                  .max = 1},
};

enum { ENTRY_OBJECTS = 11 }; // of what a lookup that fails puts into the cache
enum { HEAVY_MOST = 1000 };  // times the mean: no graph is larger

// Entries by number, in a ring in the order of their last use; number `entries` stands between the
// one used last, its `later`, and the one used longest ago, its `earlier`.
struct requests {
    size_t entries;
    uint32_t *earlier, *later;
    uint64_t done;
};

// ------------------------------------------------------------------------------------ order of use
static void requests_link(struct requests *s, uint32_t earlier, uint32_t later) {
    s->later[earlier] = later;
    s->earlier[later] = earlier;
}

// The entry becomes the one that was used last.
static void requests_use(struct requests *s, size_t entry) {
    uint32_t e = (uint32_t)entry, gap = (uint32_t)s->entries;
    requests_link(s, s->earlier[e], s->later[e]);
    requests_link(s, s->earlier[gap], e);
    requests_link(s, e, gap);
}

static size_t requests_oldest(const struct requests *s) {
    return s->later[s->entries];
}

// ------------------------------------------------------------------------------------------ graphs
// Objects of a request. Of the heavy tail the share x^-1.5 is larger than x thirds of the mean
// (Pareto).
static size_t requests_size(struct mutator *m) {
    double mean = m->params[MEAN], u = (double)((mutator_random(m) >> 11) + 1) * 0x1p-53;
    double size = m->params[DISTRIBUTION] == FIXED         ? mean
                  : m->params[DISTRIBUTION] == EXPONENTIAL ? -mean * log(u)
                                                           : mean / 3 / cbrt(u * u);
    return (size_t)(size < HEAVY_MOST * mean ? size : HEAVY_MOST * mean);
}

// A text is filled with a number that tells it from others.
static int requests_text(struct mutator *m, size_t bytes, uint64_t number) {
    int error = heap_new_atom(m->heap, &m->registers[TEXT], bytes);
    if (!error)
        memset(heap_payload(m->heap, &m->registers[TEXT]), (int)(number & 0xFF), bytes);
    return error;
}

static int requests_row(struct mutator *m, const struct heap_reg *list, uint64_t number,
                        bool cyclic) {
    struct heap_reg *r = m->registers;
    int error = heap_new_node(m->heap, &r[ROW], ROW_SLOTS, 0);
    if (!error)
        error = requests_text(m, (size_t)m->params[PAYLOAD], number);
    if (error)
        return error;
    heap_store(m->heap, &r[ROW], ROW_TEXT, &r[TEXT]);
    if (cyclic)
        heap_store(m->heap, &r[ROW], ROW_LIST, list);
    return heap_append(m->heap, list, &r[ROW]);
}

// dst = a graph of so many objects, at least 3.
static int requests_build(struct mutator *m, struct heap_reg *dst, size_t objects, bool cyclic) {
    const struct requests *s = m->state;
    size_t rows = objects < 5 ? 1 : (objects - 1) / 2;
    int error = heap_new_list(m->heap, dst);
    for (size_t i = 0; i < rows && !error; i++)
        error = requests_row(m, dst, s->done + i, cyclic);
    return error;
}

// TEXT = a text of a row of a graph, which is observed; ROW is that row.
static void requests_read(struct mutator *m, const struct heap_reg *graph, size_t row,
                          size_t slot) {
    struct heap_reg *r = m->registers;
    heap_load(m->heap, &r[ROW], graph, row);
    heap_load(m->heap, &r[TEXT], &r[ROW], slot);
    if (!heap_is_empty(m->heap, &r[TEXT]))
        mutator_observe(m, *(const unsigned char *)heap_payload(m->heap, &r[TEXT]));
}

// ------------------------------------------------------------------------------------------- cache
// A graph takes the place of the entry that was used longest ago, which is seen for the last time.
static void requests_replace(struct mutator *m, const struct heap_reg *graph) {
    struct requests *s = m->state;
    struct heap_reg *r = m->registers;
    size_t place = requests_oldest(s);
    heap_load(m->heap, &r[ENTRY], &r[CACHE], place);
    mutator_observe(m, heap_length(m->heap, &r[ENTRY]));
    requests_read(m, &r[ENTRY], 0, ROW_FOUND);
    heap_store(m->heap, &r[CACHE], place, graph);
    requests_use(s, place);
}

static int requests_miss(struct mutator *m) {
    struct heap_reg *r = m->registers;
    heap_long_lived(m->heap, true);
    int error = requests_build(m, &r[FRESH], ENTRY_OBJECTS, false);
    heap_long_lived(m->heap, false);
    if (!error)
        requests_replace(m, &r[FRESH]);
    return error;
}

// The entry is marked by a fresh text, which names the request, and a row of the request's own
// graph refers to one of its texts. Of two entries the one in front is asked for, so that some are
// popular.
static int requests_hit(struct mutator *m) {
    struct requests *s = m->state;
    struct heap_reg *r = m->registers;
    size_t one = mutator_draw(m, s->entries), other = mutator_draw(m, s->entries);
    size_t place = one < other ? one : other;
    requests_use(s, place);
    heap_load(m->heap, &r[ENTRY], &r[CACHE], place);
    heap_long_lived(m->heap, true);
    int error = requests_text(m, sizeof s->done, s->done);
    heap_long_lived(m->heap, false);
    if (error)
        return error;
    heap_load(m->heap, &r[ROW], &r[ENTRY], 0);
    heap_store(m->heap, &r[ROW], ROW_FOUND, &r[TEXT]);
    requests_read(m, &r[ENTRY], mutator_draw(m, heap_length(m->heap, &r[ENTRY])), ROW_TEXT);
    heap_load(m->heap, &r[ROW], &r[GRAPH], mutator_draw(m, heap_length(m->heap, &r[GRAPH])));
    heap_store(m->heap, &r[ROW], ROW_FOUND, &r[TEXT]);
    return 0;
}

// -------------------------------------------------------------------------------------------- step
static void requests_clear(struct mutator *m) {
    for (size_t i = GRAPH; i < REGISTERS; i++)
        heap_clear(m->heap, &m->registers[i]);
}

static int requests_serve(struct mutator *m, bool promoted) {
    const double *p = m->params;
    struct heap_reg *r = m->registers;
    heap_long_lived(m->heap, promoted);
    // Drawn one after the other: compilers differ in which argument of a call they evaluate first.
    bool cyclic = mutator_chance(m, p[CYCLIC_FRACTION]);
    int error = requests_build(m, &r[GRAPH], requests_size(m), cyclic);
    heap_long_lived(m->heap, false);
    for (size_t i = 0; i < (size_t)p[LOOKUPS] && !error; i++)
        error = mutator_chance(m, p[HITS]) ? requests_hit(m) : requests_miss(m);
    for (size_t i = 0; !error && i < heap_length(m->heap, &r[GRAPH]); i++)
        requests_read(m, &r[GRAPH], i, ROW_TEXT);
    if (!error && promoted)
        requests_replace(m, &r[GRAPH]);
    return error;
}

static int requests_step(struct mutator *m) {
    struct requests *s = m->state;
    heap_region_begin(m->heap);
    int error = requests_serve(m, mutator_chance(m, m->params[PROMOTED]));
    requests_clear(m);
    heap_region_end(m->heap);
    s->done++;
    return error;
}

// ------------------------------------------------------------------------------------------ set-up
static int requests_prepare(struct mutator *m) {
    struct requests *s = m->state;
    s->entries = (size_t)m->params[CACHE_OBJECTS] / ENTRY_OBJECTS;
    s->earlier = malloc((s->entries + 1) * sizeof *s->earlier);
    s->later = malloc((s->entries + 1) * sizeof *s->later);
    if (!s->earlier || !s->later)
        return ENOMEM;
    for (size_t i = 0; i <= s->entries; i++)
        requests_link(s, (uint32_t)i, (uint32_t)(i < s->entries ? i + 1 : 0));
    return 0;
}

static int requests_setup(struct mutator *m) {
    const struct requests *s = m->state;
    struct heap_reg *r = m->registers;
    int error = heap_new_list(m->heap, &r[CACHE]);
    for (size_t i = 0; i < s->entries && !error; i++) {
        error = requests_build(m, &r[GRAPH], ENTRY_OBJECTS, false);
        if (!error)
            error = heap_append(m->heap, &r[CACHE], &r[GRAPH]);
    }
    requests_clear(m);
    return error;
}

static void requests_teardown(struct mutator *m) {
    struct requests *s = m->state;
    free(s->earlier);
    free(s->later);
}

WORKLOAD(
    requests,
    .summary =
        "requests that build graphs of their own and share a cache: how long does one wait when "
        "they arrive at random?",
    .step_is = "one request", .params = requests_params, .param_count = PARAMS,
    .registers = REGISTERS, .state_bytes = sizeof(struct requests), .steps = 12000,
    .prepare = requests_prepare, .setup = requests_setup, .step = requests_step,
    .teardown = requests_teardown)
