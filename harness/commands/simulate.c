// simulate.c - heapbench simulate: what CPython's collector would do to a recorded program, at any
// thresholds.

#include "advise/cost.h"
#include "base/status.h"
#include "base/table.h"
#include "base/text.h"
#include "command.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct flag simulate_flags[] = {
    {"death", "WHERE",
     "in its bracket an object in a cycle dies: lower, middle, upper, or a share from 0 to 1 "
     "(middle)"},
    {"json", NULL, "a JSON object a line"},
    {"types", NULL, "of what types the containers are, and those that died in cycles, instead"},
};
enum { FLAG_DEATH, FLAG_JSON, FLAG_TYPES };
static const char simulate_usage[] =
    "usage: heapbench simulate RECORDING [T0,T1,T2...] [flags]\n\n"
    "How often CPython's collector would run on a recorded program under these thresholds, "
    "how "
    "much it would\n"
    "examine and find, and what it would leave lying about. Without thresholds: the defaults of "
    "3.11 and 3.13, and some.\n"
    "Recordings are made by heapbench record, and of a workload by build/count-recorder with "
    "HEAPBENCH_RECORDING=FILE.\n";

static const char *const usual[] = {"700,10,10", "300,10,10", "2000,10,10", "7000,5,5",
                                    "50000,20,20"};

static int simulate_complain(const char *error, int status) {
    return command_fail("simulate", error, status);
}

// "700,10,10", with more numbers left out as CPython's default.
static bool simulate_read_thresholds(const char *text, uint32_t *threshold) {
    static const uint32_t fallback[MODEL_GENERATIONS] = {700, 10, 10};
    memcpy(threshold, fallback, sizeof fallback);
    for (int g = 0; g < MODEL_GENERATIONS; g++) {
        char *end;
        unsigned long number = strtoul(text, &end, 10);
        if (end == text || *text == '-' || number > INT32_MAX)
            return false;
        threshold[g] = (uint32_t)number;
        if (!*end)
            return true;
        text = end + 1;
        if (*end != ',')
            return false;
    }
    return false;
}

static bool simulate_read_death(const char *text, double *death) {
    static const char *const names[] = {"lower", "middle", "upper"};
    *death = 0.5;
    if (!text)
        return true;
    for (int i = 0; i < 3; i++)
        if (!strcmp(text, names[i])) {
            *death = i / 2.0;
            return true;
        }
    char *end;
    *death = strtod(text, &end);
    return end != text && !*end && *death >= 0 && *death <= 1;
}

static json_t *simulate_numbers(const void *from, size_t bytes_each, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array,
                              json_integer(bytes_each == 4 ? (json_int_t)((const uint32_t *)from)[i]
                                                           : ((const int64_t *)from)[i]));
    return array;
}

// Where it is known what collections take (heapbench record --calibrate): value, low and high.
static void simulate_add_times(json_t *line, const struct cost_tally *t) {
    json_object_set_new(line, "gc_ns",
                        json_pack("[fff]", t->ns, t->ns / COST_SPREAD, t->ns * COST_SPREAD));
    json_object_set_new(line, "longest_ns",
                        json_pack("[fff]", t->longest_ns, t->longest_ns / COST_LONGEST_SPREAD,
                                  t->longest_ns * COST_LONGEST_SPREAD));
}

static void simulate_print_json(const struct simulate_policy *p, double death,
                                const struct simulate_result *r) {
    json_t *line = json_pack(
        "{so, sf, so, so, so, so, so, so, sI, sI}", "thresholds",
        simulate_numbers(p->threshold, 4, 3), "death", death, "collections",
        simulate_numbers(r->collections, 8, 3), "found", simulate_numbers(r->found, 8, 3),
        "examined", simulate_numbers(r->examined, 8, 3), "most_examined",
        simulate_numbers(r->most_examined, 8, 3), "tracked", simulate_numbers(r->tracked, 8, 4),
        "counts", simulate_numbers(r->counts, 4, 3), "peak_bytes", (json_int_t)r->peak_bytes,
        "peak_floating_bytes", (json_int_t)r->peak_floating_bytes);
    if (p->collected)
        simulate_add_times(line, p->context);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

enum { COLUMNS = 6 };
static const struct table_column columns[COLUMNS] = {
    {"thresholds", 16, 0},    {"collections", 16, 1}, {"found", 16, 1},
    {"most examined", 13, 1}, {"peak", 9, 1},         {"floating", 9, 1}};

static void simulate_print_row(const char *name, const struct simulate_result *r) {
    char collections[80], found[32];
    uint64_t most = 0;
    snprintf(collections, sizeof collections, "%" PRIu64 "/%" PRIu64 "/%" PRIu64, r->collections[0],
             r->collections[1], r->collections[2]);
    snprintf(found, sizeof found, "%" PRIu64, r->found[0] + r->found[1] + r->found[2]);
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        most = r->most_examined[g] > most ? r->most_examined[g] : most;
    struct si examined = si_count((double)most), peak = si_bytes((double)r->peak_bytes),
              floating = si_bytes((double)r->peak_floating_bytes);
    table_row(stdout, columns, COLUMNS,
              (const char *const[COLUMNS]){name, collections, found, examined.text, peak.text,
                                           floating.text});
}

static void simulate_print_about(const char *path, const struct model *m) {
    printf("%s: %s; %zu containers, %" PRIu64 " of them died in cycles%s\n\n", path,
           text_member((const json_t *)m->header, "source"), m->container_count, m->garbage,
           m->cut ? "; cut: the program was killed, this is what it did before" : "");
}

static int simulate_by_births(const void *a, const void *b) {
    const struct model_type *x = a, *y = b;
    return x->born != y->born ? (x->born < y->born ? 1 : -1) : 0;
}

// The types are put in order, which leaves containers without.
static int simulate_print_types(struct model *m) {
    static const struct table_column heads[] = {
        {"type", 30, 0}, {"containers", 12, 1}, {"died in cycles", 14, 1}};
    qsort(m->types, m->type_count, sizeof *m->types, simulate_by_births);
    table_head(stdout, heads, 3);
    for (size_t i = 0; i < m->type_count && m->types[i].born; i++) {
        struct si born = si_count((double)m->types[i].born),
                  cyclic = si_count((double)m->types[i].cyclic);
        char *name = text_plain(m->types[i].name ? m->types[i].name : "?");
        table_row(stdout, heads, 3, (const char *const[]){name, born.text, cyclic.text});
        free(name);
    }
    return STATUS_OK;
}

// Prints a row of each setting. cost: NULL when it is not known.
static void simulate_print_settings(const struct call *call, const struct model *m, double death,
                                    const struct simulate_deaths *deaths, const struct cost *cost) {
    size_t count = call->count > 1 ? (size_t)call->count - 1 : sizeof usual / sizeof *usual;
    const char *const *settings = call->count > 1 ? (const char *const *)call->operands + 1 : usual;
    for (size_t i = 0; i < count; i++) {
        struct cost_tally tally = {.cost = cost};
        struct simulate_policy policy = {.collected = cost ? cost_add : NULL, .context = &tally};
        simulate_read_thresholds(settings[i], policy.threshold);
        struct simulate_result result = simulate(m, deaths, &policy);
        if (call->flag[FLAG_JSON])
            simulate_print_json(&policy, death, &result);
        else
            simulate_print_row(settings[i], &result);
    }
}

static int simulate_all(const struct call *call, const struct model *m, double death) {
    uint32_t threshold[MODEL_GENERATIONS];
    for (int i = 1; i < call->count; i++)
        if (!simulate_read_thresholds(call->operands[i], threshold))
            return simulate_complain("thresholds are one to three numbers, as in 700,10,10",
                                     STATUS_USAGE);
    if (!call->flag[FLAG_JSON]) {
        simulate_print_about(call->operands[0], m);
        table_head(stdout, columns, COLUMNS);
    }
    char error[512];
    struct calibration runs;
    struct simulate_deaths deaths = simulate_place(m, death);
    bool known =
        call->flag[FLAG_JSON] && calibration_read(&runs, call->operands[0], error, sizeof error);
    struct cost cost = {0};
    if (known) {
        cost = cost_fit(m, &deaths, &runs);
        calibration_free(&runs);
    }
    simulate_print_settings(call, m, death, &deaths, known ? &cost : NULL);
    simulate_deaths_free(&deaths);
    return STATUS_OK;
}

static int simulate_main(const struct call *call) {
    char error[512];
    double death;
    if (!call->count)
        return simulate_complain("which recording? see --help", STATUS_USAGE);
    if (!simulate_read_death(call->flag[FLAG_DEATH], &death))
        return simulate_complain("--death: lower, middle, upper, or a share from 0 to 1",
                                 STATUS_USAGE);
    struct model *m = model_read(call->operands[0], error, sizeof error);
    if (!m)
        return simulate_complain(error, STATUS_USAGE);
    bool guards = m->trailer && json_is_true(json_object_get((const json_t *)m->trailer, "guards"));
    int status = guards ? simulate_complain("the program wants objects back (guards): what it does "
                                            "depends on its collector",
                                            STATUS_FAILED)
                 : call->flag[FLAG_TYPES] ? simulate_print_types(m)
                                          : simulate_all(call, m, death);
    model_free(m);
    return status;
}

COMMAND(simulate, "what CPython's collector would do to a recorded program at any thresholds",
        COMMAND_FLAGS(simulate_flags))
