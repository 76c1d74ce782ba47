// lives.h - what a recording says of each object: from when to when it lived, and who referred to it.
//
// A moment is the index of an event. Deaths that follow one another with no other event in between are
// one event, since what they release they release together.

#ifndef HEAPBENCH_TRACE_LIVES_H
#define HEAPBENCH_TRACE_LIVES_H

#include "recording/recording.h"

#define LIVES_NEVER UINT32_MAX
enum {
    LIVES_MOST_WORDS = (1 << 28) - 1,
    LIVES_STEP_BIRTHS = 1000
}; // the latter where there are no times

enum lives_kind {
    LIVES_BEGIN,
    LIVES_BIRTH,
    LIVES_DEATHS,
    LIVES_RESIZE,
    LIVES_COLLECT,
    LIVES_ENABLE,
    LIVES_FREEZE,
    LIVES_STORE, // an object refers to something else now
    LIVES_MARK
};

// what: the object; of LIVES_COLLECT its generation; of LIVES_ENABLE and _FREEZE whether. words: of LIVES_RESIZE.
struct lives_event {
    uint32_t kind : 4, words : 28;
    uint32_t what;
};

// An object. Indices are those of the array, plus 1; 0: none.
//   death      the moment; LIVES_NEVER: it is alive at the end
//   rank       in which order objects died by their counts
//   examined   the moment at which its references were last looked at; its birth before
//   open       its references now; spare: those that ended, of which no other has taken the slot
//   garbage    it died in a cycle, or with one: its references then stay
//   holder     the reference that holds it from `released` on, when it leaves its register
//   mark       of who walks
//   owner      while garbage is freed: what refers to it of that
//   leaf       a tuple that refers to atoms alone: it never changes, and none of its references is known
//   slots      that its references have taken; of a list its length, as it grows; of a leaf its elements
struct lives_object {
    uint32_t birth, death, words, rank, examined, open, spare, holder, released, mark, owner;
  uint32_t slots : 26;
    bool container : 1, list : 1, leaf : 1, garbage : 1, referred : 1, own : 1;
};

// A reference from its start to its end, in a slot of its owner. LIVES_NEVER: it ends with its owner.
//   left_out  the owner, which is no list, has no slot for it, or it never was there
struct lives_edge {
    uint32_t owner, target, start, end, next;
    uint32_t slot : 31;
    bool left_out : 1;
};

struct lives {
    struct lives_event *events;
    struct lives_object *objects;
    struct lives_edge *edges;
    size_t event_count, event_room, object_count, object_room, edge_count, edge_room;
    uint64_t births, deaths, garbage, left_out;
    bool graph, cut;
    bool tracks; // Elephant Tracks, which does not say what died in a cycle
    struct json_t *header;
};

// lives_read - from a recording. Returns false with one line in error. lives_free accepts zeroes.
bool lives_read(struct lives *l, const char *path, char *error, size_t error_bytes);
void lives_free(struct lives *l);

// lives_now - the moment of the last event.
static inline uint32_t lives_now(const struct lives *l) {
    return (uint32_t)l->event_count - 1;
}

// lives_add_event - what happens next; false: there are 4 billion. lives_add_object - which is born now; its index.
bool lives_add_event(struct lives *l, enum lives_kind kind, uint32_t what, uint32_t words);
uint32_t lives_add_object(struct lives *l, uint32_t words, bool container);

// lives_see - an object refers to these, and to nothing else, now.
void lives_see(struct lives *l, uint32_t owner, const uint32_t *targets, size_t count);
// lives_add_edge - a reference from a moment on. lives_end_edge - one of those from owner to target ends now.
void lives_add_edge(struct lives *l, uint32_t owner, uint32_t target, uint32_t start);
void lives_end_edge(struct lives *l, uint32_t owner, uint32_t target);

// Garbage that one collection found, with the moment since which each may have been that.
struct lives_garbage {
    uint32_t object, since, death;
};

// lives_date_garbage - say when each object died, in the order in which garbage dies, the last first.
//   exact     `since` is when the last reference to it was given up
//   found     the moment at which it was found
void lives_date_garbage(struct lives *l, struct lives_garbage *garbage, size_t count, bool exact,
                        uint32_t found);

// lives_hold - make references agree with deaths, and say which one holds which object.
void lives_hold(struct lives *l);

#endif
