// draw.c - runs gnuplot, and makes its picture fit to stand in a page beside others.

#include "draw.h"

#include "base/child.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const double draw_gnuplot_timeout_s = 60; // a plot takes 0.1 s
enum { GNUPLOT_COMPLAINT_BYTES = 4096 };

// --------------------------------------------------------------------------------------- gnuplot
static bool draw_child_succeeded(const struct child_result *result) {
    return !result->error && !result->timed_out && WIFEXITED(result->status) &&
           WEXITSTATUS(result->status) == 0;
}

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

struct drawing drawing_start(struct store *store) {
    char *arguments[] = {(char *)(uintptr_t)draw_program_finder, "gnuplot", "--version", NULL};
    struct child_result result = draw_run_gnuplot(arguments);
    struct drawing drawing = {store, draw_child_succeeded(&result)};
    free(result.output);
    return drawing;
}

// ---------------------------------------------------------------------------------------- pictures
// The ids of several pictures in one page must differ, so each gets the picture's name in front.
static void draw_copy_with_ids(FILE *out, const char *svg, const char *prefix) {
    static const char *const before_id[] = {" id=\"", " id='", "href='#", "href=\"#", "url(#"};
    while (*svg) {
        size_t length = 0;
        for (size_t i = 0; i < sizeof before_id / sizeof *before_id && !length; i++)
            if (!strncmp(svg, before_id[i], strlen(before_id[i])))
                length = strlen(before_id[i]);
        if (length)
            fprintf(out, "%.*s%s-", (int)length, svg, prefix);
        else
            fputc(*svg, out);
        svg += length ? length : 1;
    }
}

// gnuplot says of each picture that gnuplot made it; say what it shows instead.
static void draw_name_picture(struct picture *picture) {
    const char *from = picture->svg;
    const char *name = strstr(from, "<title>Gnuplot</title>"), *described = strstr(from, "</desc>");
    struct text text;
    text_open(&text);
    if (name && described > name) {
        fwrite(from, 1, (size_t)(name - from), text.file);
        fputs("<title>", text.file);
        text_html(text.file, picture->title);
        fputs("</title>\n<desc>", text.file);
        text_html(text.file, picture->shows);
        from = described;
    }
    draw_copy_with_ids(text.file, from, picture->name);
    text_close(&text);
    free(picture->svg);
    picture->svg = text.data;
    picture->svg_bytes = text.bytes;
}

// Instead of an empty picture.
static void draw_card(struct picture *picture, const char *reason) {
    struct text text;
    text_open(&text);
    fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 120\" "
          "font-family=\"sans-serif\">\n<title>",
          text.file);
    text_html(text.file, picture->title);
    fputs("</title>\n<desc>No data</desc>\n<rect width=\"900\" height=\"120\" fill=\"#ffffff\"/>\n"
          "<text x=\"12\" y=\"28\" font-size=\"16\">",
          text.file);
    text_html(text.file, picture->title);
    fputs("</text>\n<text x=\"12\" y=\"68\" font-size=\"13\" fill=\"#555555\">No data: ",
          text.file);
    text_html(text.file, reason);
    fputs("</text>\n</svg>\n", text.file);
    text_close(&text);
    picture->svg = text.data;
    picture->svg_bytes = text.bytes;
}

// What gnuplot left, when it is a whole picture.
static bool draw_take_picture(struct picture *picture, const char *path) {
    picture->svg = text_read_file(path, &picture->svg_bytes);
    if (picture->svg && strstr(picture->svg, "</svg>")) {
        draw_name_picture(picture);
        return true;
    }
    free(picture->svg);
    picture->svg = NULL;
    return false;
}

// The first line of a draw_complaint that says something.
static char *draw_complaint(const struct child_result *result) {
    if (result->error || result->timed_out)
        return text_format("gnuplot %s",
                           result->timed_out ? "took too long" : strerror(result->error));
    const char *line = result->output;
    while (*line && strchr("\n ^", *line))
        line++;
    return text_format("gnuplot: %.*s", (int)strcspn(line, "\n"), line);
}

static void draw_by_gnuplot(const struct drawing *drawing, struct picture *picture) {
    char *tsv = text_format("%s/plots/%s.tsv", drawing->store->dir, picture->name);
    char *beside = text_format("%s/plots/%s.svg.drawing", drawing->store->dir, picture->name);
    char *arguments[] = {(char *)(uintptr_t)draw_program_finder, "gnuplot", "-c",
                         (char *)(uintptr_t)picture->script,     tsv,       beside,
                         (char *)(uintptr_t)picture->title,      NULL};
    struct child_result result = draw_run_gnuplot(arguments);
    if (!draw_child_succeeded(&result) || !draw_take_picture(picture, beside)) {
        char *reason = draw_complaint(&result);
        fprintf(stderr, "heapbench: plot %s: %s\n", picture->name, reason);
        draw_card(picture, reason);
        free(reason);
    }
    unlink(beside);
    free(result.output);
    free(tsv);
    free(beside);
}

static int draw_write(struct drawing *drawing, const struct picture *picture, const char *suffix,
                      const char *text, size_t bytes) {
    char *name = text_format("plots/%s%s", picture->name, suffix);
    int error = store_write(drawing->store, name, text, bytes);
    free(name);
    return error;
}

int draw_picture(struct drawing *drawing, struct picture *picture) {
    int error = draw_write(drawing, picture, ".tsv", picture->table, picture->table_bytes);
    if (picture->reason)
        draw_card(picture, picture->reason);
    else if (!drawing->gnuplot)
        draw_card(picture, "gnuplot is not installed; after `make deps`, `make plots` draws it");
    else
        draw_by_gnuplot(drawing, picture);
    return error ? error : draw_write(drawing, picture, ".svg", picture->svg, picture->svg_bytes);
}
