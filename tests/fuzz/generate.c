// generate.c - programs by chance: new ones, and others made of those there are.

#include "generate.h"

#include "base/must.h"
#include "base/random.h"

#include <string.h>

// How often an operation is drawn, beside one that is not listed, which counts 1: so a new one is drawn
// from the day that it exists.
static const unsigned char generate_weights[TRACE_END] = {
    [TRACE_NEW_ATOM] = 4,     [TRACE_NEW_NODE] = 14,    [TRACE_NEW_LIST] = 5,
    [TRACE_INTERN] = 8,       [TRACE_SMALL_INT] = 4,    [TRACE_LOAD] = 8,
    [TRACE_STORE] = 18,       [TRACE_APPEND] = 8,       [TRACE_POP] = 4,
    [TRACE_TRUNCATE] = 4,     [TRACE_COPY] = 8,         [TRACE_CLEAR] = 8,
    [TRACE_SAME] = 4,         [TRACE_LENGTH] = 2,       [TRACE_PAYLOAD] = 2,
    [TRACE_ENTER] = 3,        [TRACE_LEAVE] = 3,        [TRACE_REGION_END] = 4,
    [TRACE_REGION_BEGIN] = 4, [TRACE_LONG_LIVED] = 4,   [TRACE_COLLECT] = 4,
    [TRACE_VERIFY] = 4,       [TRACE_MOVE] = 6,         [TRACE_BORROW] = 3,
    [TRACE_NEW_TUPLE] = 8,    [TRACE_NEW_EXTERNAL] = 4, [TRACE_GUARD] = 6,
    [TRACE_GUARDED_TAKE] = 4, [TRACE_NEW_DICT] = 6,     [TRACE_PUT] = 10,
};

// A program as an array of operations, in which anything may stand.
struct program {
    struct trace_op *ops;
    size_t count, room;
    struct circumstances circumstances;
};

// --------------------------------------------------------------------------------------------- chance
static uint64_t generate_below(uint64_t *random, uint64_t n) {
    return random_next(random) % n;
}

static unsigned generate_number(uint64_t *random) {
    unsigned total = 0, at;
    for (const struct trace_row *row = NULL; (row = trace_row_next(row));)
        total += generate_weights[row->number] ? generate_weights[row->number] : 1u;
    at = (unsigned)generate_below(random, total);
    for (const struct trace_row *row = NULL; (row = trace_row_next(row));) {
        unsigned weight = generate_weights[row->number] ? generate_weights[row->number] : 1u;
        if (at < weight)
            return row->number;
        at -= weight;
    }
    return TRACE_CLEAR;
}

// A few values come again and again; of all others there are many.
static const unsigned char *generate_key(uint64_t *random, uint64_t *bytes) {
    static const unsigned char keys[8][FIT_KEY_BYTES + 1] = {
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "cbadefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl",
        "dcbadefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk",
        "edcbaghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm",
        "fedcbahijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm",
        "gfedcbaijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm",
        "hgfedcbajklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm",
    };
    uint64_t key = generate_below(random, 64);
    *bytes = generate_below(random, FIT_KEY_BYTES - key % 8);
    return keys[key / 8] + key % 8;
}

static uint64_t generate_operand(uint64_t *random, char letter) {
    uint64_t dice = generate_below(random, 64);
    switch (letter) {
    case 's': // large objects now and then, huge ones more rarely: their memory comes from elsewhere
        return generate_below(random, dice ? 8 : 256);
    case 'p':
        return dice ? generate_below(random, 32) * 16
                    : generate_below(random, 1024) * (1 + 39 * generate_below(random, 2));
    case 'z':
        return generate_below(random, 512) - 100;
    default:
        return generate_below(random, 256);
    }
}

static struct trace_op generate_op(uint64_t *random) {
    struct trace_op op = {.number = generate_number(random)};
    const char *letters = trace_row(op.number)->operands;
    for (int i = 0; letters[i]; i++) {
        op.operands[i] = generate_operand(random, letters[i]);
        if (letters[i] == 'k')
            op.key = generate_key(random, &op.operands[i]);
    }
    return op;
}

static struct circumstances generate_circumstances(uint64_t *random) {
    uint64_t r = random_next(random);
    return (struct circumstances){(unsigned)(r & 0xffff), r >> 16 & 255, r >> 24 & 255};
}

// ------------------------------------------------------------------------------------------- programs
static void program_insert(struct program *p, size_t at, const struct trace_op *ops, size_t count) {
    if (!count)
        return;
    if (p->room - p->count < count) {
        p->room = p->room * 2 + count;
        p->ops = must(realloc(p->ops, p->room * sizeof *p->ops));
    }
    memmove(p->ops + at + count, p->ops + at, (p->count - at) * sizeof *p->ops);
    memcpy(p->ops + at, ops, count * sizeof *ops);
    p->count += count;
}

static void program_remove(struct program *p, size_t at, size_t count) {
    if (!count)
        return;
    memmove(p->ops + at, p->ops + at + count, (p->count - at - count) * sizeof *p->ops);
    p->count -= count;
}

static struct program program_of(const struct trace *t) {
    struct program p = {0};
    struct trace_op op;
    if (t)
        p.circumstances = circumstances_of(t);
    for (size_t at = 0; t && trace_next(t, &at, &op);)
        program_insert(&p, p.count, &op, 1);
    return p;
}

// A new operation, which appends come with in numbers: lists that are long enough to grow.
static void program_draw(struct program *p, uint64_t *random, size_t at) {
    struct trace_op op = generate_op(random);
    uint64_t times = op.number == TRACE_APPEND ? 1 + generate_below(random, 16) : 1;
    while (times--)
        program_insert(p, at, &op, 1);
}

// The keys are those of the traces that it was made of, which must still be there.
static unsigned char *program_finish(struct program *p, size_t *bytes) {
    struct fit *f = fit_new(p->circumstances);
    for (size_t i = 0; i < p->count; i++)
        fit_add(f, &p->ops[i]);
    unsigned char *file = fit_finish(f, bytes);
    fit_free(f);
    free(p->ops);
    return file;
}

// ------------------------------------------------------------------------------------------- mutation
// Part of a program: a place, and how many operations from there on.
static size_t program_part(const struct program *p, uint64_t *random, size_t most, size_t *count) {
    size_t at = p->count ? generate_below(random, p->count) : 0, left = p->count - at;
    *count = left ? 1 + generate_below(random, left < most ? left : most) : 0;
    return at;
}

// The whole, or a part, again and again.
static void mutate_repeat(struct program *p, uint64_t *random) {
    size_t most = generate_below(random, 32) ? GENERATE_LONG : GENERATE_LONGEST, count;
    size_t at = program_part(p, random, p->count, &count);
    struct program part = {0};
    if (count)
        program_insert(&part, 0, p->ops + at, count);
    while (count && p->count + count <= most) {
        program_insert(p, at, part.ops, count);
        for (size_t i = at; i < at + count; i++) // so that the table of interned values grows
            if (p->ops[i].number == TRACE_INTERN && generate_below(random, 2))
                p->ops[i].key = generate_key(random, &p->ops[i].operands[1]);
    }
    free(part.ops);
}

static void mutate_operand(struct program *p, uint64_t *random) {
    if (!p->count)
        return;
    struct trace_op *op = &p->ops[generate_below(random, p->count)];
    const struct trace_row *row = trace_row(op->number);
    size_t operands = row ? strlen(row->operands) : 0;
    if (!operands)
        return;
    size_t i = generate_below(random, operands);
    op->operands[i] = generate_operand(random, row->operands[i]);
    if (row->operands[i] == 'k')
        op->key = generate_key(random, &op->operands[i]);
}

static void mutate_copy(struct program *p, uint64_t *random) {
    size_t count, at = program_part(p, random, 8, &count);
    struct trace_op part[8];
    for (size_t i = 0; i < count; i++)
        part[i] = p->ops[at + i];
    program_insert(p, generate_below(random, p->count + 1), part, count);
}

static void mutate_circumstances(struct program *p, uint64_t *random) {
    struct circumstances c = generate_circumstances(random), *old = &p->circumstances;
    switch (generate_below(random, 4)) {
    case 0:
        old->tunables = c.tunables;
        break;
    case 1:
        old->refused = c.refused;
        break;
    case 2:
        old->request = c.request;
        break;
    default:
        *old = (struct circumstances){c.tunables, 0, 0};
    }
}

static void mutate_once(struct program *p, uint64_t *random) {
    size_t count, at;
    switch (generate_below(random, 16)) {
    case 0:
    case 1:
        at = program_part(p, random, 6, &count);
        program_remove(p, at, count);
        break;
    case 2:
    case 3:
        mutate_operand(p, random);
        break;
    case 4:
        mutate_copy(p, random);
        break;
    case 5:
    case 6:
    case 7:
        mutate_circumstances(p, random);
        break;
    case 8:
        if (generate_below(random, 4) == 0)
            mutate_repeat(p, random);
        break;
    default:
        program_draw(p, random, generate_below(random, p->count + 1));
    }
}

// How long a program may be that is not about to repeat itself.
static size_t generate_most(uint64_t *random) {
    uint64_t dice = generate_below(random, 256);
    return dice ? dice < 64 ? GENERATE_LONG : GENERATE_SHORT : GENERATE_LONGEST;
}

// What is longer is cut at both ends, so that what stays is part of it as it was.
static void program_cut(struct program *p, uint64_t *random, size_t most) {
    if (p->count <= most)
        return;
    program_remove(p, 0, generate_below(random, p->count - most + 1));
    p->count = most;
}

unsigned char *generate_mutant(uint64_t seed, const struct trace *t, size_t *bytes) {
    uint64_t random = seed;
    struct program p = program_of(t);
    program_cut(&p, &random, generate_most(&random));
    for (uint64_t times = 1 + generate_below(&random, 5); times; times--)
        mutate_once(&p, &random);
    return program_finish(&p, bytes);
}

unsigned char *generate_cross(uint64_t seed, const struct trace *a, const struct trace *b,
                              size_t *bytes) {
    uint64_t random = seed;
    struct program p = program_of(a), q = program_of(b);
    size_t count, from = program_part(&q, &random, q.count, &count);
    size_t at = generate_below(&random, p.count + 1);
    if (generate_below(&random, 2))
        program_remove(&p, at, p.count - at);
    program_insert(&p, at, q.ops + from, count);
    program_cut(&p, &random, generate_most(&random));
    free(q.ops);
    return program_finish(&p, bytes);
}

unsigned char *generate_program(uint64_t seed, size_t operations, size_t *bytes) {
    uint64_t random = seed;
    struct program p = {.circumstances = generate_circumstances(&random)};
    while (p.count < operations)
        program_draw(&p, &random, p.count);
    return program_finish(&p, bytes);
}
