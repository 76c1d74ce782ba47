// interpreters.c - see interpreters.h.

#include "interpreters.h"

#include "base/child.h"
#include "base/file.h"
#include "base/must.h"
#include "base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INTERPRETERS_RUNNERS "harness/runners"
enum { INTERPRETERS_OUTPUT_BYTES = 512 };
static const double interpreters_timeout_s = 60;

struct interpreter {
    char *runner; // the name of its file
    char *name, *path;
};

static void interpreter_free(struct interpreter *i) {
    free(i->runner);
    free(i->name);
    free(i->path);
}

// ----------------------------------------------------------------------------------------- runners
static struct names interpreters_runners(const char *folder) {
    struct names names = {0};
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (!strchr(entry->d_name, '.'))
            names_add(&names, entry->d_name);
    if (dir)
        closedir(dir);
    names_sort(&names);
    return names;
}

// The longest name that the program's own begins with.
static char *interpreters_runner(const char *folder, const char *path) {
    struct names runners = interpreters_runners(folder);
    const char *slash = strrchr(path, '/'), *program = slash ? slash + 1 : path, *found = NULL;
    for (size_t i = 0; i < runners.count; i++)
        if (!strncmp(program, runners.items[i], strlen(runners.items[i])))
            found = runners.items[i];
    char *runner = found ? must(strdup(found)) : NULL;
    names_free(&runners);
    return runner;
}

static bool interpreters_refuse(const char *folder, const char *asked, char *error,
                                size_t error_bytes) {
    struct names runners = interpreters_runners(folder);
    char *list = names_join(&runners, ", ");
    snprintf(error, error_bytes,
             "--exec '%s': accepted: [NAME=]PATH of a program whose name begins with one of %s",
             asked, list);
    free(list);
    names_free(&runners);
    return false;
}

static bool interpreters_read(const char *folder, const char *asked, char letter,
                              struct interpreter *out, char *error, size_t error_bytes) {
    const char *equals = strchr(asked, '='), *path = equals ? equals + 1 : asked;
    *out = (struct interpreter){.runner = interpreters_runner(folder, path),
                                .path = realpath(path, NULL)};
    if (!out->runner || !out->path || access(out->path, X_OK))
        return interpreters_refuse(folder, asked, error, error_bytes);
    free(out->path); // as it was named: an environment is found by where its link stands
    char *here = realpath(".", NULL);
    out->path = *path == '/' ? must(strdup(path)) : text_format("%s/%s", here ? here : ".", path);
    out->name = equals ? must(strndup(asked, (size_t)(equals - asked)))
                       : text_format("%s_%c", out->runner, letter);
    free(here);
    return true;
}

// -------------------------------------------------------------------------------------------- made
static bool interpreters_run(const char *folder, const struct interpreter *i, const char *dir,
                             const char *beside, char *error, size_t error_bytes) {
    extern char **environ;
    char *runner = text_format("%s/%s", folder, i->runner);
    char *named = text_format("%s=%s", i->name, i->path);
    const char *arguments[] = {i->path, runner, "--into", dir, "--beside", beside, named, NULL};
    struct child_result r =
        child_run(&(struct child_options){.arguments = (char *const *)(uintptr_t)arguments,
                                          .environment = environ,
                                          .timeout_s = interpreters_timeout_s,
                                          .interrupt_fd = -1,
                                          .errors_too = true,
                                          .keep_bytes = INTERPRETERS_OUTPUT_BYTES});
    bool good = child_succeeded(&r);
    if (!good) {
        char *complaint = child_complaint(&r);
        snprintf(error, error_bytes, "--exec '%s': %s", named, complaint);
        free(complaint);
    }
    free(r.output);
    free(named);
    free(runner);
    return good;
}

static bool interpreters_each(struct names *asked, const char *dir, const char *beside, char *error,
                              size_t error_bytes) {
    char *folder = file_home(INTERPRETERS_RUNNERS), letter = 'a';
    bool good = true;
    for (size_t n = 0; n < asked->count && good; n++) {
        struct interpreter i;
        good = interpreters_read(folder, asked->items[n], letter, &i, error, error_bytes) &&
               interpreters_run(folder, &i, dir, beside, error, error_bytes);
        if (good) {
            letter += !strchr(asked->items[n], '=');
            free(asked->items[n]);
            asked->items[n] = text_format("%s=%s", i.name, i.path);
        }
        interpreter_free(&i);
    }
    free(folder);
    return good;
}

char *interpreters_make(struct names *asked, const char *beside, char *error, size_t error_bytes) {
    char *dir = must(strdup("/tmp/heapbench-programs.XXXXXX")), *self = file_self();
    char *slash = self ? strrchr(self, '/') : NULL;
    if (slash)
        *slash = 0;
    bool made = mkdtemp(dir);
    if (!made)
        snprintf(error, error_bytes, "--exec: cannot make a folder for programs in /tmp");
    else if (interpreters_each(asked, dir,
                               beside ? beside
                               : self ? self
                                      : ".",
                               error, error_bytes)) {
        free(self);
        return dir;
    }
    free(self);
    if (made)
        interpreters_forget(dir);
    else
        free(dir);
    return NULL;
}

// What it holds are links and scripts.
void interpreters_forget(char *dir) {
    if (!dir)
        return;
    file_clear(dir, "[!.]*");
    rmdir(dir);
    free(dir);
}

struct names interpreters_names(const struct names *asked) {
    struct names names = {0};
    for (size_t i = 0; i < asked->count; i++) {
        char *name = must(strndup(asked->items[i], strcspn(asked->items[i], "=")));
        names_add(&names, name);
        free(name);
    }
    return names;
}
