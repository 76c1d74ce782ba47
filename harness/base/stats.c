// stats.c - order statistics around the median, and Student's t of paired values.

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

// ------------------------------------------------------------------------------------- differences
double stats_spread(const double *values, size_t count) {
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return count < 2 ? NAN : sqrt(squares / (double)(count - 1));
}

// 1 - A(t|n): the sums over even powers of the cosine for even n, over odd ones for odd n.
double stats_tail(double t, size_t freedom) {
    double n = (double)freedom, angle = atan(fabs(t) / sqrt(n)), sine = sin(angle);
    double cosine = cos(angle), term = freedom % 2 ? cosine : 1, sum = 0;
    for (size_t k = freedom % 2 ? 3 : 2; k <= freedom; k += 2) {
        sum += term;
        term *= cosine * cosine * (double)(k - 1) / (double)k;
    }
    double within = freedom % 2 ? 2 / acos(-1) * (angle + sine * sum) : sine * sum;
    return within < 1 ? 1 - within : 0;
}

double stats_paired(double mean, double spread, size_t count) {
    if (count < 2 || isnan(mean) || isnan(spread))
        return NAN;
    if (!(spread > 0))
        return mean == 0;
    return stats_tail(mean / spread * sqrt((double)count), count - 1);
}
