// unused_test.c - every strategy that tells how much of its memory has nothing in it: memory less that grows
// by what objects take, and falls by as much when they go.

#include "contract.h"

enum { NODES = 20000, MOST_OVERHEAD_BYTES = 72, SLACK_BYTES = 300 << 10 };

static int64_t used(struct heap *h) {
    uint64_t unused = heap_unused_bytes(h), memory = contract_counters(h).memory_bytes;
    assert_true(unused <= memory);
    return (int64_t)(memory - unused);
}

static int64_t requested(struct heap *h) {
    struct heap_counters c = contract_counters(h);
    return (int64_t)(c.bytes_allocated - c.bytes_freed);
}

// Nodes of many sizes, small and large, in a list, of which every third is dropped at once.
static void fill(struct heap *h, struct heap_reg *r) {
    for (size_t i = 0; i < NODES; i++) {
        size_t bytes = i % 50 == 1 ? 3000 : i * 7 % 200;
        contract_ok(heap_new_node(h, &r[1], 1 + i % 3, bytes));
        if (i % 3)
            contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
}

// One in 17 is left, of all sizes, so that hardly a block is empty.
static void thin(struct heap *h, struct heap_reg *r) {
    for (size_t i = 0, n = heap_length(h, &r[0]); i < n; i++)
        if (i % 17)
            heap_store(h, &r[0], i, &r[1]);
}

// Headers, rounding and what a block has below one cell are used: so many bytes for an object, and a share.
static void assert_between(struct heap *h, int64_t before, int64_t held, uint64_t objects) {
    int64_t more = used(h) - before, most = held + (int64_t)objects * MOST_OVERHEAD_BYTES;
    assert_true(more >= held - SLACK_BYTES);
    assert_true(more <= most + most / 8 + SLACK_BYTES);
}

static void compare_with_objects(struct heap *h) {
    if (heap_unused_bytes(h) == HEAP_UNKNOWN)
        return;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    int64_t before = used(h), held = requested(h);
    heap_enable(h, false);
    fill(h, r);
    assert_between(h, before, requested(h) - held, contract_held(h));
    heap_enable(h, true);
    heap_collect(h, CONTRACT_FULL);
    assert_between(h, before, requested(h) - held, contract_held(h));
    thin(h, r); // a block now has more free cells than others
    heap_collect(h, CONTRACT_FULL);
    assert_between(h, before, requested(h) - held, contract_held(h));
    heap_region_begin(h);
    contract_ok(heap_new_list(h, &r[0]));
    fill(h, r);
    heap_collect(h, CONTRACT_FULL);
    assert_between(h, before, requested(h) - held, contract_held(h));
    heap_clear(h, &r[0]);
    heap_region_end(h);
    heap_collect(h, CONTRACT_FULL);
    assert_between(h, before, requested(h) - held, contract_held(h));
    heap_leave(h);
}

static void the_rest_is_what_objects_take(void **state) {
    compare_with_objects(*state);
}

static void so_it_is_through_malloc(void **state) {
    (void)state;
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    contract_set(values, "memory", 1);
    struct heap *h = contract_new((struct heap_config){.tunables = values});
    compare_with_objects(h);
    heap_free(h);
}

// A chain: nothing but nodes is made. Where a block or a chunk is begun, its header and its end are used, too.
static void each_object_takes_its_own(void **state) {
    enum { CHAIN = 3000, ROUNDED_BYTES = 64, SLOTS_BYTES = sizeof(void *) };
    struct heap *h = *state;
    if (heap_unused_bytes(h) == HEAP_UNKNOWN)
        return;
    struct heap_reg *r = heap_enter(h, 2);
    heap_enable(h, false);
    int begun = 0;
    for (int64_t i = 0; i < CHAIN; i++) {
        int64_t before = used(h), bytes = i % 4 * 24;
        contract_ok(heap_new_node(h, &r[1], 1, (size_t)bytes));
        int64_t more = used(h) - before;
        assert_true(more >= SLOTS_BYTES + bytes);
        begun += more > SLOTS_BYTES + bytes + ROUNDED_BYTES;
        heap_move(h, &r[1], 0, &r[0]);
        heap_copy(h, &r[0], &r[1]);
        heap_clear(h, &r[1]);
    }
    assert_true(begun < CHAIN / 50);
    heap_leave(h);
}

// Of one size, so that blocks fill up; then they go one by one, in the order of their birth.
static void each_object_gives_back_its_own(void **state) {
    enum { MANY = 2000, PAYLOAD_BYTES = 56, MOST_BYTES = sizeof(void *) + PAYLOAD_BYTES + 64 };
    struct heap *h = *state;
    if (heap_unused_bytes(h) == HEAP_UNKNOWN)
        return;
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    for (size_t i = 0; i < MANY; i++) {
        contract_ok(heap_new_node(h, &r[1], 1, PAYLOAD_BYTES));
        contract_ok(heap_append(h, &r[0], &r[1]));
    }
    heap_clear(h, &r[1]);
    int emptied = 0;
    for (size_t i = 0; i < MANY; i++) {
        int64_t before = used(h);
        heap_store(h, &r[0], i, &r[1]);
        int64_t less = before - used(h);
        assert_true(less >= (int64_t)sizeof(void *) + PAYLOAD_BYTES);
        emptied += less > MOST_BYTES;
    }
    assert_true(emptied < MANY / 50);
    heap_leave(h);
}

CONTRACT_TESTS {
    bool heap = !contract_claims(HEAP_INSTRUMENT); // which has tables of its own
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("what is not unused is what objects take", heap,
                      the_rest_is_what_objects_take),
        CONTRACT_BARE_TEST("so it is through malloc", heap && contract_has("memory"),
                           so_it_is_through_malloc),
        CONTRACT_TEST("each object takes its own", heap, each_object_takes_its_own),
        CONTRACT_TEST("each object gives back its own", heap && contract_claims(HEAP_FREES_AT_ONCE),
                      each_object_gives_back_its_own),
    };
    return CONTRACT_RUN(tests);
}
