// advise.c - heapbench advise: which strategy of a run to take within limits.

#include "base/file.h"
#include "base/flags.h"
#include "base/status.h"
#include "base/text.h"
#include "command.h"
#include "read/load.h"
#include "show/question.h"
#include "show/rows.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const struct flag advise_flags[] = {
    {"memory-budget", "TIMES",
     "at most so many times the least memory, in the mean over workloads: 1.5x"},
    {"p999", "TIME", "p99.9 of a step at most so long on every workload: 800us, 2ms"},
    {"workload", "NAME", "on this workload alone"},
};
enum { FLAG_MEMORY, FLAG_P999, FLAG_WORKLOAD };
static const char advise_usage[] =
    "usage: heapbench advise [DIR] [flags]\n\n"
    "Which strategy of a run takes the least CPU time within limits, and which is next; of the "
    "others, what\n"
    "keeps them out. DIR is the run's folder, results/latest when left out.\n";

// Limits are NAN, workload is NULL when not given.
struct advise_request {
    const char *dir, *workload;
    double memory, p999_ns;
};

static int advise_complain(const char *error, int status) {
    return command_fail("advise", error, status);
}

// A positive number with one of the suffixes after it, which scales it. "": none is needed.
static bool advise_number(const char *text, const char *const *suffixes, const double *scales,
                          double *value) {
    char *end;
    double number = strtod(text, &end);
    for (; *suffixes; suffixes++, scales++)
        if (end != text && !strcmp(end, *suffixes) && isfinite(number) && number > 0) {
            *value = number * *scales;
            return true;
        }
    return false;
}

static int advise_request(struct advise_request *request, const struct call *call) {
    static const char *const times[] = {"x", "", NULL}, *const units[] = {"ns", "us", "ms", "s",
                                                                          NULL};
    static const double one[] = {1, 1}, ns[] = {1, 1e3, 1e6, 1e9};
    const char *memory = call->flag[FLAG_MEMORY], *p999 = call->flag[FLAG_P999];
    *request = (struct advise_request){call->count ? *call->operands : "results/latest",
                                       call->flag[FLAG_WORKLOAD], NAN, NAN};
    if (memory && !advise_number(memory, times, one, &request->memory))
        return advise_complain("--memory-budget: how many times the least memory, as in 1.5x",
                               STATUS_USAGE);
    if (p999 && !advise_number(p999, units, ns, &request->p999_ns))
        return advise_complain("--p999: a time with its unit, as in 800us, 2ms or 1s",
                               STATUS_USAGE);
    return call->count > 1 ? advise_complain("one run's folder; see --help", STATUS_USAGE)
                           : STATUS_OK;
}

static void advise_bind(sqlite3_stmt *statement, const struct advise_request *request) {
    int memory = sqlite3_bind_parameter_index(statement, ":memory");
    int p999 = sqlite3_bind_parameter_index(statement, ":p999_ns");
    int workload = sqlite3_bind_parameter_index(statement, ":workload");
    sqlite3_bind_double(statement, memory, request->memory); // NAN is NULL
    sqlite3_bind_double(statement, p999, request->p999_ns);
    sqlite3_bind_text(statement, workload, request->workload, -1, SQLITE_STATIC);
}

static void advise_print(const struct rows *rows) {
    rows_print(rows, ROWS_TERMINAL, stdout);
    if (strcmp(rows_text(rows, 0, rows_find(rows, "verdict")), "take this") != 0)
        puts("\nNo strategy keeps within these limits.");
}

static int advise_answer(sqlite3 *db, const char *sql, const struct advise_request *request) {
    sqlite3_stmt *statement = NULL;
    struct rows *rows = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) {
        advise_bind(statement, request);
        rows = rows_read(statement);
    }
    int status = rows && rows->count ? STATUS_OK : STATUS_FAILED;
    if (!rows)
        advise_complain(sqlite3_errmsg(db), status);
    else if (!rows->count)
        advise_complain(
            "the run has no such workload, or no strategy ended one without garbage left behind",
            status);
    else
        advise_print(rows);
    rows_free(rows);
    sqlite3_finalize(statement);
    return status;
}

static int advise(const struct advise_request *request) {
    char error[512];
    sqlite3 *db = load_run(request->dir, error, sizeof error);
    if (!db)
        return advise_complain(error, load_is_run(request->dir) ? STATUS_FAILED : STATUS_USAGE);
    char *sql = file_home_text("plots/verdict/advise.sql");
    int status = STATUS_FAILED;
    if (!sql)
        advise_complain("plots/verdict/advise.sql cannot be read", status);
    else if (questions_prepare(db))
        status = advise_answer(db, sql, request);
    free(sql);
    sqlite3_close(db);
    return status;
}

static int advise_main(const struct call *call) {
    struct advise_request request;
    int status = advise_request(&request, call);
    return status == STATUS_OK ? advise(&request) : status;
}

COMMAND(advise, "which strategy of a run to take within limits of memory and latency",
        COMMAND_FLAGS(advise_flags))
