// claims_judge.c - gives SQL a file of claims, functions that read keys, and records.

#include "claims_judge.h"

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "model/cell.h"
#include "model/subject.h"
#include "read/load.h"
#include "store/scan.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

// ---------------------------------------------------------------------------------------- patterns
enum { PATTERN_STARS = 8 };

// What each * of a pattern stood for.
struct captures {
    const char *at[PATTERN_STARS];
    size_t bytes[PATTERN_STARS];
};

// Whether the text is of the pattern, where * is any text; no other character is special, for keys
// have brackets.
static bool pattern_matches(const char *pattern, const char *text, struct captures *c, int star) {
    while (*pattern && *pattern != '*')
        if (*pattern++ != *text++)
            return false;
    if (!*pattern)
        return !*text;
    for (size_t n = 0;; n++) {
        if (star < PATTERN_STARS) {
            c->at[star] = text;
            c->bytes[star] = n;
        }
        if (pattern_matches(pattern + 1, text + n, c, star + 1))
            return true;
        if (!text[n])
            return false;
    }
}

// A pattern with what its * stand for.
static char *pattern_filled(const char *pattern, const struct captures *c) {
    struct text text;
    text_open(&text);
    for (int star = 0; *pattern; pattern++)
        if (*pattern == '*' && star < PATTERN_STARS && c->at[star]) {
            fwrite(c->at[star], 1, c->bytes[star], text.file);
            star++;
        } else {
            fputc(*pattern, text.file);
        }
    text_close(&text);
    return text.data;
}

// filled(pattern, key, other) of results/limits.sql.
static void judge_filled(sqlite3_context *context, int count, sqlite3_value **values) {
    const char *text[3];
    struct captures c = {0};
    for (int i = 0; i < count; i++)
        text[i] = (const char *)sqlite3_value_text(values[i]);
    if (text[0] && text[1] && text[2] && pattern_matches(text[0], text[1], &c, 0))
        sqlite3_result_text(context, pattern_filled(text[2], &c), -1, free);
}

// -------------------------------------------------------------------------------------------- keys
// Brings the settings of a strategy or a workload, as a manifest describes it, into the form of a
// key.
static void key_settle(json_t *described, const char *table, char **settings) {
    char error[256];
    struct subject subject;
    if (!described || !subject_read(&subject, described, table))
        return;
    char *settled = subject_settings(&subject, *settings, error, sizeof error);
    if (settled) {
        free(*settings);
        *settings = settled;
    }
    subject_free(&subject);
}

// settled(key) of results/limits.sql: settings in declared order, without those at their defaults.
// A pattern is as it is, and so is any key without a manifest.
static void judge_settled(sqlite3_context *context, int count, sqlite3_value **values) {
    char error[256];
    const json_t *manifest = sqlite3_user_data(context);
    const char *key = (const char *)sqlite3_value_text(values[0]);
    bool plain = manifest && key && !strchr(key, '*');
    struct cell *cell = plain ? cell_read(key, error, sizeof error) : NULL, *settled = NULL;
    (void)count;
    if (cell) {
        key_settle(json_object_get(json_object_get(manifest, "workloads"), cell->workload),
                   "params", &cell->params);
        key_settle(json_object_get(json_object_get(manifest, "strategies"), cell->strategy),
                   "tunables", &cell->tunables);
        settled = cell_new(cell);
    }
    if (key)
        sqlite3_result_text(context, settled ? settled->key : key, -1, SQLITE_TRANSIENT);
    cell_free(settled);
    cell_free(cell);
}

static void judge_forget(void *manifest) {
    json_decref(manifest);
}

// ------------------------------------------------------------------------------------------ claims
// The function takes the manifest.
static void judge_functions(sqlite3 *db, json_t *manifest) {
    sqlite3_create_function(db, "filled", 3, SQLITE_UTF8, NULL, judge_filled, NULL, NULL);
    sqlite3_create_function_v2(db, "settled", 1, SQLITE_UTF8, manifest, judge_settled, NULL, NULL,
                               judge_forget);
}

static bool judge_read(const json_t *claims, sqlite3 *db, char *error, size_t error_bytes) {
    sqlite3_stmt *s = NULL;
    sqlite3_exec(db, "delete from claims_file", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "insert into claims_file values (?1)", -1, &s, NULL);
    sqlite3_bind_text(s, 1, must(json_dumps(claims, JSON_COMPACT)), -1, free);
    sqlite3_step(s);
    sqlite3_finalize(s);
    return load_home(db, "results/claimed.sql", error, error_bytes);
}

bool claims_state(const json_t *claims, sqlite3 *db, char *error, size_t error_bytes) {
    judge_functions(db, NULL);
    return judge_read(claims, db, error, error_bytes);
}

// The metrics that claims with a limit are about must be there.
static bool judge_metrics(sqlite3 *db, char *error, size_t error_bytes) {
    static const char sql[] =
        "select claim || ' ' || name from (select claim, 1 part, figure name from limited union "
        "select claim, 2, per from limited where per is not null) where name not in (select name "
        "from metric) order by claim, part limit 1";
    char problem[4096];
    struct names missing = {0}, known = {0};
    bool good = load_column(db, sql, &missing) && !missing.count;
    if (missing.count) {
        const char *claim = missing.items[0], *name = strchr(claim, ' ') + 1;
        load_column(db, "select name from metric order by place", &known);
        suggest_unknown(problem, sizeof problem, "metric", name, &known);
        snprintf(error, error_bytes, "claim %d: %s", atoi(claim), problem);
    }
    names_free(&missing);
    names_free(&known);
    return good;
}

// ----------------------------------------------------------------------------------------- records
static void judge_take(void *context, const struct scan_record *record) {
    sqlite3_stmt *s = context;
    int64_t block = 0;
    parsed_integer(parsed_member(record->json, "block", strlen("block")), &block);
    sqlite3_bind_text(s, 2, parsed_text(parsed_member(record->json, "cell", strlen("cell"))), -1,
                      SQLITE_TRANSIENT);
    sqlite3_bind_int64(s, 3, block);
    sqlite3_bind_text(s, 4, record->text, (int)record->bytes, SQLITE_TRANSIENT);
    sqlite3_step(s);
    sqlite3_reset(s);
}

// Only claims of equality need records.
static bool judge_equals(const json_t *claims) {
    size_t i;
    json_t *claim;
    json_array_foreach(json_object_get(claims, "claims"), i, claim) {
        if (json_is_true(json_object_get(claim, "equals")))
            return true;
    }
    return false;
}

// Of the run, and of the baseline, which may be NULL.
static bool judge_records(const json_t *claims, sqlite3 *db, const char *dir, const char *baseline,
                          char *error, size_t error_bytes) {
    const char *const sides[] = {dir, baseline};
    sqlite3_stmt *s = NULL;
    bool good = true;
    sqlite3_exec(db,
                 "create temp table record(side integer, cell text, block integer, json text, "
                 "primary key(side, cell, block)); begin",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "insert or ignore into record values (?1, ?2, ?3, ?4)", -1, &s, NULL);
    for (int side = 0; side < 2 && good && sides[side] && judge_equals(claims); side++) {
        sqlite3_bind_int(s, 1, side);
        good = scan_records(sides[side], &(struct scan){.visit = judge_take, .context = s}, error,
                            error_bytes);
    }
    sqlite3_finalize(s);
    sqlite3_exec(db, "commit", NULL, NULL, NULL);
    return good;
}

bool claims_judge(const json_t *claims, sqlite3 *db, const char *dir, const char *baseline,
                  char *error, size_t error_bytes) {
    char *path = text_format("%s/run.json", dir);
    json_t *manifest = json_load_file(path, 0, NULL);
    bool known = manifest != NULL;
    free(path);
    judge_functions(db, manifest);
    return load_home(db, "results/limits.sql", error, error_bytes) &&
           judge_read(claims, db, error, error_bytes) &&
           (!known || judge_metrics(db, error, error_bytes)) &&
           judge_records(claims, db, dir, baseline, error, error_bytes) &&
           load_home(db, "results/claims.sql", error, error_bytes) &&
           load_home(db, "results/differ.sql", error, error_bytes);
}
