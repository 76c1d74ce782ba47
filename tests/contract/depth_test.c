// depth_test.c - every strategy: structures of any depth are marked and released on a
// small C stack.
//
// Each heap lives in a thread of 64 kB: whatever recursed over data would end in the first
// thousands of a chain. That it has millions is for what else is bounded, such as a mark stack of
// 2^20 entries.

#include <pthread.h>

#include "contract.h"

enum {
    DEEP = CONTRACT_STRESS ? 1000 : 2000000 / CONTRACT_SCALE, // nodes of a chain
    STACK_BYTES = 64 << 10,
};

// Links a new object behind the chain (r[0] its first, r[1] its last) or before it.
typedef int linker(struct heap *h, struct heap_reg *r);

static int link_behind(struct heap *h, struct heap_reg *r) {
    if (heap_new_node(h, &r[2], 1, 0))
        return ENOMEM;
    heap_store(h, &r[1], 0, &r[2]);
    heap_copy(h, &r[1], &r[2]);
    return 0;
}

static int link_before(struct heap *h, struct heap_reg *r) {
    if (heap_new_node(h, &r[2], 1, 0))
        return ENOMEM;
    heap_store(h, &r[2], 0, &r[0]);
    heap_copy(h, &r[0], &r[2]);
    return 0;
}

static int link_both_ways(struct heap *h, struct heap_reg *r) {
    if (heap_new_node(h, &r[2], 2, 0))
        return ENOMEM;
    heap_store(h, &r[1], 0, &r[2]);
    heap_store(h, &r[2], 1, &r[1]);
    heap_copy(h, &r[1], &r[2]);
    return 0;
}

// Each level leaves two objects for later, more than what a release may remember for itself.
static int link_combs(struct heap *h, struct heap_reg *r) {
    if (heap_new_node(h, &r[2], 3, 0) || heap_new_atom(h, &r[1], 0))
        return ENOMEM;
    heap_store(h, &r[2], 1, &r[1]);
    if (heap_new_node(h, &r[1], 0, 8))
        return ENOMEM;
    heap_store(h, &r[2], 0, &r[1]);
    heap_store(h, &r[2], 2, &r[0]);
    heap_copy(h, &r[0], &r[2]);
    return 0;
}

// The same where both children of a pair die.
static int link_pairs(struct heap *h, struct heap_reg *r) {
    if (heap_new_node(h, &r[2], 2, 0) || heap_new_node(h, &r[1], 0, 8))
        return ENOMEM;
    heap_store(h, &r[2], 0, &r[1]);
    heap_store(h, &r[2], 1, &r[0]);
    heap_copy(h, &r[0], &r[2]);
    return 0;
}

static int link_lists(struct heap *h, struct heap_reg *r) {
    if (heap_new_list(h, &r[2]) || heap_append(h, &r[2], &r[0]))
        return ENOMEM;
    heap_copy(h, &r[0], &r[2]);
    return 0;
}

// What a thread does, and what it found: NULL, or what is wrong. (A failed assertion of cmocka
// jumps, which it must not do from one thread into another.)
struct task {
    linker *link;
    size_t count;
    bool reclaimed; // when the registers are cleared
    bool in_heap_free;
    const char *wrong;
};

static const char *build(struct heap *h, struct heap_reg *r, const struct task *task) {
    if (heap_new_node(h, &r[0], 2, 0))
        return "no memory";
    heap_copy(h, &r[1], &r[0]);
    for (size_t i = 1; i < task->count; i++)
        if (task->link(h, r))
            return "no memory";
    heap_clear(h, &r[1]);
    heap_clear(h, &r[2]);
    return NULL;
}

static const char *run_in(struct heap *h, const struct task *task) {
    size_t level = task->link == link_combs ? 3 : task->link == link_pairs ? 2 : 1;
    size_t objects = level * (task->count - 1) + 1;
    struct heap_reg *r = heap_enter(h, 3);
    heap_enable(h, false); // the build alone would start hundreds of collections
    const char *wrong = build(h, r, task);
    if (wrong)
        return wrong;
    if (heap_collect(h, CONTRACT_FULL))
        return "a live chain is not garbage";
    if (contract_held(h) != objects)
        return "a live chain is held";
    wrong = CONTRACT_SCALE > 1 ? heap_verify(h) : NULL;
    if (wrong || task->in_heap_free)
        return wrong;
    heap_leave(h);
    heap_collect(h, CONTRACT_FULL);
    if (contract_held(h) != (task->reclaimed ? 0 : objects))
        return task->reclaimed ? "a dropped chain is reclaimed" : "a dropped chain stays";
    return heap_verify(h);
}

static void *run_task(void *argument) {
    struct task *task = argument;
    struct heap *h = contract_new((struct heap_config){0});
    task->wrong = h ? run_in(h, task) : "no memory for a heap";
    heap_free(h);
    return NULL;
}

static void run_deep(struct task task) {
    pthread_attr_t attributes;
    pthread_t thread;
    contract_ok(pthread_attr_init(&attributes));
    contract_ok(pthread_attr_setstacksize(&attributes, STACK_BYTES));
    contract_ok(pthread_create(&thread, &attributes, run_task, &task));
    contract_ok(pthread_join(thread, NULL));
    contract_ok(pthread_attr_destroy(&attributes));
    if (task.wrong)
        fail_msg("should be true: %s", task.wrong);
}

static void chains_linked_forwards(void **state) {
    (void)state;
    run_deep((struct task){link_behind, DEEP, contract_frees_acyclic(), false, NULL});
}

static void chains_linked_backwards(void **state) {
    (void)state;
    run_deep((struct task){link_before, DEEP, contract_frees_acyclic(), false, NULL});
}

static void chains_linked_both_ways(void **state) {
    (void)state;
    run_deep(
        (struct task){link_both_ways, DEEP / 10, contract_claims(HEAP_FREES_CYCLES), false, NULL});
}

static void chains_of_lists(void **state) {
    (void)state;
    run_deep((struct task){link_lists, DEEP / 10, contract_frees_acyclic(), false, NULL});
}

static void chains_with_teeth(void **state) {
    (void)state;
    run_deep((struct task){link_combs, DEEP / 10, contract_frees_acyclic(), false, NULL});
    run_deep((struct task){link_pairs, DEEP / 10, contract_frees_acyclic(), false, NULL});
}

static void chains_left_to_heap_free(void **state) {
    (void)state;
    run_deep((struct task){link_behind, DEEP / 10, false, true, NULL});
    run_deep((struct task){link_lists, DEEP / 10, false, true, NULL});
}

// A tree of 8191 nodes and atoms, and one of lists of 40 in a list of 40. Which find no room on the
// stack depends on its size; all must be followed, and those that found none are counted. They are
// found again, yet each object is visited once, and each reference that is not empty: 8190 + 40 +
// 1600.
static void full_mark_stacks_lose_nothing(void **state) {
    (void)state;
    const double sizes[] = {1, 2, 3, 7, 30};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double values[CONTRACT_MAX_TUNABLES];
        contract_fallbacks(values);
        contract_set(values, "mark_stack", sizes[i]);
        struct heap *h = contract_new((struct heap_config){.tunables = values});
        struct heap_reg *r = heap_enter(h, 4);
        contract_tree(h, &r[0], 12);
        contract_ok(heap_new_list(h, &r[1]));
        for (int list = 0; list < 40; list++) {
            contract_ok(heap_new_list(h, &r[2]));
            contract_ok(heap_append(h, &r[1], &r[2]));
            for (int atom = 0; atom < 40; atom++) {
                contract_ok(contract_atom(h, &r[3], 1));
                contract_ok(heap_append(h, &r[2], &r[3]));
            }
        }
        assert_int_equal(heap_collect(h, CONTRACT_FULL), 0);
        assert_int_equal(contract_held(h), 8191 + 1 + 40 + 1600);
        assert_true(contract_counters(h).mark_overflows > 0);
        assert_int_equal(contract_counters(h).objects_visited, 8191 + 1 + 40 + 1600);
        assert_int_equal(contract_counters(h).edges_visited, 8190 + 40 + 1600);
        contract_verify(h);
        heap_free(h);
    }
}

CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {
        CONTRACT_BARE_TEST("long chains linked forwards", true, chains_linked_forwards),
        CONTRACT_BARE_TEST("long chains linked backwards", true, chains_linked_backwards),
        CONTRACT_BARE_TEST("long chains linked both ways", true, chains_linked_both_ways),
        CONTRACT_BARE_TEST("long chains of lists in lists", true, chains_of_lists),
        CONTRACT_BARE_TEST("long chains whose nodes hold other objects", true, chains_with_teeth),
        CONTRACT_BARE_TEST("long chains are left to heap_free", true, chains_left_to_heap_free),
        CONTRACT_BARE_TEST("full mark stacks lose nothing", contract_has("mark_stack"),
                           full_mark_stacks_lose_nothing),
    };
    return CONTRACT_RUN(tests);
}
