// scenario.c - a program with phases from a file: build, drop, churn, touch, idle, collect, finalize.
//
// The file is parsed and checked before there is a heap (scenario/read.c). A step does the actions of its
// phase, each a loop over numbers, chosen once a step. After the last phase all is dropped; they begin again.

#include "scenario/sets.h"
#include "scenario/structure.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { SCALE, PARAMS };

static const struct setting scenario_params[PARAMS] = {
    [SCALE] = {.name = "scale",
               .doc = "times the steps that the file gives each phase, and the seconds of idling",
               .unit = "x",
               .fallback = 1,
               .min = 1e-4,
               .max = 1e4},
};

// ------------------------------------------------------------------------------------------- build
// An atom that tells which of the values it is.
static int build_value(struct mutator *m, struct program *p, const struct scenario_action *a,
                       struct heap_reg *dst, size_t bytes) {
    unsigned char key[SCENARIO_MAX_KEY_BYTES] = "";
    uint64_t value = a->values ? mutator_draw(m, a->values) : p->serial;
    memcpy(key, &value, sizeof value);
    if (a->interned)
        return heap_intern(m->heap, dst, key, bytes);
    int error = heap_new_atom(m->heap, dst, bytes);
    if (!error)
        memcpy(heap_payload(m->heap, dst), key, bytes);
    return error;
}

static int build_atom(struct mutator *m, struct program *p, struct heap_reg *dst, size_t bytes) {
    int error = heap_new_atom(m->heap, dst, bytes);
    if (!error && bytes)
        memset(heap_payload(m->heap, dst), (int)(p->serial & 0xFF), bytes);
    return error;
}

static int build_item(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *dst) {
    const struct scenario_action *a = l->action;
    if (a->items == SCENARIO_SMALL_INT)
        return heap_small_int(m->heap, dst, (int64_t)mutator_draw(m, HEAP_INT_MAX + 1));
    if (a->items == SCENARIO_INT)
        return heap_small_int(m->heap, dst, (int64_t)(mutator_random(m) >> 24) + HEAP_INT_MAX + 1);
    return build_atom(m, p, dst, program_bytes(m, &a->item_payload, &l->item_turn));
}

// The slots of a fresh node or dict.
FAST int build_slots(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *dst,
                     bool dict) {
    const struct scenario_action *a = l->action;
    struct heap_reg *item = program_register(p, ITEM);
    size_t others = a->refer >= 0 ? set_length(m, p, a->refer) : 0;
    int error = 0;
    for (size_t i = 0; i < a->slots && !error && (others || a->items); i++) {
        if (others)
            set_load(m, p, a->refer, mutator_draw(m, others), item);
        else
            error = build_item(m, p, l, item);
        if (!error && dict)
            error = heap_put(m->heap, dst, i, item);
        else if (!error)
            heap_store(m->heap, dst, i, item);
    }
    heap_clear(m->heap, item);
    return error;
}

static int build_dict(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *dst) {
    int error = heap_new_dict(m->heap, dst, l->action->slots);
    return error ? error : build_slots(m, p, l, dst, true);
}

static int build_node(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *dst) {
    const struct scenario_action *a = l->action;
    size_t bytes = program_bytes(m, &a->payload, &l->turn);
    int error = structure_new_node(m->heap, dst, a->slots, bytes, p->serial);
    return error ? error : build_slots(m, p, l, dst, false);
}

static int build_list(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *dst) {
    const struct scenario_action *a = l->action;
    struct heap_reg *item = program_register(p, ITEM);
    int error = heap_new_list(m->heap, dst);
    for (size_t i = 0; i < a->length && !error; i++) {
        error = a->items ? build_item(m, p, l, item) : 0;
        if (!error)
            error = heap_append(m->heap, dst, item);
    }
    heap_clear(m->heap, item);
    return error;
}

static int build_external(struct mutator *m, struct program *p, struct heap_reg *dst,
                          size_t bytes) {
    int error = heap_new_external(m->heap, dst, bytes);
    if (!error)
        memcpy(heap_payload(m->heap, dst), &p->serial, HEAP_EXTERNAL_PAYLOAD);
    return error;
}

// The list that its elements come from is made once, so that a tuple costs no list.
static int build_tuple(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *dst) {
    const struct scenario_action *a = l->action;
    struct heap_reg *parts = program_register(p, PARTS), *item = program_register(p, ITEM);
    int error = heap_is_empty(m->heap, parts) ? heap_new_list(m->heap, parts) : 0;
    while (!error && heap_length(m->heap, parts) < a->length)
        error = heap_append(m->heap, parts, program_register(p, EMPTY));
    if (!error)
        heap_truncate(m->heap, parts, a->length);
    for (size_t i = 0; i < a->length && !error; i++) {
        error = a->items ? build_item(m, p, l, item) : 0;
        if (!error)
            heap_store(m->heap, parts, i, item);
    }
    heap_clear(m->heap, item);
    return error ? error : heap_new_tuple(m->heap, dst, parts);
}

// What a later look at it would see.
static void program_observe(struct mutator *m, const struct heap_reg *object) {
    size_t bytes = heap_payload_bytes(m->heap, object);
    const unsigned char *payload = bytes ? heap_payload(m->heap, object) : NULL;
    uint64_t seen = bytes ? (uint64_t)payload[0] << 8 | payload[bytes - 1] : 0;
    mutator_observe(m, (uint64_t)bytes << 16 | seen);
}

// It takes the place of an element that is there.
static int build_replace(struct mutator *m, const struct program *p, struct loop *l,
                         const struct heap_reg *head) {
    int set = l->action->set;
    size_t have = set_length(m, p, set);
    if (!have)
        return set_add(m, p, set, head);
    l->at = l->at < have ? l->at : 0;
    size_t at =
        p->first[set] + (l->action->order == SCENARIO_IN_TURN ? l->at++ : mutator_draw(m, have));
    heap_store(m->heap, &p->registers[set], at, head);
    return set_note(p, set, at);
}

// Where a structure goes: into the set, of which it may push out the oldest, or nowhere.
static int build_place(struct mutator *m, struct program *p, struct loop *l,
                       struct heap_reg *head) {
    const struct scenario_action *a = l->action;
    program_observe(m, head);
    bool guarded = a->guarded > 0 && mutator_chance(m, a->guarded);
    int error = guarded ? heap_guard(m->heap, head) : 0;
    if (!error && a->verb == SCENARIO_CHURN)
        error = build_replace(m, p, l, head);
    else if (!error && a->set >= 0)
        error = set_add(m, p, a->set, head);
    if (!error && a->keep_newest && set_length(m, p, a->set) > a->keep_newest)
        set_drop_oldest(m, p, a->set, 1);
    p->serial++;
    return error;
}

#define BUILD_EACH(how)                                                                            \
    for (; count && !error; count--) {                                                             \
        error = how;                                                                               \
        if (!error)                                                                                \
            error = build_place(m, p, l, head);                                                    \
    }

static int build_all(struct mutator *m, struct program *p, struct loop *l, size_t count) {
    const struct scenario_action *a = l->action;
    struct heap_reg *head = program_register(p, HEAD);
    int error = 0;
    if (a->what >= SCENARIO_SHAPES) {
        BUILD_EACH(structure_build(m, &l->shape, head, program_bytes(m, &a->payload, &l->turn),
                                   a->cyclic));
    } else if (a->what == SCENARIO_NODE) {
        BUILD_EACH(build_node(m, p, l, head));
    } else if (a->what == SCENARIO_LIST) {
        BUILD_EACH(build_list(m, p, l, head));
    } else if (a->what == SCENARIO_TUPLE) {
        BUILD_EACH(build_tuple(m, p, l, head));
    } else if (a->what == SCENARIO_DICT) {
        BUILD_EACH(build_dict(m, p, l, head));
    } else if (a->what == SCENARIO_EXTERNAL) {
        BUILD_EACH(build_external(m, p, head, program_bytes(m, &a->payload, &l->turn)));
    } else if (a->interned || a->values) {
        BUILD_EACH(build_value(m, p, a, head, program_bytes(m, &a->payload, &l->turn)));
    } else {
        BUILD_EACH(build_atom(m, p, head, program_bytes(m, &a->payload, &l->turn)));
    }
    heap_clear(m->heap, head);
    return error;
}

// What enters no set dies within the step, as the variables of a request do.
static int program_build(struct mutator *m, struct program *p, struct loop *l) {
    size_t count = program_amount(m, p, l, &l->action->count);
    bool short_lived = l->action->set < 0;
    if (short_lived)
        heap_region_begin(m->heap);
    int error = build_all(m, p, l, count);
    if (short_lived)
        heap_region_end(m->heap);
    return error;
}

// For each object that has been handed back: what its finalizer makes, which dies with it. Whether any has,
// and when, differs between strategies, so all that decides about the rest of the program is as before.
static int program_finalize(struct mutator *m, struct program *p, struct loop *l) {
    const uint64_t random = m->random, observed = m->observed, serial = p->serial;
    struct heap_reg *taken = heap_enter(m->heap, 1);
    int error = taken ? 0 : ENOMEM;
    while (!error && heap_guarded_take(m->heap, taken)) {
        program_observe(m, taken);
        error = program_build(m, p, l);
    }
    if (taken)
        heap_leave(m->heap);
    m->random = random;
    m->observed = observed;
    p->serial = serial;
    return error;
}

// The set's first element is the head of the chain; each new node refers to the one that was.
static int program_chain(struct mutator *m, struct program *p, struct loop *l) {
    const struct scenario_action *a = l->action;
    struct heap_reg *head = program_register(p, HEAD), *item = program_register(p, ITEM);
    size_t count = program_amount(m, p, l, &a->count);
    bool is_new = !set_length(m, p, a->set);
    int error = 0;
    if (!is_new)
        set_load(m, p, a->set, 0, item);
    for (; count && !error; count--, p->serial++) {
        error = structure_new_node(m->heap, head, a->slots, program_bytes(m, &a->payload, &l->turn),
                                   p->serial);
        if (error)
            break;
        heap_store(m->heap, head, 0, item);
        heap_copy(m->heap, item, head);
        error = a->also >= 0 ? set_add(m, p, a->also, head) : 0;
    }
    if (!error && is_new && !heap_is_empty(m->heap, item))
        error = set_add(m, p, a->set, item);
    else if (!error && !is_new)
        heap_store(m->heap, &p->registers[a->set], p->first[a->set], item);
    heap_clear(m->heap, head);
    heap_clear(m->heap, item);
    return error;
}

// ----------------------------------------------------------------------------------- drop and touch
static int program_drop(struct mutator *m, struct program *p, struct loop *l) {
    const struct scenario_action *a = l->action;
    const struct scenario_amount *some =
        a->oldest.from || a->oldest.to || a->oldest.share   ? &a->oldest
        : a->newest.from || a->newest.to || a->newest.share ? &a->newest
                                                            : &a->random;
    size_t have = set_length(m, p, a->set);
    mutator_observe(m, have);
    if (!have || a->all) {
        set_drop_all(m, p, a->set);
        return 0;
    }
    size_t count =
        a->keep_one_of || a->keep_newest || a->older_than ? 0 : program_amount(m, p, l, some);
    count = count < have ? count : have;
    if (a->keep_one_of)
        set_thin(m, p, a->set, a->keep_one_of);
    else if (a->older_than)
        set_drop_older(m, p, a->set, a->older_than);
    else if (a->keep_newest)
        set_drop_oldest(m, p, a->set, have > a->keep_newest ? have - a->keep_newest : 0);
    else if (some == &a->oldest)
        set_drop_oldest(m, p, a->set, count);
    else if (some == &a->newest)
        set_drop_newest(m, p, a->set, count);
    else
        set_drop_random(m, p, a->set, count);
    return 0;
}

// A fresh object into one that is there, if that can hold any.
static int touch_store(struct mutator *m, struct program *p, struct loop *l,
                       const struct heap_reg *item) {
    struct heap_reg *head = program_register(p, HEAD);
    size_t slots = heap_length(m->heap, item);
    if (!slots)
        return 0;
    int error = structure_new_node(m->heap, head, 1,
                                   program_bytes(m, &l->action->payload, &l->turn), p->serial++);
    if (!error)
        heap_store(m->heap, item, mutator_draw(m, slots), head);
    heap_clear(m->heap, head);
    return error;
}

static int touch_one(struct mutator *m, struct program *p, struct loop *l, struct heap_reg *item) {
    size_t bytes = heap_payload_bytes(m->heap, item);
    if (l->action->how == SCENARIO_STORE)
        return touch_store(m, p, l, item);
    if (l->action->how == SCENARIO_READ)
        program_observe(m, item);
    else if (heap_kind(m->heap, item) == HEAP_NODE && bytes) // atoms never change
        memset(heap_payload(m->heap, item), (int)(p->serial++ & 0xFF), bytes);
    return 0;
}

static int program_touch(struct mutator *m, struct program *p, struct loop *l) {
    const struct scenario_action *a = l->action;
    struct heap_reg *item = program_register(p, ITEM);
    size_t have = set_length(m, p, a->set), count = program_amount(m, p, l, &a->count);
    int error = 0;
    for (; have && count && !error; count--) {
        l->at = l->at < have ? l->at : 0;
        set_load(m, p, a->set, a->order == SCENARIO_IN_TURN ? l->at++ : mutator_draw(m, have),
                 item);
        error = touch_one(m, p, l, item);
    }
    heap_clear(m->heap, item);
    return error;
}

// Fisher and Yates.
static void program_shuffle(struct mutator *m, const struct program *p, int set) {
    struct heap_reg *head = program_register(p, HEAD), *item = program_register(p, ITEM);
    struct heap_reg *list = &p->registers[set];
    for (size_t i = set_length(m, p, set); i-- > 1;) {
        size_t other = mutator_draw(m, i + 1);
        set_load(m, p, set, i, head);
        set_load(m, p, set, other, item);
        heap_store(m->heap, list, p->first[set] + i, item);
        heap_store(m->heap, list, p->first[set] + other, head);
        if (p->scenario->aged[set]) {
            uint32_t *born = p->born[set].step + p->first[set], came = born[i];
            born[i] = born[other];
            born[other] = came;
        }
    }
    heap_clear(m->heap, head);
    heap_clear(m->heap, item);
}

// --------------------------------------------------------------------------------------------- step
// As long in all as the file's steps times the scale make it. Virtual time is the heap's clock alone,
// which goes on at once; the one of allocation (parts/trigger.h) stands still in both.
static void program_idle(struct mutator *m, const struct program *p,
                         const struct scenario_action *a) {
    double steps = (double)p->scenario->phases[p->phase].steps * p->scale;
    double ns = a->seconds * steps / (double)p->steps * 1e9;
    m->idled = true;
    if (a->on) {
        m->idled_ns += (uint64_t)ns;
        return;
    }
    struct timespec left = {(time_t)(ns / 1e9), (long)fmod(ns, 1e9)};
    while (nanosleep(&left, &left) && errno == EINTR)
        ;
}

static int program_do(struct mutator *m, struct program *p, struct loop *l) {
    const struct scenario_action *a = l->action;
    switch (a->verb) {
    case SCENARIO_BUILD:
    case SCENARIO_CHURN:
        return program_build(m, p, l);
    case SCENARIO_CHAIN:
        return program_chain(m, p, l);
    case SCENARIO_DROP:
        return program_drop(m, p, l);
    case SCENARIO_TOUCH:
        return program_touch(m, p, l);
    case SCENARIO_SHUFFLE:
        program_shuffle(m, p, a->set);
        break;
    case SCENARIO_FINALIZE:
        return program_finalize(m, p, l);
    case SCENARIO_IDLE:
        program_idle(m, p, a);
        break;
    case SCENARIO_COLLECT:
        heap_collect(m->heap, (int)a->generation);
        break;
    default:
        a->on ? heap_freeze(m->heap) : heap_unfreeze(m->heap);
    }
    return 0;
}

static void program_start_phase(struct program *p, size_t phase) {
    p->phase = phase;
    p->steps = p->left = scenario_phase_steps(p->scenario, phase, p->scale);
}

static void program_next_phase(struct mutator *m, struct program *p) {
    p->now += p->scenario->phases[p->phase].count;
    if (p->phase + 1 < p->scenario->count) {
        program_start_phase(p, p->phase + 1);
        return;
    }
    for (size_t set = 0; set < p->scenario->sets.count; set++)
        set_drop_all(m, p, (int)set);
    p->now = p->loops;
    program_start_phase(p, 0);
}

// Whether phases of the set-up are still to come.
static bool program_in_setup(const struct program *p) {
    return p->phase < p->scenario->setup_count &&
           (p->left || p->phase + 1 < p->scenario->setup_count);
}

static int scenario_step(struct mutator *m) {
    struct program *p = m->state;
    int error = 0;
    if (!p->left)
        program_next_phase(m, p);
    for (size_t i = 0; i < p->scenario->phases[p->phase].count && !error && !m->waits; i++)
        error = program_do(m, p, &p->now[i]);
    p->left--;
    p->step++;
    return error;
}

// ------------------------------------------------------------------------------------------- set-up
static size_t scenario_registers(const struct mutator *m) {
    return m->scenario->sets.count + REGISTERS;
}

static bool scenario_phase_of(const struct mutator *m, size_t i, struct workload_phase *out) {
    const struct scenario *s = m->scenario;
    i += s->setup_count;
    if (i >= s->count)
        return false;
    *out = (struct workload_phase){s->phases[i].name, scenario_phase_steps(s, i, m->params[SCALE]),
                                   s->phases[i].releases, s->phases[i].forked};
    return true;
}

static int scenario_prepare(struct mutator *m) {
    struct program *p = m->state;
    const struct scenario *s = m->scenario;
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += s->phases[i].count;
    *p = (struct program){.scenario = s,
                          .loops = calloc(count, sizeof *p->loops),
                          .first = calloc(s->sets.count + 1, sizeof *p->first),
                          .born = calloc(s->sets.count + 1, sizeof *p->born),
                          .scale = m->params[SCALE]};
    if (!p->loops || !p->first || !p->born)
        return ENOMEM;
    for (size_t i = 0; i < s->count; i++)
        for (size_t n = 0; n < s->phases[i].count; n++) {
            struct loop *l = &p->loops[p->loop_count++];
            l->action = &s->phases[i].actions[n];
            int what = l->action->what;
            if (what >= SCENARIO_SHAPES &&
                shape_plan(&l->shape, (enum shape_kind)(what - SCENARIO_SHAPES), l->action->nodes))
                return ENOMEM;
        }
    p->now = p->loops;
    program_start_phase(p, 0);
    return 0;
}

static int scenario_setup(struct mutator *m) {
    struct program *p = m->state;
    int error = 0;
    p->registers = m->registers;
    while (program_in_setup(p) && !error)
        error = scenario_step(m);
    return error;
}

static void scenario_teardown(struct mutator *m) {
    struct program *p = m->state;
    for (size_t i = 0; i < p->loop_count; i++)
        shape_free(&p->loops[i].shape);
    for (size_t set = 0; p->born && set < p->scenario->sets.count; set++)
        free(p->born[set].step);
    free(p->born);
    free(p->loops);
    free(p->first);
    *p = (struct program){0};
}

WORKLOAD(scenario,
         .summary =
             "a program with phases from a file (--input): what happens when it grows, drops "
             "all, idles?",
         .step_is = "what a step of the phase does, phase after phase", .params = scenario_params,
         .param_count = PARAMS, .registers_of = scenario_registers, .phase_of = scenario_phase_of,
         .state_bytes = sizeof(struct program), .reads = WORKLOAD_READS_SCENARIO,
         .prepare = scenario_prepare, .setup = scenario_setup, .step = scenario_step,
         .teardown = scenario_teardown)
