// values.h - a value for each setting of a table, and their text in a cell's key.

#ifndef HEAPBENCH_VALUES_H
#define HEAPBENCH_VALUES_H

#include "setting.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct values {
    const struct setting *table;
    size_t count;
    double *value;
    bool *fixed; // by the user, so that no automatic sweep touches it
};

// values_new - all at their defaults. values_free - what it points to; the table is not its own.
struct values values_new(const struct setting *table, size_t count);
struct values values_copy(const struct values *from);
void values_free(struct values *v);

// values_read - read one value as a user types it; sizes take k, Mi ... when the unit is bytes.
//   returns  false with one line in error that says what is accepted
bool values_read(const struct setting *s, const char *text, double *value, char *error,
                 size_t error_bytes);

// values_print - the one text of a value: a choice's name, "off" for 0 where the sweep list calls
// it so, else the shortest number that reads back the same. The caller frees it.
char *values_print(const struct setting *s, double value);

// values_acts - whether what this setting of the table says when holds. values_when_fits - whether
// every condition of the table is one on another setting, with a value that it accepts.
bool values_acts(const struct values *v, const struct setting *s);
bool values_when_fits(const struct values *v);

// values_text - "name=value;name=value", what differs from the defaults, in declared order.
char *values_text(const struct values *v);

// values_assign - set one by "name=value"; values_apply - by "a=1;b=2" or "a=1,b=2". Both mark what
// they set as fixed, and return false with one line in error when it does not fit the table.
bool values_assign(struct values *v, const char *assignment, char *error, size_t error_bytes);
bool values_apply(struct values *v, const char *text, char *error, size_t error_bytes);
bool values_any_fixed(const struct values *v);

// values_json - an object with all values; a choice is its name.
json_t *values_json(const struct values *v);

#endif
