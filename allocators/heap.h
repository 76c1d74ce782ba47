// heap.h - the contract between a mutator (a workload) and a memory manager (a strategy).
//
// A workload is a program for a tiny register machine; a strategy is an implementation of that
// machine's memory. A workload includes this file alone. It ends by including "fast.h", which make
// resolves to the strategy being built (-Iallocators/NAME), so that every operation is inlined into
// the workload.
//
// The words are those of vocabulary.h, with the meanings that they have there.
//
// Rules common to all operations.
//   * Every operand is a register, so no raw pointer survives a safepoint. A register may be both
//     source and destination. Source registers are non-empty unless it is said otherwise.
//   * A function that returns int returns 0, or ENOMEM when the heap limit or the system refuses
//     memory; then nothing has changed and the heap remains usable. Nothing aborts or retries.
//   * Indices out of range, empty operands, and lengths above HEAP_MAX_* are bugs of the caller: an
//     assert in debug builds, undefined otherwise.
//   * One heap is used by one thread.
//   * The heap reads no clock but that of struct heap_config, which tests turn by hand; pauses it
//     announces to its listener, and the harness times them.

#ifndef HEAPBENCH_HEAP_H
#define HEAPBENCH_HEAP_H

#include <errno.h>

#include "model/setting.h"
#include "vocabulary.h"

// A workload that is timed has every operation inlined. What says HEAP_CALLED calls them instead, and so
// is compiled once for all strategies: each has them as functions, too, by operations.c.
#if defined(HEAP_CALLED) || defined(HEAP_FUNCTIONS)
#define FAST
#else
#define FAST static inline __attribute__((always_inline))
#endif
#define HEAP_MUST_CHECK __attribute__((warn_unused_result))

struct heap; // defined by the strategy's fast.h

// -------------------------------------------------------------------------------------- descriptor
// heap_strategy - the one descriptor of the strategy that is linked in.
//   name      the folder's name, given by make as HEAP_NAME: a copied folder is a new strategy
//   summary   one sentence for lists and the README
//   tunables  tunable_count of them; struct heap_config holds their values in the same order
struct heap_strategy {
    const char *name;
    const char *summary;
    unsigned traits;
    const struct setting *tunables;
    size_t tunable_count;
    const struct preset *presets; // ended by a NULL name; NULL: none
};
extern const struct heap_strategy heap_strategy;

// Three tunables are carried out by the harness, for every strategy that declares them.
// clang-format off
#define HEAP_TUNABLE_COLLECT_EVERY                                                                 \
    {.name = "collect_every",                                                                      \
     .doc = "collect everything by hand after every so many steps; off: never",                    \
     .unit = "steps", .max = 1e9, .whole = 1, .sweep = "off,100,1000,10000"}
#define HEAP_TUNABLE_COLLECT_WHEN                                                                  \
    {.name = "collect_when",                                                                       \
     .doc = "when to collect by hand: after every collect_every steps; as soon as no step is due "  \
            "or the program idles, once so many are done; or once, after the last step",           \
     .unit = "", .choices = (const char *const[]){"step", "idle", "end", NULL}}
#define HEAP_TUNABLE_FREEZE_AFTER_SETUP                                                            \
    {.name = "freeze_after_setup",                                                                 \
     .doc = "exempt what the set-up built from all later collections", .unit = "",                 \
     .choices = (const char *const[]){"off", "on", NULL}, .sweep = "off,on"}
// And one is common to the strategies whose objects are allocated singly; see parts/pool.h. Through
// malloc they show what a backing allocator changes.
#define HEAP_TUNABLE_MEMORY                                                                        \
    {.name = "memory",                                                                             \
     .doc = "where small objects live: size-class pools, or the process's malloc, one by one",     \
     .unit = "", .choices = (const char *const[]){"pool", "malloc", NULL}}
// How long an interned atom lives: as long as something refers to it (0), until so many others have been
// interned after it, or for ever (more than there are). CPython 3.12 keeps all. See parts/kept.h.
#define HEAP_TUNABLE_INTERNED_KEPT                                                                 \
    {.name = "interned_kept",                                                                      \
     .doc = "interned atoms that the table keeps alive, the newest; off: none, it is weak",        \
     .unit = "atoms", .max = 1e9, .whole = 1}
// clang-format on

// --------------------------------------------------------------------------------------- lifecycle
//   tunables        values in the order of heap_strategy.tunables; may be NULL when there are none
//   limit_bytes     most memory the strategy may hold (memory_bytes); 0: no limit
//   refuse_request  fault injection: this request for memory (counted from 1) is refused, once;
//                   0: none
//   now_ns          a clock that never goes back, for triggers by time; NULL: it stands still
//   resident_bytes  what the heap has added to the process's resident memory, for a trigger by that;
//                   NULL: nobody knows, and nothing is triggered
//   context         what both are called with
struct heap_config {
    const double *tunables;
    size_t limit_bytes;
    uint64_t refuse_request;
    struct heap_listener listener;
    uint64_t (*now_ns)(void *context);
    uint64_t (*resident_bytes)(void *context);
    void *context;
};

// heap_new - an empty heap. Returns NULL when there is no memory for it.
struct heap *heap_new(const struct heap_config *config);

// heap_free - gives back all memory. Accepts NULL. Announces no pause.
void heap_free(struct heap *h);

// heap_read_counters - brings *out up to date. Allocates nothing; may walk the heap's chunks. What
// this build does not count is HEAP_UNKNOWN.
void heap_read_counters(struct heap *h, struct heap_counters *out);

// heap_unused_bytes - how much of memory_bytes has nothing in it: free cells, what is left of chunks, chunks
// kept for later. The rest is objects, arrays and tables, with their headers and rounding. Allocates nothing;
// may walk blocks, but no cells that are in use.
//   returns  HEAP_UNKNOWN where the strategy cannot tell
uint64_t heap_unused_bytes(struct heap *h);

// heap_verify - checks every invariant of the strategy by walking the heap, between operations; and
// the counters, where the build counts.
//   returns NULL, or one line that names the first broken invariant (static storage)
const char *heap_verify(struct heap *h);

// heap_collect - collect generations 0 .. generation now, also when automatic collection is off; a
// heap without generations collects everything.
//   generation  0 .. HEAP_GENERATIONS - 1
//   returns     objects that this collection found to be garbage, as gc.collect() does. Strategies
//               that never look at dead objects know by counting alone: HEAP_UNKNOWN in a build
//               that does not count
size_t heap_collect(struct heap *h, int generation);

// heap_enable - allow or forbid collections that the heap starts by itself. On after heap_new.
void heap_enable(struct heap *h, bool on);

// heap_freeze - exempt all objects held now from later collections; heap_unfreeze takes that back.
//   source  gc.freeze and gc.unfreeze, CPython 3.7 and later. A heap that does not collect, or
//           that has no use for it, ignores both.
void heap_freeze(struct heap *h);
void heap_unfreeze(struct heap *h);

// --------------------------------------------------------------------------------------- registers
// heap_enter - push a frame of count empty registers.
//   returns  its first register; the others follow. NULL when there is no memory. Not a safepoint.
FAST struct heap_reg *heap_enter(struct heap *h, size_t count);

// heap_leave - clear and pop the last frame that was pushed.
FAST void heap_leave(struct heap *h);

// heap_copy - dst = src; src may be empty.   heap_clear - dst becomes empty.
FAST void heap_copy(struct heap *h, struct heap_reg *dst, const struct heap_reg *src);
FAST void heap_clear(struct heap *h, struct heap_reg *dst);

// heap_same - identity, Python's `a is b`; empty equals empty.
FAST bool heap_same(struct heap *h, const struct heap_reg *a, const struct heap_reg *b);
FAST bool heap_is_empty(struct heap *h, const struct heap_reg *a);

// -------------------------------------------------------------------------------------- allocation
// All are safepoints. On failure dst keeps its value. The old value of dst is released only when
// the new object is complete, as in an assignment of Python.

// heap_new_atom - dst = a fresh atom. Its payload is undefined until the caller fills it, before
// the next safepoint (so that no strategy pays for zeroing that another one does not).
FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) HEAP_MUST_CHECK;

// heap_new_node - dst = a fresh node with empty slots and an undefined payload.
FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots,
                       size_t bytes) HEAP_MUST_CHECK;

// heap_new_list - dst = a fresh list of length 0.
FAST int heap_new_list(struct heap *h, struct heap_reg *dst) HEAP_MUST_CHECK;

// heap_new_tuple - dst = a fresh node without payload whose slots hold the elements of list; there
// are 1 .. HEAP_MAX_SLOTS. It never changes: heap_store into it is a bug of the caller. So a collector
// that keeps a list of containers may drop it from there, once it has seen that it holds atoms only
// (CPython 3.11, untrack_tuples); to the others it is a node.
FAST int heap_new_tuple(struct heap *h, struct heap_reg *dst,
                        const struct heap_reg *list) HEAP_MUST_CHECK;

// heap_new_dict - dst = a fresh node without payload, with 1 .. HEAP_MAX_SLOTS empty slots, which changes by
// heap_put alone: heap_store into it is a bug of the caller. So a collector that keeps a list of containers
// can leave it out while it holds nothing but atoms and tuples that are left out, too, and is told when that
// changes (CPython up to 3.13, MAINTAIN_TRACKING and untrack_dicts); to the others it is a node. Its slots
// are the values of a Python dict whose keys are atoms.
FAST int heap_new_dict(struct heap *h, struct heap_reg *dst, size_t slots) HEAP_MUST_CHECK;

// heap_new_external - dst = a fresh atom of HEAP_EXTERNAL_PAYLOAD bytes that owns so many more outside of
// the heap, from malloc, which are released with it. The heap does not see them: they are in no counter
// and no limit, and a collector is paced by them only if it has the tunable external, and that is on.
FAST int heap_new_external(struct heap *h, struct heap_reg *dst, size_t bytes) HEAP_MUST_CHECK;

// heap_intern - dst = the one atom whose payload equals key.
//   The table is weak: an interned atom that is reclaimed leaves it; HEAP_TUNABLE_INTERNED_KEPT.
FAST int heap_intern(struct heap *h, struct heap_reg *dst, const void *key,
                     size_t bytes) HEAP_MUST_CHECK;

// heap_small_int - dst = an atom whose 8 payload bytes are value: within HEAP_INT_MIN ..
// HEAP_INT_MAX the one such atom (immortal, made by heap_new, in no counter), else a fresh one.
FAST int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) HEAP_MUST_CHECK;

// ------------------------------------------------------------------------------------------ access
// heap_load - dst = obj[i], which may be empty.
// heap_store - obj[i] = src, which may be empty: the write barrier.
//   obj  a node or a list; i < heap_length(obj)
FAST void heap_load(struct heap *h, struct heap_reg *dst, const struct heap_reg *obj, size_t i);
FAST void heap_store(struct heap *h, const struct heap_reg *obj, size_t i,
                     const struct heap_reg *src);

// heap_put - dict[i] = src, which may be empty: heap_store of a dict. Returns 0, or ENOMEM where the dict would
// have to be listed; not a safepoint.
FAST int heap_put(struct heap *h, const struct heap_reg *dict, size_t i,
                  const struct heap_reg *src) HEAP_MUST_CHECK;

// heap_borrow - obj[i] as a register to read from, without a reference of its own where that costs
// something: most strategies return the slot itself. What an optimising compiler does with a local that
// is only read, and CPython 3.14 with LOAD_FAST_BORROW.
//   spare    a register, which may hold anything afterwards; clear it when the borrowing is over
//   returns  never NULL; valid until the next safepoint, a change of that slot or of spare, or the death
//            of obj. To use it later is a bug of the caller: in debug builds the sanitizer sees it,
//            where objects are freed at once. It may be read from, stored and copied, not written to
// heap_move - obj[i] = src, which becomes empty: a store and a clear in one, which leaves the counts of
// what is moved alone.
FAST const struct heap_reg *heap_borrow(struct heap *h, struct heap_reg *spare,
                                        const struct heap_reg *obj, size_t i);
FAST void heap_move(struct heap *h, const struct heap_reg *obj, size_t i, struct heap_reg *src);

// heap_append - add src (may be empty) at the end of a list, which grows as CPython's; a safepoint.
// heap_pop - dst = the last element, which leaves the list; the list is not empty.
// heap_truncate - drop the elements from length on; length <= heap_length.
//   The array shrinks when it is less than half full, as CPython's does (parts/list.h). It lives
//   and dies with its list, also when it grows inside a region that the list outlives.
FAST int heap_append(struct heap *h, const struct heap_reg *list,
                     const struct heap_reg *src) HEAP_MUST_CHECK;
FAST void heap_pop(struct heap *h, struct heap_reg *dst, const struct heap_reg *list);
FAST void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length);

// heap_length - references in the object: slots of a node, length of a list, 0 for an atom.
// heap_capacity - slots for which the object has room: of a list those of its array, else its
// length. For audits of requested bytes (HEAP_COUNTERS); of no use to a workload.
FAST size_t heap_length(struct heap *h, const struct heap_reg *a);
FAST size_t heap_capacity(struct heap *h, const struct heap_reg *a);
FAST enum heap_kind heap_kind(struct heap *h, const struct heap_reg *a);

// heap_payload - the payload bytes, writable, valid until the next safepoint.
// heap_payload_bytes - how many there are; 0 for a list.
FAST void *heap_payload(struct heap *h, const struct heap_reg *a);
FAST size_t heap_payload_bytes(struct heap *h, const struct heap_reg *a);

// heap_refcount - references to the object, registers included: sys.getrefcount less its own one.
//   returns  -1 where the strategy keeps no counts; any positive number for an immortal object
FAST int64_t heap_refcount(struct heap *h, const struct heap_reg *a);

// heap_identity - a number that no other object has, until the next safepoint. For walks over the
// graph (checksum, differential test), which have no safepoint in them; of no use to a workload.
FAST uintptr_t heap_identity(struct heap *h, const struct heap_reg *a);

// ----------------------------------------------------------------------------------------- regions
// heap_region_begin, heap_region_end - the mutator's promise that what was allocated in between is
// unreachable after the end, except what heap_long_lived covered and interned atoms. A strategy may
// use it to reclaim all of it at once. Regions do not nest.
FAST void heap_region_begin(struct heap *h);
FAST void heap_region_end(struct heap *h);

// heap_long_lived - what is allocated while it is on outlives the open region. Off after heap_new.
FAST void heap_long_lived(struct heap *h, bool on);

// ------------------------------------------------------------------------------------------ guards
// heap_guard - guard a node that is no tuple and no dict: when it has become unreachable it is not reclaimed but waits,
// with all that it refers to, until heap_guarded_take hands it back. By that it is guarded no more: what
// the program then lets go is garbage like any other, unless it is guarded anew. To guard an object that is
// guarded changes nothing. A safepoint. Returns 0 or ENOMEM: all the memory that handing back takes is asked
// for here.
//   What else is unreachable and guarded is handed back as well, even if it can be reached from an object
//   that is; where counts find it, only when that one has let go of it. A strategy that finds no object
//   unreachable, or takes a region back as a whole, hands nothing back, and lacks HEAP_GUARDS.
//   source  Dybvig, Bruggeman, Eby, "Guardians in a generation-based garbage collector", PLDI 1993. The
//           order in cycles is that of CPython (PEP 442): all guarded objects of the garbage are handed
//           back, then what they do not refer to is reclaimed
FAST int heap_guard(struct heap *h, const struct heap_reg *obj) HEAP_MUST_CHECK;

// heap_guarded_take - dst = the object that has waited longest to be handed back. A safepoint.
//   returns  whether there was one; else dst keeps its value
FAST bool heap_guarded_take(struct heap *h, struct heap_reg *dst);

// --------------------------------------------------------------------------------------- safepoint
// Every operation that is a safepoint starts with this. BUILD=stress makes it verify the heap,
// collect, and verify again; in other builds it is nothing.
#ifdef HEAP_STRESS
void heap_stress_safepoint(struct heap *h); // harness/runner/stress.c
#define HEAP_SAFEPOINT(h) heap_stress_safepoint(h)
#else
#define HEAP_SAFEPOINT(h) ((void)(h))
#endif

#ifdef HEAP_CALLED
#undef FAST // what a file has of its own is inlined there
#define FAST static inline __attribute__((always_inline))
#else
#include "fast.h"
#endif

#endif
