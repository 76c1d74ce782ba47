// lives_edges.c - references: when each began and ended, in which slot it is, and which one holds an object.

#include "lives.h"

#include "base/grow.h"
#include "vocabulary.h"

#include <stdlib.h>

// ------------------------------------------------------------------------------------- examinations
enum { LIST_MAX_SLOTS = (1 << 26) - 1 };

static uint32_t most_slots(const struct lives_object *owner) {
    return owner->leaf ? owner->slots : owner->list ? LIST_MAX_SLOTS : HEAP_MAX_SLOTS;
}

// A slot that is free at that moment; most_slots: there is none.
static uint32_t take_slot(struct lives *l, struct lives_object *owner, uint32_t start) {
    uint32_t spare = owner->spare;
    if (spare && l->edges[spare - 1].end <= start) {
        owner->spare = l->edges[spare - 1].next;
        return l->edges[spare - 1].slot;
    }
    return owner->slots < most_slots(owner) ? owner->slots++ : most_slots(owner);
}

void lives_add_edge(struct lives *l, uint32_t owner, uint32_t target, uint32_t start) {
    struct lives_object *o = &l->objects[owner];
    uint32_t slot = take_slot(l, o, start);
    bool left_out = slot == most_slots(o);
    l->edges = grow_array(l->edges, l->edge_count, &l->edge_room, sizeof *l->edges);
    l->edges[l->edge_count++] = (struct lives_edge){.owner = owner,
                                                    .target = target,
                                                    .start = start,
                                                    .end = LIVES_NEVER,
                                                    .next = o->open,
                                                    .slot = slot,
                                                    .left_out = left_out};
    o->open = (uint32_t)l->edge_count;
    l->left_out += left_out;
}

static void end_edge(struct lives *l, uint32_t e, uint32_t end) {
    struct lives_edge *edge = &l->edges[e - 1];
    struct lives_object *owner = &l->objects[edge->owner];
    edge->end = end;
    if (edge->left_out)
        return;
    edge->next = owner->spare;
    owner->spare = e;
}

// When it went: with its target, or since the last examination.
static uint32_t end_of(const struct lives *l, uint32_t e) {
    const struct lives_edge *edge = &l->edges[e - 1];
    uint32_t died = l->objects[edge->target].death, examined = l->objects[edge->owner].examined;
    return died != LIVES_NEVER && died > examined ? died : examined;
}

static void keep_those_seen(struct lives *l, struct lives_object *owner) {
    uint32_t *place = &owner->open;
    while (*place) {
        uint32_t e = *place;
        struct lives_object *target = &l->objects[l->edges[e - 1].target];
        if (target->mark) {
            target->mark--;
            place = &l->edges[e - 1].next;
            continue;
        }
        *place = l->edges[e - 1].next;
        end_edge(l, e, end_of(l, e));
    }
}

void lives_end_edge(struct lives *l, uint32_t owner, uint32_t target) {
    uint32_t *place = &l->objects[owner].open;
    while (*place && l->edges[*place - 1].target != target)
        place = &l->edges[*place - 1].next;
    uint32_t e = *place;
    if (!e)
        return;
    *place = l->edges[e - 1].next;
    end_edge(l, e, lives_now(l));
}

void lives_see(struct lives *l, uint32_t owner, const uint32_t *targets, size_t count) {
    struct lives_object *o = &l->objects[owner];
    for (size_t i = 0; i < count; i++)
        l->objects[targets[i]].mark++;
    keep_those_seen(l, o);
    for (size_t i = 0; i < count; i++) {
        struct lives_object *target = &l->objects[targets[i]];
        if (!target->mark)
            continue;
        target->mark--;
        lives_add_edge(l, owner, targets[i],
                       o->examined > target->birth ? o->examined : target->birth);
    }
    o->examined = lives_now(l);
}

// -------------------------------------------------------------------------------- edges and deaths
static uint32_t lesser(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static uint32_t greater(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

// Whether an edge ends by itself when its owner dies by its count. Of two that die in one event, the one
// that CPython freed first was referred to by the other; if it refers to that as well, that was emptied.
static bool ends_with_owner(const struct lives_object *owner, const struct lives_object *target) {
    return owner->death < target->death ||
           (owner->death == target->death && target->rank < owner->rank);
}

// What garbage refers to it goes on to refer to, and nothing changes in it after its death.
static void fit_to_garbage(struct lives_edge *e, const struct lives_object *owner,
                           const struct lives_object *target) {
    e->start = lesser(e->start, owner->death);
    e->end = lesser(e->end, target->death);
    if (e->end >= owner->death)
        e->end = LIVES_NEVER;
    e->left_out |= target->birth > owner->death;
}

static void fit_edge(struct lives *l, struct lives_edge *e) {
    const struct lives_object *owner = &l->objects[e->owner], *target = &l->objects[e->target];
    e->left_out |= owner->own || target->own || !owner->container;
    if (owner->garbage) {
        fit_to_garbage(e, owner, target);
    } else {
        e->end = lesser(e->end, target->death);
        if (e->end >= owner->death && ends_with_owner(owner, target))
            e->end = LIVES_NEVER;
    }
    e->left_out |= e->end != LIVES_NEVER && e->start >= e->end;
}

// ------------------------------------------------------------------------------------------ holders
// While an edge is stored and while it is emptied, its owner is an operand; when it is stored, so is its
// target. Until then both are in registers.
static void note_operands(struct lives *l, const struct lives_edge *e) {
    struct lives_object *owner = &l->objects[e->owner], *target = &l->objects[e->target];
    owner->released = greater(owner->released, e->start);
    if (e->end != LIVES_NEVER)
        owner->released = greater(owner->released, e->end);
    target->released = greater(target->released, e->start);
    target->referred = true;
}

// Whether an edge is there until its target dies, and ends with that.
static bool holds_to_death(const struct lives *l, const struct lives_edge *e) {
    const struct lives_object *owner = &l->objects[e->owner], *target = &l->objects[e->target];
    if (e->end != LIVES_NEVER)
        return e->end == target->death;
    return owner->death == target->death &&
           (owner->garbage || target->death == LIVES_NEVER || !target->garbage);
}

// The object at the end of the chain of holders, where each one's `mark` - 1 is nearer to it.
static uint32_t last_holder(struct lives *l, uint32_t object) {
    while (l->objects[object].mark) {
        uint32_t next = l->objects[object].mark - 1, after = l->objects[next].mark;
        if (after)
            l->objects[object].mark = after;
        object = next;
    }
    return object;
}

// Chains of holders end in a register: one that would close a circle holds nothing.
static void let_hold(struct lives *l, uint32_t e) {
    const struct lives_edge *edge = &l->edges[e];
    struct lives_object *target = &l->objects[edge->target];
    if (target->holder || target->released >= target->death || !holds_to_death(l, edge) ||
        last_holder(l, edge->owner) == edge->target)
        return;
    target->holder = e + 1;
    target->mark = edge->owner + 1;
}

void lives_hold(struct lives *l) {
    for (size_t i = 0; i < l->object_count; i++) {
        l->objects[i].released = l->objects[i].birth;
        l->objects[i].mark = l->objects[i].holder = 0;
    }
    for (size_t i = 0; i < l->edge_count; i++) {
        fit_edge(l, &l->edges[i]);
        if (!l->edges[i].left_out)
            note_operands(l, &l->edges[i]);
    }
    for (size_t i = 0; i < l->edge_count; i++)
        if (!l->edges[i].left_out)
            let_hold(l, (uint32_t)i);
}
