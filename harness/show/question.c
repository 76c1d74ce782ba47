// question.c - finds the folders of questions, and teaches SQL what their queries use.

#include "question.h"

#include "base/file.h"
#include "base/must.h"
#include "base/text.h"
#include "judge/claims_judge.h"
#include "model/claims.h"
#include "read/load.h"
#include "rows.h"
#include "slots.h"

#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

// --------------------------------------------------------------------------------------- functions
static void question_si(sqlite3_context *context, int count, sqlite3_value **values) {
    const char *unit = (const char *)sqlite3_value_text(values[1]);
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    char *text = rows_unit_text(unit ? unit : "", sqlite3_value_double(values[0]));
    sqlite3_result_text(context, text, -1, free);
}

// Two numbers that read alike are one.
static void question_span(sqlite3_context *context, int count, sqlite3_value **values) {
    const char *unit = (const char *)sqlite3_value_text(values[2]);
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL ||
        sqlite3_value_type(values[1]) == SQLITE_NULL)
        return;
    char *low = rows_unit_text(unit ? unit : "", sqlite3_value_double(values[0]));
    char *high = rows_unit_text(unit ? unit : "", sqlite3_value_double(values[1]));
    char *text = strcmp(low, high) ? text_format("%s to %s", low, high) : text_format("%s", low);
    free(low);
    free(high);
    sqlite3_result_text(context, text, -1, free);
}

static void question_setting_in(sqlite3_context *context, int count, sqlite3_value **values) {
    const char *settings = (const char *)sqlite3_value_text(values[0]);
    const char *name = (const char *)sqlite3_value_text(values[1]);
    size_t length = name ? strlen(name) : 0, whole;
    (void)count;
    for (const char *at = settings ? settings : ""; length && *at;
         at += whole + (at[whole] == ';')) {
        whole = strcspn(at, ";");
        if (whole > length && !strncmp(at, name, length) && at[length] == '=') {
            sqlite3_result_text(context, at + length + 1, (int)(whole - length - 1),
                                SQLITE_TRANSIENT);
            return;
        }
    }
}

// The files of claims that are about sentences, in the order of their names.
static bool question_claims(sqlite3 *db) {
    char error[1024], *pattern = file_home("results/claims/*.json");
    glob_t files;
    bool good = true;
    size_t count = glob(pattern, 0, NULL, &files) ? 0 : files.gl_pathc;
    for (size_t i = 0; i < count && good; i++) {
        json_t *claims = claims_load(files.gl_pathv[i], NULL, error, sizeof error);
        good = claims && (!json_object_get(claims, "sentences") ||
                          claims_state(claims, db, error, sizeof error));
        if (!good)
            fprintf(stderr, "heapbench: %s\n", error);
        json_decref(claims);
    }
    globfree(&files);
    free(pattern);
    return good;
}

void questions_functions(sqlite3 *db) {
    enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
    sqlite3_create_function(db, "si", 2, PURE, NULL, question_si, NULL, NULL);
    sqlite3_create_function(db, "span", 3, PURE, NULL, question_span, NULL, NULL);
    sqlite3_create_function(db, "setting_in", 2, PURE, NULL, question_setting_in, NULL, NULL);
}

static bool question_load(sqlite3 *db, const char *const *names, size_t count) {
    char error[1024];
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        good = load_home(db, names[i], error, sizeof error);
    if (!good)
        fprintf(stderr, "heapbench: %s\n", error);
    return good;
}

bool questions_prepare(sqlite3 *db) {
    static const char *const stated[] = {"results/limits.sql", "plots/common.sql"};
    static const char *const judged[] = {"plots/contests.sql", "results/differ.sql",
                                         "plots/rated.sql",    "results/known.sql",
                                         "results/trust.sql",  "plots/kept.sql"};
    questions_functions(db);
    return question_load(db, stated, sizeof stated / sizeof *stated) && question_claims(db) &&
           question_load(db, judged, sizeof judged / sizeof *judged);
}

// ------------------------------------------------------------------------------------------ folder
static void questions_add(struct questions *questions, const char *folder, const char *name) {
    struct question question = {.folder = text_format("%s/%s", folder, name)};
    char *words = text_format("%s/words.html", question.folder);
    question.words = text_read_file(words, NULL);
    free(words);
    if (!question.words) {
        free(question.folder);
        return;
    }
    char *order = slots_value(question.words, "order");
    question.name = text_format("%s", name);
    question.title = slots_value(question.words, "title");
    question.order = order ? strtol(order, NULL, 10) : 0;
    if (!question.title)
        question.title = text_format("%s", name);
    free(order);
    questions->list =
        must(realloc(questions->list, (questions->count + 1) * sizeof *questions->list));
    questions->list[questions->count++] = question;
}

static int questions_compare(const void *a, const void *b) {
    const struct question *x = a, *y = b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order)
                                : strcmp(x->name, y->name);
}

struct questions questions_find(const char *folder) {
    struct questions questions = {0};
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.')
            questions_add(&questions, folder, entry->d_name);
    if (dir)
        closedir(dir);
    if (questions.count)
        qsort(questions.list, questions.count, sizeof *questions.list, questions_compare);
    return questions;
}

void questions_free(struct questions *questions) {
    for (size_t i = 0; i < questions->count; i++) {
        free(questions->list[i].name);
        free(questions->list[i].folder);
        free(questions->list[i].words);
        free(questions->list[i].title);
    }
    free(questions->list);
    *questions = (struct questions){0};
}
