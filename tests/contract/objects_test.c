// objects_test.c - every strategy: objects, references, registers, frames and reference
// counts.

#include "contract.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

// ----------------------------------------------------------------------------------- fresh objects
static void atoms_keep_their_payload(void **state) {
    struct heap *h = *state;
    static const size_t sizes[] = {0,  1,   7,   8,    9,    15,    16,    24,       63,     64,
                                   65, 255, 256, 1000, 4096, 16383, 70000, 1u << 20, 5000001};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    struct heap_reg *r = heap_enter(h, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        contract_ok(heap_new_atom(h, &r[i], sizes[i]));
        contract_fill(heap_payload(h, &r[i]), sizes[i], i);
    }
    heap_collect(h, CONTRACT_FULL);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(heap_kind(h, &r[i]), HEAP_ATOM);
        assert_int_equal(heap_length(h, &r[i]), 0);
        assert_int_equal(heap_payload_bytes(h, &r[i]), sizes[i]);
        assert_true(contract_filled(heap_payload(h, &r[i]), sizes[i], i));
    }
}

static void check_node(struct heap *h, struct heap_reg *r, size_t slots, size_t bytes) {
    contract_ok(heap_new_node(h, &r[0], slots, bytes));
    assert_int_equal(heap_kind(h, &r[0]), HEAP_NODE);
    assert_int_equal(heap_length(h, &r[0]), slots);
    assert_int_equal(heap_payload_bytes(h, &r[0]), bytes);
    contract_fill(heap_payload(h, &r[0]), bytes, slots + bytes);
    for (size_t i = 0; i < slots; i++) {
        heap_load(h, &r[2], &r[0], i);
        assert_true(heap_is_empty(h, &r[2]));
        heap_store(h, &r[0], i, &r[1]);
    }
    heap_collect(h, CONTRACT_FULL);
    assert_true(contract_filled(heap_payload(h, &r[0]), bytes, slots + bytes));
    for (size_t i = 0; i < slots; i++) {
        heap_load(h, &r[2], &r[0], i);
        assert_true(heap_same(h, &r[2], &r[1]));
    }
}

static void nodes_start_empty(void **state) {
    struct heap *h = *state;
    static const size_t slots[] = {0, 1, 2, 3, 8, 31, 32, 100, 1000, HEAP_MAX_SLOTS};
    static const size_t bytes[] = {0, 1, 8, 33, 500, 100000};
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(contract_atom(h, &r[1], 7));
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        for (size_t j = 0; j < sizeof bytes / sizeof *bytes; j++)
            check_node(h, r, slots[i], bytes[j]);
    assert_int_equal(contract_number(h, &r[1]), 7);
}

// Memory that held references before must not show them again.
static void recycled_nodes_start_empty(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    for (int round = 0; round < 4; round++) {
        for (size_t n = 0; n < 50; n++) {
            contract_ok(contract_atom(h, &r[1], n));
            check_node(h, r, n % 10, n % 7);
            for (size_t i = 0; i < n % 10; i++)
                heap_store(h, &r[0], i, &r[0]);
        }
        heap_clear(h, &r[0]);
        heap_collect(h, CONTRACT_FULL);
    }
}

static void a_dropped_value_outlives_the_allocation(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    for (int i = 0; i < 100; i++) {
        contract_ok(heap_new_node(h, &r[1], 1, 8));
        contract_ok(heap_new_node(h, &r[0], 1, 0)); // over the old value
        contract_ok(heap_new_atom(h, &r[0], 3));
        contract_ok(heap_new_list(h, &r[0]));
    }
    assert_int_equal(heap_kind(h, &r[0]), HEAP_LIST);
    assert_int_equal(heap_length(h, &r[0]), 0);
    assert_int_equal(heap_payload_bytes(h, &r[0]), 0);
}

// ---------------------------------------------------------------------- references between objects
static void loads_give_what_was_stored(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(heap_new_node(h, &r[0], 3, 0));
    contract_ok(contract_atom(h, &r[1], 1));
    contract_ok(contract_atom(h, &r[2], 2));
    heap_store(h, &r[0], 0, &r[1]);
    heap_store(h, &r[0], 2, &r[2]);
    heap_load(h, &r[3], &r[0], 0);
    assert_true(heap_same(h, &r[3], &r[1]));
    heap_load(h, &r[3], &r[0], 1);
    assert_true(heap_is_empty(h, &r[3]));
    heap_store(h, &r[0], 0, &r[2]); // overwrite
    heap_load(h, &r[3], &r[0], 0);
    assert_int_equal(contract_number(h, &r[3]), 2);
    heap_clear(h, &r[1]);
    heap_store(h, &r[0], 2, &r[1]); // store empty
    heap_load(h, &r[3], &r[0], 2);
    assert_true(heap_is_empty(h, &r[3]));
}

static void slots_keep_objects_alive(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_node(h, &r[0], 10, 0));
    for (size_t i = 0; i < 10; i++) {
        contract_ok(contract_atom(h, &r[1], i));
        heap_store(h, &r[0], i, &r[1]);
    }
    heap_clear(h, &r[1]);
    for (int generation = 0; generation < HEAP_GENERATIONS; generation++) {
        assert_int_equal(heap_collect(h, generation), 0);
        contract_verify(h);
    }
    for (size_t i = 0; i < 10; i++) {
        heap_load(h, &r[1], &r[0], i);
        assert_int_equal(contract_number(h, &r[1]), i);
    }
}

// An old container that is given young objects: where generational barriers fail.
static void old_containers_keep_young_objects(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    contract_ok(heap_new_list(h, &r[1]));
    for (uint64_t i = 0; i < 20; i++) {
        heap_collect(h, (int)(i % HEAP_GENERATIONS));
        contract_ok(heap_new_node(h, &r[2], 2, 0));
        contract_ok(contract_atom(h, &r[3], i));
        heap_store(h, &r[2], 0, &r[3]);
        heap_load(h, &r[3], &r[0], 0);
        heap_store(h, &r[2], 1, &r[3]);
        heap_store(h, &r[0], 0, &r[2]); // the only path to it
        contract_ok(heap_append(h, &r[1], &r[2]));
        heap_clear(h, &r[2]);
        heap_clear(h, &r[3]);
        heap_collect(h, 0);
        contract_verify(h);
    }
    heap_load(h, &r[2], &r[0], 0);
    for (uint64_t i = 20; i-- > 0; heap_load(h, &r[2], &r[2], 1)) {
        heap_load(h, &r[3], &r[1], i);
        assert_true(heap_same(h, &r[2], &r[3]));
        heap_load(h, &r[3], &r[3], 0);
        assert_int_equal(contract_number(h, &r[3]), i);
    }
    assert_true(heap_is_empty(h, &r[2]));
}

static void identity_is_of_the_object(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 5);
    assert_true(heap_same(h, &r[0], &r[1])); // empty equals empty
    contract_ok(contract_atom(h, &r[0], 5));
    assert_false(heap_same(h, &r[0], &r[1]));
    contract_ok(contract_atom(h, &r[1], 5)); // equal, not the same
    assert_false(heap_same(h, &r[0], &r[1]));
    heap_copy(h, &r[2], &r[0]);
    assert_true(heap_same(h, &r[0], &r[2]));
    assert_int_equal(heap_identity(h, &r[0]), heap_identity(h, &r[2]));
    assert_int_not_equal(heap_identity(h, &r[0]), heap_identity(h, &r[1]));
    heap_clear(h, &r[0]);
    assert_true(heap_is_empty(h, &r[0]));
    assert_int_equal(contract_number(h, &r[2]), 5); // the copy holds it
    heap_copy(h, &r[2], &r[3]);                     // an empty source
    assert_true(heap_is_empty(h, &r[2]));
    heap_clear(h, &r[2]); // clearing an empty register
    assert_true(heap_is_empty(h, &r[2]));
}

static void source_may_be_destination(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(contract_atom(h, &r[0], 1));
    heap_copy(h, &r[0], &r[0]);
    assert_int_equal(contract_number(h, &r[0]), 1);

    contract_ok(heap_new_node(h, &r[1], 1, 0));
    heap_store(h, &r[1], 0, &r[0]);
    heap_clear(h, &r[0]);
    heap_load(h, &r[1], &r[1], 0); // the container dies, what it held does not
    assert_int_equal(contract_number(h, &r[1]), 1);

    contract_ok(heap_new_node(h, &r[0], 2, 4));
    heap_store(h, &r[0], 1, &r[0]); // a self-loop
    heap_load(h, &r[2], &r[0], 1);
    assert_true(heap_same(h, &r[0], &r[2]));
    heap_load(h, &r[0], &r[0], 1);
    assert_true(heap_same(h, &r[0], &r[2]));
    heap_store(h, &r[0], 1, &r[0]); // the same value again
    heap_clear(h, &r[2]);
    heap_store(h, &r[0], 1, &r[2]);

    contract_ok(heap_new_list(h, &r[1]));
    contract_ok(heap_append(h, &r[1], &r[1])); // a list in itself
    heap_load(h, &r[2], &r[1], 0);
    assert_true(heap_same(h, &r[1], &r[2]));
    heap_clear(h, &r[2]);
    heap_pop(h, &r[1], &r[1]); // taken out of itself into its own register
    assert_int_equal(heap_length(h, &r[1]), 0);
    contract_ok(contract_atom(h, &r[2], 9));
    contract_ok(heap_append(h, &r[1], &r[2]));
    heap_clear(h, &r[2]);
    heap_pop(h, &r[1], &r[1]); // the list dies by popping from it
    assert_int_equal(contract_number(h, &r[1]), 9);
}

// ---------------------------------------------------------------------------- registers and frames
static void frames_start_empty(void **state) {
    struct heap *h = *state;
    struct heap_reg *outer = heap_enter(h, 2);
    contract_ok(contract_atom(h, &outer[0], 1));
    for (size_t n = 0; n < 40; n++) {
        struct heap_reg *r = heap_enter(h, n);
        assert_non_null(r);
        for (size_t i = 0; i < n; i++) {
            assert_true(heap_is_empty(h, &r[i])); // though the last frame left values here
            contract_ok(contract_atom(h, &r[i], i));
            heap_copy(h, &outer[1], &r[i]);
        }
        heap_leave(h);
    }
    assert_int_equal(contract_number(h, &outer[0]), 1);
    assert_int_equal(contract_number(h, &outer[1]), 38);
    heap_leave(h);
}

static void frames_nest(void **state) {
    enum { DEPTH = 100000 / CONTRACT_SCALE };
    struct heap *h = *state;
    struct heap_reg *bottom = heap_enter(h, 1), *below = bottom, *r = bottom;
    contract_ok(contract_atom(h, bottom, 0));
    for (uint64_t depth = 1; depth <= DEPTH; depth++, below = r) {
        r = heap_enter(h, 3);
        contract_ok(contract_atom(h, &r[0], depth));
        heap_copy(h, &r[2], &below[0]);
        assert_int_equal(contract_number(h, &r[2]), depth - 1);
    }
    contract_verify(h);
    heap_collect(h, CONTRACT_FULL);
    assert_int_equal(contract_number(h, &r[0]), DEPTH);
    for (int depth = 0; depth < DEPTH; depth++)
        heap_leave(h);
    assert_int_equal(contract_number(h, bottom), 0); // its address is still good
}

static void a_frame_too_large_is_refused(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 1);
    contract_ok(contract_atom(h, r, 3));
    assert_null(heap_enter(h, SIZE_MAX / sizeof(struct heap_reg)));
    assert_null(heap_enter(h, (size_t)1 << 40));
    assert_int_equal(contract_number(h, r), 3);
    assert_non_null(heap_enter(h, 1));
    heap_leave(h);
    heap_leave(h);
}

// -------------------------------------------------------------------------------- reference counts
// The number a strategy that counts gives; -1 stands for those that do not.
static void assert_count(struct heap *h, const struct heap_reg *a, int64_t expected) {
    int64_t count = heap_refcount(h, a);
    assert_int_equal(count, contract_claims(HEAP_COUNTS) ? expected : -1);
}

static void counts_follow_references(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 6);
    contract_ok(heap_new_node(h, &r[0], 2, 0));
    assert_count(h, &r[0], 1);
    heap_copy(h, &r[1], &r[0]);
    assert_count(h, &r[0], 2);
    contract_ok(heap_new_node(h, &r[2], 1, 0));
    heap_store(h, &r[2], 0, &r[0]);
    assert_count(h, &r[0], 3);
    heap_store(h, &r[2], 0, &r[0]); // over itself
    assert_count(h, &r[0], 3);
    heap_store(h, &r[0], 1, &r[0]); // a self-loop counts
    assert_count(h, &r[0], 4);
    contract_ok(heap_new_list(h, &r[3]));
    for (int i = 0; i < 20; i++)
        contract_ok(heap_append(h, &r[3], &r[0]));
    assert_count(h, &r[0], 24);
    heap_truncate(h, &r[3], 5);
    assert_count(h, &r[0], 9);
    heap_pop(h, &r[4], &r[3]); // from the list to a register
    assert_count(h, &r[0], 9);
    heap_clear(h, &r[4]);
    assert_count(h, &r[0], 8);
    struct heap_reg *inner = heap_enter(h, 2);
    heap_load(h, &inner[0], &r[2], 0);
    heap_copy(h, &inner[1], &inner[0]);
    assert_count(h, &r[0], 10);
    heap_leave(h);
    assert_count(h, &r[0], 8);
    heap_collect(h, CONTRACT_FULL);
    assert_count(h, &r[0], 8);
    heap_store(h, &r[0], 1, &r[5]); // break the loop
    heap_clear(h, &r[1]);
    assert_count(h, &r[0], 6);
    assert_count(h, &r[2], 1);
    assert_count(h, &r[3], 1);
}

static void containers_that_die_drop_their_references(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(contract_atom(h, &r[0], 1));
    contract_ok(heap_new_list(h, &r[1]));
    contract_ok(heap_append(h, &r[1], &r[0]));
    contract_ok(heap_append(h, &r[1], &r[0]));
    contract_ok(heap_new_node(h, &r[1], 3, 0)); // the list dies
    if (contract_claims(HEAP_FREES_AT_ONCE))
        assert_count(h, &r[0], 1);
    heap_store(h, &r[1], 0, &r[0]);
    heap_store(h, &r[1], 2, &r[0]);
    contract_ok(contract_atom(h, &r[1], 2)); // the node dies
    if (contract_claims(HEAP_FREES_AT_ONCE))
        assert_count(h, &r[0], 1);
}

// What is lent takes no count, and what is moved keeps the one it had.
static void lending_and_moving_do_not_count(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    contract_ok(contract_atom(h, &r[1], 1));
    heap_copy(h, &r[2], &r[1]);
    heap_move(h, &r[0], 0, &r[1]);
    assert_true(heap_is_empty(h, &r[1]));
    assert_count(h, &r[2], 2);
    const struct heap_reg *lent = heap_borrow(h, &r[3], &r[0], 0);
    assert_true(heap_same(h, lent, &r[2]));
    if (lent != &r[3]) // else it had to be loaded
        assert_count(h, &r[2], 2);
    heap_clear(h, &r[3]);
    heap_move(h, &r[0], 0, &r[1]); // empty: the slot drops what it held
    assert_count(h, &r[2], 1);
    heap_move(h, &r[0], 0, &r[0]); // the node holds itself now
    assert_true(heap_is_empty(h, &r[0]));
    contract_verify(h);
}

// What a dead object has lent is memory that the sanitizer knows to be free.
static void what_the_dead_lent_is_not_read(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    int status;
    contract_ok(heap_new_node(h, &r[0], 1, 0));
    pid_t child = fork();
    if (child == 0) {
        const struct heap_reg *lent = heap_borrow(h, &r[1], &r[0], 0);
        if (!freopen("/dev/null", "w", stderr))
            _exit(0);
        heap_clear(h, &r[0]);
        volatile bool empty = heap_is_empty(h, lent);
        (void)empty;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_not_equal(status, 0);
}

static void the_intern_table_does_not_count(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(heap_intern(h, &r[0], "key", 3));
    assert_count(h, &r[0], 1);
    contract_ok(heap_intern(h, &r[1], "key", 3));
    assert_count(h, &r[0], 2);
    contract_ok(heap_intern(h, &r[1], "key", 3)); // over itself
    assert_count(h, &r[0], 2);
    contract_ok(heap_small_int(h, &r[2], 1000));
    assert_count(h, &r[2], 1);
    contract_ok(heap_small_int(h, &r[2], 7));
    if (contract_claims(HEAP_COUNTS))
        assert_true(heap_refcount(h, &r[2]) > 0); // immortal
}

// A list that grows and shrinks afterwards, and one that is in dst itself.
static void a_tuple_holds_what_the_list_held(void **state) {
    static const size_t lengths[] = {1, 2, 19, 20, 21, 1000, HEAP_MAX_SLOTS};
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(contract_atom(h, &r[2], 5));
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        contract_ok(heap_new_list(h, &r[0]));
        for (size_t n = 0; n < lengths[i]; n++)
            contract_ok(heap_append(h, &r[0], n % 3 ? &r[2] : n % 2 ? &r[0] : &r[3]));
        contract_ok(heap_new_tuple(h, &r[1], &r[0]));
        contract_ok(heap_append(h, &r[0], &r[2]));
        heap_collect(h, CONTRACT_FULL);
        heap_truncate(h, &r[0], 1);
        assert_int_equal(heap_kind(h, &r[1]), HEAP_NODE);
        assert_int_equal(heap_length(h, &r[1]), lengths[i]);
        assert_int_equal(heap_capacity(h, &r[1]), lengths[i]);
        assert_int_equal(heap_payload_bytes(h, &r[1]), 0);
        assert_non_null(heap_payload(h, &r[1])); // memcpy of no bytes takes an address
        for (size_t n = 0; n < lengths[i]; n++) {
            heap_load(h, &r[3], &r[1], n);
            assert_true(n % 3   ? heap_same(h, &r[3], &r[2])
                        : n % 2 ? heap_same(h, &r[3], &r[0])
                                : heap_is_empty(h, &r[3]));
        }
        heap_clear(h, &r[3]);
        contract_ok(heap_new_tuple(h, &r[0], &r[0]));
        assert_int_equal(heap_length(h, &r[0]), 1);
    }
}

// Of atoms alone, of containers, of tuples of both; many of them, over collections of all
// generations.
static void tuples_die_like_nodes(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    uint64_t before = contract_held(h);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < 4000 / (CONTRACT_SCALE < 40 ? CONTRACT_SCALE : 40); i++) {
        contract_ok(contract_atom(h, &r[1], i));
        contract_ok(heap_new_list(h, &r[2]));
        contract_ok(heap_append(h, &r[2], i % 3 ? &r[1] : &r[0]));
        contract_ok(heap_new_tuple(h, &r[3], &r[2]));
        contract_ok(heap_append(h, &r[2], &r[3]));
        if (i % 5 == 0)
            contract_ok(heap_new_tuple(h, &r[3], &r[2]));
        contract_ok(heap_append(h, &r[0], &r[3]));
        if (i % 1000 == 0)
            heap_collect(h, (int)(i / 1000 % HEAP_GENERATIONS));
    }
    contract_shrinks(h, r, 4, before);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("an atom keeps its size and payload", true, atoms_keep_their_payload),
        CONTRACT_TEST("a fresh node has empty slots, then keeps them", true, nodes_start_empty),
        CONTRACT_TEST("a node in recycled memory has empty slots", true,
                      recycled_nodes_start_empty),
        CONTRACT_TEST("allocation replaces the value of dst", true,
                      a_dropped_value_outlives_the_allocation),
        CONTRACT_TEST("a load gives what was stored last", true, loads_give_what_was_stored),
        CONTRACT_TEST("slots keep objects alive", true, slots_keep_objects_alive),
        CONTRACT_TEST("old containers keep young objects", true, old_containers_keep_young_objects),
        CONTRACT_TEST("identity: copies are the same, equal values are not", true,
                      identity_is_of_the_object),
        CONTRACT_TEST("a register may be source and destination", true, source_may_be_destination),
        CONTRACT_TEST("a frame's registers are empty, also on memory used before", true,
                      frames_start_empty),
        CONTRACT_TEST("frames nest, and addresses of registers stay", true, frames_nest),
        CONTRACT_TEST("a frame that does not fit is refused", true, a_frame_too_large_is_refused),
        CONTRACT_TEST("reference counts are exact", true, counts_follow_references),
        CONTRACT_TEST("dying containers drop their references", true,
                      containers_that_die_drop_their_references),
        CONTRACT_TEST("to lend and to move takes no count", true, lending_and_moving_do_not_count),
        CONTRACT_TEST("what a dead object has lent is not read",
                      CONTRACT_SCALE > 1 && contract_claims(HEAP_FREES_AT_ONCE) &&
                          !contract_claims(HEAP_VARIES),
                      what_the_dead_lent_is_not_read),
        CONTRACT_TEST("interning holds no count; small ints are immortal", true,
                      the_intern_table_does_not_count),
        CONTRACT_TEST("a tuple holds the elements of a list", true,
                      a_tuple_holds_what_the_list_held),
        CONTRACT_TEST("tuples die like nodes", true, tuples_die_like_nodes),
    };
    return CONTRACT_RUN(tests);
}
