// report.c - heapbench report: from a run's records to its tables, plots and page.

#include "report.h"

#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/status.h"
#include "base/table.h"
#include "base/text.h"
#include "command.h"
#include "judge/agree.h"
#include "judge/trust.h"
#include "read/load.h"
#include "read/percentiles.h"
#include "show/answer.h"
#include "show/export.h"
#include "show/page.h"
#include "show/rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    REPORT_ERROR_BYTES = 512,
    REPORT_PERCENTILES = 5000
}; // cells that have a file of these each

// What a report is made of.
struct report {
    struct store *store;
    sqlite3 *db;
    char *folder; // plots/ of the sources
    struct questions questions;
    struct answer **answers; // to each of them
    FILE *out;
};

static bool report_failed(const struct report *r, const char *file, int error) {
    if (error)
        fprintf(stderr, "heapbench: cannot write %s/%s: %s\n", r->store->dir, file,
                strerror(error));
    return error != 0;
}

// ---------------------------------------------------------------------------------------- terminal
// What the numbers are. A cell has fewer blocks than others when it was cut to keep to the budget,
// or failed.
static const char report_footing[] =
    "select 'Medians of ' || most || ' block' || iif(most = 1, '', 's') || ' on ' || "
    "(select backing from usual) || '; memory is what the heap added to the process.\n' || "
    "iif(fewer, 'Of fewer blocks: ' || fewer || ' of ' || cells || ' cells.\n', '') || '~: "
    "not told apart from the best, +5: five others are not (of all that is called different on a "
    "page, in at most 5 % of runs is any not so).' from (select max(most) most, sum(n < most) "
    "fewer, count(*) cells from "
    "(select n, max(n) over () most from figure where metric = 'cpu_ns_per_step'))";

static void report_terminal(const struct report *r) {
    char error[REPORT_ERROR_BYTES];
    for (size_t i = 0; i < r->questions.count; i++)
        answer_print(r->answers[i], r->out);
    struct rows *footing = rows_query(r->db, report_footing, error, sizeof error);
    if (footing && footing->count && *rows_text(footing, 0, 0))
        fprintf(r->out, "\n%s\n", rows_text(footing, 0, 0));
    rows_free(footing);
    trust_warn(trust_recorded(r->db), r->out);
    fputc('\n', r->out);
    for (size_t i = r->questions.count; i-- > 0;) // what matters most last: it is read first
        answer_print_says(r->answers[i], r->out);
}

// ------------------------------------------------------------------------------------------- files
static bool report_cells(struct report *r) {
    char error[REPORT_ERROR_BYTES], *path = text_format("%s/cells.csv", r->store->dir);
    struct file_fresh cells = file_begin(path);
    int failed =
        cells.file ? export_write(r->db, r->store->dir, "csv", cells.file, error, sizeof error) : 0;
    if (failed)
        fprintf(stderr, "heapbench: %s\n", error);
    bool good = !report_failed(r, "cells.csv", file_end(&cells, failed)) && !failed;
    free(path);
    return good;
}

static bool report_start(struct report *r) {
    char error[REPORT_ERROR_BYTES];
    r->folder = file_home("plots");
    r->db = load_run(r->store->dir, error, sizeof error);
    if (!r->db) {
        fprintf(stderr, "heapbench: %s\n", error);
        return false;
    }
    load_warn(r->db, r->store->dir, stderr);
    r->questions = questions_find(r->folder);
    r->answers = must(calloc(r->questions.count + 1, sizeof(struct answer *)));
    for (size_t i = 0; i < r->questions.count; i++)
        r->answers[i] = answer_new(&r->questions.list[i], r->db);
    return questions_prepare(r->db);
}

// Returns whether every query of every question could be run.
static bool report_end(struct report *r) {
    bool answered = true;
    for (size_t i = 0; i < r->questions.count; i++) {
        answered &= !answer_failed(r->answers[i]);
        answer_free(r->answers[i]);
    }
    free(r->answers);
    questions_free(&r->questions);
    free(r->folder);
    sqlite3_close(r->db);
    return answered;
}

// *drawn tells whether gnuplot was there.
static int report_all(struct store *store, FILE *out, bool *drawn) {
    struct report r = {.store = store, .out = out};
    bool good = report_start(&r);
    struct drawing drawing = drawing_start(store, r.folder);
    *drawn = drawing.gnuplot;
    if (good) {
        report_terminal(&r);
        good =
            report_cells(&r) &&
            !report_failed(&r, "percentiles", percentiles_write(store, r.db, REPORT_PERCENTILES)) &&
            page_write(&(struct page){r.db, &r.questions, r.answers, &drawing, r.folder});
    }
    if (good && !drawing.gnuplot)
        fprintf(stderr, "heapbench: gnuplot is not installed, so the report has no plots; try "
                        "`make deps plots` (Debian: apt install gnuplot-nox)\n");
    if (good)
        fprintf(out, "Report: %s/report.html\n", store->dir);
    drawing_end(&drawing);
    good = report_end(&r) && good;
    return good ? 0 : 1;
}

int report_run(struct store *store, FILE *out) {
    bool drawn;
    return report_all(store, out, &drawn);
}

static const char report_usage[] =
    "usage: heapbench report [DIR]\n\n"
    "Write cells.csv, percentiles/, plots/ and report.html of a run again, from its records.\n"
    "DIR is the run's folder; without it, results/latest.\n";

static int report_main(const struct call *call) {
    char error[1024];
    if (call->count > 1) {
        fprintf(stderr, "heapbench: unexpected '%s': one run's folder at a time; see --help\n",
                call->operands[1]);
        return STATUS_USAGE;
    }
    const char *dir = call->count ? *call->operands : "results/latest";
    struct store *store = store_open_manifest(dir, error, sizeof error);
    if (!store) {
        fprintf(stderr, "heapbench: %s\n", error);
        return load_is_run(dir) ? STATUS_FAILED : STATUS_USAGE;
    }
    bool drawn = false;
    int code = report_all(store, stdout, &drawn);
    size_t disagreements;
    if (!code) // else the same would be said again
        agree_check(store->dir, stderr, &disagreements);
    store_free(store);
    return code ? code : drawn ? 0 : 1;
}

COMMAND(report, "tables, plots and report.html of a run, made again", .after = NULL)
