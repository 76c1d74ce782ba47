// list_test.c - parts/list.h against capacities read off CPython 3.11.7 by sys.getsizeof.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parts/list.h"

// The capacity after a list of this capacity went from one length to the other.
static size_t resized(size_t capacity, size_t old_length, size_t length) {
    return list_fits(capacity, length) ? capacity : list_capacity(old_length, length);
}

static void appending(void **state) {
    (void)state;
    static const size_t expected[] = {0,   4,   8,   16,  24,  32,  40,  52,  64,  76, 92,
                                      108, 128, 148, 172, 200, 232, 268, 308, 352, 400};
    size_t capacity = 0, k = 0;
    for (size_t length = 0; length < 400; length++) {
        if (length == expected[k])
            k++;
        capacity = resized(capacity, length, length + 1);
        assert_int_equal(capacity, expected[k]);
    }
}

static void popping(void **state) {
    (void)state;
    static const size_t expected[] = {0, 4, 8, 8, 8, 8, 12, 12, 16}; // by length
    size_t capacity = 16;
    for (size_t length = 9; length-- > 0;) {
        capacity = resized(capacity, length + 1, length);
        assert_int_equal(capacity, expected[length]);
    }
}

static void changing_by_more_than_one(void **state) {
    (void)state;
    static const struct {
        size_t capacity, old_length, length, expected;
    } cases[] = {
        {0, 0, 1, 4},        {0, 0, 5, 8},         {0, 0, 10, 12},         {0, 0, 100, 100},
        {4, 3, 7, 12},       {16, 10, 13, 16},     {16, 10, 20, 20},       {16, 16, 17, 24},
        {16, 16, 18, 24},    {108, 100, 105, 108}, {108, 100, 150, 152},   {8, 7, 27, 28},
        {108, 100, 60, 108}, {108, 100, 54, 108},  {108, 100, 53, 64},     {108, 100, 30, 36},
        {108, 100, 1, 4},    {108, 100, 0, 0},     {1100, 1000, 499, 564}, {1100, 1000, 200, 228},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(resized(cases[i].capacity, cases[i].old_length, cases[i].length),
                         cases[i].expected);
}

static void any_change_leaves_room(void **state) {
    (void)state;
    for (size_t from = 0; from < 300; from++)
        for (size_t to = 0; to < 300; to++) {
            size_t capacity = list_capacity(from, to);
            assert_true(capacity >= to);
            assert_true(capacity % 4 == 0);
            assert_true(capacity <= to + to / 8 + 6);
        }
}

static void append_and_pop_do_not_thrash(void **state) {
    (void)state;
    size_t capacity = 0, changes = 0;
    for (size_t length = 0; length < 100000; length++) {
        size_t grown = resized(capacity, length, length + 1);
        changes += grown != capacity;
        capacity = grown;
        // One down and up again, at any length, needs no new array once there are some elements.
        if (length >= 16)
            assert_int_equal(resized(capacity, length + 1, length), capacity);
    }
    assert_in_range(changes, 1, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        {"appending grows as CPython 3.11", appending, NULL, NULL, NULL},
        {"popping shrinks as CPython 3.11", popping, NULL, NULL, NULL},
        {"slice assignment and deletion, as CPython 3.11", changing_by_more_than_one, NULL, NULL,
         NULL},
        {"the capacity always suffices, in fours, with an eighth to spare", any_change_leaves_room,
         NULL, NULL, NULL},
        {"append and pop in turn keep the array", append_and_pop_do_not_thrash, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
