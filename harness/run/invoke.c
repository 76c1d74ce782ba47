// invoke.c - see invoke.h.

#include "invoke.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/must.h"
#include "base/random.h"
#include "base/rss.h"
#include "base/text.h"
#include "model/backing.h"
#include "record.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    INVOKE_OUTPUT_BYTES = 8192,  // of what it printed, for the last words of a crash
    INVOKE_WORDS_BYTES = 240,    // of these in a record
    INVOKE_PADDING_BYTES = 4096, // environment variable of random length below that
    INVOKE_FREE_BYTES = 1 << 20  // less free space than this: the disk is taken to be full
};

// ---------------------------------------------------------------------------- command, environment
static void invoke_settings(struct names *command, const char *flag, const char *text) {
    struct names parts = {0};
    names_split(&parts, text, ';');
    for (size_t i = 0; i < parts.count; i++) {
        names_add(command, flag);
        names_add(command, parts.items[i]);
    }
    names_free(&parts);
}

static void invoke_number(struct names *command, const char *flag, uint64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    names_add(command, flag);
    names_add(command, text);
}

// Whether the workload reads what the run was given: a trace, or a text.
static bool invoke_reads(const struct invoke *invoke) {
    const char *reads = catalog_workload(invoke->catalog, invoke->cell->workload)->reads;
    return strcmp(reads, trace_is(invoke->input) ? "trace" : "text") == 0;
}

struct names invoke_command(const struct invoke *invoke, const char *record_path) {
    struct names command = {0};
    names_add(&command, catalog_strategy(invoke->catalog, invoke->cell->strategy)->path);
    names_add(&command, "--workload");
    names_add(&command, invoke->cell->workload);
    invoke_settings(&command, "--param", invoke->cell->params);
    invoke_settings(&command, "--set", invoke->cell->tunables);
    invoke_number(&command, "--steps", invoke->steps);
    invoke_number(&command, "--seed", invoke->seed);
    invoke_number(&command, "--heap-limit", invoke->heap_limit_bytes);
    if (invoke->input && invoke_reads(invoke)) {
        names_add(&command, "--input");
        names_add(&command, invoke->input);
    }
    if (invoke->checkpoints)
        invoke_number(&command, "--audit", invoke->checkpoints);
    names_add(&command, "--record");
    names_add(&command, record_path);
    return command;
}

// The size of the environment shifts the stack, which alone can change a program's speed by some
// percent (Mytkowicz et al., "Producing wrong data without doing anything obviously wrong!", ASPLOS
// 2009); drawn anew for each invocation it becomes part of the spread instead of a bias.
static unsigned invoke_padding(const struct invoke *invoke) {
    uint64_t state = invoke->seed ^ (invoke->order << 20);
    return (unsigned)(random_next(&state) % INVOKE_PADDING_BYTES);
}

struct names invoke_environment(const struct invoke *invoke, unsigned padding) {
    struct names environment = {0};
    const struct backing *backing = backing_named(invoke->cell->backing);
    for (char **variable = environ; *variable; variable++)
        if (strncmp(*variable, "LD_PRELOAD=", 11) && strncmp(*variable, "HEAPBENCH_PADDING=", 18))
            names_add(&environment, *variable);
    char *text = text_format("HEAPBENCH_PADDING=%*s", (int)padding, "");
    names_add(&environment, text);
    free(text);
    if (backing && backing->library) {
        text = text_format("LD_PRELOAD=%s", backing->library);
        names_add(&environment, text);
        free(text);
    }
    return environment;
}

// ---------------------------------------------------------------------------------------- watching
struct invoke_watch {
    int fd; // of /proc/PID/statm, kept open: 1 us a sample; -1 before the first
    struct record_samples samples;
    size_t capacity;
};

// Should memory run out, the kernel is to take the child, not the driver with its records.
static void invoke_mark_victim(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)pid);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, "1000", 4) != 4) {
        // Not allowed here: then the kernel chooses.
    }
    close(fd);
}

static void invoke_tick(void *context, pid_t pid) {
    struct invoke_watch *w = context;
    if (w->fd < 0) {
        invoke_mark_victim(pid);
        w->fd = rss_open(pid);
    }
    uint64_t bytes = w->fd >= 0 ? rss_sample_bytes(w->fd) : 0;
    if (!bytes)
        return;
    if (w->samples.count == w->capacity) {
        w->capacity = w->capacity ? 2 * w->capacity : 1024;
        w->samples.list = must(realloc(w->samples.list, w->capacity * sizeof *w->samples.list));
    }
    w->samples.list[w->samples.count++] = (struct record_sample){clock_wall_ns(), bytes};
}

// How many processes the kernel has killed for want of memory since it started (Linux 4.13).
static unsigned long long invoke_oom_kills(void) {
    unsigned long long kills = 0;
    char line[128];
    FILE *file = fopen("/proc/vmstat", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "oom_kill %llu", &kills) == 1)
            break;
    if (file)
        fclose(file);
    return kills;
}

// --- outcome The line that says most: a sanitizer's verdict, else the last line that is not blank.
// Cuts up output.
static const char *invoke_last_words(char *output) {
    const char *last = "", *verdict = NULL;
    char *rest;
    for (char *line = strtok_r(output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (!line[strspn(line, " \t\r")])
            continue;
        last = line;
        if (strstr(line, "SUMMARY: ") || strstr(line, "runtime error: "))
            verdict = line;
    }
    return verdict ? verdict : last;
}

static json_t *invoke_failed(const struct invoke *invoke, const char *outcome, const char *what,
                             const char *words) {
    char *detail = text_format("%s%s%.*s", what, *words ? ": " : "", INVOKE_WORDS_BYTES, words);
    for (char *c = detail; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?'; // a record is valid UTF-8 whatever a dying process prints
    json_t *record = record_failed(invoke, outcome, detail);
    free(detail);
    return record;
}

static json_t *invoke_killed(const struct invoke *invoke, int number, bool out_of_memory,
                             const char *words) {
    char what[128];
    if (out_of_memory && number == SIGKILL)
        return invoke_failed(invoke, "out-of-memory",
                             "killed by the system, which had no memory left (signal 9)", "");
    snprintf(what, sizeof what, "signal %d (%s)", number, strsignal(number));
    return invoke_failed(invoke, "crashed", what, words);
}

static json_t *invoke_ended(const struct invoke *invoke, const struct child_result *r,
                            bool out_of_memory) {
    char what[128];
    if (r->error)
        return invoke_failed(invoke, "failed", "could not be started", strerror(r->error));
    const char *words = invoke_last_words(r->output);
    if (r->timed_out) {
        snprintf(what, sizeof what, "killed after %g s (--timeout)", invoke->timeout_s);
        return invoke_failed(invoke, "timeout", what, words);
    }
    if (WIFSIGNALED(r->status))
        return invoke_killed(invoke, WTERMSIG(r->status), out_of_memory, words);
    if (WEXITSTATUS(r->status)) {
        snprintf(what, sizeof what, "exit status %d", WEXITSTATUS(r->status));
        return invoke_failed(invoke, "failed", what, words);
    }
    return NULL;
}

// An invocation that failed because its record could not be written says nothing about its cell.
static int invoke_disk_full(const struct invoke *invoke, const struct child_result *r) {
    struct statvfs fs;
    if (r->error || (WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0))
        return 0;
    if (WIFSIGNALED(r->status) && WTERMSIG(r->status) == SIGXFSZ)
        return EFBIG;
    if (statvfs(invoke->dir, &fs) == 0 && fs.f_bavail * fs.f_frsize < INVOKE_FREE_BYTES)
        return ENOSPC;
    return 0;
}

static json_t *invoke_result(const struct invoke *invoke, const struct child_result *r,
                             const struct invoke_watch *watch, const char *record_path,
                             bool out_of_memory, unsigned padding) {
    json_t *record = invoke_ended(invoke, r, out_of_memory);
    if (record)
        return record;
    json_error_t problem;
    record = json_load_file(record_path, 0, &problem);
    if (!record)
        return invoke_failed(invoke, "failed", "its record cannot be read", problem.text);
    const char *wrong = record_complete(record, invoke, &watch->samples, padding);
    if (!wrong)
        return record;
    json_decref(record);
    return invoke_failed(invoke, "failed", wrong, "");
}

json_t *invoke_run(const struct invoke *invoke, int *error) {
    unsigned padding = invoke_padding(invoke);
    char *record_path = text_format("%s/spool/running.%d", invoke->dir, (int)getpid());
    struct names command = invoke_command(invoke, record_path);
    struct names environment = invoke_environment(invoke, padding);
    struct invoke_watch watch = {.fd = -1};
    unsigned long long oom_kills = invoke_oom_kills();
    struct child_result r =
        child_run(&(struct child_options){.arguments = names_vector(&command),
                                          .environment = names_vector(&environment),
                                          .timeout_s = invoke->timeout_s,
                                          .interrupt_fd = invoke->interrupt_fd,
                                          .errors_too = true,
                                          .keep_bytes = INVOKE_OUTPUT_BYTES,
                                          .tick = invoke_tick,
                                          .context = &watch});
    *error = r.interrupted ? 0 : invoke_disk_full(invoke, &r);
    json_t *record = NULL;
    if (!r.interrupted && !*error)
        record =
            invoke_result(invoke, &r, &watch, record_path, invoke_oom_kills() > oom_kills, padding);
    unlink(record_path);
    if (watch.fd >= 0)
        close(watch.fd);
    free(watch.samples.list);
    free(r.output);
    free(record_path);
    names_free(&command);
    names_free(&environment);
    return record;
}
