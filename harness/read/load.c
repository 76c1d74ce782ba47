// load.c - makes run.db anew when it was made of anything else than what is there now.
//
// What it was made of is a number, kept in table run under 'made_of': names, sizes and times of the
// run's files, the texts of the SQL files, and the program itself, which computes the values.

#include "load.h"

#include "base/checksum.h"
#include "base/file.h"
#include "base/must.h"
#include "base/text.h"
#include "functions.h"
#include "load_records.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct load {
    const char *dir;
    struct load_sql sql;
    char made_of[24];
    char *error;
    size_t error_bytes;
};

// ------------------------------------------------------------------------------ what it is made of
// Of the name, not of the path: a run is known by several, results/latest among them.
static uint64_t load_hash_member(const char *dir, const char *name) {
    char *path = text_format("%s/%s", dir, name);
    uint64_t hash = checksum_add(CHECKSUM_START, name, strlen(name));
    struct stat s;
    if (stat(path, &s) == 0) {
        hash = checksum_add(hash, &s.st_size, sizeof s.st_size);
        hash = checksum_add(hash, &s.st_mtim, sizeof s.st_mtim);
    }
    free(path);
    return hash;
}

// A sum, since a folder has no order.
static uint64_t load_hash_spool(const char *dir) {
    char *path = text_format("%s/spool", dir);
    uint64_t sum = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            sum += load_hash_member(path, entry->d_name);
    if (folder)
        closedir(folder);
    free(path);
    return sum;
}

static void load_sign(struct load *load) {
    uint64_t hash = load_hash_member(load->dir, "run.json") +
                    load_hash_member(load->dir, "records.ndjson") + load_hash_spool(load->dir) +
                    load_hash_member("/proc/self", "exe");
    for (size_t i = 0; i < LOAD_STAGES; i++)
        hash = checksum_add(hash, load->sql.text[i], strlen(load->sql.text[i]));
    snprintf(load->made_of, sizeof load->made_of, "%016llx", (unsigned long long)hash);
}

static bool load_sql_read(struct load *load) {
    for (size_t i = 0; i < LOAD_STAGES; i++) {
        char *name = text_format("results/%s.sql", load_stage_names[i]);
        load->sql.text[i] = file_home_text(name);
        if (!load->sql.text[i])
            snprintf(load->error, load->error_bytes, "no %s beside this program or here", name);
        free(name);
        if (!load->sql.text[i])
            return false;
    }
    return true;
}

// --------------------------------------------------------------------------------- opening, making
static bool load_fresh(sqlite3 *db, const struct load *load) {
    sqlite3_stmt *statement = NULL;
    bool fresh = sqlite3_prepare_v2(db, "select 1 from run where name = 'made_of' and value = ?1",
                                    -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_bind_text(statement, 1, load->made_of, -1, SQLITE_STATIC) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return fresh;
}

// SQLite's own 2 MB of pages are gone before a query comes back to one.
static void load_pages(sqlite3 *db) {
    sqlite3_exec(db, "pragma cache_size = -65536", NULL, NULL, NULL);
}

// The database in a file if that is up to date, else NULL.
static sqlite3 *load_open(const char *path, const struct load *load) {
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        load_fresh(db, load) && functions_register(db) == SQLITE_OK) {
        load_pages(db);
        return db;
    }
    sqlite3_close(db);
    return NULL;
}

// A new database in path, or in memory; NULL with a line in error.
static sqlite3 *load_make(const char *path, struct load *load) {
    sqlite3 *db = NULL;
    enum { ALONE = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX };
    char problem[256] = "out of memory";
    if (sqlite3_open_v2(path, &db, ALONE, NULL) == SQLITE_OK &&
        functions_register(db) == SQLITE_OK &&
        load_records(db, &load->sql, load->dir, load->made_of, problem, sizeof problem))
        return db;
    snprintf(load->error, load->error_bytes, "cannot load %s: %s", load->dir, problem);
    sqlite3_close(db);
    return NULL;
}

// One that was made in memory, as a file would be opened: tables of the run cannot be written to,
// temporary ones can, which the pragma query_only would forbid too. NULL with a line in error.
static sqlite3 *load_make_memory(struct load *load) {
    enum { OPTIONS = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY };
    sqlite3 *made = load_make(":memory:", load), *db = NULL;
    if (!made)
        return NULL;
    sqlite3_int64 bytes = 0;
    unsigned char *image = sqlite3_serialize(made, "main", &bytes, 0);
    sqlite3_close(made);
    bool opened = image && sqlite3_open(":memory:", &db) == SQLITE_OK;
    if (!opened)
        sqlite3_free(image); // else the database's, even when it cannot read it
    else if (sqlite3_deserialize(db, "main", image, bytes, bytes, OPTIONS) == SQLITE_OK &&
             functions_register(db) == SQLITE_OK)
        return db;
    snprintf(load->error, load->error_bytes, "cannot load %s: out of memory", load->dir);
    sqlite3_close(db);
    return NULL;
}

static sqlite3 *load_make_file(const char *path, struct load *load) {
    char *beside = text_format("%s.%ld", path, (long)getpid());
    sqlite3 *db = load_make(beside, load), *again = NULL;
    if (db) {
        sqlite3_close(db);
        again = rename(beside, path) ? NULL : load_open(path, load);
    }
    unlink(beside); // whatever went wrong, nothing is left behind
    free(beside);
    return again;
}

// In memory when the folder cannot be written to, or its disk is full.
static sqlite3 *load_find(struct load *load) {
    char *path = text_format("%s/run.db", load->dir);
    sqlite3 *db = load_open(path, load);
    if (!db)
        db = load_make_file(path, load);
    if (!db)
        db = load_make_memory(load);
    free(path);
    return db;
}

sqlite3 *load_run(const char *dir, char *error, size_t error_bytes) {
    struct load load = {.dir = dir, .error = error, .error_bytes = error_bytes};
    char *manifest = text_format("%s/run.json", dir);
    sqlite3 *db = NULL;
    if (access(manifest, R_OK))
        snprintf(error, error_bytes, "%s is no folder of a run: %s: %s", dir, manifest,
                 strerror(errno));
    else if (load_sql_read(&load)) {
        load_sign(&load);
        db = load_find(&load);
    }
    for (size_t i = 0; i < LOAD_STAGES; i++)
        free(load.sql.text[i]);
    free(manifest);
    return db;
}

bool load_is_run(const char *dir) {
    char *manifest = text_format("%s/run.json", dir);
    bool is = access(manifest, F_OK) == 0;
    free(manifest);
    return is;
}

bool load_home(sqlite3 *db, const char *name, char *error, size_t error_bytes) {
    char *path = file_home(name), *sql = text_read_file(path, NULL), *problem = NULL;
    bool good = sql && sqlite3_exec(db, sql, NULL, NULL, &problem) == SQLITE_OK;
    if (!good)
        snprintf(error, error_bytes, "%s: %s", path, problem ? problem : "cannot be read");
    sqlite3_free(problem);
    free(sql);
    free(path);
    return good;
}

bool load_column(sqlite3 *db, const char *sql, struct names *names) {
    sqlite3_stmt *row = NULL;
    sqlite3_prepare_v2(db, sql, -1, &row, NULL);
    while (row && sqlite3_step(row) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(row, 0);
        names_add(names, text ? text : "");
    }
    return row && sqlite3_finalize(row) == SQLITE_OK;
}

void load_warn(sqlite3 *db, const char *dir, FILE *out) {
    struct names damaged = {0};
    load_column(db, "select file || ':' || line from damage", &damaged);
    for (size_t i = 0; i < damaged.count; i++)
        fprintf(out, "warning: %s/%s: no whole record, left out\n", dir, damaged.items[i]);
    names_free(&damaged);
    struct names records = {0};
    if (load_column(db, "select 1 from invocation limit 1", &records) && !records.count)
        fprintf(out,
                "warning: %s holds no record: nothing is measured yet, or records.ndjson is gone\n",
                dir);
    names_free(&records);
}
