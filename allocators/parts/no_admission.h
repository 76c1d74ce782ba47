// no_admission.h - the hooks of counted.h before an allocation, for strategies that do nothing then.
// Included by fast.h behind counted.h.

#ifndef HEAPBENCH_NO_ADMISSION_H
#define HEAPBENCH_NO_ADMISSION_H

FAST bool counted_ready(struct heap *h, enum heap_kind kind) {
    (void)h;
    (void)kind;
    return true;
}

FAST int counted_admit(struct heap *h, enum heap_kind kind) {
    (void)h;
    (void)kind;
    return 0;
}

#endif
