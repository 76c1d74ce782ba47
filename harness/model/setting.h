// setting.h - a named number that a user may change: a strategy's tunable, a workload's parameter.
//
// It is declared once, in a table beside the code that reads it. Flags, --describe, range checks,
// sweep axes, plot labels and generated documentation all come from that table.

#ifndef HEAPBENCH_SETTING_H
#define HEAPBENCH_SETTING_H

#include <stddef.h>

struct setting {
    const char *name; // as typed in --set NAME=VALUE; [a-z0-9_]+
    const char *doc;  // one sentence, no full stop
    const char *unit; // "objects", "bytes", "x" for a ratio, "" for a choice or a bare count
    double fallback;  // value when the user says nothing; a choice's index
    double min, max;  // accepted range, both ends included; ignored for a choice
    // Names of the values 0, 1, 2 ... of a choice, ended by NULL; NULL when it is a number.
    const char *const *choices;
    // Comma-separated values that a sweep visits ("" or NULL: not swept). "off" stands for 0.
    const char *sweep;
    int whole; // nonzero: only whole numbers are accepted
    // Conditions on other settings of the same table, all of which must hold for this one to do
    // anything: "shape!=queue", "enabled=on,threshold0!=off"; and with one of several,
    // "interval0!=off|interval1!=off"; NULL: it always does. Where it does nothing it is no part of
    // a cell's key.
    const char *when;
};

// A named combination of settings: of tunables, as a release of a real runtime has them; of
// parameters, as a program that was reported.
struct preset {
    const char *name;
    const char *assignments; // "threshold0=2000,threshold1=10"
    const char *doc;         // one sentence, no full stop
    // Of a workload: traits (vocabulary.h) without which a strategy cannot run it, if only for
    // memory.
    unsigned needs;
};

// setting_find - the setting of that name, or NULL.
const struct setting *setting_find(const struct setting *table, size_t count, const char *name);

// setting_parse - read a value as a user types it: a choice's name, a number, or "off" for 0.
//   returns  0, or EINVAL with *value unset when it is none of what setting_accepts says
int setting_parse(const struct setting *s, const char *text, double *value);

// setting_accepts - what setting_parse takes, in words: "pool or malloc", "a number from 1 to 100".
// Cut at `bytes`, always ended by 0.
void setting_accepts(const struct setting *s, char *out, size_t bytes);

// setting_sweep_next - the next value of the sweep list that *cursor points into, advancing it.
//   cursor   starts as s->sweep
//   returns  1 and *value, or 0 at the end
int setting_sweep_next(const struct setting *s, const char **cursor, double *value);

#endif
