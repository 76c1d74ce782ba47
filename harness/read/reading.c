// reading.c - SQL functions that look into one record; each histogram is decoded once.

#include "reading.h"

#include "base/checksum.h"
#include "base/grow.h"
#include "base/must.h"
#include "base/sparse.h"
#include "members.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// What was decoded of the current record. The memory of a histogram is kept for the next.
struct reading_histogram {
    char *path;
    bool decoded; // of the current record
    bool there;
    struct sparse values;
};

// A part of the record that was looked up. What is asked for lies below few parts, each of them
// asked for by many paths, and a member is found by going through those before it.
struct reading_found {
    uint64_t record, hash; // of which record; of the name
    size_t whole;          // where in it the part was looked for
    struct parsed part;
};
enum { READING_FOUND = 512 };

struct reading {
    struct parsed record;
    uint64_t records; // that were set, this one included
    struct reading_found found[READING_FOUND];
    struct reading_histogram *histograms; // by path, as they were first asked for
    size_t count;
    struct sparse part, sum; // one of several that are merged, and what they make
    uint64_t *sets;          // of names, that unseen() was asked of
    size_t set_count, set_room;
};

static struct reading_found *reading_place(struct reading *reading, size_t whole, uint64_t hash) {
    return &reading->found[(hash ^ whole * 31) % READING_FOUND];
}

// Its own members are all found in one walk.
void reading_set(struct reading *reading, struct parsed record) {
    reading->record = record;
    reading->records++;
    for (size_t i = 0; i < reading->count; i++)
        reading->histograms[i].decoded = false;
    for (struct parsed_walk walk = parsed_first(record); walk.name && walk.there;
         parsed_next(&walk)) {
        uint64_t hash = checksum_add(CHECKSUM_START, walk.name, strlen(walk.name));
        *reading_place(reading, record.at, hash) =
            (struct reading_found){reading->records, hash, record.at, walk.value};
    }
}

// The element of an array with that member "name".
static struct parsed reading_element(struct parsed whole, const char *name, size_t bytes) {
    for (struct parsed_walk walk = parsed_first(whole); walk.there; parsed_next(&walk)) {
        const char *own = parsed_text(parsed_member(walk.value, "name", 4));
        if (own && strlen(own) == bytes && !memcmp(own, name, bytes))
            return walk.value;
    }
    return (struct parsed){0};
}

static struct parsed reading_part(struct reading *reading, struct parsed whole, const char *name,
                                  size_t bytes) {
    uint64_t hash = checksum_add(CHECKSUM_START, name, bytes);
    struct reading_found *found = reading_place(reading, whole.at, hash);
    if (found->record == reading->records && found->hash == hash && found->whole == whole.at)
        return found->part;
    struct parsed part = parsed_kind(whole) == PARSED_ARRAY ? reading_element(whole, name, bytes)
                                                            : parsed_member(whole, name, bytes);
    *found = (struct reading_found){reading->records, hash, whole.at, part};
    return part;
}

// A name may hold dots: the shortest that is a member and has the rest below it.
static struct parsed reading_find(struct reading *reading, struct parsed whole, const char *path) {
    struct parsed found = {0};
    for (const char *dot = path; !found.document && (dot = strchr(dot + 1, '.'));) {
        struct parsed part = reading_part(reading, whole, path, (size_t)(dot - path));
        if (part.document)
            found = reading_find(reading, part, dot + 1);
    }
    return found.document ? found : reading_part(reading, whole, path, strlen(path));
}

struct parsed reading_member(struct reading *reading, const char *path) {
    return path ? reading_find(reading, reading->record, path) : (struct parsed){0};
}

static struct parsed reading_argument(sqlite3_context *context, sqlite3_value *path) {
    return reading_member(sqlite3_user_data(context), (const char *)sqlite3_value_text(path));
}

// -------------------------------------------------------------------------------- fields and texts
static void reading_field(sqlite3_context *context, int count, sqlite3_value **values) {
    double sum = 0;
    bool there = false;
    for (int i = 0; i < count; i++) {
        double number;
        if (!parsed_number(reading_argument(context, values[i]), &number))
            continue;
        sum += number;
        there = true;
    }
    if (there) // always real, so that a quotient is one
        sqlite3_result_double(context, sum);
}

static void reading_text(sqlite3_context *context, int count, sqlite3_value **values) {
    const char *text = parsed_text(reading_argument(context, values[0]));
    (void)count;
    if (text)
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

// Of its members, and of theirs, the names; of elements their own member "name".
static uint64_t reading_names(struct parsed whole, uint64_t hash, bool deep) {
    for (struct parsed_walk walk = parsed_first(whole); walk.there; parsed_next(&walk)) {
        const char *own = walk.name ? NULL : parsed_text(parsed_member(walk.value, "name", 4));
        const char *name = walk.name ? walk.name : own ? own : "";
        hash = checksum_add(hash, name, strlen(name) + 1);
        if (deep && walk.name && parsed_kind(walk.value) == PARSED_OBJECT)
            hash = reading_names(walk.value, hash, false);
    }
    return checksum_add(hash, "", 1);
}

// Records come in few kinds.
static void reading_unseen(sqlite3_context *context, int count, sqlite3_value **values) {
    struct reading *reading = sqlite3_user_data(context);
    const char *path = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    uint64_t set = checksum_add(CHECKSUM_START, path, strlen(path) + 1);
    set = reading_names(reading_member(reading, path), set, true);
    for (size_t i = 0; i < reading->set_count; i++)
        if (reading->sets[i] == set) {
            sqlite3_result_int(context, 0);
            return;
        }
    reading->sets = grow_array(reading->sets, reading->set_count, &reading->set_room, sizeof set);
    reading->sets[reading->set_count++] = set;
    sqlite3_result_int(context, 1);
}

// -------------------------------------------------------------------------------------- histograms
static void reading_exchange(struct sparse *a, struct sparse *b) {
    struct sparse kept = *a;
    *a = *b;
    *b = kept;
}

static bool reading_buckets(struct sparse *into, struct parsed buckets) {
    for (struct parsed_walk walk = parsed_first(buckets); walk.there; parsed_next(&walk)) {
        int64_t pair[2] = {-1, -1};
        struct parsed_walk part = parsed_first(walk.value);
        for (int i = 0; i < 2 && part.there; i++, parsed_next(&part))
            parsed_integer(part.value, &pair[i]);
        if (!sparse_add(into, pair[0], pair[1]))
            return false;
    }
    return sparse_whole(into);
}

static bool reading_histogram(struct sparse *into, struct parsed json) {
    int64_t head[SPARSE_HEAD];
    for (size_t i = 0; i < SPARSE_HEAD; i++)
        if (!parsed_integer(parsed_member(json, sparse_names[i], strlen(sparse_names[i])),
                            &head[i]))
            return false;
    struct parsed buckets = parsed_member(json, "buckets", strlen("buckets"));
    sparse_head(into, head);
    return buckets.document && reading_buckets(into, buckets);
}

static bool reading_decode(struct reading *reading, struct sparse *into, struct parsed json) {
    if (parsed_kind(json) != PARSED_OBJECT)
        return false;
    if (parsed_member(json, "buckets", strlen("buckets")).document)
        return reading_histogram(into, json);
    sparse_reset(into);
    for (struct parsed_walk walk = parsed_first(json); walk.there; parsed_next(&walk)) {
        if (!reading_histogram(&reading->part, walk.value))
            continue;
        sparse_merge(&reading->sum, into, reading->part.word, reading->part.words);
        reading_exchange(into, &reading->sum);
    }
    return true;
}

static struct reading_histogram *reading_slot(struct reading *reading, const char *path) {
    for (size_t i = 0; i < reading->count; i++)
        if (!strcmp(reading->histograms[i].path, path))
            return &reading->histograms[i];
    reading->histograms =
        must(realloc(reading->histograms, (reading->count + 1) * sizeof *reading->histograms));
    reading->histograms[reading->count] = (struct reading_histogram){.path = must(strdup(path))};
    return &reading->histograms[reading->count++];
}

// The histogram at a path, or NULL.
static const struct sparse *reading_sparse(sqlite3_context *context, sqlite3_value *path) {
    struct reading *reading = sqlite3_user_data(context);
    const char *text = (const char *)sqlite3_value_text(path);
    if (!text)
        return NULL;
    struct reading_histogram *histogram = reading_slot(reading, text);
    if (!histogram->decoded) {
        histogram->there =
            reading_decode(reading, &histogram->values, reading_member(reading, text));
        histogram->decoded = true;
    }
    return histogram->there ? &histogram->values : NULL;
}

static void reading_percentile_result(sqlite3_context *context, sqlite3_value **values,
                                      uint64_t (*percentile)(const struct sparse *s,
                                                             double percentile)) {
    const struct sparse *s = reading_sparse(context, values[0]);
    uint64_t ns = s ? percentile(s, sqlite3_value_double(values[1])) : UINT64_MAX;
    if (ns != UINT64_MAX)
        sqlite3_result_double(context, (double)ns);
}

static void reading_percentile(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    reading_percentile_result(context, values, sparse_percentile);
}

static void reading_percentile_by_time(sqlite3_context *context, int count,
                                       sqlite3_value **values) {
    (void)count;
    reading_percentile_result(context, values, sparse_percentile_by_time);
}

static void reading_total(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct sparse *s = reading_sparse(context, values[0]);
    (void)count;
    if (s)
        sqlite3_result_double(context, (double)s->word[SPARSE_SUM_NS]);
}

static void reading_count(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct sparse *s = reading_sparse(context, values[0]);
    (void)count;
    if (s)
        sqlite3_result_double(context, (double)s->word[SPARSE_COUNT]);
}

static void reading_merged(sqlite3_context *context, int count, sqlite3_value **values) {
    struct reading *reading = sqlite3_user_data(context);
    const struct sparse *s = reading_sparse(context, values[0]);
    (void)count;
    if (!s || !s->word[SPARSE_COUNT])
        return;
    size_t bytes;
    bool more = sparse_unpack(&reading->part, sqlite3_value_blob(values[1]),
                              (size_t)sqlite3_value_bytes(values[1]));
    sparse_merge(&reading->sum, s, reading->part.word, more ? reading->part.words : 0);
    void *packed = sparse_pack(&reading->sum, &bytes);
    sqlite3_result_blob(context, packed, (int)bytes, free);
}

// ------------------------------------------------------------------------------------- life of one
static void reading_free(void *context) {
    struct reading *reading = context;
    for (size_t i = 0; i < reading->count; i++) {
        free(reading->histograms[i].path);
        sparse_free(&reading->histograms[i].values);
    }
    free(reading->histograms);
    free(reading->sets);
    sparse_free(&reading->part);
    sparse_free(&reading->sum);
    free(reading);
}

// A statement sees one record: of equal calls in it, SQLite makes one.
struct reading *reading_new(sqlite3 *db) {
    enum { HOW = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
    static const struct {
        const char *name;
        int arguments;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {{"field", -1, reading_field},
                     {"text", 1, reading_text},
                     {"total", 1, reading_total},
                     {"percentile", 2, reading_percentile},
                     {"percentile_by_time", 2, reading_percentile_by_time},
                     {"count_of", 1, reading_count},
                     {"unseen", 1, reading_unseen},
                     {"merged", 2, reading_merged}};
    struct reading *reading = must(calloc(1, sizeof *reading));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments, HOW, reading,
                                   functions[i].call, NULL, NULL, i ? NULL : reading_free);
    members_register(db, reading);
    return reading;
}
