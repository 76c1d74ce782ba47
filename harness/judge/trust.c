// trust.c - tells results/trust.sql what is known of the machine, and reads its sentences.

#include "trust.h"

#include "base/environment.h"
#include "base/host.h"
#include "base/must.h"
#include "read/load.h"

#include <sqlite3.h>

// The queries are ours, so one that fails is a bug, which must not look like a run without faults.
struct names trust_recorded(sqlite3 *db) {
    struct names found = {0};
    if (!load_column(db, "select sentence from warning", &found))
        fprintf(stderr, "heapbench: what the run can be trusted for is unknown: %s\n",
                sqlite3_errmsg(db));
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

struct names trust_live(const char *build) {
    static const char sql[] =
        "create temp table known as select key name, iif(type = 'object', (select "
        "group_concat(key || '=' || value, ' ') from (select key, value from json_each(f.value) "
        "order by key)), atom) value, null what from json_each(?1) f";
    char error[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *known = NULL;
    struct names found = {0};
    sqlite3_open(":memory:", &db);
    sqlite3_prepare_v2(db, sql, -1, &known, NULL);
    sqlite3_bind_text(known, 1, trust_facts(build), -1, free);
    sqlite3_step(known);
    sqlite3_finalize(known);
    if (load_home(db, "results/trust.sql", error, sizeof error))
        found = trust_recorded(db);
    else
        fprintf(stderr, "heapbench: %s\n", error);
    sqlite3_close(db);
    return found;
}

void trust_warn(struct names sentences, FILE *out) {
    for (size_t i = 0; i < sentences.count; i++)
        fprintf(out, "warning: %s\n", sentences.items[i]);
    names_free(&sentences);
}
