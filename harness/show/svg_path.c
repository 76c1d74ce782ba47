// svg_path.c - see svg_path.h. Whole tenths add up without an error.

#include "svg_path.h"

#include "base/must.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pen {
    FILE *out;
    long x, y;             // where it is, in tenths of a pixel
    long start_x, start_y; // of the line
    long to_x, to_y;       // of a move that is not written yet
    bool moves, began, drew;
    char letter; // that needs no repetition
    bool point;  // whether the number before has a decimal point
    long grain;  // tenths to which points are rounded
};

// Of an area, which is tinted and has no outline, whole pixels do.
enum { LINE_GRAIN = 1, AREA_GRAIN = 10 };

static long pen_round(const struct pen *p, long tenths) {
    return lround((double)tenths / (double)p->grain) * p->grain;
}

// "-0.5" is -.5, and a sign or a second point tells a number from the one before.
static void pen_number(struct pen *p, long tenths, bool first) {
    char text[32];
    long size = labs(tenths), whole = size / 10, rest = size % 10;
    int used = snprintf(text, sizeof text, "%s", tenths < 0 ? "-" : "");
    if (whole || !rest)
        used += snprintf(text + used, sizeof text - (size_t)used, "%ld", whole);
    if (rest)
        snprintf(text + used, sizeof text - (size_t)used, ".%ld", rest);
    if (!first && *text != '-' && !(*text == '.' && p->point))
        fputc(' ', p->out);
    fputs(text, p->out);
    p->point = rest != 0;
}

static void pen_letter(struct pen *p, char letter) {
    if (p->letter != letter)
        fputc(letter, p->out);
}

static void pen_pair(struct pen *p, char letter, char then, long x, long y) {
    bool known = p->letter == letter;
    pen_letter(p, letter);
    pen_number(p, x, !known);
    pen_number(p, y, false);
    p->letter = then;
}

// A move is written when something is drawn from there.
static void pen_move(struct pen *p) {
    if (!p->moves)
        return;
    p->moves = false;
    p->letter = 0;
    if (p->began)
        pen_pair(p, 'm', 'l', p->to_x - p->x, p->to_y - p->y);
    else
        pen_pair(p, 'M', 0, p->to_x, p->to_y);
    p->began = true;
    p->start_x = p->x = p->to_x;
    p->start_y = p->y = p->to_y;
}

static void pen_line(struct pen *p, long x, long y) {
    if (p->moves ? x == p->to_x && y == p->to_y : x == p->x && y == p->y)
        return;
    pen_move(p);
    if (x != p->x && y != p->y) {
        pen_pair(p, 'l', 'l', x - p->x, y - p->y);
    } else {
        char letter = y == p->y ? 'h' : 'v';
        bool known = p->letter == letter;
        pen_letter(p, letter);
        pen_number(p, y == p->y ? x - p->x : y - p->y, !known);
        p->letter = letter;
    }
    p->x = x;
    p->y = y;
    p->drew = true;
}

static void pen_close(struct pen *p) {
    if (p->moves)
        return;
    fputc('z', p->out);
    p->letter = 'z';
    p->x = p->start_x;
    p->y = p->start_y;
}

// The next number of a text; false, and nothing is passed over, when something else is next.
static bool path_number(const char **at, const char *end, long *tenths) {
    const char *from = *at;
    char *after;
    while (from < end && (isspace((unsigned char)*from) || *from == ','))
        from++;
    double number = from < end ? strtod(from, &after) : 0;
    if (from >= end || after == from)
        return false;
    *tenths = lround(number * 10);
    *at = after;
    return true;
}

static bool path_point(const char **at, const char *end, long *x, long *y) {
    return path_number(at, end, x) && path_number(at, end, y);
}

// Twice the area within points.
static long path_area(const char *at, const char *end) {
    long x, y, first_x, first_y, last_x, last_y, sum = 0;
    if (!path_point(&at, end, &first_x, &first_y))
        return 0;
    last_x = first_x;
    last_y = first_y;
    while (path_point(&at, end, &x, &y)) {
        sum += last_x * y - x * last_y;
        last_x = x;
        last_y = y;
    }
    return labs(sum + last_x * first_y - first_x * last_y);
}

// The points of a line that goes on without a move.
struct line {
    struct {
        long x, y;
    } * at;
    size_t count;
};

static void line_add(struct line *l, long x, long y) {
    l->at = must(realloc(l->at, (l->count + 1) * sizeof *l->at));
    l->at[l->count].x = x;
    l->at[l->count++].y = y;
}

// Whether the points between two lie on their way from one to the other, to a tenth of a pixel (half
// of one around an area), which nobody sees. off: so many tenths
static bool line_is_straight(const struct line *l, size_t from, size_t to, double off) {
    double dx = (double)(l->at[to].x - l->at[from].x), dy = (double)(l->at[to].y - l->at[from].y);
    double length = hypot(dx, dy);
    for (size_t i = from + 1; i < to; i++) {
        double x = (double)(l->at[i].x - l->at[from].x), y = (double)(l->at[i].y - l->at[from].y);
        double along = x * dx + y * dy;
        if (fabs(x * dy - y * dx) > off * length || along < 0 || along > length * length)
            return false;
    }
    return true;
}

// Writes a line, without the points that its course does not need, and empties it.
static void line_write(struct line *l, struct pen *p) {
    double off = p->grain == AREA_GRAIN ? 5 : 1;
    for (size_t i = 0, next; i + 1 < l->count; i = next) {
        next = i + 1;
        while (next + 1 < l->count && line_is_straight(l, i, next + 1, off))
            next++;
        p->moves |= !i;
        if (!i) {
            p->to_x = pen_round(p, l->at[0].x);
            p->to_y = pen_round(p, l->at[0].y);
        }
        pen_line(p, pen_round(p, l->at[next].x), pen_round(p, l->at[next].y));
    }
    l->count = 0;
}

static void path_polygon(struct pen *p, const char *at, const char *end) {
    enum { SEEN = 100 }; // twice half a pixel, in tenths of one
    struct line line = {0};
    long x, y;
    if (path_area(at, end) < SEEN)
        return;
    while (path_point(&at, end, &x, &y))
        line_add(&line, x, y);
    line_write(&line, p);
    free(line.at);
    pen_close(p);
}

bool svg_path_write(const char *from, const char *end, bool closed, FILE *out) {
    struct pen p = {.out = out, .grain = closed ? AREA_GRAIN : LINE_GRAIN};
    struct line line = {0};
    long x, y;
    bool moves = true;
    if (closed)
        path_polygon(&p, from, end);
    while (!closed && from < end) {
        if (isalpha((unsigned char)*from)) {
            moves = *from == 'M';
            if (*from != 'L')
                line_write(&line, &p);
            if (*from++ == 'Z')
                pen_close(&p);
        } else if (!path_point(&from, end, &x, &y)) {
            from++;
        } else {
            if (moves)
                line.count = 0;
            line_add(&line, x, y);
            moves = false;
        }
    }
    line_write(&line, &p);
    free(line.at);
    return p.drew;
}
