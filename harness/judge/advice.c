// advice.c - see advice.h.

#include "advice.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t advice_load(FILE *out) {
    double load;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    if (getloadavg(&load, 1) != 1 || load <= 0.5 * (double)cpus)
        return 0;
    fprintf(
        out,
        "warning: load average %.2f on %ld CPUs: times will be noisy; stop other work, or trust "
        "counters and memory only\n",
        load, cpus);
    return 1;
}

// The first line of a file without its end, "" when there is none.
static void advice_line(const char *path, char *line, int bytes) {
    FILE *file = fopen(path, "re");
    line[0] = 0;
    if (file && fgets(line, bytes, file))
        line[strcspn(line, "\n")] = 0;
    if (file)
        fclose(file);
}

static size_t advice_thp(FILE *out) {
    char line[128];
    advice_line("/sys/kernel/mm/transparent_hugepage/enabled", line, sizeof line);
    if (!strstr(line, "[always]"))
        return 0;
    fputs("warning: transparent huge pages are always on: resident memory comes in pieces of 2 MB; "
          "as "
          "root: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled\n",
          out);
    return 1;
}

static size_t advice_governor(FILE *out) {
    char line[128];
    advice_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", line, sizeof line);
    if (!line[0] || !strcmp(line, "performance"))
        return 0;
    fprintf(
        out,
        "warning: CPU frequency governor is %s: speed changes while measuring; as root: cpupower "
        "frequency-set -g performance\n",
        line);
    return 1;
}

static size_t advice_build(const struct catalog *c, FILE *out) {
    const char *build = json_string_value(json_object_get(c->build, "build"));
    if (!build || !strcmp(build, "release"))
        return 0;
    fprintf(
        out,
        "warning: these programs are a %s build: times and memory are not those of a release; run "
        "make without BUILD\n",
        build);
    return 1;
}

static size_t advice_preload(FILE *out) {
    const char *preload = getenv("LD_PRELOAD");
    if (!preload || !*preload)
        return 0;
    fprintf(
        out,
        "warning: LD_PRELOAD=%s is not passed on: the backing allocator is chosen by --backing\n",
        preload);
    return 1;
}

size_t advice_print(const struct catalog *c, FILE *out) {
    return advice_build(c, out) + advice_load(out) + advice_thp(out) + advice_governor(out) +
           advice_preload(out);
}
