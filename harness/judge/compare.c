// compare.c - opens two databases by one connection and lets SQL compare them.

#include "compare.h"

#include "base/must.h"
#include "base/text.h"
#include "read/load.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Executes SQL with texts for ?1 and on.
static bool compare_do(sqlite3 *db, const char *sql, const char *const *texts, char *error,
                       size_t error_bytes) {
    sqlite3_stmt *statement = NULL;
    bool good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK;
    for (int i = 0; good && i < sqlite3_bind_parameter_count(statement); i++)
        sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_TRANSIENT);
    good = good && sqlite3_step(statement) == SQLITE_DONE;
    if (!good)
        snprintf(error, error_bytes, "%s", sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    return good;
}

// Lets the other run's database be made or refreshed; what is attached is its file.
static bool compare_attach(sqlite3 *db, const char *dir, char *error, size_t error_bytes) {
    sqlite3 *other = load_run(dir, error, error_bytes);
    if (!other)
        return false;
    sqlite3_close(other);
    char *path = text_format("%s/run.db", dir);
    bool good =
        compare_do(db, "attach ?1 as other", (const char *const[]){path}, error, error_bytes);
    free(path);
    return good;
}

static bool compare_fill(sqlite3 *db, const struct compare *c, char *error, size_t error_bytes) {
    const char *build = c->head ? "" : COMPARE_HEAD;
    return compare_attach(db, c->head ? c->head : c->base, error, error_bytes) &&
           compare_do(
               db, "create temp table asked(paired integer, build text, cell text, metrics text)",
               NULL, error, error_bytes) &&
           compare_do(db, "insert into asked values (?1 <> '', ?1, ?2, ?3)",
                      (const char *const[]){build, c->cell, c->metrics}, error, error_bytes) &&
           load_home(db, "results/compare_sides.sql", error, error_bytes) &&
           load_home(db, "results/differ.sql", error, error_bytes) &&
           load_home(db, "results/compare.sql", error, error_bytes);
}

sqlite3 *compare_open(const struct compare *compare, char *error, size_t error_bytes) {
    sqlite3 *db = load_run(compare->base, error, error_bytes);
    if (db && !compare_fill(db, compare, error, error_bytes)) {
        sqlite3_close(db);
        db = NULL;
    }
    return db;
}
