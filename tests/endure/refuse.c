// refuse.c - malloc, mmap and their like in front of those of the C library: counted, and refused
// on request.

#include "refuse.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define REFUSE_WORKS false
#else
#define REFUSE_WORKS true
#endif

static struct {
    bool on;
    uint64_t made, first, times, refused;
    int64_t blocks, mapped_bytes;
} refuse;

bool refuse_works(void) {
    return REFUSE_WORKS;
}

void refuse_from(uint64_t n, uint64_t times) {
    refuse.made = refuse.refused = 0;
    refuse.first = n;
    refuse.times = times;
    refuse.on = true;
}

void refuse_end(void) {
    refuse.on = false;
}

uint64_t refuse_made(void) {
    return refuse.made;
}

uint64_t refuse_refused(void) {
    return refuse.refused;
}

int64_t refuse_blocks(void) {
    return refuse.blocks;
}

int64_t refuse_mapped_bytes(void) {
    return refuse.mapped_bytes;
}

#if REFUSE_WORKS
// The C library's own, by names that it has for this.
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *p, size_t bytes);
extern void *__libc_memalign(size_t align, size_t bytes);
extern void __libc_free(void *p);

static bool refuse_this(void) {
    if (!refuse.on)
        return false;
    refuse.made++;
    bool refused =
        refuse.first && refuse.made >= refuse.first && refuse.made - refuse.first < refuse.times;
    refuse.refused += refused;
    if (refused)
        errno = ENOMEM;
    return refused;
}

static void *refuse_gave(void *p) {
    refuse.blocks += p != NULL;
    return p;
}

void *malloc(size_t bytes) {
    return refuse_this() ? NULL : refuse_gave(__libc_malloc(bytes));
}

void *calloc(size_t count, size_t bytes) {
    return refuse_this() ? NULL : refuse_gave(__libc_calloc(count, bytes));
}

void *realloc(void *p, size_t bytes) {
    if (!p)
        return malloc(bytes);
    if (bytes && refuse_this())
        return NULL;
    refuse.blocks -= !bytes;
    return __libc_realloc(p, bytes);
}

void *memalign(size_t align, size_t bytes) {
    return refuse_this() ? NULL : refuse_gave(__libc_memalign(align, bytes));
}

void *aligned_alloc(size_t align, size_t bytes) {
    return memalign(align, bytes);
}

int posix_memalign(void **out, size_t align, size_t bytes) {
    void *p = memalign(align, bytes);
    if (p)
        *out = p;
    return p ? 0 : ENOMEM;
}

void free(void *p) {
    refuse.blocks -= p != NULL;
    __libc_free(p);
}

void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    if (refuse_this())
        return MAP_FAILED;
    void *p = (void *)syscall(SYS_mmap, at, bytes, protection, flags, fd, offset);
    if (p != MAP_FAILED && !(flags & MAP_FIXED))
        refuse.mapped_bytes += (int64_t)bytes;
    return p;
}

void *mmap64(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    return mmap(at, bytes, protection, flags, fd, offset);
}

int munmap(void *p, size_t bytes) {
    refuse.mapped_bytes -= (int64_t)bytes;
    return (int)syscall(SYS_munmap, p, bytes);
}
#endif
