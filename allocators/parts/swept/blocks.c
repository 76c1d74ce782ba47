// blocks.c - blocks of equal cells: bumping through them, sweeping them, sharing them out.

#include "heap.h"
#include "parts/poison.h"

enum { BLOCK_POISON = 0xDB }; // fills free cells of debug builds
enum { BLOCK_SPARSE = 4 };    // of a block with few live cells one in so many at most is

static struct heap_object *object_at(char *p) {
    return (struct heap_object *)(void *)p;
}

static size_t units(size_t bytes) {
    return bytes / BLOCK_UNIT;
}

FAST size_t bytes_at(const struct heap_object *p, size_t cell_bytes) {
    return __builtin_expect(p->kind == BLOCK_FREE, 0) ? (size_t)p->slots * BLOCK_UNIT : cell_bytes;
}

size_t block_cell_bytes(const struct block *b, const struct heap_object *p) {
    return bytes_at(p, b->cell_bytes);
}

// Make [from, end) a run of free cells, the last of its block.
static struct heap_object *write_run(char *from, char *end) {
    struct heap_object *run = object_at(from);
    *run = (struct heap_object){.kind = BLOCK_FREE, .slots = (uint16_t)units((size_t)(end - from))};
    return run;
}

static void poison_run(struct heap_object *run, size_t header_bytes) {
#ifndef NDEBUG
    char *from = (char *)run + header_bytes, *end = (char *)run + run->slots * BLOCK_UNIT;
    if (from < end) {
        unpoison(from, (size_t)(end - from)); // parts were free before
        memset(from, BLOCK_POISON, (size_t)(end - from));
        poison(from, (size_t)(end - from));
    }
#else
    (void)run;
    (void)header_bytes;
#endif
}

static void bump_run(struct block_class *c, struct heap_object *run) {
    size_t bytes = (size_t)run->slots * BLOCK_UNIT;
    c->run = NULL;
    if (run->size)
        c->run = object_at(block_start(block_of(run)) + (size_t)run->size * BLOCK_UNIT);
    poison_fresh(run, bytes);
    c->next = (char *)run;
    c->end = c->next + bytes;
}

static struct heap_object **spare_next(struct heap_object *spare) {
    return (struct heap_object **)(void *)(spare + 1);
}

bool blocks_next_run(struct block_class *c) {
    struct heap_object *spare = c->spare;
    if (spare) {
        struct heap_object *run = c->run;
        c->spare = *spare_next(spare);
        bump_run(c, spare);
        c->run = run;
        return true;
    }
    if (!c->run)
        return false;
    bump_run(c, c->run);
    return true;
}

// ---------------------------------------------------------------------------------------- sweeping
static bool is_live(const char *p, uint8_t epoch) {
    return ((const struct heap_object *)(const void *)p)->flags & epoch;
}

// The first live cell from p on, or the end. A run of free cells has no mark, so it merges with the
// dead cells beside it; a step over one cell is the common case, and costs as little as can be.
static char *skip_dead(char *p, char *end, size_t cell_bytes, uint8_t epoch) {
    const struct heap_object unusual = {.kind = BLOCK_FREE, .flags = epoch};
    uint64_t stop, header;
    memcpy(&stop, &unusual, sizeof stop);
    while (p < end) {
        memcpy(&header, p, sizeof header);
        if (__builtin_expect((header & stop) != 0, 0)) {
            if (is_live(p, epoch))
                break;
            p += bytes_at(object_at(p), cell_bytes);
        } else {
            p += cell_bytes;
        }
    }
    return p;
}

// Turn the dead cells of a block into runs. Returns its first run; there is one, or the block
// would be full.
static struct heap_object *sweep(struct block *b, uint8_t epoch, size_t *free_bytes) {
    char *start = block_start(b), *end = block_end(b);
    size_t cell_bytes = b->cell_bytes;
    struct heap_object *first = NULL, *last = NULL;
    *free_bytes = 0;
    for (char *p = start;;) {
        while (p < end && is_live(p, epoch))
            p += cell_bytes;
        if (p >= end)
            break;
        char *from = p;
        p = skip_dead(p, end, cell_bytes, epoch);
        struct heap_object *run = write_run(from, p);
        poison_run(run, sizeof *run);
        if (last)
            last->size = (uint32_t)units((size_t)(from - start));
        else
            first = run;
        last = run;
        *free_bytes += (size_t)(p - from);
    }
    return first;
}

static struct block *next_unswept(struct block_class *c) {
    struct block *b = c->unswept_first;
    if (b) {
        c->unswept_first = b->next;
        if (!b->next)
            c->unswept_last = NULL;
    }
    return b;
}

void blocks_sweep_all(struct blocks *s, struct block_class *classes) {
    size_t free_bytes;
    for (struct block_class *c = classes; c < classes + BLOCK_CLASSES; c++)
        for (struct block *b; (b = next_unswept(c));)
            sweep(b, s->epoch, &free_bytes);
}

static size_t live_bytes(const struct block *b) {
    return (size_t)b->live * b->cell_bytes;
}

// ------------------------------------------------------------------------------- blocks and chunks
static void append(struct block **first, struct block **last, struct block *b) {
    b->next = NULL;
    if (*last)
        (*last)->next = b;
    else
        *first = b;
    *last = b;
}

static void prepend(struct block **first, struct block **last, struct block *b) {
    b->next = *first;
    if (!*first)
        *last = b;
    *first = b;
}

// The last, or the next to be taken.
static void insert(struct block **first, struct block **last, struct block *b, bool next) {
    if (next)
        prepend(first, last, b);
    else
        append(first, last, b);
}

static void add_empty(struct blocks *s, struct block *b, bool next) {
    b->state = BLOCK_EMPTY;
    b->cell_bytes = 0;
    b->live = 0;
    insert(&s->empty_first, &s->empty_last, b, next);
}

static bool add_chunk(struct blocks *s) {
    struct chunk *chunk = memory_map(s->memory, CHUNK_BYTES, CHUNK_BYTES);
    if (!chunk)
        return false;
    if (s->youngest)
        s->youngest->younger = chunk;
    else
        s->oldest = chunk;
    s->youngest = chunk;
    s->chunk_count++;
    for (struct block *b = chunk->blocks + 1; b < chunk->blocks + CHUNK_BLOCKS; b++)
        add_empty(s, b, false);
    return true;
}

static void add_taken(struct blocks *s, struct block *b) {
    b->state = BLOCK_TAKEN;
    append(&s->taken_first, &s->taken_last, b);
}

bool blocks_take(struct blocks *s, struct block_class *c) {
    if (c->unswept_first) {
        struct block *unswept = next_unswept(c);
        s->settled_bytes -= live_bytes(unswept);
        bump_run(c, sweep(unswept, s->epoch, &c->offered_bytes));
        add_taken(s, unswept);
        return true;
    }
    if (!s->empty_first && !add_chunk(s))
        return false;
    struct block *b = s->empty_first;
    s->empty_first = b->next;
    if (!b->next)
        s->empty_last = NULL;
    add_taken(s, b);
    b->cell_bytes = (uint16_t)c->cell_bytes;
    b->cells = (uint16_t)(BLOCK_BYTES / c->cell_bytes);
    c->run = NULL;
    c->next = block_start(b);
    c->end = block_end(b);
    poison_fresh(c->next, BLOCK_BYTES);
    c->offered_bytes = (size_t)(c->end - c->next);
    return true;
}

bool blocks_give_back(struct blocks *s, struct block_class *c, struct heap_object *cell) {
    struct block *b = block_of(cell);
    bool marked = cell->flags & MARK_EPOCHS;
    write_run((char *)cell, (char *)cell + b->cell_bytes);
    if (b->state == BLOCK_UNSWEPT) { // it was live, or nobody would give it back
        b->live--;
        if (SWEPT_GENERATIONS)
            s->settled_bytes -= b->cell_bytes;
        poison_run(cell, sizeof *cell);
        return true;
    }
    if (SWEPT_GENERATIONS && b->state == BLOCK_SWEPT) {
        s->settled_bytes -= live_bytes(b);
        add_taken(s, b);
    }
    b->live = (uint16_t)(b->live - marked);
    *spare_next(cell) = c->spare;
    c->spare = cell;
    poison_run(cell, sizeof *cell + sizeof(void *));
    return false;
}

void blocks_show(struct block_class *classes) {
    for (struct block_class *c = classes; c < classes + BLOCK_CLASSES; c++)
        if (c->next != c->end)
            write_run(c->next, c->end);
}

void blocks_flush(struct block_class *classes) {
    blocks_show(classes);
    for (struct block_class *c = classes; c < classes + BLOCK_CLASSES; c++) {
        c->next = c->end = NULL;
        c->run = c->spare = NULL;
        c->offered_bytes = 0;
    }
}

// ------------------------------------------------------------------------------ after a collection
// used: the block was allocated from until now, so it is in the cache still, and the next to be taken if it has few live
// cells: then to sweep it gives much. Were it so of all, the same would be swept for ever fewer cells (sticky on cycles
// beside 1e6 live: 1.15 times the time; so it is 0.90).
static void settle(struct blocks *s, struct block_class *classes, struct block *b, bool used) {
    bool next = used && b->live <= b->cells / BLOCK_SPARSE;
    s->settled_bytes += live_bytes(b);
    if (!b->live) {
        add_empty(s, b, next);
        poison(block_start(b), BLOCK_BYTES);
    } else if (b->live < b->cells) {
        struct block_class *c = &classes[units(b->cell_bytes)];
        b->state = BLOCK_UNSWEPT;
        insert(&c->unswept_first, &c->unswept_last, b, next);
    } else {
        b->state = BLOCK_SWEPT;
    }
}

size_t blocks_sort(struct blocks *s, struct block_class *classes) {
    s->settled_bytes = 0;
    s->empty_first = s->empty_last = s->taken_first = s->taken_last = NULL;
    for (struct block_class *c = classes; c < classes + BLOCK_CLASSES; c++)
        c->unswept_first = c->unswept_last = NULL;
    BLOCKS_EACH(s, b)
    settle(s, classes, b, false);
    return s->settled_bytes;
}

size_t blocks_sort_taken(struct blocks *s, struct block_class *classes) {
    struct block *b = s->taken_first;
    s->taken_first = s->taken_last = NULL;
    while (b) {
        struct block *next = b->next;
        settle(s, classes, b, true);
        b = next;
    }
    return s->settled_bytes;
}

// Only the block at hand of a class has free cells without waiting to be swept; spare cells are in any.
static size_t class_unused_bytes(const struct block_class *c) {
    size_t bytes = (size_t)(c->end - c->next);
    for (const struct heap_object *run = c->run; run;) {
        bytes += (size_t)run->slots * BLOCK_UNIT;
        run = run->size ? object_at(block_start(block_of(run)) + (size_t)run->size * BLOCK_UNIT)
                        : NULL;
    }
    for (struct heap_object *spare = c->spare; spare; spare = *spare_next(spare))
        bytes += c->cell_bytes;
    return bytes;
}

size_t blocks_unused_bytes(const struct blocks *s, const struct block_class *classes) {
    size_t bytes = 0;
    for (const struct block_class *c = classes; c < classes + BLOCK_CLASSES; c++)
        bytes += class_unused_bytes(c);
    BLOCKS_EACH(s, b) {
        if (b->state == BLOCK_EMPTY)
            bytes += BLOCK_BYTES;
        else if (b->state == BLOCK_UNSWEPT)
            bytes += (size_t)(b->cells - b->live) * b->cell_bytes;
    }
    return bytes;
}

static bool chunk_is_empty(const struct chunk *chunk) {
    for (const struct block *b = chunk->blocks + 1; b < chunk->blocks + CHUNK_BLOCKS; b++)
        if (b->state != BLOCK_EMPTY)
            return false;
    return true;
}

static void unmap(struct blocks *s, struct chunk *chunk) {
    unpoison(chunk, CHUNK_BYTES);
    memory_unmap(s->memory, chunk, CHUNK_BYTES);
    s->chunk_count--;
}

bool blocks_surplus(const struct blocks *s, size_t keep_bytes) {
    if (s->chunk_count * CHUNK_BYTES <= keep_bytes)
        return false;
    for (const struct chunk *chunk = s->oldest; chunk; chunk = chunk->younger)
        if (chunk_is_empty(chunk))
            return true;
    return false;
}

void blocks_purge(struct blocks *s, size_t keep_bytes) {
    s->youngest = NULL;
    for (struct chunk **link = &s->oldest; *link;) {
        struct chunk *chunk = *link;
        if (s->chunk_count * CHUNK_BYTES > keep_bytes && chunk_is_empty(chunk)) {
            *link = chunk->younger;
            unmap(s, chunk);
        } else {
            s->youngest = chunk;
            link = &chunk->younger;
        }
    }
    s->empty_first = s->empty_last = NULL;
    BLOCKS_EACH(s, b)
    if (b->state == BLOCK_EMPTY)
        add_empty(s, b, false);
}

void blocks_init(struct blocks *s, struct block_class *classes, struct memory *memory) {
    *s = (struct blocks){.memory = memory};
    for (size_t i = 0; i < BLOCK_CLASSES; i++)
        classes[i] = (struct block_class){.cell_bytes = i * BLOCK_UNIT};
}

void blocks_free(struct blocks *s) {
    while (s->oldest) {
        struct chunk *chunk = s->oldest;
        s->oldest = chunk->younger;
        unmap(s, chunk);
    }
}
