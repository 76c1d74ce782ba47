// model.c - reads a recording into a model, event by event.
//
// What a file says is not trusted: a slot that does not hold what an event needs ends the reading with one line.

#include "decode.h"

#include "base/must.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORD = 8,
    MOST_WORDS = 1 << 28,
    MOST_CONTAINERS = (1 << 28) - 1,
    MOST_TYPES = 1 << 16,
    MOST_HANGERS = 1 << 30
};

// In front of a tuple's elements: head of the collector, object, length.
enum { TUPLE_WORDS = 5 };

void decode_broken(struct decode *d, const char *what) {
    if (!d->broken)
        d->broken = what;
}

// ------------------------------------------------------------------------------------------- slots
static struct model_slot *model_take_slot(struct decode *d) {
    uint32_t slot = d->unused.count ? d->unused.at[--d->unused.count] : (uint32_t)d->slot_count++;
    d->slots = grow_array(d->slots, slot, &d->slot_room, sizeof *d->slots);
    d->slots[slot] = (struct model_slot){.used = true};
    return &d->slots[slot];
}

// The slot that the next number names; NULL: it holds nothing.
struct model_slot *decode_slot(struct decode *d) {
    uint64_t slot = recording_read(d->r);
    if (slot < d->slot_count && d->slots[slot].used)
        return &d->slots[slot];
    if (!d->r->ended)
        decode_broken(d, "a slot that holds nothing is named");
    return NULL;
}

struct model_slot *decode_container(struct decode *d) {
    struct model_slot *slot = decode_slot(d);
    if (!slot || slot->container)
        return slot;
    if (!d->r->ended)
        decode_broken(d, "a container is named that is none");
    return NULL;
}

static uint32_t model_read_words(struct decode *d) {
    uint64_t words = recording_read(d->r);
    if (words > MOST_WORDS)
        decode_broken(d, "a size is above 2 GiB");
    return (uint32_t)words;
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
        decode_broken(d, "there are more than 268 million containers");
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

// What its type says of a container, and of a tuple the length that follows.
static void model_read_type(struct decode *d, struct model_container *o, uint64_t type) {
    unsigned class = type < d->m->type_count ? d->m->types[type].class : RECORDING_OTHER;
    o->type = type < d->m->type_count ? (uint32_t)type : 0;
    o->tuple = class == RECORDING_TUPLE || class == RECORDING_LEAF_TUPLE;
    if (class == RECORDING_LEAF_TUPLE)
        o->tracking = MODEL_ONCE;
    uint64_t length = o->tuple ? recording_read(d->r) : 0;
    o->dies_into = (uint8_t)model_list_of(class, length);
    // What waits in the last list is never taken (maybe_freelist_pop, maybe_freelist_push of CPython 3.11).
    o->born_from = length == MODEL_TUPLE_LENGTHS ? MODEL_NO_LIST : o->dies_into;
}

static void model_read_birth(struct decode *d) {
    uint32_t words = model_read_words(d);
    uint64_t type = recording_read(d->r);
    struct model_slot *slot = model_take_slot(d);
    struct model_container *o = model_add_container(d, slot);
    slot->words = words;
    slot->born = ++d->born;
    o->birth = (uint32_t)d->m->event_count + 1;
    o->generic = type & RECORDING_GENERIC;
    model_read_type(d, o, type >> 2);
    d->bytes += (int64_t)words * WORD;
    d->m->blocks++;
    decode_add_event(d, MODEL_BIRTH, slot->container - 1, type & RECORDING_RAISING);
}

static void model_read_late(struct decode *d) {
    struct model_slot *slot = decode_container(d);
    uint64_t type = recording_read(d->r);
    struct model_container none = {0};
    model_read_type(d, slot ? &d->m->containers[slot->container - 1] : &none, type);
}

static void model_read_atom(struct decode *d, uint32_t words) {
    struct model_slot *slot = model_take_slot(d);
    slot->words = words;
    d->m->blocks++;
    d->bytes += (int64_t)words * WORD;
}

// The recorder's own containers never were.
static void model_read_own(struct decode *d) {
    struct model_slot *slot = decode_slot(d);
    struct model *m = d->m;
    if (!slot || !slot->container)
        return;
    if (slot->container != m->container_count || !m->event_count ||
        m->events[m->event_count - 1].kind != MODEL_BIRTH) {
        decode_broken(d, "a container of the recorder's own is not the last one made");
        return;
    }
    d->bytes += m->events[--m->event_count].bytes;
    m->container_count--;
    slot->container = 0;
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

static void model_read_freed(struct decode *d) {
    struct model_slot *slot = decode_slot(d);
    if (!slot)
        return;
    if (slot->container)
        d->m->containers[slot->container - 1].dead = true;
    if (!model_dies_early(d, slot))
        model_die(d, slot);
    slot->used = d->owned = false;
    grow_push(&d->unused, (uint32_t)(slot - d->slots));
}

static void model_read_resized(struct decode *d) {
    struct model_slot *slot = decode_slot(d);
    uint32_t words = model_read_words(d);
    if (!slot)
        return;
    d->bytes += ((int64_t)words - slot->words) * WORD;
    slot->words = words;
    if (slot->container && d->m->containers[slot->container - 1].tuple)
        d->m->containers[slot->container - 1].dies_into =
            (uint8_t)model_list_of(RECORDING_TUPLE, words > TUPLE_WORDS ? words - TUPLE_WORDS : 0);
}

static void model_read_settings(struct decode *d) {
    struct model *m = d->m;
    struct model_settings note = {.enabled = recording_read(d->r)};
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        note.threshold[g] = (uint32_t)recording_read(d->r);
    m->notes = grow_array(m->notes, m->note_count, &m->note_room, sizeof *m->notes);
    m->notes[m->note_count] = note;
    decode_add_event(d, MODEL_SETTINGS, (uint32_t)m->note_count++, false);
}

static void model_read_generation(struct decode *d, enum model_kind kind) {
    uint64_t generation = recording_read(d->r);
    if (generation >= MODEL_GENERATIONS)
        decode_broken(d, "there are three generations");
    decode_add_event(d, kind, (uint32_t)generation, false);
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

static void model_read_class(struct decode *d) {
    char name[RECORDING_MAX_EVENT_BYTES];
    uint64_t type = recording_read(d->r), class = recording_read(d->r),
             length = recording_read(d->r);
    if (type >= MOST_TYPES || class >= RECORDING_CLASSES || length >= sizeof name) {
        decode_broken(d, "a type has a number, a class or a name that there is not");
        return;
    }
    for (uint64_t i = 0; i < length; i++)
        name[i] = (char)recording_get(d->r);
    struct model_type *t = model_type_at(d->m, (size_t)type);
    free(t->name);
    *t = (struct model_type){.name = must(strndup(name, (size_t)length)), .class = (unsigned)class};
}

static void model_read_stopped(struct decode *d) {
    for (int i = 0; i < MODEL_GENERATIONS + 2; i++)
        (void)recording_read(d->r);
}

static void decode_event(struct decode *d, unsigned code) {
    if (code != RECORDING_GARBAGE)
        decode_cluster_garbage(d);
    if (code < RECORDING_CONTAINER) {
        model_read_atom(d, code);
        return;
    }
    switch ((enum recording_code)code) {
    case RECORDING_CONTAINER:
        model_read_birth(d);
        return;
    case RECORDING_ATOM:
        model_read_atom(d, model_read_words(d));
        return;
    case RECORDING_FREED:
        model_read_freed(d);
        return;
    case RECORDING_OWNED:
        d->owned = true;
        return;
    case RECORDING_RESIZED:
        model_read_resized(d);
        return;
    case RECORDING_COLLECTS:
        decode_collects(d);
        return;
    case RECORDING_COLLECTED:
        decode_collected(d);
        return;
    case RECORDING_TYPE:
        model_read_class(d);
        return;
    case RECORDING_OWN:
        model_read_own(d);
        return;
    case RECORDING_GARBAGE:
        decode_garbage(d);
        return;
    case RECORDING_CLEARED:
        decode_cleared(d);
        return;
    case RECORDING_LATE:
        model_read_late(d);
        return;
    case RECORDING_SETTINGS:
        model_read_settings(d);
        return;
    case RECORDING_BY_HAND:
        model_read_generation(d, MODEL_BY_HAND);
        return;
    case RECORDING_STRANGER:
        decode_add_event(d, MODEL_STRANGER, 0, false);
        return;
    case RECORDING_ENDED:
        d->m->end = d->m->event_count;
        return;
    case RECORDING_FREEZES:
        decode_add_event(d, MODEL_FREEZES, recording_read(d->r) != 0, false);
        return;
    case RECORDING_STOPPED:
        model_read_stopped(d);
        return;
    case RECORDING_REFERENCES: // of what is alive, of no use to who counts
        (void)recording_read(d->r);
        for (uint64_t count = recording_read(d->r); count && !d->r->ended; count--)
            (void)recording_read(d->r);
        return;
    case RECORDING_SAFE_POINT:
        decode_add_event(d, MODEL_SAFE_POINT, 0, false);
        return;
    case RECORDING_TIME:
        (void)recording_read(d->r);
        return;
    }
    decode_broken(d, "an event is of a kind that this version does not know");
}

// -------------------------------------------------------------------------------------- the header
static uint64_t model_member(const json_t *header, const char *name, size_t i) {
    const json_t *value = json_object_get(header, name);
    json_int_t number = json_integer_value(json_is_array(value) ? json_array_get(value, i) : value);
    return number < 0 ? 0 : (uint64_t)number;
}

static void model_read_header(struct decode *d) {
    struct model *m = d->m;
    m->header = json_incref(d->r->header);
    m->exact = json_is_true(json_object_get(m->header, "exact"));
    m->safe_points = json_is_true(json_object_get(m->header, "safe_points"));
    m->began.enabled = !json_is_false(json_object_get(m->header, "enabled"));
    m->pending = (int64_t)model_member(m->header, "pending", 0);
    m->total = (int64_t)model_member(m->header, "total", 0);
    for (size_t g = 0; g < MODEL_GENERATIONS; g++) {
        m->held[g] = (uint32_t)model_member(m->header, "generations", g);
        m->counts[g] = (uint32_t)model_member(m->header, "counts", g);
        m->began.threshold[g] = (uint32_t)model_member(m->header, "thresholds", g);
        for (uint32_t i = 0; i < m->held[g] && !d->broken; i++)
            model_add_container(d, model_take_slot(d))->tracking = MODEL_TRACKED;
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
    d->m->end = MODEL_NEVER;
    model_read_header(d);
    for (;;) {
        unsigned code = recording_get(d->r);
        if (d->r->ended || d->broken)
            break;
        bool frees = code == RECORDING_FREED || code == RECORDING_OWNED;
        if (!frees)
            decode_end_frees(d);
        decode_event(d, code);
        if (!frees)
            d->run = d->m->event_count;
    }
    decode_end_frees(d);
    decode_cluster_garbage(d);
    model_count_types(d->m);
    garbage_link_all(d->m);
    if (d->m->end == MODEL_NEVER)
        d->m->end = d->m->event_count;
    d->m->cut = d->r->cut;
    d->m->raw_bytes = d->r->raw_bytes;
    d->m->trailer = json_incref(d->r->trailer);
}

static void decode_free(struct decode *d) {
    garbage_free(&d->garbage);
    free(d->slots);
    free(d->unused.at);
    free(d->collections.at);
    free(d->early.at);
    free(d->freed.at);
    recording_close(d->r);
}

struct model *model_read(const char *path, char *error, size_t error_bytes) {
    struct decode d = {.r = recording_open(path, error, error_bytes)};
    if (!d.r)
        return NULL;
    d.m = must(calloc(1, sizeof *d.m));
    decode_all(&d);
    const char *why = d.broken ? d.broken : *d.r->error ? d.r->error : NULL;
    if (why) {
        snprintf(error, error_bytes, "%s: a damaged recording: %s", path, why);
        model_free(d.m);
        d.m = NULL;
    }
    decode_free(&d);
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
