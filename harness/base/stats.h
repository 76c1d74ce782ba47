// stats.h - medians and their confidence intervals.
//
// The unit is the block: one value for each invocation of a cell. The interval is the percentile
// bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13) of the
// median: resample the values with replacement, take each resample's median, cut 2.5 % off either
// end. It never leaves the range of the values, so with few of them it is too narrow: for n blocks
// it covers at most 1 - 2^(1-n), which is 75 % for 3, 94 % for 5, 97 % for 6.

#ifndef HEAPBENCH_STATS_H
#define HEAPBENCH_STATS_H

#include <stddef.h>
#include <stdint.h>

enum { STATS_RESAMPLES = 10000 };
enum { STATS_FULL_COVERAGE = 6 }; // the fewest values whose interval can cover 95 %

struct stats_interval {
    double low, high; // NAN, NAN when there is none
};

// stats_median - the middle value, or the mean of the two in the middle; NAN for none.
//   values  in any order, finite; left as they are
double stats_median(const double *values, size_t count);

// stats_bootstrap_new - draws the resamples for samples of count values. Which ranks were drawn
// does not depend on the values, so one bootstrap serves every sample of that size, and gives the
// same interval to equal samples.
//   count    at least 1
//   seed     equal seeds draw equal resamples
//   returns  NULL without memory
struct stats_bootstrap;
struct stats_bootstrap *stats_bootstrap_new(size_t count, uint64_t seed);
void stats_bootstrap_free(struct stats_bootstrap *bootstrap);

// stats_bootstrap_median - the 95 % interval of the median.
//   values  as many as the bootstrap was made for, finite, in any order
//   returns NAN, NAN for a single value, which says nothing about its spread, and without memory
struct stats_interval stats_bootstrap_median(const struct stats_bootstrap *bootstrap,
                                             const double *values);

#endif
