// events.c - takes the events of a recording apart.
//
// Each has a form, a letter a field:
//   t  a type, and of a tuple its length    c  a type, its class and its name    w  words    s  a slot
//   n  a number    l  a count, so many slots    e  what is examined, and 0
// Most events are atoms, containers and frees, of which each has its own way.

#include "events.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const forms[] = {
    [RECORDING_ATOM - RECORDING_CONTAINER] = "w",
    [RECORDING_RESIZED - RECORDING_CONTAINER] = "sw",
    [RECORDING_COLLECTS - RECORDING_CONTAINER] = "nne",
    [RECORDING_COLLECTED - RECORDING_CONTAINER] = "nnn",
    [RECORDING_TYPE - RECORDING_CONTAINER] = "c",
    [RECORDING_OWN - RECORDING_CONTAINER] = "s",
    [RECORDING_GARBAGE - RECORDING_CONTAINER] = "snl",
    [RECORDING_CLEARED - RECORDING_CONTAINER] = "",
    [RECORDING_LATE - RECORDING_CONTAINER] = "st",
    [RECORDING_SETTINGS - RECORDING_CONTAINER] = "nnnn",
    [RECORDING_BY_HAND - RECORDING_CONTAINER] = "n",
    [RECORDING_STRANGER - RECORDING_CONTAINER] = "",
    [RECORDING_ENDED - RECORDING_CONTAINER] = "",
    [RECORDING_FREEZES - RECORDING_CONTAINER] = "n",
    [RECORDING_STOPPED - RECORDING_CONTAINER] = "nnnnn",
    [RECORDING_REFERENCES - RECORDING_CONTAINER] = "sl",
    [RECORDING_TIME - RECORDING_CONTAINER] = "n",
    [RECORDING_SAFE_POINT - RECORDING_CONTAINER] = "",
    [RECORDING_OWNED - RECORDING_CONTAINER] = "",
};

void events_break(struct events *e, const char *what) {
    if (!e->broken && !e->r->ended)
        e->broken = what;
}

void events_open(struct events *e, const char *path, char *error, size_t error_bytes) {
    *e = (struct events){.r = recording_open(path, error, error_bytes)};
}

void events_close(struct events *e) {
    if (e->r)
        recording_close(e->r);
    free(e->used);
    free(e->unused.at);
    free(e->classes.at);
    free(e->list.at);
}

bool events_wrong(const struct events *e, const char *path, char *error, size_t error_bytes) {
    const char *what = e->broken ? e->broken : *e->r->error ? e->r->error : NULL;
    if (what)
        (void)snprintf(error, error_bytes, "%s: a damaged recording: %s", path, what);
    return what != NULL;
}

// ------------------------------------------------------------------------------------------- slots
void events_read_held(struct events *e, uint32_t held[EVENTS_GENERATIONS]) {
    const json_t *claimed = json_object_get(e->r->header, "generations");
    uint64_t left = EVENTS_HELD_FREE + (uint64_t)EVENTS_HELD_PER_BYTE * e->r->file_bytes;
    for (size_t g = 0; g < EVENTS_GENERATIONS; g++) {
        json_int_t count = json_integer_value(json_array_get(claimed, g));
        if (count < 0 || (uint64_t)count > left || count > UINT32_MAX) {
            events_break(
                e, "more containers are there when it begins than a file of its size may claim");
            memset(held, 0, EVENTS_GENERATIONS * sizeof *held);
            return;
        }
        held[g] = (uint32_t)count;
        left -= (uint64_t)count;
    }
}

uint32_t events_take_slot(struct events *e) {
    uint32_t slot = e->unused.count ? e->unused.at[--e->unused.count] : (uint32_t)e->slot_count++;
    e->used = grow_array(e->used, slot, &e->slot_room, sizeof *e->used);
    e->used[slot] = true;
    return slot;
}

static void events_give_slot(struct events *e, uint32_t slot) {
    e->used[slot] = false;
    grow_push(&e->unused, slot);
}

static uint32_t events_check_slot(struct events *e, uint64_t slot) {
    if (slot >= e->slot_count || !e->used[slot])
        events_break(e, "a slot that holds nothing is named");
    return (uint32_t)slot;
}

// ------------------------------------------------------------------------------------------ fields
static uint32_t events_read_words(struct events *e) {
    uint64_t words = recording_read(e->r);
    if (words > EVENTS_MOST_WORDS)
        events_break(e, "a size is above 2 GiB");
    return (uint32_t)words;
}

static void events_set_type(const struct events *e, struct event *event, uint64_t type) {
    bool known = type < e->classes.count;
    event->type = known ? (uint32_t)type : 0;
    event->class = known ? e->classes.at[type] : RECORDING_OTHER;
}

static void events_read_type(struct events *e, struct event *event, uint64_t type) {
    events_set_type(e, event, type);
    bool tuple = event->class == RECORDING_TUPLE || event->class == RECORDING_LEAF_TUPLE;
    event->length = tuple ? events_read_words(e) : 0;
}

static void events_read_container(struct events *e, struct event *event) {
    event->words = events_read_words(e);
    uint64_t what = recording_read(e->r);
    event->flags = what & (RECORDING_RAISING | RECORDING_GENERIC);
    events_read_type(e, event, what >> 2);
    struct recording_birth birth = {event->words, (uint32_t)what, event->length};
    e->memory.births[recording_place(birth)] = birth;
}

static void events_read_again(struct events *e, struct event *event) {
    const struct recording_birth *b = &e->memory.births[recording_get(e->r)];
    event->code = RECORDING_CONTAINER;
    event->words = (uint32_t)b->words;
    event->flags = b->what & (RECORDING_RAISING | RECORDING_GENERIC);
    events_set_type(e, event, b->what >> 2);
    event->length = b->length;
}

static void events_read_freed(struct events *e, struct event *event, unsigned code) {
    uint64_t slot = code >= RECORDING_NEAR
                        ? e->memory.freed + (code - RECORDING_NEAR) - RECORDING_NEAR_SLOTS / 2
                    : code >= RECORDING_NEARBY
                        ? e->memory.freed + ((code - RECORDING_NEARBY) << 8 | recording_get(e->r)) -
                              RECORDING_NEARBY_SLOTS / 2
                        : recording_read(e->r);
    event->code = RECORDING_FREED;
    event->slot = e->memory.freed = events_check_slot(e, slot);
}

static void events_read_class(struct events *e, struct event *event) {
    enum { MOST_TYPES = 1 << 16 };
    uint64_t type = recording_read(e->r), class = recording_read(e->r),
             bytes = recording_read(e->r);
    if (type >= MOST_TYPES || class >= RECORDING_CLASSES || bytes >= sizeof e->name) {
        events_break(e, "a type has a number, a class or a name that there is not");
        return;
    }
    for (uint64_t i = 0; i < bytes; i++)
        e->name[i] = (char)recording_get(e->r);
    while (type >= e->classes.count)
        grow_push(&e->classes, RECORDING_OTHER);
    e->classes.at[type] = event->class = (uint32_t) class;
    event->type = (uint32_t)type;
    event->name = e->name;
    event->name_bytes = bytes;
}

static void events_read_list(struct events *e) {
    for (uint64_t count = recording_read(e->r); count && !e->r->ended && !e->broken; count--)
        grow_push(&e->list, events_check_slot(e, recording_read(e->r)));
}

static void events_read_examined(struct events *e) {
    uint64_t number;
    while ((number = recording_read(e->r)) > 1 && !e->r->ended && !e->broken)
        grow_push(&e->list, events_check_slot(e, number / 2 - 1) * 2 + (number & 1));
}

static void events_read_field(struct events *e, struct event *event, char letter, int *numbers) {
    switch (letter) {
    case 'w':
        event->words = events_read_words(e);
        return;
    case 's':
        event->slot = events_check_slot(e, recording_read(e->r));
        return;
    case 't':
        events_read_type(e, event, recording_read(e->r));
        return;
    case 'c':
        events_read_class(e, event);
        return;
    case 'n':
        event->number[(*numbers)++] = recording_read(e->r);
        return;
    case 'l':
        events_read_list(e);
        return;
    default:
        events_read_examined(e);
    }
}

static void events_read_fields(struct events *e, struct event *event, const char *form) {
    int numbers = 0;
    e->list.count = 0;
    for (; *form; form++)
        events_read_field(e, event, *form, &numbers);
    event->list = e->list.at;
    event->count = e->list.count;
}

bool events_next(struct events *e, struct event *event) {
    unsigned code = recording_get(e->r);
    event->code = code < RECORDING_CONTAINER ? RECORDING_ATOM : code;
    event->words = code;
    if (code == RECORDING_FREED || code >= RECORDING_NEARBY)
        events_read_freed(e, event, code);
    else if (code == RECORDING_AGAIN)
        events_read_again(e, event);
    else if (code == RECORDING_CONTAINER)
        events_read_container(e, event);
    else if (code >= RECORDING_CONTAINER + sizeof forms / sizeof *forms)
        events_break(e, "an event is of a kind that this version does not know");
    else if (code >= RECORDING_CONTAINER)
        events_read_fields(e, event, forms[code - RECORDING_CONTAINER]);
    if (e->r->ended || e->broken)
        return false;
    if (event->code <= RECORDING_ATOM)
        event->slot = events_take_slot(e);
    else if (event->code == RECORDING_FREED)
        events_give_slot(e, event->slot);
    return true;
}
