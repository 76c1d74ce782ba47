// verdict.h - a target and what was measured: the figure, its interval, and whether it holds.

#ifndef HEAPBENCH_VERDICT_H
#define HEAPBENCH_VERDICT_H

#include "read/summary.h"
#include "targets.h"

// MISSING  not measured, in any block
// HOLDS    the whole interval is within the target. OPEN  the target lies in it. MISSES  beyond it
enum verdict { VERDICT_MISSING, VERDICT_HOLDS, VERDICT_OPEN, VERDICT_MISSES };
enum { VERDICTS = VERDICT_MISSES + 1 };

const char *verdict_name(enum verdict verdict);

// target_measured - the target's figure: the median over blocks of what one block gives.
//   instructions  object from a cell's key to what was counted, for TARGET_INSTRUCTIONS
struct summary_value target_measured(const struct target *target, const struct summary *summary,
                                     const json_t *instructions);

// target_verdict - a figure that was measured once, as instructions are, has no interval to leave
// it open.
enum verdict target_verdict(const struct target *target, struct summary_value measured);

// verdict_table - a line for each target, then how many hold.
void verdict_table(const struct targets *targets, const struct summary *summary,
                   const json_t *instructions, FILE *out);

#endif
