// stats.h - medians and their confidence intervals.
//
// The unit is the block: one value for each invocation of a cell. The interval lies between two
// values of the sorted sample, the k-th from either end. Whatever the (continuous) distribution, it
// misses the median only when fewer than k values fall on one side of it, so its coverage is exact:
//     1 - 2 P(Binomial(n, 1/2) < k)
// k is the largest with at least 95 %. Below 6 values there is none: then the interval is the whole
// range, which covers 1 - 2^(1-n): 50 % for 2, 75 % for 3, 87.5 % for 4, 93.8 % for 5.
//   source  David and Nagaraja, "Order Statistics", 3rd ed. (2003), section 7.1

#ifndef HEAPBENCH_STATS_H
#define HEAPBENCH_STATS_H

#include <stddef.h>

enum { STATS_FULL_COVERAGE = 6 }; // the fewest values whose interval covers 95 %

struct stats_interval {
    double low, high; // NAN, NAN when there is none
};

// stats_median - the middle value, or the mean of the two in the middle; NAN for none.
//   values  in any order, finite; left as they are
double stats_median(const double *values, size_t count);

// stats_rank - k: the interval of count values is from the k-th to the (count + 1 - k)-th smallest,
// counted from 1. 0 for fewer than 2 values: one value says nothing about its spread.
size_t stats_rank(size_t count);

// stats_coverage - the chance that the interval of count values holds the median; NAN below 2.
double stats_coverage(size_t count);

// stats_of_median - the interval of the median. NAN, NAN below 2 values, and without memory.
//   values  in any order, finite
struct stats_interval stats_of_median(const double *values, size_t count);

#endif
