// trigger.h - when a collection is due: the rules that several strategies go by.
//
//   count      so many containers were allocated and not freed (threshold0), or so many bytes
//              allocated
//   growth     a heap has grown to a multiple of what was live, and to a least size
//   adaptive   collections that find little move the threshold up, others down again
//   resident   the process takes more memory than it is to have
//   interval   whatever else is due: a generation is collected at most once in so much time
// Each is a few comparisons on the path of a collection, none on that of an allocation.

#ifndef HEAPBENCH_TRIGGER_H
#define HEAPBENCH_TRIGGER_H

#include "heap.h"

#include <string.h>

// Two clocks time an interval: that of struct heap_config, and one that stands still while nothing
// is allocated, so that a run with it repeats exactly. There a byte takes a nanosecond; where bytes
// are not counted, but containers are, one of these that was not freed at once takes a microsecond.
enum { TRIGGER_CONTAINER_NS = 1000 };

// How much is allocated between two looks at the resident memory, where bytes are counted. A look
// takes a microsecond, as much as 1 kB; and beyond the limit each one collects.
enum { TRIGGER_RESIDENT_STEP = 1 << 20 };

// A member that is 0 asks for nothing.
struct trigger {
    // growth and count, of bytes.
    bool by_growth;         // else step_bytes counts
    bool counts_external;   // bytes outside of the heap are part of its size
    double growth;          //
    size_t least_bytes;     // of the threshold, by growth
    size_t step_bytes;      // from one collection to the next
    size_t threshold_bytes; // a collection is due when the heap is as large as this
    // adaptive, of containers.
    uint32_t first_threshold; // which threshold0 never falls below
    // resident
    uint64_t resident_limit_bytes;
    size_t resident_next_bytes; // size of the heap for the next look at it; SIZE_MAX: never
    size_t look_bytes;          // below it the threshold alone decides; see trigger_is_quiet
    uint64_t (*resident_bytes)(void *context);
    // interval
    uint64_t least_ns[HEAP_GENERATIONS]; // between the starts of two collections of a generation
    uint64_t next_ns[HEAP_GENERATIONS];  // the generation is not collected before
    bool on_allocation;                  // which clock
    uint64_t allocated_ns;               // it is now, on that of allocation
    size_t seen_bytes;                   // the size that allocated_ns is right for
    uint64_t (*now_ns)(void *context);
    void *context;
};

// --------------------------------------------------------------------------------------- tunables
// trigger_value - of a tunable; 0 where the strategy does not declare it. trigger_chose - whether
// the value of a choice is the one of that name.
static inline double trigger_value(const struct heap_config *config, const char *name) {
    const struct setting *all = heap_strategy.tunables;
    const struct setting *s = setting_find(all, heap_strategy.tunable_count, name);
    return s ? config->tunables[s - all] : 0;
}

static inline bool trigger_chose(const struct heap_config *config, const char *name,
                                 const char *choice) {
    const struct setting *s =
        setting_find(heap_strategy.tunables, heap_strategy.tunable_count, name);
    return s && !strcmp(s->choices[(int)trigger_value(config, name)], choice);
}

// trigger_look_from - the next look at resident memory, if any, is at this size of the heap.
static inline void trigger_look_from(struct trigger *t, size_t bytes) {
    t->resident_next_bytes = t->resident_limit_bytes ? bytes : SIZE_MAX;
    t->look_bytes = t->on_allocation ? 0 : t->resident_next_bytes;
}

// trigger_open - what the tunables say. Those of threshold0 are the strategy's.
//   intervals  names of the tunable of each generation; a heap without generations goes by the
//              first
static inline void trigger_open(struct trigger *t, const struct heap_config *config,
                                const char *const intervals[HEAP_GENERATIONS]) {
    *t = (struct trigger){
        .by_growth = trigger_chose(config, "trigger", "growth"),
        .counts_external = trigger_chose(config, "external", "on"),
        .growth = trigger_value(config, "growth"),
        .least_bytes = (size_t)trigger_value(config, "min_heap"),
        .step_bytes = (size_t)trigger_value(config, "allocated"),
        .first_threshold = trigger_chose(config, "adapt", "php")
                               ? (uint32_t)trigger_value(config, "threshold0")
                               : 0,
        .resident_limit_bytes = (uint64_t)trigger_value(config, "rss_limit"),
        .resident_bytes = config->resident_bytes,
        .on_allocation = trigger_chose(config, "clock", "allocation"),
        .now_ns = config->now_ns,
        .context = config->context,
    };
    t->threshold_bytes = t->by_growth ? t->least_bytes : t->step_bytes;
    trigger_look_from(t, 0);
    for (int g = 0; g < HEAP_GENERATIONS; g++)
        t->least_ns[g] = intervals[g] ? (uint64_t)(trigger_value(config, intervals[g]) * 1e6) : 0;
}

// -------------------------------------------------------------------------------- growth and count
// trigger_size - what counts, of a heap of so many bytes and those outside of it.
static inline size_t trigger_size(const struct trigger *t, size_t bytes, size_t external_bytes) {
    return t->counts_external ? bytes + external_bytes : bytes;
}

// trigger_next_bytes - the size at which a heap collects next that has so many bytes now.
static inline size_t trigger_next_bytes(const struct trigger *t, size_t live_bytes) {
    double next =
        t->by_growth ? (double)live_bytes * t->growth : (double)live_bytes + (double)t->step_bytes;
    if (t->by_growth && next < (double)t->least_bytes)
        next = (double)t->least_bytes;
    return next < (double)(SIZE_MAX / 2) ? (size_t)next : SIZE_MAX / 2;
}

// ---------------------------------------------------------------------------------------- interval
// trigger_allocated - the heap's own bytes are so many now, and there was no collection since the
// last call. trigger_restart - there was one, which left so many. Only the clock of allocation is
// at stake.
static inline void trigger_allocated(struct trigger *t, size_t bytes) {
    if (bytes > t->seen_bytes)
        t->allocated_ns += bytes - t->seen_bytes;
    t->seen_bytes = bytes;
}

static inline void trigger_restart(struct trigger *t, size_t bytes) {
    t->seen_bytes = bytes;
    trigger_look_from(t, bytes + TRIGGER_RESIDENT_STEP);
}

static inline uint64_t trigger_now_ns(const struct trigger *t) {
    if (t->on_allocation)
        return t->allocated_ns;
    return t->now_ns ? t->now_ns(t->context) : 0;
}

// trigger_may_collect - whether enough time has passed for this generation. Without a clock no time
// ever passes, so that each generation with an interval is collected once.
static inline bool trigger_may_collect(const struct trigger *t, int generation) {
    return !t->least_ns[generation] || trigger_now_ns(t) >= t->next_ns[generation];
}

// trigger_collects - it is collected now, and so are all that are younger.
static inline void trigger_collects(struct trigger *t, int generation) {
    for (int g = 0; g <= generation; g++)
        if (t->least_ns[g])
            t->next_ns[g] = trigger_now_ns(t) + t->least_ns[g];
}

// trigger_grows - whether a heap whose external bytes count, and that collects by growth, would
// become too large, in a time when the generation may be collected.
static inline bool trigger_grows(const struct trigger *t, size_t bytes, int generation) {
    return t->by_growth && t->counts_external && bytes > t->threshold_bytes &&
           trigger_may_collect(t, generation);
}

// ---------------------------------------------------------------------------------------- resident
// trigger_is_resident - whether the process takes more than it is to have. trigger_outgrows - the
// same, looked at only after some more bytes of the heap.
static inline bool trigger_is_resident(const struct trigger *t) {
    return t->resident_limit_bytes && t->resident_bytes &&
           t->resident_bytes(t->context) > t->resident_limit_bytes;
}

static inline bool trigger_outgrows(struct trigger *t, size_t bytes) {
    if (bytes < t->resident_next_bytes)
        return false;
    trigger_look_from(t, bytes + TRIGGER_RESIDENT_STEP);
    return trigger_is_resident(t);
}

// trigger_is_quiet - whether nothing can be due of a heap of so many bytes that gets so many more:
// by two comparisons, so that a heap that asks often does little else. It never is on the clock of
// allocation, which trigger_allocated keeps.
static inline bool trigger_is_quiet(const struct trigger *t, size_t bytes, size_t more_bytes) {
    return bytes + more_bytes <= t->threshold_bytes && bytes < t->look_bytes;
}

// ---------------------------------------------------------------------------------------- adaptive
// The threshold of a root buffer, PHP 7.3 and later (Zend/zend_gc.c, gc_adjust_threshold): a
// collection that frees fewer than TRIGGER_FEW raises it by TRIGGER_STEP, another lowers it by as
// much, though not below what it was at first.
enum { TRIGGER_FEW = 100, TRIGGER_STEP = 10000, TRIGGER_MOST = 1000000000 };

static inline uint32_t trigger_adapt(const struct trigger *t, uint32_t threshold, size_t found) {
    if (!t->first_threshold)
        return threshold;
    if (found < TRIGGER_FEW)
        return threshold > TRIGGER_MOST - TRIGGER_STEP ? TRIGGER_MOST : threshold + TRIGGER_STEP;
    return threshold - t->first_threshold < TRIGGER_STEP ? t->first_threshold
                                                         : threshold - TRIGGER_STEP;
}

// ------------------------------------------------------------------------------ tunables, declared
// The last rows of a strategy's table: TRIGGER_TUNABLES_OF_BYTES of collectors that know bytes,
// beside growth and min_heap, whose defaults are their own; TRIGGER_TUNABLES_OF_CONTAINERS of those
// that count containers, after their intervals.
// clang-format off
#define TRIGGER_TUNABLE_INTERVAL(suffix, what, condition)                                          \
    {.name = "interval" suffix,                                                                    \
     .doc = "collect " what "by itself at most once in so many milliseconds; "                     \
            "off: as often as it is due",                                                          \
     .when = (condition), .unit = "ms", .max = 1e9, .sweep = "off,1,10"}
#define TRIGGER_TUNABLE_EXTERNAL(condition)                                                        \
    {.name = "external",                                                                           \
     .doc = "whether bytes that objects own outside of the heap count for when to collect",        \
     .when = (condition), .unit = "",                                                              \
     .choices = (const char *const[]){"off", "on", NULL}, .sweep = "off,on"}
#define TRIGGER_TUNABLE_CLOCK(condition, measure)                                                  \
    {.name = "clock",                                                                              \
     .doc = "what times intervals: the wall clock, or allocation, of which " measure,              \
     .when = (condition), .unit = "",                                                              \
     .choices = (const char *const[]){"wall", "allocation", NULL}}
#define TRIGGER_TUNABLE_RSS_LIMIT(condition)                                                       \
    {.name = "rss_limit",                                                                          \
     .doc = "collect everything, too, when what the heap has added to the process's resident "     \
            "memory is more than this; off: nobody looks",                                         \
     .when = (condition), .unit = "bytes", .max = 1e12, .whole = 1}

#define TRIGGER_TUNABLES_OF_BYTES                                                                  \
    TRIGGER_TUNABLE_EXTERNAL(NULL),                                                                \
    {.name = "trigger",                                                                            \
     .doc = "what starts a collection: growth beyond what was live, or so many bytes allocated "   \
            "since the last one",                                                                  \
     .unit = "", .choices = (const char *const[]){"growth", "allocated", NULL},                    \
     .sweep = "growth,allocated"},                                                                 \
    {.name = "allocated",                                                                          \
     .doc = "collect when so many bytes were allocated since the last collection",                 \
     .when = "trigger=allocated", .unit = "bytes", .fallback = 4e6, .min = 65536, .max = 1e12,     \
     .whole = 1, .sweep = "1e6,4e6,16e6"},                                                         \
    TRIGGER_TUNABLE_INTERVAL("", "", NULL),                                                        \
    TRIGGER_TUNABLE_CLOCK("interval!=off", "a byte takes a nanosecond"),                           \
    TRIGGER_TUNABLE_RSS_LIMIT(NULL)

// Who counts containers is not told of each byte, and looks at the memory held whenever threshold0
// is passed. That is every cell with memory=malloc, and whole chunks of 1 MiB else.
//   intervals  the condition on which one is on
#define TRIGGER_TUNABLES_OF_CONTAINERS(intervals)                                                  \
    {.name = "adapt",                                                                              \
     .doc = "php: after a collection that finds fewer than 100 threshold0 is raised by 10000, "    \
            "after others lowered again",                                                          \
     .when = "threshold0!=off,trigger=count", .unit = "",                                          \
     .choices = (const char *const[]){"off", "php", NULL}, .sweep = "off,php"},                    \
    {.name = "trigger",                                                                            \
     .doc = "what starts a collection: threshold0 alone, or growth of the memory held, looked at " \
            "whenever threshold0 is passed; it is a full one then",                                \
     .when = "threshold0!=off", .unit = "",                                                        \
     .choices = (const char *const[]){"count", "growth", NULL}, .sweep = "count,growth"},          \
    {.name = "growth",                                                                             \
     .doc = "collect when the memory held has grown to this multiple of what was left",            \
     .when = "threshold0!=off,trigger=growth", .unit = "x", .fallback = 1.5, .min = 1.05,          \
     .max = 100},                                                                                  \
    {.name = "min_heap",                                                                           \
     .doc = "collect by itself only when the heap has grown to this",                              \
     .when = "threshold0!=off,trigger=growth", .unit = "bytes", .fallback = 262144, .min = 65536,  \
     .max = 1e12, .whole = 1},                                                                     \
    TRIGGER_TUNABLE_EXTERNAL("threshold0!=off,trigger=growth"),                                    \
    TRIGGER_TUNABLE_CLOCK("threshold0!=off," intervals,                                            \
                          "a container that is not freed at once takes a microsecond"),            \
    TRIGGER_TUNABLE_RSS_LIMIT("threshold0!=off")

// As QuickJS does (quickjs.c, js_trigger_gc): a full collection when what malloc gave is more than
// 256 KiB, and then than 1.5 times what the last one left. QuickJS looks at every object, a heap of
// containers at each second; and QuickJS itself takes so much that its threshold does not fall
// below 256 KiB.
#define TRIGGER_PRESET_OF_BYTES                                                                    \
    (const struct preset[]) {                                                                      \
        {.name = "quickjs", .assignments = "growth=1.5,min_heap=262144",                           \
         .doc = "by growth, as QuickJS does"},                                                     \
        {.name = NULL}                                                                             \
    }
#define TRIGGER_PRESET_OF_CONTAINERS                                                               \
    {.name = "quickjs",                                                                            \
     .assignments = "trigger=growth,growth=1.5,min_heap=262144,threshold0=1,memory=malloc",        \
     .doc = "by growth of what malloc gave, as QuickJS does"}
// clang-format on

#endif
