// lives.c - events and objects, added one after the other.

#include "lives.h"

#include "base/grow.h"

#include <jansson.h>

static const uint32_t MOST_EVENTS = UINT32_MAX - 1;

bool lives_add_event(struct lives *l, enum lives_kind kind, uint32_t what, uint32_t words) {
    if (l->event_count >= MOST_EVENTS)
        return false;
    l->events = grow_array(l->events, l->event_count, &l->event_room, sizeof *l->events);
    l->events[l->event_count++] =
        (struct lives_event){.kind = kind, .words = words & LIVES_MOST_WORDS, .what = what};
    return true;
}

uint32_t lives_add_object(struct lives *l, uint32_t words, bool container) {
    l->objects = grow_array(l->objects, l->object_count, &l->object_room, sizeof *l->objects);
    l->objects[l->object_count] = (struct lives_object){.birth = lives_now(l),
                                                        .examined = lives_now(l),
                                                        .death = LIVES_NEVER,
                                                        .words = words,
                                                        .container = container};
    return (uint32_t)l->object_count++;
}

void lives_free(struct lives *l) {
    json_decref(l->header);
    free(l->events);
    free(l->objects);
    free(l->edges);
    *l = (struct lives){0};
}
