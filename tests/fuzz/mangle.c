// mangle.c - see mangle.h.

#include "mangle.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MANGLE_MOST = 4 }; // values at once

// What jansson makes here is not what is tried, and the sanitizer's malloc is half of its time: it is taken from one room, and left there.
enum { MANGLE_ROOM_BYTES = 1 << 26 };
static _Alignas(max_align_t) char mangle_room[MANGLE_ROOM_BYTES];
static size_t mangle_taken;

static void *mangle_take(size_t bytes) {
    size_t rounded = (bytes + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    if (rounded < bytes || rounded > MANGLE_ROOM_BYTES - mangle_taken)
        return NULL;
    mangle_taken += rounded;
    return mangle_room + mangle_taken - rounded;
}

static void mangle_leave(void *taken) {
    (void)taken;
}

// all: places of the values of a document, those of members and elements; the root has no place.
struct mangle_place {
    json_t *parent;
    const char *key; // NULL: an element
    size_t index;
};

struct mangle {
    json_t *root;
    struct mangle_place *all;
    size_t count, room;
    unsigned seed;
};

// xorshift, as the same seed must give the same file.
static unsigned mangle_chance(struct mangle *m, size_t below) {
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 17;
    m->seed ^= m->seed << 5;
    return (unsigned)(m->seed % below);
}

// ------------------------------------------------------------------------------------------- places
static void mangle_list(struct mangle *m, json_t *value);

static void mangle_add(struct mangle *m, struct mangle_place place, json_t *value) {
    if (m->count == m->room) {
        m->room = m->room ? 2 * m->room : 64;
        m->all = realloc(m->all, m->room * sizeof *m->all);
        if (!m->all)
            abort();
    }
    m->all[m->count++] = place;
    mangle_list(m, value);
}

static void mangle_list(struct mangle *m, json_t *value) {
    const char *key;
    size_t i;
    json_t *child;
    json_object_foreach(value, key, child)
        mangle_add(m, (struct mangle_place){value, key, 0}, child);
    json_array_foreach(value, i, child) mangle_add(m, (struct mangle_place){value, NULL, i}, child);
}

static json_t *mangle_get(const struct mangle_place *p) {
    return p->key ? json_object_get(p->parent, p->key) : json_array_get(p->parent, p->index);
}

static void mangle_set(const struct mangle_place *p, json_t *value) {
    if (p->key)
        json_object_set_new(p->parent, p->key, value);
    else
        json_array_set_new(p->parent, p->index, value);
}

// ------------------------------------------------------------------------------------------- values
// What readers are known to stumble on: extremes, wrong types, names with a meaning elsewhere.
static json_t *mangle_hostile(struct mangle *m) {
    static const char *const texts[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "-1",
                                        "1",
                                        "2",
                                        "3",
                                        "0.5",
                                        "-0.0",
                                        "1e308",
                                        "-1e308",
                                        "5e-324",
                                        "9007199254740993",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "4294967296",
                                        "2147483648",
                                        "[]",
                                        "{}",
                                        "[[]]",
                                        "[{}]",
                                        "[null]",
                                        "[0,0]",
                                        "\"\"",
                                        "\"*\"",
                                        "\"%s%n\"",
                                        "\"<script>\"",
                                        "\"'\"",
                                        "\"\\u0001\\n\"",
                                        "\"../../x\"",
                                        "\"/\"",
                                        "\"a=b\"",
                                        "\"a,b\"",
                                        "\"1-9999999999999\"",
                                        "\"0x1\"",
                                        "\"refcount\"",
                                        "\"cycles\"",
                                        "\"ok\"",
                                        "\"nan\"",
                                        "\"1e999\""};
    const char *text = texts[mangle_chance(m, sizeof texts / sizeof *texts)];
    return json_loads(text, JSON_DECODE_ANY, NULL);
}

static json_t *mangle_number(struct mangle *m, const json_t *was) {
    static const double factors[] = {-1, 0, 2, 10, 0.1, 1e9};
    double number =
        json_number_value(was) * factors[mangle_chance(m, sizeof factors / sizeof *factors)];
    json_t *changed = json_is_integer(was) && number > -9e18 && number < 9e18
                          ? json_integer((json_int_t)number + (json_int_t)mangle_chance(m, 3) - 1)
                          : json_real(number);
    return changed ? changed : json_real(0); // what is not finite is no JSON
}

// A name, or a text, of a place elsewhere: what is there twice, or refers to the wrong thing.
static void mangle_member(struct mangle *m, json_t *object) {
    const struct mangle_place *other = &m->all[mangle_chance(m, m->count)];
    json_object_set_new(object, other->key ? other->key : "", json_deep_copy(mangle_get(other)));
}

static void mangle_one(struct mangle *m) {
    m->count = 0;
    mangle_list(m, m->root);
    if (!m->count)
        return;
    const struct mangle_place *p = &m->all[mangle_chance(m, m->count)];
    json_t *value = mangle_get(p);
    switch (mangle_chance(m, 6)) {
    case 0:
        if (p->key)
            json_object_del(p->parent, p->key);
        else
            json_array_remove(p->parent, p->index);
        break;
    case 1:
        mangle_set(p, json_deep_copy(mangle_get(&m->all[mangle_chance(m, m->count)])));
        break;
    case 2:
        if (json_is_number(value))
            mangle_set(p, mangle_number(m, value));
        else if (json_is_object(value))
            mangle_member(m, value);
        else
            mangle_set(p, mangle_hostile(m));
        break;
    case 3:
        if (!p->key)
            json_array_append_new(p->parent, json_deep_copy(value));
        else
            mangle_set(p, mangle_hostile(m));
        break;
    default:
        mangle_set(p, mangle_hostile(m));
    }
}

// ------------------------------------------------------------------------------------------ the file
// The line at a place of chance: where it starts and, in *bytes, how long it is.
static size_t mangle_line(struct mangle *m, const uint8_t *text, size_t count, size_t *bytes) {
    size_t start = mangle_chance(m, count), end = start;
    while (start && text[start - 1] != '\n')
        start--;
    while (end < count && text[end] != '\n')
        end++;
    *bytes = end - start;
    return start;
}

// The text in place of what stands at start; 0 when there is no room for it.
static size_t mangle_replace(uint8_t *text, size_t count, size_t most, size_t start, size_t bytes,
                             const char *by) {
    size_t length = strlen(by);
    if (count - bytes + length > most)
        return 0;
    memmove(text + start + length, text + start + bytes, count - start - bytes);
    memcpy(text + start, by, length);
    return count - bytes + length;
}

// As it was, as often as not with its line twice.
static char *mangle_text(struct mangle *m, bool lines) {
    char *text = json_dumps(m->root, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text || !lines || mangle_chance(m, 4))
        return text;
    size_t length = strlen(text);
    char *twice = mangle_take(2 * length + 2);
    if (!twice)
        return NULL;
    memcpy(twice, text, length);
    twice[length] = '\n';
    memcpy(twice + length + 1, twice, length);
    twice[2 * length + 1] = 0;
    return twice;
}

static size_t mangle_document(struct mangle *m, uint8_t *bytes, size_t count, size_t most,
                              bool lines) {
    size_t start = 0, length = count;
    if (lines)
        start = mangle_line(m, bytes, count, &length);
    m->root = json_loadb((const char *)bytes + start, length, 0, NULL);
    if (!m->root)
        return 0;
    for (unsigned n = 1 + mangle_chance(m, MANGLE_MOST); n; n--)
        mangle_one(m);
    char *text = mangle_text(m, lines);
    return text ? mangle_replace(bytes, count, most, start, length, text) : 0;
}

size_t mangle(uint8_t *bytes, size_t count, size_t most, unsigned seed, int lines) {
    struct mangle m = {.seed = seed | 1};
    json_malloc_t take;
    json_free_t leave;
    json_get_alloc_funcs(&take, &leave);
    json_set_alloc_funcs(mangle_take, mangle_leave);
    mangle_taken = 0;
    size_t now = count ? mangle_document(&m, bytes, count, most, lines) : 0;
    json_set_alloc_funcs(take, leave);
    free(m.all);
    return now;
}
