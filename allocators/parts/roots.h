// roots.h - the register stack: frames of registers in one reserved range of addresses.
//
// A frame is a header followed by its registers; headers link to the frame below, so a precise
// collector walks exactly the registers in use. The range is reserved, not committed: pages become
// resident as frames first reach them. It never moves, so a register's address is good as long as
// its frame.

#ifndef HEAPBENCH_ROOTS_H
#define HEAPBENCH_ROOTS_H

#include <stddef.h>
#include <sys/mman.h>

// 512 MiB of addresses hold 64 million registers.
#define ROOTS_BYTES ((size_t)512 << 20)

struct roots_frame {
    struct roots_frame *below; // NULL: the bottom frame
    size_t count;
    struct heap_reg registers[];
};

struct roots {
    struct roots_frame *top; // NULL: no frame
    char *start, *next;      // the range; where the next frame goes
};

// roots_init - returns 0 or ENOMEM. roots_free accepts a zeroed struct.
static inline int roots_init(struct roots *r) {
    void *p = mmap(NULL, ROOTS_BYTES, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return ENOMEM;
    *r = (struct roots){.start = p, .next = p};
    return 0;
}

static inline void roots_free(struct roots *r) {
    if (r->start)
        munmap(r->start, ROOTS_BYTES);
}

// roots_push - a frame of count empty registers, or NULL when the range is used up.
FAST struct heap_reg *roots_push(struct roots *r, size_t count) {
    size_t left = ROOTS_BYTES - (size_t)(r->next - r->start);
    if (__builtin_expect(left < sizeof(struct roots_frame) ||
                             count > (left - sizeof(struct roots_frame)) / sizeof(struct heap_reg),
                         0))
        return NULL;
    struct roots_frame *f = (struct roots_frame *)(void *)r->next;
    f->below = r->top;
    f->count = count;
    for (size_t i = 0; i < count; i++)
        f->registers[i].object = NULL;
    r->top = f;
    r->next = (char *)(f->registers + count);
    return f->registers;
}

// roots_pop - forget the top frame; the strategy has dealt with its registers before.
FAST void roots_pop(struct roots *r) {
    r->next = (char *)r->top;
    r->top = r->top->below;
}

// ROOTS_EACH - runs the statement that follows for every register `reg` of every frame, youngest
// first.
#define ROOTS_EACH(roots, reg)                                                                     \
    for (struct roots_frame *frame_ = (roots)->top; frame_; frame_ = frame_->below)                \
        for (struct heap_reg *reg = frame_->registers; reg < frame_->registers + frame_->count;    \
             reg++)

#endif
