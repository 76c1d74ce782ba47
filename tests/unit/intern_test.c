// intern_test.c - parts/intern.h: lookups under churn, with colliding hashes, against a model.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parts/intern.h"

// An object as this test lays it out; the table does not know.
struct heap_object {
    uint64_t key;
    uint64_t hash;
    bool present;              // in the table, as the model has it
    unsigned visits;           // by intern_retain
    struct heap_object *moved; // where intern_retain is told that it is
};

static const void *key_of(const struct heap_object *o) {
    return &o->key;
}

static size_t key_bytes(const struct heap_object *o) {
    (void)o;
    return sizeof o->key;
}

static struct intern_entry *find(const struct intern_table *t, const struct heap_object *o) {
    return intern_find(t, o->hash, &o->key, sizeof o->key, key_of, key_bytes);
}

static void insert(struct intern_table *t, struct heap_object *o) {
    assert_int_equal(intern_reserve(t), 0);
    struct intern_entry *e = find(t, o);
    assert_null(e->object);
    intern_insert(t, e, o->hash, o);
    o->present = true;
}

static void drop(struct intern_table *t, struct heap_object *o) {
    intern_remove(t, o->hash, o);
    o->present = false;
}

static uint64_t next_random(uint64_t *state) {
    *state = intern_mix(*state + 1, 0x9E3779B97F4A7C15u);
    return *state;
}

// Every object is found exactly when the model says so.
static void check(const struct intern_table *t, struct heap_object *objects, size_t count) {
    size_t present = 0;
    for (size_t i = 0; i < count; i++) {
        struct heap_object *found = find(t, &objects[i])->object;
        if (found != (objects[i].present ? &objects[i] : NULL))
            fail_msg("object %zu of %zu should be %s", i, count,
                     objects[i].present ? "found" : "gone");
        present += objects[i].present;
    }
    assert_int_equal(t->count, present);
}

static void fixture(struct intern_table *t, struct memory *m) {
    memory_init(m, 0, 0);
    intern_init(t, m);
}

static void the_hash_depends_on_every_byte(void **state) {
    (void)state;
    unsigned char key[64] = {0};
    for (size_t bytes = 0; bytes <= sizeof key; bytes++) {
        uint64_t hash = intern_hash(key, bytes);
        assert_true(hash == intern_hash(key, bytes));
        for (size_t longer = bytes + 1; longer <= sizeof key; longer++)
            assert_true(hash != intern_hash(key, longer)); // zeroes of another length
        for (size_t i = 0; i < bytes; i++)
            for (int bit = 0; bit < 8; bit++) {
                key[i] ^= (unsigned char)(1 << bit);
                assert_true(hash != intern_hash(key, bytes));
                key[i] ^= (unsigned char)(1 << bit);
            }
    }
}

// Short keys that differ little must not pile up: homes in a table of 4096 for 3000 keys.
static void the_hash_spreads(void **state) {
    (void)state;
    static unsigned char taken[4096];
    size_t homes = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        size_t home = intern_hash(&i, sizeof i) & 4095;
        homes += !taken[home];
        taken[home] = 1;
    }
    // Random places would take 4096 (1 - e^(-3000/4096)) = 2127 homes, give or take 25.
    assert_in_range(homes, 2000, 4096);
}

enum { MANY = 20000 };

static void tables_grow(void **state) {
    (void)state;
    struct memory m;
    struct intern_table t;
    fixture(&t, &m);
    struct heap_object *objects = calloc(MANY, sizeof *objects);
    assert_non_null(objects);
    for (size_t i = 0; i < MANY; i++) {
        objects[i].key = i;
        objects[i].hash = intern_hash(&objects[i].key, sizeof objects[i].key);
        insert(&t, &objects[i]);
        assert_true(t.count * 4 <= (t.mask + 1) * 3);
    }
    check(&t, objects, MANY);
    for (size_t i = 0; i < MANY; i += 2)
        drop(&t, &objects[i]);
    check(&t, objects, MANY);
    intern_free(&t);
    assert_int_equal(m.held_bytes, 0);
    free(objects);
}

enum { FEW = 120 };

// Objects whose homes are a few places around the end of the table, so that runs merge and wrap.
static void collide(struct heap_object *objects, uint64_t *random) {
    for (size_t i = 0; i < FEW; i++) {
        uint64_t home = (1024 - 4 + next_random(random) % 8) % 1024;
        // A third share even the full hash, so that keys decide.
        uint64_t above = i % 3 ? i << 32 : 0;
        objects[i] = (struct heap_object){.key = i, .hash = home | above};
    }
}

static void colliding_keys_come_and_go(void **state) {
    (void)state;
    uint64_t random = 1;
    struct memory m;
    struct intern_table t;
    struct heap_object objects[FEW];
    fixture(&t, &m);
    collide(objects, &random);
    for (int n = 0; n < 20000; n++) {
        struct heap_object *o = &objects[next_random(&random) % FEW];
        if (o->present)
            drop(&t, o);
        else
            insert(&t, o);
        check(&t, objects, FEW);
    }
    assert_int_equal(t.mask, 1023);
    intern_free(&t);
}

static struct heap_object *keep(void *context, struct heap_object *o) {
    (void)context;
    o->visits++;
    return o->moved;
}

// Each round drops about half, and moves about half of the others to the second set.
static void retain_visits_each_once(void **state) {
    (void)state;
    uint64_t random = 5;
    struct memory m;
    struct intern_table t;
    struct heap_object sets[2][FEW];
    fixture(&t, &m);
    intern_retain(&t, keep, NULL); // an empty table
    for (int round = 0; round < 500; round++) {
        collide(sets[0], &random);
        memcpy(sets[1], sets[0], sizeof sets[1]);
        for (size_t i = 0; i < FEW; i++) {
            struct heap_object *o = &sets[0][i];
            insert(&t, o);
            uint64_t fate = next_random(&random) % 4;
            o->moved = fate < 2 ? NULL : fate == 2 ? o : &sets[1][i];
        }
        intern_retain(&t, keep, NULL);
        for (size_t i = 0; i < FEW; i++) {
            struct heap_object *o = &sets[0][i];
            assert_int_equal(o->visits, 1);
            o->present = o->moved == o;
            sets[1][i].present = o->moved == &sets[1][i];
            assert_ptr_equal(find(&t, o)->object, o->moved);
        }
        for (size_t i = 0; i < 2 * FEW; i++)
            if (sets[i / FEW][i % FEW].present)
                drop(&t, &sets[i / FEW][i % FEW]);
        assert_int_equal(t.count, 0);
    }
    intern_free(&t);
}

static void refused_growth_changes_nothing(void **state) {
    (void)state;
    struct memory m;
    struct intern_table t;
    memory_init(&m, 0, 2); // the second table is refused, once
    intern_init(&t, &m);
    struct heap_object *objects = calloc(1000, sizeof *objects);
    assert_non_null(objects);
    for (size_t i = 0; i < 1000; i++) {
        objects[i].key = i;
        objects[i].hash = intern_hash(&objects[i].key, sizeof objects[i].key);
        if (i == 768) { // 3/4 of 1024
            struct intern_table before = t;
            assert_int_not_equal(intern_reserve(&t), 0);
            assert_memory_equal(&t, &before, sizeof t);
            check(&t, objects, i);
        }
        insert(&t, &objects[i]);
    }
    check(&t, objects, 1000);
    intern_free(&t);
    assert_int_equal(m.held_bytes, 0);
    free(objects);
}

// Where there are products of 128 bits, the hash of machines that have none is the same.
static void halves_give_the_same_hash(void **state) {
    (void)state;
    const uint64_t edges[] = {0,         1, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX - 1,
                              UINT64_MAX};
    enum { EDGES = sizeof edges / sizeof *edges };
    uint64_t random = 3;
    for (size_t i = 0; i < 10000; i++) {
        uint64_t a = i < EDGES * EDGES ? edges[i / EDGES] : next_random(&random);
        uint64_t b = i < EDGES * EDGES ? edges[i % EDGES] : next_random(&random);
        assert_true(intern_mix(a, b) == intern_mix_halves(a, b));
    }
    assert_true(intern_mix_halves(UINT64_MAX, UINT64_MAX) == UINT64_MAX); // -2 and 1
}

int main(void) {
    const struct CMUnitTest tests[] = {
        {"halves give the same hash as one product", halves_give_the_same_hash, NULL, NULL, NULL},
        {"the hash depends on every byte and the length", the_hash_depends_on_every_byte, NULL,
         NULL, NULL},
        {"the hash spreads keys that differ little", the_hash_spreads, NULL, NULL, NULL},
        {"tables grow at 3/4 and give all memory back", tables_grow, NULL, NULL, NULL},
        {"colliding keys come and go", colliding_keys_come_and_go, NULL, NULL, NULL},
        {"retain visits each once, drops and moves", retain_visits_each_once, NULL, NULL, NULL},
        {"refused growth changes nothing", refused_growth_changes_nothing, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("intern", tests, NULL, NULL);
}
