// work.c - starts the program of a job, watches it, and makes a record of how it ended.

#include "work.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/host.h"
#include "base/must.h"
#include "base/random.h"
#include "base/rss.h"
#include "base/text.h"
#include "instructions.h"
#include "model/backing_options.h"
#include "model/outcome.h"
#include "oracle.h"
#include "rate.h"
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    WORK_OUTPUT_BYTES = 8192,  // of what it printed, for the last words of a crash
    WORK_WORDS_BYTES = 240,    // of these in a record
    WORK_PADDING_BYTES = 4096, // environment variable of random length below that
    WORK_FREE_BYTES = 1 << 20  // less free space than this: the disk is taken to be full
};

// ---------------------------------------------------------------------------- command, environment
static void work_settings(struct names *command, const char *flag, const char *text) {
    struct names parts = {0};
    names_split(&parts, text, ';');
    for (size_t i = 0; i < parts.count; i++) {
        names_add(command, flag);
        names_add(command, parts.items[i]);
    }
    names_free(&parts);
}

static void work_number(struct names *command, const char *flag, uint64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    names_add(command, flag);
    names_add(command, text);
}

// bench-NAME or count-NAME; where no bench-NAME was built, count-NAME is for both. Of another build
// in a folder of that name beside it.
static char *work_program(const struct work *work, const struct job *job) {
    const char *path = catalog_strategy(work->catalog, job->strategy)->path;
    const char *name = basename(path);
    return text_format("%.*s%s%s%.*s-%s", (int)(name - path), path, job->build ? job->build : "",
                       job->build ? "/" : "", 5, job->counting ? "count" : name, job->strategy);
}

const char *work_can(const struct catalog *catalog, const struct job *job) {
    const struct subject *s = catalog_strategy(catalog, job->strategy);
    return !s                                            ? "build its bench program again"
           : !catalog_has_backing(catalog, job->backing) ? "its backing allocator is gone"
           : !names_has(&s->workloads, job->workload)    ? "its workload is gone"
                                                         : NULL;
}

// count-NAME beside bench-NAME: the same source, which counts what the timed program does not.
static bool work_has_counting(const struct work *work, const struct job *job) {
    return work_has(
        work, &(struct job){.build = job->build, .strategy = job->strategy, .counting = true});
}

struct names work_command(const struct work *work, const struct job *job, const char *record_path) {
    struct names command = {0};
    char *program = work_program(work, job);
    names_add(&command, program);
    free(program);
    names_add(&command, "--workload");
    names_add(&command, job->workload);
    work_settings(&command, "--param", job->params);
    work_settings(&command, "--set", job->tunables);
    work_number(&command, "--steps", job->steps);
    work_number(&command, "--seed", job->seed);
    work_number(&command, "--heap-limit", job->heap_limit_bytes);
    if (job->rate > 0 && !job->counting) { // counted is the program, whenever its steps are due
        char *rate = text_format("%.17g", job->load * job->rate);
        names_add(&command, "--arrivals");
        names_add(&command, rate);
        free(rate);
    }
    if (job->input) {
        names_add(&command, "--input");
        names_add(&command, job->input);
    }
    if (job->observe.checkpoints)
        work_number(&command, job->observe.marks ? "--marks" : "--audit", job->observe.checkpoints);
    if (job->lives) {
        names_add(&command, "--lives");
        names_add(&command, job->lives);
    }
    if (!job->observe.graph && !job->build && work_has_counting(work, job))
        names_add(&command, "--no-graph"); // our own runner of this commit: others may not know it
    names_add(&command, "--record");
    names_add(&command, record_path);
    return command;
}

// The size of the environment shifts the stack, which alone can change a program's speed by some
// percent (Mytkowicz et al., "Producing wrong data without doing anything obviously wrong!", ASPLOS
// 2009); drawn anew for each invocation it becomes part of the spread instead of a bias.
static unsigned work_padding(const struct job *job) {
    uint64_t state = job->seed ^ (job->order << 20);
    return (unsigned)(random_next(&state) % WORK_PADDING_BYTES);
}

struct names work_environment(const struct job *job, unsigned padding) {
    struct names environment = {0};
    for (char **variable = environ; *variable; variable++)
        if (strncmp(*variable, "HEAPBENCH_PADDING=", 18))
            names_add(&environment, *variable);
    char *text = text_format("HEAPBENCH_PADDING=%*s", (int)padding, "");
    names_add(&environment, text);
    free(text);
    backing_environment(job->backing, &environment);
    return environment;
}

bool work_has(const struct work *work, const struct job *job) {
    char *program = work_program(work, job);
    bool has = access(program, X_OK) == 0;
    free(program);
    return has;
}

// ---------------------------------------------------------------------------------------- watching
struct watch {
    int fd; // of /proc/PID/statm, kept open: 1 us a sample; -1 before the first
    struct record_samples samples;
    size_t capacity;
};

// Should memory run out, the kernel is to take the child, not the driver with its records.
static void work_mark_victim(pid_t pid) {
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

static void work_tick(void *context, pid_t pid) {
    struct watch *w = context;
    if (w->fd < 0) {
        work_mark_victim(pid);
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
static unsigned long long work_oom_kills(void) {
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

// ----------------------------------------------------------------------------------------- outcome
// The line that says most: a sanitizer's verdict, else the last line that is not blank.
// Cuts up output.
static const char *work_last_words(char *output) {
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

static json_t *work_failed(const struct work *work, const struct job *job, enum outcome outcome,
                           const char *what, const char *words) {
    char *detail = text_format("%s%s%.*s", what, *words ? ": " : "", WORK_WORDS_BYTES, words);
    for (char *c = detail; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?'; // a record is valid UTF-8 whatever a dying process prints
    json_t *record = record_failed(work->catalog, job, outcome, detail);
    free(detail);
    return record;
}

static json_t *work_killed(const struct work *work, const struct job *job, int number,
                           bool out_of_memory, const char *words) {
    char what[128];
    if (out_of_memory && number == SIGKILL)
        return work_failed(work, job, OUTCOME_MEMORY,
                           "killed by the system, which had no memory left (signal 9)", "");
    snprintf(what, sizeof what, "signal %d (%s)", number, strsignal(number));
    return work_failed(work, job, OUTCOME_CRASHED, what, words);
}

static json_t *work_ended(const struct work *work, const struct job *job,
                          const struct child_result *r, bool out_of_memory) {
    char what[128];
    if (r->error)
        return work_failed(work, job, OUTCOME_FAILED, "could not be started", strerror(r->error));
    if (r->timed_out) { // it had no last words: what it printed is how it began
        snprintf(what, sizeof what, "killed after %g s (--timeout)", job->timeout_s);
        return work_failed(work, job, OUTCOME_TIMEOUT, what, "");
    }
    const char *words = work_last_words(r->output);
    if (WIFSIGNALED(r->status))
        return work_killed(work, job, WTERMSIG(r->status), out_of_memory, words);
    if (WEXITSTATUS(r->status)) {
        snprintf(what, sizeof what, "exit status %d", WEXITSTATUS(r->status));
        return work_failed(work, job, OUTCOME_FAILED, what, words);
    }
    return NULL;
}

// An invocation that failed because its record could not be written says nothing about its cell.
static int work_disk_full(const struct work *work, const struct child_result *r) {
    struct statvfs fs;
    if (r->error || (WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0))
        return 0;
    if (WIFSIGNALED(r->status) && WTERMSIG(r->status) == SIGXFSZ)
        return EFBIG;
    if (statvfs(work->dir, &fs) == 0 && fs.f_bavail * fs.f_frsize < WORK_FREE_BYTES)
        return ENOSPC;
    return 0;
}

// What changed under the run's feet says nothing about a strategy, whatever it computed.
static json_t *work_same_input(const struct work *work, const struct job *job, json_t *record) {
    const char *now = text_member(json_object_get(record, "reads"), "checksum");
    if (!job->input_sum || !*now || !strcmp(now, job->input_sum))
        return record;
    char *words = text_format("%s was %s and is %s", job->input, job->input_sum, now);
    json_decref(record);
    record = work_failed(work, job, OUTCOME_FAILED, "the input changed during the run", words);
    free(words);
    return record;
}

static json_t *work_result(const struct work *work, const struct job *job,
                           const struct child_result *r, const struct watch *watch,
                           const char *record_path, bool out_of_memory) {
    json_t *record = work_ended(work, job, r, out_of_memory);
    if (record)
        return record;
    json_error_t problem;
    record = json_load_file(record_path, 0, &problem);
    const char *wrong =
        record ? record_complete(record, job, &watch->samples, work_padding(job)) : problem.text;
    if (!wrong)
        return work_same_input(work, job, record);
    json_decref(record);
    return work_failed(work, job, OUTCOME_FAILED, record ? wrong : "its record cannot be read",
                       record ? "" : wrong);
}

// What went on beside it.
static void work_note_host(json_t *record, struct host_ticks before) {
    json_t *environment = json_object_get(record, "environment");
    double stolen = host_stolen_share(before, host_ticks_read());
    int others = host_others("heapbench");
    if (environment && !isnan(stolen))
        json_object_set_new(environment, "stolen_share", json_real(stolen));
    if (environment && others >= 0)
        json_object_set_new(environment, "others", json_integer(others));
}

json_t *work_once(const struct work *work, const struct job *job, int *error) {
    char *record_path = text_format("%s/spool/running.%d", work->dir, (int)getpid());
    struct names command = work_command(work, job, record_path);
    struct names environment = work_environment(job, work_padding(job));
    struct watch watch = {.fd = -1};
    unsigned long long oom_kills = work_oom_kills();
    struct host_ticks before = host_ticks_read();
    struct child_result r =
        child_run(&(struct child_options){.arguments = names_vector(&command),
                                          .environment = names_vector(&environment),
                                          .timeout_s = job->timeout_s,
                                          .interrupt_fd = work->interrupt_fd,
                                          .errors_too = true,
                                          .keep_bytes = WORK_OUTPUT_BYTES,
                                          .tick = work_tick,
                                          .context = &watch});
    *error = r.interrupted ? 0 : work_disk_full(work, &r);
    json_t *record = NULL;
    if (!r.interrupted && !*error)
        record = work_result(work, job, &r, &watch, record_path, work_oom_kills() > oom_kills);
    work_note_host(record, before);
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

// ---------------------------------------------------------------------------------------- counting
// How the counting build ended otherwise than the timed one; NULL when both did the same.
static const char *work_differs(const json_t *timed, const json_t *counted) {
    if (outcome_of(counted) != OUTCOME_OK)
        return text_member(counted, "detail");
    return strcmp(text_member(timed, "observed"), text_member(counted, "observed")) ||
                   strcmp(text_member(timed, "graph"), text_member(counted, "graph"))
               ? "it computed something else"
               : NULL;
}

// Both did the same phases.
static void work_take_phases(json_t *timed, const json_t *counted) {
    size_t i;
    json_t *phase;
    json_array_foreach(timed, i, phase) {
        json_t *counters = json_object_get(json_array_get(counted, i), "counters");
        if (counters)
            json_object_set(phase, "counters", counters);
    }
}

static void work_take(json_t *timed, const json_t *counted, uint64_t counting_ns) {
    static const char *const fields[] = {"counters",     "setup_counters", "leaked_objects",
                                         "leaked_bytes", "floating",       "drag"};
    const char *kind;
    json_t *pause, *freed;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (json_object_get(counted, fields[i]))
            json_object_set(timed, fields[i], json_object_get(counted, fields[i]));
    json_object_foreach(json_object_get(timed, "pauses"), kind, pause) {
        freed = json_object_get(json_object_get(counted, "pauses"), kind);
        if (json_object_get(freed, "freed"))
            json_object_set(pause, "freed", json_object_get(freed, "freed"));
    }
    work_take_phases(json_object_get(timed, "phases"), json_object_get(counted, "phases"));
    json_object_set_new(timed, "counted_by", json_string("count"));
    json_object_set_new(timed, "counting_ns", json_integer((json_int_t)counting_ns));
}

// What the counting build did, and what the oracle says of it.
struct work_counted {
    json_t *record, *oracle;
    uint64_t wall_ns;
};

// Where the oracle cannot tell, a copy walks. Returns false as work_run does.
static bool work_counts(const struct work *work, const struct job *job, struct work_counted *c,
                        int *error) {
    struct job counting = *job;
    char *lives = NULL;
    uint64_t start_ns = clock_wall_ns();
    *error = 0;
    counting.counting = true;
    c->oracle = oracle_can(work, job) ? oracle_ask(work, job, &lives, error) : NULL;
    counting.observe.marks = c->oracle;
    counting.lives = lives;
    c->record = *error ? NULL : work_once(work, &counting, error);
    c->wall_ns = clock_wall_ns() - start_ns;
    free(lives);
    return c->record;
}

// Adds to a record what the counting build counts. Returns the record, a failed one in its place,
// or NULL as work_run does.
static json_t *work_count(const struct work *work, const struct job *job, json_t *timed,
                          int *error) {
    struct work_counted c;
    json_t *result = timed;
    bool counted = work_counts(work, job, &c, error);
    const char *differs = counted ? work_differs(timed, c.record) : NULL;
    if (differs)
        result = work_failed(work, job, OUTCOME_FAILED, "the counting build", differs);
    else if (counted)
        work_take(timed, c.record, c.wall_ns);
    if (counted && !differs && c.oracle)
        oracle_join(timed, c.record, c.oracle);
    if (differs || !counted)
        json_decref(timed);
    json_decref(c.record);
    json_decref(c.oracle);
    return counted ? result : NULL;
}

// Adds what callgrind counts; without valgrind that is said, and left out.
static json_t *work_instructions(const struct work *work, const struct job *job, json_t *record) {
    char problem[1024] = "";
    bool interrupted = false;
    double counted = instructions_per_step(work, job, &interrupted, problem, sizeof problem);
    if (interrupted) {
        json_decref(record);
        return NULL;
    }
    if (isnan(counted))
        fprintf(stderr, "heapbench: %s\n", problem);
    else
        json_object_set_new(record, "instructions_per_step", json_real(counted));
    return record;
}

json_t *work_load(const struct work *work, struct job *job, const json_t *jobs,
                  const json_t *records, int *error) {
    job->rate = rate_closed(jobs, records, job);
    if (job->rate > 0)
        return work_run(work, job, error);
    return work_failed(work, job, OUTCOME_FAILED,
                       "no closed loop of its program ended ok in block 0", "");
}

json_t *work_run(const struct work *work, const struct job *job, int *error) {
    struct job timed = *job;
    bool counting =
        (job->observe.counts || job->observe.checkpoints) && work_has_counting(work, job);
    timed.observe.marks = counting && oracle_can(work, job);
    if (!timed.observe.marks &&
        (counting || !catalog_strategy(work->catalog, job->strategy)->counting))
        timed.observe.checkpoints = 0;
    json_t *record = work_once(work, &timed, error);
    if (record && counting && outcome_of(record) == OUTCOME_OK)
        record = work_count(work, job, record, error);
    if (record && job->observe.instructions && outcome_of(record) == OUTCOME_OK)
        record = work_instructions(work, job, record);
    return record;
}

// ------------------------------------------------------------------------------------------- apart
bool work_apart(struct work *work, const struct catalog *catalog) {
    char *dir = must(strdup("/tmp/heapbench.XXXXXX"));
    *work = (struct work){catalog, dir, -1};
    char *spool = mkdtemp(dir) ? text_format("%s/spool", dir) : NULL;
    bool made = spool && mkdir(spool, 0777) == 0;
    free(spool);
    if (!made) {
        rmdir(dir);
        free(dir);
    }
    return made;
}

void work_apart_end(struct work *work) {
    char *spool = text_format("%s/spool", work->dir);
    rmdir(spool);
    rmdir(work->dir);
    free(spool);
    free((char *)(uintptr_t)work->dir);
}
