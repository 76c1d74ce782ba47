// libbench_capture.h - keeps what libbench reports, for libbench_test.c to look at.

#ifndef LIBBENCH_CAPTURE_H
#define LIBBENCH_CAPTURE_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L // nanosleep, mkstemp, dup: not in strict C11
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../harness/libbench/libbench.h"

// ----------------------------------------------------------------------------- What a run reported

enum { MAX_RESULTS = 64, MAX_COUNTERS = 20, MAX_TEXT = 100 };

struct row {
    struct libbench_result r; // its pointers are replaced by the copies below, or dead
    char name[MAX_TEXT], base[MAX_TEXT], family[MAX_TEXT], aggregate[MAX_TEXT], label[MAX_TEXT];
    char message[MAX_TEXT];
    struct libbench_counter counters[MAX_COUNTERS];
    char counter_names[MAX_COUNTERS][MAX_TEXT];
};

static struct capture {
    struct row rows[MAX_RESULTS];
    size_t count, calls, contexts, finals;
    int cancel;
    int cpus, debug;
    size_t name_width;
    struct libbench_memory memory;
} seen;

static void keep(char *to, const char *from) {
    snprintf(to, MAX_TEXT, "%s", from ? from : "(null)");
}

static void on_results(void *user, const struct libbench_result *results, size_t count) {
    struct capture *c = user;
    ++c->calls;
    for (size_t i = 0; i < count && c->count < MAX_RESULTS; ++i) {
        struct row *row = &c->rows[c->count++];
        row->r = results[i];
        keep(row->name, results[i].name);
        keep(row->base, results[i].base_name);
        keep(row->family, results[i].family);
        keep(row->aggregate, results[i].aggregate);
        keep(row->label, results[i].label);
        keep(row->message, results[i].skip_message);
        for (size_t k = 0; k < results[i].counter_count && k < MAX_COUNTERS; ++k) {
            row->counters[k] = results[i].counters[k];
            keep(row->counter_names[k], results[i].counters[k].name);
        }
        if (results[i].memory)
            c->memory = *results[i].memory;
    }
}

static int on_context(void *user, const struct libbench_context *context) {
    struct capture *c = user;
    ++c->contexts;
    c->cpus = context->cpus;
    c->debug = context->debug_library;
    c->name_width = context->name_width;
    return c->cancel;
}

static void on_finalize(void *user) {
    ++((struct capture *)user)->finals;
}

static struct libbench_summary summary;

static int run_shown(const char *filter, enum libbench_display display, int cancel) {
    memset(&seen, 0, sizeof seen);
    seen.cancel = cancel;
    const struct libbench_reporter reporter = {&seen, display, on_context, on_results, on_finalize};
    return libbench_run(filter, &reporter, &summary);
}

static void run_all(void) {
    assert_int_equal(run_shown("all", LIBBENCH_NO_DISPLAY, 0), 0);
    assert_int_equal(seen.contexts, 1);
    assert_int_equal(seen.finals, 1);
}

static const struct row *row(const char *name) {
    for (size_t i = 0; i < seen.count; ++i)
        if (strcmp(seen.rows[i].name, name) == 0)
            return &seen.rows[i];
    for (size_t i = 0; i < seen.count; ++i)
        print_error("reported: %s %s\n", seen.rows[i].name, seen.rows[i].message);
    fail_msg("no result named %s", name);
    return NULL;
}

static void assert_near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + 1e-15))
        fail_msg("got %.17g, expected %.17g", value, expected);
}

static const struct libbench_counter *counter(const struct row *row, const char *name) {
    for (size_t k = 0; k < row->r.counter_count; ++k)
        if (strcmp(row->counter_names[k], name) == 0)
            return &row->counters[k];
    fail_msg("%s has no counter %s", row->name, name);
    return NULL;
}

static int clear(void **state) {
    (void)state;
    return libbench_clear() | libbench_set_memory_manager(NULL) % ENOTSUP;
}

// ------------------------------------------------------------------------------------------ Bodies

static void loop(struct libbench_state *s) {
    for (int64_t n = libbench_begin(s); n != 0; --n)
        libbench_clobber_memory();
    libbench_end(s);
}

static void empty(struct libbench_state *s, void *user) {
    (void)user;
    loop(s);
}

// One second per iteration and per first argument; N is that argument.
static void timed(struct libbench_state *s, void *user) {
    const int64_t arg = libbench_get_arg_count(s) ? libbench_get_arg(s, 0) : 1;
    int64_t *calls = user;
    for (int64_t n = libbench_begin(s); n != 0; --n)
        libbench_set_iteration_time(s, (double)arg);
    libbench_end(s);
    libbench_set_complexity_n(s, arg);
    if (calls)
        ++*calls;
}

static struct libbench *add(const char *name, void (*body)(struct libbench_state *, void *),
                            void *user, int64_t iterations) {
    struct libbench *b = libbench_register(name, body, user);
    assert_non_null(b);
    assert_int_equal(libbench_iterations(b, iterations), 0);
    return b;
}

static struct libbench *add_timed(const char *name, int64_t *calls, int64_t iterations) {
    struct libbench *b = add(name, timed, calls, iterations);
    assert_int_equal(libbench_use_manual_time(b), 0);
    return b;
}

#endif
