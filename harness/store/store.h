// store.h - a run's folder: the manifest, and records that are either there whole or not at all.
//
// A record is written to a temporary file in spool/ and renamed, so a crash at any moment loses at
// most the invocation that was under way. store_fold gathers the spool into records.ndjson (again
// by renaming) and then empties the spool; a record found in both counts once.

#ifndef HEAPBENCH_STORE_H
#define HEAPBENCH_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct store {
    char *dir;
    json_t *manifest;  // run.json
    json_t *records;   // array of all records known, spool included
    size_t damaged;    // lines and files that were not whole records: skipped, told to the user
    size_t duplicated; // records met twice: the first one counts
    json_t *index;     // cell and block of every record: store_has looks here
};

// store_create - a new folder with this manifest, which the store then owns; dir must not exist or
// be empty. store_open - an existing one. store_open_manifest - the same, but no record is read: for
// who reads them from the database (read/load.h).
//   returns  NULL with one line in error (of error_bytes); store_create sets errno as well
struct store *store_create(const char *dir, json_t *manifest, char *error, size_t error_bytes);
struct store *store_open(const char *dir, char *error, size_t error_bytes);
struct store *store_open_manifest(const char *dir, char *error, size_t error_bytes);
// store_spool - a folder that only takes records: it need not have a manifest.
struct store *store_spool(const char *dir);
void store_free(struct store *store);

// store_add - save one record; on success it is in store->records too (one more reference is
// taken). Returns 0 or an errno value.
int store_add(struct store *store, json_t *record);

// store_has - whether this cell ran in this block.
bool store_has(const struct store *store, const char *key, int block);

// store_fold - gather the spool. Returns 0 or an errno value; nothing is lost either way.
int store_fold(struct store *store);

// store_write - write a file of the run's folder, whole or not at all. Returns 0 or an errno value.
//   name  relative to the folder; its parent folders are made
int store_write(const struct store *store, const char *name, const char *text, size_t bytes);

// store_save_manifest - write run.json again after a change of store->manifest. Returns 0 or an
// errno value.
int store_save_manifest(struct store *store);

// store_slim - forget the bulky parts (histogram buckets, samples, events) of a record that was
// added: a full matrix is some ten thousand records, and no more than their heads is wanted while
// it runs. The file keeps everything.
void store_slim(json_t *record);

// store_scan - visit every whole record of a run's folder, each in turn, without keeping any.
//   visit    gets a record that is freed after it returns
//   returns  how many lines and files were not whole records
size_t store_scan(const char *dir, void (*visit)(void *context, json_t *record), void *context);

#endif
