// heap.c - cpython: its descriptor, set-up and counters.

#include "heap.h"

#include "collector.h"
#include "interned.h"
#include "objects.h"
#include "parts/cpython/gc_tunables.h"
#include "parts/keep.h"
#include "runtime.h"

#include <stdlib.h>

static const struct setting tunables[GC_TUNABLES] = {
    GC_TUNABLES_SWEPT("off,70,700,7000,70000", "", "", "threshold0!=off")};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "CPython " PY_VERSION " itself, embedded, through its C API",
    .traits = GC_TRAITS | HEAP_VARIES | VERSION_TRAITS,
    .tunables = tunables,
    .tunable_count = GC_TUNABLES,
    .presets = GC_PRESETS("", ),
};

static int prepare(struct heap *h, const struct heap_config *config) {
    int error = objects_open();
    if (!error)
        error = interned_open(h);
    return error ? error : collector_open(h, config->tunables + GC_THRESHOLD0);
}

static int open_heap(struct heap *h, const struct heap_config *config) {
    for (int i = 0; i < CPYTHON_INTS; i++)
        h->ints[i] = HEAP_INT_MIN + i;
    external_init(&h->external);
    memory_init(&h->guards_memory, 0, 0);
    guards_init(&h->guards, &h->guards_memory);
    h->listener = config->listener;
    bool from_malloc = config->tunables[GC_MEMORY] != 0;
    if (roots_init(&h->roots) || runtime_start(h, config, from_malloc, prepare) ||
        collector_listen(h) || runtime_limit(config->limit_bytes, config->refuse_request))
        return ENOMEM;
    objects_watch(h);
    heap_enable(h, config->tunables[GC_ENABLED] != 0);
    return keep_open(h, &h->kept, (size_t)config->tunables[GC_INTERNED_KEPT]);
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->cascade = CPYTHON_NO_RELEASE;
    h->pausing = -1;
    if (open_heap(h, config)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

// prepare may have failed half way.
static void close_heap(struct heap *h) {
    while (h->roots.top)
        heap_leave(h);
    h->closing = true;
    while (guards_any(&h->guards))
        Py_DECREF((PyObject *)(void *)guards_take(&h->guards));
    collector_close(h);
    interned_close(h);
    objects_close();
    runtime_stop(h);
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    h->listener = (struct heap_listener){0};
    if (h->running)
        close_heap(h);
    external_free(&h->external);
    guards_free(&h->guards);
    roots_free(&h->roots);
    free(h);
}

// Its allocator tells how many blocks there are, not how large.
uint64_t heap_unused_bytes(struct heap *h) {
    (void)h;
    return HEAP_UNKNOWN;
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->counters;
    collector_read(h, out);
    out->memory_bytes = runtime_held_bytes();
    out->memory_peak_bytes = runtime_peak_bytes();
    // The interpreter keeps no count of these.
    out->objects_visited = out->edges_visited = out->objects_promoted = HEAP_UNKNOWN;
    out->rc_increments = out->rc_decrements = HEAP_UNKNOWN;
    heap_hide_uncounted(out);
}
