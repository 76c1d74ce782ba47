// read.c - reads recordings, one frame after the other.

#include "recording.h"

#include "base/must.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

static const char magic[6] = {'H', 'B', 'R', 'E', 'C', 0};

static size_t left(const struct recording_reader *r) {
    return r->file_bytes - r->file_at;
}

static bool take(struct recording_reader *r, void *into, size_t bytes) {
    bool whole = bytes <= left(r) && fread(into, 1, bytes, r->file) == bytes;
    r->file_at += whole ? bytes : 0;
    return whole;
}

static size_t length(const unsigned char *place) {
    return place[0] | (size_t)place[1] << 8 | (size_t)place[2] << 16 | (size_t)place[3] << 24;
}

static void *packed_room(struct recording_reader *r, size_t bytes) {
    if (bytes > r->packed_room)
        r->packed = must(realloc(r->packed, r->packed_room = bytes));
    return r->packed;
}

// The JSON object of so many bytes that comes next, or NULL.
static json_t *read_json(struct recording_reader *r, size_t bytes) {
    if (!bytes || bytes > left(r) || !take(r, packed_room(r, bytes), bytes))
        return NULL;
    json_t *object = json_loadb((const char *)r->packed, bytes, JSON_REJECT_DUPLICATES, NULL);
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
    unsigned char start[LENGTH_AT + 4];
    struct stat s;
    r->file = fopen(path, "rb");
    if (!r->file || fstat(fileno(r->file), &s))
        return refuse(r, path, strerror(errno), error, error_bytes);
    r->file_bytes = S_ISREG(s.st_mode) ? (size_t)s.st_size : 0;
    if (!take(r, start, sizeof start) || memcmp(start, magic, sizeof magic) != 0)
        return refuse(r, path, "not a recording: give a file that heapbench record wrote", error,
                      error_bytes);
    if (start[VERSION_AT] < 1 || start[VERSION_AT] > RECORDING_VERSION)
        return refuse(r, path, "a recording of another version: accepted: 1 and 2", error,
                      error_bytes);
    r->header = read_json(r, length(start + LENGTH_AT));
    if (!r->header)
        return refuse(r, path, "a recording whose header is cut short", error, error_bytes);
    return r;
}

void recording_close(struct recording_reader *r) {
    json_decref(r->header);
    json_decref(r->trailer);
    free(r->raw);
    free(r->packed);
    if (r->file)
        fclose(r->file);
    free(r);
}

static bool end(struct recording_reader *r, bool cut) {
    r->ended = true;
    r->cut = cut;
    return false;
}

// The lengths of the next frame, packed and not; false: there is none, and the recording has ended.
static bool next_frame(struct recording_reader *r, size_t *packed, size_t *bytes) {
    unsigned char lengths[8];
    if (r->ended)
        return false;
    if (!take(r, lengths, sizeof lengths))
        return end(r, true);
    *packed = length(lengths);
    *bytes = length(lengths + 4);
    if (*bytes)
        return (*packed <= left(r) && *bytes <= RECORDING_FRAME_BYTES) || end(r, true);
    r->trailer = read_json(r, *packed);
    return end(r, !r->trailer);
}

bool recording_refill(struct recording_reader *r) {
    size_t packed, bytes, from = r->file_at;
    if (!next_frame(r, &packed, &bytes) || !take(r, packed_room(r, packed), packed))
        return r->ended ? false : end(r, true);
    if (bytes > r->raw_room)
        r->raw = must(realloc(r->raw, r->raw_room = RECORDING_FRAME_BYTES));
    if (ZSTD_decompress(r->raw, bytes, r->packed, packed) != bytes) {
        snprintf(r->error, sizeof r->error, "damaged: the frame at byte %zu", from);
        return end(r, true);
    }
    r->raw_bytes += bytes;
    r->at = r->raw;
    r->end = r->raw + bytes;
    return true;
}

void recording_skip(struct recording_reader *r) {
    size_t packed, bytes;
    r->at = r->end;
    while (next_frame(r, &packed, &bytes))
        if (fseeko(r->file, (off_t)packed, SEEK_CUR))
            end(r, true);
        else
            r->file_at += packed;
}
