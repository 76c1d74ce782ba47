// suggest.c - see suggest.h.

#include "suggest.h"

#include "must.h"
#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SUGGEST_LONGEST = 63 };

static unsigned suggest_min(unsigned a, unsigned b) {
    return a < b ? a : b;
}

unsigned suggest_distance(const char *a, const char *b) {
    unsigned rows[3][SUGGEST_LONGEST + 1]; // the row at hand and the two before it
    size_t a_length = strnlen(a, SUGGEST_LONGEST), b_length = strnlen(b, SUGGEST_LONGEST);
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned edits = suggest_min(row[j - 1], above[j]) + 1;
            edits = suggest_min(edits, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                edits = suggest_min(edits, two_above[j - 2] + 1);
            row[j] = edits;
        }
    }
    return rows[a_length % 3][b_length];
}

const char *suggest_nearest(const char *word, const struct names *names) {
    const char *nearest = NULL;
    size_t length = strlen(word);
    unsigned fewest = length < 6 ? 1 : (unsigned)(length / 3);
    if (length == 0)
        return NULL;
    for (size_t i = 0; i < names->count; i++) {
        const char *dot = strchr(names->items[i], '.');
        if ((dot && !strcmp(dot + 1, word)) || !strcasecmp(names->items[i], word))
            return names->items[i];
    }
    for (size_t i = 0; i < names->count; i++) {
        const char *dot = strchr(word, '.') ? NULL : strchr(names->items[i], '.');
        unsigned edits = suggest_distance(word, dot ? dot + 1 : names->items[i]);
        if (edits < fewest || (edits == fewest && !nearest)) {
            fewest = edits;
            nearest = names->items[i];
        }
    }
    for (size_t i = 0; i < names->count && !nearest && length > 2; i++)
        if (!strncmp(names->items[i], word, length) ||
            !strncmp(names->items[i], word, strlen(names->items[i])))
            nearest = names->items[i];
    return nearest;
}

void suggest_unknown(char *out, size_t bytes, const char *what, const char *word,
                     const struct names *names) {
    const char *nearest = suggest_nearest(word, names);
    char *accepted = names_join(names, ", ");
    char *meant = nearest ? text_format("did you mean '%s'? ", nearest) : must(strdup(""));
    snprintf(out, bytes, "no %s '%s': %saccepted: %s", what, word, meant,
             *accepted ? accepted : "none");
    free(accepted);
    free(meant);
}

bool suggest_known(char *out, size_t bytes, const char *what, const char *word,
                   const struct names *names) {
    bool known = names_has(names, word);
    if (!known)
        suggest_unknown(out, bytes, what, word, names);
    return known;
}

bool suggest_members(const json_t *object, const struct names *names, char *out, size_t bytes) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value) {
        if (!suggest_known(out, bytes, "member", name, names))
            return false;
    }
    return true;
}
