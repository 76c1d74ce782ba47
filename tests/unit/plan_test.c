// plan_test.c - from what is typed to the cells of a run: values, sweeps, presets.

#include "plan_planned.h"

static void expect_planned(const char *plan, const char *flags, const char *expected) {
    struct planned p = planned_by(plan, flags);
    struct names keys = {0};
    for (size_t i = 0; i < p.plan->count; i++)
        names_add(&keys, p.plan->cells[i]->key);
    char *got = names_join(&keys, " ");
    assert_string_equal(expected, got);
    free(got);
    names_free(&keys);
    planned_free(&p);
}

static void expect_cells(const char *flags, const char *expected) {
    expect_planned(NULL, flags, expected);
}

static void test_values(void **state) {
    (void)state;
    struct catalog *c = catalog();
    struct values v = subject_values(catalog_strategy(c, "rc"));
    char error[256], *text = values_text(&v);
    assert_string_equal("", text);
    free(text);
    // Typed in any order and form, there is one text: in declared order, 0 by its name, defaults
    // left out.
    assert_true(values_apply(&v, "memory=malloc;growth=1.10;threshold=0", error, sizeof error));
    text = values_text(&v);
    assert_string_equal("threshold=off;growth=1.1;memory=malloc", text);
    free(text);
    assert_true(values_apply(&v, "threshold=700;growth=2", error, sizeof error));
    text = values_text(&v);
    assert_string_equal("memory=malloc", text);
    free(text);
    assert_false(values_apply(&v, "growth=1", error, sizeof error));
    assert_string_equal("growth=1: accepted: a number from 1.1 to 10", error);
    values_free(&v);
    catalog_free(c);
}

static void test_quick(void **state) {
    (void)state;
    // Base matrix without the instrument; quick sweeps on the marked workload; quick presets, by
    // the strategy that claims what they need and by its own; rows for malloc where it is marked.
    expect_cells("", "cycles/bump/glibc cycles/rc/glibc tokens/bump/glibc tokens/rc/glibc "
                     "cycles/rc[threshold=off]/glibc cycles/rc[threshold=70]/glibc "
                     "cycles[ring=2]/bump/glibc cycles[ring=2]/rc/glibc "
                     "tokens[kind=long]/rc/glibc tokens[kind=long]/rc[threshold=9000]/glibc "
                     "cycles/rc[memory=malloc]/glibc cycles/rc[memory=malloc]/other");
}

static void test_narrowed(void **state) {
    (void)state;
    expect_cells("--workload tokens",
                 "tokens/bump/glibc tokens/rc/glibc tokens[kind=long]/rc/glibc "
                 "tokens[kind=long]/rc[threshold=9000]/glibc");
    expect_cells("--strategy bump --workload cycles",
                 "cycles/bump/glibc cycles[ring=2]/bump/glibc "
                 "cycles/bump[memory=malloc]/glibc cycles/bump[memory=malloc]/other");
    expect_cells("--strategy oracle",
                 "cycles/oracle/glibc tokens/oracle/glibc cycles[ring=2]/oracle/glibc");
    expect_cells("--strategy rc --workload cycles --set threshold=1 --param cycles.ring=4Ki",
                 "cycles[ring=4096]/rc[threshold=1]/glibc "
                 "cycles[ring=4096]/rc[threshold=1;memory=malloc]/glibc "
                 "cycles[ring=4096]/rc[threshold=1;memory=malloc]/other");
    expect_cells("--strategy rc --workload tokens --preset small",
                 "tokens/rc[threshold=70;growth=3]/glibc "
                 "tokens[kind=long]/rc[threshold=70;growth=3]/glibc");
    expect_cells("--strategy bump --workload tokens --backing glibc,glibc", "tokens/bump/glibc");
}

// A preset that is named is the workload, for those who can run it; its parameters are fixed,
// others may be, and then no other preset is added; a sweep that is asked for goes around it.
static void test_preset_of_workload(void **state) {
    (void)state;
    expect_cells("--workload tokens --preset novel",
                 "tokens[kind=long]/rc/glibc tokens[kind=long]/rc[threshold=9000]/glibc");
    expect_cells("--workload tokens --preset novel --preset small",
                 "tokens[kind=long]/rc[threshold=70;growth=3]/glibc");
    expect_cells("--workload tokens --preset novel --sweep growth=3",
                 "tokens[kind=long]/rc/glibc tokens[kind=long]/rc[growth=3]/glibc");
    expect_cells("--workload tokens --preset note", // needs nothing
                 "tokens/bump/glibc tokens/rc/glibc tokens/rc[threshold=9000]/glibc");
    expect_cells("--workload tokens --param tokens.kind=short",
                 "tokens/bump/glibc tokens/rc/glibc");
    expect_cells("--workload tokens --strategy rc --sweep growth=3",
                 "tokens/rc/glibc tokens/rc[growth=3]/glibc");
}

static void test_two_presets(void **state) {
    (void)state;
    char error[256];
    struct catalog *c = catalog();
    struct options o;
    char *words[] = {"run", "--preset", "novel,note", NULL};
    assert_true(options_parse(&o, 3, words, error, sizeof error));
    assert_null(selection_new(c, &o, error, sizeof error));
    assert_string_equal("'novel' and 'note' are both presets of tokens: accepted: one of them, or "
                        "none for a matrix with both",
                        error);
    options_free(&o);
    catalog_free(c);
}

// The manifest's entry: each cell once, by the preset of the strategy that it is.
static void test_preset_entry(void **state) {
    (void)state;
    struct planned p = planned("--workload tokens");
    const char *workload, *name, *doc, *params;
    json_t *entry = json_array_get(p.plan->presets, 0), *cells;
    assert_int_equal(1, json_array_size(p.plan->presets));
    assert_int_equal(0, json_unpack(entry, "{s:s,s:s,s:s,s:s,s:o}", "workload", &workload, "name",
                                    &name, "doc", &doc, "params", &params, "cells", &cells));
    assert_string_equal("tokens", workload);
    assert_string_equal("novel", name);
    assert_string_equal("a book", doc);
    assert_string_equal("kind=long", params);
    char *text = json_dumps(cells, JSON_COMPACT);
    assert_string_equal("[[\"rc[usual]\",\"tokens[kind=long]/rc/glibc\"],"
                        "[\"rc[rare]\",\"tokens[kind=long]/rc[threshold=9000]/glibc\"]]",
                        text);
    free(text);
    planned_free(&p);
}

static void test_full(void **state) {
    (void)state;
    // A strategy that is named or a full run need no mark for rows for malloc.
    expect_cells(
        "--full --strategy bump --workload tokens",
        "tokens/bump/glibc tokens/bump[memory=malloc]/glibc tokens/bump[memory=malloc]/other");
    // Everything declared is swept; a workload that is named is swept on though not marked. All
    // presets of either kind; `note` is tokens at its defaults.
    expect_cells("--full --strategy rc --workload tokens",
                 "tokens/rc/glibc tokens/rc[threshold=off]/glibc tokens/rc[threshold=70]/glibc "
                 "tokens/rc[growth=1.5]/glibc tokens[kind=long]/rc/glibc "
                 "tokens[kind=long]/rc[threshold=70;growth=3]/glibc "
                 "tokens[kind=long]/rc[threshold=9000]/glibc "
                 "tokens/rc[threshold=70;growth=3]/glibc tokens/rc[threshold=9000]/glibc "
                 "tokens/rc[memory=malloc]/glibc tokens/rc[memory=malloc]/other");
}

static void test_sweep(void **state) {
    (void)state;
    expect_cells(
        "--strategy rc --sweep growth=1.5,2,3",
        "cycles/rc/glibc tokens/rc/glibc cycles/rc[growth=1.5]/glibc cycles/rc[growth=3]/glibc");
    expect_cells("--strategy bump --workload cycles --sweep cycles.ring=1,2",
                 "cycles/bump/glibc cycles[ring=1]/bump/glibc cycles[ring=2]/bump/glibc");
    struct planned p =
        planned("--strategy rc --workload cycles --sweep rc.threshold --set growth=3");
    json_t *sweep = json_array_get(p.plan->sweeps, 0);
    const char *axis, *kind, *tunables, *label, *key;
    double value;
    assert_int_equal(1, json_array_size(p.plan->sweeps));
    assert_int_equal(0, json_unpack(sweep, "{s:s,s:s,s:s}", "axis", &axis, "kind", &kind,
                                    "tunables", &tunables));
    assert_string_equal("threshold", axis);
    assert_string_equal("tunable", kind);
    assert_string_equal("growth=3", tunables);
    assert_int_equal(3, json_array_size(json_object_get(sweep, "points")));
    assert_int_equal(0, json_unpack(json_array_get(json_object_get(sweep, "points"), 0), "[F,s,s]",
                                    &value, &label, &key));
    assert_string_equal("off", label);
    assert_string_equal("cycles/rc[threshold=off;growth=3]/glibc", key);
    planned_free(&p);
}

// What a plan can say that no flag can, and what flags do to it.
static void test_own_plan(void **state) {
    (void)state;
    expect_planned(
        "{'param': ['?tokens.kind=short', '?cycles.ring=4Ki'], 'slices': [{'base': '*'}]}",
        "--workload cycles --strategy rc", "cycles[ring=4096]/rc/glibc");
    expect_planned("{'slices': [{'base': 'tok*', 'strategies': '*,!trait:sturdy'}]}", "",
                   "tokens/bump/glibc");
    expect_planned("{'strategies': ['rc'], 'workloads': ['cycles'], 'slices': ["
                   "{'sweep': 'heap=64M,off'}, {'base': '*'}]}",
                   "", "cycles/rc/glibc cycles/rc/glibc@heap=64M");
    expect_planned(
        "{'strategies': ['rc'], 'heap_limit_bytes': '64M', 'slices': [{'base': 'cycles'},"
        "{'set': 'heap=32M'}, {'set': ['heap=off;threshold=70', 'cycles.ring=3']}]}",
        "--workload cycles",
        "cycles/rc/glibc cycles/rc/glibc@heap=32M "
        "cycles[ring=3]/rc[threshold=70]/glibc@heap=off");
    expect_planned("{'slices': [{'grid': ['threshold=1,2', 'cycles.ring=2,9', 'seed=4']}]}", "",
                   "cycles[ring=2]/rc[threshold=1]/glibc@seed=4 "
                   "cycles[ring=9]/rc[threshold=1]/glibc@seed=4 "
                   "cycles[ring=2]/rc[threshold=2]/glibc@seed=4 "
                   "cycles[ring=9]/rc[threshold=2]/glibc@seed=4");
    expect_planned("{'strategies': ['bump'], 'slices': [{'grid': ['?threshold=1,2', "
                   "'cycles.ring=2,9']}, {'base': 'tokens'}]}",
                   "", "tokens/bump/glibc");
    expect_planned("{'slices': [{'sweep': 'threshold=1,2', 'at': 'cycles.ring=9'}]}", "",
                   "cycles[ring=9]/rc[threshold=1]/glibc cycles[ring=9]/rc[threshold=2]/glibc");
    expect_planned("{'slices': [{'policies': ['', 'threshold=9', 'growth=3;threshold=1', 'none=1'],"
                   " 'at': 'heap=1M', 'workloads': 'cycles'}]}",
                   "--strategy rc",
                   "cycles/rc/glibc@heap=1M cycles/rc[threshold=9]/glibc@heap=1M "
                   "cycles/rc[threshold=1;growth=3]/glibc@heap=1M");
    const char *without = "{'strategies': ['rc'], 'slices': [{'base': '*, !tokens, named'}]}";
    expect_planned(without, "", "cycles/rc/glibc");
    expect_planned(without, "--workload tokens", "tokens/rc/glibc");
    expect_planned("{'slices': [{'params': '*.*=*'}]}", "--strategy bump",
                   "tokens/bump/glibc tokens[kind=long]/bump/glibc");
    expect_planned("{'slices': [{'cells': ['cycles[ring=8]/rc[threshold=700]/glibc@heap=1M',"
                   " '?cycles/gone/glibc', 'tokens/rc/other']}]}",
                   "", "cycles/rc/glibc@heap=1M tokens/rc/other");
    expect_planned("{'slices': [{'cells': ['cycles/rc/glibc', 'tokens/bump/other']}]}",
                   "--strategy bump", "tokens/bump/other");
}

// Named settings beside the default, all combinations of several, and one configuration alone.
static void test_variants_and_grids(void **state) {
    (void)state;
    expect_cells(
        "--workload cycles --variant a=threshold=9,heap=4k --variant b=small,cycles.ring=3",
        "cycles/bump/glibc cycles/rc/glibc cycles/rc[threshold=9]/glibc@heap=4k "
        "cycles[ring=3]/rc[threshold=70;growth=3]/glibc");
    expect_planned("{'variant': ['a=memory=malloc'], 'grid': 'cycles.ring=2,3,growth=3',"
                   " 'slices': [{'base': 'cycles'}, {'sweep': '*'}]}",
                   "--strategy rc",
                   "cycles/rc/glibc cycles[ring=2]/rc[growth=3]/glibc "
                   "cycles[ring=3]/rc[growth=3]/glibc cycles/rc[memory=malloc]/glibc");
    expect_cells("--workload cycles --strategy rc --set threshold=9 --alone",
                 "cycles/rc[threshold=9]/glibc");
}

// A plan names a file of claims, and has the cells that these name; not those of strategies that
// are not here.
static void test_claims(void **state) {
    (void)state;
    char path[] = "/tmp/plan_test.XXXXXX.json", plan[256];
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
#define CLAIM "{\"figure\": \"steps\", \"at_most\": 1, \"ours\": "
    dprintf(fd, "{\"claims\": [" CLAIM "[\"cycles[ring=9]/rc/glibc\", \"cycles/gone/glibc\"], "
                "\"against\": 3}, " CLAIM "\"*/rc/glibc\", \"against\": \"@baseline\"}, " CLAIM
                "\"tokens/rc/glibc\", \"against\": \"tokens/bump/glibc\"}]}");
#undef CLAIM
    close(fd);
    snprintf(plan, sizeof plan, "{'slices': [{'cells': 'claims:%s'}]}", path);
    expect_planned(plan, "", "cycles[ring=9]/rc/glibc tokens/rc/glibc tokens/bump/glibc");
    expect_planned(plan, "--strategy bump", "tokens/bump/glibc");
    unlink(path);
}

// Multiples of the least, which nobody has looked for yet: then there is none.
static void test_heap_swept_by_multiples(void **state) {
    (void)state;
    expect_cells("--strategy bump --workload cycles --sweep heap=1.1x,2x --sweep heap=64M",
                 "cycles/bump/glibc cycles/bump/glibc@heap=1.1x cycles/bump/glibc@heap=2x "
                 "cycles/bump/glibc@heap=64M");
    expect_planned(
        "{'slices': [{'set': 'heap=1.5x;threshold=9'}, {'grid': ['heap=2x,3x', 'threshold=1']}]}",
        "--strategy rc --workload cycles",
        "cycles/rc[threshold=9]/glibc@heap=1.5x cycles/rc[threshold=1]/glibc@heap=2x "
        "cycles/rc[threshold=1]/glibc@heap=3x");
}

static void test_heap_swept(void **state) {
    (void)state;
    expect_cells("--strategy bump --workload cycles --sweep heap=64M,64Mi,off --heap-limit 64M",
                 "cycles/bump/glibc cycles/bump/glibc@heap=64Mi cycles/bump/glibc@heap=off");
    struct planned p = planned("--strategy bump --workload cycles --sweep heap=1M");
    json_t *jobs = plan_jobs(p.plan, p.selection);
    struct job job;
    json_int_t limits = 0;
    for (size_t i = 0; i < 2; i++) {
        assert_true(job_read(json_array_get(jobs, i), &job));
        limits += (json_int_t)job.heap_limit_bytes;
        assert_int_equal(job.heap_limit_bytes > 0, strstr(job.cell, "@heap=1M") != NULL);
    }
    assert_int_equal(1000000, limits);
    json_decref(jobs);
    planned_free(&p);
}

static void test_seed_swept(void **state) {
    (void)state;
    struct planned p =
        planned("--strategy bump --workload tokens --sweep seed=3 --seed 7 --blocks 1 "
                "--steps-factor 0.5");
    json_t *jobs = plan_jobs(p.plan, p.selection);
    struct job job;
    assert_int_equal(2, json_array_size(jobs));
    for (size_t i = 0; i < 2; i++) {
        assert_true(job_read(json_array_get(jobs, i), &job));
        assert_int_equal(job.seed, strstr(job.cell, "@seed=3") ? 3 : 7);
        assert_int_equal(job.steps, 5);
    }
    json_decref(jobs);
    planned_free(&p);
}

static void test_presets_fit(void **state) {
    (void)state;
    static const char *const bad[] = {"kind=tall", "sort=long", "kind"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char error[256];
        struct catalog *c = catalog_new();
        json_t *json = description("rc", "", settings);
        json_t *tokens = json_array_get(json_object_get(json, "workloads"), 1);
        json_t *preset = json_array_get(json_object_get(tokens, "presets"), 0);
        json_object_set_new(preset, "assignments", json_string(bad[i]));
        assert_false(catalog_add(c, "bench-rc", json, error, sizeof error));
        assert_string_equal("bench-rc --describe: workload 'tokens' is not in the form of schema 1",
                            error);
        catalog_free(c);
    }
}

static void test_workloads_disagree(void **state) {
    (void)state;
    char error[256];
    struct catalog *c = catalog();
    json_t *stale = description("stale", "", "[]");
    json_object_set_new(json_array_get(json_object_get(stale, "workloads"), 0), "steps",
                        json_integer(11));
    assert_false(catalog_add(c, "bench-stale", stale, error, sizeof error));
    assert_string_equal(
        "bench-stale describes workload 'cycles' differently from the others: rebuild with "
        "make",
        error);
    assert_false(catalog_add(c, "bench-x", json_object(), error, sizeof error));
    json_t *idle = description("idle", "", "[]");
    json_object_set_new(idle, "workloads", json_array());
    assert_false(catalog_add(c, "bench-idle", idle, error, sizeof error));
    assert_string_equal("bench-idle --describe does not print a description of schema 1", error);
    catalog_free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_quick),
        cmocka_unit_test(test_narrowed),
        cmocka_unit_test(test_preset_of_workload),
        cmocka_unit_test(test_two_presets),
        cmocka_unit_test(test_preset_entry),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_own_plan),
        cmocka_unit_test(test_variants_and_grids),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_heap_swept),
        cmocka_unit_test(test_heap_swept_by_multiples),
        cmocka_unit_test(test_seed_swept),
        cmocka_unit_test(test_presets_fit),
        cmocka_unit_test(test_workloads_disagree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
