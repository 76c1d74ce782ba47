// scan.h - visits the records of a folder, and tells what is damaged from what cannot be read.

#ifndef HEAPBENCH_SCAN_H
#define HEAPBENCH_SCAN_H

#include "base/names.h"
#include "parsed.h"

#include <stdbool.h>
#include <stddef.h>

enum { SCAN_SCHEMA = 1 }; // of manifests and records
#define SCAN_BUNDLES                                                                               \
    "bundles" // a folder of a run: what machines leave, each bundle in one of its own

// A line of records.ndjson, or a file of the spool, that is no whole record.
struct scan_damage {
    const char *file; // relative to the run's folder
    size_t line;      // from 1
    const char *text;
    size_t bytes;
};

// A whole record, as long as it is visited.
struct scan_record {
    struct parsed json;
    const char *text;
    size_t bytes;
};

struct scan {
    void (*visit)(void *context, const struct scan_record *record);
    void (*damage)(void *context,
                   const struct scan_damage *damage); // NULL: what is damaged is passed over
    void *context;
    // Gets the files that were read besides records.ndjson, relative to the folder; may be NULL.
    struct names *spooled;
};

// scan_records - visit every whole record of a run's folder, each in turn, without keeping any: those
// of records.ndjson, of its spool, and of both in the folders that machines left in bundles/.
//   returns  false with one line in error when something is there and cannot be read, or is of
//            another schema: what was visited is then not all
bool scan_records(const char *dir, const struct scan *scan, char *error, size_t error_bytes);

#endif
