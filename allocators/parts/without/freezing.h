// freezing.h - heap_freeze and heap_unfreeze, for strategies that have no use for them: nothing is
// exempt. Included once, by the strategy's heap.c after heap.h.

#ifndef HEAPBENCH_WITHOUT_FREEZING_H
#define HEAPBENCH_WITHOUT_FREEZING_H

void heap_freeze(struct heap *h) {
    (void)h;
}

void heap_unfreeze(struct heap *h) {
    (void)h;
}

#endif
