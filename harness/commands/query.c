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

static const struct flag flags[] = {
    {"csv", NULL, "print comma-separated values (RFC 4180)"},
    {"tsv", NULL, "print tab-separated values, as gnuplot reads them"},
    {"json", NULL, "print an array of objects"},
    {"markdown", NULL, "print a table for Markdown"},
    {"html", NULL, "print a table for HTML"},
    {"help", NULL, "show this"},
};
enum { FLAGS = sizeof flags / sizeof *flags, FLAG_HELP = FLAGS - 1 };

struct request {
    const char *dir, *sql; // sql: NULL for none
    enum rows_format format;
    bool help;
};

static int complain(const char *error, int status) {
    fprintf(stderr, "heapbench query: %s\n", error);
    return status;
}

static bool is_folder(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

// SQL may begin with lines of comment, which look like flags.
static char *skip_comments(char *text) {
    for (char *end; !strncmp(text, "-- ", 3) && (end = strchr(text, '\n'));)
        text = end + 1;
    return text;
}

// One operand alone is a folder if there is such a folder, else SQL for the newest run.
static int parse(struct request *request, int argc, char **argv) {
    const char *value[FLAGS] = {NULL};
    char error[1024];
    for (int i = 1; i < argc; i++)
        argv[i] = skip_comments(argv[i]);
    int at = flags_all(flags, FLAGS, argc, argv, value, error, sizeof error), count = argc - at;
    if (at == FLAGS_ERROR || count > 2)
        return complain(at == FLAGS_ERROR ? error
                                          : "a run's folder and one text of SQL; see --help",
                        STATUS_USAGE);
    bool named = count == 2 || (count == 1 && is_folder(argv[at]));
    *request =
        (struct request){named ? argv[at] : "results/latest", count > named ? argv[argc - 1] : NULL,
                         ROWS_TERMINAL, value[FLAG_HELP] != NULL};
    for (int i = 0; i < FLAG_HELP; i++)
        if (value[i])
            rows_format(flags[i].name, &request->format);
    return STATUS_OK;
}

static int help(void) {
    puts("usage: heapbench query [DIR] [SQL] [flags]\n\nAnswers SQL from the tables of a run. DIR "
         "is "
         "the run's folder, results/latest when left out.\nWithout SQL: which tables and columns "
         "there are, and examples. results/schema.sql describes them.\n");
    flags_help(flags, FLAGS);
    return STATUS_OK;
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

static int query_main(int argc, char **argv) {
    struct request request;
    char error[512];
    int status = parse(&request, argc, argv);
    if (status != STATUS_OK || request.help)
        return status != STATUS_OK ? status : help();
    sqlite3 *db = load_run(request.dir, error, sizeof error);
    if (!db)
        return complain(error, load_is_run(request.dir) ? STATUS_FAILED : STATUS_USAGE);
    if (!questions_prepare(db)) // what a page compares can be asked, too
        status = STATUS_FAILED;
    else
        status =
            request.sql ? answer(db, request.sql, request.format) : overview(db, request.format);
    sqlite3_close(db);
    return status;
}

COMMAND(query, "ask a run in SQL")
