// varint.h - whole numbers in as few bytes as they need: seven bits in each, the lowest first, and the
// eighth set in all but the last.

#ifndef HEAPBENCH_VARINT_H
#define HEAPBENCH_VARINT_H

#include <stdbool.h>
#include <stdint.h>

enum { VARINT_MOST = 10 }; // bytes

// varint_put - at most VARINT_MOST bytes. Returns what is after them.
static inline unsigned char *varint_put(unsigned char *at, uint64_t number) {
    for (; number > 0x7f; number >>= 7)
        *at++ = (unsigned char)(number & 0x7f) | 0x80;
    *at++ = (unsigned char)number;
    return at;
}

// varint_get - false when no whole one is before `end`; else *at is after it.
static inline bool varint_get(const unsigned char **at, const unsigned char *end,
                              uint64_t *number) {
    *number = 0;
    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        unsigned char byte = *(*at)++;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

// varint_zigzag - a number of two's complement as one that is small when it is near 0; a negative one is odd. varint_unzigzag - back.
static inline uint64_t varint_zigzag(uint64_t number) {
    return number << 1 ^ (0 - (number >> 63));
}

static inline uint64_t varint_unzigzag(uint64_t number) {
    return number >> 1 ^ (0 - (number & 1));
}

#endif
