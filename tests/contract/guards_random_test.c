// guards_random_test.c - every strategy that hands objects back: random programs against a model
// that never frees.
//
// What is handed back was guarded and had become unreachable, and is whole; what is let go, kept or
// guarded anew then is so in the model, too. When nothing more is handed back, all that is
// unreachable has been, and what is held is what is live.

#include "contract.h"

enum {
    OBJECTS = CONTRACT_STRESS ? 60 : 4000 / CONTRACT_SCALE,
    REGISTERS = 12,
    SLOTS = 3,
    DRAIN = 100
};

// What each object refers to and whether it is guarded, by number; all that there ever were. The
// model's register is a number, or OBJECTS: empty.
struct model {
    struct heap *heap;
    struct heap_reg *registers; // and one more
    uint64_t random;
    size_t count, held[REGISTERS], slots[OBJECTS][SLOTS];
    bool cyclic, guarded[OBJECTS], reachable[OBJECTS], before[OBJECTS];
};

static size_t pick(struct model *m, size_t n) {
    return random_next(&m->random) % n;
}

static size_t reach(struct model *m, size_t object) {
    if (object == OBJECTS || m->reachable[object])
        return 0;
    m->reachable[object] = true;
    size_t count = 1;
    for (size_t i = 0; i < SLOTS; i++)
        count += reach(m, m->slots[object][i]);
    return count;
}

static size_t reach_all(struct model *m) {
    size_t count = 0;
    memset(m->reachable, 0, sizeof m->reachable);
    for (size_t i = 0; i < REGISTERS; i++)
        count += reach(m, m->held[i]);
    return count;
}

static void make(struct model *m, size_t r) {
    uint64_t number = m->count;
    contract_ok(heap_new_node(m->heap, &m->registers[r], SLOTS, sizeof number));
    memcpy(heap_payload(m->heap, &m->registers[r]), &number, sizeof number);
    for (size_t i = 0; i < SLOTS; i++)
        m->slots[number][i] = OBJECTS;
    m->held[r] = m->count++;
}

// Without cycles, from a younger object to an older one.
static void mutate(struct model *m) {
    size_t r = pick(m, REGISTERS), other = pick(m, REGISTERS), slot = pick(m, SLOTS);
    struct heap_reg *a = &m->registers[r], *b = &m->registers[other];
    bool full = m->held[r] != OBJECTS;
    switch (pick(m, 8)) {
    case 0:
    case 1:
        make(m, r);
        break;
    case 2:
        heap_copy(m->heap, a, b);
        m->held[r] = m->held[other];
        break;
    case 3:
        heap_clear(m->heap, a);
        m->held[r] = OBJECTS;
        break;
    case 4:
        if (full) {
            contract_ok(heap_guard(m->heap, a));
            m->guarded[m->held[r]] = true;
        }
        break;
    case 5:
        if (full) {
            size_t child = m->slots[m->held[r]][slot];
            heap_load(m->heap, a, a, slot);
            m->held[r] = child;
        }
        break;
    default:
        if (full && (m->cyclic || m->held[other] == OBJECTS || m->held[other] < m->held[r])) {
            heap_store(m->heap, a, slot, b);
            m->slots[m->held[r]][slot] = m->held[other];
        }
    }
}

static void check(struct model *m, const struct heap_reg *object, size_t number) {
    uint64_t found;
    struct heap_reg *child = heap_enter(m->heap, 1);
    memcpy(&found, heap_payload(m->heap, object), sizeof found);
    assert_int_equal(found, number);
    for (size_t i = 0; i < SLOTS; i++) {
        heap_load(m->heap, child, object, i);
        assert_int_equal(heap_is_empty(m->heap, child), m->slots[number][i] == OBJECTS);
        if (heap_is_empty(m->heap, child))
            continue;
        memcpy(&found, heap_payload(m->heap, child), sizeof found);
        assert_int_equal(found, m->slots[number][i]);
    }
    heap_leave(m->heap);
}

// It was guarded and not reachable; now it is let go, kept, or guarded anew.
static void accept(struct model *m) {
    uint64_t number;
    struct heap_reg *object = &m->registers[REGISTERS];
    memcpy(&number, heap_payload(m->heap, object), sizeof number);
    assert_true(number < m->count && m->guarded[number] && !m->before[number]);
    check(m, object, number);
    m->guarded[number] = false;
    size_t r = pick(m, REGISTERS);
    switch (pick(m, 4)) {
    case 0:
        heap_copy(m->heap, &m->registers[r], object);
        m->held[r] = number;
        (void)reach_all(m); // what the register held may have become unreachable
        for (size_t i = 0; i < m->count; i++)
            m->before[i] = m->before[i] && m->reachable[i];
        break;
    case 1:
        contract_ok(heap_guard(m->heap, object));
        m->guarded[number] = true;
        break;
    default:
        break;
    }
}

// All that was handed back, until nothing more is; then all that is unreachable has been.
static void drain(struct model *m) {
    (void)reach_all(m);
    memcpy(m->before, m->reachable, sizeof m->before);
    for (bool any = true; any;) {
        heap_collect(m->heap, CONTRACT_FULL);
        for (any = false; heap_guarded_take(m->heap, &m->registers[REGISTERS]); any = true)
            accept(m);
        heap_clear(m->heap, &m->registers[REGISTERS]);
    }
    contract_verify(m->heap);
    size_t live = reach_all(m);
    for (size_t i = 0; i < m->count; i++)
        assert_true(m->reachable[i] || !m->guarded[i]);
    assert_int_equal(contract_held(m->heap), live);
    for (size_t i = 0; i < REGISTERS; i++)
        if (m->held[i] != OBJECTS)
            check(m, &m->registers[i], m->held[i]);
}

static void random_program(struct heap *h, bool cyclic) {
    struct model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    *m = (struct model){.heap = h,
                        .registers = heap_enter(h, REGISTERS + 1),
                        .random = 1 + cyclic,
                        .cyclic = cyclic};
    for (size_t i = 0; i < REGISTERS; i++)
        m->held[i] = OBJECTS;
    for (size_t n = 1; m->count < OBJECTS; n++) {
        mutate(m);
        if (n % DRAIN == 0)
            drain(m);
    }
    drain(m);
    heap_leave(h);
    free(m);
}

static void any_graph(void **state) {
    random_program(*state, true);
}

static void acyclic_graphs(void **state) {
    random_program(*state, false);
}

CONTRACT_TESTS {
    const bool claimed = contract_claims(HEAP_GUARDS);
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("guards in any graph", claimed && contract_claims(HEAP_FREES_CYCLES),
                      any_graph),
        CONTRACT_TEST("guards without cycles", claimed, acyclic_graphs),
    };
    return CONTRACT_RUN(tests);
}
