// read.c - reads recordings, one frame after the other.

#include "recording.h"

#include "base/must.h"
#include "base/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

static const char magic[6] = {'H', 'B', 'R', 'E', 'C', 0};

static size_t left(const struct recording_reader *r) {
    return r->file_bytes - r->file_at;
}

static size_t length(const struct recording_reader *r, size_t at) {
    const unsigned char *place = (const unsigned char *)r->file + at;
    return place[0] | (size_t)place[1] << 8 | (size_t)place[2] << 16 | (size_t)place[3] << 24;
}

// The JSON object of so many bytes that comes next, or NULL.
static json_t *read_json(struct recording_reader *r, size_t bytes) {
    json_t *object = bytes <= left(r)
                         ? json_loadb(r->file + r->file_at, bytes, JSON_REJECT_DUPLICATES, NULL)
                         : NULL;
    r->file_at += object ? bytes : 0;
    if (json_is_object(object))
        return object;
    json_decref(object);
    return NULL;
}

static struct recording_reader *refuse(struct recording_reader *r, const char *path,
                                       const char *why, char *error, size_t error_bytes) {
    snprintf(error, error_bytes, "%s: %s", path, why);
    recording_close(r);
    return NULL;
}

struct recording_reader *recording_open(const char *path, char *error, size_t error_bytes) {
    struct recording_reader *r = must(calloc(1, sizeof *r));
    enum { VERSION_AT = sizeof magic, LENGTH_AT = VERSION_AT + 2 };
    r->file = text_read_file(path, &r->file_bytes);
    if (!r->file)
        return refuse(r, path, strerror(errno), error, error_bytes);
    if (r->file_bytes < LENGTH_AT + 4 || memcmp(r->file, magic, sizeof magic) != 0)
        return refuse(r, path, "not a recording: give a file that heapbench record wrote", error,
                      error_bytes);
    if (r->file[VERSION_AT] < 1 || r->file[VERSION_AT] > RECORDING_VERSION)
        return refuse(r, path, "a recording of another version: accepted: 1 and 2", error,
                      error_bytes);
    r->file_at = LENGTH_AT + 4;
    r->header = read_json(r, length(r, LENGTH_AT));
    if (!r->header)
        return refuse(r, path, "a recording whose header is cut short", error, error_bytes);
    return r;
}

void recording_close(struct recording_reader *r) {
    json_decref(r->header);
    json_decref(r->trailer);
    free(r->raw);
    free(r->file);
    free(r);
}

static bool end(struct recording_reader *r, bool cut) {
    r->ended = true;
    r->cut = cut;
    return false;
}

static bool end_trailed(struct recording_reader *r, size_t bytes) {
    r->file_at += 8;
    r->trailer = read_json(r, bytes);
    return end(r, !r->trailer);
}

bool recording_refill(struct recording_reader *r) {
    if (r->ended || left(r) < 8)
        return end(r, r->cut || !r->trailer);
    size_t packed = length(r, r->file_at), bytes = length(r, r->file_at + 4);
    if (!bytes)
        return end_trailed(r, packed);
    if (packed > left(r) - 8 || bytes > RECORDING_FRAME_BYTES)
        return end(r, true);
    if (bytes > r->raw_room)
        r->raw = must(realloc(r->raw, r->raw_room = RECORDING_FRAME_BYTES));
    size_t got = ZSTD_decompress(r->raw, bytes, r->file + r->file_at + 8, packed);
    if (got != bytes) {
        snprintf(r->error, sizeof r->error, "damaged: the frame at byte %zu", r->file_at);
        return end(r, true);
    }
    r->file_at += 8 + packed;
    r->raw_bytes += bytes;
    r->at = r->raw;
    r->end = r->raw + bytes;
    return true;
}
