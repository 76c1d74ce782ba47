// export.c - finds the SQL files of the formats and prints what they select.

#include "export.h"

#include "base/file.h"
#include "base/text.h"
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
    char *path = file_home(name), *sql = text_read_file(path, NULL);
    free(path);
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

static int export_table(sqlite3_stmt *statement, FILE *out) {
    struct rows *rows = rows_read(statement);
    if (!rows)
        return -1;
    rows_print(rows, ROWS_CSV, out);
    rows_free(rows);
    return 0;
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
        problem = sqlite3_column_count(statement) > 1 ? export_table(statement, out)
                                                      : export_lines(statement, out);
    }
    if (problem)
        snprintf(error, error_bytes, "%s/%s%s: %s", export_folder, format, export_ending,
                 sql ? sqlite3_errmsg(db) : "cannot be read");
    sqlite3_finalize(statement);
    free(sql);
    return problem ? -1 : 0;
}
