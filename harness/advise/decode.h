// decode.h - the state in which a recording is read into a model.

#ifndef HEAPBENCH_ADVISE_DECODE_H
#define HEAPBENCH_ADVISE_DECODE_H

#include "garbage.h"
#include "recording/events.h"

struct decode {
    struct events events;
    struct model *m;
    struct model_slot *slots;
    size_t slot_room;
    struct grow_list collections; // the time of each
    struct garbage garbage;
    int64_t bytes;          // allocated less freed since the last event
    bool collecting;        // between RECORDING_COLLECTS and _CLEARED
    uint32_t born;          // containers, in the recording
    uint32_t from;          // the first of them that this collection examines; 0: it examines all
    uint32_t boundary;      // the event at which that collection started
    uint32_t found_at;      // when its garbage is found
    uint32_t freeing;       // the cluster + 1 of which a member was freed last
    struct grow_list early; // containers that died in a collection before its garbage was listed
    int64_t early_bytes;
    bool owned;             // RECORDING_OWNED, of what is freed next
    size_t run;             // events before the frees that follow each other now
    struct grow_list freed; // containers among these that are owned, and for each its bytes
    uint32_t root;          // the cluster + 1 of the last of them to which garbage refers; 0: none
    size_t examined;        // containers that were there for an earlier collection
    int generation;
};

// decode_container - the slot that an event names, which holds a container. NULL: it does not, and something is broken.
struct model_slot *decode_container(struct decode *d, const struct event *e);

// decode_add_event - what happens next. decode_hang - a container dies with a cluster that it is no member of; as
// model_hanger says.
void decode_add_event(struct decode *d, enum model_kind kind, uint32_t what, bool raising);
void decode_hang(struct model *m, struct model_cluster *k, struct model_hanger hanger);

// What an event says: decode_collects, decode_collected, decode_garbage and decode_cleared.
// decode_cluster_garbage - all that was garbage is listed.
void decode_collects(struct decode *d, const struct event *e);
void decode_collected(struct decode *d, const struct event *e);
void decode_garbage(struct decode *d, const struct event *e);
void decode_cleared(struct decode *d);
void decode_cluster_garbage(struct decode *d);

// decode_die_held - a container dies by its count to which garbage refers. decode_end_frees - the run of frees has ended.
void decode_die_held(struct decode *d, const struct model_slot *slot, int64_t bytes);
void decode_end_frees(struct decode *d);

#endif
