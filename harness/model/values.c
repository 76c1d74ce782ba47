// values.c - reads, prints and applies values; the one place that knows their text.

#include "values.h"

#include "base/must.h"
#include "base/names.h"
#include "base/number.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct values values_new(const struct setting *table, size_t count) {
    struct values v = {table, count, must(calloc(count + 1, sizeof *v.value)),
                       must(calloc(count + 1, sizeof *v.fixed))};
    for (size_t i = 0; i < count; i++)
        v.value[i] = table[i].fallback;
    return v;
}

struct values values_copy(const struct values *from) {
    struct values v = values_new(from->table, from->count);
    memcpy(v.value, from->value, v.count * sizeof *v.value);
    memcpy(v.fixed, from->fixed, v.count * sizeof *v.fixed);
    return v;
}

void values_free(struct values *v) {
    free(v->value);
    free(v->fixed);
    *v = (struct values){0};
}

bool values_read(const struct setting *s, const char *text, double *value, char *error,
                 size_t error_bytes) {
    char accepted[256], number[32];
    uint64_t bytes;
    const char *plain = text;
    if (!strcmp(s->unit, "bytes") && number_bytes(text, &bytes)) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)bytes);
        plain = number;
    }
    if (setting_parse(s, plain, value) == 0)
        return true;
    setting_accepts(s, accepted, sizeof accepted);
    snprintf(error, error_bytes, "%s=%s: accepted: %s", s->name, text, accepted);
    return false;
}

// Whether the sweep list calls 0 "off".
static bool values_has_off(const struct setting *s) {
    struct names labels = {0};
    names_split(&labels, s->sweep ? s->sweep : "", ',');
    bool has = names_has(&labels, "off");
    names_free(&labels);
    return has;
}

char *values_print(const struct setting *s, double value) {
    char text[64];
    if (s->choices)
        return must(strdup(s->choices[(int)value]));
    if (value == 0 && values_has_off(s))
        return must(strdup("off"));
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return must(strdup(text));
}

// One condition, NAME=VALUE or NAME!=VALUE. Returns whether it is one on a setting of the table;
// *holds tells the rest.
static bool values_condition(const struct values *v, const char *text, bool *holds) {
    size_t name = strcspn(text, "!="), sign = text[name] == '!' ? 2 : 1;
    char *wanted = must(strndup(text, name));
    const struct setting *s = setting_find(v->table, v->count, wanted);
    double value;
    bool good = s && text[name] && setting_parse(s, text + name + sign, &value) == 0;
    free(wanted);
    *holds = good && (v->value[s - v->table] == value) == (sign == 1);
    return good;
}

// The same of one or more, NAME=VALUE|NAME=VALUE: whether one of them holds.
static bool values_any_condition(const struct values *v, const char *text, bool *holds) {
    struct names any = {0};
    bool good = true, one;
    names_split(&any, text, '|');
    *holds = false;
    for (size_t i = 0; i < any.count; i++) {
        good &= values_condition(v, any.items[i], &one);
        *holds |= one;
    }
    names_free(&any);
    return good;
}

// Returns whether all conditions of a setting are ones; *acts tells whether they hold.
static bool values_conditions(const struct values *v, const struct setting *s, bool *acts) {
    struct names conditions = {0};
    bool good = true, holds;
    names_split(&conditions, s->when ? s->when : "", ',');
    *acts = true;
    for (size_t i = 0; i < conditions.count; i++) {
        good &= values_any_condition(v, conditions.items[i], &holds);
        *acts &= holds;
    }
    names_free(&conditions);
    return good;
}

bool values_acts(const struct values *v, const struct setting *s) {
    bool acts;
    values_conditions(v, s, &acts);
    return acts;
}

bool values_when_fits(const struct values *v) {
    bool acts, good = true;
    for (size_t i = 0; i < v->count; i++)
        good &= values_conditions(v, &v->table[i], &acts);
    return good;
}

char *values_text(const struct values *v) {
    struct names parts = {0};
    for (size_t i = 0; i < v->count; i++) {
        if (v->value[i] == v->table[i].fallback || !values_acts(v, &v->table[i]))
            continue;
        char *value = values_print(&v->table[i], v->value[i]);
        char *part = text_format("%s=%s", v->table[i].name, value);
        names_add(&parts, part);
        free(part);
        free(value);
    }
    char *text = names_join(&parts, ";");
    names_free(&parts);
    return text;
}

bool values_assign(struct values *v, const char *assignment, char *error, size_t error_bytes) {
    char name[64];
    size_t length = strcspn(assignment, "=");
    snprintf(name, sizeof name, "%.*s", (int)length, assignment);
    const struct setting *s = assignment[length] ? setting_find(v->table, v->count, name) : NULL;
    if (!s) {
        snprintf(error, error_bytes, "no setting '%s'", name);
        return false;
    }
    v->fixed[s - v->table] = true;
    return values_read(s, assignment + length + 1, &v->value[s - v->table], error, error_bytes);
}

bool values_apply(struct values *v, const char *text, char *error, size_t error_bytes) {
    struct names parts = {0};
    bool good = true;
    names_split(&parts, text, strchr(text, ';') ? ';' : ',');
    for (size_t i = 0; i < parts.count && good; i++)
        good = values_assign(v, parts.items[i], error, error_bytes);
    names_free(&parts);
    return good;
}

bool values_any_fixed(const struct values *v) {
    for (size_t i = 0; i < v->count; i++)
        if (v->fixed[i])
            return true;
    return false;
}

json_t *values_json(const struct values *v) {
    json_t *object = must(json_object());
    for (size_t i = 0; i < v->count; i++)
        json_object_set_new(object, v->table[i].name,
                            v->table[i].choices ? json_string(v->table[i].choices[(int)v->value[i]])
                                                : json_real(v->value[i]));
    return object;
}
