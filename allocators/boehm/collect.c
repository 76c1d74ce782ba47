// collect.c - libgc: its roots, its events, and counting what it freed.
//
// libgc is one heap per process, and its callbacks have no context, so the list of open heaps is
// the one piece of state here that is not reached through an argument. Heaps share cells and
// collections; counters are each heap's own.
//
// A heap's thread is registered with libgc while the heap is open, but its C stack is not scanned:
// nothing but a register refers to an object when a collection may start, which the contract
// demands anyhow. It follows that two heaps of one process must not run at the same time.

#include "collect.h"

#include <signal.h>

// Up to this many slots, a large cell is of a kind whose descriptor covers them alone: a payload
// of 10 kB after one slot is neither searched for references nor cleared.
enum { COLLECT_EXACT_SLOTS = 8 };

static struct {
    struct heap *heaps;
    int kinds[COLLECT_EXACT_SLOTS + 1];
    bool ready, incremental;
    bool whole;   // within a collection of which libgc announces start and end
    bool marked;  // marking is complete, reclaiming not yet
    bool guarded; // and what finalizers keep alive is still to be marked
    bool hidden;  // libgc takes nothing for an address; least, greatest: what it took before
    void *least, *greatest;
    struct sigaction on_fault;
} process;

#define EACH_HEAP(h) for (struct heap *h = process.heaps; h; h = h->next)

// ------------------------------------------------------------------------------------------- roots

// Before it asks for our roots, libgc looks for references in 1.5 kB of its own stack frames. Those
// hold what earlier calls left there, vector registers of a loop over free cells included, which
// kept 7 of 2000 garbage rings alive. So from the start of a full collection until it asks for
// roots, no address is plausible. That hides nothing else: marks have been cleared, there are no
// uncollectable cells to mark from, and what libgc keeps for itself it only lists by then, as
// ranges to be searched later. A collection by age does mark from other cells at that time, so it
// is left as it is. The bounds are public (gc_mark.h); to change them is not foreseen there.
static void GC_CALLBACK hide_addresses(void) {
    if (process.hidden)
        return;
    process.hidden = true;
    process.least = GC_least_plausible_heap_addr;
    process.greatest = GC_greatest_plausible_heap_addr;
    GC_least_plausible_heap_addr = (void *)UINTPTR_MAX;
    GC_greatest_plausible_heap_addr = NULL;
}

// The heap may have grown, which moved the bounds.
static void show_addresses(void) {
    if (!process.hidden)
        return;
    process.hidden = false;
    if ((uintptr_t)process.least < (uintptr_t)GC_least_plausible_heap_addr)
        GC_least_plausible_heap_addr = process.least;
    if ((uintptr_t)process.greatest > (uintptr_t)GC_greatest_plausible_heap_addr)
        GC_greatest_plausible_heap_addr = process.greatest;
}

// All frames as one range: what is between them is a count, and an address outside of libgc's heap.
static void GC_CALLBACK push_registers(void) {
    show_addresses();
    EACH_HEAP(h) {
        ROOTS_EACH_RANGE(&h->common.roots, from, to)
        GC_push_all(from, to);
        struct guards *g = &h->common.guards;
        if (guards_any(g))
            GC_push_all(&g->entries[g->first], &g->entries[g->end]);
    }
}

// ---------------------------------------------------------------------------------------- counting
struct survivors {
    uint64_t objects, bytes;
};

static void GC_CALLBACK count_marked(void *cell, size_t bytes, void *context) {
    (void)bytes;
    struct survivors *found = context;
    const struct heap_object *o = cell;
    unsigned number = o->flags >> BOEHM_NUMBER_SHIFT; // 0: not an object
    if (number > BOEHM_HEAPS)
        number = 0; // libgc's own, as it hides the address of an object with a finalizer
    found[number].objects++;
    if (number)
        found[number].bytes += plain_requested_bytes(o);
}

// Marks stay as they are until the next marking, and what is allocated in between gets none. Only
// an incremental one starts at no telling when, so then they are counted as soon as marking ends.
// That takes 3 ns for each of them, beside 10 to 100 for marking.
static void *GC_CALLBACK count_survivors(void *unused) {
    struct survivors found[BOEHM_HEAPS + 1] = {{0, 0}};
    GC_enumerate_reachable_objects_inner(count_marked, found);
    EACH_HEAP(h) {
        const struct survivors *own = &found[h->number >> BOEHM_NUMBER_SHIFT];
        if (!h->uncounted)
            continue;
        h->uncounted = false;
        h->common.counters.objects_freed = h->objects_then - own->objects;
        h->common.counters.objects_collected = h->common.counters.objects_freed;
        h->common.counters.bytes_freed = h->bytes_then + h->bytes_since - own->bytes;
    }
    return unused;
}

void collect_count(struct heap *h) {
    if (h->uncounted)
        (void)GC_call_with_alloc_lock(count_survivors, NULL);
}

void collect_list_resized(struct heap *h, const struct plain_list *list, size_t old_capacity) {
    uint64_t old_bytes = old_capacity * sizeof *list->items;
    uint64_t bytes = list->capacity * sizeof *list->items;
    uint64_t grown = bytes > old_bytes ? bytes - old_bytes : 0;
    uint64_t shrunk = bytes < old_bytes ? old_bytes - bytes : 0;
    HEAP_COUNT(h->common.counters.bytes_allocated += grown);
    if (!h->uncounted)
        HEAP_COUNT(h->common.counters.bytes_freed += shrunk);
    else
        h->bytes_since += GC_is_marked(list) ? grown : shrunk;
}

// ----------------------------------------------------------------------------------------- marking
static struct heap_object *keep_marked(void *context, struct heap_object *o) {
    (void)context;
    return GC_is_marked(o) ? o : NULL;
}

// Of a cell that may have gone by now, with its block.
static struct heap_object *keep_left(void *context, struct heap_object *o) {
    return GC_base(o) == o ? keep_marked(context, o) : NULL;
}

// Forget what was interned and is dead.
static void forget_dead(struct heap_object *(*keep)(void *context, struct heap_object *o)) {
    EACH_HEAP(h) {
        intern_retain(&h->common.interned, keep, NULL);
        external_retain(&h->common.external, keep, NULL);
        HEAP_COUNT(heap_retained(&h->common.listener, keep, NULL));
    }
    if (process.incremental && HEAP_COUNTING)
        (void)count_survivors(NULL);
}

// Forget the free lists, whose cells are about to be swept. Only after this libgc marks what guarded
// objects refer to, and tells of nothing then until the end of reclaiming.
static void marking_ended(void) {
    process.marked = true;
    process.guarded = false;
    EACH_HEAP(h) {
        process.guarded |= h->common.guards.guarded != 0;
        memset(h->cells, 0, sizeof h->cells);
        h->common.counters.collections_gen2++;
        h->objects_then = h->common.counters.objects_allocated;
        h->bytes_then = h->common.counters.bytes_allocated;
        h->bytes_since = 0;
        h->uncounted = HEAP_COUNTING;
    }
    if (!process.guarded)
        forget_dead(keep_marked);
}

static void reclaiming_ended(void) {
    if (process.guarded)
        forget_dead(keep_left);
    process.guarded = false;
}

// ------------------------------------------------------------------------------------------ pauses
static void pause_begins(void) {
    EACH_HEAP(h) {
        if (h->pausing)
            continue;
        h->pausing = true;
        heap_pause_begins(&h->common.listener, HEAP_PAUSE_FULL);
    }
}

// Nothing is reclaimed within: sweeping waits for allocation.
static void pause_ends(void) {
    process.marked = false;
    EACH_HEAP(h) {
        if (h->pausing)
            heap_pause_ends(&h->common.listener, HEAP_PAUSE_FULL, 0);
        h->pausing = false;
    }
}

// A whole collection stops the world once and is one pause. Incrementally, attempts to finish
// marking are announced, each with the reclaiming that follows when it succeeds; the steps in
// between, a few dozen microseconds each within an allocation, are not: libgc does not tell of
// them.
static void GC_CALLBACK on_event(GC_EventType event) {
    switch (event) {
    case GC_EVENT_START:
        process.whole = true;
        pause_begins();
        break;
    case GC_EVENT_PRE_STOP_WORLD:
        pause_begins();
        break;
    case GC_EVENT_MARK_END:
        marking_ended();
        break;
    case GC_EVENT_POST_START_WORLD:
        if (!process.whole && !process.marked)
            pause_ends();
        break;
    case GC_EVENT_RECLAIM_END:
        reclaiming_ended();
        if (!process.whole)
            pause_ends();
        break;
    case GC_EVENT_END:
        process.whole = false;
        pause_ends();
        break;
    default:
        break;
    }
}

// ----------------------------------------------------------------------------------------- opening
static void start(void) {
    GC_set_no_dls(1); // no roots in data segments
    GC_set_all_interior_pointers(0);
    GC_set_markers_count(1);
    GC_set_warn_proc(GC_ignore_warn_proc);
    GC_init();
    GC_allow_register_threads();
    GC_unregister_my_thread(); // each heap registers its own
    GC_clear_roots();
    GC_set_start_callback(hide_addresses);
    GC_set_push_other_roots(push_registers);
    GC_set_on_collection_event(on_event);
    for (GC_word slots = 1; slots <= COLLECT_EXACT_SLOTS; slots++) {
        GC_word marked_bytes = sizeof(struct heap_object) + slots * sizeof(void *);
        process.kinds[slots] =
            (int)GC_new_kind(GC_new_free_list(), marked_bytes | GC_DS_LENGTH, 0, 0);
    }
    // libgc sweeps no kind of which it has never allocated a single cell itself: GC_start_reclaim
    // takes it for unused, and cells that were freed by hand before would be handed out twice.
    (void)GC_generic_malloc(GC_GRANULE_BYTES, BOEHM_BLIND);
    (void)GC_generic_malloc(GC_GRANULE_BYTES, BOEHM_TRACED);
    guard_start();
    process.ready = true;
}

// libgc finds written pages by protecting them (mprotect). Code that takes over SIGSEGV after it,
// as a test framework does before each test, gets its faults; a new heap takes SIGSEGV back.
void collect_incrementally(void) {
    if (!process.incremental) {
        GC_enable_incremental();
        sigaction(SIGSEGV, NULL, &process.on_fault);
    }
    process.incremental = true;
}

static bool register_thread(void) {
    struct GC_stack_base base;
    return GC_get_stack_base(&base) == GC_SUCCESS && GC_register_my_thread(&base) == GC_SUCCESS;
}

// The thread stays registered as long as it has an open heap.
static void leave_thread(const struct heap *h) {
    EACH_HEAP(other)
    if (h->registered && pthread_equal(other->thread, h->thread)) {
        other->registered = true;
        return;
    }
    if (h->registered)
        GC_unregister_my_thread();
}

int collect_open(struct heap *h) {
    bool taken[BOEHM_HEAPS + 2] = {false};
    unsigned number = 1;
    if (!process.ready)
        start();
    if (process.incremental)
        sigaction(SIGSEGV, &process.on_fault, NULL);
    EACH_HEAP(other)
    taken[other->number >> BOEHM_NUMBER_SHIFT] = true;
    while (taken[number])
        number++;
    if (number > BOEHM_HEAPS)
        return ENOMEM;
    h->number = (uint8_t)(number << BOEHM_NUMBER_SHIFT);
    memcpy(&h->number_header, &(struct heap_object){.flags = h->number}, sizeof h->number_header);
    h->thread = pthread_self();
    h->registered = register_thread();
    h->next = process.heaps;
    process.heaps = h;
    return 0;
}

void collect_full(void) {
    int forbidden = 0;
    for (; GC_is_disabled(); forbidden++)
        GC_enable();
    GC_gcollect();
    for (; forbidden; forbidden--)
        GC_disable();
}

void collect_close(struct heap *h) {
    struct heap **link = &process.heaps;
    while (*link && *link != h)
        link = &(*link)->next;
    if (!*link)
        return; // it never was open
    guard_close(h);
    *link = h->next;
    collect_full();
    leave_thread(h);
}

int collect_large_kind(size_t slots) {
    if (!slots)
        return BOEHM_BLIND;
    return slots <= COLLECT_EXACT_SLOTS ? process.kinds[slots] : BOEHM_TRACED;
}

void collect_measure(struct collect_memory *out) {
    struct GC_prof_stats_s s;
    GC_get_prof_stats(&s, sizeof s);
    out->cell_bytes = s.heapsize_full;
    out->obtained_bytes = s.obtained_from_os_bytes;
    out->mapped_bytes = s.obtained_from_os_bytes - s.unmapped_bytes;
}
