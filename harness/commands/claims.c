// claims.c - heapbench claims: what must hold, judged on a run that is there or is made for it.

#include "command.h"
#include "judge/claims_judge.h"

#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "model/claims.h"
#include "read/load.h"
#include "run.h"
#include "show/question.h"
#include "show/rows.h"
#include "store/folder.h"

#include <string.h>
#include <unistd.h>

enum { CLAIMS_ERROR_BYTES = 8192 };
enum {
    CLAIMS_MEASURE,
    CLAIMS_UPDATE,
    CLAIMS_BASELINE,
    CLAIMS_STRICT,
    CLAIMS_COMPLETE,
    CLAIMS_ONLY,
    CLAIMS_BLOCKS,
    CLAIMS_OUT,
    CLAIMS_BENCH_DIR,
    CLAIMS_MARKDOWN,
    CLAIMS_FLAGS
};

static const struct flag claims_flags[CLAIMS_FLAGS] = {
    [CLAIMS_MEASURE] = {"measure", NULL, "first run the cells that the claims name"},
    [CLAIMS_UPDATE] = {"update", NULL,
                       "then write the baseline anew, with what the claims compare with it"},
    [CLAIMS_BASELINE] = {"baseline", "DIR", "what @baseline means; results/baseline when left out"},
    [CLAIMS_STRICT] = {"strict", NULL, "exit status 3 when a claim misses"},
    [CLAIMS_COMPLETE] =
        {"complete", NULL,
         "what only the run or only the baseline has misses, too; a strategy that is "
         "not built here\nbut there as a folder is no such case"},
    [CLAIMS_ONLY] = {"only", "TEXT", "only claims with a cell whose key contains this"},
    [CLAIMS_BLOCKS] = {"blocks", "N", "with --measure: how often every cell runs"},
    [CLAIMS_OUT] = {"out", "DIR", "with --measure: folder of the run (results/DATE-TIME)"},
    [CLAIMS_BENCH_DIR] = {"bench-dir", "DIR",
                          "with --measure: folder of the bench-NAME programs (that of heapbench)"},
    [CLAIMS_MARKDOWN] = {"markdown", NULL,
                         "print claims with a limit alone, as a table for Markdown"},
};

struct claims_request {
    const struct call *call;
    const char *file;
    struct options options; // of the run to make
    json_t *claims;
};

static const char claims_usage[] =
    "usage: heapbench claims [flags] [DIR] FILE\n"
    "       heapbench claims --measure [flags] FILE\n\n"
    "Judge what must hold on the run in DIR (results/latest), or on one that is made first, in a\n"
    "folder that it names; results/latest stays what it was. FILE is a file of claims, or the "
    "name\n"
    "of one in results/claims/; its form is in harness/model/claims.h. A verdict is holds, "
    "misses,\n"
    "open (not told apart from the limit) or missing (not measured).\n";
static const char claims_after[] =
    "exit status: 0 judged; 1 an invocation failed; 2 usage; 3 a claim misses, with --strict; 130\n"
    "interrupted: `heapbench run --resume DIR` goes on";

static int claims_refuse(const char *error) {
    return command_fail("claims", error, STATUS_USAGE);
}

static int claims_parse(struct claims_request *r) {
    const struct call *c = r->call;
    const char *measure = c->flag[CLAIMS_MEASURE], *blocks = c->flag[CLAIMS_BLOCKS];
    if (blocks && !number_whole(blocks, 1, 10000, &r->options.blocks))
        return claims_refuse("--blocks: accepted: a whole number from 1 to 10000");
    if (c->count != 1 && (measure || c->count != 2))
        return claims_refuse(measure ? "--measure takes one file of claims, e.g. peers"
                                     : "takes a file of claims, and before it the folder of a run");
    const char *out = measure         ? c->flag[CLAIMS_OUT]
                      : c->count == 1 ? "results/latest"
                                      : c->operands[0];
    r->options.out = out ? must(strdup(out)) : folder_default();
    r->file = c->operands[c->count - 1];
    return STATUS_OK;
}

// -------------------------------------------------------------------------------------------- plan
// Keys of cells that may be of strategies that are not built here.
static void claims_slice(json_t *slices, const struct names *keys, const char *observe) {
    json_t *cells = must(json_array());
    for (size_t i = 0; i < keys->count; i++) {
        char *key = text_format("?%s", keys->items[i]);
        json_array_append_new(cells, json_string(key));
        free(key);
    }
    if (keys->count)
        json_array_append_new(slices, json_pack("{s:O,s:[s]}", "cells", cells, "observe", observe));
    json_decref(cells);
}

// The plan that the file names or holds, and the cells of its claims.
static json_t *claims_plan(const json_t *claims, char *error, size_t error_bytes) {
    const json_t *own = json_object_get(claims, "plan");
    struct names timed = {0}, counted = {0};
    json_t *plan = json_is_string(own) ? plan_load(json_string_value(own), error, error_bytes)
                   : own               ? json_deep_copy(own)
                                       : json_object();
    if (!plan)
        return NULL;
    if (!json_object_get(plan, "slices"))
        json_object_set_new(plan, "slices", json_array());
    claims_keys(claims, false, &timed);
    claims_keys(claims, true, &counted);
    claims_slice(json_object_get(plan, "slices"), &timed, "counts");
    claims_slice(json_object_get(plan, "slices"), &counted, "instructions");
    names_free(&timed);
    names_free(&counted);
    if (!json_is_string(own)) {
        const char *path = text_member(claims, "file");
        json_object_set_new(plan, "file", json_string(path));
        json_object_set_new(plan, "name", json_string(basename(path)));
    }
    json_object_set_new(plan, "together", claims_sides(claims));
    if (plan_check(plan, text_member(claims, "file"), error, error_bytes))
        return plan;
    json_decref(plan);
    return NULL;
}

static int claims_measure(struct claims_request *r) {
    char error[CLAIMS_ERROR_BYTES];
    struct catalog *c = catalog_load(r->call->flag[CLAIMS_BENCH_DIR], error, sizeof error);
    json_t *plan = c ? claims_plan(r->claims, error, sizeof error) : NULL;
    int status = plan ? run_plan(&r->options, plan, c, false, r->call) : claims_refuse(error);
    json_decref(plan);
    catalog_free(c);
    return status;
}

// ------------------------------------------------------------------------------------------- table
// Claims with a limit, in groups of those that are set against the same.
static void claims_print_limits(sqlite3 *db) {
    struct rows *rows = command_rows("claims", db, "select * from limits_shown");
    struct names told = {0};
    int against = rows ? rows_find(rows, "against") : -1;
    for (size_t i = 0; rows && i < rows->count; i++) {
        const char *group = rows_text(rows, i, against);
        if (names_has(&told, group))
            continue;
        names_add(&told, group);
        printf("%s%s\n", *group ? "against " : "by itself", group);
        struct rows *part = rows_part(rows, "against", group);
        rows_print(part, ROWS_TERMINAL, stdout);
        rows_free(part);
        putchar('\n');
    }
    names_free(&told);
    rows_free(rows);
}

static void claims_print_markdown(sqlite3 *db) {
    struct rows *rows = command_rows("claims", db, "select * from limits_written");
    if (rows)
        rows_print(rows, ROWS_MARKDOWN, stdout);
    rows_free(rows);
}

static void claims_print_differences(sqlite3 *db) {
    struct rows *rows = command_rows("claims", db, "select * from differences_shown");
    if (rows && rows->count)
        rows_print(rows, ROWS_TERMINAL, stdout);
    rows_free(rows);
}

// Whether a strategy is there that this machine lacks a library for.
static bool claims_has_folder(const char *strategy) {
    char *name = text_format("allocators/%s/fast.h", strategy), *path = file_home(name);
    bool has = access(path, R_OK) == 0;
    free(path);
    free(name);
    return has;
}

// Returns how many there are, of what can be run here.
static size_t claims_print_notes(sqlite3 *db) {
    struct rows *rows = command_rows("claims", db, "select * from notes_shown");
    size_t count = rows ? 0 : 1;
    for (size_t i = 0; rows && i < rows->count; i++) {
        const char *gone = rows_text(rows, i, 1);
        puts(rows_text(rows, i, 0));
        count += !*gone || !claims_has_folder(gone);
    }
    rows_free(rows);
    return count;
}

// --------------------------------------------------------------------------------------- sentences
// A text in lines of at most 80 columns; all but the first are indented.
static void claims_wrap(const char *text, size_t indent) {
    enum { COLUMNS = 80 };
    size_t column = strspn(text, " ");
    printf("%*s", (int)column, "");
    for (const char *at = text + column, *start = at; *at;) {
        size_t bytes = strcspn(at, " "), width = 0;
        for (size_t i = 0; i < bytes; i++)
            width += (at[i] & 0xC0) != 0x80; // characters of UTF-8
        if (column > indent && column + 1 + width > COLUMNS) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (at > start) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)bytes, at);
        column += width;
        at += bytes + (at[bytes] == ' ');
    }
    putchar('\n');
}

static void claims_print_wrapped(sqlite3 *db, const char *sql) {
    struct rows *rows = command_rows("claims", db, sql);
    for (size_t i = 0; rows && i < rows->count; i++)
        claims_wrap(rows_text(rows, i, 0), (size_t)rows_number(rows, i, 1));
    rows_free(rows);
}

// How many hold. Returns how many miss.
static size_t claims_sum_up(sqlite3 *db) {
    struct rows *misses =
        command_rows("claims", db, "select count(*) from verdict where verdict = 'misses'");
    size_t count = misses ? (size_t)rows_number(misses, 0, 0) : 1;
    command_lines("claims", db, "select * from counts_shown", "");
    rows_free(misses);
    return count;
}

static int claims_update(sqlite3 *db, const char *baseline) {
    struct names kept = {0};
    load_column(db, "select * from kept", &kept);
    char *joined = names_join(&kept, "\n"), *lines = text_format("%s\n", joined);
    char *path = text_format("%s/records.ndjson", baseline);
    int error = file_make_folders(baseline);
    if (!error)
        error = file_write_whole(path, lines, strlen(lines));
    if (error)
        fprintf(stderr, "heapbench claims: cannot write %s: %s\n", path, strerror(error));
    else
        printf("wrote %s\n", path);
    names_free(&kept);
    free(joined);
    free(lines);
    free(path);
    return error ? STATUS_FAILED : STATUS_OK;
}

static int claims_show(const struct claims_request *r) {
    char error[CLAIMS_ERROR_BYTES];
    const char *baseline =
        r->call->flag[CLAIMS_BASELINE] ? r->call->flag[CLAIMS_BASELINE] : "results/baseline";
    sqlite3 *db = load_run(r->options.out, error, sizeof error);
    int status = STATUS_OK;
    if (!db)
        return claims_refuse(error);
    if (!claims_judge(r->claims, db, r->options.out, baseline, error, sizeof error)) {
        fprintf(stderr, "heapbench claims: %s: %s\n", text_member(r->claims, "file"), error);
        status = STATUS_USAGE;
    } else if (r->call->flag[CLAIMS_UPDATE]) {
        status = claims_update(db, baseline);
    } else if (r->call->flag[CLAIMS_MARKDOWN]) {
        questions_functions(db);
        claims_print_markdown(db);
    } else {
        questions_functions(db);
        if (json_object_get(r->claims, "sentences")) {
            claims_print_wrapped(db, "select * from sentences_shown");
            putchar('\n');
            claims_print_wrapped(db, "select * from sentence_counts_shown");
        } else {
            claims_print_limits(db);
        }
        command_lines("claims", db, "select * from coverage_shown", "");
        claims_print_differences(db);
        command_lines("claims", db, "select * from words_shown", "");
        size_t alone = claims_print_notes(db), misses = claims_sum_up(db);
        if (r->call->flag[CLAIMS_COMPLETE])
            misses += alone;
        if (misses && r->call->flag[CLAIMS_STRICT])
            status = STATUS_REGRESSION;
    }
    sqlite3_close(db);
    return status;
}

static int claims_main(const struct call *call) {
    char error[CLAIMS_ERROR_BYTES];
    struct claims_request r = {.call = call, .options = {.seed = UINT64_MAX, .budget_s = 0}};
    int status = claims_parse(&r), shown;
    if (status == STATUS_OK) {
        r.claims = claims_load(r.file, call->flag[CLAIMS_ONLY], error, sizeof error);
        status = !r.claims                    ? claims_refuse(error)
                 : call->flag[CLAIMS_MEASURE] ? claims_measure(&r)
                                              : STATUS_OK;
        if (status == STATUS_OK || status == STATUS_FAILED) {
            shown = claims_show(&r);
            status = status == STATUS_OK || shown == STATUS_REGRESSION ? shown : status;
        }
    }
    json_decref(r.claims);
    options_free(&r.options);
    return status;
}

COMMAND(claims, "judge what must hold: peers, baseline, or a file of your own",
        COMMAND_FLAGS(claims_flags), .after = claims_after)
