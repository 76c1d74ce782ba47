// scan.c - see scan.h. Only what is not there counts as empty: any other error of reading is one.

#include "scan.h"

#include "base/must.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

struct scanning {
    const struct scan *scan;
    struct parser *parser;
    const char *dir;
    const char *part; // of the folder that is read: "" or "bundles/3/"
    char *error;
    size_t error_bytes;
};

static bool scan_failed(const struct scanning *s, const char *file, int error) {
    snprintf(s->error, s->error_bytes, "cannot read %s/%s: %s", s->dir, file, strerror(error));
    return false;
}

static struct parsed scan_member(struct parsed record, const char *name) {
    return parsed_member(record, name, strlen(name));
}

static bool scan_whole(struct parsed record) {
    return parsed_kind(scan_member(record, "schema")) == PARSED_INTEGER &&
           parsed_kind(scan_member(record, "block")) == PARSED_INTEGER &&
           parsed_kind(scan_member(record, "cell")) == PARSED_TEXT &&
           parsed_kind(scan_member(record, "outcome")) == PARSED_TEXT;
}

// Another version's record is whole: to skip it would be to lose it.
static bool scan_text(const struct scanning *s, const struct scan_damage *from) {
    const struct scan_record record = {parser_read(s->parser, from->text, from->bytes), from->text,
                                       from->bytes};
    int64_t schema = SCAN_SCHEMA;
    parsed_integer(scan_member(record.json, "schema"), &schema);
    bool known = schema == SCAN_SCHEMA;
    if (!known)
        snprintf(s->error, s->error_bytes,
                 "%s/%s:%zu: a record of schema %lld; this heapbench reads schema %d", s->dir,
                 from->file, from->line, (long long)schema, SCAN_SCHEMA);
    else if (scan_whole(record.json))
        s->scan->visit(s->scan->context, &record);
    else if (s->scan->damage)
        s->scan->damage(s->scan->context, from);
    return known;
}

static bool scan_stream(const struct scanning *s, FILE *file, const char *name) {
    struct scan_damage at = {name, 0, NULL, 0};
    char *line = NULL;
    size_t capacity = 0;
    bool good = true;
    while (good) {
        errno = 0;
        ssize_t n = getline(&line, &capacity, file);
        int error = errno ? errno : EIO;
        if (ferror(file) || (n < 0 && !feof(file))) // what was read before the error is half a line
            good = scan_failed(s, name, error);
        else if (n < 0)
            break;
        else {
            at = (struct scan_damage){name, at.line + 1, line, (size_t)n};
            good = scan_text(s, &at);
        }
    }
    free(line);
    return good;
}

static bool scan_lines(const struct scanning *s) {
    char *name = text_format("%srecords.ndjson", s->part),
         *path = text_format("%s/%s", s->dir, name);
    FILE *file = fopen(path, "re");
    bool good = file || errno == ENOENT || scan_failed(s, name, errno);
    if (file) {
        good = scan_stream(s, file, name);
        fclose(file);
    }
    if (file && good && *s->part && s->scan->spooled)
        names_add(s->scan->spooled, name);
    free(path);
    free(name);
    return good;
}

static int scan_is_record(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && !strcmp(entry->d_name + length - 5, ".json");
}

static bool scan_file(const struct scanning *s, const char *name) {
    struct scan_damage at = {.line = 1};
    char *file = text_format("%sspool/%s", s->part, name),
         *path = text_format("%s/%s", s->dir, file);
    char *text = text_read_file(path, &at.bytes);
    bool good = text || scan_failed(s, file, errno);
    at.file = file;
    at.text = text;
    if (good)
        good = scan_text(s, &at);
    if (good && s->scan->spooled)
        names_add(s->scan->spooled, file);
    free(text);
    free(path);
    free(file);
    return good;
}

// The names in a folder that are wanted, sorted: none when it is not there.
static struct dirent **scan_folder(const struct scanning *s, const char *name,
                                   int (*wanted)(const struct dirent *), int *count) {
    char *path = text_format("%s/%s", s->dir, name);
    struct dirent **entries = NULL;
    *count = scandir(path, &entries, wanted, versionsort);
    if (*count < 0 && errno == ENOENT)
        *count = 0;
    if (*count < 0)
        scan_failed(s, name, errno);
    free(path);
    return entries;
}

// In the order of invocations: names are numbers of fixed width.
static bool scan_spool(const struct scanning *s) {
    int count;
    char *spool = text_format("%sspool", s->part);
    struct dirent **entries = scan_folder(s, spool, scan_is_record, &count);
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        good = good && scan_file(s, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    free(spool);
    return good;
}

static int scan_is_bundle(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool scan_bundles(const struct scanning *s) {
    int count;
    struct dirent **entries = scan_folder(s, SCAN_BUNDLES, scan_is_bundle, &count);
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        char *part = text_format(SCAN_BUNDLES "/%s/", entries[i]->d_name);
        struct scanning bundle = *s;
        bundle.part = part;
        good = good && scan_lines(&bundle) && scan_spool(&bundle);
        free(part);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool scan_records(const char *dir, const struct scan *scan, char *error, size_t error_bytes) {
    struct scanning s = {scan, parser_new(), dir, "", error, error_bytes};
    bool good = scan_lines(&s) && scan_spool(&s) && scan_bundles(&s);
    parser_free(s.parser);
    return good;
}
