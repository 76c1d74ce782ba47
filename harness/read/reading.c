// reading.c - SQL functions that look into one record; each histogram is decoded once.

#include "reading.h"

#include "base/must.h"
#include "base/sparse.h"
#include "members.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

// What was decoded of the current record. The memory of a histogram is kept for the next.
struct reading_histogram {
    char *path;
    bool decoded; // of the current record
    bool there;
    struct sparse values;
};

struct reading {
    const json_t *record;
    struct reading_histogram *histograms; // by path, as they were first asked for
    size_t count;
    struct sparse part, sum; // one of several that are merged, and what they make
};

void reading_set(struct reading *reading, const json_t *record) {
    reading->record = record;
    for (size_t i = 0; i < reading->count; i++)
        reading->histograms[i].decoded = false;
}

// A member of an object, or the element of an array with that member "name".
static const json_t *reading_part(const json_t *whole, const char *name, size_t bytes) {
    size_t i;
    json_t *element;
    json_array_foreach(whole, i, element) {
        const char *own = json_string_value(json_object_get(element, "name"));
        if (own && strlen(own) == bytes && !memcmp(own, name, bytes))
            return element;
    }
    return json_object_getn(whole, name, bytes);
}

// A name may hold dots: the shortest that is a member and has the rest below it.
static const json_t *reading_find(const json_t *object, const char *path) {
    const json_t *whole = reading_part(object, path, strlen(path));
    if (whole)
        return whole;
    for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
        const json_t *part = reading_part(object, path, (size_t)(dot - path));
        const json_t *found = part ? reading_find(part, dot + 1) : NULL;
        if (found)
            return found;
    }
    return NULL;
}

const json_t *reading_member(const struct reading *reading, const char *path) {
    return path ? reading_find(reading->record, path) : NULL;
}

static const json_t *reading_argument(sqlite3_context *context, sqlite3_value *path) {
    return reading_member(sqlite3_user_data(context), (const char *)sqlite3_value_text(path));
}

// -------------------------------------------------------------------------------- fields and texts
static void reading_field(sqlite3_context *context, int count, sqlite3_value **values) {
    double sum = 0;
    bool there = false;
    for (int i = 0; i < count; i++) {
        const json_t *member = reading_argument(context, values[i]);
        sum += json_number_value(member);
        there |= json_is_number(member);
    }
    if (there) // always real, so that a quotient is one
        sqlite3_result_double(context, sum);
}

static void reading_text(sqlite3_context *context, int count, sqlite3_value **values) {
    const json_t *member = reading_argument(context, values[0]);
    (void)count;
    if (json_is_string(member))
        sqlite3_result_text(context, json_string_value(member), -1, SQLITE_TRANSIENT);
}

// -------------------------------------------------------------------------------------- histograms
static void reading_exchange(struct sparse *a, struct sparse *b) {
    struct sparse kept = *a;
    *a = *b;
    *b = kept;
}

static bool reading_decode(struct reading *reading, struct sparse *into, const json_t *json) {
    if (!json_is_object(json))
        return false;
    if (json_object_get(json, "buckets"))
        return sparse_from_json(into, json);
    sparse_reset(into);
    const char *name;
    json_t *part;
    json_object_foreach((json_t *)(uintptr_t)json, name, part) {
        if (!sparse_from_json(&reading->part, part))
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
        const json_t *json = reading_find(reading->record, text);
        histogram->there = reading_decode(reading, &histogram->values, json);
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
    size_t words = (size_t)sqlite3_value_bytes(values[1]) / sizeof(uint64_t);
    sparse_merge(&reading->sum, s, sqlite3_value_blob(values[1]), words);
    sqlite3_result_blob(context, reading->sum.word,
                        (int)(reading->sum.words * sizeof *reading->sum.word), SQLITE_TRANSIENT);
}

// ------------------------------------------------------------------------------------- life of one
static void reading_free(void *context) {
    struct reading *reading = context;
    for (size_t i = 0; i < reading->count; i++) {
        free(reading->histograms[i].path);
        sparse_free(&reading->histograms[i].values);
    }
    free(reading->histograms);
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
                     {"merged", 2, reading_merged}};
    struct reading *reading = must(calloc(1, sizeof *reading));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments, HOW, reading,
                                   functions[i].call, NULL, NULL, i ? NULL : reading_free);
    members_register(db, reading);
    return reading;
}
