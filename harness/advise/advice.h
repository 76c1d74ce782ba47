// advice.h - which setting of its collector a recorded program should have, and why.

#ifndef HEAPBENCH_ADVICE_H
#define HEAPBENCH_ADVICE_H

#include "base/table.h"
#include "plane.h"

// memory     peak memory at most so many times that of now
// pause_ns   the longest collection at most so long; NAN: no longer than now
struct advice_budget {
    double memory, pause_ns;
};

enum advice_verdict {
    ADVICE_REFUSED, // the model is not right of this program at its own setting
    ADVICE_LEAVE,   // the collector takes too little to change anything
    ADVICE_NONE,    // nothing within the budget is better
    ADVICE_TAKE,
};

// off    by how much the model is off where it is the farthest, of the collections of plain runs: 0.05 is 5 %
// front  the points that no other one beats in gc CPU, longest pause and peak memory, by threshold; shown: some of them
struct advice {
    enum advice_verdict verdict;
    struct advice_budget budget;
    double off;
    struct plane_point **front, **shown;
    size_t front_count, shown_count;
    const struct plane_point *taken; // with ADVICE_TAKE
};

// advice_find - what to do. The points that are shown are bracketed.
struct advice *advice_find(struct plane *p, const struct advice_budget *budget);
void advice_free(struct advice *a);

// advice_change - by which share of its CPU time the program would take more with a setting, from the least to the most;
// below 0: less. What no collection finds, the one at the program's end examines and frees.
struct plane_figure advice_change(const struct plane *p, const struct plane_point *to);

// What is told in words: paragraphs, each with what it is about, and lines to paste.
struct advice_listener {
    void (*paragraph)(void *context, const char *about, const char *text);
    void (*code)(void *context, const char *line);
    void *context;
};

// advice_introduce - what was recorded, and how far the model is to be trusted. advice_explain - the names of settings.
// advice_tell - what is advised, and what is not.
void advice_introduce(const struct advice *a, const struct plane *p, const char *recording,
                      const struct advice_listener *listener);
void advice_explain(const struct advice *a, const struct plane *p,
                    const struct advice_listener *listener);
void advice_tell(const struct advice *a, const struct plane *p,
                 const struct advice_listener *listener);

// advice_print - as text for a terminal of 80 columns. advice_print_json - a JSON object.
// advice_page - DIR/report.html, with pictures. Returns an exit status, other than 0 after a line on stderr.
void advice_print(const struct advice *a, const struct plane *p, const char *recording);
int advice_page(const struct advice *a, const struct plane *p, const char *recording,
                const char *dir);
void advice_print_json(const struct advice *a, const struct plane *p);

// advice_interval - "12..45 ms", with one unit when both have the same; "-" for none, "?" when unknown. A new string. advice_time and
// advice_bytes - with two digits, which are enough for what is not known better.
char *advice_interval(const struct plane_figure *f, struct si (*si)(double));
struct si advice_time(double ns);
struct si advice_bytes(double bytes);

// advice_lines - what to paste into the program, a line each: for its start and, which may be "", for after its set-up.
// New strings.
char *advice_start_line(const struct plane_point *point);
char *advice_setup_line(const struct plane_point *point);

#endif
