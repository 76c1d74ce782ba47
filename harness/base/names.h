// names.h - lists of names. Without memory these functions end the program.

#ifndef HEAPBENCH_NAMES_H
#define HEAPBENCH_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
    char **items; // owned
    size_t count;
};

void names_add(struct names *names, const char *name);
// names_split - add the pieces of a text between separators; empty pieces are left out.
void names_split(struct names *names, const char *text, char separator);
bool names_has(const struct names *names, const char *name);
// names_join - a new string. names_sort - in byte order.
char *names_join(const struct names *names, const char *separator);
void names_sort(struct names *names);
// names_vector - the items as execve wants them: ended by NULL, which the list does not count.
char **names_vector(struct names *names);
// names_free - the items; the list is then empty and may be used again.
void names_free(struct names *names);

#endif
