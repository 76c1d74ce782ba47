// checksum.h - whether two inputs are the same: FNV-1a of 64 bits, as a program's name needs it. No
// protection against anyone who wants two to look alike.

#ifndef HEAPBENCH_CHECKSUM_H
#define HEAPBENCH_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t checksum_add(uint64_t sum, const void *data, size_t bytes) {
    const unsigned char *byte = (const unsigned char *)data;
    for (size_t i = 0; i < bytes; i++)
        sum = (sum ^ byte[i]) * UINT64_C(0x100000001b3);
    return sum;
}

#endif
