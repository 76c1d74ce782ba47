// backing.c - the table of backing allocators. A new one is a row, and two functions.

#include "backing.h"

#include <dlfcn.h>
#include <glob.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// ------------------------------------------------------------------------------------------- glibc
// mallinfo2 walks free chunks (up to 0.1 s after freeing a million): outside of timed phases only.
static json_t *glibc_figures(void) {
    struct mallinfo2 m = mallinfo2();
    return json_pack("{s:I,s:I,s:I,s:I}", "in_use", (json_int_t)(m.uordblks + m.hblkhd), "arena",
                     (json_int_t)m.arena, "mmapped", (json_int_t)m.hblkhd, "free",
                     (json_int_t)m.fordblks);
}

static void glibc_purge(void) {
    malloc_trim(0);
}

// ---------------------------------------------------------------------------------------- jemalloc
typedef int mallctl_function(const char *, void *, size_t *, void *, size_t);

static mallctl_function *jemalloc_control(void) {
    mallctl_function *control;
    void *symbol = dlsym(RTLD_DEFAULT, "mallctl");
    memcpy(&control, &symbol, sizeof control); // ISO C has no cast from object to function pointer
    return control;
}

static json_t *jemalloc_figures(void) {
    static const char *const names[] = {"allocated", "active", "metadata",
                                        "resident",  "mapped", "retained"};
    mallctl_function *control = jemalloc_control();
    uint64_t epoch = 1; // statistics are those of the last epoch, so start a new one
    size_t size = sizeof epoch;
    control("epoch", &epoch, &size, &epoch, sizeof epoch);
    json_t *figures = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char key[32];
        size_t value, bytes = sizeof value;
        snprintf(key, sizeof key, "stats.%s", names[i]);
        if (control(key, &value, &bytes, NULL, 0) == 0)
            json_object_set_new(figures, names[i], json_integer((json_int_t)value));
    }
    return figures;
}

static void jemalloc_purge(void) {
    jemalloc_control()("arena.4096.purge", NULL, NULL, NULL, 0); // 4096: all arenas
}

// ------------------------------------------------------------------------------------------- table
// The C library is the first row, and the answer when the probe of no other is found.
static const struct backing backings[] = {
    {"glibc", NULL, "malloc_trim", glibc_figures, glibc_purge},
    {"jemalloc", "libjemalloc.so.2", "mallctl", jemalloc_figures, jemalloc_purge},
};

const struct backing *backing_list(size_t *count) {
    *count = sizeof backings / sizeof *backings;
    return backings;
}

// dlopen would load it, and jemalloc refuses that (static TLS); so look where the loader looks.
int backing_installed(const struct backing *b) {
    static const char *const folders[] = {"/usr/local/lib", "/usr/lib/*", "/usr/lib", "/usr/lib64"};
    if (!b->library)
        return 1;
    int found = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && !found; i++) {
        char pattern[256];
        glob_t matches;
        snprintf(pattern, sizeof pattern, "%s/%s", folders[i], b->library);
        found = glob(pattern, 0, NULL, &matches) == 0;
        globfree(&matches);
    }
    return found;
}

const struct backing *backing_current(void) {
    size_t count = sizeof backings / sizeof *backings;
    for (size_t i = count; i-- > 1;)
        if (dlsym(RTLD_DEFAULT, backings[i].probe))
            return &backings[i];
    return &backings[0];
}
