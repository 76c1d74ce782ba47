// slice_patterns.c - which strategies and workloads a slice is for.

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "slice.h"

#include <fnmatch.h>
#include <string.h>

// Names between commas and blanks.
static void slice_split(struct names *list, const char *text) {
    char *copy = must(strdup(text)), *rest;
    for (char *name = strtok_r(copy, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest))
        names_add(list, name);
    free(copy);
}

struct names slice_list(const json_t *json, const char *member, const char *otherwise) {
    struct names list = {0};
    const json_t *value = json_object_get(json, member);
    const char *text = json_string_value(value);
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item) names_add(&list, json_string_value(item));
    if (text && strchr(text, '='))
        names_add(&list, text);
    else if (text || !value)
        slice_split(&list, text ? text : otherwise);
    return list;
}

bool slice_matches(const char *pattern, const char *owner, const char *name) {
    char *both = text_format("%s.%s", owner, name);
    pattern += *pattern == '?';
    bool matches = !fnmatch(pattern, name, 0) || !fnmatch(pattern, both, 0);
    free(both);
    return matches;
}

bool slice_has(const struct names *patterns, const struct chosen *c, bool named) {
    bool has = false, asked = named && names_has(patterns, "named");
    for (size_t i = 0; i < patterns->count; i++) {
        const char *pattern = patterns->items[i];
        bool without = *pattern == '!';
        pattern += without;
        pattern += *pattern == '?';
        bool matches = !strcmp(pattern, "named")        ? named
                       : !strncmp(pattern, "trait:", 6) ? subject_has_trait(c->subject, pattern + 6)
                                                        : !fnmatch(pattern, c->subject->name, 0);
        if (matches && without && !asked)
            return false;
        has |= matches && !without;
    }
    return has;
}

bool slice_known(const struct slice *slice, const struct names *patterns, const struct group *g) {
    struct names known = subjects_names(g->all);
    bool good = true;
    for (size_t i = 0; i < patterns->count && good; i++) {
        const char *name = patterns->items[i] + (*patterns->items[i] == '!');
        good = strpbrk(name, "*?[:") || !strcmp(name, "named") ||
               suggest_known(slice->error, slice->error_bytes, g->subject, name, &known);
    }
    names_free(&known);
    return good;
}

bool slice_runs(const struct slice *slice, const struct chosen *workload,
                const struct chosen *strategy) {
    return names_has(&strategy->subject->workloads, workload->subject->name) &&
           preset_suits(workload->preset, strategy->subject) &&
           slice_has(&slice->workloads, workload, slice->s->workloads.named) &&
           slice_has(&slice->strategies, strategy, slice->s->strategies.named);
}
