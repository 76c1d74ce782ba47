// record.c - heapbench record: run a Python program under the recorder, unchanged, and say how it
// went.

#include "advise/calibration.h"
#include "base/file.h"
#include "base/must.h"
#include "base/status.h"
#include "base/table.h"
#include "base/text.h"
#include "command.h"
#include "recording/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct flag record_flags[] = {
    {"out", "FILE", "where the recording goes (recording.hbr)"},
    {"precise", NULL, "deaths in cycles to 1/8 of an object's age, not 1/3: half as slow again"},
    {"count", "T0,T1,T2",
     "do not record: count what the collector does at these thresholds, as JSON in FILE; with "
     "+time\nafter them, what each collection takes, too"},
    {"calibrate", NULL,
     "then run the program twice more, plainly, at its thresholds and at ten times those, for "
     "heapbench\nadvise: what its collections take, in FILE.runs"},
    {"children", NULL, "each copy that the program forks too, in FILE.PID"},
    {"windows", "S,T", "of a long run S seconds of every T, in FILE, FILE.2, FILE.3 and so on"},
    {"graph", NULL,
     "the references between live objects, too: for --workload replay on collectors that mark"},
};
enum {
    FLAG_OUT,
    FLAG_PRECISE,
    FLAG_COUNT,
    FLAG_CALIBRATE,
    FLAG_CHILDREN,
    FLAG_WINDOWS,
    FLAG_GRAPH
};
static const char record_usage[] =
    "usage: heapbench record [flags] -- COMMAND...\n\n"
    "Runs a Python program as it is and records when its objects are born and die, for heapbench "
    "simulate: no payload,\n"
    "no address, no name but those of types. A program can do it for a part of itself, with "
    "build/recorder on its\n"
    "PYTHONPATH: import heapbench_record; heapbench_record.start(\"part.hbr\"); ...; "
    "heapbench_record.stop()\n";

extern char **environ;

static int record_complain(const char *error, int status) {
    return command_fail("record", error, status);
}

static void record_export(const char *name, const char *value) {
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

// Where the interpreter finds its sitecustomize.py: in the folder, before what there was.
struct record_paths {
    char *folder, *before;
};

// What sitecustomize.py reads. Sets and dicts are in the order of hashes, so these must repeat.
static void record_ask(const struct call *call, const struct record_paths *paths, const char *out,
                       const char *count) {
    char *path = paths->before ? text_format("%s:%s", paths->folder, paths->before)
                               : text_format("%s", paths->folder);
    char *here = realpath(".", NULL);
    char *whole = *out == '/' || !here ? text_format("%s", out) : text_format("%s/%s", here, out);
    record_export("HEAPBENCH_RECORD_PATH", whole);
    record_export("HEAPBENCH_RECORD_PYTHONPATH", paths->before);
    record_export("HEAPBENCH_RECORD_THRESHOLDS", count);
    record_export("HEAPBENCH_RECORD_K0", call->flag[FLAG_PRECISE] ? "70" : NULL);
    record_export("HEAPBENCH_RECORD_Q", call->flag[FLAG_PRECISE] ? "8" : NULL);
    record_export("HEAPBENCH_RECORD_STEADY", call->flag[FLAG_PRECISE] ? "1" : NULL);
    record_export("HEAPBENCH_RECORD_CHILDREN", call->flag[FLAG_CHILDREN] ? "1" : NULL);
    record_export("HEAPBENCH_RECORD_WINDOWS", call->flag[FLAG_WINDOWS]);
    record_export("HEAPBENCH_RECORD_GRAPH", call->flag[FLAG_GRAPH] ? "1" : NULL);
    record_export("PYTHONPATH", path);
    setenv("PYTHONHASHSEED", "0", 0);
    free(path);
    free(here);
    free(whole);
}

// Runs it to its end; Ctrl-C is its business. quiet: it reads and prints nothing.
// used: what it took. Returns its status as a shell does, or
// -1 with errno set.
static int record_run(char *const *arguments, bool quiet, struct rusage *used) {
    pid_t pid;
    int status;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    if (quiet) {
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    void (*before)(int) = signal(SIGINT, SIG_IGN);
    errno = posix_spawnp(&pid, arguments[0], &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (errno)
        return -1;
    while (wait4(pid, &status, 0, used) < 0 && errno == EINTR)
        continue;
    signal(SIGINT, before);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static double total(const struct recording_reader *r, const char *name) {
    return text_member_number((const json_t *)r->trailer, name);
}

// The self-checks: what the recorder cannot have got wrong without saying so.
static void record_say_checks(const struct recording_reader *r) {
    double wrong = total(r, "miscounted") + total(r, "ambiguous");
    if (wrong > 0)
        fprintf(stderr,
                "heapbench record: %.0f of %.0f times births less deaths were not what the "
                "collector counts: take\nits figures for estimates\n",
                wrong, total(r, "collections"));
}

static void record_say(const char *out, struct recording_reader *r) {
    struct stat file;
    if (!r->trailer) {
        fprintf(stderr,
                "heapbench record: %s: cut: the program was killed; what it did before is there\n",
                out);
        return;
    }
    double cpu = total(r, "cpu_ns"), own = total(r, "hooks_ns") + total(r, "collecting_ns");
    struct si containers = si_count(total(r, "containers")),
              garbage = si_count(total(r, "garbage")),
              bytes = si_bytes(stat(out, &file) ? 0 : (double)file.st_size);
    fprintf(stderr, "heapbench record: %s: %s, %s containers, %s of them died in cycles; ", out,
            bytes.text, containers.text, garbage.text);
    fprintf(stderr,
            "recording took about %.1f times the CPU time that it takes without collections\n",
            cpu > own ? cpu / (cpu - own) : 1.0);
    record_say_checks(r);
}

static bool record_say_file(const char *out) {
    char error[512];
    struct recording_reader *r = recording_open(out, error, sizeof error);
    if (!r) {
        record_complain(error, STATUS_FAILED);
        return false;
    }
    recording_skip(r);
    record_say(out, r);
    recording_close(r);
    return true;
}

// Windows after the first one: each is read and said, or taken away.
static void record_each_window(const char *out, bool (*visit)(const char *path)) {
    for (int number = 2;; number++) {
        char *path = text_format("%s.%d", out, number);
        bool there = file_is_regular(path) && visit(path);
        free(path);
        if (!there)
            return;
    }
}

static bool record_take_away(const char *path) {
    return unlink(path) == 0;
}

// "5,60", more than 0 seconds of every so many more.
static bool record_is_windows(const char *text) {
    char *end, *last;
    double seconds = strtod(text, &end);
    last = end;
    double every = *end == ',' ? strtod(end + 1, &last) : 0;
    return seconds > 0 && every > seconds && !*last;
}

static int record_end(const char *out, int status) {
    if (!file_is_regular(out))
        return status ? status
                      : record_complain("nothing was recorded: the command ran no CPython that "
                                        "reads PYTHONPATH (python -I and -E do not)",
                                        STATUS_FAILED);
    return record_say_file(out) ? status : STATUS_FAILED;
}

// -------------------------------------------------------------------------------------- calibration
// The thresholds of plain runs: the program's own, and young collections that are ten times as rare, with old ones often
// enough to know what they take.
static bool record_thresholds(const char *out, char *own, char *other, size_t bytes) {
    char error[200];
    struct recording_reader *r = recording_open(out, error, sizeof error);
    if (!r)
        return false;
    enum { RARER = 10, OLD = 5 };
    int t[3];
    const json_t *thresholds = json_object_get((const json_t *)r->header, "thresholds");
    for (size_t g = 0; g < 3; g++)
        t[g] = (int)json_integer_value(json_array_get(thresholds, g));
    recording_close(r);
    snprintf(own, bytes, "%d,%d,%d+time", t[0], t[1], t[2]);
    snprintf(other, bytes, "%d,%d,%d+time", t[0] * RARER, OLD, OLD);
    return true;
}

static double record_ns(const struct rusage *used) {
    return ((double)used->ru_utime.tv_sec + (double)used->ru_stime.tv_sec) * 1e9 +
           ((double)used->ru_utime.tv_usec + (double)used->ru_stime.tv_usec) * 1e3;
}

// One plain run; its line is added to `runs`, with the CPU time of the process from its start to its end, in ns. Returns
// that, or 0: it did not run.
static double record_plain(const struct call *call, const struct record_paths *paths,
                           const char *out, const char *thresholds, FILE *runs) {
    char *path = text_format("%s.run", out);
    record_ask(call, paths, path, thresholds);
    struct rusage used;
    int status = record_run(call->operands, true, &used);
    json_t *line = status < 0 ? NULL : json_load_file(path, 0, NULL);
    if (line) {
        json_object_set_new(line, "process_ns", json_real(record_ns(&used)));
        json_dumpf(line, runs, JSON_COMPACT);
        fputc('\n', runs);
    }
    unlink(path);
    free(path);
    double ns = line ? record_ns(&used) : 0;
    json_decref(line);
    return ns;
}

//   recorded_ns  of CPU time of the process that was recorded
static int record_calibrate(const struct call *call, const struct record_paths *paths,
                            const char *out, double recorded_ns) {
    char own[64], other[64];
    struct text runs;
    text_open(&runs);
    double plain_ns = record_thresholds(out, own, other, sizeof own)
                          ? record_plain(call, paths, out, own, runs.file)
                          : 0;
    bool good = plain_ns > 0 && record_plain(call, paths, out, other, runs.file) > 0;
    text_close(&runs);
    if (good)
        fprintf(stderr,
                "heapbench record: recorded it took %.1f times the CPU time of a plain run\n",
                recorded_ns / plain_ns);
    char *path = calibration_path(out);
    int error = good ? file_write_whole(path, runs.data, runs.bytes) : 0;
    text_free(&runs);
    free(path);
    return good && !error ? STATUS_OK
                          : record_complain(error ? strerror(error)
                                                  : "the program could not be run again plainly",
                                            STATUS_FAILED);
}

// --------------------------------------------------------------------------------------------- all
static int record_all(const struct call *call, const struct record_paths *paths, const char *out) {
    record_ask(call, paths, out, call->flag[FLAG_COUNT]);
    struct rusage used;
    int status = record_run(call->operands, false, &used);
    if (status < 0)
        return record_complain(strerror(errno), STATUS_USAGE);
    if (call->flag[FLAG_COUNT])
        return status;
    status = record_end(out, status);
    if (call->flag[FLAG_WINDOWS])
        record_each_window(out, record_say_file);
    return call->flag[FLAG_CALIBRATE] && status == STATUS_OK
               ? record_calibrate(call, paths, out, record_ns(&used))
               : status;
}

static int record_main(const struct call *call) {
    const char *out = call->flag[FLAG_OUT]     ? call->flag[FLAG_OUT]
                      : call->flag[FLAG_COUNT] ? "counts.json"
                                               : "recording.hbr";
    if (!call->count)
        return record_complain("which program? as in: heapbench record -- python3 app.py",
                               STATUS_USAGE);
    if (call->flag[FLAG_WINDOWS] && !record_is_windows(call->flag[FLAG_WINDOWS]))
        return record_complain("--windows: seconds of every so many more, as in 5,60",
                               STATUS_USAGE);
    if (call->flag[FLAG_WINDOWS])
        record_each_window(out, record_take_away);
    const char *before = getenv("PYTHONPATH");
    struct record_paths paths = {file_home("build/recorder"),
                                 before ? text_format("%s", before) : NULL};
    int status =
        access(paths.folder, R_OK)
            ? record_complain("the recorder was not built: it takes the headers of "
                              "CPython 3.11, 3.12 or 3.13 (python3-dev of Debian) and make",
                              STATUS_FAILED)
        : unlink(out) && errno != ENOENT ? record_complain(strerror(errno), STATUS_FAILED)
                                         : record_all(call, &paths, out);
    free(paths.folder);
    free(paths.before);
    return status;
}

COMMAND(record, "run a Python program and record when its objects are born and die",
        COMMAND_FLAGS(record_flags))
