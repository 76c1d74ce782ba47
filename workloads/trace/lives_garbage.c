// lives_garbage.c - when garbage died: with the last reference to any object that led to it.
//
// Where that is known, by the rule of Merlin: an object dies when the last of all that lead to it lost its
// last reference (Hertz et al., TOPLAS 28(3), 2006). Where it is known to a bracket, all that is reached from
// the oldest object dies with it, in the middle of its bracket, and not before the youngest of them was born.

#include "lives.h"

#include "base/must.h"

#include <stdlib.h>

// index: by object, its place in the garbage + 1, in `mark`. open: of a walk.
struct dating {
    struct lives *l;
    struct lives_garbage *garbage;
    uint32_t *open;
    size_t opened;
};

static int by_age(const void *a, const void *b) {
    uint32_t x = ((const struct lives_garbage *)a)->object,
             y = ((const struct lives_garbage *)b)->object;
    return x < y ? -1 : x > y;
}

static int by_death(const void *a, const void *b) {
    const struct lives_garbage *x = a, *y = b;
    return x->death != y->death ? (x->death > y->death ? -1 : 1) : by_age(a, b);
}

static void number_all(struct dating *d, size_t count) {
    for (size_t i = 0; i < count; i++)
        d->l->objects[d->garbage[i].object].mark = (uint32_t)i + 1;
}

// Opens what the garbage at i refers to and was not opened yet; that has no mark any more. Returns the
// latest birth of all that it refers to.
static uint32_t open_targets(struct dating *d, uint32_t i) {
    struct lives *l = d->l;
    uint32_t born = 0;
    for (uint32_t e = l->objects[d->garbage[i].object].open; e; e = l->edges[e - 1].next) {
        struct lives_object *target = &l->objects[l->edges[e - 1].target];
        born = target->birth > born ? target->birth : born;
        if (!target->mark)
            continue;
        d->open[d->opened++] = target->mark - 1;
        target->mark = 0;
    }
    return born;
}

// All that is reached from the garbage at i and has not been reached before, in `open`. Returns the latest
// birth among it, and of what it refers to.
static uint32_t reach(struct dating *d, uint32_t i) {
    uint32_t born = 0;
    d->opened = 0;
    d->open[d->opened++] = i;
    d->l->objects[d->garbage[i].object].mark = 0;
    for (size_t next = 0; next < d->opened; next++) {
        const struct lives_object *o = &d->l->objects[d->garbage[d->open[next]].object];
        uint32_t youngest = open_targets(d, d->open[next]);
        youngest = o->birth > youngest ? o->birth : youngest;
        born = youngest > born ? youngest : born;
    }
    return born;
}

static void date_by_brackets(struct dating *d, size_t count, uint32_t found) {
    qsort(d->garbage, count, sizeof *d->garbage, by_age);
    number_all(d, count);
    for (size_t i = 0; i < count; i++) {
        if (!d->l->objects[d->garbage[i].object].mark)
            continue;
        uint32_t from = d->garbage[i].since, born = reach(d, (uint32_t)i);
        from = born > from ? born : from;
        for (size_t k = 0; k < d->opened; k++)
            d->garbage[d->open[k]].death = from < found ? from + (found - from) / 2 : from;
    }
}

// What is reached from an object dies no sooner than that.
static void date_reached(struct dating *d, size_t count) {
    qsort(d->garbage, count, sizeof *d->garbage, by_death);
    number_all(d, count);
    for (size_t i = 0; i < count; i++) {
        if (!d->l->objects[d->garbage[i].object].mark)
            continue;
        uint32_t born = reach(d, (uint32_t)i), death = d->garbage[i].death;
        death = born > death ? born : death;
        for (size_t k = 0; k < d->opened; k++)
            d->garbage[d->open[k]].death = death;
    }
    qsort(d->garbage, count, sizeof *d->garbage, by_death);
}

void lives_date_garbage(struct lives *l, struct lives_garbage *garbage, size_t count, bool exact,
                        uint32_t found) {
    struct dating d = {.l = l, .garbage = garbage, .open = must(calloc(count + 1, sizeof *d.open))};
    for (size_t i = 0; i < count; i++)
        garbage[i].death = garbage[i].since;
    if (!exact)
        date_by_brackets(&d, count, found);
    date_reached(&d, count);
    for (size_t i = 0; i < count; i++)
        l->objects[garbage[i].object].death = garbage[i].death;
    free(d.open);
}
