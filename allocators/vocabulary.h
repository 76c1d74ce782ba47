// vocabulary.h - the words for what heaps hold, do and tell: a glossary, and lists of operations, counters, pauses and traits.
//
// heap.h has the functions. A file that calls none, as the reader of traces, includes this alone.
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

#ifndef HEAPBENCH_VOCABULARY_H
#define HEAPBENCH_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEAP_MAX_SLOTS = 4095 };            // slots of a node
enum { HEAP_MAX_PAYLOAD_BYTES = 1 << 30 }; // payload of an object
enum { HEAP_EXTERNAL_PAYLOAD = 8 };        // payload of an atom that owns bytes elsewhere
enum { HEAP_GENERATIONS = 3 };             // heap_collect takes 0 .. HEAP_GENERATIONS - 1
// Integers that exist as one object each (CPython 3.11, _PY_NSMALLNEGINTS and _PY_NSMALLPOSINTS).
enum { HEAP_INT_MIN = -5, HEAP_INT_MAX = 256 };

enum heap_kind { HEAP_ATOM, HEAP_NODE, HEAP_LIST };

struct heap_object; // defined by the strategy; a workload never looks inside

// A register. Only the strategy reads or writes it.
struct heap_reg {
    struct heap_object *object; // NULL: empty
};

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
    X(34, GUARD, guard, "o", 1, "guard o, a node that is no tuple and no dict")                    \
    X(35, GUARDED_TAKE, guarded_take, "d", 1,                                                      \
      "d = an object that was handed back, if one was, which is let go; d = empty")                \
    X(36, NEW_DICT, new_dict, "ds", 1, "d = a fresh dict with s empty slots, at least one")        \
    X(37, PUT, put, "mir", 0, "m[i] = r")

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
//
// The rest is told by the build that counts alone, to those who want to know when each object dies and is
// released. They are set together, or NULL; in the end, of an object or a heap, nothing is told.
//   born      the object of this identity (heap_identity) has been made, which asked for so many bytes; or it is an
//             interned atom that was found, which counts as asked for once more
//   resized   the array of a list was exchanged for one of so many bytes
//   released  an object is reclaimed. died: the clock when it died, of a strategy that knows (oracle); HEAP_UNKNOWN:
//             it is not known, or now
//   retained  after marking, of all objects: keep tells the identity that one has from now on, or NULL: it is
//             reclaimed
//   lives     what these are called with
//   clock     of whoever listens: now
typedef struct heap_object *heap_keep(void *of, struct heap_object *object);
struct heap_listener {
    void (*pause_begin)(void *context, enum heap_pause kind);
    void (*pause_end)(void *context, enum heap_pause kind, uint64_t freed);
    void *context;
    void (*born)(void *lives, uintptr_t identity, size_t bytes);
    void (*resized)(void *lives, uintptr_t identity, size_t from_bytes, size_t bytes);
    void (*released)(void *lives, uintptr_t identity, uint64_t died);
    void (*retained)(void *lives, heap_keep *keep, void *of);
    void *lives;
    const uint64_t *clock;
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

// heap_released, heap_retained - how it tells what it reclaims.
static inline void heap_released(const struct heap_listener *l, const void *object, uint64_t died) {
    if (l->released)
        l->released(l->lives, (uintptr_t)object, died);
}

static inline void heap_retained(const struct heap_listener *l, heap_keep *keep, void *of) {
    if (l->retained)
        l->retained(l->lives, keep, of);
}

// ------------------------------------------------------------------------------------------ traits
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
      "hands guarded objects back: in garbage cycles where frees_cycles, others at least")         \
    X(11, LEAVES, "leaves", "heap_free leaves memory behind: a process should have one heap only")

enum heap_trait {
#define HEAP_TRAIT_BIT(bit, name, label, doc) HEAP_##name = 1 << (bit),
    HEAP_TRAITS(HEAP_TRAIT_BIT)
#undef HEAP_TRAIT_BIT
};

#endif
