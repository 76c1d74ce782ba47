// registers_test.c - every strategy: more registers than any one piece of the register stack has.

#include "contract.h"

// More registers than any one piece of the register stack has, in frames of one and of many: each keeps what
// it holds, through a collection, until it is left; and again, so that pieces come and go.
enum { FRAMES = 40, LARGE_FRAME = (CONTRACT_SCALE > 1 ? 30000 : 300000) };

static void enter_frame(struct heap *h, struct heap_reg **frames, uint64_t i) {
    size_t count = i % 2 ? LARGE_FRAME : 1;
    frames[i] = heap_enter(h, count);
    assert_non_null(frames[i]);
    contract_ok(contract_atom(h, &frames[i][0], i));
    contract_ok(contract_atom(h, &frames[i][count - 1], i));
}

static void registers_of_any_number(void **state) {
    (void)state;
    struct heap *h = contract_new((struct heap_config){0});
    struct heap_reg *frames[FRAMES];
    for (int round = 0; round < 3; round++) {
        for (uint64_t i = 0; i < FRAMES; i++)
            enter_frame(h, frames, i);
        heap_collect(h, CONTRACT_FULL);
        contract_verify(h);
        for (uint64_t i = FRAMES; i-- > 0;) {
            assert_int_equal(contract_number(h, &frames[i][0]), i);
            assert_int_equal(contract_number(h, &frames[i][i % 2 ? LARGE_FRAME - 1 : 0]), i);
            heap_leave(h);
            if (i % 16 == 0)
                contract_verify(h);
        }
    }
    heap_collect(h, CONTRACT_FULL);
    assert_int_equal(contract_held(h), contract_frees_acyclic() ? 0 : 6 * FRAMES);
    heap_free(h);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("registers of any number", !CONTRACT_STRESS, registers_of_any_number),
    };
    return CONTRACT_RUN(tests);
}
