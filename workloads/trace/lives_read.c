// lives_read.c - reads a recording, event by event, into the lives of its objects.
//
// What a file says is not trusted: what cannot be ends the reading with one line.

#include "lives.h"

#include "base/grow.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GENERATIONS = 3 };

// slots: the object + 1 in each. classes: enum recording_class of each type.
struct reading {
    struct lives *l;
    struct recording_reader *r;
    struct grow_list slots, unused, targets;
    struct grow_list
        moments; // of collections; or, where deaths are exact, of events that move time
    struct lives_garbage *garbage;
    size_t garbage_count, garbage_room;
    uint32_t collected;     // the moment at which the collection under way began
    uint32_t freeing;       // the garbage that it freed last + 1; 0: it frees none
    struct grow_list owned; // objects that have got an owner
    struct grow_list classes;
    uint32_t since_mark;
    bool exact, timed, clearing, ended;
    const char *broken;
};

// What a number says that the end of the file cut is no damage, and is not to be used all the same.
static void broken(struct reading *d, const char *what) {
    if (!d->broken && !d->r->ended)
        d->broken = what;
}

static void add_event(struct reading *d, enum lives_kind kind, uint32_t what, uint32_t words) {
    if (!lives_add_event(d->l, kind, what, words))
        broken(d, "there are more than 4 billion events");
}

// Of a recording whose deaths are exact: what moves its time.
static void move_time(struct reading *d) {
    if (d->exact)
        grow_push(&d->moments, lives_now(d->l));
}

// ------------------------------------------------------------------------------------------- objects
static uint32_t read_words(struct reading *d) {
    uint64_t words = recording_read(d->r);
    if (words <= LIVES_MOST_WORDS)
        return (uint32_t)words;
    broken(d, "a size is above 2 GiB");
    return 0;
}

// The object in the slot that comes next + 1; 0: there is none.
static uint32_t read_slot(struct reading *d, uint32_t *slot) {
    uint64_t number = recording_read(d->r);
    *slot = (uint32_t)number;
    if (number < d->slots.count && d->slots.at[number])
        return d->slots.at[number];
    broken(d, "a slot that holds nothing is named");
    return 0;
}

static void add_object(struct reading *d, uint32_t words, bool container) {
    uint32_t slot = d->unused.count ? d->unused.at[--d->unused.count] : (uint32_t)d->slots.count;
    if (slot == d->slots.count)
        grow_push(&d->slots, 0);
    d->slots.at[slot] = lives_add_object(d->l, words, container) + 1;
}

static void born(struct reading *d, uint32_t words, bool container) {
    if (!d->timed && d->since_mark++ == LIVES_STEP_BIRTHS) {
        add_event(d, LIVES_MARK, 0, 0);
        d->since_mark = 1;
    }
    add_event(d, LIVES_BIRTH, (uint32_t)d->l->object_count, 0);
    add_object(d, words, container);
    d->l->births++;
    if (container)
        move_time(d);
}

// What a type's objects are. Of a tuple, its length follows.
static unsigned read_class(struct reading *d, uint64_t type) {
    unsigned class = type < d->classes.count ? d->classes.at[type] : RECORDING_OTHER;
    if (class == RECORDING_TUPLE || class == RECORDING_LEAF_TUPLE)
        (void)recording_read(d->r);
    return class;
}

static void read_container(struct reading *d) {
    uint32_t words = read_words(d);
    unsigned class = read_class(d, recording_read(d->r) >> 2);
    born(d, words, true);
    d->l->objects[d->l->object_count - 1].list = class == RECORDING_LIST;
}

static void read_resized(struct reading *d) {
    uint32_t slot, object = read_slot(d, &slot), words = read_words(d);
    if (!object)
        return;
    struct lives_object *o = &d->l->objects[object - 1];
    if (o->container)
        o->words = words > o->words ? words : o->words;
    else
        add_event(d, LIVES_RESIZE, object - 1, words);
}

// The recorder's own containers never were.
static void read_own(struct reading *d) {
    uint32_t slot, object = read_slot(d, &slot);
    if (object)
        d->l->objects[object - 1].own = true;
}

// ------------------------------------------------------------------------------------------ deaths
static void die_by_count(struct reading *d, struct lives_object *o) {
    struct lives *l = d->l;
    if (!l->event_count || l->events[l->event_count - 1].kind != LIVES_DEATHS)
        add_event(d, LIVES_DEATHS, 0, 0);
    o->death = lives_now(l);
    o->rank = (uint32_t)l->deaths++;
    if (o->container)
        move_time(d);
}

// What is freed with garbage dies when that did: when what refers to it did, or what was freed before it.
static void die_with_garbage(struct reading *d, uint32_t object) {
    struct lives_object *o = &d->l->objects[object];
    uint32_t with = o->owner ? o->owner - 1 : d->freeing - 1;
    const struct lives_object *owner = &d->l->objects[with];
    o->death = owner->death > o->birth ? owner->death : o->birth;
    o->garbage = true;
    if (!o->owner)
        lives_add_edge(d->l, with, object, o->death);
}

static void die(struct reading *d, uint32_t object) {
    struct lives_object *o = &d->l->objects[object];
    if (o->garbage)
        d->freeing = d->clearing ? object + 1 : 0;
    else if (d->clearing && (o->owner || d->freeing) && o->birth <= d->collected)
        die_with_garbage(d, object);
    else
        die_by_count(d, o);
}

static void read_freed(struct reading *d) {
    uint32_t slot, object = read_slot(d, &slot);
    if (!object)
        return;
    die(d, object - 1);
    d->slots.at[slot] = 0;
    grow_push(&d->unused, slot);
}

// -------------------------------------------------------------------------------------- collections
static void read_collects(struct reading *d) {
    uint64_t generation = recording_read(d->r), by_hand = recording_read(d->r) & 1;
    while (recording_read(d->r) > 1 && !d->r->ended)
        continue;
    if (by_hand && !d->ended)
        add_event(d, LIVES_COLLECT, generation < GENERATIONS ? (uint32_t)generation : 0, 0);
    d->collected = lives_now(d->l);
    d->freeing = 0;
    if (!d->exact)
        grow_push(&d->moments, d->collected);
}

// The objects that come next, as many as it says.
static void read_targets(struct reading *d) {
    uint64_t count = recording_read(d->r);
    d->targets.count = 0;
    for (; count && !d->r->ended && !d->broken; count--) {
        uint32_t slot, target = read_slot(d, &slot);
        if (target)
            grow_push(&d->targets, target - 1);
    }
}

static void read_references(struct reading *d) {
    uint32_t slot, object = read_slot(d, &slot);
    read_targets(d);
    d->l->graph = true;
    if (object && !d->broken && !d->l->objects[object - 1].garbage)
        lives_see(d->l, object - 1, d->targets.at, d->targets.count);
}

// Since when an object may be garbage, from how long ago that was.
static uint32_t moment_before(const struct reading *d, uint64_t before) {
    return before < d->moments.count ? d->moments.at[d->moments.count - 1 - before] : 0;
}

static void read_garbage(struct reading *d) {
    uint32_t slot, object = read_slot(d, &slot);
    uint32_t since = moment_before(d, recording_read(d->r));
    read_targets(d);
    if (!object || d->broken)
        return;
    struct lives_object *o = &d->l->objects[object - 1];
    if (o->garbage) // and no collection could clear it
        return;
    lives_see(d->l, object - 1, d->targets.at, d->targets.count);
    o->garbage = true;
    d->garbage = grow_array(d->garbage, d->garbage_count, &d->garbage_room, sizeof *d->garbage);
    d->garbage[d->garbage_count++] =
        (struct lives_garbage){.object = object - 1, .since = since > o->birth ? since : o->birth};
}

// What is not garbage, and is referred to by some, belongs to that which dies last.
static void own_targets(struct reading *d, uint32_t owner) {
    struct lives *l = d->l;
    for (uint32_t e = l->objects[owner].open; e; e = l->edges[e - 1].next) {
        struct lives_object *target = &l->objects[l->edges[e - 1].target];
        if (target->garbage || target->owner)
            continue;
        target->owner = owner + 1;
        grow_push(&d->owned, l->edges[e - 1].target);
    }
}

static void end_garbage(struct reading *d) {
    if (!d->garbage_count)
        return;
    d->l->garbage += d->garbage_count;
    lives_date_garbage(d->l, d->garbage, d->garbage_count, d->exact,
                       d->exact ? lives_now(d->l) : d->collected);
    for (size_t i = 0; i < d->garbage_count; i++)
        own_targets(d, d->garbage[i].object);
    d->freeing = d->garbage[0].object + 1;
    d->garbage_count = 0;
    d->clearing = true;
}

static void read_cleared(struct reading *d) {
    for (; d->owned.count; d->owned.count--)
        d->l->objects[d->owned.at[d->owned.count - 1]].owner = 0;
    d->clearing = false;
    d->freeing = 0;
}

// -------------------------------------------------------------------------------------------- events
static void skip(struct reading *d, int numbers) {
    while (numbers--)
        (void)recording_read(d->r);
}

static void read_type(struct reading *d) {
    enum { MOST_TYPES = 1 << 16 };
    uint64_t type = recording_read(d->r), class = recording_read(d->r);
    if (type >= MOST_TYPES || class >= RECORDING_CLASSES) {
        broken(d, "a type has a number or a class that there is not");
        return;
    }
    while (type >= d->classes.count)
        grow_push(&d->classes, RECORDING_OTHER);
    d->classes.at[type] = (uint32_t) class;
    for (uint64_t length = recording_read(d->r); length && !d->r->ended; length--)
        (void)recording_get(d->r);
}

static void read_time(struct reading *d) {
    skip(d, 1);
    d->timed = true;
    add_event(d, LIVES_MARK, 0, 0);
}

static void read_settings(struct reading *d) {
    add_event(d, LIVES_ENABLE, recording_read(d->r) != 0, 0);
    skip(d, GENERATIONS);
    move_time(d);
}

static void read_asked(struct reading *d, enum lives_kind kind) {
    uint64_t what = recording_read(d->r);
    if (kind == LIVES_COLLECT && what >= GENERATIONS)
        broken(d, "there are three generations");
    add_event(d, kind, (uint32_t)what, 0);
    move_time(d);
}

static void read_late(struct reading *d) {
    uint32_t slot, object = read_slot(d, &slot);
    unsigned class = read_class(d, recording_read(d->r));
    if (object)
        d->l->objects[object - 1].list = class == RECORDING_LIST;
}

static void read_event(struct reading *d, unsigned code) {
    if (code != RECORDING_GARBAGE)
        end_garbage(d);
    if (code < RECORDING_CONTAINER) {
        born(d, code, false);
        return;
    }
    switch ((enum recording_code)code) {
    case RECORDING_CONTAINER:
        read_container(d);
        return;
    case RECORDING_ATOM:
        born(d, read_words(d), false);
        return;
    case RECORDING_FREED:
        read_freed(d);
        return;
    case RECORDING_OWNED:
        return;
    case RECORDING_RESIZED:
        read_resized(d);
        return;
    case RECORDING_COLLECTS:
        read_collects(d);
        return;
    case RECORDING_COLLECTED:
        skip(d, 3);
        return;
    case RECORDING_TYPE:
        read_type(d);
        return;
    case RECORDING_OWN:
        read_own(d);
        return;
    case RECORDING_GARBAGE:
        read_garbage(d);
        return;
    case RECORDING_CLEARED:
        read_cleared(d);
        return;
    case RECORDING_LATE:
        read_late(d);
        return;
    case RECORDING_SETTINGS:
        read_settings(d);
        return;
    case RECORDING_BY_HAND:
        read_asked(d, LIVES_COLLECT);
        return;
    case RECORDING_STRANGER:
        move_time(d);
        return;
    case RECORDING_ENDED:
        d->ended = true;
        return;
    case RECORDING_FREEZES:
        read_asked(d, LIVES_FREEZE);
        return;
    case RECORDING_STOPPED:
        skip(d, GENERATIONS + 2);
        return;
    case RECORDING_REFERENCES:
        read_references(d);
        return;
    case RECORDING_SAFE_POINT:
        return;
    case RECORDING_TIME:
        read_time(d);
        return;
    }
    broken(d, "an event is of a kind that this version does not know");
}

// ---------------------------------------------------------------------------------------------- all
// What was there when the recording began; nothing is known of its size.
static void read_header(struct reading *d) {
    struct lives *l = d->l;
    l->header = json_incref(d->r->header);
    d->exact = json_is_true(json_object_get(l->header, "exact"));
    add_event(d, LIVES_BEGIN, 0, 0);
    const json_t *held = json_object_get(l->header, "generations");
    for (size_t g = 0; g < GENERATIONS; g++) {
        json_int_t count = json_integer_value(json_array_get(held, g));
        if (count > (json_int_t)d->r->file_bytes * 1000)
            broken(d, "more objects are there when it begins than it can have");
        for (; count > 0 && !d->broken; count--)
            add_object(d, 0, true);
    }
}

static void read_all(struct reading *d) {
    read_header(d);
    for (;;) {
        unsigned code = recording_get(d->r);
        if (d->r->ended || d->broken)
            break;
        read_event(d, code);
    }
    end_garbage(d);
    add_event(d, LIVES_MARK, 0, 0);
    d->l->cut = d->r->cut;
}

static void reading_free(struct reading *d) {
    free(d->slots.at);
    free(d->unused.at);
    free(d->targets.at);
    free(d->moments.at);
    free(d->owned.at);
    free(d->classes.at);
    free(d->garbage);
    recording_close(d->r);
}

bool lives_read(struct lives *l, const char *path, char *error, size_t error_bytes) {
    *l = (struct lives){0};
    struct reading d = {.l = l, .r = recording_open(path, error, error_bytes)};
    if (!d.r)
        return false;
    read_all(&d);
    const char *wrong = d.r->error[0] ? d.r->error : d.broken;
    if (wrong)
        (void)snprintf(error, error_bytes, "%s: a damaged recording: %s", path, wrong);
    bool good = !wrong;
    reading_free(&d);
    return good;
}
