// big_list.c - one list of a million boxed integers: filled, overwritten at random, dropped.

#include "workload.h"

enum { LIST, ITEM, REGISTERS };
enum { LENGTH, PARAMS };

static const struct setting big_list_params[PARAMS] = {
    [LENGTH] = {.name = "length",
                .doc = "elements of the list; twice as many are overwritten",
                .unit = "elements",
                .fallback = 1e6,
                .min = 1,
                .max = 1e7,
                .whole = 1},
};

// Above the small integers, so that each is a fresh object.
static int big_list_item(struct mutator *m, size_t i) {
    return heap_small_int(m->heap, &m->registers[ITEM], HEAP_INT_MAX + 1 + (int64_t)i);
}

static int big_list_step(struct mutator *m) {
    const struct heap_reg *list = &m->registers[LIST], *item = &m->registers[ITEM];
    size_t length = (size_t)m->params[LENGTH];
    int error = heap_new_list(m->heap, &m->registers[LIST]);
    for (size_t i = 0; i < length && !error; i++) {
        error = big_list_item(m, i);
        if (!error)
            error = heap_append(m->heap, list, item);
    }
    for (size_t i = 0; i < 2 * length && !error; i++) {
        error = big_list_item(m, i);
        if (!error)
            heap_store(m->heap, list, mutator_draw(m, length), item);
    }
    heap_clear(m->heap, &m->registers[ITEM]);
    heap_clear(m->heap, &m->registers[LIST]);
    return error;
}

WORKLOAD(big_list, .summary = "a million boxed integers in a list: filled, overwritten, dropped",
         .step_is = "a list: three million stores", .params = big_list_params,
         .param_count = PARAMS, .registers = REGISTERS, .steps = 3, .step = big_list_step)
