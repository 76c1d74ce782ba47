// reuse_test.c - every strategy: memory that became free is used again, and given back when there
// is much of it; a heap that collects by growth does so when it has grown that much.

#include "contract.h"

// Small objects, in many blocks of any size that a strategy may choose.
enum { OBJECTS = 600000 / CONTRACT_SCALE, KEPT_OF = 64, PAYLOAD = 24 };

static bool reclaims(void) {
    return contract_frees_acyclic() && CONTRACT_SCALE == 1; // in blocks that are worth counting
}

static void append_atoms(struct heap *h, struct heap_reg *r, size_t count) {
    for (size_t i = 0; i < count; i++) {
        contract_ok(heap_new_atom(h, &r[1], PAYLOAD));
        memset(heap_payload(h, &r[1]), 1, PAYLOAD);
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
}

// Empties every place of the list but each KEPT_OFth, and collects what is let go.
static void thin(struct heap *h, struct heap_reg *r) {
    size_t length = heap_length(h, &r[0]);
    heap_clear(h, &r[1]);
    for (size_t i = 0; i < length; i++)
        if (i % KEPT_OF)
            heap_store(h, &r[0], i, &r[1]);
    heap_collect(h, CONTRACT_FULL);
}

static void refill(struct heap *h, struct heap_reg *r) {
    size_t length = heap_length(h, &r[0]);
    for (size_t i = 0; i < length; i++)
        if (i % KEPT_OF) {
            contract_ok(heap_new_atom(h, &r[1], PAYLOAD));
            memset(heap_payload(h, &r[1]), 2, PAYLOAD);
            heap_store(h, &r[0], i, &r[1]);
        }
}

// Headers and rounding are a matter of the strategy; five times what was asked for is none.
static void memory_held_is_what_was_asked_for_and_some(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    append_atoms(h, r, OBJECTS);
    struct heap_counters c = contract_counters(h);
    uint64_t asked = OBJECTS * (PAYLOAD + 8ul);
    assert_in_range(c.memory_bytes, asked, 5 * asked + (4 << 20));
    assert_true(c.memory_peak_bytes >= c.memory_bytes);
    heap_leave(h);
}

// With an object left in every stretch of 64, a block that a strategy could not use again, or a
// stretch at a block's end that it lost, would have to be allocated anew.
static void holes_are_filled(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    append_atoms(h, r, OBJECTS);
    heap_collect(h, CONTRACT_FULL);
    uint64_t before = contract_counters(h).memory_bytes;
    for (int round = 0; round < 3; round++) {
        thin(h, r);
        refill(h, r);
    }
    heap_collect(h, CONTRACT_FULL);
    assert_in_range(contract_counters(h).memory_bytes, 1, before + before / 20);
    heap_leave(h);
}

static void what_is_empty_is_given_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    append_atoms(h, r, OBJECTS);
    heap_collect(h, CONTRACT_FULL);
    uint64_t full = contract_counters(h).memory_bytes;
    heap_truncate(h, &r[0], 100);
    // A heap may sweep lazily, or look several times before it lets go: Boehm unmaps what was free
    // for six collections.
    for (int i = 0; i < 10; i++) {
        heap_collect(h, CONTRACT_FULL);
        append_atoms(h, r, 10);
    }
    if (contract_counters(h).memory_bytes >= full / 2)
        fail_msg("%zu of %zu bytes are still held", (size_t)contract_counters(h).memory_bytes,
                 (size_t)full);
    heap_leave(h);
}

// -------------------------------------------------------------------------------------- thresholds
static const struct setting *tunable(const char *name) {
    return setting_find(heap_strategy.tunables, heap_strategy.tunable_count, name);
}

// r[0] = a chain of nodes of one size, with no list whose array would count as live.
static void chain(struct heap *h, struct heap_reg *r, size_t nodes) {
    for (size_t i = 0; i < nodes; i++) {
        contract_ok(heap_new_node(h, &r[1], 1, PAYLOAD));
        heap_store(h, &r[1], 0, &r[0]);
        heap_copy(h, &r[0], &r[1]);
    }
}

// What a heap with this growth holds when it collects, as a multiple of what is live. Two rounds
// are let pass, so that what the set-up left is gone.
static double measured_growth(double growth) {
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    contract_set(values, "growth", growth);
    contract_set(values, "min_heap", tunable("min_heap")->min);
    struct heap *h = contract_new((struct heap_config){.tunables = values});
    assert_non_null(h);
    struct heap_reg *r = heap_enter(h, 2);
    chain(h, r, OBJECTS / 3);
    heap_collect(h, CONTRACT_FULL);
    struct heap_counters c = contract_counters(h);
    uint64_t live = c.objects_allocated - c.objects_freed, from = 0, seen = c.collections_gen2;
    for (int rounds = 0; rounds < 3;) {
        contract_ok(heap_new_node(h, &r[1], 1, PAYLOAD));
        c = contract_counters(h);
        if (c.collections_gen2 == seen)
            continue;
        seen = c.collections_gen2;
        if (++rounds == 2)
            from = c.objects_allocated;
    }
    heap_leave(h);
    heap_free(h);
    return 1 + (double)(c.objects_allocated - from) / (double)live;
}

// Memory is used up in blocks, so a little less or more may be held.
static void growth_is_kept(void **state) {
    (void)state;
    const double growths[] = {1.5, tunable("growth")->fallback, 3};
    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++) {
        double measured = measured_growth(growths[i]);
        if (measured < growths[i] * 0.98 || measured > growths[i] * 1.02)
            fail_msg("growth %g: collected at %g times what was live", growths[i], measured);
    }
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("memory held is what was asked for, and some", true,
                      memory_held_is_what_was_asked_for_and_some),
        CONTRACT_TEST("holes between live objects are filled", reclaims(), holes_are_filled),
        CONTRACT_TEST("what is empty is given back", reclaims(), what_is_empty_is_given_back),
        CONTRACT_BARE_TEST("a heap collects when it has grown as it should",
                           tunable("allocated") && !CONTRACT_STRESS, growth_is_kept),
    };
    return CONTRACT_RUN(tests);
}
