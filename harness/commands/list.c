// list.c - heapbench list: what the catalog knows, for people, the README and programs.

#include "base/flags.h"
#include "base/must.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/text.h"
#include "command.h"
#include "model/backing.h"
#include "model/catalog.h"
#include "model/values.h"

#include <string.h>

enum list_flag { LIST_JSON, LIST_MARKDOWN, LIST_BENCH_DIR, LIST_FLAGS };
enum list_part { LIST_STRATEGIES = 1, LIST_WORKLOADS = 2, LIST_BACKINGS = 4, LIST_ALL = 7 };

static const struct flag list_flags[LIST_FLAGS] = {
    [LIST_JSON] = {"json", NULL, "everything that --describe says, merged"},
    [LIST_MARKDOWN] = {"markdown", NULL, "the tables of the README"},
    [LIST_BENCH_DIR] = {"bench-dir", "DIR",
                        "folder of the bench-NAME programs (that of heapbench)"},
};

static const char list_usage[] =
    "usage: heapbench list [strategies] [workloads] [backings] [flags]\n\n"
    "What there is to run, with defaults, ranges and sweeps.\n";

// -------------------------------------------------------------------------------------- for people
static void list_setting(const struct setting *s) {
    char accepts[256];
    char *fallback = values_print(s, s->fallback);
    setting_accepts(s, accepts, sizeof accepts);
    printf("    %s = %s%s%s    %s\n", s->name, fallback, *s->unit ? " " : "", s->unit, s->doc);
    printf("      %s%s%s\n", accepts, *s->sweep ? "; sweep " : "", s->sweep);
    free(fallback);
}

static void list_traits(const struct subject *s) {
    size_t i;
    json_t *trait;
    if (json_array_size(json_object_get(s->json, "traits")))
        fputs("    claims:", stdout);
    json_array_foreach(json_object_get(s->json, "traits"), i, trait)
        printf(" %s", json_string_value(trait));
    if (i)
        putchar('\n');
}

static void list_subject(const struct subject *s) {
    size_t i;
    json_t *preset;
    printf("\n  %s    %s\n", s->name, s->summary);
    if (s->steps)
        printf("    a step is %s; %llu of them%s%s%s\n", s->step_is, (unsigned long long)s->steps,
               *s->reads ? "; reads a " : "", s->reads, *s->reads ? " (--input)" : "");
    list_traits(s);
    for (i = 0; i < s->setting_count; i++)
        list_setting(&s->settings[i]);
    json_array_foreach(presets_of(s->json), i, preset)
        printf("    preset %s: %s\n      %s\n", text_member(preset, "name"),
               text_member(preset, "assignments"), text_member(preset, "doc"));
}

static void list_backings(const struct catalog *c) {
    size_t count;
    const struct backing *list = backing_list(&count);
    for (size_t i = 0; i < count; i++)
        printf("  %s%s%s%s\n", list[i].name, list[i].library ? "    " : "",
               list[i].library ? list[i].library : "",
               names_has(&c->backings, list[i].name) ? "" : "    (not installed)");
}

static void list_people(const struct catalog *c, int parts) {
    if (parts & LIST_STRATEGIES) {
        puts("strategies and their tunables (--strategy NAME, --set TUNABLE=VALUE, --preset NAME)");
        for (size_t i = 0; i < c->strategies.count; i++)
            list_subject(&c->strategies.list[i]);
    }
    if (parts & LIST_WORKLOADS) {
        puts("\nworkloads and their parameters (--workload NAME, --param NAME.PARAMETER=VALUE, "
             "--preset NAME)");
        for (size_t i = 0; i < c->workloads.count; i++)
            list_subject(&c->workloads.list[i]);
    }
    if (parts & LIST_BACKINGS) {
        puts("\nbacking allocators (--backing NAME)\n");
        list_backings(c);
    }
}

// ------------------------------------------------------------------------------------ for programs
static int list_json(const struct catalog *c) {
    json_t *strategies = must(json_object()), *workloads = must(json_object());
    json_t *backings = must(json_array());
    for (size_t i = 0; i < c->strategies.count; i++)
        json_object_set(strategies, c->strategies.list[i].name, c->strategies.list[i].json);
    for (size_t i = 0; i < c->workloads.count; i++)
        json_object_set(workloads, c->workloads.list[i].name, c->workloads.list[i].json);
    for (size_t i = 0; i < c->backings.count; i++)
        json_array_append_new(backings, json_string(c->backings.items[i]));
    json_t *all = must(json_pack("{s:i,s:o,s:o,s:o,s:O*,s:O*,s:O*}", "schema", 1, "strategies",
                                 strategies, "workloads", workloads, "backings", backings,
                                 "counters", c->counters, "pauses", c->pauses, "build", c->build));
    int failed = json_dumpf(all, stdout, JSON_INDENT(1)) || putchar('\n') == EOF || fflush(stdout);
    json_decref(all);
    return failed ? STATUS_FAILED : STATUS_OK;
}

// ---------------------------------------------------------------------------------- for the README
// A cell of a table: a bar would end it.
static void list_markdown_text(const char *text) {
    for (; *text; text++)
        printf(*text == '|' ? "\\|" : "%c", *text);
}

static void list_markdown_settings(const struct setting *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *fallback = values_print(&table[i], table[i].fallback);
        printf("%s`%s` (%s)", i ? ", " : "", table[i].name, fallback);
        free(fallback);
    }
}

static void list_markdown_presets(const char *owner, const json_t *described) {
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(described), i, preset) {
        printf("| `%s` | `%s` | ", text_member(preset, "name"), owner);
        list_markdown_text(text_member(preset, "doc"));
        printf(" | `%s` |\n", text_member(preset, "assignments"));
    }
}

static void list_markdown(const struct catalog *c, int parts) {
    if (parts & LIST_STRATEGIES)
        puts("| strategy | what it is | tunables (defaults) |\n| --- | --- | --- |");
    for (size_t i = 0; parts & LIST_STRATEGIES && i < c->strategies.count; i++) {
        printf("| `%s` | ", c->strategies.list[i].name);
        list_markdown_text(c->strategies.list[i].summary);
        fputs(" | ", stdout);
        list_markdown_settings(c->strategies.list[i].settings, c->strategies.list[i].setting_count);
        puts(" |");
    }
    if (parts & LIST_WORKLOADS)
        printf("%s| workload | what it is | a step is | parameters (defaults) |\n"
               "| --- | --- | --- | --- |\n",
               parts & LIST_STRATEGIES ? "\n" : "");
    for (size_t i = 0; parts & LIST_WORKLOADS && i < c->workloads.count; i++) {
        printf("| `%s` | ", c->workloads.list[i].name);
        list_markdown_text(c->workloads.list[i].summary);
        fputs(" | ", stdout);
        list_markdown_text(c->workloads.list[i].step_is);
        fputs(" | ", stdout);
        list_markdown_settings(c->workloads.list[i].settings, c->workloads.list[i].setting_count);
        puts(" |");
    }
    if (parts & (LIST_STRATEGIES | LIST_WORKLOADS))
        puts("\n| preset | of | what it is | settings |\n| --- | --- | --- | --- |");
    for (size_t i = 0; parts & LIST_WORKLOADS && i < c->workloads.count; i++)
        list_markdown_presets(c->workloads.list[i].name, c->workloads.list[i].json);
    for (size_t i = 0; parts & LIST_STRATEGIES && i < c->strategies.count; i++)
        list_markdown_presets(c->strategies.list[i].name, c->strategies.list[i].json);
}

// --------------------------------------------------------------------------------------- arguments
static int list_part(const char *name, char *error, size_t error_bytes) {
    static const char *const parts[] = {"strategies", "workloads", "backings"};
    for (int i = 0; i < 3; i++)
        if (!strcmp(name, parts[i]))
            return 1 << i;
    struct names known = {0};
    for (int i = 0; i < 3; i++)
        names_add(&known, parts[i]);
    suggest_unknown(error, error_bytes, "list of", name, &known);
    names_free(&known);
    return 0;
}

static int list_refuse(const char *error) {
    return command_fail("list", error, STATUS_USAGE);
}

static int list_print(const char *dir, int format, int parts) {
    char error[1024];
    struct catalog *c = catalog_load(dir, error, sizeof error);
    if (!c)
        return list_refuse(error);
    int status = STATUS_OK;
    if (format == LIST_JSON)
        status = list_json(c);
    else if (format == LIST_MARKDOWN)
        list_markdown(c, parts);
    else
        list_people(c, parts);
    catalog_free(c);
    return status;
}

static int list_main(const struct call *call) {
    char error[1024];
    int parts = 0;
    for (int i = 0; i < call->count; i++) {
        int part = list_part(call->operands[i], error, sizeof error);
        if (!part)
            return list_refuse(error);
        parts |= part;
    }
    return list_print(call->flag[LIST_BENCH_DIR],
                      call->flag[LIST_JSON]       ? LIST_JSON
                      : call->flag[LIST_MARKDOWN] ? LIST_MARKDOWN
                                                  : -1,
                      parts ? parts : LIST_ALL);
}

COMMAND(list, "what there is to run: strategies, workloads, backing allocators",
        COMMAND_FLAGS(list_flags))
