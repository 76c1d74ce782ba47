// counters_test.c - every strategy: what is counted, and which pauses are announced.

#include "contract.h"

// A program of which every number is known.
static void known_program(struct heap *h) {
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(heap_new_atom(h, &r[0], 100));
    contract_ok(heap_new_node(h, &r[1], 3, 5));
    contract_ok(heap_new_list(h, &r[2]));
    for (int i = 0; i < 5; i++)
        contract_ok(heap_append(h, &r[2], &r[0])); // 8 slots
    contract_ok(heap_intern(h, &r[0], "twelve bytes", 12));
    contract_ok(heap_intern(h, &r[1], "twelve bytes", 12));
    contract_ok(heap_small_int(h, &r[1], 3));
    contract_ok(heap_small_int(h, &r[1], 300));
    contract_ring(h, &r[1], 10, true);
    heap_leave(h);
}

static void counters_are_exact(void **state) {
    (void)state;
    struct heap_counters runs[2];
    for (int run = 0; run < 2; run++) {
        struct heap *h = contract_new((struct heap_config){0});
        assert_non_null(h);
        assert_int_equal(contract_counters(h).objects_allocated, 0);
        known_program(h);
        runs[run] = contract_counters(h);
        heap_free(h);
    }
    assert_int_equal(runs[0].objects_allocated, 3 + 1 + 1 + 10);
    assert_int_equal(runs[0].bytes_allocated, 100 + 3 * 8 + 5 + 8 * 8 + 12 + 8 + 10 * 16);
    assert_int_equal(runs[0].intern_misses, 1);
    assert_int_equal(runs[0].intern_hits, 1);
    assert_int_equal(runs[0].intern_saved_bytes, 12);
    assert_true(runs[0].memory_bytes <= runs[0].memory_peak_bytes);
    if (contract_claims(HEAP_FREES_AT_ONCE))
        assert_true(runs[0].objects_freed >= 5);
    // No count depends on an address or on what ran before. Of the memory that may be said of our
    // own strategies, but not of a runtime that keeps some between heaps.
    assert_memory_equal(&runs[0], &runs[1], offsetof(struct heap_counters, memory_bytes));
}

// Raised and lowered counts since the last call.
struct raised {
    uint64_t up, down;
};
static struct raised counts_since(struct heap *h, struct heap_counters *then) {
    struct heap_counters now = contract_counters(h);
    struct raised r = {now.rc_increments - then->rc_increments,
                       now.rc_decrements - then->rc_decrements};
    *then = now;
    return r;
}

// A store raises the count of what it stores and lowers that of what it replaces, once each.
static void each_store_counts_once(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4); // the last stays empty
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    contract_ok(contract_atom(h, &r[1], 1));
    contract_ok(contract_atom(h, &r[2], 2));
    struct heap_counters then = contract_counters(h);
    heap_store(h, &r[0], 0, &r[1]); // into an empty slot
    struct raised c = counts_since(h, &then);
    assert_int_equal(c.up, 1);
    assert_int_equal(c.down, 0);
    heap_store(h, &r[0], 0, &r[2]); // over another
    c = counts_since(h, &then);
    assert_int_equal(c.up, 1);
    assert_int_equal(c.down, 1);
    heap_store(h, &r[0], 0, &r[3]); // empty over one
    c = counts_since(h, &then);
    assert_int_equal(c.up, 0);
    assert_int_equal(c.down, 1);
    assert_int_equal(heap_refcount(h, &r[1]), heap_refcount(h, &r[2]));
    heap_leave(h);
}

static void all_bytes_come_back(void **state) {
    struct heap *h = *state;
    for (int i = 0; i < 20; i++) {
        known_program(h);
        heap_collect(h, CONTRACT_FULL);
        struct heap_counters c = contract_counters(h);
        assert_int_equal(c.objects_freed, c.objects_allocated);
        assert_int_equal(c.bytes_freed, c.bytes_allocated);
    }
}

static void pauses_are_announced_in_pairs(void **state) {
    (void)state;
    struct contract_ear ear;
    struct heap *h = contract_new_heard(&ear);
    struct heap_reg *r = heap_enter(h, 2);
    for (int i = 0; i < 300 / (CONTRACT_SCALE > 10 ? 100 : CONTRACT_SCALE); i++) {
        contract_ring(h, &r[0], 20, true);
        contract_tree(h, &r[1], 8);
        if (i % 10 == 0)
            heap_collect(h, i / 10 % HEAP_GENERATIONS);
        assert_false(ear.broken || ear.open);
    }
    uint64_t before = contract_pauses(&ear);
    heap_collect(h, CONTRACT_FULL);
    if (contract_claims(HEAP_FREES_CYCLES))
        assert_true(contract_pauses(&ear) > before);
    uint64_t freed = 0;
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++)
        freed += ear.freed[kind];
    assert_true(freed <= contract_counters(h).objects_freed);
    before = contract_pauses(&ear);
    heap_free(h); // announces nothing
    assert_int_equal(contract_pauses(&ear), before);
    assert_false(ear.broken || ear.open);
}

static void build_chain(struct heap *h, struct heap_reg *dst, size_t count) {
    struct heap_reg *r = heap_enter(h, 1);
    heap_clear(h, dst);
    for (size_t i = 0; i < count; i++) {
        contract_ok(heap_new_node(h, r, 1, 0));
        heap_store(h, r, 0, dst);
        heap_copy(h, dst, r);
    }
    heap_leave(h);
}

static void long_cascades_are_announced(void **state) {
    struct contract_ear ear;
    struct heap *h = contract_new_heard(&ear);
    struct heap_reg *r = heap_enter(h, 1);
    (void)state;
    build_chain(h, r, HEAP_CASCADE_PAUSE - 1);
    heap_clear(h, r);
    assert_int_equal(ear.pauses[HEAP_PAUSE_CASCADE], 0);
    assert_int_equal(contract_counters(h).cascade_longest, HEAP_CASCADE_PAUSE - 1);
    build_chain(h, r, 10 * HEAP_CASCADE_PAUSE);
    heap_clear(h, r);
    assert_int_equal(ear.pauses[HEAP_PAUSE_CASCADE], 1);
    assert_in_range(ear.freed[HEAP_PAUSE_CASCADE], 9 * HEAP_CASCADE_PAUSE, 10 * HEAP_CASCADE_PAUSE);
    assert_int_equal(contract_counters(h).cascade_longest, 10 * HEAP_CASCADE_PAUSE);
    assert_false(ear.broken || ear.open);
    heap_free(h);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("counters of a known program are exact, and repeat", true,
                           counters_are_exact),
        // A runtime with counts of its own does not tell how often they change.
        CONTRACT_TEST("each store counts once",
                      contract_claims(HEAP_COUNTS) && !contract_claims(HEAP_VARIES),
                      each_store_counts_once),
        CONTRACT_TEST("all requested bytes are counted back", contract_claims(HEAP_FREES_CYCLES),
                      all_bytes_come_back),
        CONTRACT_BARE_TEST("pauses begin and end in turn, none in heap_free", true,
                           pauses_are_announced_in_pairs),
        CONTRACT_BARE_TEST("long cascades are announced, short ones are not",
                           contract_claims(HEAP_FREES_AT_ONCE), long_cascades_are_announced),
    };
    return CONTRACT_RUN(tests);
}
