// agree.c - see agree.h.

#include "agree.h"

#include "base/must.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

static const char *agree_text(const json_t *record, const char *name) {
    const char *text = json_string_value(json_object_get(record, name));
    return text ? text : "";
}

// What makes two records the same program, and which of its answers is looked at. NULL for a record
// that does not give that answer.
static char *agree_question(const json_t *record, const char *field) {
    if (strcmp(agree_text(record, "outcome"), "ok") || !*agree_text(record, field))
        return NULL;
    char *params =
        must(json_dumps(json_object_get(record, "params"), JSON_COMPACT | JSON_SORT_KEYS));
    const json_t *environment = json_object_get(record, "environment");
    char *question = text_format(
        "%s of %s %s, %lld steps, seed %lld%s%s", field, agree_text(record, "workload"), params,
        (long long)json_integer_value(json_object_get(record, "steps")),
        (long long)json_integer_value(json_object_get(record, "seed")),
        *agree_text(environment, "input") ? ", input " : "", agree_text(environment, "input"));
    free(params);
    return question;
}

static void agree_count(json_t *questions, const char *question, const char *answer) {
    json_t *answers = json_object_get(questions, question);
    if (!answers) {
        answers = must(json_object());
        json_object_set_new(questions, question, answers);
    }
    json_int_t seen = json_integer_value(json_object_get(answers, answer));
    json_object_set_new(answers, answer, json_integer(seen + 1));
}

static const char *agree_majority(json_t *answers) {
    const char *answer, *most = "";
    json_t *seen;
    json_int_t count = 0;
    json_object_foreach(answers, answer, seen) {
        if (json_integer_value(seen) > count) {
            count = json_integer_value(seen);
            most = answer;
        }
    }
    return most;
}

// Whether the record differs from what most say; the first time for a cell and field it is printed.
static bool agree_differs(json_t *told, json_t *questions, const json_t *record, const char *field,
                          const char *question, FILE *out) {
    const char *answer = agree_text(record, field);
    const char *right = agree_majority(json_object_get(questions, question));
    if (!strcmp(answer, right))
        return false;
    char *once = text_format("%s %s", agree_text(record, "cell"), field);
    if (!json_object_get(told, once))
        fprintf(out, "DISAGREEMENT: %s\n  %s\n  is %s here, %s elsewhere\n",
                agree_text(record, "cell"), question, answer, right);
    json_object_set_new(told, once, json_true());
    free(once);
    return true;
}

static size_t agree_field(const json_t *records, const char *field, FILE *out) {
    json_t *questions = must(json_object()), *told = must(json_object()), *record;
    size_t i, bad = 0;
    for (int counting = 1; counting >= 0; counting--)
        json_array_foreach(records, i, record) {
            char *question = agree_question(record, field);
            if (question && counting)
                agree_count(questions, question, agree_text(record, field));
            else if (question)
                bad += agree_differs(told, questions, record, field, question, out);
            free(question);
        }
    json_decref(questions);
    json_decref(told);
    return bad;
}

size_t agree_check(const json_t *records, FILE *out) {
    return agree_field(records, "observed", out) + agree_field(records, "graph", out);
}
