// table.c - see table.h.

#include "table.h"

#include <math.h>
#include <string.h>

static const char dashes[] = "----------------------------------------------------------------";

size_t table_width(const char *text) {
    size_t width = 0;
    for (; *text; text++)
        if (*text == '\033')
            text += strcspn(text, "m"); // a colour
        else
            width += ((unsigned char)*text & 0xC0) != 0x80; // not a continuation byte
    return width;
}

void table_fit(struct table_column *column, const char *const *texts, size_t count) {
    if ((int)table_width(column->title) > column->width)
        column->width = (int)table_width(column->title);
    for (size_t i = 0; i < count; i++)
        if (texts[i] && (int)table_width(texts[i]) > column->width)
            column->width = (int)table_width(texts[i]);
}

void table_row(FILE *out, const struct table_column *columns, size_t count,
               const char *const *texts) {
    int owed = 0; // spaces due before the next text: none are printed after the last one
    for (size_t i = 0; i < count; i++) {
        const char *text = texts[i] ? texts[i] : "";
        int pad = columns[i].width - (int)table_width(text);
        if (pad < 0)
            pad = 0;
        if (*text) {
            fprintf(out, "%*s%s", owed + (columns[i].right ? pad : 0), "", text);
            owed = columns[i].right ? 2 : pad + 2;
        } else {
            owed += pad + 2;
        }
    }
    fputc('\n', out);
    fflush(out);
}

static void table_rule(FILE *out, int width) {
    while (width > 0) {
        int n = width < (int)sizeof dashes - 1 ? width : (int)sizeof dashes - 1;
        fprintf(out, "%.*s", n, dashes);
        width -= n;
    }
}

void table_head(FILE *out, const struct table_column *columns, size_t count) {
    int owed = 0;
    for (size_t i = 0; i < count; i++) {
        int pad = columns[i].width - (int)table_width(columns[i].title);
        if (pad < 0)
            pad = 0;
        fprintf(out, "%*s%s", owed + (columns[i].right ? pad : 0), "", columns[i].title);
        owed = columns[i].right ? 2 : pad + 2;
    }
    fputc('\n', out);
    for (size_t i = 0; i < count; i++) {
        int width = (int)table_width(columns[i].title);
        table_rule(out, columns[i].width > width ? columns[i].width : width);
        fputs(i + 1 < count ? "  " : "\n", out);
    }
    fflush(out);
}

// Three significant digits, without an exponent and without trailing zeros after the point.
static struct si si_scaled(double value, const char *unit) {
    struct si si;
    double size = fabs(value);
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    int n = snprintf(si.text, sizeof si.text, "%.*f", decimals, value);
    while (decimals > 0 && n > 1 && (si.text[n - 1] == '0' || si.text[n - 1] == '.')) {
        int point = si.text[n - 1] == '.';
        si.text[--n] = 0;
        if (point)
            break;
    }
    if (!strcmp(si.text, "-0"))
        n = snprintf(si.text, sizeof si.text, "0");
    snprintf(si.text + n, sizeof si.text - (size_t)n, "%s", unit);
    return si;
}

// Scales by 1000 until the number is below 999.5, so that rounding never prints 1000 of a unit.
static struct si si_thousands(double value, const char *const *units, size_t count) {
    if (!isfinite(value))
        return (struct si){"-"};
    size_t i = 0;
    for (; i + 1 < count && fabs(value) >= 999.5; i++)
        value /= 1000;
    return si_scaled(value, units[i]);
}

struct si si_time(double ns) {
    static const char *const units[] = {" ns", " us", " ms", " s"};
    if (!isfinite(ns) || ns < 119.5e9)
        return si_thousands(ns, units, 4);
    struct si si;
    double seconds = floor(ns / 1e9 + 0.5), minutes = floor(seconds / 60 + 0.5);
    if (seconds < 3600)
        snprintf(si.text, sizeof si.text, "%.0f min %.0f s", floor(seconds / 60),
                 fmod(seconds, 60));
    else
        snprintf(si.text, sizeof si.text, "%.0f h %.0f min", floor(minutes / 60),
                 fmod(minutes, 60));
    return si;
}

struct si si_bytes(double bytes) {
    static const char *const units[] = {" B", " kB", " MB", " GB", " TB"};
    return si_thousands(bytes, units, 5);
}

struct si si_rate(double per_second) {
    static const char *const units[] = {" /s", " k/s", " M/s", " G/s"};
    return si_thousands(per_second, units, 4);
}

struct si si_count(double count) {
    static const char *const units[] = {"", " k", " M", " G", " T"};
    struct si si;
    if (isfinite(count) && fabs(count) < 10000 && count == floor(count)) {
        snprintf(si.text, sizeof si.text, "%.0f", count);
        return si;
    }
    return si_thousands(count, units, 5);
}

struct si si_percent(double fraction) {
    if (!isfinite(fraction))
        return (struct si){"-"};
    return si_scaled(100 * fraction, " %");
}
