// backing_given.c - checks what is given as NAME=FILE, and finds it again in the process that runs
// on it.

#include "backing_given.h"

#include "base/must.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

// What a file of which nothing is known says of itself.
static json_t *given_figures(void) {
    return json_object();
}

static void given_purge(void) {}

static void given_version(char *out, size_t bytes) {
    if (bytes)
        *out = 0;
}

bool backing_is_definition(const char *text) {
    size_t bytes = strcspn(text, "=:");
    return text[bytes] == '=';
}

bool backing_is_given(const struct backing *b) {
    return b->library && *b->library == '/';
}

// The loader splits a list of what to preload at colons and spaces; a list of flags, at commas.
static const char *given_wrong(const char *name, const char *path) {
    struct stat file;
    if (!*name || strspn(name, LETTERS) != strlen(name))
        return "is no name: accepted: NAME=FILE, the name of letters, digits and _";
    if (!path || stat(path, &file) || !S_ISREG(file.st_mode))
        return "is no file that can be read";
    if (strpbrk(path, ": ,"))
        return "has a colon, a comma or a space in its path, which the loader cannot preload";
    const struct backing *known = backing_named(name);
    if (known && (!backing_is_given(known) || strcmp(known->library, path)))
        return "has a name that another backing allocator has: accepted: any other NAME=FILE";
    return NULL;
}

static const struct backing *given_new(const char *name, char *path) {
    struct backing row = {.name = must(strdup(name)),
                          .library = path,
                          .probe = "malloc",
                          .figures = given_figures,
                          .purge = given_purge,
                          .version = given_version};
    return must(backing_append(&row));
}

const struct backing *backing_give(const char *definition, char *error, size_t error_bytes) {
    size_t bytes = strcspn(definition, "=");
    const char *file = definition + bytes + (definition[bytes] != 0);
    char *name = must(strndup(definition, bytes)), *path = realpath(file, NULL);
    const char *wrong = given_wrong(name, path);
    const struct backing *b = wrong ? NULL : backing_named(name);
    if (wrong)
        snprintf(error, error_bytes, "backing allocator '%s' %s", definition, wrong);
    if (wrong || b)
        free(path);
    else
        b = given_new(name, path);
    free(name);
    return b;
}

const struct backing *backing_given_here(const struct backing *kind) {
    char error[256];
    const char *definition = getenv(BACKING_GIVEN_VARIABLE);
    const struct backing *b = definition ? backing_give(definition, error, sizeof error) : NULL;
    void *function = dlsym(RTLD_DEFAULT, "malloc");
    Dl_info where;
    char *file = b && dladdr(function, &where) ? realpath(where.dli_fname, NULL) : NULL;
    bool here = file && !strcmp(file, b->library);
    free(file);
    if (here && kind && b->figures != kind->figures) {
        struct backing *own = (struct backing *)(uintptr_t)b;
        own->figures = kind->figures;
        own->purge = kind->purge;
        own->version = kind->version;
    }
    return here ? b : NULL;
}
