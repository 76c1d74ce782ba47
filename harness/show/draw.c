// draw.c - runs gnuplot, and puts its panels into a page and into a file.

#include "draw.h"

#include "base/child.h"
#include "base/must.h"
#include "base/names.h"
#include "base/text.h"
#include "svg.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const double draw_gnuplot_timeout_s = 60; // a plot takes 0.1 s
enum { GNUPLOT_COMPLAINT_BYTES = 4096 };

// --------------------------------------------------------------------------------------- gnuplot
// Looks gnuplot up as a shell would, since child_run wants a path.
static const char draw_program_finder[] = "/usr/bin/env";

static struct child_result draw_run_gnuplot(char *const *arguments) {
    struct child_options options = {.arguments = arguments,
                                    .environment = environ,
                                    .timeout_s = draw_gnuplot_timeout_s,
                                    .interrupt_fd = -1,
                                    .errors_too = true,
                                    .keep_bytes = GNUPLOT_COMPLAINT_BYTES};
    return child_run(&options);
}

struct drawing drawing_start(struct store *store, const char *folder) {
    char *arguments[] = {(char *)(uintptr_t)draw_program_finder, "gnuplot", "--version", NULL};
    struct child_result result = draw_run_gnuplot(arguments);
    char *colours = text_format("%s/colours.css", folder);
    struct drawing drawing = {.store = store,
                              .gnuplot = child_succeeded(&result),
                              .colours = text_read_file(colours, NULL)};
    free(colours);
    free(result.output);
    return drawing;
}

void drawing_end(struct drawing *drawing) {
    free(drawing->colours);
}

// ------------------------------------------------------------------------------------------ panels
// What gnuplot drew of a picture. ink: between <svg> and </svg>
struct panels {
    struct names names, series;
    struct svg_seen seen;
    struct text *ink;
    struct svg_size *sizes;
    size_t count;
};

static struct names draw_values(const struct rows *rows, const char *column) {
    struct names values = {0};
    int c = rows_find(rows, column);
    for (size_t line = 0; c >= 0 && line < rows->count; line++)
        if (!names_has(&values, rows_text(rows, line, c)))
            names_add(&values, rows_text(rows, line, c));
    return values;
}

// The series of a panel, with what the first row of each says of its values. NULL: of all panels.
static struct svg_series *draw_series(const struct rows *rows, const char *panel, size_t *count) {
    int panels = rows_find(rows, "panel"), name = rows_find(rows, "series");
    int style = rows_find(rows, "style"), text = rows_find(rows, "text");
    struct svg_series *series = must(calloc(rows->count + 1, sizeof *series));
    *count = 0;
    for (size_t line = 0; line < rows->count; line++) {
        struct svg_series one = {(int)rows_number(rows, line, style), rows_text(rows, line, name),
                                 rows_text(rows, line, text)};
        bool known = one.style < 10 || (panel && strcmp(panel, rows_text(rows, line, panels)) != 0);
        for (size_t i = 0; i < *count && !known; i++)
            known = series[i].style == one.style;
        if (!known)
            series[(*count)++] = one;
    }
    return series;
}

static bool draw_take_panel(struct panels *panels, const struct rows *rows, const char *path) {
    char *svg = text_read_file(path, NULL);
    size_t i = panels->count, count;
    const char *name = i < panels->names.count ? panels->names.items[i] : NULL;
    struct svg_series *series = draw_series(rows, name, &count);
    if (svg && strstr(svg, "</svg>")) {
        panels->ink = must(realloc(panels->ink, (i + 1) * sizeof *panels->ink));
        panels->sizes = must(realloc(panels->sizes, (i + 1) * sizeof *panels->sizes));
        text_open(&panels->ink[i]);
        panels->sizes[i] = svg_compact(svg, series, count, &panels->seen, panels->ink[i].file);
        text_close(&panels->ink[i]);
        panels->count++;
    }
    unlink(path);
    free(series);
    free(svg);
    return i < panels->count;
}

// The length of what two inks begin with alike, up to where no group is open.
static size_t draw_alike(const char *a, const char *b) {
    size_t whole = 0;
    int depth = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++) {
        if (a[i] == '<' && a[i + 1] != '/')
            depth++;
        if ((a[i] == '<' && a[i + 1] == '/') || (a[i] == '/' && a[i + 1] == '>'))
            depth--;
        if (a[i] == '>' && !depth)
            whole = i + 1;
    }
    return whole;
}

// Where in an ink that begins which ends as the others do, from where no group is open; its end when it is not worth it.
static size_t draw_alike_from(const char *ink, size_t alike) {
    size_t length = strlen(ink);
    int depth = 0;
    for (size_t i = 0; i < length; i++) {
        if (ink[i] == '<' && !depth && ink[i + 1] != '/' && i >= length - alike)
            return i;
        if (ink[i] == '<' && ink[i + 1] != '/')
            depth++;
        if ((ink[i] == '<' && ink[i + 1] == '/') || (ink[i] == '/' && ink[i + 1] == '>'))
            depth--;
    }
    return length;
}

static size_t draw_alike_end(const char *a, const char *b) {
    size_t of_a = strlen(a), of_b = strlen(b), same = 0;
    while (same < of_a && same < of_b && a[of_a - same - 1] == b[of_b - same - 1])
        same++;
    return same;
}

// The part of an ink from .. from + length becomes another.
static void draw_replace(struct text *ink, size_t from, size_t length, const char *by) {
    struct text text;
    text_open(&text);
    fprintf(text.file, "%.*s%s%s", (int)from, ink->data, by, ink->data + from + length);
    text_close(&text);
    text_free(ink);
    *ink = text;
}

// What all panels have, length bytes at the start or at the end, is written once.
static void draw_share_part(struct panels *panels, size_t length, bool start) {
    enum { WORTH_BYTES = 200 };
    if (length < WORTH_BYTES)
        return;
    const char *name = panels->seen.name, *which = start ? "" : "-e";
    size_t from = start ? 0 : strlen(panels->ink[0].data) - length;
    char *first = text_format("<g id=\"%s%s\">%.*s</g>", name, which, (int)length,
                              panels->ink[0].data + from);
    char *again = text_format("<use href=\"#%s%s\"/>", name, which);
    for (size_t i = 0; i < panels->count; i++) {
        struct text *ink = &panels->ink[i];
        draw_replace(ink, start ? 0 : strlen(ink->data) - length, length, i ? again : first);
    }
    free(again);
    free(first);
}

// Panels that begin or end alike, with the same axes, have them from the first one.
static void draw_share(struct panels *panels) {
    size_t start = panels->count > 1 ? strlen(panels->ink[0].data) : 0, end = SIZE_MAX;
    for (size_t i = 1; i < panels->count; i++) {
        size_t alike = draw_alike(panels->ink[0].data, panels->ink[i].data);
        start = alike < start ? alike : start;
    }
    draw_share_part(panels, start, true);
    for (size_t i = 1; i < panels->count; i++) {
        size_t alike = draw_alike_end(panels->ink[0].data, panels->ink[i].data);
        end = alike < end ? alike : end;
    }
    if (panels->count > 1)
        draw_share_part(
            panels, strlen(panels->ink[0].data) - draw_alike_from(panels->ink[0].data, end), false);
}

static void draw_free_panels(struct panels *panels) {
    for (size_t i = 0; i < panels->count; i++)
        text_free(&panels->ink[i]);
    free(panels->ink);
    free(panels->sizes);
    names_free(&panels->names);
    names_free(&panels->series);
    svg_seen_free(&panels->seen);
}

static const char *draw_panel_name(const struct panels *panels, size_t i) {
    return i < panels->names.count ? panels->names.items[i] : "";
}

// A panel of one strategy says so once, and not in each of its lines.
static void draw_put_ink(const char *ink, const char *own, FILE *page) {
    char *kept = text_format("%s", ink);
    struct text named;
    text_open(&named);
    text_data(named.file, 's', own, SIZE_MAX);
    text_close(&named);
    for (char *at = kept; *own && (at = strstr(at, named.data)) != NULL;)
        memmove(at, at + strlen(named.data), strlen(at + strlen(named.data)) + 1);
    svg_unquote(kept, page);
    text_free(&named);
    free(kept);
}

// A figure's name in a link is the picture's and the panel's.
static void draw_put_panel(const struct picture *picture, const struct panels *panels, size_t i,
                           FILE *page) {
    char *name = text_format("%s-%s", picture->name, draw_panel_name(panels, i));
    fputs("<figure id=\"", page);
    text_id(page, name);
    fputs("\"", page);
    const char *own =
        names_has(&panels->series, draw_panel_name(panels, i)) ? draw_panel_name(panels, i) : "";
    if (*own)
        text_data(page, 's', own, SIZE_MAX);
    fputs("><a class=h href=#", page);
    text_id(page, name);
    fputs(">#</a>", page);
    struct text label;
    text_open(&label);
    fputs(" role=img aria-label=\"", label.file);
    text_html(label.file, picture->title);
    fputs(" ", label.file);
    text_html(label.file, draw_panel_name(panels, i));
    fputs("\"", label.file);
    text_close(&label);
    svg_open(page, panels->sizes[i], label.data);
    draw_put_ink(panels->ink[i].data, own, page);
    fputs("</svg></figure>\n", page);
    text_free(&label);
    free(name);
}

// ------------------------------------------------------------------------------------------- files
static void draw_put_head(const struct drawing *drawing, const struct picture *picture,
                          double width, double height, FILE *out) {
    svg_open(out, (struct svg_size){width, height},
             SVG_INHERITED " xmlns=\"http://www.w3.org/2000/svg\"");
    fprintf(out, "\n<style>%s</style>\n<defs>%s</defs>\n<title>",
            drawing->colours ? drawing->colours : "", svg_symbols);
    text_html(out, picture->title);
    fputs("</title>\n<desc>", out);
    text_html(out, picture->shows);
    fprintf(out,
            "</desc>\n<rect width=\"%g\" height=\"%g\" fill=\"var(--c4)\" stroke=\"none\"/>\n"
            "<text x=\"8\" y=\"22\" font-size=\"15\" fill=\"var(--c0)\">",
            width, height);
    text_html(out, picture->title);
    fputs("</text>\n", out);
}

// The series in lines below y, each with its line; returns where they end. A text is as wide as it
// is with letters of the usual width.
static double draw_put_lines(const struct rows *rows, double y, double width, FILE *out) {
    enum { LEFT = 8, LINE = 18, DASH = 30, LETTER = 6, GAP = 16 };
    size_t count;
    struct svg_series *series = draw_series(rows, NULL, &count);
    double x = LEFT;
    for (size_t i = 0; i < count; i++) {
        double wide = DASH + LETTER * (double)strlen(series[i].name) + GAP;
        if (x > LEFT && x + wide > width) {
            x = LEFT;
            y += LINE;
        }
        fprintf(out,
                "<path class=\"d%d\" stroke=\"var(--c%d)\" stroke-width=\"2\" d=\"M%g %gh%d\"/>"
                "<text x=\"%g\" y=\"%g\">",
                series[i].style % 10 % 6, series[i].style, x, y + 8, DASH - 4, x + DASH, y + 12);
        text_html(out, series[i].name);
        fputs("</text>\n", out);
        x += wide;
    }
    free(series);
    return count ? y + LINE : y;
}

// All panels in one picture, two side by side, which has its colours and its key with it.
static void draw_file(const struct drawing *drawing, const struct picture *picture,
                      const struct panels *panels, FILE *out) {
    enum { SIDE_BY_SIDE = 2, TITLE = 32 };
    double width = panels->sizes[0].width, height = panels->sizes[0].height, above = TITLE;
    double whole = width * (panels->count > 1 ? SIDE_BY_SIDE : 1);
    size_t rows = (panels->count + SIDE_BY_SIDE - 1) / SIDE_BY_SIDE;
    struct text key;
    text_open(&key);
    if (picture->keyed)
        above = draw_put_lines(picture->rows, above, whole, key.file);
    text_close(&key);
    draw_put_head(drawing, picture, whole, height * (double)rows + above, out);
    fputs(key.data, out);
    text_free(&key);
    for (size_t i = 0; i < panels->count; i++)
        fprintf(out, "<g transform=\"translate(%g %g)\">%s</g>\n",
                width * (double)(i % SIDE_BY_SIDE), height * (double)(i / SIDE_BY_SIDE) + above,
                panels->ink[i].data);
    fputs("</svg>\n", out);
}

// Instead of a picture.
static void draw_card(const struct drawing *drawing, const struct picture *picture,
                      const char *reason, FILE *out, FILE *page) {
    draw_put_head(drawing, picture, 760, 80, out);
    fputs("<text x=\"8\" y=\"56\" font-size=\"13\" fill=\"var(--c1)\" stroke=\"none\">No data: ",
          out);
    text_html(out, reason);
    fputs("</text>\n</svg>\n", out);
    fputs("<p class=\"small\">No data: ", page);
    text_html(page, reason);
    fputs(".</p>\n", page);
}

// The first line of a complaint that says something.
static char *draw_complaint(const struct child_result *result) {
    if (result->error || result->timed_out)
        return text_format("gnuplot %s",
                           result->timed_out ? "took too long" : strerror(result->error));
    const char *line = result->output;
    while (*line && strchr("\n ^", *line))
        line++;
    return text_format("gnuplot: %.*s", (int)strcspn(line, "\n"), line);
}

// NULL, or why there is no picture. A new string.
static char *draw_by_gnuplot(const struct drawing *drawing, const struct picture *picture,
                             struct panels *panels) {
    char *tsv = text_format("%s/plots/%s.tsv", drawing->store->dir, picture->name);
    char *beside = text_format("%s/plots/%s.drawing", drawing->store->dir, picture->name);
    char *arguments[] = {(char *)(uintptr_t)draw_program_finder,
                         "gnuplot",
                         "-c",
                         (char *)(uintptr_t)picture->script,
                         tsv,
                         beside,
                         NULL};
    struct child_result result = draw_run_gnuplot(arguments);
    char *reason = child_succeeded(&result) ? NULL : draw_complaint(&result);
    for (bool more = true; more;) {
        char *panel = text_format("%s.%zu", beside, panels->count);
        more = draw_take_panel(panels, picture->rows, panel);
        free(panel);
    }
    if (!reason && !panels->count)
        reason = draw_complaint(&result);
    if (reason)
        fprintf(stderr, "heapbench: plot %s: %s\n", picture->name, reason);
    free(result.output);
    free(tsv);
    free(beside);
    return reason;
}

static int draw_write(struct drawing *drawing, const struct picture *picture, const char *suffix,
                      struct text *text) {
    char *name = text_format("plots/%s%s", picture->name, suffix);
    int error = store_write_text(drawing->store, name, text);
    free(name);
    return error;
}

static int draw_write_table(struct drawing *drawing, const struct picture *picture) {
    struct text table;
    text_open(&table);
    rows_print(picture->rows, ROWS_TSV, table.file);
    return draw_write(drawing, picture, ".tsv", &table);
}

int draw_picture(struct drawing *drawing, const struct picture *picture, FILE *page) {
    char id[24];
    snprintf(id, sizeof id, "p%zu", ++drawing->pictures);
    struct panels panels = {.names = draw_values(picture->rows, "panel"),
                            .series = draw_values(picture->rows, "series"),
                            .seen = {.name = id}};
    struct text svg;
    int error = draw_write_table(drawing, picture);
    char *reason =
        picture->reason ? text_format("%s", picture->reason)
        : !drawing->gnuplot
            ? text_format("gnuplot is not installed; after `make deps`, `make plots` draws it")
            : draw_by_gnuplot(drawing, picture, &panels);
    text_open(&svg);
    if (reason) {
        draw_card(drawing, picture, reason, svg.file, page);
    } else {
        for (size_t i = 0; i < panels.count; i++)
            svg_drop_ids(&panels.seen, panels.ink[i].data);
        draw_share(&panels);
        draw_file(drawing, picture, &panels, svg.file);
        fputs("<div class=\"panels\">\n", page);
        for (size_t i = 0; i < panels.count; i++)
            draw_put_panel(picture, &panels, i, page);
        fputs("</div>\n", page);
    }
    int unwritten = draw_write(drawing, picture, ".svg", &svg);
    error = error ? error : unwritten;
    free(reason);
    draw_free_panels(&panels);
    return error;
}

void draw_key(const struct rows *rows, FILE *page) {
    size_t count;
    struct svg_series *series = draw_series(rows, NULL, &count);
    fputs("<p class=\"key\">", page);
    for (size_t i = 0; i < count; i++) {
        fputs("<span", page);
        text_data(page, 's', series[i].name, SIZE_MAX);
        fprintf(page,
                "><svg viewBox=\"0 0 30 8\"><path class=\"d%d\" d=\"M0 4h30\" "
                "stroke=\"var(--c%d)\"/></svg> ",
                series[i].style % 10 % 6, series[i].style);
        text_html(page, series[i].name);
        fputs("</span> ", page);
    }
    fputs("</p>\n", page);
    free(series);
}
