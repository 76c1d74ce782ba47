// trace_test.c - the encoding of programs: what is written is read again, and what is no trace is refused
// in one line.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trace/code.h"
#include "trace/model.h"

enum { ERROR_BYTES = 256 };

struct file {
    unsigned char *bytes;
    size_t count;
};

// Every operation, in an order in which each finds what it needs, with operands of all sizes.
static const struct trace_op every[] = {
    {TRACE_ENABLE, {0}, NULL},
    {TRACE_NEW_ATOM, {0, 1000}, NULL},
    {TRACE_NEW_NODE, {1, HEAP_MAX_SLOTS, HEAP_MAX_PAYLOAD_BYTES}, NULL},
    {TRACE_MARK, {0}, NULL},
    {TRACE_NEW_LIST, {2}, NULL},
    {TRACE_INTERN, {3, 5}, (const unsigned char *)"a\0b\377c"},
    {TRACE_INTERN, {4, 0}, (const unsigned char *)""},
    {TRACE_SMALL_INT, {5, (uint64_t)INT64_MIN}, NULL},
    {TRACE_SMALL_INT, {300, INT64_MAX}, NULL},
    {TRACE_SMALL_INT, {300, (uint64_t)-1}, NULL},
    {TRACE_STORE, {1, HEAP_MAX_SLOTS - 1, 0}, NULL},
    {TRACE_LOAD, {6, 1, HEAP_MAX_SLOTS - 1}, NULL},
    {TRACE_APPEND, {2, 6}, NULL},
    {TRACE_APPEND, {2, 7}, NULL},
    {TRACE_NEW_TUPLE, {9, 2}, NULL},
    {TRACE_NEW_DICT, {8, HEAP_MAX_SLOTS}, NULL},
    {TRACE_PUT, {8, HEAP_MAX_SLOTS - 1, 2}, NULL},
    {TRACE_NEW_EXTERNAL, {10, 100000}, NULL},
    {TRACE_GUARD, {1}, NULL},
    {TRACE_GUARDED_TAKE, {10}, NULL},
    {TRACE_POP, {6, 2}, NULL},
    {TRACE_TRUNCATE, {2, 1}, NULL},
    {TRACE_COPY, {7, 2}, NULL},
    {TRACE_MARK, {0}, NULL},
    {TRACE_SAME, {7, 2}, NULL},
    {TRACE_IS_EMPTY, {6}, NULL},
    {TRACE_KIND, {2}, NULL},
    {TRACE_LENGTH, {2}, NULL},
    {TRACE_CAPACITY, {2}, NULL},
    {TRACE_PAYLOAD_BYTES, {0}, NULL},
    {TRACE_PAYLOAD, {0}, NULL},
    {TRACE_ENTER, {3}, NULL},
    {TRACE_COPY, {303, 0}, NULL},
    {TRACE_ENTER, {1}, NULL},
    {TRACE_COPY, {304, 303}, NULL},
    {TRACE_LEAVE, {1}, NULL},
    {TRACE_LEAVE, {3}, NULL},
    {TRACE_REGION_BEGIN, {0}, NULL},
    {TRACE_LONG_LIVED, {1}, NULL},
    {TRACE_NEW_ATOM, {8, 0}, NULL},
    {TRACE_LONG_LIVED, {0}, NULL},
    {TRACE_REGION_END, {0}, NULL},
    {TRACE_COLLECT, {2}, NULL},
    {TRACE_FREEZE, {0}, NULL},
    {TRACE_UNFREEZE, {0}, NULL},
    {TRACE_CLEAR, {7}, NULL},
    {TRACE_VERIFY, {0}, NULL},
    {TRACE_BORROW, {7, 1, HEAP_MAX_SLOTS - 1}, NULL},
    {TRACE_MOVE, {1, 0, 6}, NULL},
};
enum { EVERY = sizeof every / sizeof *every, REGISTERS = 301 };

static struct file write_ops(const struct trace_op *ops, size_t count) {
    char error[ERROR_BYTES] = "";
    struct file file;
    struct trace_writer *w = trace_writer_new(REGISTERS);
    json_t *about =
        json_pack("{s:s,s:s,s:{s:i}}", "name", "test", "doc", "a test", "extra", "n", 7);
    for (size_t i = 0; i < count; i++)
        assert_null(trace_write(w, &ops[i]));
    file.bytes = trace_writer_finish(w, about, &file.count, error, sizeof error);
    assert_string_equal(error, "");
    json_decref(about);
    trace_writer_free(w);
    return file;
}

// A file of this header and body, as a writer with other ideas would make it.
static struct file compose(const char *header, const void *body, size_t body_bytes) {
    size_t header_bytes = strlen(header);
    struct file f = {.count = TRACE_PREFIX_BYTES + header_bytes + body_bytes};
    f.bytes = malloc(f.count);
    memcpy(f.bytes, TRACE_MAGIC, TRACE_MAGIC_BYTES);
    trace_put_number(f.bytes + TRACE_VERSION_AT, TRACE_VERSION, 4);
    trace_put_number(f.bytes + TRACE_HEADER_BYTES_AT, header_bytes, 4);
    trace_put_number(f.bytes + TRACE_BODY_BYTES_AT, body_bytes, 8);
    memcpy(f.bytes + TRACE_PREFIX_BYTES, header, header_bytes);
    memcpy(f.bytes + TRACE_PREFIX_BYTES + header_bytes, body, body_bytes);
    trace_put_number(f.bytes + TRACE_CHECKSUM_AT,
                     trace_crc32c(0, f.bytes + TRACE_PREFIX_BYTES, header_bytes + body_bytes), 4);
    return f;
}

// The file is refused, and the line contains `why`. It is given in memory of its own size, so that a
// sanitizer sees a read beyond it.
static void refused(struct file f, const char *why) {
    char error[ERROR_BYTES] = "";
    unsigned char *copy = malloc(f.count + !f.count);
    memcpy(copy, f.bytes, f.count);
    struct trace *t = trace_parse(copy, f.count, "x", error, sizeof error);
    free(copy);
    if (t || !strstr(error, why) || strchr(error, '\n'))
        fail_msg("expected: %s, got: %s", why, t ? "a trace" : error);
}

static void refused_body(const char *table, const char *counts, const void *body, size_t bytes,
                         const char *why) {
    char header[512];
    (void)snprintf(header, sizeof header, "{\"name\":\"t\",\"registers\":2,%s,\"table\":[%s]}",
                   counts, table);
    struct file f = compose(header, body, bytes);
    refused(f, why);
    free(f.bytes);
}

static void round_trip(void **state) {
    (void)state;
    char error[ERROR_BYTES] = "";
    struct file f = write_ops(every, EVERY);
    struct trace *t = trace_parse(f.bytes, f.count, "x", error, sizeof error);
    assert_string_equal(error, "");
    assert_true(trace_check(t, error, sizeof error));
    bool seen[TRACE_END] = {false};
    size_t at = 0, i = 0;
    for (struct trace_op op; trace_next(t, &at, &op); i++) {
        assert_true(i < EVERY);
        assert_int_equal(op.number, every[i].number);
        for (int o = 0; o < TRACE_MAX_OPERANDS; o++)
            assert_int_equal(op.operands[o], every[i].operands[o]);
        if (every[i].key)
            assert_memory_equal(op.key, every[i].key, op.operands[1]);
        seen[op.number] = true;
    }
    assert_int_equal(i, EVERY);
    for (const struct trace_row *row = NULL; (row = trace_row_next(row));)
        if (!seen[row->number])
            fail_msg("%s is not tried here", row->name);
    assert_int_equal(t->operations, EVERY - 2);
    assert_int_equal(t->steps, 2);
    assert_int_equal(t->registers, REGISTERS);
    assert_int_equal(t->more_registers, 4);
    assert_string_equal(trace_text(t, "doc"), "a test");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(t->header, "extra"), "n")),
                     7);
    trace_free(t);
    free(f.bytes);
}

static void damage_is_seen(void **state) {
    (void)state;
    struct file f = write_ops(every, EVERY);
    for (size_t i = 0; i < f.count; i++) {
        f.bytes[i] ^= 1 << i % 8;
        refused(f, "trace x: ");
        f.bytes[i] ^= 1 << i % 8;
    }
    for (size_t count = 0; count < f.count; count++)
        refused((struct file){f.bytes, count},
                count < TRACE_MAGIC_BYTES ? "not a trace" : "cut short");
    f.bytes = realloc(f.bytes, f.count + 1);
    refused((struct file){f.bytes, f.count + 1}, "1 bytes after its end");
    trace_put_number(f.bytes + TRACE_VERSION_AT, 2, 4);
    refused(f, "version 2: this program reads version 1");
    free(f.bytes);
}

static void operations_are_named(void **state) {
    (void)state;
    const char *const one = "\"operations\":1,\"steps\":0,\"setup_operations\":0";
    refused_body("[30,\"swap\",\"rr\"]", one, "\36\0\1", 3,
                 "operation 'swap' (30) is not known here");
    refused_body("[3,\"clear\",\"d\"]", one, "\3\0", 2, "operation 'clear' is number 3");
    refused_body("[2,\"clear\",\"dr\"]", one, "\2\0", 2, "with operands \"dr\" there");
    refused_body("[2,\"clear\"]", one, "\2\0", 2, "a row that is not [number, name, operands]");
    refused_body("[2,\"clear\",\"d\"]", one, "\1\0\1", 3, "operation 'copy' is not in its table");
    refused_body("[2,\"clear\",\"d\"]", one, "\310\1", 2, "a number that no operation has");
}

static void bodies_are_checked(void **state) {
    (void)state;
    const char *const one = "\"operations\":1,\"steps\":0,\"setup_operations\":0";
    const char *const clear = "[2,\"clear\",\"d\"]", *const intern = "[6,\"intern\",\"dk\"]";
    refused_body(clear, one, "\2", 1, "ends inside an operation");
    refused_body(clear, one, "\2\377\377\377\377\377\377\377\377\377\2", 11, "more than 64 bits");
    refused_body(clear, one, "\2\200\200\200\10", 5, "an operand is too large");
    refused_body(intern, one, "\6\0\4abc", 6, "a key is longer than the body");
    refused_body(clear, one, "\2\0\2\0", 4, "2 operations and 0 steps, its header says 1 and 0");
    refused_body(clear, one, "\0\2\0", 3, "1 operations and 1 steps, its header says 1 and 0");
    refused_body(clear, "\"operations\":1,\"steps\":0,\"setup_operations\":1", "\2\0", 2,
                 "no operation after its set-up");
    refused_body(clear, "\"steps\":0,\"setup_operations\":1", "\2\0", 2, "header's operations");
    refused_body("[21,\"leave\",\"\"]", one, "\25", 1, "no frame was entered");
    refused_body(clear, "\"compression\":\"zstd\"", "\2\0", 2, "its body is compressed by zstd");
    struct file f = compose("{\"name\":", "", 0);
    refused(f, "its header is not JSON");
    free(f.bytes);
}

// What a program may not do: the last operation of each row, after those before it.
static void wrong_operations_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *why;
        struct trace_op ops[6];
    } wrong[] = {
        {"an operand is no register", {{TRACE_CLEAR, {REGISTERS}, NULL}}},
        {"a register is empty", {{TRACE_LENGTH, {0}, NULL}}},
        {"a register holds no container",
         {{TRACE_NEW_ATOM, {0, 8}, NULL}, {TRACE_LOAD, {0, 0, 0}, NULL}}},
        {"a register holds no list",
         {{TRACE_NEW_NODE, {0, 1, 0}, NULL}, {TRACE_APPEND, {0, 0}, NULL}}},
        {"a list has no element", {{TRACE_NEW_LIST, {0}, NULL}, {TRACE_POP, {1, 0}, NULL}}},
        {"an index is beyond the container",
         {{TRACE_NEW_NODE, {0, 2, 0}, NULL}, {TRACE_STORE, {0, 2, 0}, NULL}}},
        {"a tuple does not change",
         {{TRACE_NEW_LIST, {0}, NULL},
          {TRACE_APPEND, {0, 1}, NULL},
          {TRACE_NEW_TUPLE, {2, 0}, NULL},
          {TRACE_STORE, {2, 0, 0}, NULL}}},
        {"only a node that is no tuple and no dict is guarded",
         {{TRACE_NEW_LIST, {0}, NULL}, {TRACE_GUARD, {0}, NULL}}},
        {"only a node that is no tuple and no dict is guarded",
         {{TRACE_NEW_LIST, {0}, NULL},
          {TRACE_APPEND, {0, 1}, NULL},
          {TRACE_NEW_TUPLE, {2, 0}, NULL},
          {TRACE_GUARD, {2}, NULL}}},
        {"only a node that is no tuple and no dict is guarded",
         {{TRACE_NEW_DICT, {0, 1}, NULL}, {TRACE_GUARD, {0}, NULL}}},
        {"a dict has no slot", {{TRACE_NEW_DICT, {0, 0}, NULL}}},
        {"a dict changes by put alone",
         {{TRACE_NEW_DICT, {0, 1}, NULL}, {TRACE_STORE, {0, 0, 1}, NULL}}},
        {"a dict changes by put alone",
         {{TRACE_NEW_DICT, {0, 1}, NULL}, {TRACE_MOVE, {0, 0, 1}, NULL}}},
        {"a register holds no dict",
         {{TRACE_NEW_NODE, {0, 1, 0}, NULL}, {TRACE_PUT, {0, 0, 1}, NULL}}},
        {"an index is beyond the container",
         {{TRACE_NEW_DICT, {0, 1}, NULL}, {TRACE_PUT, {0, 1, 1}, NULL}}},
        {"a length is beyond the list's",
         {{TRACE_NEW_LIST, {0}, NULL}, {TRACE_TRUNCATE, {0, 1}, NULL}}},
        {"a node has too many slots", {{TRACE_NEW_NODE, {0, HEAP_MAX_SLOTS + 1, 0}, NULL}}},
        {"a payload is too large", {{TRACE_NEW_ATOM, {0, HEAP_MAX_PAYLOAD_BYTES + 1u}, NULL}}},
        {"a generation does not exist", {{TRACE_COLLECT, {HEAP_GENERATIONS}, NULL}}},
        {"an operand is neither 0 nor 1", {{TRACE_ENABLE, {2}, NULL}}},
        {"a frame has no register, or too many", {{TRACE_ENTER, {0}, NULL}}},
        {"no frame was entered", {{TRACE_LEAVE, {0}, NULL}}},
        {"a region is open: they do not nest",
         {{TRACE_REGION_BEGIN, {0}, NULL}, {TRACE_REGION_BEGIN, {0}, NULL}}},
        {"no region is open", {{TRACE_REGION_END, {0}, NULL}}},
        {"an object of the region is still reachable", // by way of an object that may stay
         {{TRACE_NEW_LIST, {0}, NULL},
          {TRACE_REGION_BEGIN, {0}, NULL},
          {TRACE_NEW_ATOM, {1, 8}, NULL},
          {TRACE_APPEND, {0, 1}, NULL},
          {TRACE_CLEAR, {1}, NULL},
          {TRACE_REGION_END, {0}, NULL}}},
        {"no such operation", {{TRACE_END, {0}, NULL}}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct trace_model *m = trace_model_new(REGISTERS);
        const char *why = NULL;
        for (size_t n = 0; n < 6 && wrong[i].ops[n].number; n++) {
            if (why)
                fail_msg("%s came too soon", why);
            why = trace_model_do(m, &wrong[i].ops[n]);
        }
        assert_string_equal(why ? why : "", wrong[i].why);
        trace_model_free(m);
    }
}

// Interned atoms, cached ints and cycles that are let go may stay when a region ends.
static void regions_end(void **state) {
    (void)state;
    static const struct trace_op ops[] = {
        {TRACE_NEW_LIST, {0}, NULL},
        {TRACE_REGION_BEGIN, {0}, NULL},
        {TRACE_INTERN, {1, 1}, (const unsigned char *)"k"},
        {TRACE_APPEND, {0, 1}, NULL},
        {TRACE_SMALL_INT, {2, HEAP_INT_MAX}, NULL},
        {TRACE_NEW_NODE, {3, 1, 0}, NULL},
        {TRACE_STORE, {3, 0, 3}, NULL},
        {TRACE_CLEAR, {3}, NULL},
    };
    char error[ERROR_BYTES];
    size_t bytes;
    struct trace_writer *w = trace_writer_new(REGISTERS);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        assert_null(trace_write(w, &ops[i]));
    json_t *about = json_object();
    assert_null(trace_writer_finish(w, about, &bytes, error, sizeof error));
    json_decref(about);
    assert_string_equal(error, "a trace cannot end here: a region is open");
    assert_null(trace_write(w, &(struct trace_op){TRACE_REGION_END, {0}, NULL}));
    assert_null(trace_model_ends(trace_writer_model(w)));
    trace_writer_free(w);
}

// A file that was decoded and does what may not be done.
static void checked_before_it_runs(void **state) {
    (void)state;
    char error[ERROR_BYTES] = "";
    struct file f =
        compose("{\"name\":\"t\",\"registers\":2,\"operations\":2,\"steps\":1,"
                "\"setup_operations\":0,\"table\":[[2,\"clear\",\"d\"],[16,\"length\",\"o\"]]}",
                "\2\0\0\20\0", 5);
    struct trace *t = trace_parse(f.bytes, f.count, "x", error, sizeof error);
    assert_non_null(t);
    assert_false(trace_check(t, error, sizeof error));
    assert_string_equal(error, "trace t: operation 2, length: a register is empty");
    trace_free(t);
    free(f.bytes);
}

static void checksum(void **state) {
    (void)state;
    assert_int_equal(trace_crc32c(0, "123456789", 9), 0xE3069283); // the usual check value
    assert_int_equal(trace_crc32c(trace_crc32c(0, "1234", 4), "56789", 5), 0xE3069283);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(operations_are_named),
        cmocka_unit_test(bodies_are_checked),
        cmocka_unit_test(wrong_operations_are_refused),
        cmocka_unit_test(regions_end),
        cmocka_unit_test(checked_before_it_runs),
        cmocka_unit_test(checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
