// verify.c - heap_verify where objects have counts.
//
// A census of all objects is taken: first of those that the strategy can enumerate, then of those
// that registers and slots refer to. Then everything that operations.h promises is compared: counts
// with references, counters with sums, the intern table with the interned atoms, cells with
// objects.

#include "heap.h"

#include "parts/census.h"

struct audit {
    struct heap *h;
    struct census census;
    const char *broken; // the first broken invariant
    bool partial;       // some objects are not known, and may hold references
    uint64_t references, requested_bytes, arrays, interned, owners, guarded;
    uint32_t int_references[SMALL_INTS];
};

static void audit_fail(struct audit *a, const char *invariant) {
    if (!a->broken)
        a->broken = invariant;
}

static struct census_entry *audit_add(struct audit *a, struct heap_object *o) {
    struct census_entry *e = census_add(&a->census, o);
    if (!e)
        audit_fail(a, "there is memory to verify the heap");
    return e;
}

static void audit_visit(void *audit, struct heap_object *o) {
    struct audit *a = audit;
    if (census_find(&a->census, o))
        audit_fail(a, "an object is enumerated once");
    else
        audit_add(a, o);
}

// Note a reference to o. A register's may not be counted.
static void audit_reference(struct audit *a, struct heap_object *o, unsigned counted) {
    if (!o)
        return;
    a->references += counted;
    size_t from_ints = (size_t)((char *)o - (char *)a->h->common.small_ints);
    if (from_ints < SMALL_INTS * sizeof(struct small_int)) {
        a->int_references[from_ints / sizeof(struct small_int)] += counted;
        return;
    }
    struct census_entry *e = census_find(&a->census, o);
    if (!e && counted_enumerates(a->h, o)) {
        audit_fail(a, "a reference is to an object that is held");
        return;
    }
    if (!e)
        e = audit_add(a, o);
    if (e)
        e->references += counted;
}

static void audit_interned(struct audit *a, const struct heap_object *o) {
    const struct intern_table *table = &a->h->common.interned;
    size_t bytes = counted_payload_bytes(o);
    const void *key = counted_payload(o);
    a->interned++;
    if (!table->entries || intern_find(table, intern_hash(key, bytes), key, bytes, counted_payload,
                                       counted_payload_bytes)
                                   ->object != o)
        audit_fail(a, "an interned atom is found by its value");
}

// An object's own content, and the references in it.
static void audit_object(struct audit *a, const struct heap_object *o) {
    size_t length = counted_length(o);
    if (counted_is_list(o)) {
        a->requested_bytes += counted_list(o)->capacity * sizeof(void *);
        a->arrays += counted_list(o)->capacity != 0;
        if (length > counted_list(o)->capacity)
            audit_fail(a, "a list's elements fit its array");
    } else {
        a->requested_bytes += length * sizeof(void *) + counted_payload_bytes(o);
    }
    a->guarded += counted_is_guarded(o);
    if (counted_is_atom(o) && external_has(&a->h->common.external, o))
        a->owners++;
    else if (counted_is_atom(o) && o->shape & COUNTED_INTERNED)
        audit_interned(a, o);
    for (size_t i = 0; i < length && !a->broken; i++)
        audit_reference(a, counted_slots(o)[i], 1);
}

// Whether a counter agrees with what was found. Objects that are not known may account for the
// rest.
static bool audit_agrees(const struct audit *a, uint64_t counted, uint64_t found) {
    return counted == found || (a->partial && counted > found);
}

// What an object's count says. Where objects wait to be freed, the highest bit is their mark.
static uint32_t audit_count(const struct heap_object *o) {
    uint32_t count = counted_count(o);
    return COUNTED_PROMPT ? count : count & (COUNTED_FOREVER - 1);
}

static void audit_counts(struct audit *a) {
    for (size_t i = 0; i < a->census.count; i++) {
        const struct census_entry *e = &a->census.entries[i];
        if (!audit_agrees(a, audit_count(e->object), e->references))
            audit_fail(a, "a count is the number of references");
    }
    for (size_t i = 0; i < SMALL_INTS; i++) {
        uint32_t count = counted_count(&a->h->common.small_ints[i].object);
        if (!audit_agrees(a, count - COUNTED_FOREVER, a->int_references[i]))
            audit_fail(a, "a small int's count is the number of references");
    }
}

static void audit_cell(void *cells, void *cell) {
    (void)cell;
    ++*(uint64_t *)cells;
}

static void audit_counters(struct audit *a) {
    const struct heap_counters *c = &a->h->common.counters;
    uint64_t born = COUNTED_REGISTERS ? c->objects_allocated : 0;
    if (!audit_agrees(a, c->objects_allocated - c->objects_freed, a->census.count))
        audit_fail(a, "objects allocated less objects freed are the objects held");
    if (!audit_agrees(a, c->bytes_allocated - c->bytes_freed, a->requested_bytes))
        audit_fail(a, "bytes allocated less bytes freed are the bytes held");
    if (!audit_agrees(a, born + c->rc_increments - c->rc_decrements, a->references))
        audit_fail(a, "births and raised counts less lowered ones are the references");
}

static void audit_cells(struct audit *a) {
    struct heap *h = a->h;
    uint64_t objects = 0, arrays = 0;
    if (!audit_agrees(a, h->common.external.blocks.count, a->owners))
        audit_fail(a, "a block outside of the heap has an owner");
    if (!audit_agrees(a, h->common.guards.guarded, a->guarded))
        audit_fail(a, "guarded objects are counted");
    if (!audit_agrees(a, h->common.interned.count, a->interned))
        audit_fail(a, "the intern table holds nothing else than the interned atoms");
    if (!pool_walks_all(&h->common.pool))
        return;
    pool_walk(&h->common.pool, POOL_OBJECTS, audit_cell, &objects);
    pool_walk(&h->common.pool, POOL_ARRAYS, audit_cell, &arrays);
    if (objects != a->census.count)
        audit_fail(a, "a cell for objects holds an object");
    if (arrays != a->arrays)
        audit_fail(a, "a cell for arrays holds the elements of a list");
}

// ------------------------------------------------------------------------------------ what is
// known
struct visit_cells {
    counted_visit *visit;
    void *audit;
};

// The first word of a cell is the header of an object, whose count is not 0, or a wide word; see
// counted_wide_word.
static void visit_cell(void *context, void *cell) {
    struct visit_cells *v = context;
    struct heap_object *o = cell;
    v->visit(v->audit, counted_count(o) ? o : o + 1);
}

void counted_visit_cells(struct heap *h, counted_visit *visit, void *audit) {
    struct visit_cells v = {visit, audit};
    pool_walk(&h->common.pool, POOL_OBJECTS, visit_cell, &v);
}

const char *heap_verify(struct heap *h) {
    struct audit a = {.h = h, .broken = counted_check(h), .partial = !counted_enumerates_all(h)};
    if (!a.broken)
        a.broken = pool_check(&h->common.pool);
    if (a.broken)
        return a.broken;
    counted_enumerate(h, audit_visit, &a);
    ROOTS_EACH(&h->common.roots, reg)
    audit_reference(&a, reg->object, COUNTED_REGISTERS);
    GUARDS_EACH(&h->common.guards, waiting)
    audit_reference(&a, *waiting, 1);
    for (size_t i = 0; i < a.census.count && !a.broken; i++)
        audit_object(&a, a.census.entries[i].object);
    if (!a.broken) {
        audit_counts(&a);
        audit_cells(&a);
        if (HEAP_COUNTING)
            audit_counters(&a);
    }
    census_free(&a.census);
    return a.broken;
}
