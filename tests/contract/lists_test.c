// lists_test.c - every strategy: a long list keeps what it is given, however its array moves and whatever is old.

#include "contract.h"

// A long list that is old, and is given young objects here and there while its array grows, shrinks and moves: where
// barriers fail that note slots. Lengths are above and below that of an array among small objects.
enum { LONG = 1500 };

static void put_atom(struct heap *h, struct heap_reg *r, size_t i, uint64_t number) {
    contract_ok(contract_atom(h, &r[1], number));
    if (i < heap_length(h, &r[0]))
        heap_store(h, &r[0], i, &r[1]);
    else
        contract_ok(heap_append(h, &r[0], &r[1]));
    heap_clear(h, &r[1]);
}

static void long_lists_keep_young_objects(void **state) {
    static const size_t lengths[] = {200, LONG, 1400, 700, 800, 40, 64, 70, 63, 300, LONG, 20, 900};
    struct heap *h = *state;
    struct heap_reg *r = heap_enter(h, 2);
    uint64_t numbers[LONG], random = 1;
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t round = 0; round < 6 * sizeof lengths / sizeof *lengths; round++) {
        size_t length = lengths[round % (sizeof lengths / sizeof *lengths)];
        for (size_t n = heap_length(h, &r[0]) / 8; n--;) {
            size_t i = random_next(&random) % heap_length(h, &r[0]);
            put_atom(h, r, i, numbers[i] = round << 32 | n);
        }
        if (length < heap_length(h, &r[0]))
            heap_truncate(h, &r[0], length);
        for (size_t i = heap_length(h, &r[0]); i < length; i++)
            put_atom(h, r, i, numbers[i] = round << 32 | i);
        if (round % 3 < 2)
            heap_collect(h, round % 11 ? 0 : CONTRACT_FULL);
        contract_verify(h);
        for (size_t i = 0; i < length; i++) {
            heap_load(h, &r[1], &r[0], i);
            assert_int_equal(contract_number(h, &r[1]), numbers[i]);
        }
    }
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("long lists keep young objects", true, long_lists_keep_young_objects),
    };
    return CONTRACT_RUN(tests);
}
