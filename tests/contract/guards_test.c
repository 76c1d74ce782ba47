// guards_test.c - every strategy: a guarded object that has become unreachable comes back, once and
// whole; one that the program keeps stays, one that it lets go again is reclaimed.

#include "contract.h"
#include "runner/settle.h"

enum {
    MANY = CONTRACT_STRESS ? 50 : 5000 / CONTRACT_SCALE,
    LARGE = 4000, // slots and more bytes than a cell of any pool has
    WIDE = 70000, // bytes that a counted header has no room for
    REFUSALS = 40,
    LIMIT = 24 << 20,
};

// A node that holds its number, and refers to an atom that does.
static void node_of(struct heap *h, struct heap_reg *dst, uint64_t number, size_t slots,
                    size_t bytes) {
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(contract_atom(h, &r[1], number));
    contract_ok(heap_new_node(h, &r[0], slots, bytes));
    memcpy(heap_payload(h, &r[0]), &number, sizeof number);
    heap_store(h, &r[0], slots - 1, &r[1]);
    heap_copy(h, dst, &r[0]);
    heap_leave(h);
}

static uint64_t number_of(struct heap *h, const struct heap_reg *node) {
    uint64_t number;
    struct heap_reg *atom = heap_enter(h, 1);
    assert_int_equal(heap_kind(h, node), HEAP_NODE);
    memcpy(&number, heap_payload(h, node), sizeof number);
    heap_load(h, atom, node, heap_length(h, node) - 1);
    assert_int_equal(contract_number(h, atom), number);
    heap_leave(h);
    return number;
}

static void guarded_node(struct heap *h, struct heap_reg *dst, uint64_t number) {
    node_of(h, dst, number, 2, sizeof number);
    contract_ok(heap_guard(h, dst));
}

// Whether one is handed back after a collection.
static bool taken(struct heap *h, struct heap_reg *dst) {
    heap_collect(h, CONTRACT_FULL);
    return heap_guarded_take(h, dst);
}

// -------------------------------------------------------------------------------------- one object
static void it_comes_back_whole(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    guarded_node(h, &r[0], 7);
    assert_false(taken(h, &r[1])); // it is reachable
    assert_true(heap_is_empty(h, &r[1]));
    heap_clear(h, &r[0]);
    assert_true(taken(h, &r[1]));
    assert_int_equal(number_of(h, &r[1]), 7);
    contract_verify(h);
    assert_false(taken(h, &r[0]));
    heap_leave(h);
    assert_false(taken(h, heap_enter(h, 1))); // a guard acts once
    heap_leave(h);
    assert_int_equal(contract_held(h), 0);
    struct heap_counters c = contract_counters(h);
    assert_int_equal(c.objects_guarded, 1);
    assert_int_equal(c.objects_handed_back, 1);
}

static void it_comes_back_at_once(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    heap_enable(h, false);
    guarded_node(h, &r[0], 7);
    guarded_node(h, &r[1], 8);
    heap_copy(h, &r[0], &r[1]);
    assert_true(heap_guarded_take(h, &r[1])); // which gives up one of two references
    assert_int_equal(number_of(h, &r[1]), 7);
    assert_int_equal(number_of(h, &r[0]), 8);
    assert_false(heap_guarded_take(h, &r[1]));
    heap_leave(h);
}

static void it_may_be_guarded_anew(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 1);
    guarded_node(h, &r[0], 7);
    for (int round = 0; round < 5; round++) {
        contract_ok(heap_guard(h, &r[0])); // from the second round on; in the first it is
        heap_clear(h, &r[0]);
        assert_true(taken(h, &r[0]));
        assert_int_equal(number_of(h, &r[0]), 7);
        assert_false(taken(h, &r[0]));
    }
    assert_int_equal(contract_counters(h).objects_guarded, 5);
    heap_leave(h);
    settle(h);
    assert_int_equal(contract_held(h), 0);
}

static void it_may_be_kept(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    guarded_node(h, &r[1], 7);
    heap_clear(h, &r[1]);
    assert_true(taken(h, &r[1]));
    contract_ok(heap_append(h, &r[0], &r[1]));
    heap_clear(h, &r[1]);
    for (int round = 0; round < 3; round++)
        assert_false(taken(h, &r[1]));
    heap_load(h, &r[1], &r[0], 0);
    assert_int_equal(number_of(h, &r[1]), 7);
    heap_leave(h);
    settle(h);
    assert_int_equal(contract_held(h), 0);
    assert_int_equal(contract_counters(h).objects_handed_back, 1);
}

// What waits is as safe as what is reachable, whatever else goes on.
static void it_may_wait(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    for (uint64_t i = 0; i < 10; i++)
        guarded_node(h, &r[0], i);
    heap_clear(h, &r[0]);
    for (int round = 0; round < 3; round++) {
        contract_tree(h, &r[1], CONTRACT_STRESS ? 3 : 8);
        heap_collect(h, CONTRACT_FULL);
    }
    contract_verify(h);
    bool seen[10] = {false};
    for (int i = 0; i < 10; i++) {
        assert_true(heap_guarded_take(h, &r[0]));
        uint64_t number = number_of(h, &r[0]);
        assert_true(number < 10 && !seen[number]);
        seen[number] = true;
    }
    heap_leave(h);
}

// What only it refers to keeps its value, its place in the table, and its bytes elsewhere.
static void its_atoms_come_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(heap_new_node(h, &r[0], 2, 0));
    contract_ok(heap_intern(h, &r[1], "a name", 6));
    heap_store(h, &r[0], 0, &r[1]);
    contract_ok(heap_new_external(h, &r[1], 1000));
    contract_fill(heap_payload(h, &r[1]), HEAP_EXTERNAL_PAYLOAD, 7);
    heap_store(h, &r[0], 1, &r[1]);
    contract_ok(heap_guard(h, &r[0]));
    heap_clear(h, &r[1]);
    heap_clear(h, &r[0]);
    assert_true(taken(h, &r[0]));
    contract_verify(h);
    heap_load(h, &r[1], &r[0], 0);
    contract_ok(heap_intern(h, &r[2], "a name", 6));
    assert_true(heap_same(h, &r[1], &r[2]));
    heap_load(h, &r[1], &r[0], 1);
    assert_true(contract_filled(heap_payload(h, &r[1]), HEAP_EXTERNAL_PAYLOAD, 7));
    heap_leave(h);
    settle(h);
    contract_verify(h);
    assert_int_equal(contract_held(h), 0);
}

// ------------------------------------------------------------------------------------------ cycles
static void cycles_come_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    guarded_node(h, &r[0], 1);
    node_of(h, &r[1], 2, 2, 8);
    guarded_node(h, &r[2], 3);
    for (size_t i = 0; i < 3; i++)
        heap_store(h, &r[i], 0, &r[(i + 1) % 3]);
    contract_ring(h, &r[3], 5, true);
    heap_store(h, &r[3], 1, &r[0]); // garbage refers to it, which does not keep that alive
    for (size_t i = 0; i < 4; i++)
        heap_clear(h, &r[i]);
    heap_collect(h, CONTRACT_FULL);
    assert_int_equal(contract_held(h), 6);
    assert_true(heap_guarded_take(h, &r[0]));
    assert_true(heap_guarded_take(h, &r[2]));
    assert_false(heap_guarded_take(h, &r[3]));
    assert_int_equal(number_of(h, &r[0]) + number_of(h, &r[2]), 1 + 3);
    heap_load(h, &r[1], &r[0], 0);
    (void)number_of(h, &r[1]);
    contract_verify(h);
    heap_clear(h, &r[1]);
    heap_clear(h, &r[2]);
    assert_false(taken(h, &r[3]));
    assert_int_equal(contract_held(h), 6); // by the one that is left
    heap_leave(h);
    settle(h);
    assert_int_equal(contract_held(h), 0);
}

// Objects that survive together are guarded by age, too.
static void young_and_old_cycles_come_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    for (int generation = 0; generation < HEAP_GENERATIONS; generation++) {
        guarded_node(h, &r[0], 7);
        heap_store(h, &r[0], 0, &r[0]);
        for (int older = 0; older < generation; older++)
            heap_collect(h, older);
        heap_clear(h, &r[0]);
        assert_true(taken(h, &r[1]));
        contract_verify(h);
        heap_clear(h, &r[1]);
        settle(h);
        assert_int_equal(contract_held(h), 0);
    }
    heap_leave(h);
}

// -------------------------------------------------------------------------------------------- many
static void drop_all(struct heap *h, struct heap_reg *r) {
    bool *seen = calloc(MANY, sizeof *seen);
    assert_non_null(seen);
    size_t count = 0;
    heap_clear(h, &r[0]);
    for (size_t before = SIZE_MAX; count != before;) {
        before = count;
        heap_collect(h, CONTRACT_FULL);
        for (; heap_guarded_take(h, &r[1]); count++) {
            uint64_t number = number_of(h, &r[1]);
            assert_true(number < MANY && !seen[number]);
            seen[number] = true;
            heap_clear(h, &r[1]);
        }
    }
    free(seen);
    assert_int_equal(count, MANY);
}

// Of all sizes, each referring to the one before.
static void chains_come_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    for (uint64_t i = 0; i < MANY; i++) {
        size_t slots = i % 500 == 1 ? LARGE : 2 + i % 12, bytes = i % 700 == 2 ? WIDE : 8 + i % 30;
        node_of(h, &r[1], i, slots, bytes);
        heap_store(h, &r[1], 0, &r[0]);
        contract_ok(heap_guard(h, &r[1]));
        heap_copy(h, &r[0], &r[1]);
    }
    heap_clear(h, &r[1]);
    contract_verify(h);
    drop_all(h, r);
    heap_leave(h);
    settle(h);
    contract_verify(h);
    assert_int_equal(contract_held(h), 0);
}

// A list lets go of them all at once; more are guarded while some wait.
static void lists_of_them_come_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (uint64_t i = 0; i < MANY; i++) {
        guarded_node(h, &r[1], i);
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
    heap_truncate(h, &r[0], MANY / 2);
    if (!contract_claims(HEAP_FREES_AT_ONCE))
        heap_collect(h, CONTRACT_FULL);
    for (uint64_t i = MANY / 2; i < MANY / 2 + 3; i++) {
        assert_true(heap_guarded_take(h, &r[1]));
        (void)number_of(h, &r[1]);
        contract_ok(heap_guard(h, &r[1]));
        heap_clear(h, &r[1]);
    }
    drop_all(h, r);
    heap_leave(h);
    settle(h);
    contract_verify(h);
    assert_int_equal(contract_held(h), 0);
}

// ------------------------------------------------------------------------------------------ memory
// A refused guard changes nothing, and only guarding asks for memory: what is guarded comes back.
static void a_refused_guard_can_be_tried_again(void **state) {
    (void)state;
    for (uint64_t request = 1; request <= REFUSALS; request++) {
        struct heap *h = contract_new((struct heap_config){.refuse_request = request});
        struct heap_reg *r = h ? heap_enter(h, 2) : NULL;
        size_t guarded = 0, refusals = 0;
        while (r && guarded < 200) {
            int error = heap_new_node(h, &r[0], 1, 8);
            if (!error)
                error = heap_guard(h, &r[0]);
            assert_true(!error || (error == ENOMEM && !refusals++));
            guarded += !error;
            if (error)
                contract_verify(h);
        }
        for (; r && guarded; guarded--) {
            heap_clear(h, &r[0]);
            assert_true(heap_guarded_take(h, &r[0]) || taken(h, &r[0]));
        }
        if (r)
            contract_verify(h);
        heap_free(h);
    }
}

static void no_memory_is_needed_to_come_back(void **state) {
    (void)state;
    struct heap *h = contract_new((struct heap_config){.limit_bytes = LIMIT});
    if (!h)
        return; // it is no more than the runtime itself takes
    struct heap_reg *r = heap_enter(h, 3);
    size_t guarded = 0, count = 0;
    contract_ok(heap_new_list(h, &r[0]));
    contract_ok(heap_new_list(h, &r[2]));
    while (!heap_new_node(h, &r[1], 1, CONTRACT_SCALE * 500) && !heap_append(h, &r[0], &r[1]) &&
           !heap_guard(h, &r[1]))
        guarded++;
    while (!heap_new_atom(h, &r[1], 64) && !heap_append(h, &r[2], &r[1])) {
    }
    heap_clear(h, &r[1]);
    heap_clear(h, &r[0]);
    for (; heap_guarded_take(h, &r[1]) || taken(h, &r[1]); count++)
        heap_clear(h, &r[1]);
    assert_true(guarded > 100);
    assert_int_equal(count, guarded);
    contract_verify(h);
    heap_free(h);
}

// What still waits, or is guarded, ends with the heap.
static void heaps_end_with_guarded_objects(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct heap *h = contract_new((struct heap_config){0});
        struct heap_reg *r = heap_enter(h, 2);
        guarded_node(h, &r[0], 1);
        guarded_node(h, &r[0], 2);
        heap_store(h, &r[0], 0, &r[0]);
        guarded_node(h, &r[1], 3);
        heap_clear(h, &r[0]);
        heap_collect(h, CONTRACT_FULL);
        contract_verify(h);
        heap_free(h);
    }
}

// ----------------------------------------------------------------------------------------- without
// A strategy that hands nothing back says so, and guarding is all it does.
static void nothing_comes_back(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    guarded_node(h, &r[0], 1);
    contract_ok(heap_guard(h, &r[0]));
    heap_clear(h, &r[0]);
    assert_false(taken(h, &r[1]));
    assert_int_equal(contract_counters(h).objects_guarded, 1);
    assert_int_equal(contract_counters(h).objects_handed_back, 0);
    heap_leave(h);
}

CONTRACT_TESTS {
    const bool claimed = contract_claims(HEAP_GUARDS);
    const bool cycles = claimed && contract_claims(HEAP_FREES_CYCLES);
    const bool at_once = claimed && contract_claims(HEAP_FREES_AT_ONCE);
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("a guarded object comes back, once and whole", claimed, it_comes_back_whole),
        CONTRACT_TEST("it comes back at once", at_once, it_comes_back_at_once),
        CONTRACT_TEST("it may be guarded anew", claimed, it_may_be_guarded_anew),
        CONTRACT_TEST("it may be kept", claimed, it_may_be_kept),
        CONTRACT_TEST("it may wait", claimed, it_may_wait),
        CONTRACT_TEST("its atoms come back", claimed, its_atoms_come_back),
        CONTRACT_TEST("cycles come back", cycles, cycles_come_back),
        CONTRACT_TEST("cycles of any age come back", cycles, young_and_old_cycles_come_back),
        CONTRACT_TEST("chains come back, object by object", claimed, chains_come_back),
        CONTRACT_TEST("what a list let go comes back", claimed, lists_of_them_come_back),
        CONTRACT_BARE_TEST("a refused guard can be tried again", claimed,
                           a_refused_guard_can_be_tried_again),
        CONTRACT_BARE_TEST("no memory is needed to come back", claimed,
                           no_memory_is_needed_to_come_back),
        CONTRACT_BARE_TEST("a heap ends with guarded objects", true,
                           heaps_end_with_guarded_objects),
        CONTRACT_TEST("without the trait nothing comes back", !claimed, nothing_comes_back),
    };
    return CONTRACT_RUN(tests);
}
