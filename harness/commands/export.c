// export.c - heapbench export: a run in the formats of other tools, files in results/exports/.

#include "show/export.h"
#include "base/file.h"
#include "base/flags.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/text.h"
#include "command.h"
#include "read/load.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { EXPORT_FORMAT, EXPORT_OUTPUT, EXPORT_METRIC, EXPORT_CELL, EXPORT_FLAGS };
static const struct flag export_flags[EXPORT_FLAGS] = {
    [EXPORT_FORMAT] = {"format", "NAME", "which format; csv when left out"},
    [EXPORT_OUTPUT] = {"output", "FILE", "write there instead of to stdout, which is - (-o FILE)"},
    [EXPORT_METRIC] = {"metric", "A,B", "only these metrics"},
    [EXPORT_CELL] = {"cell", "TEXT", "only cells whose key contains this"},
};

static const char export_usage[] =
    "usage: heapbench export [DIR] [flags]\n\n"
    "A run in the formats of other tools. DIR is the run's folder, results/latest when left out.\n";

static void export_more(void) {
    struct names formats = export_formats();
    puts("formats, each a file in results/exports:");
    for (size_t i = 0; i < formats.count; i++) {
        char *doc = export_doc(formats.items[i]);
        printf("  %-12s %s\n", formats.items[i], doc);
        free(doc);
    }
    names_free(&formats);
    puts("");
}

static bool known_format(const char *name, char *error, size_t error_bytes) {
    struct names known = export_formats();
    bool found = suggest_known(error, error_bytes, "format", name, &known);
    names_free(&known);
    return found;
}

// Flags have long names only.
static void export_prepare(int argc, char **argv) {
    static char output[] = "--output";
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "-o"))
            argv[i] = output;
}

static int export_complain(const char *error, int status) {
    return command_fail("export", error, status);
}

static int export_save(sqlite3 *db, const char *dir, const char *format, const char *file) {
    struct text text;
    char error[512];
    int problem = 0;
    text_open(&text);
    bool good = export_write(db, dir, format, text.file, error, sizeof error) == 0;
    text_close(&text);
    if (good && (problem = file_write_named(file, text.data, text.bytes)) != 0)
        snprintf(error, sizeof error, "cannot write %s: %s", strcmp(file, "-") ? file : "to stdout",
                 strerror(problem));
    text_free(&text);
    return good && !problem ? STATUS_OK : export_complain(error, STATUS_FAILED);
}

static int export_main(const struct call *call) {
    static const char *const otherwise[EXPORT_FLAGS] = {"csv", "-", "", ""};
    const char *flag[EXPORT_FLAGS], *dir = call->count ? *call->operands : "results/latest";
    char error[1024];
    for (int i = 0; i < EXPORT_FLAGS; i++)
        flag[i] = call->flag[i] ? call->flag[i] : otherwise[i];
    if (!known_format(flag[EXPORT_FORMAT], error, sizeof error))
        return export_complain(error, STATUS_USAGE);
    if (call->count > 1)
        return export_complain("one run's folder at a time; see --help", STATUS_USAGE);
    sqlite3 *db = load_run(dir, error, sizeof error);
    if (!db)
        return export_complain(error, load_is_run(dir) ? STATUS_FAILED : STATUS_USAGE);
    int status = STATUS_USAGE;
    if (export_narrow(db, flag[EXPORT_CELL], flag[EXPORT_METRIC], error, sizeof error)) {
        load_warn(db, dir, stderr);
        status = export_save(db, dir, flag[EXPORT_FORMAT], flag[EXPORT_OUTPUT]);
    } else {
        export_complain(error, status);
    }
    sqlite3_close(db);
    return status;
}

COMMAND(export, "a run in the formats of other tools", COMMAND_FLAGS(export_flags),
        .more = export_more, .prepare = export_prepare)
