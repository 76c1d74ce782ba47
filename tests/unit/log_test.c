// log_test.c - logs of malloc: which format a text is, what program it becomes, and what is said of
// a slip.

#include "trace/log.h"
#include "trace/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LOG_PATH "/tmp/heapbench-log-test"

static struct trace *read_log(const char *text, char *error, size_t bytes) {
    FILE *file = fopen(LOG_PATH, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct trace *t = trace_read(LOG_PATH, error, bytes);
    unlink(LOG_PATH);
    return t;
}

// The program in words: "+BYTES SLOT" for a block that is stored, "-SLOT" for one that is let go;
// after the slots.
static void becomes(const char *text, const char *format, unsigned slots, const char *program) {
    char error[512] = "", got[512] = "";
    struct trace *t = read_log(text, error, sizeof error);
    struct trace_op op;
    uint64_t bytes = 0;
    unsigned made = 0;
    if (!t)
        fail_msg("%s", error);
    assert_string_equal(format, log_format(text));
    assert_true(trace_check(t, error, sizeof error));
    for (size_t at = 0; trace_next(t, &at, &op);) {
        size_t end = strlen(got);
        made += op.number == TRACE_APPEND;
        if (op.number == TRACE_NEW_ATOM)
            bytes = op.operands[1];
        else if (op.number == TRACE_STORE && op.operands[2] == 1)
            snprintf(got + end, sizeof got - end, "+%u %u ", (unsigned)bytes,
                     (unsigned)op.operands[1]);
        else if (op.number == TRACE_STORE)
            snprintf(got + end, sizeof got - end, "-%u ", (unsigned)op.operands[1]);
    }
    assert_string_equal(got, program);
    assert_int_equal(made, slots);
    trace_free(t);
}

static void refused(const char *text, const char *expected) {
    char error[512] = "";
    struct trace *t = read_log(text, error, sizeof error);
    if (t || !strstr(error, expected) || strchr(error, '\n'))
        fail_msg("got '%s', expected '%s'", error, expected);
}

static void test_rep(void **state) {
    (void)state;
    becomes("20000\n3\n6\n1\na 0 2040\na 7 16\nr 0 4000\nf 7\na 2 8\nf 0\n", "a .rep of CS:APP", 2,
            "+2040 0 +16 1 +4000 0 -1 +8 1 -0 ");
    becomes("a 1 0\r\nf 1\r\n", "a .rep of CS:APP", 1, "+0 0 -0 ");
}

static void test_mtrace(void **state) {
    (void)state;
    becomes("= Start\n@ ./a:(f+0x1c)[0x12] + 0x1000 0x10\n@ ./a:[0x12] + 0x2000 0x200\n@ ./a:[0x1] "
            "< 0x1000\n"
            "@ ./a:[0x1] > 0x3000 0x20\n@ ./a:[0x1] - 0x2000\n@ ./a:[0x1] - 0x9999\n= End\n",
            "a log of mtrace", 3, "+16 0 +512 1 +32 2 -0 -1 ");
}

static void test_heaptrack(void **state) {
    (void)state;
    becomes("v 10400 3\nx /bin/a\nt 1 0\n+ 10 1 a0\n+ 400 1 b0\nc 5\n- a0\n- b0\n",
            "a log of heaptrack", 2, "+16 0 +1024 1 -0 -1 ");
    becomes("v 10400 3\ns 1 a\na 10 1\n+ 0\n+ 0\na 400 1\n+ 1\n- 0\n- 1\n- 0\n",
            "a log of heaptrack", 3, "+16 0 +16 1 +1024 2 -0 -2 -1 ");
}

static void test_ltrace(void **state) {
    (void)state;
    becomes(
        "__libc_start_main(1, 2 <unfinished ...>\n[pid 7] malloc(16)    = 0xa0\na.out->calloc(4, "
        "8) = 0xb0\n"
        "puts(\"a(b\") = 6\nrealloc(0xa0, 0x140) = 0xc0\nrealloc(nil, 5) = 0xd0\nmalloc(9) = 0\n"
        "free(0xc0)          = <void>\nfree(nil) = <void>\nrealloc(0xb0, 0) = 0\n+++ exited "
        "(status 0) +++\n",
        "a log of ltrace", 3, "+16 0 +32 1 +320 2 -0 +5 0 -2 -1 ");
}

static void test_what_is_none(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "a",
                                        "a 1\n",
                                        "hello world\n",
                                        "int main(void) { f(); }\n",
                                        "- item\n- item\n",
                                        "1\n2\n3\n",
                                        "v 1 2\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (log_format(texts[i]))
            fail_msg("'%s' is taken for %s", texts[i], log_format(texts[i]));
}

static void test_slips(void **state) {
    (void)state;
    char text[8192] = "";
    for (int i = 0; i < 300; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "a %d 16\n", i);
    strcat(text, "b 7\n");
    refused(text, "line 301 is not one of a .rep of CS:APP: 'b 7'");
    refused("a 0 16\na 1 2000000000\nf 0\n",
            "line 2: a block of 2000000000 bytes: accepted: at most 1073741824");
}

// The same address twice without a free, and a free of what nobody allocated, are counted.
static void test_what_a_log_leaves_out(void **state) {
    (void)state;
    char error[512] = "";
    struct trace *t = read_log("a 1 16\na 1 32\nf 1\nf 1\nf 9\n", error, sizeof error);
    assert_non_null(t);
    assert_int_equal(json_integer_value(json_object_get(t->header, "lost_blocks")), 1);
    assert_int_equal(json_integer_value(json_object_get(t->header, "unknown_frees")), 2);
    assert_int_equal(json_integer_value(json_object_get(t->header, "blocks")), 2);
    assert_int_equal(json_integer_value(json_object_get(t->header, "most_blocks")), 1);
    assert_int_equal(json_integer_value(json_object_get(t->header, "log_operations")), 5);
    trace_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rep),
        cmocka_unit_test(test_mtrace),
        cmocka_unit_test(test_heaptrack),
        cmocka_unit_test(test_ltrace),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_slips),
        cmocka_unit_test(test_what_a_log_leaves_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
