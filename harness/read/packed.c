// packed.c - see packed.h. A pair is how much greater its metric is than the last, doubled, and odd
// when eight bytes of a double follow; else a whole number follows, doubled, and odd when negative.
// Both are in bytes of seven bits, the lowest first, all but the last with the eighth set.

#include "packed.h"

#include "base/must.h"

#include <math.h>
#include <string.h>

enum { PACKED_PAIR_MOST = 24 }; // bytes

void packed_reset(struct packed *p) {
    p->bytes = 0;
    p->last = 0;
}

static void packed_put(struct packed *p, uint64_t number) {
    for (; number > 0x7f; number >>= 7)
        p->data[p->bytes++] = (unsigned char)(number & 0x7f) | 0x80;
    p->data[p->bytes++] = (unsigned char)number;
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
    packed_put(p, (uint64_t)(metric - p->last) << 1 | !whole);
    if (whole) {
        int64_t number = (int64_t)value;
        packed_put(p, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
    } else {
        memcpy(p->data + p->bytes, &value, sizeof value);
        p->bytes += sizeof value;
    }
    p->last = metric;
}

static bool packed_get(struct packed_walk *walk, uint64_t *number) {
    *number = 0;
    for (unsigned shift = 0; walk->at < walk->end && shift < 64; shift += 7) {
        unsigned char byte = *walk->at++;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

void packed_next(struct packed_walk *walk) {
    uint64_t head, number;
    walk->there = packed_get(walk, &head);
    if (walk->there && head & 1) {
        walk->there = walk->end - walk->at >= (ptrdiff_t)sizeof walk->value;
        if (walk->there)
            memcpy(&walk->value, walk->at, sizeof walk->value);
        walk->at += walk->there ? sizeof walk->value : 0;
    } else if (walk->there) {
        walk->there = packed_get(walk, &number);
        walk->value = (double)((int64_t)(number >> 1) ^ -(int64_t)(number & 1));
    }
    if (walk->there)
        walk->metric += (uint32_t)(head >> 1);
}

struct packed_walk packed_first(const void *data, size_t bytes) {
    struct packed_walk walk = {.at = data, .end = (const unsigned char *)data + bytes};
    packed_next(&walk);
    return walk;
}
