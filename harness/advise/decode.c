// decode.c - reads what a recording says of collections: what was examined, what was garbage, and what that kept.

#include "decode.h"

static void decode_examined(struct decode *d, const struct event *e) {
    for (size_t i = 0; i < e->count; i++) {
        const struct model_slot *slot = &d->slots[e->list[i] / 2];
        bool untracked = e->list[i] & 1;
        if (!slot->container) {
            events_break(&d->events, "a collection examines what is no container");
            return;
        }
        struct model_container *o = &d->m->containers[slot->container - 1];
        if (o->tracking == MODEL_UNSEEN)
            o->tracking = untracked ? MODEL_ONCE : MODEL_TRACKED;
        else if (o->tracking == MODEL_UNTRACKED && !untracked)
            o->tracking = MODEL_TRACKED;
    }
}

void decode_collects(struct decode *d, const struct event *e) {
    uint64_t generation = e->number[0], how = e->number[1];
    d->generation = generation < MODEL_GENERATIONS ? (int)generation : 0;
    d->from = (uint32_t)(how >> 1);
    if (how & 1 && d->m->end == MODEL_NEVER)
        decode_add_event(d, MODEL_BY_HAND, (uint32_t)d->generation, false);
    d->boundary = d->m->event_count ? (uint32_t)d->m->event_count - 1 : 0;
    d->found_at = d->boundary;
    d->freeing = 0;
    d->collecting = true;
    grow_push(&d->collections, d->boundary + 1);
    decode_examined(d, e);
}

// The time that it took has the recorder's own in it.
void decode_collected(struct decode *d, const struct event *e) {
    if (e->number[0] < MODEL_GENERATIONS) {
        d->m->collections[e->number[0]]++;
        d->m->found[e->number[0]] += e->number[1];
    }
}

// When it was seen last, or lost its last reference. Without a collection that saw it: at its birth.
static uint32_t decode_time_of(const struct decode *d, const struct model_container *o,
                               uint64_t since) {
    uint64_t now = d->m->exact ? d->m->event_count : d->collections.count;
    if (since >= now)
        return o->birth;
    uint64_t then = d->m->exact ? now - since : d->collections.at[now - 1 - since];
    return then > o->birth ? (uint32_t)then : o->birth;
}

void decode_garbage(struct decode *d, const struct event *e) {
    const struct model_slot *slot = decode_container(d, e);
    struct garbage *g = &d->garbage;
    if (!slot)
        return;
    const struct model_container *o = &d->m->containers[slot->container - 1];
    g->objects = grow_array(g->objects, g->count, &g->room, sizeof *g->objects);
    g->objects[g->count++] = (struct garbage_object){
        slot->container - 1, e->slot, decode_time_of(d, o, e->number[0]), (uint32_t)g->edge.count};
    for (size_t i = 0; i < e->count; i++)
        grow_push(&g->edge, e->list[i]);
}

void decode_cluster_garbage(struct decode *d) {
    if (!d->garbage.count)
        return;
    d->freeing = (uint32_t)d->m->cluster_count + 1;
    garbage_cluster(&d->garbage, d->m, d->slots, d->found_at);
    struct model_cluster *first = &d->m->clusters[d->freeing - 1];
    for (; d->early.count; d->early.count--)
        decode_hang(d->m, first,
                    (struct model_hanger){.container = d->early.at[d->early.count - 1]});
    first->bytes += d->early_bytes;
    d->early_bytes = 0;
}

// Who was there at the beginning, is alive and was never examined is untracked.
void decode_cleared(struct decode *d) {
    struct model *m = d->m;
    d->bytes -= d->early_bytes;
    d->early_bytes = 0;
    for (; d->early.count; d->early.count--)
        decode_add_event(d, MODEL_DEATH, d->early.at[d->early.count - 1], false);
    for (; d->examined < m->container_count && m->containers[d->examined].birth <= d->boundary;
         d->examined++) {
        struct model_container *o = &m->containers[d->examined];
        if (o->tracking == MODEL_UNSEEN && !o->dead && !o->cluster)
            o->tracking = MODEL_UNTRACKED;
    }
    for (; d->garbage.owned.count; d->garbage.owned.count--)
        d->slots[d->garbage.owned.at[d->garbage.owned.count - 1]].owner = 0;
    d->collecting = false;
    d->freeing = 0;
}

// ------------------------------------------------------------------------------------------- frees
// What the last root owned did not die by itself: these events are taken back.
static void decode_take_back(struct decode *d) {
    struct model *m = d->m;
    struct model_cluster *k = &m->clusters[d->root - 1];
    size_t kept = d->run, next = 0;
    int64_t bytes = 0;
    for (size_t i = d->run; i < m->event_count; i++) {
        struct model_event e = m->events[i];
        bytes += e.bytes;
        if (next < d->freed.count && e.kind == MODEL_DEATH && e.what == d->freed.at[next]) {
            garbage_join(m, k, e.what, d->freed.at[next + 1]);
            bytes += d->freed.at[next + 1];
            next += 2;
            continue;
        }
        e.bytes = (int32_t)bytes;
        bytes = 0;
        m->events[kept++] = e;
    }
    d->bytes += bytes;
    m->event_count = kept;
    k->from = k->to = (uint32_t)kept;
    d->freed.count = 0;
}

// Garbage refers to it, and while that is not collected it does not die; nor does what it owns, which is freed before
// it, or after it where it is deep.
void decode_die_held(struct decode *d, const struct model_slot *slot, int64_t bytes) {
    garbage_die(&d->garbage, d->m, slot, bytes);
    d->root = (uint32_t)d->m->cluster_count;
    decode_take_back(d);
}

void decode_end_frees(struct decode *d) {
    if (d->root && d->freed.count)
        decode_take_back(d);
    d->freed.count = d->root = 0;
    d->owned = false;
}
