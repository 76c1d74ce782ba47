// reading.h - the record that is being loaded, as SQL sees it.
//
// A path is the names of a field and of the objects around it, joined by dots: "rss.peak_bytes".
// Names may hold dots themselves: "backing_figures.end.generic.heap_size". An element of an array
// is named by its member "name": "phases.build.rss.end_bytes". What a record does not have is NULL,
// never 0.
//   field(path, ...)           a number; of several paths, the sum of those that are there
//   text(path)                 a text
//   members(path)              a table, see members.h: what is in an object or array
//   percentile(path, p)        of a histogram, in ns; NULL when fewer than 10 values lie above it.
//                              percentile(path, 100) is the exact maximum
//   percentile_by_time(path, p)  likewise of the time spent, not of the values (base/latency.h)
//   total(path)                the sum of a histogram's values, in ns
//   count_of(path)             how many values it has
//   merged(path, packed)       a histogram and a packed one (NULL: none) as one packed
//                              (base/sparse.h); NULL when the histogram is empty
//   unseen(path)               1 when no record before had members of these names there, and so in
//                              them; else 0. Each place in SQL asks of a path of its own
// The path of a histogram may name an object of histograms, 'pauses': they count as one, merged.

#ifndef HEAPBENCH_READING_H
#define HEAPBENCH_READING_H

#include "store/parsed.h"

struct sqlite3;
struct reading;

// reading_new - registers the functions with a connection, which frees it when it is closed. No
// record is set.
struct reading *reading_new(struct sqlite3 *db);

// reading_member - what is at a path of the record, or none.
struct parsed reading_member(struct reading *reading, const char *path);

// reading_set - from now on SQL sees this record; it must stay until the next one is set.
void reading_set(struct reading *reading, struct parsed record);

#endif
