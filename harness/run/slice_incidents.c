// slice_incidents.c - scenarios with a source: adds the cells that they compare, and their claims.
//
// workloads/README.md describes the form. A configuration is a strategy as in a cell's key, with
// its settings, perhaps a backing allocator ("*": each that is here), and what is to differ from
// the plan:
//     refcount    refcount[memory=malloc]/*    lua[pause=400]@heap=24M

#include "base/file.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "interpreters.h"
#include "model/backing.h"
#include "scenario/scenario.h"
#include "slice.h"
#include "trace/trace.h"

#include <string.h>

#define INCIDENTS_WORKLOAD "scenario"
#define INCIDENTS_REPLAY "replay" // of one that names a trace in place of phases

// One incident while its cells are added. cells: from the configuration as written to the key, or
// null where its strategy or its backing allocator is not here.
struct incident {
    struct slice *slice;
    const char *name;          // or path, as cells have it as their input
    json_t *json;              // the file
    struct scenario *scenario; // NULL: it has no phases
    json_t *cells;
};

static bool incident_wrong(const struct incident *i, const char *format, const char *a,
                           const char *b) {
    char *problem = text_format(format, a, b);
    snprintf(i->slice->error, i->slice->error_bytes, "%s: %s", i->name, problem);
    free(problem);
    return false;
}

// ---------------------------------------------------------------------------------- configurations
static const struct chosen *incident_workload(const struct incident *i) {
    const char *name = i->scenario ? INCIDENTS_WORKLOAD : INCIDENTS_REPLAY;
    const struct group *workloads = &i->slice->s->workloads;
    for (size_t n = 0; n < workloads->count; n++)
        if (!strcmp(workloads->list[n].subject->name, name))
            return &workloads->list[n];
    return NULL;
}

// The key of a configuration. A trace runs once, to its last mark.
static char *incident_key(const struct incident *i, const struct chosen *w, const char *strategy,
                          const char *backing, const char *around) {
    const char *trace = text_member(i->json, "trace");
    char *params = i->scenario ? values_text(&w->values) : must(strdup("step_operations=off"));
    char *program = cell_name(w->subject->name, params);
    char *steps = i->scenario ? must(strdup(""))
                              : text_format("@steps=%lld",
                                            json_integer_value(json_object_get(i->json, "steps")));
    char *key = text_format("%s/%s/%s%s%s@input=%s", program, strategy, backing, around, steps,
                            i->scenario ? i->name : trace);
    free(params);
    free(program);
    free(steps);
    return key;
}

// Adds the cell of one configuration on one backing allocator.
static bool incident_cell(struct incident *i, const char *label, const char *strategy,
                          const char *backing, const char *around) {
    char error[768];
    bool missing = false;
    const struct chosen *w = incident_workload(i);
    char *key = w ? incident_key(i, w, strategy, backing, around) : NULL;
    struct cell *cell =
        key ? catalog_cell(i->slice->s->catalog, key, &missing, error, sizeof error) : NULL;
    bool good = !w || cell || missing || incident_wrong(i, "compare '%s': %s", label, error);
    const struct options *o = i->slice->s->options;
    if (cell && (!o->strategies.count || names_has(&o->strategies, cell->strategy)))
        json_object_set_new(i->cells, label, json_string(plan_take(i->slice, cell)->key));
    else if (good)
        json_object_set_new(i->cells, label, json_null());
    if (cell && json_is_null(json_object_get(i->cells, label)))
        cell_free(cell);
    free(key);
    return good;
}

// Where the strategy ends: at a slash or an @ outside of brackets.
static size_t incident_strategy_bytes(const char *text) {
    size_t bytes = 0;
    for (int depth = 0; text[bytes] && (depth || !strchr("/@", text[bytes])); bytes++)
        depth += (text[bytes] == '[') - (text[bytes] == ']');
    return bytes;
}

static bool incident_configuration(struct incident *i, const char *text) {
    size_t bytes = incident_strategy_bytes(text);
    const char *rest = text + bytes, *around = rest + strcspn(rest, "@");
    char *strategy = must(strndup(text, bytes)), *backing = NULL;
    size_t count;
    if (*rest == '/')
        backing = must(strndup(rest + 1, (size_t)(around - rest - 1)));
    bool good = true, all = backing && !strcmp(backing, "*");
    for (size_t n = 0; all && n < i->slice->s->catalog->backings.count && good; n++) {
        const char *name = i->slice->s->catalog->backings.items[n];
        char *label = text_format("%s/%s%s", strategy, name, around);
        good = incident_cell(i, label, strategy, name, around);
        free(label);
    }
    if (!all)
        good = incident_cell(i, text, strategy, backing ? backing : backing_list(&count)[0].name,
                             around);
    free(strategy);
    free(backing);
    return good;
}

// Beside what is compared, the interpreters of this run, unless they were asked to run something else.
static bool incident_interpreters(struct incident *i) {
    const struct options *o = i->slice->s->options;
    struct names names = interpreters_names(&o->execs);
    bool good = true, wanted = o->incidents.count || !o->workloads.count;
    for (size_t n = 0; wanted && n < names.count && good; n++)
        good = incident_configuration(i, names.items[n]);
    names_free(&names);
    return good;
}

static bool incident_configurations(struct incident *i) {
    const json_t *list = json_object_get(i->json, "compare");
    size_t n;
    json_t *text;
    if (!json_array_size(list))
        return incident_wrong(i, "\"compare\": accepted: %s%s",
                              "a list, as [\"refcount\", \"cpython\"]", "");
    json_array_foreach(list, n, text) {
        if (!json_is_string(text))
            return incident_wrong(i, "\"compare\": accepted: %s%s", "a list of texts", "");
        if (!incident_configuration(i, json_string_value(text)))
            return false;
    }
    return incident_interpreters(i);
}

// ------------------------------------------------------------------------------------------ claims
#define INCIDENT_MEMBERS "what,figure,per,ours,against,at_most,at_least,reported,text"

static bool incident_known(const struct incident *i, const char *what, const char *name,
                           const struct names *known) {
    char problem[2048];
    return suggest_known(problem, sizeof problem, what, name, known) ||
           incident_wrong(i, "claims: %s%s", problem, "");
}

// The phase after the @ of a figure.
static bool incident_figure(const struct incident *i, const char *figure) {
    struct names phases = {0};
    const char *at = strchr(figure, '@');
    names_add(&phases, "setup");
    for (size_t n = 0; i->scenario && n < i->scenario->count; n++)
        names_add(&phases, i->scenario->phases[n].name);
    bool good = !at || incident_known(i, "phase", at + 1, &phases);
    names_free(&phases);
    return good;
}

// A configuration of the claim becomes the key of its cell: NULL where that is not here.
static bool incident_side(const struct incident *i, const json_t *claim, const char *member,
                          json_t *out) {
    const json_t *value = json_object_get(claim, member);
    struct names known = {0};
    const char *label;
    json_t *key;
    if (!json_is_string(value)) {
        if (value)
            json_object_set(out, member, (json_t *)(uintptr_t)value);
        return !value || json_is_number(value) ||
               incident_wrong(i, "claims: \"%s\": accepted: %s", member,
                              "a configuration of \"compare\", or a number");
    }
    json_object_foreach(i->cells, label, key) names_add(&known, label);
    bool good = incident_known(i, "configuration of \"compare\"", json_string_value(value), &known);
    char *name = text_format("%s_key", member);
    json_object_set(out, name, json_object_get(i->cells, json_string_value(value)));
    free(name);
    names_free(&known);
    return good;
}

static bool incident_claim(const struct incident *i, const json_t *claim, json_t *claims) {
    struct names members = {0};
    names_split(&members, INCIDENT_MEMBERS, ',');
    char problem[2048];
    json_t *out = must(json_copy((json_t *)(uintptr_t)claim));
    const char *wrong = NULL;
    bool good =
        json_is_object(claim) && (suggest_members(claim, &members, problem, sizeof problem) ||
                                  incident_wrong(i, "claims: %s%s", problem, ""));
    names_free(&members);
    const json_t *per = json_object_get(claim, "per");
    if (!*text_member(claim, "figure") || !json_is_string(json_object_get(claim, "ours")))
        wrong = "{\"figure\": METRIC, \"ours\": CONFIGURATION, \"at_least\": NUMBER, ...}";
    else if (json_is_number(json_object_get(claim, "at_most")) +
                 json_is_number(json_object_get(claim, "at_least")) !=
             1)
        wrong = "one of \"at_most\": NUMBER, \"at_least\": NUMBER";
    else if (per && !json_is_string(per) && !(json_number_value(per) > 0))
        wrong = "\"per\" is a metric or a number above 0";
    if (good && wrong)
        good = incident_wrong(i, "claims: accepted: %s%s", wrong, "");
    good = good && incident_figure(i, text_member(claim, "figure")) &&
           incident_figure(i, text_member(claim, "per")) && incident_side(i, claim, "ours", out) &&
           incident_side(i, claim, "against", out);
    json_array_append_new(claims, out);
    return good;
}

// What was reported has figures to hold what is measured against, or the file says why it has none.
static bool incident_claims(struct incident *i, json_t *claims) {
    bool reported = *text_member(i->json, "no_figure");
    size_t n;
    json_t *claim;
    if (!json_array_size(json_object_get(i->json, "claims")))
        return incident_wrong(i, "\"claims\": accepted: %s%s", "a list of what must hold", "");
    json_array_foreach(json_object_get(i->json, "claims"), n, claim) {
        if (!incident_claim(i, claim, claims))
            return false;
        reported = reported || json_object_get(claim, "reported");
    }
    return reported || incident_wrong(i,
                                      "claims: accepted: one with \"%s\": NUMBER, or \"%s\": "
                                      "why the report has none",
                                      "reported", "no_figure");
}

// --------------------------------------------------------------------------------------- incidents
// In place of phases: the name of a trace or of a log of malloc, and how many marks it has.
static bool incident_trace(const struct incident *i) {
    char error[512];
    char *path = trace_find(text_member(i->json, "trace"), error, sizeof error);
    bool good = path || incident_wrong(i, "\"trace\": %s%s", error, "");
    if (good && json_integer_value(json_object_get(i->json, "steps")) < 1)
        good = incident_wrong(i, "\"steps\": accepted: %s%s", "a whole number from 1", "");
    free(path);
    return good;
}

// Its entry in the manifest. What cannot be run has no cells, and says why.
// Slices may name an incident again, to observe more of its cells.
static bool incident_is_there(const struct incident *i) {
    size_t n;
    json_t *known;
    json_array_foreach(i->slice->plan->incidents, n, known) {
        if (!strcmp(text_member(known, "name"), i->name))
            return true;
    }
    return false;
}

// Whether any of its cells is in the run. One that was asked for by name says what it misses.
static bool incident_runs(const struct incident *i) {
    bool any = i->slice->s->options->incidents.count || !json_object_size(i->cells);
    const char *label;
    json_t *key;
    json_object_foreach(i->cells, label, key) any = any || json_is_string(key);
    return any;
}

static bool incident_add(struct incident *i) {
    json_t *claims = must(json_array());
    bool phases = json_object_get(i->json, "phases"), good = true;
    if (phases)
        i->scenario = scenario_parse(i->json, i->name, i->slice->error, i->slice->error_bytes);
    if (phases || json_object_get(i->json, "trace"))
        good = (phases ? i->scenario != NULL : incident_trace(i)) && incident_configurations(i) &&
               incident_claims(i, claims);
    if (good && incident_runs(i) && !incident_is_there(i))
        json_array_append_new(
            i->slice->plan->incidents,
            must(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:O}", "name", i->name, "doc",
                           text_member(i->json, "doc"), "source", text_member(i->json, "source"),
                           "reported", text_member(i->json, "reported"), "cannot",
                           text_member(i->json, "cannot"), "note", text_member(i->json, "note"),
                           "no_figure", text_member(i->json, "no_figure"), "cells", i->cells,
                           "claims", claims)));
    scenario_free(i->scenario);
    json_decref(claims);
    return good;
}

// needed: a scenario that is no incident is an error, not left out.
static bool incident_load(struct slice *slice, const char *name, bool needed) {
    char *path = scenario_find(name, slice->error, slice->error_bytes);
    json_t *json = path ? file_json(path, slice->error, slice->error_bytes) : NULL;
    struct incident i = {.slice = slice, .name = name, .json = json, .cells = must(json_object())};
    bool is = json && *text_member(json, "source"), good = json && (!is || incident_add(&i));
    if (json && !is && needed)
        good = incident_wrong(&i, "no incident: accepted: a scenario with %s; without: %s",
                              "\"source\" and \"claims\"", "--workload scenario --input NAME");
    json_decref(i.cells);
    json_decref(json);
    free(path);
    return good;
}

bool slice_incident(struct slice *slice, const char *pattern) {
    const struct names *named = &slice->s->options->incidents;
    bool good = true;
    if (!named->count && !catalog_workload(slice->s->catalog, INCIDENTS_WORKLOAD))
        return true; // nothing here runs scenarios
    struct names all = scenario_list();
    for (size_t n = 0; n < named->count && good; n++)
        good = incident_load(slice, named->items[n], true);
    for (size_t n = 0; n < all.count && !named->count && good; n++)
        good = !slice_matches(pattern, INCIDENTS_WORKLOAD, all.items[n]) ||
               incident_load(slice, all.items[n], false);
    names_free(&all);
    return good;
}
