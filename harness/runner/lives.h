// lives.h - when each object is born, dies and is released, on the allocation clock.
//
// The clock is what the program has asked for so far, in bytes: objects, growth of arrays, and
// interned atoms that were found, each time. At the same operation it shows the same on all
// strategies, whatever they reclaim and how well they intern. Objects are numbered as they are
// born; an interned atom that is found gets a new number. That, too, is the same on all. So the
// deaths that the oracle tells (allocators/oracle), in a file by number, are what every other
// strategy is measured against: an object that was released at clock r and had died at d was
// dragged along for r - d bytes (after Roejemo and Runciman, "Lag, drag, void and use", ICFP 1996,
// where it is from the last use on).
//
// An interned atom that had died and is found before it was reclaimed lives, as far as this can
// tell, all the time.

#ifndef HEAPBENCH_LIVES_H
#define HEAPBENCH_LIVES_H

#include "heap.h"

#include <jansson.h>

// The clock has the number of the mark (lives_mark) in its lowest bits, so that of what dies
// between two allocations it is told whether that was before the mark or after it.
enum { LIVES_MARK_BITS = 16, LIVES_MARKS = 1 << 10 };
#define LIVES_UNKNOWN UINT64_MAX // when an object died: it has not, by the end

struct lives_object {
    uintptr_t identity; // 0: no object
    uint64_t number, bytes;
};

// What was live, or held, at a mark.
struct lives_live {
    int64_t objects, bytes;
};

struct lives {
    uint64_t clock;
    struct lives_object *table; // of those held, by identity; at most half full
    size_t held, mask;
    uint64_t born; // numbers that were given
    // Of the oracle: deaths by number; and what was held at each mark though it was dead, as
    // differences.
    uint64_t *deaths;
    size_t room;
    struct lives_live late[LIVES_MARKS + 1];
    // Of all others: the oracle's deaths, and what follows.
    const uint64_t *known;
    size_t known_count;
    struct lives_drag *drag;
    uint64_t gone; // objects that were released, counted or not
    bool over;     // what is released from now on is not counted
    int error;     // an errno value: nothing is known
    uint64_t
        early; // objects that were released before they died: the strategy or the oracle is wrong
};

// lives_open - of an oracle (path is to be written, or NULL) or of a strategy whose deaths are in a
// file.
//   returns  0 or an errno value: no memory, or no such file
int lives_open(struct lives *l, const char *path);
void lives_close(struct lives *l);

// lives_listen - have a heap's listener tell of its objects. lives outlives the heap.
void lives_listen(struct lives *l, struct heap_listener *listener);

// lives_mark - another mark, of which it says how many objects and bytes were live or held.
// lives_end - the steps are over. Of an oracle: after a full collection.
//   live  by mark what was held: then less what was dead by then. Of an oracle
//   freed  objects, as the heap counts them: a strategy that does not tell of all is not known
//          about
void lives_mark(struct lives *l);
void lives_end(struct lives *l, struct lives_live *live, size_t marks, uint64_t freed);

// lives_save - write the deaths of an oracle to the file. Returns 0 or an errno value.
int lives_save(const struct lives *l, const char *path);

// lives_drag_to_json - the field `drag` of a record; NULL when nothing is known.
json_t *lives_drag_to_json(const struct lives *l);

#endif
