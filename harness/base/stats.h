// stats.h - medians with their confidence intervals, and whether two things differ.
//
// The unit is the block: one value for each invocation of a cell. The interval lies between two
// values of the sorted sample, the k-th from either end. Whatever the (continuous) distribution, it
// misses the median only when fewer than k values fall on one side of it, so its coverage is exact:
//     1 - 2 P(Binomial(n, 1/2) < k)
// k is the largest with at least 95 %. Below 6 values there is none: then the interval is the whole
// range, which covers 1 - 2^(1-n): 50 % for 2, 75 % for 3, 87.5 % for 4, 93.8 % for 5.
//   source  David and Nagaraja, "Order Statistics", 3rd ed. (2003), section 7.1

//
// Whether A and B differ is asked of the logarithms of A / B, one for each block, by Student's t.
// Order statistics cannot answer it for many comparisons at once: 6 ratios on one side of 1 have p
// = 1/32, so of more than one comparison Holm would never call any. Where A and B are equal and run
// in random order, the logarithms are symmetric about 0, and heavy tails make t call less, not
// more. What would make it call more is a spread that is small by accident, of rounded values or of
// two modes; so a spread counts as no smaller than what the caller knows is usual.
//   source  Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4
//   source  Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6
//           (1979)

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

// stats_spread - the standard deviation; NAN below 2 values.
double stats_spread(const double *values, size_t count);

// stats_tail - the chance of a t that is at least as far from 0, of so many degrees of freedom, at
// least 1.
double stats_tail(double t, size_t freedom);

// stats_paired - the chance that paired values differ so much though nothing but chance tells them
// apart.
//   mean, spread  of the logarithms of their ratios, count of them; a spread of 0: values that are
//                 exact, of which any difference is one
//   returns       NAN below 2 pairs
double stats_paired(double mean, double spread, size_t count);

#endif
