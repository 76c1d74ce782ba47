// trust.c - tells results/trust.sql what is known of the machine, and reads its sentences.

#include "trust.h"

#include "base/environment.h"
#include "base/host.h"
#include "base/must.h"
#include "read/load.h"

#include <sqlite3.h>

// The queries are ours, so one that fails is a bug, which must not look like a run without faults.
static void trust_unknown(sqlite3 *db) {
    fprintf(stderr, "heapbench: what the run can be trusted for is unknown: %s\n",
            sqlite3_errmsg(db));
}

struct names trust_recorded(sqlite3 *db) {
    struct names found = {0};
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(db, "select sentence from warning", -1, &row, NULL) != SQLITE_OK)
        trust_unknown(db);
    while (row && sqlite3_step(row) == SQLITE_ROW)
        names_add(&found, (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    return found;
}

// The benchmark has not started, so all load is that of others.
static char *trust_facts(const char *build) {
    json_t *e = must(environment_read());
    json_t *facts = must(json_pack(
        "{s:O*,s:O*,s:O*,s:O*,s:O*,s:s*,s:s*,s:i}", "load_others", json_object_get(e, "load1"),
        "cpus", json_object_get(e, "cpus"), "thp", json_object_get(e, "thp"), "governor",
        json_object_get(e, "governor"), "allocator", json_object_get(e, "allocator"), "build",
        build, "preload", getenv("LD_PRELOAD"), "runs", host_others("heapbench")));
    char *text = must(json_dumps(facts, JSON_COMPACT));
    json_decref(facts);
    json_decref(e);
    return text;
}

static bool trust_tell(sqlite3 *db, char *facts, char *error, size_t error_bytes) {
    static const char sql[] =
        "create temp table known as select key name, iif(type = 'object', (select "
        "group_concat(key || '=' || value, ' ') from (select key, value from json_each(f.value) "
        "order by key)), atom) value, null what from json_each(?1) f";
    sqlite3_stmt *known = NULL;
    sqlite3_prepare_v2(db, sql, -1, &known, NULL);
    sqlite3_bind_text(known, 1, facts, -1, free);
    sqlite3_step(known);
    return sqlite3_finalize(known) == SQLITE_OK &&
           load_home(db, "results/trust.sql", error, error_bytes);
}

struct names trust_live(const char *build) {
    char error[512];
    sqlite3 *db = NULL;
    struct names found = {0};
    sqlite3_open(":memory:", &db);
    if (trust_tell(db, trust_facts(build), error, sizeof error))
        found = trust_recorded(db);
    else
        trust_unknown(db);
    sqlite3_close(db);
    return found;
}

void trust_warn(struct names sentences, FILE *out) {
    for (size_t i = 0; i < sentences.count; i++)
        fprintf(out, "warning: %s\n", sentences.items[i]);
    names_free(&sentences);
}
