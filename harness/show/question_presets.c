// question_presets.c - programs that a workload knows by name: how each strategy fares on them.
//
// There is one picture of memory over time for all, and for each program one of its figures.

#include "question.h"

#include "base/must.h"
#include "rivals.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// What is drawn, from left to right.
//   most  a figure that is marked beyond the bar; NULL: none
static const struct {
    const char *metric, *most;
} figures[] = {
    {"rss_peak_bytes", NULL},
    {"floating_average_objects", "floating_peak_objects"},
    {"pause_max_ns", NULL},
    {"cpu_ns_per_step", NULL},
};
enum { FIGURES = sizeof figures / sizeof *figures };

// A strategy that ran the program, by the name it goes by there.
struct contender {
    const char *label;
    const struct summary_cell *cell;
    size_t style;
    double rss; // most memory first
};
struct contenders {
    struct contender *list;
    size_t count;
};

// Settings of a strategy that have a name share its colour, and have dashes and points of their own.
// Plots have 8 colours, and styles that no strategy has begin behind the last one.
static size_t style_of(const struct summary *s, const struct contenders *before,
                       const struct summary_cell *cell) {
    enum { COLOURS = 8 };
    size_t style = summary_style(s, cell->strategy), variants = 0;
    for (size_t i = 0; i < before->count; i++)
        variants += !strcmp(before->list[i].cell->strategy, cell->strategy);
    for (size_t next = style; variants; variants--) {
        do
            next += COLOURS;
        while (next <= s->strategies.count);
        style = next;
    }
    return style;
}

static int more_memory_first(const void *a, const void *b) {
    double x = ((const struct contender *)a)->rss, y = ((const struct contender *)b)->rss;
    return (x < y) - (x > y);
}

// Those of which something was measured. Free the list.
static struct contenders contenders_of(const struct summary *s, const json_t *preset) {
    const json_t *cells = json_object_get(preset, "cells");
    struct contenders all = {must(calloc(json_array_size(cells) + 1, sizeof *all.list)), 0};
    size_t i;
    json_t *entry;
    json_array_foreach(cells, i, entry) {
        const char *label = json_string_value(json_array_get(entry, 0));
        const char *key = json_string_value(json_array_get(entry, 1));
        const struct summary_cell *cell = label && key ? summary_find(s, key) : NULL;
        struct summary_value rss = summary_get(s, cell, "rss_peak_bytes");
        if (cell && rss.n) {
            size_t style = style_of(s, &all, cell);
            all.list[all.count++] = (struct contender){label, cell, style, rss.median};
        }
    }
    qsort(all.list, all.count, sizeof *all.list, more_memory_first);
    return all;
}

// ------------------------------------------------------------------------------------------ memory
static void draw_memory(struct plot *plot, const struct summary *s, const json_t *preset) {
    struct contenders all = contenders_of(s, preset);
    char *panel =
        text_format("%s[%s]", text_member(preset, "workload"), text_member(preset, "name"));
    for (size_t i = 0; i < all.count; i++) {
        char *prefix = text_format("%s\t%s\t%zu", panel, all.list[i].label, all.list[i].style);
        plot_trace(plot, s, all.list[i].cell, "rss_average_bytes", "samples", prefix, plot_samples);
        free(prefix);
    }
    free(panel);
    free(all.list);
}

// ----------------------------------------------------------------------------------------- figures
// "42.9 k, most 73.5 k", or "none".
static char *figure_text(const char *unit, struct summary_value value, struct summary_value most) {
    if (!value.n)
        return text_format("none");
    return most.n ? text_format("%s, most %s", metric_text(unit, value.median).text,
                                metric_text(unit, most.median).text)
                  : text_format("%s", metric_text(unit, value.median).text);
}

// Rows from above. What was not measured has a row of 0 and says so, so that the name is there.
static void draw_figure(struct plot *plot, const struct summary *s, const struct contenders *all,
                        size_t f) {
    const struct metric *metric = &s->metrics->list[metrics_find(s->metrics, figures[f].metric)];
    for (size_t i = 0; i < all->count; i++) {
        const struct contender *c = &all->list[i];
        struct summary_value value = summary_get(s, c->cell, metric->name), most = {0};
        if (figures[f].most)
            most = summary_get(s, c->cell, figures[f].most);
        char *text = figure_text(metric->unit, value, most);
        plot_block(plot);
        fprintf(plot->table.file, "%s\t%s\t%zu\t%zu", metric->name, c->label, c->style, i + 1);
        plot_median(plot, value.n ? value : (struct summary_value){0});
        fprintf(plot->table.file, "\t%.9g\t%s\n", most.n ? most.median : 0, text);
        free(text);
    }
}

static void write_details(struct plot *plot, const struct summary *s,
                          const struct contenders *all) {
    static const char *const metrics[] = {"cpu_ns_per_step",       "rss_peak_bytes",
                                          "rss_average_bytes",     "floating_average_objects",
                                          "floating_peak_objects", "floating_average_bytes",
                                          "pause_max_ns",          "latency_p999_ns"};
    FILE *out = plot->details.file;
    details_head(out, "strategy|>CPU/step|>peak RSS|>average RSS|>floating objects|>most|"
                      ">floating bytes|>longest pause|>p99.9 step|outcome");
    for (size_t i = 0; i < all->count; i++) {
        char *outcome = summary_outcome(all->list[i].cell);
        fputs("<tr>", out);
        details_text(out, all->list[i].label);
        for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++)
            details_value(out, s, all->list[i].cell, metrics[m]);
        details_text(out, outcome);
        fputs("</tr>\n", out);
        free(outcome);
    }
    details_end(out);
}

// -------------------------------------------------------------------------------------------- seen
static bool clear_of(struct summary_value low, struct summary_value high) {
    return isfinite(low.high) && isfinite(high.low) && low.high < high.low;
}

// "peak memory 1.2 MB against 3 MB (0.4 times)", with a word on intervals that overlap. Nothing when
// one of them was not measured.
static void compare(FILE *out, const struct summary *s, const struct contender *a,
                    const struct contender *b, const char *metric, const char *what) {
    const char *unit = s->metrics->list[metrics_find(s->metrics, metric)].unit;
    struct summary_value x = summary_get(s, a->cell, metric), y = summary_get(s, b->cell, metric);
    if (!x.n || !y.n)
        return;
    fprintf(out, "%s %s against %s", what, metric_text(unit, x.median).text,
            metric_text(unit, y.median).text);
    if (y.median > 0)
        fprintf(out, " (%.2g times%s)", x.median / y.median,
                x.n > 1 && y.n > 1 && !clear_of(x, y) && !clear_of(y, x)
                    ? ", but the intervals overlap"
                    : "");
}

static void seen_pair(FILE *out, const struct summary *s, const struct contender *a,
                      const struct contender *b) {
    fprintf(out, "<b>%s</b> against <b>%s</b>, both set alike:", a->label, b->label);
    compare(out, s, a, b, "rss_peak_bytes", " peak memory");
    compare(out, s, a, b, "floating_average_objects", "; objects of floating garbage on average");
    compare(out, s, a, b, "pause_max_ns", "; longest pause");
    compare(out, s, a, b, "latency_p999_ns", "; p99.9 of the steps");
    fputs(". ", out);
}

// Pairs of one kind and equal settings of which one clearly needs more memory.
static void write_seen(struct plot *plot, const struct summary *s, const struct contenders *all) {
    size_t pairs = 0, seen = 0;
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = i + 1; j < all->count; j++) { // which needs less
            const struct contender *a = &all->list[i], *b = &all->list[j];
            if (!rivals(s, a->cell, b->cell))
                continue;
            pairs++;
            if (!clear_of(summary_get(s, b->cell, "rss_peak_bytes"),
                          summary_get(s, a->cell, "rss_peak_bytes")))
                continue;
            seen++;
            seen_pair(plot->seen.file, s, a, b);
        }
    if (pairs && !seen)
        fputs("Strategies of one kind and with the same settings do not differ clearly in their "
              "peak memory. ",
              plot->seen.file);
    if (all->count > 1)
        fprintf(plot->seen.file,
                "The most memory was needed by <b>%s</b>, %s; the least by "
                "<b>%s</b>, %s.",
                all->list[0].label, si_bytes(all->list[0].rss).text,
                all->list[all->count - 1].label, si_bytes(all->list[all->count - 1].rss).text);
}

// ---------------------------------------------------------------------------------------- pictures
static void write_lead(struct plot *plot, const struct summary *s, const json_t *preset) {
    FILE *out = plot->lead.file;
    const char *workload = text_member(preset, "workload"), *doc = text_member(preset, "doc");
    const json_t *workloads = json_object_get(s->store->manifest, "workloads");
    char *first = text_format("%c", toupper((unsigned char)*doc));
    fprintf(out, "<h3>%s[%s]</h3>\n<p>", workload, text_member(preset, "name"));
    text_html(out, first);
    text_html(out, *doc ? doc + 1 : doc);
    fprintf(out, ".<br><span class=\"small\">Parameters of %s: <code>", workload);
    text_html(out, text_member(preset, "params"));
    fputs("</code>. A step is ", out);
    text_html(out, text_member(json_object_get(workloads, workload), "step_is"));
    fputs(".</span></p>\n", out);
    free(first);
}

static void add_preset(const struct summary *s, const json_t *preset, struct plots *plots) {
    const char *workload = text_member(preset, "workload"), *name = text_member(preset, "name");
    struct plot *plot = plots_add(
        plots, "presets", text_format("presets-%s-%s", workload, name),
        text_format("%s[%s]", workload, name),
        text_format("Peak memory, floating garbage, longest pause and CPU time of each strategy on "
                    "%s of %s; the table below holds the numbers.",
                    name, workload));
    struct contenders all = contenders_of(s, preset);
    fputs("# metric\tstrategy\tstyle\trow\tvalue\tci_low\tci_high\tmost\ttext\n", plot->table.file);
    for (size_t f = 0; f < FIGURES && all.count; f++)
        draw_figure(plot, s, &all, f);
    if (!plot->blocks)
        plot->reason = text_format("no invocation of it ended ok");
    write_lead(plot, s, preset);
    plot->open = true;
    write_seen(plot, s, &all);
    write_details(plot, s, &all);
    free(all.list);
}

void question_presets(const struct summary *s, const struct question *q, struct plots *plots) {
    struct plot *plot = plots_add(
        plots, "rss", text_format("presets"),
        text_format("Resident memory over time, on each of these programs"),
        text_format("Resident memory over time for each preset and strategy, of the block with the "
                    "median average."));
    size_t i, count = 0;
    json_t *preset;
    (void)q;
    fputs("# panel\tstrategy\tstyle\ttime_s\trss_bytes\n", plot->table.file);
    json_array_foreach(json_object_get(s->store->manifest, "presets"), i, preset) {
        if (strcmp(text_member(preset, "backing"), s->backing))
            continue;
        count++;
        draw_memory(plot, s, preset);
        add_preset(s, preset, plots);
    }
    if (!plot->blocks)
        plot->reason = count ? text_format("no invocation left samples of its memory")
                             : text_format("this run had no preset of a workload; see heapbench "
                                           "list workloads, and run --preset NAME");
}
