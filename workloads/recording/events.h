// events.h - what a recording says, event by event: the fields of each taken apart, and which slot each object has.
//
// What a file says is not trusted: what cannot be ends the reading with one line.

#ifndef HEAPBENCH_RECORDING_EVENTS_H
#define HEAPBENCH_RECORDING_EVENTS_H

#include "base/grow.h"
#include "recording.h"

enum { EVENTS_NUMBERS = 5, EVENTS_MOST_WORDS = (1 << 28) - 1, EVENTS_GENERATIONS = 3 };
// What was there when a recording began takes memory to read, and no byte of the file. So a file may claim a million
// containers, as one whose program was killed within its first frame (55 MB), and a hundred more for each of its bytes: in a
// tenth of a second an interpreter fills 20 kB, enough for two million.
enum { EVENTS_HELD_FREE = 1 << 20, EVENTS_HELD_PER_BYTE = 100 };

// An event. Of an atom all but `code`, `slot` and `words` is left as it was; likewise what others do not have.
//   code     of all atoms RECORDING_ATOM, and no short form
//   slot     of the object that is born, freed, or otherwise meant
//   flags    RECORDING_RAISING, RECORDING_GENERIC
//   class    enum recording_class, of `type`
//   length   of a tuple
//   number   others, in the order of recording.h
//   list     slots; of RECORDING_COLLECTS twice that, plus 1 for a tuple that it untracks. Until the next event
//   name     of RECORDING_TYPE, likewise, of name_bytes
struct event {
    enum recording_code code;
    uint32_t slot, words, type, flags, class, length;
    uint64_t number[EVENTS_NUMBERS];
    const uint32_t *list;
    size_t count, name_bytes;
    const char *name;
};

// The events of a recording.
//   classes  of each type that was told
//   broken   the first thing that cannot be; who reads may say so as well (events_break)
struct events {
    struct recording_reader *r;
    struct recording_memory memory;
    bool *used; // by slot
    size_t slot_count, slot_room;
    struct grow_list unused, classes, list;
    char name[RECORDING_MAX_EVENT_BYTES];
    const char *broken;
};

// events_open - NULL in `r` with one line in error: as recording_open. events_close accepts that.
void events_open(struct events *e, const char *path, char *error, size_t error_bytes);
void events_close(struct events *e);

// events_read_held - by the header: how many containers were in each generation before the first event. All are 0, and it is broken,
// when that is more than the file may claim.
void events_read_held(struct events *e, uint32_t held[EVENTS_GENERATIONS]);

// events_take_slot - for each of these.
uint32_t events_take_slot(struct events *e);

// events_next - false: there is none, for the file ends, or is cut within it, or something is broken.
bool events_next(struct events *e, struct event *event);

// events_break - what cannot be; the first is kept. events_wrong - false: nothing was, else with one line in error.
void events_break(struct events *e, const char *what);
bool events_wrong(const struct events *e, const char *path, char *error, size_t error_bytes);

#endif
