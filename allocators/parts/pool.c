// pool.c - blocks and chunks of small cells: where they come from, and when they go back.

#include "parts/pool.h"

#include <assert.h>
#include <stdlib.h>

// Fresh cells are put on the free list this many bytes at a time: about a page, so that a page is
// touched when its cells are about to be used, and not before.
enum { POOL_CARVE_BYTES = 4096 };

// A full block is used again when one in this many of its cells is free. Programs that replace
// objects at random would otherwise find one free cell in each block and take the slow path every
// time: a list of boxed integers overwritten at random costs 106 instructions per operation, not
// 158.
enum { POOL_WAIT_SHARE = 16 };

// Empty chunks that are kept: a program whose heap grows and shrinks would otherwise map and touch
// the same pages again and again, at 0.7 to 2 us a page. The share makes the limit follow large
// heaps.
enum { POOL_KEEP_CHUNKS = 4, POOL_KEEP_SHARE = 8 };

// What pool_shrink gives back at a time.
enum { POOL_SHRINK_BYTES = POOL_CHUNK_BYTES / 8 };

struct pool_chunk {
    struct pool_block blocks[POOL_BLOCKS];
    struct pool_link link;
    uint64_t free_blocks; // bit i: block i is free
};

// ------------------------------------------------------------------------------------------- links
static void link_init(struct pool_link *l) {
    l->next = l->prev = l;
}

static bool link_is_empty(const struct pool_link *list) {
    return list->next == list;
}

static void link_remove(struct pool_link *l) {
    l->prev->next = l->next;
    l->next->prev = l->prev;
}

// Insert l after where; after list->prev is the end of the list, after the list itself its
// start.
static void link_insert(struct pool_link *where, struct pool_link *l) {
    l->next = where->next;
    l->prev = where;
    where->next->prev = l;
    where->next = l;
}

static struct pool_block *block_of_link(struct pool_link *l) {
    return (struct pool_block *)(void *)((char *)l - offsetof(struct pool_block, link));
}

static struct pool_chunk *chunk_of_link(struct pool_link *l) {
    return (struct pool_chunk *)(void *)((char *)l - offsetof(struct pool_chunk, link));
}

static struct pool_chunk *chunk_of(struct pool_block *b) {
    return (struct pool_chunk *)((uintptr_t)b & ~(uintptr_t)(POOL_CHUNK_BYTES - 1));
}

// --------------------------------------------------------------------------------- cells by malloc
// What lies in front of such a cell, if p->track_bytes says so.
struct tracked_cell {
    struct pool_link link;
    size_t bytes;
    size_t kind;
};

// track - the cell in a block of memory. untrack - the block of a cell.
static void *track(struct pool *p, void *block, enum pool_kind kind, size_t bytes) {
    struct tracked_cell *t = block;
    if (!p->track_bytes)
        return block;
    t->bytes = bytes;
    t->kind = kind;
    link_insert(&p->tracked, &t->link);
    return t + 1;
}

static void *untrack(struct pool *p, void *cell, size_t bytes) {
    struct tracked_cell *t = (struct tracked_cell *)cell - 1;
    if (!p->track_bytes)
        return cell;
    assert(t->bytes == bytes && "a cell is freed with the size it was made with");
    (void)bytes;
    link_remove(&t->link);
    return t;
}

__attribute__((noinline)) static void *tracked_from_malloc(struct pool *p, enum pool_kind kind,
                                                           size_t bytes) {
    void *block = memory_malloc(p->memory, p->track_bytes + bytes);
    return block ? track(p, block, kind, bytes) : NULL;
}

void pool_free_slow(struct pool *p, void *cell, size_t bytes) {
    if (!p->track_bytes)
        memory_free(p->memory, cell, bytes);
    else
        memory_free(p->memory, untrack(p, cell, bytes), p->track_bytes + bytes);
}

// On failure the old block stays, and is tracked again.
static bool cell_resize(struct pool *p, enum pool_kind kind, void **cell, size_t old_bytes,
                        size_t bytes) {
    size_t front = p->track_bytes;
    void *block = untrack(p, *cell, old_bytes);
    void *moved = memory_resize(p->memory, block, front + old_bytes, front + bytes);
    *cell = track(p, moved ? moved : block, kind, moved ? bytes : old_bytes);
    return moved;
}

// ------------------------------------------------------------------------------------------ blocks
// Frees of a full block until it is used again. A block has at least 16 cells.
static uint32_t block_wait(const struct pool_block *b) {
    return (b->capacity + POOL_WAIT_SHARE - 1u) / POOL_WAIT_SHARE;
}

static char *block_start(struct pool_block *b) {
    struct pool_chunk *c = chunk_of(b);
    size_t i = (size_t)(b - c->blocks);
    return i ? (char *)c + i * POOL_BLOCK_BYTES : (char *)(c + 1);
}

static size_t block_bytes(struct pool_block *b) {
    size_t taken = b == chunk_of(b)->blocks ? sizeof(struct pool_chunk) : 0;
    return POOL_BLOCK_BYTES - taken;
}

// Put the next fresh cells on the free list, which is empty, in order of their addresses.
static void block_carve(struct pool_block *b) {
    size_t bytes = (size_t)b->size * 8, count = (size_t)(b->capacity - b->carved);
    size_t batch = POOL_CARVE_BYTES / bytes;
    if (count > batch)
        count = batch;
    char *first = block_start(b) + b->carved * bytes;
    unpoison(first, count * bytes);
    for (size_t i = 0; i < count; i++) {
        struct pool_cell *cell = (struct pool_cell *)(void *)(first + i * bytes);
        cell->next = i + 1 < count ? (struct pool_cell *)(void *)(first + (i + 1) * bytes) : NULL;
    }
    poison(first, count * bytes);
    b->free = (struct pool_cell *)(void *)first;
    b->carved = (uint16_t)(b->carved + count);
}

static struct pool_chunk *chunk_new(struct pool *p) {
    struct pool_chunk *c = memory_map(p->memory, POOL_CHUNK_BYTES, POOL_CHUNK_BYTES);
    if (!c)
        return NULL;
    c->free_blocks = ~(uint64_t)0;
    link_insert(&p->chunks, &c->link);
    poison(c + 1, POOL_CHUNK_BYTES - sizeof *c);
    p->chunk_count++;
    p->empty_chunks++;
    return c;
}

static void chunk_free(struct pool *p, struct pool_chunk *c) {
    link_remove(&c->link);
    p->chunk_count--;
    unpoison(c, POOL_CHUNK_BYTES);
    memory_unmap(p->memory, c, POOL_CHUNK_BYTES);
}

// A block for this class, from the first chunk that has one free.
static struct pool_block *block_new(struct pool *p, enum pool_kind kind, size_t size) {
    struct pool_chunk *c = link_is_empty(&p->chunks) ? chunk_new(p) : chunk_of_link(p->chunks.next);
    if (!c)
        return NULL;
    if (!~c->free_blocks)
        p->empty_chunks--;
    struct pool_block *b = &c->blocks[__builtin_ctzll(c->free_blocks)];
    c->free_blocks &= c->free_blocks - 1;
    if (!c->free_blocks) {
        link_remove(&c->link);
        link_insert(p->full_chunks.prev, &c->link);
    }
    *b = (struct pool_block){.size = (uint16_t)size, .kind = (uint8_t)kind};
    b->capacity = (uint16_t)(block_bytes(b) / (size * 8));
    block_carve(b);
    return b;
}

bool pool_has_slack(const struct pool *p) {
    size_t used = p->chunk_count - p->empty_chunks;
    return p->empty_chunks > POOL_KEEP_CHUNKS + used / POOL_KEEP_SHARE;
}

static void chunk_drop(struct pool *p) {
    p->empty_chunks--;
    p->shrunk_bytes = 0;
    chunk_free(p, chunk_of_link(p->chunks.prev));
}

// From its end, since its start says what it is. If another becomes the last meanwhile, or blocks of this one are used
// again, their pages come when they are touched.
void pool_shrink(struct pool *p) {
    p->shrunk_bytes += POOL_SHRINK_BYTES;
    if (p->shrunk_bytes == POOL_CHUNK_BYTES)
        chunk_drop(p);
    else
        memory_discard((char *)chunk_of_link(p->chunks.prev) + POOL_CHUNK_BYTES - p->shrunk_bytes,
                       POOL_SHRINK_BYTES);
}

// Give back a block without live cells, and empty chunks beyond those that are kept; they are the
// last of their list.
static void block_free(struct pool *p, struct pool_block *b) {
    struct pool_chunk *c = chunk_of(b);
    b->capacity = 0;
    link_remove(&c->link);
    c->free_blocks |= (uint64_t)1 << (b - c->blocks);
    if (~c->free_blocks) {
        link_insert(&p->chunks, &c->link);
        return;
    }
    link_insert(p->chunks.prev, &c->link);
    p->empty_chunks++;
    // Each chunk that empties lowers what may be kept, so more than one can be too many.
    while (!p->gradual && pool_has_slack(p))
        chunk_drop(p);
}

// -------------------------------------------------------------------------------------- operations
void pool_init(struct pool *p, struct memory *memory, bool from_malloc) {
    memset(p, 0, sizeof *p);
    p->memory = memory;
    p->max_bytes = from_malloc ? 0 : POOL_MAX_BYTES;
    for (int kind = 0; kind < POOL_KINDS; kind++) {
        for (size_t size = 0; size < POOL_SIZES; size++) {
            p->current[kind][size] = &p->none;
            link_init(&p->rooms[kind][size]);
        }
    }
    link_init(&p->chunks);
    link_init(&p->full_chunks);
    link_init(&p->tracked);
    p->track_bytes = sizeof(struct tracked_cell);
#ifdef NDEBUG
    if (from_malloc)
        p->track_bytes = 0;
#endif
}

void pool_free_all(struct pool *p) {
    if (!p->memory)
        return; // never initialised
    while (!link_is_empty(&p->chunks))
        chunk_free(p, chunk_of_link(p->chunks.next));
    while (!link_is_empty(&p->full_chunks))
        chunk_free(p, chunk_of_link(p->full_chunks.next));
    while (!link_is_empty(&p->tracked)) {
        struct tracked_cell *t = (struct tracked_cell *)(void *)p->tracked.next;
        pool_free_slow(p, t + 1, t->bytes);
    }
}

// A cell from the class's next block. Not inlined, so that a cell from malloc has no registers to
// save for it.
__attribute__((noinline)) static void *cell_from_block(struct pool *p, enum pool_kind kind,
                                                       size_t bytes) {
    size_t size = (bytes + 7) / 8;
    struct pool_block **current = &p->current[kind][size], *b = *current;
    if (b->carved < b->capacity) {
        block_carve(b);
        return pool_take(p, kind, bytes);
    }
    if (b != &p->none) {
        b->full = true;
        b->frees_left = block_wait(b);
        *current = &p->none;
    }
    struct pool_link *rooms = &p->rooms[kind][size];
    if (!link_is_empty(rooms)) {
        b = block_of_link(rooms->next);
        link_remove(&b->link);
    } else {
        b = block_new(p, kind, size);
        if (!b)
            return NULL;
    }
    b->frees_left = POOL_CURRENT;
    *current = b;
    return pool_take(p, kind, bytes);
}

void *pool_alloc_slow(struct pool *p, enum pool_kind kind, size_t bytes) {
    if (bytes <= p->max_bytes)
        return cell_from_block(p, kind, bytes);
    return p->track_bytes ? tracked_from_malloc(p, kind, bytes) : memory_malloc(p->memory, bytes);
}

void pool_freed_slow(struct pool *p, struct pool_block *b) {
    if (b->full) {
        b->full = false;
        b->frees_left = b->capacity - block_wait(b);
        link_insert(&p->rooms[b->kind][b->size], &b->link);
    } else if (p->current[b->kind][b->size] == b) {
        b->frees_left = POOL_CURRENT;
    } else {
        link_remove(&b->link);
        block_free(p, b);
    }
}

bool pool_resize(struct pool *p, enum pool_kind kind, void **cell, size_t old_bytes, size_t bytes) {
    void *moved = NULL;
    if (bytes > p->max_bytes && old_bytes > p->max_bytes)
        return cell_resize(p, kind, cell, old_bytes, bytes);
    if (bytes && !(moved = pool_alloc(p, kind, bytes)))
        return false;
    if (old_bytes && moved)
        memcpy(moved, *cell, bytes < old_bytes ? bytes : old_bytes);
    if (old_bytes)
        pool_free(p, *cell, old_bytes);
    *cell = moved;
    return true;
}

// -------------------------------------------------------------------------------------- inspection
// One bit per cell of a block.
struct cell_set {
    uint64_t bits[POOL_BLOCK_BYTES / 8 / 64];
};

static bool set_has(const struct cell_set *s, size_t i) {
    return s->bits[i / 64] >> i % 64 & 1;
}

// The cells on the block's free list, in *free. Returns how many, or SIZE_MAX when the list is
// broken.
static size_t block_free_cells(struct pool_block *b, struct cell_set *free) {
    size_t bytes = (size_t)b->size * 8, count = 0;
    memset(free, 0, sizeof *free);
    struct pool_cell *next;
    for (struct pool_cell *cell = b->free; cell; cell = next, count++) {
        size_t offset = (size_t)((char *)cell - block_start(b)), i = offset / bytes;
        if (offset % bytes || i >= b->carved || set_has(free, i))
            return SIZE_MAX;
        free->bits[i / 64] |= (uint64_t)1 << i % 64;
        unpoison(cell, sizeof cell->next);
        next = cell->next;
        poison(cell, sizeof cell->next);
    }
    return count;
}

static void walk_block(struct pool_block *b, void (*visit)(void *context, void *cell),
                       void *context) {
    struct cell_set free;
    block_free_cells(b, &free);
    for (size_t i = 0; i < b->carved; i++)
        if (!set_has(&free, i))
            visit(context, block_start(b) + i * b->size * 8);
}

static void walk_chunks(const struct pool_link *list, enum pool_kind kind,
                        void (*visit)(void *context, void *cell), void *context) {
    for (struct pool_link *l = list->next; l != list; l = l->next)
        for (int i = 0; i < POOL_BLOCKS; i++) {
            struct pool_block *b = &chunk_of_link(l)->blocks[i];
            if (b->capacity && b->kind == kind)
                walk_block(b, visit, context);
        }
}

void pool_walk(const struct pool *p, enum pool_kind kind, void (*visit)(void *context, void *cell),
               void *context) {
    walk_chunks(&p->chunks, kind, visit, context);
    walk_chunks(&p->full_chunks, kind, visit, context);
    for (struct pool_link *l = p->tracked.next; l != &p->tracked; l = l->next) {
        struct tracked_cell *t = (struct tracked_cell *)(void *)l;
        if (t->kind == kind)
            visit(context, t + 1);
    }
}

bool pool_walks_all(const struct pool *p) {
    return p->track_bytes != 0;
}

// Only of a current block does nobody know how many of its cells are live, and there is one for a class.
static size_t block_live(const struct pool *p, struct pool_block *b) {
    struct cell_set free;
    if (b->full)
        return b->capacity - (block_wait(b) - b->frees_left);
    return p->current[b->kind][b->size] == b ? b->carved - block_free_cells(b, &free)
                                             : b->frees_left;
}

static size_t chunks_unused_bytes(const struct pool *p, const struct pool_link *list) {
    size_t bytes = 0;
    for (struct pool_link *l = list->next; l != list; l = l->next)
        for (int i = 0; i < POOL_BLOCKS; i++) {
            struct pool_block *b = &chunk_of_link(l)->blocks[i];
            bytes += b->capacity ? (b->capacity - block_live(p, b)) * b->size * 8 : block_bytes(b);
        }
    return bytes;
}

size_t pool_unused_bytes(const struct pool *p) {
    return chunks_unused_bytes(p, &p->chunks) + chunks_unused_bytes(p, &p->full_chunks);
}

static const char *check_block(const struct pool *p, struct pool_block *b) {
    struct cell_set free;
    size_t free_cells = block_free_cells(b, &free), live = b->carved - free_cells;
    bool current = p->current[b->kind][b->size] == b;
    if (free_cells == SIZE_MAX)
        return "a free list holds each free cell of its block once";
    if (b->full)
        return free_cells == block_wait(b) - b->frees_left && b->carved == b->capacity
                   ? NULL
                   : "a full block counts its frees";
    if (current)
        return NULL;
    if (b->frees_left != live)
        return "a block with room knows how many of its cells are live";
    if (!live || !free_cells || b->link.next->prev != &b->link)
        return "a block that waits has live and free cells";
    return NULL;
}

static const char *check_chunks(const struct pool *p, const struct pool_link *list) {
    for (struct pool_link *l = list->next; l != list; l = l->next) {
        struct pool_chunk *c = chunk_of_link(l);
        if ((list == &p->full_chunks) != !c->free_blocks)
            return "a chunk is full when it has no free block";
        for (int i = 0; i < POOL_BLOCKS; i++) {
            if ((c->free_blocks >> i & 1) != !c->blocks[i].capacity)
                return "a free block has no capacity";
            const char *broken = c->blocks[i].capacity ? check_block(p, &c->blocks[i]) : NULL;
            if (broken)
                return broken;
        }
    }
    return NULL;
}

static const char *check_empty_chunks(const struct pool *p) {
    size_t empty = 0;
    for (struct pool_link *l = p->chunks.next; l != &p->chunks; l = l->next) {
        if (!~chunk_of_link(l)->free_blocks)
            empty++;
        else if (empty)
            return "empty chunks are the last that are used again";
    }
    return empty == p->empty_chunks ? NULL : "empty chunks are counted";
}

const char *pool_check(const struct pool *p) {
    const char *broken = check_empty_chunks(p);
    if (!broken)
        broken = check_chunks(p, &p->chunks);
    return broken ? broken : check_chunks(p, &p->full_chunks);
}
