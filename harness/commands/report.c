// report.c - see report.h.

#include "report.h"

#include "base/flags.h"
#include "base/must.h"
#include "show/draw.h"
#include "show/files.h"
#include "show/final_table.h"
#include "show/page.h"

#include <stdlib.h>
#include <string.h>

static bool write_text(struct store *store, const char *name, struct text *text) {
    text_close(text);
    int error = store_write(store, name, text->data, text->bytes);
    if (error)
        fprintf(stderr, "heapbench: cannot write %s/%s: %s\n", store->dir, name, strerror(error));
    text_free(text);
    return !error;
}

static bool write_cells(struct store *store, const struct summary *summary) {
    struct text text;
    text_open(&text);
    files_cells(summary, text.file);
    return write_text(store, "cells.csv", &text);
}

static bool write_percentiles(struct store *store, const struct summary *summary) {
    bool good = true;
    for (size_t i = 0; i < summary->cell_count && good; i++) {
        if (!summary->cells[i].merged)
            continue;
        struct text text;
        char *file = files_name(summary->cells[i].key, "hgrm");
        char *name = text_format("percentiles/%s", file);
        text_open(&text);
        files_percentiles(&summary->cells[i], text.file);
        good = write_text(store, name, &text);
        free(name);
        free(file);
    }
    return good;
}

static bool draw_all(struct drawing *drawing, struct plots *plots) {
    for (size_t i = 0; i < plots->count; i++) {
        int error = draw_plot(drawing, plots->list[i]);
        if (error) {
            fprintf(stderr, "heapbench: cannot write %s/plots/%s: %s\n", drawing->store->dir,
                    plots->list[i]->name, strerror(error));
            return false;
        }
    }
    return true;
}

static bool write_page(struct drawing *drawing, const struct summary *summary) {
    size_t count;
    const struct question *all = questions(&count);
    struct plots *plots = must(calloc(count, sizeof *plots));
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        all[i].answer(summary, &all[i], &plots[i]);
        plots_close(&plots[i]);
        good = draw_all(drawing, &plots[i]);
    }
    struct text text;
    text_open(&text);
    if (good)
        good = page_write(summary, drawing->scripts, plots, text.file);
    if (good)
        good = write_text(drawing->store, "report.html", &text);
    for (size_t i = 0; i < count; i++)
        plots_free(&plots[i]);
    free(plots);
    return good;
}

// *drawn tells whether gnuplot was there.
static int report_all(struct store *store, FILE *out, bool *drawn) {
    struct summary *summary = summary_new(store);
    struct drawing drawing;
    char error[256];
    final_table(summary, out);
    bool good = drawing_start(&drawing, store, error, sizeof error);
    if (!good)
        fprintf(stderr, "heapbench: %s\n", error);
    good = write_cells(store, summary) && write_percentiles(store, summary) && good;
    if (good)
        good = write_page(&drawing, summary);
    *drawn = drawing.gnuplot;
    if (good && !drawing.gnuplot)
        fprintf(stderr, "heapbench: gnuplot is not installed, so the report has no plots; try "
                        "`make deps plots` (Debian: apt install gnuplot-nox)\n");
    if (good)
        fprintf(out, "Report: %s/report.html\n", store->dir);
    drawing_end(&drawing);
    summary_free(summary);
    return good ? 0 : 1;
}

int report_run(struct store *store, FILE *out) {
    bool drawn;
    return report_all(store, out, &drawn);
}

static const struct flag flags[] = {{"help", NULL, "show this"}};

int report_main(int argc, char **argv) {
    struct flags parsed;
    flags_start(&parsed, flags, sizeof flags / sizeof *flags, argc, argv);
    int flag = flags_next(&parsed);
    if (flag == FLAGS_ERROR) {
        fprintf(stderr, "heapbench: %s\n", parsed.error);
        return 2;
    }
    if (flag == 0) {
        puts("usage: heapbench report [DIR]\n\nWrite cells.csv, percentiles/, plots/ and "
             "report.html "
             "of a run again, from its records.\nDIR is the run's folder, results/latest when left "
             "out.\n");
        flags_help(flags, sizeof flags / sizeof *flags);
        return 0;
    }
    char error[512];
    const char *dir = flags_rest(&parsed) < argc ? argv[flags_rest(&parsed)] : "results/latest";
    struct store *store = store_open(dir, error, sizeof error);
    if (!store) {
        fprintf(stderr, "heapbench: %s\n", error);
        return 1;
    }
    bool drawn = false;
    int code = report_all(store, stdout, &drawn);
    store_free(store);
    return code ? code : drawn ? 0 : 1;
}
