// singles.c - objects that are each a block of malloc, and the table that knows them all.

#include "heap.h"

enum {
    SINGLES_FIRST_CAPACITY = 256,
    SINGLES_AHEAD = 8, // entries that a sweep prefetches ahead
};

static size_t word_bytes(size_t slots) {
    return SWEPT_GENERATIONS ? (slots + SINGLE_WORD_SLOTS - 1) / SINGLE_WORD_SLOTS * 8 : 0;
}

size_t single_array_bytes(size_t slots) {
    return sizeof(struct heap_object) + slots * sizeof(void *) + word_bytes(slots);
}

static uint64_t *words(struct heap_object *array, size_t slots) {
    return (uint64_t *)(void *)((void **)(array + 1) + slots);
}

uint64_t *single_word(struct heap_object *array, size_t slot) {
    return words(array, array->size) + slot / SINGLE_WORD_SLOTS;
}

void single_clear(struct heap_object *array) {
    memset(words(array, array->size), 0, word_bytes(array->size));
}

size_t single_bytes(const struct heap_object *o) {
    size_t bytes = o->kind == HEAP_LIST     ? sizeof(struct plain_list)
                   : o->kind == BLOCK_ARRAY ? single_array_bytes(o->size)
                                            : plain_node_bytes(o->slots, o->size);
    return sizeof(struct single) + bytes;
}

static int resize_table(struct singles *s, size_t capacity) {
    struct heap_object **table =
        memory_resize(s->memory, s->table, s->capacity * sizeof *table, capacity * sizeof *table);
    if (!table)
        return ENOMEM;
    s->table = table;
    s->capacity = capacity;
    return 0;
}

static void place(struct singles *s, size_t i, struct heap_object *o) {
    s->table[i] = o;
    single_of(o)->index = (uint32_t)i;
}

struct heap_object *singles_new(struct singles *s, size_t object_bytes) {
    if (s->count == s->capacity &&
        resize_table(s, s->capacity ? s->capacity * 2 : SINGLES_FIRST_CAPACITY))
        return NULL;
    struct single *single = memory_malloc(s->memory, sizeof *single + object_bytes);
    if (!single)
        return NULL;
    struct heap_object *o = (struct heap_object *)(single + 1);
    single->next_grey = 0;
    place(s, s->count++, o);
    return o;
}

// The marks of slots of an array that has room for either number of slots. A mark too many is one look in vain.
static void move_words(struct heap_object *array, size_t from_slots, size_t to_slots) {
    size_t from = word_bytes(from_slots), to = word_bytes(to_slots);
    memmove(words(array, to_slots), words(array, from_slots), from < to ? from : to);
    if (from < to)
        memset((char *)words(array, to_slots) + from, 0, to - from);
}

struct heap_object *singles_resize_array(struct singles *s, struct heap_object *array,
                                         size_t slots) {
    size_t prefix = sizeof(struct single), old_slots = array->size;
    if (slots < old_slots) // the slots that go hold nothing
        move_words(array, old_slots, slots);
    struct single *single = memory_resize(s->memory, single_of(array), single_bytes(array),
                                          prefix + single_array_bytes(slots));
    if (!single) {
        if (slots < old_slots)
            move_words(array, slots, old_slots);
        return NULL;
    }
    array = (struct heap_object *)(single + 1);
    if (slots > old_slots)
        move_words(array, old_slots, slots);
    array->size = (uint32_t)slots;
    s->table[single->index] = array;
    return array;
}

// Take out what is at index i, by filling the gap from the end. An entry that was allocated since
// the last collection carries no mark, so it must not come among the unswept: these close ranks
// first.
static size_t fill(struct singles *s, size_t gap, size_t from) {
    if (gap != from)
        place(s, gap, s->table[from]);
    return from;
}

static void take_out(struct singles *s, size_t i) {
    if (i < s->unswept)
        i = fill(s, i, --s->unswept);
    if (SWEPT_GENERATIONS && i < s->young)
        i = fill(s, i, --s->young);
    (void)fill(s, i, --s->count);
}

void singles_give_back(struct singles *s, struct heap_object *o) {
    take_out(s, single_of(o)->index);
    memory_free(s->memory, single_of(o), single_bytes(o));
}

void singles_sweep(struct singles *s, uint8_t epoch, size_t count) {
    size_t end = s->unswept > count ? s->unswept - count : 0;
    while (s->unswept > end) {
        size_t i = --s->unswept;
        if (i >= SINGLES_AHEAD)
            __builtin_prefetch(s->table[i - SINGLES_AHEAD]);
        struct heap_object *o = s->table[i];
        if ((o->flags & MARK_EPOCHS) != epoch)
            singles_give_back(s, o);
    }
    if (!s->unswept && s->capacity > SINGLES_FIRST_CAPACITY && s->count < s->capacity / 4)
        (void)resize_table(s, s->capacity / 2); // if malloc refuses to shrink it, it stays
}

void singles_sweep_young(struct singles *s, uint8_t epoch) {
    for (size_t i = s->count; i-- > s->young;)
        if ((s->table[i]->flags & MARK_EPOCHS) != epoch)
            singles_give_back(s, s->table[i]);
}

void singles_free(struct singles *s) {
    for (size_t i = 0; i < s->count; i++)
        memory_free(s->memory, single_of(s->table[i]), single_bytes(s->table[i]));
    memory_free(s->memory, s->table, s->capacity * sizeof *s->table);
}
