// history.c - heapbench history: runs of many commits, kept as lines of one file, and where their figures change.

#include "base/change.h"
#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/names.h"
#include "base/status.h"
#include "base/table.h"
#include "base/text.h"
#include "command.h"
#include "read/load.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_FILE "results/history.ndjson"
#define HISTORY_CANARY "@build=canary"

enum { HISTORY_OF, HISTORY_METRIC, HISTORY_CELL, HISTORY_ALL, HISTORY_HELP, HISTORY_FLAGS };
static const struct flag history_flags[HISTORY_FLAGS] = {
    [HISTORY_OF] = {"file", "FILE", "the history (" HISTORY_FILE ")"},
    [HISTORY_METRIC] = {"metric", "A,B", "report: only these metrics"},
    [HISTORY_CELL] = {"cell", "TEXT", "report: only cells whose key contains this"},
    [HISTORY_ALL] = {"all", NULL, "report: series without a change, too"},
    [HISTORY_HELP] = {"help", NULL, "this text"},
};

struct history {
    const char *flag[HISTORY_FLAGS];
    const char *file;
};

static int history_usage(const char *error) {
    fprintf(stderr, "heapbench history: %s\n", error);
    return STATUS_USAGE;
}

static int history_help(void) {
    puts("usage: heapbench history add RUN [--file FILE]\n"
         "       heapbench history report [flags]\n\n"
         "add puts a line below the others: what the run's base cells measured, with time, commit "
         "and machine.\nreport draws each series of a machine (processor, kernel, compiler) over "
         "its "
         "commits, and says where it\nchanges (base/change.h). Times are set against those of the "
         "canary, where runs have one (make history):\nprograms that never change, so that what "
         "changes in them is the machine.\n");
    flags_help(history_flags, HISTORY_FLAGS);
    return STATUS_OK;
}

// ------------------------------------------------------------------------------------------------ add
// The line of a run; NULL with one line in error.
static char *history_line(const char *dir, char *error, size_t error_bytes) {
    sqlite3 *db = load_run(dir, error, error_bytes);
    char *path = file_home("results/history.sql"), *sql = text_read_file(path, NULL), *line = NULL;
    sqlite3_stmt *statement = NULL;
    if (db && sql && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        line = text_format("%s\n", (const char *)sqlite3_column_text(statement, 0));
    else if (db)
        snprintf(error, error_bytes, "%s: %s", path, sql ? sqlite3_errmsg(db) : "cannot be read");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    free(sql);
    free(path);
    return line;
}

// One write at the end: lines of several writers do not mix, and none is ever changed.
static int history_append(const char *file, const char *line) {
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    bool good = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);
    int error = good ? 0 : errno;
    if (fd >= 0 && close(fd) && good)
        error = errno;
    if (error)
        fprintf(stderr, "heapbench history: cannot write %s: %s\n", file, strerror(error));
    return error ? STATUS_FAILED : STATUS_OK;
}

static int history_add(const struct history *h, const char *dir) {
    char error[1024];
    char *line = history_line(dir, error, sizeof error), *there = text_read_file(h->file, NULL);
    int status = STATUS_OK;
    if (!line)
        status = history_usage(error);
    else if (there && strstr(there, line))
        printf("%s is in %s already\n", dir, h->file);
    else if ((status = history_append(h->file, line)) == STATUS_OK)
        printf("added %s to %s\n", dir, h->file);
    free(line);
    free(there);
    return status;
}

// --------------------------------------------------------------------------------------------- report
// The runs of one machine and plan, in order of time.
struct runs {
    json_t *list; // array
    const struct history *h;
    size_t shown, steady;
};

// Which runs can be one series.
static char *history_machine(const json_t *run) {
    const json_t *machine = json_object_get(run, "machine");
    return text_format("%s, %s, %s; plan %s x %g", text_member(machine, "cpu"),
                       text_member(machine, "kernel"), text_member(machine, "compiler"),
                       text_member(run, "plan"), text_member_number(run, "steps_factor"));
}

static int history_by_time(const void *a, const void *b) {
    return strcmp(text_member(*(json_t *const *)a, "time"),
                  text_member(*(json_t *const *)b, "time"));
}

// Machine to array of runs. NULL with one line in error.
static json_t *history_load(const char *file, char *error, size_t error_bytes) {
    char *text = text_read_file(file, NULL), *rest = NULL;
    json_t *machines = must(json_object());
    size_t number = 0;
    if (!text)
        snprintf(error, error_bytes, "%s: %s; heapbench history add RUN begins one", file,
                 strerror(errno));
    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        json_t *run = json_loads(line, 0, NULL);
        number++;
        if (!json_is_object(json_object_get(run, "figures"))) {
            fprintf(stderr, "warning: %s: line %zu is no run, left out\n", file, number);
            json_decref(run);
            continue;
        }
        char *machine = history_machine(run);
        if (!json_object_get(machines, machine))
            json_object_set_new(machines, machine, json_array());
        json_array_append_new(json_object_get(machines, machine), run);
        free(machine);
    }
    if (text)
        free(text);
    else
        json_decref(machines);
    return text ? machines : NULL;
}

static json_t *history_sorted(const json_t *runs) {
    size_t count = json_array_size(runs);
    json_t **list = must(calloc(count + 1, sizeof *list)), *sorted = must(json_array());
    for (size_t i = 0; i < count; i++)
        list[i] = json_array_get(runs, i);
    qsort(list, count, sizeof *list, history_by_time);
    for (size_t i = 0; i < count; i++)
        json_array_append(sorted, list[i]);
    free(list);
    return sorted;
}

struct series {
    double *values;
    size_t *run; // of each
    size_t count;
    bool against_canary;
};

static double history_value(const json_t *run, const char *key, const char *metric) {
    return text_member_number(json_object_get(json_object_get(run, "figures"), key), metric);
}

// A figure that depends on the machine; the others are the program's alone.
static bool history_timed(const char *metric) {
    return strstr(metric, "_ns") != NULL;
}

// The values of a cell; times as multiples of the canary's in the same run, if all runs have one.
static struct series history_series(const struct runs *r, const char *key, const char *metric) {
    size_t count = json_array_size(r->list), with = 0;
    struct series s = {must(calloc(count + 1, sizeof(double))),
                       must(calloc(count + 1, sizeof(size_t))), 0, false};
    char *canary = text_format("%s" HISTORY_CANARY, key);
    for (size_t i = 0; i < count; i++) {
        double value = history_value(json_array_get(r->list, i), key, metric);
        if (isnan(value))
            continue;
        s.values[s.count] = value;
        s.run[s.count++] = i;
        with += history_value(json_array_get(r->list, i), canary, metric) > 0;
    }
    s.against_canary = history_timed(metric) && s.count && with == s.count;
    for (size_t i = 0; s.against_canary && i < s.count; i++)
        s.values[i] /= history_value(json_array_get(r->list, s.run[i]), canary, metric);
    free(canary);
    return s;
}

static void history_draw(const struct series *s) {
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    enum { MOST = 60, BARS = sizeof bars / sizeof *bars };
    size_t from = s->count > MOST ? s->count - MOST : 0;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = from; i < s->count; i++) {
        low = fmin(low, s->values[i]);
        high = fmax(high, s->values[i]);
    }
    fputs("  ", stdout);
    for (size_t i = from; i < s->count; i++) {
        double share = high > low ? (s->values[i] - low) / (high - low) : 0;
        fputs(bars[(size_t)(share * (BARS - 0.001))], stdout);
    }
    printf("  %.4g to %.4g%s\n", low, high, s->against_canary ? " times the canary" : "");
}

static void history_changes(const struct runs *r, const struct series *s, const struct change *list,
                            size_t count) {
    for (size_t i = 0; i < count; i++) {
        const json_t *run = json_array_get(r->list, s->run[list[i].place]);
        printf("  %s %.10s: %+.3g %% (%.4g to %.4g)", text_member(run, "commit"),
               text_member(run, "time"), 100 * (list[i].after / list[i].before - 1), list[i].before,
               list[i].after);
        printf(list[i].chance < 1e-6 ? ", p < 0.000001\n" : ", p = %.2g\n", list[i].chance);
    }
}

static void history_one(struct runs *r, const char *key, const char *metric) {
    struct series s = history_series(r, key, metric);
    struct change *changes = must(calloc(s.count + 1, sizeof *changes));
    size_t count = change_points(s.values, s.count, changes);
    if (count || r->h->flag[HISTORY_ALL]) {
        printf("%s %s%s\n", key, metric, strstr(key, HISTORY_CANARY) ? " (the machine)" : "");
        history_draw(&s);
        history_changes(r, &s, changes, count);
        r->shown++;
    }
    r->steady += !count;
    free(changes);
    free(s.values);
    free(s.run);
}

static bool history_wanted(const char *list, const char *metric) {
    struct names names = {0};
    names_split(&names, list ? list : "", ',');
    bool wanted = !names.count || names_has(&names, metric);
    names_free(&names);
    return wanted;
}

// Every series that some run has. The canary's times say what the machine did; its other figures never change.
static void history_machine_report(struct runs *r) {
    json_t *seen = must(json_object()), *run, *figures, *value;
    const char *key, *metric, *text = r->h->flag[HISTORY_CELL];
    size_t i;
    json_array_foreach(r->list, i, run) {
        json_object_foreach(json_object_get(run, "figures"), key, figures) {
            if (!json_object_get(seen, key))
                json_object_set_new(seen, key, json_object());
            json_object_update(json_object_get(seen, key), figures);
        }
    }
    json_object_foreach(seen, key, figures) {
        json_object_foreach(figures, metric, value) {
            bool machine = strstr(key, HISTORY_CANARY) != NULL;
            if ((!text || strstr(key, text)) &&
                history_wanted(r->h->flag[HISTORY_METRIC], metric) &&
                (!machine || history_timed(metric)))
                history_one(r, key, metric);
        }
    }
    json_decref(seen);
}

static int history_report(const struct history *h) {
    char error[1024];
    json_t *machines = history_load(h->file, error, sizeof error), *runs;
    const char *machine;
    if (!machines)
        return history_usage(error);
    json_object_foreach(machines, machine, runs) {
        struct runs r = {.list = history_sorted(runs), .h = h};
        size_t count = json_array_size(r.list);
        printf("%s: %zu run%s, %s to %s\n\n", machine, count, count == 1 ? "" : "s",
               text_member(json_array_get(r.list, 0), "commit"),
               text_member(json_array_get(r.list, count - 1), "commit"));
        history_machine_report(&r);
        printf("%s%zu series without a change\n\n", r.shown ? "\n" : "", r.steady);
        json_decref(r.list);
    }
    json_decref(machines);
    return STATUS_OK;
}

static int history_main(int argc, char **argv) {
    char error[1024];
    struct history h = {.file = HISTORY_FILE};
    int at = flags_all(history_flags, HISTORY_FLAGS, argc, argv, h.flag, error, sizeof error);
    if (at == FLAGS_ERROR)
        return history_usage(error);
    if (h.flag[HISTORY_HELP])
        return history_help();
    h.file = h.flag[HISTORY_OF] ? h.flag[HISTORY_OF] : h.file;
    if (argc - at == 2 && !strcmp(argv[at], "add"))
        return history_add(&h, argv[at + 1]);
    if (argc - at == 1 && !strcmp(argv[at], "report"))
        return history_report(&h);
    return history_usage("accepted: add RUN, or report; see --help");
}

COMMAND(history, "runs of many commits, and where they change")
