// poison.h - memory that nobody may touch, as the address sanitizer and valgrind's memcheck are told of it: a pool gives out
// pieces of what they take for one block.

#ifndef HEAPBENCH_POISON_H
#define HEAPBENCH_POISON_H

#include <stddef.h>

// A feature of clang, and of gcc from version 14 on.
#if defined(__SANITIZE_ADDRESS__)
#define POISON_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON_ASAN 1
#endif
#endif

// poison - from here on, to read or write these bytes is an error. unpoison - no longer; what they hold counts as written.
// poison_fresh - no longer, but what they hold is not to be read before it is written; to the address sanitizer as unpoison.
//   HEAP_MEMCHECK  a build that runs under valgrind (make memcheck); outside of it the requests do nothing
#if defined(POISON_ASAN)
#include <sanitizer/asan_interface.h>
#define poison(p, bytes) __asan_poison_memory_region(p, bytes)
#define unpoison(p, bytes) __asan_unpoison_memory_region(p, bytes)
#define poison_fresh(p, bytes) __asan_unpoison_memory_region(p, bytes)
#elif defined(HEAP_MEMCHECK)
#include <valgrind/memcheck.h>
#define poison(p, bytes) ((void)VALGRIND_MAKE_MEM_NOACCESS(p, bytes))
#define unpoison(p, bytes) ((void)VALGRIND_MAKE_MEM_DEFINED(p, bytes))
#define poison_fresh(p, bytes) ((void)VALGRIND_MAKE_MEM_UNDEFINED(p, bytes))
#else
#define poison(p, bytes) ((void)(p), (void)(bytes))
#define unpoison(p, bytes) ((void)(p), (void)(bytes))
#define poison_fresh(p, bytes) ((void)(p), (void)(bytes))
#endif

#endif
