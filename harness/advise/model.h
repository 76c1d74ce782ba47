// model.h - a recording in memory: what collectors can tell of a program, ready to be played under any settings.
//
// Time is the number of events before. An event is the birth or death of a container, or what the program did to its
// collector. What dies by its count dies at an event. What is garbage in the end is cut into clusters: a cycle with all
// that it hangs together with (a strongly connected component), or one object that only garbage refers to. A cluster
// has a bracket of the time of its death, which is that time alone where deaths are exact.
//
// A collection of generation g finds a dead cluster exactly when nothing of an older generation leads to it that is
// dead, and not collected yet. So a cluster knows its parents, the clusters that refer to it, which lie in front of it.
// One that is no cycle dies by its count when the last of its parents is freed.

#ifndef HEAPBENCH_ADVISE_MODEL_H
#define HEAPBENCH_ADVISE_MODEL_H

#include "base/grow.h"
#include "recording/recording.h"

#include <stdbool.h>
#include <stdint.h>

enum { MODEL_GENERATIONS = 3, MODEL_TUPLE_LENGTHS = 20 };
static const uint32_t MODEL_NEVER = UINT32_MAX;

// The free lists of CPython 3.11, by index; 0: none. Those of tuples follow, by length.
enum { MODEL_NO_LIST, MODEL_LISTS, MODEL_DICTS, MODEL_SLICES, MODEL_CONTEXTS, MODEL_TUPLES };
enum { MODEL_FREE_LISTS = MODEL_TUPLES + MODEL_TUPLE_LENGTHS };

// Whether collections look at it; once: it is a tuple that the first one untracks. What none saw died young, and is
// taken to be tracked.
enum model_tracking { MODEL_UNSEEN, MODEL_TRACKED, MODEL_ONCE, MODEL_UNTRACKED };

struct model_container {
    uint32_t birth;   // 0: it was there when the recording began
    uint32_t cluster; // its index + 1; 0: it does not die in a collection
    uint32_t type;
    uint8_t born_from, dies_into; // free lists
    uint8_t tracking;             // enum model_tracking
    bool generic : 1;             // made by its type's own allocator, so not from a free list
    bool tuple : 1, dead : 1;
};

enum model_kind {
    MODEL_BIRTH,
    MODEL_DEATH,
    MODEL_SETTINGS,
    MODEL_BY_HAND,
    MODEL_STRANGER,
    MODEL_FREEZES,
    MODEL_SAFE_POINT
};

struct model_event {
    uint32_t kind : 3,
        raising : 1;    // raising: of a birth, an exception is set, and no collection starts
    uint32_t what : 28; // MODEL_DEATH: the container; else an index in `notes`, or the generation
    int32_t bytes;      // allocated less freed since the event before
};

struct model_settings {
    bool enabled;
    uint32_t threshold[MODEL_GENERATIONS];
};

struct model_cluster {
    uint32_t oldest, from, to; // birth of its oldest member; bracket of the time of death
    uint32_t first, count;     // of its members, in `members`
    uint32_t parents, parent_count, children, child_count; // likewise, clusters
    uint32_t hangers;                                      // in `hangers`, the first + 1; 0: none
    bool cyclic;
    int64_t bytes; // freed with it
};

// A container that was not garbage itself when the recorder found the cluster with which it died.
//   referred  the cluster itself refers to it, and not what no collector looks at, as a code object
//   missed    it was too old for the collection of the recorder that found the cluster: one that examines both finds both
struct model_hanger {
    uint32_t container;
    uint32_t next : 30, referred : 1, missed : 1; // next: the next one's index + 1
};

// By number; containers of it that were born, and those of them that died in cycles.
struct model_type {
    char *name;
    unsigned class; // enum recording_class
    uint64_t born, cyclic;
};

struct model {
    struct model_container *containers;
    size_t container_count, container_room;
    struct model_event *events;
    size_t event_count, event_room, end; // end: of the program
    struct model_cluster *clusters;
    size_t cluster_count, cluster_room;
    struct model_settings *notes;
    size_t note_count, note_room;
    struct model_hanger *hangers;
    size_t hanger_count, hanger_room;
    struct model_type *types;
    size_t type_count;
    struct grow_list members, parents, children;
    struct model_settings began; // what holds at the beginning
    uint32_t held[MODEL_GENERATIONS], counts[MODEL_GENERATIONS];
    int64_t pending, total;
    uint64_t collections[MODEL_GENERATIONS], found[MODEL_GENERATIONS]; // of the recorder itself
    uint64_t blocks, raw_bytes, garbage;
    bool exact, cut;
    bool safe_points; // the program's interpreter collects between instructions, as since 3.12
    struct json_t *header, *trailer; // the latter may be NULL
};

// model_read - from a file. Returns NULL with one line in error.
struct model *model_read(const char *path, char *error, size_t error_bytes);
void model_free(struct model *m);

#endif
