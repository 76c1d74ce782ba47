// heap.c - recorder: its descriptor, slots, births and deaths, and checks.

#include "heap.h"

#include "collector.h"

#include <stdio.h>
#include <stdlib.h>

enum tunable { INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {[INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "an instrument: reference counting that writes a recording for heapbench simulate",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_GUARDS | HEAP_INSTRUMENT,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// --------------------------------------------------------------------------------------- lifecycle
int recorder_open(struct heap *h, const struct heap_config *config) {
    (void)config;
    const char *path = getenv("HEAPBENCH_RECORDING");
    if (!path || !*path)
        return 0;
    h->writer = calloc(1, sizeof *h->writer);
    if (!h->writer)
        return ENOMEM;
    int error = recording_begin(h->writer, path, "{\"source\": \"contract\", \"exact\": true}");
    if (error) {
        fprintf(stderr, "recorder: %s: %s\n", path, strerror(error));
        free(h->writer);
        h->writer = NULL;
    }
    recorder_write_types(h);
    return 0;
}

void recorder_close(struct heap *h) {
    if (h->writer) {
        recorder_write_garbage(h);
        int error = recording_end(h->writer, h->guards ? "{\"guards\": true}" : "{}");
        if (error)
            fprintf(stderr, "recorder: the recording is not complete: %s\n", strerror(error));
        free(h->writer);
    }
    memory_free(&h->common.memory, h->slots, h->slot_capacity * sizeof *h->slots);
    memory_free(&h->common.memory, h->unused, h->slot_capacity * sizeof *h->unused);
}

// ------------------------------------------------------------------------------------------- slots
enum { FIRST_CAPACITY = 1024 };

// Both arrays are as long, so that a death finds room.
int heap_admit_slow(struct heap *h) {
    size_t old = h->slot_capacity, capacity = old ? old * 2 : FIRST_CAPACITY;
    if (capacity > UINT32_MAX)
        return ENOMEM;
    void *unused = memory_malloc(&h->common.memory, capacity * sizeof *h->unused);
    void *slots = unused ? memory_resize(&h->common.memory, h->slots, old * sizeof *h->slots,
                                         capacity * sizeof *h->slots)
                         : NULL;
    if (!slots) {
        if (unused)
            memory_free(&h->common.memory, unused, capacity * sizeof *h->unused);
        return ENOMEM;
    }
    memory_free(&h->common.memory, h->unused, old * sizeof *h->unused);
    h->unused = unused; // nothing is unused when there is no room
    h->slots = slots;
    h->slot_capacity = (uint32_t)capacity;
    return 0;
}

int heap_admit_tuple_slow(struct heap *h, size_t length) {
    (void)length;
    return recorder_admit(h, HEAP_NODE);
}

// ------------------------------------------------------------------------------- births and deaths
void heap_record_birth_slow(struct heap *h, struct heap_object *o) {
    uint32_t slot = h->unused_count ? h->unused[--h->unused_count] : h->slot_count++;
    h->slots[slot] = o;
    h->events++;
    *recorder_front(o) = (struct recorder_front){slot, h->events};
    if (h->writer)
        recorder_write_birth(h, o);
}

void heap_record_death_slow(struct heap *h, struct heap_object *o) {
    uint32_t slot = recorder_front(o)->slot;
    h->slots[slot] = NULL;
    h->unused[h->unused_count++] = slot;
    h->events++;
    if (h->writer)
        recording_freed(h->writer, slot);
}

// ------------------------------------------------------------------------------------------ checks
void recorder_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    for (uint32_t i = 0; i < h->slot_count; i++)
        if (h->slots[i])
            visit(audit, h->slots[i]);
}

bool recorder_enumerates(struct heap *h, const struct heap_object *o) {
    (void)h;
    return !counted_is_atom(o);
}

// An atom that is held has a reference, from a container or a register.
bool recorder_enumerates_all(struct heap *h) {
    (void)h;
    return true;
}

const char *recorder_check(struct heap *h) {
    uint32_t free_slots = 0;
    for (uint32_t i = 0; i < h->slot_count; i++) {
        free_slots += !h->slots[i];
        if (h->slots[i] && recorder_front(h->slots[i])->slot != i)
            return "a container knows its slot";
        if (h->slots[i] && recorder_front(h->slots[i])->lost > h->events)
            return "a reference was given up in the past";
    }
    if (free_slots != h->unused_count)
        return "a slot without a container is unused";
    return h->slot_count <= h->slot_capacity ? NULL : "slots have room";
}
