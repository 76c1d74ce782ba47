// triggers_test.c - when a heap collects by itself: after so much, so long, beyond such a size.

#include "contract.h"

#include <stdio.h>

// What a heap is told of time and memory, and how often it began to look for garbage.
struct world {
    uint64_t now_ns, resident_bytes, searches;
};

static uint64_t read_clock(void *context) {
    return ((const struct world *)context)->now_ns;
}

static uint64_t read_resident(void *context) {
    return ((const struct world *)context)->resident_bytes;
}

static void search_begins(void *context, enum heap_pause kind) {
    ((struct world *)context)->searches += kind <= HEAP_PAUSE_FULL;
}

static void search_ends(void *context, enum heap_pause kind, uint64_t freed) {
    (void)context;
    (void)kind;
    (void)freed;
}

// settings  NAME=NUMBER or NAME=CHOICE, by spaces
static struct heap *new_with(struct world *w, const char *settings) {
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    char name[32], value[32];
    for (int n = 0; sscanf(settings, " %31[a-z0-9_]=%31s%n", name, value, &n) == 2; settings += n) {
        double number;
        const struct setting *s =
            setting_find(heap_strategy.tunables, heap_strategy.tunable_count, name);
        assert_non_null(s);
        assert_int_equal(setting_parse(s, value, &number), 0);
        contract_set(values, name, number);
    }
    struct heap *h = contract_new((struct heap_config){
        .tunables = values,
        .listener = {search_begins, search_ends, w},
        .now_ns = read_clock,
        .resident_bytes = read_resident,
        .context = w,
    });
    assert_non_null(h);
    return h;
}

static void make_garbage(struct heap *h, struct heap_reg *r, size_t count, size_t bytes) {
    for (size_t i = 0; i < count; i++) {
        contract_ok(heap_new_node(h, r, 1, bytes));
        heap_store(h, r, 0, r);
    }
}

// Collectors that count containers, and those that count bytes, so that one allocates much in the
// other's terms. A large object takes 40 to 64 bytes more.
static bool counts_containers(void) {
    return contract_has("threshold0");
}

enum { LARGE = 100000 };

// As often as the time allows, however much is allocated; collections by hand always.
static void a_generation_waits_for_its_time(void **state) {
    (void)state;
    struct world w = {0};
    struct heap *h = new_with(&w, contract_has("interval0") ? "interval0=10" : "interval=10");
    struct heap_reg *r = heap_enter(h, 1);
    size_t bytes = counts_containers() ? 0 : 2000;
    for (uint64_t round = 1; round <= 5; round++) {
        make_garbage(h, r, 5000, bytes);
        assert_int_equal(w.searches, round);
        w.now_ns += 9999999;
        make_garbage(h, r, 5000, bytes);
        assert_int_equal(w.searches, round);
        w.now_ns++;
    }
    heap_collect(h, 0);
    assert_int_equal(w.searches, 6);
    contract_verify(h);
    heap_free(h);
}

// A container takes 1 us: every 15th look after the first, at 701, 16 x 701 and so on, or every
// 5th, at 2001, 6 x 2001 and so on. A byte takes 1 ns: at the 2nd large object, the 102nd, the
// 202nd.
static void allocation_is_a_clock(void **state) {
    (void)state;
    struct world w = {0};
    bool containers = counts_containers();
    struct heap *h =
        new_with(&w, !containers ? "interval=10 clock=allocation growth=1.05 min_heap=65536"
                     : contract_has("pacing") ? "interval=10.005 clock=allocation"
                                              : "interval0=10.515 clock=allocation");
    struct heap_reg *r = heap_enter(h, 1);
    make_garbage(h, r, containers ? 43000 : 500, containers ? 0 : LARGE);
    assert_int_equal(w.searches, 5);
    w.now_ns = 1000000000000; // it is of no account
    make_garbage(h, r, containers ? 1000 : 1, containers ? 0 : LARGE);
    assert_int_equal(w.searches, 5);
    contract_verify(h);
    heap_free(h);
}

// The second may pass over the oldest only.
static void an_old_generation_waits_alone(void **state) {
    (void)state;
    struct world w = {0}, v = {0};
    struct heap *h = new_with(&w, "interval2=1e6"), *free_running = new_with(&v, "");
    struct heap_reg *r = heap_enter(h, 1), *q = heap_enter(free_running, 1);
    make_garbage(h, r, 400000, 0);
    make_garbage(free_running, q, 400000, 0);
    assert_int_equal(contract_counters(h).collections_gen2, 1);
    assert_true(contract_counters(free_running).collections_gen2 > 1);
    assert_int_equal(w.searches, v.searches);
    heap_free(h);
    heap_free(free_running);
}

static void keep_nodes(struct heap *h, struct heap_reg *r, size_t count, size_t bytes) {
    contract_ok(heap_new_list(h, &r[1]));
    for (size_t i = 0; i < count; i++) {
        contract_ok(heap_new_node(h, &r[0], 1, bytes));
        contract_ok(heap_append(h, &r[1], &r[0]));
    }
}

// 10000 more each time that nothing is found. From 700: at 701, 11402, 32103 and 62804 containers.
// From 2000: each second increment is one that marks, and no collection, so at 2001, 4002, 16003,
// 28004, 50005 and 72006.
static void a_threshold_adapts_as_in_php(void **state) {
    (void)state;
    struct world w = {0};
    struct heap *h = new_with(&w, "adapt=php");
    struct heap_reg *r = heap_enter(h, 2);
    keep_nodes(h, r, 100000, 0);
    assert_int_equal(w.searches, contract_has("pacing") ? 6 : 4);
    if (!contract_has("pacing")) { // some 1500 are found at 103505; the next is due 30701 later
        make_garbage(h, r, 5000, 0);
        assert_int_equal(w.searches, 5);
        make_garbage(h, r, 29000, 0);
        assert_int_equal(w.searches, 5);
        make_garbage(h, r, 500, 0);
        assert_int_equal(w.searches, 6);
    }
    contract_verify(h);
    heap_free(h);
}

// A million bytes are the first 10 large objects, then each 10 more: at the 11th, 21st ... 91st.
static void bytes_are_counted(void **state) {
    (void)state;
    struct world w = {0};
    struct heap *h = new_with(&w, "trigger=allocated allocated=1e6");
    struct heap_reg *r = heap_enter(h, 1);
    make_garbage(h, r, 100, LARGE);
    assert_int_equal(w.searches, 9);
    contract_verify(h);
    heap_free(h);
}

// Of blocks outside of the heap, each of which takes the place of the one before, the 10th would
// make a million bytes. It leaves the 9th; so the next is at the 19th: at the 10th, 19th, 28th ...
// 100th.
static void external_bytes_are_counted(void **state) {
    (void)state;
    for (int counted = 0; counted < 2; counted++) {
        struct world w = {0};
        struct heap *h = new_with(&w, counted ? "trigger=allocated allocated=1e6 external=on"
                                              : "trigger=allocated allocated=1e6");
        struct heap_reg *r = heap_enter(h, 1);
        for (int i = 0; i < 100; i++)
            contract_ok(heap_new_external(h, r, LARGE));
        assert_int_equal(w.searches, counted ? 11 : 0);
        contract_verify(h);
        heap_free(h);
    }
}

static const char *quickjs(void) {
    return counts_containers()
               ? "trigger=growth growth=1.5 min_heap=262144 threshold0=1 memory=malloc"
               : "growth=1.5 min_heap=262144";
}

// QuickJS's rule for blocks that stay, one of 0.5 MiB and then 50 of 1 MiB. A collection that is
// due before the n-th of them leaves n - 0.5 MiB, and the next is at the first n whose n + 0.5 are
// more than 1.5 times that: at the small block, and at n = 1, 2, 3, 4, 5, 7, 10, 14, 20, 29 and 43.
static void external_bytes_grow_as_in_quickjs(void **state) {
    (void)state;
    char settings[128];
    for (int counted = 0; counted < 2; counted++) {
        struct world w = {0};
        (void)snprintf(settings, sizeof settings, "%s external=%s", quickjs(),
                       counted ? "on" : "off");
        struct heap *h = new_with(&w, settings);
        struct heap_reg *r = heap_enter(h, 2);
        contract_ok(
            heap_new_node(h, &r[1], 51, 0)); // a list would allocate in between, which is a look
        contract_ok(heap_new_atom(h, &r[0], HEAP_EXTERNAL_PAYLOAD));
        for (size_t i = 0; i <= 50; i++) {
            contract_ok(heap_new_external(h, &r[0], i ? 1 << 20 : 1 << 19));
            heap_store(h, &r[1], i, &r[0]);
        }
        assert_int_equal(w.searches, counted ? 12 : 0);
        contract_verify(h);
        heap_free(h);
    }
}

// 3.1 MB of live nodes are 11.8 times 256 KiB, 1.5 to the power of 6.1: one at 256 KiB and 6 more.
static void a_heap_grows_as_in_quickjs(void **state) {
    (void)state;
    struct world w = {0};
    struct heap *h = new_with(&w, quickjs());
    struct heap_reg *r = heap_enter(h, 2);
    keep_nodes(h, r, 3000, 1000);
    assert_int_equal(w.searches, 7);
    assert_int_equal(contract_counters(h).collections_gen2, 7);
    contract_verify(h);
    heap_free(h);
}

// With a count each threshold is a look; with bytes the first object is, and then each 1 MiB: at
// the 12th large object, the 23rd ... the 100th.
static void resident_memory_is_looked_at(void **state) {
    (void)state;
    bool containers = counts_containers();
    struct world w = {.resident_bytes = 1000001};
    struct heap *h = new_with(&w, containers ? "threshold0=700 rss_limit=1e6" : "rss_limit=1e6");
    struct heap_reg *r = heap_enter(h, 1);
    make_garbage(h, r, containers ? 7010 : 100, containers ? 0 : LARGE);
    assert_int_equal(contract_counters(h).collections_gen2, 10);
    w.resident_bytes = 1000000;
    make_garbage(h, r, containers ? 701 : 20, containers ? 0 : LARGE);
    assert_int_equal(contract_counters(h).collections_gen2, 10);
    contract_verify(h);
    heap_free(h);
}

static bool has_intervals(void) {
    return (contract_has("interval0") || contract_has("interval")) && !CONTRACT_STRESS;
}

// ----------------------------------------------------------------------------- young, or everything
// Bytes are allocated and let go, or kept in the list in r[0]. Returns the collections of the young meanwhile.
static uint64_t young_during(struct heap *h, struct heap_reg *r, size_t bytes, bool kept) {
    enum { ATOM = 64 };
    uint64_t before = contract_counters(h).collections_gen0;
    for (size_t at = 0; at < bytes; at += ATOM) {
        contract_ok(heap_new_atom(h, &r[1], ATOM));
        if (kept)
            contract_ok(heap_append(h, &r[0], &r[1]));
    }
    return contract_counters(h).collections_gen0 - before;
}

// As in Lua 5.4 (lgc.c, genstep and stepgenfull): a collection of everything that finds little is followed by
// another such, until there are no more objects than before. And where most of the young survive.
static void poor_collections_end_generations(const char *settings) {
    struct world w = {0};
    struct heap *h = new_with(&w, settings);
    struct heap_reg *r = heap_enter(h, 2);
    contract_ok(heap_new_list(h, &r[0]));
    (void)young_during(h, r, 1 << 20, true);
    uint64_t full = contract_counters(h).collections_gen2;
    assert_int_equal(young_during(h, r, 7 << 20, true), 0);
    assert_in_range(contract_counters(h).collections_gen2, full + 2, full + 4); // three doublings
    full = contract_counters(h).collections_gen2;
    (void)young_during(h, r, 32 << 20, false); // it finds much
    assert_in_range(contract_counters(h).collections_gen2, full + 1, full + 4);
    full = contract_counters(h).collections_gen2;
    assert_in_range(young_during(h, r, 32 << 20, false), 10, 40);
    assert_int_equal(contract_counters(h).collections_gen2, full);
    heap_leave(h);
    heap_free(h);
}

static void collections_are_of_everything_where_little_dies(void **state) {
    (void)state;
    poor_collections_end_generations("minor=20 major=100 min_young=65536 survival=100");
    poor_collections_end_generations("minor=20 major=100 min_young=65536 survival=50");
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("a generation waits for its time", has_intervals(),
                           a_generation_waits_for_its_time),
        CONTRACT_BARE_TEST("allocation is a clock", has_intervals(), allocation_is_a_clock),
        CONTRACT_BARE_TEST("an old generation waits alone",
                           contract_has("interval2") && CONTRACT_SCALE == 1,
                           an_old_generation_waits_alone),
        CONTRACT_BARE_TEST("a threshold adapts as in PHP",
                           contract_has("adapt") && CONTRACT_SCALE == 1,
                           a_threshold_adapts_as_in_php),
        CONTRACT_BARE_TEST("bytes are counted", contract_has("allocated") && !CONTRACT_STRESS,
                           bytes_are_counted),
        CONTRACT_BARE_TEST("bytes outside of the heap are counted",
                           contract_has("allocated") && !CONTRACT_STRESS,
                           external_bytes_are_counted),
        CONTRACT_BARE_TEST("bytes outside of the heap let it grow as QuickJS's",
                           contract_has("trigger") && !CONTRACT_STRESS,
                           external_bytes_grow_as_in_quickjs),
        CONTRACT_BARE_TEST("a heap grows as QuickJS's",
                           contract_has("trigger") && CONTRACT_SCALE == 1,
                           a_heap_grows_as_in_quickjs),
        CONTRACT_BARE_TEST("resident memory is looked at",
                           contract_has("rss_limit") && !CONTRACT_STRESS,
                           resident_memory_is_looked_at),
        CONTRACT_BARE_TEST("collections are of everything where little dies",
                           contract_has("survival") && CONTRACT_SCALE == 1,
                           collections_are_of_everything_where_little_dies),
    };
    return CONTRACT_RUN(tests);
}
