// read.c - a scenario from its JSON: the phases in the order in which they run.

#include "base/checksum.h"
#include "base/file.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "form.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX_PHASES = 1000, READ_MAX_REPEAT = 1000 };
static const double READ_MAX_STEPS = 1e9;

// Of the file as a whole. What is not about the program is for who runs and shows it (harness/run).
static const char *const read_members[] = {"doc",     "phases",    "source", "reported",
                                           "compare", "claims",    "cannot", "note",
                                           "trace",   "no_figure", "steps"};

static bool read_phases(const struct form *f, const json_t *list, unsigned round);

static struct names read_names(const char *const *words, size_t count) {
    struct names names = {0};
    for (size_t i = 0; i < count; i++)
        names_add(&names, words[i]);
    return names;
}

// ------------------------------------------------------------------------------------------- phases
static bool read_name_is_good(const char *name) {
    return name && *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name);
}

static bool read_is_taken(const struct scenario *s, const char *name) {
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->phases[i].name, name))
            return true;
    return false;
}

static bool read_steps(const struct form *f, const json_t *value, uint64_t *steps) {
    double number = value ? json_number_value(value) : 1;
    if ((value && !json_is_number(value)) || number < 1 || number > READ_MAX_STEPS ||
        number != floor(number))
        return form_wrong(f, "steps", "a whole number from 1 to 1000000000");
    *steps = (uint64_t)number;
    return true;
}

// One action, whose verb is in front of the message.
static bool read_action(const struct form *f, struct scenario_phase *phase, const char *name,
                        const json_t *value) {
    enum scenario_verb verb = form_verb(name);
    char *where = text_format("%s: %s", f->where, name);
    struct form of = *f;
    of.where = where;
    phase->actions = must(realloc(phase->actions, (phase->count + 1) * sizeof *phase->actions));
    bool good = form_action(&of, verb, value, &phase->actions[phase->count++]);
    phase->releases |= verb == SCENARIO_DROP || verb == SCENARIO_COLLECT;
    free(where);
    return good;
}

// The verbs of a phase in the order of the file; those in "do" in the order of the list.
static bool read_actions(const struct form *f, struct scenario_phase *phase, const json_t *json) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, name, value) {
        if (form_verb(name) < SCENARIO_VERBS && !read_action(f, phase, name, value))
            return false;
    }
    const json_t *list = json_object_get(json, "do");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        struct names verbs = {0};
        form_verbs(&verbs);
        bool good = json_object_size(item) == 1 && form_known(f, item, &verbs);
        if (json_object_size(item) != 1)
            form_wrong(f, "do", "a list of actions, as [{\"build\": {...}}, {\"drop\": {...}}]");
        names_free(&verbs);
        if (!good || !read_actions(f, phase, item))
            return false;
    }
    return true;
}

static bool read_phase_members(const struct form *f, const json_t *json) {
    struct names known = {0};
    names_add(&known, "name");
    names_add(&known, "steps");
    names_add(&known, "do");
    names_add(&known, "repeat");
    names_add(&known, "phases");
    names_add(&known, "setup");
    names_add(&known, "fork");
    form_verbs(&known);
    bool good = form_known(f, json, &known);
    names_free(&known);
    return good;
}

static bool read_phase(const struct form *f, const json_t *json, unsigned round) {
    struct scenario *s = f->scenario;
    struct scenario_phase phase = {.name = NULL};
    const char *name = text_member(json, "name");
    if (!read_phase_members(f, json) ||
        !read_steps(f, json_object_get(json, "steps"), &phase.steps))
        return false;
    const json_t *setup = json_object_get(json, "setup");
    phase.setup = json_is_true(setup);
    if (setup && (!json_is_boolean(setup) || (phase.setup && s->setup_count < s->count)))
        return form_wrong(f, "setup", "true or false, and true only before all other phases");
    const json_t *forked = json_object_get(json, "fork");
    phase.forked = json_is_true(forked);
    if (forked && (!json_is_boolean(forked) || (phase.forked && phase.setup)))
        return form_wrong(f, "fork", "true or false, and true only outside of the set-up");
    if (!read_name_is_good(name))
        return form_wrong(f, "name", "a name of small letters, digits, _ and -");
    phase.name = round > 1 ? text_format("%s.%u", name, round) : text_format("%s", name);
    if (read_is_taken(s, phase.name) || !strcmp(name, "setup") || !strcmp(name, "steps")) {
        free(phase.name);
        return form_wrong(f, "name", "a name of its own, and none of setup, steps");
    }
    s->phases = must(realloc(s->phases, (s->count + 1) * sizeof *s->phases));
    s->phases[s->count++] = phase;
    s->setup_count += phase.setup;
    bool good = read_actions(f, &s->phases[s->count - 1], json);
    if (good && !s->phases[s->count - 1].count) {
        struct names verbs = {0};
        form_verbs(&verbs);
        char *list = names_join(&verbs, ", ");
        snprintf(f->error, f->error_bytes, "%s: does nothing: accepted: one of %s", f->where, list);
        names_free(&verbs);
        free(list);
        good = false;
    }
    return good;
}

static bool read_repeat(const struct form *f, const json_t *json, unsigned round) {
    static const char *const members[] = {"repeat", "phases"};
    const json_t *times = json_object_get(json, "repeat");
    struct names known = read_names(members, 2);
    bool good = form_known(f, json, &known);
    names_free(&known);
    if (good && (!json_is_integer(times) || json_integer_value(times) < 1 ||
                 json_integer_value(times) > READ_MAX_REPEAT))
        return form_wrong(f, "repeat", "a whole number from 1 to 1000");
    if (good && round)
        return form_wrong(f, "repeat", "no repetition inside another");
    for (unsigned i = 1; good && i <= (unsigned)json_integer_value(times); i++)
        good = read_phases(f, json_object_get(json, "phases"), i);
    return good;
}

// round: of a repetition, from 1; 0 outside of one
static bool read_phases(const struct form *f, const json_t *list, unsigned round) {
    if (!json_array_size(list))
        return form_wrong(f, "phases",
                          "[{\"name\": \"build\", \"steps\": 100, \"build\": {...}}, ...]");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *json = json_array_get(list, i);
        const char *name = text_member(json, "name");
        char *where = *name ? text_format("%s: phase '%s'", f->scenario->path, name)
                            : text_format("%s: phase %zu", f->scenario->path, i + 1);
        struct form of = *f;
        of.where = where;
        bool good = f->scenario->count < READ_MAX_PHASES ||
                    form_wrong(&of, "phases", "at most 1000, repetitions included");
        if (good && !json_is_object(json))
            good = form_wrong(&of, "phases", "a list of objects");
        else if (good)
            good = json_object_get(json, "repeat") ? read_repeat(&of, json, round)
                                                   : read_phase(&of, json, round);
        free(where);
        if (!good)
            return false;
    }
    return true;
}

// ------------------------------------------------------------------------------------------ the file
// A set from which something is taken, and to which nothing is ever added, is a slip of the pen.
static bool read_sets_are_filled(const struct form *f) {
    const struct scenario *s = f->scenario;
    for (size_t set = 0; set < s->sets.count; set++) {
        bool filled = false;
        for (size_t i = 0; i < s->count; i++)
            for (size_t n = 0; n < s->phases[i].count; n++) {
                const struct scenario_action *a = &s->phases[i].actions[n];
                bool adds = a->verb == SCENARIO_BUILD || a->verb == SCENARIO_CHURN ||
                            a->verb == SCENARIO_CHAIN;
                filled |= adds && (a->set == (int)set || a->also == (int)set);
            }
        if (filled)
            continue;
        struct names others = {0};
        for (size_t i = 0; i < s->sets.count; i++)
            if (i != set)
                names_add(&others, s->sets.items[i]);
        char problem[1024];
        suggest_unknown(problem, sizeof problem, "set that is built into", s->sets.items[set],
                        &others);
        snprintf(f->error, f->error_bytes, "%s: %s", s->path, problem);
        names_free(&others);
        return false;
    }
    return true;
}

static bool read_builds_fixed(const struct scenario *s, int set) {
    bool fixed = false;
    for (size_t i = 0; i < s->count; i++)
        for (size_t n = 0; n < s->phases[i].count; n++) {
            const struct scenario_action *a = &s->phases[i].actions[n];
            fixed |= (a->verb == SCENARIO_BUILD || a->verb == SCENARIO_CHURN) && a->set == set &&
                     (a->what == SCENARIO_TUPLE || a->what == SCENARIO_DICT);
        }
    return fixed;
}

static bool read_fixed_stay(const struct form *f) {
    const struct scenario *s = f->scenario;
    for (size_t i = 0; i < s->count; i++)
        for (size_t n = 0; n < s->phases[i].count; n++) {
            const struct scenario_action *a = &s->phases[i].actions[n];
            if (a->verb == SCENARIO_TOUCH && a->how == SCENARIO_STORE &&
                read_builds_fixed(s, a->set))
                return form_wrong(
                    f, "how", "no \"store\" into a set of tuples or dicts: here they never change");
        }
    return true;
}

static bool read_file(const struct form *f, const json_t *json) {
    struct names known = read_names(read_members, sizeof read_members / sizeof *read_members);
    bool good = json_is_object(json) && form_known(f, json, &known);
    if (!json_is_object(json))
        form_wrong(f, "phases", "an object with them");
    names_free(&known);
    const char *cannot = text_member(json, "cannot");
    if (good && *cannot && !json_object_get(json, "phases")) {
        snprintf(f->error, f->error_bytes, "%s: cannot be run yet: %s", f->where, cannot);
        return false;
    }
    if (good && json_object_get(json, "trace") && !json_object_get(json, "phases")) {
        snprintf(f->error, f->error_bytes,
                 "%s: its program is the trace %s: heapbench run --incident runs it", f->where,
                 text_member(json, "trace"));
        return false;
    }
    good = good && read_phases(f, json_object_get(json, "phases"), 0) && read_sets_are_filled(f) &&
           read_fixed_stay(f);
    if (good && f->scenario->setup_count == f->scenario->count)
        return form_wrong(f, "phases", "one at least that is not part of the set-up");
    return good;
}

static void read_aged(struct scenario *s) {
    s->aged = must(calloc(s->sets.count + 1, sizeof *s->aged));
    for (size_t i = 0; i < s->count; i++)
        for (size_t n = 0; n < s->phases[i].count; n++)
            if (s->phases[i].actions[n].older_than)
                s->aged[s->phases[i].actions[n].set] = true;
}

struct scenario *scenario_parse(json_t *json, const char *path, char *error, size_t error_bytes) {
    struct scenario *s = must(calloc(1, sizeof *s));
    s->path = must(strdup(path));
    s->json = json_incref(json);
    struct form form = {s, s->path, error, error_bytes};
    if (read_file(&form, json)) {
        read_aged(s);
        char *phases = must(json_dumps(json_object_get(json, "phases"), JSON_COMPACT));
        s->checksum = checksum_add(CHECKSUM_START, phases, strlen(phases));
        free(phases);
        return s;
    }
    scenario_free(s);
    return NULL;
}

struct scenario *scenario_read(const char *path, char *error, size_t error_bytes) {
    json_t *json = file_json(path, error, error_bytes);
    struct scenario *s = json ? scenario_parse(json, path, error, error_bytes) : NULL;
    json_decref(json);
    return s;
}

void scenario_free(struct scenario *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        for (size_t n = 0; n < s->phases[i].count; n++)
            form_action_free(&s->phases[i].actions[n]);
        free(s->phases[i].actions);
        free(s->phases[i].name);
    }
    free(s->phases);
    free(s->aged);
    names_free(&s->sets);
    json_decref(s->json);
    free(s->path);
    free(s);
}

uint64_t scenario_phase_steps(const struct scenario *s, size_t phase, double scale) {
    double steps = round((double)s->phases[phase].steps * scale);
    return steps < 1 ? 1 : (uint64_t)steps;
}
