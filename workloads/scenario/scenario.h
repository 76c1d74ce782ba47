// scenario.h - programs with phases, read from JSON: what a step of each phase does.
//
// workloads/README.md describes the form. A file is read and checked once, before there is a heap; what
// is left are numbers, over which the loops of workloads/scenario.c run.

#ifndef HEAPBENCH_SCENARIO_H
#define HEAPBENCH_SCENARIO_H

#include "base/names.h"
#include "shape.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCENARIO_DEFAULT "start" // of workloads/scenarios, where none is named
enum { SCENARIO_MAX_KEY_BYTES = 256, SCENARIO_MAX_NODES = 100000 };

enum scenario_verb {
    SCENARIO_BUILD,
    SCENARIO_CHURN,
    SCENARIO_CHAIN,
    SCENARIO_DROP,
    SCENARIO_TOUCH,
    SCENARIO_SHUFFLE,
    SCENARIO_IDLE,
    SCENARIO_COLLECT,
    SCENARIO_FREEZE,
    SCENARIO_FINALIZE,
    SCENARIO_VERBS
};

// What is built; those from SCENARIO_SHAPES on are structures of shape.h.
enum scenario_what {
    SCENARIO_ATOM,
    SCENARIO_NODE,
    SCENARIO_LIST,
    SCENARIO_TUPLE,
    SCENARIO_DICT,
    SCENARIO_EXTERNAL,
    SCENARIO_SHAPES
};
// What slots are filled with.
enum scenario_items { SCENARIO_EMPTY, SCENARIO_SMALL_INT, SCENARIO_INT, SCENARIO_ATOMS };
enum scenario_how { SCENARIO_READ, SCENARIO_OVERWRITE, SCENARIO_STORE };
enum scenario_order { SCENARIO_RANDOM, SCENARIO_IN_TURN };

// How many, in one step: a number, one that changes evenly over the steps of the phase, or a share of
// what a set holds.
struct scenario_amount {
    double from, to;
    double share;
    int of; // the set; -1: none
};

// How many bytes: those of the list in turn; else drawn from low .. high, evenly on a log scale.
struct scenario_sizes {
    uint64_t *list;
    size_t count;
    double low, high;
};

// What a step does. Which members matter, the verb says; the rest is 0, and a set that is not named -1.
struct scenario_action {
    enum scenario_verb verb;
    int set, also, refer;
    struct scenario_amount count, oldest, newest, random;
    int what, items, how, order;
    uint64_t nodes, slots, length, values, keep_newest, keep_one_of, older_than, generation;
    double cyclic, seconds, guarded;
    bool interned, all, on;
    struct scenario_sizes payload, item_payload;
};

struct scenario_phase {
    char *name; // the second of that name in a repetition is "name.2"
    uint64_t steps;
    struct scenario_action *actions;
    size_t count;
    bool releases; // something is dropped or collected
    bool setup;    // it is part of the set-up
    bool forked;   // a forked worker does it
};

struct scenario {
    char *path;
    json_t *json;                  // the whole file
    struct names sets;             // by number
    bool *aged;                    // of each set: something is dropped from it by age
    struct scenario_phase *phases; // those of the set-up first
    size_t count, setup_count;
    uint64_t
        checksum; // of the phases alone (base/checksum.h): words around them are no part of the program
};

// scenario_find - the path of the scenario that a user means: a path, or a name in workloads/scenarios.
//   returns  a new string; NULL with one line in error that says what would be accepted
// scenario_is - whether it means one: a name, or the path of a .json file that has phases, or says why it has none.
// scenario_list - all names in workloads/scenarios, in order.
char *scenario_find(const char *name, char *error, size_t error_bytes);
bool scenario_is(const char *name);
struct names scenario_list(void);

// scenario_read - a file, checked. scenario_parse - the same from JSON, which gets one more reference;
// `path` stands in messages.
//   returns  NULL with one line in error that names file, phase and member, and says what is accepted. A
//            file that says why it cannot be run is refused with that
struct scenario *scenario_read(const char *path, char *error, size_t error_bytes);
struct scenario *scenario_parse(json_t *json, const char *path, char *error, size_t error_bytes);
void scenario_free(struct scenario *s);

// scenario_phase_steps - of a phase, when each has `scale` times the steps that the file says.
uint64_t scenario_phase_steps(const struct scenario *s, size_t phase, double scale);

#endif
