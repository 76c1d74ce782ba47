// grow.h - arrays that grow, and lists of numbers of 32 bits.

#ifndef HEAPBENCH_GROW_H
#define HEAPBENCH_GROW_H

#include "must.h"

#include <stddef.h>
#include <stdint.h>

// grow_array - the array, with room for one more than count elements of `size` bytes each; NULL is an empty one.
static inline void *grow_array(void *array, size_t count, size_t *room, size_t size) {
    if (count < *room)
        return array;
    *room = *room * 2 + 256;
    return must(realloc(array, *room * size));
}

// A list; all zeroes is an empty one. Free `at`.
struct grow_list {
    uint32_t *at;
    size_t count, room;
};

// grow_push - a number at its end.
static inline void grow_push(struct grow_list *list, uint32_t number) {
    list->at = (uint32_t *)grow_array(list->at, list->count, &list->room, sizeof *list->at);
    list->at[list->count++] = number;
}

#endif
