// php.c - a trace as a program for PHP (replay.php), and traces by chance that fill its collector's
// buffer.
//
//   php convert TRACE MODEL PROGRAM
//   php chance SEED OPERATIONS TRACE
//
// PHP moves no reference: array_pop() takes one and gives one up, and so do `$o->p = $r;
// unset($r)`. So MODEL is TRACE with these in the place of heap_pop and heap_move; and without what
// observes, or what neither has a use for. PROGRAM does the same. When PHP cannot follow an
// operation, nothing is written, and the one line on stdout is `skipped` and why.

#include "base/file.h"
#include "base/must.h"
#include "trace/model.h"

#include <stdlib.h>
#include <string.h>

enum code {
    COPY,
    CLEAR,
    ATOM,
    NODE,
    LIST,
    INT,
    LOAD,
    STORE,
    APPEND,
    TRUNCATE,
    COLLECT,
    ENABLE,
    TUPLE,
    LOOK,
};

struct php {
    struct trace_writer *writer;
    int32_t *words;
    size_t count, room, looked;
    uint32_t frames[1 << 10], depth; // registers of each frame that is open
    uint32_t registers;              // in all of them
    const char *skipped;
};

static _Noreturn void php_fail(const char *what, const char *why) {
    fprintf(stderr, "php: %s: %s\n", what, why);
    exit(1);
}

// ----------------------------------------------------------------------------------- both programs
static void php_model(struct php *p, unsigned number, uint64_t a, uint64_t b, uint64_t c) {
    const char *wrong = trace_write(p->writer, &(struct trace_op){number, {a, b, c}, NULL});
    if (wrong)
        php_fail(trace_row(number)->name, wrong);
}

static void php_word(struct php *p, uint64_t word) {
    if (p->count == p->room) {
        p->room = p->room ? p->room * 2 : 4096;
        p->words = must(realloc(p->words, p->room * sizeof *p->words));
    }
    p->words[p->count++] = (int32_t)word;
}

static void php_words(struct php *p, unsigned code, size_t operands, const uint64_t *all) {
    php_word(p, code);
    for (size_t i = 0; i < operands; i++)
        php_word(p, all[i]);
}

#define WORDS(p, code, ...)                                                                        \
    php_words(p, code, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t),                       \
              (const uint64_t[]){__VA_ARGS__})

static uint32_t php_length(const struct php *p, uint64_t r) {
    return trace_model_length(trace_writer_model(p->writer), (uint32_t)r);
}

static void php_clear(struct php *p, uint64_t r) {
    php_model(p, TRACE_CLEAR, r, 0, 0);
    WORDS(p, CLEAR, r);
}

static void php_truncate(struct php *p, uint64_t list, uint64_t length) {
    php_model(p, TRACE_TRUNCATE, list, length, 0);
    WORDS(p, TRUNCATE, list, length);
}

static void php_pop(struct php *p, uint64_t dst, uint64_t list) {
    uint32_t last = php_length(p, list) - 1;
    if (dst == list) {
        p->skipped = "pop: of a list into the register by which it is named";
        return;
    }
    php_model(p, TRACE_LOAD, dst, list, last);
    WORDS(p, LOAD, dst, list, last);
    php_truncate(p, list, last);
}

static void php_move(struct php *p, uint64_t container, uint64_t slot, uint64_t src) {
    php_model(p, TRACE_STORE, container, slot, src);
    WORDS(p, STORE, container, slot, src);
    php_clear(p, src);
}

// In PHP it is filled when what the register held has been given up.
static void php_tuple(struct php *p, uint64_t dst, uint64_t list) {
    uint32_t length = php_length(p, list);
    if (dst == list)
        p->skipped = "new_tuple: into the register of the list";
    else
        WORDS(p, TUPLE, dst, list, length);
    php_model(p, TRACE_NEW_TUPLE, dst, list, 0);
}

// An integer is no object in PHP, and those that each exist once here die with nothing.
static void php_int(struct php *p, const struct trace_op *op) {
    int64_t value = (int64_t)op->operands[1];
    php_model(p, TRACE_SMALL_INT, op->operands[0], op->operands[1], 0);
    if (value >= HEAP_INT_MIN && value <= HEAP_INT_MAX)
        WORDS(p, INT, op->operands[0], op->operands[1]);
    else
        WORDS(p, ATOM, op->operands[0]);
}

static void php_enter(struct php *p, uint64_t registers) {
    if (p->depth == sizeof p->frames / sizeof *p->frames) {
        p->skipped = "enter: too many frames";
        return;
    }
    p->frames[p->depth++] = (uint32_t)registers;
    p->registers += (uint32_t)registers;
    php_model(p, TRACE_ENTER, registers, 0, 0);
}

static void php_leave(struct php *p) {
    uint32_t count = p->frames[--p->depth];
    p->registers -= count;
    for (uint32_t i = 0; i < count; i++)
        WORDS(p, CLEAR, p->registers + i);
    php_model(p, TRACE_LEAVE, 0, 0, 0);
}

// An operation that both have under a name.
static void php_same(struct php *p, const struct trace_op *op) {
    static const struct {
        unsigned code, operands;
    } same[] = {
        [TRACE_COPY] = {COPY, 2},         [TRACE_CLEAR] = {CLEAR, 1},
        [TRACE_NEW_ATOM] = {ATOM, 1},     [TRACE_NEW_NODE] = {NODE, 2},
        [TRACE_NEW_LIST] = {LIST, 1},     [TRACE_LOAD] = {LOAD, 3},
        [TRACE_STORE] = {STORE, 3},       [TRACE_APPEND] = {APPEND, 2},
        [TRACE_TRUNCATE] = {TRUNCATE, 2}, [TRACE_COLLECT] = {COLLECT, 0},
        [TRACE_ENABLE] = {ENABLE, 1},     [TRACE_NEW_EXTERNAL] = {ATOM, 1},
    };
    if (op->number >= sizeof same / sizeof *same ||
        (!same[op->number].code && op->number != TRACE_COPY))
        return; // it observes, or is about regions or freezing
    php_model(p, op->number, op->operands[0], op->operands[1], op->operands[2]);
    php_words(p, same[op->number].code, same[op->number].operands, op->operands);
}

// Unless nothing was done since the last look.
static void php_look(struct php *p) {
    if (p->looked == p->count)
        return;
    php_model(p, TRACE_MARK, 0, 0, 0);
    php_word(p, LOOK);
    p->looked = p->count;
}

static void php_operation(struct php *p, const struct trace_op *op) {
    const uint64_t *o = op->operands;
    switch (op->number) {
    case TRACE_MARK:
        php_look(p);
        break;
    case TRACE_INTERN:
        p->skipped = "intern: an interned string of PHP lives for ever";
        break;
    case TRACE_GUARD:
    case TRACE_GUARDED_TAKE:
        p->skipped = "guards: an object with a destructor is searched for twice";
        break;
    case TRACE_POP:
        php_pop(p, o[0], o[1]);
        break;
    case TRACE_MOVE:
        php_move(p, o[0], o[1], o[2]);
        break;
    case TRACE_BORROW:
        php_clear(p, o[0]);
        break;
    case TRACE_NEW_TUPLE:
        php_tuple(p, o[0], o[1]);
        break;
    case TRACE_SMALL_INT:
        php_int(p, op);
        break;
    case TRACE_ENTER:
        php_enter(p, o[0]);
        break;
    case TRACE_LEAVE:
        php_leave(p);
        break;
    default:
        php_same(p, op);
    }
}

// ------------------------------------------------------------------------------------------- files
static void php_write(const char *path, const void *bytes, size_t count) {
    int failed = file_write_whole(path, bytes, count);
    if (failed)
        php_fail(path, strerror(failed));
}

static void php_finish(struct trace_writer *w, const char *name, const char *source,
                       const char *path) {
    char error[256];
    size_t bytes;
    json_t *about = must(json_pack("{s:s,s:s}", "name", name, "source", source));
    unsigned char *file = trace_writer_finish(w, about, &bytes, error, sizeof error);
    if (!file)
        php_fail(path, error);
    php_write(path, file, bytes);
    json_decref(about);
    free(file);
    trace_writer_free(w);
}

static void convert(const char *from, const char *model, const char *program) {
    char error[512];
    struct trace *t = trace_read(from, error, sizeof error);
    if (!t || !trace_check(t, error, sizeof error))
        php_fail(from, error);
    struct php p = {.writer = trace_writer_new(t->registers), .registers = t->registers};
    struct trace_op op;
    php_word(&p, t->registers + t->more_registers);
    p.looked = p.count;
    for (size_t at = 0; !p.skipped && trace_next(t, &at, &op);)
        php_operation(&p, &op);
    php_look(&p);
    if (p.skipped) {
        printf("skipped %s\n", p.skipped);
        trace_writer_free(p.writer);
    } else {
        php_finish(p.writer, trace_text(t, "name"), "made from a trace, for PHP", model);
        php_write(program, p.words, p.count * sizeof *p.words);
    }
    free(p.words);
    trace_free(t);
}

// ------------------------------------------------------------------------------------------ chance
// Register 0 holds a list of PLACES, which hold nodes and lists, and all else goes on among what is
// loaded from there. So tens of thousands of objects wait in the buffer, chains that die as one are
// found in it, and most collections find something.
enum { PLACES = 25000, LEAST_SLOTS = 1, MOST_SLOTS = 12, ALL = 0, A, B, FRESH, EMPTY, REGISTERS };

struct chance {
    struct php p; // of which the writer is used alone
    uint64_t seed;
    unsigned destroys; // of 100 operations
};

// Park and Miller, "Random number generators: good ones are hard to find", CACM 31, 1988.
static unsigned draw(struct chance *c, unsigned n) {
    c->seed = c->seed * 16807 % 2147483647;
    return (unsigned)(c->seed % n);
}

static void put(struct chance *c, unsigned number, uint64_t a, uint64_t b, uint64_t d) {
    php_model(&c->p, number, a, b, d);
}

static void load(struct chance *c, unsigned r) {
    put(c, TRACE_LOAD, r, ALL, draw(c, PLACES));
}

static int kind(const struct chance *c, unsigned r) {
    return trace_model_kind(trace_writer_model(c->p.writer), r);
}

static void make(struct chance *c) {
    unsigned what = draw(c, 10);
    if (what < 7)
        put(c, TRACE_NEW_NODE, FRESH, LEAST_SLOTS + draw(c, MOST_SLOTS), 0);
    else if (what < 9)
        put(c, TRACE_NEW_LIST, FRESH, 0, 0);
    else
        put(c, TRACE_NEW_ATOM, FRESH, 8, 0);
}

// A new object gets what B holds, and its place.
static void replace(struct chance *c) {
    make(c);
    if (kind(c, FRESH) == HEAP_NODE)
        put(c, TRACE_STORE, FRESH, draw(c, php_length(&c->p, FRESH)), B);
    else if (kind(c, FRESH) == HEAP_LIST)
        put(c, TRACE_APPEND, FRESH, B, 0);
    put(c, TRACE_STORE, ALL, draw(c, PLACES), FRESH);
}

// A refers to B, which may refer to A.
static void refer(struct chance *c, unsigned a, unsigned b) {
    if (kind(c, a) == HEAP_LIST && draw(c, 4) == 0 && php_length(&c->p, a))
        put(c, TRACE_TRUNCATE, a, draw(c, php_length(&c->p, a)), 0);
    else if (kind(c, a) == HEAP_LIST)
        put(c, TRACE_APPEND, a, b, 0);
    else if (kind(c, a) == HEAP_NODE)
        put(c, TRACE_STORE, a, draw(c, php_length(&c->p, a)), b);
}

// Nodes each of which refers to the one made before, in the place of something; closed to a ring,
// or open: then it dies from its last node on, of which each may be in the buffer. One may refer to
// what stands elsewhere, and has an atom.
static void tie(struct chance *c, unsigned length, bool closed) {
    put(c, TRACE_NEW_NODE, A, 3, 0);
    put(c, TRACE_COPY, B, A, 0);
    for (unsigned i = 1; i < length; i++) {
        put(c, TRACE_NEW_NODE, FRESH, 3, 0);
        put(c, TRACE_STORE, FRESH, 0, B);
        put(c, TRACE_COPY, B, FRESH, 0);
    }
    if (closed)
        put(c, TRACE_STORE, A, 0, B);
    put(c, TRACE_STORE, ALL, draw(c, PLACES), B);
    if (draw(c, 4) == 0)
        load(c, A);
    put(c, TRACE_NEW_ATOM, FRESH, 8, 0);
    put(c, TRACE_STORE, B, 1, FRESH);
    if (draw(c, 4) == 0)
        put(c, TRACE_STORE, B, 2, A);
}

// A chain, each node of which refers to what stands elsewhere, then to the next. A collection
// empties the buffer, to walk the chain fills it, and then the chain dies: what it referred to
// enters, while all nodes down to there are dying and have not left. So a collection begins within.
static void descend(struct chance *c) {
    unsigned length = 4000 + draw(c, 5000);
    put(c, TRACE_CLEAR, B, 0, 0);
    for (unsigned i = 0; i < length; i++) {
        put(c, TRACE_NEW_NODE, FRESH, 2, 0);
        put(c, TRACE_LOAD, A, ALL, i);
        put(c, TRACE_STORE, FRESH, 0, A);
        put(c, TRACE_STORE, FRESH, 1, B);
        put(c, TRACE_COPY, B, FRESH, 0);
    }
    put(c, TRACE_CLEAR, A, 0, 0);
    put(c, TRACE_COLLECT, 2, 0, 0);
    put(c, TRACE_ENABLE, 1, 0, 0);
    put(c, TRACE_COPY, A, B, 0);
    for (unsigned i = 1; i < length; i++)
        put(c, TRACE_LOAD, A, A, 1);
    put(c, TRACE_CLEAR, FRESH, 0, 0);
    put(c, TRACE_CLEAR, B, 0, 0);
    put(c, TRACE_MARK, 0, 0, 0);
}

// Ends with a mark, at which both are looked at.
static void step(struct chance *c, uint64_t i) {
    unsigned what = draw(c, 100);
    load(c, A + draw(c, 2));
    if (what < c->destroys)
        put(c, TRACE_STORE, ALL, draw(c, PLACES), EMPTY);
    else if (what < 80)
        tie(c, 1 + draw(c, draw(c, 2000) ? 6 : 4000), draw(c, 3));
    else if (what < 97)
        replace(c);
    else if (what < 98)
        refer(c, A, B);
    else
        refer(c, B, A);
    if (i % 5000 == 4999)
        put(c, TRACE_COLLECT, 2, 0, 0);
    if (i % 7000 == 4000 || i % 7000 == 5500)
        put(c, TRACE_ENABLE, i % 7000 == 5500, 0, 0);
    put(c, TRACE_MARK, 0, 0, 0);
}

static void chance(const char *seed, const char *operations, const char *path) {
    struct chance c = {.p.writer = trace_writer_new(REGISTERS),
                       .seed = strtoull(seed, NULL, 10) * 7919 % 2147483646 + 1};
    c.destroys = draw(&c, 60);
    put(&c, TRACE_ENABLE, 0, 0, 0);
    put(&c, TRACE_NEW_LIST, ALL, 0, 0);
    for (unsigned i = 0; i < PLACES; i++) {
        put(&c, TRACE_NEW_NODE, FRESH, LEAST_SLOTS + draw(&c, MOST_SLOTS), 0);
        put(&c, TRACE_APPEND, ALL, FRESH, 0);
    }
    descend(&c);
    for (uint64_t i = 0, n = strtoull(operations, NULL, 10); i < n; i++)
        step(&c, i);
    php_finish(c.p.writer, seed, "tests/fidelity/php.c", path);
}

int main(int argc, char **argv) {
    if (argc == 5 && !strcmp(argv[1], "convert")) {
        convert(argv[2], argv[3], argv[4]);
        return 0;
    }
    if (argc == 5 && !strcmp(argv[1], "chance")) {
        chance(argv[2], argv[3], argv[4]);
        return 0;
    }
    fputs("usage: php convert TRACE MODEL PROGRAM, or php chance SEED OPERATIONS TRACE\n", stderr);
    return 2;
}
