// plan_planned.h - plans a run of two made-up strategies from flags and the text of a plan, for the
// tests of plans.

#ifndef PLAN_PLANNED_H
#define PLAN_PLANNED_H

#include "base/text.h"
#include "run/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// --------------------------------------------------------------------------------------- a catalog
#define MEMORY                                                                                     \
    "{'name': 'memory', 'doc': 'd', 'unit': '', 'default': 0, 'choices': ['pool', 'malloc'],"      \
    " 'sweep': [], 'sweep_labels': [], 'whole': false}]"
static const char memory_alone[] = "[" MEMORY;
static const char settings[] =
    "[{'name': 'threshold', 'doc': 'd', 'unit': '', 'default': 700, 'min': 0, 'max': 1e6, 'whole': "
    "true,"
    "  'sweep': [0, 70, 700], 'sweep_labels': ['off', '70', '700']},"
    " {'name': 'growth', 'doc': 'd', 'unit': 'x', 'default': 2, 'min': 1.1, 'max': 10, 'whole': "
    "false,"
    "  'sweep': [1.5], 'sweep_labels': ['1.5']}," MEMORY;
static const char workloads[] =
    "[{'name': 'cycles', 'summary': 's', 'step_is': 't', 'steps': 10, 'reads': '',"
    "  'params': [{'name': 'ring', 'doc': 'd', 'unit': 'bytes', 'default': 8,"
    "  'min': 1, 'max': 1e9, 'whole': true, 'sweep': [2, 8],"
    "  'sweep_labels': ['2', '8']}]},"
    " {'name': 'tokens', 'summary': 's', 'step_is': 't', 'steps': 10, 'reads': '',"
    " 'params': [{'name': 'kind', 'doc': 'd', 'unit': '', 'default': 0,"
    "  'choices': ['short', 'long'], 'sweep': [], 'sweep_labels': [], 'whole': false}],"
    "  'presets': [{'name': 'novel', 'assignments': 'kind=long', 'doc': 'a book',"
    "  'needs': ['sturdy']}, {'name': 'note', 'assignments': 'kind=short', 'doc': 'a page',"
    "  'needs': []}]}]";
static const char presets[] =
    "[{'name': 'small', 'doc': 'd', 'assignments': 'threshold=70,growth=3'},"
    " {'name': 'usual', 'doc': 'd', 'assignments': 'threshold=700'},"
    " {'name': 'rare', 'doc': 'd', 'assignments': 'threshold=9000'}]";

// What quick.json and full.json are for the real strategies.
static const char quick_plan[] =
    "{'name': 'quick', 'file': 'quick', 'observe': ['audit:16'], 'focus': 'cycles', 'slices': ["
    " {'base': '*'}, {'sweep': 'threshold'}, {'params': 'cycles.ring', 'observe': []},"
    " {'presets': 'novel', 'with': 'rc.usual, rare'},"
    " {'set': 'memory=malloc', 'strategies': 'rc, ?gone, named', 'backings': '*', 'observe': []}]}";
static const char full_plan[] =
    "{'name': 'full', 'file': 'full', 'observe': ['audit:16'], 'focus': '?cycles, named',"
    " 'slices': [{'base': '*'}, {'sweep': '*'}, {'params': '*', 'observe': []},"
    " {'presets': '*', 'with': '*'}, {'set': 'memory=malloc', 'backings': '*', 'observe': []}]}";

static json_t *parsed(const char *text) {
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    json_t *json = json_loads(copy, 0, NULL);
    assert_non_null(json);
    return json;
}

static json_t *description(const char *name, const char *trait, const char *tunables) {
    static char text[4096];
    snprintf(text, sizeof text,
             "{'schema': 1, 'strategy': {'name': '%s', 'summary': 's', 'traits': ['%s'],"
             " 'tunables': %s, 'presets': %s}, 'workloads': %s, 'build': {}}",
             name, trait, tunables, tunables == settings ? presets : "[]", workloads);
    return parsed(text);
}

// Two strategies and an instrument; glibc and one more backing allocator, whatever is installed
// here.
static struct catalog *catalog(void) {
    char error[256];
    struct catalog *c = catalog_new();
    names_free(&c->backings);
    names_add(&c->backings, "glibc");
    names_add(&c->backings, "other");
    assert_true(
        catalog_add(c, "bench-rc", description("rc", "sturdy", settings), error, sizeof error));
    assert_true(
        catalog_add(c, "bench-bump", description("bump", "", memory_alone), error, sizeof error));
    assert_true(catalog_add(c, "bench-oracle", description("oracle", "instrument", "[]"), error,
                            sizeof error));
    return c;
}

// ----------------------------------------------------------------------------------- a planned run
struct planned {
    struct catalog *catalog;
    struct options *options; // whose address the selection keeps
    json_t *json;
    struct selection *selection;
    struct plan *plan;
};

// Plans `heapbench run` with flags separated by blanks, by a plan or, with NULL, by quick or full.
static struct planned planned_by(const char *text, const char *flags) {
    char error[512] = "";
    struct planned p = {catalog(), malloc(sizeof *p.options), NULL, NULL, NULL};
    struct names words = {0};
    names_add(&words, "run");
    names_split(&words, flags, ' ');
    assert_true(
        options_parse(p.options, (int)words.count, names_vector(&words), error, sizeof error));
    names_free(&words);
    p.json = parsed(text ? text : !strcmp(p.options->plan, "full") ? full_plan : quick_plan);
    assert_true(options_from_plan(p.options, p.json, error, sizeof error));
    p.selection = selection_new(p.catalog, p.options, error, sizeof error);
    if (p.selection)
        p.plan = plan_new(p.selection, p.json, error, sizeof error);
    if (!p.plan)
        fail_msg("%s: %s", flags, error);
    return p;
}

static struct planned planned(const char *flags) {
    return planned_by(NULL, flags);
}

static void planned_free(struct planned *p) {
    plan_free(p->plan);
    selection_free(p->selection);
    json_decref(p->json);
    options_free(p->options);
    free(p->options);
    catalog_free(p->catalog);
}

#endif
