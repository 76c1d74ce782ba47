// latency.h - a log-linear histogram of times: 1 ns to 100 s, in three digits.
//
// Buckets follow HdrHistogram's layout (Gil Tene; HdrHistogram_c, hdr_histogram.c): below 2048 ns
// every value has its own, above that each doubling is cut into 1024, so a bucket is never wider
// than 1/1024 of its values. The exact extremes and sum are kept beside. All memory is in the
// struct: touch it before a measurement (latency_reset does) and recording faults no page.

#ifndef HEAPBENCH_LATENCY_H
#define HEAPBENCH_LATENCY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { LATENCY_SUB_BITS = 10 }; // 2^10 buckets per doubling
enum { LATENCY_TOP_BITS = 37 }; // values below 2^37 ns = 137 s; larger ones saturate
enum { LATENCY_BUCKETS = (LATENCY_TOP_BITS - LATENCY_SUB_BITS + 1) << LATENCY_SUB_BITS };

struct latency {
    uint64_t count, sum_ns, min_ns, max_ns; // min_ns is UINT64_MAX when count is 0
    uint64_t bucket[LATENCY_BUCKETS];
};

// latency_bucket - index of the bucket of a value.
static inline unsigned latency_bucket(uint64_t ns) {
    if (ns >> LATENCY_TOP_BITS)
        return LATENCY_BUCKETS - 1;
    // How far to shift so that 11 significant bits remain; 0 for values below 2048.
    int shift = 63 - LATENCY_SUB_BITS - __builtin_clzll(ns | ((2u << LATENCY_SUB_BITS) - 1));
    return ((unsigned)shift << LATENCY_SUB_BITS) + (unsigned)(ns >> shift);
}

// latency_bucket_top - the highest value in a bucket, in ns.
static inline uint64_t latency_bucket_top(unsigned bucket) {
    unsigned shift = bucket >> LATENCY_SUB_BITS;
    shift -= shift > 0;
    uint64_t first = (uint64_t)(bucket - (shift << LATENCY_SUB_BITS)) << shift;
    return first + ((uint64_t)1 << shift) - 1;
}

static inline void latency_record(struct latency *l, uint64_t ns) {
    l->bucket[latency_bucket(ns)]++;
    l->count++;
    l->sum_ns += ns;
    if (ns > l->max_ns)
        l->max_ns = ns;
    if (ns < l->min_ns)
        l->min_ns = ns;
}

// latency_reset - empty, with every page touched.
void latency_reset(struct latency *l);

// latency_rank - how many of so many values a percentile keeps within; below 0 when fewer than 10
// lie above it. Half a value of tolerance, so that 10 of 1000 above p99 are not lost to rounding.
static inline double latency_rank(uint64_t count, double percentile) {
    double above = (double)count * (100 - percentile) / 100;
    return above < 10 - 1e-6 ? -1 : (double)count - above - 1e-6;
}

// latency_percentile - the smallest bucket top such that at least this share of the values is not
// above it, never above the exact maximum.
//   percentile  0 .. 100
//   returns     ns, or UINT64_MAX when fewer than 10 values lie above the percentile, since then
//               the figure would be a matter of chance: count * (1 - percentile / 100) < 10. 0 and
//               100 are the exact extremes, always good
uint64_t latency_percentile(const struct latency *l, double percentile);

// latency_find - the same of a histogram in whatever form: bucket[i * stride] holds
// held[i * stride] values, in order of buckets; where bucket is NULL, the i-th does.
struct latency_counts {
    uint64_t count, min_ns, max_ns;
    size_t stride;
    const uint64_t *held, *bucket;
    size_t buckets;
};
uint64_t latency_find(const struct latency_counts *c, double percentile);

// latency_to_json - the form of results/README.md, a new object; NULL without memory.
json_t *latency_to_json(const struct latency *l);

// latency_pack, latency_unpack - compact, for a database on this machine: count, sum, least and
// most, then each bucket that holds something and what it holds.
//   latency_pack    a new array of that many words, for free
//   latency_unpack  fills *l; of 0 words: empty
uint64_t *latency_pack(const struct latency *l, size_t *words);
void latency_unpack(struct latency *l, const uint64_t *packed, size_t words);

#endif
