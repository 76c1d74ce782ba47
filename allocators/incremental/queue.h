// queue.h - incremental: circular queues of containers, linked both ways through what lies in front
// of them. Flags travel with the container, in the lowest bits of the link backwards.

#ifndef HEAPBENCH_QUEUE_H
#define HEAPBENCH_QUEUE_H

FAST struct incremental_link *incremental_link(const struct heap_object *o) {
    assert(!counted_is_atom(o));
    return (struct incremental_link *)(uintptr_t)o - 1;
}

FAST struct heap_object *incremental_object(const struct incremental_link *l) {
    return (struct heap_object *)(uintptr_t)(l + 1);
}

FAST uintptr_t incremental_space(const struct incremental_link *l) {
    return l->prev & INCREMENTAL_SPACE;
}

FAST struct incremental_link *queue_prev(const struct incremental_link *l) {
    return (struct incremental_link *)(l->prev & ~(uintptr_t)INCREMENTAL_FLAGS);
}

FAST void queue_init(struct incremental_link *queue) {
    queue->next = queue;
    queue->prev = (uintptr_t)queue;
}

FAST bool queue_is_empty(const struct incremental_link *queue) {
    return queue->next == queue;
}

// queue_leave - of a container that is in no queue, for good. queue_has_left - whether it is that.
FAST void queue_leave(struct incremental_link *l) {
    l->next = l;
    l->prev = (uintptr_t)l | INCREMENTAL_PERMANENT;
}

FAST bool queue_has_left(const struct incremental_link *l) {
    return l->next == l;
}

// queue_append - put a container that is in no queue at the end.
FAST void queue_append(struct incremental_link *queue, struct incremental_link *l,
                       uintptr_t flags) {
    uintptr_t last = queue->prev;
    l->next = queue;
    l->prev = last | flags;
    ((struct incremental_link *)last)->next = l;
    queue->prev = (uintptr_t)l;
}

// queue_remove - take a container out of its queue.
FAST void queue_remove(struct incremental_link *l) {
    struct incremental_link *prev = queue_prev(l), *next = l->next;
    prev->next = next;
    next->prev = (uintptr_t)prev | (next->prev & INCREMENTAL_FLAGS);
}

// queue_merge - move all of `from` to the end of `to`.
FAST void queue_merge(struct incremental_link *from, struct incremental_link *to) {
    if (queue_is_empty(from))
        return;
    struct incremental_link *first = from->next;
    uintptr_t before = to->prev, last = from->prev;
    ((struct incremental_link *)before)->next = first;
    first->prev = before | (first->prev & INCREMENTAL_FLAGS);
    ((struct incremental_link *)last)->next = to;
    to->prev = last;
    queue_init(from);
}

#endif
