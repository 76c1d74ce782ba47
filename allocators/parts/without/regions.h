// regions.h - the operations of regions, for strategies that have no use for them. Included by
// fast.h.

#ifndef HEAPBENCH_WITHOUT_REGIONS_H
#define HEAPBENCH_WITHOUT_REGIONS_H

FAST void heap_region_begin(struct heap *h) {
    (void)h;
}

FAST void heap_region_end(struct heap *h) {
    (void)h;
}

FAST void heap_long_lived(struct heap *h, bool on) {
    (void)h;
    (void)on;
}

#endif
