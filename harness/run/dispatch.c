// dispatch.c - see dispatch.h.

#include "dispatch.h"

#include "base/child.h"
#include "base/file.h"
#include "base/must.h"
#include "base/number.h"
#include "base/text.h"
#include "bundle.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// What a bundle should take, when "bundle=SECONDS" is not among the settings: it costs a start and, elsewhere, a
// wait in a queue, and one that is lost is done again.
#define DISPATCH_BUNDLE_S 600
static const char dispatch_bundle[] = "bundle=";

// The settings that are the engine's own, and how long a bundle should take.
static bool dispatch_settings(const struct names *engine, struct names *own, double *bundle_s) {
    bool good = true;
    *bundle_s = DISPATCH_BUNDLE_S;
    for (size_t i = 1; i < engine->count; i++)
        if (!strncmp(engine->items[i], dispatch_bundle, sizeof dispatch_bundle - 1))
            good &= number_real(engine->items[i] + sizeof dispatch_bundle - 1, 0, 1e9, bundle_s);
        else
            names_add(own, engine->items[i]);
    return good;
}

bool dispatch_wanted(const struct names *engine) {
    return engine->count && strcmp(engine->items[0], "local") != 0;
}

// Returns a new string, or NULL with one line in error.
static char *dispatch_program(const struct names *engine, char *error, size_t error_bytes) {
    char *path =
        file_named("harness/engines", ".sh", "engine", engine->items[0], error, error_bytes);
    if (path && access(path, R_OK)) {
        snprintf(error, error_bytes, "--engine: cannot read %s: %s", path, strerror(errno));
        free(path);
        path = NULL;
    }
    return path;
}

static void dispatch_set(const char *name, char *value) {
    setenv(name, value ? value : "", 1);
    free(value);
}

// The engine itself says what it accepts, and what it lacks here.
static bool dispatch_ask(char *path, const struct names *set, char *error, size_t error_bytes) {
    char *const arguments[] = {"/bin/sh", path, "check", NULL};
    dispatch_set("HEAPBENCH_SET", names_join(set, "\n"));
    struct child_result result = child_run(&(struct child_options){.arguments = arguments,
                                                                   .environment = environ,
                                                                   .timeout_s = 60,
                                                                   .interrupt_fd = -1,
                                                                   .errors_too = true,
                                                                   .keep_bytes = error_bytes / 2});
    bool good = child_succeeded(&result);
    if (!good) {
        char *complaint = child_complaint(&result);
        snprintf(error, error_bytes, "--engine: %s: %s", path, complaint);
        free(complaint);
    }
    free(result.output);
    return good;
}

bool dispatch_check(const struct names *engine, char *error, size_t error_bytes) {
    if (!dispatch_wanted(engine))
        return true;
    struct names set = {0};
    double bundle_s;
    char *path = dispatch_program(engine, error, error_bytes);
    bool good = path;
    for (size_t i = 1; good && i < engine->count; i++) {
        good = strchr(engine->items[i], '=') > engine->items[i] && !strchr(engine->items[i], '\n');
        if (!good)
            snprintf(error, error_bytes,
                     "--engine '%s': accepted: first its name, then NAME=VALUE for it",
                     engine->items[i]);
    }
    if (good && !dispatch_settings(engine, &set, &bundle_s)) {
        snprintf(error, error_bytes, "--engine bundle=: accepted: seconds, or 0: as few as can be");
        good = false;
    }
    good = good && dispatch_ask(path, &set, error, error_bytes);
    names_free(&set);
    free(path);
    return good;
}

static double dispatch_longest_s(const json_t *bundles) {
    double longest_s = 0;
    size_t i;
    json_t *bundle;
    json_array_foreach(bundles, i, bundle) longest_s =
        fmax(longest_s, json_number_value(json_object_get(bundle, "seconds")));
    return longest_s;
}

// A new string: of a dry run the folder is not there yet.
static char *dispatch_whole(const char *dir) {
    char *here = realpath(".", NULL);
    char *whole = *dir == '/' ? must(strdup(dir)) : text_format("%s/%s", here ? here : ".", dir);
    free(here);
    return whole;
}

static void dispatch_tell(const struct dispatch *d, const struct names *set,
                          const json_t *bundles) {
    char *self = file_self(), *slash = self ? strrchr(self, '/') : NULL;
    setenv("HEAPBENCH", self ? self : "heapbench", 1);
    if (slash)
        *slash = 0;
    dispatch_set("HEAPBENCH_BENCH_DIR", d->bench_dir ? realpath(d->bench_dir, NULL) : self);
    dispatch_set("HEAPBENCH_DIR", dispatch_whole(d->dir));
    dispatch_set("HEAPBENCH_BUNDLES", text_format("%zu", json_array_size(bundles)));
    dispatch_set("HEAPBENCH_SECONDS", text_format("%.0f", ceil(dispatch_longest_s(bundles))));
    dispatch_set("HEAPBENCH_SET", names_join(set, "\n"));
}

// The shell starts it, which leaves SIGINT to the engine while it waits.
static bool dispatch_start(const struct dispatch *d, const char *path, char *error,
                           size_t error_bytes) {
    char *command = text_format("exec sh \"$HEAPBENCH_ENGINE\" %s", d->dry ? "show" : "run");
    setenv("HEAPBENCH_ENGINE", path, 1);
    fflush(stdout);
    int status = system(command);
    free(command);
    if (status == -1)
        snprintf(error, error_bytes, "cannot start %s: %s", path, strerror(errno));
    else if (WIFSIGNALED(status))
        snprintf(error, error_bytes, "engine %s was stopped by signal %d", path, WTERMSIG(status));
    else if (status)
        snprintf(error, error_bytes, "engine %s ended with status %d", path, WEXITSTATUS(status));
    return !status;
}

bool dispatch_run(const struct dispatch *d, struct engine *e, char *error, size_t error_bytes) {
    struct names set = {0};
    double bundle_s;
    dispatch_settings(d->engine, &set, &bundle_s);
    json_t *bundles = bundles_of(e, bundle_s);
    char *path = dispatch_program(d->engine, error, error_bytes), unread[512];
    int problem = d->dry ? 0 : store_write_lines(e->store, BUNDLE_FILE, bundles);
    if (problem)
        snprintf(error, error_bytes, "cannot write %s/" BUNDLE_FILE ": %s", d->dir,
                 strerror(problem));
    dispatch_tell(d, &set, bundles);
    bool good = path && !problem;
    if (good && json_array_size(bundles))
        good = dispatch_start(d, path, error, error_bytes);
    // What did come counts, however the engine ended.
    if (!d->dry && !problem && !store_read(e->store, unread, sizeof unread)) {
        snprintf(error, error_bytes, "%s", unread);
        good = false;
    }
    json_decref(bundles);
    names_free(&set);
    free(path);
    return good;
}
