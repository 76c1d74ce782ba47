// packed.c - see packed.h. A pair is how much greater its metric is than the last, doubled, and odd
// when eight bytes of a double follow; else a whole number follows, doubled, and odd when negative.

#include "packed.h"

#include "base/must.h"
#include "base/varint.h"

#include <math.h>
#include <string.h>

enum { PACKED_PAIR_MOST = 2 * VARINT_MOST }; // bytes

void packed_reset(struct packed *p) {
    p->bytes = 0;
    p->last = 0;
}

// Beyond 2^53 not all whole numbers are doubles; -0 is a double that no whole number is.
static bool packed_whole(double value) {
    return fabs(value) < 9007199254740992.0 && value == trunc(value) &&
           !(value == 0 && signbit(value));
}

void packed_add(struct packed *p, uint32_t metric, double value) {
    if (p->room - p->bytes < PACKED_PAIR_MOST)
        p->data = must(realloc(p->data, p->room = 2 * p->room + 256));
    bool whole = packed_whole(value);
    unsigned char *at = varint_put(p->data + p->bytes, (uint64_t)(metric - p->last) << 1 | !whole);
    if (whole) {
        at = varint_put(at, varint_zigzag((uint64_t)(int64_t)value));
    } else {
        memcpy(at, &value, sizeof value);
        at += sizeof value;
    }
    p->bytes = (size_t)(at - p->data);
    p->last = metric;
}

void packed_next(struct packed_walk *walk) {
    uint64_t head, number;
    walk->there = varint_get(&walk->at, walk->end, &head);
    if (walk->there && head & 1) {
        walk->there = walk->end - walk->at >= (ptrdiff_t)sizeof walk->value;
        if (walk->there)
            memcpy(&walk->value, walk->at, sizeof walk->value);
        walk->at += walk->there ? sizeof walk->value : 0;
    } else if (walk->there) {
        walk->there = varint_get(&walk->at, walk->end, &number);
        walk->value = (double)(int64_t)varint_unzigzag(number);
    }
    if (walk->there)
        walk->metric += (uint32_t)(head >> 1);
}

struct packed_walk packed_first(const void *data, size_t bytes) {
    struct packed_walk walk = {.at = data, .end = (const unsigned char *)data + bytes};
    packed_next(&walk);
    return walk;
}
