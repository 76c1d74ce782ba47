// heap.c - rootbuffer: its descriptor, the buffer's memory, what can be seen of it, and checks.

#include "heap.h"

#include "parts/counted/waiting.h"
#include "parts/without/freezing.h"

enum tunable { RULE, ROOTS, ENABLED, COLLECT_EVERY, MEMORY, INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [RULE] = {.name = "rule",
              .doc =
                  "what moves the number of candidates: nothing, what is found, as PHP since 7.3 "
                  "does, or the part that is found, as Nim's ORC does",
              .unit = "",
              .fallback = ROOTBUFFER_PHP,
              .choices = (const char *const[]){"fixed", "php", "nim", NULL},
              .sweep = "fixed,php,nim"},
    [ROOTS] = {.name = "roots",
               .doc = "collect when so many candidates wait: containers whose count was lowered, "
                      "and not to 0; off: never unasked",
               .unit = "objects",
               .fallback = 10000,
               .max = 1e9,
               .whole = 1,
               .sweep = "off,128,1000,10000,100000"},
    [ENABLED] = {.name = "enabled",
                 .doc = "whether the heap starts collections by itself, as after gc_enable()",
                 .when = "roots!=off",
                 .unit = "",
                 .fallback = 1,
                 .choices = (const char *const[]){"off", "on", NULL},
                 .sweep = "off,on"},
    [COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY,
    [MEMORY] = HEAP_TUNABLE_MEMORY,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary =
        "reference counting that looks for cycles where counts were lowered, as PHP and Nim do",
    .traits =
        HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
    .presets =
        (const struct preset[]){
            {.name = "php5.3", .assignments = "rule=fixed,roots=10000", .doc = "as PHP 5.3 to 7.2"},
            {.name = "php7.3", .assignments = "rule=php,roots=10000", .doc = "as PHP since 7.3"},
            {.name = "nim2.2",
             .assignments = "rule=nim,roots=128",
             .doc = "as Nim 2.2 with --mm:orc"},
            {.name = NULL},
        },
};

// --------------------------------------------------------------------------------------- lifecycle
// The array may move.
static bool cover(void *context, size_t held_bytes) {
    struct heap *h = context;
    struct heap_object **moved = covered_grow(&h->common.memory, h->roots, held_bytes);
    if (moved)
        h->roots = moved;
    return moved;
}

int rootbuffer_open(struct heap *h, const struct heap_config *config) {
    h->rule = (enum rootbuffer_rule)config->tunables[RULE];
    h->threshold = h->first_threshold = (uint32_t)config->tunables[ROOTS];
    h->next = 1;
    heap_enable(h, config->tunables[ENABLED] != 0);
    h->roots = covered_begin(&h->common.memory, cover, h);
    return h->roots ? 0 : ENOMEM;
}

void rootbuffer_drain(struct heap *h) {
    heap_collect(h, HEAP_GENERATIONS - 1);
}

void rootbuffer_close(struct heap *h) {
    covered_close(h->roots, h->common.memory.covered_bytes);
}

// ------------------------------------------------------------------------------------------ checks
static bool is_candidate(const struct heap_object *entry) {
    return !((uintptr_t)entry & 1);
}

static uint32_t length_of_links(const struct heap *h) {
    uint32_t length = 0;
    for (uint32_t i = h->unused; i && i < h->next && length < h->next; length++) {
        if (is_candidate(h->roots[i]))
            return UINT32_MAX;
        i = (uint32_t)((uintptr_t)h->roots[i] >> 1);
    }
    return length;
}

static const char *check_candidate(const struct heap_object *o, uint32_t place) {
    if (counted_is_atom(o))
        return "only containers are candidates";
    if (counted_count(o) == 0)
        return "a candidate has a reference";
    if (counted_place(o)->index != place)
        return "a candidate knows its place";
    if (counted_place(o)->internal)
        return "references from inside are counted within a collection only";
    return NULL;
}

const char *rootbuffer_check(struct heap *h) {
    const char *broken = NULL;
    uint32_t count = 0;
    if (h->common.pausing || h->common.cascading || h->collecting)
        return "no collection is running between operations";
    for (uint32_t i = 1; i < h->next && !broken; i++) {
        if (!is_candidate(h->roots[i]))
            continue;
        count++;
        broken = check_candidate(h->roots[i], i);
    }
    if (!broken && count != h->count)
        broken = "the candidates are counted";
    if (!broken && length_of_links(h) != h->next - 1 - count)
        broken = "each place that was left is linked once";
    return broken;
}

// From candidates and registers all that is held can be reached, which heap_verify holds against the counters and the
// pool.
void rootbuffer_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    for (uint32_t i = 1; i < h->next; i++)
        if (is_candidate(h->roots[i]))
            visit(audit, h->roots[i]);
}

// Others have place 0. They may be seen for the first time in a slot.
bool rootbuffer_enumerates(struct heap *h, const struct heap_object *o) {
    (void)h;
    (void)o;
    return false;
}

bool rootbuffer_enumerates_all(struct heap *h) {
    (void)h;
    return true;
}
