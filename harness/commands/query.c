// query.c - heapbench query: a run's tables, asked in SQL.

#include "base/file.h"
#include "base/flags.h"
#include "base/status.h"
#include "base/text.h"
#include "command.h"
#include "read/load.h"
#include "show/question.h"
#include "show/rows.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct flag query_flags[] = {
    {"csv", NULL, "print comma-separated values (RFC 4180)"},
    {"tsv", NULL, "print tab-separated values, as gnuplot reads them"},
    {"json", NULL, "print an array of objects"},
    {"markdown", NULL, "print a table for Markdown"},
    {"html", NULL, "print a table for HTML"},
};
enum { QUERY_FLAGS = sizeof query_flags / sizeof *query_flags };
static const char query_usage[] =
    "usage: heapbench query [DIR] [SQL] [flags]\n\n"
    "Answers SQL from the tables of a run. DIR is the run's folder, results/latest when left out.\n"
    "Without SQL: which tables and columns there are, and examples. results/schema.sql describes "
    "them.\n";

static int complain(const char *error, int status) {
    return command_fail("query", error, status);
}

static bool is_folder(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

// SQL may begin with lines of comment, which look like flags.
static void query_prepare(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        for (char *end; !strncmp(argv[i], "-- ", 3) && (end = strchr(argv[i], '\n'));)
            argv[i] = end + 1;
}

static int answer_one(sqlite3_stmt *statement, enum rows_format format) {
    struct rows *rows = rows_read(statement);
    if (rows && sqlite3_column_count(statement))
        rows_print(rows, format, stdout);
    rows_free(rows);
    return rows ? STATUS_OK : STATUS_USAGE;
}

// Several statements, one after the other: attach 'other/run.db' as other; select ...
static int answer(sqlite3 *db, const char *sql, enum rows_format format) {
    int status = STATUS_OK;
    for (sqlite3_stmt *statement = NULL; *sql && status == STATUS_OK; statement = NULL) {
        if (sqlite3_prepare_v2(db, sql, -1, &statement, &sql) != SQLITE_OK)
            status = STATUS_USAGE;
        else if (statement)
            status = answer_one(statement, format);
        if (status != STATUS_OK)
            complain(sqlite3_errmsg(db), status);
        sqlite3_finalize(statement);
    }
    return status;
}

// What can be asked.
static int overview(sqlite3 *db, enum rows_format format) {
    static const char tables[] =
        "select name \"table\", (select group_concat(name, ', ') from pragma_table_info(s.name)) "
        "columns from sqlite_schema s where type in ('table', 'view') order by rowid";
    char *examples = file_home_text("results/examples.sql");
    int status = answer(db, tables, format);
    if (examples && status == STATUS_OK && format == ROWS_TERMINAL)
        printf(
            "\nmedian(x), low(x), high(x): of a column, with its interval; coverage(n): how often "
            "such an interval of n values\ncontains the median. For example, "
            "heapbench query \"...\":\n\n%s",
            examples);
    free(examples);
    return status;
}

// One operand alone is a folder if there is such a folder, else SQL for the newest run.
static int query_main(const struct call *call) {
    bool named = call->count == 2 || (call->count == 1 && is_folder(call->operands[0]));
    const char *dir = named ? call->operands[0] : "results/latest";
    const char *sql = call->count > named ? call->operands[call->count - 1] : NULL;
    enum rows_format format = ROWS_TERMINAL;
    char error[512];
    int status = STATUS_FAILED;
    if (call->count > 2)
        return complain("a run's folder and one text of SQL; see --help", STATUS_USAGE);
    for (int i = 0; i < QUERY_FLAGS; i++)
        if (call->flag[i])
            rows_format(query_flags[i].name, &format);
    sqlite3 *db = load_run(dir, error, sizeof error);
    if (!db)
        return complain(error, load_is_run(dir) ? STATUS_FAILED : STATUS_USAGE);
    if (questions_prepare(db)) // what a page compares can be asked, too
        status = sql ? answer(db, sql, format) : overview(db, format);
    sqlite3_close(db);
    return status;
}

COMMAND(query, "ask a run in SQL", COMMAND_FLAGS(query_flags), .prepare = query_prepare)
