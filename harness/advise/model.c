// model.c - reads a recording into a model, event by event.

#include "decode.h"

#include "base/must.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8, MOST_CONTAINERS = (1 << 28) - 1, MOST_HANGERS = 1 << 30 };

// In front of a tuple's elements: head of the collector, object, length.
enum { TUPLE_WORDS = 5 };

// ------------------------------------------------------------------------------------------- slots
static struct model_slot *model_take_slot(struct decode *d, uint32_t slot) {
    d->slots = grow_array(d->slots, slot, &d->slot_room, sizeof *d->slots);
    d->slots[slot] = (struct model_slot){0};
    return &d->slots[slot];
}

struct model_slot *decode_container(struct decode *d, const struct event *e) {
    if (d->slots[e->slot].container)
        return &d->slots[e->slot];
    events_break(&d->events, "a container is named that is none");
    return NULL;
}

// ------------------------------------------------------------------------------------------ events
void decode_add_event(struct decode *d, enum model_kind kind, uint32_t what, bool raising) {
    struct model *m = d->m;
    m->events = grow_array(m->events, m->event_count, &m->event_room, sizeof *m->events);
    m->events[m->event_count++] = (struct model_event){
        .kind = kind, .raising = raising, .what = what & 0xfffffff, .bytes = (int32_t)d->bytes};
    d->bytes = 0;
}

static struct model_container *model_add_container(struct decode *d, struct model_slot *slot) {
    struct model *m = d->m;
    if (m->container_count >= MOST_CONTAINERS)
        events_break(&d->events, "there are more than 268 million containers");
    m->containers =
        grow_array(m->containers, m->container_count, &m->container_room, sizeof *m->containers);
    slot->container = (uint32_t)m->container_count + 1;
    m->containers[m->container_count] = (struct model_container){0};
    return &m->containers[m->container_count++];
}

static unsigned model_list_of(unsigned class, uint64_t length) {
    static const uint8_t lists[RECORDING_CLASSES] = {[RECORDING_LIST] = MODEL_LISTS,
                                                     [RECORDING_DICT] = MODEL_DICTS,
                                                     [RECORDING_SLICE] = MODEL_SLICES,
                                                     [RECORDING_CONTEXT] = MODEL_CONTEXTS};
    if (class != RECORDING_TUPLE && class != RECORDING_LEAF_TUPLE)
        return lists[class];
    return length && length <= MODEL_TUPLE_LENGTHS ? MODEL_TUPLES + (unsigned)length - 1
                                                   : MODEL_NO_LIST;
}

// What its type says of a container.
static void model_set_type(struct model_container *o, const struct event *e) {
    o->type = e->type;
    o->tuple = e->class == RECORDING_TUPLE || e->class == RECORDING_LEAF_TUPLE;
    if (e->class == RECORDING_LEAF_TUPLE)
        o->tracking = MODEL_ONCE;
    o->dies_into = (uint8_t)model_list_of(e->class, e->length);
    // What waits in the last list is never taken (maybe_freelist_pop, maybe_freelist_push of CPython 3.11).
    o->born_from = e->length == MODEL_TUPLE_LENGTHS ? MODEL_NO_LIST : o->dies_into;
}

static void model_take_block(struct decode *d, const struct event *e) {
    model_take_slot(d, e->slot)->words = e->words;
    d->bytes += (int64_t)e->words * WORD;
    d->m->blocks++;
}

static void model_take_birth(struct decode *d, const struct event *e) {
    model_take_block(d, e);
    struct model_slot *slot = &d->slots[e->slot];
    struct model_container *o = model_add_container(d, slot);
    slot->born = ++d->born;
    o->birth = (uint32_t)d->m->event_count + 1;
    o->generic = e->flags & RECORDING_GENERIC;
    model_set_type(o, e);
    decode_add_event(d, MODEL_BIRTH, slot->container - 1, e->flags & RECORDING_RAISING);
}

static void model_take_late(struct decode *d, const struct event *e) {
    const struct model_slot *slot = decode_container(d, e);
    if (slot)
        model_set_type(&d->m->containers[slot->container - 1], e);
}

// The recorder's own containers never were.
static void model_take_own(struct decode *d, const struct event *e) {
    struct model_slot *slot = &d->slots[e->slot];
    struct model *m = d->m;
    if (!slot->container)
        return;
    if (slot->container != m->container_count || !m->event_count ||
        m->events[m->event_count - 1].kind != MODEL_BIRTH) {
        events_break(&d->events, "a container of the recorder's own is not the last one made");
        return;
    }
    d->bytes += m->events[--m->event_count].bytes;
    m->container_count--;
    slot->container = slot->held = 0;
}

// Within a collection, after its garbage was listed, what dies dies with a cluster, but for what was born since.
static uint32_t model_dies_with(struct decode *d, const struct model_slot *slot) {
    const struct model_container *o =
        slot->container ? &d->m->containers[slot->container - 1] : NULL;
    if (!d->collecting || (o && o->birth > d->boundary + 1))
        return 0;
    if (o && o->cluster)
        d->freeing = o->cluster;
    else if (slot->owner)
        d->freeing = slot->owner;
    return d->freeing;
}

void decode_hang(struct model *m, struct model_cluster *k, struct model_hanger hanger) {
    m->hangers = grow_array(m->hangers, m->hanger_count, &m->hanger_room, sizeof *m->hangers);
    hanger.next = k->hangers & (MOST_HANGERS - 1);
    m->hangers[m->hanger_count++] = hanger;
    k->hangers = (uint32_t)m->hanger_count;
}

// What was there before dies by a callback of a weak reference, or a finalizer, of the garbage: without this collection
// it would live as long as that.
static bool model_dies_early(struct decode *d, const struct model_slot *slot) {
    if (!d->collecting || d->freeing || !slot->container ||
        d->m->containers[slot->container - 1].birth > d->boundary + 1)
        return false;
    grow_push(&d->early, slot->container - 1);
    d->early_bytes += (int64_t)slot->words * WORD;
    return true;
}

static void model_die(struct decode *d, const struct model_slot *slot) {
    struct model *m = d->m;
    uint32_t cluster = model_dies_with(d, slot), container = slot->container - 1;
    int64_t bytes = (int64_t)slot->words * WORD;
    if (!cluster && slot->held) {
        decode_die_held(d, slot, bytes);
        return;
    }
    if (d->owned && !cluster && slot->container) {
        grow_push(&d->freed, container);
        grow_push(&d->freed, (uint32_t)bytes);
    }
    if (cluster)
        m->clusters[cluster - 1].bytes += bytes;
    else
        d->bytes -= bytes;
    if (slot->container && !cluster)
        decode_add_event(d, MODEL_DEATH, container, false);
    else if (slot->container && !m->containers[container].cluster)
        decode_hang(m, &m->clusters[cluster - 1],
                    (struct model_hanger){.container = container,
                                          .referred = slot->owner != 0,
                                          .missed = slot->born < d->from});
}

static void model_take_freed(struct decode *d, const struct event *e) {
    const struct model_slot *slot = &d->slots[e->slot];
    if (slot->container)
        d->m->containers[slot->container - 1].dead = true;
    if (!model_dies_early(d, slot))
        model_die(d, slot);
    d->owned = false;
}

static void model_take_resized(struct decode *d, const struct event *e) {
    struct model_slot *slot = &d->slots[e->slot];
    uint32_t words = e->words;
    d->bytes += ((int64_t)words - slot->words) * WORD;
    slot->words = words;
    if (slot->container && d->m->containers[slot->container - 1].tuple)
        d->m->containers[slot->container - 1].dies_into =
            (uint8_t)model_list_of(RECORDING_TUPLE, words > TUPLE_WORDS ? words - TUPLE_WORDS : 0);
}

static void model_take_settings(struct decode *d, const struct event *e) {
    struct model *m = d->m;
    struct model_settings note = {.enabled = e->number[0]};
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        note.threshold[g] = (uint32_t)e->number[g + 1];
    m->notes = grow_array(m->notes, m->note_count, &m->note_room, sizeof *m->notes);
    m->notes[m->note_count] = note;
    decode_add_event(d, MODEL_SETTINGS, (uint32_t)m->note_count++, false);
}

static void model_take_by_hand(struct decode *d, const struct event *e) {
    if (e->number[0] >= MODEL_GENERATIONS)
        events_break(&d->events, "there are three generations");
    decode_add_event(d, MODEL_BY_HAND, (uint32_t)e->number[0], false);
}

// ------------------------------------------------------------------------------------------- codes
// Types have small numbers; 0 is that of containers of which it is not known.
static struct model_type *model_type_at(struct model *m, size_t type) {
    if (type >= m->type_count) {
        m->types = must(realloc(m->types, (type + 1) * sizeof *m->types));
        memset(m->types + m->type_count, 0, (type + 1 - m->type_count) * sizeof *m->types);
        m->type_count = type + 1;
    }
    return &m->types[type];
}

static void model_take_type(struct decode *d, const struct event *e) {
    struct model_type *t = model_type_at(d->m, e->type);
    free(t->name);
    *t = (struct model_type){.name = must(strndup(e->name, e->name_bytes)), .class = e->class};
}

static void model_take(struct decode *d, const struct event *e) {
    if (e->code != RECORDING_GARBAGE)
        decode_cluster_garbage(d);
    switch (e->code) {
    case RECORDING_CONTAINER:
        model_take_birth(d, e);
        return;
    case RECORDING_ATOM:
        model_take_block(d, e);
        return;
    case RECORDING_FREED:
        model_take_freed(d, e);
        return;
    case RECORDING_OWNED:
        d->owned = true;
        return;
    case RECORDING_RESIZED:
        model_take_resized(d, e);
        return;
    case RECORDING_COLLECTS:
        decode_collects(d, e);
        return;
    case RECORDING_COLLECTED:
        decode_collected(d, e);
        return;
    case RECORDING_TYPE:
        model_take_type(d, e);
        return;
    case RECORDING_OWN:
        model_take_own(d, e);
        return;
    case RECORDING_GARBAGE:
        decode_garbage(d, e);
        return;
    case RECORDING_CLEARED:
        decode_cleared(d);
        return;
    case RECORDING_LATE:
        model_take_late(d, e);
        return;
    case RECORDING_SETTINGS:
        model_take_settings(d, e);
        return;
    case RECORDING_BY_HAND:
        model_take_by_hand(d, e);
        return;
    case RECORDING_STRANGER:
        decode_add_event(d, MODEL_STRANGER, 0, false);
        return;
    case RECORDING_ENDED:
        d->m->end = d->m->event_count;
        return;
    case RECORDING_FREEZES:
        decode_add_event(d, MODEL_FREEZES, e->number[0] != 0, false);
        return;
    case RECORDING_SAFE_POINT:
        decode_add_event(d, MODEL_SAFE_POINT, 0, false);
        return;
    case RECORDING_REFERENCES: // of what is alive, of no use to who counts
    case RECORDING_STOPPED:
    case RECORDING_TIME:
        return;
    }
}

// -------------------------------------------------------------------------------------- the header
static uint64_t model_member(const json_t *header, const char *name, size_t i) {
    const json_t *value = json_object_get(header, name);
    json_int_t number = json_integer_value(json_is_array(value) ? json_array_get(value, i) : value);
    return number < 0 ? 0 : (uint64_t)number;
}

static void model_take_header(struct decode *d) {
    struct model *m = d->m;
    m->header = json_incref(d->events.r->header);
    m->exact = json_is_true(json_object_get(m->header, "exact"));
    m->safe_points = json_is_true(json_object_get(m->header, "safe_points"));
    m->began.enabled = !json_is_false(json_object_get(m->header, "enabled"));
    m->pending = (int64_t)model_member(m->header, "pending", 0);
    m->total = (int64_t)model_member(m->header, "total", 0);
    events_read_held(&d->events, m->held);
    for (size_t g = 0; g < MODEL_GENERATIONS; g++) {
        m->counts[g] = (uint32_t)model_member(m->header, "counts", g);
        m->began.threshold[g] = (uint32_t)model_member(m->header, "thresholds", g);
        for (uint32_t i = 0; i < m->held[g] && !d->events.broken; i++)
            model_add_container(d, model_take_slot(d, events_take_slot(&d->events)))->tracking =
                MODEL_TRACKED;
    }
}

// ---------------------------------------------------------------------------------------------- all
static void model_count_types(struct model *m) {
    for (size_t i = 0; i < m->container_count; i++) {
        struct model_type *type = model_type_at(m, m->containers[i].type);
        type->born += m->containers[i].birth != 0;
        type->cyclic += m->containers[i].cluster != 0;
    }
}

static void decode_all(struct decode *d) {
    struct event e;
    d->m->end = MODEL_NEVER;
    model_take_header(d);
    while (!d->events.broken && events_next(&d->events, &e)) {
        bool frees = e.code == RECORDING_FREED || e.code == RECORDING_OWNED;
        if (!frees)
            decode_end_frees(d);
        model_take(d, &e);
        if (!frees)
            d->run = d->m->event_count;
    }
    decode_end_frees(d);
    decode_cluster_garbage(d);
    model_count_types(d->m);
    garbage_link_all(d->m);
    if (d->m->end == MODEL_NEVER)
        d->m->end = d->m->event_count;
    d->m->cut = d->events.r->cut;
    d->m->raw_bytes = d->events.r->raw_bytes;
    d->m->trailer = json_incref(d->events.r->trailer);
}

struct model *model_read(const char *path, char *error, size_t error_bytes) {
    struct decode d = {0};
    events_open(&d.events, path, error, error_bytes);
    if (!d.events.r)
        return NULL;
    d.m = must(calloc(1, sizeof *d.m));
    decode_all(&d);
    if (events_wrong(&d.events, path, error, error_bytes)) {
        model_free(d.m);
        d.m = NULL;
    }
    garbage_free(&d.garbage);
    free(d.slots);
    free(d.collections.at);
    free(d.early.at);
    free(d.freed.at);
    events_close(&d.events);
    return d.m;
}

void model_free(struct model *m) {
    json_decref(m->header);
    json_decref(m->trailer);
    for (size_t i = 0; i < m->type_count; i++)
        free(m->types[i].name);
    free(m->types);
    free(m->containers);
    free(m->events);
    free(m->clusters);
    free(m->notes);
    free(m->hangers);
    free(m->members.at);
    free(m->parents.at);
    free(m->children.at);
    free(m);
}
