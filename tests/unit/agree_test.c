// agree_test.c - who is accused when strategies disagree: in the fuzzer and in scripts the same.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fuzz/agree.h"

static const char *accused(const struct claim *claims, size_t count) {
    const struct claim *claim = agree_accused(claims, count);
    return claim ? claim->who : "nobody";
}

static void most_are_right(void **state) {
    (void)state;
    const struct claim first[] = {{"arena", 7}, {"lua", 5}, {"nogc", 5}, {"refcount", 5}};
    const struct claim last[] = {{"arena", 5}, {"lua", 5}, {"nogc", 5}, {"refcount", 7}};
    const struct claim three[] = {{"arena", 1}, {"lua", 2}, {"nogc", 9}, {"refcount", 9}};
    const struct claim alike[] = {{"arena", 5}, {"lua", 5}};
    assert_string_equal(accused(first, 4), "arena");
    assert_string_equal(accused(last, 4), "refcount");
    assert_string_equal(accused(three, 4), "arena");
    assert_int_equal(agree_right(three, 4), 9);
    assert_string_equal(accused(alike, 2), "nobody");
    assert_string_equal(accused(alike, 0), "nobody");
}

// Of answers that equally many give, the one that sorts first is right, whoever gives it.
static void ties(void **state) {
    (void)state;
    const struct claim one[] = {{"arena", 3}, {"lua", 2}};
    const struct claim other[] = {{"arena", 2}, {"lua", 3}};
    assert_string_equal(accused(one, 2), "arena");
    assert_string_equal(accused(other, 2), "lua");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_are_right),
        cmocka_unit_test(ties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
