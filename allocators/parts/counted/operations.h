// operations.h - the inlined half of heap.h for objects with reference counts.
//
// Taking a reference raises a count, giving one up lowers it, and an object whose count becomes 0
// is freed at once, together with everything that dies with it. Registers count like slots. What a
// strategy does otherwise it says by answering a question of hooks.h. Its fast.h includes layout.h,
// then defines struct heap, which holds a struct counted called `common`, then answers questions,
// then includes this file. Make reads that include, and compiles every source of this folder for
// the strategy:
//     allocate.c  objects that the current block of the pool has no cell for, and interned atoms
//     release.c   what dies; cascade.h, its loop, can also be inlined by a strategy
//     guard.c     guarded objects
//     list.c      arrays of lists
//     tuple.c     tuples and dicts, where they are something of their own; specials.h has the inlined half
//     heap.c      heap_new, heap_free, counters
//     verify.c    heap_verify
// waiting.h is for strategies whose objects wait to be freed.
//
// Invariant: an object's count is the number of slots and registers that refer to it (of slots
// alone, where registers are not counted), and the object is held while that is not 0. An
// assignment has CPython's order: the new value is counted and stored, then the old one is
// released, so that nothing reachable from the new value dies in between.
//
// Cost: 8 bytes of header per object, 24 per list. Instructions, when no register or slot is empty
// and nothing dies: allocation of a node of two slots 14, load 14, store 14, into an empty slot 12,
// copy 10, clear 6. For a death see cascade.h. A small int is counted like any other object, from
// COUNTED_FOREVER up. To leave it alone would need a test at every reference, 15 instructions more
// per node of a binary tree (build, walk and drop), for 0.65 instead of 0.9 ns per small int. So
// one object may have 2^31 references, which are 16 GiB of slots.
//
// These are of the build that times. The one that counts takes 2 more for an allocation and one, on
// memory, for each reference that is taken or given up: a copy, which does both, takes 0.90 ns
// there, 0.79 ns here, and 0.56 ns by hand.

#ifndef HEAPBENCH_COUNTED_OPERATIONS_H
#define HEAPBENCH_COUNTED_OPERATIONS_H

#include "hooks.h"
#include "layout.h"
#include "parts/list.h"
#include "parts/slots.h"

// ------------------------------------------------------------------------------------- slow halves
// heap_new_atom_slow, heap_new_node_slow, heap_new_list_slow - when there is more to be done.
//   cell  from a block of the pool, for an object that counted_ready has not admitted; or NULL:
//         the block has none
int heap_new_atom_slow(struct heap *h, struct heap_reg *dst, size_t bytes, void *cell);
int heap_new_node_slow(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes,
                       void *cell);
int heap_new_list_slow(struct heap *h, struct heap_reg *dst, void *cell);

// heap_truncate_slow - drop the elements from length on as one release; the array stays.
void heap_truncate_slow(struct heap *h, struct counted_list *list, size_t length);

// heap_resize_slow - give the list an array of this many slots, at least its length. Returns 0 or
// ENOMEM; a smaller array is never refused: the old one may stay.
int heap_resize_slow(struct heap *h, struct counted_list *list, size_t capacity);

// heap_new_tuple_slow - where tuples differ from other nodes.
// heap_free_tuple_slow - give back the memory of a dead tuple or dict, as counted_free_node does.
// heap_new_dict_slow, heap_put_slow - where dicts differ from other nodes.
int heap_new_tuple_slow(struct heap *h, struct heap_reg *dst, const struct heap_reg *list);
size_t heap_free_tuple_slow(struct heap *h, struct heap_object *o);
int heap_new_dict_slow(struct heap *h, struct heap_reg *dst, size_t slots);
int heap_put_slow(struct heap *h, struct heap_object *dict, size_t i, struct heap_object *o);

// heap_free_node_slow - counted_free_node of an atom or node that is not in a block of the pool.
size_t heap_free_node_slow(struct heap *h, struct heap_object *o);

// heap_guard_slow - heap_guard. heap_guarded_take_slow - dst = an object that waits, as there is one.
int heap_guard_slow(struct heap *h, struct heap_object *o);
void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst);

// counted_unguard - an object that was guarded waits to be taken, and is guarded no more. Its count is the
// caller's business.
void counted_unguard(struct heap *h, struct heap_object *o);

// heap_intern_slow - dst = a new interned atom, for which the table has room.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes);

// ------------------------------------------------------------------------------------------- cells
// counted_front - bytes of the cell in front of the header.
FAST size_t counted_front(enum heap_kind kind, size_t payload_bytes) {
    return (size_t)(kind == HEAP_ATOM ? COUNTED_ATOM_PREFIX : COUNTED_PREFIX) +
           (payload_bytes >= COUNTED_WIDE ? sizeof(uint64_t) : 0);
}

// counted_wide_word - the first word of a cell whose payload does not fit in `bytes`: the payload's
// length, shifted by 32. Where the header of another object has its count, this word is 0, so that
// a walk over cells can tell the two apart.
FAST uint64_t *counted_wide_word(const struct heap_object *o) {
    size_t front = counted_front(counted_kind(o), COUNTED_WIDE);
    return (uint64_t *)(void *)((char *)(uintptr_t)o - front);
}

FAST size_t counted_payload_bytes(const struct heap_object *o) {
    return __builtin_expect(o->bytes == COUNTED_WIDE, 0) ? *counted_wide_word(o) >> 32 : o->bytes;
}

// counted_cell_bytes - what an atom (no slots) or a node occupies.
FAST size_t counted_cell_bytes(enum heap_kind kind, size_t slots, size_t payload_bytes) {
    size_t bytes = counted_front(kind, payload_bytes) + sizeof(struct heap_object);
    return (bytes + slots * sizeof(void *) + payload_bytes + 7) & ~(size_t)7;
}

enum { COUNTED_LIST_BYTES = COUNTED_PREFIX + sizeof(struct counted_list) };

// counted_init_node, counted_init_list - make an object, for a register to refer to.
FAST void counted_init_node(struct heap_object *o, enum heap_kind kind, size_t slots,
                            size_t payload_bytes) {
    assert(slots <= HEAP_MAX_SLOTS && payload_bytes <= HEAP_MAX_PAYLOAD_BYTES);
    counted_set_count(o, COUNTED_REGISTERS);
    o->bytes = (uint16_t)payload_bytes;
    o->shape = (uint16_t)((kind == HEAP_ATOM ? COUNTED_ATOM : 0) | slots);
    slots_clear(counted_node_slots(o), slots);
}

FAST void counted_init_list(struct heap_object *o) {
    struct counted_list *list = (struct counted_list *)o;
    list->object = (struct heap_object){.shape = COUNTED_LIST};
    counted_set_count(o, COUNTED_REGISTERS);
    list->items = NULL;
    list->length = list->capacity = 0;
}

// counted_tell - an object is released, see struct heap_listener.
// counted_free_node - give back the memory of a dead atom or node. counted_free - of any object,
// and a list's array. What o refers to, and all counters, are the caller's business.
//   returns  its requested bytes, for bytes_freed
FAST void counted_tell(struct heap *h, const struct heap_object *o) {
    HEAP_COUNT(heap_released(&h->common.listener, o, counted_died_at(h, o)));
}

FAST size_t counted_free_node(struct heap *h, struct heap_object *o, enum heap_kind kind,
                              size_t slots) {
    if (__builtin_expect(o->shape & COUNTED_OUTSIDE, 0))
        return heap_free_node_slow(h, o);
    size_t bytes = slots * sizeof(void *) + o->bytes, front = counted_front(kind, 0);
    counted_tell(h, o);
    pool_free_small(&h->common.pool, (char *)o - front, front + sizeof *o + bytes);
    return bytes;
}

FAST size_t counted_free(struct heap *h, struct heap_object *o) {
    if (!counted_is_list(o)) {
        counted_dismiss(h, HEAP_NODE);
        return counted_free_node(h, o, HEAP_NODE, counted_node_length(o));
    }
    counted_dismiss(h, HEAP_LIST);
    struct counted_list *list = counted_list(o);
    size_t bytes = list->capacity * sizeof *list->items;
    counted_tell(h, o);
    if (bytes)
        pool_free(&h->common.pool, list->items, bytes);
    pool_free(&h->common.pool, (char *)o - COUNTED_PREFIX, COUNTED_LIST_BYTES);
    return bytes;
}

// ------------------------------------------------------------------------------------------ counts
// counted_raise - one more reference to o. counted_lower - one less. Both accept NULL.
FAST void counted_raise(struct heap *h, struct heap_object *o) {
    if (!o)
        return;
    counted_up(h, o);
    HEAP_COUNT(h->common.counters.rc_increments++);
}

FAST void counted_lower(struct heap *h, struct heap_object *o) {
    if (!o)
        return;
    assert(counted_count(o) && "a count is the number of references");
    HEAP_COUNT(h->common.counters.rc_decrements++);
    if (counted_down(h, o))
        counted_zero(h, o);
}

// counted_move - *place = o, whose count already includes this reference. counted_assign - *place =
// o. Most assignments take one reference and give up another, which is counted as one exchange.
FAST void counted_move(struct heap *h, struct heap_object **place, struct heap_object *o) {
    struct heap_object *old = *place;
    *place = o;
    counted_lower(h, old);
}

FAST void counted_assign(struct heap *h, struct heap_object **place, struct heap_object *o) {
    struct heap_object *old = *place;
    if (!o) {
        counted_move(h, place, NULL);
        return;
    }
    counted_up(h, o);
    *place = o;
    if (!old) {
        HEAP_COUNT(h->common.counters.rc_increments++);
        return;
    }
    assert(counted_count(old) && "a count is the number of references");
    HEAP_COUNT(h->common.rc_exchanges++);
    if (counted_down(h, old))
        counted_zero(h, old);
}

// --------------------------------------------------------------------------------------- registers
// counted_set - a register's *place = o. counted_set_new - o has just been made.
FAST void counted_set(struct heap *h, struct heap_object **place, struct heap_object *o) {
    if (COUNTED_REGISTERS)
        counted_assign(h, place, o);
    else
        *place = o;
}

FAST void counted_set_new(struct heap *h, struct heap_object **place, struct heap_object *o) {
    if (COUNTED_REGISTERS) {
        counted_move(h, place, o);
        return;
    }
    *place = o;
    COUNTED_STAYS(o, counted_zero(h, o));
    *place = o;
}

FAST struct heap_reg *heap_enter(struct heap *h, size_t count) {
    return roots_push(&h->common.roots, count);
}

FAST void heap_leave(struct heap *h) {
    struct roots_frame *frame = h->common.roots.top;
    for (size_t i = 0; COUNTED_REGISTERS && i < frame->count; i++)
        counted_lower(h, frame->registers[i].object);
    roots_pop(&h->common.roots);
}

FAST void heap_copy(struct heap *h, struct heap_reg *dst, const struct heap_reg *src) {
    counted_set(h, &dst->object, src->object);
}

FAST void heap_clear(struct heap *h, struct heap_reg *dst) {
    counted_set(h, &dst->object, NULL);
}

FAST bool heap_same(struct heap *h, const struct heap_reg *a, const struct heap_reg *b) {
    (void)h;
    return a->object == b->object;
}

FAST bool heap_is_empty(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return !a->object;
}

// -------------------------------------------------------------------------------------- allocation
// counted_take - memory for an object from a block of the pool, or NULL. What is in a block is not
// wide.
FAST void *counted_take(struct heap *h, enum heap_kind kind, size_t slots, size_t bytes) {
    size_t front = (size_t)(kind == HEAP_ATOM ? COUNTED_ATOM_PREFIX : COUNTED_PREFIX);
    size_t cell_bytes = front + sizeof(struct heap_object) + slots * sizeof(void *) + bytes;
    return pool_take(&h->common.pool, POOL_OBJECTS, (cell_bytes + 7) & ~(size_t)7);
}

FAST void counted_born(struct heap *h, size_t requested_bytes) {
    HEAP_COUNT(h->common.counters.objects_allocated++);
    HEAP_COUNT(h->common.counters.bytes_allocated += requested_bytes);
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    void *cell = counted_take(h, HEAP_ATOM, 0, bytes);
    if (__builtin_expect(!cell || !counted_ready(h, HEAP_ATOM), 0))
        return heap_new_atom_slow(h, dst, bytes, cell);
    struct heap_object *o = (void *)((char *)cell + COUNTED_ATOM_PREFIX);
    counted_born(h, bytes);
    counted_init_node(o, HEAP_ATOM, 0, bytes);
    counted_set_new(h, &dst->object, o);
    return 0;
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    HEAP_SAFEPOINT(h);
    void *cell = counted_take(h, HEAP_NODE, slots, bytes);
    if (__builtin_expect(!cell || !counted_ready(h, HEAP_NODE), 0))
        return heap_new_node_slow(h, dst, slots, bytes, cell);
    struct heap_object *o = (void *)((char *)cell + COUNTED_PREFIX);
    counted_born(h, slots * sizeof(void *) + bytes);
    counted_init_node(o, HEAP_NODE, slots, bytes);
    counted_track(h, o);
    counted_set_new(h, &dst->object, o);
    return 0;
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    void *cell = pool_take(&h->common.pool, POOL_OBJECTS, COUNTED_LIST_BYTES);
    if (__builtin_expect(!cell || !counted_ready(h, HEAP_LIST), 0))
        return heap_new_list_slow(h, dst, cell);
    struct heap_object *o = (void *)((char *)cell + COUNTED_PREFIX);
    counted_born(h, 0);
    counted_init_list(o);
    counted_track(h, o);
    counted_set_new(h, &dst->object, o);
    return 0;
}

// heap_new_external_slow - heap_new_external.
int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes);

FAST int heap_new_external(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return heap_new_external_slow(h, dst, bytes);
}

FAST int heap_intern(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    HEAP_SAFEPOINT(h);
    if (intern_reserve(&h->common.interned) &&
        (!counted_relieve(h) || intern_reserve(&h->common.interned)))
        return ENOMEM;
    uint64_t hash = intern_hash(key, bytes);
    struct intern_entry *e =
        intern_find(&h->common.interned, hash, key, bytes, counted_payload, counted_payload_bytes);
    if (!e->object)
        return heap_intern_slow(h, dst, hash, key, bytes);
    HEAP_COUNT(h->common.counters.intern_hits++);
    HEAP_COUNT(h->common.counters.intern_saved_bytes += bytes);
    counted_set(h, &dst->object, e->object);
    return 0;
}

FAST int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) {
    if (value >= HEAP_INT_MIN && value <= HEAP_INT_MAX) {
        HEAP_SAFEPOINT(h);
        counted_set(h, &dst->object, &h->common.small_ints[value - HEAP_INT_MIN].object);
        return 0;
    }
    int error = heap_new_atom(h, dst, sizeof value);
    if (!error)
        memcpy(heap_payload(h, dst), &value, sizeof value);
    return error;
}

// ------------------------------------------------------------------------------------------ access
FAST void heap_load(struct heap *h, struct heap_reg *dst, const struct heap_reg *obj, size_t i) {
    assert(i < counted_length(obj->object));
    counted_set(h, &dst->object, counted_slots(obj->object)[i]);
}

FAST void heap_store(struct heap *h, const struct heap_reg *obj, size_t i,
                     const struct heap_reg *src) {
    assert(i < counted_length(obj->object));
    assert(!(COUNTED_TUPLES && counted_is_special(obj->object)) && "no tuple, no dict");
    counted_assign(h, &counted_slots(obj->object)[i], src->object);
}

FAST const struct heap_reg *heap_borrow(struct heap *h, struct heap_reg *spare,
                                        const struct heap_reg *obj, size_t i) {
    (void)h;
    (void)spare;
    assert(i < counted_length(obj->object));
    return slots_register(&counted_slots(obj->object)[i]);
}

// The register's reference becomes the slot's, where registers have one.
FAST void heap_move(struct heap *h, const struct heap_reg *obj, size_t i, struct heap_reg *src) {
    struct heap_object **place = &counted_slots(obj->object)[i], *o = src->object;
    assert(i < counted_length(obj->object));
    assert(!(COUNTED_TUPLES && counted_is_special(obj->object)) && "no tuple, no dict");
    src->object = NULL;
    if (o)
        counted_moved(h, o);
    if (COUNTED_REGISTERS)
        counted_move(h, place, o);
    else
        counted_assign(h, place, o);
    if (obj == src)
        counted_closed(h, o);
}

FAST int heap_append(struct heap *h, const struct heap_reg *list, const struct heap_reg *src) {
    HEAP_SAFEPOINT(h);
    struct counted_list *l = counted_list(list->object);
    size_t length = l->length;
    if (__builtin_expect(!list_fits(l->capacity, length + 1), 0) &&
        heap_resize_slow(h, l, list_capacity(length, length + 1)))
        return ENOMEM;
    counted_raise(h, src->object);
    l->items[length] = src->object;
    l->length = (uint32_t)length + 1;
    return 0;
}

// counted_fit - after the list became shorter, from old_length: shrink its array where CPython
// does.
FAST void counted_fit(struct heap *h, struct counted_list *l, size_t old_length) {
    if (__builtin_expect(!list_fits(l->capacity, l->length), 0))
        (void)heap_resize_slow(h, l, list_capacity(old_length, l->length));
}

FAST void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length) {
    struct counted_list *l = counted_list(list->object);
    size_t old_length = l->length;
    assert(length <= old_length);
    if (length < old_length)
        heap_truncate_slow(h, l, length);
    counted_fit(h, l, old_length);
}

FAST void heap_pop(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    struct counted_list *l = counted_list(list->object);
    assert(l->length && "pop from a list that is not empty");
    struct heap_object *last = l->items[--l->length];
    counted_fit(h, l, l->length + 1);
    if (COUNTED_REGISTERS) {
        counted_move(h, &dst->object, last); // the list's reference becomes the register's
        return;
    }
    dst->object = last;
    counted_lower(h, last);
}

FAST size_t heap_length(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return counted_length(a->object);
}

FAST size_t heap_capacity(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return counted_is_list(a->object) ? counted_list(a->object)->capacity
                                      : counted_length(a->object);
}

FAST enum heap_kind heap_kind(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return counted_kind(a->object);
}

FAST void *heap_payload(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (void *)(uintptr_t)counted_payload(a->object);
}

FAST size_t heap_payload_bytes(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return counted_payload_bytes(a->object);
}

FAST int64_t heap_refcount(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return COUNTED_PROMPT ? (int64_t)counted_count(a->object) : -1;
}

FAST uintptr_t heap_identity(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (uintptr_t)a->object;
}

#include "specials.h"

// ------------------------------------------------------------------------------------------ guards
FAST int heap_guard(struct heap *h, const struct heap_reg *obj) {
    HEAP_SAFEPOINT(h);
    return heap_guard_slow(h, obj->object);
}

FAST bool heap_guarded_take(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(!guards_any(&h->common.guards), 1))
        return false;
    heap_guarded_take_slow(h, dst);
    return true;
}

// ----------------------------------------------------------------------------------------- regions
// Counts free what a region leaves when its last reference goes, so its promise is of no use.
#include "parts/without/regions.h"

#endif
