// claims_judge.c - expands the patterns of claims over the cells of a run, and lets SQL judge them.

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "claims.h"
#include "model/cell.h"
#include "model/subject.h"
#include "read/load.h"
#include "store/scan.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

// --------------------------------------------------------------------------------------------- SQL
struct judging {
    sqlite3 *db;
    json_t *
        manifest; // of the run; NULL: keys are as the run has them, and what it does not know is missing
    const json_t *claim;
    size_t number; // of the claim, from 1
    char *error;
    size_t error_bytes;
    bool failed;
};

static sqlite3_stmt *judge_prepare(struct judging *j, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(j->db, sql, -1, &statement, NULL) != SQLITE_OK && !j->failed) {
        snprintf(j->error, j->error_bytes, "%s", sqlite3_errmsg(j->db));
        j->failed = true;
    }
    return statement;
}

static void judge_text(sqlite3_stmt *statement, int at, const char *text) {
    if (text)
        sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static void judge_done(struct judging *j, sqlite3_stmt *statement) {
    if (statement && sqlite3_step(statement) != SQLITE_DONE && !j->failed) {
        snprintf(j->error, j->error_bytes, "%s", sqlite3_errmsg(j->db));
        j->failed = true;
    }
    sqlite3_finalize(statement);
}

// One column of texts.
static struct names judge_column(struct judging *j, const char *sql, const char *argument) {
    struct names list = {0};
    sqlite3_stmt *statement = judge_prepare(j, sql);
    judge_text(statement, 1, argument);
    while (statement && sqlite3_step(statement) == SQLITE_ROW)
        names_add(&list, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return list;
}

// ---------------------------------------------------------------------------------------- patterns
enum { PATTERN_STARS = 8 };

// What each * of a pattern stood for.
struct captures {
    const char *at[PATTERN_STARS];
    size_t bytes[PATTERN_STARS];
};

// Whether the text is of the pattern, where * is any text; no other character is special, for keys have
// brackets.
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

// Brings the settings of a strategy or a workload, as a manifest describes it, into the form of a key.
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

// The key that the run knows the cell by: settings in declared order, without those at their defaults.
// A pattern is as it is.
static char *key_settled(const json_t *manifest, const char *key) {
    char error[256];
    struct cell *cell = strchr(key, '*') ? NULL : cell_read(key, error, sizeof error);
    if (!cell)
        return must(strdup(key));
    const json_t *workloads = json_object_get(manifest, "workloads");
    const json_t *strategies = json_object_get(manifest, "strategies");
    key_settle(json_object_get(workloads, cell->workload), "params", &cell->params);
    key_settle(json_object_get(strategies, cell->strategy), "tunables", &cell->tunables);
    struct cell *settled = cell_new(cell);
    char *text = must(strdup(settled->key));
    cell_free(settled);
    cell_free(cell);
    return text;
}

// The same cell of the plan's own build: its key without "@build=NAME".
static char *key_of_base(const char *key) {
    const char *build = strstr(key, "@build=");
    const char *rest = build ? build + 1 + strcspn(build + 1, "@") : "";
    return build ? text_format("%.*s%s", (int)(build - key), key, rest) : must(strdup(key));
}

// ------------------------------------------------------------------------------------------ claims
// Inserts by a statement whose ?1 is the number of the claim, ?2 its text, ?3 and ?4 the two keys.
static void judge_insert(struct judging *j, const char *sql, const char *ours,
                         const char *against) {
    sqlite3_stmt *s = judge_prepare(j, sql);
    char *text = must(json_dumps(j->claim, JSON_COMPACT));
    sqlite3_bind_int64(s, 1, (sqlite3_int64)j->number);
    judge_text(s, 2, text);
    judge_text(s, 3, ours);
    judge_text(s, 4, against);
    judge_done(j, s);
    free(text);
}

static void judge_one(struct judging *j, const char *ours, const struct captures *c) {
    static const char limit[] =
        "insert into limited(claim, what, text, figure, ours, against, against_number, per, "
        "per_number, unit, at_most, at_least, sentence, bounds) "
        "select ?1, c ->> 'what', c ->> 'text', c ->> 'figure', ?3, ?4, "
        "iif(json_type(c, '$.against') <> 'text', c ->> 'against', null), "
        "iif(json_type(c, '$.per') = 'text', c ->> 'per', null), "
        "iif(json_type(c, '$.per') <> 'text', c ->> 'per', 1), coalesce(c ->> 'unit', ''), "
        "c ->> 'at_most', c ->> 'at_least', c ->> 'sentence', coalesce(c ->> 'bounds', 0) "
        "from (select ?2 c)";
    static const char pair[] = "insert or ignore into pair values (?1, ?2 ->> 'what', ?3, ?4, "
                               "?2 ->> 'against' = '@baseline')";
    const char *text = json_string_value(json_object_get(j->claim, "against"));
    char *against = !text                        ? NULL
                    : !strcmp(text, "@baseline") ? must(strdup(ours))
                    : !strcmp(text, "@base")     ? key_of_base(ours)
                                                 : pattern_filled(text, c);
    char *settled = against ? key_settled(j->manifest, against) : NULL;
    bool equals = json_is_true(json_object_get(j->claim, "equals"));
    judge_insert(j, equals ? pair : limit, ours, settled);
    free(against);
    free(settled);
}

static void judge_ours(struct judging *j, const char *ours, const struct names *cells) {
    bool found = false;
    for (size_t i = 0; i < cells->count; i++) {
        struct captures c = {0};
        bool matches = pattern_matches(ours, cells->items[i], &c, 0);
        if (matches)
            judge_one(j, cells->items[i], &c);
        found |= matches;
    }
    if (!found) // so that it is said to be missing
        judge_one(j, ours, &(struct captures){0});
}

// The metric that a claim with a limit is about must be there.
static void judge_check_figure(struct judging *j, const char *name) {
    struct names known = judge_column(j, "select name from metric order by place", NULL);
    char problem[4096];
    if (!j->failed && !names_has(&known, name)) {
        suggest_unknown(problem, sizeof problem, "metric", name, &known);
        snprintf(j->error, j->error_bytes, "claim %zu: %s", j->number, problem);
        j->failed = true;
    }
    names_free(&known);
}

static void judge_claim(struct judging *j) {
    static const char sql[] =
        "select key from cells c where not exists (select 1 from trait t where "
        "t.strategy = c.strategy and t.name = ?1) order by place";
    struct names cells = judge_column(j, sql, text_member(j->claim, "without"));
    struct names ours = claims_texts(j->claim, "ours"), figures = claims_texts(j->claim, "figure");
    const char *per = text_member(j->claim, "per");
    if (json_is_true(json_object_get(j->claim, "equals"))) {
        for (size_t i = 0; i < figures.count; i++)
            judge_insert(j, "insert into pattern select ?1, ?3 where ?2 <> '' and ?4 is null",
                         figures.items[i], NULL);
    } else if (j->manifest) {
        judge_check_figure(j, figures.items[0]);
        if (*per)
            judge_check_figure(j, per);
    }
    for (size_t i = 0; i < ours.count && !j->failed; i++) {
        char *settled = key_settled(j->manifest, ours.items[i]);
        judge_ours(j, settled, &cells);
        free(settled);
    }
    names_free(&cells);
    names_free(&ours);
    names_free(&figures);
}

// ----------------------------------------------------------------------------------------- records
struct judge_records {
    struct judging *j;
    int side;
};

static void judge_take(void *context, json_t *record) {
    struct judge_records *r = context;
    sqlite3_stmt *s = judge_prepare(r->j, "insert or ignore into record values (?1, ?2, ?3, ?4)");
    store_slim(record);
    char *text = must(json_dumps(record, JSON_COMPACT));
    sqlite3_bind_int(s, 1, r->side);
    judge_text(s, 2, text_member(record, "cell"));
    sqlite3_bind_int64(s, 3, json_integer_value(json_object_get(record, "block")));
    judge_text(s, 4, text);
    judge_done(r->j, s);
    free(text);
}

static void judge_scan(struct judging *j, const char *dir, int side) {
    const struct scan scan = {.visit = judge_take, .context = &(struct judge_records){j, side}};
    if (!j->failed && !scan_records(dir, &scan, j->error, j->error_bytes))
        j->failed = true;
}

// Their values by path, and where they differ. Only claims of equality need them.
static void judge_records(struct judging *j, const char *dir, const char *baseline) {
    static const char *const steps[] = {
        "insert into exact select side, cell, block, replace(substr(fullkey, 3), '\"', ''), atom "
        "from record, "
        "json_tree(record.json) where atom is not null",
        "insert into difference select claim, what, ours, against, block, figure, other, now "
        "from compared where other is not now",
        "insert into difference select distinct p.claim, p.what, l.cell, l.cell, 0, "
        "'the whole program', 'there', null from lost l join pair p on p.side = 1 group by l.cell"};
    judge_scan(j, dir, 0);
    if (baseline)
        judge_scan(j, baseline, 1);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !j->failed; i++)
        judge_done(j, judge_prepare(j, steps[i]));
}

// All claims of the file are one family.
static void judge_differ(struct judging *j) {
    judge_done(j, judge_prepare(j, "create temp table paired as select * from limit_pair"));
    if (!j->failed)
        j->failed = !load_home(j->db, "results/differ.sql", j->error, j->error_bytes);
}

static bool judge_tables(sqlite3 *db, char *error, size_t error_bytes) {
    return load_home(db, "results/claims.sql", error, error_bytes) &&
           load_home(db, "results/limits.sql", error, error_bytes);
}

// Adds the sentences of a file after those that are there.
static void judge_sentences(struct judging *j, const json_t *claims) {
    static const char sql[] =
        "insert into sentence(id, says, yes, limit_text, instead, source) select value ->> 'id', "
        "value ->> 'says', coalesce(value ->> 'yes', ''), coalesce(value ->> 'limit', ''), "
        "coalesce(value ->> 'instead', ''), coalesce(?1 ->> 'source', '') "
        "from json_each(?1, '$.sentences')";
    sqlite3_stmt *s = judge_prepare(j, sql);
    char *text = must(json_dumps(claims, JSON_COMPACT));
    judge_text(s, 1, text);
    judge_done(j, s);
    free(text);
}

static void judge_all(struct judging *j, const json_t *claims) {
    size_t i;
    json_t *claim;
    sqlite3_exec(j->db, "begin", NULL, NULL, NULL);
    judge_sentences(j, claims);
    json_array_foreach(json_object_get(claims, "claims"), i, claim) {
        j->claim = claim;
        j->number = i + 1;
        if (!j->failed)
            judge_claim(j);
    }
    sqlite3_exec(j->db, "commit", NULL, NULL, NULL);
}

bool claims_state(const json_t *claims, sqlite3 *db, char *error, size_t error_bytes) {
    struct judging j = {.db = db, .error = error, .error_bytes = error_bytes};
    judge_all(&j, claims);
    return !j.failed;
}

static bool judge_equals(const json_t *claims) {
    size_t i;
    json_t *claim;
    json_array_foreach(json_object_get(claims, "claims"), i, claim) {
        if (json_is_true(json_object_get(claim, "equals")))
            return true;
    }
    return false;
}

bool claims_judge(const json_t *claims, sqlite3 *db, const char *dir, const char *baseline,
                  char *error, size_t error_bytes) {
    struct judging j = {.db = db, .error = error, .error_bytes = error_bytes};
    if (!judge_tables(db, error, error_bytes))
        return false;
    char *path = text_format("%s/run.json", dir);
    j.manifest = json_load_file(path, 0, NULL);
    judge_all(&j, claims);
    judge_differ(&j);
    if (judge_equals(claims) && !j.failed) {
        sqlite3_exec(db, "begin", NULL, NULL, NULL);
        judge_records(&j, dir, baseline);
        sqlite3_exec(db, "commit", NULL, NULL, NULL);
    }
    json_decref(j.manifest);
    free(path);
    return !j.failed;
}

// --------------------------------------------------------------------------------------- a baseline
static json_t *keep_value(sqlite3_stmt *s, int column) {
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(s, column));
    case SQLITE_FLOAT:
        return json_real(sqlite3_column_double(s, column));
    default:
        return json_string((const char *)sqlite3_column_text(s, column));
    }
}

// Sets "a.b" of a record; deeper than that no exact value lies.
static void keep_set(json_t *record, const char *path, json_t *value) {
    const char *dot = strchr(path, '.');
    char *name = must(strndup(path, dot ? (size_t)(dot - path) : strlen(path)));
    json_t *inner = dot ? json_object_get(record, name) : NULL;
    if (dot && !inner) {
        inner = json_object();
        json_object_set_new(record, name, inner);
    }
    json_object_set_new(dot ? inner : record, dot ? dot + 1 : path, value);
    free(name);
}

static void keep_line(json_t *record, FILE *out) {
    json_dumpf(record, out, JSON_COMPACT | JSON_SORT_KEYS);
    fputc('\n', out);
    json_object_clear(record);
}

char *claims_keep(sqlite3 *db) {
    static const char sql[] =
        "select e.cell, e.figure, e.value from exact e where e.side = 0 and e.block = 0 and "
        "(e.figure in ('schema', 'cell', 'block', 'workload', 'strategy', 'backing', 'outcome') or "
        "exists (select 1 from pair p join pattern f on f.claim = p.claim "
        "where p.side = 1 and p.ours = e.cell and e.figure glob f.figure)) order by e.cell";
    struct text lines;
    sqlite3_stmt *s = NULL;
    json_t *record = must(json_object());
    text_open(&lines);
    sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    while (s && sqlite3_step(s) == SQLITE_ROW) {
        const char *cell = (const char *)sqlite3_column_text(s, 0);
        if (json_object_size(record) && strcmp(text_member(record, "cell"), cell) != 0)
            keep_line(record, lines.file);
        keep_set(record, "cell", json_string(cell));
        keep_set(record, (const char *)sqlite3_column_text(s, 1), keep_value(s, 2));
    }
    if (json_object_size(record))
        keep_line(record, lines.file);
    sqlite3_finalize(s);
    json_decref(record);
    text_close(&lines);
    return lines.data;
}
