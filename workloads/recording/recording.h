// recording.h - recordings of what a program's objects did: the format, and who writes and reads
// it.
//
// A recording says when each object was born and died, which of them are containers, what each
// collection of the recorder found and how that hung together. By it advise/ knows what a collector
// would do under other settings. It has no payload, no address and no name but those of types.
//
// File, version 2; numbers in it are little-endian. Version 1 has no short forms of events:
//   "HBREC\0", 1 byte version, 1 byte 0, 4 bytes length of the header, the header: a JSON object
//   frames:  4 bytes packed length, 4 bytes length, a frame of zstd with its checksum. The lengths
//            of all frames are one stream, which is cut anywhere
//   the end: 4 bytes length of the trailer, 4 bytes 0, the trailer: a JSON object
// Without the end it is a recording of a program that was killed, good up to its last whole frame.
//
// The stream is a sequence of events: a code, then numbers (LEB128), named below. Sizes are in
// words of 8 bytes, rounded up. Each object has a slot. Slots are numbered in order; one that was
// freed is taken again, the last one freed first, so that a birth need not name its own.
//
// The header's members: "source" ("contract" or "CPython 3.11.2"), "exact" (whether deaths are
// known exactly, and not to lie within a bracket), "safe_points" (whether the interpreter collects
// at these alone, and not within a birth), "generations" (how many containers were in each
// when it began, the youngest first), "counts", "thresholds", "pending", "total" (of the collector,
// when it began), "about" (texts).

#ifndef HEAPBENCH_RECORDING_H
#define HEAPBENCH_RECORDING_H

#include "base/varint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { RECORDING_VERSION = 2, RECORDING_FRAME_BYTES = 1 << 20, RECORDING_MAX_EVENT_BYTES = 320 };

// Below RECORDING_CONTAINER an event is the birth of an atom of so many words.
enum recording_code {
    RECORDING_CONTAINER =
        0x80, // words, type * 4 + RECORDING_GENERIC + RECORDING_RAISING, of a tuple its length
    RECORDING_ATOM,      // words
    RECORDING_FREED,     // slot
    RECORDING_RESIZED,   // slot, words
    RECORDING_COLLECTS,  // generation, 2 * from + by hand, what is examined first; see below
    RECORDING_COLLECTED, // generation, found, ns of CPU
    RECORDING_TYPE,      // type, enum recording_class, length, that many bytes of its name
    RECORDING_OWN,       // slot of a container of the recorder's own
    RECORDING_GARBAGE,   // slot, since when, count, count slots it refers to; see below
    RECORDING_CLEARED,   // what the collection frees ends here
    RECORDING_LATE,      // slot, type, of a tuple its length: the type of a container that had none
    RECORDING_SETTINGS,  // enabled, 3 thresholds: the program has set its collector
    RECORDING_BY_HAND,   // generation: the program asks for a collection; nothing is examined
    RECORDING_STRANGER,  // a container of which the recording knows nothing was freed
    RECORDING_ENDED,     // the program ended; what comes is the recorder's last collection
    RECORDING_FREEZES,   // 1: what there is now is exempt from collections; 0: no more
    RECORDING_STOPPED,   // 3 counts, pending, total: the collector when it ended
    RECORDING_REFERENCES, // slot, count, count slots that it refers to now, alive
    RECORDING_TIME,       // us of the program since the last one, or since it began
    RECORDING_SAFE_POINT, // the first after a container's birth at which the interpreter may collect
    RECORDING_OWNED,      // what is freed next was referred to by one object when garbage led there
};

// RECORDING_COLLECTS, from: of the containers born in the recording, the number of the first that it
// examines; 0: it examines all, those that were there before, too. It ends with 2 * (slot + 1) of each, plus 1 for a tuple that this examination
// untracks, and 0. RECORDING_GARBAGE, since when: the number of collections since the one that saw
// the object last; or, where deaths are exact, of events that move time (births and frees of
// containers, RECORDING_SETTINGS, _BY_HAND, _STRANGER, _FREEZES) since a reference to it was given
// up for the last time.

// Short forms. Of a container: a byte, the place in the memory (below) where the last one was the same. Of a free: how
// far its slot is from the one freed before, -4096 .. 4095 (less 256 * the code, plus a byte) or -32 .. 31, from 0 up.
// Of 7.3 million frees of sphinx_docs they are 39 % and 40 %; 97 % of its containers are like one of 64.
enum { RECORDING_AGAIN = 0x9f, RECORDING_NEARBY = 0xa0, RECORDING_NEAR = 0xc0 };

enum {
    RECORDING_RAISING = 1,
    RECORDING_GENERIC = 2
}; // an exception is set; made by the type's own allocator

// What free list objects of a type wait in.
enum recording_class {
    RECORDING_OTHER,
    RECORDING_LIST,
    RECORDING_DICT,
    RECORDING_TUPLE,
    RECORDING_SLICE,
    RECORDING_CONTEXT,
    RECORDING_LEAF_TUPLE, // a tuple that the first examination untracks
    RECORDING_CLASSES
};

// ------------------------------------------------------------------------------------------ memory
// What both who writes and who reads keep of the events that were. 0 in the beginning.
//   freed   the slot that was freed last
//   births  the last container of each place
enum { RECORDING_PLACES = 256, RECORDING_NEAR_SLOTS = 64, RECORDING_NEARBY_SLOTS = 8192 };
struct recording_birth {
    uint64_t words;
    uint32_t what, length;
};
struct recording_memory {
    uint32_t freed;
    struct recording_birth births[RECORDING_PLACES];
};

static inline unsigned recording_place(struct recording_birth b) {
    return ((uint32_t)b.words * UINT32_C(0x9E3779B1) ^ b.what * UINT32_C(0x85EBCA77) ^
            b.length * UINT32_C(0xC2B2AE3D)) >>
           24;
}

// ----------------------------------------------------------------------------------------- writing
// A recording under construction. It needs no memory after it was begun.
//   error  an errno value: something could not be written, and nothing more will be
struct recording_writer {
    int fd, error;
    unsigned char *raw, *packed;
    size_t used, packed_room;
    uint64_t raw_bytes, file_bytes;
    void *zstd;
    struct recording_memory memory;
};

// recording_begin - create the file. Returns 0 or an errno value.
//   header  text of a JSON object
int recording_begin(struct recording_writer *w, const char *path, const char *header);

// recording_flush - write what is there as a frame. recording_end - flush, write the trailer and
// close; returns 0 or an errno value. recording_abandon - close, and write nothing: in a forked
// copy, which shares the file.
void recording_flush(struct recording_writer *w);
int recording_end(struct recording_writer *w, const char *trailer);
void recording_abandon(struct recording_writer *w);

// recording_room - before each event, whose fixed part is at most RECORDING_MAX_EVENT_BYTES.
static inline void recording_room(struct recording_writer *w) {
    if (__builtin_expect(w->used > RECORDING_FRAME_BYTES - RECORDING_MAX_EVENT_BYTES, 0))
        recording_flush(w);
}

static inline void recording_put(struct recording_writer *w, unsigned byte) {
    w->raw[w->used++] = (unsigned char)byte;
}

static inline void recording_number(struct recording_writer *w, uint64_t number) {
    w->used = (size_t)(varint_put(w->raw + w->used, number) - w->raw);
}

static inline void recording_event(struct recording_writer *w, enum recording_code code) {
    recording_room(w);
    recording_put(w, code);
}

static inline void recording_atom(struct recording_writer *w, size_t words) {
    recording_room(w);
    if (words >= RECORDING_CONTAINER)
        recording_put(w, RECORDING_ATOM);
    recording_number(w, words);
}

// recording_container - the birth of one. recording_freed - a free.
//   length  of a tuple, else 0
//   tuple   whether it is one
static inline void recording_container(struct recording_writer *w, struct recording_birth b,
                                       bool tuple) {
    unsigned place = recording_place(b);
    struct recording_birth *last = &w->memory.births[place];
    if (last->words == b.words && last->what == b.what && last->length == b.length) {
        recording_room(w);
        recording_put(w, RECORDING_AGAIN);
        recording_put(w, place);
        return;
    }
    *last = b;
    recording_event(w, RECORDING_CONTAINER);
    recording_number(w, b.words);
    recording_number(w, b.what);
    if (tuple)
        recording_number(w, b.length);
}

static inline void recording_freed(struct recording_writer *w, uint32_t slot) {
    uint32_t near = slot - w->memory.freed + RECORDING_NEAR_SLOTS / 2,
             nearby = slot - w->memory.freed + RECORDING_NEARBY_SLOTS / 2;
    w->memory.freed = slot;
    recording_room(w);
    if (near < RECORDING_NEAR_SLOTS) {
        recording_put(w, RECORDING_NEAR + near);
    } else if (nearby < RECORDING_NEARBY_SLOTS) {
        recording_put(w, RECORDING_NEARBY + (nearby >> 8));
        recording_put(w, nearby & 0xff);
    } else {
        recording_put(w, RECORDING_FREED);
        recording_number(w, slot);
    }
}

// ----------------------------------------------------------------------------------------- reading
// A recording that is read from its first event to its last, of which a frame at a time is in memory.
//   ended  after the last event; if `cut`, the file has no end
//   error  it is damaged: one line
struct json_t;
struct recording_reader {
    FILE *file;
    size_t file_bytes, file_at;
    const unsigned char *at, *end;
    unsigned char *raw, *packed;
    size_t raw_room, packed_room;
    struct json_t *header, *trailer; // the latter once it has ended, NULL when it is cut
    bool ended, cut;
    char error[200];
    uint64_t raw_bytes;
};

// recording_open - NULL with one line in error: no such file, no recording, of another version.
struct recording_reader *recording_open(const char *path, char *error, size_t error_bytes);
void recording_close(struct recording_reader *r);
bool recording_refill(struct recording_reader *r);

// recording_skip - to the end, past all events: what the trailer says is known then.
void recording_skip(struct recording_reader *r);

// recording_get - the next byte of the stream; 0 when it has ended. recording_read - the next
// number.
static inline unsigned recording_get(struct recording_reader *r) {
    if (__builtin_expect(r->at == r->end, 0) && !recording_refill(r))
        return 0;
    return *r->at++;
}

static inline uint64_t recording_read(struct recording_reader *r) {
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned byte = recording_get(r);
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return number;
}

#endif
