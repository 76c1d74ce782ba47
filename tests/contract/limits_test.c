// limits_test.c - every strategy: refused memory, the heap limit, tunables at their ends,
// long chains.

#include <stdio.h>
#include <unistd.h>

#include "contract.h"
#include "model/values.h"

// -------------------------------------------------------------------- a program of every operation
// A run of it, in which requests for memory may be refused.
struct run {
    struct heap *heap;
    struct heap_reg *guard; // a copy of the destination, while an operation is attempted
    uint64_t refusals;
    uint64_t objects, bytes; // allocated in all
};

// ATTEMPT - the operation succeeds; or it gives ENOMEM, has changed nothing, and succeeds when
// repeated, for only one request is refused.
#define ATTEMPT(run, dst, operation)                                                               \
    do {                                                                                           \
        heap_copy((run)->heap, (run)->guard, dst);                                                 \
        int error = (operation);                                                                   \
        if (error) {                                                                               \
            assert_int_equal(error, ENOMEM);                                                       \
            (run)->refusals++;                                                                     \
            contract_verify((run)->heap);                                                          \
            assert_true(heap_same((run)->heap, (run)->guard, dst));                                \
            contract_ok(operation);                                                                \
        }                                                                                          \
        heap_clear((run)->heap, (run)->guard);                                                     \
    } while (0)

// A number in an atom, and a node around it: r[0] = the node; r[1] is scratch.
static void make_pair(struct run *run, struct heap_reg *r, uint64_t number) {
    struct heap *h = run->heap;
    ATTEMPT(run, &r[1], contract_atom(h, &r[1], number));
    ATTEMPT(run, &r[0], heap_new_node(h, &r[0], 3, 16));
    contract_fill(heap_payload(h, &r[0]), 16, number);
    heap_store(h, &r[0], 0, &r[1]);
    heap_store(h, &r[0], 2, &r[0]);
}

static void check_pair(struct heap *h, struct heap_reg *r, uint64_t number) {
    assert_true(contract_filled(heap_payload(h, &r[0]), 16, number));
    heap_load(h, &r[1], &r[0], 1);
    assert_true(heap_is_empty(h, &r[1]));
    heap_load(h, &r[1], &r[0], 2);
    assert_true(heap_same(h, &r[0], &r[1]));
    heap_load(h, &r[1], &r[0], 0);
    assert_int_equal(contract_number(h, &r[1]), number);
}

enum { PROGRAM_LENGTH = CONTRACT_STRESS ? 32 : 800 };

// r[2] = a list of pairs.
static void program_lists(struct run *run, struct heap_reg *r) {
    struct heap *h = run->heap;
    ATTEMPT(run, &r[2], heap_new_list(h, &r[2]));
    for (uint64_t i = 0; i < PROGRAM_LENGTH; i++) {
        if (i % 8 == 0)
            make_pair(run, r, i / 8);
        size_t length = heap_length(h, &r[2]);
        assert_int_equal(length, i);
        ATTEMPT(run, &r[2], heap_append(h, &r[2], &r[0]));
        assert_int_equal(heap_length(h, &r[2]), i + 1);
    }
    heap_collect(h, CONTRACT_FULL);
    for (uint64_t i = 0; i < PROGRAM_LENGTH; i++) {
        heap_load(h, &r[0], &r[2], i);
        check_pair(h, r, i / 8);
    }
}

static void program_values(struct run *run, struct heap_reg *r) {
    struct heap *h = run->heap;
    char key[32];
    ATTEMPT(run, &r[3], heap_new_list(h, &r[3]));
    for (int i = 0; i < PROGRAM_LENGTH; i++) { // the intern table grows
        size_t bytes = (size_t)sprintf(key, "name %d", i);
        ATTEMPT(run, &r[0], heap_intern(h, &r[0], key, bytes));
        ATTEMPT(run, &r[3], heap_append(h, &r[3], &r[0]));
        ATTEMPT(run, &r[1], heap_intern(h, &r[1], key, bytes));
        assert_true(heap_same(h, &r[0], &r[1]));
    }
    for (int64_t i = -20; i < 20; i++) {
        ATTEMPT(run, &r[0], heap_small_int(h, &r[0], i));
        assert_int_equal((int64_t)contract_number(h, &r[0]), i);
    }
    for (int i = 0; i < 3; i++) { // larger than what a small chunk takes
        ATTEMPT(run, &r[0], heap_new_atom(h, &r[0], 200000));
        contract_fill(heap_payload(h, &r[0]), 200000, 1);
        ATTEMPT(run, &r[1], heap_new_node(h, &r[1], 4000, 5));
        heap_store(h, &r[1], 3999, &r[0]);
        assert_true(contract_filled(heap_payload(h, &r[0]), 200000, 1));
    }
}

static void program_region(struct run *run, struct heap_reg *r) {
    struct heap *h = run->heap;
    heap_region_begin(h);
    for (uint64_t i = 0; i < PROGRAM_LENGTH / 4; i++) {
        heap_long_lived(h, i % 8 == 0);
        make_pair(run, r, i);
        check_pair(h, r, i);
        if (i % 8 == 0)
            ATTEMPT(run, &r[3], heap_append(h, &r[3], &r[0]));
    }
    heap_long_lived(h, false);
    struct heap_reg *t = heap_enter(h, 1);
    ATTEMPT(run, t, heap_new_list(h, t));
    for (uint64_t i = 0; i < PROGRAM_LENGTH; i++)
        ATTEMPT(run, t, heap_append(h, t, &r[3]));
    heap_leave(h);
    heap_clear(h, &r[0]);
    heap_clear(h, &r[1]);
    heap_region_end(h);
    contract_verify(h);
    for (uint64_t i = 0; i < PROGRAM_LENGTH / 4; i += 8) {
        heap_load(h, &r[0], &r[3], PROGRAM_LENGTH + i / 8);
        check_pair(h, r, i);
    }
}

// Of so many keys that each of the last takes memory where keys are objects.
static void program_dict(struct run *run, struct heap_reg *r) {
    struct heap *h = run->heap;
    ATTEMPT(run, &r[0], heap_new_dict(h, &r[0], 300));
    ATTEMPT(run, &r[0], heap_put(h, &r[0], 299, &r[0]));
    heap_load(h, &r[1], &r[0], 299);
    assert_true(heap_same(h, &r[0], &r[1]));
    heap_clear(h, &r[0]);
    heap_clear(h, &r[1]);
}

// Runs the program in a new heap and checks what it built. Returns false when heap_new was refused.
static bool run_program(struct run *run, struct heap_config config) {
    *run = (struct run){.heap = contract_new(config)};
    if (!run->heap)
        return false;
    struct heap *h = run->heap;
    run->guard = heap_enter(h, 1);
    struct heap_reg *r = heap_enter(h, 4);
    assert_true(run->guard && r);
    program_dict(run, r);
    program_lists(run, r);
    program_values(run, r);
    program_region(run, r);
    heap_truncate(h, &r[2], PROGRAM_LENGTH / 3);
    heap_truncate(h, &r[3], 2);
    heap_pop(h, &r[0], &r[2]);
    check_pair(h, r, (PROGRAM_LENGTH / 3 - 1) / 8);
    heap_leave(h);
    contract_verify(h);
    heap_collect(h, CONTRACT_FULL);
    contract_verify(h);
    struct heap_counters c = contract_counters(h);
    run->objects = c.objects_allocated;
    run->bytes = c.bytes_allocated;
    if (contract_claims(HEAP_FREES_CYCLES))
        assert_int_equal(c.objects_freed, c.objects_allocated);
    heap_leave(h);
    heap_free(h);
    return true;
}

// ---------------------------------------------------------------------------------- refused memory
// One by one at first; then in steps that grow by 1/fine of the place, as a strategy with one request
// per object makes thousands. It ends when the program makes no more requests: refusals that a
// strategy gets over by itself lie up to 52 of 32 fine steps apart (lua).
enum {
    FINE = CONTRACT_STRESS      ? 4
           : CONTRACT_SCALE > 1 ? 16
                                : 32,
    COARSE = CONTRACT_STRESS      ? 4
             : CONTRACT_SCALE > 1 ? 8
                                  : 32,
};

static void refuse_each(const double *tunables, uint64_t fine) {
    struct run clean, run;
    assert_true(run_program(&clean, (struct heap_config){.tunables = tunables}));
    assert_int_equal(clean.refusals, 0);
    uint64_t refusals = 0, quiet = 0;
    for (uint64_t n = 1; n < 3000 && quiet < 2 * fine; n += 1 + n / fine) {
        struct heap_config config = {.tunables = tunables, .refuse_request = n};
        if (!run_program(&run, config)) {
            refusals++;
            continue;
        }
        quiet = run.refusals ? 0 : quiet + 1;
        assert_in_range(run.refusals, 0, 1);
        refusals += run.refusals;
        assert_int_equal(run.objects, clean.objects);
        assert_int_equal(run.bytes, clean.bytes);
    }
    assert_true(refusals > 0);
}

// Whether it does anything where all others are at their defaults; combinations are for tests/fuzz.
static bool acts_alone(const struct setting *s) {
    struct values defaults = values_new(heap_strategy.tunables, heap_strategy.tunable_count);
    bool acts = values_acts(&defaults, s);
    values_free(&defaults);
    return acts;
}

static void a_refused_request_changes_nothing(void **state) {
    (void)state;
    double values[CONTRACT_MAX_TUNABLES];
    contract_fallbacks(values);
    refuse_each(values, FINE);
    for (size_t t = 0; t < heap_strategy.tunable_count;
         t++) { // where memory comes from may be a choice
        const struct setting *s = &heap_strategy.tunables[t];
        for (size_t choice = 0; s->choices && s->choices[choice]; choice++) {
            contract_fallbacks(values);
            if (values[t] == (double)choice || !acts_alone(s))
                continue;
            values[t] = (double)choice;
            refuse_each(values, COARSE);
        }
    }
}

// ---------------------------------------------------------------------------------- the heap limit
// Something that grows until memory ends. Returns ENOMEM at the end. r[0] = a list; r[1]
// is scratch.
typedef int grower(struct heap *h, struct heap_reg *r, uint64_t i);

static int grow_nodes(struct heap *h, struct heap_reg *r, uint64_t i) {
    if (heap_new_node(h, &r[1], 2, 8))
        return ENOMEM;
    memcpy(heap_payload(h, &r[1]), &i, sizeof i);
    heap_load(h, &r[2], &r[0], 0);
    heap_store(h, &r[1], 0, &r[2]);
    heap_store(h, &r[0], 0, &r[1]);
    return 0;
}

static int grow_atoms(struct heap *h, struct heap_reg *r, uint64_t i) {
    if (heap_new_atom(h, &r[1], 100000))
        return ENOMEM;
    contract_fill(heap_payload(h, &r[1]), 100000, i);
    return heap_append(h, &r[0], &r[1]);
}

static int grow_list(struct heap *h, struct heap_reg *r, uint64_t i) {
    (void)i;
    return heap_append(h, &r[0], &r[0]);
}

static int grow_names(struct heap *h, struct heap_reg *r, uint64_t i) {
    int error = heap_intern(h, &r[1], &i, sizeof i);
    return error ? error : heap_append(h, &r[0], &r[1]);
}

enum { ROOM_BYTES = 8 << 20 };

static uint64_t grow_to_the_end(struct heap *h, struct heap_reg *r, grower *grow, size_t limit) {
    contract_ok(heap_new_list(h, &r[0]));
    contract_ok(heap_append(h, &r[0], &r[1]));
    uint64_t n = 0;
    while (grow(h, r, n) == 0)
        if (n++ % 64 == 0)
            assert_true(contract_counters(h).memory_peak_bytes <= limit);
    assert_int_equal(grow(h, r, n), ENOMEM); // and it stays refused
    contract_verify(h);
    struct heap_counters c = contract_counters(h);
    assert_true(c.memory_peak_bytes <= limit);
    assert_true(c.memory_bytes <= c.memory_peak_bytes);
    assert_true(heap_length(h, &r[0]) > 0);
    heap_store(h, &r[0], 0, &r[3]);
    if (grow == grow_list) // break its self-references, so that it is acyclic
        heap_truncate(h, &r[0], 0);
    for (int i = 0; i < 3; i++)
        heap_clear(h, &r[i]);
    return n;
}

static void check_limit(grower *grow) {
    size_t limit;
    struct heap *h = contract_new_with_room(ROOM_BYTES, &limit);
    struct heap_reg *r = heap_enter(h, 4);
    bool reclaims = contract_frees_acyclic() || contract_claims(HEAP_FREES_REGIONS);
    uint64_t first = 0;
    for (int round = 0; round < 3; round++) {
        heap_region_begin(h);
        uint64_t n = grow_to_the_end(h, r, grow, limit);
        heap_region_end(h);
        assert_true(n > 0);
        if (!reclaims || (grow == grow_names && !contract_frees_acyclic()))
            break; // what is interned outlives a region
        heap_collect(h, CONTRACT_FULL);
        if (round == 0)
            first = n;
        assert_true(n >= first / 2); // what was dropped is there again
    }
    contract_verify(h);
    heap_free(h);
}

static void the_limit_stops_growth(void **state) {
    (void)state;
    check_limit(grow_atoms);
    if (CONTRACT_STRESS)
        return; // small objects under this limit are too many to walk at each safepoint
    check_limit(grow_nodes);
    check_limit(grow_list);
    check_limit(grow_names);
}

enum { NAMES = 300000 };

// Names that nobody keeps never run out of memory, though there is too little for a table of them
// all: where allocating collects rather than refuse, interning does.
static void interning_makes_room(void **state) {
    (void)state;
    size_t limit;
    struct heap *h = contract_new_with_room(ROOM_BYTES, &limit);
    struct heap_reg *r = heap_enter(h, 1);
    for (uint64_t i = 0; i < NAMES; i++)
        contract_ok(heap_intern(h, r, &i, sizeof i));
    contract_verify(h);
    assert_true(contract_counters(h).memory_peak_bytes <= limit);
    heap_free(h);
}

// Every operation that may need memory; i tells one value from the next. r[0] = dst, r[1] = a list.
enum { ASKING = 6 };

static int ask(struct heap *h, struct heap_reg *r, int operation, uint64_t i) {
    switch (operation) {
    case 0:
        return heap_new_atom(h, &r[0], 1000);
    case 1:
        return heap_new_node(h, &r[0], 10, 8);
    case 2:
        return heap_new_list(h, &r[0]);
    case 3:
        return heap_intern(h, &r[0], &i, sizeof i);
    case 4:
        return heap_small_int(h, &r[0], 1000);
    default:
        return heap_append(h, &r[1], &r[0]);
    }
}

// Ask until it is refused; what was given is held by a frame that stays.
static void ask_until_refused(struct heap *h, struct heap_reg *r, int operation) {
    struct heap_reg *held = heap_enter(h, ROOM_BYTES / 8);
    assert_non_null(held);
    for (size_t i = 0; i < ROOM_BYTES / 8; i++) {
        struct heap_counters before = contract_counters(h);
        size_t length = heap_length(h, &r[1]);
        heap_copy(h, &r[0], &r[2]);
        if (ask(h, r, operation, i) == 0) {
            heap_copy(h, &held[i], &r[0]);
            continue;
        }
        struct heap_counters after = contract_counters(h);
        assert_int_equal(after.objects_allocated, before.objects_allocated);
        assert_int_equal(after.bytes_allocated, before.bytes_allocated);
        assert_int_equal(after.intern_misses, before.intern_misses);
        assert_int_equal(heap_length(h, &r[1]), length);
        assert_true(heap_same(h, &r[0], &r[2]));
        assert_int_equal(contract_number(h, &r[0]), 5);
        return;
    }
    fail_msg("operation %d is not refused", operation);
}

static void without_memory_nothing_changes(void **state) {
    (void)state;
    size_t limit;
    struct heap *h = contract_new_with_room(ROOM_BYTES, &limit);
    struct heap_reg *r = heap_enter(h, 3);
    contract_ok(contract_atom(h, &r[2], 5));
    contract_ok(heap_new_list(h, &r[1]));
    for (int operation = 0; operation < ASKING; operation++) {
        ask_until_refused(h, r, operation);
        contract_verify(h);
    }
    contract_ok(heap_small_int(h, &r[0], 7)); // needs none
    heap_free(h);
}

static void a_limit_too_small_is_refused_or_kept(void **state) {
    (void)state;
    for (size_t limit = 1; limit < 4u << 20; limit *= 3) {
        struct heap *h = contract_new((struct heap_config){.limit_bytes = limit});
        if (!h)
            continue;
        struct heap_reg *r = heap_enter(h, 1);
        for (int i = 0; i < 100; i++)
            if (heap_new_node(h, r, 2, 8) || heap_new_atom(h, r, 5000))
                break;
        contract_verify(h);
        assert_true(contract_counters(h).memory_peak_bytes <= limit);
        heap_free(h);
    }
}

// Address space in use, in bytes.
static size_t address_space(void) {
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%zu", &pages), 1);
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void heap_free_gives_memory_back(void **state) {
    (void)state;
    struct run run;
    heap_free(NULL);
    for (int i = 0; i < 3; i++) // what malloc keeps, it has then
        assert_true(run_program(&run, (struct heap_config){0}));
    size_t before = address_space();
    for (int i = 0; i < 20; i++)
        assert_true(run_program(&run, (struct heap_config){0}));
    // A sanitizer keeps up to 256 MiB of freed blocks.
    assert_true(address_space() <= before + ((size_t)(CONTRACT_SCALE > 1 ? 300 : 4) << 20));
}

// ---------------------------------------------------------------------------------------- tunables
static void try_value(size_t tunable, double value, const struct run *expected) {
    const struct setting *s = &heap_strategy.tunables[tunable];
    double values[CONTRACT_MAX_TUNABLES];
    struct run run;
    if (strcmp(s->unit, "bytes") == 0 && value > 1 << 28)
        return; // more memory than a test should take
    contract_fallbacks(values);
    values[tunable] = value;
    assert_true(run_program(&run, (struct heap_config){.tunables = values}));
    if (run.objects != expected->objects || run.bytes != expected->bytes)
        fail_msg("%s = %g: %zu objects of %zu bytes, not %zu of %zu", s->name, value,
                 (size_t)run.objects, (size_t)run.bytes, (size_t)expected->objects,
                 (size_t)expected->bytes);
}

static void try_sweep(size_t tunable, const struct run *expected) {
    const char *sweep = heap_strategy.tunables[tunable].sweep;
    while (sweep && *sweep) {
        try_value(tunable, strtod(sweep, NULL), expected); // "off" reads as 0
        sweep += strcspn(sweep, ",");
        sweep += *sweep == ',';
    }
}

static void every_tunable_works(void **state) {
    (void)state;
    struct run expected;
    assert_true(run_program(&expected, (struct heap_config){0}));
    for (size_t t = 0; t < heap_strategy.tunable_count; t++) {
        const struct setting *s = &heap_strategy.tunables[t];
        if (!acts_alone(s))
            continue;
        if (s->choices) {
            for (size_t choice = 0; s->choices[choice]; choice++)
                try_value(t, (double)choice, &expected);
        } else {
            assert_in_range((uint64_t)s->fallback, (uint64_t)s->min, (uint64_t)s->max);
            try_value(t, s->min, &expected);
            if (strcmp(s->name, "interned_kept") != 0) // what it keeps is held: values_test.c
                try_value(t, s->max, &expected);
            try_sweep(t, &expected);
        }
    }
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("a refused request gives ENOMEM and changes nothing", true,
                           a_refused_request_changes_nothing),
        CONTRACT_BARE_TEST("the heap limit stops growth, and the heap goes on", true,
                           the_limit_stops_growth),
        CONTRACT_BARE_TEST("interning collects before it refuses",
                           contract_frees_acyclic() && !CONTRACT_STRESS, interning_makes_room),
        CONTRACT_BARE_TEST("without memory every operation refuses and changes nothing",
                           !CONTRACT_STRESS, without_memory_nothing_changes),
        CONTRACT_BARE_TEST("a heap limit too small is refused or kept", true,
                           a_limit_too_small_is_refused_or_kept),
        CONTRACT_BARE_TEST("heap_free gives memory back", !contract_claims(HEAP_LEAVES),
                           heap_free_gives_memory_back),
        CONTRACT_BARE_TEST("every tunable works at its ends and sweep values", true,
                           every_tunable_works),
    };
    return CONTRACT_RUN(tests);
}
