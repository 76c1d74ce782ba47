// store.h - a run's folder: the manifest, and records that are either there whole or not at all.
//
// A record is written to a temporary file in spool/ and renamed, so a crash at any moment loses at
// most the invocation that was under way. store_fold gathers the spool into records.ndjson (again
// by renaming) and then empties the spool; a record found in both counts once. What is no whole
// record is moved to records.damaged.

#ifndef HEAPBENCH_STORE_H
#define HEAPBENCH_STORE_H

#include "base/names.h"
#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct store {
    char *dir;
    json_t *manifest; // run.json
    json_t *records;  // array of the heads of all records known, spool included
    // Lines and files that are no whole records, like "records.ndjson:3": skipped, and told.
    struct names damaged;
    size_t duplicated; // records met twice: the first one counts
    json_t *index;     // cell and block of every record: store_has looks here
    int lock;          // keeps others from writing there as long as it is open; -1: none
};

// store_create - a new folder with this manifest, which the store then owns; dir must not exist or
// be empty. store_open - an existing one, with its records. Both lock it before they look at what
// is there.
// store_open_manifest - no record is read, and nothing locked: for what reads records from the
// database (read/load.h).
//   returns  NULL with one line in error (of error_bytes); store_create sets errno as well
struct store *store_create(const char *dir, json_t *manifest, char *error, size_t error_bytes);
struct store *store_open(const char *dir, char *error, size_t error_bytes);
struct store *store_open_manifest(const char *dir, char *error, size_t error_bytes);
// store_spool - a folder that only takes records: it need not have a manifest.
// store_read - read all records of the folder anew.
//   returns  false with one line in error: one that is there cannot be read
struct store *store_spool(const char *dir);
bool store_read(struct store *store, char *error, size_t error_bytes);
void store_free(struct store *store);

// store_add - save one record; on success it is in store->records too (one more reference is
// taken). Returns 0 or an errno value.
int store_add(struct store *store, json_t *record);

// store_has - whether this cell ran in this block.
bool store_has(const struct store *store, const char *key, int block);

// store_fold - gather the spool. Returns false with one line in error: then all files are as they
// were, and they are too when the folder holds fewer records than the store knows.
bool store_fold(struct store *store, char *error, size_t error_bytes);

// store_retire - move the records that fit to records.retried, at its end, and forget them: what
// they are of is then missing. Returns false with one line in error, as store_fold does.
bool store_retire(struct store *store, bool (*which)(const json_t *record), char *error,
                  size_t error_bytes);

// store_write - write a file of the run's folder, whole or not at all. Returns 0 or an errno value.
//   name  relative to the folder; its parent folders are made
int store_write(const struct store *store, const char *name, const char *text, size_t bytes);

// store_write_text - the same of a text (base/text.h), which is closed before and freed after it.
int store_write_text(const struct store *store, const char *name, struct text *text);

// store_write_lines - the same of an array of JSON, a line each.
int store_write_lines(const struct store *store, const char *name, const json_t *array);

// store_remove - the files of the run's folder that match a pattern of glob(7), as far as they can
// be removed.
void store_remove(const struct store *store, const char *pattern);

// store_save_manifest - write run.json again after a change of store->manifest. Returns 0 or an
// errno value.
int store_save_manifest(struct store *store);

// store_slim - forget all of a record that was added but its head, which is what store_read keeps of
// each: a run is up to a million records. The file keeps everything.
void store_slim(json_t *record);

#endif
