// large_test.c - every strategy: a full collection of more than the caches hold, where what lives and what is garbage lie
// among each other, and are linked in the order of allocation or at random.

#include "contract.h"

enum { NODES = CONTRACT_STRESS ? 200 : 80000, LIVE = NODES / 2 };
enum { LIST, FROM, TO, REGISTERS };

// The first half of `order` is one ring, the other half another, whose nodes also refer to nodes of the first.
static void link_rings(struct heap *h, struct heap_reg *r, const uint32_t *order) {
    for (size_t i = 0; i < NODES; i++) {
        size_t ring = i / LIVE * LIVE;
        heap_load(h, &r[FROM], &r[LIST], order[i]);
        heap_load(h, &r[TO], &r[LIST], order[ring + (i + 1) % LIVE]);
        heap_store(h, &r[FROM], 0, &r[TO]);
        heap_load(h, &r[TO], &r[LIST], order[i % LIVE]);
        heap_store(h, &r[FROM], 1, &r[TO]);
    }
}

static void make_nodes(struct heap *h, struct heap_reg *r) {
    contract_ok(heap_new_list(h, &r[LIST]));
    for (uint64_t i = 0; i < NODES; i++) {
        contract_ok(heap_new_node(h, &r[FROM], 2, sizeof i));
        memcpy(heap_payload(h, &r[FROM]), &i, sizeof i);
        contract_ok(heap_append(h, &r[LIST], &r[FROM]));
    }
}

// From the first node of the ring, all of them, as `order` says.
static void walk(struct heap *h, struct heap_reg *r, const uint32_t *order) {
    for (size_t i = 0; i < LIVE; i++) {
        assert_int_equal(contract_number(h, &r[FROM]), order[i]);
        heap_load(h, &r[TO], &r[FROM], 1);
        assert_true(heap_same(h, &r[TO], &r[FROM]));
        heap_load(h, &r[FROM], &r[FROM], 0);
    }
}

static void one_ring_lives(struct heap *h, const uint32_t *order) {
    uint64_t before = contract_held(h);
    struct heap_reg *r = heap_enter(h, REGISTERS);
    make_nodes(h, r);
    link_rings(h, r, order);
    heap_load(h, &r[FROM], &r[LIST], order[0]);
    heap_clear(h, &r[LIST]);
    heap_clear(h, &r[TO]);
    for (int round = 0; round < 2; round++) {
        heap_collect(h, CONTRACT_FULL);
        if (contract_claims(HEAP_FREES_CYCLES))
            assert_int_equal(contract_held(h), before + LIVE);
        walk(h, r, order);
        heap_clear(h, &r[TO]);
    }
    heap_leave(h);
    contract_verify(h);
    heap_collect(h, CONTRACT_FULL);
    if (contract_claims(HEAP_FREES_CYCLES))
        assert_int_equal(contract_held(h), before);
}

static void in_order(void **state) {
    uint32_t order[NODES]; // what is even lives
    for (uint32_t i = 0; i < NODES; i++)
        order[i] = i % LIVE * 2 + i / LIVE;
    one_ring_lives(*state, order);
}

static void at_random(void **state) {
    uint32_t order[NODES];
    uint64_t random = 1;
    for (uint32_t i = 0; i < NODES; i++) {
        uint32_t j = (uint32_t)(random_next(&random) % (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
    one_ring_lives(*state, order);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("of a large structure in order of allocation half is freed", true, in_order),
        CONTRACT_TEST("of one that is linked at random", true, at_random),
    };
    return CONTRACT_RUN(tests);
}
