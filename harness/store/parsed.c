// parsed.c - see parsed.h: yajl reads a text, and the values that it tells of are kept in a row, in which the parts of an
// object or an array follow it.

#include "parsed.h"

#include "base/grow.h"
#include "base/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct parsed_value {
    enum parsed_kind kind;
    uint32_t end;     // the place after its last part; while it is open, of that in which it is
    const char *name; // of a member
    size_t name_bytes;
    union {
        bool truth;
        int64_t integer;
        double real;
        const char *text;
    };
};

struct parser {
    struct parsed_value *values; // the first of which is no value
    size_t count, room;
    uint32_t open; // the object or array whose parts come next; 0: none
    const char *name;
    size_t name_bytes; // of the member that comes next
    char *texts;       // what is between quotes, each ended by 0: no longer than with them
    size_t texts_used, texts_room;
};

// ----------------------------------------------------------------------------------------- reading
static struct parsed_value *parser_add(struct parser *p, enum parsed_kind kind) {
    p->values = grow_array(p->values, p->count, &p->room, sizeof *p->values);
    struct parsed_value *value = &p->values[p->count++];
    *value = (struct parsed_value){
        .kind = kind, .end = (uint32_t)p->count, .name = p->name, .name_bytes = p->name_bytes};
    p->name = NULL;
    return value;
}

static const char *parser_keep(struct parser *p, const unsigned char *text, size_t bytes) {
    char *kept = p->texts + p->texts_used;
    memcpy(kept, text, bytes);
    kept[bytes] = 0;
    p->texts_used += bytes + 1;
    return kept;
}

static int parser_null(void *parser) {
    parser_add(parser, PARSED_NONE);
    return 1;
}

static int parser_boolean(void *parser, int truth) {
    parser_add(parser, PARSED_BOOLEAN)->truth = truth;
    return 1;
}

// Whole numbers that are short, as most are, need no strtoll: it takes five times as long.
static bool parser_whole(const char *text, size_t bytes, int64_t *number) {
    enum { SHORT = 18 };
    bool negative = *text == '-';
    size_t at = negative;
    for (*number = 0; at < bytes && at < SHORT && text[at] >= '0' && text[at] <= '9'; at++)
        *number = *number * 10 + (text[at] - '0');
    *number = negative ? -*number : *number;
    if (at == bytes)
        return true;
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return end == text + bytes && !errno;
}

// What comes after a number is no part of one: at least the zero byte after the text.
static int parser_number(void *parser, const char *text, size_t bytes) {
    int64_t number;
    if (parser_whole(text, bytes, &number))
        parser_add(parser, PARSED_INTEGER)->integer = number;
    else
        parser_add(parser, PARSED_REAL)->real = strtod(text, NULL);
    return 1;
}

static int parser_text(void *parser, const unsigned char *text, size_t bytes) {
    parser_add(parser, PARSED_TEXT)->text = parser_keep(parser, text, bytes);
    return 1;
}

static int parser_name(void *parser, const unsigned char *name, size_t bytes) {
    struct parser *p = parser;
    p->name = parser_keep(p, name, bytes);
    p->name_bytes = bytes;
    return 1;
}

static int parser_enter(struct parser *p, enum parsed_kind kind) {
    parser_add(p, kind)->end = p->open;
    p->open = (uint32_t)p->count - 1;
    return 1;
}

static int parser_object(void *parser) {
    return parser_enter(parser, PARSED_OBJECT);
}

static int parser_array(void *parser) {
    return parser_enter(parser, PARSED_ARRAY);
}

static int parser_leave(void *parser) {
    struct parser *p = parser;
    struct parsed_value *whole = &p->values[p->open];
    p->open = whole->end;
    whole->end = (uint32_t)p->count;
    return 1;
}

struct parser *parser_new(void) {
    return must(calloc(1, sizeof(struct parser)));
}

void parser_free(struct parser *parser) {
    if (!parser)
        return;
    free(parser->values);
    free(parser->texts);
    free(parser);
}

static void parser_start(struct parser *p, size_t bytes) {
    p->count = p->texts_used = 0;
    p->open = 0;
    p->name = NULL;
    if (p->texts_room <= bytes) {
        p->texts_room = 2 * bytes + 1;
        free(p->texts);
        p->texts = must(malloc(p->texts_room));
    }
    parser_add(p, PARSED_NONE);
}

struct parsed parser_read(struct parser *parser, const char *text, size_t bytes) {
    static const yajl_callbacks told = {parser_null,   parser_boolean, NULL,          NULL,
                                        parser_number, parser_text,    parser_object, parser_name,
                                        parser_leave,  parser_array,   parser_leave};
    parser_start(parser, bytes);
    yajl_handle yajl = must(yajl_alloc(&told, NULL, parser));
    bool whole = yajl_parse(yajl, (const unsigned char *)text, bytes) == yajl_status_ok &&
                 yajl_complete_parse(yajl) == yajl_status_ok && parser->count > 1;
    yajl_free(yajl);
    return whole ? (struct parsed){parser->values, 1} : (struct parsed){NULL, 0};
}

// ----------------------------------------------------------------------------------------- looking
static const struct parsed_value *parsed_value(struct parsed value) {
    return (const struct parsed_value *)value.document + value.at;
}

enum parsed_kind parsed_kind(struct parsed value) {
    return value.document ? parsed_value(value)->kind : PARSED_NONE;
}

struct parsed parsed_member(struct parsed value, const char *name, size_t bytes) {
    struct parsed_walk walk = {.there = false};
    if (parsed_kind(value) == PARSED_OBJECT)
        walk = parsed_first(value);
    for (; walk.there; parsed_next(&walk)) {
        const struct parsed_value *member = parsed_value(walk.value);
        if (member->name_bytes == bytes && !memcmp(member->name, name, bytes))
            return walk.value;
    }
    return (struct parsed){NULL, 0};
}

bool parsed_number(struct parsed value, double *number) {
    enum parsed_kind kind = parsed_kind(value);
    if (kind == PARSED_INTEGER)
        *number = (double)parsed_value(value)->integer;
    if (kind == PARSED_REAL)
        *number = parsed_value(value)->real;
    return kind == PARSED_INTEGER || kind == PARSED_REAL;
}

bool parsed_integer(struct parsed value, int64_t *integer) {
    if (parsed_kind(value) != PARSED_INTEGER)
        return false;
    *integer = parsed_value(value)->integer;
    return true;
}

const char *parsed_text(struct parsed value) {
    return parsed_kind(value) == PARSED_TEXT ? parsed_value(value)->text : NULL;
}

bool parsed_true(struct parsed value) {
    return parsed_kind(value) == PARSED_BOOLEAN && parsed_value(value)->truth;
}

static void parsed_look(struct parsed_walk *walk) {
    walk->there = walk->value.at != walk->end;
    walk->name = walk->there ? parsed_value(walk->value)->name : NULL;
}

struct parsed_walk parsed_first(struct parsed whole) {
    enum parsed_kind kind = parsed_kind(whole);
    if (kind != PARSED_OBJECT && kind != PARSED_ARRAY)
        return (struct parsed_walk){.there = false};
    struct parsed_walk walk = {.value = {whole.document, whole.at + 1},
                               .end = parsed_value(whole)->end};
    parsed_look(&walk);
    return walk;
}

void parsed_next(struct parsed_walk *walk) {
    walk->value.at = parsed_value(walk->value)->end;
    parsed_look(walk);
}
