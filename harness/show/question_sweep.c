// question_sweep.c - a tunable, or a parameter of the workload, swept.
//
// There is one picture for each tunable, and one for each workload whose parameters were swept.

#include "question.h"

#include "axis.h"
#include "base/must.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The sweeps of one picture share what it is named after; those of one panel also the other.
//   named    field of a sweep that the picture is named after
//   panel    field of a sweep that the panels are named after
//   metrics  a column of panels each; NULL behind the last
enum { METRICS = 4 };
struct family {
    const char *kind, *named, *panel;
    const char *metrics[METRICS];
};
static const struct family tunables = {
    "tunable",
    "axis",
    "workload",
    {"cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects", "pause_p999_ns"}};
static const struct family params = {
    "param", "workload", "axis", {"leaked_bytes", "rss_peak_bytes", "cpu_ns_per_step"}};

// A sweep belongs to the picture called name (and to its panel, when one is given).
static bool belongs(const struct summary *s, const struct family *f, const json_t *sweep,
                    const char *name, const char *panel) {
    return !strcmp(text_member(sweep, "kind"), f->kind) &&
           !strcmp(text_member(sweep, "backing"), s->backing) &&
           (!name || !strcmp(text_member(sweep, f->named), name)) &&
           (!panel || !strcmp(text_member(sweep, f->panel), panel));
}

static const json_t *sweeps_of(const struct summary *s) {
    return json_object_get(s->store->manifest, "sweeps");
}

static const struct summary_cell *point_cell(const struct summary *s, const json_t *point) {
    const char *key = json_string_value(json_array_get(point, 2));
    return key ? summary_find(s, key) : NULL;
}

static const json_t *setting_of(const struct summary *s, const json_t *sweep) {
    const char *kind = text_member(sweep, "kind");
    return summary_setting(s, kind,
                           text_member(sweep, strcmp(kind, "param") ? "strategy" : "workload"),
                           text_member(sweep, "axis"));
}

// p99.9 where every cell of the panel that paused can tell it; else the longest pause.
static const char *panel_metric(const struct summary *s, const struct family *f, const char *metric,
                                const char *name, const char *panel) {
    size_t i, p;
    json_t *sweep, *point;
    if (strcmp(metric, "pause_p999_ns"))
        return metric;
    json_array_foreach(sweeps_of(s), i, sweep) {
        if (!belongs(s, f, sweep, name, panel))
            continue;
        json_array_foreach(json_object_get(sweep, "points"), p, point) {
            const struct summary_cell *cell = point_cell(s, point);
            if (summary_get(s, cell, "pause_max_ns").n > summary_get(s, cell, metric).n)
                return "pause_max_ns";
        }
    }
    return metric;
}

// ------------------------------------------------------------------------------------------- table
static void write_points(struct plot *plot, const struct summary *s, const struct axis *axis,
                         const json_t *sweep, const char *prefix, const char *suffix,
                         const char *metric) {
    bool started = false;
    for (size_t a = 0; a < axis->count;
         a++) { // in the order of the axis, so that lines run along it
        size_t i;
        json_t *point;
        json_array_foreach(json_object_get(sweep, "points"), i, point) {
            struct summary_value value = summary_get(s, point_cell(s, point), metric);
            if (json_number_value(json_array_get(point, 0)) != axis->values[a].value || !value.n)
                continue;
            if (!started)
                plot_block(plot);
            started = true;
            fprintf(plot->table.file, "%s\t%.6g\t%s", prefix, axis->values[a].position,
                    axis->values[a].label);
            plot_median(plot, value);
            fprintf(plot->table.file, "\t%s\n", suffix);
        }
    }
}

static void write_sweep(struct plot *plot, const struct summary *s, const struct family *f,
                        const struct axis *axis, const json_t *sweep, const char *const *metrics) {
    const char *strategy = text_member(sweep, "strategy"), *others = text_member(sweep, "tunables");
    const json_t *setting = setting_of(s, sweep);
    double standard = json_number_value(json_object_get(setting, "default"));
    const char *unit = text_member(setting, "unit");
    char *suffix = text_format("%.6g\t%s%s%s", axis_position(axis, standard),
                               text_member(sweep, "axis"), *unit ? ", " : "", unit);
    size_t style = summary_style(s, strategy) + (*others ? s->strategies.count : 0);
    for (size_t m = 0; m < METRICS && metrics[m]; m++) {
        char *prefix =
            text_format("%s\t%s%s%s%s\t%zu\t%zu\t%s", text_member(sweep, f->panel), strategy,
                        *others ? "[" : "", others, *others ? "]" : "", style, m + 1, metrics[m]);
        write_points(plot, s, axis, sweep, prefix, suffix, metrics[m]);
        free(prefix);
    }
    free(suffix);
}

// ----------------------------------------------------------------------------------------- details
static void details_sweep(struct plot *plot, const struct summary *s, const struct family *f,
                          const json_t *sweep) {
    FILE *out = plot->details.file;
    size_t i;
    json_t *point;
    json_array_foreach(json_object_get(sweep, "points"), i, point) {
        const struct summary_cell *cell = point_cell(s, point);
        if (!cell || !cell->row_count)
            continue;
        fputs("<tr>", out);
        details_text(out, text_member(sweep, f->panel));
        details_text(out, cell->strategy);
        details_text(out, json_string_value(json_array_get(point, 1)));
        details_value(out, s, cell, "cpu_ns_per_step");
        details_value(out, s, cell, "rss_peak_bytes");
        details_value(out, s, cell, "pause_p999_ns");
        details_value(out, s, cell, "pause_max_ns");
        details_value(out, s, cell, "floating_average_objects");
        details_value(out, s, cell, "leaked_bytes");
        char *outcome = summary_outcome(cell);
        details_text(out, outcome);
        free(outcome);
        fputs("</tr>\n", out);
    }
}

// -------------------------------------------------------------------------------------------- seen
// The cell of a sweep whose setting has this value.
static const struct summary_cell *cell_at(const struct summary *s, const json_t *sweep,
                                          double value) {
    size_t i;
    json_t *point;
    json_array_foreach(json_object_get(sweep, "points"), i,
                       point) if (json_number_value(json_array_get(point, 0)) ==
                                  value) return point_cell(s, point);
    return NULL;
}

// Median over the panels of a metric at a value, as a multiple of that at the default; NAN when
// there is none.
static double ratio_at(const struct summary *s, const struct family *f, const char *name,
                       const char *strategy, const char *metric, double value) {
    size_t i, count = 0;
    json_t *sweep;
    double *ratios = must(calloc(json_array_size(sweeps_of(s)) + 1, sizeof *ratios));
    json_array_foreach(sweeps_of(s), i, sweep) {
        if (!belongs(s, f, sweep, name, NULL) || *text_member(sweep, "tunables") ||
            strcmp(text_member(sweep, "strategy"), strategy))
            continue;
        double standard = json_number_value(json_object_get(setting_of(s, sweep), "default"));
        double ratio = summary_get(s, cell_at(s, sweep, value), metric).median /
                       summary_get(s, cell_at(s, sweep, standard), metric).median;
        if (isfinite(ratio))
            ratios[count++] = ratio;
    }
    double median = stats_median(ratios, count);
    free(ratios);
    return median;
}

static void seen_tunable(struct plot *plot, const struct summary *s, const struct axis *axis,
                         const char *name) {
    const struct axis_value *ends[] = {&axis->values[0], &axis->values[axis->count - 1]};
    for (size_t i = 0; i < s->strategies.count; i++) {
        const char *strategy = s->strategies.items[i];
        const char *start = "Against its default, <b>%s</b> takes";
        for (size_t e = 0; e < 2; e++) {
            double cpu = ratio_at(s, &tunables, name, strategy, "cpu_ns_per_step", ends[e]->value);
            double rss = ratio_at(s, &tunables, name, strategy, "rss_peak_bytes", ends[e]->value);
            double floating =
                ratio_at(s, &tunables, name, strategy, "floating_average_objects", ends[e]->value);
            if (isnan(cpu) || isnan(rss))
                continue;
            if (*start)
                fprintf(plot->seen.file, start, strategy);
            else
                fputs(", and", plot->seen.file);
            fprintf(plot->seen.file, " %.2f times the CPU time", cpu);
            if (isfinite(floating))
                fprintf(plot->seen.file, ", %.3g times the floating garbage", floating);
            fprintf(plot->seen.file, " and %.2f times the peak memory at %s", rss, ends[e]->label);
            start = "";
        }
        if (!*start)
            fputs(". ", plot->seen.file);
    }
    fputs("These are ratios of medians; the bands show how far noise alone moves them.",
          plot->seen.file);
}

static void seen_param(struct plot *plot, const struct summary *s, const struct axis *axis,
                       const char *workload, const char *name) {
    const struct axis_value *from = &axis->values[0], *to = &axis->values[axis->count - 1];
    size_t i, steady = 0;
    json_t *sweep;
    const char *comma = "";
    json_array_foreach(sweeps_of(s), i, sweep) {
        if (!belongs(s, &params, sweep, workload, name))
            continue;
        struct summary_value a = summary_get(s, cell_at(s, sweep, from->value), "leaked_bytes");
        struct summary_value b = summary_get(s, cell_at(s, sweep, to->value), "leaked_bytes");
        if (!a.n || !b.n || a.median == b.median) {
            steady += a.n && b.n;
            continue;
        }
        if (!*comma)
            fprintf(plot->seen.file, "With %s from %s to %s, leaked memory goes from ", name,
                    from->label, to->label);
        fprintf(plot->seen.file, "%s%s to %s with <b>%s</b>", comma, si_bytes(a.median).text,
                si_bytes(b.median).text, text_member(sweep, "strategy"));
        comma = ", ";
    }
    if (*comma)
        fprintf(plot->seen.file, "%s. ", steady ? "; with the others it does not change" : "");
    else if (steady)
        fprintf(plot->seen.file, "Over all values of %s, leaked memory does not change. ", name);
}

// ---------------------------------------------------------------------------------------- pictures
static void add_panel(struct plot *plot, const struct summary *s, const struct family *f,
                      const char *name, const char *panel, struct axis *axis) {
    size_t i;
    json_t *sweep;
    const char *metrics[METRICS] = {0};
    for (size_t m = 0; m < METRICS && f->metrics[m]; m++)
        metrics[m] = panel_metric(s, f, f->metrics[m], name, panel);
    json_array_foreach(sweeps_of(s), i, sweep) {
        if (!belongs(s, f, sweep, name, panel))
            continue;
        write_sweep(plot, s, f, axis, sweep, metrics);
        details_sweep(plot, s, f, sweep);
    }
}

// The axis of a picture, or of one of its panels. Free it.
static struct axis make_axis(const struct summary *s, const struct family *f, const char *name,
                             const char *panel) {
    struct axis axis = {0};
    bool choices = false;
    size_t i;
    json_t *sweep;
    json_array_foreach(sweeps_of(s), i, sweep) if (belongs(s, f, sweep, name, panel)) {
        axis_add(&axis, json_object_get(sweep, "points"));
        choices = json_object_get(setting_of(s, sweep), "choices") != NULL;
    }
    axis_place(&axis, choices);
    return axis;
}

static void add_panels(struct plot *plot, const struct summary *s, const struct family *f,
                       const char *name) {
    struct names panels = {0};
    size_t i;
    json_t *sweep;
    json_array_foreach(sweeps_of(s), i,
                       sweep) if (belongs(s, f, sweep, name, NULL) &&
                                  !names_has(&panels, text_member(sweep, f->panel)))
        names_add(&panels, text_member(sweep, f->panel));
    for (i = 0; i < panels.count; i++) {
        // All workloads of a tunable share its axis; each parameter of a workload has its own.
        struct axis axis = make_axis(s, f, name, f == &params ? panels.items[i] : NULL);
        add_panel(plot, s, f, name, panels.items[i], &axis);
        if (f == &params)
            seen_param(plot, s, &axis, name, panels.items[i]);
        else if (i == 0)
            seen_tunable(plot, s, &axis, name);
        axis_free(&axis);
    }
    names_free(&panels);
}

static void add_plot(const struct summary *s, const struct question *q, const struct family *f,
                     const char *name, struct plots *plots) {
    struct plot *plot = plots_add(
        plots, q->name, text_format("%s-%s", q->name, name),
        f == &params ? text_format("How do the strategies answer to the parameters of %s?", name)
                     : text_format("What does %s cost and buy?", name),
        text_format("Small multiples against the values of %s; the table below holds the numbers.",
                    name));
    fputs(
        "# "
        "panel\tseries\tstyle\tcolumn\tmetric\tx\tlabel\tvalue\tci_low\tci_high\tdefault_x\taxis\n",
        plot->table.file);
    char *head = text_format("%s|strategy|value|>CPU/step|>peak RSS|>p99.9 pause|>longest pause|"
                             ">floating objects|>leaked|outcome",
                             f->panel);
    details_head(plot->details.file, head);
    free(head);
    add_panels(plot, s, f, name);
    details_end(plot->details.file);
    if (!plot->blocks)
        plot->reason = text_format("no invocation of this sweep ended ok");
}

static void answer(const struct summary *s, const struct question *q, const struct family *f,
                   struct plots *plots) {
    struct names names = {0};
    size_t i;
    json_t *sweep;
    json_array_foreach(sweeps_of(s), i, sweep) if (belongs(s, f, sweep, NULL, NULL) &&
                                                   !names_has(&names, text_member(sweep, f->named)))
        names_add(&names, text_member(sweep, f->named));
    for (i = 0; i < names.count; i++)
        add_plot(s, q, f, names.items[i], plots);
    if (!names.count) {
        struct plot *plot = plots_add(plots, q->name, text_format("%s", q->name),
                                      text_format("%s", q->title), text_format("No data"));
        plot->reason = text_format("this run swept no %s", f->kind);
    }
    names_free(&names);
}

void question_sweep(const struct summary *s, const struct question *q, struct plots *plots) {
    answer(s, q, &tunables, plots);
}

void question_params(const struct summary *s, const struct question *q, struct plots *plots) {
    answer(s, q, &params, plots);
}
