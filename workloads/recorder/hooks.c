// hooks.c - the allocator's hooks: which blocks are born and die, and which of them are containers.
//
// Where the counter does not say what a block is, its place of birth does, if that has made only containers or only
// others so far; else what lies in the block. The counter does not say it in two cases: it is 0, below which it never
// falls, and a container was freed since; or the block was freed with no hook in between, +1 and -1.

#include "recorder.h"

#include <stdlib.h>

// --------------------------------------------------------------------------------------------- slots
static inline uint32_t take_slot(struct recorder *r, char *block, bool container) {
    uint32_t slot = r->unused_count ? r->unused[--r->unused_count] : r->slot_count++;
    uint32_t *place = &r->shadow[(uintptr_t)block >> 4];
    place[0] = slot + 1;
    if (container) {
        place[0] |= RECORDER_CONTAINER;
        place[1] = r->on ? ++r->containers : 0;
    }
    return slot;
}

uint32_t recorder_take_slot(struct recorder *r, char *block, bool container) {
    return take_slot(r, block, container);
}

static void give_slot(struct recorder *r, char *block) {
    uint32_t *place = &r->shadow[(uintptr_t)block >> 4];
    if (r->unused_count == r->unused_room) {
        r->unused_room = r->unused_room ? r->unused_room * 2 : 1 << 16;
        void *unused = realloc(r->unused, r->unused_room * sizeof *r->unused);
        if (!unused)
            Py_FatalError("heapbench_record: no memory");
        r->unused = unused;
    }
    r->unused[r->unused_count++] = (*place & RECORDER_SLOT) - 1;
    if (*place & RECORDER_CONTAINER)
        place[1] = 0;
    place[0] = 0;
}

uint32_t recorder_slot_of(const struct recorder *r, PyObject *o) {
    return r->shadow[((uintptr_t)o - facts_front(o)) >> 4];
}

// --------------------------------------------------------------------------------------------- types
static uint32_t type_place(const struct recorder *r, const PyTypeObject *type) {
    uint32_t place = (uint32_t)((uintptr_t)type / 16 * UINT64_C(0x9E3779B97F4A7C15) >> 50);
    while (r->types[place].type && r->types[place].type != type)
        place = (place + 1) % RECORDER_TYPES;
    return place;
}

static bool is_known(const struct recorder *r, uintptr_t type) {
    return r->types[type_place(r, (const PyTypeObject *)type)].type != NULL;
}

// Of a name what a name in a program may be: some programs make types whose names are texts of theirs, as paths.
static size_t name_length(const char *name) {
    enum { MOST_NAME = 200 };
    size_t length = 0;
    while (length < MOST_NAME &&
           (Py_ISALNUM(name[length]) || name[length] == '_' || name[length] == '.'))
        length++;
    return length;
}

uint32_t recorder_type_number(struct recorder *r, PyTypeObject *type) {
    struct recorder_type *known = &r->types[type_place(r, type)];
    if (known->type)
        return known->number;
    if (r->type_count >= RECORDER_TYPES / 2) // no room: such types are others
        return 0;
    *known = (struct recorder_type){type, ++r->type_count};
    size_t length = name_length(type->tp_name);
    recording_event(&r->writer, RECORDING_TYPE);
    recording_number(&r->writer, known->number);
    recording_number(&r->writer, facts_class(type));
    recording_number(&r->writer, length);
    for (size_t i = 0; i < length; i++)
        recording_put(&r->writer, (unsigned char)type->tp_name[i]);
    return known->number;
}

static void resolve_late(struct recorder *r) {
    PyObject *o = facts_object(r->late);
    uint32_t type = recorder_type_number(r, Py_TYPE(o));
    recording_event(&r->writer, RECORDING_LATE);
    recording_number(&r->writer, (r->shadow[(uintptr_t)r->late >> 4] & RECORDER_SLOT) - 1);
    recording_number(&r->writer, type);
    if (type && Py_TYPE(o) == &PyTuple_Type)
        recording_number(&r->writer, (uint64_t)Py_SIZE(o));
    r->late = NULL;
}

// -------------------------------------------------------------------------------------------- births
static uint32_t type_at(struct recorder *r, struct recorder_site *site, PyTypeObject *type) {
    if (site->type != type)
        *site = (struct recorder_site){site->address, site->containers, site->atoms, type,
                                       recorder_type_number(r, type)};
    return site->number;
}

static void write_container(struct recorder *r, PyObject *o) {
    const struct recorder_pending *p = &r->pending;
    uint32_t type = o && Py_TYPE(o) ? type_at(r, &r->sites[p->site], Py_TYPE(o)) : 0;
    unsigned flags =
        (p->raising ? RECORDING_RAISING : 0) | (p->site == r->generic_site ? RECORDING_GENERIC : 0);
    bool tuple = type && Py_TYPE(o) == &PyTuple_Type;
    recorder_watch(r);
    take_slot(r, p->block, true);
    r->totals.containers++;
    r->reckoned++;
    struct recording_birth birth = {(p->bytes + 7) / 8, type << 2 | flags,
                                    tuple ? (uint32_t)Py_SIZE(o) : 0};
    recording_container(&r->writer, birth, tuple);
}

static void write_atom(struct recorder *r) {
    take_slot(r, r->pending.block, false);
    r->totals.atoms++;
    recording_atom(&r->writer, (r->pending.bytes + 7) / 8);
}

// Whether a block looks like a container of a type that is known; dead: with a count of 0.
static bool looks_like_container(const struct recorder *r, const struct recorder_pending *p,
                                 bool dead) {
    const struct recorder_site *site = &r->sites[p->site];
    if (!site->containers != !site->atoms)
        return site->containers;
    PyObject *o = facts_object(p->block);
    if ((size_t)((char *)(o + 1) - p->block) > p->bytes)
        return false;
    return is_known(r, (uintptr_t)Py_TYPE(o)) && (Py_REFCNT(o) == 0) == dead;
}

// The object in the pending block; guessed: NULL if it does not look like one.
static PyObject *pending_object(const struct recorder *r, bool guessed) {
    PyObject *o = facts_object(r->pending.block);
    return guessed && !is_known(r, (uintptr_t)Py_TYPE(o)) ? NULL : o;
}

static void decide(struct recorder *r, bool container, bool guessed) {
    struct recorder_pending *p = &r->pending;
    r->totals.guessed += guessed;
    // A collection that the counter starts runs before the birth that started it returns.
    bool late = container && r->gc->collecting && !r->was_collecting &&
                *r->count > r->gc->generations[0].threshold;
    *(container ? &r->sites[p->site].containers : &r->sites[p->site].atoms) += 1;
    if (!container) {
        write_atom(r);
    } else {
        r->awaited = FACTS_SAFE_POINTS;
        write_container(r, late ? NULL : pending_object(r, guessed));
        r->late = late ? p->block : r->late;
    }
    p->block = NULL;
}

// A safe point shows in the request to collect, which the interpreter takes back there. Those in a
// collection are its own.
static inline void look_for_safe_point(struct recorder *r) {
    if (!r->awaited || r->gc->collecting || facts_is_asked(r->interpreter))
        return;
    r->awaited = false;
    recording_event(&r->writer, RECORDING_SAFE_POINT);
}

// Not within a collection, or the safe point at which it started would be taken for a later one. Where the collector is off,
// or has a threshold of 0, the interpreter would not ask; asked, it would collect (when it is off, 3.12 alone).
static inline void ask_for_safe_point(struct recorder *r) {
    const facts_gc *gc = r->gc;
    if (FACTS_SAFE_POINTS && gc->enabled && !gc->collecting && gc->generations[0].threshold &&
        !facts_is_asked(r->interpreter))
        facts_ask(r->interpreter);
}

static inline void settle(struct recorder *r, int expected) {
    int count = *r->count, change = count - r->last - expected;
    if (__builtin_expect(r->late != NULL, 0) && !r->gc->collecting)
        resolve_late(r);
    if (r->pending.block) {
        r->totals.ambiguous += change > 1;
        decide(r, change >= 1, false);
    }
    look_for_safe_point(r);
    r->last = count;
    r->was_collecting = r->gc->collecting;
}

void recorder_settle(struct recorder *r, int expected) {
    settle(r, expected);
}

// Where births come from is told by the return address, since PyObject_Malloc and its like jump to the hook. (If they
// call it, there are a few places only, and what lies in the block decides.)
static uint32_t site_of(struct recorder *r, void *address) {
    uint32_t place = (uint32_t)((uintptr_t)address * UINT64_C(0x9E3779B97F4A7C15) >> 52);
    while (r->sites[place].address && r->sites[place].address != (uintptr_t)address)
        place = (place + 1) % RECORDER_SITES;
    r->sites[place].address = (uintptr_t)address;
    return place;
}

static void *born(struct recorder *r, void *block, size_t bytes, void *site) {
    ask_for_safe_point(r);
    if (block)
        r->pending = (struct recorder_pending){block, bytes, site_of(r, site), facts_is_raising()};
    return block;
}

static void *hook_malloc(void *context, size_t bytes) {
    struct recorder_domain *d = context;
    d->recorder->totals.hooks++;
    settle(d->recorder, 0);
    return born(d->recorder, d->original.malloc(d->original.ctx, bytes), bytes,
                __builtin_return_address(0));
}

static void *hook_calloc(void *context, size_t count, size_t bytes) {
    struct recorder_domain *d = context;
    d->recorder->totals.hooks++;
    settle(d->recorder, 0);
    return born(d->recorder, d->original.calloc(d->original.ctx, count, bytes), count * bytes,
                __builtin_return_address(0));
}

static void move_slot(struct recorder *r, char *old, char *block) {
    uint32_t *from = &r->shadow[(uintptr_t)old >> 4], *to = &r->shadow[(uintptr_t)block >> 4];
    uint32_t slot = from[0], born = from[1];
    from[0] = 0;
    to[0] = slot;
    if (slot & RECORDER_CONTAINER) {
        from[1] = 0;
        to[1] = born;
    }
}

static void *hook_realloc(void *context, void *old, size_t bytes) {
    struct recorder_domain *d = context;
    struct recorder *r = d->recorder;
    r->totals.hooks++;
    settle(r, 0);
    uint32_t slot = old ? r->shadow[(uintptr_t)old >> 4] : 0;
    void *block = d->original.realloc(d->original.ctx, old, bytes);
    if (!block || !slot)
        return old && block ? block : born(r, block, bytes, __builtin_return_address(0));
    if (r->late == old)
        r->late = block;
    move_slot(r, old, block);
    r->totals.resizes++;
    recording_event(&r->writer, RECORDING_RESIZED);
    recording_number(&r->writer, (slot & RECORDER_SLOT) - 1);
    recording_number(&r->writer, (bytes + 7) / 8);
    return block;
}

// -------------------------------------------------------------------------------------------- deaths
static void write_death(struct recorder *r, char *block, uint32_t slot) {
    if (slot & RECORDER_CONTAINER && r->reckoned > 0)
        r->reckoned--;
    r->totals.frees++;
    if (__builtin_expect(slot & RECORDER_OWNED, 0))
        recording_event(&r->writer, RECORDING_OWNED);
    recording_freed(&r->writer, (slot & RECORDER_SLOT) - 1);
    give_slot(r, block);
}

// A block that dies before any other hook: born with +1, and freed with -1.
static void die_at_once(struct recorder *r, char *block) {
    bool container = looks_like_container(r, &r->pending, true);
    r->totals.ambiguous += *r->count != r->last;
    decide(r, container, true);
    look_for_safe_point(r);
    write_death(r, block, r->shadow[(uintptr_t)block >> 4]);
    r->last = *r->count;
    r->was_collecting = r->gc->collecting;
}

// A block of which the recording does not know the birth. Was it a container?
static void die_unknown(struct recorder *r) {
    if (*r->count != r->last - 1) {
        settle(r, 0);
        return;
    }
    settle(r, -1);
    r->totals.strangers++;
    r->reckoned -= r->reckoned > 0;
    recording_event(&r->writer, RECORDING_STRANGER);
}

static void die(struct recorder *r, char *block) {
    if (r->pending.block == block) {
        die_at_once(r, block);
        return;
    }
    uint32_t slot = r->shadow[(uintptr_t)block >> 4];
    if (r->late == block)
        r->late = NULL;
    if (!slot) {
        die_unknown(r);
        return;
    }
    bool container = slot & RECORDER_CONTAINER;
    if (container && r->last == 0 && r->pending.block)
        decide(r, looks_like_container(r, &r->pending, false), true);
    settle(r, container && r->last > 0 ? -1 : 0);
    write_death(r, block, slot);
}

static void hook_free(void *context, void *block) {
    struct recorder_domain *d = context;
    d->recorder->totals.hooks++;
    if (block)
        die(d->recorder, block);
    d->original.free(d->original.ctx, block);
}

// --------------------------------------------------------------------------------------------- hooks
static const PyMemAllocatorDomain domains[RECORDER_DOMAINS] = {PYMEM_DOMAIN_OBJ, PYMEM_DOMAIN_MEM};

void recorder_hook(struct recorder *r) {
    r->last = r->reckoned = *r->count;
    for (int i = 0; i < RECORDER_DOMAINS; i++) {
        r->domains[i].recorder = r;
        PyMem_GetAllocator(domains[i], &r->domains[i].original);
        PyMemAllocatorEx hooks = {&r->domains[i], hook_malloc, hook_calloc, hook_realloc,
                                  hook_free};
        PyMem_SetAllocator(domains[i], &hooks);
    }
}

void recorder_unhook(struct recorder *r) {
    for (int i = 0; i < RECORDER_DOMAINS; i++)
        PyMem_SetAllocator(domains[i], &r->domains[i].original);
}
