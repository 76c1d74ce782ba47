// backing_test.c - every backing allocator of the table: its figures follow a known number of live
// bytes, and it says which library it is. This program starts itself again behind each of them.

#include "model/backing.h"

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

// -------------------------------------------------------------------------------------- in front
static void follows_live_bytes(void **state) {
    const struct backing *b = *state;
    char preload[128];
    char *arguments[] = {(char *)(uintptr_t) "backing_test", (char *)(uintptr_t)b->name, NULL};
    char *environment[] = {b->library ? preload : NULL, NULL};
    pid_t pid;
    int status;
    if (!OWN_MALLOC || !backing_installed(b))
        skip();
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", b->library ? b->library : "");
    assert_int_equal(0, posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, environment));
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(EINTR, errno);
    assert_int_equal(0, status);
}

// A name finds its row, and no other.
static void are_found_by_name(void **state) {
    (void)state;
    size_t count;
    const struct backing *list = backing_list(&count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(&list[i], backing_named(list[i].name));
    assert_null(backing_named("nobody's"));
}

int main(int argc, char **argv) {
    size_t count;
    const struct backing *list = backing_list(&count);
    if (argc > 1)
        return behind(backing_named(argv[1]));
    struct CMUnitTest tests[count + 1];
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){list[i].name, follows_live_bytes, NULL, NULL,
                                       (void *)(uintptr_t)&list[i]};
    tests[count] = (struct CMUnitTest){"found by name", are_found_by_name, NULL, NULL, NULL};
    return _cmocka_run_group_tests("backing", tests, count + 1, NULL, NULL);
}
