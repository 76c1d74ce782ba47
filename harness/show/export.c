// export.c - finds the SQL files of the formats and prints what they select.

#include "export.h"

#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"
#include "read/load.h"
#include "rows.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char export_folder[] = "results/exports", export_ending[] = ".sql";

struct names export_formats(void) {
    struct names formats = {0};
    char *path = file_home(export_folder);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char *ending = strrchr(entry->d_name, '.');
        if (!ending || ending == entry->d_name || strcmp(ending, export_ending))
            continue;
        *ending = 0;
        names_add(&formats, entry->d_name);
    }
    if (folder)
        closedir(folder);
    free(path);
    names_sort(&formats);
    return formats;
}

// A new string, or NULL.
static char *export_sql(const char *format) {
    char *name = text_format("%s/%s%s", export_folder, format, export_ending);
    char *sql = file_home_text(name);
    free(name);
    return sql;
}

char *export_doc(const char *format) {
    char *sql = export_sql(format);
    const char *doc = sql && !strncmp(sql, "-- ", 3) ? sql + 3 : "";
    char *line = text_format("%.*s", (int)strcspn(doc, "\n"), doc);
    free(sql);
    return line;
}

static void export_bind(sqlite3_stmt *statement, const char *parameter, const char *text) {
    int index = sqlite3_bind_parameter_index(statement, parameter);
    if (index)
        sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

static int export_lines(sqlite3_stmt *statement, FILE *out) {
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(statement, 0);
        if (line)
            fprintf(out, "%s\n", line);
    }
    return code == SQLITE_DONE ? 0 : -1;
}

// Views of the same names, which come before the tables.
static const char export_views[] =
    "create temp view cell as select c.* from main.cell c, narrowed n where instr(c.key, n.cell);"
    "create temp view cells as select c.* from main.cells c, narrowed n where instr(c.key, n.cell);"
    "create temp view metric as select m.* from main.metric m, narrowed n where n.metrics = '' or "
    "instr(',' || n.metrics || ',', ',' || m.name || ',');"
    "create temp view figure as select * from main.figure where cell in (select id from temp.cell) "
    "and metric in (select name from temp.metric);"
    "create temp view measured as select * from main.measured where cell in (select id from "
    "temp.cell) and metric in (select name from temp.metric);"
    "create temp view invocation as select * from main.invocation where cell in (select id from "
    "temp.cell);"
    "create temp view value as select * from main.value where metric in (select name from "
    "temp.metric) and invocation in (select id from temp.invocation)";

static bool export_known(sqlite3 *db, const char *metrics, char *error, size_t error_bytes) {
    struct names known = {0}, asked = {0};
    bool good = load_column(db, "select name from metric order by place", &known);
    names_split(&asked, metrics, ',');
    for (size_t i = 0; i < asked.count && good; i++)
        good = suggest_known(error, error_bytes, "metric", asked.items[i], &known);
    names_free(&known);
    names_free(&asked);
    return good;
}

bool export_narrow(sqlite3 *db, const char *cell, const char *metrics, char *error,
                   size_t error_bytes) {
    if (!*cell && !*metrics)
        return true;
    if (!export_known(db, metrics, error, error_bytes))
        return false;
    char *fill =
        sqlite3_mprintf("create temp table narrowed as select %Q cell, %Q metrics", cell, metrics);
    bool good = fill && sqlite3_exec(db, fill, NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_exec(db, export_views, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_free(fill);
    struct names cells = {0};
    load_column(db, "select key from cell", &cells);
    if (!good)
        snprintf(error, error_bytes, "%s", sqlite3_errmsg(db));
    else if (!(good = cells.count > 0))
        snprintf(error, error_bytes, "no cell of this run has '%s' in its key", cell);
    names_free(&cells);
    return good;
}

int export_write(sqlite3 *db, const char *dir, const char *format, FILE *out, char *error,
                 size_t error_bytes) {
    char *sql = export_sql(format), host[256] = "";
    sqlite3_stmt *statement = NULL;
    int problem = sql ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : -1;
    gethostname(host, sizeof host - 1);
    if (!problem && statement) {
        export_bind(statement, ":dir", dir);
        export_bind(statement, ":host", host);
        bool table = sqlite3_column_count(statement) > 1;
        problem = table ? rows_stream(statement, out) != SQLITE_DONE : export_lines(statement, out);
    }
    if (problem)
        snprintf(error, error_bytes, "%s/%s%s: %s", export_folder, format, export_ending,
                 sql ? sqlite3_errmsg(db) : "cannot be read");
    sqlite3_finalize(statement);
    free(sql);
    return problem ? -1 : 0;
}
