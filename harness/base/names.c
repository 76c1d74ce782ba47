// names.c - see names.h.

#include "names.h"

#include "must.h"

#include <string.h>

static void names_take(struct names *names, char *name) {
    names->items = must(realloc(names->items, (names->count + 1) * sizeof *names->items));
    names->items[names->count++] = name;
}

void names_add(struct names *names, const char *name) {
    names_take(names, must(strdup(name)));
}

void names_split(struct names *names, const char *text, char separator) {
    while (*text) {
        const char *end = strchrnul(text, separator);
        if (end > text)
            names_take(names, must(strndup(text, (size_t)(end - text))));
        text = *end ? end + 1 : end;
    }
}

bool names_has(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

char *names_join(const struct names *names, const char *separator) {
    size_t bytes = 1;
    for (size_t i = 0; i < names->count; i++)
        bytes += strlen(names->items[i]) + strlen(separator);
    char *text = must(malloc(bytes)), *at = text;
    *at = 0;
    for (size_t i = 0; i < names->count; i++)
        at = stpcpy(stpcpy(at, i ? separator : ""), names->items[i]);
    return text;
}

static int names_compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *names) {
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, names_compare);
}

char **names_vector(struct names *names) {
    names->items = must(realloc(names->items, (names->count + 1) * sizeof *names->items));
    names->items[names->count] = NULL;
    return names->items;
}

void names_free(struct names *names) {
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct names){0};
}
