// claims.h - what must hold, read from a file; judge/claims_judge.h sets it beside a run.
//
// A file of claims, results/claims/NAME.json or any other:
//
//   {"what": "..", "plan": "baseline" or {"blocks": 7},    how to run what the claims need, see
//                                                          plans/README.md
//    "claims": [{
//      "what":    "CPU",                                   the figure in words
//      "figure":  "cpu_ns_per_step",                       a metric; for "equals" paths in a
//                 record: "counters.*"
//      "ours":    "binary_trees/refcount/glibc",           a cell's key, a pattern with *, or a
//                 list of them
//      "against": "binary_trees/cpython[enabled=off]/glibc",   a key; a pattern, whose * are what
//                                                              those of ours
//                                                          were; "@base", the same cell of the
//                                                          plan's own build; "@baseline", the same
//                                                          cell of another run; a number; left out:
//                                                          the figure itself
//      "without": "varies",                                only strategies without this trait
//      "per":     "objects_visited" or 1000,               what the figure is divided by; left out:
//                 1
//      "unit":    "ns",                                    of a figure that is set against nothing
//      "at_most": 0.33 | "at_least": 3 | "equals": true,
//      "text":    "the sentence that this is about",
//      "sentence": "shared", "bounds": true}],             the sentence below that this is about;
//                                                          whether it tests where that ends
//    "sentences": [{"id": "shared", "says": "..", "yes": "..", "limit": "..", "instead": ".."}]}
//
// A sentence, what somebody says about memory, does not hold when one of its claims misses, is not
// resolved when one is open, and holds with a limit when a claim that bounds it holds. yes, limit
// and instead are what there is to say then. "source": where it is said. The page shows every file
// with sentences.
//
// A ratio is formed within each block; the verdict is over blocks, and of all claims together
// (results/limits.sql).

#ifndef HEAPBENCH_CLAIMS_H
#define HEAPBENCH_CLAIMS_H

#include "base/names.h"

#include <jansson.h>
#include <stdbool.h>

// claims_load - a file by its path, or by the name of one in results/claims/.
//   only     keep claims with a key that contains this; NULL: all
//   returns  NULL with one line in error that says where, and what would be accepted
json_t *claims_load(const char *name, const char *only, char *error, size_t error_bytes);

// claims_keys - add the keys that are no patterns, of claims on instructions or of all others.
void claims_keys(const json_t *claims, bool of_instructions, struct names *keys);

// claims_sides - for each claim a list of its keys: what is set against each other.
json_t *claims_sides(const json_t *claims);

#endif
