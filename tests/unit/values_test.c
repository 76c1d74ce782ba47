// values_test.c - settings: what they accept, and that one which does nothing is no part of a key.

#include "base/suggest.h"
#include "model/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct setting table[] = {
    {.name = "shape", .unit = "", .choices = (const char *const[]){"ring", "queue", NULL}},
    {.name = "size", .unit = "nodes", .fallback = 10, .min = 2, .max = 100, .when = "shape!=queue"},
    {.name = "length", .unit = "nodes", .fallback = 5, .max = 100, .when = "shape=queue"},
    {.name = "limit", .unit = "objects", .fallback = 7, .max = 100, .sweep = "off,7"},
    {.name = "older", .unit = "", .fallback = 1, .max = 9, .when = "shape=ring,limit!=off"}};
enum { SETTINGS = sizeof table / sizeof *table };

static void assert_key(const char *assignments, const char *key) {
    char error[256] = "";
    struct values v = values_new(table, SETTINGS);
    assert_true(values_apply(&v, assignments, error, sizeof error));
    char *text = values_text(&v);
    assert_string_equal(text, key);
    free(text);
    values_free(&v);
}

static void what_does_nothing_is_not_in_the_key(void **state) {
    (void)state;
    assert_key("size=20;length=6", "size=20");
    assert_key("shape=queue;size=20;length=6", "shape=queue;length=6");
    assert_key("older=2", "older=2");
    assert_key("older=2;limit=off", "limit=off");
    assert_key("older=2;shape=queue", "shape=queue");
}

static void assert_fits(const char *when, bool fits) {
    struct setting one[] = {table[0], table[1]};
    one[1].when = when;
    struct values v = values_new(one, 2);
    assert_int_equal(values_when_fits(&v), fits);
    values_free(&v);
}

static void conditions_are_checked(void **state) {
    (void)state;
    assert_fits(NULL, true);
    assert_fits("shape=ring", true);
    assert_fits("shape=ring|size=3,shape!=queue", true);
    assert_fits("shape=ring|form=3", false);
    assert_fits("shape=square", false);
    assert_fits("form=ring", false);
    assert_fits("shape", false);
}

static void off_is_offered_where_it_is_swept(void **state) {
    (void)state;
    char accepted[256];
    double value;
    setting_accepts(&table[3], accepted, sizeof accepted);
    assert_string_equal(accepted, "a number from 0 to 100, or off");
    setting_accepts(&table[2], accepted, sizeof accepted);
    assert_string_equal(accepted, "a number from 0 to 100");
    assert_int_equal(setting_parse(&table[2], "off", &value), 0);
}

static void an_owner_is_suggested(void **state) {
    (void)state;
    struct names names = {0};
    names_add(&names, "size2");
    names_add(&names, "cycles.size");
    assert_string_equal(suggest_nearest("size", &names), "cycles.size");
    names_free(&names);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_does_nothing_is_not_in_the_key),
                                       cmocka_unit_test(conditions_are_checked),
                                       cmocka_unit_test(off_is_offered_where_it_is_swept),
                                       cmocka_unit_test(an_owner_is_suggested)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
