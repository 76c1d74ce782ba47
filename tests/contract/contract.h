// contract.h - what the contract tests share: a heap with its fallbacks, objects with a known
// content.
//
// What holds for one heap holds for all. tests/contract/*_test.c call the operations, so they are
// compiled once, and linked with each strategy. Its traits select the claims, so a claim it does
// not make is not tested.

#ifndef HEAPBENCH_CONTRACT_H
#define HEAPBENCH_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> // after the four headers that it asks for

#include "base/random.h"
#include "heap.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif

// How much work a test may do: everything in release, a tenth where instrumented code is ten times
// slower, and little in a stress build, where every safepoint walks the whole heap.
#if defined(HEAP_STRESS)
enum { CONTRACT_SCALE = 1000, CONTRACT_STRESS = 1 };
#elif defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { CONTRACT_SCALE = 10, CONTRACT_STRESS = 0 };
#else
enum { CONTRACT_SCALE = 1, CONTRACT_STRESS = 0 };
#endif

enum { CONTRACT_MAX_TUNABLES = 32, CONTRACT_FULL = HEAP_GENERATIONS - 1 };

// contract_ok - the operation succeeds. contract_verify - the heap's invariants hold.
#define contract_ok(operation) assert_int_equal((operation), 0)
#define contract_verify(h)                                                                         \
    do {                                                                                           \
        const char *broken = heap_verify(h);                                                       \
        if (broken)                                                                                \
            fail_msg("broken invariant: %s", broken);                                              \
    } while (0)

static inline bool contract_claims(unsigned trait) {
    return heap_strategy.traits & trait;
}

// contract_is_oracle - an instrument that says when objects die, cycles as well.
static inline bool contract_is_oracle(void) {
    return contract_claims(HEAP_INSTRUMENT) && contract_claims(HEAP_FREES_CYCLES);
}

// contract_frees_acyclic - whether acyclic garbage is gone after a full collection.
static inline bool contract_frees_acyclic(void) {
    return contract_claims(HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES);
}

// contract_fallbacks - every tunable's fallback. values has room for CONTRACT_MAX_TUNABLES.
static inline void contract_fallbacks(double *values) {
    assert_true(heap_strategy.tunable_count <= CONTRACT_MAX_TUNABLES);
    for (size_t i = 0; i < heap_strategy.tunable_count; i++)
        values[i] = heap_strategy.tunables[i].fallback;
}

// contract_has - whether the strategy declares a tunable. contract_set - its value among `values`.
static inline bool contract_has(const char *tunable) {
    return setting_find(heap_strategy.tunables, heap_strategy.tunable_count, tunable);
}

static inline void contract_set(double *values, const char *tunable, double value) {
    values[setting_find(heap_strategy.tunables, heap_strategy.tunable_count, tunable) -
           heap_strategy.tunables] = value;
}

// contract_new - a heap of this configuration; tunables that are NULL are the fallbacks.
static inline struct heap *contract_new(struct heap_config config) {
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    if (!config.tunables)
        config.tunables = values;
    return heap_new(&config);
}

static inline struct heap_counters contract_counters(struct heap *h) {
    struct heap_counters c;
    heap_read_counters(h, &c);
    return c;
}

// contract_held - objects allocated and not yet reclaimed.
static inline uint64_t contract_held(struct heap *h) {
    struct heap_counters c = contract_counters(h);
    return c.objects_allocated - c.objects_freed;
}

// contract_shrinks - half of the list in r[0] is let go of, then all `count` registers: only `before` objects
// are held then, as far as the strategy frees.
static inline void contract_shrinks(struct heap *h, struct heap_reg *r, size_t count,
                                    uint64_t before) {
    contract_verify(h);
    heap_truncate(h, &r[0], heap_length(h, &r[0]) / 2);
    contract_verify(h);
    for (size_t i = 0; i < count; i++)
        heap_clear(h, &r[i]);
    heap_collect(h, CONTRACT_FULL);
    if (contract_claims(HEAP_FREES_CYCLES))
        assert_int_equal(contract_held(h), before);
}

// contract_fill, contract_filled - write and check bytes that depend on a seed and on their place,
// eight at a time.
static inline uint64_t contract_eight(uint64_t seed, size_t at) {
    return (seed * 31 + at + 1) * 0x9E3779B97F4A7C15u;
}

static inline void contract_fill(void *p, size_t bytes, uint64_t seed) {
    for (size_t at = 0; at < bytes; at += sizeof(uint64_t)) {
        uint64_t eight = contract_eight(seed, at);
        size_t left = bytes - at;
        memcpy((char *)p + at, &eight, left < sizeof eight ? left : sizeof eight);
    }
}

static inline bool contract_filled(const void *p, size_t bytes, uint64_t seed) {
    for (size_t at = 0; at < bytes; at += sizeof(uint64_t)) {
        uint64_t eight = contract_eight(seed, at);
        size_t left = bytes - at;
        if (memcmp((const char *)p + at, &eight, left < sizeof eight ? left : sizeof eight) != 0)
            return false;
    }
    return true;
}

// contract_atom - dst = a fresh atom that holds a number. contract_number - the number it holds.
static inline int contract_atom(struct heap *h, struct heap_reg *dst, uint64_t number) {
    int error = heap_new_atom(h, dst, sizeof number);
    if (!error)
        memcpy(heap_payload(h, dst), &number, sizeof number);
    return error;
}

static inline uint64_t contract_number(struct heap *h, const struct heap_reg *a) {
    uint64_t number;
    assert_int_equal(heap_payload_bytes(h, a), sizeof number);
    memcpy(&number, heap_payload(h, a), sizeof number);
    return number;
}

// contract_tree - dst = a node that holds two such trees, or an atom: 2^(depth + 1) - 1 objects.
static inline void contract_tree(struct heap *h, struct heap_reg *dst, int depth) {
    if (depth == 0) {
        contract_ok(contract_atom(h, dst, 1));
        return;
    }
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_node(h, &r[0], 2, 0));
    for (size_t i = 0; i < 2; i++) {
        contract_tree(h, &r[1], depth - 1);
        heap_store(h, &r[0], i, &r[1]);
    }
    heap_copy(h, dst, &r[0]);
    heap_leave(h);
}

// contract_ring - dst = a node of a ring; with both ways, each refers to its predecessor too.
static inline void contract_ring(struct heap *h, struct heap_reg *dst, size_t count,
                                 bool both_ways) {
    struct heap_reg *r = heap_enter(h, 3); // first, last, new
    contract_ok(heap_new_node(h, &r[0], 2, 0));
    heap_copy(h, &r[1], &r[0]);
    for (size_t i = 1; i < count; i++) {
        contract_ok(heap_new_node(h, &r[2], 2, 0));
        heap_store(h, &r[1], 0, &r[2]);
        if (both_ways)
            heap_store(h, &r[2], 1, &r[1]);
        heap_copy(h, &r[1], &r[2]);
    }
    heap_store(h, &r[1], 0, &r[0]);
    if (both_ways)
        heap_store(h, &r[0], 1, &r[1]);
    heap_copy(h, dst, &r[0]);
    heap_leave(h);
}

// contract_ear - a listener that checks what it hears, and counts it.
struct contract_ear {
    bool open;
    bool broken; // not one begin, one end of the same kind, in turn
    enum heap_pause kind;
    uint64_t pauses[HEAP_PAUSE_KINDS];
    uint64_t freed[HEAP_PAUSE_KINDS];
};

static inline void contract_ear_begin(void *context, enum heap_pause kind) {
    struct contract_ear *ear = context;
    if (ear->open || (int)kind < 0 || kind >= HEAP_PAUSE_KINDS)
        ear->broken = true;
    ear->open = true;
    ear->kind = kind;
}

static inline void contract_ear_end(void *context, enum heap_pause kind, uint64_t freed) {
    struct contract_ear *ear = context;
    if (!ear->open || kind != ear->kind)
        ear->broken = true;
    ear->open = false;
    ear->pauses[ear->kind]++;
    ear->freed[ear->kind] += freed;
}

static inline struct heap *contract_new_heard(struct contract_ear *ear) {
    *ear = (struct contract_ear){0};
    struct heap *h = contract_new((struct heap_config){
        .listener = {
            .pause_begin = contract_ear_begin, .pause_end = contract_ear_end, .context = ear}});
    assert_non_null(h);
    return h;
}

static inline uint64_t contract_pauses(const struct contract_ear *ear) {
    uint64_t n = 0;
    for (int kind = 0; kind < HEAP_PAUSE_KINDS; kind++)
        n += ear->pauses[kind];
    return n;
}

// contract_new_with_room - a heap that may hold so many bytes. Where that is not even an empty one, so many more than
// such a one holds: it is a runtime, and what earlier ones left in the process.
//   limit  its limit_bytes
static inline struct heap *contract_new_with_room(size_t bytes, size_t *limit) {
    *limit = bytes;
    struct heap *h = contract_new((struct heap_config){.limit_bytes = bytes});
    if (h)
        return h;
    h = contract_new((struct heap_config){0});
    assert_non_null(h);
    *limit += contract_counters(h).memory_peak_bytes;
    heap_free(h);
    h = contract_new((struct heap_config){.limit_bytes = *limit});
    assert_non_null(h);
    return h;
}

// The fixture: *state is a heap, verified and freed at the end.
static inline int contract_setup(void **state) {
    *state = contract_new((struct heap_config){0});
    return *state ? 0 : -1;
}

static inline int contract_teardown(void **state) {
    contract_verify(*state);
    heap_free(*state);
    return 0;
}

// CONTRACT_TEST - a test with the fixture. CONTRACT_BARE_TEST - one that makes its own heaps.
//   claimed  whether the strategy claims what is tested; else the test is left out (cmocka 1.1.5
//   prints
//            a skipped test as "not ok", so none is skipped)
#define CONTRACT_TEST(what, claimed, function)                                                     \
    { what, (claimed) ? function : NULL, contract_setup, contract_teardown, NULL }
#define CONTRACT_BARE_TEST(what, claimed, function)                                                \
    { what, (claimed) ? function : NULL, NULL, NULL, NULL }

// contract_run - runs the tests that are claimed; where none is, that is said as of a test that is
// skipped. Returns what main returns.
static inline int contract_run(const struct CMUnitTest *tests, size_t count) {
    struct CMUnitTest claimed[32];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (tests[i].test_func && n < sizeof claimed / sizeof *claimed)
            claimed[n++] = tests[i];
    if (n == 0)
        puts("1..1\nok 1 # SKIP claims nothing that is tested here");
    return n == 0 ? 0 : _cmocka_run_group_tests(heap_strategy.name, claimed, n, NULL, NULL);
}

#define CONTRACT_RUN(tests) contract_run(tests, sizeof(tests) / sizeof *(tests))

// CONTRACT_TESTS - the last function of a file, which runs its tests:
//   CONTRACT_TESTS { const struct CMUnitTest tests[] = {...}; return CONTRACT_RUN(tests); }
struct contract_file {
    const char *path;
    int (*run)(void);
    struct contract_file *next;
};
void contract_register(struct contract_file *file); // contract.c

#define CONTRACT_TESTS                                                                             \
    static int contract_tests(void);                                                               \
    __attribute__((constructor)) static void contract_add(void) {                                  \
        static struct contract_file file = {__FILE__, contract_tests, NULL};                       \
        contract_register(&file);                                                                  \
    }                                                                                              \
    static int contract_tests(void)

#endif
