// regress_compare.c - see regress_compare.h.

#include "regress_compare.h"

#include "base/must.h"
#include "base/table.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char *value_text(const json_t *value) {
    if (!value)
        return text_format("-");
    if (json_is_string(value))
        return text_format("%s", json_string_value(value));
    if (json_is_integer(value))
        return text_format("%lld", (long long)json_integer_value(value));
    return must(json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT));
}

static char *change_text(const json_t *from, const json_t *to) {
    if (!json_is_number(from) || !json_is_number(to))
        return text_format("%s", "");
    double a = json_number_value(from), b = json_number_value(to);
    if (a == 0)
        return text_format("from 0");
    return text_format("%+.2g %%", 100 * (b - a) / a);
}

static void add(struct regress_found *found, const char *program, const char *what,
                const json_t *baseline, const json_t *now) {
    found->list = must(realloc(found->list, (found->differences + 1) * sizeof *found->list));
    found->list[found->differences++] = (struct regress_difference){
        text_format("%s", program), text_format("%s", what), value_text(baseline), value_text(now),
        change_text(baseline, now)};
}

static void compare_value(struct regress_found *found, const char *program, const char *what,
                          const json_t *baseline, const json_t *now) {
    found->values++;
    if (!baseline || !now || !json_equal(baseline, now))
        add(found, program, what, baseline, now);
}

// Members of both objects; nested ones, the counters, with their own names.
static void compare_object(struct regress_found *found, const char *program, const char *prefix,
                           const json_t *baseline, const json_t *now) {
    json_t *names = must(json_object());
    json_object_update(names, (json_t *)(uintptr_t)baseline);
    json_object_update_missing(names, (json_t *)(uintptr_t)now);
    const char *name;
    json_t *any;
    json_object_foreach(names, name, any) {
        const json_t *then = json_object_get(baseline, name), *value = json_object_get(now, name);
        char *what = text_format("%s%s", prefix, name);
        if (json_is_object(any)) {
            char *inner =
                strcmp(name, "counters") ? text_format("%s.", name) : text_format("%s", "");
            compare_object(found, program, inner, then, value);
            free(inner);
        } else {
            compare_value(found, program, what, then, value);
        }
        free(what);
    }
    json_decref(names);
}

void regress_compare(const char *strategy, const json_t *baseline, const json_t *now,
                     struct regress_found *found) {
    const json_t *programs = json_object_get(baseline, "programs");
    json_t *measured = json_object_get(now, "programs"), *value, *then;
    const char *name;
    found->strategies++;
    compare_value(found, strategy, "steps", json_object_get(baseline, "steps"),
                  json_object_get(now, "steps"));
    json_object_foreach(measured, name, value) {
        char *program = text_format("%s/%s", name, strategy);
        then = json_object_get(programs, name);
        if (then) {
            found->programs++;
            compare_object(found, program, "", then, value);
        } else {
            printf("%s is not in the baseline: `make baseline` adds it\n", program);
        }
        free(program);
    }
    json_object_foreach((json_t *)(uintptr_t)programs, name, then) {
        if (json_object_get(measured, name))
            continue;
        char *program = text_format("%s/%s", name, strategy);
        compare_value(found, program, "the whole program", json_object_get(then, "outcome"), NULL);
        free(program);
    }
}

void regress_print(const struct regress_found *found, const char *baseline, FILE *out) {
    struct table_column columns[] = {
        {"program", 8, 0}, {"what", 8, 0}, {"baseline", 8, 1}, {"now", 8, 1}, {"change", 6, 1}};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    for (size_t i = 0; i < found->differences; i++) {
        const struct regress_difference *d = &found->list[i];
        const char *texts[COLUMNS] = {d->program, d->what, d->baseline, d->now, d->change};
        for (size_t c = 0; c < COLUMNS; c++)
            table_fit(&columns[c], &texts[c], 1);
    }
    if (found->differences)
        table_head(out, columns, COLUMNS);
    for (size_t i = 0; i < found->differences; i++) {
        const struct regress_difference *d = &found->list[i];
        const char *texts[COLUMNS] = {d->program, d->what, d->baseline, d->now, d->change};
        table_row(out, columns, COLUMNS, texts);
    }
    fprintf(out, "%zu strategies, %zu programs, %zu values compared with %s: ", found->strategies,
            found->programs, found->values, baseline);
    if (found->differences)
        fprintf(out, "%zu differ. If that is intended, `make baseline` and commit it.\n",
                found->differences);
    else
        fputs("all equal\n", out);
}

void regress_found_free(struct regress_found *found) {
    for (size_t i = 0; i < found->differences; i++) {
        free(found->list[i].program);
        free(found->list[i].what);
        free(found->list[i].baseline);
        free(found->list[i].now);
        free(found->list[i].change);
    }
    free(found->list);
    *found = (struct regress_found){0};
}
