// agree.h - who is wrong, when strategies say different things: the one that most do not say.

#ifndef HEAPBENCH_AGREE_H
#define HEAPBENCH_AGREE_H

#include <stddef.h>
#include <stdint.h>

// What a strategy says of something of which all must say the same.
struct claim {
    const char *who;
    uint64_t value;
};

// agree_right - the value that most claims have; of several that equally many have, the smallest.
static inline uint64_t agree_right(const struct claim *claims, size_t count) {
    uint64_t right = 0;
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        size_t votes = 0;
        for (size_t j = 0; j < count; j++)
            votes += claims[j].value == claims[i].value;
        if (votes > most || (votes == most && claims[i].value < right)) {
            most = votes;
            right = claims[i].value;
        }
    }
    return right;
}

// agree_accused - the first claim that is not the right one; NULL: all agree.
static inline const struct claim *agree_accused(const struct claim *claims, size_t count) {
    uint64_t right = agree_right(claims, count);
    for (size_t i = 0; i < count; i++)
        if (claims[i].value != right)
            return &claims[i];
    return NULL;
}

#endif
