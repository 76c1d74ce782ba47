// advice_tell.c - advice in words.

#include "advice.h"

#include "base/table.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void advice_say(const struct advice_listener *l, const char *about, char *text) {
    l->paragraph(l->context, about, text);
    free(text);
}

// "12.3..45.6 ms": with one unit when both have the same.
char *advice_interval(const struct plane_figure *f, struct si (*si)(double)) {
    struct si low = si(f->low), high = si(f->high);
    const char *unit = strchr(low.text, ' '), *other = strchr(high.text, ' ');
    if (!(f->high > 0))
        return text_format(isnan(f->high) ? "?" : "-");
    if (!strcmp(low.text, high.text))
        return text_format("%s", low.text);
    if (unit && other && !strcmp(unit, other))
        return text_format("%.*s..%s", (int)(unit - low.text), low.text, high.text);
    return text_format("%s..%s", low.text, high.text);
}

// Two digits are enough for what is not known better.
struct si advice_time(double ns) {
    double unit = ns > 0 ? pow(10, floor(log10(ns)) - 1) : 1;
    return si_time(round(ns / unit) * unit);
}

struct si advice_bytes(double bytes) {
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

// ------------------------------------------------------------------------------------------- check
static void advice_tell_recorded(const struct plane *p, const char *recording,
                                 const struct advice_listener *l) {
    const struct model *m = p->m;
    struct si events = si_count((double)m->end), containers = si_count((double)m->container_count);
    struct si cycles =
        si_percent(m->container_count ? (double)m->garbage / (double)m->container_count : 0);
    advice_say(l, "Recorded",
               text_format("%s, %s: %s events, %s containers, of which %s died in cycles%s",
                           recording, text_member((const json_t *)m->header, "source"), events.text,
                           containers.text, cycles.text,
                           m->cut ? "; cut: this is its beginning" : ""));
}

static void advice_tell_check(const struct advice *a, const struct plane *p,
                              const struct advice_listener *l) {
    const struct calibration_run *run = p->runs->run;
    struct si model = si_time(p->now_gc_ns), did = si_time(run->gc_ns), off = si_percent(a->off);
    const uint64_t *c = p->now.collections, *d = run->collections;
    char *far = a->off > 0 ? text_format("%s off", off.text) : text_format("one off");
    advice_say(l, "Check",
               text_format("as it is, the model has %" PRIu64 "/%" PRIu64 "/%" PRIu64
                           " collections in %s, the program had %" PRIu64 "/%" PRIu64 "/%" PRIu64
                           " in %s; in two runs the collections of a generation are at most %s",
                           c[0], c[1], c[2], isnan(p->now_gc_ns) ? "?" : model.text, d[0], d[1],
                           d[2], did.text, far));
    free(far);
}

// ------------------------------------------------------------------------------------------- names
static bool advice_shows(const struct advice *a, enum plane_kind kind) {
    for (size_t i = 0; i < a->shown_count; i++)
        if (a->shown[i]->kind == kind)
            return true;
    return false;
}

void advice_explain(const struct advice *a, const struct plane *p,
                    const struct advice_listener *l) {
    l->paragraph(l->context, "Settings",
                 "thresholds are those of gc.set_threshold(), collections those of each "
                 "generation, the youngest first. off: gc.disable(). by hand: the same, and "
                 "gc.collect() so many times, evenly spread. at 1.5x the bytes: the same, and "
                 "gc.collect() whenever memory is 1.5 times what the last one left. Of what a "
                 "plain run does, an interval holds four in five.");
    if (advice_shows(a, PLANE_FROZEN))
        l->paragraph(l->context, "+freeze",
                     "gc.collect(); gc.freeze() once the program is set up. No later collection "
                     "examines what is there by then, nor do the four that end the interpreter.");
    // A recording under 3.11 has no safe points, so each birth is taken for one.
    if (advice_shows(a, PLANE_313) && !p->m->safe_points && !p->m->exact)
        l->paragraph(
            l->context, "As CPython 3.13",
            "2000,10, with a collection wherever one is due. 3.13 waits for the end of a call "
            "in C, and makes fewer objects: of 22 programs that were tried, 17 had as many "
            "collections within a fifth, and four less than a third of them. To know, "
            "record under 3.13.");
}

// ----------------------------------------------------------------------------------------- verdict
static bool advice_has_collections(const struct plane_point *point) {
    return point->collections[0] || point->collections[1] || point->collections[2];
}

// "3 to 5 % less", or from the one to the other.
static char *advice_change_said(const struct plane_figure *change) {
    double least = -100 * change->high, most = -100 * change->low;
    return least < 0 ? text_format("between %.0f %% more and %.0f %% less", -least, most)
                     : text_format("%.0f to %.0f %% less", least, most);
}

// What a longer run has that this one does not show.
static const char *advice_later_of(const struct plane *p, const struct plane_point *to) {
    if (!advice_has_collections(to))
        return " No collection is left in this run; a longer one has some, and they are longer.";
    return p->points->collections[MODEL_GENERATIONS - 1] && !to->collections[MODEL_GENERATIONS - 1]
               ? " No full collection is left in this run; a longer one has some."
               : "";
}

static char *advice_effect_of(const struct plane *p, const struct plane_point *to) {
    const struct plane_point *now = p->points;
    struct plane_figure change = advice_change(p, to);
    struct si was = advice_time(now->gc_ns.value),
              share = si_percent(now->gc_ns.value / p->runs->run[0].process_ns),
              pause = advice_time(now->longest_ns.value),
              peak = advice_bytes(now->peak_bytes.value);
    char *gc = advice_interval(&to->gc_ns, advice_time),
         *longest = advice_interval(&to->longest_ns, advice_time),
         *memory = advice_interval(&to->peak_bytes, advice_bytes),
         *less = advice_change_said(&change);
    char *text = text_format(
        "collections take %s of CPU time in place of %s (%s of the program's), and the "
        "whole program takes %s. The longest collection takes %s in place of %s. Peak memory is "
        "%s in place of %s.%s",
        advice_has_collections(to) ? gc : "none", was.text, share.text, less,
        advice_has_collections(to) ? longest : "none", pause.text, memory, peak.text,
        advice_later_of(p, to));
    free(gc);
    free(longest);
    free(memory);
    free(less);
    return text;
}

static void advice_tell_setup(const struct plane *p, const struct advice_listener *l,
                              const char *line) {
    struct si objects = si_count(p->frozen),
              share = si_percent((double)p->setup / (double)p->m->end);
    advice_say(l, "And once it is set up",
               text_format("in this recording that is when %s objects are there that stay "
                           "(len(gc.get_objects())), after %s of all births and deaths:",
                           objects.text, share.text));
    l->code(l->context, line);
}

static void advice_tell_taken(const struct advice *a, const struct plane *p,
                              const struct advice_listener *l) {
    char *line = advice_start_line(a->taken), *after = advice_setup_line(a->taken);
    struct si pause = advice_time(a->budget.pause_ns);
    advice_say(
        l, "Advised (*)",
        text_format("the least CPU time within %gx of the memory, and no pause longer than %s. %s",
                    a->budget.memory, isnan(a->budget.pause_ns) ? "now" : pause.text,
                    p->sets_itself ? "Instead of what the program sets itself:"
                                   : "At the program's start:"));
    l->code(l->context, line);
    if (*after)
        advice_tell_setup(p, l, after);
    advice_say(l, "Effect", advice_effect_of(p, a->taken));
    free(line);
    free(after);
}

static const struct plane_point *advice_of_kind(const struct plane *p, enum plane_kind kind) {
    for (size_t i = 0; i < p->count; i++)
        if (p->points[i].kind == kind)
            return &p->points[i];
    return NULL;
}

static void advice_tell_not_advised(const struct advice *a, const struct plane *p,
                                    const struct advice_listener *l) {
    const struct plane_point *off = advice_of_kind(p, PLANE_OFF), *now = p->points;
    double more = off->peak_bytes.value - now->peak_bytes.value;
    struct si memory = si_bytes(more), cycles = si_count((double)p->m->garbage);
    advice_say(
        l, "Not advised",
        text_format("gc.disable(). In this recording %s containers died in cycles, and nothing "
                    "would free them: %s more, growing as long as it runs.",
                    cycles.text, more > 0 ? memory.text : "little"));
    if (!p->setup)
        l->paragraph(l->context, "Nor gc.freeze()",
                     "no point was found by which most of what stays is there.");
    else if (a->taken && a->taken->kind != PLANE_FROZEN)
        l->paragraph(l->context, "Nor gc.freeze()",
                     "with these thresholds it would save too little.");
}

static void advice_tell_verdict(const struct advice *a, const struct plane *p,
                                const struct advice_listener *l) {
    struct si share = si_percent(p->points->gc_ns.value / p->runs->run[0].process_ns),
              off = si_percent(a->off);
    switch (a->verdict) {
    case ADVICE_REFUSED:
        advice_say(
            l, "No advice",
            text_format("the model is off by %s of the collections that the program had, and more "
                        "than 5 %% is too much to go by.",
                        off.text));
        return;
    case ADVICE_LEAVE:
        advice_say(l, "Leave it",
                   advice_has_collections(p->points)
                       ? text_format("collections take %s of the program's CPU time.", share.text)
                       : text_format("the program has no collection."));
        return;
    case ADVICE_NONE:
        advice_say(l, "Leave it",
                   text_format(
                       "collections take %s of the program's CPU time, and no setting within "
                       "%gx of the memory%s is known to take less.",
                       share.text, a->budget.memory,
                       isnan(a->budget.pause_ns) ? " and with no longer pause" : " and the pause"));
        return;
    case ADVICE_TAKE:
        advice_tell_taken(a, p, l);
    }
}

void advice_introduce(const struct advice *a, const struct plane *p, const char *recording,
                      const struct advice_listener *listener) {
    advice_tell_recorded(p, recording, listener);
    advice_tell_check(a, p, listener);
}

void advice_tell(const struct advice *a, const struct plane *p,
                 const struct advice_listener *listener) {
    advice_tell_verdict(a, p, listener);
    if (a->verdict == ADVICE_TAKE)
        advice_tell_not_advised(a, p, listener);
}
