// program.c - see program.h.

#include "program.h"

#include <string.h>

struct program {
    struct heap *heap;
    struct heap_reg *registers;
    const uint8_t *next, *end;
    struct program_result *out;
    uint64_t serial; // of payloads, so that every object differs
    unsigned verified;
    size_t large_bytes;
    bool in_region, long_lived;
    bool young[PROGRAM_REGISTERS]; // see program.h
    bool fresh[PROGRAM_REGISTERS];
};

// PROGRAM_ASK - the operation's error. When a request for memory was refused, nothing has changed,
// and the operation succeeds if it is repeated.
#define PROGRAM_ASK(p, operation) ((operation) ? (p)->out->refusals++, (operation) : 0)

static unsigned program_byte(struct program *p) {
    return p->next < p->end ? *p->next++ : 0;
}

static unsigned program_register(struct program *p) {
    return program_byte(p) % PROGRAM_REGISTERS;
}

static void program_observe(struct program *p, uint64_t value) {
    p->out->observed = (p->out->observed ^ value) * 0x100000001B3u + 0x9E3779B97F4A7C15u;
}

// The first register from r on that holds a container with at least `length` references and, if
// asked, is of that kind; -1: none.
static int program_container(struct program *p, unsigned r, size_t length, bool list) {
    for (unsigned i = 0; i < PROGRAM_REGISTERS; i++) {
        unsigned k = (r + i) % PROGRAM_REGISTERS;
        const struct heap_reg *reg = &p->registers[k];
        if (!heap_is_empty(p->heap, reg) && heap_kind(p->heap, reg) != HEAP_ATOM &&
            (!list || heap_kind(p->heap, reg) == HEAP_LIST) && heap_length(p->heap, reg) >= length)
            return (int)k;
    }
    return -1;
}

static void program_tag(struct program *p, unsigned r, bool young, bool fresh) {
    p->young[r] = young;
    p->fresh[r] = fresh;
}

static void program_tag_new(struct program *p, unsigned r) {
    bool young = p->in_region && !p->long_lived;
    program_tag(p, r, young, young);
}

// Whether a reference to what is in register r may go into the container in register c.
static bool program_may_store(const struct program *p, unsigned r, int c) {
    return !p->young[r] || p->fresh[c];
}

static void program_born(struct program *p, unsigned r) {
    program_tag_new(p, r);
    unsigned char *payload = heap_payload(p->heap, &p->registers[r]);
    size_t bytes = heap_payload_bytes(p->heap, &p->registers[r]);
    p->serial++;
    size_t filled = bytes < sizeof p->serial ? bytes : sizeof p->serial;
    memcpy(payload, &p->serial, filled);
    for (size_t more; filled < bytes; filled += more) {
        more = filled < bytes - filled ? filled : bytes - filled;
        memcpy(payload + filled, payload, more);
    }
}

static int program_new_atom(struct program *p) {
    unsigned r = program_register(p), bytes = program_byte(p) * 3;
    int error = PROGRAM_ASK(p, heap_new_atom(p->heap, &p->registers[r], bytes));
    if (!error)
        program_born(p, r);
    return error;
}

static int program_new_node(struct program *p) {
    unsigned r = program_register(p), shape = program_byte(p);
    int error = PROGRAM_ASK(p, heap_new_node(p->heap, &p->registers[r], shape % 8, shape / 8 * 16));
    if (!error)
        program_born(p, r);
    return error;
}

// A large node now and then: its memory comes from elsewhere than a small one's. A huge one, which
// takes as long as all the rest of a program, is rarer; and there is an end to it.
enum { PROGRAM_HUGE_FROM = 224, PROGRAM_LARGE_BYTES = 128 << 10 };

static int program_new_large(struct program *p) {
    unsigned r = program_register(p), slots = program_byte(p), size = program_byte(p);
    unsigned bytes = size < PROGRAM_HUGE_FROM ? size * 4 : size * 40;
    p->large_bytes += bytes;
    if (p->large_bytes > PROGRAM_LARGE_BYTES)
        slots = bytes = 1;
    int error = PROGRAM_ASK(p, heap_new_node(p->heap, &p->registers[r], slots, bytes));
    if (!error)
        program_born(p, r);
    return error;
}

static int program_new_list(struct program *p) {
    unsigned r = program_register(p);
    int error = PROGRAM_ASK(p, heap_new_list(p->heap, &p->registers[r]));
    if (!error)
        program_tag_new(p, r);
    return error;
}

// A few values that come again and again, and as many as there were objects: the table grows.
static int program_intern(struct program *p) {
    unsigned r = program_register(p), value = program_byte(p);
    char key[64];
    size_t bytes = value % 61;
    memset(key, (int)('a' + value % 7), bytes);
    if (value & 128 && bytes >= sizeof p->serial)
        memcpy(key, &p->serial, sizeof p->serial);
    int error = PROGRAM_ASK(p, heap_intern(p->heap, &p->registers[r], key, bytes));
    if (!error)
        program_tag(p, r, false, false);
    return error;
}

static int program_small_int(struct program *p) {
    unsigned r = program_register(p);
    int64_t value = (int64_t)program_byte(p) * 2 - 100;
    int error = PROGRAM_ASK(p, heap_small_int(p->heap, &p->registers[r], value));
    if (error)
        return error;
    program_tag_new(p, r);
    p->young[r] &= value < HEAP_INT_MIN || value > HEAP_INT_MAX;
    return 0;
}

static int program_load(struct program *p) {
    unsigned r = program_register(p);
    int c = program_container(p, program_byte(p), 1, false);
    if (c < 0)
        return 0;
    size_t i = program_byte(p) % heap_length(p->heap, &p->registers[c]);
    heap_load(p->heap, &p->registers[r], &p->registers[c], i);
    program_tag(p, r, p->young[c], false);
    return 0;
}

static int program_store(struct program *p) {
    unsigned r = program_register(p);
    int c = program_container(p, program_byte(p), 1, false);
    if (c < 0 || !program_may_store(p, r, c))
        return 0;
    size_t i = program_byte(p) % heap_length(p->heap, &p->registers[c]);
    heap_store(p->heap, &p->registers[c], i, &p->registers[r]);
    return 0;
}

static int program_append(struct program *p) {
    unsigned r = program_register(p);
    int c = program_container(p, program_byte(p), 0, true);
    unsigned times = program_byte(p) % 16;
    if (c < 0 || !program_may_store(p, r, c))
        return 0;
    int error = 0;
    while (times-- && !error)
        error = PROGRAM_ASK(p, heap_append(p->heap, &p->registers[c], &p->registers[r]));
    return error;
}

static int program_pop(struct program *p) {
    unsigned r = program_register(p);
    int c = program_container(p, program_byte(p), 1, true);
    if (c < 0)
        return 0;
    bool young = p->young[c];
    heap_pop(p->heap, &p->registers[r], &p->registers[c]);
    program_tag(p, r, young, false);
    return 0;
}

static int program_truncate(struct program *p) {
    int c = program_container(p, program_byte(p), 1, true);
    if (c < 0)
        return 0;
    size_t length = program_byte(p) % heap_length(p->heap, &p->registers[c]);
    heap_truncate(p->heap, &p->registers[c], length);
    return 0;
}

static int program_copy(struct program *p) {
    unsigned dst = program_register(p), src = program_register(p);
    heap_copy(p->heap, &p->registers[dst], &p->registers[src]);
    program_tag(p, dst, p->young[src], p->fresh[src]);
    return 0;
}

static int program_clear(struct program *p) {
    unsigned r = program_register(p);
    heap_clear(p->heap, &p->registers[r]);
    program_tag(p, r, false, false);
    return 0;
}

static int program_look(struct program *p) {
    const struct heap_reg *a = &p->registers[program_register(p)];
    const struct heap_reg *b = &p->registers[program_register(p)];
    program_observe(p, heap_same(p->heap, a, b));
    if (heap_is_empty(p->heap, a))
        return 0;
    program_observe(p, heap_kind(p->heap, a));
    program_observe(p, heap_length(p->heap, a));
    size_t bytes = heap_payload_bytes(p->heap, a);
    program_observe(p, bytes);
    if (bytes)
        program_observe(p, *(const unsigned char *)heap_payload(p->heap, a));
    return 0;
}

// A frame of its own, as a called function has.
static int program_call(struct program *p) {
    const struct heap_reg *argument = &p->registers[program_register(p)];
    struct heap_reg *local = heap_enter(p->heap, 2);
    if (!local)
        return ENOMEM;
    heap_copy(p->heap, &local[0], argument);
    int error = PROGRAM_ASK(p, heap_new_list(p->heap, &local[1]));
    if (!error) // a cycle that dies with the frame
        error = PROGRAM_ASK(p, heap_append(p->heap, &local[1], &local[1]));
    program_observe(p, heap_same(p->heap, &local[0], argument));
    if (!error && !p->in_region) // the list may be long-lived, the argument not
        heap_store(p->heap, &local[1], 0, &local[0]);
    heap_leave(p->heap);
    return error;
}

static int program_region(struct program *p) {
    if (!p->in_region) {
        heap_region_begin(p->heap);
        p->in_region = true;
        return 0;
    }
    for (unsigned r = 0; r < PROGRAM_REGISTERS; r++)
        if (p->young[r]) {
            heap_clear(p->heap, &p->registers[r]);
            program_tag(p, r, false, false);
        }
    heap_region_end(p->heap);
    p->in_region = false;
    return 0;
}

static int program_long_lived(struct program *p) {
    p->long_lived = !p->long_lived;
    heap_long_lived(p->heap, p->long_lived);
    return 0;
}

static int program_collect(struct program *p) {
    heap_collect(p->heap, (int)(program_byte(p) % HEAP_GENERATIONS));
    return 0;
}

static int program_policy(struct program *p) {
    switch (program_byte(p) % 4) {
    case 0:
        heap_freeze(p->heap);
        break;
    case 1:
        heap_unfreeze(p->heap);
        break;
    case 2:
        heap_enable(p->heap, false);
        break;
    default:
        heap_enable(p->heap, true);
    }
    return 0;
}

static int program_verify(struct program *p) {
    if (p->verified++ < PROGRAM_VERIFIES)
        p->out->broken = heap_verify(p->heap);
    return p->out->broken ? EINVAL : 0;
}

// An operation that stands here twice is drawn twice as often.
static int (*const program_operations[])(struct program *) = {
    program_new_atom, program_new_node, program_new_node,   program_new_node,  program_new_list,
    program_intern,   program_intern,   program_small_int,  program_load,      program_load,
    program_store,    program_store,    program_store,      program_store,     program_append,
    program_append,   program_pop,      program_truncate,   program_copy,      program_copy,
    program_clear,    program_clear,    program_look,       program_look,      program_call,
    program_region,   program_region,   program_long_lived, program_new_large, program_collect,
    program_policy,   program_verify,
};

int program_run(struct heap *h, struct heap_reg *registers, const uint8_t *bytes, size_t count,
                unsigned times, struct program_result *out) {
    const size_t operations = sizeof program_operations / sizeof *program_operations;
    struct program p = {.heap = h, .registers = registers, .out = out};
    *out = (struct program_result){0};
    int error = 0;
    while (times-- && !error) {
        p.next = bytes;
        p.end = bytes + count;
        while (p.next < p.end && !error)
            error = program_operations[program_byte(&p) % operations](&p);
    }
    if (p.in_region)
        program_region(&p);
    heap_long_lived(h, false);
    return error;
}
