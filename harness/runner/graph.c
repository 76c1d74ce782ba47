// graph.c - see graph.h.
//
// Every object found gets a register of its own, so that it stays put and alive while its identity
// stands in the table. Registers come in frames of GRAPH_FRAME, entered as they are needed.

#include "graph.h"

#include <stdlib.h>
#include <string.h>

enum { GRAPH_FRAME = 512, GRAPH_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1 };

struct graph_entry {
    uintptr_t identity;
    uint64_t number; // 1-based; 0: empty entry
};

struct graph_walk {
    struct heap *heap;
    struct heap_reg **frames;
    size_t frame_count, frame_capacity;
    struct graph_entry *table;
    size_t mask;
    struct graph out;
    bool measuring; // live is wanted, not the checksum
    struct graph_live live;
    uintptr_t small_ints[GRAPH_INTS]; // identities, when measuring
};

static void graph_mix(struct graph_walk *w, uint64_t value) {
    uint64_t x = (w->out.checksum ^ value) * 0x9E3779B97F4A7C15u;
    w->out.checksum = x ^ (x >> 29);
}

static void graph_mix_bytes(struct graph_walk *w, const void *bytes, size_t count) {
    const char *p = bytes;
    for (; count >= 8; p += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        graph_mix(w, word);
    }
    uint64_t tail = 0;
    memcpy(&tail, p, count);
    graph_mix(w, tail);
}

static struct graph_entry *graph_find(const struct graph_walk *w, uintptr_t identity) {
    size_t i = (identity * 0x9E3779B97F4A7C15u) >> 20 & w->mask;
    while (w->table[i].number && w->table[i].identity != identity)
        i = (i + 1) & w->mask;
    return &w->table[i];
}

static int graph_grow_table(struct graph_walk *w) {
    struct graph_entry *old = w->table;
    size_t old_capacity = old ? w->mask + 1 : 0;
    size_t capacity = old ? old_capacity * 2 : 1 << 10;
    struct graph_entry *table = calloc(capacity, sizeof *table);
    if (!table)
        return ENOMEM;
    w->table = table;
    w->mask = capacity - 1;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].number)
            *graph_find(w, old[i].identity) = old[i];
    free(old);
    return 0;
}

static struct heap_reg *graph_register(const struct graph_walk *w, uint64_t index) {
    return w->frames[index / GRAPH_FRAME] + index % GRAPH_FRAME;
}

static int graph_add_frame(struct graph_walk *w) {
    if (w->frame_count == w->frame_capacity) {
        size_t capacity = w->frame_capacity * 2 + 16;
        struct heap_reg **frames = realloc(w->frames, capacity * sizeof(struct heap_reg *));
        if (!frames)
            return ENOMEM;
        w->frames = frames;
        w->frame_capacity = capacity;
    }
    struct heap_reg *frame = heap_enter(w->heap, GRAPH_FRAME);
    if (!frame)
        return ENOMEM;
    w->frames[w->frame_count++] = frame;
    return 0;
}

// Mix the number of the object in reg, which is numbered now if it was not met before.
static int graph_meet(struct graph_walk *w, const struct heap_reg *reg) {
    if (heap_is_empty(w->heap, reg)) {
        graph_mix(w, 0);
        return 0;
    }
    if ((!w->table || w->out.objects * 2 > w->mask) && graph_grow_table(w))
        return ENOMEM;
    struct graph_entry *e = graph_find(w, heap_identity(w->heap, reg));
    if (!e->number) {
        if (w->out.objects == w->frame_count * GRAPH_FRAME && graph_add_frame(w))
            return ENOMEM;
        heap_copy(w->heap, graph_register(w, w->out.objects), reg);
        *e = (struct graph_entry){heap_identity(w->heap, reg), ++w->out.objects};
    }
    graph_mix(w, e->number);
    return 0;
}

static void graph_mix_object(struct graph_walk *w, const struct heap_reg *object) {
    struct heap *h = w->heap;
    graph_mix(w, heap_kind(h, object));
    graph_mix(w, heap_length(h, object));
    if (heap_kind(h, object) == HEAP_LIST)
        return;
    graph_mix(w, heap_payload_bytes(h, object));
    graph_mix_bytes(w, heap_payload(h, object), heap_payload_bytes(h, object));
}

static bool graph_is_small_int(const struct graph_walk *w, const struct heap_reg *object) {
    int64_t value;
    if (heap_kind(w->heap, object) != HEAP_ATOM ||
        heap_payload_bytes(w->heap, object) != sizeof value)
        return false;
    memcpy(&value, heap_payload(w->heap, object), sizeof value);
    return value >= HEAP_INT_MIN && value <= HEAP_INT_MAX &&
           heap_identity(w->heap, object) == w->small_ints[value - HEAP_INT_MIN];
}

static void graph_count_object(struct graph_walk *w, const struct heap_reg *object) {
    if (graph_is_small_int(w, object))
        return;
    w->live.objects++;
    w->live.bytes +=
        heap_capacity(w->heap, object) * sizeof(void *) + heap_payload_bytes(w->heap, object);
}

static int graph_visit(struct graph_walk *w, const struct heap_reg *object,
                       struct heap_reg *child) {
    struct heap *h = w->heap;
    size_t length = heap_length(h, object);
    if (w->measuring)
        graph_count_object(w, object);
    else
        graph_mix_object(w, object);
    for (size_t i = 0; i < length; i++) {
        heap_load(h, child, object, i);
        w->out.edges += !heap_is_empty(h, child);
        if (graph_meet(w, child))
            return ENOMEM;
    }
    return 0;
}

static int graph_walk(struct graph_walk *w, const struct heap_reg *registers, size_t count) {
    struct heap_reg *child = heap_enter(w->heap, 1);
    if (!child)
        return ENOMEM;
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = graph_meet(w, &registers[i]);
    for (uint64_t i = 0; i < w->out.objects && !error; i++)
        error = graph_visit(w, graph_register(w, i), child);
    while (w->frame_count--)
        heap_leave(w->heap);
    heap_leave(w->heap);
    free(w->frames);
    free(w->table);
    return error;
}

int graph_read(struct heap *h, const struct heap_reg *registers, size_t count, struct graph *out) {
    struct graph_walk w = {.heap = h};
    int error = graph_walk(&w, registers, count);
    if (!error)
        *out = w.out;
    return error;
}

// Identities hold until the next safepoint, so they are taken when the last one is over.
static int graph_list_small_ints(struct graph_walk *w) {
    struct heap_reg *ints = heap_enter(w->heap, GRAPH_INTS);
    if (!ints)
        return ENOMEM;
    int error = 0;
    for (int i = 0; i < GRAPH_INTS && !error; i++)
        error = heap_small_int(w->heap, &ints[i], HEAP_INT_MIN + i);
    for (int i = 0; i < GRAPH_INTS && !error; i++)
        w->small_ints[i] = heap_identity(w->heap, &ints[i]);
    heap_leave(w->heap);
    return error;
}

int graph_measure(struct heap *h, const struct heap_reg *registers, size_t count,
                  struct graph_live *out) {
    struct graph_walk w = {.heap = h, .measuring = true};
    int error = graph_list_small_ints(&w);
    if (!error)
        error = graph_walk(&w, registers, count);
    if (!error)
        *out = w.live;
    return error;
}
