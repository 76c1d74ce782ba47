// backing.c - the table of backing allocators. A new one is a row, and three functions; of one that
// is given by its file, see backing_given.c.

#include "backing_given.h"

#include "base/must.h"
#include "base/text.h"

#include <dlfcn.h>
#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#include <malloc.h>
#endif

// Sets *function, a pointer to a function of any type: ISO C has no cast from an object's address.
static void backing_find(void *function, const char *symbol) {
    void *address = dlsym(RTLD_DEFAULT, symbol);
    memcpy(function, &address, sizeof address);
}

static void backing_set(json_t *figures, const char *name, size_t bytes) {
    json_object_set_new(figures, name, json_integer((json_int_t)bytes));
}

// ------------------------------------------------------------------------------------------- glibc
// Of another C library, which has the same name in records, figures are unknown, and so absent.
#ifdef __GLIBC__
// mallinfo2 walks free chunks (up to 0.1 s after freeing a million): outside of timed phases only.
static json_t *glibc_figures(void) {
    struct mallinfo2 m = mallinfo2();
    json_t *figures = json_object();
    backing_set(figures, "in_use", m.uordblks + m.hblkhd);
    backing_set(figures, "arena", m.arena);
    backing_set(figures, "mmapped", m.hblkhd);
    backing_set(figures, "free", m.fordblks);
    return figures;
}

static void glibc_purge(void) {
    malloc_trim(0);
}

static void glibc_version(char *out, size_t bytes) {
    snprintf(out, bytes, "%s", gnu_get_libc_version());
}
#else
static json_t *glibc_figures(void) {
    return json_object();
}

static void glibc_purge(void) {}

static void glibc_version(char *out, size_t bytes) {
    snprintf(out, bytes, "not glibc");
}
#endif

// ---------------------------------------------------------------------------------------- jemalloc
// mallctl(name, old, old_bytes, new, new_bytes); names: jemalloc(3), "MALLCTL NAMESPACE".
typedef int mallctl_function(const char *, void *, size_t *, void *, size_t);

static json_t *jemalloc_figures(void) {
    static const char *const names[] = {"allocated", "active", "metadata",
                                        "resident",  "mapped", "retained"};
    mallctl_function *control;
    backing_find(&control, "mallctl");
    uint64_t epoch = 1; // statistics are those of the last epoch, so start a new one
    size_t size = sizeof epoch;
    control("epoch", &epoch, &size, &epoch, sizeof epoch);
    json_t *figures = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char key[32];
        size_t value, bytes = sizeof value;
        snprintf(key, sizeof key, "stats.%s", names[i]);
        if (control(key, &value, &bytes, NULL, 0) == 0)
            backing_set(figures, names[i], value);
    }
    return figures;
}

static void jemalloc_purge(void) {
    mallctl_function *control;
    backing_find(&control, "mallctl");
    control("arena.4096.purge", NULL, NULL, NULL, 0); // 4096: all arenas
}

static void jemalloc_version(char *out, size_t bytes) {
    mallctl_function *control;
    const char *version = "";
    size_t size = sizeof version;
    backing_find(&control, "mallctl");
    control("version", &version, &size, NULL, 0);
    snprintf(out, bytes, "%.*s", (int)strcspn(version, "-"), version); // 5.3.0-0-g<commit>
}

// ---------------------------------------------------------------------------------------- mimalloc
// mi_heap_area_t of mimalloc.h 2.0.9: a page of blocks of one size. Later versions append to it.
struct mimalloc_area {
    void *blocks;
    size_t reserved, committed, used, block_size; // used: blocks in use, not bytes
};

typedef bool mimalloc_visitor(const void *heap, const struct mimalloc_area *area, void *block,
                              size_t block_size, void *sum);

static bool mimalloc_add_area(const void *heap, const struct mimalloc_area *area, void *block,
                              size_t block_size, void *sum) {
    struct mimalloc_area *total = sum;
    (void)heap, (void)block, (void)block_size;
    total->reserved += area->reserved;
    total->committed += area->committed;
    total->used += area->used * area->block_size;
    return true;
}

// A release build, which is what Debian has, keeps no statistics of blocks and pages: they print as
// 0. So what is in use is added up over the heap's areas (the heap is this thread's; there is no
// other). Only what the process has committed is counted in every build; mi_process_info's figures
// of resident memory are a copy of it and ru_maxrss, no figures of its own.
static json_t *mimalloc_figures(void) {
    void *(*heap)(void);
    bool (*visit)(const void *, bool, mimalloc_visitor *, void *);
    void (*info)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *);
    json_t *figures = json_object();
    backing_find(&heap, "mi_heap_get_default");
    backing_find(&visit, "mi_heap_visit_blocks");
    backing_find(&info, "mi_process_info");
    struct mimalloc_area sum = {0};
    if (heap && visit && visit(heap(), false, mimalloc_add_area, &sum)) {
        backing_set(figures, "area_used", sum.used);
        backing_set(figures, "area_committed", sum.committed);
        backing_set(figures, "area_reserved", sum.reserved);
    }
    size_t commit = 0, peak = 0;
    if (info)
        info(NULL, NULL, NULL, NULL, NULL, &commit, &peak, NULL);
    if (commit) { // there is always some
        backing_set(figures, "current_commit", commit);
        backing_set(figures, "peak_commit", peak);
    }
    return figures;
}

// What is free in a segment that holds live blocks too stays resident: 2.0.9 gives it back only
// some time after it was freed, when the next page is asked for.
static void mimalloc_purge(void) {
    void (*collect)(bool force);
    backing_find(&collect, "mi_collect");
    if (collect)
        collect(true);
}

// 209 is 2.0.9; from 3.1 on 30100 is 3.1.0.
static void mimalloc_version(char *out, size_t bytes) {
    int (*version)(void);
    backing_find(&version, "mi_version");
    int v = version ? version() : 0, digit = v < 1000 ? 10 : 100;
    snprintf(out, bytes, "%d.%d.%d", v / digit / digit, v / digit % digit, v % digit);
}

// ---------------------------------------------------------------------------------------- tcmalloc
// Of gperftools: malloc_extension_c.h, and malloc_extension.h for the properties. heap_size is what
// is in use and all that is free: in the page heap (mapped or given back) and in the three caches.
static json_t *tcmalloc_figures(void) {
    static const char *const names[] = {
        "generic.current_allocated_bytes",    "generic.heap_size",
        "generic.total_physical_bytes",       "tcmalloc.pageheap_free_bytes",
        "tcmalloc.pageheap_unmapped_bytes",   "tcmalloc.central_cache_free_bytes",
        "tcmalloc.transfer_cache_free_bytes", "tcmalloc.thread_cache_free_bytes"};
    int (*property)(const char *, size_t *);
    backing_find(&property, "MallocExtension_GetNumericProperty");
    json_t *figures = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t value;
        if (property(names[i], &value))
            backing_set(figures, names[i], value);
    }
    return figures;
}

static void tcmalloc_purge(void) {
    void (*release)(void);
    backing_find(&release, "MallocExtension_ReleaseFreeMemory");
    if (release)
        release();
}

static void tcmalloc_version(char *out, size_t bytes) {
    const char *(*version)(int *, int *, const char **);
    int major, minor;
    const char *patch;
    backing_find(&version, "tc_version");
    snprintf(out, bytes, "%s", version ? version(&major, &minor, &patch) : "");
}

// ------------------------------------------------------------------------------------------- table
// The C library is the first row, and the answer when the probe of no other is found. Those that
// are given by their files follow these.
enum { BACKINGS = 64 };
static struct backing backings[BACKINGS] = {
    {"glibc",
     NULL,
     "malloc_trim",
     {"GLIBC_TUNABLES", "glibc.malloc.", "=", ":", "", "glibc.malloc.", NULL},
     glibc_figures,
     glibc_purge,
     glibc_version},
    {"jemalloc",
     "libjemalloc.so.2",
     "mallctl",
     {"MALLOC_CONF", "", ":", ",", "MALLOC_CONF=stats_print:true", "opt.", "abort_conf:true"},
     jemalloc_figures,
     jemalloc_purge,
     jemalloc_version},
    {"mimalloc",
     "libmimalloc.so.2",
     "mi_collect",
     {"MIMALLOC_", "", "=", NULL, "MIMALLOC_VERBOSE=1", "option '", NULL},
     mimalloc_figures,
     mimalloc_purge,
     mimalloc_version},
    {"tcmalloc",
     "libtcmalloc_minimal.so.4",
     "MallocExtension_GetNumericProperty",
     {"TCMALLOC_", "", "=", NULL, NULL, "TCMALLOC_", NULL},
     tcmalloc_figures,
     tcmalloc_purge,
     tcmalloc_version},
};

const struct backing *backing_list(size_t *count) {
    for (*count = 0; *count < BACKINGS && backings[*count].name;)
        ++*count;
    return backings;
}

struct backing *backing_append(const struct backing *b) {
    size_t count;
    backing_list(&count);
    if (count == BACKINGS)
        return NULL;
    backings[count] = *b;
    return &backings[count];
}

const struct backing *backing_named(const char *name) {
    size_t bytes = strcspn(name, ":"), count;
    const struct backing *list = backing_list(&count);
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i].name) == bytes && !strncmp(list[i].name, name, bytes))
            return &list[i];
    return NULL;
}

// Where the library is, a new string, or NULL. dlopen would load it, and jemalloc refuses that
// (static TLS); so look where the loader looks.
static char *backing_path(const struct backing *b) {
    static const char *const folders[] = {"/usr/local/lib", "/usr/lib/*", "/usr/lib", "/usr/lib64"};
    char *path = NULL;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && !path; i++) {
        char pattern[256];
        glob_t matches;
        snprintf(pattern, sizeof pattern, "%s/%s", folders[i], b->library);
        if (glob(pattern, 0, NULL, &matches) == 0)
            path = strdup(matches.gl_pathv[0]);
        globfree(&matches);
    }
    return path;
}

int backing_installed(const struct backing *b) {
    if (backing_is_given(b))
        return 1;
    char *path = b->library ? backing_path(b) : NULL;
    free(path);
    return !b->library || path;
}

char *backing_words(const struct backing *b) {
    size_t bytes = 0;
    char *path = b->library ? backing_path(b) : NULL;
    char *words = path ? text_read_file(path, &bytes) : NULL;
    free(path);
    for (size_t i = 0; i < bytes; i++)
        if (words[i] < ' ' || words[i] > '~')
            words[i] = '\n';
    return words ? words : must(strdup(""));
}

const struct backing *backing_current(void) {
    size_t count;
    const struct backing *list = backing_list(&count), *kind = &list[0];
    for (size_t i = 1; i < count; i++)
        if (!backing_is_given(&list[i]) && dlsym(RTLD_DEFAULT, list[i].probe))
            kind = &list[i];
    const struct backing *given = backing_given_here(kind == &list[0] ? NULL : kind);
    return given ? given : kind;
}

json_t *backing_library(void) {
    const struct backing *b = backing_current();
    char version[64] = "";
    Dl_info where;
    json_t *library = json_object();
    b->version(version, sizeof version);
    if (*version)
        json_object_set_new(library, "version", json_string(version));
    void *probe = dlsym(RTLD_DEFAULT, b->probe);
    char *file = probe && dladdr(probe, &where) ? realpath(where.dli_fname, NULL) : NULL;
    if (file)
        json_object_set_new(library, "file", json_string(file));
    free(file);
    return library;
}
