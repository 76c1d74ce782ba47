// mmu_test.c - mutator utilization against every window of a short run, and by hand.

#include "base/mmu.h"
#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RUN_NS = 240, PAUSES = 24 };

// Of every window that begins at a whole nanosecond: pauses are whole, so the worst one does.
static double least_by_hand(const struct mmu_pause *pauses, size_t count, uint64_t window) {
    double least = 1;
    for (uint64_t start = 0; start + window <= RUN_NS; start++) {
        uint64_t paused = 0;
        for (size_t i = 0; i < count; i++)
            for (uint64_t t = pauses[i].start_ns; t < pauses[i].end_ns; t++)
                paused += t >= start && t < start + window;
        least = fmin(least, 1 - (double)paused / (double)window);
    }
    return least;
}

static double bounded_by_hand(const struct mmu_pause *pauses, size_t count, uint64_t window) {
    double least = 1;
    for (uint64_t longer = window; longer <= RUN_NS; longer++)
        least = fmin(least, least_by_hand(pauses, count, longer));
    return least;
}

static size_t draw(uint64_t *r, struct mmu_pause *pauses) {
    uint64_t now = random_next(r) % 20;
    size_t count = 0;
    while (count < PAUSES) {
        uint64_t length = random_next(r) % 12; // also 0
        if (now + length > RUN_NS)
            break;
        pauses[count++] = (struct mmu_pause){now, now + length};
        now += length + random_next(r) % 16; // also one right after the other
    }
    return count;
}

static void equals_every_window(void **state) {
    (void)state;
    uint64_t r = 7;
    struct mmu_pause pauses[PAUSES];
    bool differ = false; // MMU is not monotone: the two must part somewhere
    for (int round = 0; round < 20; round++) {
        size_t count = draw(&r, pauses);
        static const uint64_t windows[] = {1, 2, 5, 10, 23, 50, 100, 150, 239, RUN_NS};
        for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
            struct mmu m = mmu_of(pauses, count, windows[w]);
            assert_float_equal(m.least, least_by_hand(pauses, count, windows[w]), 1e-12);
            assert_float_equal(m.bounded, bounded_by_hand(pauses, count, windows[w]), 1e-12);
            differ |= m.bounded < m.least;
        }
    }
    assert_true(differ);
}

// Two pauses of 10 with 10 between them: a window of 30 that holds both has a third left; one of 20
// has a half.
static void equals_what_is_said(void **state) {
    (void)state;
    const struct mmu_pause two[] = {{100, 110}, {120, 130}};
    assert_float_equal(mmu_of(two, 2, 10).least, 0, 0);
    assert_float_equal(mmu_of(two, 2, 20).least, 0.5, 0);
    assert_float_equal(mmu_of(two, 2, 20).bounded, 1 - 20.0 / 30, 1e-12);
    assert_float_equal(mmu_of(two, 2, 1000).least, 0.98, 1e-12);
    assert_float_equal(mmu_of(NULL, 0, 50).bounded, 1, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(equals_every_window),
                                       cmocka_unit_test(equals_what_is_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
