// deaths_test.c - every strategy: what it tells of objects, and of the oracle when they died, by a
// walk after each operation.
//
// A random program runs twice. The first time all that can be reached is looked at after each
// operation, so that each object's first operation without it is known. The second time the heap
// tells. Objects carry their numbers: a list in the atom that is its first element, which was made
// right after it.

#include "contract.h"

#include "runner/lives.h"
#include "runner/settle.h"

#include <unistd.h>

enum { REGISTERS = 8, SLOTS = 3, OPERATIONS = 400, PROGRAMS = CONTRACT_SCALE > 1 ? 6 : 60 };
enum { LARGE = 20000 }; // payload of an object that is in no block of a pool
enum { MARK_EVERY = 25, MARKS = OPERATIONS / MARK_EVERY, MOST = 2 * OPERATIONS };

// What the walks say. deaths: on the clock of lives.h.
struct seen {
    uint64_t born, deaths[MOST];
    struct lives_live live[MARKS];
};

struct world {
    struct heap *heap;
    struct heap_reg *r;
    uint64_t random, born;
};

static size_t draw(struct world *w, size_t below) {
    return random_next(&w->random) % below;
}

// ---------------------------------------------------------------------------------------- programs
static struct heap_reg *draw_container(struct world *w) {
    for (size_t i = draw(w, REGISTERS), n = 0; n < REGISTERS; n++, i = (i + 1) % REGISTERS)
        if (!heap_is_empty(w->heap, &w->r[i]) && heap_kind(w->heap, &w->r[i]) != HEAP_ATOM)
            return &w->r[i];
    return NULL;
}

static void make(struct world *w, struct heap_reg *dst) {
    size_t kind = draw(w, 4);
    if (kind == HEAP_ATOM) {
        contract_ok(contract_atom(w->heap, dst, w->born++));
    } else if (kind == HEAP_LIST) {
        struct heap_reg *first = heap_enter(w->heap, 1);
        contract_ok(heap_new_list(w->heap, dst));
        contract_ok(contract_atom(w->heap, first, ++w->born));
        contract_ok(heap_append(w->heap, dst, first));
        heap_leave(w->heap);
        w->born++;
    } else {
        contract_ok(heap_new_node(w->heap, dst, SLOTS, draw(w, 8) ? sizeof w->born : LARGE));
        memcpy(heap_payload(w->heap, dst), &w->born, sizeof w->born);
        w->born++;
    }
}

static void change(struct world *w, struct heap_reg *c, struct heap_reg *other) {
    size_t length = heap_length(w->heap, c);
    bool list = heap_kind(w->heap, c) == HEAP_LIST;
    size_t i = list + (length > (size_t)list ? draw(w, length - list) : 0);
    switch (draw(w, list ? 6 : 3)) {
    case 0:
        if (i < length)
            heap_load(w->heap, other, c, i);
        break;
    case 1:
        if (i < length)
            heap_store(w->heap, c, i, other);
        break;
    case 2:
        if (i < length)
            heap_move(w->heap, c, i, other);
        break;
    case 3:
        if (length > 1)
            heap_pop(w->heap, other, c);
        break;
    case 4:
        heap_truncate(w->heap, c, 1 + draw(w, length));
        break;
    default:
        contract_ok(heap_append(w->heap, c, other));
    }
}

static void operate(struct world *w) {
    struct heap_reg *a = &w->r[draw(w, REGISTERS)], *b = &w->r[draw(w, REGISTERS)];
    size_t choice = draw(w, 20);
    struct heap_reg *c = choice < 12 ? draw_container(w) : NULL;
    if (c)
        change(w, c, draw(w, 4) ? a : c);
    else if (choice < 16)
        make(w, a);
    else if (choice < 17)
        heap_copy(w->heap, a, b);
    else if (choice < 19)
        heap_clear(w->heap, a);
    else
        heap_collect(w->heap, (int)draw(w, HEAP_GENERATIONS));
}

// ------------------------------------------------------------------------------------------- walks
// A register for each object that was met, in the order of meeting.
struct walk {
    struct world *w;
    struct heap_reg *met;
    size_t count;
    bool is_met[MOST];
    struct lives_live live;
};

static uint64_t number_of(struct world *w, const struct heap_reg *o) {
    if (heap_kind(w->heap, o) != HEAP_LIST)
        return *(uint64_t *)heap_payload(w->heap, o);
    struct heap_reg *first = heap_enter(w->heap, 1);
    heap_load(w->heap, first, o, 0);
    uint64_t number = *(uint64_t *)heap_payload(w->heap, first) - 1;
    heap_leave(w->heap);
    return number;
}

static void meet(struct walk *k, const struct heap_reg *o) {
    struct heap *h = k->w->heap;
    uint64_t number = heap_is_empty(h, o) ? MOST : number_of(k->w, o);
    if (number == MOST || k->is_met[number])
        return;
    k->is_met[number] = true;
    heap_copy(h, &k->met[k->count++], o);
    k->live.objects++;
    k->live.bytes += (int64_t)(heap_capacity(h, o) * sizeof(void *) + heap_payload_bytes(h, o));
}

static void walk(struct walk *k, struct world *w) {
    *k = (struct walk){.w = w, .met = heap_enter(w->heap, MOST)};
    struct heap_reg *child = heap_enter(w->heap, 1);
    for (size_t i = 0; i < REGISTERS; i++)
        meet(k, &w->r[i]);
    for (size_t i = 0; i < k->count; i++)
        for (size_t j = 0; j < heap_length(w->heap, &k->met[i]); j++) {
            heap_load(w->heap, child, &k->met[i], j);
            meet(k, child);
        }
    heap_leave(w->heap);
    heap_leave(w->heap);
}

static uint64_t asked(struct heap *h) {
    struct heap_counters c = contract_counters(h);
    return c.bytes_allocated + c.intern_saved_bytes;
}

static void world_open(struct world *w, uint64_t seed, struct heap_listener listener) {
    *w = (struct world){.random = seed};
    w->heap = contract_new((struct heap_config){.listener = listener});
    assert_non_null(w->heap);
    w->r = heap_enter(w->heap, REGISTERS);
}

static void see(uint64_t seed, struct seen *seen) {
    struct world w;
    struct walk k;
    world_open(&w, seed, (struct heap_listener){.context = NULL});
    for (size_t i = 0; i < MOST; i++)
        seen->deaths[i] = LIVES_UNKNOWN;
    for (size_t i = 0; i < OPERATIONS; i++) {
        uint64_t before = asked(w.heap) << LIVES_MARK_BITS | i / MARK_EVERY;
        operate(&w);
        walk(&k, &w);
        for (size_t n = 0; n < w.born; n++)
            if (!k.is_met[n] && seen->deaths[n] == LIVES_UNKNOWN)
                seen->deaths[n] = before;
        if ((i + 1) % MARK_EVERY == 0)
            seen->live[i / MARK_EVERY] = k.live;
    }
    seen->born = w.born;
    heap_free(w.heap);
}

// ------------------------------------------------------------------------------------------- tests
// The same again, marked, with what is held at each mark, less what an oracle finds dead later.
static void tell(uint64_t seed, struct lives *l, struct lives_live *held) {
    struct heap_listener listener = {.context = NULL};
    struct world w;
    lives_listen(l, &listener);
    world_open(&w, seed, listener);
    for (size_t i = 0; i < OPERATIONS; i++) {
        operate(&w);
        if ((i + 1) % MARK_EVERY)
            continue;
        struct heap_counters c = contract_counters(w.heap);
        held[i / MARK_EVERY] = (struct lives_live){(int64_t)(c.objects_allocated - c.objects_freed),
                                                   (int64_t)(c.bytes_allocated - c.bytes_freed)};
        lives_mark(l);
    }
    if (contract_is_oracle())
        heap_collect(w.heap, CONTRACT_FULL);
    assert_int_equal(asked(w.heap), l->clock >> LIVES_MARK_BITS);
    lives_end(l, held, MARKS, contract_counters(w.heap).objects_freed);
    heap_leave(w.heap);
    heap_free(w.heap);
}

static void the_oracle_tells_when_each_object_died(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        static struct seen seen;
        struct lives l;
        struct lives_live live[MARKS];
        see(seed, &seen);
        assert_int_equal(lives_open(&l, NULL), 0);
        tell(seed, &l, live);
        assert_int_equal(l.error, 0);
        assert_int_equal(l.born, seen.born);
        for (uint64_t n = 0; n < seen.born; n++)
            if (l.deaths[n] != seen.deaths[n])
                fail_msg("program %d: object %d died at %#llx, not at %#llx", (int)seed, (int)n,
                         (unsigned long long)seen.deaths[n], (unsigned long long)l.deaths[n]);
        assert_memory_equal(live, seen.live, sizeof live);
        lives_close(&l);
    }
}

// What was dragged along, and what had not been released by the end, is all that died.
static void nothing_is_released_before_it_died(void **state) {
    (void)state;
    char path[] = "/tmp/deaths_test.XXXXXX";
    int fd = mkstemp(path);
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        static struct seen seen;
        struct lives l;
        struct lives_live held[MARKS];
        see(seed, &seen);
        size_t bytes = seen.born * sizeof *seen.deaths;
        assert_int_equal(pwrite(fd, seen.deaths, bytes, 0), bytes);
        assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
        assert_int_equal(lives_open(&l, path), 0);
        tell(seed, &l, held);
        assert_int_equal(l.early, 0);
        for (size_t i = 0; i < MARKS; i++)
            assert_true(held[i].objects >= seen.live[i].objects &&
                        held[i].bytes >= seen.live[i].bytes);
        json_t *drag = lives_drag_to_json(&l);
        assert_non_null(drag);
        uint64_t dead = 0;
        for (size_t n = 0; n < seen.born; n++)
            dead += seen.deaths[n] != LIVES_UNKNOWN;
        assert_int_equal(
            dead, (uint64_t)json_integer_value(json_object_get(drag, "objects")) +
                      (uint64_t)json_integer_value(json_object_get(drag, "unreleased_objects")));
        json_decref(drag);
        lives_close(&l);
    }
    close(fd);
    unlink(path);
}

// ------------------------------------------------------------------------------------------ by hand
// What a heap tells, and on the clock when each of nine objects died (0: it did not).
static const struct {
    enum { BORN, GROWN, MARKED, RELEASED } what;
    uint64_t number, bytes;
} told[] = {{BORN, 0, 10},    {BORN, 1, 5},     {BORN, 2, 5},     {BORN, 3, 5},    {GROWN, 3, 9},
            {RELEASED, 1, 0}, {RELEASED, 2, 0}, {RELEASED, 3, 0}, {BORN, 4, 2000}, {BORN, 5, 2009},
            {MARKED, 0, 0},   {BORN, 6, 64},    {RELEASED, 4, 0}, {BORN, 7, 400},  {RELEASED, 0, 0},
            {RELEASED, 5, 0}, {BORN, 8, 7},     {RELEASED, 7, 0}};
static const uint64_t died_at[] = {15, 29, 29, 29, 4038, 4102, 4502, 0, 0};

static void tell_by_hand(struct lives *l) {
    struct heap_listener ear = {.context = NULL};
    lives_listen(l, &ear);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        uintptr_t identity = 16 * (told[i].number + 1);
        if (told[i].what == BORN)
            ear.born(ear.lives, identity, told[i].bytes);
        else if (told[i].what == GROWN)
            ear.resized(ear.lives, identity, 5, told[i].bytes);
        else if (told[i].what == RELEASED)
            ear.released(ear.lives, identity, HEAP_UNKNOWN);
        else
            lives_mark(l);
    }
}

static double drag_figure(const json_t *drag, const char *name) {
    return json_number_value(json_object_get(drag, name));
}

// Clock 4509 at the end. Dragged along: 19 bytes by none, 2000 by 64, 2009 by 400, 10 by 4487: half of the 4038 bytes
// are not above 64, 99 % not above 400 (at the tops of their buckets, 65 and 407), and the mean is (2000 * 64 +
// 2009 * 400 + 10 * 4487) / 4038. 64 bytes are dead for 7 and not released. One object is released and had not died.
static void every_byte_is_dragged_by_itself(void **state) {
    (void)state;
    enum { OBJECTS = sizeof died_at / sizeof *died_at };
    uint64_t deaths[OBJECTS];
    char path[] = "/tmp/deaths_test.XXXXXX";
    int fd = mkstemp(path);
    for (size_t i = 0; i < OBJECTS; i++)
        deaths[i] = died_at[i] ? died_at[i] << LIVES_MARK_BITS : LIVES_UNKNOWN;
    assert_int_equal(pwrite(fd, deaths, sizeof deaths, 0), sizeof deaths);
    struct lives l;
    assert_int_equal(lives_open(&l, path), 0);
    tell_by_hand(&l);
    lives_end(&l, NULL, 0, 7);
    json_t *drag = lives_drag_to_json(&l), *curve = json_object_get(drag, "curve");
    static const struct {
        const char *name;
        double value;
    } figures[] = {{"objects", 6},           {"bytes", 4038},
                   {"p50_bytes", 65},        {"p99_bytes", 407},
                   {"max_bytes", 4487},      {"mean_bytes", 976470.0 / 4038},
                   {"early_objects", 1},     {"unreleased_objects", 1},
                   {"unreleased_bytes", 64}, {"floating_mean_bytes", (976470.0 + 64 * 7) / 4509}};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        assert_float_equal(drag_figure(drag, figures[i].name), figures[i].value, 1e-9);
    json_t *last = json_array_get(curve, json_array_size(curve) - 1);
    assert_float_equal(json_number_value(json_array_get(last, 0)), 99.99, 1e-9);
    assert_int_equal(json_integer_value(json_array_get(last, 1)), 4487);
    json_decref(drag);
    lives_close(&l);
    close(fd);
    unlink(path);
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("an oracle tells when each object died, and what was live at marks",
                           contract_is_oracle(), the_oracle_tells_when_each_object_died),
        CONTRACT_BARE_TEST("nothing is released before it died", !contract_claims(HEAP_INSTRUMENT),
                           nothing_is_released_before_it_died),
        CONTRACT_BARE_TEST("every byte is dragged by itself", !contract_claims(HEAP_INSTRUMENT),
                           every_byte_is_dragged_by_itself),
    };
    return CONTRACT_RUN(tests);
}
