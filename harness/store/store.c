// store.c - see store.h.

#include "store.h"

#include "base/file.h"
#include "base/must.h"
#include "base/text.h"
#include "folder.h"
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// ----------------------------------------------------------------------------------------- reading
static char *store_key(const json_t *record) {
    return text_format("%lld %s", (long long)json_integer_value(json_object_get(record, "block")),
                       json_string_value(json_object_get(record, "cell")));
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

// What is wanted of records when a run goes on; there may be a million of them.
static const char *const store_heads[] = {
    "cell", "block", "order", "outcome", "steps", "wall_ns", "closed_loop_steps_per_second"};
enum { STORE_HEADS = sizeof store_heads / sizeof *store_heads };

// A new reference, or NULL: it has none.
static json_t *store_value(struct parsed value) {
    int64_t integer;
    double real;
    if (parsed_integer(value, &integer))
        return json_integer(integer);
    if (parsed_number(value, &real))
        return json_real(real);
    const char *text = parsed_text(value);
    return text ? json_string(text) : NULL;
}

static json_t *store_head(struct parsed record) {
    json_t *head = must(json_object());
    for (size_t i = 0; i < STORE_HEADS; i++) {
        struct parsed member = parsed_member(record, store_heads[i], strlen(store_heads[i]));
        json_object_set_new(head, store_heads[i], store_value(member));
    }
    return head;
}

static void store_take(void *context, const struct scan_record *record) {
    struct store *store = context;
    json_t *head = store_head(record->json);
    if (store_note(store->index, head))
        json_array_append(store->records, head);
    else
        store->duplicated++;
    json_decref(head);
}

static void store_take_damage(void *context, const struct scan_damage *damage) {
    struct store *store = context;
    char *place = text_format("%s:%zu", damage->file, damage->line);
    names_add(&store->damaged, place);
    free(place);
}

bool store_read(struct store *store, char *error, size_t error_bytes) {
    const struct scan scan = {store_take, store_take_damage, store, NULL};
    json_array_clear(store->records);
    json_object_clear(store->index);
    names_free(&store->damaged);
    store->duplicated = 0;
    return scan_records(store->dir, &scan, error, error_bytes);
}

static struct store *store_new(const char *dir, json_t *manifest) {
    struct store *store = must(calloc(1, sizeof *store));
    store->dir = must(strdup(dir));
    store->manifest = manifest;
    store->lock = -1;
    store->records = must(json_array());
    store->index = must(json_object());
    return store;
}

static bool store_manifest_good(const json_t *manifest, const char *path,
                                const json_error_t *problem, char *error, size_t error_bytes) {
    const json_t *schema = json_object_get(manifest, "schema");
    bool known = !schema || json_integer_value(schema) == SCAN_SCHEMA;
    if (manifest && !json_is_object(manifest))
        snprintf(error, error_bytes, "%s is damaged: it holds no JSON object", path);
    else if (!manifest)
        snprintf(error, error_bytes, "%s is damaged: line %d: %s", path, problem->line,
                 problem->text);
    else if (!known)
        snprintf(error, error_bytes, "%s is not of schema %d, which this heapbench reads", path,
                 SCAN_SCHEMA);
    return json_is_object(manifest) && known;
}

struct store *store_open_manifest(const char *dir, char *error, size_t error_bytes) {
    json_error_t problem = {0};
    char *path = text_format("%s/run.json", dir), *text = text_read_file(path, NULL);
    json_t *manifest = text ? json_loads(text, 0, &problem) : NULL;
    if (!text)
        snprintf(error, error_bytes, "%s is no folder of a run: %s: %s", dir, path,
                 strerror(errno));
    bool good = text && store_manifest_good(manifest, path, &problem, error, error_bytes);
    free(text);
    free(path);
    if (good)
        return store_new(dir, manifest);
    json_decref(manifest);
    return NULL;
}

// Returns -1 with errno and one line in error.
static int store_lock(const char *dir, char *error, size_t error_bytes) {
    int lock = folder_lock(dir), problem = errno;
    if (lock < 0)
        snprintf(error, error_bytes, "%s: %s", dir,
                 problem == EWOULDBLOCK ? "another heapbench is running there; name another --out"
                                        : strerror(problem));
    errno = problem;
    return lock;
}

struct store *store_open(const char *dir, char *error, size_t error_bytes) {
    int lock = store_lock(dir, error, error_bytes);
    if (lock < 0 && errno != ENOENT && errno != ENOTDIR) // which the manifest's line says better
        return NULL;
    struct store *store = store_open_manifest(dir, error, error_bytes);
    if (!store) {
        if (lock >= 0)
            close(lock);
        return NULL;
    }
    store->lock = lock;
    if (store_read(store, error, error_bytes))
        return store;
    store_free(store);
    return NULL;
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
    names_free(&store->damaged);
    if (store->lock >= 0)
        close(store->lock);
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
void store_remove(const struct store *store, const char *pattern) {
    file_clear(store->dir, pattern);
}

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

int store_write_text(const struct store *store, const char *name, struct text *text) {
    text_close(text);
    int error = store_write(store, name, text->data, text->bytes);
    text_free(text);
    return error;
}

int store_write_lines(const struct store *store, const char *name, const json_t *array) {
    struct text lines;
    size_t i;
    json_t *item;
    text_open(&lines);
    json_array_foreach(array, i, item) {
        json_dumpf(item, lines.file, JSON_COMPACT);
        fputc('\n', lines.file);
    }
    return store_write_text(store, name, &lines);
}

int store_save_manifest(struct store *store) {
    char *text = must(json_dumps(store->manifest, JSON_INDENT(1)));
    int error = store_write(store, "run.json", text, strlen(text));
    free(text);
    return error;
}

// Returns 0 or an errno value.
static int store_empty(const char *dir) {
    DIR *folder = opendir(dir);
    int error = folder ? 0 : errno;
    errno = 0;
    for (struct dirent *entry; folder && !error && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            error = ENOTEMPTY;
    if (!error)
        error = errno;
    if (folder)
        closedir(folder);
    return error;
}

// A spool with nothing in it is what a run leaves that was killed at once.
static int store_make(struct store *store) {
    char *spool = text_format("%s/spool", store->dir);
    rmdir(spool);
    int error = store_empty(store->dir);
    if (!error)
        error = file_make_folders(spool);
    free(spool);
    return error ? error : store_save_manifest(store);
}

static void store_cannot_make(const char *dir, int problem, char *error, size_t error_bytes) {
    char *word = text_word(dir);
    if (problem == ENOTEMPTY)
        snprintf(error, error_bytes,
                 "%s is there and not empty: name a new folder, or go on with an old run by "
                 "--resume %s",
                 dir, word);
    else
        snprintf(error, error_bytes, "cannot make the run's folder %s: %s", dir, strerror(problem));
    free(word);
}

struct store *store_create(const char *dir, json_t *manifest, char *error, size_t error_bytes) {
    struct store *store = store_new(dir, manifest);
    int problem = file_make_folders(dir);
    if (problem)
        store_cannot_make(dir, problem, error, error_bytes);
    else if ((store->lock = store_lock(dir, error, error_bytes)) < 0)
        problem = errno;
    else if ((problem = store_make(store)) != 0)
        store_cannot_make(dir, problem, error, error_bytes);
    if (!problem)
        return store;
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
    json_t *head = must(json_object());
    for (size_t i = 0; i < STORE_HEADS; i++)
        json_object_set(head, store_heads[i], json_object_get(record, store_heads[i]));
    json_object_clear(record);
    json_object_update(record, head);
    json_decref(head);
}

// ----------------------------------------------------------------------------------------- folding
struct store_folding {
    FILE *out, *damaged, *retired;         // NULL until something of the kind is met
    bool (*retires)(const json_t *record); // NULL: none
    json_t *seen;
    const char *dir;
    int error;
};

// A file that is only ever added to.
static FILE *store_aside(struct store_folding *fold, FILE **file, const char *name) {
    if (!*file && !fold->error) {
        char *path = text_format("%s/%s", fold->dir, name);
        *file = fopen(path, "ae");
        fold->error = *file ? 0 : errno;
        free(path);
    }
    return *file;
}

// As it is. A file of the spool need not be one line; outside of texts, which hold no new line as
// such, a space is one.
static void store_line(FILE *out, const struct scan_record *record) {
    size_t bytes = record->bytes - (record->text[record->bytes - 1] == '\n');
    if (!memchr(record->text, '\n', bytes))
        fwrite(record->text, 1, bytes, out);
    else
        for (size_t i = 0; i < bytes; i++)
            putc(record->text[i] == '\n' ? ' ' : record->text[i], out);
    putc('\n', out);
}

static void store_fold_one(void *context, const struct scan_record *record) {
    struct store_folding *fold = context;
    json_t *head = store_head(record->json);
    bool fresh = store_note(fold->seen, head);
    bool retires = fresh && fold->retires && fold->retires(head);
    json_decref(head);
    FILE *out = retires ? store_aside(fold, &fold->retired, "records.retried") : fold->out;
    if (fresh && out)
        store_line(out, record);
}

static void store_fold_damage(void *context, const struct scan_damage *damage) {
    struct store_folding *fold = context;
    FILE *out = store_aside(fold, &fold->damaged, "records.damaged");
    if (!out)
        return;
    fwrite(damage->text, 1, damage->bytes, out);
    if (damage->bytes && damage->text[damage->bytes - 1] != '\n')
        fputc('\n', out);
}

// Everything is on the disk before anything is replaced. Returns 0 or an errno value.
static int store_finish_file(FILE *file) {
    if (!file)
        return 0;
    errno = 0;
    int error = ferror(file) || fflush(file) || fsync(fileno(file)) ? (errno ? errno : EIO) : 0;
    return fclose(file) && !error ? errno : error;
}

// From file to file: records in memory may be slim.
static bool store_gather(const struct store *store, const char *path,
                         bool (*retires)(const json_t *record), struct names *spooled, char *error,
                         size_t error_bytes) {
    struct store_folding fold = {.out = fopen(path, "we"),
                                 .seen = must(json_object()),
                                 .retires = retires,
                                 .dir = store->dir};
    const struct scan scan = {store_fold_one, store_fold_damage, &fold, spooled};
    fold.error = fold.out ? 0 : errno;
    bool read = fold.out && scan_records(store->dir, &scan, error, error_bytes);
    FILE *const files[] = {fold.out, fold.damaged, fold.retired};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        int problem = store_finish_file(files[i]);
        fold.error = fold.error ? fold.error : problem;
    }
    size_t found = json_object_size(fold.seen), known = json_array_size(store->records);
    json_decref(fold.seen);
    if (fold.error)
        snprintf(error, error_bytes, "cannot write %s: %s", path, strerror(fold.error));
    else if (read && found < known)
        snprintf(error, error_bytes, "%s holds %zu records, and %zu were known", store->dir, found,
                 known);
    return read && !fold.error && found >= known;
}

// What was never renamed is no record. A folder in which something came meanwhile stays.
static void store_clear(const char *dir, const char *part, bool all) {
    char *path = text_format("%s/%s", dir, part);
    file_clear(path, "*.tmp");
    if (all)
        rmdir(path);
    free(path);
}

static void store_clear_bundles(const char *dir) {
    char *path = text_format("%s/" SCAN_BUNDLES, dir);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char *bundle = text_format(SCAN_BUNDLES "/%s", entry->d_name);
        char *spool = text_format("%s/spool", bundle);
        if (entry->d_name[0] != '.') {
            store_clear(dir, spool, true);
            store_clear(dir, bundle, true);
        }
        free(spool);
        free(bundle);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
    free(path);
}

static void store_empty_spool(const char *dir, const struct names *spooled) {
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; folder >= 0 && i < spooled->count; i++)
        unlinkat(folder, spooled->items[i], 0);
    if (folder >= 0)
        close(folder);
    store_clear(dir, "spool", false);
    store_clear_bundles(dir);
}

static bool store_fold_but(struct store *store, bool (*retires)(const json_t *record), char *error,
                           size_t error_bytes) {
    char *path = text_format("%s/records.ndjson", store->dir);
    char *beside = text_format("%s.tmp", path);
    struct names spooled = {0};
    bool good = store_gather(store, beside, retires, &spooled, error, error_bytes);
    if (good && rename(beside, path)) {
        snprintf(error, error_bytes, "cannot write %s: %s", path, strerror(errno));
        good = false;
    }
    if (good)
        store_empty_spool(store->dir, &spooled);
    else
        unlink(beside);
    names_free(&spooled);
    free(beside);
    free(path);
    return good;
}

bool store_fold(struct store *store, char *error, size_t error_bytes) {
    return store_fold_but(store, NULL, error, error_bytes);
}

bool store_retire(struct store *store, bool (*which)(const json_t *record), char *error,
                  size_t error_bytes) {
    if (!store_fold_but(store, which, error, error_bytes))
        return false;
    for (size_t i = json_array_size(store->records); i-- > 0;) {
        json_t *record = json_array_get(store->records, i);
        if (!which(record))
            continue;
        char *key = store_key(record);
        json_object_del(store->index, key);
        json_array_remove(store->records, i);
        free(key);
    }
    return true;
}
