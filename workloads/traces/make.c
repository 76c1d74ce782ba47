// make.c - writes small traces, always the same: those of this folder, and those that
// tests/fidelity compares with CPython.
//
//   build/tests/traces DIR NAME...
//
// A trace with tunables is about one group of the collector's rules; what CPython did with it is in
// tests/fidelity/expected.json.

#include "base/file.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct maker {
    struct trace_writer *writer;
    uint32_t registers; // of the program; two more follow: one to make things in, one that is empty
    uint64_t seed;
    // random: the object in each register, and what each of its three slots holds; 0: nothing
    unsigned object[12], slots[4096][3], made;
};

static _Noreturn void make_fail(const char *what, const char *why) {
    fprintf(stderr, "traces: %s: %s\n", what, why);
    exit(1);
}

// ------------------------------------------------------------------------------------------ operations
static void put(struct maker *k, unsigned number, uint64_t a, uint64_t b, uint64_t c) {
    const char *wrong = trace_write(k->writer, &(struct trace_op){number, {a, b, c}, NULL});
    if (wrong)
        make_fail(trace_row(number)->name, wrong);
}
static void put_key(struct maker *k, uint64_t a, const char *key) {
    struct trace_op op = {TRACE_INTERN, {a, strlen(key)}, (const unsigned char *)key};
    if (trace_write(k->writer, &op))
        make_fail("intern", "does not fit");
}
static void node(struct maker *k, unsigned a, unsigned slots) {
    put(k, TRACE_NEW_NODE, a, slots, 0);
}
static void set(struct maker *k, unsigned a, unsigned slot, unsigned b) {
    put(k, TRACE_STORE, a, slot, b);
}
static void copy(struct maker *k, unsigned a, unsigned b) {
    put(k, TRACE_COPY, a, b, 0);
}
static void drop(struct maker *k, unsigned a) {
    put(k, TRACE_CLEAR, a, 0, 0);
}
static void collect(struct maker *k, unsigned generation) {
    put(k, TRACE_COLLECT, generation, 0, 0);
}
static void mark(struct maker *k) {
    put(k, TRACE_MARK, 0, 0, 0);
}

// Complete before what the register held is given up.
static void list(struct maker *k, unsigned a, unsigned elements) {
    put(k, TRACE_NEW_LIST, k->registers, 0, 0);
    while (elements--)
        put(k, TRACE_APPEND, k->registers, k->registers + 1, 0);
    copy(k, a, k->registers);
    drop(k, k->registers);
}

// Park and Miller, "Random number generators: good ones are hard to find", CACM 31, 1988.
static unsigned draw(struct maker *k, unsigned n) {
    k->seed = k->seed * 16807 % 2147483647;
    return (unsigned)(k->seed % n);
}

// ------------------------------------------------------------------------------------------- fidelity
// A doubly linked ring of n nodes; register a refers to it. Needs the two registers after a.
static void ring(struct maker *k, unsigned a, unsigned n) {
    node(k, a, 2);
    copy(k, a + 1, a);
    for (unsigned i = 1; i < n; i++) {
        node(k, a + 2, 2);
        set(k, a + 1, 0, a + 2);
        set(k, a + 2, 1, a + 1);
        copy(k, a + 1, a + 2);
    }
    set(k, a + 1, 0, a);
    set(k, a, 1, a + 1);
    drop(k, a + 1);
    drop(k, a + 2);
}

static void make_rings(struct maker *k) {
    for (unsigned i = 0; i < 120; i++) {
        ring(k, 0, 2 + draw(k, 12));
        if (draw(k, 3) == 0)
            copy(k, 3 + draw(k, 20), 0);
        mark(k);
    }
}

static void make_counter(struct maker *k) {
    for (unsigned round = 0; round < 8; round++) {
        for (unsigned i = 0; i < 150; i++)
            node(k, i, 1);
        collect(k, round % 2);
        for (unsigned i = 0; i < 20 * round; i++) // these are counted down from 0
            drop(k, i);
        for (unsigned i = 0; i < 40; i++) {
            node(k, 150, 1);
            set(k, 150, 0, 150);
            node(k, 151 + i % 7, 0);
        }
        mark(k);
    }
}

static void make_quarter(struct maker *k) {
    for (unsigned i = 0; i < 900; i++) {
        node(k, i, 0);
        if (i % 3 == 0) {
            node(k, 900, 1);
            set(k, 900, 0, 900);
        }
    }
}

// Lists in lists, in cycles, in a window; and as many at once as cannot all wait.
static void make_lists(struct maker *k) {
    for (unsigned round = 0; round < 6; round++) {
        for (unsigned i = 0; i < 130; i++) {
            list(k, i, 2);
            if (i && draw(k, 2))
                set(k, i, 0, i - 1);
            if (draw(k, 5) == 0)
                set(k, i, 1, i);
        }
        for (unsigned i = 0; i < 130; i++)
            if (draw(k, 4))
                drop(k, i);
        if (round == 3)
            collect(k, 2);
        for (unsigned i = 0; i < 60; i++)
            list(k, 130 + draw(k, 10), 0);
        node(k, 140 + round, 1);
        mark(k);
    }
    for (unsigned i = 0; i < 100; i++)
        list(k, i, 0);
    collect(k, 1);
    for (unsigned i = 0; i < 100; i++)
        drop(k, i);
    for (unsigned i = 0; i < 85; i++) // 5 are counted
        list(k, i, 0);
}

// Tuples of atoms, of containers and of both, some of which are part of a cycle; more of a length than
// can wait to be used again, and of lengths that cannot.
static void make_tuples(struct maker *k) {
    enum { NODES = 40, TUPLES = 2200, ATOM = NODES + TUPLES, LIST };
    static const unsigned lengths[] = {1, 2, 2, 3, 19, 20, 21};
    put(k, TRACE_NEW_ATOM, ATOM, 8, 0);
    for (unsigned i = 0; i < NODES; i++)
        node(k, i, 1);
    for (unsigned round = 0; round < 9; round++) {
        for (unsigned i = 0; i < (round == 4 ? TUPLES : 150); i++) {
            unsigned length = round == 4 ? 2 : lengths[draw(k, 7)], holds = draw(k, 3);
            put(k, TRACE_NEW_LIST, LIST, 0, 0);
            for (unsigned n = 0; n < length; n++)
                put(k, TRACE_APPEND, LIST, holds ? ATOM : draw(k, NODES), 0);
            put(k, TRACE_NEW_TUPLE, NODES + i, LIST, 0);
            set(k, draw(k, NODES), 0, NODES + i);
            if (draw(k, 3) == 0)
                node(k, draw(k, NODES), 1);
        }
        for (unsigned i = 0; i < TUPLES; i++)
            if (draw(k, 3))
                drop(k, NODES + i);
        if (round > 4)
            collect(k, round % 3);
        mark(k);
    }
}

// Dicts of atoms, containers and tuples, in cycles and in one another; more die than wait.
static void make_dicts(struct maker *k) {
    enum { NODES = 20, DICTS = 400, ATOM = NODES + DICTS, LIST, TUPLE, EMPTY };
    put(k, TRACE_NEW_ATOM, ATOM, 8, 0);
    put(k, TRACE_NEW_LIST, LIST, 0, 0);
    put(k, TRACE_APPEND, LIST, ATOM, 0);
    for (unsigned i = 0; i < NODES; i++)
        node(k, i, 1);
    for (unsigned round = 0; round < 12; round++) {
        for (unsigned i = 0; i < 250; i++) {
            unsigned dict = NODES + draw(k, DICTS), slots = 1 + draw(k, 4), other = draw(k, NODES);
            put(k, TRACE_NEW_DICT, dict, slots, 0);
            put(k, TRACE_PUT, dict, 0, draw(k, 3) ? ATOM : draw(k, 2) ? other : dict);
            for (unsigned n = draw(k, 3) > 0; n < slots; n++)
                put(k, TRACE_PUT, dict, n, ATOM);
            if (draw(k, 60) == 0)
                collect(k, draw(k, round < 11 ? 3 : 2));
            if (draw(k, 4) == 0)
                put(k, TRACE_PUT, dict, slots - 1, draw(k, 2) ? TUPLE : EMPTY);
            if (draw(k, 50) == 0) // which the next collection untracks
                put(k, TRACE_NEW_TUPLE, TUPLE, LIST, 0);
            set(k, draw(k, NODES), 0, dict);
            drop(k, NODES + draw(k, DICTS));
        }
        if (round == 5)
            put(k, TRACE_FREEZE, 0, 0, 0);
        mark(k);
    }
}

// Rings of which some nodes are guarded, one referring to another, and guarded nodes in no cycle. Now and then
// all that has come back is let go: all, since it comes in an order of each strategy's own.
static void make_guards(struct maker *k) {
    enum { KEPT = 3, SINGLE = 13 };
    for (unsigned i = 0; i < 500; i++) {
        ring(k, 0, 2 + draw(k, 6));
        if (draw(k, 3))
            put(k, TRACE_GUARD, 0, 0, 0);
        put(k, TRACE_LOAD, 1, 0, 0);
        if (draw(k, 3) == 0)
            put(k, TRACE_GUARD, 1, 0, 0);
        set(k, draw(k, 2), 1, KEPT + draw(k, 10));
        if (draw(k, 4) == 0)
            copy(k, KEPT + draw(k, 10), 1);
        drop(k, 1);
        node(k, SINGLE, 1);
        set(k, SINGLE, 0, KEPT + draw(k, 10));
        if (draw(k, 2))
            put(k, TRACE_GUARD, SINGLE, 0, 0);
        for (unsigned taken = i % 10 ? 0 : 200; taken; taken--)
            put(k, TRACE_GUARDED_TAKE, 2, 0, 0);
        if (draw(k, 12) == 0)
            collect(k, draw(k, 3));
        mark(k);
    }
}

static void random_access(struct maker *k, unsigned a, unsigned b, unsigned i) {
    unsigned *object = k->object;
    if (draw(k, 2) && object[a] && object[b]) {
        set(k, a, i, b);
        k->slots[object[a]][i] = object[b];
    } else if (draw(k, 4) == 0 && object[a]) {
        set(k, a, i, k->registers + 1);
        k->slots[object[a]][i] = 0;
    } else if (object[b]) {
        put(k, TRACE_LOAD, a, b, i);
        object[a] = k->slots[object[b]][i];
    }
}

static void random_policy(struct maker *k, unsigned dice) {
    if (dice < 991)
        collect(k, draw(k, 3));
    else if (dice < 999)
        put(k, TRACE_ENABLE, draw(k, 2), 0, 0);
    else
        put(k, TRACE_FREEZE, 0, 0, 0);
}

static void random_operation(struct maker *k) {
    unsigned a = draw(k, 12), b = draw(k, 12), dice = draw(k, 1000);
    if (dice < 350) {
        if (draw(k, 4))
            node(k, a, 3);
        else
            list(k, a, 3);
        k->object[a] = ++k->made;
    } else if (dice < 800) {
        random_access(k, a, b, draw(k, 3));
    } else if (dice < 900) {
        copy(k, a, b);
        k->object[a] = k->object[b];
    } else if (dice < 985) {
        drop(k, a);
        k->object[a] = 0;
    } else {
        random_policy(k, dice);
    }
}

static void make_random(struct maker *k) {
    for (unsigned n = 0; n < 2500; n++)
        random_operation(k);
    put(k, TRACE_ENABLE, 1, 0, 0);
}

// ------------------------------------------------------------------------------------------- programs
// Chains of nodes, each with an atom, built from their end and let go at their head.
static void make_cascade(struct maker *k) {
    enum { HEAD, NEW, ATOM };
    for (unsigned chain = 0; chain < 24; chain++) {
        for (unsigned length = 1 + draw(k, 1u << (3 + chain % 8)); length; length--) {
            put(k, TRACE_NEW_NODE, NEW, 2, 16);
            put(k, TRACE_NEW_ATOM, ATOM, 8 + draw(k, 40), 0);
            set(k, NEW, 0, HEAD);
            set(k, NEW, 1, ATOM);
            copy(k, HEAD, NEW);
        }
        put(k, TRACE_PAYLOAD, HEAD, 0, 0);
        drop(k, NEW);
        drop(k, ATOM);
        drop(k, HEAD);
        mark(k);
    }
}

enum { QUEUE, QUEUE_MESSAGE, QUEUE_REPLY, QUEUE_PART, QUEUE_LENGTH = 48 };

// Now and then a message is answered, and the two refer to each other.
static void queue_message(struct maker *k, unsigned i) {
    static const char *const subjects[] = {"order", "invoice", "shipment", "complaint", "refund"};
    put(k, TRACE_NEW_NODE, QUEUE_MESSAGE, 4, 32);
    put_key(k, QUEUE_PART, subjects[draw(k, 5)]);
    set(k, QUEUE_MESSAGE, 0, QUEUE_PART);
    put(k, TRACE_SMALL_INT, QUEUE_PART, i % 400, 0);
    set(k, QUEUE_MESSAGE, 1, QUEUE_PART);
    put(k, TRACE_NEW_ATOM, QUEUE_PART, 16 + draw(k, 240), 0);
    set(k, QUEUE_MESSAGE, 2, QUEUE_PART);
    if (draw(k, 4) == 0) {
        put(k, TRACE_NEW_NODE, QUEUE_REPLY, 1, 16);
        set(k, QUEUE_REPLY, 0, QUEUE_MESSAGE);
        set(k, QUEUE_MESSAGE, 3, QUEUE_REPLY);
        drop(k, QUEUE_REPLY);
    }
}

static void make_queue(struct maker *k) {
    put(k, TRACE_NEW_LIST, QUEUE, 0, 0);
    for (unsigned i = 0; i < QUEUE_LENGTH; i++)
        put(k, TRACE_APPEND, QUEUE, k->registers + 1, 0);
    trace_write_setup(k->writer);
    for (unsigned i = 0; i < 640; i++) {
        queue_message(k, i);
        set(k, QUEUE, i % QUEUE_LENGTH, QUEUE_MESSAGE);
        if (i >= QUEUE_LENGTH) {
            put(k, TRACE_LOAD, QUEUE_MESSAGE, QUEUE, draw(k, QUEUE_LENGTH));
            put(k, TRACE_LOAD, QUEUE_PART, QUEUE_MESSAGE, 2);
            put(k, TRACE_PAYLOAD_BYTES, QUEUE_PART, 0, 0);
            put(k, TRACE_PAYLOAD, QUEUE_PART, 0, 0);
        }
        if (i % 16 == 15)
            mark(k);
    }
}

enum { SESSION, REQUEST, REQUEST_PART, REQUEST_REGISTERS };

// What a request makes is gone after it; but sometimes the session keeps a value.
static void request(struct maker *k) {
    unsigned local = k->registers + 2; // the first register of the frame
    put(k, TRACE_ENTER, 3, 0, 0);
    put(k, TRACE_REGION_BEGIN, 0, 0, 0);
    put(k, TRACE_NEW_LIST, local, 0, 0);
    for (unsigned i = 4 + draw(k, 20); i; i--) {
        put(k, TRACE_NEW_NODE, local + 1, 2, draw(k, 8) * 8);
        put(k, TRACE_SMALL_INT, local + 2, (uint64_t)0 - draw(k, 50), 0);
        set(k, local + 1, 0, local + 2);
        set(k, local + 1, 1, local);
        put(k, TRACE_APPEND, local, local + 1, 0);
    }
    put(k, TRACE_LENGTH, local, 0, 0);
    put(k, TRACE_POP, local + 1, local, 0);
    put(k, TRACE_TRUNCATE, local, 2, 0);
    if (draw(k, 3) == 0) {
        put(k, TRACE_LONG_LIVED, 1, 0, 0);
        put(k, TRACE_NEW_ATOM, REQUEST_PART, 64, 0);
        put(k, TRACE_LONG_LIVED, 0, 0, 0);
        set(k, SESSION, draw(k, 16), REQUEST_PART);
    }
    for (unsigned i = 0; i < 3; i++)
        drop(k, local + i);
    put(k, TRACE_REGION_END, 0, 0, 0);
    put(k, TRACE_LEAVE, 0, 0, 0);
}

static void make_requests(struct maker *k) {
    put(k, TRACE_NEW_NODE, SESSION, 16, 64);
    trace_write_setup(k->writer);
    for (unsigned i = 0; i < 100; i++) {
        request(k);
        mark(k);
    }
}

// ---------------------------------------------------------------------------------------------- files
static const struct made {
    const char *name, *doc;
    void (*make)(struct maker *k);
    uint32_t registers;
    unsigned thresholds[HEAP_GENERATIONS]; // 0: those that a strategy has
} make_all[] = {
    {"rings",
     "cycles of any length, some of them kept: garbage in every generation, promotion",
     make_rings,
     23,
     {30, 2, 2}},
    {"counter",
     "the counter of generation 0 falls with every death, but not below 0",
     make_counter,
     160,
     {45, 3, 1}},
    {"quarter",
     "a full collection waits until what grew old is a quarter of what is old",
     make_quarter,
     901,
     {9, 1, 1}},
    {"lists",
     "the 80 dead lists that wait, and the full collection that lets them go",
     make_lists,
     150,
     {12, 2, 1}},
    {"random",
     "everything, with collections by hand, the collector off and on, and a freeze",
     make_random,
     12,
     {15, 2, 2}},
    {"tuples",
     "tuples of atoms, which collections untrack, and of containers, and their free lists",
     make_tuples,
     2242,
     {60, 3, 2}},
    {"dicts",
     "dicts that the collector sees only while they hold a container, and their free list",
     make_dicts,
     424,
     {90, 3, 2}},
    {"guards",
     "guarded nodes in garbage cycles and outside, which come back and are let go",
     make_guards,
     14,
     {40, 3, 2}},
    {"cascade",
     "chains of up to 1024 nodes, built from their end and let go at their head",
     make_cascade,
     3,
     {0}},
    {"queue",
     "a queue of messages of which a quarter are part of a cycle with their reply",
     make_queue,
     QUEUE_PART + 1,
     {0}},
    {"requests",
     "requests in frames and regions of their own, and a session that keeps some values",
     make_requests,
     REQUEST_REGISTERS,
     {0}},
};

static void make_file(const char *dir, const struct made *made) {
    struct maker *k = calloc(1, sizeof *k);
    char path[4096], error[256];
    size_t bytes;
    if (!k)
        make_fail(made->name, "out of memory");
    k->writer = trace_writer_new(made->registers + 2);
    k->registers = made->registers;
    k->seed = 1;
    made->make(k);
    json_t *about = json_pack("{s:s,s:s,s:s}", "name", made->name, "doc", made->doc, "source",
                              "workloads/traces/make.c");
    const unsigned *threshold = made->thresholds;
    if (threshold[0])
        json_object_set_new(about, "tunables",
                            json_pack("{s:i,s:i,s:i}", "threshold0", (int)threshold[0],
                                      "threshold1", (int)threshold[1], "threshold2",
                                      (int)threshold[2]));
    unsigned char *file = trace_writer_finish(k->writer, about, &bytes, error, sizeof error);
    if (!file)
        make_fail(made->name, error);
    (void)snprintf(path, sizeof path, "%s/%s.trace", dir, made->name);
    int failed = file_write_whole(path, (const char *)file, bytes);
    if (failed)
        make_fail(path, strerror(failed));
    free(file);
    json_decref(about);
    trace_writer_free(k->writer);
    free(k);
}

int main(int argc, char **argv) {
    const struct made *end = make_all + sizeof make_all / sizeof *make_all;
    for (int i = 2; i < argc; i++) {
        const struct made *made = make_all;
        while (made < end && strcmp(made->name, argv[i]) != 0)
            made++;
        if (made == end)
            make_fail(argv[i], "there is no such trace");
        make_file(argv[1], made);
    }
    if (argc > 2)
        return 0;
    fputs("usage: traces DIR NAME..., with names of:", stderr);
    for (const struct made *made = make_all; made < end; made++)
        fprintf(stderr, " %s", made->name);
    fputc('\n', stderr);
    return 2;
}
