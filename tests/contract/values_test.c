// values_test.c - every strategy: lists, interned atoms, and small ints.

#include <stdio.h>

#include "contract.h"

// ------------------------------------------------------------------------------------------- lists
enum { LONG = 100000 / CONTRACT_SCALE };

static void append_numbers(struct heap *h, const struct heap_reg *list, struct heap_reg *scratch,
                           size_t count) {
    for (size_t i = 0; i < count; i++) {
        contract_ok(contract_atom(h, scratch, heap_length(h, list)));
        contract_ok(heap_append(h, list, scratch));
    }
}

static void lists_keep_their_elements(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    append_numbers(h, &r[0], &r[1], LONG);
    heap_collect(h, CONTRACT_FULL);
    assert_int_equal(heap_length(h, &r[0]), LONG);
    assert_int_equal(heap_payload_bytes(h, &r[0]), 0);
    for (size_t i = 0; i < LONG; i++) {
        heap_load(h, &r[1], &r[0], i);
        assert_int_equal(contract_number(h, &r[1]), i);
    }
    for (size_t i = LONG; i-- > 0;) {
        heap_pop(h, &r[1], &r[0]);
        assert_int_equal(contract_number(h, &r[1]), i);
        assert_int_equal(heap_length(h, &r[0]), i);
    }
    append_numbers(h, &r[0], &r[1], 10); // an emptied list grows again
    heap_load(h, &r[1], &r[0], 9);
    assert_int_equal(contract_number(h, &r[1]), 9);
}

static void lists_store_and_load(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(heap_new_list(h, &r[0]));
    contract_ok(heap_append(h, &r[0], &r[1])); // an empty element
    contract_ok(contract_atom(h, &r[1], 1));
    contract_ok(heap_append(h, &r[0], &r[1]));
    contract_ok(heap_append(h, &r[0], &r[2])); // empty again
    heap_load(h, &r[3], &r[0], 0);
    assert_true(heap_is_empty(h, &r[3]));
    heap_load(h, &r[3], &r[0], 1);
    assert_true(heap_same(h, &r[3], &r[1]));
    heap_store(h, &r[0], 0, &r[1]);
    heap_store(h, &r[0], 1, &r[2]); // store empty
    heap_collect(h, CONTRACT_FULL);
    heap_load(h, &r[3], &r[0], 0);
    assert_true(heap_same(h, &r[3], &r[1]));
    heap_pop(h, &r[3], &r[0]); // pops an empty element over a value
    assert_true(heap_is_empty(h, &r[3]));
    heap_truncate(h, &r[0], 2); // to the same length
    assert_int_equal(heap_length(h, &r[0]), 2);
    heap_truncate(h, &r[0], 0);
    assert_int_equal(heap_length(h, &r[0]), 0);
}

static void truncation_drops_the_end(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    static const size_t lengths[] = {100, 99, 60, 49, 48, 24, 7, 3, 2, 1, 0};
    append_numbers(h, &r[0], &r[1], lengths[0]);
    heap_clear(h, &r[1]);
    for (size_t k = 1; k < sizeof lengths / sizeof *lengths; k++) {
        heap_truncate(h, &r[0], lengths[k]);
        contract_verify(h);
        assert_int_equal(heap_length(h, &r[0]), lengths[k]);
        if (contract_claims(HEAP_FREES_AT_ONCE))
            assert_int_equal(contract_held(h), 1 + lengths[k]);
        for (size_t i = 0; i < lengths[k]; i++) {
            heap_load(h, &r[1], &r[0], i);
            assert_int_equal(contract_number(h, &r[1]), i);
        }
        heap_clear(h, &r[1]);
    }
}

// Capacities read off CPython 3.11.7 by sys.getsizeof, here seen through the requested bytes: 8 per
// slot of capacity.
static void lists_grow_as_in_cpython(void **state) {
    struct heap *h = *state;
    static const size_t capacities[] = {0,   4,   8,   16,  24,  32,  40,  52,  64,  76, 92,
                                        108, 128, 148, 172, 200, 232, 268, 308, 352, 400};
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t length = 0, k = 0; length < 400; length++) {
        if (length == capacities[k])
            k++;
        contract_ok(heap_append(h, &r[0], &r[1]));
        assert_int_equal(contract_counters(h).bytes_allocated, capacities[k] * 8);
    }
}

static void lists_shrink_as_in_cpython(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (int i = 0; i < 9; i++)
        contract_ok(heap_append(h, &r[0], &r[1]));
    heap_truncate(h, &r[0], 8); // at least half of 16 slots in use: the array stays
    contract_ok(heap_append(h, &r[0], &r[1]));
    assert_int_equal(contract_counters(h).bytes_allocated, 16 * 8);
    heap_truncate(h, &r[0], 7); // 12 slots
    for (int i = 7; i < 12; i++)
        contract_ok(heap_append(h, &r[0], &r[1]));
    assert_int_equal(contract_counters(h).bytes_allocated, 16 * 8);
    contract_ok(heap_append(h, &r[0], &r[1])); // 20 slots
    assert_int_equal(contract_counters(h).bytes_allocated, (16 + 8) * 8);
    while (heap_length(h, &r[0]))
        heap_pop(h, &r[1], &r[0]); // no array
    if (contract_claims(HEAP_FREES_AT_ONCE))
        assert_int_equal(contract_counters(h).bytes_freed, (16 + 8) * 8);
    contract_ok(heap_append(h, &r[0], &r[1])); // 4 slots
    assert_int_equal(contract_counters(h).bytes_allocated, (16 + 8 + 4) * 8);
}

static void lists_hold_lists(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < 50; i++) {
        contract_ok(heap_new_list(h, &r[1]));
        append_numbers(h, &r[1], &r[2], i);
        contract_ok(heap_append(h, &r[0], &r[1]));
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_collect(h, CONTRACT_FULL);
    for (size_t i = 0; i < 100; i++) {
        heap_load(h, &r[1], &r[0], i);
        assert_int_equal(heap_kind(h, &r[1]), HEAP_LIST);
        assert_int_equal(heap_length(h, &r[1]), i / 2);
    }
}

// ---------------------------------------------------------------------------------- interned atoms
enum { KEYS = 20000 / CONTRACT_SCALE };

static size_t key_of(char *key, size_t i) {
    return (size_t)sprintf(key, "key-%zu", i);
}

static void the_same_value_is_the_same_object(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(heap_intern(h, &r[0], "alpha", 5));
    contract_ok(heap_intern(h, &r[1], "alpha", 5));
    contract_ok(heap_intern(h, &r[2], "beta", 4));
    assert_true(heap_same(h, &r[0], &r[1]));
    assert_false(heap_same(h, &r[0], &r[2]));
    assert_int_equal(heap_kind(h, &r[0]), HEAP_ATOM);
    assert_int_equal(heap_payload_bytes(h, &r[0]), 5);
    assert_memory_equal(heap_payload(h, &r[0]), "alpha", 5);
    contract_ok(heap_intern(h, &r[2], "alph", 4)); // a prefix
    assert_false(heap_same(h, &r[0], &r[2]));
    contract_ok(heap_new_atom(h, &r[2], 5)); // equal, but not interned
    memcpy(heap_payload(h, &r[2]), "alpha", 5);
    assert_false(heap_same(h, &r[0], &r[2]));
    contract_ok(heap_intern(h, &r[1], "alpha", 5));
    assert_true(heap_same(h, &r[0], &r[1]));
    struct heap_counters c = contract_counters(h);
    assert_int_equal(c.intern_misses, 3);
    assert_int_equal(c.intern_hits, 2);
    assert_int_equal(c.intern_saved_bytes, 10);
}

static void keys_of_all_lengths(void **state) {
    struct heap *h = *state;
    static const size_t lengths[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 256, 10000};
    enum { COUNT = sizeof lengths / sizeof *lengths };
    static char key[10000];
    struct heap_reg *r = heap_enter(h, COUNT + 1);
    for (size_t i = 0; i < COUNT; i++) {
        contract_fill(key, lengths[i], 3);
        contract_ok(heap_intern(h, &r[i], key, lengths[i]));
    }
    for (size_t i = 0; i < COUNT; i++) {
        contract_fill(key, lengths[i], 3);
        contract_ok(heap_intern(h, &r[COUNT], key, lengths[i]));
        assert_true(heap_same(h, &r[i], &r[COUNT]));
        assert_int_equal(heap_payload_bytes(h, &r[i]), lengths[i]);
        assert_true(contract_filled(heap_payload(h, &r[i]), lengths[i], 3));
        for (size_t byte = 0; byte < lengths[i]; byte += lengths[i] / 5 + 1) {
            key[byte] ^= 1; // one bit anywhere makes another value
            contract_ok(heap_intern(h, &r[COUNT], key, lengths[i]));
            assert_false(heap_same(h, &r[i], &r[COUNT]));
            key[byte] ^= 1;
        }
    }
}

static void many_keys_stay_apart(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    char key[32];
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < KEYS; i++) {
        contract_ok(heap_intern(h, &r[1], key, key_of(key, i)));
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    assert_int_equal(contract_counters(h).intern_misses, KEYS);
    heap_clear(h, &r[1]);
    heap_collect(h, CONTRACT_FULL);
    contract_verify(h);
    for (size_t i = 0; i < KEYS; i++) {
        contract_ok(heap_intern(h, &r[1], key, key_of(key, i)));
        heap_load(h, &r[2], &r[0], i);
        assert_true(heap_same(h, &r[1], &r[2]));
        assert_memory_equal(heap_payload(h, &r[2]), key, heap_payload_bytes(h, &r[2]));
    }
    assert_int_equal(contract_counters(h).intern_misses, KEYS);
    assert_int_equal(contract_counters(h).intern_hits, KEYS);
}

static void dead_keys_leave_the_table(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_intern(h, &r[0], "stays", 5));
    for (uint64_t round = 1; round <= 3; round++) {
        contract_ok(heap_intern(h, &r[1], "leaves", 6));
        assert_int_equal(contract_counters(h).intern_misses, 1 + round);
        heap_clear(h, &r[1]);
        if (!contract_claims(HEAP_FREES_AT_ONCE))
            heap_collect(h, CONTRACT_FULL);
        assert_int_equal(contract_held(h), 1);
        contract_ok(heap_intern(h, &r[1], "stays", 5)); // still a hit
        assert_int_equal(contract_counters(h).intern_hits, round);
        heap_clear(h, &r[1]);
    }
}

// Random keys come and go; those that are held must be found at every time.
static void interned_keys_survive_churn(void **state) {
    enum { SLOTS = 300, RANGE = 900, ROUNDS = 30000 / CONTRACT_SCALE };
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, SLOTS + 1);
    size_t held[SLOTS];
    uint64_t random = 7;
    char key[32];
    for (size_t i = 0; i < SLOTS; i++)
        contract_ok(heap_intern(h, &r[i], key, key_of(key, held[i] = i)));
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t i = random_next(&random) % SLOTS, j = random_next(&random) % SLOTS;
        held[i] = random_next(&random) % RANGE;
        contract_ok(heap_intern(h, &r[i], key, key_of(key, held[i])));
        contract_ok(heap_intern(h, &r[SLOTS], key, key_of(key, held[j])));
        assert_true(heap_same(h, &r[SLOTS], &r[j]));
        if (round % 5000 == 0) {
            heap_collect(h, CONTRACT_FULL);
            contract_verify(h);
        }
    }
}

// The newest three stay, in turn; how often a value is found says which.
static void the_newest_are_kept(void **state) {
    (void)state;
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    contract_set(values, "interned_kept", 3);
    struct heap *h = contract_new((struct heap_config){.tunables = values});
    assert_non_null(h);
    struct heap_reg *r = heap_enter(h, 1);
    uint64_t before = contract_held(h);
    static const char names[] = "abcdefghij";
    for (size_t i = 0; i < 10; i++)
        contract_ok(heap_intern(h, &r[0], &names[i], 1));
    heap_clear(h, &r[0]);
    heap_collect(h, CONTRACT_FULL);
    contract_verify(h);
    if (contract_frees_acyclic())
        assert_int_equal(contract_held(h), before + 3);
    uint64_t hits = contract_counters(h).intern_hits;
    for (size_t i = 10; i-- > 7;)
        contract_ok(heap_intern(h, &r[0], &names[i], 1));
    assert_int_equal(contract_counters(h).intern_hits, hits + 3);
    contract_ok(heap_intern(h, &r[0], &names[6], 1)); // the newest of those that went
    assert_int_equal(contract_counters(h).intern_hits, hits + 3);
    contract_verify(h);
    heap_free(h);
}

static void all_are_kept(void **state) {
    (void)state;
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    contract_set(values, "interned_kept", 1e9);
    struct heap *h = contract_new((struct heap_config){.tunables = values});
    assert_non_null(h);
    struct heap_reg *r = heap_enter(h, 1);
    char key[16];
    enum { NAMES = CONTRACT_STRESS ? 50 : 3000 };
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < NAMES; i++)
            contract_ok(heap_intern(h, &r[0], key, key_of(key, i)));
        heap_clear(h, &r[0]);
        heap_collect(h, CONTRACT_FULL);
    }
    contract_verify(h);
    assert_int_equal(contract_counters(h).intern_misses, NAMES);
    assert_int_equal(contract_counters(h).intern_hits, NAMES);
    heap_free(h);
}

// -------------------------------------------------------------------------------------- small ints
static int64_t int_of(struct heap *h, const struct heap_reg *a) {
    assert_int_equal(heap_kind(h, a), HEAP_ATOM);
    return (int64_t)contract_number(h, a);
}

static void small_ints_are_one_object_each(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 3);
    for (int64_t value = HEAP_INT_MIN; value <= HEAP_INT_MAX; value++) {
        contract_ok(heap_small_int(h, &r[0], value));
        contract_ok(heap_small_int(h, &r[1], value));
        assert_true(heap_same(h, &r[0], &r[1]));
        assert_true(int_of(h, &r[0]) == value);
        assert_false(heap_same(h, &r[0], &r[2])); // the one before
        heap_copy(h, &r[2], &r[0]);
    }
    assert_int_equal(contract_counters(h).objects_allocated, 0);
    assert_int_equal(contract_counters(h).bytes_allocated, 0);
}

// A collection must neither count them nor write to what would be the header of their block.
static void small_ints_are_no_part_of_the_heap(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (int64_t value = HEAP_INT_MIN; value <= HEAP_INT_MAX; value++) {
        contract_ok(heap_small_int(h, &r[1], value));
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
    for (int round = 0; round < 3; round++) {
        heap_collect(h, CONTRACT_FULL);
        assert_int_equal(contract_held(h), 1); // the list
    }
    assert_int_equal(contract_counters(h).objects_freed, 0);
    contract_verify(h);
}

static void small_ints_survive_everything(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    for (int round = 0; round < 100; round++) {
        contract_ok(heap_small_int(h, &r[0], 42));
        contract_ok(heap_new_node(h, &r[1], 3, 0));
        for (size_t i = 0; i < 3; i++)
            heap_store(h, &r[1], i, &r[0]);
        heap_clear(h, &r[0]);
        heap_clear(h, &r[1]);
        heap_clear(h, &r[1]);
        if (round % 10 == 0)
            heap_collect(h, CONTRACT_FULL);
    }
    contract_ok(heap_small_int(h, &r[0], 42));
    assert_int_equal(int_of(h, &r[0]), 42);
}

static void larger_ints_are_fresh(void **state) {
    struct heap *h = *state;
    static const int64_t values[] = {HEAP_INT_MIN - 1, HEAP_INT_MAX + 1, INT64_MIN, INT64_MAX,
                                     1 << 20};
    enum { COUNT = sizeof values / sizeof *values };
    struct heap_reg *r = heap_enter(h, 2);
    for (size_t i = 0; i < COUNT; i++) {
        contract_ok(heap_small_int(h, &r[0], values[i]));
        contract_ok(heap_small_int(h, &r[1], values[i]));
        assert_false(heap_same(h, &r[0], &r[1]));
        assert_true(int_of(h, &r[0]) == values[i]);
    }
    assert_int_equal(contract_counters(h).objects_allocated, 2 * COUNT);
    assert_int_equal(contract_counters(h).bytes_allocated, 2 * COUNT * sizeof(int64_t));
}

// Of 1 slot, of some, of the most; filled, emptied and filled anew, over collections of all generations.
static void a_dict_keeps_what_is_put(void **state) {
    static const size_t slots[] = {1, 5, 300, HEAP_MAX_SLOTS};
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    contract_ok(contract_atom(h, &r[1], 5));
    contract_ok(heap_new_list(h, &r[2]));
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        contract_ok(heap_new_dict(h, &r[0], slots[i]));
        assert_int_equal(heap_kind(h, &r[0]), HEAP_NODE);
        assert_int_equal(heap_length(h, &r[0]), slots[i]);
        assert_int_equal(heap_capacity(h, &r[0]), slots[i]);
        assert_int_equal(heap_payload_bytes(h, &r[0]), 0);
        assert_non_null(heap_payload(h, &r[0])); // memcpy of no bytes takes an address
        for (int round = 0; round < 6; round++) {
            const struct heap_reg *value = &r[round % 3 ? round % 3 : 3]; // r[3] is empty
            for (size_t n = 0; n < slots[i]; n++)
                contract_ok(heap_put(h, &r[0], n, value));
            heap_collect(h, round % HEAP_GENERATIONS);
            contract_verify(h);
            heap_load(h, &r[3], &r[0], slots[i] - 1);
            assert_true(heap_same(h, &r[3], value));
            heap_clear(h, &r[3]);
        }
    }
}

// Of atoms, in cycles with themselves, in one another; more than CPython's free list keeps.
static void dicts_die_like_nodes(void **state) {
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 4);
    uint64_t before = contract_held(h);
    contract_ok(heap_new_list(h, &r[0]));
    contract_ok(heap_new_dict(h, &r[3], 2));
    for (size_t i = 0; i < 4000 / (CONTRACT_SCALE < 40 ? CONTRACT_SCALE : 40); i++) {
        contract_ok(contract_atom(h, &r[1], i));
        contract_ok(heap_new_dict(h, &r[2], 2));
        contract_ok(heap_put(h, &r[2], 0, &r[1]));
        if (i % 3)
            contract_ok(heap_put(h, &r[2], 1, &r[i % 3 + 1]));
        if (i % 5)
            contract_ok(heap_append(h, &r[0], &r[2]));
        if (i % 7 == 0) {
            contract_ok(heap_put(h, &r[3], 1, &r[1])); // it may be untracked again
            heap_copy(h, &r[3], &r[2]);
        }
        if (i % 500 == 0)
            heap_collect(h, (int)(i / 500 % HEAP_GENERATIONS));
    }
    contract_shrinks(h, r, 4, before);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("lists keep their elements through growth and pops", true,
                      lists_keep_their_elements),
        CONTRACT_TEST("lists store, load and pop, also empty elements", true, lists_store_and_load),
        CONTRACT_TEST("truncation drops the end and keeps the rest", true,
                      truncation_drops_the_end),
        CONTRACT_TEST("lists grow as in CPython", true, lists_grow_as_in_cpython),
        CONTRACT_TEST("lists shrink as in CPython", true, lists_shrink_as_in_cpython),
        CONTRACT_TEST("lists hold lists", true, lists_hold_lists),
        CONTRACT_TEST("interning: the same value is the same object", true,
                      the_same_value_is_the_same_object),
        CONTRACT_TEST("interning: keys of 0 to 10000 bytes", true, keys_of_all_lengths),
        CONTRACT_TEST("interning: many keys stay apart", true, many_keys_stay_apart),
        CONTRACT_TEST("interning: dead keys leave the table", contract_frees_acyclic(),
                      dead_keys_leave_the_table),
        CONTRACT_TEST("interning: held keys are found through churn", true,
                      interned_keys_survive_churn),
        CONTRACT_BARE_TEST("interning: the newest are kept", contract_has("interned_kept"),
                           the_newest_are_kept),
        CONTRACT_BARE_TEST("interning: all are kept", contract_has("interned_kept"), all_are_kept),
        CONTRACT_TEST("small ints are one object each, in no counter", true,
                      small_ints_are_one_object_each),
        CONTRACT_TEST("small ints are no part of the heap", true,
                      small_ints_are_no_part_of_the_heap),
        CONTRACT_TEST("small ints survive everything", true, small_ints_survive_everything),
        CONTRACT_TEST("other ints are fresh objects", true, larger_ints_are_fresh),
        CONTRACT_TEST("a dict keeps what is put", true, a_dict_keeps_what_is_put),
        CONTRACT_TEST("dicts die like nodes", true, dicts_die_like_nodes),
    };
    return CONTRACT_RUN(tests);
}
