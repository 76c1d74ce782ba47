// catalog.h - what there is to run: every bench-NAME of a folder, asked with --describe, and the
// backings.
//
// The driver knows strategies, workloads, counters and settings from here only. Texts and tables
// belong to the catalog and live as long as it does. Both lists are sorted by name.

#ifndef HEAPBENCH_CATALOG_H
#define HEAPBENCH_CATALOG_H

#include "cell.h"
#include "subject.h"

struct subjects {
    struct subject *list;
    size_t count;
};

struct catalog {
    struct subjects strategies, workloads;
    struct names backings;             // that can be preloaded here
    json_t *counters, *pauses, *build; // of the first strategy described
};

// catalog_load - ask every bench-* of a folder, or every count-* where there is none. One that
// fails to describe itself is left out with a warning.
//   dir      NULL: the folder of this program
//   returns  NULL with one line in error: nothing found, or two descriptions of a workload disagree
struct catalog *catalog_load(const char *dir, char *error, size_t error_bytes);
void catalog_free(struct catalog *c);

// catalog_of - of one program. NULL with one line in error: it does not describe itself as it
// should.
struct catalog *catalog_of(const char *path, char *error, size_t error_bytes);

// The parts of catalog_load, for tests: an empty catalog; one description added, which the catalog
// then owns (also on failure). catalog_add returns false with one line in error.
struct catalog *catalog_new(void);
bool catalog_add(struct catalog *c, const char *path, json_t *description, char *error,
                 size_t error_bytes);

// By name, or NULL.
const struct subject *catalog_strategy(const struct catalog *c, const char *name);
const struct subject *catalog_workload(const struct catalog *c, const char *name);

// subjects_names - a new list of their names.
struct names subjects_names(const struct subjects *s);

// catalog_cell - a cell from its key, checked against the catalog and brought into the form of a
// key: settings in declared order, without those at their defaults.
//   missing  set when its strategy or backing allocator is not there, which may be no error; else
//            NULL may be returned with one line in error
struct cell *catalog_cell(const struct catalog *c, const char *key, bool *missing, char *error,
                          size_t error_bytes);

// catalog_has_backing - whether the allocator of this name, which may have options, can be
// preloaded.
// catalog_backing - the name as it is in a key, with its options checked and in order; a new
// string.
//   returns  NULL with one line in error that says what would be accepted
bool catalog_has_backing(const struct catalog *c, const char *name);
char *catalog_backing(const struct catalog *c, const char *name, char *error, size_t error_bytes);

#endif
