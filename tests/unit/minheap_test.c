// minheap_test.c - the smallest limit that passes, against brute force over all limits; what cannot
// be told is not guessed.

#include "run/minheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"

enum { GRAIN = MINHEAP_GRAIN, LIMITS = 3000 };

// A program that passes from `least` on. unknown: an invocation of that number says nothing.
struct fake {
    uint64_t least;
    unsigned asked, unknown;
};

static enum minheap_answer fake_ask(void *context, uint64_t limit_bytes) {
    struct fake *f = context;
    assert_true(limit_bytes > 0 && limit_bytes % GRAIN == 0);
    if (++f->asked == f->unknown)
        return MINHEAP_UNKNOWN;
    return limit_bytes >= f->least ? MINHEAP_PASSES : MINHEAP_LACKS;
}

static uint64_t brute_force(uint64_t least) {
    for (uint64_t limit = GRAIN; limit <= (uint64_t)LIMITS * GRAIN; limit += GRAIN)
        if (limit >= least)
            return limit;
    return 0;
}

// What is found passes, and is no more than a hundredth, or the grain, above the smallest of all
// limits.
static void it_is_within_a_hundredth_of_brute_force(void **state) {
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 2000; i++) {
        uint64_t least = 1 + random_next(&random) % ((uint64_t)LIMITS * GRAIN);
        uint64_t begin = 1 + random_next(&random) % (4 * least);
        begin = begin < least / 32 ? least / 32 + 1 : begin;
        struct fake f = {.least = least};
        uint64_t found = minheap_search(begin, fake_ask, &f), smallest = brute_force(least);
        assert_true(found >= smallest);
        assert_true(found - smallest <=
                    (found / MINHEAP_SHARE > GRAIN ? found / MINHEAP_SHARE : GRAIN));
        assert_in_range(f.asked, 1, 17);
    }
}

// Small programs are told to the grain.
static void small_ones_are_exact(void **state) {
    (void)state;
    for (uint64_t least = 1; least < (uint64_t)40 * GRAIN; least += 1001) {
        struct fake f = {.least = least};
        assert_int_equal(minheap_search((uint64_t)40 * GRAIN, fake_ask, &f), brute_force(least));
    }
}

static void what_cannot_be_told_is_none(void **state) {
    (void)state;
    struct fake never = {.least = UINT64_MAX};
    assert_int_equal(minheap_search(GRAIN, fake_ask, &never), 0);
    assert_int_equal(never.asked, 7);
    for (unsigned at = 1; at < 6; at++) {
        struct fake f = {.least = 100 * GRAIN, .unknown = at};
        assert_int_equal(minheap_search((uint64_t)50 * GRAIN, fake_ask, &f), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_within_a_hundredth_of_brute_force),
        cmocka_unit_test(small_ones_are_exact),
        cmocka_unit_test(what_cannot_be_told_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
