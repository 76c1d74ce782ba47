// trace_test.c - every strategy: programs in the one encoding run, are observed alike, and can be broken off
// and refused memory at any point.

#include "contract.h"

#include "base/file.h"
#include "runner/graph.h"
#include "runner/settle.h"
#include "trace/apply.h"

enum { REGISTERS = 12, LISTED = 40 };

// Every operation. What is expected to be seen stands beside those that see something.
static const struct {
    struct trace_op op;
    int seen; // -1: nothing
} program[] = {
    {{TRACE_NEW_ATOM, {0, 20}, NULL}, -1},
    {{TRACE_NEW_NODE, {1, 3, 12}, NULL}, -1},
    {{TRACE_NEW_LIST, {2}, NULL}, -1},
    {{TRACE_INTERN, {3, 3}, (const unsigned char *)"key"}, -1},
    {{TRACE_INTERN, {4, 3}, (const unsigned char *)"key"}, -1},
    {{TRACE_SAME, {3, 4}, NULL}, 1},
    {{TRACE_SMALL_INT, {5, (uint64_t)-5}, NULL}, -1},
    {{TRACE_SMALL_INT, {6, 1000}, NULL}, -1},
    {{TRACE_PAYLOAD_BYTES, {6}, NULL}, 8},
    {{TRACE_PAYLOAD, {6}, NULL}, 1000 & 255},
    {{TRACE_STORE, {1, 2, 0}, NULL}, -1},
    {{TRACE_STORE, {1, 0, 1}, NULL}, -1},
    {{TRACE_LOAD, {7, 1, 2}, NULL}, 0}, // not empty
    {{TRACE_SAME, {7, 0}, NULL}, 1},
    {{TRACE_LOAD, {7, 1, 1}, NULL}, 1}, // empty
    {{TRACE_IS_EMPTY, {7}, NULL}, 1},
    {{TRACE_PAYLOAD, {0}, NULL}, 1}, // its serial number
    {{TRACE_PAYLOAD, {1}, NULL}, 2},
    {{TRACE_BORROW, {7, 1, 0}, NULL}, HEAP_NODE | 3 << 2},
    {{TRACE_BORROW, {7, 1, 1}, NULL}, 3}, // empty
    {{TRACE_MOVE, {1, 1, 4}, NULL}, -1},
    {{TRACE_IS_EMPTY, {4}, NULL}, 1},
    {{TRACE_BORROW, {4, 1, 1}, NULL}, HEAP_ATOM},
    {{TRACE_VERIFY, {0}, NULL}, -1},
    {{TRACE_KIND, {2}, NULL}, HEAP_LIST},
    {{TRACE_APPEND, {2, 1}, NULL}, -1},
    {{TRACE_APPEND, {2, 5}, NULL}, -1},
    {{TRACE_APPEND, {2, 6}, NULL}, -1},
    {{TRACE_LENGTH, {2}, NULL}, 3},
    {{TRACE_CAPACITY, {2}, NULL}, 4},
    {{TRACE_POP, {8, 2}, NULL}, 0},
    {{TRACE_SAME, {8, 6}, NULL}, 1},
    {{TRACE_NEW_TUPLE, {9, 2}, NULL}, -1},
    {{TRACE_TRUNCATE, {2, 1}, NULL}, -1},
    {{TRACE_LENGTH, {2}, NULL}, 1},
    {{TRACE_KIND, {9}, NULL}, HEAP_NODE},
    {{TRACE_PAYLOAD_BYTES, {9}, NULL}, 0},
    {{TRACE_BORROW, {7, 9, 0}, NULL}, HEAP_NODE | 3 << 2},
    {{TRACE_BORROW, {7, 9, 1}, NULL}, HEAP_ATOM}, // which the list no longer holds
    {{TRACE_APPEND, {2, 9}, NULL}, -1},           // a cycle through the tuple
    {{TRACE_NEW_DICT, {7, 2}, NULL}, -1},
    {{TRACE_KIND, {7}, NULL}, HEAP_NODE},
    {{TRACE_CAPACITY, {7}, NULL}, 2},
    {{TRACE_BORROW, {9, 7, 1}, NULL}, 3}, // empty
    {{TRACE_PUT, {7, 1, 5}, NULL}, -1},
    {{TRACE_PUT, {7, 0, 2}, NULL}, -1},
    {{TRACE_LOAD, {9, 7, 1}, NULL}, 0},
    {{TRACE_SAME, {9, 5}, NULL}, 1},
    {{TRACE_BORROW, {9, 7, 0}, NULL}, HEAP_LIST | 2 << 2},
    {{TRACE_PUT, {7, 1, 9}, NULL}, -1}, // empty again
    {{TRACE_LOAD, {9, 7, 1}, NULL}, 1},
    {{TRACE_APPEND, {2, 7}, NULL}, -1}, // a cycle through the dict
    {{TRACE_VERIFY, {0}, NULL}, -1},
    {{TRACE_POP, {7, 2}, NULL}, 0},
    {{TRACE_COPY, {9, 2}, NULL}, -1},
    {{TRACE_ENTER, {2}, NULL}, -1},
    {{TRACE_ENTER, {1}, NULL}, -1},
    {{TRACE_NEW_NODE, {REGISTERS + 2, 0, 8}, NULL}, -1},
    {{TRACE_COPY, {REGISTERS + 1, REGISTERS + 2}, NULL}, -1},
    {{TRACE_IS_EMPTY, {REGISTERS}, NULL}, 1},
    {{TRACE_LEAVE, {0}, NULL}, -1},
    {{TRACE_PAYLOAD, {REGISTERS + 1}, NULL}, 3},
    {{TRACE_STORE, {1, 1, REGISTERS + 1}, NULL}, -1},
    {{TRACE_LEAVE, {0}, NULL}, -1},
    {{TRACE_REGION_BEGIN, {0}, NULL}, -1},
    {{TRACE_NEW_ATOM, {10, 8}, NULL}, -1},
    {{TRACE_LONG_LIVED, {1}, NULL}, -1},
    {{TRACE_NEW_ATOM, {11, 8}, NULL}, -1},
    {{TRACE_LONG_LIVED, {0}, NULL}, -1},
    {{TRACE_CLEAR, {10}, NULL}, -1},
    {{TRACE_REGION_END, {0}, NULL}, -1},
    {{TRACE_PAYLOAD, {11}, NULL}, 5},
    {{TRACE_ENABLE, {0}, NULL}, -1},
    {{TRACE_FREEZE, {0}, NULL}, -1},
    {{TRACE_COLLECT, {2}, NULL}, -1},
    {{TRACE_UNFREEZE, {0}, NULL}, -1},
    {{TRACE_ENABLE, {1}, NULL}, -1},
    {{TRACE_NEW_EXTERNAL, {9, 100}, NULL}, -1},
    {{TRACE_PAYLOAD_BYTES, {9}, NULL}, HEAP_EXTERNAL_PAYLOAD},
    {{TRACE_PAYLOAD, {9}, NULL}, 6},
    {{TRACE_NEW_NODE, {10, 1, 8}, NULL}, -1},
    {{TRACE_STORE, {10, 0, 9}, NULL}, -1},
    {{TRACE_GUARD, {10}, NULL}, -1},
    {{TRACE_GUARD, {1}, NULL}, -1},
    {{TRACE_CLEAR, {10}, NULL}, -1},
    {{TRACE_GUARDED_TAKE, {11}, NULL}, -1},
    {{TRACE_IS_EMPTY, {11}, NULL}, 1},
    {{TRACE_VERIFY, {0}, NULL}, -1},
    {{TRACE_MARK, {0}, NULL}, -1},
    {{TRACE_CLEAR, {9}, NULL}, -1},
};
enum { OPERATIONS = sizeof program / sizeof *program - 1, TO_MARK = OPERATIONS - 1 };

static struct trace *written(void) {
    char error[256];
    size_t bytes;
    struct trace_writer *w = trace_writer_new(REGISTERS);
    bool used[TRACE_END] = {false};
    for (size_t i = 0; i < sizeof program / sizeof *program; i++) {
        assert_null(trace_write(w, &program[i].op));
        used[program[i].op.number] = true;
    }
    for (const struct trace_row *row = NULL; (row = trace_row_next(row));)
        if (!used[row->number])
            fail_msg("%s is not tried here", row->name);
    json_t *about = json_object();
    unsigned char *file = trace_writer_finish(w, about, &bytes, error, sizeof error);
    struct trace *t = trace_parse(file, bytes, "test", error, sizeof error);
    assert_non_null(t);
    trace_writer_free(w);
    json_decref(about);
    free(file);
    return t;
}

static uint64_t expected_hash(void) {
    struct mutator m = {0};
    for (size_t i = 0; i < sizeof program / sizeof *program; i++)
        if (program[i].seen >= 0)
            mutator_observe(&m, (uint64_t)program[i].seen);
    return m.observed;
}

static void begin(struct trace_run *run, struct mutator *m, const struct trace *t) {
    m->observed = 0;
    m->registers = heap_enter(m->heap, t->registers);
    assert_non_null(m->registers);
    contract_ok(trace_run_init(run, t, m));
}

static void end(struct trace_run *run) {
    struct heap *h = run->mutator->heap;
    trace_run_free(run);
    heap_leave(h);
    contract_verify(h);
}

static void all_is_seen(void **state) {
    struct trace *t = written();
    struct mutator m = {.heap = *state};
    struct trace_run run;
    uint64_t left = OPERATIONS + 10, done;
    begin(&run, &m, t);
    contract_ok(trace_apply(&run, &left));
    assert_int_equal(left, 10);
    assert_true(trace_run_ended(&run) && !trace_run_is_open(&run));
    assert_true(m.observed == expected_hash());
    // Again, with steps: up to the mark, then up to the end.
    m.observed = 0;
    trace_run_restart(&run);
    contract_ok(trace_apply_step(&run, &done));
    assert_int_equal(done, TO_MARK);
    assert_false(trace_run_ended(&run));
    contract_ok(trace_apply_step(&run, &done));
    assert_int_equal(done, 1);
    assert_true(trace_run_ended(&run));
    assert_true(m.observed == expected_hash());
    end(&run);
    trace_free(t);
}

// After any number of operations: nothing stays entered, open or held.
static void can_be_broken_off(void **state) {
    struct trace *t = written();
    struct mutator m = {.heap = *state};
    for (uint64_t i = 1; i < OPERATIONS; i++) {
        struct trace_run run;
        uint64_t left = i;
        begin(&run, &m, t);
        contract_ok(trace_apply(&run, &left));
        trace_run_break_off(&run);
        assert_false(trace_run_is_open(&run));
        end(&run);
        heap_unfreeze(m.heap);
        settle(m.heap);
        if (contract_claims(HEAP_FREES_CYCLES))
            assert_int_equal(contract_held(m.heap), 0);
    }
    trace_free(t);
}

// Each request for memory in turn is refused, and what failed is tried again.
static void refusals_change_nothing(void **state) {
    (void)state;
    struct trace *t = written();
    uint64_t expected = expected_hash(), refusals = 0;
    for (uint64_t request = 1; request <= LISTED; request++) {
        struct mutator m = {.heap = contract_new((struct heap_config){.refuse_request = request})};
        struct trace_run run;
        uint64_t left = OPERATIONS;
        if (!m.heap)
            continue;
        begin(&run, &m, t);
        while (left) {
            int error = trace_apply(&run, &left);
            if (!error)
                continue;
            assert_int_equal(error, ENOMEM);
            refusals++;
        }
        assert_true(m.observed == expected);
        end(&run);
        heap_free(m.heap);
    }
    assert_true(refusals <= LISTED);
    trace_free(t);
}

// A recording is a program like another, and what it says was alive in its middle is alive then, besides so many objects
// of which the program is made.
static void keeps_alive_what_was_alive(struct heap *h, const char *recording, uint64_t besides) {
    char error[256], *path = file_home(recording);
    struct trace *t = trace_read(path, error, sizeof error);
    struct mutator m = {.heap = h};
    struct trace_run run;
    struct graph graph;
    uint64_t done;
    json_int_t steps, alive;
    assert_non_null(t);
    assert_true(trace_check(t, error, sizeof error));
    assert_int_equal(
        json_unpack(t->header, "{s:{s:I,s:I}}", "middle", "steps", &steps, "alive", &alive), 0);
    assert_true(steps > 0 && alive > 0);
    begin(&run, &m, t);
    for (json_int_t i = 0; i < steps; i++)
        contract_ok(trace_apply_step(&run, &done));
    contract_ok(graph_read(m.heap, m.registers, t->registers, &graph));
    assert_int_equal(graph.objects, (uint64_t)alive + besides);
    contract_verify(m.heap);
    trace_run_break_off(&run);
    end(&run);
    trace_free(t);
    free(path);
}

static void a_recording_keeps_alive_what_was_alive(void **state) {
    keeps_alive_what_was_alive(*state, "tests/corpus/recorded_cycles.hbr", 0);
}

// Tuples are made of a list of atoms.
static void a_recording_of_tuples_keeps_them_alive(void **state) {
    keeps_alive_what_was_alive(*state, "tests/corpus/recorded_tuples.hbr", 2);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("every operation of a trace sees what is expected", true, all_is_seen),
        CONTRACT_TEST("a trace can be broken off anywhere", true, can_be_broken_off),
        CONTRACT_TEST("a recording keeps alive what was alive", true,
                      a_recording_keeps_alive_what_was_alive),
        CONTRACT_TEST("and one of tuples", true, a_recording_of_tuples_keeps_them_alive),
        CONTRACT_BARE_TEST("a trace goes on after each refusal", true, refusals_change_nothing),
    };
    return CONTRACT_RUN(tests);
}
