// stress.c - BUILD=stress: verify, collect everything, and verify again, at every safepoint.
//
// Linked in every build, called only where HEAP_SAFEPOINT expands to it. The heap may be deep
// inside an operation's caller, but not inside an operation: every invariant has to hold.

#include "heap.h"

#include <stdio.h>
#include <stdlib.h>

void heap_stress_safepoint(struct heap *h);

static void stress_verify(struct heap *h, const char *when) {
    const char *broken = heap_verify(h);
    if (!broken)
        return;
    fprintf(stderr, "%s: heap broken %s a collection: not true: %s\n", heap_strategy.name, when,
            broken);
    abort();
}

void heap_stress_safepoint(struct heap *h) {
    stress_verify(h, "before");
    heap_collect(h, HEAP_GENERATIONS - 1);
    stress_verify(h, "after");
}
