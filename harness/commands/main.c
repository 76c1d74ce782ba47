// main.c - build/heapbench: finds the subcommand. Knows none by name.

#include "base/environment.h"
#include "base/names.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/version.h"
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int main_help(FILE *out, int status) {
    fputs("usage: heapbench COMMAND [flags]\n\n", out);
    for (const struct command *c = command_first(); c; c = c->next)
        fprintf(out, "  %-9s %s\n", c->name, c->what);
    fputs("\nheapbench COMMAND --help describes each; heapbench --version says which one this "
          "is.\n"
          "exit status: 0 ok, 1 a run failed, 2 usage, 3 a claim misses, 130 interrupted\n",
          out);
    return status;
}

static int main_unknown(const char *word) {
    char line[512];
    struct names known = {0};
    for (const struct command *c = command_first(); c; c = c->next)
        names_add(&known, c->name);
    suggest_unknown(line, sizeof line, "command", word, &known);
    names_free(&known);
    fprintf(stderr, "heapbench: %s\n", line);
    return STATUS_USAGE;
}

static int main_version(void) {
    json_t *build = environment_build();
    printf("heapbench %s (%s build, %s, commit %s)\n", HEAPBENCH_VERSION,
           text_member(build, "build"), text_member(build, "compiler"),
           text_member(build, "commit"));
    json_decref(build);
    return STATUS_OK;
}

// What a command printed may be nowhere: a full disk, a closed descriptor.
static int main_end(int status) {
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return status;
    fprintf(stderr, "heapbench: cannot write to stdout: %s\n", strerror(errno ? errno : EIO));
    return status == STATUS_OK ? STATUS_FAILED : status;
}

static int main_command(int argc, char **argv) {
    if (!strcmp(argv[1], "--version"))
        return main_version();
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
        return main_help(stdout, STATUS_OK);
    for (const struct command *c = command_first(); c; c = c->next)
        if (!strcmp(argv[1], c->name))
            return command_run(c, argc - 1, argv + 1);
    return main_unknown(argv[1]);
}

int main(int argc, char **argv) {
    signal(SIGXFSZ,
           SIG_IGN); // a limit on file size is an error of write to report, as a full disk is
    if (argc < 2)
        return main_help(stderr, STATUS_USAGE);
    return main_end(main_command(argc, argv));
}
