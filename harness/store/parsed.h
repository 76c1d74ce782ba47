// parsed.h - a JSON text as it was read, to look into and not to change.
//
// A run has up to a million records, of which each is read once. Values are small: pass them by
// value. They are good until their parser reads the next text.

#ifndef HEAPBENCH_PARSED_H
#define HEAPBENCH_PARSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct parsed { // a value, or none
    const void *document;
    size_t at; // in it
};

enum parsed_kind {
    PARSED_NONE, // also of what is null
    PARSED_BOOLEAN,
    PARSED_INTEGER,
    PARSED_REAL,
    PARSED_TEXT,
    PARSED_ARRAY,
    PARSED_OBJECT
};

struct parser;

// parser_new - never NULL. parser_free - of NULL: nothing.
struct parser *parser_new(void);
void parser_free(struct parser *parser);

// parser_read - one text, whole, with a zero byte after it.
//   returns  none when it is no JSON
struct parsed parser_read(struct parser *parser, const char *text, size_t bytes);

enum parsed_kind parsed_kind(struct parsed value);

// parsed_member - of an object, by its name; none where there is none, or value is no object.
struct parsed parsed_member(struct parsed value, const char *name, size_t bytes);

// parsed_number - of an integer or a real; false of all else, and *number is as it was.
// parsed_integer - of an integer that is no more than INT64_MAX.
bool parsed_number(struct parsed value, double *number);
bool parsed_integer(struct parsed value, int64_t *integer);

// parsed_text - ends with a zero byte; NULL when value is no text.
const char *parsed_text(struct parsed value);

// parsed_true - whether it is the boolean.
bool parsed_true(struct parsed value);

// A walk over the members of an object or the elements of an array, in order:
//   for (struct parsed_walk walk = parsed_first(whole); walk.there; parsed_next(&walk))
struct parsed_walk {
    bool there;
    struct parsed value; // the one that the walk is at
    const char *name;    // of a member; NULL: an element
    size_t end;          // where its value would be after the last
};

// parsed_first - a walk that is at the first. Of none, and of what has no parts, there is nothing.
struct parsed_walk parsed_first(struct parsed whole);
void parsed_next(struct parsed_walk *walk);

#endif
