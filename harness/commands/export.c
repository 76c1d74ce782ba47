// export.c - heapbench export: a run in the formats of other tools, which are files in results/exports/.

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

static const struct flag flags[] = {
    {"format", "NAME", "which format; csv when left out"},
    {"output", "FILE", "write there instead of to stdout, which is - (-o FILE)"},
    {"metric", "A,B", "only these metrics"},
    {"cell", "TEXT", "only cells whose key contains this"},
    {"help", NULL, "show this"},
};

enum { FLAGS = sizeof flags / sizeof *flags };

struct request {
    const char *format;
    const char *file; // "-": stdout
    const char *dir;
    const char *metrics, *cell; // "": all
    bool help;
};

static int usage_error(const char *error) {
    fprintf(stderr, "heapbench export: %s\n", error);
    return STATUS_USAGE;
}

static bool known_format(const char *name, char *error, size_t error_bytes) {
    struct names known = export_formats();
    bool found = names_has(&known, name);
    if (!found)
        suggest_unknown(error, error_bytes, "format", name, &known);
    names_free(&known);
    return found;
}

// Returns a status other than STATUS_OK after a line on stderr.
static int parse(struct request *request, int argc, char **argv) {
    static const char *const otherwise[FLAGS] = {"csv", "-", "", "", NULL};
    const char *value[FLAGS] = {NULL};
    char error[1024];
    static char output[] = "--output"; // flags.h knows long names only
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "-o"))
            argv[i] = output;
    int at = flags_all(flags, FLAGS, argc, argv, value, error, sizeof error);
    for (int i = 0; i < FLAGS; i++)
        value[i] = value[i] ? value[i] : otherwise[i];
    if (at == FLAGS_ERROR || !known_format(value[0], error, sizeof error))
        return usage_error(error);
    if (at + 1 < argc)
        return usage_error("one run's folder at a time; see --help");
    *request = (struct request){value[0], value[1], at < argc ? argv[at] : "results/latest",
                                value[2], value[3], value[4] != NULL};
    return STATUS_OK;
}

static int help(void) {
    puts("usage: heapbench export [DIR] [flags]\n\nA run in the formats of other tools. DIR is the "
         "run's folder, results/latest when left out.\n\nformats, each a file in results/exports:");
    struct names formats = export_formats();
    for (size_t i = 0; i < formats.count; i++) {
        char *doc = export_doc(formats.items[i]);
        printf("  %-12s %s\n", formats.items[i], doc);
        free(doc);
    }
    names_free(&formats);
    puts("");
    flags_help(flags, FLAGS);
    return STATUS_OK;
}

static bool complain(const char *error) {
    fprintf(stderr, "heapbench export: %s\n", error);
    return false;
}

static bool export_run(const struct request *request, sqlite3 *db) {
    struct text text;
    char error[512];
    int problem;
    text_open(&text);
    bool good =
        export_write(db, request->dir, request->format, text.file, error, sizeof error) == 0;
    text_close(&text);
    if (!good)
        complain(error);
    else if ((problem = file_write_named(request->file, text.data, text.bytes)) != 0) {
        snprintf(error, sizeof error, "cannot write %s: %s",
                 strcmp(request->file, "-") ? request->file : "to stdout", strerror(problem));
        good = complain(error);
    }
    text_free(&text);
    return good;
}

static int export_main(int argc, char **argv) {
    struct request request;
    char error[512];
    int status = parse(&request, argc, argv);
    if (status != STATUS_OK || request.help)
        return status != STATUS_OK ? status : help();
    sqlite3 *db = load_run(request.dir, error, sizeof error);
    if (!db && !load_is_run(request.dir))
        return usage_error(error);
    if (db && !export_narrow(db, request.cell, request.metrics, error, sizeof error)) {
        sqlite3_close(db);
        return usage_error(error);
    }
    if (db)
        load_warn(db, request.dir, stderr);
    bool good = db ? export_run(&request, db) : complain(error);
    sqlite3_close(db);
    return good ? STATUS_OK : STATUS_FAILED;
}

COMMAND(export, "a run in the formats of other tools")
