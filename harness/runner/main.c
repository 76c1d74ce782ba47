// main.c - build/bench-NAME and build/count-NAME: one strategy and every workload, as a Google
// Benchmark program.
//
// By hand: `build/bench-refcount --benchmark_filter=cycles` takes the usual flags and shows the
// usual table. From the driver: --record runs one workload once and writes what was measured.

#include "base/file.h"
#include "base/text.h"
#include "libbench/libbench.h"
#include "options.h"
#include "reads.h"
#include "workloads.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static int record_write(const char *path, json_t *record) {
    char *text = record ? json_dumps(record, JSON_COMPACT) : NULL;
    int error = text ? file_write_named(path, text, strlen(text)) : ENOMEM;
    free(text);
    return error;
}

static void bench_counters(struct libbench_state *state, const struct invocation *inv) {
    static const double percentiles[] = {50, 90, 99, 99.9};
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
        char name[32];
        uint64_t ns = latency_percentile(&inv->latency, percentiles[i]);
        snprintf(name, sizeof name, "p%g_ns", percentiles[i]);
        if (ns != UINT64_MAX)
            libbench_set_counter(state, name, (double)ns, LIBBENCH_COUNTER_PLAIN, 1000);
    }
    libbench_set_counter(state, "max_ns", (double)inv->latency.max_ns, LIBBENCH_COUNTER_PLAIN,
                         1000);
    if (inv->rss.peak_known)
        libbench_set_counter(state, "rss_peak", (double)inv->rss.peak, LIBBENCH_COUNTER_PLAIN,
                             1024);
    if (HEAP_COUNTING)
        libbench_set_counter(state, "leaked", (double)inv->leaked_bytes, LIBBENCH_COUNTER_PLAIN,
                             1024);
    libbench_set_items_processed(state, (int64_t)inv->steps);
}

struct bench {
    struct options *options;
    struct invocation_plan *plan;
};

static int bench_save(const struct bench *bench, const struct invocation *inv) {
    const char *path = bench->options->record_path;
    json_t *record = path ? invocation_record(inv) : NULL;
    int error = path ? record_write(path, record) : 0;
    if (error)
        options_say("cannot write %s: %s: give a path that can be written", path, strerror(error));
    json_decref(record);
    if (error || !inv->plan->lives_path || !(heap_strategy.traits & HEAP_INSTRUMENT))
        return error;
    error = lives_save(&inv->lives, inv->plan->lives_path);
    if (error)
        options_say("cannot write %s: %s: give a path that can be written", inv->plan->lives_path,
                    strerror(error));
    return error;
}

static void bench_body(struct libbench_state *state, void *user) {
    struct bench *bench = user;
    struct invocation *inv = invocation_new(bench->plan);
    if (!inv) {
        libbench_skip_with_error(state, "no memory for the measurement");
        bench->options->error = ENOMEM;
        return;
    }
    int error = invocation_setup(inv);
    if (!error) {
        error = invocation_steps(inv, (uint64_t)libbench_begin(state));
        libbench_end(state);
    }
    invocation_finish(inv);
    bench_counters(state, inv);
    bench->options->error = bench_save(bench, inv);
    invocation_free(inv);
    if (error)
        libbench_skip_with_error(state, "out of memory");
}

// Where all workloads run, a path that is given is for those that read text.
static void bench_load(const struct options *options, struct invocation_plan *plan) {
    char error[4096]; // it may list all scenarios
    bool meant = options->plan || plan->workload->reads == WORKLOAD_READS_TEXT;
    if (reads_load(plan, meant ? options->input_path : NULL, error, sizeof error)) {
        plan->steps = plan->steps ? plan->steps : reads_steps(plan);
        return;
    }
    char *plain = text_plain(error);
    options_say("%s", plain);
    free(plain);
    exit(EXIT_USAGE);
}

// A bench lives as long as the process. Returns 0 or an errno value.
static int bench_register(struct options *options, struct invocation_plan *plan) {
    struct bench *bench = malloc(sizeof *bench);
    if (!bench || !plan)
        return ENOMEM;
    bench_load(options, plan);
    *bench = (struct bench){options, plan};
    struct libbench *b = libbench_register(plan->workload->name, bench_body, bench);
    if (!b || libbench_use_real_time(b))
        return ENOMEM;
    return options->record_path ? libbench_iterations(b, (int64_t)plan->steps) : 0;
}

static int bench_register_all(struct options *options) {
    int error = 0;
    for (const struct workload_entry *e = workload_first(); e && !error; e = e->next)
        error = bench_register(options, invocation_plan_new(e->workload));
    return error;
}

int main(int argc, char **argv) {
    struct options options;
    if (libbench_initialize(&argc, argv, options_help))
        return EXIT_USAGE;
    options_parse(&options, argc, argv);
    if (options.record_path) // a driver that is killed leaves no measurement running behind it
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    int error =
        options.plan ? bench_register(&options, options.plan) : bench_register_all(&options);
    if (!error)
        error = libbench_run(NULL, NULL, NULL);
    libbench_shutdown();
    return error || options.error ? EXIT_RUN_FAILED : EXIT_OK;
}
