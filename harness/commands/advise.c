// advise.c - heapbench advise: which strategy of a run to take within limits, or which setting of its collector a recorded
// program should have.

#include "advise/advice.h"
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
     "at most so many times the least memory, in the mean over workloads: 1.5x; of a recording, "
     "the "
     "peak\nmemory as it is (1.2x)"},
    {"p999", "TIME", "p99.9 of a step at most so long on every workload: 800us, 2ms"},
    {"workload", "NAME", "on this workload alone"},
    {"pause", "TIME", "of a recording: the longest collection at most so long (as it is)"},
    {"json", NULL, "of a recording: a JSON object"},
    {"page", "DIR", "of a recording: DIR/report.html as well, with pictures"},
};
enum { FLAG_MEMORY, FLAG_P999, FLAG_WORKLOAD, FLAG_PAUSE, FLAG_JSON, FLAG_PAGE };
static const char advise_usage[] =
    "usage: heapbench advise [DIR] [flags]\n"
    "       heapbench advise RECORDING [flags]\n\n"
    "Which strategy of a run takes the least CPU time within limits, and which is next; of the "
    "others, what\n"
    "keeps them out. DIR is the run's folder, results/latest when left out.\n"
    "Of a recording (heapbench record --calibrate): which thresholds take the least CPU time in "
    "collections, as\n"
    "lines to paste, and what else was weighed.\n";

// Limits are NAN, workload is NULL when not given.
struct advise_request {
    const char *dir, *workload;
    double memory, p999_ns, pause_ns;
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
    const char *memory = call->flag[FLAG_MEMORY], *p999 = call->flag[FLAG_P999],
               *pause = call->flag[FLAG_PAUSE];
    *request = (struct advise_request){call->count ? *call->operands : "results/latest",
                                       call->flag[FLAG_WORKLOAD], NAN, NAN, NAN};
    if (memory && !advise_number(memory, times, one, &request->memory))
        return advise_complain("--memory-budget: how many times the least memory, as in 1.5x",
                               STATUS_USAGE);
    if (p999 && !advise_number(p999, units, ns, &request->p999_ns))
        return advise_complain("--p999: a time with its unit, as in 800us, 2ms or 1s",
                               STATUS_USAGE);
    if (pause && !advise_number(pause, units, ns, &request->pause_ns))
        return advise_complain("--pause: a time with its unit, as in 800us, 2ms or 1s",
                               STATUS_USAGE);
    return call->count > 1
               ? advise_complain("one run's folder, or one recording; see --help", STATUS_USAGE)
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

// ------------------------------------------------------------------------------------- a recording
static int advise_of(const struct model *m, const struct calibration *runs,
                     const struct advise_request *request, const struct call *call) {
    static const double usual_memory = 1.2;
    struct advice_budget budget = {isnan(request->memory) ? usual_memory : request->memory,
                                   request->pause_ns};
    struct plane *plane = plane_make(m, runs);
    struct advice *advice = advice_find(plane, &budget);
    int status = advice->verdict == ADVICE_REFUSED ? STATUS_FAILED : STATUS_OK;
    if (call->flag[FLAG_JSON])
        advice_print_json(advice, plane);
    else
        advice_print(advice, plane, request->dir);
    if (call->flag[FLAG_PAGE] && status == STATUS_OK)
        status = advice_page(advice, plane, request->dir, call->flag[FLAG_PAGE]);
    advice_free(advice);
    plane_free(plane);
    return status;
}

static int advise_recording(const struct advise_request *request, const struct call *call) {
    char error[512];
    struct calibration runs;
    struct model *m = model_read(request->dir, error, sizeof error);
    if (!m)
        return advise_complain(error, STATUS_USAGE);
    int status = calibration_read(&runs, request->dir, error, sizeof error)
                     ? advise_of(m, &runs, request, call)
                     : advise_complain(error, STATUS_USAGE);
    calibration_free(&runs);
    model_free(m);
    return status;
}

// Which of the two it is asked about, and no flag of the other.
static int advise_main(const struct call *call) {
    struct advise_request request;
    int status = advise_request(&request, call);
    bool recorded = call->count && file_is_regular(*call->operands);
    if (status != STATUS_OK)
        return status;
    if (recorded ? call->flag[FLAG_P999] || call->flag[FLAG_WORKLOAD]
                 : call->flag[FLAG_PAUSE] || call->flag[FLAG_JSON] || call->flag[FLAG_PAGE])
        return advise_complain(recorded
                                   ? "--p999 and --workload are of a run, not of a recording"
                                   : "--pause, --json and --page are of a recording, not of a run",
                               STATUS_USAGE);
    return recorded ? advise_recording(&request, call) : advise(&request);
}

COMMAND(advise,
        "which strategy of a run to take within limits, or which thresholds a recorded program",
        COMMAND_FLAGS(advise_flags))
