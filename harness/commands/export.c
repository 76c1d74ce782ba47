// export.c - a run in the formats of other tools.
//
// Each format is a function and a row of the table; all show the summary, and none holds anything
// that the summary does not.

#include "base/flags.h"
#include "base/must.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/text.h"
#include "read/summary.h"
#include "report.h"
#include "show/export_openmetrics.h"
#include "show/files.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_json(json_t *json, FILE *out, size_t flags) {
    json_dumpf(must(json), out, flags);
    fputc('\n', out);
    json_decref(json);
}

static void set_number(json_t *object, const char *name, double value) {
    if (isfinite(value))
        json_object_set_new(object, name, json_real(value));
}

// The metrics that dashboards follow: not everything, or their history files grow without bound.
static const char *const followed[] = {"cpu_ns_per_step", "latency_p50_ns", "latency_p99_ns",
                                       "pause_max_ns",    "rss_peak_bytes", "rss_settled_bytes",
                                       "leaked_bytes"};
enum { FOLLOWED = sizeof followed / sizeof *followed };

// ------------------------------------------------------------------------------------------ ndjson
static json_t *cell_metrics(const struct summary *s, const struct summary_cell *cell) {
    json_t *metrics = must(json_object());
    for (size_t m = 0; m < s->metrics->count; m++) {
        struct summary_value v = cell->values[m];
        if (!v.n)
            continue;
        json_t *value = json_pack("{s:s,s:I,s:f}", "unit", s->metrics->list[m].unit, "n",
                                  (json_int_t)v.n, "median", v.median);
        set_number(value, "ci_low", v.low);
        set_number(value, "ci_high", v.high);
        json_object_set_new(metrics, s->metrics->list[m].name, value);
    }
    return metrics;
}

static void export_ndjson(const struct summary *s, FILE *out) {
    for (size_t i = 0; i < s->cell_count; i++) {
        const struct summary_cell *cell = &s->cells[i];
        json_t *outcomes = must(json_object());
        for (int o = 0; o < OUTCOMES; o++)
            if (cell->outcomes[o])
                json_object_set_new(outcomes, outcome_name((enum outcome)o),
                                    json_integer((json_int_t)cell->outcomes[o]));
        print_json(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "cell", cell->key, "workload",
                             cell->workload, "params", cell->params, "strategy", cell->strategy,
                             "tunables", cell->tunables, "backing", cell->backing, "outcomes",
                             outcomes, "metrics", cell_metrics(s, cell)),
                   out, JSON_COMPACT);
    }
}

// ---------------------------------------------------------------------------------------- csv, bmf
static void export_csv(const struct summary *s, FILE *out) {
    files_cells(s, out);
}

// Bencher Metric Format: benchmark, measure, value with bounds.
static void export_bencher(const struct summary *s, FILE *out) {
    json_t *all = must(json_object());
    for (size_t i = 0; i < s->cell_count; i++) {
        json_t *measures = must(json_object());
        for (size_t m = 0; m < s->metrics->declared; m++) {
            struct summary_value v = s->cells[i].values[m];
            if (!v.n || s->metrics->list[m].better == METRIC_NEITHER)
                continue;
            json_t *measure = must(json_object());
            set_number(measure, "value", v.median);
            set_number(measure, "lower_value", v.low);
            set_number(measure, "upper_value", v.high);
            json_object_set_new(measures, s->metrics->list[m].name, measure);
        }
        if (json_object_size(measures))
            json_object_set_new(all, s->cells[i].key, measures);
        else
            json_decref(measures);
    }
    print_json(all, out, JSON_INDENT(1));
}

// ------------------------------------------------------------------------------------------ github
static void github_cell(const struct summary *s, const struct summary_cell *cell, json_t *all) {
    for (size_t f = 0; f < FOLLOWED; f++) {
        size_t m = metrics_find(s->metrics, followed[f]);
        struct summary_value v = cell->values[m];
        if (!v.n)
            continue;
        char *name = text_format("%s %s", cell->key, followed[f]);
        json_t *entry = json_pack("{s:s,s:s,s:f}", "name", name, "unit", s->metrics->list[m].unit,
                                  "value", v.median);
        if (isfinite(v.low)) {
            char *range = text_format("%.6g to %.6g", v.low, v.high);
            json_object_set_new(entry, "range", json_string(range));
            free(range);
        }
        json_array_append_new(all, entry);
        free(name);
    }
}

// github-action-benchmark's customSmallerIsBetter; base cells only.
static void export_github(const struct summary *s, FILE *out) {
    json_t *all = must(json_array());
    for (size_t i = 0; i < s->cell_count; i++)
        if (s->cells[i].base)
            github_cell(s, &s->cells[i], all);
    print_json(all, out, JSON_INDENT(1));
}

// ------------------------------------------------------------------------------------------ gbench
// Google Benchmark's JSON: an invocation is a repetition, so that its compare.py tests over
// invocations.
static json_t *gbench_row(const struct summary *s, size_t family, const struct summary_cell *cell,
                          size_t repetition) {
    const struct summary_row *row = &cell->rows[repetition];
    size_t rate = metrics_find(s->metrics, "steps_per_second");
    size_t cpu = metrics_find(s->metrics, "cpu_ns_per_step");
    size_t steps = metrics_find(s->metrics, "steps");
    json_t *entry = json_pack(
        "{s:s,s:I,s:i,s:s,s:s,s:I,s:I,s:i,s:I,s:f,s:f,s:s}", "name", cell->key, "family_index",
        (json_int_t)family, "per_family_instance_index", 0, "run_name", cell->key, "run_type",
        "iteration", "repetitions", (json_int_t)cell->row_count, "repetition_index",
        (json_int_t)repetition, "threads", 1, "iterations",
        isfinite(row->values[steps]) ? (json_int_t)row->values[steps] : (json_int_t)0, "real_time",
        isfinite(row->values[rate]) ? 1e9 / row->values[rate] : 0.0, "cpu_time",
        isfinite(row->values[cpu]) ? row->values[cpu] : 0.0, "time_unit", "ns");
    if (row->outcome != OUTCOME_OK) {
        json_object_set_new(entry, "error_occurred", json_true());
        json_object_set_new(entry, "error_message", json_string(row->detail));
    }
    for (size_t m = 0; m < row->value_count; m++)
        if (m != rate && m != cpu && m != steps)
            set_number(entry, s->metrics->list[m].name, row->values[m]);
    return entry;
}

static json_t *gbench_context(const struct summary *s) {
    const json_t *m = s->store->manifest, *environment = json_object_get(m, "environment");
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    json_t *context = json_pack("{s:s,s:s,s:s,s:b,s:[],s:s}", "host_name", host, "executable",
                                "heapbench", "library_build_type", "release", "cpu_scaling_enabled",
                                0, "caches", "heapbench_dir", s->store->dir);
    json_object_set(context, "date", json_object_get(m, "started"));
    json_object_set(context, "num_cpus", json_object_get(environment, "cpus"));
    json_t *load = json_object_get(environment, "load1");
    json_object_set_new(context, "load_avg", load ? json_pack("[O]", load) : json_array());
    static const char *const texts[] = {"commit", "compiler", "flags", "cpu", "kernel"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set(context, texts[i], json_object_get(environment, texts[i]));
    return context;
}

static void export_gbench(const struct summary *s, FILE *out) {
    json_t *rows = must(json_array());
    for (size_t i = 0; i < s->cell_count; i++)
        for (size_t r = 0; r < s->cells[i].row_count; r++)
            json_array_append_new(rows, gbench_row(s, i, &s->cells[i], r));
    print_json(json_pack("{s:o,s:o}", "context", gbench_context(s), "benchmarks", rows), out,
               JSON_INDENT(1));
}

// ----------------------------------------------------------------------------------------- command
static const struct format {
    const char *name, *what;
    void (*write)(const struct summary *summary, FILE *out);
} formats[] = {
    {"csv", "one row for each cell and metric, as cells.csv", export_csv},
    {"ndjson", "one line for each cell, with all its metrics", export_ndjson},
    {"gbench", "Google Benchmark's JSON; an invocation is a repetition", export_gbench},
    {"bencher", "Bencher Metric Format", export_bencher},
    {"github", "github-action-benchmark, customSmallerIsBetter; strategies at their defaults",
     export_github},
    {"openmetrics", "text for Prometheus and others", export_openmetrics},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const struct flag flags[] = {
    {"format", "NAME", "which format; csv when left out"},
    {"output", "FILE", "write there instead of to the terminal (-o FILE)"},
    {"help", NULL, "show this"},
};

struct request {
    const struct format *format;
    const char *file; // NULL: stdout
    const char *dir;
    bool help;
};

static int usage_error(const char *error) {
    fprintf(stderr, "heapbench export: %s\n", error);
    return STATUS_USAGE;
}

static const struct format *find_format(const char *name, char *error, size_t error_bytes) {
    struct names known = {0};
    const struct format *found = NULL;
    for (int i = 0; i < FORMATS; i++) {
        names_add(&known, formats[i].name);
        if (!strcmp(formats[i].name, name))
            found = &formats[i];
    }
    if (!found)
        suggest_unknown(error, error_bytes, "format", name, &known);
    names_free(&known);
    return found;
}

// Returns a status other than STATUS_OK after a line on stderr.
static int parse(struct request *request, int argc, char **argv) {
    struct flags f;
    char error[1024];
    *request = (struct request){.format = &formats[0], .dir = "results/latest"};
    static char output[] = "--output"; // flags.h knows long names only
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "-o"))
            argv[i] = output;
    flags_start(&f, flags, sizeof flags / sizeof *flags, argc, argv);
    for (int flag; (flag = flags_next(&f)) != FLAGS_END;) {
        if (flag == FLAGS_ERROR)
            return usage_error(f.error);
        if (flag == 0 && !(request->format = find_format(f.value, error, sizeof error)))
            return usage_error(error);
        if (flag == 1)
            request->file = f.value;
        request->help |= flag == 2;
    }
    int rest = flags_rest(&f);
    if (rest < argc)
        request->dir = argv[rest];
    if (rest + 1 < argc)
        return usage_error("one run's folder at a time; see --help");
    return STATUS_OK;
}

static int help(void) {
    puts("usage: heapbench export [DIR] [flags]\n\nA run in the formats of other tools. DIR is the "
         "run's folder, results/latest when left out.\n\nformats:");
    for (int i = 0; i < FORMATS; i++)
        printf("  %-12s %s\n", formats[i].name, formats[i].what);
    puts("");
    flags_help(flags, sizeof flags / sizeof *flags);
    return STATUS_OK;
}

// Whole or not at all, as all that is written here. Returns 0 or an errno value.
static int write_file(const struct request *request, const struct summary *summary) {
    char *beside = request->file ? text_format("%s.tmp", request->file) : NULL;
    FILE *out = beside ? fopen(beside, "we") : stdout;
    int error = out ? 0 : errno;
    if (out) {
        request->format->write(summary, out);
        if (fflush(out) || ferror(out))
            error = errno ? errno : EIO;
        if (beside && fclose(out) && !error)
            error = errno;
        if (beside && !error && rename(beside, request->file))
            error = errno;
        if (beside && error)
            unlink(beside);
    }
    free(beside);
    return error;
}

int export_main(int argc, char **argv) {
    struct request request;
    char error[512];
    int status = parse(&request, argc, argv);
    if (status != STATUS_OK || request.help)
        return status != STATUS_OK ? status : help();
    struct store *store = store_open(request.dir, error, sizeof error);
    if (!store) {
        fprintf(stderr, "heapbench export: %s\n", error);
        return STATUS_FAILED;
    }
    struct summary *summary = summary_new(store);
    int problem = write_file(&request, summary);
    if (problem)
        fprintf(stderr, "heapbench export: cannot write %s: %s\n",
                request.file ? request.file : "the output", strerror(problem));
    summary_free(summary);
    store_free(store);
    return problem ? STATUS_FAILED : STATUS_OK;
}
