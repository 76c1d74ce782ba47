// counted_object.h - an object's header, and how its count changes: a plain word, for one thread.
//
// A strategy with another kind of count includes a file of its own with this guard and these
// declarations before counted.h. The functions take the object, since with a pointer to the word
// the compiler must assume that any uint32_t of the program changes with it (gcc 12).

#ifndef HEAPBENCH_COUNTED_OBJECT_H
#define HEAPBENCH_COUNTED_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

struct heap_object {
    uint32_t count; // references to it, never 0 while it is held
    uint16_t bytes; // payload of an atom or node; COUNTED_WIDE: see counted_wide_word
    uint16_t shape; // see counted.h
    // Behind it lie a node's references, then the payload of an atom or node.
};

// counted_up - one more reference. counted_down - one less; returns whether that was the last, and
// then the object is the caller's alone.
FAST void counted_up(struct heap_object *o) {
    o->count++;
}

FAST bool counted_down(struct heap_object *o) {
    return --o->count == 0;
}

// counted_count, counted_set_count - of an object that no other thread knows, or for inspection.
FAST uint32_t counted_count(const struct heap_object *o) {
    return o->count;
}

FAST void counted_set_count(struct heap_object *o, uint32_t count) {
    o->count = count;
}

#endif
