// slots.h - templates: HTML whose comments <!-- NAME: ARGUMENT --> say what goes there.

#ifndef HEAPBENCH_SLOTS_H
#define HEAPBENCH_SLOTS_H

#include <stdio.h>

// What goes into a slot. argument is "" when the slot has none. A comment that names nothing known
// is left out of what is written.
typedef void slots_fill(void *context, const char *name, const char *argument, FILE *out);

// slots_write - copy a template, each comment replaced by what fill writes.
void slots_write(const char *template, slots_fill *fill, void *context, FILE *out);

// slots_value - the argument of the first slot of this name. A new string; NULL when there is none.
char *slots_value(const char *template, const char *name);

#endif
