// budget.c - cuts blocks as far as intervals allow, then cells.

#include "budget.h"

#include "base/must.h"
#include "base/stats.h"
#include "base/table.h"
#include "base/text.h"

static double budget_block_s(const struct budget *b) {
    double sum = 0;
    const char *key;
    json_t *seconds;
    json_object_foreach(b->cell_s, key, seconds) sum += json_number_value(seconds);
    return sum;
}

// Cells around the base, from the plan's end, until so many seconds of a block are saved. A cell
// under its second name costs little and shows the noise: it stays. Returns what was saved.
static double budget_cut(const struct budget *b, double wanted_s, json_t *cut) {
    const json_t *cells = json_object_get(b->manifest, "cells");
    size_t base = (size_t)json_integer_value(json_object_get(b->manifest, "base_cells"));
    double saved = 0;
    for (size_t i = json_array_size(cells); i-- > base && saved < wanted_s;) {
        const json_t *cell = json_array_get(cells, i);
        const char *key = text_member(cell, "key");
        if (json_is_true(json_object_get(cell, "again")))
            continue;
        saved += json_number_value(json_object_get(b->cell_s, key));
        json_array_append_new(cut, json_string(key));
    }
    return saved;
}

struct budget_fit budget_fit(const struct budget *b, uint64_t blocks, uint64_t done) {
    double block_s = budget_block_s(b), left_s = b->budget_s - b->observed_s;
    struct budget_fit fit = {blocks, must(json_array()), 0};
    if (b->budget_s <= 0 || block_s * (double)blocks <= left_s)
        return fit;
    uint64_t least = done > STATS_FULL_COVERAGE ? done : STATS_FULL_COVERAGE;
    uint64_t fitting = left_s > 0 ? (uint64_t)(left_s / block_s) : 0;
    fit.blocks = fitting > least ? fitting : blocks < least ? blocks : least;
    double over_s = block_s * (double)fit.blocks - left_s;
    if (done == 1 && over_s > 0 && fit.blocks > 1)
        over_s -=
            (double)(fit.blocks - 1) * budget_cut(b, over_s / (double)(fit.blocks - 1), fit.cut);
    fit.late_s = over_s > 0 ? over_s : 0;
    return fit;
}

void budget_say(const struct budget *b, uint64_t blocks, const struct budget_fit *fit, FILE *out) {
    size_t cut = json_array_size(fit->cut);
    if (fit->blocks == blocks && !cut && fit->late_s <= 0)
        return;
    fprintf(out, "note: a block takes %s, so %llu blocks would take longer than the budget of %s: ",
            si_time(budget_block_s(b) * 1e9).text, (unsigned long long)blocks,
            si_time(b->budget_s * 1e9).text);
    if (fit->blocks < blocks)
        fprintf(out, "running %llu, with wider intervals", (unsigned long long)fit->blocks);
    if (cut)
        fprintf(out, "%s%zu cell%s around the base run%s once, without an interval",
                fit->blocks < blocks ? "; " : "", cut, cut == 1 ? "" : "s", cut == 1 ? "s" : "");
    if (fit->late_s > 0)
        fprintf(out, "%sthe rest takes %s longer, for with fewer blocks an interval says less",
                fit->blocks < blocks || cut ? "; " : "", si_time(fit->late_s * 1e9).text);
    fputs(" (--budget 0 runs all; --workload and --strategy run less)\n", out);
}
