// claims.c - reads a file of claims and checks its form.

#include "claims.h"

#include "base/file.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"

#include <string.h>

#define CLAIMS_INSTRUCTIONS "instructions_per_step"

static struct names claims_texts(const json_t *claim, const char *member) {
    struct names list = {0};
    const json_t *value = json_object_get(claim, member);
    size_t i;
    json_t *item;
    if (json_is_string(value))
        names_add(&list, json_string_value(value));
    json_array_foreach(value, i, item) {
        if (json_is_string(item))
            names_add(&list, json_string_value(item));
    }
    return list;
}

// -------------------------------------------------------------------------------------------- form
#define CLAIM_MEMBERS                                                                              \
    "what,figure,ours,against,per,unit,at_most,at_least,equals,text,without,sentence,bounds"

// What is wrong with a claim's values; NULL: nothing.
static const char *claim_wrong(const json_t *claim) {
    struct names ours = claims_texts(claim, "ours"), figures = claims_texts(claim, "figure");
    const json_t *per = json_object_get(claim, "per"), *against = json_object_get(claim, "against");
    size_t limits = json_is_number(json_object_get(claim, "at_most")) +
                    json_is_number(json_object_get(claim, "at_least"));
    bool equals = json_is_true(json_object_get(claim, "equals"));
    const char *wrong = NULL;
    if (!json_is_object(claim) || !ours.count)
        wrong = "\"ours\" is a key, a pattern, or a list of them";
    else if (!figures.count || (figures.count > 1 && !equals))
        wrong = "\"figure\" is a metric, or for \"equals\" paths in a record";
    else if (limits + equals != 1)
        wrong = "accepted: one of \"at_most\": NUMBER, \"at_least\": NUMBER, \"equals\": true";
    else if (per && !json_is_string(per) && !(json_number_value(per) > 0))
        wrong = "\"per\" is a metric or a number above 0";
    else if (against && !json_is_string(against) && (equals || json_number_value(against) == 0))
        wrong = "\"against\" is a key, a pattern, @base, @baseline or a number";
    else if (equals && !against)
        wrong = "\"equals\" needs \"against\"";
    names_free(&ours);
    names_free(&figures);
    return wrong;
}

// sentences: that there are.
static bool claim_check(const json_t *claim, const struct names *sentences, char *error,
                        size_t error_bytes) {
    struct names known = {0};
    names_split(&known, CLAIM_MEMBERS, ',');
    bool good = suggest_members(claim, &known, error, error_bytes);
    const char *wrong = claim_wrong(claim), *sentence = text_member(claim, "sentence");
    names_free(&known);
    if (good && wrong)
        snprintf(error, error_bytes, "%s", wrong);
    return good && !wrong &&
           (!*sentence || suggest_known(error, error_bytes, "sentence", sentence, sentences));
}

// Whether a key of the claim contains the text.
static bool claim_wanted(const json_t *claim, const char *only) {
    struct names keys = claims_texts(claim, "ours");
    bool wanted = strstr(text_member(claim, "against"), only);
    for (size_t i = 0; i < keys.count; i++)
        wanted |= strstr(keys.items[i], only) != NULL;
    names_free(&keys);
    return wanted;
}

static bool claims_check_each(const json_t *json, const char *path, char *error,
                              size_t error_bytes) {
    struct names sentences = {0};
    char problem[1024];
    bool good = true;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(json, "sentences"), i, item)
        names_add(&sentences, text_member(item, "id"));
    json_array_foreach(json_object_get(json, "claims"), i, item) {
        if (good && !(good = claim_check(item, &sentences, problem, sizeof problem)))
            snprintf(error, error_bytes, "%s: claim %zu: %s", path, i + 1, problem);
    }
    names_free(&sentences);
    return good;
}

static bool claims_check(json_t *json, const char *path, const char *only, char *error,
                         size_t error_bytes) {
    json_t *list = json_object_get(json, "claims");
    if (!json_is_array(list))
        snprintf(error, error_bytes, "%s: accepted: {\"claims\": [...]}", path);
    if (!list || !claims_check_each(json, path, error, error_bytes))
        return false;
    for (size_t i = json_array_size(list); only && i-- > 0;)
        if (!claim_wanted(json_array_get(list, i), only))
            json_array_remove(list, i);
    if (!json_array_size(list) && json_is_array(list))
        snprintf(error, error_bytes, "%s: no claim%s%s", path,
                 only ? " with a key that contains " : "", only ? only : "");
    return json_array_size(list) > 0;
}

json_t *claims_load(const char *name, const char *only, char *error, size_t error_bytes) {
    char *path = file_named("results/claims", ".json", "claims", name, error, error_bytes);
    json_t *json = path ? file_json(path, error, error_bytes) : NULL;
    if (json && !claims_check(json, path, only, error, error_bytes)) {
        json_decref(json);
        json = NULL;
    }
    if (json)
        json_object_set_new(json, "file", json_string(path));
    free(path);
    return json;
}

static void claim_add_key(struct names *keys, const char *key) {
    if (*key && *key != '@' && !strchr(key, '*') && !names_has(keys, key))
        names_add(keys, key);
}

static void claim_add_keys(struct names *keys, const json_t *claim) {
    struct names ours = claims_texts(claim, "ours");
    for (size_t n = 0; n < ours.count; n++)
        claim_add_key(keys, ours.items[n]);
    claim_add_key(keys, text_member(claim, "against"));
    names_free(&ours);
}

void claims_keys(const json_t *claims, bool of_instructions, struct names *keys) {
    size_t i;
    json_t *claim;
    json_array_foreach(json_object_get(claims, "claims"), i,
                       claim) if (!strcmp(text_member(claim, "figure"), CLAIMS_INSTRUCTIONS) ==
                                  of_instructions) claim_add_keys(keys, claim);
}

json_t *claims_sides(const json_t *claims) {
    size_t i;
    json_t *claim, *sides = must(json_array());
    json_array_foreach(json_object_get(claims, "claims"), i, claim) {
        struct names keys = {0};
        json_t *side = must(json_array());
        claim_add_keys(&keys, claim);
        for (size_t n = 0; n < keys.count; n++)
            json_array_append_new(side, json_string(keys.items[n]));
        json_array_append_new(sides, side);
        names_free(&keys);
    }
    return sides;
}
