// advice_page.c - advice as a page: its figures become tables of a database, which the questions of plots/advice ask.

#include "advice.h"

#include "base/file.h"
#include "base/must.h"
#include "base/status.h"
#include "base/text.h"
#include "show/answer.h"
#include "show/page.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// setting     a point of the plane, or a policy; said: a sentence and what it is about, or a line to paste
// moment      at a share of the program's events; collection: likewise
static const char tables[] =
    "create table run (name text, value text);"
    "create table metric (name text, title text, unit text, better text, doc text);"
    "insert into metric values ('gc_ns', 'CPU in collections', 'ns', 'lower', ''), "
    "('longest_ns', 'longest collection', 'ns', 'lower', ''), "
    "('peak_bytes', 'peak memory', 'bytes', 'lower', '');"
    "create table setting (place integer, name text, kind text, t0 integer, t1 integer, "
    "collections text, gc_ns real, gc_ns_low real, gc_ns_high real, longest_ns real, "
    "longest_ns_low real, longest_ns_high real, peak_bytes real, peak_bytes_low real, "
    "peak_bytes_high real, front integer, shown integer, now integer, advised integer);"
    "create table said (place integer, what text, sentence text, code text);"
    "create table moment (place integer, name text, share real, live_bytes real, held_bytes real);"
    "create table collection (place integer, name text, share real, generation integer, ns real);";

enum { SAMPLES = 300 };

struct sheet {
    sqlite3 *db;
    sqlite3_stmt *said, *moment, *collection;
    int sentences;
    const struct plane *plane;
    const struct plane_point *point; // whose moments are noted
    int place;
};

// A row: s, i or d for each value.
static void advice_page_insert(sqlite3_stmt *statement, const char *kinds, ...) {
    va_list values;
    va_start(values, kinds);
    for (int i = 1; *kinds; i++, kinds++) {
        if (*kinds == 's')
            sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
        else if (*kinds == 'i')
            sqlite3_bind_int64(statement, i, va_arg(values, int));
        else
            sqlite3_bind_double(statement, i, va_arg(values, double));
    }
    va_end(values);
    sqlite3_step(statement);
    sqlite3_reset(statement);
}

static sqlite3_stmt *advice_page_prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    return must(statement);
}

// ----------------------------------------------------------------------------------------- settings
static bool advice_page_is_among(const struct plane_point *point, struct plane_point *const *points,
                                 size_t count) {
    for (size_t i = 0; i < count; i++)
        if (points[i] == point)
            return true;
    return false;
}

static void advice_page_add_setting(sqlite3_stmt *statement, const struct advice *a,
                                    const struct plane_point *point, int place) {
    static const char *const kinds[] = {"now", "set", "freeze", "other", "other", "other", "other"};
    const struct plane_figure *gc = &point->gc_ns, *longest = &point->longest_ns,
                              *peak = &point->peak_bytes;
    char *collections = text_format("%d/%d/%d", (int)point->collections[0],
                                    (int)point->collections[1], (int)point->collections[2]);
    advice_page_insert(statement, "issiisdddddddddiiii", place, point->name, kinds[point->kind],
                       (int)point->policy.threshold[0], (int)point->policy.threshold[1],
                       collections, gc->value, gc->low, gc->high, longest->value, longest->low,
                       longest->high, peak->value, peak->low, peak->high,
                       (int)advice_page_is_among(point, a->front, a->front_count),
                       (int)advice_page_is_among(point, a->shown, a->shown_count),
                       (int)(point->kind == PLANE_NOW), (int)(point == a->taken));
    free(collections);
}

static void advice_page_add_settings(struct sheet *s, const struct advice *a) {
    sqlite3_stmt *statement = advice_page_prepare(
        s->db, "insert into setting values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    for (size_t i = 0; i < s->plane->count; i++)
        advice_page_add_setting(statement, a, &s->plane->points[i], (int)i);
    sqlite3_finalize(statement);
}

// ------------------------------------------------------------------------------------------- words
static void advice_page_note_paragraph(void *context, const char *about, const char *text) {
    struct sheet *s = context;
    advice_page_insert(s->said, "isss", ++s->sentences, about, text, "");
}

static void advice_page_note_code(void *context, const char *line) {
    struct sheet *s = context;
    advice_page_insert(s->said, "isss", ++s->sentences, "", "", line);
}

// ----------------------------------------------------------------------------------------- timeline
static double advice_page_share_of(const struct sheet *s, uint32_t now) {
    return (double)now / (double)s->plane->m->end;
}

static void advice_page_note_moment(void *context, uint32_t now, int64_t bytes, int64_t floating) {
    struct sheet *s = context;
    double base = s->plane->runs->run[0].began_bytes;
    advice_page_insert(s->moment, "isddd", s->place, s->point->name, advice_page_share_of(s, now),
                       base + (double)(bytes - floating), base + (double)bytes);
}

static void advice_page_note_collection(void *context, const struct simulate_collection *k) {
    struct sheet *s = context;
    advice_page_insert(s->collection, "isdid", s->place, s->point->name,
                       advice_page_share_of(s, k->now), k->generation, cost_ns(&s->plane->cost, k));
}

static void advice_page_add_timeline(struct sheet *s, const struct plane_point *point, int place) {
    struct simulate_policy policy = point->policy;
    policy.collected = advice_page_note_collection;
    policy.sampled = advice_page_note_moment;
    policy.samples = s->plane->m->end < SAMPLES ? (uint32_t)s->plane->m->end : SAMPLES;
    policy.context = s;
    s->point = point;
    s->place = place;
    simulate(s->plane->m, &s->plane->deaths[0], &policy);
}

// ------------------------------------------------------------------------------------------- sheet
static const char *advice_page_last_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void advice_page_fill(struct sheet *s, const struct advice *a, const char *recording) {
    const struct advice_listener listener = {advice_page_note_paragraph, advice_page_note_code, s};
    sqlite3_stmt *run = advice_page_prepare(s->db, "insert into run values (?, ?)");
    advice_page_insert(run, "ss", "commit", advice_page_last_of(recording));
    sqlite3_finalize(run);
    s->said = advice_page_prepare(s->db, "insert into said values (?,?,?,?)");
    s->moment = advice_page_prepare(s->db, "insert into moment values (?,?,?,?,?)");
    s->collection = advice_page_prepare(s->db, "insert into collection values (?,?,?,?,?)");
    advice_page_add_settings(s, a);
    advice_tell(a, s->plane, &listener);
    advice_introduce(a, s->plane, advice_page_last_of(recording), &listener);
    advice_explain(a, s->plane, &listener);
    advice_page_add_timeline(s, s->plane->points, 0);
    if (a->taken)
        advice_page_add_timeline(s, a->taken, 1);
    sqlite3_finalize(s->said);
    sqlite3_finalize(s->moment);
    sqlite3_finalize(s->collection);
}

// -------------------------------------------------------------------------------------------- page
static bool advice_page_write(sqlite3 *db, struct store *store) {
    char *plots = file_home("plots"), *folder = text_format("%s/advice", plots);
    struct questions questions = questions_find(folder);
    struct answer **answers = must(calloc(questions.count + 1, sizeof(struct answer *)));
    for (size_t i = 0; i < questions.count; i++)
        answers[i] = answer_new(&questions.list[i], db);
    struct drawing drawing = drawing_start(store, plots);
    bool good = page_write(&(struct page){db, &questions, answers, &drawing, plots});
    drawing_end(&drawing);
    for (size_t i = 0; i < questions.count; i++) {
        good &= !answer_failed(answers[i]);
        answer_free(answers[i]);
    }
    free(answers);
    questions_free(&questions);
    free(folder);
    free(plots);
    return good;
}

int advice_page(const struct advice *a, const struct plane *p, const char *recording,
                const char *dir) {
    struct sheet sheet = {.plane = p};
    struct store *store = store_spool(dir);
    if (sqlite3_open(":memory:", &sheet.db) != SQLITE_OK)
        must(NULL);
    sqlite3_exec(sheet.db, tables, NULL, NULL, NULL);
    questions_functions(sheet.db);
    advice_page_fill(&sheet, a, recording);
    bool good = advice_page_write(sheet.db, store);
    sqlite3_close(sheet.db);
    store_free(store);
    return good ? STATUS_OK : STATUS_FAILED;
}
