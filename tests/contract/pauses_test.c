// pauses_test.c - what is noted of pauses as a heap announces them: time on two clocks, the longest, mutator utilization.

#include "contract.h"

#include "base/clock.h"
#include "runner/pauses.h"

#include <sys/wait.h>
#include <unistd.h>

enum { MS = 1000000 };

static void sleep_ms(long ms) {
    (void)nanosleep(&(struct timespec){.tv_nsec = ms * MS}, NULL);
}

// So much CPU time.
static void spin_ms(uint64_t ms) {
    for (uint64_t end = clock_thread_ns() + ms * MS; clock_thread_ns() < end;)
        ;
}

static void a_pause_has_two_clocks(void **state) {
    (void)state;
    struct pauses_clock clock = {.into = pauses_new()};
    struct heap_listener ear = pauses_listener(&clock);
    ear.pause_begin(ear.context, HEAP_PAUSE_FULL);
    sleep_ms(20);
    ear.pause_end(ear.context, HEAP_PAUSE_FULL, 1);
    assert_true(clock.into->wall[HEAP_PAUSE_FULL].max_ns >= 20 * MS);
    assert_true(clock.into->cpu[HEAP_PAUSE_FULL].max_ns < 10 * MS);
    assert_int_equal(clock.into->longest_cpu_ns[HEAP_PAUSE_FULL],
                     clock.into->cpu[HEAP_PAUSE_FULL].max_ns);
    ear.pause_begin(ear.context, HEAP_PAUSE_FULL); // shorter on the wall, so not the longest
    ear.pause_end(ear.context, HEAP_PAUSE_FULL, 1);
    assert_true(clock.into->longest_cpu_ns[HEAP_PAUSE_FULL] <
                clock.into->wall[HEAP_PAUSE_FULL].max_ns / 2);
    ear.pause_begin(ear.context, HEAP_PAUSE_FULL); // nor is one that takes more of the CPU
    spin_ms(2);
    ear.pause_end(ear.context, HEAP_PAUSE_FULL, 1);
    assert_true(clock.into->cpu[HEAP_PAUSE_FULL].max_ns >= 2 * MS);
    assert_true(clock.into->longest_cpu_ns[HEAP_PAUSE_FULL] < 2 * MS);
    spin_ms(12); // the program's, not of the pause after it
    ear.pause_begin(ear.context, HEAP_PAUSE_GEN2);
    sleep_ms(20);
    ear.pause_end(ear.context, HEAP_PAUSE_GEN2, 1);
    assert_true(clock.into->cpu[HEAP_PAUSE_GEN2].max_ns < 10 * MS);
    ear.pause_begin(ear.context, HEAP_PAUSE_GEN1);
    spin_ms(20);
    ear.pause_end(ear.context, HEAP_PAUSE_GEN1, 2);
    assert_true(clock.into->cpu[HEAP_PAUSE_GEN1].max_ns >= 20 * MS);
    assert_true(clock.into->wall[HEAP_PAUSE_GEN1].max_ns >=
                clock.into->cpu[HEAP_PAUSE_GEN1].max_ns);
    ear.pause_begin(ear.context, HEAP_PAUSE_GEN0); // at once, so the CPU clock is not read again
    ear.pause_end(ear.context, HEAP_PAUSE_GEN0, 3);
    assert_int_equal(clock.into->cpu[HEAP_PAUSE_GEN0].max_ns,
                     clock.into->wall[HEAP_PAUSE_GEN0].max_ns);
    assert_int_equal(clock.into->freed[HEAP_PAUSE_GEN1], 2);
    pauses_free(clock.into);
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
