// agree.c - reads the disagreements of a run and says which cell they accuse.

#include "agree.h"

#include "read/load.h"

#include <sqlite3.h>

static const char agree_sql[] =
    "select c.key, d.field, p.workload || iif(p.params = '', '', '[' || p.params || ']') || ', ' "
    "|| p.steps || ' steps, seed ' || d.seed || iif(coalesce(p.input, '') = '', '', ', input ' || "
    "p.input), d.answer, d.most, count(*) from disagreement d join cell c on c.key = d.key join "
    "program p on p.id = c.program group by c.key, d.field, d.seed order by c.place, d.field, "
    "d.seed";

static const char *agree_text(sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "?";
}

static size_t agree_print(sqlite3_stmt *statement, FILE *out) {
    size_t count = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        fprintf(out, "DISAGREEMENT: %s\n  %s of %s\n  is %s here, %s elsewhere\n",
                agree_text(statement, 0), agree_text(statement, 1), agree_text(statement, 2),
                agree_text(statement, 3), agree_text(statement, 4));
        count += (size_t)sqlite3_column_int64(statement, 5);
    }
    return count;
}

size_t agree_check(const char *dir, FILE *out) {
    char error[512];
    sqlite3 *db = load_run(dir, error, sizeof error);
    sqlite3_stmt *statement = NULL;
    size_t count = 1;
    if (!db)
        fprintf(out, "heapbench: %s\n", error);
    else if (sqlite3_prepare_v2(db, agree_sql, -1, &statement, NULL) != SQLITE_OK)
        fprintf(out, "heapbench: %s\n", sqlite3_errmsg(db));
    else
        count = agree_print(statement, out);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}
