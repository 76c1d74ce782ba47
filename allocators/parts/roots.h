// roots.h - the register stack: frames of registers in chunks of addresses.
//
// A frame is a header followed by its registers; headers link to the frame below, so a precise
// collector walks exactly the registers in use. A frame lies within one chunk, and never moves, so
// a register's address is good as long as its frame. Pages become resident as frames first reach
// them; a chunk is there while it has frames, and one more stays, so that a frame which comes and
// goes at its start costs no system call.

#ifndef HEAPBENCH_ROOTS_H
#define HEAPBENCH_ROOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "vocabulary.h"

#define ROOTS_FAST static inline __attribute__((always_inline))

// A million registers, for less than that there is one chunk; a frame that needs more has one of its own.
// In all there are no more than the most.
enum { ROOTS_CHUNK_BYTES = 8 << 20, ROOTS_MOST = 64 << 20 };

struct roots_frame {
    struct roots_frame *below; // NULL: the bottom frame
    size_t count;
    struct heap_reg registers[];
};

// Its frames come after it.
struct roots_chunk {
    struct roots_chunk *below; // NULL: the first chunk
    size_t bytes;              // with this header
    size_t first;              // words that the chunks below have room for
    char *next;                // where its frames end; known once there is a newer chunk
};

struct roots {
    struct roots_frame *top; // NULL: no frame
    char *start, *next,
        *end; // of the newest chunk: its first frame; where the next one goes; its end
    struct roots_chunk *chunk, *spare; // the newest; one that is not used, or NULL
    // What else must grow with the stack: asked before there is room for so many words; NULL: nothing.
    bool (*admit)(void *context, size_t words);
    void *context;
};

// roots_init - returns 0 or ENOMEM. roots_free accepts a zeroed struct.
int roots_init(struct roots *r);
void roots_free(struct roots *r);

// roots_words - how many words there are below the next frame, with room that was left over in chunks.
// roots_index - how many there are below a register.
size_t roots_index(const struct roots *r, const struct heap_reg *reg);

ROOTS_FAST size_t roots_words(const struct roots *r) {
    return r->chunk->first + (size_t)(r->next - r->start) / sizeof(struct heap_reg);
}

// roots_push_slow - roots_push where the newest chunk has no room. roots_pop_slow - the newest chunk has
// no frame any more.
struct heap_reg *roots_push_slow(struct roots *r, size_t count);
void roots_pop_slow(struct roots *r);

// roots_place - a frame of count empty registers, for which there is room.
// roots_push - the same, or NULL when there is no memory.
ROOTS_FAST struct heap_reg *roots_place(struct roots *r, size_t count) {
    struct roots_frame *f = (struct roots_frame *)(void *)r->next;
    f->below = r->top;
    f->count = count;
    for (size_t i = 0; i < count; i++)
        f->registers[i].object = NULL;
    r->top = f;
    r->next = (char *)(f->registers + count);
    return f->registers;
}

ROOTS_FAST struct heap_reg *roots_push(struct roots *r, size_t count) {
    size_t left = (size_t)(r->end - r->next);
    if (__builtin_expect(left < sizeof(struct roots_frame) ||
                             count > (left - sizeof(struct roots_frame)) / sizeof(struct heap_reg),
                         0))
        return roots_push_slow(r, count);
    return roots_place(r, count);
}

// roots_pop - forget the top frame; the strategy has dealt with its registers before.
ROOTS_FAST void roots_pop(struct roots *r) {
    r->next = (char *)r->top;
    r->top = r->top->below;
    if (__builtin_expect(r->next == r->start, 0))
        roots_pop_slow(r);
}

// ROOTS_EACH - runs the statement that follows for every register `reg` of every frame, youngest
// first. ROOTS_EACH_RANGE - for every range of addresses that has frames, and what lies between them.
#define ROOTS_EACH(roots, reg)                                                                     \
    for (struct roots_frame *frame_ = (roots)->top; frame_; frame_ = frame_->below)                \
        for (struct heap_reg *reg = frame_->registers; reg < frame_->registers + frame_->count;    \
             reg++)
#define ROOTS_EACH_RANGE(roots, from, to)                                                          \
    for (struct roots_chunk *chunk_ = (roots)->chunk; chunk_; chunk_ = chunk_->below)              \
        for (char *from = (char *)(chunk_ + 1),                                                    \
                  *to = chunk_ == (roots)->chunk ? (roots)->next : chunk_->next;                   \
             from; from = NULL)

#endif
