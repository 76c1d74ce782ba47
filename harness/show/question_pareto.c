// question_pareto.c - time against memory: all configurations, and those not beaten in both.

#include "question.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

struct point {
    const struct summary_cell *cell;
    struct summary_value cpu, rss;
    bool front;
};

struct points {
    struct point *list;
    size_t count;
};

enum {
    PARETO_LEAST_BYTES = 4096
}; // a page: memory below it cannot be told, nor drawn on a log axis

static double least(double bytes) {
    return bytes < PARETO_LEAST_BYTES ? PARETO_LEAST_BYTES : bytes;
}

static bool beats(const struct point *a, const struct point *b) {
    return a->cpu.median <= b->cpu.median && a->rss.median <= b->rss.median &&
           (a->cpu.median < b->cpu.median || a->rss.median < b->rss.median);
}

static int point_order(const void *a, const void *b) {
    const struct point *x = a, *y = b;
    int style = strcmp(x->cell->strategy, y->cell->strategy);
    return style ? style : (x->rss.median > y->rss.median) - (x->rss.median < y->rss.median);
}

// The configurations that ran the same program: the workload with the parameters of its base cells.
static struct points collect(const struct summary *s, const char *workload, const char *program) {
    struct points p = {must(calloc(s->cell_count + 1, sizeof *p.list)), 0};
    for (size_t i = 0; i < s->cell_count; i++) {
        const struct summary_cell *cell = &s->cells[i];
        struct point point = {cell, summary_get(s, cell, "cpu_ns_per_step"),
                              summary_get(s, cell, "rss_peak_bytes"), true};
        if (!strcmp(cell->workload, workload) && !strcmp(cell->params, program) && point.cpu.n &&
            point.rss.n)
            p.list[p.count++] = point;
    }
    for (size_t i = 0; i < p.count; i++)
        for (size_t j = 0; j < p.count; j++)
            p.list[i].front &= !beats(&p.list[j], &p.list[i]);
    qsort(p.list, p.count, sizeof *p.list, point_order);
    return p;
}

static void write_value(FILE *out, struct summary_value v) {
    fprintf(out, "\t%.9g\t%.9g\t%.9g", least(v.median), least(v.n > 1 ? v.low : v.median),
            least(v.n > 1 ? v.high : v.median));
}

static void write_point(struct plot *plot, const struct summary *s, const char *panel,
                        const struct point *point, bool fresh) {
    const struct summary_cell *cell = point->cell;
    if (fresh)
        plot_block(plot);
    fprintf(plot->table.file, "%s\t%s\t%zu\t%s\t%d", panel, cell->strategy,
            summary_style(s, cell->strategy), *cell->tunables ? cell->tunables : "default",
            cell->base);
    write_value(plot->table.file, point->rss);
    plot_median(plot, point->cpu);
    fprintf(plot->table.file, "\t%s\n", cell->backing);
}

static int front_order(const void *a, const void *b) {
    const struct point *x = *(const struct point *const *)a, *y = *(const struct point *const *)b;
    return (x->rss.median > y->rss.median) - (x->rss.median < y->rss.median);
}

// Sorted by memory; the time then falls.
static void write_front(struct plot *plot, const struct points *points, const char *panel) {
    const struct point **front = must(calloc(points->count + 1, sizeof *front));
    size_t count = 0;
    for (size_t i = 0; i < points->count; i++)
        if (points->list[i].front)
            front[count++] = &points->list[i];
    qsort(front, count, sizeof *front, front_order);
    fputs(ftell(plot->second.file) > 0 ? "\n\n" : "# panel\trss_peak_bytes\tcpu_ns_per_step\tkey\n",
          plot->second.file);
    for (size_t i = 0; i < count; i++)
        fprintf(plot->second.file, "%s\t%.9g\t%.9g\t%s\n", panel, least(front[i]->rss.median),
                front[i]->cpu.median, front[i]->cell->key);
    free(front);
}

static void write_details(struct plot *plot, const struct summary *s, const struct points *points,
                          const char *panel) {
    FILE *out = plot->details.file;
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->list[i];
        fputs("<tr>", out);
        details_text(out, panel);
        details_text(out, point->cell->strategy);
        details_text(out, point->cell->tunables);
        details_text(out, point->cell->backing);
        details_value(out, s, point->cell, "cpu_ns_per_step");
        details_value(out, s, point->cell, "rss_peak_bytes");
        details_text(out, point->front ? "yes" : "");
        fputs("</tr>\n", out);
    }
}

static void add_panel(struct plot *plot, const struct summary *s, const struct summary_cell *base,
                      size_t *wins) {
    char *panel = plot_panel(base);
    struct points points = collect(s, base->workload, base->params);
    for (size_t i = 0; i < points.count; i++)
        write_point(plot, s, panel, &points.list[i],
                    !i || strcmp(points.list[i].cell->strategy, points.list[i - 1].cell->strategy));
    if (points.count)
        write_front(plot, &points, panel);
    write_details(plot, s, &points, panel);
    for (size_t i = 0; i < s->strategies.count; i++) {
        bool on = false;
        for (size_t p = 0; p < points.count; p++)
            on |= points.list[p].front &&
                  !strcmp(points.list[p].cell->strategy, s->strategies.items[i]);
        wins[i] += on;
    }
    free(points.list);
    free(panel);
}

static const struct summary_cell *any_base(const struct summary *s, const char *workload) {
    for (size_t i = 0; i < s->strategies.count; i++) {
        const struct summary_cell *cell = summary_base(s, workload, s->strategies.items[i]);
        if (cell)
            return cell;
    }
    return NULL;
}

void question_pareto(const struct summary *s, const struct question *q, struct plots *plots) {
    struct plot *plot = plots_add(
        plots, "pareto", text_format("pareto"), text_format("%s", q->title),
        text_format(
            "CPU time of a step against peak memory, for each workload: all strategies and "
            "all values of their tunables; which points are on the front is in the table."));
    size_t *wins = must(calloc(s->strategies.count + 1, sizeof *wins));
    fputs("# panel\tstrategy\tstyle\ttunables\tbase\trss_peak_bytes\tci_low\tci_high\t"
          "cpu_ns_per_step\tci_low\tci_high\tbacking\n",
          plot->table.file);
    details_head(plot->details.file,
                 "workload|strategy|tunables|backing|>CPU/step|>peak RSS|on the front");
    for (size_t w = 0; w < s->workloads.count; w++) {
        const struct summary_cell *base = any_base(s, s->workloads.items[w]);
        if (base)
            add_panel(plot, s, base, wins);
    }
    details_end(plot->details.file);
    if (!plot->blocks)
        plot->reason = text_format("no invocation ended ok");
    const char *comma = "On the front, by how many workloads: ";
    for (size_t i = 0; i < s->strategies.count; i++)
        if (wins[i]) {
            fprintf(plot->seen.file, "%s<b>%s</b> %zu of %zu", comma, s->strategies.items[i],
                    wins[i], s->workloads.count);
            comma = ", ";
        }
    if (*comma == ',')
        fputs(". Points whose intervals overlap may change places in another run.",
              plot->seen.file);
    free(wins);
}
