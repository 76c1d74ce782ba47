// imports_test.c - recordings, traces of malloc-bench and of Elephant Tracks: which programs they become, by hand.

#include "advise/model.h"
#include "base/aside.h"
#include "recording/recording.h"
#include "trace/log.h"
#include "trace/trace.h"
#include "trace/tracks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define IMPORTS_PATH "/tmp/heapbench-imports-test"

static struct trace *import(const void *bytes, size_t count, char error[512]) {
    FILE *file = fopen(IMPORTS_PATH, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    fclose(file);
    struct trace *t = trace_read(IMPORTS_PATH, error, 512);
    assert_true(trace_is(IMPORTS_PATH) || !t);
    unlink(IMPORTS_PATH);
    if (t)
        assert_true(trace_check(t, error, 512));
    return t;
}

// The program in words, from the end of the set-up on: a of a fresh atom, n of a node, with bytes of payload (and
// slots), l of a list, p of what is put at its end, c of clear, s of a store; then registers and slots.
static void words(const struct trace *t, char *got, size_t room) {
    struct trace_op op;
    uint64_t operation = 0;
    *got = 0;
    for (size_t at = 0; trace_next(t, &at, &op);) {
        char *end = got + strlen(got);
        size_t left = room - (size_t)(end - got);
        unsigned a = (unsigned)op.operands[0], b = (unsigned)op.operands[1],
                 c = (unsigned)op.operands[2];
        operation += op.number != TRACE_MARK;
        if (operation <= t->setup_operations && op.number != TRACE_MARK)
            continue;
        if (op.number == TRACE_NEW_ATOM)
            snprintf(end, left, "a%u=%u ", a, b);
        else if (op.number == TRACE_NEW_NODE)
            snprintf(end, left, "n%u=%u/%u ", a, c, b);
        else if (op.number == TRACE_NEW_LIST)
            snprintf(end, left, "l%u ", a);
        else if (op.number == TRACE_APPEND)
            snprintf(end, left, "p%u=%u ", a, b);
        else if (op.number == TRACE_CLEAR)
            snprintf(end, left, "c%u ", a);
        else if (op.number == TRACE_STORE)
            snprintf(end, left, "s%u.%u=%u ", a, b, c);
        else
            snprintf(end, left, "| ");
    }
}

static void becomes(const void *bytes, size_t count, const char *program) {
    char error[512] = "", got[512];
    struct trace *t = import(bytes, count, error);
    if (!t)
        fail_msg("%s", error);
    words(t, got, sizeof got);
    assert_string_equal(got, program);
    trace_free(t);
}

static void refused(const void *bytes, size_t count, const char *expected) {
    char error[512] = "";
    struct trace *t = import(bytes, count, error);
    if (t || !strstr(error, expected) || strchr(error, '\n'))
        fail_msg("got '%s', expected '%s'", error, expected);
}

static json_int_t member(const struct trace *t, const char *name) {
    const json_t *value = json_object_get(t->header, name);
    return value ? json_integer_value(value) : -1;
}

// ------------------------------------------------------------------------------------ malloc-bench
// malloc(16) as block 0, calloc(3, 100) as 1, realloc(block 0, 200) as 2, free(1), a malloc without memory,
// malloc(8) as 300 by realloc of nothing, free(NULL), and how many are alive at once.
static const unsigned char imports_protobuf[] = {
    0x0a, 6, 0x0a, 4, 0x08, 0,    0x10, 16,                     // malloc
    0x0a, 8, 0x22, 6, 0x08, 1,    0x10, 3,    0x18, 100,        // calloc
    0x0a, 9, 0x1a, 7, 0x08, 2,    0x10, 0,    0x18, 0xc8, 0x01, // realloc
    0x0a, 4, 0x12, 2, 0x08, 1,                                  // free
    0x0a, 4, 0x0a, 2, 0x10, 5,                                  // malloc, which failed
    0x0a, 7, 0x1a, 5, 0x08, 0xac, 0x02, 0x18, 8,                // realloc(NULL)
    0x0a, 2, 0x12, 0,                                           // free(NULL)
    0x0a, 0, 0x10, 3};                                          // nothing; then the count

// Blocks are in the slots of the list in register 0, by way of register 1; register 2 is empty.
static void test_malloc_bench(void **state) {
    (void)state;
    char error[512] = "";
    becomes(imports_protobuf, sizeof imports_protobuf,
            "a1=16 s0.0=1 c1 a1=300 s0.1=1 c1 a1=200 s0.2=1 c1 s0.0=2 s0.1=2 a1=8 s0.1=1 c1 | ");
    struct trace *t = import(imports_protobuf, sizeof imports_protobuf, error);
    assert_string_equal(trace_text(t, "source"), "a trace of malloc-bench");
    assert_int_equal(member(t, "log_operations"), 5);
    assert_int_equal(member(t, "blocks"), 4);
    assert_int_equal(member(t, "most_blocks"), 3);
    trace_free(t);
}

static void test_malloc_bench_that_is_damaged(void **state) {
    (void)state;
    unsigned char bytes[sizeof imports_protobuf];
    refused(imports_protobuf, sizeof imports_protobuf - 5,
            "line 7 is not one of a trace of malloc-bench");
    memcpy(bytes, imports_protobuf, sizeof bytes);
    bytes[31] = 0x2a; // an operation that there is not
    refused(bytes, sizeof bytes, "not a trace");
    // 2 ^ 32 times 2 ^ 32 bytes
    static const unsigned char large[] = {0x0a, 16,   0x22, 14,   0x08, 1,    0x10, 0x80, 0x80,
                                          0x80, 0x80, 0x10, 0x18, 0x80, 0x80, 0x80, 0x80, 0x10};
    refused(large, sizeof large,
            "line 1: a block of 18446744073709551615 bytes: accepted: at most");
}

// -------------------------------------------------------------------------------- Elephant Tracks
#define TEXT(text) text, strlen(text)

// An object is there before; a list of two nodes is made, one of them refers to an array of bytes, and to another one
// in its place; a ring dies, then the rest. All numbers are hexadecimal.
static const char imports_tracks[] = "# a comment\n"
                                     "I 1 10 Ljava/lang/Object; 0 0 0\n"
                                     "M 5 0 1\n"
                                     "N a 18 LNode; 3 0 1\n"
                                     "N b 18 LNode; 3 0 1\n"
                                     "A c 20 [B 4 10 1\n"
                                     "A d 28 [B 4 18 1\n"
                                     "U 0 a b 1 1\n"
                                     "U 0 b a 1 1\n"
                                     "U 0 b c 2 1\n"
                                     "U c b d 2 1\n"
                                     "D c 1\n"
                                     "U 0 0 1 9 1\n"
                                     "E 5 0 1\n"
                                     "D a 1\n"
                                     "D b 1\n"
                                     "D d 1\n";

// Register 0 is the old object's; a is in 1, b in 2, c in 3, d in 4; 5 is empty. c dies when b gives it up; what the
// ring holds goes with it, and the ring is left by its last register.
static void test_tracks(void **state) {
    (void)state;
    char error[512] = "";
    becomes(TEXT(imports_tracks),
            "n1=16/1 n2=8/2 a3=32 a4=40 s1.0=2 s2.0=1 s2.1=3 s2.1=4 c4 c2 c3 c1 | ");
    struct trace *t = import(TEXT(imports_tracks), error);
    assert_true(json_is_true(json_object_get(t->header, "graph")));
    assert_int_equal(member(t, "blocks"), 5);
    assert_int_equal(member(t, "freed"), 4);
    assert_int_equal(member(t, "alive"), 1);
    assert_int_equal(member(t, "references"), 4);
    assert_int_equal(member(t, "updates"), 5);
    assert_int_equal(member(t, "unknown_objects"), 0);
    assert_int_equal(member(t, "garbage"), -1);
    assert_int_equal(member(t, "setup_operations"), 1);
    trace_free(t);
}

// Without fields; and of objects of which nothing is known.
static void test_tracks_that_know_less(void **state) {
    (void)state;
    char error[512] = "";
    static const char text[] = "N a 10 Lx; 0 0 1\nN b 10 Lx; 0 0 1\nN b 7 1\nU 0 a b 1\nU b a 0 1\n"
                               "U 0 77 a 1\nU 0 a 77 1\nD 77 1\nD a 1\n";
    becomes(TEXT(text), "n0=8/1 n1=16/0 s0.0=1 s0.0=2 c0 | ");
    struct trace *t = import(TEXT(text), error);
    assert_int_equal(member(t, "unknown_objects"), 3);
    trace_free(t);
}

static void test_tracks_that_are_damaged(void **state) {
    (void)state;
    char text[16384] = "N 0 10 Lx; 0 0 1\n";
    refused(TEXT("N a 10 Lx; 0 0 1\nN b 10 Lx; 0 0 1\nU 0 a b 1\n"),
            "nothing dies in it: give a trace with records of deaths (D)");
    for (int i = 1; i < 250; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "N %x 10 Lx; 0 0 1\n", i);
    strcat(text, "Q 1 2\n");
    refused(TEXT(text), "line 251: not a record of Elephant Tracks");
    refused(TEXT("N a 7fffffffff Lx; 0 0 1\nD a 1\n"), "line 1: an object is above 2 GiB");
    refused(TEXT("M 1 2 3\n"), "not a trace");
    refused(TEXT("N a 10\n"), "not a trace");
}

// -------------------------------------------------------------------------------------- recordings
static struct trace *recorded(struct recording_writer *w) {
    char error[512] = "";
    assert_int_equal(recording_end(w, "{}"), 0);
    struct trace *t = trace_read(IMPORTS_PATH, error, sizeof error);
    unlink(IMPORTS_PATH);
    if (!t)
        fail_msg("%s", error);
    assert_true(trace_check(t, error, sizeof error));
    return t;
}

// What was there before the first event takes memory, and no byte of a file: it may not claim as much as it likes. By the program,
// and by the simulator.
static void test_a_small_recording_claims_little(void **state) {
    static const char *const headers[] = {
        "{\"generations\": [1100000, 0, 0]}", "{\"generations\": [400000, 400000, 400000]}",
        "{\"generations\": [0, 0, 4000000000]}", "{\"generations\": [-1, 0, 0]}"};
    char error[512] = "", simulated[512] = "";
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct recording_writer w;
        assert_int_equal(recording_begin(&w, IMPORTS_PATH, headers[i]), 0);
        recording_atom(&w, 2);
        assert_int_equal(recording_end(&w, "{}"), 0);
        assert_null(trace_read(IMPORTS_PATH, error, sizeof error));
        assert_null(model_read(IMPORTS_PATH, simulated, sizeof simulated));
        unlink(IMPORTS_PATH);
        assert_string_equal(error, IMPORTS_PATH
                            ": a damaged recording: more containers are there when it begins "
                            "than a file of its size may claim");
        assert_string_equal(simulated, error);
    }
}

// Garbage refers to an object of the recorder's own (found by libFuzzer): what it holds are containers of the program's.
static void test_an_object_of_the_recorders_own_is_held_by_nothing(void **state) {
    static const unsigned char events[] = {0x01, 0x80, 0, 8, 0x82, 0,    0x80, 5,    2,
                                           0x88, 7,    0, 1, 0,    0x87, 0,    0x82, 0};
    char error[512] = "";
    struct recording_writer w;
    (void)state;
    assert_int_equal(
        recording_begin(&w, IMPORTS_PATH, "{\"exact\": true, \"generations\": [3, 2, 1]}"), 0);
    for (size_t i = 0; i < sizeof events; i++)
        recording_put(&w, events[i]);
    assert_int_equal(recording_end(&w, "{}"), 0);
    struct model *m = model_read(IMPORTS_PATH, error, sizeof error);
    unlink(IMPORTS_PATH);
    assert_string_equal(error, "");
    assert_true(m->cluster_count > 0);
    for (size_t i = 0; i < m->members.count; i++)
        assert_true(m->members.at[i] < m->container_count);
    model_free(m);
}

// Events as they stand in the stream.
static void recording_becomes(const char *header, const unsigned char *events, size_t count,
                              const char *program) {
    struct recording_writer w;
    char got[512];
    assert_int_equal(recording_begin(&w, IMPORTS_PATH, header), 0);
    for (size_t i = 0; i < count; i++) {
        recording_room(&w);
        recording_put(&w, events[i]);
    }
    struct trace *t = recorded(&w);
    words(t, got, sizeof got);
    assert_string_equal(got, program);
    trace_free(t);
}

static bool imports_out_of_memory(const void *context, FILE *out) {
    (void)context, (void)out;
    exit(1); // as base/must.h does
}

static void test_copy_without_memory_says_so(void **state) {
    (void)state;
    char error[512] = "";
    size_t bytes;
    assert_null(aside_run(imports_out_of_memory, NULL, &bytes, error, sizeof error));
    assert_non_null(strstr(error, "no memory"));
}

// The end cuts an event after the number of a type, of which nothing has to be kept.
static void test_number_of_a_type_is_cut(void **state) {
    (void)state;
    static const unsigned char events[] = {
        RECORDING_CONTAINER, 4, 0, RECORDING_TYPE, 0xff, 0xff, 0xff, 0xff, 0x7f};
    recording_becomes("{}", events, sizeof events, "n0=32/0 | ");
}

enum { NODE = RECORDING_CONTAINER, REFERS = RECORDING_REFERENCES, FREED = RECORDING_FREED };

// 0 and 1 refer to each other, and die in one event: what is freed first was held by the other, so that its own
// reference to that is emptied before, which ends both: nothing is left as a cycle.
static void test_that_dies_first_was_held(void **state) {
    (void)state;
    static const unsigned char first_1[] = {NODE, 4,      0, NODE, 4, 0,     REFERS, 0,     1, 1,
                                            16,   REFERS, 1, 1,    0, FREED, 1,      FREED, 0};
    static const unsigned char first_0[] = {NODE, 4,      0, NODE, 4, 0,     REFERS, 0,     1, 1,
                                            16,   REFERS, 1, 1,    0, FREED, 0,      FREED, 1};
    recording_becomes("{}", first_1, sizeof first_1,
                      "n0=24/1 n1=24/1 s0.0=1 s1.0=0 c0 a0=128 s1.0=2 c1 | ");
    recording_becomes("{}", first_0, sizeof first_0,
                      "n0=24/1 n1=24/1 s0.0=1 s1.0=0 c1 a1=128 s0.0=2 c0 | ");
}

// A ring was seen alive at moment 2, and found dead at moment 8: it dies in the middle, at 5, after three of six atoms.
static void test_bracketed_garbage_dies_in_the_middle(void **state) {
    (void)state;
    static const unsigned char events[] = {NODE,
                                           4,
                                           0,
                                           NODE,
                                           4,
                                           0, // 1, 2
                                           RECORDING_COLLECTS,
                                           0,
                                           0,
                                           2,
                                           4,
                                           0,
                                           RECORDING_COLLECTED,
                                           0,
                                           0,
                                           0,
                                           RECORDING_CLEARED,
                                           REFERS,
                                           0,
                                           1,
                                           1,
                                           REFERS,
                                           1,
                                           1,
                                           0,
                                           2,
                                           2,
                                           2,
                                           2,
                                           2,
                                           2, // 3 to 8
                                           RECORDING_COLLECTS,
                                           0,
                                           0,
                                           2,
                                           4,
                                           0,
                                           RECORDING_GARBAGE,
                                           0,
                                           1,
                                           1,
                                           1,
                                           RECORDING_GARBAGE,
                                           1,
                                           1,
                                           1,
                                           0,
                                           RECORDING_COLLECTED,
                                           0,
                                           2,
                                           0,
                                           FREED,
                                           0,
                                           FREED,
                                           1,
                                           RECORDING_CLEARED};
    recording_becomes("{}", events, sizeof events,
                      "n0=24/1 n1=24/1 s0.0=1 s1.0=0 c1 a1=16 a2=16 a3=16 c0 a0=16 a4=16 a5=16 | ");
}

// Where it is known when each lost its last reference, all that 0 leads to dies with it: not 1 at moment 2, nor 2 at 3.
static void test_exact_garbage_dies_with_what_leads_to_it(void **state) {
    (void)state;
    static const unsigned char events[] = {NODE,
                                           4,
                                           0,
                                           NODE,
                                           4,
                                           0,
                                           NODE,
                                           4,
                                           0,
                                           2,
                                           NODE,
                                           4,
                                           0,
                                           NODE,
                                           4,
                                           0, // 1 to 6
                                           RECORDING_COLLECTS,
                                           0,
                                           0,
                                           2,
                                           4,
                                           6,
                                           8,
                                           10,
                                           0,
                                           RECORDING_GARBAGE,
                                           0,
                                           1,
                                           1,
                                           1, // since 5
                                           RECORDING_GARBAGE,
                                           1,
                                           3,
                                           2,
                                           0,
                                           2,
                                           RECORDING_GARBAGE,
                                           2,
                                           2,
                                           0, // since 2 and 3
                                           RECORDING_COLLECTED,
                                           0,
                                           3,
                                           0,
                                           FREED,
                                           0,
                                           FREED,
                                           1,
                                           FREED,
                                           2,
                                           RECORDING_CLEARED};
    recording_becomes(
        "{\"exact\": true}", events, sizeof events,
        "n0=24/1 n1=16/2 s0.0=1 s1.0=0 n2=32/0 s1.1=2 c2 c1 a1=16 n2=32/0 c0 n0=32/0 | ");
}

#define LIST_TYPE RECORDING_TYPE, 1, RECORDING_LIST, 1, 'l'

// A list holds the second atom in front of the first, so that it begins with an empty slot (register 3). The first dies, and
// another one takes its slot, of two words as well. What is known to be a list only later is one, too.
static void test_lists_grow(void **state) {
    (void)state;
    static const unsigned char grows[] = {
        LIST_TYPE, NODE, 4, 4, 2, 2, // the list, and atoms 1 and 2
        REFERS,    0,    2, 2, 1, FREED, 1, 2, REFERS, 0, 2, 2, 1, FREED, 0};
    static const unsigned char late[] = {LIST_TYPE, NODE,   4, 0, 2, RECORDING_LATE, 0,
                                         1,         REFERS, 0, 1, 1, FREED,          0};
    recording_becomes("{}", grows, sizeof grows,
                      "l0 a1=16 p0=3 p0=1 c1 a1=16 s0.0=1 s0.1=3 a2=16 s0.1=2 c0 | ");
    recording_becomes("{}", late, sizeof late, "l0 a1=16 p0=1 c0 | ");
}

// A container of a type that refers to so many atoms.
static struct trace *container_of(unsigned type, unsigned count) {
    static const unsigned char types[] = {LIST_TYPE};
    struct recording_writer w;
    assert_int_equal(recording_begin(&w, IMPORTS_PATH, "{}"), 0);
    for (size_t i = 0; i < sizeof types; i++)
        recording_put(&w, types[i]);
    recording_event(&w, RECORDING_CONTAINER);
    recording_number(&w, 4);
    recording_number(&w, type * 4);
    for (unsigned i = 0; i < count; i++)
        recording_atom(&w, 2);
    recording_event(&w, RECORDING_REFERENCES);
    recording_number(&w, 0);
    recording_number(&w, count);
    for (unsigned i = 1; i <= count; i++)
        recording_number(&w, i);
    return recorded(&w);
}

// What a node refers to beyond its slots is left in registers; a list has room for all.
static void test_lists_have_room(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    static const int64_t left_out[] = {COUNT - HEAP_MAX_SLOTS, 0};
    for (unsigned type = 0; type < 2; type++) {
        struct trace *t = container_of(type, COUNT);
        assert_int_equal(member(t, "references_left_out"), left_out[type]);
        trace_free(t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malloc_bench),
        cmocka_unit_test(test_malloc_bench_that_is_damaged),
        cmocka_unit_test(test_tracks),
        cmocka_unit_test(test_tracks_that_know_less),
        cmocka_unit_test(test_tracks_that_are_damaged),
        cmocka_unit_test(test_number_of_a_type_is_cut),
        cmocka_unit_test(test_copy_without_memory_says_so),
        cmocka_unit_test(test_that_dies_first_was_held),
        cmocka_unit_test(test_bracketed_garbage_dies_in_the_middle),
        cmocka_unit_test(test_exact_garbage_dies_with_what_leads_to_it),
        cmocka_unit_test(test_lists_grow),
        cmocka_unit_test(test_lists_have_room),
        cmocka_unit_test(test_a_small_recording_claims_little),
        cmocka_unit_test(test_an_object_of_the_recorders_own_is_held_by_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
