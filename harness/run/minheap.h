// minheap.h - the least memory with which a program runs: the smallest heap limit at which it ends
// ok, by bisection.
//
// What is found is a fact: of a program (workload, parameters, steps, seed, input), a
// configuration, and the strategy's own program, by its checksum. Facts are kept in a file, a JSON
// object a line, so that only what is new or has been built anew is searched for. A strategy that
// does not do the same each time (trait varies) passes when it does MINHEAP_TRIALS times in a row.
// An invocation that takes much longer than it does without a limit does not pass: so near to its
// end, a heap may collect at every allocation.
//   source  bisection as in running-ng (github.com/anupli/running-ng, minheap) and in DaCapo:
//           Blackburn et al., "Rethinking Java performance analysis", ASPLOS 2025

#ifndef HEAPBENCH_MINHEAP_H
#define HEAPBENCH_MINHEAP_H

#include "job.h"
#include "model/catalog.h"

#include <stdio.h>

// Limits are multiples of the grain; the search ends when the share of what passes is not known any
// better.
enum { MINHEAP_GRAIN = 4096, MINHEAP_SHARE = 100, MINHEAP_TRIALS = 5 };

#define MINHEAP_FACTS "results/minheap.ndjson"

// Whether a program runs with so many bytes. UNKNOWN: it ended in a way that says nothing of its
// memory.
enum minheap_answer { MINHEAP_LACKS, MINHEAP_PASSES, MINHEAP_UNKNOWN };
typedef enum minheap_answer minheap_ask(void *context, uint64_t limit_bytes);

// minheap_search - the smallest limit that passes, to within a hundredth: it passes, and one a
// hundredth smaller, or by the grain, does not.
//   high_bytes  where to begin, above 0; where that lacks memory it is doubled, up to 6 times
//   returns     0 when nothing passes, or an answer was UNKNOWN
uint64_t minheap_search(uint64_t high_bytes, minheap_ask *ask, void *context);

struct minheap;

// minheap_open - the facts in a file, which need not be there yet. searched: each search that is
// done is said there; NULL: nowhere.
//   returns  NULL with one line in error when the file cannot be read
// minheap_close - what it points to. All found was saved as it was found.
struct minheap *minheap_open(const struct catalog *catalog, const char *path, FILE *searched,
                             char *error, size_t error_bytes);
void minheap_close(struct minheap *m);

// minheap_of - of a job's program and configuration, whatever its own limit and load are. Takes up
// to some twenty invocations where no fact is there.
//   most     not searched for, if it is above this: 0 is returned; UINT64_MAX: whatever it is
//   returns  bytes; 0 when there is none
uint64_t minheap_of(struct minheap *m, const struct job *job, uint64_t most_bytes);

// minheap_least - the least over all strategies, at their defaults, that run the job's program, and
// the job's own.
uint64_t minheap_least(struct minheap *m, const struct job *job);

// minheap_facts - elements of `minheaps` of a manifest: all that was asked for since minheap_open.
json_t *minheap_facts(const struct minheap *m);

#endif
