// endure.c - endure-NAME: puts one strategy under a kind of stress, and says what was tried and what was lost.

#include "endure.h"

#include "heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct endure_command {
    const char *name, *options;
    int (*run)(int argc, char **argv);
} endure_commands[] = {
    {"oom", "[--most N] [--chance N]", endure_oom},
    {"depth", "[--small SHARE] [--seconds N] [--case K] [--size N]", endure_depth},
    {"soak", "[--seconds N] [--leak 1]", endure_soak},
    {"space", "[--nodes N]", endure_space},
};
enum { ENDURE_COMMANDS = sizeof endure_commands / sizeof *endure_commands };

static int endure_usage(void) {
    for (int i = 0; i < ENDURE_COMMANDS; i++)
        fprintf(stderr, "%s endure-%s %s %s\n", i ? "      " : "usage:", heap_strategy.name,
                endure_commands[i].name, endure_commands[i].options);
    return 2;
}

uint64_t endure_number(int argc, char **argv, const char *name, uint64_t fallback) {
    for (int i = 2; i + 1 < argc; i++) {
        char *end = argv[i + 1];
        if (strcmp(argv[i], name) != 0)
            continue;
        errno = 0;
        uint64_t value = strtoull(argv[i + 1], &end, 10);
        if (end == argv[i + 1] || *end || errno) {
            fprintf(stderr, "endure: %s %s: accepted: a whole number\n", name, argv[i + 1]);
            exit(2);
        }
        return value;
    }
    return fallback;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 0; i < ENDURE_COMMANDS && argc > 1; i++)
        if (!strcmp(argv[1], endure_commands[i].name))
            return endure_commands[i].run(argc, argv);
    return endure_usage();
}
