// heap.h - the contract between a mutator (a workload) and a memory manager (a strategy).
//
// A workload is a program for a tiny register machine; a strategy is an implementation of that
// machine's memory. A workload includes this file alone. It ends by including "fast.h", which make
// resolves to the strategy being built (-Iallocators/NAME), so that every operation is inlined into
// the workload.
//
// Glossary. These words are used with these meanings only.
//   object      what the heap allocates: an atom, a node or a list
//   atom        an immutable leaf: payload bytes, no references
//   node        a fixed number of reference slots, then payload bytes
//   list        a growable sequence of references, without payload
//   container   a node or a list: an object that can refer to others, and so be part of a cycle
//   tuple       a node that is complete when it is made, and never changes
//   dict        a node that changes by heap_put alone
//   slot        one reference inside a container; empty or referring to an object
//   register    a reference outside the heap. Registers are the only roots
//   frame       a block of registers, pushed by heap_enter and popped by heap_leave
//   safepoint   an operation at which the strategy may collect, and may move objects
//   live        reachable from a register through slots
//   garbage     allocated and no longer live; floating garbage while it is not yet reclaimed
//   held        allocated and not yet reclaimed: live objects plus floating garbage
//   leak        garbage still held when every register is gone and a full collection has run
//   guarded     of an object: the program wants it back when it has become unreachable (heap_guard)
//   collection  one search for garbage; of a generation or of the whole heap
//   generation  objects of similar age that are collected together; 0 is the youngest
//   pause       an interval in which one operation of the mutator is held up by reclamation
//   region      what is allocated between heap_region_begin and heap_region_end
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
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/setting.h"

// A workload that is timed has every operation inlined. What says HEAP_CALLED calls them instead, and so
// is compiled once for all strategies: each has them as functions, too, by operations.c.
#if defined(HEAP_CALLED) || defined(HEAP_FUNCTIONS)
#define FAST
#else
#define FAST static inline __attribute__((always_inline))
#endif
#define HEAP_MUST_CHECK __attribute__((warn_unused_result))

enum { HEAP_MAX_SLOTS = 4095 };            // slots of a node
enum { HEAP_MAX_PAYLOAD_BYTES = 1 << 30 }; // payload of an object
enum { HEAP_EXTERNAL_PAYLOAD = 8 };        // payload of an atom that owns bytes elsewhere
enum { HEAP_GENERATIONS = 3 };             // heap_collect takes 0 .. HEAP_GENERATIONS - 1
// Integers that exist as one object each (CPython 3.11, _PY_NSMALLNEGINTS and _PY_NSMALLPOSINTS).
enum { HEAP_INT_MIN = -5, HEAP_INT_MAX = 256 };

struct heap;        // defined by the strategy's fast.h
struct heap_object; // likewise; a workload never looks inside

// A register. Only the strategy reads or writes it.
struct heap_reg {
    struct heap_object *object; // NULL: empty
};

enum heap_kind { HEAP_ATOM, HEAP_NODE, HEAP_LIST };

// ---------------------------------------------------------------------------------------- counters
// What is timed counts nothing. Each strategy is built twice from the same source: build/bench-NAME
// is for times, build/count-NAME counts as well. Counting on the mutator's path took 2 to 18 % of
// the time of strategies with counts, by strategy and core, and changed which of them was faster.
// Both builds do the same: the same checksums, collections and pauses.
//
// HEAP_COUNT - update a counter, or a number that serves counting alone, in the build that counts.
// No decision of a strategy may depend on such a number.
#ifndef HEAP_COUNTING
#define HEAP_COUNTING 0 // 1 in the build that counts
#endif
#define HEAP_COUNT(update)                                                                         \
    do {                                                                                           \
        if (HEAP_COUNTING) {                                                                       \
            update;                                                                                \
        }                                                                                          \
    } while (0)
#define HEAP_UNKNOWN UINT64_MAX // a number that was not counted

// Work done by a heap since heap_new, exact, and the same in every run with the same seed.
//   X(name, unit, kept, meaning)
//   kept  HEAP_ALWAYS: off the mutator's path, so both builds have it; or HEAP_COUNTED: the one
//         that counts has it, in the other it is HEAP_UNKNOWN
// "Requested bytes" are what the mutator asked for: payload, plus 8 per slot of a node, plus 8 per
// slot of capacity of a list. They are the same for every strategy; headers and rounding show in
// memory_bytes.
enum heap_kept { HEAP_COUNTED, HEAP_ALWAYS };
#define HEAP_COUNTERS(X)                                                                           \
    X(objects_allocated, "objects", HEAP_COUNTED, "objects allocated")                             \
    X(objects_freed, "objects", HEAP_COUNTED, "objects reclaimed, by whatever means")              \
    X(bytes_allocated, "bytes", HEAP_COUNTED, "requested bytes allocated")                         \
    X(bytes_freed, "bytes", HEAP_COUNTED, "requested bytes reclaimed")                             \
    X(collections_gen0, "collections", HEAP_ALWAYS, "collections of generation 0")                 \
    X(collections_gen1, "collections", HEAP_ALWAYS, "collections of generation 1")                 \
    X(collections_gen2, "collections", HEAP_ALWAYS,                                                \
      "collections of generation 2 or of the whole heap")                                          \
    X(objects_visited, "objects", HEAP_ALWAYS, "objects examined by collections")                  \
    X(edges_visited, "edges", HEAP_ALWAYS,                                                         \
      "non-empty references followed by collections, one pass")                                    \
    X(objects_collected, "objects", HEAP_COUNTED, "objects that collections found to be garbage")  \
    X(objects_promoted, "objects", HEAP_ALWAYS, "survivors moved to an older generation")          \
    X(mark_overflows, "objects", HEAP_ALWAYS,                                                      \
      "objects that found the mark stack full, so that collections came back to them")             \
    X(rc_increments, "operations", HEAP_COUNTED, "reference counts raised by the mutator")         \
    X(rc_decrements, "operations", HEAP_COUNTED,                                                   \
      "reference counts lowered by the mutator or by a cascade")                                   \
    X(cascade_longest, "objects", HEAP_COUNTED, "most objects freed by one release")               \
    X(intern_hits, "operations", HEAP_COUNTED, "interned values found")                            \
    X(intern_misses, "operations", HEAP_COUNTED, "interned values that had to be allocated")       \
    X(intern_saved_bytes, "bytes", HEAP_COUNTED, "requested bytes not allocated thanks to hits")   \
    X(objects_guarded, "objects", HEAP_ALWAYS, "objects that the program wants back: heap_guard")  \
    X(objects_handed_back, "objects", HEAP_ALWAYS,                                                 \
      "of these, found unreachable, and taken: heap_guarded_take")                                 \
    X(memory_bytes, "bytes", HEAP_ALWAYS,                                                          \
      "memory that the strategy holds from the system or from malloc")                             \
    X(memory_peak_bytes, "bytes", HEAP_ALWAYS, "most memory held at any time")

struct heap_counters {
#define HEAP_COUNTER_FIELD(name, unit, kept, doc) uint64_t name;
    HEAP_COUNTERS(HEAP_COUNTER_FIELD)
#undef HEAP_COUNTER_FIELD
};

// heap_hide_uncounted - for heap_read_counters: what this build has not counted is HEAP_UNKNOWN.
static inline void heap_hide_uncounted(struct heap_counters *c) {
#define HEAP_HIDE(name, unit, kept, doc)                                                           \
    if (!HEAP_COUNTING && kept != HEAP_ALWAYS)                                                     \
        c->name = HEAP_UNKNOWN;
    HEAP_COUNTERS(HEAP_HIDE)
#undef HEAP_HIDE
}

// ------------------------------------------------------------------------------------------ pauses
//   X(name, label, meaning)
#define HEAP_PAUSES(X)                                                                             \
    X(GEN0, "gen0", "collection of generation 0")                                                  \
    X(GEN1, "gen1", "collection of generations 0 and 1")                                           \
    X(GEN2, "gen2", "full collection of a generational heap")                                      \
    X(FULL, "full", "collection of a heap without generations")                                    \
    X(CASCADE, "cascade", "one release that frees HEAP_CASCADE_PAUSE objects or more")             \
    X(REGION, "region", "release of a region")                                                     \
    X(SWEEP, "sweep", "one step of lazy sweeping")                                                 \
    X(PURGE, "purge", "memory given back to the system")                                           \
    X(ZCT, "zct", "scan of a table of objects that no slot refers to")

enum heap_pause {
#define HEAP_PAUSE_NAME(name, label, doc) HEAP_PAUSE_##name,
    HEAP_PAUSES(HEAP_PAUSE_NAME)
#undef HEAP_PAUSE_NAME
        HEAP_PAUSE_KINDS
};

// A cascade is announced when it reaches this many frees, since stamping shorter ones would cost
// more than they do (two clock reads are 50 ns, a free is 5). Its recorded pause lacks the time of
// these first.
enum { HEAP_CASCADE_PAUSE = 256 };

// Called around each pause; pauses do not nest, so what happens inside one is part of it. Both
// functions are set, or both are NULL. They must not call the heap.
//   freed  objects reclaimed within this pause; HEAP_UNKNOWN in a build that does not count
struct heap_listener {
    void (*pause_begin)(void *context, enum heap_pause kind);
    void (*pause_end)(void *context, enum heap_pause kind, uint64_t freed);
    void *context;
};

// heap_pause_begins, heap_pause_ends - how a strategy announces a pause, if anybody listens.
static inline void heap_pause_begins(const struct heap_listener *l, enum heap_pause kind) {
    if (l->pause_begin)
        l->pause_begin(l->context, kind);
}

static inline void heap_pause_ends(const struct heap_listener *l, enum heap_pause kind,
                                   uint64_t freed) {
    if (l->pause_end)
        l->pause_end(l->context, kind, HEAP_COUNTING ? freed : HEAP_UNKNOWN);
}

// -------------------------------------------------------------------------------------- descriptor
// What a strategy claims; tests choose by these what to demand.
//   X(bit, NAME, label, meaning)
#define HEAP_TRAITS(X)                                                                             \
    X(0, COUNTS, "counts", "keeps reference counts; heap_refcount gives them")                     \
    X(1, FREES_AT_ONCE, "frees_at_once",                                                           \
      "acyclic garbage is reclaimed by the operation that makes it")                               \
    X(2, FREES_ACYCLIC, "frees_acyclic",                                                           \
      "acyclic garbage is reclaimed by a full collection at the latest")                           \
    X(3, FREES_CYCLES, "frees_cycles", "and so is cyclic garbage")                                 \
    X(4, FREES_REGIONS, "frees_regions", "heap_region_end reclaims")                               \
    X(5, GENERATIONAL, "generational", "heap_collect distinguishes generations")                   \
    X(6, MOVES, "moves", "objects move at safepoints")                                             \
    X(7, INSTRUMENT, "instrument", "observes rather than competes: runs only when it is named")    \
    X(8, VARIES, "varies", "counters depend on addresses or on the machine: do not repeat")        \
    X(9, SILENT, "silent",                                                                         \
      "does not announce the collections that it starts by itself: pauses are unknown")            \
    X(10, GUARDS, "guards",                                                                        \
      "hands guarded objects back: in garbage cycles where frees_cycles, others at least")

enum heap_trait {
#define HEAP_TRAIT_BIT(bit, name, label, doc) HEAP_##name = 1 << (bit),
    HEAP_TRAITS(HEAP_TRAIT_BIT)
#undef HEAP_TRAIT_BIT
};

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

// Two tunables are carried out by the harness, for every strategy that declares them.
// clang-format off
#define HEAP_TUNABLE_COLLECT_EVERY                                                                 \
    {.name = "collect_every",                                                                      \
     .doc = "collect everything by hand after every so many steps; off: never",                    \
     .unit = "steps", .max = 1e9, .whole = 1, .sweep = "off,100,1000,10000"}
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
// And one to those that collect when they have grown.
#define HEAP_TUNABLE_EXTERNAL(condition)                                                           \
    {.name = "external",                                                                           \
     .doc = "whether bytes that objects own outside of the heap count for when to collect",        \
     .when = (condition), .unit = "",                                                              \
     .choices = (const char *const[]){"off", "on", NULL}, .sweep = "off,on"}
// How long an interned atom lives: as long as something refers to it (0), until so many others have been
// interned after it, or for ever (more than there are). CPython 3.12 keeps all. See parts/kept.h.
#define HEAP_TUNABLE_INTERNED_KEPT                                                                 \
    {.name = "interned_kept",                                                                      \
     .doc = "interned atoms that the table keeps alive, the newest; off: none, it is weak",        \
     .unit = "atoms", .max = 1e9, .whole = 1}
// clang-format on

// -------------------------------------------------------------------------------------- operations
// What a program can ask of the heap, as numbers: the one list from which programs are encoded,
// decoded, generated and documented (workloads/trace). Left out are heap_refcount and
// heap_identity, whose answers differ between strategies.
//   X(number, NAME, name, operands, safepoint, meaning)
//   number    stable for ever: files hold it. A new operation takes the next one, up to 254
//   name      the function is heap_<name>
//   operands  a letter each, in the order of the function's parameters
//     d  register that is written             i  index, below the length of the container named
//     m  register that holds a dict
//     r  register that is read, may be empty  t  new length, at most that of the list named
//     o  register that holds an object        s  slots, up to HEAP_MAX_SLOTS
//     c  register that holds a container      p  payload bytes, up to HEAP_MAX_PAYLOAD_BYTES
//     l  register that holds a list           z  signed integer of 64 bits
//     e  the same, with an element in it      k  key: a count of bytes, and the bytes
//     n  count of registers, from 1 on        g  generation
//     y  no (0) or yes (1)
#define HEAP_OPERATIONS(X)                                                                         \
    X(1, COPY, copy, "dr", 0, "d = r")                                                             \
    X(2, CLEAR, clear, "d", 0, "d becomes empty")                                                  \
    X(3, NEW_ATOM, new_atom, "dp", 1, "d = a fresh atom")                                          \
    X(4, NEW_NODE, new_node, "dsp", 1, "d = a fresh node with empty slots")                        \
    X(5, NEW_LIST, new_list, "d", 1, "d = a fresh list of length 0")                               \
    X(6, INTERN, intern, "dk", 1, "d = the one atom whose payload equals the key")                 \
    X(7, SMALL_INT, small_int, "dz", 1, "d = an atom that holds the integer")                      \
    X(8, LOAD, load, "dci", 0, "d = c[i]")                                                         \
    X(9, STORE, store, "cir", 0, "c[i] = r")                                                       \
    X(10, APPEND, append, "lr", 1, "add r at the end of l")                                        \
    X(11, POP, pop, "de", 0, "d = the last element, which leaves e")                               \
    X(12, TRUNCATE, truncate, "lt", 0, "drop the elements of l from index t on")                   \
    X(13, SAME, same, "rr", 0, "see whether both are the same object")                             \
    X(14, IS_EMPTY, is_empty, "r", 0, "see whether r is empty")                                    \
    X(15, KIND, kind, "o", 0, "see whether o is an atom, a node or a list")                        \
    X(16, LENGTH, length, "o", 0, "see how many references o has")                                 \
    X(17, CAPACITY, capacity, "o", 0, "see for how many references o has room")                    \
    X(18, PAYLOAD_BYTES, payload_bytes, "o", 0, "see how many payload bytes o has")                \
    X(19, PAYLOAD, payload, "o", 0, "read the first payload byte of o, if there is one")           \
    X(20, ENTER, enter, "n", 0, "push a frame of n empty registers")                               \
    X(21, LEAVE, leave, "", 0, "clear and pop the last frame that was pushed")                     \
    X(22, REGION_BEGIN, region_begin, "", 0, "open a region")                                      \
    X(23, REGION_END, region_end, "", 0, "close it")                                               \
    X(24, LONG_LIVED, long_lived, "y", 0, "what is allocated now outlives the region: no, yes")    \
    X(25, COLLECT, collect, "g", 1, "collect generations 0 .. g")                                  \
    X(26, ENABLE, enable, "y", 0, "let the heap collect by itself: no, yes")                       \
    X(27, FREEZE, freeze, "", 0, "exempt all objects held now from later collections")             \
    X(28, UNFREEZE, unfreeze, "", 0, "take that back")                                             \
    X(29, VERIFY, verify, "", 0, "check every invariant of the strategy")                          \
    X(30, BORROW, borrow, "dci", 0, "see what c[i] holds without taking a reference; d = empty")   \
    X(31, MOVE, move, "cir", 0, "c[i] = r, which becomes empty")                                   \
    X(32, NEW_TUPLE, new_tuple, "de", 1, "d = a tuple of the elements of e")                       \
    X(33, NEW_EXTERNAL, new_external, "dp", 1, "d = a fresh atom that owns p bytes elsewhere")     \
    X(34, GUARD, guard, "o", 1, "guard o, a node that is no tuple")                                \
    X(35, GUARDED_TAKE, guarded_take, "d", 1,                                                      \
      "d = an object that was handed back, if one was, which is let go; d = empty")                \
    X(36, NEW_DICT, new_dict, "ds", 1, "d = a fresh dict with s empty slots, at least one")        \
    X(37, PUT, put, "mir", 0, "m[i] = r")

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

// A file that is compiled for no strategy and calls none, as the reader of traces, gets the words above
// alone.
#if defined(HEAP_NAME) || defined(HEAP_CALLED)

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
// heap_guard - guard a node that is no tuple: when it has become unreachable it is not reclaimed but waits,
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

#endif // HEAP_NAME or HEAP_CALLED
#endif
