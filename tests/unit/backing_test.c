// backing_test.c - every backing allocator of the table: its figures follow a known number of live
// bytes, and it says which library it is. This program starts itself again behind each of them.

#include "model/backing_options.h"

#include <errno.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__has_feature)
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
enum { OWN_MALLOC = 0 }; // AddressSanitizer brings its own, and refuses to start behind another one
#else
enum { OWN_MALLOC = 1 };
#endif

// ---------------------------------------------------------------------------- behind the allocator
// Sizes on both sides of what each allocator takes for large; a block is rounded up by at most a
// quarter (size classes are four to a doubling), plus a header. Freed blocks that wait in a thread
// cache count as in use in glibc and jemalloc; that is the slack below.
static const struct {
    size_t bytes, count;
} sizes[] = {{24, 40000}, {100, 40000}, {1000, 10000}, {40000, 200}, {3000000, 4}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static long long in_use(void) {
    json_t *figures = backing_current()->figures();
    json_t *value = json_object_iter_value(json_object_iter(figures)); // the first
    long long bytes = json_is_integer(value) ? json_integer_value(value) : -1;
    json_decref(figures);
    return bytes;
}

static int check(int holds, const char *what, size_t size, long long a, long long b) {
    if (!holds)
        fprintf(stderr, "%s: %s: blocks of %zu: %lld, %lld\n", backing_current()->name, what, size,
                a, b);
    return !holds;
}

// Allocates, frees every second block, then all others, and reads the figure each time.
static int check_size(size_t bytes, size_t count, char **blocks) {
    long long live = (long long)(bytes * count), slack = 1 << 17;
    long long most = live + live / 4 + 16 * (long long)count + slack;
    long long before = in_use();
    for (size_t i = 0; i < count; i++) {
        blocks[i] = malloc(bytes);
        memset(blocks[i], 1, bytes);
    }
    long long all = in_use() - before;
    for (size_t i = 0; i < count; i += 2)
        free(blocks[i]);
    long long half = in_use() - before;
    backing_current()->purge();
    long long purged = in_use() - before;
    for (size_t i = 1; i < count; i += 2)
        free(blocks[i]);
    long long none = in_use() - before;
    return check(before > 0, "before", bytes, before, 0) +
           check(all >= live && all <= most, "all live", bytes, all, live) +
           check(llabs(half - all / 2) <= slack, "half live", bytes, half, all / 2) +
           check(llabs(purged - half) <= slack, "half live, purged", bytes, purged, half) +
           check(llabs(none) <= slack, "none live", bytes, none, 0);
}

// A figure that is not counted must be absent; of those that are there, what holds the live blocks
// is not less than they are, and none is negative.
static int check_figures(void) {
    json_t *figures = backing_current()->figures(), *value;
    const char *name;
    int failed = check(json_object_size(figures) >= 3, "figures", 0,
                       (long long)json_object_size(figures), 3);
    json_object_foreach(figures, name, value) {
        failed += check(json_is_integer(value) && json_integer_value(value) >= 0, name, 0,
                        json_integer_value(value), 0);
        if (strstr(name, "commit") || strstr(name, "reserved") || strstr(name, "heap_size") ||
            strstr(name, "active") || strstr(name, "resident") || strstr(name, "arena"))
            failed += check(json_integer_value(value) > 0, name, 0, json_integer_value(value), 0);
    }
    json_decref(figures);
    return failed;
}

static int check_library(const struct backing *expected) {
    json_t *library = backing_library();
    const char *version = json_string_value(json_object_get(library, "version"));
    const char *file = json_string_value(json_object_get(library, "file"));
    int failed = check(backing_current() == expected, "the one that is current", 0, 0, 0) +
                 check(version && strchr(version, '.'), "version", 0, 0, 0) +
                 check(file && access(file, R_OK) == 0, "file", 0, 0, 0) +
                 check(file && strstr(file, expected->library ? expected->library : "/libc"),
                       "the file's name", 0, 0, 0);
    json_decref(library);
    return failed;
}

static int behind(const struct backing *expected) {
    static char *blocks[40000];
    int failed = check_library(expected);
    for (size_t i = 0; i < SIZES; i++)
        failed += check_size(sizes[i].bytes, sizes[i].count, blocks);
    return failed + check_figures() ? 1 : 0;
}

// ----------------------------------------------------------------------- behind it, with an option
static long long figure(const char *name) {
    json_t *figures = backing_current()->figures();
    long long bytes = json_integer_value(json_object_get(figures, name));
    json_decref(figures);
    return bytes;
}

// More than the first heap holds.
static bool maps_20000(void) {
    static void *volatile blocks[50];
    for (int i = 0; i < 50; i++)
        blocks[i] = malloc(20000);
    return blocks[0] && figure("mmapped") > 0;
}

// 32 MB were used and freed, and nobody purged.
static bool gives_back_at_once(void) {
    enum { BLOCKS = 1024, BYTES = 32768 };
    static char *blocks[BLOCKS];
    long long before = figure("resident");
    for (int i = 0; i < BLOCKS; i++)
        memset(blocks[i] = malloc(BYTES), 1, BYTES);
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    return figure("resident") < before + (8 << 20);
}

static bool is_large(void) {
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (unsigned long)sysconf(_SC_PAGESIZE) > 900ul << 20;
}

static bool refuses_64_mb(void) {
    static void *volatile block;
    block = malloc(64 << 20);
    return !block;
}

// What malloc does with this option, and without it does not.
static const struct {
    const char *name;
    bool (*acts)(void);
} acting[] = {{"glibc:mmap_threshold=8192", maps_20000},
              {"jemalloc:dirty_decay_ms=0+muzzy_decay_ms=0", gives_back_at_once},
              {"mimalloc:reserve_os_memory=1GiB", is_large},
              {"tcmalloc:heap_limit_mb=32", refuses_64_mb}};
enum { ACTING = sizeof acting / sizeof *acting };

// -------------------------------------------------------------------------------------- in front
static int exit_status(const char *name, const char *argument) {
    struct names environment = {0}, arguments = {0};
    pid_t pid;
    int status;
    names_add(&arguments, "backing_test");
    names_add(&arguments, argument);
    names_add(&environment, "MALLOC_CONF=narenas:2");
    backing_environment(name, &environment);
    assert_int_equal(0, posix_spawn(&pid, "/proc/self/exe", NULL, NULL, names_vector(&arguments),
                                    names_vector(&environment)));
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(EINTR, errno);
    names_free(&environment);
    names_free(&arguments);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void options_act(void **state) {
    (void)state;
    for (int i = 0; OWN_MALLOC && i < ACTING; i++) {
        const struct backing *b = backing_named(acting[i].name);
        char number[] = {'0' + (char)i, 0}, error[512] = "";
        if (!backing_installed(b))
            continue;
        char *name = backing_canonical(acting[i].name, error, sizeof error);
        assert_string_equal(error, "");
        assert_string_equal(name, acting[i].name);
        assert_int_equal(exit_status(name, number), 0);
        assert_int_equal(exit_status(b->name, number), 1);
        free(name);
    }
}

static void options_are_part_of_the_name(void **state) {
    (void)state;
    char error[512];
    char *name =
        backing_canonical("glibc:tcache_count=0+mmap_threshold=0x1000", error, sizeof error);
    assert_string_equal(name, "glibc:mmap_threshold=0x1000+tcache_count=0");
    struct names environment = {0};
    names_add(&environment, "GLIBC_TUNABLES=glibc.malloc.arena_max=1");
    names_add(&environment, "LD_PRELOAD=x.so");
    backing_environment(name, &environment);
    char *all = names_join(&environment, " ");
    assert_string_equal(all, "GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold="
                             "0x1000:glibc.malloc.tcache_count=0");
    names_free(&environment);
    backing_environment("mimalloc:page_reset=1", &environment);
    free(all);
    all = names_join(&environment, " ");
    assert_string_equal(all, "LD_PRELOAD=libmimalloc.so.2 MIMALLOC_PAGE_RESET=1");
    names_free(&environment);
    free(all);
    free(name);
}

static void wrong_options_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *name, *words;
    } wrong[] = {
        {"nobody:a=1", "no backing allocator 'nobody:a=1'"},
        {"glibc:mmap_treshold=1",
         "no option of glibc 'mmap_treshold': did you mean 'mmap_threshold'?"},
        {"glibc:mmap_threshold", "accepted: mmap_threshold=VALUE"},
        {"glibc:perturb=256", "glibc:perturb=256: accepted: a whole number from 0 to 255"},
        {"glibc:perturb=1+perturb=2", "accepted: each option once"},
        {"jemalloc:narenas=x", "jemalloc:narenas=x: jemalloc says '"},
        {"jemalloc:narena=1", "did you mean 'narenas'?"},
        {"mimalloc:page_rest=1", "did you mean 'page_reset'?"},
        {"tcmalloc:release_rates=1", "did you mean 'release_rate'?"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct backing *b = backing_named(wrong[i].name);
        char error[2048] = "";
        if (b && !backing_installed(b))
            continue;
        assert_null(backing_canonical(wrong[i].name, error, sizeof error));
        if (!strstr(error, wrong[i].words))
            fail_msg("%s: %s", wrong[i].name, error);
    }
}

static void follows_live_bytes(void **state) {
    const struct backing *b = *state;
    if (!OWN_MALLOC || !backing_installed(b))
        skip();
    assert_int_equal(exit_status(b->name, b->name), 0);
}

// A name finds its row, and no other.
static void are_found_by_name(void **state) {
    (void)state;
    size_t count;
    const struct backing *list = backing_list(&count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(&list[i], backing_named(list[i].name));
    assert_null(backing_named("nobody's"));
    assert_null(backing_named("glib"));
    assert_ptr_equal(backing_named("glibc:a=1"), &list[0]);
}

int main(int argc, char **argv) {
    size_t count;
    const struct backing *list = backing_list(&count);
    if (argc > 1 && argv[1][1] == 0)
        return !acting[argv[1][0] - '0'].acts();
    if (argc > 1)
        return behind(backing_named(argv[1]));
    static const struct CMUnitTest of_all[] = {cmocka_unit_test(are_found_by_name),
                                               cmocka_unit_test(options_act),
                                               cmocka_unit_test(options_are_part_of_the_name),
                                               cmocka_unit_test(wrong_options_are_refused)};
    enum { OF_ALL = sizeof of_all / sizeof *of_all };
    struct CMUnitTest tests[count + OF_ALL];
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){list[i].name, follows_live_bytes, NULL, NULL,
                                       (void *)(uintptr_t)&list[i]};
    memcpy(tests + count, of_all, sizeof of_all);
    return _cmocka_run_group_tests("backing", tests, count + OF_ALL, NULL, NULL);
}
