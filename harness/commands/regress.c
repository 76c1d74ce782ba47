// regress.c - the counters of a fixed set of programs, compared with a baseline for equality.
//
// Times vary by some percent on a quiet machine and by much more on a shared one, so a gate on them
// cries wolf. The work that a heap does - objects visited, counts raised, collections run - is the
// same in every run of a program with one seed, and a change of it is a change of the code.

#include "report.h"

#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/status.h"
#include "base/text.h"
#include "judge/regress_compare.h"
#include "run/regress_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FLAG_UPDATE, FLAG_BASELINE, FLAG_BENCH_DIR, FLAG_HELP };
static const struct flag flags[] = {
    [FLAG_UPDATE] = {"update", NULL, "write the baseline anew instead of comparing"},
    [FLAG_BASELINE] = {"baseline", "DIR", "where it is; results/baseline when left out"},
    [FLAG_BENCH_DIR] = {"bench-dir", "DIR",
                        "where the bench programs are; beside this one when left out"},
    [FLAG_HELP] = {"help", NULL, "show this"},
};

struct request {
    bool update, help;
    const char *baseline, *bench_dir;
};

static int usage_error(const char *error) {
    fprintf(stderr, "heapbench regress: %s\n", error);
    return STATUS_USAGE;
}

static int parse(struct request *request, int argc, char **argv) {
    struct flags f;
    *request = (struct request){.baseline = "results/baseline"};
    flags_start(&f, flags, sizeof flags / sizeof *flags, argc, argv);
    for (int flag; (flag = flags_next(&f)) != FLAGS_END;) {
        if (flag == FLAGS_ERROR)
            return usage_error(f.error);
        request->update |= flag == FLAG_UPDATE;
        request->help |= flag == FLAG_HELP;
        if (flag == FLAG_BASELINE && *f.value)
            request->baseline = f.value;
        if (flag == FLAG_BENCH_DIR && *f.value)
            request->bench_dir = f.value;
    }
    return flags_rest(&f) < argc ? usage_error("takes no names; see --help") : STATUS_OK;
}

static int help(void) {
    puts(
        "usage: heapbench regress [--update] [flags]\n\nRun every strategy on a fixed set of small "
        "programs and compare its counters, its checksums and what it\nleaked with the baseline, "
        "for "
        "equality. Exit status 3 when something differs.\n");
    flags_help(flags, sizeof flags / sizeof *flags);
    return STATUS_OK;
}

// Sorted and indented, so that a change of the baseline reads well in a diff. Returns 0 or an errno
// value.
static int save(const char *path, const json_t *measured) {
    char *text = must(json_dumps(measured, JSON_INDENT(1) | JSON_SORT_KEYS));
    char *line = text_format("%s\n", text);
    int error = file_write_whole(path, line, strlen(line));
    free(line);
    free(text);
    return error;
}

// One strategy, measured: kept as the baseline, or compared with it. Adds to *found.
static int settle(const struct request *request, const char *strategy, const json_t *measured,
                  struct regress_found *found) {
    char *path = text_format("%s/%s.json", request->baseline, strategy);
    int status = STATUS_OK;
    if (request->update) {
        int error = save(path, measured);
        if (error)
            fprintf(stderr, "heapbench regress: cannot write %s: %s\n", path, strerror(error));
        else
            printf("wrote %s\n", path);
        status = error ? STATUS_FAILED : STATUS_OK;
    } else if (access(path, F_OK)) {
        printf("%s has no baseline: nothing to compare. `make baseline` makes one, %s\n", strategy,
               path);
    } else {
        json_error_t problem;
        json_t *baseline = json_load_file(path, 0, &problem);
        if (!json_is_object(baseline)) {
            fprintf(stderr, "heapbench regress: %s is damaged: line %d: %s\n", path, problem.line,
                    problem.text);
            status = STATUS_FAILED;
        } else {
            regress_compare(strategy, baseline, measured, found);
        }
        json_decref(baseline);
    }
    free(path);
    return status;
}

static int regress_all(const struct request *request, struct regress *regress) {
    struct regress_found found = {0};
    int status = STATUS_OK;
    for (size_t i = 0; i < regress->catalog->strategies.count && status == STATUS_OK; i++) {
        const struct subject *strategy = &regress->catalog->strategies.list[i];
        if (subject_has_trait(strategy, "instrument"))
            continue;
        json_t *measured = regress_strategy(regress, strategy);
        status = measured ? settle(request, strategy->name, measured, &found) : STATUS_FAILED;
        json_decref(measured);
    }
    if (status != STATUS_OK || request->update)
        return status;
    regress_print(&found, request->baseline, stdout);
    status = found.differences ? STATUS_REGRESSION : STATUS_OK;
    regress_found_free(&found);
    return status;
}

int regress_main(int argc, char **argv) {
    struct request request;
    struct regress regress;
    char error[1024];
    int status = parse(&request, argc, argv);
    if (status != STATUS_OK || request.help)
        return status != STATUS_OK ? status : help();
    if (!regress_start(&regress, request.bench_dir, request.baseline, request.update, error,
                       sizeof error)) {
        fprintf(stderr, "heapbench regress: %s\n", error);
        return STATUS_FAILED;
    }
    status = regress_all(&request, &regress);
    regress_end(&regress);
    return status;
}
