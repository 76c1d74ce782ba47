// libbench_body_tests.h - the tests of libbench_test.c about what a body may do, and do wrong.

#ifndef LIBBENCH_BODY_TESTS_H
#define LIBBENCH_BODY_TESTS_H

#include "clocks.h"
#include "libbench_capture.h"

#include <stdatomic.h>

struct counts {
    int64_t done, given, before, after;
};

static void counting(struct libbench_state *s, void *user) {
    struct counts *c = user;
    c->given = libbench_get_iterations(s);
    c->before = libbench_get_iterations_done(s);
    for (int64_t n = libbench_begin(s); n != 0; --n)
        ++c->done;
    libbench_end(s);
    c->after = libbench_get_iterations_done(s);
}

static void loop_does_the_iterations(void **state) {
    (void)state;
    struct counts c = {0};
    add("loop", counting, &c, 1234);
    run_all();
    assert_int_equal(c.done, 1234);
    assert_int_equal(c.given, 1234);
    assert_int_equal(c.before, 0);
    assert_int_equal(c.after, 1234);
    const struct row *r = row("loop/iterations:1234");
    assert_int_equal(r->r.iterations, 1234);
    assert_int_equal(r->r.kind, LIBBENCH_MEASURED);
    assert_int_equal(r->r.skip, LIBBENCH_NOT_SKIPPED);
    assert_null(r->r.skip_message);
    assert_null(r->r.aggregate);
    assert_string_equal(r->family, "loop");
    assert_true(r->r.real_total_s > 0 && r->r.real_total_s < 1);
    assert_near(r->r.real_time, r->r.real_total_s * 1e9 / 1234);
    assert_int_equal(summary.matched, 1);
    assert_int_equal(seen.name_width, strlen("loop/iterations:1234"));
}

static void batches(struct libbench_state *s, void *user) {
    struct counts *c = user;
    while (c->given > 1 ? libbench_keep_running_batch(s, c->given) : libbench_keep_running(s)) {
        ++c->done;
        if (c->before) // the loop resumes what its body forgot to
            libbench_pause(s);
    }
}

static void keep_running_counts(void **state) {
    (void)state;
    struct counts one = {0, 1, 1, 0}, ten = {0, 10, 0, 0};
    add("one", batches, &one, 25);
    add("ten", batches, &ten, 25);
    run_all();
    assert_int_equal(one.done, 25);
    assert_int_equal(ten.done, 3);
    assert_int_equal(row("one/iterations:25")->r.iterations, 25);
    assert_int_equal(row("ten/iterations:25")->r.iterations, 30); // the last batch overshoots
}

static void manual_time_is_reported(void **state) {
    (void)state;
    int64_t calls = 0;
    struct libbench *b = add_timed("time", &calls, 4);
    assert_int_equal(libbench_unit(b, LIBBENCH_MS), 0);
    assert_int_equal(libbench_unit(b, (enum libbench_time_unit)7), EINVAL);
    assert_int_equal(libbench_arg(b, 3), 0);
    assert_int_equal(libbench_use_real_time(b), EINVAL);
    add("none", empty, NULL, 4);
    run_all();
    const struct row *r = row("time/3/iterations:4/manual_time");
    assert_near(r->r.real_total_s, 12);
    assert_near(r->r.real_time, 3000);
    assert_int_equal(r->r.unit, LIBBENCH_MS);
    assert_int_equal(calls, 1);
    assert_int_equal(row("none/iterations:4")->r.unit, LIBBENCH_NS);
}

static const struct timespec ms20 = {0, 20000000};

static void sleeping(struct libbench_state *s, void *user) {
    const int *pause = user;
    for (int64_t n = libbench_begin(s); n != 0; --n) {
        if (*pause)
            libbench_pause(s);
        clocks_wait(20 * CLOCKS_MS);
        if (*pause)
            libbench_resume(s);
    }
    libbench_end(s);
}

static void clocks_and_pauses(void **state) {
    (void)state;
    int no = 0, yes = 1;
    assert_int_equal(libbench_use_real_time(add("slept", sleeping, &no, 3)), 0);
    assert_int_equal(libbench_use_manual_time(add("slept", sleeping, &no, 3)), 0);
    assert_int_equal(libbench_measure_process_cpu_time(add("paused", sleeping, &yes, 3)), 0);
    clocks.stand = true;
    run_all();
    clocks.stand = false;
    const struct row *r = row("slept/iterations:3/real_time");
    assert_near(r->r.real_time, 20e6);
    assert_near(r->r.cpu_time, 0);
    assert_near(row("paused/iterations:3/process_time")->r.real_time, 0);
}

static void ending_paused(struct libbench_state *s, void *user) {
    (void)user;
    libbench_begin(s);
    libbench_pause(s);
    libbench_end(s);
}

static void end_resumes_a_paused_clock(void **state) {
    (void)state;
    add("p", ending_paused, NULL, 3);
    run_all();
    assert_string_equal(row("p/iterations:3")->message, "(null)");
}

// Two iterations of 2 s on each thread.
static void many_counters(struct libbench_state *s, void *user) {
    (void)user;
    loop(s);
    libbench_set_iteration_time(s, 4);
    const unsigned rate = LIBBENCH_COUNTER_RATE, threads = LIBBENCH_COUNTER_AVG_THREADS,
                   invariant = LIBBENCH_COUNTER_ITERATION_INVARIANT,
                   iterations = LIBBENCH_COUNTER_AVG_ITERATIONS, invert = LIBBENCH_COUNTER_INVERT;
    const unsigned flags[] = {0,
                              rate,
                              threads,
                              rate | threads,
                              invariant,
                              rate | invariant,
                              iterations,
                              rate | iterations,
                              invert,
                              rate | invert,
                              rate | threads | invert};
    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; ++i) {
        char name[8];
        snprintf(name, sizeof name, "c%u", i);
        libbench_set_counter(s, name, 96, flags[i], i % 2 ? 1024 : 1000);
    }
    double back = 0;
    int wrong = libbench_get_counter(s, "c1", &back) != 0 || back != 96;
    wrong += libbench_get_counter(s, "nothing", &back) != ENOENT;
    wrong += libbench_set_counter(s, "bad", 1, 32, 1000) != EINVAL;
    wrong += libbench_set_counter(s, "bad", 1, 0, 1001) != EINVAL;
    wrong += libbench_set_counter(s, "", 1, 0, 1000) != EINVAL;
    wrong += libbench_set_label(s, NULL) != EINVAL;
    wrong += libbench_set_items_processed(s, 40) + libbench_set_bytes_processed(s, 80);
    wrong += libbench_set_label(s, wrong ? "wrong" : "right");
}

static void counters_with_all_flags(void **state) {
    (void)state;
    assert_int_equal(libbench_use_manual_time(add("c", many_counters, NULL, 2)), 0);
    run_all();
    const struct row *r = row("c/iterations:2/manual_time");
    const double expected[] = {96, 24, 96, 24, 192, 48, 48, 12, 1. / 96, 1. / 24, 1. / 24};
    const unsigned flags[] = {0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 19};
    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; ++i) {
        char name[8];
        snprintf(name, sizeof name, "c%u", i);
        assert_near(counter(r, name)->value, expected[i]);
        assert_int_equal(counter(r, name)->flags, flags[i]);
        assert_int_equal(counter(r, name)->base, i % 2 ? 1024 : 1000);
    }
    assert_near(counter(r, "items_per_second")->value, 10);
    assert_near(counter(r, "bytes_per_second")->value, 20);
    assert_int_equal(counter(r, "bytes_per_second")->base, 1024);
    assert_int_equal(r->r.counter_count, 13);
    assert_string_equal(r->label, "right");
}

static void count_threads(struct libbench_state *s, void *user) {
    (void)user;
    loop(s);
    libbench_set_counter(s, "sum", 96, LIBBENCH_COUNTER_PLAIN, 1000);
    libbench_set_counter(s, "mean", 96, LIBBENCH_COUNTER_AVG_THREADS, 1000);
    libbench_set_counter(s, "index", libbench_get_thread_index(s), 0, 1000);
    libbench_set_counter(s, "threads", libbench_get_threads(s), 0, 1000);
}

static void threads_add_up(void **state) {
    (void)state;
    struct libbench *b = add("t", count_threads, NULL, 5);
    assert_int_equal(libbench_threads(b, 0), EINVAL);
    assert_int_equal(libbench_threads(b, 3), 0);
    b = add("range", count_threads, NULL, 1);
    assert_int_equal(libbench_thread_range(b, 2, 1), EINVAL);
    assert_int_equal(libbench_thread_range(b, 1, 6), 0); // 1 2 4 6
    assert_int_equal(libbench_dense_thread_range(b, 1, INT32_MAX, 1), EINVAL);
    assert_int_equal(libbench_dense_thread_range(b, 3, 8, 2), 0); // 3 5 7 8
    b = add("cpus", count_threads, NULL, 1);
    assert_int_equal(libbench_thread_per_cpu(b), 0);
    run_all();
    const struct row *r = row("t/iterations:5/threads:3");
    assert_int_equal(r->r.threads, 3);
    assert_int_equal(r->r.iterations, 15);
    assert_near(counter(r, "sum")->value, 288);
    assert_near(counter(r, "mean")->value, 96);
    assert_near(counter(r, "index")->value, 0 + 1 + 2);
    assert_near(counter(r, "threads")->value, 9);
    assert_int_equal(seen.count, 1 + 8 + 1);
    assert_int_equal(row("range/iterations:1/threads:6")->r.threads, 6);
    assert_int_equal(row("range/iterations:1/threads:7")->r.threads, 7);
    assert_int_equal(seen.rows[9].r.threads, seen.cpus);
}

struct order {
    atomic_int ready, bodies, setups, teardowns, wrong;
    int skip;
};

static void order_setup(struct libbench_state *s, void *user) {
    struct order *o = user;
    nanosleep(&ms20, NULL); // long enough for a body that does not wait to be caught
    o->wrong += o->ready != 0 || libbench_get_arg(s, 0) != 6;
    o->ready = 1;
    ++o->setups;
    if (o->skip)
        libbench_skip_with_error(s, "setup failed");
}

static void order_body(struct libbench_state *s, void *user) {
    struct order *o = user;
    o->wrong += !o->ready;
    loop(s);
    if (libbench_get_thread_index(s))
        nanosleep(&ms20, NULL);
    o->wrong += !o->ready;
    ++o->bodies;
}

static void order_teardown(struct libbench_state *s, void *user) {
    struct order *o = user;
    o->wrong += o->ready != 1 || libbench_get_thread_index(s) != 0;
    o->ready = 0;
    ++o->teardowns;
}

static void setup_and_teardown_enclose_all_threads(void **state) {
    (void)state;
    struct order fine = {0}, failing = {.skip = 1};
    struct order *orders[] = {&fine, &failing};
    for (int i = 0; i < 2; ++i) {
        struct libbench *b = add(i ? "failing" : "fine", order_body, orders[i], 2);
        libbench_arg(b, 6);
        libbench_threads(b, 3);
        libbench_repetitions(b, 2);
        assert_int_equal(libbench_setup(b, order_setup, orders[i]), 0);
        assert_int_equal(libbench_teardown(b, order_teardown, orders[i]), 0);
    }
    run_all();
    assert_int_equal(fine.setups, 2);
    assert_int_equal(fine.teardowns, 2);
    assert_int_equal(fine.bodies, 2 * 3);
    assert_int_equal(failing.setups, 1); // not again for the second repetition
    assert_int_equal(failing.teardowns, 1);
    assert_int_equal(failing.bodies, 0);
    assert_int_equal(fine.wrong + failing.wrong, 0);
    const struct row *r = row("failing/6/iterations:2/repeats:2/threads:3");
    assert_string_equal(r->message, "setup failed");
    assert_int_equal(summary.failed, 1);
    assert_int_equal(summary.matched, 2);
}

enum where {
    BEFORE,
    INSIDE,
    INSIDE_WITH_END,
    PAUSED,
    KEPT,
    AFTER,
    REMARK,
    ONE_THREAD,
    SECOND_TIME
};

struct skipper {
    enum where where;
    atomic_int calls;
};

static void skipping(struct libbench_state *s, void *user) {
    struct skipper *k = user;
    const enum where w = k->where;
    const int call = ++k->calls;
    if (w == BEFORE)
        libbench_skip_with_error(s, "skipped");
    if (w == BEFORE || (w == ONE_THREAD && libbench_get_thread_index(s) == 1)) {
        libbench_skip_with_error(s, w == BEFORE ? "later" : "skipped"); // the first call counts
        return;
    }
    if (w == KEPT) {
        while (libbench_keep_running(s))
            libbench_skip_with_error(s, "skipped");
        return;
    }
    for (int64_t n = libbench_begin(s); n != 0; --n) {
        if (w == PAUSED)
            libbench_pause(s);
        if (w == INSIDE || w == INSIDE_WITH_END || w == PAUSED) {
            libbench_skip_with_error(s, "skipped");
            libbench_pause(s); // no misuse once skipped
            libbench_resume(s);
            if (w == INSIDE)
                return;
            break;
        }
    }
    libbench_end(s);
    if (w == ONE_THREAD) {
        nanosleep(&ms20, NULL);
        libbench_skip_with_error(s, "later");
    }
    if (w == AFTER || (w == SECOND_TIME && call == 2))
        libbench_skip_with_error(s, libbench_get_skipped(s) ? "wrong" : "skipped");
    if (w == REMARK)
        libbench_skip_with_message(s, "skipped");
}

static void skip_anywhere(void **state) {
    (void)state;
    for (enum where w = BEFORE; w <= SECOND_TIME; ++w) {
        struct skipper k = {w, 0};
        struct libbench *b = add("s", skipping, &k, 9);
        libbench_threads(b, w == ONE_THREAD ? 3 : 1);
        libbench_repetitions(b, 4); // one failed and three good ones would crash 1.7.1
        run_all();
        const size_t good = w == SECOND_TIME;
        assert_int_equal(seen.count, 4); // no aggregates
        assert_int_equal(k.calls, w == ONE_THREAD ? 3 : 1 + (int)good);
        for (size_t i = 0; i < 4; ++i) {
            assert_string_equal(seen.rows[i].message, i < good ? "(null)" : "skipped");
            assert_int_equal(seen.rows[i].r.repetition_index, i);
            assert_int_equal(seen.rows[i].r.iterations, w == ONE_THREAD ? 27 : 9);
        }
        const int remark = seen.rows[3].r.skip == LIBBENCH_SKIPPED_MESSAGE;
        assert_true(remark ? w == REMARK : seen.rows[3].r.skip == LIBBENCH_SKIPPED_ERROR);
        assert_int_equal(summary.failed, !remark);
        assert_int_equal(summary.skipped, remark);
        const int before = k.calls;
        run_all(); // tries again
        assert_true(k.calls > before);
        assert_int_equal(libbench_clear(), 0);
    }
}

static void no_begin(struct libbench_state *s, void *user) {
    (void)s;
    (void)user;
}

static void no_end(struct libbench_state *s, void *user) {
    (void)user;
    libbench_begin(s);
}

static void begin_twice(struct libbench_state *s, void *user) {
    (void)user;
    loop(s);
    libbench_begin(s);
}

static void only_end(struct libbench_state *s, void *user) {
    (void)user;
    libbench_end(s);
}

static void pause_outside(struct libbench_state *s, void *user) {
    libbench_pause(s);
    empty(s, user);
}

static void pause_twice(struct libbench_state *s, void *user) {
    (void)user;
    libbench_begin(s);
    libbench_pause(s);
    libbench_pause(s);
    libbench_end(s);
}

static void resume_unpaused(struct libbench_state *s, void *user) {
    (void)user;
    libbench_begin(s);
    libbench_resume(s);
    libbench_end(s);
}

static void no_such_arg(struct libbench_state *s, void *user) {
    libbench_get_arg(s, 1);
    empty(s, user);
}

static void left_early(struct libbench_state *s, void *user) {
    (void)user;
    libbench_keep_running(s);
}

static void batch_of_none(struct libbench_state *s, void *user) {
    (void)user;
    while (libbench_keep_running_batch(s, 0))
        ;
}

static void misuse_is_reported(void **state) {
    (void)state;
    const struct {
        void (*body)(struct libbench_state *, void *);
        const char *message;
    } cases[] = {{no_begin, "never called libbench_begin"},
                 {no_end, "without libbench_end"},
                 {begin_twice, "libbench_begin: not at the start"},
                 {only_end, "no libbench_begin before"},
                 {pause_outside, "libbench_pause: outside"},
                 {pause_twice, "libbench_pause: outside the loop, or paused"},
                 {resume_unpaused, "libbench_resume: not paused"},
                 {no_such_arg, "libbench_get_arg: index"},
                 {left_early, "without libbench_end or a skip"},
                 {batch_of_none, "libbench_keep_running: misplaced"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct libbench *b = add("m", cases[i].body, NULL, 7);
        libbench_arg(b, 1);
        libbench_thread_range(b, 1, 2);
        libbench_repetitions(b, 2);
        run_all();
        assert_int_equal(seen.count, 4);
        for (size_t k = 0; k < 4; ++k)
            if (!strstr(seen.rows[k].message, cases[i].message))
                fail_msg("case %zu: \"%s\" lacks \"%s\"", i, seen.rows[k].message,
                         cases[i].message);
        assert_int_equal(libbench_clear(), 0);
    }
    libbench_setup(add("m", empty, NULL, 7), no_end, NULL);
    run_all();
    assert_non_null(strstr(seen.rows[0].message, "libbench_begin: not at the start"));
}

struct pair {
    long a, b, c;
};

static void optimizer_is_held_back(void **state) {
    (void)state;
    // Constants on purpose: gcc 12 loses d and f with the constraints of the C++ header.
    int i = 3;
    float f = 2.5f;
    double d = 1.5;
    long double wide = 0.5L;
    struct pair p = {1, 2, 3};
    const char *text = "x";
    libbench_do_not_optimize(i);
    libbench_do_not_optimize(f);
    libbench_do_not_optimize(d);
    libbench_do_not_optimize(wide);
    libbench_do_not_optimize(p);
    libbench_do_not_optimize(text);
    libbench_do_not_optimize_pointer(&p);
    libbench_clobber_memory();
    assert_int_equal(i, 3);
    assert_near((double)f, 2.5);
    assert_near(d, 1.5);
    assert_near((double)wide, 0.5);
    assert_int_equal(p.a + p.b * 10 + p.c * 100, 321);
    assert_string_equal(text, "x");
#ifdef __OPTIMIZE__
    // The compiler folds both only if the macro let it keep what it knew.
    int known = 3, hidden = 3;
    libbench_do_not_optimize(hidden);
    assert_true(__builtin_constant_p(known) && !__builtin_constant_p(hidden));
#endif
}

#endif
