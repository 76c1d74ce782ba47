// svg.c - reads gnuplot's SVG tag by tag and writes what is left of it.

#include "svg.h"

#include "base/must.h"
#include "base/text.h"
#include "svg_join.h"
#include "svg_path.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
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
    fprintf(out, "<svg viewBox=\"0 0 %g %g\"%s>", size.width, size.height, more);
}

// Groups that are open: each is written only when something in it is.
enum { SVG_DEPTH = 12, SVG_TAG_BYTES = 400 };
struct svg_group {
    char tag[SVG_TAG_BYTES]; // what it will be written as; "" when nothing is left to say
    bool plotted, written;
    bool merged; // into the one around it, which is plotted
};

struct svg_writer {
    const struct svg_series *series;
    size_t series_count;
    struct svg_group groups[SVG_DEPTH];
    size_t depth;
    char colour[SVG_TAG_BYTES]; // of the marks whose group is open; "": none is
    struct svg_seen *seen;
    FILE *out;
};

// -------------------------------------------------------------------------------------- attributes
// "12.00" is 12 and "0.150" .15: a tenth of a pixel is seen, and a hundredth of an opacity.
static const char *svg_put_number(const char *from, FILE *out) {
    char *end, shown[32];
    double number = strtod(from, &end);
    number = fabs(number) < 1 ? round(number * 100) / 100 : round(number * 10) / 10;
    snprintf(shown, sizeof shown, "%g", number + 0.0);
    fputs(!strncmp(shown, "0.", 2) ? shown + 1 : shown, out);
    return end;
}

static void svg_put_numbers(const char *from, const char *end, FILE *out) {
    while (from < end)
        if (isdigit((unsigned char)*from) || strchr("-.", *from))
            from = svg_put_number(from, out);
        else if (isspace((unsigned char)*from))
            from++;
        else
            fputc(*from++, out);
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

// A path is d, whichever element it was.
static void svg_put_attribute(const char *name, size_t length, const char *value, const char *end,
                              FILE *out) {
    bool points = svg_named(name, length, "points");
    fprintf(out, " %.*s=\"", points ? 1 : (int)length, points ? "d" : name);
    if (points || svg_named(name, length, "d"))
        svg_path_write(value, end, points, out);
    else if (isdigit((unsigned char)*value) || svg_named(name, length, "transform"))
        svg_put_numbers(value, end, out);
    else
        svg_put_colour(value, end, out);
    fputc('"', out);
}

// from .. end: NAME = 'VALUE' ... of one tag.
static void svg_put_attributes(const char *from, const char *end, FILE *out) {
    while ((from += strspn(from, " \t\n/")) < end) {
        size_t length = strcspn(from, " =");
        const char *value = from + strcspn(from, "'\""), *close;
        if (value >= end || !(close = strchr(value + 1, *value)))
            return;
        value++;
        if (!svg_is_default(from, value))
            svg_put_attribute(from, length, value, close, out);
        from = close + 1;
    }
}

// Attributes that are often there have a class in plots/colours.css.
static void svg_shorten(char *tag) {
    static const char *const classes[][2] = {
        {" stroke=\"none\" shape-rendering=\"crispEdges\"", " class=\"f\""},
        {" stroke-width=\"1.6\"", " class=\"l\""},
        {" text-anchor=\"end\"", " class=\"e\""},
        {" text-anchor=\"middle\"", " class=\"m\""}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        char *at = strstr(tag, classes[i][0]);
        if (at) {
            size_t was = strlen(classes[i][0]), is = strlen(classes[i][1]);
            memcpy(at, classes[i][1], is);
            memmove(at + is, at + was, strlen(at + was) + 1);
        }
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

// A plotted group. more: attributes of the first group in it. Returns whether it was written.
static bool svg_put_name(const struct svg_writer *w, int style, const char *more) {
    const struct svg_series *s = w->series;
    while (s < w->series + w->series_count && s->style != style)
        s++;
    if (s == w->series + w->series_count)
        return false;
    fputs("<g", w->out);
    text_data(w->out, 's', s->name, SIZE_MAX);
    fprintf(w->out, "%s><title>", more);
    text_html(w->out, s->name);
    fputs(*s->text ? ": " : "", w->out);
    text_html(w->out, s->text);
    fputs("</title>", w->out);
    return true;
}

// Before something is written that has these attributes: the groups around it.
static void svg_open_groups(struct svg_writer *w, const char *attributes) {
    int style = svg_style_in(attributes);
    for (size_t i = w->depth; i-- > 0 && !style;)
        style = svg_style_in(w->groups[i].tag);
    for (size_t i = 0; i < w->depth; i++) {
        struct svg_group *group = &w->groups[i], *next = i + 1 < w->depth ? group + 1 : NULL;
        if (group->written || group->merged)
            continue;
        if (group->plotted) {
            bool merges = next && !next->plotted;
            group->written = svg_put_name(w, style, merges ? next->tag : "");
            if (merges)
                next->merged = group->written;
        } else if (*group->tag) {
            fprintf(w->out, "<g%s>", group->tag);
            group->written = true;
        }
    }
}

static void svg_end_marks(struct svg_writer *w) {
    if (*w->colour)
        fputs("</g>", w->out);
    *w->colour = 0;
}

static void svg_open_group(struct svg_writer *w, const char *from, const char *end) {
    svg_end_marks(w);
    struct svg_group *group = &w->groups[w->depth++];
    *group = (struct svg_group){.plotted = strstr(from, "_plot_") && strstr(from, "_plot_") < end};
    FILE *tag = must(fmemopen(group->tag, sizeof group->tag, "w"));
    if (!group->plotted)
        svg_put_attributes(from, end, tag);
    fclose(tag);
    svg_shorten(group->tag);
}

// With a group that was merged the plotted one ends, and begins again when more is in it.
static void svg_close_group(struct svg_writer *w) {
    svg_end_marks(w);
    if (!w->depth)
        return;
    struct svg_group *group = &w->groups[--w->depth];
    if (group->written || group->merged)
        fputs("</g>", w->out);
    if (group->merged)
        group[-1].written = false;
}

// ------------------------------------------------------------------------------------------- tags
// Which of the long elements it is that were written before; their count when it is none of them.
static size_t svg_known(struct svg_seen *seen, const char *attributes) {
    size_t i = 0;
    while (i < seen->texts.count && strcmp(seen->texts.items[i], attributes) != 0)
        i++;
    if (i == seen->texts.count) {
        names_add(&seen->texts, attributes);
        seen->used = must(realloc(seen->used, (i + 1) * sizeof *seen->used));
        seen->used[i] = false;
    } else {
        seen->used[i] = true;
    }
    return i;
}

// A path or polygon. What is long may have been drawn in an earlier panel: then it is used again.
static void svg_put_element(struct svg_writer *w, const char *name, size_t length,
                            const char *end) {
    enum { LONG_BYTES = 50 };
    struct text attributes;
    svg_end_marks(w);
    text_open(&attributes);
    svg_put_attributes(name + length, end, attributes.file);
    text_close(&attributes);
    if (strstr(attributes.data, " d=\"\"")) { // it draws nothing
        text_free(&attributes);
        return;
    }
    svg_open_groups(w, attributes.data);
    size_t known = w->seen->texts.count, at = known;
    if (attributes.bytes > LONG_BYTES)
        at = svg_known(w->seen, attributes.data);
    if (at < known)
        fprintf(w->out, "<use href=\"#%s-%zu\"/>", w->seen->name, at);
    else if (at < w->seen->texts.count)
        fprintf(w->out, "<path id=\"%s-%zu\"%s/>", w->seen->name, at, attributes.data);
    else
        fprintf(w->out, "<path%s/>", attributes.data);
    text_free(&attributes);
}

// A mark of a shape and size, which the first one brings along.
static void svg_put_mark(struct svg_writer *w, int shape, double size, double x, double y) {
    char *name = text_format("%s-%d-%.0f", w->seen->name, shape, size * 10);
    if (!names_has(&w->seen->marks, name)) {
        names_add(&w->seen->marks, name);
        fprintf(w->out, "<defs><use id=\"%s\" href=\"#gpPt%d\" transform=\"scale(%.1f)\"/></defs>",
                name, shape, size);
    }
    fprintf(w->out, "<use href=\"#%s\" x=\"%g\" y=\"%g\"/>", name, round(x * 10) / 10,
            round(y * 10) / 10);
    free(name);
}

// A point, of which those of one colour are a group. One without a shape is a dot, which nobody
// sees.
static void svg_put_point(struct svg_writer *w, const char *from, const char *end) {
    int shape;
    double x, y, size;
    const char *href = strstr(from, "#gpPt"), *place = strstr(from, "translate(");
    const char *colour = strstr(from, "color=");
    if (!href || !place || !colour || href > end || place > end || colour > end ||
        !strncmp(colour + 7, "white", 5) || // it clears the ground for another
        sscanf(href, "#gpPt%d", &shape) != 1 ||
        sscanf(place, "translate(%lf,%lf) scale(%lf)", &x, &y, &size) != 3)
        return;
    char attribute[SVG_TAG_BYTES] = "";
    FILE *text = must(fmemopen(attribute, sizeof attribute, "w"));
    svg_put_attributes(colour, colour + 8 + strcspn(colour + 7, "'\""), text);
    fclose(text);
    if (strcmp(attribute, w->colour) != 0) {
        svg_end_marks(w);
        svg_open_groups(w, attribute);
        fprintf(w->out, "<g%s>", attribute);
        memcpy(w->colour, attribute, sizeof attribute);
    }
    svg_put_mark(w, shape, size, x, y);
}

// A text that is the name of a series belongs to it.
static void svg_put_owner(const struct svg_writer *w, const char *text, size_t length) {
    for (size_t i = 0; i < w->series_count; i++)
        if (svg_named(text, length, w->series[i].name)) {
            text_data(w->out, 's', text, length);
            return;
        }
}

// A place that is not turned needs no transform, and is a whole pixel.
static void svg_place_text(char *tag) {
    double x, y;
    int used = 0;
    char *at = strstr(tag, " transform=\"translate("), place[80];
    if (!at || sscanf(at, " transform=\"translate(%lf,%lf)\"%n", &x, &y, &used) != 2 || !used)
        return;
    size_t length = (size_t)snprintf(place, sizeof place, " x=\"%.0f\" y=\"%.0f\"", x, y);
    memcpy(at, place, length); // which is shorter
    memmove(at + length, at + used, strlen(at + used) + 1);
}

static void svg_drop(char *tag, const char *what) {
    char *at = strstr(tag, what);
    if (at)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
}

// A text, which gnuplot puts into a group that places it: the two become one. Texts have no stroke
// and the text's colour (plots/colours.css) unless they say otherwise.
static const char *svg_put_text(struct svg_writer *w, const char *from) {
    const char *end = strstr(from, "</text>");
    from += strspn(from, " ");
    if (!end || end <= from)
        return from;
    svg_end_marks(w);
    struct svg_group *group = w->depth ? &w->groups[w->depth - 1] : NULL;
    char tag[SVG_TAG_BYTES] = "";
    if (group && !group->written && !group->merged && !group->plotted) {
        memcpy(tag, group->tag, sizeof tag);
        *group->tag = 0;
    }
    svg_open_groups(w, tag);
    svg_drop(tag, " stroke=\"none\"");
    svg_drop(tag, " fill=\"var(--c0)\"");
    svg_drop(tag, " text-anchor=\"start\"");
    svg_place_text(tag);
    fprintf(w->out, "<text%s", tag);
    svg_put_owner(w, from, (size_t)(end - from));
    fprintf(w->out, ">%.*s</text>", (int)(end - from), from);
    return end;
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
    } else if (svg_named(from, length, "path") || svg_named(from, length, "polygon")) {
        svg_put_element(w, from, length, end);
    } else if (svg_named(from, length, "use")) {
        svg_put_point(w, from, end);
    }
    return end + 1;
}

struct svg_size svg_compact(const char *svg, const struct svg_series *series, size_t count,
                            struct svg_seen *seen, FILE *out) {
    struct text text;
    text_open(&text);
    struct svg_writer w = {.series = series, .series_count = count, .seen = seen, .out = text.file};
    struct svg_size size = {0, 0};
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    if (box && sscanf(box, "viewBox=\"0 0 %lf %lf", &size.width, &size.height) == 2)
        for (const char *at = svg; (at = strchr(at, '<')) != NULL;)
            at = svg_tag(&w, at + 1);
    else
        size = (struct svg_size){0, 0};
    svg_end_marks(&w);
    text_close(&text);
    svg_join(text.data, out);
    text_free(&text);
    return size;
}

void svg_drop_ids(const struct svg_seen *seen, char *ink) {
    char *start = text_format(" id=\"%s-", seen->name), *at = ink;
    while ((at = strstr(at, start)) != NULL) {
        char *after;
        size_t number = strtoul(at + strlen(start), &after, 10);
        if (*after == '"' && number < seen->texts.count && !seen->used[number])
            memmove(at, after + 1, strlen(after + 1) + 1);
        else
            at++;
    }
    free(start);
}

// from: after ="; a value before "/>" would take the slash.
static bool svg_needs_quotes(const char *from, const char *end) {
    return end == from || end[1] == '/' || from + strcspn(from, " \t\n'`=<>") < end;
}

void svg_unquote(const char *ink, FILE *out) {
    bool tag = false;
    for (const char *at = ink; *at; at++) {
        const char *end = tag && *at == '"' ? strchr(at + 1, '"') : NULL;
        bool id = end && at - ink > 3 && !strncmp(at - 4, " id=", 4);
        tag = *at == '<' || (tag && *at != '>');
        if (!end) {
            fputc(*at, out);
            continue;
        }
        bool quoted = id || svg_needs_quotes(at + 1, end);
        fwrite(quoted ? at : at + 1, 1, (size_t)(end - at) + (quoted ? 1 : -1), out);
        at = end;
    }
}

void svg_seen_free(struct svg_seen *seen) {
    names_free(&seen->texts);
    names_free(&seen->marks);
    free(seen->used);
}
