// reading.c - SQL functions that look into one record; each histogram is decoded once.

#include "reading.h"

#include "base/latency.h"
#include "base/must.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

// What was decoded of the current record. Histograms are large, so their memory is kept.
struct reading_histogram {
    char *path;
    bool decoded; // of the current record
    bool there;
    struct latency latency;
};

struct reading {
    const json_t *record;
    struct reading_histogram **histograms; // by path, as they were first asked for
    size_t count;
    struct latency part; // one of several that are merged
};

void reading_set(struct reading *reading, const json_t *record) {
    reading->record = record;
    for (size_t i = 0; i < reading->count; i++)
        reading->histograms[i]->decoded = false;
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

static const json_t *reading_member(sqlite3_context *context, sqlite3_value *path) {
    const struct reading *reading = sqlite3_user_data(context);
    const char *text = (const char *)sqlite3_value_text(path);
    return text ? reading_find(reading->record, text) : NULL;
}

// -------------------------------------------------------------------------------- fields and texts
static void reading_field(sqlite3_context *context, int count, sqlite3_value **values) {
    const json_t *member = reading_member(context, values[0]);
    (void)count;
    if (json_is_number(member)) // always real, so that a quotient is one
        sqlite3_result_double(context, json_number_value(member));
}

static void reading_text(sqlite3_context *context, int count, sqlite3_value **values) {
    const json_t *member = reading_member(context, values[0]);
    (void)count;
    if (json_is_string(member))
        sqlite3_result_text(context, json_string_value(member), -1, SQLITE_TRANSIENT);
}

static void reading_object(sqlite3_context *context, int count, sqlite3_value **values) {
    const json_t *member = reading_member(context, values[0]);
    (void)count;
    if (json_is_object(member) || json_is_array(member))
        sqlite3_result_text(context, must(json_dumps(member, JSON_COMPACT)), -1, free);
}

// -------------------------------------------------------------------------------------- histograms
static bool reading_decode(struct reading *reading, struct latency *into, const json_t *json) {
    if (!json_is_object(json))
        return false;
    if (json_object_get(json, "buckets"))
        return latency_from_json(into, json) == 0;
    latency_reset(into);
    const char *name;
    json_t *part;
    json_object_foreach((json_t *)(uintptr_t)json, name,
                        part) if (latency_from_json(&reading->part, part) == 0)
        latency_merge(into, &reading->part);
    return true;
}

static struct reading_histogram *reading_slot(struct reading *reading, const char *path) {
    for (size_t i = 0; i < reading->count; i++)
        if (!strcmp(reading->histograms[i]->path, path))
            return reading->histograms[i];
    struct reading_histogram *fresh = must(malloc(sizeof *fresh));
    fresh->path = must(strdup(path));
    fresh->decoded = false;
    reading->histograms =
        must(realloc(reading->histograms, (reading->count + 1) * sizeof *reading->histograms));
    return reading->histograms[reading->count++] = fresh;
}

// The histogram at a path, or NULL.
static const struct latency *reading_latency(sqlite3_context *context, sqlite3_value *path) {
    struct reading *reading = sqlite3_user_data(context);
    const char *text = (const char *)sqlite3_value_text(path);
    if (!text)
        return NULL;
    struct reading_histogram *histogram = reading_slot(reading, text);
    if (!histogram->decoded) {
        const json_t *json = reading_find(reading->record, text);
        histogram->there = reading_decode(reading, &histogram->latency, json);
        histogram->decoded = true;
    }
    return histogram->there ? &histogram->latency : NULL;
}

static void reading_percentile(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct latency *l = reading_latency(context, values[0]);
    (void)count;
    uint64_t ns = l ? latency_percentile(l, sqlite3_value_double(values[1])) : UINT64_MAX;
    if (ns != UINT64_MAX)
        sqlite3_result_double(context, (double)ns);
}

static void reading_percentile_by_time(sqlite3_context *context, int count,
                                       sqlite3_value **values) {
    const struct latency *l = reading_latency(context, values[0]);
    (void)count;
    uint64_t ns = l ? latency_percentile_by_time(l, sqlite3_value_double(values[1])) : UINT64_MAX;
    if (ns != UINT64_MAX)
        sqlite3_result_double(context, (double)ns);
}

static void reading_total(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct latency *l = reading_latency(context, values[0]);
    (void)count;
    if (l)
        sqlite3_result_double(context, (double)l->sum_ns);
}

static void reading_count(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct latency *l = reading_latency(context, values[0]);
    (void)count;
    if (l)
        sqlite3_result_double(context, (double)l->count);
}

static void reading_merged(sqlite3_context *context, int count, sqlite3_value **values) {
    struct reading *reading = sqlite3_user_data(context);
    const struct latency *l = reading_latency(context, values[0]);
    (void)count;
    if (!l || !l->count)
        return;
    size_t words = (size_t)sqlite3_value_bytes(values[1]) / sizeof(uint64_t);
    latency_unpack(&reading->part, sqlite3_value_blob(values[1]), words);
    latency_merge(&reading->part, l);
    uint64_t *packed = latency_pack(&reading->part, &words);
    sqlite3_result_blob(context, packed, (int)(words * sizeof *packed), free);
}

// ------------------------------------------------------------------------------------- life of one
static void reading_free(void *context) {
    struct reading *reading = context;
    for (size_t i = 0; i < reading->count; i++) {
        free(reading->histograms[i]->path);
        free(reading->histograms[i]);
    }
    free(reading->histograms);
    free(reading);
}

struct reading *reading_new(sqlite3 *db) {
    static const struct {
        const char *name;
        int arguments;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {{"field", 1, reading_field},
                     {"text", 1, reading_text},
                     {"object", 1, reading_object},
                     {"total", 1, reading_total},
                     {"percentile", 2, reading_percentile},
                     {"percentile_by_time", 2, reading_percentile_by_time},
                     {"count_of", 1, reading_count},
                     {"merged", 2, reading_merged}};
    struct reading *reading = must(calloc(1, sizeof *reading));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments, SQLITE_UTF8,
                                   reading, functions[i].call, NULL, NULL, i ? NULL : reading_free);
    return reading;
}
