// article.c - the lines by which tutorials explain memory management, each as a program that
// answers with a number.
//
// A step does the lines once. What came of them is its answer (mutator_answer), by which a sentence
// of a tutorial can hold or not (results/claims/article.json). Answers may differ between
// strategies, so they are in no checksum.

#include "workload.h"

#include <string.h>

enum { X, Y, Z, REGISTERS };

// Values of two variables, and what is asked of them.
enum { IN_RANGE = 20, OTHER_IN_RANGE = 30, OUT_OF_RANGE = 1000, OTHER_OUT_OF_RANGE = 2000 };

// A question's program. Returns 0 or ENOMEM.
typedef int article_lines(struct mutator *m, double *answer);

static int article_twice(struct mutator *m, int64_t value, double *answer) {
    struct heap_reg *r = m->registers;
    int error = heap_small_int(m->heap, &r[X], value);
    if (!error)
        error = heap_small_int(m->heap, &r[Y], value);
    *answer = heap_same(m->heap, &r[X], &r[Y]);
    return error;
}

// age = 20; score = 20
static int article_small_int(struct mutator *m, double *answer) {
    return article_twice(m, IN_RANGE, answer);
}

static int article_large_int(struct mutator *m, double *answer) {
    return article_twice(m, OUT_OF_RANGE, answer);
}

static int article_new_text(struct heap *h, struct heap_reg *dst, const char *text) {
    int error = heap_new_atom(h, dst, strlen(text));
    if (!error)
        memcpy(heap_payload(h, dst), text, strlen(text));
    return error;
}

// Two texts that were made at run time, as by reading them.
static int article_text(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers;
    int error = article_new_text(m->heap, &r[X], "a text");
    if (!error)
        error = article_new_text(m->heap, &r[Y], "a text");
    *answer = heap_same(m->heap, &r[X], &r[Y]);
    return error;
}

static int article_interned(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers;
    int error = heap_intern(m->heap, &r[X], "a_text", 6);
    if (!error)
        error = heap_intern(m->heap, &r[Y], "a_text", 6);
    *answer = heap_same(m->heap, &r[X], &r[Y]);
    return error;
}

// x = 20; z = x; x = 30: is x another object than the one before?
static int article_reassigned(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers;
    int error = heap_small_int(m->heap, &r[X], IN_RANGE);
    heap_copy(m->heap, &r[Z], &r[X]);
    if (!error)
        error = heap_small_int(m->heap, &r[X], OTHER_IN_RANGE);
    *answer = !heap_same(m->heap, &r[X], &r[Z]);
    return error;
}

// y = b; x = a; x = b: is x the object that y is?
static int article_joins(struct mutator *m, int64_t a, int64_t b, double *answer) {
    struct heap_reg *r = m->registers;
    int error = heap_small_int(m->heap, &r[Y], b);
    if (!error)
        error = heap_small_int(m->heap, &r[X], a);
    if (!error)
        error = heap_small_int(m->heap, &r[X], b);
    *answer = heap_same(m->heap, &r[X], &r[Y]);
    return error;
}

static int article_joined(struct mutator *m, double *answer) {
    return article_joins(m, IN_RANGE, OTHER_IN_RANGE, answer);
}

static int article_joined_large(struct mutator *m, double *answer) {
    return article_joins(m, OUT_OF_RANGE, OTHER_OUT_OF_RANGE, answer);
}

// list = [1, 2, 3], by z
static int article_new_list(struct mutator *m, struct heap_reg *list) {
    int error = heap_new_list(m->heap, list);
    for (int64_t i = 1; i <= 3 && !error; i++) {
        error = heap_small_int(m->heap, &m->registers[Z], i);
        if (!error)
            error = heap_append(m->heap, list, &m->registers[Z]);
    }
    return error;
}

static int article_two_equal(struct mutator *m) {
    int error = article_new_list(m, &m->registers[X]);
    return error ? error : article_new_list(m, &m->registers[Y]);
}

static int article_lists(struct mutator *m, double *answer) {
    int error = article_two_equal(m);
    *answer = !heap_same(m->heap, &m->registers[X], &m->registers[Y]);
    return error;
}

// x[0] = []: is y[0] still what it was?
static int article_store(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers;
    int error = article_two_equal(m);
    if (!error)
        error = heap_new_list(m->heap, &r[Z]);
    if (error)
        return error;
    heap_store(m->heap, &r[X], 0, &r[Z]);
    error = heap_small_int(m->heap, &r[Z], 1);
    heap_load(m->heap, &r[X], &r[Y], 0);
    *answer = heap_same(m->heap, &r[X], &r[Z]);
    return error;
}

// x = []; y = x; z = [x]: by how much does an assignment raise the count of x? Negative where none
// is kept.
static int article_count(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers;
    int error = heap_new_list(m->heap, &r[X]);
    if (!error)
        error = heap_new_list(m->heap, &r[Z]);
    if (error)
        return error;
    int64_t before = heap_refcount(m->heap, &r[X]);
    heap_copy(m->heap, &r[Y], &r[X]);
    error = heap_append(m->heap, &r[Z], &r[X]);
    int64_t after = heap_refcount(m->heap, &r[X]);
    *answer = before < 0 ? -1 : (double)(after - before) / 2;
    return error;
}

// x = []; y = [x]; del x: the example of a cycle. The answer is what the objects cost at the end:
// see leaked_objects.
static int article_two_lists(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers;
    int error = heap_new_list(m->heap, &r[X]);
    if (!error)
        error = heap_new_list(m->heap, &r[Y]);
    if (!error)
        error = heap_append(m->heap, &r[Y], &r[X]);
    *answer = 2; // objects made
    return error;
}

// And x.append(y), which makes it one.
static int article_true_cycle(struct mutator *m, double *answer) {
    int error = article_two_lists(m, answer);
    return error ? error : heap_append(m->heap, &m->registers[X], &m->registers[Y]);
}

// A call makes a list and returns it: is it there when the call's frame is gone?
static int article_frame(struct mutator *m, double *answer) {
    struct heap_reg *r = m->registers, *local = heap_enter(m->heap, 1);
    if (!local)
        return ENOMEM;
    int error = article_new_list(m, &local[0]);
    heap_copy(m->heap, &r[X], &local[0]);
    heap_leave(m->heap);
    if (!error)
        *answer = heap_length(m->heap, &r[X]) == 3;
    return error;
}

static article_lines *const article_questions[] = {
    article_small_int, article_large_int,    article_text,  article_interned, article_reassigned,
    article_joined,    article_joined_large, article_lists, article_store,    article_count,
    article_two_lists, article_true_cycle,   article_frame};

enum { ASKS, PARAMS };

static const struct setting article_params[PARAMS] = {
    [ASKS] = {
        .name = "asks",
        .doc =
            "which lines: two equal integers, within -5 .. 256 or not, or texts, read or interned: "
            "one object? A "
            "variable with another value: another object, or that of its value? Two equal lists; "
            "the "
            "reference count; two lists of which one is in the other; a list returned from a call",
        .unit = "",
        .choices = (const char *const[]){"small_int", "large_int", "text", "interned", "reassigned",
                                         "joined", "joined_large", "lists", "store", "count",
                                         "two_lists", "true_cycle", "frame", NULL}}};

static int article_step(struct mutator *m) {
    double answer = 0;
    int error = article_questions[(int)m->params[ASKS]](m, &answer);
    for (int i = 0; i < REGISTERS; i++)
        heap_clear(m->heap, &m->registers[i]);
    if (!error)
        mutator_answer(m, answer);
    return error;
}

WORKLOAD(
    article,
    .summary = "the lines by which tutorials explain memory management: what do they answer here?",
    .step_is = "the lines once", .params = article_params, .param_count = PARAMS,
    .registers = REGISTERS, .steps = 10000, .asks = true, .step = article_step)
