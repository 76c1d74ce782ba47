// advice_print.c - advice as text, in 80 columns.

#include "advice.h"

#include "base/table.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 5, WIDTH = 80 };
static const struct table_column columns[COLUMNS] = {{"thresholds 0, 1", 19, 0},
                                                     {"collections", 11, 1},
                                                     {"gc CPU", 16, 1},
                                                     {"longest pause", 13, 1},
                                                     {"peak memory", 12, 1}};

// ------------------------------------------------------------------------------------------- table
static void advice_print_row(const struct advice *a, const struct plane_point *point) {
    char collections[80], name[40];
    snprintf(collections, sizeof collections, "%" PRIu64 "/%" PRIu64 "/%" PRIu64,
             point->collections[0], point->collections[1], point->collections[2]);
    snprintf(name, sizeof name, "%s%s", point->name, point == a->taken ? " *" : "");
    char *gc = advice_interval(&point->gc_ns, advice_time),
         *longest = advice_interval(&point->longest_ns, advice_time),
         *peak = advice_interval(&point->peak_bytes, advice_bytes);
    table_row(stdout, columns, COLUMNS,
              (const char *const[COLUMNS]){name, collections, gc, longest, peak});
    free(gc);
    free(longest);
    free(peak);
}

static void advice_print_table(const struct advice *a) {
    table_head(stdout, columns, COLUMNS);
    for (size_t i = 0; i < a->shown_count; i++)
        advice_print_row(a, a->shown[i]);
    putchar('\n');
}

// ------------------------------------------------------------------------------------------- words
// Words from a column on, in lines of at most WIDTH characters. Returns the column after them.
static size_t advice_print_words(const char *text, size_t column) {
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column && column + 1 + word > WIDTH) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%s%.*s", column ? " " : "", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    return column;
}

static void advice_print_paragraph(void *context, const char *about, const char *text) {
    (void)context;
    size_t column = advice_print_words(about, 0);
    putchar(':');
    advice_print_words(text, column + 1);
    putchar('\n');
}

static void advice_print_code(void *context, const char *line) {
    (void)context;
    printf("\n    %s\n\n", line);
}

void advice_print(const struct advice *a, const struct plane *p, const char *recording) {
    const struct advice_listener terminal = {advice_print_paragraph, advice_print_code, NULL};
    advice_introduce(a, p, recording, &terminal);
    putchar('\n');
    if (a->verdict != ADVICE_REFUSED) {
        advice_print_table(a);
        advice_explain(a, p, &terminal);
        putchar('\n');
    }
    advice_tell(a, p, &terminal);
}

// -------------------------------------------------------------------------------------------- JSON
static json_t *advice_json_figure(const struct plane_figure *f) {
    return isnan(f->value) ? NULL : json_pack("[fff]", f->value, f->low, f->high);
}

static json_t *advice_json_point(const struct plane *p, const struct plane_point *point) {
    if (!point)
        return json_null();
    char *start = advice_start_line(point), *setup = advice_setup_line(point);
    const uint64_t *c = point->collections;
    const struct plane_figure change = advice_change(p, point);
    json_t *object = json_pack(
        "{ss ss ss s[III] sI so* so* so so*}", "name", point->name, "start", start, "setup", setup,
        "collections", (json_int_t)c[0], (json_int_t)c[1], (json_int_t)c[2], "found",
        (json_int_t)point->found, "gc_ns", advice_json_figure(&point->gc_ns), "longest_ns",
        advice_json_figure(&point->longest_ns), "peak_bytes",
        advice_json_figure(&point->peak_bytes), "change", advice_json_figure(&change));
    free(start);
    free(setup);
    return object;
}

void advice_print_json(const struct advice *a, const struct plane *p) {
    static const char *const verdicts[] = {"refused", "leave", "none", "take"};
    json_t *shown = json_array();
    for (size_t i = 0; i < a->shown_count; i++)
        json_array_append_new(shown, advice_json_point(p, a->shown[i]));
    struct plane_figure change = advice_change(p, a->taken ? a->taken : p->points);
    json_t *object =
        json_pack("{ss so sf sf so so so}", "verdict", verdicts[a->verdict], "change",
                  a->taken ? advice_json_figure(&change) : json_null(), "off", a->off, "process_ns",
                  p->runs->run[0].process_ns, "now", advice_json_point(p, p->points), "advised",
                  advice_json_point(p, a->taken), "shown", shown);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}
