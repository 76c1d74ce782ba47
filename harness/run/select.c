// select.c - checks strategies, workloads, backings, presets and settings against the catalog.

#include "select.h"

#include "base/input.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "model/backing.h"
#include "scenario/scenario.h"
#include "trace/trace.h"

#include <string.h>

// ------------------------------------------------------------------------------------------- typed
struct typed typed_read(const char *text) {
    struct typed t = {.optional = *text == '?'};
    text += t.optional;
    size_t dot = strcspn(text, ".="), name;
    if (text[dot] == '.')
        t.owner = must(strndup(text, dot));
    t.assignment = text + (t.owner ? dot + 1 : 0);
    name = strcspn(t.assignment, "=");
    t.name = must(strndup(t.assignment, name));
    t.value = t.assignment[name] ? t.assignment + name + 1 : NULL;
    return t;
}

void typed_free(struct typed *t) {
    free(t->owner);
    free(t->name);
}

const struct setting *typed_setting(const struct typed *t, const struct chosen *c) {
    return !t->owner || !strcmp(t->owner, c->subject->name)
               ? setting_find(c->values.table, c->values.count, t->name)
               : NULL;
}

// ------------------------------------------------------------------------------------------ groups
static bool select_known(const struct names *wanted, const struct names *known, const char *what,
                         char *error, size_t error_bytes) {
    for (size_t i = 0; i < wanted->count; i++)
        if (!suggest_known(error, error_bytes, what, wanted->items[i], known))
            return false;
    return true;
}

// All of them when none is named, but instruments.
static bool select_group(struct group *g, const struct names *wanted, char *error,
                         size_t error_bytes) {
    struct names known = subjects_names(g->all);
    bool good = select_known(wanted, &known, g->subject, error, error_bytes);
    g->named = wanted->count > 0;
    g->list = must(calloc(g->all->count + 1, sizeof *g->list));
    for (size_t i = 0; good && i < g->all->count; i++) {
        const struct subject *s = &g->all->list[i];
        if (g->named ? names_has(wanted, s->name) : !subject_has_trait(s, "instrument"))
            g->list[g->count++] = (struct chosen){s, subject_values(s), NULL};
    }
    names_free(&known);
    return good;
}

static bool select_backings(struct selection *s, const struct names *wanted, char *error,
                            size_t error_bytes) {
    bool good = true;
    for (size_t i = 0; i < wanted->count && good; i++) {
        char *name = catalog_backing(s->catalog, wanted->items[i], error, error_bytes);
        good = name != NULL;
        if (good && !names_has(&s->backings, name))
            names_add(&s->backings, name);
        free(name);
    }
    s->backings_named = wanted->count > 0;
    size_t count;
    if (!wanted->count)
        names_add(&s->backings, backing_list(&count)[0].name); // the C library's own
    return good;
}

// ---------------------------------------------------------------------------------------- settings
static void select_add_once(struct names *names, char *name) {
    if (!names_has(names, name))
        names_add(names, name);
    free(name);
}

struct names select_setting_names(const struct group *g, bool with_owner) {
    struct names names = {0};
    for (size_t i = 0; i < g->count; i++) {
        const struct subject *s = g->list[i].subject;
        for (size_t j = 0; j < s->setting_count; j++)
            select_add_once(&names, text_format("%s%s%s", with_owner ? s->name : "",
                                                with_owner ? "." : "", s->settings[j].name));
    }
    return names;
}

struct names select_preset_names(const struct selection *s) {
    struct names names = {0};
    const struct group *groups[] = {&s->strategies, &s->workloads};
    for (int g = 0; g < 2; g++)
        for (size_t i = 0; i < groups[g]->count; i++) {
            size_t n;
            json_t *preset;
            json_array_foreach(presets_of(groups[g]->list[i].subject->json), n, preset)
                select_add_once(&names, text_format("%s", text_member(preset, "name")));
        }
    return names;
}

// The one of that name alone; all of the group without a name. False with one line in error.
static bool select_owners(const struct group *g, const char *owner, struct group *owners,
                          char *error, size_t error_bytes) {
    struct names known = {0}, wanted = {(char *[]){(char *)(uintptr_t)owner}, 1};
    char *what = text_format("selected %s", g->subject);
    *owners = *g;
    for (size_t i = 0; i < g->count; i++) {
        names_add(&known, g->list[i].subject->name);
        if (owner && !strcmp(owner, g->list[i].subject->name)) {
            owners->list = &g->list[i];
            owners->count = 1;
        }
    }
    bool good = !owner || select_known(&wanted, &known, what, error, error_bytes);
    names_free(&known);
    free(what);
    return good;
}

// The setting of each of the owners that has it.
static bool select_assign(const struct group *owners, const struct typed *t, char *error,
                          size_t error_bytes) {
    bool found = false, good = true;
    for (size_t i = 0; i < owners->count && good; i++)
        if (typed_setting(t, &owners->list[i])) {
            found = true;
            good = values_assign(&owners->list[i].values, t->assignment, error, error_bytes);
        }
    if (!found) {
        struct names known = select_setting_names(owners, false);
        const char *whose = t->owner ? t->owner : owners->subject;
        char *what =
            text_format("%s of %s%s", owners->setting, t->owner ? "" : "a selected ", whose);
        suggest_unknown(error, error_bytes, what, t->name, &known);
        names_free(&known);
        free(what);
    }
    return found && good;
}

// The first of the group that has the setting; NULL when none has.
static const struct chosen *select_owner(const struct group *g, const struct typed *t) {
    for (size_t i = 0; i < g->count; i++)
        if (typed_setting(t, &g->list[i]))
            return &g->list[i];
    return NULL;
}

static bool select_has(const struct group *g, const char *name) {
    for (size_t i = 0; i < g->count; i++)
        if (name && !strcmp(g->list[i].subject->name, name))
            return true;
    return false;
}

// A setting that was typed after the flag for those of the other group.
static bool select_is_other(const struct group *own, const struct group *other,
                            const struct typed *t, const char *typed, const char *flag, char *error,
                            size_t error_bytes) {
    const struct chosen *owner = select_owner(own, t) ? NULL : select_owner(other, t);
    if (!owner)
        return false;
    bool needs_owner = !strcmp(flag, "param") && !t->owner;
    snprintf(error, error_bytes, "%s is a %s of %s: did you mean --%s %s%s%s?", typed,
             other->setting, owner->subject->name, flag, needs_owner ? owner->subject->name : "",
             needs_owner ? "." : "", typed);
    return true;
}

// One --set or --param. What is meant by a payload=1 that one owner has, is said.
static bool select_set(const struct group *g, const struct typed *t, const char *typed,
                       bool needs_owner, char *error, size_t error_bytes) {
    struct group owners;
    if (t->optional && !select_has(g, t->owner))
        return true;
    if (t->value && (t->owner || !needs_owner))
        return select_owners(g, t->owner, &owners, error, error_bytes) &&
               select_assign(&owners, t, error, error_bytes);
    typed += t->optional;
    const struct chosen *meant = t->value ? select_owner(g, t) : NULL;
    snprintf(error, error_bytes, "--%s '%s': %s%s%s%s%saccepted: %s", needs_owner ? "param" : "set",
             typed, meant ? "did you mean " : "", meant ? meant->subject->name : "",
             meant ? "." : "", meant ? typed : "", meant ? "? " : "",
             needs_owner ? "WORKLOAD.NAME=VALUE" : "NAME=VALUE or STRATEGY.NAME=VALUE");
    return false;
}

// Each --set (of strategies) or --param, of which `other` has those of the other flag.
static bool select_each(const struct group *g, const struct group *other, const struct names *texts,
                        bool params, char *error, size_t error_bytes) {
    bool good = true;
    for (size_t i = 0; i < texts->count && good; i++) {
        const char *typed = texts->items[i];
        struct typed t = typed_read(typed);
        good =
            !select_is_other(g, other, &t, typed, params ? "set" : "param", error, error_bytes) &&
            select_set(g, &t, typed, params, error, error_bytes);
        typed_free(&t);
    }
    return good;
}

// Whether each setting that was typed does something for one of its owners.
static bool select_act(const struct group *g, const struct names *texts, char *error,
                       size_t error_bytes) {
    bool good = true;
    for (size_t n = 0; n < texts->count && good; n++) {
        struct typed t = typed_read(texts->items[n]);
        const struct setting *idle = NULL;
        bool acts = false;
        for (size_t i = 0; i < g->count; i++) {
            const struct setting *s = typed_setting(&t, &g->list[i]);
            acts |= s && values_acts(&g->list[i].values, s);
            idle = s ? s : idle;
        }
        good = acts || !idle;
        if (!good)
            snprintf(error, error_bytes, "%s: it does nothing here: accepted: with %s",
                     texts->items[n] + t.optional, idle->when);
        typed_free(&t);
    }
    return good;
}

// ----------------------------------------------------------------------------------------- presets
static bool select_preset_of(struct chosen *c, const json_t *preset, bool workload, char *error,
                             size_t error_bytes) {
    if (c->preset && c->preset != preset) {
        snprintf(error, error_bytes,
                 "'%s' and '%s' are both presets of %s: accepted: one of them%s",
                 text_member(c->preset, "name"), text_member(preset, "name"), c->subject->name,
                 workload ? ", or none for a matrix with both" : "");
        return false;
    }
    c->preset = preset;
    return preset_apply(preset, &c->values, error, error_bytes);
}

// The preset of that name of every selected strategy and workload that has one.
static bool select_preset(struct selection *s, const char *name, char *error, size_t error_bytes) {
    struct group *groups[] = {&s->strategies, &s->workloads};
    bool found = false;
    for (int g = 0; g < 2; g++)
        for (size_t i = 0; i < groups[g]->count; i++) {
            const json_t *preset = preset_find(groups[g]->list[i].subject, name);
            found |= preset != NULL;
            if (preset &&
                !select_preset_of(&groups[g]->list[i], preset, g == 1, error, error_bytes))
                return false;
        }
    if (!found) {
        struct names known = select_preset_names(s);
        suggest_unknown(error, error_bytes, "preset of a selected strategy or workload", name,
                        &known);
        names_free(&known);
    }
    return found;
}

// A strategy that was named can run the presets of workloads that were.
static bool select_suits(const struct selection *s, char *error, size_t error_bytes) {
    for (size_t w = 0; w < s->workloads.count && s->strategies.named; w++) {
        const struct chosen *workload = &s->workloads.list[w];
        for (size_t i = 0; workload->preset && i < s->strategies.count; i++) {
            const struct subject *strategy = s->strategies.list[i].subject;
            if (preset_suits(workload->preset, strategy))
                continue;
            char *needs = json_dumps(json_object_get(workload->preset, "needs"), JSON_ENCODE_ANY);
            snprintf(error, error_bytes,
                     "preset '%s' of %s is for strategies that claim %s, and %s does not: leave it "
                     "out, or give the preset's settings by --param: %s",
                     text_member(workload->preset, "name"), workload->subject->name,
                     needs ? needs : "?", strategy->name,
                     text_member(workload->preset, "assignments"));
            free(needs);
            return false;
        }
    }
    return true;
}

// Of two values for what was typed alike, one would be passed over in silence. OWNER.NAME may
// narrow what NAME says.
static bool select_twice(const struct names *typed, char *error, size_t error_bytes) {
    for (size_t i = 0; i < typed->count; i++)
        for (size_t j = 0; j < i; j++) {
            size_t bytes = strcspn(typed->items[i], "=");
            if (bytes != strcspn(typed->items[j], "=") ||
                strncmp(typed->items[i], typed->items[j], bytes))
                continue;
            snprintf(error, error_bytes, "%s and %s: accepted: one of them, or both by --sweep",
                     typed->items[j], typed->items[i]);
            return true;
        }
    return false;
}

static bool select_settings(struct selection *s, const struct options *o, char *error,
                            size_t error_bytes) {
    if (select_twice(&o->sets, error, error_bytes) || select_twice(&o->params, error, error_bytes))
        return false;
    for (size_t i = 0; i < o->presets.count; i++)
        if (!select_preset(s, o->presets.items[i], error, error_bytes))
            return false;
    return select_each(&s->strategies, &s->workloads, &o->sets, false, error, error_bytes) &&
           select_each(&s->workloads, &s->strategies, &o->params, true, error, error_bytes) &&
           select_suits(s, error, error_bytes) &&
           select_act(&s->strategies, &o->sets, error, error_bytes) &&
           select_act(&s->workloads, &o->params, error, error_bytes);
}

// ------------------------------------------------------------------------------------------ inputs
// The last part of a path, or all of it when another input ends in the same.
static void select_name_inputs(struct selection *s, const struct names *paths) {
    for (size_t i = 0; i < paths->count; i++) {
        const char *slash = strrchr(paths->items[i], '/');
        const char *name = slash && slash[1] ? slash + 1 : paths->items[i];
        names_add(&s->inputs, names_has(&s->inputs, name) ? paths->items[i] : name);
    }
}

static bool select_text(const char *path, uint64_t *sum, char *error, size_t error_bytes) {
    struct input *in = input_read(path, error, error_bytes);
    *sum = in ? in->checksum : 0;
    input_free(in);
    return in != NULL;
}

static bool select_trace(const char *name, uint64_t *sum, char *error, size_t error_bytes) {
    char *path = trace_find(name, error, error_bytes);
    struct trace *trace = path ? trace_read(path, error, error_bytes) : NULL;
    *sum = trace ? trace->checksum : 0;
    trace_free(trace);
    free(path);
    return trace != NULL;
}

static bool select_scenario(const char *name, uint64_t *sum, char *error, size_t error_bytes) {
    char *path = scenario_find(name, error, error_bytes);
    struct scenario *scenario = path ? scenario_read(path, error, error_bytes) : NULL;
    *sum = scenario ? scenario->checksum : 0;
    scenario_free(scenario);
    free(path);
    return scenario != NULL;
}

const char *select_kind(const char *input) {
    return trace_is(input) ? "trace" : scenario_is(input) ? "scenario" : "text";
}

// Reads it, and remembers its checksum.
static bool select_input(const struct selection *s, const char *input, char *error,
                         size_t error_bytes) {
    const char *kind = select_kind(input);
    uint64_t sum;
    bool good = !strcmp(kind, "trace")      ? select_trace(input, &sum, error, error_bytes)
                : !strcmp(kind, "scenario") ? select_scenario(input, &sum, error, error_bytes)
                                            : select_text(input, &sum, error, error_bytes);
    char *text = text_format("0x%016llx", (unsigned long long)sum);
    if (good)
        json_object_set_new(s->sums, input, json_string(text));
    free(text);
    return good;
}

const char *select_sum(const struct selection *s, const char *input) {
    char error[512];
    if (!json_object_get(s->sums, input) && !select_input(s, input, error, sizeof error))
        json_object_set_new(s->sums, input, json_null());
    return json_string_value(json_object_get(s->sums, input));
}

// Whether a selected workload reads such an input.
static bool select_is_read(const struct selection *s, const char *input, char *error,
                           size_t error_bytes) {
    const char *kind = select_kind(input);
    struct names readers = {0};
    bool read = false;
    for (size_t i = 0; i < s->workloads.count; i++)
        read |= !strcmp(s->workloads.list[i].subject->reads, kind);
    for (size_t i = 0; i < s->workloads.all->count; i++)
        if (!strcmp(s->workloads.all->list[i].reads, kind))
            names_add(&readers, s->workloads.all->list[i].name);
    char *list = names_join(&readers, ", ");
    if (!read)
        snprintf(error, error_bytes,
                 "--input %s is %s%s, which no selected workload reads: accepted: --workload %s",
                 input, strcmp(kind, "text") ? "a " : "", kind, list);
    names_free(&readers);
    free(list);
    return read;
}

// Read now what workloads will read: better one line at once than every cell failing.
static bool select_inputs(struct selection *s, const struct options *o, char *error,
                          size_t error_bytes) {
    bool text = false;
    select_name_inputs(s, &o->inputs);
    for (size_t i = 0; i < s->workloads.count; i++)
        text |= !strcmp(s->workloads.list[i].subject->reads, "text");
    for (size_t i = 0; i < o->inputs.count; i++)
        if (!select_input(s, o->inputs.items[i], error, error_bytes) ||
            !select_is_read(s, o->inputs.items[i], error, error_bytes))
            return false;
    return o->inputs.count || !text || select_input(s, INPUT_DEFAULT_PATH, error, error_bytes);
}

struct selection *selection_new(const struct catalog *catalog, const struct options *o, char *error,
                                size_t error_bytes) {
    struct selection *s = must(calloc(1, sizeof *s));
    *s = (struct selection){
        .catalog = catalog,
        .options = o,
        .sums = must(json_object()),
        .strategies = {.all = &catalog->strategies, .subject = "strategy", .setting = "tunable"},
        .workloads = {.all = &catalog->workloads, .subject = "workload", .setting = "parameter"},
        .nobody = {.name = "@",
                   .settings = (struct setting *)(uintptr_t)cell_around(),
                   .setting_count = CELL_AROUND},
        .around = {.list = must(calloc(1, sizeof(struct chosen))), .count = 1}};
    *s->around.list = (struct chosen){&s->nobody, subject_values(&s->nobody), NULL};
    if (select_group(&s->strategies, &o->strategies, error, error_bytes) &&
        select_group(&s->workloads, &o->workloads, error, error_bytes) &&
        select_backings(s, &o->backings, error, error_bytes) &&
        select_settings(s, o, error, error_bytes) && select_inputs(s, o, error, error_bytes))
        return s;
    selection_free(s);
    return NULL;
}

void selection_free(struct selection *s) {
    if (!s)
        return;
    struct group *groups[] = {&s->strategies, &s->workloads, &s->around};
    for (int g = 0; g < 3; g++) {
        for (size_t i = 0; i < groups[g]->count; i++)
            values_free(&groups[g]->list[i].values);
        free(groups[g]->list);
    }
    names_free(&s->backings);
    names_free(&s->inputs);
    json_decref(s->sums);
    free(s);
}
