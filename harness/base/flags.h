// flags.h - a subcommand's flags, declared once: parsing, --help and suggestions come from the
// table.
//
// A value that is the empty text is refused, for it is a variable that was not set; -h is --help.

#ifndef HEAPBENCH_FLAGS_H
#define HEAPBENCH_FLAGS_H

#include <stddef.h>

struct flag {
    const char *name;  // without the dashes
    const char *value; // how --help calls its value; NULL: it takes none
    const char *help;  // may be several lines
};

enum { FLAGS_END = -1, FLAGS_ERROR = -2 };

// What is said of a flag with one value that has two.
#define FLAGS_TWICE "--%s is given twice: accepted: once"

struct flags {
    const struct flag *table;
    size_t count;
    int argc;
    char **argv;
    const char *value; // of the flag just returned
    char error[1024];
};

// flags_start - parse argv[1] and on; argv[0] is the subcommand.
void flags_start(struct flags *f, const struct flag *table, size_t count, int argc, char **argv);

// flags_next - index of the next flag in the table, with f->value; FLAGS_END when no flag is left,
// and f->argv[flags_rest(f)] is the first operand; or FLAGS_ERROR with one line in f->error.
int flags_next(struct flags *f);
int flags_rest(const struct flags *f);

// flags_all - all flags at once, for a subcommand that needs no more than their values.
//   values   one for each flag of the table: NULL where it was not given, "" for one that takes
//            none; a value that is given twice is refused
//   returns  index in argv of the first operand, or FLAGS_ERROR with one line in error
int flags_all(const struct flag *table, size_t count, int argc, char **argv, const char **values,
              char *error, size_t error_bytes);

// flags_help - the table as text on stdout, aligned.
void flags_help(const struct flag *table, size_t count);

#endif
