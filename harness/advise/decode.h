// decode.h - the state in which a recording is read into a model.

#ifndef HEAPBENCH_ADVISE_DECODE_H
#define HEAPBENCH_ADVISE_DECODE_H

#include "garbage.h"

struct decode {
    struct recording_reader *r;
    struct model *m;
    struct model_slot *slots;
    size_t slot_count, slot_room;
    struct model_list unused;      // slots
    struct model_list collections; // the time of each
    struct garbage garbage;
    int64_t bytes;     // allocated less freed since the last event
    bool collecting;   // between RECORDING_COLLECTS and _CLEARED
    uint32_t boundary; // the event at which that collection started
    uint32_t found_at; // when its garbage is found
    uint32_t freeing;  // the cluster + 1 of which a member was freed last
    size_t examined;   // containers that were there for an earlier collection
    int generation;
    const char *broken; // the first thing that cannot be
};

#endif
