// memory_test.c - every strategy: what is reclaimed and what leaks.

#include "contract.h"

#include <malloc.h>

// Objects that may be held when this many are live and this many more are garbage of a kind that
// the strategy reclaims, or not.
static void assert_held(struct heap *h, uint64_t live, uint64_t garbage, bool reclaimed) {
    contract_verify(h);
    assert_int_equal(contract_held(h), live + (reclaimed ? 0 : garbage));
}

// --------------------------------------------------------------------------------- acyclic garbage
static void a_dropped_tree_is_reclaimed(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_tree(h, &r[0], 5);
    assert_int_equal(contract_held(h), 63);
    heap_load(h, &r[1], &r[0], 0);
    heap_clear(h, &r[0]); // half of it lives on
    assert_held(h, 31, 32, contract_claims(HEAP_FREES_AT_ONCE));
    heap_collect(h, CONTRACT_FULL);
    assert_held(h, 31, 32, contract_frees_acyclic());
    uint64_t held = contract_held(h);
    heap_clear(h, &r[1]);
    assert_held(h, held - 31, 31, contract_claims(HEAP_FREES_AT_ONCE));
    heap_collect(h, CONTRACT_FULL);
    assert_held(h, held - 31, 31, contract_frees_acyclic());
}

// Every operation that can take the last reference away takes it away here.
static void every_release_reclaims(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    contract_ok(heap_new_list(h, &r[1]));
    for (int i = 0; i < 3; i++) {
        contract_ok(heap_new_node(h, &r[2], 1, 0));
        contract_ok(heap_append(h, &r[1], &r[2]));
    }
    assert_int_equal(contract_held(h), 5); // the last one is in r[2] too
    heap_copy(h, &r[2], &r[3]);            // copy empty
    heap_pop(h, &r[2], &r[1]);
    heap_clear(h, &r[2]);
    assert_int_equal(contract_held(h), 4);
    heap_truncate(h, &r[1], 1);
    assert_int_equal(contract_held(h), 3);
    heap_store(h, &r[1], 0, &r[3]);
    assert_int_equal(contract_held(h), 2);
    contract_ok(contract_atom(h, &r[2], 1));
    heap_store(h, &r[0], 0, &r[2]);
    contract_ok(contract_atom(h, &r[2], 2));
    assert_int_equal(contract_held(h), 4);
    heap_store(h, &r[0], 0, &r[2]);
    assert_int_equal(contract_held(h), 3);
    contract_ok(heap_intern(h, &r[2], "k", 1));
    assert_int_equal(contract_held(h), 4);
    contract_ok(heap_small_int(h, &r[2], 1));
    assert_int_equal(contract_held(h), 3);
    contract_ok(heap_small_int(h, &r[2], 1000));
    heap_load(h, &r[2], &r[0], 0);
    assert_int_equal(contract_held(h), 3);
    heap_leave(h);
    assert_int_equal(contract_held(h), 0);
    assert_int_equal(contract_counters(h).bytes_freed, contract_counters(h).bytes_allocated);
}

static void frames_release_what_they_held(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_tree(h, &r[0], 4);
    heap_load(h, &r[1], &r[0], 1);
    heap_copy(h, &r[2], &r[1]);
    heap_leave(h);
    assert_held(h, 0, 31, contract_claims(HEAP_FREES_AT_ONCE));
    heap_collect(h, CONTRACT_FULL);
    assert_held(h, 0, 31, contract_frees_acyclic());
}

// ---------------------------------------------------------------------------------- cyclic garbage
// Drop dst, a cycle of count objects beside nothing else, and see it go or stay.
static void drop_cycle(struct heap *h, struct heap_reg *dst, uint64_t leaked, uint64_t count) {
    bool frees = contract_claims(HEAP_FREES_CYCLES);
    heap_collect(h, CONTRACT_FULL); // it is live
    assert_held(h, leaked + count, 0, true);
    heap_clear(h, dst);
    size_t found = heap_collect(h, CONTRACT_FULL);
    assert_int_equal(found, frees ? count : 0);
    assert_held(h, leaked, count, frees);
    assert_int_equal(heap_collect(h, CONTRACT_FULL), 0); // nothing is left
}

static void cycles_are_reclaimed_or_leak(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 1);
    static const size_t counts[] = {1, 2, 3, 10, 1000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int both_ways = 0; both_ways < 2; both_ways++) {
            uint64_t leaked = contract_held(h);
            contract_ring(h, r, counts[i], both_ways);
            drop_cycle(h, r, leaked, counts[i]);
        }
}

static void cycles_through_lists_are_reclaimed_or_leak(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (int i = 0; i < 5; i++)
        contract_ok(heap_append(h, &r[0], &r[0]));
    drop_cycle(h, &r[0], 0, 1);
    uint64_t leaked = contract_held(h);
    contract_ok(heap_new_list(h, &r[0]));
    for (int i = 0; i < 50; i++) { // nodes in a list that they refer to
        contract_ok(heap_new_node(h, &r[1], 1, 8));
        heap_store(h, &r[1], 0, &r[0]);
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
    drop_cycle(h, &r[0], leaked, 51);
}

// What a cycle holds goes with it; what it is held by, or shares, does not.
static void cycles_take_along_what_only_they_hold(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ring(h, &r[0], 10, false);
    contract_tree(h, &r[1], 3); // 15 objects, only held by the ring
    heap_store(h, &r[0], 1, &r[1]);
    heap_load(h, &r[2], &r[0], 0);
    contract_ok(contract_atom(h, &r[3], 77)); // shared
    heap_store(h, &r[2], 1, &r[3]);
    heap_clear(h, &r[1]);
    heap_clear(h, &r[0]);
    heap_collect(h, CONTRACT_FULL);
    assert_held(h, 26, 0, true); // r[2] is in the ring
    heap_clear(h, &r[2]);
    heap_collect(h, CONTRACT_FULL);
    assert_held(h, 1, 25, contract_claims(HEAP_FREES_CYCLES));
    assert_int_equal(contract_number(h, &r[3]), 77);
}

static void cycles_die_in_old_generations_too(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 1);
    uint64_t leaked = 0;
    for (int generation = 0; generation < HEAP_GENERATIONS; generation++) {
        contract_ring(h, r, 20, true);
        for (int i = 0; i <= generation; i++)
            heap_collect(h, i); // the ring grows older
        heap_clear(h, r);
        heap_collect(h, CONTRACT_FULL);
        assert_held(h, leaked, 20, contract_claims(HEAP_FREES_CYCLES));
        leaked = contract_held(h);
    }
}

// ----------------------------------------------------------------------------- freezing, switching
static void frozen_objects_stay_whole(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    heap_freeze(h);
    contract_ok(contract_atom(h, &r[1], 5)); // a new object that only a frozen one holds
    heap_store(h, &r[0], 0, &r[1]);
    heap_clear(h, &r[1]);
    for (int generation = 0; generation < HEAP_GENERATIONS; generation++) {
        assert_int_equal(heap_collect(h, generation), 0);
        contract_verify(h);
    }
    heap_unfreeze(h);
    assert_int_equal(heap_collect(h, CONTRACT_FULL), 0);
    heap_load(h, &r[1], &r[0], 0);
    assert_int_equal(contract_number(h, &r[1]), 5);
}

// What is frozen is not even searched for garbage. Only a heap that models CPython's generations
// claims that: where all that is frozen has to be marked anyhow, freezing may do nothing.
static void frozen_objects_are_left_alone(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ring(h, &r[0], 7, false);
    heap_freeze(h);
    heap_clear(h, &r[0]);
    assert_int_equal(heap_collect(h, CONTRACT_FULL), 0);
    assert_held(h, 7, 0, true);
    contract_ring(h, &r[0], 3, false); // new garbage goes
    heap_clear(h, &r[0]);
    assert_int_equal(heap_collect(h, CONTRACT_FULL), 3);
    assert_held(h, 7, 0, true);
    heap_unfreeze(h);
    assert_int_equal(heap_collect(h, CONTRACT_FULL), 7);
    assert_held(h, 0, 0, true);
}

static uint64_t collections(struct heap *h) {
    struct heap_counters c = contract_counters(h);
    return c.collections_gen0 + c.collections_gen1 + c.collections_gen2;
}

static void a_disabled_heap_does_not_collect(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 1);
    heap_enable(h, false);
    uint64_t before = collections(h);
    for (int i = 0; i < 2000; i++)
        contract_ring(h, r, 5, true);
    heap_clear(h, r);
    assert_int_equal(collections(h), before);
    assert_int_equal(contract_held(h), 10000);
    size_t found = heap_collect(h, CONTRACT_FULL); // by hand it does
    assert_int_equal(found, contract_claims(HEAP_FREES_CYCLES) ? 10000 : 0);
    heap_enable(h, true);
}

// ----------------------------------------------------------------------------------------- regions
// Long-lived things that grow within a region beside garbage: r[0] a list, r[1] a node.
static void grow_in_region(struct heap *h, struct heap_reg *r, struct heap_reg *t, uint64_t n) {
    char key[16];
    for (uint64_t i = 0; i < n; i++) {
        contract_ok(heap_new_node(h, &t[0], 2, 40)); // dies with the region
        contract_ok(heap_new_list(h, &t[1]));
        contract_ok(heap_append(h, &t[1], &t[0]));
        heap_store(h, &t[0], 0, &t[1]); // a cycle
        contract_ok(heap_small_int(h, &t[2], (int64_t)i + 1000));
        heap_store(h, &t[0], 1, &t[2]);
        heap_long_lived(h, true);
        contract_ok(contract_atom(h, &t[2], i));
        contract_ok(heap_append(h, &r[0], &t[2]));
        heap_long_lived(h, false);
        memcpy(key, "intern", 6);
        memcpy(key + 6, &i, sizeof i);
        contract_ok(heap_intern(h, &t[2], key, 14)); // outlives the region by being interned
        contract_ok(heap_append(h, &r[0], &t[2]));
    }
    contract_ok(heap_new_list(h, &t[1]));
    for (uint64_t i = 0; i < n; i++)
        contract_ok(heap_append(h, &t[1], &r[0])); // a list of the region may grow and refer out
}

static void check_long_lived(struct heap *h, struct heap_reg *r, struct heap_reg *t, uint64_t n) {
    assert_int_equal(heap_length(h, &r[0]), 2 * n);
    char key[16] = "intern";
    for (uint64_t i = 0; i < n; i++) {
        heap_load(h, &t[0], &r[0], 2 * i);
        assert_int_equal(contract_number(h, &t[0]), i);
        heap_load(h, &t[0], &r[0], 2 * i + 1);
        memcpy(key + 6, &i, sizeof i);
        contract_ok(heap_intern(h, &t[1], key, 14));
        assert_true(heap_same(h, &t[0], &t[1]));
    }
}

static void regions_keep_what_is_long_lived(void **state) {
    enum { COUNT = 2000 / (CONTRACT_SCALE > 10 ? 100 : CONTRACT_SCALE) };
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_node(h, &r[1], 1, 0)); // from before the region
    for (uint64_t round = 1; round <= 5; round++) {
        heap_region_begin(h);
        heap_long_lived(h, true);
        contract_ok(heap_new_list(h, &r[0]));
        heap_long_lived(h, false);
        heap_store(h, &r[1], 0, &r[0]);
        struct heap_reg *t = heap_enter(h, 3);
        grow_in_region(h, r, t, COUNT);
        contract_verify(h);
        heap_leave(h);
        heap_clear(h, &r[0]);
        heap_region_end(h);
        contract_verify(h);
        heap_load(h, &r[0], &r[1], 0);
        t = heap_enter(h, 2);
        check_long_lived(h, r, t, COUNT);
        heap_leave(h);
    }
}

static void regions_reclaim_at_their_end(void **state) {
    struct contract_ear ear;
    struct heap *h = contract_new_heard(&ear);
    struct heap_reg *r = heap_enter(h, 2);
    (void)state;
    contract_ok(heap_new_list(h, &r[1]));
    for (uint64_t round = 0; round < 3; round++) {
        heap_region_begin(h);
        for (uint64_t i = 0; i < 300; i++) {
            contract_ok(heap_new_node(h, &r[0], 1, i * (i % 3)));
            heap_store(h, &r[0], 0, &r[0]);
            contract_ok(heap_new_list(h, &r[0]));
            contract_ok(heap_append(h, &r[0], &r[0]));
        }
        contract_ok(heap_new_atom(h, &r[0], 3000000));
        heap_clear(h, &r[0]);
        uint64_t held = contract_held(h);
        heap_region_end(h);
        if (contract_claims(HEAP_FREES_REGIONS)) {
            assert_int_equal(contract_held(h), 1);
            assert_int_equal(ear.pauses[HEAP_PAUSE_REGION], round + 1);
            assert_int_equal(ear.freed[HEAP_PAUSE_REGION], (round + 1) * 601);
            struct heap_counters c = contract_counters(h);
            assert_int_equal(c.bytes_allocated, c.bytes_freed);
        } else {
            assert_int_equal(contract_held(h), held);
        }
        contract_verify(h);
    }
    heap_region_begin(h); // an empty one
    heap_region_end(h);
    contract_verify(h);
    heap_free(h);
    assert_false(ear.broken || ear.open);
}

// ------------------------------------------------------------------------------- bytes elsewhere
// Half of the owners stay; what the others own is given back, and counted nowhere.
static void owners_live_and_die_like_atoms(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    enum { OWNERS = 200 };
    uint64_t before = contract_held(h);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < OWNERS; i++) {
        contract_ok(heap_new_external(h, &r[1], i * 100));
        assert_int_equal(heap_kind(h, &r[1]), HEAP_ATOM);
        assert_int_equal(heap_payload_bytes(h, &r[1]), HEAP_EXTERNAL_PAYLOAD);
        memcpy(heap_payload(h, &r[1]), &i, sizeof i);
        contract_ok(heap_append(h, &r[0], &r[1]));
        if (i % 2)
            heap_store(h, &r[0], i / 2, &r[1]);
    }
    heap_truncate(h, &r[0], OWNERS / 2);
    heap_clear(h, &r[1]);
    heap_collect(h, CONTRACT_FULL);
    contract_verify(h);
    for (size_t i = 0; i < OWNERS / 2; i++) {
        heap_load(h, &r[1], &r[0], i);
        assert_int_equal(contract_number(h, &r[1]), 2 * i + 1);
    }
    if (contract_frees_acyclic()) {
        assert_int_equal(contract_held(h), before + 1 + OWNERS / 2);
        assert_true(contract_counters(h).bytes_allocated < 64 * OWNERS);
    }
    heap_clear(h, &r[0]);
    heap_clear(h, &r[1]);
}

// What malloc has given out, large blocks of their own included.
static size_t given_out_bytes(void) {
    struct mallinfo2 all = mallinfo2();
    return all.uordblks + all.hblkhd;
}

// Each block goes with its owner, neither before nor after it, and the rest with the heap.
static void what_owners_have_goes_with_them(void **state) {
    (void)state;
    enum { OWNERS = 100, BYTES = 100000, ALL = OWNERS * BYTES, SLACK = ALL / 10 };
    struct heap *h = contract_new((struct heap_config){0});
    assert_non_null(h);
    size_t before = given_out_bytes();
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < OWNERS; i++) {
        contract_ok(heap_new_external(h, &r[1], BYTES));
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
    assert_in_range(given_out_bytes() - before, ALL, ALL + SLACK);
    heap_truncate(h, &r[0], OWNERS / 2);
    heap_collect(h, CONTRACT_FULL);
    size_t left = contract_frees_acyclic() ? ALL / 2 : ALL;
    assert_in_range(given_out_bytes() - before, left, left + SLACK);
    heap_free(h);
    assert_in_range(given_out_bytes(), 0, before + SLACK);
}

// Little of it is the heap's own, so only if the rest counts it collects.
static uint64_t collections_beside(double counts) {
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    contract_set(values, "external", counts);
    struct heap *h = contract_new((struct heap_config){.tunables = values});
    assert_non_null(h);
    struct heap_reg *r = heap_enter(h, 1);
    for (int i = 0; i < 200; i++)
        contract_ok(heap_new_external(h, &r[0], 1 << 18));
    uint64_t collections = contract_counters(h).collections_gen2;
    contract_verify(h);
    heap_free(h);
    return collections;
}

static void what_owners_have_may_count(void **state) {
    (void)state;
    assert_int_equal(collections_beside(0), 0);
    assert_in_range(collections_beside(1), 10, 30);
}

// What earlier heaps of a process took counts against the limit of a later one where a runtime keeps it: their peak at most. (libgc
// maps again what it has unmapped, and asks nobody. A heap that has less beyond it may refuse the first name.)
static void earlier_heaps_take_their_peak_at_most(void **state) {
    (void)state;
    enum { LARGE = 100000, ROOM_BYTES = 8 << 20, NAMES = 30000 };
    struct heap *h = contract_new((struct heap_config){0});
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < ROOM_BYTES / LARGE; i++) {
        contract_ok(heap_new_atom(h, &r[1], LARGE));
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    size_t limit = contract_counters(h).memory_peak_bytes + ROOM_BYTES;
    heap_leave(h);
    heap_free(h);
    h = contract_new((struct heap_config){.limit_bytes = limit});
    assert_non_null(h);
    r = heap_enter(h, 1);
    for (uint64_t i = 0; i < NAMES; i++)
        contract_ok(heap_intern(h, r, &i, sizeof i));
    contract_verify(h);
    assert_true(contract_counters(h).memory_peak_bytes <= limit);
    heap_free(h);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("a dropped tree is reclaimed as claimed", true, a_dropped_tree_is_reclaimed),
        CONTRACT_TEST("every way to drop a reference reclaims at once",
                      contract_claims(HEAP_FREES_AT_ONCE), every_release_reclaims),
        CONTRACT_TEST("frames release what they held", true, frames_release_what_they_held),
        CONTRACT_TEST("cycles of nodes are reclaimed or leak as claimed", true,
                      cycles_are_reclaimed_or_leak),
        CONTRACT_TEST("cycles through lists are reclaimed or leak as claimed", true,
                      cycles_through_lists_are_reclaimed_or_leak),
        CONTRACT_TEST("a cycle takes along what only it holds", true,
                      cycles_take_along_what_only_they_hold),
        CONTRACT_TEST("cycles of every age are reclaimed or leak as claimed", true,
                      cycles_die_in_old_generations_too),
        CONTRACT_TEST("frozen objects stay whole, and what they hold", true,
                      frozen_objects_stay_whole),
        CONTRACT_TEST("frozen objects are left alone until unfrozen",
                      contract_has("freeze_after_setup"), frozen_objects_are_left_alone),
        CONTRACT_TEST("a disabled heap collects by hand only", !CONTRACT_STRESS,
                      a_disabled_heap_does_not_collect),
        CONTRACT_TEST("regions keep what is long-lived or interned", true,
                      regions_keep_what_is_long_lived),
        CONTRACT_BARE_TEST("regions reclaim the rest at their end, or never by it", true,
                           regions_reclaim_at_their_end),
        CONTRACT_TEST("owners of bytes elsewhere live and die like atoms", true,
                      owners_live_and_die_like_atoms),
        CONTRACT_BARE_TEST("what owners have goes with them",
                           CONTRACT_SCALE == 1, // no sanitizer's malloc
                           what_owners_have_goes_with_them),
        CONTRACT_BARE_TEST("and what they own may count for when to collect",
                           contract_has("allocated") && !CONTRACT_STRESS,
                           what_owners_have_may_count),
        CONTRACT_BARE_TEST("earlier heaps take their peak of a limit, and no more",
                           !CONTRACT_STRESS, earlier_heaps_take_their_peak_at_most),
    };
    return CONTRACT_RUN(tests);
}
