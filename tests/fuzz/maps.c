// maps.c - see maps.h. A lot gives out addresses in turn; when all are back the next is the first again.

#include "maps.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if __has_feature(address_sanitizer) // which takes memory by calls of its own
void maps_reuse(int lot) {
    (void)lot;
}
#else

#include "base/must.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    MAPS_LOTS = 64,
    MAPS_PAGE_BYTES = 4096,
    MAPS_MOST_PAGES = 1 << 15, // of a lot: 128 MB
    MAPS_MOST_CLEARED = 64, // pages; to give back more to the kernel is faster than to clear them
};
static const size_t MAPS_LOT_BYTES = (size_t)MAPS_MOST_PAGES * MAPS_PAGE_BYTES;

struct lot {
    char *start;     // NULL: not mapped yet
    size_t at, held; // bytes given out so far; of these not yet returned
};

static struct {
    struct lot lots[MAPS_LOTS];
    struct lot *now; // NULL: none
} maps;

static struct lot *maps_find(const void *p) {
    for (struct lot *l = maps.lots; l < maps.lots + MAPS_LOTS && l->start; l++)
        if ((const char *)p >= l->start && (const char *)p < l->start + MAPS_LOT_BYTES)
            return l;
    return NULL;
}

static size_t maps_round(size_t bytes) {
    return (bytes + MAPS_PAGE_BYTES - 1) & ~(size_t)(MAPS_PAGE_BYTES - 1);
}

// Lots are taken in their order. Blocks of malloc stay in the process, too.
static void maps_begin(struct lot *l) {
    l->start = (char *)syscall(SYS_mmap, NULL, MAPS_LOT_BYTES, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (l->start == MAP_FAILED)
        must(NULL);
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 25);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 28);
}

void maps_reuse(int lot) {
    for (int i = 0; i <= lot; i++)
        if (!maps.lots[i].start)
            maps_begin(&maps.lots[i]);
    maps.now = lot < 0 ? NULL : &maps.lots[lot];
}

static void *maps_give(struct lot *l, size_t bytes) {
    size_t room = maps_round(bytes);
    if (room > MAPS_LOT_BYTES - l->at)
        return NULL;
    char *p = l->start + l->at;
    l->at += room;
    l->held += room;
    return p;
}

// Of the pages given out few were touched, and most of these will be again.
static void maps_clear(struct lot *l) {
    static unsigned char there[MAPS_MOST_PAGES];
    static const unsigned char none[64];
    size_t pages = l->at / MAPS_PAGE_BYTES, touched = 0;
    if (mincore(l->start, l->at, there))
        must(NULL);
    for (size_t i = 0; i < pages; i++)
        if (i % sizeof none == 0 && pages - i > sizeof none &&
            !memcmp(there + i, none, sizeof none))
            i += sizeof none - 1;
        else if (there[i] & 1 && touched++ < MAPS_MOST_CLEARED)
            memset(l->start + i * MAPS_PAGE_BYTES, 0, MAPS_PAGE_BYTES);
    if (touched > MAPS_MOST_CLEARED && madvise(l->start, l->at, MADV_DONTNEED))
        must(NULL);
    l->at = 0;
}

// What strategies call, which are built with all names hidden.
#pragma GCC visibility push(default)
void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    bool plain =
        maps.now && !at && fd < 0 && protection == (PROT_READ | PROT_WRITE) && flags & MAP_PRIVATE;
    void *p = plain ? maps_give(maps.now, bytes) : NULL;
    return p ? p : (void *)syscall(SYS_mmap, at, bytes, protection, flags, fd, offset);
}

int munmap(void *p, size_t bytes) {
    struct lot *l = maps_find(p);
    if (!l)
        return (int)syscall(SYS_munmap, p, bytes);
    l->held -= maps_round(bytes);
    if (!l->held)
        maps_clear(l);
    return 0;
}

void *mremap(void *old, size_t old_bytes, size_t bytes, int flags, ...) {
    if (!maps_find(old))
        return (void *)syscall(SYS_mremap, old, old_bytes, bytes, flags, NULL);
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return p;
    memcpy(p, old, old_bytes < bytes ? old_bytes : bytes);
    munmap(old, old_bytes);
    return p;
}
#pragma GCC visibility pop
#endif
