// draw.c - see draw.h.

#include "draw.h"

#include "base/child.h"
#include "base/must.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const double gnuplot_timeout_s = 60; // a plot takes 0.1 s
enum { GNUPLOT_COMPLAINT_BYTES = 4096 };

// ------------------------------------------------------------------------------------- preparation
// plots/ beside or above the program's folder, so that it is found from anywhere; else here.
static char *find_scripts(void) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    path[n > 0 ? n : 0] = 0;
    for (char *slash; (slash = strrchr(path, '/')) != NULL;) {
        *slash = 0;
        char *scripts = text_format("%s/plots", path);
        char *common = text_format("%s/common.gp", scripts);
        int found = access(common, R_OK) == 0;
        free(common);
        if (found)
            return scripts;
        free(scripts);
    }
    return access("plots/common.gp", R_OK) == 0 ? text_format("plots") : NULL;
}

static bool child_succeeded(const struct child_result *result) {
    return !result->error && !result->timed_out && WIFEXITED(result->status) &&
           WEXITSTATUS(result->status) == 0;
}

// Looks gnuplot up as a shell would, since child_run wants a path.
static const char program_finder[] = "/usr/bin/env";

static struct child_result run_gnuplot(char *const *arguments) {
    struct child_options options = {.arguments = arguments,
                                    .environment = environ,
                                    .timeout_s = gnuplot_timeout_s,
                                    .interrupt_fd = -1,
                                    .errors_too = true,
                                    .keep_bytes = GNUPLOT_COMPLAINT_BYTES};
    return child_run(&options);
}

bool drawing_start(struct drawing *drawing, struct store *store, char *error, size_t error_bytes) {
    *drawing = (struct drawing){.store = store, .scripts = find_scripts()};
    if (!drawing->scripts) {
        snprintf(error, error_bytes, "no folder plots/ with common.gp beside this program or here");
        return false;
    }
    char *arguments[] = {(char *)(uintptr_t)program_finder, "gnuplot", "--version", NULL};
    struct child_result result = run_gnuplot(arguments);
    drawing->gnuplot = child_succeeded(&result);
    free(result.output);
    return true;
}

void drawing_end(struct drawing *drawing) {
    free(drawing->scripts);
}

// ---------------------------------------------------------------------------------------- pictures
// The ids of several pictures in one page must differ, so each gets the picture's name in front.
static void copy_with_ids(FILE *out, const char *svg, const char *prefix) {
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
static void name_picture(struct plot *plot) {
    const char *from = plot->svg;
    const char *name = strstr(from, "<title>Gnuplot</title>"), *described = strstr(from, "</desc>");
    struct text text;
    text_open(&text);
    if (name && described > name) {
        fwrite(from, 1, (size_t)(name - from), text.file);
        fputs("<title>", text.file);
        text_html(text.file, plot->title);
        fputs("</title>\n<desc>", text.file);
        text_html(text.file, plot->description);
        from = described;
    }
    copy_with_ids(text.file, from, plot->name);
    text_close(&text);
    free(plot->svg);
    plot->svg = text.data;
    plot->svg_bytes = text.bytes;
}

// Instead of an empty plot.
static void draw_card(struct plot *plot) {
    struct text text;
    text_open(&text);
    fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 120\" "
          "font-family=\"sans-serif\">\n"
          "<title>",
          text.file);
    text_html(text.file, plot->title);
    fputs("</title>\n<desc>No data</desc>\n<rect width=\"900\" height=\"120\" fill=\"#ffffff\"/>\n"
          "<text x=\"12\" y=\"28\" font-size=\"16\">",
          text.file);
    text_html(text.file, plot->title);
    fputs("</text>\n<text x=\"12\" y=\"68\" font-size=\"13\" fill=\"#555555\">No data: ",
          text.file);
    text_html(text.file, plot->reason);
    fputs("</text>\n</svg>\n", text.file);
    text_close(&text);
    plot->svg = text.data;
    plot->svg_bytes = text.bytes;
}

// What gnuplot left, when it is a whole picture.
static bool take_picture(struct plot *plot, const char *path) {
    plot->svg = text_read_file(path, &plot->svg_bytes);
    if (plot->svg && strstr(plot->svg, "</svg>")) {
        name_picture(plot);
        return true;
    }
    free(plot->svg);
    plot->svg = NULL;
    return false;
}

// The first line of a complaint that says something.
static char *complaint(const struct child_result *result) {
    if (result->error || result->timed_out)
        return text_format("gnuplot %s",
                           result->timed_out ? "took too long" : strerror(result->error));
    const char *line = result->output;
    while (*line && (*line == '\n' || *line == ' ' || *line == '^'))
        line++;
    return text_format("gnuplot: %.*s", (int)strcspn(line, "\n"), line);
}

static void draw_picture(struct drawing *drawing, struct plot *plot) {
    const char *dir = drawing->store->dir;
    char *script = text_format("%s/%s.gp", drawing->scripts, plot->script);
    char *tsv = text_format("%s/plots/%s.tsv", dir, plot->name);
    char *beside = text_format("%s/plots/%s.svg.drawing", dir, plot->name);
    char *arguments[] = {
        (char *)(uintptr_t)program_finder, "gnuplot", "-c", script, tsv, beside, plot->title, NULL};
    struct child_result result = run_gnuplot(arguments);
    if (!child_succeeded(&result) || !take_picture(plot, beside)) {
        plot->reason = complaint(&result);
        fprintf(stderr, "heapbench: plot %s: %s\n", plot->name, plot->reason);
    }
    unlink(beside);
    free(result.output);
    free(script);
    free(tsv);
    free(beside);
}

static int write_part(struct drawing *drawing, const struct plot *plot, const char *suffix,
                      const char *text, size_t bytes) {
    char *name = text_format("plots/%s%s", plot->name, suffix);
    int error = bytes ? store_write(drawing->store, name, text, bytes) : 0;
    free(name);
    return error;
}

int draw_plot(struct drawing *drawing, struct plot *plot) {
    int error = write_part(drawing, plot, ".tsv", plot->table.data, plot->table.bytes);
    if (!error)
        error = write_part(drawing, plot, "-front.tsv", plot->second.data, plot->second.bytes);
    if (error)
        return error;
    if (plot->blocks && drawing->gnuplot)
        draw_picture(drawing, plot);
    if (plot->blocks && !drawing->gnuplot)
        plot->reason =
            text_format("gnuplot is not installed; after `make deps`, `make plots` draws it");
    if (!plot->svg)
        draw_card(plot);
    return write_part(drawing, plot, ".svg", plot->svg, plot->svg_bytes);
}
