// stats.c - order statistics: the median, and the values around it that bound it.

#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double stats_wanted = 0.95;

static int stats_order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// A sorted copy; NULL without memory.
static double *stats_sorted(const double *values, size_t count) {
    double *sorted = malloc((count ? count : 1) * sizeof *sorted);
    if (!sorted)
        return NULL;
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, stats_order);
    return sorted;
}

double stats_median(const double *values, size_t count) {
    double *sorted = count ? stats_sorted(values, count) : NULL;
    if (!sorted)
        return NAN;
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    free(sorted);
    return median;
}

// P(Binomial(count, 1/2) = successes), by logarithms: 2^-count alone is 0 from 1075 on.
static double stats_binomial(size_t count, size_t successes) {
    double n = (double)count, s = (double)successes;
    return exp(lgamma(n + 1) - lgamma(s + 1) - lgamma(n - s + 1) - n * log(2));
}

// The rank and what it covers: k grows while both tails below it stay within 5 %.
static size_t stats_choose(size_t count, double *coverage) {
    double tail = stats_binomial(count, 0);
    size_t rank = 1;
    for (;; rank++) {
        double more = tail + stats_binomial(count, rank);
        if (2 * more > 1 - stats_wanted)
            break;
        tail = more;
    }
    *coverage = 1 - 2 * tail;
    return rank;
}

size_t stats_rank(size_t count) {
    double coverage;
    return count < 2 ? 0 : stats_choose(count, &coverage);
}

double stats_coverage(size_t count) {
    double coverage = NAN;
    if (count >= 2)
        stats_choose(count, &coverage);
    return coverage;
}

struct stats_interval stats_of_median(const double *values, size_t count) {
    struct stats_interval interval = {NAN, NAN};
    size_t rank = stats_rank(count);
    double *sorted = rank ? stats_sorted(values, count) : NULL;
    if (sorted) {
        interval.low = sorted[rank - 1];
        interval.high = sorted[count - rank];
    }
    free(sorted);
    return interval;
}
