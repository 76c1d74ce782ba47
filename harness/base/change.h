// change.h - where a series of measurements changes: E-divisive means, with a t-test in the place
// of permutations.
//
// A segment is cut where the divergence of its two parts is largest, and each part again, as long
// as the means of the parts differ by a t-test with a loose limit; then what does not differ by the
// strict one from its neighbours is taken back, the weakest first. No random numbers, so the same
// series has the same changes on every machine.
//   source  Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of
//           Multivariate Data" (2014); Fleming et al., "Hunter: Using Change Point Detection to
//           Hunt for Performance Regressions" (ICPE 2023)

#ifndef HEAPBENCH_CHANGE_H
#define HEAPBENCH_CHANGE_H

#include <stddef.h>

// place   the first value that is different. before, after: means of the segments on both sides
// chance  p-value of the t-test: how often values without a change would look so
struct change {
    size_t place;
    double before, after, chance;
};

// change_points - in order of place.
//   values   finite
//   changes  room for count of them, filled
//   returns  how many there are; 0 without memory
size_t change_points(const double *values, size_t count, struct change *changes);

// change_chance - two-sided p-value of Student's t-test for equal means; 1 where both are the same
// constant, 0 where they are different ones. Both counts from 1, together from 3.
double change_chance(const double *a, size_t a_count, const double *b, size_t b_count);

#endif
