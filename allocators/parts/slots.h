// slots.h - empty references: how a new node's slots are cleared.

#ifndef HEAPBENCH_SLOTS_H
#define HEAPBENCH_SLOTS_H

#include <stddef.h>
#include <string.h>

// Up to this many slots a loop is faster than a call of memset, which the compiler would make of
// that loop: 26 instructions for one slot, where the loop takes 4.
enum { SLOTS_BY_LOOP = 16 };

// slots_clear - make count slots empty.
FAST void slots_clear(struct heap_object **slots, size_t count) {
    if (__builtin_constant_p(count) || count > SLOTS_BY_LOOP) {
        memset(slots, 0, count * sizeof *slots);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        slots[i] = NULL;
        __asm__("" : "+r"(i)); // stay a loop
    }
}

// slots_register - a slot as a register to read from; it is one reference, as a register is.
FAST const struct heap_reg *slots_register(struct heap_object *const *slot) {
    _Static_assert(sizeof(struct heap_reg) == sizeof *slot, "a register is one reference");
    return (const struct heap_reg *)(const void *)slot;
}

#endif
