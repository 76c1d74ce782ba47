// collector.c - recorder: what is written, and the search at the end.

#include "collector.h"

#include <stdlib.h>

enum type { TYPE_NODE, TYPE_LIST, TYPE_TUPLE, TYPE_LEAF_TUPLE, TYPES };

void recorder_write_types(struct heap *h) {
    static const struct {
        const char *name;
        enum recording_class class;
    } types[TYPES] = {[TYPE_NODE] = {"node", RECORDING_OTHER},
                      [TYPE_LIST] = {"list", RECORDING_LIST},
                      [TYPE_TUPLE] = {"tuple", RECORDING_TUPLE},
                      [TYPE_LEAF_TUPLE] = {"tuple of leaves", RECORDING_LEAF_TUPLE}};
    for (size_t i = 0; h->writer && i < TYPES; i++) {
        recording_event(h->writer, RECORDING_TYPE);
        recording_number(h->writer, i);
        recording_number(h->writer, types[i].class);
        recording_number(h->writer, strlen(types[i].name));
        for (const char *c = types[i].name; *c; c++)
            recording_put(h->writer, (unsigned char)*c);
    }
}

// ------------------------------------------------------------------------------------------ births
// A tuple that a collection untracks at once: it holds atoms and such tuples alone, and never
// changes.
static bool is_leaf_tuple(const struct heap_object *o) {
    if (!counted_is_tuple(o))
        return false;
    for (size_t i = 0, n = counted_length(o); i < n; i++) {
        const struct heap_object *element = counted_slots(o)[i];
        if (element && !counted_is_atom(element) && !is_leaf_tuple(element))
            return false;
    }
    return true;
}

static size_t words_of(const struct heap_object *o) {
    return counted_is_list(o) ? 3 : 1 + counted_length(o) + (counted_payload_bytes(o) + 7) / 8;
}

void recorder_write_birth(struct heap *h, const struct heap_object *o) {
    enum type type = counted_is_list(o)     ? TYPE_LIST
                     : !counted_is_tuple(o) ? TYPE_NODE
                     : is_leaf_tuple(o)     ? TYPE_LEAF_TUPLE
                                            : TYPE_TUPLE;
    bool tuple = type >= TYPE_TUPLE;
    struct recording_birth birth = {words_of(o), type << 2,
                                    tuple ? (uint32_t)counted_length(o) : 0};
    recording_container(h->writer, birth, tuple);
}

// ------------------------------------------------------------------------- the program's collector
static void write_event(struct heap *h, enum recording_code code, uint64_t operand) {
    h->events++;
    if (!h->writer)
        return;
    recording_event(h->writer, code);
    recording_number(h->writer, operand);
}

size_t heap_collect(struct heap *h, int generation) {
    write_event(h, RECORDING_BY_HAND, (uint64_t)generation);
    return 0;
}

// No thresholds: the program leaves them as they are.
void heap_enable(struct heap *h, bool on) {
    write_event(h, RECORDING_SETTINGS, on);
    for (int g = 0; h->writer && g < HEAP_GENERATIONS; g++)
        recording_number(h->writer, 0);
}

void heap_freeze(struct heap *h) {
    write_event(h, RECORDING_FREEZES, 1);
}

void heap_unfreeze(struct heap *h) {
    write_event(h, RECORDING_FREEZES, 0);
}

// ----------------------------------------------------------------------------------------- the end
struct search {
    struct heap *h;
    bool *live;      // by slot
    uint32_t *stack; // slots of which the references are to be followed
    uint32_t waiting;
};

static void reach(struct search *s, const struct heap_object *o) {
    if (!o || counted_is_atom(o) || s->live[recorder_front(o)->slot])
        return;
    s->live[recorder_front(o)->slot] = true;
    s->stack[s->waiting++] = recorder_front(o)->slot;
}

static void reach_all(struct search *s) {
    ROOTS_EACH(&s->h->common.roots, reg)
    reach(s, reg->object);
    GUARDS_EACH(&s->h->common.guards, waiting)
    reach(s, *waiting);
    while (s->waiting) {
        const struct heap_object *o = s->h->slots[s->stack[--s->waiting]];
        for (size_t i = 0, n = counted_length(o); i < n; i++)
            reach(s, counted_slots(o)[i]);
    }
}

static void write_garbage(struct heap *h, const struct heap_object *o) {
    size_t length = counted_length(o), edges = 0;
    for (size_t i = 0; i < length; i++)
        edges += counted_slots(o)[i] && !counted_is_atom(counted_slots(o)[i]);
    recording_event(h->writer, RECORDING_GARBAGE);
    recording_number(h->writer, recorder_front(o)->slot);
    recording_number(h->writer, h->events - recorder_front(o)->lost);
    recording_number(h->writer, edges);
    for (size_t i = 0; i < length; i++) {
        if (!counted_slots(o)[i] || counted_is_atom(counted_slots(o)[i]))
            continue;
        recording_room(h->writer);
        recording_number(h->writer, recorder_front(counted_slots(o)[i])->slot);
    }
}

void recorder_write_garbage(struct heap *h) {
    struct search s = {.h = h,
                       .live = calloc(h->slot_count + 1, sizeof *s.live),
                       .stack = calloc(h->slot_count + 1, sizeof *s.stack)};
    h->guards = h->common.counters.objects_guarded;
    if (s.live && s.stack) {
        reach_all(&s);
        for (uint32_t i = 0; i < h->slot_count; i++)
            if (h->slots[i] && !s.live[i])
                write_garbage(h, h->slots[i]);
    } else {
        h->writer->error = ENOMEM;
    }
    free(s.live);
    free(s.stack);
}
