// heap.c - oracle: its descriptor, the arrays of containers, and checks. See fast.h.

#include "heap.h"

#include "parts/without/freezing.h"

enum { FIRST_ROOM = 1024 }; // of the arrays

enum tunable { MEMORY, INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [MEMORY] = HEAP_TUNABLE_MEMORY, [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "says when each object dies (Merlin), for others to be measured against",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES |
              HEAP_GUARDS | HEAP_INSTRUMENT,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

int oracle_open(struct heap *h, const struct heap_config *config) {
    h->clock = config->listener.clock ? config->listener.clock : &h->no_clock;
    h->tracked_count = 1;
    h->due = ORACLE_FIRST_DUE;
    h->enabled = true;
    return 0;
}

void oracle_drain(struct heap *h) {
    heap_collect(h, HEAP_GENERATIONS - 1);
}

void oracle_close(struct heap *h) {
    size_t bytes = h->tracked_room * sizeof *h->tracked;
    memory_free(&h->common.memory, h->tracked, bytes);
    memory_free(&h->common.memory, h->worked, bytes);
}

// ---------------------------------------------------------------------------------------- tracking
void oracle_set_limit(struct heap *h) {
    h->limit = h->enabled && h->due < h->tracked_room ? h->due : h->tracked_room;
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    oracle_set_limit(h);
}

static bool grow(struct heap *h, struct heap_object ***array, uint32_t room) {
    void *grown = memory_resize(&h->common.memory, *array, h->tracked_room * sizeof **array,
                                room * sizeof **array);
    *array = grown ? grown : *array;
    return grown;
}

// Where only the first has grown, its room is told to be what it was: it gives back as much.
static int make_room(struct heap *h) {
    uint32_t room = h->tracked_room ? h->tracked_room * 2 : FIRST_ROOM;
    if (room > UINT32_MAX / 4 || !grow(h, &h->worked, room))
        return ENOMEM;
    if (!grow(h, &h->tracked, room)) {
        h->common.memory.held_bytes -= (room - h->tracked_room) * sizeof *h->worked;
        return ENOMEM;
    }
    h->tracked_room = room;
    return 0;
}

int heap_admit_slow(struct heap *h) {
    if (h->tracked_count >= h->tracked_room && make_room(h))
        return ENOMEM;
    if (h->enabled && h->tracked_count >= h->due)
        (void)heap_collect(h, HEAP_GENERATIONS - 1);
    oracle_set_limit(h);
    return 0;
}

// ------------------------------------------------------------------------------------------ checks
void oracle_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    for (uint32_t i = 1; i < h->tracked_count; i++)
        visit(audit, h->tracked[i]);
}

bool oracle_enumerates(struct heap *h, const struct heap_object *o) {
    (void)h;
    return !counted_is_atom(o);
}

// An atom that is held has a reference, from a container or a register.
bool oracle_enumerates_all(struct heap *h) {
    (void)h;
    return true;
}

const char *oracle_check(struct heap *h) {
    if (h->burying || h->common.pausing)
        return "no collection is running between operations";
    if (h->tracked_count > (h->tracked_room ? h->tracked_room : 1))
        return "containers fit the array";
    for (uint32_t i = 1; i < h->tracked_count; i++) {
        const struct oracle_front *front = oracle_front(h->tracked[i]);
        if (counted_is_atom(h->tracked[i]) || front->index != i)
            return "only containers are tracked, and know their index";
        if (front->stamp > *h->clock)
            return "nothing is stamped ahead of time";
    }
    return NULL;
}
