// cell_test.c - a cell's key, printed and read; names that nearly fit; numbers as people type them.

#include "base/number.h"
#include "base/suggest.h"
#include "model/cell.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_key(void **state) {
    (void)state;
    static const char *const keys[] = {
        "cycles/rc/glibc",
        "cycles[a=1;b=2]/rc[c=off]/glibc",
        "cycles/rc/glibc@heap=64M",
        "cycles/rc/glibc@heap=65Ki@seed=0@steps=12",
        "cycles/rc/glibc@heap=off",
        "cycles/rc[c=off]/glibc@build=counting@heap=65537@input=a/b@c=d",
        "cycles/rc/glibc@input=x",
        "cycles/rc/glibc@again",
        "cycles/rc/glibc@heap=64M@again@input=x",
        "cycles/rc/glibc@load=0.7",
        "cycles/rc/glibc@heap=64M@steps=9@load=1.05@again",
        "cycles/rc/glibc@seed=3@heap=1.25x",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char error[256] = "";
        struct cell *cell = cell_read(keys[i], error, sizeof error);
        assert_string_equal("", error);
        assert_string_equal(keys[i], cell->key);
        struct cell *again = cell_new(cell);
        assert_string_equal(keys[i], again->key);
        cell_free(again);
        cell_free(cell);
    }
}

static void test_key_parts(void **state) {
    (void)state;
    char error[256];
    struct cell *cell =
        cell_read("cycles[a=1]/rc[c=off]/other@build=old@heap=1.5k@input=x/y", error, sizeof error);
    assert_string_equal("cycles", cell->workload);
    assert_string_equal("a=1", cell->params);
    assert_string_equal("rc", cell->strategy);
    assert_string_equal("c=off", cell->tunables);
    assert_string_equal("other", cell->backing);
    assert_string_equal("old", cell->build);
    assert_string_equal("x/y", cell->input);
    assert_true(cell->around[CELL_HEAP] == 1500);
    assert_true(isnan(cell->around[CELL_SEED]) && isnan(cell->around[CELL_STEPS]));
    assert_string_equal("cycles[a=1]/rc[c=off]/other@build=old@heap=1500@input=x/y", cell->key);
    cell_free(cell);
}

static void test_key_refused(void **state) {
    (void)state;
    static const struct {
        const char *key, *error;
    } bad[] = {
        {"cycles/rc", "accepted: workload[params]/strategy[tunables]/backing"},
        {"cycles/rc/", "accepted: workload[params]/strategy[tunables]/backing"},
        {"cycles[a=1/rc/glibc", "a bracket is not closed"},
        {"cycles/rc]/glibc", "a bracket is not closed"},
        {"cycles/rc/glibc@heep=1",
         "'@heep=1': accepted: @build=, @heap=, @seed=, @steps=, @load=, @again, @input="},
        {"cycles/rc/glibc@heap=0x", "room=0: accepted: a number from 0.01 to 1000000"},
        {"cycles/rc/glibc@load=0", "load=0: accepted: a number from 0.01 to 100"},
        {"cycles/rc/glibc@steps=0", "steps=0: accepted: a whole number from 1 to 1e+12"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char error[256] = "";
        assert_null(cell_read(bad[i].key, error, sizeof error));
        assert_string_equal(bad[i].error, error);
    }
}

static void test_suggest(void **state) {
    (void)state;
    assert_int_equal(0, suggest_distance("refcount", "refcount"));
    assert_int_equal(1, suggest_distance("refcout", "refcount"));
    assert_int_equal(1, suggest_distance("recfount", "refcount")); // two neighbours swapped
    assert_int_equal(3, suggest_distance("kitten", "sitting"));
    assert_int_equal(4, suggest_distance("", "nogc"));
    char *list[] = {(char[]){"arena"}, (char[]){"marksweep"}, (char[]){"refcount"}};
    struct names names = {list, 3};
    assert_string_equal("refcount", suggest_nearest("refcout", &names));
    assert_string_equal("marksweep", suggest_nearest("mark-sweep", &names));
    assert_string_equal("marksweep", suggest_nearest("mark", &names)); // a beginning
    char *dotted[] = {(char[]){"threshold0"}, (char[]){"cycles.payload"}};
    struct names owned = {dotted, 2};
    assert_string_equal("cycles.payload", suggest_nearest("payload", &owned));
    assert_string_equal("cycles.payload", suggest_nearest("paylaod", &owned));
    assert_string_equal("cycles.payload", suggest_nearest("cycle.payload", &owned));
    assert_null(suggest_nearest("python", &names));
    assert_null(suggest_nearest("", &names));
}

static void test_numbers(void **state) {
    (void)state;
    uint64_t bytes = 7;
    assert_true(number_bytes("65536", &bytes) && bytes == 65536);
    assert_true(number_bytes("1.5k", &bytes) && bytes == 1500);
    assert_true(number_bytes("64M", &bytes) && bytes == 64000000);
    assert_true(number_bytes("2GB", &bytes) && bytes == 2000000000);
    assert_true(number_bytes("64Ki", &bytes) && bytes == 65536);
    assert_true(number_bytes("1MiB", &bytes) && bytes == 1048576);
    assert_true(number_bytes("0", &bytes) && bytes == 0);
    assert_false(number_bytes("", &bytes) || number_bytes("5Q", &bytes) ||
                 number_bytes("-1", &bytes) || number_bytes("1kk", &bytes) ||
                 number_bytes("1e30", &bytes) || number_bytes("inf", &bytes));
}

// strtoull takes blanks and signs, and makes a large number of a negative one.
static void test_whole_numbers(void **state) {
    (void)state;
    uint64_t value = 7;
    assert_true(number_whole("18446744073709551615", 0, UINT64_MAX, &value) && value == UINT64_MAX);
    assert_true(number_whole("12", 12, 12, &value) && value == 12);
    const char *const refused[] = {"-1", "+1",  " 1",  "1 ",
                                   "",   "1.5", "0x1", "18446744073709551616"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(number_whole(refused[i], 0, UINT64_MAX, &value));
    assert_false(number_whole("11", 12, 13, &value) || number_whole("14", 12, 13, &value));
    assert_int_equal(12, value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key),         cmocka_unit_test(test_key_parts),
        cmocka_unit_test(test_key_refused), cmocka_unit_test(test_suggest),
        cmocka_unit_test(test_numbers),     cmocka_unit_test(test_whole_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
