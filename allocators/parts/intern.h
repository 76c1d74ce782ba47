// intern.h - the weak table of interned atoms: open addressing, linear probing, no tombstones.
//
// Entries hold the full 64-bit hash, so that a probe touches an object only when it almost
// certainly is the one. The table refers weakly: a strategy removes an entry when the atom dies
// (intern_remove), or drops all dead ones after marking (intern_retain). It knows nothing of an
// object's layout.
//
// Removal shifts later entries of the same run back (Knuth, The Art of Computer Programming 3, 6.4,
// algorithm R), so lookups never slow down with churn.

#ifndef HEAPBENCH_INTERN_H
#define HEAPBENCH_INTERN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "parts/memory.h"

struct intern_entry {
    uint64_t hash;
    struct heap_object *object; // NULL: empty
};

struct intern_table {
    struct intern_entry *entries;
    size_t mask;  // capacity - 1; the capacity is a power of two, or 0 with entries NULL
    size_t count; // kept at or below 3/4 of the capacity
    struct memory *memory;
};

void intern_init(struct intern_table *t, struct memory *memory);
void intern_free(struct intern_table *t);

// intern_reserve_slow - make room for one more entry. Returns 0 or ENOMEM.
int intern_reserve_slow(struct intern_table *t);

// intern_remove - forget an atom that dies. It is in the table.
void intern_remove(struct intern_table *t, uint64_t hash, const struct heap_object *object);

// intern_retain - visit every entry once; keep(context, object) returns the object, its new
// address, or NULL to drop the entry.
void intern_retain(struct intern_table *t,
                   struct heap_object *(*keep)(void *context, struct heap_object *object),
                   void *context);

// intern_mix - the high half of a product of 128 bits, folded into the low one. Compilers for 32 bits have no such integer: there it
// is made of four products, to the same hash (intern_test compares the two).
static inline uint64_t intern_mix_halves(uint64_t a, uint64_t b) {
    const uint64_t half = UINT32_MAX;
    uint64_t low = (a & half) * (b & half), crossed = (a >> 32) * (b & half) + (low >> 32);
    uint64_t middle = (a & half) * (b >> 32) + (crossed & half);
    return ((a >> 32) * (b >> 32) + (crossed >> 32) + (middle >> 32)) ^ a * b;
}

static inline uint64_t intern_mix(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    return intern_mix_halves(a, b);
#endif
}

// intern_hash - 64 bits of a key; depends on nothing but its bytes, so counts repeat from run to
// run. A multiply-and-fold of 8 bytes at a time, the last 8 overlapping those before.
static inline uint64_t intern_hash(const void *key, size_t bytes) {
    const uint64_t k0 = 0x9E3779B97F4A7C15u, k1 = 0xD6E8FEB86659FD93u;
    const char *p = key;
    uint64_t h = bytes * k1, word = 0;
    for (size_t left = bytes; left > 8; left -= 8, p += 8) {
        memcpy(&word, p, 8);
        h = intern_mix(h ^ word, k0);
    }
    if (bytes >= 8) {
        memcpy(&word, (const char *)key + bytes - 8, 8);
    } else if (bytes >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + bytes - 4, 4);
        word = low | (uint64_t)high << 32;
    } else if (bytes) {
        const unsigned char *u = (const unsigned char *)p;
        word = u[0] | (uint64_t)u[bytes / 2] << 8 | (uint64_t)u[bytes - 1] << 16;
    }
    return intern_mix(h ^ word, k0 ^ bytes);
}

// intern_find - the entry of the atom with this payload, or the empty entry where it belongs.
//   payload, payload_bytes  accessors of the strategy, inlined here as they are constants there
//   The table is not full: intern_reserve before inserting, and capacity 0 is handled by the
//   caller.
static inline __attribute__((always_inline)) struct intern_entry *
intern_find(const struct intern_table *t, uint64_t hash, const void *key, size_t bytes,
            const void *(*payload)(const struct heap_object *),
            size_t (*payload_bytes)(const struct heap_object *)) {
    for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
        struct intern_entry *e = &t->entries[i];
        if (!e->object)
            return e;
        if (e->hash == hash && payload_bytes(e->object) == bytes &&
            memcmp(payload(e->object), key, bytes) == 0)
            return e;
    }
}

// intern_is_full - whether there is no room for one more entry.
static inline bool intern_is_full(const struct intern_table *t) {
    return !t->entries || (t->count + 1) * 4 > (t->mask + 1) * 3;
}

// intern_reserve - room for one more entry, so that an insertion after it cannot fail. Invalidates
// entries.
static inline int intern_reserve(struct intern_table *t) {
    return __builtin_expect(intern_is_full(t), 0) ? intern_reserve_slow(t) : 0;
}

static inline void intern_insert(struct intern_table *t, struct intern_entry *e, uint64_t hash,
                                 struct heap_object *object) {
    *e = (struct intern_entry){hash, object};
    t->count++;
}

#endif
