// history.c - heapbench history: runs of many commits as lines of a file, and where they change.

#include "base/change.h"
#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/names.h"
#include "base/status.h"
#include "base/text.h"
#include "command.h"
#include "read/load.h"
#include "show/rows.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#define HISTORY_FILE "results/history.ndjson"

enum { HISTORY_OF, HISTORY_METRIC, HISTORY_CELL, HISTORY_ALL, HISTORY_FLAGS };
static const struct flag history_flags[HISTORY_FLAGS] = {
    [HISTORY_OF] = {"file", "FILE", "the history (" HISTORY_FILE ")"},
    [HISTORY_METRIC] = {"metric", "A,B", "report: only these metrics"},
    [HISTORY_CELL] = {"cell", "TEXT", "report: only cells whose key contains this"},
    [HISTORY_ALL] = {"all", NULL, "report: series without a change, too"},
};

struct history {
    const char *file, *cell, *metrics; // "": all
    bool all;
};

static const char history_usage[] =
    "usage: heapbench history add RUN [--file FILE]\n"
    "       heapbench history report [flags]\n\n"
    "add puts a line below the others: what the run's base cells measured, with time, commit and "
    "machine.\n"
    "report draws each series of a machine (processor, kernel, compiler) over its commits, and "
    "says where it\n"
    "changes (base/change.h). Times are set against those of the canary, where runs have one (make "
    "history):\n"
    "programs that never change, so that what changes in them is the machine.\n";

static int history_refuse(const char *error) {
    return command_fail("history", error, STATUS_USAGE);
}

// --------------------------------------------------------------------------------------------- add
// The line of a run; NULL with one line in error.
static char *history_line(const char *dir, char *error, size_t error_bytes) {
    sqlite3 *db = load_run(dir, error, error_bytes);
    char *sql = file_home_text("results/history.sql"), *line = NULL;
    struct names lines = {0};
    if (db && sql && load_column(db, sql, &lines) && lines.count)
        line = text_format("%s\n", lines.items[0]);
    else if (db)
        snprintf(error, error_bytes, "results/history.sql: %s",
                 sql ? sqlite3_errmsg(db) : "cannot be read");
    names_free(&lines);
    sqlite3_close(db);
    free(sql);
    return line;
}

static int history_add(const struct history *h, const char *dir) {
    char error[1024];
    char *line = history_line(dir, error, sizeof error);
    if (!line)
        return history_refuse(error);
    int failure = file_add_line(h->file, line);
    if (failure == EEXIST)
        printf("%s is in %s already\n", dir, h->file);
    else if (failure)
        fprintf(stderr, "heapbench history: cannot write %s: %s\n", h->file, strerror(failure));
    else
        printf("added %s to %s\n", dir, h->file);
    free(line);
    return failure && failure != EEXIST ? STATUS_FAILED : STATUS_OK;
}

// ------------------------------------------------------------------------------------------ report
// Gives SQL the lines of a file, and tells those that are none. NULL with one line in error.
static sqlite3 *history_load(const char *file, char *error, size_t error_bytes) {
    char *text = text_read_file(file, NULL), *rest = NULL;
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    struct names bad = {0};
    if (!text) {
        snprintf(error, error_bytes, "%s: %s; heapbench history add RUN begins one", file,
                 strerror(errno));
        return NULL;
    }
    sqlite3_open(":memory:", &db);
    sqlite3_exec(db, "create temp table line(number integer primary key, json text); begin", NULL,
                 NULL, NULL);
    sqlite3_prepare_v2(db, "insert into line(json) values (?1)", -1, &insert, NULL);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        sqlite3_bind_text(insert, 1, line, -1, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(db, "commit", NULL, NULL, NULL);
    free(text);
    if (!load_home(db, "results/series.sql", error, error_bytes)) {
        sqlite3_close(db);
        return NULL;
    }
    load_column(db, "select number from line where number not in (select number from run)", &bad);
    for (size_t i = 0; i < bad.count; i++)
        fprintf(stderr, "warning: %s: line %s is no run, left out\n", file, bad.items[i]);
    names_free(&bad);
    return db;
}

static void history_draw(const double *values, size_t count, const char *unit) {
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    enum { MOST = 60, BARS = sizeof bars / sizeof *bars };
    size_t from = count > MOST ? count - MOST : 0;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = from; i < count; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    fputs("  ", stdout);
    for (size_t i = from; i < count; i++) {
        double share = high > low ? (values[i] - low) / (high - low) : 0;
        fputs(bars[(size_t)(share * (BARS - 0.001))], stdout);
    }
    printf("  %.4g to %.4g%s\n", low, high, unit);
}

static void history_change(const struct change *c, const json_t *labels) {
    printf("  %s: %+.3g %% (%.4g to %.4g)", json_string_value(json_array_get(labels, c->place)),
           100 * (c->after / c->before - 1), c->before, c->after);
    printf(c->chance < 1e-6 ? ", p < 0.000001\n" : ", p = %.2g\n", c->chance);
}

// A row of title, unit, values and labels. Returns whether it changes; it is shown when it does, or
// when all are.
static bool history_series(const struct rows *rows, size_t row, bool all) {
    json_t *list = must(json_loads(rows_text(rows, row, 2), 0, NULL)), *value;
    json_t *labels = must(json_loads(rows_text(rows, row, 3), 0, NULL));
    double *values = must(calloc(json_array_size(list) + 1, sizeof *values));
    struct change *changes = must(calloc(json_array_size(list) + 1, sizeof *changes));
    size_t i;
    json_array_foreach(list, i, value) values[i] = json_number_value(value);
    size_t count = change_points(values, json_array_size(list), changes);
    if (count || all) {
        puts(rows_text(rows, row, 0));
        history_draw(values, json_array_size(list), rows_text(rows, row, 1));
        for (i = 0; i < count; i++)
            history_change(&changes[i], labels);
    }
    free(changes);
    free(values);
    json_decref(labels);
    json_decref(list);
    return count;
}

static void history_machine(const struct history *h, sqlite3 *db, const char *machine) {
    char *sql = sqlite3_mprintf(
        "select title, iif(against_canary, ' times the canary', ''), iif(against_canary, times, "
        "plain), labels from series where machine = %Q and instr(cell, %Q) and (%Q = '' or "
        "instr(',' "
        "|| %Q || ',', ',' || metric || ','))",
        machine, h->cell, h->metrics, h->metrics);
    struct rows *rows = command_rows("history", db, must(sql));
    size_t changed = 0, count = rows ? rows->count : 0;
    for (size_t i = 0; i < count; i++)
        changed += history_series(rows, i, h->all);
    printf("%s%zu series without a change\n\n", changed || (count && h->all) ? "\n" : "",
           count - changed);
    rows_free(rows);
    sqlite3_free(sql);
}

static int history_report(const struct history *h) {
    char error[1024];
    sqlite3 *db = history_load(h->file, error, sizeof error);
    struct rows *machines =
        db ? command_rows(
                 "history", db,
                 "select machine, machine || ': ' || runs || ' run' || iif(runs = 1, '', 's') || "
                 "', ' || since || ' to ' || till from machine")
           : NULL;
    if (!machines)
        return history_refuse(error);
    for (size_t i = 0; i < machines->count; i++) {
        printf("%s\n\n", rows_text(machines, i, 1));
        history_machine(h, db, rows_text(machines, i, 0));
    }
    rows_free(machines);
    sqlite3_close(db);
    return STATUS_OK;
}

static int history_main(const struct call *call) {
    const char **flag = call->flag;
    struct history h = {flag[HISTORY_OF] ? flag[HISTORY_OF] : HISTORY_FILE,
                        flag[HISTORY_CELL] ? flag[HISTORY_CELL] : "",
                        flag[HISTORY_METRIC] ? flag[HISTORY_METRIC] : "",
                        flag[HISTORY_ALL] != NULL};
    if (call->count == 2 && !strcmp(call->operands[0], "add"))
        return history_add(&h, call->operands[1]);
    if (call->count == 1 && !strcmp(call->operands[0], "report"))
        return history_report(&h);
    return history_refuse("accepted: add RUN, or report; see --help");
}

COMMAND(history, "runs of many commits, and where they change", COMMAND_FLAGS(history_flags))
