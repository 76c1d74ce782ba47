// sparse.h - a histogram of base/latency.h as those of its buckets that hold something.
//
// A run has hundreds of values in a histogram of 28672 buckets: who reads many histograms and
// records no value takes this form. Its words are those of latency_pack.

#ifndef HEAPBENCH_SPARSE_H
#define HEAPBENCH_SPARSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPARSE_COUNT, SPARSE_SUM_NS, SPARSE_MIN_NS, SPARSE_MAX_NS, SPARSE_HEAD };

// Zeros are not yet empty: sparse_reset or sparse_from_json first. The memory is kept for the next.
struct sparse {
    uint64_t *word; // the head, then each bucket and what it holds, in order of buckets
    size_t words, room;
};

void sparse_free(struct sparse *s);

// sparse_reset - empty.
void sparse_reset(struct sparse *s);

// sparse_from_json - of the form of results/README.md; false when json is no histogram.
bool sparse_from_json(struct sparse *s, const json_t *json);

// sparse_head, sparse_add, sparse_whole - the same from parts, for whoever reads them: first its four
// numbers by name, then the buckets in any order, then whether they hold what the head says. False:
// it is no histogram.
extern const char *const sparse_names[SPARSE_HEAD];
void sparse_head(struct sparse *s, const int64_t head[SPARSE_HEAD]);
bool sparse_add(struct sparse *s, int64_t value_ns, int64_t count);
bool sparse_whole(struct sparse *s);

// sparse_merge - what two hold together, into a third; packed: words of latency_pack, 0: none.
void sparse_merge(struct sparse *into, const struct sparse *s, const uint64_t *packed,
                  size_t words);

// sparse_pack - the words as bytes, a fifth as many: a new array. sparse_unpack - what they were; false
// when the bytes are no histogram.
void *sparse_pack(const struct sparse *s, size_t *bytes);
bool sparse_unpack(struct sparse *s, const void *data, size_t bytes);

// sparse_percentile - as latency_percentile.
uint64_t sparse_percentile(const struct sparse *s, double percentile);

// sparse_percentile_by_time - how long a request waits that comes at a random moment: the smallest
// bucket top such that this share of all the time was spent in values that are not above it. Steps
// that follow each other in a closed loop hide a stop: one of 10 ms among 100 of 10 us is a
// hundredth of the values and ten elevenths of the time.
//   percentile  0 .. 100
//   returns     ns, at most the exact maximum; UINT64_MAX when no time was spent
uint64_t sparse_percentile_by_time(const struct sparse *s, double percentile);

#endif
