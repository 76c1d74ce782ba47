// form.c - tables of the members that each verb of a scenario takes, and what reads them.

#include "form.h"

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_WHOLE, KIND_REAL, KIND_YES, KIND_SET, KIND_CHOICE, KIND_AMOUNT, KIND_SIZES };

// at: of the value in struct scenario_action. bare: the verb's value may be this one alone.
struct member {
    const char *name;
    enum kind kind;
    size_t at;
    double min, max;
    const char *const *choices;
    bool needed, bare;
};
#define AT(member) offsetof(struct scenario_action, member)

enum { FORM_MEMBERS = 19 };
static const double FORM_MAX_COUNT = 1e8, FORM_MAX_BYTES = HEAP_MAX_PAYLOAD_BYTES;

static const char *const form_shapes[] = {"atom", "node",     "list",      "tuple",
                                          "dict", "external", SHAPE_NAMES, NULL};
static const char *const form_items[] = {"none", "small_int", "int", "atom", NULL};
static const char *const form_how[] = {"read", "overwrite", "store", NULL};
static const char *const form_orders[] = {"random", "in_turn", NULL};

#define COUNT                                                                                      \
    { "count", KIND_AMOUNT, AT(count), 0, FORM_MAX_COUNT, NULL, false, false }
#define PAYLOAD                                                                                    \
    { "payload", KIND_SIZES, AT(payload), 0, FORM_MAX_BYTES, NULL, false, false }

// What is made.
#define MAKES(shape_needed)                                                                        \
    COUNT, PAYLOAD, {"shape", KIND_CHOICE, AT(what), 0, 0, form_shapes, shape_needed, false},      \
        {"nodes", KIND_WHOLE, AT(nodes), 1, SCENARIO_MAX_NODES, NULL, false, false},               \
        {"slots", KIND_WHOLE, AT(slots), 0, HEAP_MAX_SLOTS, NULL, false, false},                   \
        {"length", KIND_WHOLE, AT(length), 0, FORM_MAX_COUNT, NULL, false, false},                 \
        {"cyclic", KIND_REAL, AT(cyclic), 0, 1, NULL, false, false},                               \
        {"items", KIND_CHOICE, AT(items), 0, 0, form_items, false, false},                         \
        {"item_payload", KIND_SIZES, AT(item_payload), 0, FORM_MAX_BYTES, NULL, false, false},     \
        {"refer", KIND_SET, AT(refer), 0, 0, NULL, false, false},                                  \
        {"interned", KIND_YES, AT(interned), 0, 0, NULL, false, false}, {                          \
        "values", KIND_WHOLE, AT(values), 1, 1e9, NULL, false, false                               \
    }
// And where it goes.
#define PLACES(needed)                                                                             \
    {"into", KIND_SET, AT(set), 0, 0, NULL, needed, false}, {                                      \
        "guarded", KIND_REAL, AT(guarded), 0, 1, NULL, false, false                                \
    }

static const struct verb {
    const char *name;
    struct member members[FORM_MEMBERS]; // ended by one without a name
} form_table[SCENARIO_VERBS] = {
    [SCENARIO_BUILD] = {"build",
                        {MAKES(true),
                         PLACES(false),
                         {"keep_newest", KIND_WHOLE, AT(keep_newest), 1, 1e9, NULL, false, false}}},
    [SCENARIO_CHURN] = {"churn",
                        {MAKES(true),
                         PLACES(true),
                         {"order", KIND_CHOICE, AT(order), 0, 0, form_orders, false, false}}},
    [SCENARIO_CHAIN] = {"chain",
                        {COUNT,
                         PAYLOAD,
                         {"in", KIND_SET, AT(set), 0, 0, NULL, true, false},
                         {"also", KIND_SET, AT(also), 0, 0, NULL, false, false},
                         {"slots", KIND_WHOLE, AT(slots), 1, HEAP_MAX_SLOTS, NULL, false, false}}},
    [SCENARIO_DROP] =
        {"drop",
         {{"from", KIND_SET, AT(set), 0, 0, NULL, true, true},
          {"all", KIND_YES, AT(all), 0, 0, NULL, false, false},
          {"keep_one_of", KIND_WHOLE, AT(keep_one_of), 1, FORM_MAX_COUNT, NULL, false, false},
          {"keep_newest", KIND_WHOLE, AT(keep_newest), 1, 1e9, NULL, false, false},
          {"older_than", KIND_WHOLE, AT(older_than), 1, 1e9, NULL, false, false},
          {"oldest", KIND_AMOUNT, AT(oldest), 0, FORM_MAX_COUNT, NULL, false, false},
          {"newest", KIND_AMOUNT, AT(newest), 0, FORM_MAX_COUNT, NULL, false, false},
          {"random", KIND_AMOUNT, AT(random), 0, FORM_MAX_COUNT, NULL, false, false}}},
    [SCENARIO_TOUCH] = {"touch",
                        {COUNT,
                         PAYLOAD,
                         {"set", KIND_SET, AT(set), 0, 0, NULL, true, true},
                         {"how", KIND_CHOICE, AT(how), 0, 0, form_how, false, false},
                         {"order", KIND_CHOICE, AT(order), 0, 0, form_orders, false, false}}},
    [SCENARIO_SHUFFLE] = {"shuffle", {{"set", KIND_SET, AT(set), 0, 0, NULL, true, true}}},
    [SCENARIO_IDLE] = {"idle",
                       {{"seconds", KIND_REAL, AT(seconds), 0, 3600, NULL, true, true},
                        {"virtual", KIND_YES, AT(on), 0, 0, NULL, false, false}}},
    [SCENARIO_COLLECT] = {"collect",
                          {{"generation", KIND_WHOLE, AT(generation), 0, HEAP_GENERATIONS - 1, NULL,
                            true, true}}},
    [SCENARIO_FREEZE] = {"freeze", {{"on", KIND_YES, AT(on), 0, 0, NULL, true, true}}},
    [SCENARIO_FINALIZE] = {"finalize", {MAKES(false)}},
};

enum scenario_verb form_verb(const char *name) {
    int verb = 0;
    while (verb < SCENARIO_VERBS && strcmp(form_table[verb].name, name) != 0)
        verb++;
    return (enum scenario_verb)verb;
}

void form_verbs(struct names *names) {
    for (int i = 0; i < SCENARIO_VERBS; i++)
        names_add(names, form_table[i].name);
}

// ---------------------------------------------------------------------------------------- messages
bool form_wrong(const struct form *f, const char *member, const char *accepted) {
    snprintf(f->error, f->error_bytes, "%s: \"%s\": accepted: %s", f->where, member, accepted);
    return false;
}

bool form_known(const struct form *f, const json_t *object, const struct names *names) {
    char problem[1024];
    bool good = suggest_members(object, names, problem, sizeof problem);
    if (!good)
        snprintf(f->error, f->error_bytes, "%s: %s", f->where, problem);
    return good;
}

static bool form_out_of_range(const struct form *f, const struct member *m, const char *what) {
    char *accepted = text_format("%s from %.10g to %.10g", what, m->min, m->max);
    form_wrong(f, m->name, accepted);
    free(accepted);
    return false;
}

// ------------------------------------------------------------------------------------------ values
static bool form_is_in(const struct member *m, const json_t *value) {
    double number = json_number_value(value);
    return json_is_number(value) && number >= m->min && number <= m->max;
}

static bool form_whole(const struct form *f, const struct member *m, const json_t *value,
                       uint64_t *out) {
    double number = json_number_value(value);
    *out = form_is_in(m, value) && number == floor(number) ? (uint64_t)number : 0;
    if (form_is_in(m, value) && number == floor(number))
        return true;
    return form_out_of_range(f, m, "a whole number");
}

// The number of a set, which is there from the first time that it is named.
static bool form_set(const struct form *f, const struct member *m, const json_t *value, int *out) {
    struct names *sets = &f->scenario->sets;
    const char *name = json_string_value(value);
    if (!name || !*name)
        return form_wrong(f, m->name, "the name of a set, as \"all\"");
    for (*out = 0; (size_t)*out < sets->count; (*out)++)
        if (!strcmp(sets->items[*out], name))
            return true;
    names_add(sets, name);
    return true;
}

static bool form_choice(const struct form *f, const struct member *m, const json_t *value,
                        int *out) {
    struct names known = {0};
    const char *name = json_string_value(value);
    for (int i = 0; m->choices[i]; i++) {
        names_add(&known, m->choices[i]);
        if (name && !strcmp(name, m->choices[i])) {
            *out = i;
            names_free(&known);
            return true;
        }
    }
    char problem[512];
    suggest_unknown(problem, sizeof problem, m->name, name ? name : "", &known);
    snprintf(f->error, f->error_bytes, "%s: %s", f->where, problem);
    names_free(&known);
    return false;
}

static bool form_amount(const struct form *f, const struct member *m, const json_t *value,
                        struct scenario_amount *out) {
    static const char accepted[] =
        "a number, {\"from\": 10, \"to\": 1000} over the steps, or {\"share\": 0.01, \"of\": SET}";
    const json_t *from = json_object_get(value, "from"), *to = json_object_get(value, "to");
    const json_t *share = json_object_get(value, "share"), *of = json_object_get(value, "of");
    *out = (struct scenario_amount){.of = -1};
    if (json_is_number(value)) {
        out->from = out->to = json_number_value(value);
        return form_is_in(m, value) ? true : form_out_of_range(f, m, "a number");
    }
    if (json_object_size(value) != 2 || !((from && to) || (share && of)))
        return form_wrong(f, m->name, accepted);
    if (share) {
        out->share = json_number_value(share);
        return json_is_number(share) && out->share >= 0 && out->share <= 1
                   ? form_set(f, m, of, &out->of)
                   : form_wrong(f, m->name, "a share from 0 to 1");
    }
    out->from = json_number_value(from);
    out->to = json_number_value(to);
    return form_is_in(m, from) && form_is_in(m, to) ? true : form_out_of_range(f, m, "numbers");
}

static bool form_sizes(const struct form *f, const struct member *m, const json_t *value,
                       struct scenario_sizes *out) {
    static const char accepted[] =
        "bytes, a list of them for use in turn, or {\"from\": 16, \"to\": 4096}";
    const json_t *from = json_object_get(value, "from"), *to = json_object_get(value, "to");
    free(out->list);
    *out = (struct scenario_sizes){.low = json_number_value(from), .high = json_number_value(to)};
    if (json_object_size(value) == 2 && form_is_in(m, from) && form_is_in(m, to) && out->low >= 1 &&
        out->low <= out->high)
        return true;
    out->count = json_is_number(value) ? 1 : json_array_size(value);
    if (!out->count)
        return form_wrong(f, m->name, accepted);
    out->list = must(calloc(out->count, sizeof *out->list));
    for (size_t i = 0; i < out->count; i++)
        if (!form_whole(f, m, json_is_number(value) ? value : json_array_get(value, i),
                        &out->list[i]))
            return form_out_of_range(f, m, "bytes");
    return true;
}

static bool form_value(const struct form *f, const struct member *m, const json_t *value,
                       struct scenario_action *a) {
    void *at = (char *)a + m->at;
    switch (m->kind) {
    case KIND_WHOLE:
        return form_whole(f, m, value, at);
    case KIND_REAL:
        *(double *)at = json_number_value(value);
        return form_is_in(m, value) ? true : form_out_of_range(f, m, "a number");
    case KIND_YES:
        *(bool *)at = json_is_true(value);
        return json_is_boolean(value) ? true : form_wrong(f, m->name, "true or false");
    case KIND_SET:
        return form_set(f, m, value, at);
    case KIND_CHOICE:
        return form_choice(f, m, value, at);
    case KIND_AMOUNT:
        return form_amount(f, m, value, at);
    default:
        return form_sizes(f, m, value, at);
    }
}

// ----------------------------------------------------------------------------------------- actions
static bool form_build_fits(const struct form *f, const struct scenario_action *a) {
    bool shaped = a->what >= SCENARIO_SHAPES, node = a->what == SCENARIO_NODE;
    bool sequence = a->what == SCENARIO_LIST || a->what == SCENARIO_TUPLE;
    bool dict = a->what == SCENARIO_DICT;
    if ((sequence || dict) && !(a->payload.count == 1 && !a->payload.list[0]))
        return form_wrong(f, "payload", "nothing: a list, tuple or dict has none");
    if (a->slots && !node && !dict)
        return form_wrong(f, "slots", "only with \"shape\": \"node\" or \"dict\"");
    if (dict && !a->slots)
        return form_wrong(f, "slots", "1 to 4095 with \"shape\": \"dict\"");
    if (a->length && !sequence)
        return form_wrong(f, "length", "only with \"shape\": \"list\" or \"tuple\"");
    if (a->what == SCENARIO_TUPLE && (!a->length || a->length > HEAP_MAX_SLOTS))
        return form_wrong(f, "length", "1 to 4095 with \"shape\": \"tuple\"");
    if (a->nodes > 1 && !shaped)
        return form_wrong(f, "nodes", "only with a shape that has some, as \"ring\"");
    if (a->items && (shaped || a->what == SCENARIO_ATOM || a->what == SCENARIO_EXTERNAL))
        return form_wrong(f, "items",
                          "only with \"shape\": \"node\", \"list\", \"tuple\" or \"dict\"");
    if (a->refer >= 0 && !node && !dict)
        return form_wrong(f, "refer", "only with \"shape\": \"node\" or \"dict\"");
    if ((a->interned || a->values) && a->what != SCENARIO_ATOM)
        return form_wrong(f, a->interned ? "interned" : "values", "only with \"shape\": \"atom\"");
    if (a->guarded > 0 && !node && !shaped)
        return form_wrong(f, "guarded", "only with \"shape\": \"node\", or one that has nodes");
    if (a->keep_newest && a->set < 0)
        return form_wrong(f, "keep_newest", "only with \"into\": SET");
    return true;
}

// Values that are told apart must fit into the payload, and keys are made in a buffer.
static bool form_values_fit(const struct form *f, const struct scenario_action *a) {
    if (!a->interned && !a->values)
        return true;
    for (size_t i = 0; i < a->payload.count; i++)
        if (a->payload.list[i] < sizeof(uint64_t) || a->payload.list[i] > SCENARIO_MAX_KEY_BYTES)
            return form_wrong(f, "payload", "8 to 256 bytes with \"interned\" or \"values\"");
    return a->payload.count || form_wrong(f, "payload", "bytes, with \"interned\" or \"values\"");
}

static bool form_drop_fits(const struct form *f, struct scenario_action *a, const json_t *value) {
    size_t rules = json_object_size(value);
    if (rules > 2)
        return form_wrong(
            f, "from",
            "one of all, keep_one_of, keep_newest, older_than, oldest, newest, random "
            "besides");
    a->all |= rules < 2;
    return true;
}

static void form_default(struct scenario_action *a, enum scenario_verb verb) {
    *a = (struct scenario_action){.verb = verb, .set = -1, .also = -1, .refer = -1};
    a->count = (struct scenario_amount){1, 1, 0, -1};
    a->nodes = 1;
    a->cyclic = 1;
    a->slots = verb == SCENARIO_CHAIN;
    a->count.from = a->count.to = verb != SCENARIO_FINALIZE;
    struct scenario_sizes *sizes[] = {&a->payload, &a->item_payload};
    for (int i = 0; i < 2; i++) {
        sizes[i]->list = must(calloc(1, sizeof *sizes[i]->list));
        sizes[i]->count = 1;
        sizes[i]->list[0] = i ? 16 : 0;
    }
}

static bool form_members(const struct form *f, const struct member *members, const json_t *value,
                         struct scenario_action *a) {
    struct names names = {0};
    bool good = json_is_object(value);
    for (const struct member *m = members; m->name; m++)
        names_add(&names, m->name);
    if (!good) {
        char *accepted = names_join(&names, ", ");
        snprintf(f->error, f->error_bytes, "%s: accepted: an object with %s", f->where, accepted);
        free(accepted);
    }
    good = good && form_known(f, value, &names);
    for (const struct member *m = members; m->name && good; m++) {
        const json_t *given = json_object_get(value, m->name);
        good = given ? form_value(f, m, given, a)
                     : !m->needed || form_wrong(f, m->name, "a value: it is needed here");
    }
    names_free(&names);
    return good;
}

bool form_action(const struct form *f, enum scenario_verb verb, const json_t *value,
                 struct scenario_action *out) {
    const struct verb *v = &form_table[verb];
    form_default(out, verb);
    bool good = !json_is_object(value) && v->members[0].bare
                    ? form_value(f, &v->members[0], value, out)
                    : form_members(f, v->members, value, out);
    if (verb == SCENARIO_BUILD || verb == SCENARIO_CHURN || verb == SCENARIO_FINALIZE)
        good = good && form_build_fits(f, out) && form_values_fit(f, out);
    return good && (verb != SCENARIO_DROP || form_drop_fits(f, out, value));
}

void form_action_free(struct scenario_action *a) {
    free(a->payload.list);
    free(a->item_payload.list);
}
