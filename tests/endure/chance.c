// chance.c - scenarios by chance: phases with the verbs of workloads/README.md, in small.

#include "programs.h"

#include "base/must.h"

#include <string.h>

enum { CHANCE_PHASES = 5, CHANCE_ACTIONS = 3, CHANCE_SETS = 3 };

static const char *const chance_shapes[] = {"atom", "node", "list", "tuple", "dict",  "external",
                                            "ring", "dll",  "tree", "self",  "btree", "queue"};
enum { CHANCE_STRUCTURES = 6 }; // from the ring on
static const char *const chance_items[] = {"none", "small_int", "int", "atom"};
static const char *const chance_hows[] = {"read", "overwrite", "store"};
static const char *const chance_orders[] = {"random", "in_turn"};
static const char *const chance_drops[] = {"all",    "keep_one_of", "keep_newest", "older_than",
                                           "oldest", "newest",      "random"};

static uint64_t chance_below(uint64_t *random, uint64_t n) {
    return random_next(random) % n;
}

static void chance_number(json_t *o, const char *name, uint64_t value) {
    json_object_set_new(o, name, json_integer((json_int_t)value));
}

#define CHANCE_ONE(o, name, random, names)                                                         \
    json_object_set_new(                                                                           \
        o, name, json_string((names)[chance_below(random, sizeof(names) / sizeof *(names))]))

// Into one set go no tuples and no dicts: its elements can be stored into.
#define CHANCE_CHANGING "set 0"
static void chance_into(json_t *o, json_t *set) {
    bool changing = strcmp(json_string_value(set), CHANCE_CHANGING) == 0;
    json_object_set_new(o, "into", set);
    if (changing && !strcmp(json_string_value(json_object_get(o, "shape")), "tuple"))
        json_object_set_new(o, "shape", json_string("list"));
    if (changing && !strcmp(json_string_value(json_object_get(o, "shape")), "dict"))
        json_object_set_new(o, "shape", json_string("node"));
}

static json_t *chance_any_set(uint64_t *random) {
    return json_sprintf("set %d", (int)chance_below(random, CHANCE_SETS));
}

static void chance_set(json_t *o, const char *name, uint64_t *random) {
    json_object_set_new(o, name, chance_any_set(random));
}

// One size, a few in turn, or a range.
static void chance_bytes(json_t *o, const char *name, uint64_t *random) {
    json_int_t few = (json_int_t)chance_below(random, 50), more = few + 1 + 9 * few * few;
    uint64_t how = chance_below(random, 3);
    json_object_set_new(o, name,
                        how == 0   ? json_integer(few)
                        : how == 1 ? json_pack("[IIi]", few, more, 8)
                                   : json_pack("{sI sI}", "from", few + 1, "to", more));
}

static void chance_slots(json_t *o, uint64_t *random, uint64_t least) {
    chance_number(o, "slots", least + chance_below(random, 6 - least));
    if (chance_below(random, 2))
        chance_set(o, "refer", random);
    else
        CHANCE_ONE(o, "items", random, chance_items);
}

static void chance_makes(json_t *o, uint64_t *random) {
    size_t shape = chance_below(random, sizeof chance_shapes / sizeof *chance_shapes);
    const char *name = chance_shapes[shape];
    bool sequence = !strcmp(name, "list") || !strcmp(name, "tuple"), dict = !strcmp(name, "dict");
    json_object_set_new(o, "shape", json_string(name));
    chance_number(o, "count", 1 + chance_below(random, 12));
    if (!strcmp(name, "atom") && chance_below(random, 2)) {
        chance_number(o, "payload", 8 + chance_below(random, 60));
        chance_number(o, "values", 1 + chance_below(random, 100));
        json_object_set_new(o, "interned", json_true());
    } else if (!sequence && !dict)
        chance_bytes(o, "payload", random);
    if (dict || !strcmp(name, "node"))
        chance_slots(o, random, dict);
    if (sequence) {
        chance_number(o, "length", 1 + chance_below(random, 30));
        CHANCE_ONE(o, "items", random, chance_items);
    }
    if (shape >= CHANCE_STRUCTURES) {
        chance_number(o, "nodes", 2 + chance_below(random, 9));
        json_object_set_new(o, "cyclic", json_real((double)chance_below(random, 3) / 2));
    }
}

static json_t *chance_build(uint64_t *random, bool churn) {
    json_t *o = json_object();
    chance_makes(o, random);
    if (churn || chance_below(random, 4))
        chance_into(o, chance_any_set(random));
    const char *shape = json_string_value(json_object_get(o, "shape"));
    if (json_object_get(o, "nodes") || !strcmp(shape, "node"))
        json_object_set_new(o, "guarded", json_real((double)chance_below(random, 3) / 4));
    if (churn)
        CHANCE_ONE(o, "order", random, chance_orders);
    else if (json_object_get(o, "into") && chance_below(random, 3) == 0)
        chance_number(o, "keep_newest", 1 + chance_below(random, 20));
    return o;
}

static json_t *chance_chain(uint64_t *random) {
    json_t *o = json_object();
    chance_set(o, "in", random);
    chance_number(o, "count", 1 + chance_below(random, 30));
    chance_number(o, "slots", 1 + chance_below(random, 3));
    if (chance_below(random, 3) == 0)
        chance_set(o, "also", random);
    return o;
}

static json_t *chance_drop(uint64_t *random) {
    json_t *o = json_object();
    size_t how = chance_below(random, sizeof chance_drops / sizeof *chance_drops);
    chance_set(o, "from", random);
    if (how == 0)
        json_object_set_new(o, "all", json_true());
    else
        chance_number(o, chance_drops[how], 1 + chance_below(random, 10));
    return o;
}

static json_t *chance_touch(uint64_t *random) {
    json_t *o = json_object();
    chance_set(o, "set", random);
    chance_number(o, "count", 1 + chance_below(random, 20));
    const char *set = json_string_value(json_object_get(o, "set"));
    if (strcmp(set, CHANCE_CHANGING) == 0)
        CHANCE_ONE(o, "how", random, chance_hows);
    CHANCE_ONE(o, "order", random, chance_orders);
    return o;
}

static json_t *chance_action(uint64_t *random) {
    json_t *finalizer = NULL;
    switch (chance_below(random, 12)) {
    case 0:
        return json_pack("{so}", "chain", chance_chain(random));
    case 1:
    case 2:
        return json_pack("{so}", "drop", chance_drop(random));
    case 3:
        return json_pack("{so}", "touch", chance_touch(random));
    case 4:
        return json_pack("{so}", "churn", chance_build(random, true));
    case 5:
        return json_pack("{so}", "shuffle", chance_any_set(random));
    case 6:
        return json_pack("{si}", "collect", (int)chance_below(random, HEAP_GENERATIONS));
    case 7:
        return json_pack("{sb}", "freeze", (int)chance_below(random, 2));
    case 8:
        finalizer = json_object();
        if (chance_below(random, 2))
            chance_makes(finalizer, random);
        return json_pack("{so}", "finalize", finalizer);
    default:
        return json_pack("{so}", "build", chance_build(random, false));
    }
}

// The first phase builds into every set, so that there is one of each name.
static json_t *chance_phase(uint64_t *random, int number) {
    json_t *actions = json_array();
    for (int set = 0; number == 0 && set < CHANCE_SETS; set++) {
        json_t *build = chance_build(random, false);
        chance_into(build, json_sprintf("set %d", set));
        json_array_append_new(actions, json_pack("{so}", "build", build));
    }
    for (uint64_t more = 1 + chance_below(random, CHANCE_ACTIONS); more; more--)
        json_array_append_new(actions, chance_action(random));
    return json_pack("{so si so}", "name", json_sprintf("phase-%d", number), "steps",
                     1 + (int)chance_below(random, 4), "do", actions);
}

json_t *chance_scenario(uint64_t seed) {
    uint64_t random = seed * 0x9E3779B97F4A7C15u + 1;
    json_t *phases = must(json_array());
    for (int i = 0, n = 2 + (int)chance_below(&random, CHANCE_PHASES - 1); i < n; i++)
        json_array_append_new(phases, chance_phase(&random, i));
    return must(json_pack("{ss so}", "doc", "by chance", "phases", phases));
}
