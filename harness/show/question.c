// question.c - see question.h.
//
// A new question is a row of the table, a function, and a script in plots/.

#include "question.h"

#include "base/must.h"
#include "base/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct question table[] = {
    {"presets", "What happened in the world?",
     "Each of these is a preset: a workload with the parameters of a program that was reported, or "
     "that shows the same. Only strategies that free cyclic garbage run them. In brackets behind a "
     "strategy is the release whose settings it has. <b>Floating garbage</b> is what was held and "
     "no longer reachable: bars are its average over the steps, marks the most that was met. It "
     "was counted in a second run of the same program, so it has no interval. What one strategy "
     "saves in pauses, it may pay for in memory.",
     question_presets},
    {"latency", "How long does a step take, at the median and in the tail?",
     "Each line is one strategy at its defaults. Follow it from left, where half of the steps are "
     "no "
     "slower, to the right, where one in a thousand is slower or even fewer: a line that turns up "
     "is a "
     "strategy that makes a few steps wait. The single points are the longest steps seen. A line "
     "ends "
     "where fewer than ten steps of an invocation would lie above.",
     question_latency},
    {"rss", "How does memory use develop over time?",
     "Each line is the resident memory of one invocation (the median block), less what the process "
     "held before its heap existed. A line that keeps rising while the others stay level is memory "
     "that the strategy does not get back. Lines end when their steps are done, so a shorter line "
     "is "
     "a faster run.",
     question_rss},
    {"pareto", "Which strategy gives which speed for which memory?",
     "Down and to the left is better: less CPU time for a step, less memory at the peak. The grey "
     "line "
     "joins the points that no other point beats in both. Large points are strategies at their "
     "defaults, small ones other values of their tunables, or other backing allocators.",
     question_pareto},
    {"pauses", "When do pauses come, and how long are they?",
     "Each point is a stretch of time in which reclaiming memory held up one operation. Rows of "
     "points "
     "at one height are regular collections; points that climb grow with the heap.",
     question_pauses},
    {"sweep", "What does a tunable cost and buy?",
     "Each row is a workload. From left to right only this one tunable changes; the dotted line "
     "marks "
     "its default, one for each strategy. Bars and bands are 95 % intervals over blocks. Where one "
     "panel falls and "
     "another "
     "one rises, the tunable trades one for the other.",
     question_sweep},
    {"params", "How do the strategies answer to a change of the workload?",
     "From left to right one parameter of the workload changes; the dotted line marks its default. "
     "Lines that part show a property of the strategy, lines that rise together one of the "
     "workload.",
     question_params},
};

const struct question *questions(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}

// ------------------------------------------------------------------------------------------- plots
struct plot *plots_add(struct plots *plots, const char *script, char *name, char *title,
                       char *description) {
    plots->list = must(realloc(plots->list, (plots->count + 1) * sizeof *plots->list));
    struct plot *plot = plots->list[plots->count++] = must(malloc(sizeof *plot));
    *plot =
        (struct plot){.name = name, .title = title, .description = description, .script = script};
    text_open(&plot->table);
    text_open(&plot->second);
    text_open(&plot->lead);
    text_open(&plot->seen);
    text_open(&plot->details);
    return plot;
}

void plots_close(struct plots *plots) {
    for (size_t i = 0; i < plots->count; i++) {
        text_close(&plots->list[i]->table);
        text_close(&plots->list[i]->second);
        text_close(&plots->list[i]->lead);
        text_close(&plots->list[i]->seen);
        text_close(&plots->list[i]->details);
    }
}

void plots_free(struct plots *plots) {
    for (size_t i = 0; i < plots->count; i++) {
        struct plot *plot = plots->list[i];
        text_free(&plot->table);
        text_free(&plot->second);
        text_free(&plot->lead);
        text_free(&plot->seen);
        text_free(&plot->details);
        free(plot->name);
        free(plot->title);
        free(plot->description);
        free(plot->reason);
        free(plot->svg);
        free(plot);
    }
    free(plots->list);
    *plots = (struct plots){0};
}

void plot_block(struct plot *plot) {
    if (plot->blocks++)
        fputs("\n\n", plot->table.file);
}

void plot_base_cells(struct plot *plot, const struct summary *s,
                     void (*write)(struct plot *plot, const struct summary *s,
                                   const struct summary_cell *cell)) {
    for (size_t w = 0; w < s->workloads.count; w++)
        for (size_t i = 0; i < s->strategies.count; i++) {
            const struct summary_cell *cell =
                summary_base(s, s->workloads.items[w], s->strategies.items[i]);
            if (cell)
                write(plot, s, cell);
        }
}

void plot_trace(struct plot *plot, const struct summary *s, const struct summary_cell *cell,
                const char *metric, const char *kind, const char *prefix,
                void (*write)(struct plot *plot, const char *prefix, const json_t *rows)) {
    json_t *trace = summary_trace(s, cell, metric);
    const json_t *rows = json_object_get(trace, kind);
    if (json_array_size(rows)) {
        char *panel = plot_panel(cell);
        char *own =
            text_format("%s\t%s\t%zu", panel, cell->strategy, summary_style(s, cell->strategy));
        plot_block(plot);
        write(plot, prefix ? prefix : own, rows);
        free(own);
        free(panel);
    }
    json_decref(trace);
}

void plot_median(struct plot *plot, struct summary_value value) {
    bool interval = isfinite(value.low);
    fprintf(plot->table.file, "\t%.9g\t%.9g\t%.9g", value.median,
            interval ? value.low : value.median, interval ? value.high : value.median);
}

char *plot_panel(const struct summary_cell *cell) {
    return *cell->params ? text_format("%s[%s]", cell->workload, cell->params)
                         : text_format("%s", cell->workload);
}

// ----------------------------------------------------------------------------------------- details
void details_head(FILE *out, const char *head) {
    fputs("<div class=\"wide\"><table><thead><tr>", out);
    while (*head) {
        size_t length = strcspn(head, "|");
        char *text = text_format("%.*s", (int)length, head);
        fputs(*text == '>' ? "<th class=\"n\">" : "<th>", out);
        text_html(out, text + (*text == '>'));
        fputs("</th>", out);
        free(text);
        head += length + (head[length] == '|');
    }
    fputs("</tr></thead><tbody>\n", out);
}

void details_text(FILE *out, const char *text) {
    fputs("<td>", out);
    text_html(out, text);
    fputs("</td>", out);
}

void details_end(FILE *out) {
    fputs("</tbody></table></div>\n", out);
}

struct si metric_text(const char *unit, double value) {
    if (!strcmp(unit, "ns"))
        return si_time(value);
    if (!strcmp(unit, "bytes"))
        return si_bytes(value);
    if (!strcmp(unit, "steps/s"))
        return si_rate(value);
    if (!strcmp(unit, "fraction"))
        return si_percent(value);
    return si_count(value);
}

void details_number(FILE *out, const char *unit, struct summary_value value) {
    fputs("<td class=\"n\"", out);
    if (isfinite(value.low))
        fprintf(out, " title=\"%s to %s, %zu blocks\"", metric_text(unit, value.low).text,
                metric_text(unit, value.high).text, value.n);
    fprintf(out, ">%s</td>", metric_text(unit, value.median).text);
}

void details_value(FILE *out, const struct summary *summary, const struct summary_cell *cell,
                   const char *metric) {
    size_t i = metrics_find(summary->metrics, metric);
    details_number(out, i == SIZE_MAX ? "" : summary->metrics->list[i].unit,
                   summary_get(summary, cell, metric));
}

static void details_cell(FILE *out, const struct summary *summary, const struct summary_cell *cell,
                         const char *const *metrics, size_t count) {
    char *panel = plot_panel(cell);
    fputs("<tr>", out);
    details_text(out, panel);
    details_text(out, cell->strategy);
    for (size_t m = 0; m < count; m++)
        details_value(out, summary, cell, metrics[m]);
    fputs("</tr>\n", out);
    free(panel);
}

void details_cells(FILE *out, const struct summary *summary, const char *head,
                   const char *const *metrics, size_t count) {
    char *whole = text_format("workload|strategy|%s", head);
    details_head(out, whole);
    for (size_t w = 0; w < summary->workloads.count; w++)
        for (size_t i = 0; i < summary->strategies.count; i++) {
            const struct summary_cell *cell =
                summary_base(summary, summary->workloads.items[w], summary->strategies.items[i]);
            if (cell)
                details_cell(out, summary, cell, metrics, count);
        }
    details_end(out);
    free(whole);
}
