// svg.c - reads gnuplot's SVG tag by tag and writes what is left of it.

#include "svg.h"

#include "base/must.h"
#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// gnuplot's own, of which it repeats fourteen in each picture.
const char svg_symbols[] =
    "<path id=\"gpPt4\" d=\"M-1-1h2v2h-2z\" fill=\"currentColor\"/>"
    "<circle id=\"gpPt5\" r=\"1\" fill=\"none\" stroke=\"currentColor\" stroke-width=\".222\"/>"
    "<circle id=\"gpPt6\" r=\"1.1\" fill=\"currentColor\"/>"
    "<path id=\"gpPt3\" d=\"M-1-1h2v2h-2z\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-width=\".222\"/>"
    "<path id=\"gpPt7\" d=\"M0-1.33L-1.33.67h2.66z\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-width=\".222\"/>"
    "<path id=\"gpPt8\" d=\"M0-1.33L-1.33.67h2.66z\" fill=\"currentColor\"/>"
    "<path id=\"gpPt9\" d=\"M0 1.33L-1.33-.67h2.66z\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-width=\".222\"/>"
    "<path id=\"gpPt10\" d=\"M0 1.33L-1.33-.67h2.66z\" fill=\"currentColor\"/>"
    "<path id=\"gpPt11\" d=\"M0-1.4L1.4 0 0 1.4-1.4 0z\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-width=\".222\"/>"
    "<path id=\"gpPt12\" d=\"M0-1.4L1.4 0 0 1.4-1.4 0z\" fill=\"currentColor\"/>";

void svg_open(FILE *out, struct svg_size size, const char *more) {
    fprintf(out,
            "<svg viewBox=\"0 0 %g %g\" font-family=\"sans-serif\" font-size=\"11\" fill=\"none\" "
            "stroke=\"currentColor\"%s>",
            size.width, size.height, more);
}

// Groups that are open: each is written only when something in it is.
enum { SVG_DEPTH = 12, SVG_TAG_BYTES = 400 };
struct svg_group {
    char tag[SVG_TAG_BYTES]; // what it will be written as; "" when nothing is left to say
    bool plotted, written;
};

struct svg_writer {
    const struct svg_series *series;
    size_t series_count;
    struct svg_group groups[SVG_DEPTH];
    size_t depth;
    struct svg_seen *seen;
    FILE *out;
};

// -------------------------------------------------------------------------------------- attributes
// "12.00" is 12, and "-0.04" 0.
static const char *svg_put_number(const char *from, FILE *out) {
    char *end, shown[32];
    double number = strtod(from, &end);
    snprintf(shown, sizeof shown, "%.1f", number);
    size_t length = strlen(shown);
    if (!strcmp(shown + length - 2, ".0"))
        shown[length - 2] = 0;
    fputs(strcmp(shown, "-0") != 0 ? shown : "0", out);
    return end;
}

// Paths and points: lines that follow a move need no letter.
static void svg_put_numbers(const char *from, const char *end, FILE *out) {
    bool space = false;
    while (from < end) {
        bool digit = isdigit((unsigned char)*from) || strchr("-.", *from);
        if (isspace((unsigned char)*from) || *from == 'L') {
            space = true;
            from++;
            continue;
        }
        if (space && digit)
            fputc(' ', out);
        space = false;
        if (digit)
            from = svg_put_number(from, out);
        else
            fputc(*from++, out);
    }
}

static void svg_put_colour(const char *from, const char *end, FILE *out) {
    int red, green, blue;
    if (sscanf(from, "rgb(%d ,%d ,%d", &red, &green, &blue) == 3 && red == 1 && green == 2)
        fprintf(out, "var(--c%d)", blue);
    else
        fwrite(from, 1, (size_t)(end - from), out);
}

// What svg_open sets, or what SVG has when nothing is said.
static bool svg_is_default(const char *name, const char *value) {
    static const char *const defaults[][2] = {
        {"id", ""},           {"color", "white"},         {"color", "black"},
        {"stroke", "curren"}, {"stroke-linecap", "butt"}, {"stroke-linejoin", "miter"},
        {"fill", "none"},     {"stroke-width", "1.00"},   {"font-family", "sans-serif"},
        {"class", ""},        {"font-size", "11.00"}};
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        if (!strncmp(name, defaults[i][0], strlen(defaults[i][0])) &&
            (name[strlen(defaults[i][0])] == ' ' || name[strlen(defaults[i][0])] == '=') &&
            !strncmp(value, defaults[i][1], strlen(defaults[i][1])))
            return true;
    return false;
}

static bool svg_named(const char *attribute, size_t length, const char *name) {
    return length == strlen(name) && !strncmp(attribute, name, length);
}

// from .. end: NAME = 'VALUE' ... of one tag.
static void svg_put_attributes(const char *from, const char *end, FILE *out) {
    while ((from += strspn(from, " \t\n/")) < end) {
        size_t length = strcspn(from, " =");
        const char *value = from + strcspn(from, "'\""), *close;
        if (value >= end || !(close = strchr(value + 1, *value)))
            return;
        value++;
        if (!svg_is_default(from, value)) {
            bool link = svg_named(from, length, "xlink:href");
            fprintf(out, " %.*s=\"", (int)length - (link ? 6 : 0), link ? from + 6 : from);
            if (svg_named(from, length, "d") || svg_named(from, length, "points") ||
                svg_named(from, length, "transform"))
                svg_put_numbers(value, close, out);
            else
                svg_put_colour(value, close, out);
            fputc('"', out);
        }
        from = close + 1;
    }
}

// ------------------------------------------------------------------------------------------ groups
// The style that a text of attributes is drawn in, 0 for none.
static int svg_style_in(const char *text) {
    for (; (text = strstr(text, "var(--c")) != NULL; text++)
        if (atoi(text + 7) >= 10)
            return atoi(text + 7);
    return 0;
}

static void svg_put_name(const struct svg_writer *w, struct svg_group *group, int style) {
    for (size_t i = 0; i < w->series_count && !group->written; i++) {
        const struct svg_series *s = &w->series[i];
        if (s->style != style)
            continue;
        fprintf(w->out, "<g data-s=\"%.*s\"><title>", (int)strcspn(s->name, "["), s->name);
        text_html(w->out, s->name);
        fputs(*s->text ? ": " : "", w->out);
        text_html(w->out, s->text);
        fputs("</title>", w->out);
        group->written = true;
    }
}

// Before something is written that has these attributes: the groups around it.
static void svg_open_groups(struct svg_writer *w, const char *attributes) {
    int style = svg_style_in(attributes);
    for (size_t i = w->depth; i-- > 0 && !style;)
        style = svg_style_in(w->groups[i].tag);
    for (size_t i = 0; i < w->depth; i++) {
        struct svg_group *group = &w->groups[i];
        if (group->written)
            continue;
        if (group->plotted)
            svg_put_name(w, group, style);
        else if (*group->tag) {
            fprintf(w->out, "<g%s>", group->tag);
            group->written = true;
        }
    }
}

static void svg_open_group(struct svg_writer *w, const char *from, const char *end) {
    struct svg_group *group = &w->groups[w->depth++];
    *group = (struct svg_group){.plotted = strstr(from, "_plot_") && strstr(from, "_plot_") < end};
    FILE *tag = must(fmemopen(group->tag, sizeof group->tag, "w"));
    if (!group->plotted)
        svg_put_attributes(from, end, tag);
    fclose(tag);
}

static void svg_close_group(struct svg_writer *w) {
    if (w->depth && w->groups[--w->depth].written)
        fputs("</g>", w->out);
}

// ------------------------------------------------------------------------------------------- tags
// A path that goes nowhere.
static bool svg_is_point(const char *attributes) {
    const char *path = strstr(attributes, " d=\"");
    return path && !strchr(path + 4, ' ');
}

// Which of the long elements it is that were written before; their count when it is none of them.
static size_t svg_known(struct svg_seen *seen, const char *attributes) {
    size_t i = 0;
    while (i < seen->texts.count && strcmp(seen->texts.items[i], attributes) != 0)
        i++;
    if (i == seen->texts.count)
        names_add(&seen->texts, attributes);
    return i;
}

// A path, point or polygon. What is long may have been drawn in an earlier panel: then it is used again.
static void svg_put_element(struct svg_writer *w, const char *name, size_t length,
                            const char *end) {
    enum { LONG_BYTES = 60 };
    struct text attributes;
    text_open(&attributes);
    svg_put_attributes(name + length, end, attributes.file);
    text_close(&attributes);
    if (svg_is_point(attributes.data)) {
        text_free(&attributes);
        return;
    }
    svg_open_groups(w, attributes.data);
    size_t known = w->seen->texts.count, at = known;
    if (*name == 'p' && attributes.bytes > LONG_BYTES) // a mark is used again as it is
        at = svg_known(w->seen, attributes.data);
    if (at < known)
        fprintf(w->out, "<use href=\"#%s-%zu\"/>", w->seen->name, at);
    else if (at < w->seen->texts.count)
        fprintf(w->out, "<%.*s id=\"%s-%zu\"%s/>", (int)length, name, w->seen->name, at,
                attributes.data);
    else
        fprintf(w->out, "<%.*s%s/>", (int)length, name, attributes.data);
    text_free(&attributes);
}

// A text that is the name of a series belongs to it.
static void svg_put_owner(const struct svg_writer *w, const char *text, size_t length) {
    for (size_t i = 0; i < w->series_count; i++)
        if (svg_named(text, length, w->series[i].name)) {
            fprintf(w->out, " data-s=\"%.*s\"", (int)strcspn(text, "[<"), text);
            return;
        }
}

// A text, which gnuplot puts into a group that places it: the two become one. Texts have no stroke and the text's colour
// (plots/colours.css) unless they say otherwise.
static const char *svg_put_text(struct svg_writer *w, const char *from) {
    static const char *const usual[] = {" stroke=\"none\"", " fill=\"var(--c0)\"",
                                        " text-anchor=\"start\""};
    const char *end = strstr(from, "</text>");
    from += strspn(from, " ");
    if (!end || end <= from)
        return from;
    struct svg_group *group = w->depth ? &w->groups[w->depth - 1] : NULL;
    char tag[SVG_TAG_BYTES] = "";
    if (group && !group->written && !group->plotted) {
        memcpy(tag, group->tag, sizeof tag);
        *group->tag = 0;
    }
    svg_open_groups(w, tag);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        char *at = strstr(tag, usual[i]);
        if (at)
            memmove(at, at + strlen(usual[i]), strlen(at + strlen(usual[i])) + 1);
    }
    fprintf(w->out, "<text%s", tag);
    svg_put_owner(w, from, (size_t)(end - from));
    fprintf(w->out, ">%.*s</text>", (int)(end - from), from);
    return end;
}

// A point; one without a shape is a dot, which nobody sees.
static bool svg_is_mark(const char *from, size_t length, const char *end) {
    const char *dot = strstr(from, "#gpDot");
    return svg_named(from, length, "use") && !(dot && dot < end);
}

// One tag, which begins at from, after its "<"; returns where to go on.
static const char *svg_tag(struct svg_writer *w, const char *from) {
    const char *end = strchr(from, '>');
    size_t length = strcspn(from, " >/\n\t");
    if (!end)
        return from + strlen(from);
    if (*from == '/') {
        if (!strncmp(from, "/g>", 3))
            svg_close_group(w);
    } else if (svg_named(from, length, "g") && w->depth < SVG_DEPTH) {
        svg_open_group(w, from + length, end);
    } else if (svg_named(from, length, "text")) {
        return svg_put_text(w, end + 1);
    } else if (svg_named(from, length, "defs")) {
        const char *close = strstr(end, "</defs>");
        return close ? close + 1 : end;
    } else if (svg_named(from, length, "path") || svg_is_mark(from, length, end) ||
               svg_named(from, length, "polygon") || svg_named(from, length, "circle")) {
        svg_put_element(w, from, length, end);
    }
    return end + 1;
}

struct svg_size svg_compact(const char *svg, const struct svg_series *series, size_t count,
                            struct svg_seen *seen, FILE *out) {
    struct svg_writer w = {.series = series, .series_count = count, .seen = seen, .out = out};
    struct svg_size size = {0, 0};
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    if (!box || sscanf(box, "viewBox=\"0 0 %lf %lf", &size.width, &size.height) != 2)
        return (struct svg_size){0, 0};
    for (const char *at = svg; (at = strchr(at, '<')) != NULL;)
        at = svg_tag(&w, at + 1);
    return size;
}
