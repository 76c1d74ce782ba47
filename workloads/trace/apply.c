// apply.c - runs a trace on a heap.
//
// One switch over decoded words, in which every operation of the heap is inlined. Instructions per
// operation, the heap's own included (callgrind, -O2): rings 39 on nogc and 53 on refcount, queue 55 and
// 77; of these some 20 find the operation and its registers. refcount takes 3 to 6 ns.

#include "apply.h"

#include <stdlib.h>
#include <string.h>

// What an operation comes to beside 0 and errno values: these are not operations.
enum { APPLY_MARK = -1, APPLY_END = -2 };

// What does not change while operations are carried out, in registers of the processor.
struct apply {
    struct trace_run *run;
    struct mutator *m;
    struct heap *heap;
    struct heap_reg *frame;
    uint32_t registers; // in it
};

// The register of that number: of the trace's own frame, or of one that it entered.
FAST struct heap_reg *apply_register(struct apply a, uint32_t r) {
    if (__builtin_expect(r < a.registers, 1))
        return &a.frame[r];
    return a.run->more[r - a.registers];
}

// The payload repeats the serial number, whole or in part.
FAST void apply_fill(struct trace_run *run, const struct heap_reg *r, size_t bytes) {
    uint64_t serial = ++run->serial;
    unsigned char *payload = heap_payload(run->mutator->heap, r);
    for (; bytes >= sizeof serial; bytes -= sizeof serial, payload += sizeof serial)
        memcpy(payload, &serial, sizeof serial);
    if (bytes) // else it would be called for nothing
        memcpy(payload, &serial, bytes);
}

FAST int apply_new_atom(struct trace_run *run, struct heap_reg *dst, size_t bytes) {
    int error = heap_new_atom(run->mutator->heap, dst, bytes);
    if (!error)
        apply_fill(run, dst, bytes);
    return error;
}

FAST int apply_new_node(struct trace_run *run, struct heap_reg *dst, size_t slots, size_t bytes) {
    int error = heap_new_node(run->mutator->heap, dst, slots, bytes);
    if (!error)
        apply_fill(run, dst, bytes);
    return error;
}

FAST int apply_new_external(struct trace_run *run, struct heap_reg *dst, size_t bytes) {
    int error = heap_new_external(run->mutator->heap, dst, bytes);
    if (!error)
        apply_fill(run, dst, HEAP_EXTERNAL_PAYLOAD);
    return error;
}

FAST int apply_intern(struct trace_run *run, struct heap_reg *dst, uint32_t key) {
    const unsigned char *data = run->trace->data + key;
    uint32_t bytes;
    memcpy(&bytes, data, sizeof bytes);
    return heap_intern(run->mutator->heap, dst, data + sizeof bytes, bytes);
}

FAST int apply_small_int(struct trace_run *run, struct heap_reg *dst, uint32_t at) {
    int64_t value;
    memcpy(&value, run->trace->data + at, sizeof value);
    return heap_small_int(run->mutator->heap, dst, value);
}

FAST void apply_payload(struct mutator *m, const struct heap_reg *r) {
    if (heap_payload_bytes(m->heap, r))
        mutator_observe(m, *(const unsigned char *)heap_payload(m->heap, r));
}

// See what is lent (its kind and its length; 3: nothing), and give it back.
FAST void apply_borrow(struct mutator *m, struct heap_reg *spare, const struct heap_reg *lent) {
    struct heap *h = m->heap;
    bool empty = heap_is_empty(h, lent);
    mutator_observe(m, empty ? 3 : (uint64_t)heap_kind(h, lent) | heap_length(h, lent) << 2);
    heap_clear(h, spare);
}

FAST int apply_enter(struct trace_run *run, uint32_t count) {
    struct heap_reg *frame = heap_enter(run->mutator->heap, count);
    if (!frame)
        return ENOMEM;
    for (uint32_t i = 0; i < count; i++)
        run->more[run->more_count++] = &frame[i];
    run->frames++;
    return 0;
}

FAST int apply_verify(struct trace_run *run) {
    run->broken = heap_verify(run->mutator->heap);
    return run->broken ? EINVAL : 0;
}

// The next operation, past which *at moves. Every one has a case: the compiler names one that has not.
#define APPLY_CASE(NAME)                                                                           \
    case TRACE_##NAME:                                                                             \
        *at = w + TRACE_WORDS_##NAME;
#define A apply_register(a, w[0] >> TRACE_NUMBER_BITS)
#define B apply_register(a, w[1])
#define C apply_register(a, w[2])
FAST int apply_operation(struct apply a, const uint32_t **at) {
    struct heap *const h = a.heap;
    const uint32_t *const w = *at;
    const uint32_t first = w[0] >> TRACE_NUMBER_BITS;
    switch ((enum trace_code)(w[0] & ((1u << TRACE_NUMBER_BITS) - 1))) {
        APPLY_CASE(COPY)
        heap_copy(h, A, B);
        break;
        APPLY_CASE(CLEAR)
        heap_clear(h, A);
        break;
        APPLY_CASE(NEW_ATOM)
        return apply_new_atom(a.run, A, w[1]);
        APPLY_CASE(NEW_NODE)
        return apply_new_node(a.run, A, w[1], w[2]);
        APPLY_CASE(NEW_LIST)
        return heap_new_list(h, A);
        APPLY_CASE(NEW_TUPLE)
        return heap_new_tuple(h, A, B);
        APPLY_CASE(NEW_EXTERNAL)
        return apply_new_external(a.run, A, w[1]);
        APPLY_CASE(INTERN)
        return apply_intern(a.run, A, w[1]);
        APPLY_CASE(SMALL_INT)
        return apply_small_int(a.run, A, w[1]);
        APPLY_CASE(LOAD)
        heap_load(h, A, B, w[2]);
        mutator_observe(a.m, heap_is_empty(h, A));
        break;
        APPLY_CASE(STORE)
        heap_store(h, A, w[1], C);
        break;
        APPLY_CASE(BORROW)
        apply_borrow(a.m, A, heap_borrow(h, A, B, w[2]));
        break;
        APPLY_CASE(MOVE)
        heap_move(h, A, w[1], C);
        break;
        APPLY_CASE(APPEND)
        return heap_append(h, A, B);
        APPLY_CASE(POP)
        heap_pop(h, A, B);
        mutator_observe(a.m, heap_is_empty(h, A));
        break;
        APPLY_CASE(TRUNCATE)
        heap_truncate(h, A, w[1]);
        break;
        APPLY_CASE(SAME)
        mutator_observe(a.m, heap_same(h, A, B));
        break;
        APPLY_CASE(IS_EMPTY)
        mutator_observe(a.m, heap_is_empty(h, A));
        break;
        APPLY_CASE(KIND)
        mutator_observe(a.m, heap_kind(h, A));
        break;
        APPLY_CASE(LENGTH)
        mutator_observe(a.m, heap_length(h, A));
        break;
        APPLY_CASE(CAPACITY)
        mutator_observe(a.m, heap_capacity(h, A));
        break;
        APPLY_CASE(PAYLOAD_BYTES)
        mutator_observe(a.m, heap_payload_bytes(h, A));
        break;
        APPLY_CASE(PAYLOAD)
        apply_payload(a.m, A);
        break;
        APPLY_CASE(ENTER)
        return apply_enter(a.run, first);
        APPLY_CASE(LEAVE)
        heap_leave(h);
        a.run->more_count -= first;
        a.run->frames--;
        break;
        APPLY_CASE(REGION_BEGIN)
        heap_region_begin(h);
        a.run->in_region = true;
        break;
        APPLY_CASE(REGION_END)
        heap_region_end(h);
        a.run->in_region = false;
        break;
        APPLY_CASE(LONG_LIVED)
        heap_long_lived(h, first);
        break;
        APPLY_CASE(COLLECT)
        (void)heap_collect(h, (int)first);
        break;
        APPLY_CASE(ENABLE)
        heap_enable(h, first);
        break;
        APPLY_CASE(FREEZE)
        heap_freeze(h);
        break;
        APPLY_CASE(UNFREEZE)
        heap_unfreeze(h);
        break;
        APPLY_CASE(VERIFY)
        return apply_verify(a.run);
    case TRACE_MARK:
        *at = w + 1;
        return APPLY_MARK;
    case TRACE_END:
        return APPLY_END;
    }
    return 0;
}

// Up to `most` operations; or to the next mark, if asked for. Returns 0 or what went wrong.
static int apply_some(struct trace_run *run, uint64_t most, bool to_mark, uint64_t *done) {
    const struct apply a = {.run = run,
                            .m = run->mutator,
                            .heap = run->mutator->heap,
                            .frame = run->mutator->registers,
                            .registers = run->trace->registers};
    const uint32_t *at = run->at, *before = at;
    uint64_t left = most;
    int result = 0;
    while (left) {
        before = at;
        result = apply_operation(a, &at);
        if (__builtin_expect(result == 0, 1)) {
            left--;
            continue;
        }
        if (result != APPLY_MARK || to_mark)
            break;
        result = 0;
    }
    *done = most - left;
    run->at = result > 0 ? before : at;
    return result > 0 ? result : 0;
}

int trace_apply(struct trace_run *run, uint64_t *left) {
    uint64_t done;
    int error = apply_some(run, *left, false, &done);
    *left -= done;
    return error;
}

int trace_apply_step(struct trace_run *run, uint64_t *done) {
    return apply_some(run, UINT64_MAX, true, done);
}

// --------------------------------------------------------------------------------------------- run
int trace_run_init(struct trace_run *run, const struct trace *trace, struct mutator *mutator) {
    *run = (struct trace_run){.trace = trace, .mutator = mutator, .at = trace->words};
    run->more = malloc((trace->more_registers + 1) * sizeof(struct heap_reg *));
    return run->more ? 0 : ENOMEM;
}

void trace_run_free(struct trace_run *run) {
    free(run->more);
    run->more = NULL;
}

static void apply_clear_all(struct trace_run *run) {
    struct mutator *m = run->mutator;
    for (uint32_t r = 0; r < run->trace->registers; r++)
        if (!heap_is_empty(m->heap, &m->registers[r]))
            heap_clear(m->heap, &m->registers[r]);
}

void trace_run_restart(struct trace_run *run) {
    apply_clear_all(run);
    run->at = run->trace->words;
    run->serial = 0;
}

void trace_run_break_off(struct trace_run *run) {
    for (; run->frames; run->frames--)
        heap_leave(run->mutator->heap);
    run->more_count = 0;
    heap_long_lived(run->mutator->heap, false);
    if (!run->in_region)
        return;
    apply_clear_all(run);
    heap_region_end(run->mutator->heap);
    run->in_region = false;
}

bool trace_run_ended(const struct trace_run *run) {
    return *run->at == TRACE_END;
}

bool trace_run_is_open(const struct trace_run *run) {
    return run->frames || run->in_region;
}
