// slice.h - one slice of a plan while its cells are being added; parts of plan.c.

#ifndef HEAPBENCH_SLICE_H
#define HEAPBENCH_SLICE_H

#include "plan.h"

struct slice {
    struct plan *plan;
    const struct selection *s;
    const json_t *json;                 // the slice; NULL for one of --sweep
    struct names strategies, workloads; // patterns
    struct observe observe;
    char *error;
    size_t error_bytes;
};

// A cell by its values, on the way to the plan: what its strategy, its workload and what is around
// them are set to. values: copies
enum point_part { POINT_STRATEGY, POINT_WORKLOAD, POINT_AROUND, POINT_PARTS };
struct point {
    const struct chosen *of[POINT_PARTS];
    struct values values[POINT_PARTS];
    const char *backing, *input;
};

struct point point_new(const struct slice *slice, const struct chosen *workload,
                       const struct chosen *strategy, const char *backing, const char *input);
void point_free(struct point *p);

// plan_take, point_add - add a cell, which the plan then owns, or that of a point, unless there is
// one with its key; what the slice observes is added to it.
//   returns  the one that is in the plan
const struct cell *plan_take(struct slice *slice, struct cell *cell);
const struct cell *point_add(struct slice *slice, const struct point *p);

// point_set - set one "NAME=VALUE" or "OWNER.NAME=VALUE", where the owner may be the workload.
//   returns  false when the strategy or the workload has no such setting; or, with a line in error,
//            when it does not take the value or a flag has fixed it
bool point_set(struct point *p, const char *assignment, char *error, size_t error_bytes);

// slice_runs - whether the slice has the pair, and the strategy runs that workload, with the preset
// that was named for it.
bool slice_runs(const struct slice *slice, const struct chosen *workload,
                const struct chosen *strategy);

// slice_inputs - how many inputs a workload is run with, at least 1. slice_input - the name of one,
// or NULL when cells need not say which.
size_t slice_inputs(const struct slice *slice, const struct chosen *workload);
const char *slice_input(const struct slice *slice, const struct chosen *workload, size_t i);

// plan_reads - whether a workload reads this input of the run.
bool plan_reads(const struct selection *s, const struct subject *workload, size_t input);

// slice_each - visit every point of the slice on these backing allocators, with what its member
// "at" sets; a point that has no such setting is left out.
void slice_each(struct slice *slice, const struct names *backings,
                void (*visit)(struct slice *slice, struct point *p, void *context), void *context);

// ---------------------------------------------------------------------------------------- patterns
// slice_list - the texts of a member: a list, or one text of names with commas.
struct names slice_list(const json_t *json, const char *member, const char *otherwise);

// slice_matches - whether a pattern, with wildcards and perhaps a '?' before it, is for NAME or for
// OWNER.NAME.
bool slice_matches(const char *pattern, const char *owner, const char *name);

// slice_has - whether one of the patterns is for the subject, and none with a '!' is; that takes
// away nothing that a flag named where the slice says `named`.
// slice_known - whether each name that is not optional, and no pattern, is there; else a line in
// error.
bool slice_has(const struct names *patterns, const struct chosen *c, bool named);
bool slice_known(const struct slice *slice, const struct names *patterns, const struct group *g);

// slice_has_setting - whether a name that was typed is a setting of a selected strategy, or of a
// selected workload or one around a cell; else a line in error, in which it is called `what`.
bool slice_has_setting(const struct slice *slice, const char *name, const char *what, char *error,
                       size_t error_bytes);

// ------------------------------------------------------------------------------------------- kinds
// slice_kinds - the members of which a slice has exactly one: what it adds.
struct names slice_kinds(void);

// slice_incident - the cells that an incident compares, and its claims into the manifest. Those
// that are named by --incident take the place of the pattern.
bool slice_incident(struct slice *slice, const char *pattern);

// Each adds the cells of one kind of slice, and returns false with one line in error.
bool slice_sweep(struct slice *slice);
bool slice_params(struct slice *slice);
bool slice_typed(struct slice *slice, const struct observe *of_params);
bool slice_grid(struct slice *slice);
bool slice_typed_grid(struct slice *slice);
bool slice_presets(struct slice *slice);
bool slice_set(struct slice *slice);
bool slice_policies(struct slice *slice);
bool slice_cells(struct slice *slice);
bool slice_variants(struct slice *slice);

#endif
