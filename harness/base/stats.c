// stats.c - see stats.h.
//
// The median of a resample is one value of the sorted sample, or the mean of two. So a resample is
// kept as that pair of ranks, and equal pairs are kept once, with a weight: 10,000 resamples of 10
// values are at most 55 pairs, and an interval costs microseconds.

#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct stats_pair {
    uint32_t low, high; // ranks of the two middle values, equal for odd counts
    uint32_t weight;    // resamples that gave this pair
};

struct stats_bootstrap {
    size_t count, pairs;
    struct stats_pair *pair;
};

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

// SplitMix64, as in workload.h.
static uint64_t stats_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

// The ranks in the middle of count draws. drawn has room for count numbers and is zeroed here.
static struct stats_pair stats_resample(uint32_t *drawn, size_t count, uint64_t *state) {
    memset(drawn, 0, count * sizeof *drawn);
    for (size_t i = 0; i < count; i++)
        drawn[((stats_random(state) >> 32) * count) >> 32]++;
    struct stats_pair pair = {.weight = 1};
    size_t seen = drawn[0];
    uint32_t rank = 0;
    while (seen <= (count - 1) / 2)
        seen += drawn[++rank];
    pair.low = rank;
    while (seen <= count / 2)
        seen += drawn[++rank];
    pair.high = rank;
    return pair;
}

static int stats_pair_order(const void *a, const void *b) {
    const struct stats_pair *x = a, *y = b;
    if (x->low != y->low)
        return x->low < y->low ? -1 : 1;
    return (x->high > y->high) - (x->high < y->high);
}

// Sorts the pairs and adds up equal ones; returns how many differ.
static size_t stats_pairs_merge(struct stats_pair *pair, size_t count) {
    qsort(pair, count, sizeof *pair, stats_pair_order);
    size_t kept = 0;
    for (size_t i = 1; i < count; i++) {
        if (stats_pair_order(&pair[kept], &pair[i]) == 0)
            pair[kept].weight += pair[i].weight;
        else
            pair[++kept] = pair[i];
    }
    return kept + 1;
}

struct stats_bootstrap *stats_bootstrap_new(size_t count, uint64_t seed) {
    struct stats_bootstrap *b = malloc(sizeof *b);
    struct stats_pair *pair = malloc(STATS_RESAMPLES * sizeof *pair);
    uint32_t *drawn = malloc(count * sizeof *drawn);
    if (b && pair && drawn) {
        for (size_t i = 0; i < STATS_RESAMPLES; i++)
            pair[i] = stats_resample(drawn, count, &seed);
        *b = (struct stats_bootstrap){count, stats_pairs_merge(pair, STATS_RESAMPLES), pair};
        pair = NULL;
    } else {
        free(b);
        b = NULL;
    }
    free(pair);
    free(drawn);
    return b;
}

void stats_bootstrap_free(struct stats_bootstrap *bootstrap) {
    if (!bootstrap)
        return;
    free(bootstrap->pair);
    free(bootstrap);
}

struct stats_median {
    double value;
    uint32_t weight;
};

// The rank-th smallest median, counted from 1.
static double stats_weighted_rank(const struct stats_median *medians, size_t rank) {
    size_t seen = 0;
    for (;; medians++) {
        seen += medians->weight;
        if (seen >= rank)
            return medians->value;
    }
}

struct stats_interval stats_bootstrap_median(const struct stats_bootstrap *bootstrap,
                                             const double *values) {
    struct stats_interval interval = {NAN, NAN};
    if (bootstrap->count < 2)
        return interval;
    double *sorted = stats_sorted(values, bootstrap->count);
    struct stats_median *medians = malloc(bootstrap->pairs * sizeof *medians);
    if (sorted && medians) {
        for (size_t i = 0; i < bootstrap->pairs; i++) {
            const struct stats_pair *p = &bootstrap->pair[i];
            medians[i].value = (sorted[p->low] + sorted[p->high]) / 2;
            medians[i].weight = p->weight;
        }
        qsort(medians, bootstrap->pairs, sizeof *medians, stats_order); // value comes first
        size_t cut = STATS_RESAMPLES / 40;
        interval.low = stats_weighted_rank(medians, cut);
        interval.high = stats_weighted_rank(medians, STATS_RESAMPLES - cut + 1);
    }
    free(sorted);
    free(medians);
    return interval;
}
