// heap.c - sticky: its descriptor, when to collect what, and what is remembered.

#include "heap.h"

#include "parts/covered.h"
#include "parts/swept/collect.h"
#include "parts/without/freezing.h"

enum tunable {
    MINOR,
    MAJOR,
    SURVIVAL,
    MIN_YOUNG,
    MEMORY,
    MARK_STACK,
    COLLECT_EVERY,
    COLLECT_WHEN,
    INTERNED_KEPT,
    TUNABLES
};

static const struct setting tunables[TUNABLES] = {
    [MINOR] = {.name = "minor",
               .doc = "collect the young when the heap has grown by so many per cent",
               .unit = "%",
               .fallback = 20,
               .min = 0,
               .max = 1000,
               .sweep = "5,10,20,50,100"},
    [MAJOR] = {.name = "major",
               .doc = "collect everything when it has grown by so many since that was done last",
               .unit = "%",
               .fallback = 100,
               .min = 1,
               .max = 10000,
               .sweep = "50,100,200,400"},
    [SURVIVAL] = {.name = "survival",
                  .doc = "when more of the young survive, the next collection is of everything",
                  .unit = "%",
                  .fallback = 50,
                  .min = 0,
                  .max = 100,
                  .sweep = "10,25,50,75,100"},
    [MIN_YOUNG] = {.name = "min_young",
                   .doc = "bytes that are allocated before a collection, at least",
                   .unit = "bytes",
                   .fallback = 2e6,
                   .min = 4096,
                   .max = 1e12,
                   .whole = 1,
                   .sweep = "5e5,2e6,8e6"},
    SWEPT_TUNABLES,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "marksweep with generations: what is marked stays so and is old; nothing moves",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_GENERATIONAL | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
    .presets = (const struct preset[]){{.name = "lua5.4",
                                        .assignments = "minor=20,major=100,survival=100",
                                        .doc = "as Lua 5.4's generational mode"},
                                       {.name = NULL}},
};

// --------------------------------------------------------------------------------------- lifecycle
// The array may move.
static bool cover(void *context, size_t held_bytes) {
    struct heap *h = context;
    struct heap_object **moved = covered_grow(&h->common.memory, h->remembered, held_bytes);
    if (moved)
        h->remembered = moved;
    return moved;
}

int sticky_open(struct heap *h, const struct heap_config *config) {
    h->minor = config->tunables[MINOR] / 100;
    h->major = config->tunables[MAJOR] / 100;
    h->survival = config->tunables[SURVIVAL] / 100;
    h->min_young_bytes = (size_t)config->tunables[MIN_YOUNG];
    h->remembered = covered_begin(&h->common.memory, cover, h);
    int error =
        swept_open(h, config, config->tunables[MEMORY] != 0, (size_t)config->tunables[MARK_STACK]);
    h->due.threshold_bytes = h->min_young_bytes;
    return h->remembered ? error : ENOMEM;
}

void sticky_close(struct heap *h) {
    covered_close(h->remembered, h->common.memory.covered_bytes);
    swept_close(h);
}

// -------------------------------------------------------------------------------------------- when
static size_t grown(size_t bytes, double share, size_t least_bytes) {
    size_t more = (size_t)((double)bytes * share);
    return bytes + (more > least_bytes ? more : least_bytes);
}

// Lua's rule: one of all that leaves more than half of the growth has found little, and so has the next, unless
// there are no more objects than after the one before, or an eighth more.
static void judge_all(struct heap *h, size_t bytes) {
    uint64_t before = h->poor_objects;
    size_t most = h->base_bytes + (size_t)((double)h->base_bytes * h->major / 2);
    bool poor = before ? h->old.objects >= before + before / 8 : h->base_bytes && bytes >= most;
    h->poor_objects = poor ? h->old.objects : 0;
}

// When most of the young survive, to look for those that do not costs more than it finds.
static bool most_survive(const struct heap *h, size_t bytes) {
    size_t young = h->due_bytes - h->left_bytes, survivors = bytes - h->left_bytes;
    return bytes > h->left_bytes && (double)survivors > (double)young * h->survival;
}

// What is asked for by hand says nothing about when; one of all begins anew, as Lua's fullgen.
size_t sticky_next_bytes(struct heap *h, int generation, size_t bytes) {
    bool all = generation == HEAP_GENERATIONS - 1;
    if (all && h->due_bytes)
        judge_all(h, bytes);
    else if (all)
        h->poor_objects = 0;
    h->all_next = h->poor_objects || (!all && h->due_bytes && most_survive(h, bytes));
    h->due_bytes = 0;
    h->left_bytes = bytes;
    if (all)
        h->base_bytes = bytes;
    return h->all_next ? grown(h->base_bytes, h->major, h->min_young_bytes)
                       : grown(bytes, h->minor, h->min_young_bytes);
}

int sticky_choose(struct heap *h) {
    h->due_bytes = h->used_bytes;
    bool all = h->all_next || h->used_bytes > grown(h->base_bytes, h->major, h->min_young_bytes);
    return all ? HEAP_GENERATIONS - 1 : 0;
}

int sticky_least(const struct heap *h, int generation) {
    return h->all_next ? HEAP_GENERATIONS - 1 : generation;
}

// -------------------------------------------------------------------------------------- remembered
static struct heap_object *large_array(const struct heap_object *o) {
    if (o->kind != HEAP_LIST || !plain_list(o)->items)
        return NULL;
    struct heap_object *array = array_of(plain_list(o));
    return array->flags & MARK_SINGLE ? array : NULL;
}

// Of a list with a large array slots are noted, of others the whole.
void heap_remember_slow(struct heap *h, struct heap_object *o, size_t i) {
    if (h->all_next)
        return;
    struct heap_object *array = large_array(o);
    if (array)
        *single_word(array, i) |= (uint64_t)1 << i % SINGLE_WORD_SLOTS;
    else
        o->flags |= STICKY_REMEMBERED;
    if (o->flags & STICKY_NOTED)
        return;
    o->flags |= STICKY_NOTED;
    h->remembered[h->remembered_count++] = o;
}

void sticky_replaced(struct heap *h, struct plain_list *list) {
    (void)h;
    if (list->object.flags & STICKY_NOTED)
        list->object.flags |= STICKY_REMEMBERED;
}

static void forget(struct heap_object *o, struct marker *m) {
    struct heap_object *array = large_array(o);
    bool whole = o->flags & STICKY_REMEMBERED || !array;
    o->flags &= (uint8_t) ~(STICKY_REMEMBERED | STICKY_NOTED);
    if (m && whole)
        mark_changed(m, o);
    else if (m)
        mark_slots(m, o);
    if (array)
        single_clear(array);
}

void sticky_remembered(struct heap *h, struct marker *m) {
    size_t count = h->remembered_count;
    h->remembered_count = 0;
    for (size_t i = 0; i < count; i++)
        forget(h->remembered[i], m);
}

static bool is_noted(const struct heap_object *o, size_t i) {
    struct heap_object *array = large_array(o);
    bool marked = array && *single_word(array, i) >> i % SINGLE_WORD_SLOTS & 1;
    return o->flags & STICKY_NOTED && (marked || o->flags & STICKY_REMEMBERED);
}

const char *sticky_check(const struct heap *h, const struct heap_object *o, size_t i) {
    const struct heap_object *target = plain_slots(o)[i];
    if (!h->all_next && o->flags & MARK_EPOCHS && target && !(target->flags & MARK_EPOCHS) &&
        !is_noted(o, i))
        return "an old object that refers to a young one is remembered";
    return NULL;
}
