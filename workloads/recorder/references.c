// references.c - see references.h.
//
// An old object is examined seldom and changes seldom: of most, a hash of what was written says that it need
// not be written again. On docutils the graph makes a recording 1.6 times as large.

#include "references.h"

#include "rings.h"

#include <stdlib.h>
#include <time.h>

static uint32_t hash(const struct recorder *r, uint32_t born) {
    uint32_t sum = 0;
    for (size_t i = 0; i < r->edges.count; i++)
        sum = (sum ^ (r->edges.slots[i] + 1)) * UINT32_C(0x9E3779B1);
    return r->edges.count ? sum ^ born * UINT32_C(0x85EBCA77) : 0;
}

// Whether it is what was written of the slot; from now on it is.
static bool is_told(struct recorder *r, uint32_t slot, uint32_t sum) {
    if (slot >= r->told_room) {
        size_t room = slot + (size_t)slot / 2 + 1024;
        void *told = realloc(r->told, room * sizeof *r->told);
        if (!told)
            Py_FatalError("heapbench_record: no memory");
        r->told = told;
        memset(r->told + r->told_room, 0, (room - r->told_room) * sizeof *r->told);
        r->told_room = room;
    }
    bool same = r->told[slot] == sum;
    r->told[slot] = sum;
    return same;
}

void references_write(struct recorder *r, facts_head *list) {
    for (facts_head *head = rings_next(list); r->graph && head != list; head = rings_next(head)) {
        const uint32_t *place = rings_place_of(r, head);
        uint32_t slot = place[0] & RECORDER_SLOT;
        if (!slot)
            continue;
        recorder_note_edges(r, rings_object(head));
        if (is_told(r, slot - 1, hash(r, place[1])))
            continue;
        recording_event(&r->writer, RECORDING_REFERENCES);
        recording_number(&r->writer, slot - 1);
        recorder_write_edges(r);
    }
}

void references_tick(struct recorder *r) {
    enum { LEAST_US = 1000 };
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now =
        (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000 - r->totals.collecting_ns / 1000;
    if (!r->time_us)
        r->time_us = now;
    if (now < r->time_us + LEAST_US)
        return;
    recording_event(&r->writer, RECORDING_TIME);
    recording_number(&r->writer, now - r->time_us);
    r->time_us = now;
}
