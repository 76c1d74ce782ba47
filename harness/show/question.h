// question.h - what a run is asked. A question has plots, words on how to read them, and numbers.
//
// A question's function looks at the summary and fills plots: the table that its gnuplot script
// draws, what was seen, and the numbers behind it. It says nothing that the data do not show, and
// leaves a reason where there is nothing to draw.

#ifndef HEAPBENCH_QUESTION_H
#define HEAPBENCH_QUESTION_H

#include "base/table.h"
#include "base/text.h"
#include "read/summary.h"

// name    of plots/NAME.tsv and plots/NAME.svg in the run's folder
// script  plots/SCRIPT.gp of the project
// title   above the picture
// description  what the picture shows, for those who cannot see it
// table   what the script draws; see plots/common.gp for its form
// blocks  series in the table so far; 0: nothing to draw, and reason says why
// second  a second table, for plots/NAME-front.tsv; empty: none
// lead    above the picture, in HTML; empty: nothing
// seen    one or two sentences of HTML about these data
// details a table of HTML; open: it is shown without being asked for
struct plot {
    char *name, *title, *description;
    const char *script;
    struct text table, second, lead, seen, details;
    size_t blocks;
    bool open;
    char *reason;
    char *svg; // when it has been drawn
    size_t svg_bytes;
};

struct plots {
    struct plot **list; // single ones, since their texts must not move while they are open
    size_t count;
};

// name     of the section, and usually of its plot and script
// title    the question itself
// reading  how to read the plots, in HTML
// answer   adds at least one plot
struct question {
    const char *name, *title, *reading;
    void (*answer)(const struct summary *summary, const struct question *question,
                   struct plots *plots);
};

// questions - all of them, in the order of the report.
const struct question *questions(size_t *count);

// plots_add - a new plot with its texts open, which plots_close ends.
//   name, title, description  are taken over
struct plot *plots_add(struct plots *plots, const char *script, char *name, char *title,
                       char *description);
void plots_close(struct plots *plots);
void plots_free(struct plots *plots);

// plot_block - start the block of a series in a panel.
void plot_block(struct plot *plot);

// plot_base_cells - write the series of each strategy at its defaults, workload by workload.
void plot_base_cells(struct plot *plot, const struct summary *s,
                     void (*write)(struct plot *plot, const struct summary *s,
                                   const struct summary_cell *cell));

// plot_trace - a block with what one invocation of the cell left of this kind, if it left any.
//   metric  the invocation is the one whose value of it is the median
//   kind    "samples" or "events", see summary_trace
//   prefix  the first columns of each row: panel, series, style; NULL: those of the cell
void plot_trace(struct plot *plot, const struct summary *s, const struct summary_cell *cell,
                const char *metric, const char *kind, const char *prefix,
                void (*write)(struct plot *plot, const char *prefix, const json_t *rows));

// plot_samples - rows of memory over time, for plot_trace with "samples" and plots/rss.gp.
void plot_samples(struct plot *plot, const char *prefix, const json_t *samples);

// plot_median - three columns, each with its tab in front: median, low and high; an interval that
// is not known has no width.
void plot_median(struct plot *plot, struct summary_value value);

// plot_panel - what a panel of a cell is called: the workload, and its params in brackets. A new
// string.
char *plot_panel(const struct summary_cell *cell);

// Tables of HTML: a head of texts separated by '|' (a text that starts with '>' stands over
// numbers), then rows.
void details_head(FILE *out, const char *head);
void details_text(FILE *out, const char *text);
void details_number(FILE *out, const char *unit, struct summary_value value);
void details_end(FILE *out);

// details_cells - a table of all base cells: workload, strategy, and metrics (count of them).
//   head  over the metrics, as for details_head
void details_cells(FILE *out, const struct summary *summary, const char *head,
                   const char *const *metrics, size_t count);

// details_value - a cell with the value in the metric's unit, and its interval for a pointer to
// show.
void details_value(FILE *out, const struct summary *summary, const struct summary_cell *cell,
                   const char *metric);

// seen_lowest - one or two sentences: which strategy, at its defaults, had the lowest of a metric
// on how many workloads, and where strategies lay furthest apart. A strategy counts as lowest only
// where its interval is clear of the next one's.
//   what  the metric in words
void seen_lowest(FILE *out, const struct summary *summary, const char *metric, const char *what);

// seen_leaks - a sentence: which strategies, at their defaults, did not get everything back.
void seen_leaks(FILE *out, const struct summary *summary);

// metric_text - a value as people read it, by its unit.
struct si metric_text(const char *unit, double value);

// The questions.
void question_latency(const struct summary *s, const struct question *q, struct plots *plots);
void question_presets(const struct summary *s, const struct question *q, struct plots *plots);
void question_rss(const struct summary *s, const struct question *q, struct plots *plots);
void question_pareto(const struct summary *s, const struct question *q, struct plots *plots);
void question_pauses(const struct summary *s, const struct question *q, struct plots *plots);
void question_sweep(const struct summary *s, const struct question *q, struct plots *plots);
void question_params(const struct summary *s, const struct question *q, struct plots *plots);

#endif
