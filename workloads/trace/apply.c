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
FAST void apply_fill(struct apply a, const struct heap_reg *r, size_t bytes) {
    uint64_t serial = ++a.run->serial;
    unsigned char *payload = heap_payload(a.heap, r);
    for (; bytes >= sizeof serial; bytes -= sizeof serial, payload += sizeof serial)
        memcpy(payload, &serial, sizeof serial);
    if (bytes) // else it would be called for nothing
        memcpy(payload, &serial, bytes);
}

// -------------------------------------------------------------------------------------- operations
// A function for each operation: apply_NAME of the words at w. What it returns is not 0 when memory is
// refused or the heap is broken.
#define FIRST (w[0] >> TRACE_NUMBER_BITS)
#define A apply_register(a, FIRST)
#define B apply_register(a, w[1])
#define C apply_register(a, w[2])
#define APPLY(name) FAST int apply_##name(struct apply a, const uint32_t *w)

APPLY(new_atom) {
    struct heap_reg *dst = A;
    int error = heap_new_atom(a.heap, dst, w[1]);
    if (!error)
        apply_fill(a, dst, w[1]);
    return error;
}

APPLY(new_node) {
    struct heap_reg *dst = A;
    int error = heap_new_node(a.heap, dst, w[1], w[2]);
    if (!error)
        apply_fill(a, dst, w[2]);
    return error;
}

APPLY(new_external) {
    struct heap_reg *dst = A;
    int error = heap_new_external(a.heap, dst, w[1]);
    if (!error)
        apply_fill(a, dst, HEAP_EXTERNAL_PAYLOAD);
    return error;
}

APPLY(intern) {
    const unsigned char *data = a.run->trace->data + w[1];
    uint32_t bytes;
    memcpy(&bytes, data, sizeof bytes);
    return heap_intern(a.heap, A, data + sizeof bytes, bytes);
}

APPLY(small_int) {
    int64_t value;
    memcpy(&value, a.run->trace->data + w[1], sizeof value);
    return heap_small_int(a.heap, A, value);
}

APPLY(payload) {
    const struct heap_reg *r = A;
    if (heap_payload_bytes(a.heap, r))
        mutator_observe(a.m, *(const unsigned char *)heap_payload(a.heap, r));
    return 0;
}

// See what is lent (its kind and its length; 3: nothing), and give it back.
APPLY(borrow) {
    struct heap *h = a.heap;
    struct heap_reg *spare = A;
    const struct heap_reg *lent = heap_borrow(h, spare, B, w[2]);
    bool empty = heap_is_empty(h, lent);
    mutator_observe(a.m, empty ? 3 : (uint64_t)heap_kind(h, lent) | heap_length(h, lent) << 2);
    heap_clear(h, spare);
    return 0;
}

// Whether a node is as apply_new_node made it, and what it refers to is there.
static const char *apply_look(struct apply a, const struct heap_reg *node) {
    struct heap *h = a.heap;
    struct heap_reg *spare = heap_enter(h, 1);
    uint64_t serial = 1;
    bool whole = heap_kind(h, node) == HEAP_NODE;
    if (heap_payload_bytes(h, node) >= sizeof serial)
        memcpy(&serial, heap_payload(h, node), sizeof serial);
    for (size_t i = 0, n = heap_length(h, node); spare && i < n; i++) {
        const struct heap_reg *lent = heap_borrow(h, spare, node, i);
        whole = whole && (heap_is_empty(h, lent) || heap_kind(h, lent) <= HEAP_LIST);
    }
    if (spare)
        heap_leave(h);
    return whole && serial && (serial <= a.run->serial || serial <= a.run->most)
               ? NULL
               : "an object that is handed back is whole";
}

// Which one it is, and whether there is any, differs between strategies, so nothing is observed.
APPLY(guarded_take) {
    (void)w;
    struct heap_reg *dst = A;
    heap_clear(a.heap, dst);
    if (!heap_guarded_take(a.heap, dst))
        return 0;
    a.run->broken = apply_look(a, dst);
    heap_clear(a.heap, dst);
    return a.run->broken ? EINVAL : 0;
}

APPLY(enter) {
    struct heap_reg *frame = heap_enter(a.heap, FIRST);
    if (!frame)
        return ENOMEM;
    for (uint32_t i = 0; i < FIRST; i++)
        a.run->more[a.run->more_count++] = &frame[i];
    a.run->frames++;
    return 0;
}

APPLY(verify) {
    (void)w;
    a.run->broken = heap_verify(a.heap);
    return a.run->broken ? EINVAL : 0;
}

// clang-format off
#define APPLY_DO(name, does) APPLY(name) { (void)w; does; return 0; }
#define APPLY_TRY(name, does) APPLY(name) { return does; }
#define APPLY_SEE(name, seen) APPLY_DO(name, mutator_observe(a.m, seen))
APPLY_TRY(new_list, heap_new_list(a.heap, A))
APPLY_TRY(new_tuple, heap_new_tuple(a.heap, A, B))
APPLY_TRY(new_dict, heap_new_dict(a.heap, A, w[1]))
APPLY_TRY(put, heap_put(a.heap, A, w[1], C))
APPLY_TRY(append, heap_append(a.heap, A, B))
APPLY_TRY(guard, heap_guard(a.heap, A))
APPLY_DO(copy, heap_copy(a.heap, A, B))
APPLY_DO(clear, heap_clear(a.heap, A))
APPLY_DO(load, heap_load(a.heap, A, B, w[2]); mutator_observe(a.m, heap_is_empty(a.heap, A)))
APPLY_DO(pop, heap_pop(a.heap, A, B); mutator_observe(a.m, heap_is_empty(a.heap, A)))
APPLY_DO(store, heap_store(a.heap, A, w[1], C))
APPLY_DO(move, heap_move(a.heap, A, w[1], C))
APPLY_DO(truncate, heap_truncate(a.heap, A, w[1]))
APPLY_SEE(same, heap_same(a.heap, A, B))
APPLY_SEE(is_empty, heap_is_empty(a.heap, A))
APPLY_SEE(kind, heap_kind(a.heap, A))
APPLY_SEE(length, heap_length(a.heap, A))
APPLY_SEE(capacity, heap_capacity(a.heap, A))
APPLY_SEE(payload_bytes, heap_payload_bytes(a.heap, A))
APPLY_DO(leave, heap_leave(a.heap); a.run->more_count -= FIRST; a.run->frames--)
APPLY_DO(region_begin, heap_region_begin(a.heap); a.run->in_region = true)
APPLY_DO(region_end, heap_region_end(a.heap); a.run->in_region = false)
APPLY_DO(long_lived, heap_long_lived(a.heap, FIRST))
APPLY_DO(collect, (void)heap_collect(a.heap, (int)FIRST))
APPLY_DO(enable, heap_enable(a.heap, FIRST))
APPLY_DO(freeze, heap_freeze(a.heap))
APPLY_DO(unfreeze, heap_unfreeze(a.heap))
// clang-format on

// The next operation, past which *at moves.
#define APPLY_CASE(number, NAME, name, operands, safepoint, doc)                                   \
    case TRACE_##NAME:                                                                             \
        *at = w + TRACE_WORDS_##NAME;                                                              \
        return apply_##name(a, w);
FAST int apply_operation(struct apply a, const uint32_t **at) {
    const uint32_t *const w = *at;
    switch ((enum trace_code)(w[0] & ((1u << TRACE_NUMBER_BITS) - 1))) {
        HEAP_OPERATIONS(APPLY_CASE)
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
    run->most = run->serial > run->most ? run->serial : run->most;
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
