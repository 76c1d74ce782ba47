// no_tracking.h - the hooks of counted.h around a container's life, for strategies that keep no record
// of containers. Included by fast.h behind counted.h.

#ifndef HEAPBENCH_NO_TRACKING_H
#define HEAPBENCH_NO_TRACKING_H

FAST void counted_track(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}

FAST void counted_untrack(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)o;
}

FAST void counted_dismiss(struct heap *h, enum heap_kind kind) {
    (void)h;
    (void)kind;
}

#endif
