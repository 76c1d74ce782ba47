// counted_prompt.h - what is counted, and what a count of 0 means: all references, and death at
// once.
//
// A strategy that does otherwise includes a file of its own with this guard and these declarations
// before counted.h.

#ifndef HEAPBENCH_COUNTED_PROMPT_H
#define HEAPBENCH_COUNTED_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

// COUNTED_REGISTERS - whether registers are counted like slots; 1 or 0.
// COUNTED_PROMPT - whether an object dies when its count comes to 0, so that counts are exactly what
// the mutator can reach them by; 1, or 0: then what waits to be freed has COUNTED_FOREVER in its
// count.
enum { COUNTED_REGISTERS = 1, COUNTED_PROMPT = 1 };

// heap_release_slow - free o, whose count has come to 0, and all that dies with it.
void heap_release_slow(struct heap *h, struct heap_object *o);

// counted_zero - the mutator has lowered the count of o to 0; or, if registers are not counted, o
// is new, and in a register.
FAST void counted_zero(struct heap *h, struct heap_object *o) {
    heap_release_slow(h, o);
}

// counted_relieve - memory was refused. Returns whether some has been given back, so that it is
// worth asking again; what registers lead to stays.
FAST bool counted_relieve(struct heap *h) {
    (void)h;
    return false;
}

// counted_charge - so many bytes more have been taken, in one piece.
FAST void counted_charge(struct heap *h, size_t bytes) {
    (void)h;
    (void)bytes;
}

#endif
