// budget.c - cuts blocks as far as intervals allow, then cells of the last block, then cells.

#include "budget.h"

#include "base/must.h"
#include "base/stats.h"
#include "base/table.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>

static double budget_block_s(const struct budget *b) {
    double sum = 0;
    const char *key;
    json_t *seconds;
    json_object_foreach(b->cell_s, key, seconds) sum += json_number_value(seconds);
    return sum;
}

static bool budget_may_cut(const json_t *cell) {
    return !json_is_true(json_object_get(cell, "again"));
}

// Visits cells around the base from the plan's end until their seconds of a block exceed the most
// that is asked for. A cell under its second name costs little and shows the noise: it stays.
//   into     an array that gets their keys; NULL: they are only counted
//   returns  their seconds
static double budget_around(const struct budget *b, double most_s, json_t *into) {
    const json_t *cells = json_object_get(b->manifest, "cells");
    size_t base = (size_t)json_integer_value(json_object_get(b->manifest, "base_cells"));
    double sum = 0;
    for (size_t i = json_array_size(cells); i-- > base && sum < most_s;) {
        const json_t *cell = json_array_get(cells, i);
        const char *key = text_member(cell, "key");
        json_t *seconds = budget_may_cut(cell) ? json_object_get(b->cell_s, key) : NULL;
        sum += json_number_value(seconds);
        if (seconds && into)
            json_array_append_new(into, json_string(key));
    }
    return sum;
}

// What blocks to come are too long by when the base is in all of them and every other cell in the
// next: so cells stop one block apart at most, and the last to be cut are those that matter most.
static double budget_cut(const struct budget *b, uint64_t blocks, json_t *cut) {
    double around_s = budget_around(b, INFINITY, NULL);
    double base_s = (budget_block_s(b) - around_s) * (double)blocks;
    double over_s = base_s + around_s - (b->budget_s - b->spent_s);
    if (over_s > 0)
        over_s -= budget_around(b, over_s, cut);
    return over_s > 0 ? over_s : 0;
}

struct budget_fit budget_fit(const struct budget *b, uint64_t blocks, uint64_t done) {
    double block_s = budget_block_s(b), left_s = b->budget_s - b->spent_s;
    struct budget_fit fit = {blocks, must(json_array()), 0};
    if (b->budget_s <= 0 || block_s * (double)(blocks - done) <= left_s)
        return fit;
    uint64_t least = done > STATS_FULL_COVERAGE ? done : STATS_FULL_COVERAGE;
    uint64_t fitting = done + (left_s > 0 ? (uint64_t)(left_s / block_s) : 0);
    if (done == 1 &&
        fitting > least) // there is time to see what a block takes that is not the first
        return fit;
    fit.blocks = fitting > least ? fitting : blocks < least ? blocks : least;
    if (fit.blocks > done)
        fit.late_s = budget_cut(b, fit.blocks - done, fit.cut);
    return fit;
}

// "; 4 cells around the base run once, without an interval"
static void budget_say_cut(size_t cut, uint64_t done, FILE *out) {
    fprintf(out, "%zu cell%s around the base run%s ", cut, cut == 1 ? "" : "s",
            cut == 1 ? "s" : "");
    if (done == 1)
        fputs("once, without an interval", out);
    else
        fprintf(out, "%llu times", (unsigned long long)done);
}

void budget_say(const struct budget *b, uint64_t blocks, uint64_t done,
                const struct budget_fit *fit, FILE *out) {
    size_t cut = json_array_size(fit->cut);
    if (fit->blocks == blocks && !cut && fit->late_s <= 0)
        return;
    fprintf(out, "note: a block takes %s, so %llu blocks would take longer than the budget of %s: ",
            si_time(budget_block_s(b) * 1e9).text, (unsigned long long)blocks,
            si_time(b->budget_s * 1e9).text);
    if (fit->blocks < blocks)
        fprintf(out, "running %llu, with wider intervals", (unsigned long long)fit->blocks);
    fputs(fit->blocks < blocks && cut ? "; " : "", out);
    if (cut)
        budget_say_cut(cut, done, out);
    if (fit->late_s > 0)
        fprintf(out, "%sthe rest takes %s longer, for with fewer blocks an interval says less",
                fit->blocks < blocks || cut ? "; " : "", si_time(fit->late_s * 1e9).text);
    fputs(" (--budget 0 runs all; --workload and --strategy run less)\n", out);
}
