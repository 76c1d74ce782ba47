// store.c - see store.h.

#include "store.h"

#include "base/file.h"
#include "base/must.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORE_SCHEMA = 1 };

// ----------------------------------------------------------------------------------------- reading
static bool store_whole(const json_t *record) {
    json_int_t schema, block;
    const char *cell, *outcome;
    return record &&
           !json_unpack((json_t *)(uintptr_t)record, "{s:I,s:s,s:I,s:s}", "schema", &schema, "cell",
                        &cell, "block", &block, "outcome", &outcome) &&
           schema == STORE_SCHEMA;
}

static char *store_key(const json_t *record) {
    return text_format("%lld %s", (long long)json_integer_value(json_object_get(record, "block")),
                       json_string_value(json_object_get(record, "cell")));
}

struct store_scanning {
    void (*visit)(void *context, json_t *record);
    void *context;
    size_t damaged;
};

static void store_scan_text(struct store_scanning *scan, const char *text, size_t bytes) {
    json_t *record = json_loadb(text, bytes, 0, NULL);
    if (store_whole(record))
        scan->visit(scan->context, record);
    else
        scan->damaged++;
    json_decref(record);
}

static void store_scan_lines(struct store_scanning *scan, const char *dir) {
    char *path = text_format("%s/records.ndjson", dir), *line = NULL;
    size_t capacity = 0;
    FILE *file = fopen(path, "re");
    for (ssize_t n; file && (n = getline(&line, &capacity, file)) > 0;)
        store_scan_text(scan, line, (size_t)n);
    if (file)
        fclose(file);
    free(line);
    free(path);
}

static int store_is_record(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && !strcmp(entry->d_name + length - 5, ".json");
}

// In the order of invocations: names are numbers of fixed width.
static void store_scan_spool(struct store_scanning *scan, const char *dir) {
    char *path = text_format("%s/spool", dir);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, store_is_record, alphasort);
    for (int i = 0; i < count; i++) {
        size_t bytes;
        char *name = text_format("%s/%s", path, entries[i]->d_name);
        char *text = text_read_file(name, &bytes);
        if (text)
            store_scan_text(scan, text, bytes);
        else
            scan->damaged++;
        free(text);
        free(name);
        free(entries[i]);
    }
    free(entries);
    free(path);
}

size_t store_scan(const char *dir, void (*visit)(void *context, json_t *record), void *context) {
    struct store_scanning scan = {visit, context, 0};
    store_scan_lines(&scan, dir);
    store_scan_spool(&scan, dir);
    return scan.damaged;
}

// Adds to the index; false when it was there.
static bool store_note(json_t *index, const json_t *record) {
    char *key = store_key(record);
    bool fresh = !json_object_get(index, key);
    if (fresh)
        json_object_set_new(index, key, json_true());
    free(key);
    return fresh;
}

static void store_take(void *context, json_t *record) {
    struct store *store = context;
    store_slim(record);
    if (store_note(store->index, record))
        json_array_append(store->records, record);
    else
        store->duplicated++;
}

static struct store *store_new(const char *dir, json_t *manifest) {
    struct store *store = must(calloc(1, sizeof *store));
    store->dir = must(strdup(dir));
    store->manifest = manifest;
    store->records = must(json_array());
    store->index = must(json_object());
    return store;
}

struct store *store_open_manifest(const char *dir, char *error, size_t error_bytes) {
    json_error_t problem;
    char *path = text_format("%s/run.json", dir);
    json_t *manifest = json_load_file(path, 0, &problem);
    if (!json_is_object(manifest) && access(path, R_OK))
        snprintf(error, error_bytes, "%s is no folder of a run: %s: %s", dir, path,
                 strerror(errno));
    else if (!json_is_object(manifest))
        snprintf(error, error_bytes, "%s is damaged: line %d: %s", path, problem.line,
                 problem.text);
    free(path);
    if (!json_is_object(manifest)) {
        json_decref(manifest);
        return NULL;
    }
    return store_new(dir, manifest);
}

struct store *store_open(const char *dir, char *error, size_t error_bytes) {
    struct store *store = store_open_manifest(dir, error, error_bytes);
    if (store)
        store->damaged = store_scan(dir, store_take, store);
    return store;
}

struct store *store_spool(const char *dir) {
    return store_new(dir, json_object());
}

void store_free(struct store *store) {
    if (!store)
        return;
    json_decref(store->manifest);
    json_decref(store->records);
    json_decref(store->index);
    free(store->dir);
    free(store);
}

bool store_has(const struct store *store, const char *key, int block) {
    char *name = text_format("%d %s", block, key);
    bool has = json_object_get(store->index, name);
    free(name);
    return has;
}

// ----------------------------------------------------------------------------------------- writing
int store_write(const struct store *store, const char *name, const char *text, size_t bytes) {
    char *path = text_format("%s/%s", store->dir, name);
    char *slash = strrchr(path, '/');
    *slash = 0;
    int error = file_make_folders(path);
    *slash = '/';
    if (!error)
        error = file_write_whole(path, text, bytes);
    free(path);
    return error;
}

int store_save_manifest(struct store *store) {
    char *text = must(json_dumps(store->manifest, JSON_INDENT(1)));
    int error = store_write(store, "run.json", text, strlen(text));
    free(text);
    return error;
}

static bool store_folder_empty(const char *dir) {
    DIR *folder = opendir(dir);
    bool empty = true;
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            empty = false;
    if (folder)
        closedir(folder);
    return empty;
}

struct store *store_create(const char *dir, json_t *manifest, char *error, size_t error_bytes) {
    char *spool = text_format("%s/spool", dir);
    int problem = store_folder_empty(dir) ? file_make_folders(spool) : ENOTEMPTY;
    free(spool);
    struct store *store = store_new(dir, manifest);
    if (!problem)
        problem = store_save_manifest(store);
    if (!problem)
        return store;
    if (problem == ENOTEMPTY)
        snprintf(error, error_bytes,
                 "%s is there and not empty: name a new folder, or go on with "
                 "an old run by --resume %s",
                 dir, dir);
    else
        snprintf(error, error_bytes, "cannot make the run's folder %s: %s", dir, strerror(problem));
    store_free(store);
    errno = problem;
    return NULL;
}

// A file of the spool is named after the invocation's place in the run, so a damaged one is
// replaced when the invocation is done again.
int store_add(struct store *store, json_t *record) {
    char *line = must(json_dumps(record, JSON_COMPACT));
    char *name = text_format("spool/%07lld.json",
                             (long long)json_integer_value(json_object_get(record, "order")));
    int error = store_write(store, name, line, strlen(line));
    free(name);
    free(line);
    if (error)
        return error;
    store_note(store->index, record);
    json_array_append(store->records, record);
    return 0;
}

void store_slim(json_t *record) {
    static const char *const by_kind[] = {"pauses", "pauses_cpu", "setup_pauses",
                                          "setup_pauses_cpu"};
    const char *kind;
    json_t *pause;
    json_object_del(json_object_get(record, "latency"), "buckets");
    json_object_del(json_object_get(record, "rss"), "samples");
    json_object_del(record, "pause_events");
    for (size_t i = 0; i < sizeof by_kind / sizeof *by_kind; i++)
        json_object_foreach(json_object_get(record, by_kind[i]), kind, pause)
            json_object_del(pause, "buckets");
}

// ----------------------------------------------------------------------------------------- folding
struct store_folding {
    FILE *out;
    json_t *seen;
};

static void store_fold_one(void *context, json_t *record) {
    struct store_folding *fold = context;
    if (store_note(fold->seen, record)) {
        json_dumpf(record, fold->out, JSON_COMPACT);
        fputc('\n', fold->out);
    }
}

// From file to file: records in memory may be slim.
static int store_gather(const char *dir, const char *path) {
    struct store_folding fold = {fopen(path, "we"), must(json_object())};
    int error = fold.out ? 0 : errno;
    if (fold.out) {
        errno = 0;
        store_scan(dir, store_fold_one, &fold);
        if (ferror(fold.out) || fflush(fold.out) || fsync(fileno(fold.out)))
            error = errno ? errno : EIO;
        if (fclose(fold.out) && !error)
            error = errno;
    }
    json_decref(fold.seen);
    return error;
}

static void store_empty_spool(const char *dir) {
    char *path = text_format("%s/spool", dir);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        unlinkat(dirfd(folder), entry->d_name, 0); // "." and ".." are refused
    if (folder)
        closedir(folder);
    free(path);
}

int store_fold(struct store *store) {
    char *path = text_format("%s/records.ndjson", store->dir);
    char *beside = text_format("%s.tmp", path);
    int error = store_gather(store->dir, beside);
    if (!error && rename(beside, path))
        error = errno;
    if (error)
        unlink(beside);
    else
        store_empty_spool(store->dir);
    free(beside);
    free(path);
    return error;
}
