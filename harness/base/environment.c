// environment.c - see environment.h. make defines what the program cannot know: HEAPBENCH_COMMIT,
// HEAPBENCH_FLAGS and HEAPBENCH_BUILD.

#include "environment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifdef __clang__
#define ENVIRONMENT_COMPILER "clang " __clang_version__
#else
#define ENVIRONMENT_COMPILER "gcc " __VERSION__
#endif

json_t *environment_build(void) {
    return json_pack("{s:s,s:s,s:s,s:s}", "commit", HEAPBENCH_COMMIT, "compiler",
                     ENVIRONMENT_COMPILER, "flags", HEAPBENCH_FLAGS, "build", HEAPBENCH_BUILD);
}

// The text after a prefix on the first line of a file that starts with it, without the line's end.
static void environment_line(const char *path, const char *prefix, char *out, size_t bytes) {
    char line[512];
    FILE *f = fopen(path, "r");
    out[0] = 0;
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, prefix, strlen(prefix)) != 0)
            continue;
        const char *text = line + strlen(prefix);
        text += strspn(text, " \t:");
        snprintf(out, bytes, "%.*s", (int)strcspn(text, "\n"), text);
        break;
    }
    if (f)
        fclose(f);
}

// The word in brackets of a line like "always [madvise] never".
static void environment_chosen(char *line) {
    char *open = strchr(line, '['), *close = strchr(line, ']');
    if (!open || !close || close < open)
        return;
    *close = 0;
    memmove(line, open + 1, strlen(open + 1) + 1);
}

static void environment_set(json_t *e, const char *name, const char *text) {
    if (text && text[0])
        json_object_set_new(e, name, json_string_nocheck(text));
}

// Variables by which allocators are set: a backing allocator, or the C library's own. They have
// changed the time of a step tenfold.
static bool environment_sets_allocator(const char *variable) {
    static const char *const prefixes[] = {"MALLOC_", "GLIBC_TUNABLES=", "MIMALLOC_", "TCMALLOC_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (!strncmp(variable, prefixes[i], strlen(prefixes[i])))
            return true;
    return false;
}

json_t *environment_allocator(void) {
    json_t *found = json_object();
    for (char **variable = environ; *variable; variable++) {
        const char *equals = strchr(*variable, '=');
        if (!equals || !environment_sets_allocator(*variable))
            continue;
        char *name = strndup(*variable, (size_t)(equals - *variable));
        if (name)
            json_object_set_new_nocheck(found, name, json_string_nocheck(equals + 1));
        free(name);
    }
    return found;
}

json_t *environment_read(void) {
    json_t *e = environment_build();
    char text[512];
    struct utsname system;
    if (uname(&system) == 0) {
        snprintf(text, sizeof text, "%s %s %s", system.sysname, system.release, system.machine);
        environment_set(e, "kernel", text);
        environment_set(e, "host", system.nodename);
    }
    environment_line("/proc/cpuinfo", "model name", text, sizeof text);
    environment_set(e, "cpu", text);
    environment_line("/proc/cpuinfo", "microcode", text, sizeof text);
    environment_set(e, "microcode", text);
    json_object_set_new(e, "cpus", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
    environment_line("/sys/kernel/mm/transparent_hugepage/enabled", "", text, sizeof text);
    environment_chosen(text);
    environment_set(e, "thp", text);
    environment_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "", text,
                     sizeof text);
    environment_set(e, "governor", text);
    double load;
    if (getloadavg(&load, 1) == 1)
        json_object_set_new(e, "load1", json_real(load));
    json_object_set_new(e, "allocator", environment_allocator());
    environment_set(e, "ld_preload", getenv("LD_PRELOAD"));
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    environment_set(e, "started", text);
    return e;
}
