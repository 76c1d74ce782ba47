// suggest.h - the name that was probably meant.

#ifndef HEAPBENCH_SUGGEST_H
#define HEAPBENCH_SUGGEST_H

#include "names.h"

#include <jansson.h>

// suggest_distance - edits that make one word of the other: insert, delete, replace a character, or
// swap two neighbours ("optimal string alignment"). Words are compared up to 63 characters.
unsigned suggest_distance(const char *a, const char *b);

// suggest_nearest - the name with the fewest edits from word, when they are at most a third of its
// length (at least one); the first of equals. A name that word begins, or that begins word, is near
// as well, and OWNER.WORD before both.
//   returns  one of names, or NULL
const char *suggest_nearest(const char *word, const struct names *names);

// suggest_unknown - "no strategy 'refcout': did you mean 'refcount'? accepted: arena, nogc,
// refcount".
void suggest_unknown(char *out, size_t bytes, const char *what, const char *word,
                     const struct names *names);

// suggest_known - whether the word is one of the names, else such a line. suggest_members - whether
// every member of an object is.
bool suggest_known(char *out, size_t bytes, const char *what, const char *word,
                   const struct names *names);
bool suggest_members(const json_t *object, const struct names *names, char *out, size_t bytes);

#endif
