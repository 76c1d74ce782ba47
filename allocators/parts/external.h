// external.h - memory outside of the heap that objects own: the bytes of an array, a tensor, a DOM
// node.
//
// Each block is one of the process's malloc, in no limit and no counter of the heap, and filled
// when it is made, as its user would. It is found by its owner's address, in a table like that of
// interned atoms. Who reclaims an owner says so (external_drop), or says after marking which owners
// are left (external_retain).

#ifndef HEAPBENCH_EXTERNAL_H
#define HEAPBENCH_EXTERNAL_H

#include "parts/intern.h"

struct external {
    struct memory memory;       // of the table: it is not the heap's either
    struct intern_table blocks; // its "objects" are blocks
    size_t held_bytes;
};

void external_init(struct external *x);
void external_free(struct external *x); // and all blocks

// external_prepare - a block for an owner that is yet to be made, and room for it in the table.
// NULL: no memory. external_cancel - it is not wanted. external_attach - this is its owner.
struct external_block;
struct external_block *external_prepare(struct external *x, size_t bytes);
void external_cancel(struct external_block *b);
void external_attach(struct external *x, struct external_block *b, struct heap_object *owner);

// external_has - whether the object owns a block. external_drop - free it; returns false if it owns
// none.
bool external_has(const struct external *x, const struct heap_object *owner);
bool external_drop(struct external *x, const struct heap_object *owner);

// external_retain - as intern_retain: keep returns an owner, its new address, or NULL: its block
// goes. After owners have moved, only external_retain and external_free may follow.
void external_retain(struct external *x,
                     struct heap_object *(*keep)(void *context, struct heap_object *owner),
                     void *context);

#endif
