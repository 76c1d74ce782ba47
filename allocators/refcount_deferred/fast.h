// refcount_deferred - reference counting that leaves registers out, after Deutsch and Bobrow.
//
// Idea: most references come and go in registers, so only slots are counted. An object that no slot
//   refers to may still be in a register; it waits in the zero-count table (`zct`). When that is
//   full it is scanned: what is in no register either is freed, with all that it alone kept alive.
// Representation: an object's count has COUNTED_FOREVER added while it is in the table, as an
//   immortal's. So it cannot come to 0 again, a store needs no test whether it is there already,
//   and a count is never 0 while the object is held. A new object starts there. It stays until the
//   next scan, whatever refers to it by then.
// Scan: registers are counted like slots while it runs, so that counts are exact and a cascade
//   frees as in refcount; see table.c. It may run at any allocation, and at the store, pop or
//   truncation that fills the table: nothing moves, and what is in a register stays. It is a
//   collection: off by heap_enable, and then entries that slots refer to are dropped from a full
//   table, which grows.
// Invariants: count, less the mark, is the number of slots that refer to the object; an object with
//   none is in the table, once; what has the mark is in the table; next < limit, so an entry can
//   always be made. The table has 8 MB of addresses beside as many as the register stack has; like that, it
//   is in no limit and no counter: 8 bytes for each of zct objects and of what is in registers.
// Amortised: between two scans come at least zct entries, and as many as the register stack has
//   words. Pieces above 512 bytes count as several, so that garbage is bounded in bytes.
//
// Cost: 8 bytes per object, 24 and the array per list. Instructions: allocation of a node of two
//   slots 18 (refcount 14), of which 6 for the table; copy 2, clear 1, load 6, a store of what
//   refcount has, leave 4, however many registers; death some 30 in a cascade and 52 where a scan finds
//   it; 2 times 5 per register and scan. Against refcount, instructions of a step: binary_trees 151
//   / 156 per node; cycles without cycles 70350 / 73580; mutable_list 38160 / 41850. CPU, both
//   counting, when a death took 18 instructions more in both, interleaved (n=9, median, lowest and
//   highest, other jobs running): binary_trees 1.15x [1.06-1.27], but 1.08x [1.07-1.19] since COUNTED_STAYS; cycles without cycles 1.11x [0.99-1.16]; mutable_list 1.03x [0.83-1.19]; interning
//   0.94x [0.91-0.97], but with
//   intern=off 1.13x [1.00-1.21]. So it gains where references are passed around (a hot copy 0.30
//   ns, not 0.79) and loses where objects are made, stored once and dropped: each of them is
//   touched once more, by the scan, and its memory is used again later, when it has cooled. A node
//   replaced by the next 5.7 ns, not 3.2. zct from 256 to 4096 is the same within 5 % of CPU; 64
//   and 65536 cost up to 10 and 30 % more (n=5). A scan of 1024 takes 4 us; its cascades are part
//   of it.
// Cannot free cycles; see refcount. Cannot say how many references an object has: heap_refcount is
//   -1, since the count lacks the registers.
// Source: Deutsch, Bobrow, "An efficient, incremental, automatic garbage collector", CACM 19(9),
//   1976, p. 522-526. They look each entry up in a table of what the stack refers to, where this
//   raises and lowers counts, which needs no such table.
// Check: rc_increments - rc_decrements is the number of references in slots; collections_gen0
//   counts scans, objects_visited the entries and edges_visited the registers in them;
//   objects_collected is objects_freed.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"

// The table has addresses for an entry per register that there is room for, and as many more as zct asks
// for: after a scan only objects in registers are left, so there is always room for one more entry.
enum { DEFERRED_ZCT_MAX = 1 << 20 };

struct heap {
    struct heap_object **next, **limit; // where the table's next entry goes, and where it is full
    struct counted common;
    struct heap_object **table;
    size_t table_bytes; // of addresses
    size_t zct;         // see the tunable
    size_t waited; // entries since the last scan, or room that large pieces took, up to `limit`
    bool enabled;
};

#define COUNTED_REGISTERS 0
#define COUNTED_PROMPT 0
#define counted_zero deferred_zero
#define counted_relieve deferred_relieve
#define counted_charge deferred_charge
#define counted_open deferred_open
#define counted_drain deferred_drain
#define counted_close deferred_close
#define counted_check deferred_check
#define counted_enumerate deferred_enumerate

int deferred_open(struct heap *h, const struct heap_config *config);
void deferred_drain(struct heap *h);
void deferred_close(struct heap *h);
const char *deferred_check(struct heap *h);
void deferred_enumerate(struct heap *h, counted_visit *visit, void *audit);

// deferred_table_admit - whether the table has room for so many registers; see struct roots.
bool deferred_table_admit(void *context, size_t registers);

// heap_scan_slow - the table is full: make room in it for at least one more entry.
void heap_scan_slow(struct heap *h);

// The entry is complete before the scan. The caller either has no more use for o or has it in a
// register.
FAST void deferred_zero(struct heap *h, struct heap_object *o) {
    assert(o->count == 0 && "an object enters the table when its count comes to 0");
    o->count = COUNTED_FOREVER;
    *h->next++ = o;
    if (__builtin_expect(h->next == h->limit, 0))
        heap_scan_slow(h);
}

// A scan is the last resort before memory is refused.
FAST bool deferred_relieve(struct heap *h) {
    return h->enabled && heap_collect(h, HEAP_GENERATIONS - 1) > 0;
}

// A large piece takes the room of as many entries as it has times POOL_MAX_BYTES, so that garbage
// is bounded in bytes too. Room for one entry is left.
FAST void deferred_charge(struct heap *h, size_t bytes) {
    if (__builtin_expect(bytes <= POOL_MAX_BYTES, 1))
        return;
    size_t room = (size_t)(h->limit - h->next) - 1, entries = bytes / POOL_MAX_BYTES;
    h->limit -= entries < room ? entries : room;
}

#include "parts/counted/operations.h"

#endif
