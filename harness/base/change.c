// change.c - cuts a series into segments, and joins again those that do not differ enough.

#include "change.h"

#include "stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double change_loose = 0.01, change_strict = 0.001;

// -------------------------------------------------------------------------------------- the t-test
static double change_mean(const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static double change_squares(const double *values, size_t count) {
    double spread = stats_spread(values, count); // NAN for one value, which has none
    return count < 2 ? 0 : spread * spread * (double)(count - 1);
}

double change_chance(const double *a, size_t a_count, const double *b, size_t b_count) {
    size_t freedom = a_count + b_count - 2;
    double difference = change_mean(a, a_count) - change_mean(b, b_count);
    double variance = (change_squares(a, a_count) + change_squares(b, b_count)) / (double)freedom *
                      (1 / (double)a_count + 1 / (double)b_count);
    // What rounding leaves of equal values is no variance.
    if (variance <= 1e-24 * difference * difference || variance == 0)
        return difference == 0;
    return stats_tail(difference / sqrt(variance), freedom);
}

// ----------------------------------------------------------------------------------------- cutting
struct cutting {
    const double *values;
    bool *cut; // whether a segment begins here
};

// Of all pairs of two parts, or within one.
static double change_distances(const double *a, size_t a_count, const double *b, size_t b_count) {
    double sum = 0;
    for (size_t i = 0; i < a_count; i++)
        for (size_t j = a == b ? i + 1 : 0; j < b_count; j++)
            sum += fabs(a[i] - b[j]);
    return sum;
}

static double change_within(double distances, size_t count) {
    return count < 2 ? 0 : 2 * distances / ((double)count * (double)(count - 1));
}

// The divergence of both parts at each place, by sums that grow and shrink as the place moves on.
// Returns the largest.
static size_t change_best(const double *values, size_t count) {
    double left = 0, right = change_distances(values, count, values, count), between = 0, most = 0;
    size_t best = 0;
    for (size_t at = 1; at < count; at++) {
        double to_left = 0, to_right = 0; // of the value that changes sides
        for (size_t i = 0; i < count; i++)
            *(i < at ? &to_left : &to_right) += fabs(values[i] - values[at - 1]);
        left += to_left;
        right -= to_right;
        between += to_right - to_left;
        double n = (double)at, m = (double)(count - at);
        double divergence =
            2 * between / (n * m) - change_within(left, at) - change_within(right, count - at);
        double scaled = divergence * n * m / (n + m);
        if (scaled > most) {
            most = scaled;
            best = at;
        }
    }
    return best;
}

static void change_cut(struct cutting *c, size_t from, size_t end) {
    size_t count = end - from, at = count < 3 ? 0 : change_best(c->values + from, count);
    if (!at ||
        change_chance(c->values + from, at, c->values + from + at, count - at) >= change_loose)
        return;
    c->cut[from + at] = true;
    change_cut(c, from, from + at);
    change_cut(c, from + at, end);
}

// ----------------------------------------------------------------------------------------- joining
static size_t change_collect(const struct cutting *c, size_t count, struct change *changes) {
    size_t found = 0, from = 0;
    for (size_t at = 1; at < count; at++) {
        if (!c->cut[at])
            continue;
        size_t end = at + 1;
        while (end < count && !c->cut[end])
            end++;
        changes[found++] = (struct change){
            at, change_mean(c->values + from, at - from), change_mean(c->values + at, end - at),
            end - from < 3 ? 1
                           : change_chance(c->values + from, at - from, c->values + at, end - at)};
        from = at;
    }
    return found;
}

size_t change_points(const double *values, size_t count, struct change *changes) {
    struct cutting c = {values, calloc(count + 1, sizeof *c.cut)};
    size_t found = 0;
    if (!c.cut)
        return 0;
    change_cut(&c, 0, count);
    for (;;) {
        size_t weakest = 0;
        found = change_collect(&c, count, changes);
        for (size_t i = 1; i < found; i++)
            if (changes[i].chance > changes[weakest].chance)
                weakest = i;
        if (!found || changes[weakest].chance < change_strict)
            break;
        c.cut[changes[weakest].place] = false;
    }
    free(c.cut);
    return found;
}
