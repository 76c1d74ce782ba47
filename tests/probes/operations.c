// operations.c - one operation of the contract, again and again: what does it cost by itself?
//
// A step is 1000 of them, and nothing else but the loop, so that a cost per operation can be told
// to an instruction.

#include "workload.h"

#include <stdio.h>
#include <stdlib.h>

enum { VALUE, OTHER, SECOND, KEYS, REGISTERS };

enum { OPERATION, PARAMS };
enum { OPERATION_NODE, OPERATION_PAIR, OPERATION_INTERN };

static const struct setting operations_params[PARAMS] = {
    [OPERATION] =
        {.name = "operation",
         .doc = "node: allocate one of two slots in place of the last; pair: one more "
                "reference to an object, and one less to another; intern: find one of 10,000 keys",
         .unit = "",
         .choices = (const char *const[]){"node", "pair", "intern", NULL}},
};

enum { REPEAT = 1000 };

// Keys are visited with a stride that is coprime to their number, so in no order that a cache
// likes.
enum { KEY_COUNT = 10000, KEY_BYTES = 11, KEY_STRIDE = 7919 };

struct operations {
    char (*keys)[KEY_BYTES + 1];
    size_t next;
};

// The heap and its register are locals, as they are in a loop whose author cares.
static int operations_node(struct mutator *m) {
    struct heap *h = m->heap;
    struct heap_reg *value = &m->registers[VALUE];
    int error = 0;
    heap_region_begin(h);
    for (int i = 0; i < REPEAT && !error; i++)
        error = heap_new_node(h, value, 2, 0);
    heap_clear(h, value);
    heap_region_end(h);
    return error;
}

// Two objects in turn, so a copy takes a reference to one and gives up one to the other.
static int operations_pair(struct mutator *m) {
    struct heap *h = m->heap;
    struct heap_reg *value = &m->registers[VALUE], *other = &m->registers[OTHER];
    const struct heap_reg *second = &m->registers[SECOND];
    for (int i = 0; i < REPEAT; i += 2) {
        heap_copy(h, other, value);
        __asm__ volatile("" : : : "memory"); // or all but the last would be dead stores
        heap_copy(h, other, second);
        __asm__ volatile("" : : : "memory");
    }
    return 0;
}

static int operations_intern(struct mutator *m) {
    struct operations *s = m->state;
    int error = 0;
    for (int i = 0; i < REPEAT && !error; i++) {
        error = heap_intern(m->heap, &m->registers[VALUE], s->keys[s->next], KEY_BYTES);
        s->next = (s->next + KEY_STRIDE) % KEY_COUNT;
    }
    return error;
}

static int operations_step(struct mutator *m) {
    static int (*const steps[])(struct mutator *) = {operations_node, operations_pair,
                                                     operations_intern};
    return steps[(int)m->params[OPERATION]](m);
}

static int operations_keys(struct mutator *m) {
    struct operations *s = m->state;
    s->keys = malloc(KEY_COUNT * sizeof *s->keys);
    int error = s->keys ? heap_new_list(m->heap, &m->registers[KEYS]) : ENOMEM;
    for (size_t i = 0; i < KEY_COUNT && !error; i++) {
        snprintf(s->keys[i], sizeof s->keys[i], "key%08zu", i);
        error = heap_intern(m->heap, &m->registers[VALUE], s->keys[i], KEY_BYTES);
        if (!error)
            error = heap_append(m->heap, &m->registers[KEYS], &m->registers[VALUE]);
    }
    return error;
}

static int operations_setup(struct mutator *m) {
    int error = operations_keys(m);
    if (!error)
        error = heap_new_node(m->heap, &m->registers[VALUE], 2, 0);
    if (!error)
        error = heap_new_node(m->heap, &m->registers[SECOND], 2, 0);
    heap_copy(m->heap, &m->registers[OTHER], &m->registers[VALUE]);
    return error;
}

static void operations_teardown(struct mutator *m) {
    struct operations *s = m->state;
    free(s->keys);
    s->keys = NULL;
}

WORKLOAD(operations, .summary = "one operation again and again: what does it cost by itself?",
         .step_is = "1000 operations", .params = operations_params, .param_count = PARAMS,
         .registers = REGISTERS, .state_bytes = sizeof(struct operations), .steps = 5000,
         .setup = operations_setup, .step = operations_step, .teardown = operations_teardown)
