// random_test.c - every strategy: a long random program against a model that never frees.
//
// The model holds every object that the program made: its kind, payload and references, by number.
// Every few hundred operations the heap is walked from all registers in step with the model: the
// reachable graphs must be the same, and what is held must be what is live where the strategy
// claims so.

#include "contract.h"

enum {
    OPERATIONS = CONTRACT_STRESS ? 2000 : 40000,
    BETWEEN_WALKS = 400,
    REGISTERS = 64,
    MORE_REGISTERS = 8, // of each further frame
    FRAMES = 5,
    NAMES = 300, // values to intern
};

// A reference in the model: the number of an object plus one, or 0 for empty.
typedef uint32_t ref;

struct model_object {
    enum heap_kind kind;
    bool uncounted; // a small int: in no counter
    bool dies_with_region;
    bool fixed; // a tuple: nothing is stored into it
    bool dict;
    size_t bytes;
    uint64_t seed; // of the payload
    size_t length, capacity;
    ref *slots;
    struct heap_reg *at; // during a walk: the register that holds it
    int64_t references;  // during a walk: from registers and live objects
};

struct world {
    struct heap *heap;
    uint64_t random;
    bool acyclic; // containers refer to older objects only
    bool in_region, long_lived;
    struct model_object *objects;
    size_t count, capacity;
    struct heap_reg *registers[REGISTERS + MORE_REGISTERS * FRAMES];
    ref held[REGISTERS + MORE_REGISTERS * FRAMES]; // what the registers refer to
    size_t register_count;
    ref ints[HEAP_INT_MAX - HEAP_INT_MIN + 1], names[NAMES];
};

static size_t draw(struct world *w, size_t below) {
    return random_next(&w->random) % below;
}

static struct model_object *model_object(struct world *w, ref a) {
    return &w->objects[a - 1];
}

static ref model_add(struct world *w, struct model_object object) {
    if (w->count == w->capacity) {
        w->capacity = w->capacity * 2 + 1000;
        w->objects = realloc(w->objects, w->capacity * sizeof *w->objects);
        assert_non_null(w->objects);
    }
    object.dies_with_region = w->in_region && !w->long_lived && !object.uncounted;
    object.capacity = object.length;
    object.slots = calloc(object.length + 1, sizeof *object.slots);
    assert_non_null(object.slots);
    w->objects[w->count] = object;
    return (ref)++w->count;
}

// A register that holds a container of at least this length, of this kind or any; or -1 if none is
// near.
static int find_container(struct world *w, bool list, size_t length) {
    for (size_t n = 0, i = draw(w, w->register_count); n < 30; n++) {
        i = (i + 1) % w->register_count;
        if (!w->held[i])
            continue;
        struct model_object *o = model_object(w, w->held[i]);
        if (o->length >= length && o->kind != HEAP_ATOM && (!list || o->kind == HEAP_LIST))
            return (int)i;
    }
    return -1;
}

static bool may_refer(struct world *w, size_t container, size_t to) {
    return !w->acyclic || w->held[to] < w->held[container];
}

// -------------------------------------------------------------------------------------- operations
static void new_object(struct world *w, size_t dst) {
    struct model_object o = {.kind = (enum heap_kind)draw(w, 3), .seed = w->count};
    if (o.kind == HEAP_NODE) {
        o.length = draw(w, 100) ? draw(w, 7) : draw(w, 500);
        o.dict = o.length && draw(w, 4) == 0;
    }
    if (o.kind != HEAP_LIST && !o.dict)
        o.bytes = draw(w, 50) ? draw(w, 60) : draw(w, 9000);
    struct heap_reg *r = w->registers[dst];
    if (o.kind == HEAP_ATOM && draw(w, 8) == 0) {
        o.bytes = HEAP_EXTERNAL_PAYLOAD;
        contract_ok(heap_new_external(w->heap, r, draw(w, 500)));
    } else if (o.kind == HEAP_ATOM)
        contract_ok(heap_new_atom(w->heap, r, o.bytes));
    else if (o.dict)
        contract_ok(heap_new_dict(w->heap, r, o.length));
    else if (o.kind == HEAP_NODE)
        contract_ok(heap_new_node(w->heap, r, o.length, o.bytes));
    else
        contract_ok(heap_new_list(w->heap, r));
    contract_fill(heap_payload(w->heap, r), o.bytes, o.seed);
    w->held[dst] = model_add(w, o);
}

// What outlives the region could not be kept from referring to what does not.
static void new_tuple(struct world *w, size_t dst) {
    int list = find_container(w, true, 1);
    if (list < 0 || (w->in_region && w->long_lived))
        return;
    ref from = w->held[list];
    struct model_object o = {
        .kind = HEAP_NODE, .fixed = true, .length = model_object(w, from)->length};
    if (o.length > HEAP_MAX_SLOTS)
        return;
    contract_ok(heap_new_tuple(w->heap, w->registers[dst], w->registers[list]));
    w->held[dst] = model_add(w, o);
    memcpy(model_object(w, w->held[dst])->slots, model_object(w, from)->slots,
           o.length * sizeof(ref));
}

static void new_value(struct world *w, size_t dst) {
    int value = (int)draw(w, NAMES) + HEAP_INT_MIN - 10;
    if (draw(w, 2)) {
        size_t name = draw(w, NAMES), bytes = name % 40 + 2;
        char key[64];
        contract_fill(key, bytes, name);
        contract_ok(heap_intern(w->heap, w->registers[dst], key, bytes));
        if (!w->names[name]) {
            w->names[name] = model_add(w, (struct model_object){.bytes = bytes, .seed = name});
            model_object(w, w->names[name])->dies_with_region = false;
        }
        w->held[dst] = w->names[name];
        return;
    }
    contract_ok(heap_small_int(w->heap, w->registers[dst], value));
    bool canonical = value >= HEAP_INT_MIN && value <= HEAP_INT_MAX;
    struct model_object o = {.bytes = 8, .uncounted = canonical, .seed = UINT64_MAX};
    if (!canonical) { // give it the payload that all other atoms have
        o.seed = w->count;
        contract_fill(heap_payload(w->heap, w->registers[dst]), 8, o.seed);
        w->held[dst] = model_add(w, o);
        return;
    }
    ref *known = &w->ints[value - HEAP_INT_MIN];
    if (!*known)
        *known = model_add(w, o);
    w->held[dst] = *known;
}

// What is lent can be read, and copied even over the register that leads to it.
static void load(struct world *w, size_t dst, size_t container, size_t i) {
    ref expected = model_object(w, w->held[container])->slots[i];
    struct heap_reg *spare = heap_enter(w->heap, 1);
    assert_non_null(spare);
    const struct heap_reg *lent = heap_borrow(w->heap, spare, w->registers[container], i);
    assert_int_equal(heap_is_empty(w->heap, lent), !expected);
    if (expected) {
        const struct model_object *o = model_object(w, expected);
        assert_int_equal(heap_kind(w->heap, lent), o->kind);
        assert_int_equal(heap_length(w->heap, lent), o->length);
        if (!o->uncounted)
            assert_true(contract_filled(heap_payload(w->heap, lent), o->bytes, o->seed));
    }
    if (draw(w, 2))
        heap_copy(w->heap, w->registers[dst], lent);
    else
        heap_load(w->heap, w->registers[dst], w->registers[container], i);
    heap_leave(w->heap);
    w->held[dst] = expected;
}

static void store(struct world *w, size_t container, size_t i, size_t src) {
    model_object(w, w->held[container])->slots[i] = w->held[src];
    if (model_object(w, w->held[container])->dict) {
        contract_ok(heap_put(w->heap, w->registers[container], i, w->registers[src]));
        return;
    }
    if (draw(w, 3)) {
        heap_store(w->heap, w->registers[container], i, w->registers[src]);
        return;
    }
    heap_move(w->heap, w->registers[container], i, w->registers[src]);
    assert_true(heap_is_empty(w->heap, w->registers[src]));
    w->held[src] = 0;
}

static void load_or_store(struct world *w, size_t other) {
    int container = find_container(w, false, 1);
    if (container < 0)
        return;
    size_t i = draw(w, model_object(w, w->held[container])->length);
    if (draw(w, 3) == 0)
        load(w, other, (size_t)container, i);
    else if (!model_object(w, w->held[container])->fixed && may_refer(w, (size_t)container, other))
        store(w, (size_t)container, i, other);
}

static void append(struct world *w, size_t src) {
    int list = find_container(w, true, 0);
    if (list < 0 || !may_refer(w, (size_t)list, src))
        return;
    struct model_object *o = model_object(w, w->held[list]);
    for (size_t repeat = draw(w, 20) ? 1 : 100; repeat > 0; repeat--) {
        if (o->length >= o->capacity) {
            o->capacity = o->capacity * 2 + 4;
            o->slots = realloc(o->slots, o->capacity * sizeof *o->slots);
            assert_non_null(o->slots);
        }
        contract_ok(heap_append(w->heap, w->registers[list], w->registers[src]));
        o->slots[o->length++] = w->held[src];
    }
}

static void pop_or_truncate(struct world *w, size_t dst) {
    int list = find_container(w, true, 1);
    if (list < 0)
        return;
    struct model_object *o = model_object(w, w->held[list]);
    if (draw(w, 4)) {
        heap_pop(w->heap, w->registers[dst], w->registers[list]);
        w->held[dst] = o->slots[--o->length];
    } else {
        o->length = draw(w, o->length + 1);
        heap_truncate(w->heap, w->registers[list], o->length);
    }
}

static void change_register(struct world *w, size_t dst) {
    size_t src = draw(w, w->register_count);
    if (draw(w, 3)) {
        heap_copy(w->heap, w->registers[dst], w->registers[src]);
        w->held[dst] = w->held[src];
    } else {
        heap_clear(w->heap, w->registers[dst]);
        w->held[dst] = 0;
    }
}

static void enter_or_leave(struct world *w) {
    bool deepest = w->register_count == REGISTERS + MORE_REGISTERS * FRAMES;
    if (w->register_count > REGISTERS && (deepest || draw(w, 2))) {
        heap_leave(w->heap);
        w->register_count -= MORE_REGISTERS;
        return;
    }
    struct heap_reg *r = heap_enter(w->heap, MORE_REGISTERS);
    assert_non_null(r);
    for (size_t i = 0; i < MORE_REGISTERS; i++) {
        w->registers[w->register_count] = &r[i];
        w->held[w->register_count++] = 0;
    }
}

// ------------------------------------------------------------------------------------------- walks
// Registers and model in step: the object of `from` is object `to` of the model.
static void meet(struct world *w, struct heap_reg *frame, size_t *found,
                 const struct heap_reg *from, ref to) {
    assert_int_equal(heap_is_empty(w->heap, from), to == 0);
    if (!to)
        return;
    struct model_object *o = model_object(w, to);
    o->references++;
    if (o->at) {
        assert_true(heap_same(w->heap, o->at, from));
        return;
    }
    o->at = &frame[(*found)++];
    heap_copy(w->heap, o->at, from);
}

static void check_object(struct world *w, const struct model_object *o) {
    assert_int_equal(heap_kind(w->heap, o->at), o->kind);
    assert_int_equal(heap_length(w->heap, o->at), o->length);
    assert_int_equal(heap_payload_bytes(w->heap, o->at), o->bytes);
    if (!o->uncounted)
        assert_true(contract_filled(heap_payload(w->heap, o->at), o->bytes, o->seed));
}

static int compare_identities(const void *a, const void *b) {
    uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

// Objects that are two in the model are two in the heap.
static void check_distinct(struct world *w, struct heap_reg *frame, size_t found) {
    uintptr_t *identities = calloc(found + 1, sizeof *identities);
    assert_non_null(identities);
    for (size_t i = 0; i < found; i++)
        identities[i] = heap_identity(w->heap, &frame[i]);
    qsort(identities, found, sizeof *identities, compare_identities);
    for (size_t i = 1; i < found; i++)
        assert_int_not_equal(identities[i - 1], identities[i]);
    free(identities);
}

// Enters a frame in which frame[i] holds object order[i], for all live objects; the last register
// is scratch. Returns how many there are.
static size_t walk(struct world *w, struct heap_reg *frame, ref *order) {
    size_t found = 0, done = 0;
    struct heap_reg *scratch = &frame[w->count];
    for (size_t i = 0; i < w->count; i++) {
        w->objects[i].at = NULL;
        w->objects[i].references = 0;
    }
    for (size_t i = 0; i < w->register_count; i++) {
        size_t before = found;
        meet(w, frame, &found, w->registers[i], w->held[i]);
        if (found > before)
            order[before] = w->held[i];
    }
    for (; done < found; done++) {
        struct model_object *o = model_object(w, order[done]);
        check_object(w, o);
        for (size_t i = 0; i < o->length; i++) {
            size_t before = found;
            heap_load(w->heap, scratch, o->at, i);
            meet(w, frame, &found, scratch, o->slots[i]);
            if (found > before)
                order[before] = o->slots[i];
        }
    }
    heap_clear(w->heap, scratch);
    check_distinct(w, frame, found);
    return found;
}

static bool held_is_live(struct world *w) {
    if (contract_claims(HEAP_FREES_AT_ONCE) && w->acyclic)
        return true;
    if (!contract_claims(HEAP_FREES_CYCLES) && !(w->acyclic && contract_frees_acyclic()))
        return false;
    heap_collect(w->heap, CONTRACT_FULL);
    return true;
}

static void check_world(struct world *w) {
    contract_verify(w->heap);
    bool exact = held_is_live(w);
    struct heap_reg *frame = heap_enter(w->heap, w->count + 1);
    ref *order = calloc(w->count + 1, sizeof *order);
    assert_true(frame && order);
    size_t found = walk(w, frame, order), live = 0;
    for (size_t i = 0; i < found; i++) {
        struct model_object *o = model_object(w, order[i]);
        live += !o->uncounted;
        if (exact && contract_claims(HEAP_COUNTS) && !o->uncounted)
            assert_int_equal(heap_refcount(w->heap, o->at), o->references + 1);
    }
    if (exact)
        assert_int_equal(contract_held(w->heap), live);
    free(order);
    heap_leave(w->heap);
    contract_verify(w->heap);
}

// ----------------------------------------------------------------------------------------- regions
static bool doomed(struct world *w, ref a) {
    return a && model_object(w, a)->dies_with_region;
}

// Keeps the promise: clears every reference to what dies with the region, then ends it.
static void end_region(struct world *w) {
    struct heap_reg *frame = heap_enter(w->heap, w->count + 1), *empty = &frame[w->count];
    ref *order = calloc(w->count + 1, sizeof *order);
    assert_true(frame && order);
    size_t found = walk(w, frame, order);
    for (size_t n = 0; n < found; n++) {
        struct model_object *o = model_object(w, order[n]);
        for (size_t i = 0; i < o->length && !o->dies_with_region; i++)
            if (doomed(w, o->slots[i])) {
                if (o->dict)
                    contract_ok(heap_put(w->heap, o->at, i, empty));
                else
                    heap_store(w->heap, o->at, i, empty);
                o->slots[i] = 0;
            }
    }
    heap_leave(w->heap);
    free(order);
    for (size_t i = 0; i < w->register_count; i++)
        if (doomed(w, w->held[i])) {
            heap_clear(w->heap, w->registers[i]);
            w->held[i] = 0;
        }
    heap_region_end(w->heap);
    w->in_region = false;
    for (size_t i = 0; i < w->count; i++)
        w->objects[i].dies_with_region = false; // they are gone; only a walk could tell
}

static void change_region(struct world *w) {
    if (draw(w, 3)) {
        w->long_lived = !w->long_lived;
        heap_long_lived(w->heap, w->long_lived);
    } else if (w->in_region) {
        end_region(w);
    } else {
        heap_region_begin(w->heap);
        w->in_region = true;
    }
}

// ---------------------------------------------------------------------------------------- programs
static void one_operation(struct world *w, bool regions) {
    size_t any = draw(w, w->register_count), choice = draw(w, 210);
    if (choice < 40)
        new_object(w, any);
    else if (choice >= 200)
        new_tuple(w, any);
    else if (choice < 60)
        new_value(w, any);
    else if (choice < 120)
        load_or_store(w, any);
    else if (choice < 145)
        append(w, any);
    else if (choice < 165)
        pop_or_truncate(w, any);
    else if (choice < 193)
        change_register(w, any);
    else if (choice < 197)
        enter_or_leave(w);
    else if (choice < 198)
        heap_collect(w->heap, (int)draw(w, HEAP_GENERATIONS));
    else if (regions)
        change_region(w);
}

static void random_program(struct heap *h, uint64_t seed, bool acyclic, bool regions) {
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->heap = h;
    w->random = seed;
    w->acyclic = acyclic;
    struct heap_reg *r = heap_enter(h, REGISTERS);
    for (; w->register_count < REGISTERS; w->register_count++)
        w->registers[w->register_count] = &r[w->register_count];
    for (int n = 1; n <= OPERATIONS; n++) {
        one_operation(w, regions);
        if (n % BETWEEN_WALKS == 0)
            check_world(w);
    }
    for (; w->register_count > REGISTERS; w->register_count -= MORE_REGISTERS)
        heap_leave(h);
    check_world(w);
    for (size_t i = 0; i < w->count; i++)
        free(w->objects[i].slots);
    free(w->objects);
    free(w);
}

static void any_graph(void **state) {
    random_program(*state, 1, false, false);
}

static void acyclic_graphs(void **state) {
    random_program(*state, 2, true, false);
}

static void graphs_in_regions(void **state) {
    random_program(*state, 3, false, true);
}

static void acyclic_graphs_in_regions(void **state) {
    random_program(*state, 4, true, true);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST("a random program builds the graph of the model", true, any_graph),
        CONTRACT_TEST("a random program without cycles", true, acyclic_graphs),
        CONTRACT_TEST("a random program with regions", true, graphs_in_regions),
        CONTRACT_TEST("a random program with regions, without cycles", true,
                      acyclic_graphs_in_regions),
    };
    return CONTRACT_RUN(tests);
}
