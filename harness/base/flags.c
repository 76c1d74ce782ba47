// flags.c - flags of a table, by getopt_long.

#include "flags.h"

#include "suggest.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLAGS_MAX = 48, FLAGS_FIRST = 256, FLAGS_HELP_COLUMN = 26 };

void flags_start(struct flags *f, const struct flag *table, size_t count, int argc, char **argv) {
    *f = (struct flags){.table = table, .count = count, .argc = argc, .argv = argv};
    optind = 0; // glibc: start anew, other subcommands may have parsed before
    opterr = 0;
}

int flags_rest(const struct flags *f) {
    (void)f;
    return optind;
}

static void flags_unknown(struct flags *f, const char *word) {
    struct names names = {0};
    char bare[64];
    for (size_t i = 0; i < f->count; i++)
        names_add(&names, f->table[i].name);
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word + strspn(word, "-"), "="),
             word + strspn(word, "-"));
    const char *nearest = suggest_nearest(bare, &names);
    if (nearest)
        snprintf(f->error, sizeof f->error, "no flag '%s': did you mean '--%s'? see --help", word,
                 nearest);
    else
        snprintf(f->error, sizeof f->error, "no flag '%s': see --help for those accepted", word);
    names_free(&names);
}

static int flags_named(const struct flags *f, const char *name) {
    for (size_t i = 0; i < f->count; i++)
        if (!strcmp(f->table[i].name, name))
            return (int)i;
    return FLAGS_ERROR;
}

static int flags_fail(struct flags *f, int answer) {
    const char *word = f->argv[optind - 1];
    int help = flags_named(f, "help");
    if (answer == '?' && optopt == 'h' && help != FLAGS_ERROR)
        return help;
    if (answer == ':')
        snprintf(f->error, sizeof f->error, "%s needs a value: see --help", word);
    else if (optopt >= FLAGS_FIRST && optopt < FLAGS_FIRST + (int)f->count)
        snprintf(f->error, sizeof f->error, "--%s takes no value",
                 f->table[optopt - FLAGS_FIRST].name);
    else
        flags_unknown(f, word);
    return FLAGS_ERROR;
}

int flags_next(struct flags *f) {
    struct option options[FLAGS_MAX + 1] = {{NULL, 0, NULL, 0}};
    for (size_t i = 0; i < f->count && i < FLAGS_MAX; i++)
        options[i] =
            (struct option){f->table[i].name, f->table[i].value ? required_argument : no_argument,
                            NULL, FLAGS_FIRST + (int)i};
    int answer = getopt_long(f->argc, f->argv, ":", options, NULL);
    if (answer == -1)
        return FLAGS_END;
    if (answer < FLAGS_FIRST)
        return flags_fail(f, answer);
    f->value = optarg;
    if (!optarg || *optarg)
        return answer - FLAGS_FIRST;
    const struct flag *flag = &f->table[answer - FLAGS_FIRST];
    snprintf(f->error, sizeof f->error, "--%s '': accepted: %s, or no --%s at all", flag->name,
             flag->value, flag->name);
    return FLAGS_ERROR;
}

int flags_all(const struct flag *table, size_t count, int argc, char **argv, const char **values,
              char *error, size_t error_bytes) {
    struct flags f;
    flags_start(&f, table, count, argc, argv);
    for (int i; (i = flags_next(&f)) != FLAGS_END;) {
        if (i != FLAGS_ERROR && values[i] && f.value)
            snprintf(f.error, sizeof f.error, FLAGS_TWICE, table[i].name);
        if (*f.error) {
            snprintf(error, error_bytes, "%s", f.error);
            return FLAGS_ERROR;
        }
        values[i] = f.value ? f.value : "";
    }
    return flags_rest(&f);
}

static void flags_help_one(const struct flag *flag) {
    int width =
        printf("  --%s%s%s", flag->name, flag->value ? " " : "", flag->value ? flag->value : "");
    if (width > FLAGS_HELP_COLUMN - 2) {
        putchar('\n');
        width = 0;
    }
    for (const char *line = flag->help; *line;) {
        size_t length = strcspn(line, "\n");
        printf("%*s%.*s\n", FLAGS_HELP_COLUMN - width, "", (int)length, line);
        line += length + (line[length] == '\n');
        width = 0;
    }
}

void flags_help(const struct flag *table, size_t count) {
    for (size_t i = 0; i < count; i++)
        flags_help_one(&table[i]);
}
