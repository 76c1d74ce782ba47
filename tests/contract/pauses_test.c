// pauses_test.c - what is noted of pauses as a heap announces them: time on two clocks, the longest, mutator utilization.

#include "contract.h"

#include "runner/pauses.h"
#include "unit/clocks.h"

#include <sys/wait.h>

static void pause_of(struct heap_listener ear, enum heap_pause kind, void (*passes)(uint64_t ns),
                     uint64_t ns, uint64_t freed) {
    ear.pause_begin(ear.context, kind);
    passes(ns);
    ear.pause_end(ear.context, kind, freed);
}

static void a_pause_has_two_clocks(void **state) {
    (void)state;
    struct pauses_clock clock = {.into = pauses_new()};
    struct pauses *p = clock.into;
    struct heap_listener ear = pauses_listener(&clock);
    clocks.stand = true;
    clocks_work(CLOCKS_S);
    pause_of(ear, HEAP_PAUSE_FULL, clocks_wait, 20 * CLOCKS_MS, 1);
    assert_int_equal(p->wall[HEAP_PAUSE_FULL].max_ns, 20 * CLOCKS_MS);
    assert_int_equal(p->cpu[HEAP_PAUSE_FULL].max_ns, 0);
    pause_of(ear, HEAP_PAUSE_FULL, clocks_work, 2 * CLOCKS_MS, 1); // the longest is so on the wall
    assert_int_equal(p->cpu[HEAP_PAUSE_FULL].max_ns, 2 * CLOCKS_MS);
    assert_int_equal(p->longest_cpu_ns[HEAP_PAUSE_FULL], 0);
    clocks_work(12 * CLOCKS_MS); // the program's, not of the pause after it
    pause_of(ear, HEAP_PAUSE_GEN2, clocks_wait, 20 * CLOCKS_MS, 1);
    assert_int_equal(p->cpu[HEAP_PAUSE_GEN2].max_ns, 0);
    clocks_work(PAUSES_CHECKPOINT_NS - 1); // so little may be taken for its
    pause_of(ear, HEAP_PAUSE_GEN2, clocks_wait, 20 * CLOCKS_MS, 1);
    assert_int_equal(p->cpu[HEAP_PAUSE_GEN2].max_ns, PAUSES_CHECKPOINT_NS - 1);
    pause_of(ear, HEAP_PAUSE_GEN1, clocks_work, 20 * CLOCKS_MS, 2);
    assert_int_equal(p->cpu[HEAP_PAUSE_GEN1].max_ns, 20 * CLOCKS_MS);
    assert_int_equal(p->longest_cpu_ns[HEAP_PAUSE_GEN1], 20 * CLOCKS_MS);
    // So short that the CPU clock is not read again.
    pause_of(ear, HEAP_PAUSE_GEN0, clocks_wait, 30 * CLOCKS_US, 3);
    assert_int_equal(p->cpu[HEAP_PAUSE_GEN0].max_ns, 30 * CLOCKS_US);
    assert_int_equal(p->freed[HEAP_PAUSE_GEN1], 2);
    clocks.stand = false;
    pauses_free(p);
}

// In a copy of the process, as a worker is one.
static void forget_pauses_of_a_copy(struct pauses *p) {
    pid_t copy = fork();
    assert_true(copy >= 0);
    for (uint64_t i = 0; copy == 0 && i < (uint64_t)2 * PAUSE_LOG_BUFFER; i++)
        pause_log_add(&p->log, &(struct pause_event){i, 9999, 9999, 0, 0});
    if (copy == 0)
        _exit(0);
    waitpid(copy, NULL, 0);
}

// More pauses than the log keeps in its buffer: 1 us in each 10, of which the CPU had half. A copy
// that is made meanwhile has pauses of its own.
static void every_pause_is_in_the_utilization(void **state) {
    enum { MANY = 3 * PAUSE_LOG_BUFFER, APART_NS = 10000, ORIGIN_NS = 5000 };
    (void)state;
    struct pauses *p = pauses_new();
    assert_non_null(p);
    for (uint64_t i = 0; i < MANY; i++) {
        if (i == 2 * PAUSE_LOG_BUFFER - 1)
            forget_pauses_of_a_copy(p);
        pause_log_add(&p->log, &(struct pause_event){ORIGIN_NS + i * APART_NS, 1000, 500, 0, 0});
    }
    json_t *record = json_object(), *row;
    pauses_log_to_json(p, record, ORIGIN_NS, ORIGIN_NS + MANY * APART_NS);
    assert_in_range(json_array_size(json_object_get(record, "pause_events")), 900, 1000);
    size_t i;
    json_array_foreach(json_object_get(record, "mmu"), i, row) {
        assert_float_equal(json_number_value(json_array_get(row, 1)), 0.95, 1e-12);
        assert_float_equal(json_number_value(json_array_get(row, 3)), 0.9, 1e-12);
    }
    assert_int_equal(i, 13); // 10 us to 100 ms, of 123 ms
    json_decref(record);
    pauses_free(p);
}

// Pauses that end at once: one of the first kind, two of the second, and so on.
static void pauses_of_every_kind_are_in_it(void **state) {
    (void)state;
    struct pauses_clock clock = {.into = pauses_new()};
    struct heap_listener ear = pauses_listener(&clock);
    size_t count, seen[HEAP_PAUSE_KINDS] = {0};
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++)
        for (int i = 0; i <= kind; i++) {
            ear.pause_begin(ear.context, (enum heap_pause)kind);
            ear.pause_end(ear.context, (enum heap_pause)kind, 1);
        }
    const struct pause_event *all = pause_log_read(&clock.into->log, &count);
    for (size_t i = 0; i < count; i++)
        seen[all[i].kind]++;
    for (size_t kind = 0; kind < HEAP_PAUSE_KINDS; kind++)
        assert_int_equal(seen[kind], kind + 1);
    pause_log_close(&clock.into->log, all, count);
    pauses_free(clock.into);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("a pause has two clocks", true, a_pause_has_two_clocks),
        CONTRACT_BARE_TEST("every pause is in the utilization", true,
                           every_pause_is_in_the_utilization),
        CONTRACT_BARE_TEST("pauses of every kind are in it", true, pauses_of_every_kind_are_in_it),
    };
    return CONTRACT_RUN(tests);
}
