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

// --------------------------------------------------------------------------------------- sentences
// A paragraph in lines of at most WIDTH characters.
static void say(const char *text) {
    size_t column = 0;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column && column + 1 + word > WIDTH) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%s%.*s", column ? " " : "", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    putchar('\n');
}

static void say_free(char *text) {
    say(text);
    free(text);
}

// "12.3..45.6 ms": with one unit when both have the same.
static char *interval(const struct plane_figure *f, struct si (*si)(double)) {
    struct si low = si(f->low), high = si(f->high);
    const char *unit = strchr(low.text, ' '), *other = strchr(high.text, ' ');
    if (f->high <= 0)
        return text_format("-");
    if (!strcmp(low.text, high.text))
        return text_format("%s", low.text);
    if (unit && other && !strcmp(unit, other))
        return text_format("%.*s..%s", (int)(unit - low.text), low.text, high.text);
    return text_format("%s..%s", low.text, high.text);
}

// Two digits are enough for what is not known better.
static struct si rough_time(double ns) {
    double unit = ns > 0 ? pow(10, floor(log10(ns)) - 1) : 1;
    return si_time(round(ns / unit) * unit);
}

static struct si rough_bytes(double bytes) {
    double unit = bytes > 0 ? pow(10, floor(log10(bytes)) - 1) : 1;
    return si_bytes(round(bytes / unit) * unit);
}

// ------------------------------------------------------------------------------------------- lines
char *advice_start_line(const struct plane_point *point) {
    return text_format("import gc; gc.set_threshold(%u, %u, %u)", point->policy.threshold[0],
                       point->policy.threshold[1], point->policy.threshold[2]);
}

char *advice_setup_line(const struct plane_point *point) {
    return text_format("%s", point->kind == PLANE_FROZEN ? "gc.collect(); gc.freeze()" : "");
}

// ------------------------------------------------------------------------------------------- table
static void print_row(const struct advice *a, const struct plane_point *point) {
    char collections[80], name[40];
    snprintf(collections, sizeof collections, "%" PRIu64 "/%" PRIu64 "/%" PRIu64,
             point->collections[0], point->collections[1], point->collections[2]);
    snprintf(name, sizeof name, "%s%s", point->name, point == a->taken ? " *" : "");
    char *gc = interval(&point->gc_ns, rough_time),
         *longest = interval(&point->longest_ns, rough_time),
         *peak = interval(&point->peak_bytes, rough_bytes);
    table_row(stdout, columns, COLUMNS,
              (const char *const[COLUMNS]){name, collections, gc, longest, peak});
    free(gc);
    free(longest);
    free(peak);
}

static void print_table(const struct advice *a) {
    table_head(stdout, columns, COLUMNS);
    for (size_t i = 0; i < a->shown_count; i++)
        print_row(a, a->shown[i]);
    putchar('\n');
}

// ------------------------------------------------------------------------------------------- check
static void print_about(const struct plane *p, const char *recording) {
    const struct model *m = p->m;
    struct si events = si_count((double)m->end), containers = si_count((double)m->container_count);
    struct si cycles =
        si_percent(m->container_count ? (double)m->garbage / (double)m->container_count : 0);
    say_free(text_format("%s: %s; %s events, %s containers, %s of them died in cycles%s", recording,
                         text_member((const json_t *)m->header, "source"), events.text,
                         containers.text, cycles.text,
                         m->cut ? "; cut: this is its beginning" : ""));
}

static void print_check(const struct advice *a, const struct plane *p) {
    const struct calibration_run *run = p->runs->run;
    struct si model = si_time(p->now_gc_ns), did = si_time(run->gc_ns), off = si_percent(a->off);
    const uint64_t *c = p->now.collections, *d = run->collections;
    char *far = a->off > 0 ? text_format("%s off where it is the farthest, of two runs", off.text)
                           : text_format("no more than one off, in two runs");
    say_free(text_format("check: as it is, the model has %" PRIu64 "/%" PRIu64 "/%" PRIu64
                         " collections in %s, the program %" PRIu64 "/%" PRIu64 "/%" PRIu64
                         " in %s: collections %s",
                         c[0], c[1], c[2], model.text, d[0], d[1], d[2], did.text, far));
    free(far);
    putchar('\n');
}

// ----------------------------------------------------------------------------------------- verdict
static char *change_of(const struct plane *p, const struct plane_point *to) {
    const struct plane_point *now = p->points;
    struct plane_figure change = advice_change(p, to);
    struct si was = si_time(now->gc_ns.value),
              share = si_percent(now->gc_ns.value / p->runs->run[0].process_ns),
              pause = rough_time(now->longest_ns.value), peak = rough_bytes(now->peak_bytes.value);
    char *gc = interval(&to->gc_ns, rough_time), *longest = interval(&to->longest_ns, rough_time),
         *memory = interval(&to->peak_bytes, rough_bytes);
    char *text =
        text_format("Collections take %s now, %s of the program's CPU time, and %s then: the "
                    "program as a whole takes %.0f to %.0f %% less. The longest takes %s now, %s "
                    "then; peak memory is %s now, %s then.",
                    was.text, share.text, gc, -100 * change.high, -100 * change.low, pause.text,
                    longest, peak.text, memory);
    free(gc);
    free(longest);
    free(memory);
    return text;
}

static void print_taken(const struct advice *a, const struct plane *p) {
    char *line = advice_start_line(a->taken), *after = advice_setup_line(a->taken);
    struct si pause = rough_time(a->budget.pause_ns);
    say_free(text_format("Advised (*): the least CPU time in collections within %gx of the memory, "
                         "and no pause longer than %s. %s",
                         a->budget.memory, isnan(a->budget.pause_ns) ? "now" : pause.text,
                         p->sets_itself ? "Instead of what the program sets itself:"
                                        : "At the program's start:"));
    printf("\n    %s\n\n", line);
    if (*after) {
        struct si objects = si_count(p->frozen),
                  share = si_percent((double)p->setup / (double)p->m->end);
        say_free(
            text_format("And once it is set up, which in this recording is when %s objects are "
                        "there that stay (len(gc.get_objects())), after %s of all births "
                        "and deaths:",
                        objects.text, share.text));
        printf("\n    %s\n\n", after);
    }
    say_free(change_of(p, a->taken));
    free(line);
    free(after);
}

static const struct plane_point *of_kind(const struct plane *p, enum plane_kind kind) {
    for (size_t i = 0; i < p->count; i++)
        if (p->points[i].kind == kind)
            return &p->points[i];
    return NULL;
}

static void print_not_advised(const struct advice *a, const struct plane *p) {
    const struct plane_point *off = of_kind(p, PLANE_OFF), *now = p->points;
    double more = off->peak_bytes.value - now->peak_bytes.value;
    struct si memory = si_bytes(more), cycles = si_count((double)p->m->garbage);
    say_free(
        text_format("Not advised: gc.disable(). In this recording %s containers died in cycles, "
                    "and nothing would free them: %s more, growing as long as it runs.",
                    cycles.text, more > 0 ? memory.text : "little"));
    if (!p->setup)
        say("Nor gc.freeze(): no point was found by which most of what stays is there.");
    else if (a->taken && a->taken->kind != PLANE_FROZEN)
        say("Nor gc.freeze(): with these thresholds it would save too little.");
}

static void print_verdict(const struct advice *a, const struct plane *p) {
    struct si share = si_percent(p->points->gc_ns.value / p->runs->run[0].process_ns),
              off = si_percent(a->off);
    switch (a->verdict) {
    case ADVICE_REFUSED:
        say_free(
            text_format("No advice: the model is off by %s of the collections that the program "
                        "had, and more than 5 %% is too much to go by.",
                        off.text));
        return;
    case ADVICE_LEAVE:
        say_free(
            text_format("Leave it: collections take %s of the program's CPU time.", share.text));
        return;
    case ADVICE_NONE:
        say_free(text_format(
            "Leave it: collections take %s of the program's CPU time, and no setting "
            "within %gx of the memory%s is known to take less.",
            share.text, a->budget.memory,
            isnan(a->budget.pause_ns) ? " and with no longer pause" : " and the pause"));
        return;
    case ADVICE_TAKE:
        print_taken(a, p);
    }
}

void advice_print(const struct advice *a, const struct plane *p, const char *recording) {
    print_about(p, recording);
    print_check(a, p);
    if (a->verdict != ADVICE_REFUSED)
        print_table(a);
    print_verdict(a, p);
    if (a->verdict == ADVICE_TAKE)
        print_not_advised(a, p);
}

// -------------------------------------------------------------------------------------------- JSON
static json_t *figure(const struct plane_figure *f) {
    return json_pack("[fff]", f->value, f->low, f->high);
}

static json_t *point_json(const struct plane_point *point) {
    if (!point)
        return json_null();
    char *start = advice_start_line(point), *setup = advice_setup_line(point);
    const uint64_t *c = point->collections;
    json_t *object =
        json_pack("{ss ss ss s[III] sI so so so}", "name", point->name, "start", start, "setup",
                  setup, "collections", (json_int_t)c[0], (json_int_t)c[1], (json_int_t)c[2],
                  "found", (json_int_t)point->found, "gc_ns", figure(&point->gc_ns), "longest_ns",
                  figure(&point->longest_ns), "peak_bytes", figure(&point->peak_bytes));
    free(start);
    free(setup);
    return object;
}

void advice_print_json(const struct advice *a, const struct plane *p) {
    static const char *const verdicts[] = {"refused", "leave", "none", "take"};
    json_t *shown = json_array();
    for (size_t i = 0; i < a->shown_count; i++)
        json_array_append_new(shown, point_json(a->shown[i]));
    struct plane_figure change = advice_change(p, a->taken ? a->taken : p->points);
    json_t *object =
        json_pack("{ss so sf sf so so so}", "verdict", verdicts[a->verdict], "change",
                  a->taken ? figure(&change) : json_null(), "off", a->off, "process_ns",
                  p->runs->run[0].process_ns, "now", point_json(p->points), "advised",
                  point_json(a->taken), "shown", shown);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}
