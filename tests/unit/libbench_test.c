// libbench_test.c - every feature of libbench, seen through its reporter callbacks.
//
// Times are made exact by manual time: a body that says 3 s an iteration is reported so.

#include "libbench_body_tests.h"

#include <fcntl.h>

static void register_refuses(void **state) {
    (void)state;
    assert_null(libbench_register(NULL, empty, NULL));
    assert_int_equal(errno, EINVAL);
    assert_null(libbench_register("", empty, NULL));
    assert_null(libbench_register("x", NULL, NULL));
    assert_int_equal(libbench_arg(NULL, 1), EINVAL);
    assert_int_equal(libbench_statistic(NULL, "x", NULL, NULL, LIBBENCH_STATISTIC_TIME), EINVAL);
    assert_int_equal(run_shown("all", LIBBENCH_NO_DISPLAY, 0), ENODATA);
    assert_int_equal(summary.matched, 0);
}

static void args_make_instances(void **state) {
    (void)state;
    const int64_t pair[] = {3, 4}, bounds[] = {1, 8, 10, 20}, x[] = {1, 2}, y[] = {7, 8, 9};
    const int64_t *lists[] = {x, y}, *holes[] = {x, NULL};
    const size_t lengths[] = {2, 3}, zero[] = {2, 0};
    const char *names[] = {"n", ""};
    struct libbench *b = add("args", empty, NULL, 1);
    assert_int_equal(libbench_args(b, pair, 2), 0);
    assert_int_equal(libbench_arg(b, 5), EINVAL);
    assert_int_equal(libbench_args_product(b, lists, lengths, 2), 0);
    assert_int_equal(libbench_args_product(b, lists, zero, 2), EINVAL);
    assert_int_equal(libbench_args_product(b, holes, lengths, 2), EINVAL);
    assert_int_equal(libbench_arg_names(b, names, 1), EINVAL);
    assert_int_equal(libbench_arg_names(b, names, 2), 0);
    b = add("one", empty, NULL, 1);
    assert_int_equal(libbench_arg(b, -7), 0);
    assert_int_equal(libbench_range(b, 9, 8), EINVAL);
    assert_int_equal(libbench_range(b, 2, 100), 0); // 2 8 64 100
    assert_int_equal(libbench_range_multiplier(b, 1), EINVAL);
    assert_int_equal(libbench_range_multiplier(b, 10), 0);
    assert_int_equal(libbench_range(b, 200, 5000), 0); // 200 1000 5000
    assert_int_equal(libbench_dense_range(b, 20, 30, 0), EINVAL);
    assert_int_equal(libbench_dense_range(b, 20, INT64_MAX, 5), EINVAL);
    assert_int_equal(libbench_dense_range(b, 20, 30, 5), 0);
    b = add("two", empty, NULL, 1);
    assert_int_equal(libbench_range_multiplier(b, 2), 0);
    assert_int_equal(libbench_ranges(b, bounds, 2), 0); // {1 2 4 8} x {10 16 20}
    run_all();
    assert_int_equal(seen.count, (1 + 2 * 3) + (1 + 4 + 3 + 3) + 4 * 3);
    const char *order[] = {"args/n:3/4", "args/n:1/7", "args/n:2/7", "args/n:1/8", "args/n:2/8",
                           "args/n:1/9", "args/n:2/9", "one/-7",     "one/2",      "one/8",
                           "one/64",     "one/100",    "one/200",    "one/1000",   "one/5000",
                           "one/20",     "one/25",     "one/30",     "two/1/10"};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; ++i) {
        char name[MAX_TEXT];
        snprintf(name, sizeof name, "%s/iterations:1", order[i]);
        assert_string_equal(seen.rows[i].name, name);
    }
    assert_int_equal(row("two/8/20/iterations:1")->r.family_index, 2);
    assert_int_equal(row("two/8/20/iterations:1")->r.instance_index, 11);
}

static void bad_seconds(struct libbench_state *s, void *user) {
    int *refused = user;
    loop(s);
    *refused += libbench_set_iteration_time(s, -1) == EINVAL;
    *refused += libbench_set_iteration_time(s, (double)NAN) == EINVAL;
    *refused += libbench_set_iteration_time(s, (double)INFINITY) == EINVAL;
}

static void manual_time_must_be_given(void **state) {
    (void)state;
    int refused = 0;
    struct libbench *b = libbench_register("never", bad_seconds, &refused); // would run for ever
    assert_int_equal(libbench_use_manual_time(b), 0);
    run_all();
    assert_int_equal(refused, 3);
    assert_int_equal(row("never/manual_time")->r.skip, LIBBENCH_SKIPPED_ERROR);
    assert_non_null(strstr(row("never/manual_time")->message, "libbench_set_iteration_time"));
}

// Of a second each, by what the body says, so that it depends on no clock how many there are. (What takes five times as long on
// the wall is enough as well: 100 s here.)
struct counted {
    int64_t calls, iterations;
};

static void timed_and_counted(struct libbench_state *s, void *user) {
    struct counted *c = user;
    timed(s, &c->calls);
    c->iterations += libbench_get_iterations(s);
}

static struct libbench *add_counted(const char *name, struct counted *c) {
    struct libbench *b = libbench_register(name, timed_and_counted, c);
    assert_int_equal(libbench_use_manual_time(b), 0);
    assert_int_equal(libbench_min_time(b, 20), 0);
    return b;
}

static void min_time_and_warmup(void **state) {
    (void)state;
    struct counted cold = {0}, warm = {0};
    struct libbench *b = add_counted("cold", &cold);
    assert_int_equal(libbench_min_time(b, 0), EINVAL);
    assert_int_equal(libbench_iterations(b, 5), EINVAL);
    b = add_counted("warm", &warm);
    assert_int_equal(libbench_min_warmup_time(b, -1), EINVAL);
    assert_int_equal(libbench_min_warmup_time(b, 20), 0);
    b = add("both", empty, NULL, 1);
    assert_int_equal(libbench_iterations(b, 0), EINVAL);
    assert_int_equal(libbench_min_time(b, 1), EINVAL);
    assert_int_equal(libbench_min_warmup_time(b, 1), EINVAL);
    run_all();
    int64_t reported = row("cold/min_time:20.000/manual_time")->r.iterations;
    assert_true(reported >= 20 && reported < 200); // no more than ten times what was asked for
    assert_true(cold.calls > 1);                   // fewer iterations before those reported
    assert_true(cold.iterations > reported);
    assert_true(warm.iterations >= cold.iterations + 20); // as many again to warm up
    assert_true(warm.calls > cold.calls);
}

static void repetitions_and_aggregates(void **state) {
    (void)state;
    libbench_repetitions(add_timed("all", NULL, 2), 3);
    struct libbench *b = add_timed("few", NULL, 2);
    assert_int_equal(libbench_repetitions(b, 0), EINVAL);
    assert_int_equal(libbench_repetitions(b, 3), 0);
    assert_int_equal(libbench_report_aggregates_only(b, 1), 0);
    b = add_timed("shown", NULL, 2);
    libbench_repetitions(b, 3);
    assert_int_equal(libbench_display_aggregates_only(b, 1), 0);
    run_all();
    assert_int_equal(seen.count, (3 + 4) + 4 + 4);
    assert_int_equal(seen.calls, 2 + 1 + 1);
    const struct row *r = row("all/iterations:2/repeats:3/manual_time_mean");
    assert_int_equal(r->r.kind, LIBBENCH_AGGREGATE);
    assert_string_equal(r->aggregate, "mean");
    assert_string_equal(r->base, "all/iterations:2/repeats:3/manual_time");
    assert_near(r->r.real_time, 1e9);
    assert_int_equal(r->r.repetition_index, -1);
    assert_int_equal(r->r.repetitions, 3);
    assert_int_equal(seen.rows[2].r.repetition_index, 2);
    assert_near(row("few/iterations:2/repeats:3/manual_time_cv")->r.real_time, 0);
}

static double largest(const double *values, size_t count, void *user) {
    double max = 0;
    for (size_t i = 0; i < count; ++i)
        max = values[i] > max ? values[i] : max;
    return max * *(const double *)user;
}

static void growing(struct libbench_state *s, void *user) {
    double *seconds = user;
    loop(s);
    *seconds += 1;
    libbench_set_iteration_time(s, *seconds * (double)libbench_get_iterations(s));
    libbench_set_counter(s, "count", *seconds * 10, 0, 1000);
}

static void statistics_of_the_program(void **state) {
    (void)state;
    double seconds = 0, once = 1, half = 0.5, many[LIBBENCH_FUNCTION_POOL] = {0};
    struct libbench *b = add("s", growing, &seconds, 2);
    libbench_use_manual_time(b);
    libbench_repetitions(b, 3);
    assert_int_equal(libbench_statistic(b, "max", largest, &once, LIBBENCH_STATISTIC_TIME), 0);
    assert_int_equal(libbench_statistic(b, "half", largest, &half, LIBBENCH_STATISTIC_PERCENTAGE),
                     0);
    assert_int_equal(libbench_statistic(b, "", largest, &once, LIBBENCH_STATISTIC_TIME), EINVAL);
    run_all();
    const struct row *r = row("s/iterations:2/repeats:3/manual_time_max");
    assert_near(r->r.real_time, 3e9); // repetitions took 1, 2 and 3 s an iteration
    assert_near(counter(r, "count")->value, 30);
    assert_near(row("s/iterations:2/repeats:3/manual_time_median")->r.real_time, 2e9);
    r = row("s/iterations:2/repeats:3/manual_time_half");
    assert_near(r->r.real_time, 3 * 2 * 0.5); // raw: seconds of a whole run
    assert_int_equal(r->r.aggregate_unit, LIBBENCH_STATISTIC_PERCENTAGE);
    for (int i = 0; i < LIBBENCH_FUNCTION_POOL - 2; ++i)
        assert_int_equal(libbench_statistic(b, "x", largest, &many[i], LIBBENCH_STATISTIC_TIME), 0);
    assert_int_equal(libbench_statistic(b, "x", largest, &many[31], LIBBENCH_STATISTIC_TIME),
                     ENOSPC);
    assert_int_equal(libbench_statistic(b, "x", largest, &half, LIBBENCH_STATISTIC_TIME), 0);
    assert_int_equal(libbench_clear(), 0);
    b = add("s", empty, NULL, 1);
    assert_int_equal(libbench_statistic(b, "x", largest, &many[31], LIBBENCH_STATISTIC_TIME), 0);
}

static double scaled(int64_t n, void *user) {
    return (double)n * *(const double *)user;
}

static void complexity_is_fitted(void **state) {
    (void)state;
    double four = 4, many[LIBBENCH_FUNCTION_POOL] = {0};
    struct libbench *b = NULL;
    const char *names[] = {"linear", "auto", "function"};
    for (int i = 0; i < 3; ++i) {
        b = add_timed(names[i], NULL, 2);
        libbench_range(b, 1, 512);
        const int error = i == 0   ? libbench_complexity(b, LIBBENCH_O_N)
                          : i == 1 ? libbench_complexity(b, LIBBENCH_O_AUTO)
                                   : libbench_complexity_function(b, scaled, &four);
        assert_int_equal(error, 0);
    }
    assert_int_equal(libbench_complexity(b, LIBBENCH_O_LAMBDA), EINVAL);
    assert_int_equal(libbench_complexity_function(b, NULL, NULL), EINVAL);
    run_all();
    const struct row *r = row("linear/iterations:2/manual_time_BigO");
    assert_int_equal(r->r.kind, LIBBENCH_BIG_O);
    assert_int_equal(r->r.complexity, LIBBENCH_O_N);
    assert_near(r->r.real_time, 1e9); // a second per N
    r = row("linear/iterations:2/manual_time_RMS");
    assert_int_equal(r->r.kind, LIBBENCH_RMS);
    assert_true(r->r.real_time < 1e-6);
    assert_int_equal(row("auto/512/iterations:2/manual_time")->r.complexity_n, 512);
    assert_true(row("auto/iterations:2/manual_time_BigO")->r.complexity != LIBBENCH_O_AUTO);
    r = row("function/iterations:2/manual_time_BigO");
    assert_int_equal(r->r.complexity, LIBBENCH_O_LAMBDA);
    assert_near(r->r.real_time, 0.25e9);
    for (int i = 0; i < LIBBENCH_FUNCTION_POOL - 1; ++i)
        assert_int_equal(libbench_complexity_function(b, scaled, &many[i]), 0);
    assert_int_equal(libbench_complexity_function(b, scaled, &many[31]), ENOSPC);
    assert_int_equal(libbench_clear(), 0);
    b = add("c", empty, NULL, 1);
    assert_int_equal(libbench_complexity_function(b, scaled, &many[31]), 0);
}

static void complexity_can_be_taken_back(void **state) {
    (void)state;
    struct libbench *b = add("c", empty, NULL, 1);
    libbench_arg(b, 1);
    libbench_complexity(b, LIBBENCH_O_N);
    assert_int_equal(libbench_complexity(b, LIBBENCH_O_NONE), 0);
    run_all();
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.rows[0].message, "(null)");
}

static void half_measured(struct libbench_state *s, void *user) {
    empty(s, user);
    if (libbench_get_arg(s, 0) > 1)
        (void)(libbench_set_complexity_n(s, 0) == EINVAL && libbench_set_complexity_n(s, 3));
}

static void complexity_without_n_fails_that_run(void **state) {
    (void)state;
    struct libbench *b = add("c", half_measured, NULL, 1);
    libbench_dense_range(b, 1, 3, 1);
    libbench_complexity(b, LIBBENCH_O_N);
    run_all();
    assert_non_null(strstr(row("c/1/iterations:1")->message, "libbench_set_complexity_n"));
    assert_string_equal(row("c/3/iterations:1")->message, "(null)");
    assert_int_equal(row("c/iterations:1_BigO")->r.complexity, LIBBENCH_O_N);
}

static void filter_unregister_and_clear(void **state) {
    (void)state;
    struct libbench *one = add("one", empty, NULL, 1);
    add("two", empty, NULL, 1);
    add("DISABLED_three", empty, NULL, 1);
    assert_int_equal(run_shown("^o", LIBBENCH_NO_DISPLAY, 0), 0);
    assert_int_equal(seen.count, 1);
    row("one/iterations:1");
    assert_int_equal(run_shown("-one", LIBBENCH_NO_DISPLAY, 0), 0);
    row("two/iterations:1");
    assert_int_equal(run_shown("(", LIBBENCH_NO_DISPLAY, 0), ENODATA);
    assert_int_equal(libbench_unregister(one), 0);
    assert_int_equal(libbench_unregister(one), EINVAL);
    assert_int_equal(libbench_arg(one, 1), EINVAL);
    run_all();
    assert_int_equal(seen.count, 1);
    row("two/iterations:1");
    assert_int_equal(libbench_clear(), 0);
    assert_int_equal(run_shown(NULL, LIBBENCH_NO_DISPLAY, 0), ENODATA);
}

static char trace[400];

static void tracing(struct libbench_state *s, void *user) {
    empty(s, NULL);
    strcat(trace, user);
}

static void interleaving_is_random(void **state) {
    (void)state;
    char sorted[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    libbench_repetitions(add("a", tracing, "a", 1), 30);
    libbench_repetitions(add("b", tracing, "b", 1), 30);
    for (int on = 1; on >= 0; --on) {
        assert_int_equal(libbench_random_interleaving(on), 0);
        trace[0] = 0;
        run_all();
        assert_int_equal(strlen(trace), 60);
        assert_int_equal(strcmp(trace, sorted) != 0, on); // by chance: 1 in 1e17
    }
}

static int nested_error;

static void nesting(struct libbench_state *s, void *user) {
    empty(s, NULL);
    nested_error = libbench_run(NULL, NULL, NULL);
    if (libbench_arg(user, 1) != EBUSY || libbench_clear() != EBUSY || libbench_shutdown() != EBUSY)
        nested_error = 0;
}

static void cancel_and_busy(void **state) {
    (void)state;
    struct libbench *b = add("a", empty, NULL, 1);
    add("nesting", nesting, b, 1);
    assert_int_equal(run_shown("all", LIBBENCH_DISPLAY, 1), ECANCELED);
    assert_int_equal(seen.count, 0);
    assert_int_equal(seen.finals, 1);
    run_all();
    assert_int_equal(nested_error, EBUSY);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.debug, libbench_debug_library());
}

// What a run prints on descriptor 1 or 2.
static const char *printed(int fd, enum libbench_display display) {
    static char text[4000];
    FILE *file = tmpfile();
    fflush(fd == 1 ? stdout : stderr);
    const int saved = dup(fd);
    dup2(fileno(file), fd);
    const int error = run_shown("all", display, 0);
    fflush(fd == 1 ? stdout : stderr);
    dup2(saved, fd);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    assert_int_equal(error, 0);
    return text;
}

static void display_is_kept_beside_callbacks(void **state) {
    (void)state;
    const int debug = libbench_debug_library();
    add("shown", empty, NULL, 1);
    const int null = open("/dev/null", O_WRONLY), saved = dup(1);
    assert_non_null(strstr(printed(1, LIBBENCH_DISPLAY), "shown/iterations:1"));
    assert_int_equal(seen.count, 1);
    assert_string_equal(printed(1, LIBBENCH_NO_DISPLAY), "");
    assert_string_equal(printed(2, LIBBENCH_NO_DISPLAY), "");
    dup2(null, 1);
    char *texts[3] = {strdup(printed(2, LIBBENCH_DISPLAY)),
                      strdup(printed(2, LIBBENCH_DISPLAY_HIDE_DEBUG)),
                      strdup(printed(2, LIBBENCH_DISPLAY_UNCHANGED))};
    dup2(saved, 1);
    close(saved);
    close(null);
    for (int i = 0; i < 3; ++i) {
        assert_non_null(strstr(texts[i], "Run on ("));
        assert_int_equal(strstr(texts[i], "DEBUG") != NULL, debug && i == 2);
        assert_int_equal(strstr(texts[i], "times are unaffected") != NULL, debug && i == 0);
        free(texts[i]);
    }
}

static void file_context_and_flags(void **state) {
    (void)state;
    char path[] = "/tmp/libbench_test_XXXXXX", flag[60], text[8000];
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    snprintf(flag, sizeof flag, "--benchmark_out=%s", path);
    assert_int_equal(libbench_add_context("strategy", "none"), 0);
    assert_int_equal(libbench_add_context("strategy", "other"), EEXIST);
    assert_int_equal(libbench_add_context(NULL, "x"), EINVAL);
    char *argv[] = {"program", flag, "--benchmark_out_format=json", "--other", NULL};
    int argc = 4;
    assert_int_equal(libbench_initialize(NULL, argv, NULL), EINVAL);
    assert_int_equal(libbench_initialize(&argc, argv, NULL), 0);
    assert_int_equal(argc, 2);
    assert_int_equal(libbench_report_unrecognized(argc, argv), 1);
    assert_int_equal(libbench_report_unrecognized(1, argv), 0);
    libbench_repetitions(add("filed", empty, NULL, 1), 2);
    run_all();
    text[read(fd, text, sizeof text - 1)] = 0;
    close(fd);
    assert_non_null(strstr(text, "\"strategy\": \"none\""));
    assert_non_null(strstr(text, "\"name\": \"filed/iterations:1/repeats:2_mean\""));
    assert_int_equal(remove(path), 0);
    assert_int_equal(libbench_flag("--benchmark_out=/dev/null/x"), 0);
    assert_int_equal(run_shown("all", LIBBENCH_NO_DISPLAY, 0), ENOTDIR);
    assert_int_equal(libbench_flag("--benchmark_out="), 0);
    assert_int_equal(libbench_flag("--benchmark_nonsense=1"), EINVAL);
    assert_int_equal(libbench_flag("--help"), EINVAL);
    assert_int_equal(libbench_clear(), 0);
    assert_int_equal(libbench_default_unit((enum libbench_time_unit) - 1), EINVAL);
    assert_int_equal(libbench_default_unit(LIBBENCH_US), 0);
    assert_int_equal(libbench_flag("--benchmark_repetitions=2"), 0);
    add("again", empty, NULL, 1);
    run_all();
    assert_int_equal(seen.count, 2 + 4);
    assert_int_equal(seen.rows[0].r.unit, LIBBENCH_US);
    assert_int_equal(libbench_flag("--benchmark_repetitions=1"), 0);
    assert_int_equal(libbench_default_unit(LIBBENCH_NS), 0);
}

static void memory_start(void *user) {
    ++*(int *)user;
}

static void memory_stop(void *user, struct libbench_memory *result) {
    *(int *)user += 10;
    result->allocations = 7;
    result->max_bytes = 4096;
}

static void memory_manager_only_where_safe(void **state) {
    (void)state;
    int calls = 0;
    const struct libbench_memory_manager manager = {&calls, memory_start, memory_stop},
                                         broken = {NULL, NULL, memory_stop};
    assert_int_equal(libbench_set_memory_manager(&broken), EINVAL);
    struct libbench *b = add("m", empty, NULL, 5);
    libbench_threads(b, 2);
    libbench_repetitions(b, 3);
    const int error = libbench_set_memory_manager(&manager);
    run_all();
    assert_int_equal(seen.count, 3 + 4);
    if (error) { // libraries before 1.9.2
        assert_int_equal(error, ENOTSUP);
        assert_int_equal(calls, 0);
        assert_null(seen.rows[0].r.memory);
    } else {
        assert_int_equal(calls, 33);
        assert_int_equal(seen.memory.max_bytes, 4096);
        assert_int_equal(seen.memory.allocations, 7);
        assert_int_equal(seen.memory.total_bytes, INT64_MAX);
        assert_int_equal(seen.memory.iterations, 5);
    }
}

static void shutdown_is_the_end(void **state) {
    (void)state;
    assert_int_equal(libbench_shutdown(), 0);
    assert_int_equal(libbench_shutdown(), 0);
    assert_int_equal(libbench_run(NULL, NULL, NULL), EPERM);
    assert_int_equal(libbench_add_context("a", "b"), EPERM);
    assert_null(libbench_register("x", empty, NULL));
    assert_int_equal(errno, EPERM);
}

#define TEST(function) cmocka_unit_test_teardown(function, clear)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(register_refuses),
        TEST(loop_does_the_iterations),
        TEST(keep_running_counts),
        TEST(args_make_instances),
        TEST(manual_time_is_reported),
        TEST(manual_time_must_be_given),
        TEST(clocks_and_pauses),
        TEST(end_resumes_a_paused_clock),
        TEST(counters_with_all_flags),
        TEST(threads_add_up),
        TEST(setup_and_teardown_enclose_all_threads),
        TEST(skip_anywhere),
        TEST(misuse_is_reported),
        TEST(optimizer_is_held_back),
        TEST(min_time_and_warmup),
        TEST(repetitions_and_aggregates),
        TEST(statistics_of_the_program),
        TEST(complexity_is_fitted),
        TEST(complexity_can_be_taken_back),
        TEST(complexity_without_n_fails_that_run),
        TEST(filter_unregister_and_clear),
        TEST(interleaving_is_random),
        TEST(cancel_and_busy),
        TEST(display_is_kept_beside_callbacks),
        TEST(file_context_and_flags),
        TEST(memory_manager_only_where_safe),
        cmocka_unit_test(shutdown_is_the_end),
    };
    return cmocka_run_group_tests_name("libbench", tests, NULL, NULL);
}
