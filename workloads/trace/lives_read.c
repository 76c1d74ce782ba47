// lives_read.c - reads a recording, event by event, into the lives of its objects.

#include "lives.h"

#include "recording/events.h"
#include "vocabulary.h"

#include <jansson.h>
#include <stdlib.h>

// objects: of each slot.
struct reading {
    struct lives *l;
    struct events events;
    struct grow_list objects, targets;
    struct grow_list
        moments; // of collections; or, where deaths are exact, of events that move time
    struct lives_garbage *garbage;
    size_t garbage_count, garbage_room;
    uint32_t collected;     // the moment at which the collection under way began
    uint32_t freeing;       // the garbage that it freed last + 1; 0: it frees none
    struct grow_list owned; // objects that have got an owner
    uint32_t since_mark;
    bool exact, timed, clearing, ended;
};

static void add_event(struct reading *d, enum lives_kind kind, uint32_t what, uint32_t words) {
    if (!lives_add_event(d->l, kind, what, words))
        events_break(&d->events, "there are more than 4 billion events");
}

// Of a recording whose deaths are exact: what moves its time.
static void move_time(struct reading *d) {
    if (d->exact)
        grow_push(&d->moments, lives_now(d->l));
}

// ------------------------------------------------------------------------------------------- objects
static void add_object(struct reading *d, uint32_t slot, uint32_t words, bool container) {
    if (slot == d->objects.count)
        grow_push(&d->objects, 0);
    d->objects.at[slot] = lives_add_object(d->l, words, container);
}

static struct lives_object *object_of(struct reading *d, const struct event *e) {
    return &d->l->objects[d->objects.at[e->slot]];
}

static void born(struct reading *d, const struct event *e) {
    bool container = e->code == RECORDING_CONTAINER;
    if (!d->timed && d->since_mark++ == LIVES_STEP_BIRTHS) {
        add_event(d, LIVES_MARK, 0, 0);
        d->since_mark = 1;
    }
    add_event(d, LIVES_BIRTH, (uint32_t)d->l->object_count, 0);
    add_object(d, e->slot, e->words, container);
    struct lives_object *o = object_of(d, e);
    o->list = container && e->class == RECORDING_LIST;
    o->leaf =
        container && e->class == RECORDING_LEAF_TUPLE && e->length && e->length <= HEAP_MAX_SLOTS;
    o->slots = o->leaf ? e->length : 0;
    d->l->births++;
    if (container)
        move_time(d);
}

static void resized(struct reading *d, const struct event *e) {
    struct lives_object *o = object_of(d, e);
    if (o->container)
        o->words = e->words > o->words ? e->words : o->words;
    else
        add_event(d, LIVES_RESIZE, d->objects.at[e->slot], e->words);
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

// -------------------------------------------------------------------------------------- collections
static void collects(struct reading *d, const struct event *e) {
    uint64_t generation = e->number[0];
    if (e->number[1] & 1 && !d->ended)
        add_event(d, LIVES_COLLECT, generation < EVENTS_GENERATIONS ? (uint32_t)generation : 0, 0);
    d->collected = lives_now(d->l);
    d->freeing = 0;
    if (!d->exact)
        grow_push(&d->moments, d->collected);
}

// What an object refers to now.
static void see(struct reading *d, const struct event *e) {
    d->targets.count = 0;
    for (size_t i = 0; i < e->count; i++)
        grow_push(&d->targets, d->objects.at[e->list[i]]);
    lives_see(d->l, d->objects.at[e->slot], d->targets.at, d->targets.count);
}

static void refers(struct reading *d, const struct event *e) {
    d->l->graph = true;
    if (!object_of(d, e)->garbage)
        see(d, e);
}

// Since when an object may be garbage, from how long ago that was.
static uint32_t moment_before(const struct reading *d, uint64_t before) {
    return before < d->moments.count ? d->moments.at[d->moments.count - 1 - before] : 0;
}

static void found(struct reading *d, const struct event *e) {
    struct lives_object *o = object_of(d, e);
    if (o->garbage) // and no collection could clear it
        return;
    uint32_t since = moment_before(d, e->number[0]);
    see(d, e);
    o->garbage = true;
    d->garbage = grow_array(d->garbage, d->garbage_count, &d->garbage_room, sizeof *d->garbage);
    d->garbage[d->garbage_count++] = (struct lives_garbage){
        .object = d->objects.at[e->slot], .since = since > o->birth ? since : o->birth};
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

static void cleared(struct reading *d) {
    for (; d->owned.count; d->owned.count--)
        d->l->objects[d->owned.at[d->owned.count - 1]].owner = 0;
    d->clearing = false;
    d->freeing = 0;
}

// -------------------------------------------------------------------------------------------- events
static void passed(struct reading *d) {
    d->timed = true;
    add_event(d, LIVES_MARK, 0, 0);
}

static void asked(struct reading *d, enum lives_kind kind, uint64_t what) {
    if (kind == LIVES_COLLECT && what >= EVENTS_GENERATIONS)
        events_break(&d->events, "there are three generations");
    add_event(d, kind, (uint32_t)what, 0);
    move_time(d);
}

static void take(struct reading *d, const struct event *e) {
    if (e->code != RECORDING_GARBAGE)
        end_garbage(d);
    switch (e->code) {
    case RECORDING_CONTAINER:
    case RECORDING_ATOM:
        born(d, e);
        return;
    case RECORDING_FREED:
        die(d, d->objects.at[e->slot]);
        return;
    case RECORDING_RESIZED:
        resized(d, e);
        return;
    case RECORDING_COLLECTS:
        collects(d, e);
        return;
    case RECORDING_OWN: // the recorder's own containers never were
        object_of(d, e)->own = true;
        return;
    case RECORDING_GARBAGE:
        found(d, e);
        return;
    case RECORDING_CLEARED:
        cleared(d);
        return;
    case RECORDING_LATE:
        object_of(d, e)->list = e->class == RECORDING_LIST;
        return;
    case RECORDING_SETTINGS:
        asked(d, LIVES_ENABLE, e->number[0] != 0);
        return;
    case RECORDING_BY_HAND:
        asked(d, LIVES_COLLECT, e->number[0]);
        return;
    case RECORDING_FREEZES:
        asked(d, LIVES_FREEZE, e->number[0]);
        return;
    case RECORDING_STRANGER:
        move_time(d);
        return;
    case RECORDING_ENDED:
        d->ended = true;
        return;
    case RECORDING_REFERENCES:
        refers(d, e);
        return;
    case RECORDING_TIME:
        passed(d);
        return;
    case RECORDING_COLLECTED:
    case RECORDING_TYPE:
    case RECORDING_STOPPED:
    case RECORDING_SAFE_POINT:
    case RECORDING_OWNED:
        return;
    }
}

// ---------------------------------------------------------------------------------------------- all
// What was there when the recording began; nothing is known of its size.
static void take_header(struct reading *d) {
    struct lives *l = d->l;
    l->header = json_incref(d->events.r->header);
    d->exact = json_is_true(json_object_get(l->header, "exact"));
    add_event(d, LIVES_BEGIN, 0, 0);
    uint32_t held[EVENTS_GENERATIONS];
    events_read_held(&d->events, held);
    for (size_t g = 0; g < EVENTS_GENERATIONS; g++)
        for (uint32_t i = 0; i < held[g]; i++)
            add_object(d, events_take_slot(&d->events), 0, true);
}

static void take_all(struct reading *d) {
    struct event e;
    take_header(d);
    while (!d->events.broken && events_next(&d->events, &e))
        take(d, &e);
    end_garbage(d);
    add_event(d, LIVES_MARK, 0, 0);
    d->l->cut = d->events.r->cut;
}

bool lives_read(struct lives *l, const char *path, char *error, size_t error_bytes) {
    struct reading d = {.l = l};
    *l = (struct lives){0};
    events_open(&d.events, path, error, error_bytes);
    if (d.events.r)
        take_all(&d);
    bool good = d.events.r && !events_wrong(&d.events, path, error, error_bytes);
    free(d.objects.at);
    free(d.targets.at);
    free(d.moments.at);
    free(d.owned.at);
    free(d.garbage);
    events_close(&d.events);
    return good;
}
