// garbage.c - see garbage.h.
//
// Components are found by Tarjan's algorithm (SIAM J. Comput. 1(2), 1972), which ends those first to which others refer;
// so they are numbered backwards. Times of death, where they are exact, by the rule of Merlin: an object dies with the
// last reference that was given up to it or to any object that led to it (Hertz et al., TOPLAS 28(3), 2006). Where
// they are not, all that is reached from an object dies with it, or with the oldest such object.

#include "garbage.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

struct components {
    struct garbage *g;
    struct model *m;
    struct model_slot *slots;
    uint32_t *number, *low, *component; // by object; number 0: not visited
    uint32_t *path, *open;              // being visited; visited and in no component yet
    uint32_t *edge;                     // by depth of the path: what comes next
    uint32_t visited, depth, opened, count;
    struct model_cluster *clusters; // of this garbage
};

static uint32_t garbage_edges_end(const struct garbage *g, uint32_t i) {
    return i + 1 < g->count ? g->objects[i + 1].edges : (uint32_t)g->edge.count;
}

// The garbage object in the slot that edge e leads to, + 1; 0: none.
static uint32_t garbage_target(const struct components *c, uint32_t e) {
    return c->slots[c->g->edge.at[e]].garbage;
}

static void garbage_enter(struct components *c, uint32_t i) {
    c->number[i] = c->low[i] = ++c->visited;
    c->edge[c->depth] = c->g->objects[i].edges;
    c->path[c->depth++] = c->open[c->opened++] = i;
}

static void garbage_leave(struct components *c, uint32_t i) {
    c->depth--;
    if (c->depth && c->low[i] < c->low[c->path[c->depth - 1]])
        c->low[c->path[c->depth - 1]] = c->low[i];
    if (c->low[i] != c->number[i])
        return;
    uint32_t member;
    do {
        member = c->open[--c->opened];
        c->component[member] = c->count;
        c->low[member] = UINT32_MAX; // closed
    } while (member != i);
    c->count++;
}

static void garbage_visit(struct components *c, uint32_t root) {
    garbage_enter(c, root);
    while (c->depth) {
        uint32_t i = c->path[c->depth - 1], e = c->edge[c->depth - 1]++;
        if (e == garbage_edges_end(c->g, i)) {
            garbage_leave(c, i);
            continue;
        }
        uint32_t to = garbage_target(c, e);
        if (to && !c->number[to - 1])
            garbage_enter(c, to - 1);
        else if (to && c->low[to - 1] != UINT32_MAX && c->number[to - 1] < c->low[i])
            c->low[i] = c->number[to - 1];
    }
}

// ----------------------------------------------------------------------------------------- clusters
static uint32_t garbage_cluster_of(const struct components *c, uint32_t i) {
    return c->count - 1 - c->component[i];
}

static void garbage_make_clusters(struct components *c) {
    struct model *m = c->m;
    for (uint32_t k = 0; k < c->count; k++) {
        m->clusters =
            grow_array(m->clusters, m->cluster_count, &m->cluster_room, sizeof *m->clusters);
        m->clusters[m->cluster_count++] = (struct model_cluster){.oldest = UINT32_MAX};
    }
    c->clusters = m->clusters + m->cluster_count - c->count;
    for (uint32_t i = 0; i < c->g->count; i++) {
        struct model_cluster *k = &c->clusters[garbage_cluster_of(c, i)];
        struct model_container *o = &m->containers[c->g->objects[i].container];
        o->cluster = (uint32_t)(k - m->clusters) + 1;
        k->cyclic |= k->count++ > 0;
        if (o->birth < k->oldest)
            k->oldest = o->birth;
    }
}

// Cut a list into pieces of each cluster: `counts` is how many each has, `firsts` where they are to begin.
#define EACH_CLUSTER(c, k)                                                                         \
    for (struct model_cluster *k = (c)->clusters; k < (c)->clusters + (c)->count; k++)

static void garbage_list_members(struct components *c) {
    struct grow_list *list = &c->m->members;
    EACH_CLUSTER(c, k) {
        k->first = (uint32_t)list->count;
        for (uint32_t i = 0; i < k->count; i++)
            grow_push(list, 0);
        k->count = 0;
    }
    for (uint32_t i = 0; i < c->g->count; i++) {
        struct model_cluster *k = &c->clusters[garbage_cluster_of(c, i)];
        list->at[k->first + k->count++] = c->g->objects[i].container;
    }
}

static void garbage_hold(struct components *c, struct model_slot *slot, uint32_t cluster) {
    struct garbage *g = c->g;
    if (!slot->container || (slot->held && g->links[slot->held - 1].cluster == cluster))
        return;
    g->links = grow_array(g->links, g->link_count, &g->link_room, sizeof *g->links);
    g->links[g->link_count++] = (struct garbage_link){cluster, slot->held};
    slot->held = (uint32_t)g->link_count;
}

// What is not garbage, and is referred to by some, belongs to the first that does.
static void garbage_own(struct components *c, uint32_t slot, uint32_t cluster) {
    garbage_hold(c, &c->slots[slot], (uint32_t)(c->clusters - c->m->clusters) + cluster);
    if (c->slots[slot].owner)
        return;
    c->slots[slot].owner = (uint32_t)(c->clusters - c->m->clusters) + cluster + 1;
    grow_push(&c->g->owned, slot);
}

static void garbage_count_edges(struct components *c) {
    for (uint32_t i = 0; i < c->g->count; i++)
        for (uint32_t e = c->g->objects[i].edges; e < garbage_edges_end(c->g, i); e++) {
            uint32_t to = garbage_target(c, e), from = garbage_cluster_of(c, i);
            if (!to) {
                garbage_own(c, c->g->edge.at[e], from);
            } else if (garbage_cluster_of(c, to - 1) != from) {
                c->clusters[from].child_count++;
                c->clusters[garbage_cluster_of(c, to - 1)].parent_count++;
            } else {
                c->clusters[from].cyclic = true;
            }
        }
}

static void garbage_list_edges(struct components *c) {
    struct grow_list *parents = &c->m->parents, *children = &c->m->children;
    uint32_t base = (uint32_t)(c->clusters - c->m->clusters);
    EACH_CLUSTER(c, k) {
        k->parents = (uint32_t)parents->count;
        k->children = (uint32_t)children->count;
        for (; k->parent_count; k->parent_count--)
            grow_push(parents, 0);
        for (; k->child_count; k->child_count--)
            grow_push(children, 0);
    }
    for (uint32_t i = 0; i < c->g->count; i++)
        for (uint32_t e = c->g->objects[i].edges; e < garbage_edges_end(c->g, i); e++) {
            uint32_t to = garbage_target(c, e), from = garbage_cluster_of(c, i);
            if (!to || garbage_cluster_of(c, to - 1) == from)
                continue;
            struct model_cluster *parent = &c->clusters[from],
                                 *child = &c->clusters[garbage_cluster_of(c, to - 1)];
            children->at[parent->children + parent->child_count++] =
                base + garbage_cluster_of(c, to - 1);
            parents->at[child->parents + child->parent_count++] = base + from;
        }
}

// ------------------------------------------------------------------------------------- times of death
static void garbage_later(struct model_cluster *k, uint32_t time) {
    if (time > k->from)
        k->from = time;
}

static void garbage_time_exactly(struct components *c) {
    for (uint32_t i = 0; i < c->g->count; i++)
        garbage_later(&c->clusters[garbage_cluster_of(c, i)], c->g->objects[i].since);
    EACH_CLUSTER(c, k) {
        for (uint32_t p = 0; p < k->parent_count; p++)
            garbage_later(k, c->m->clusters[c->m->parents.at[k->parents + p]].from);
        k->to = k->from;
    }
}

// ------------------------------------------------------------------------------------ what is held
void garbage_die(struct garbage *g, struct model *m, const struct model_slot *slot, int64_t bytes) {
    m->clusters = grow_array(m->clusters, m->cluster_count, &m->cluster_room, sizeof *m->clusters);
    struct model_cluster *k = &m->clusters[m->cluster_count++];
    *k = (struct model_cluster){.oldest = m->containers[slot->container - 1].birth,
                                .from = (uint32_t)m->event_count,
                                .to = (uint32_t)m->event_count,
                                .first = (uint32_t)m->members.count,
                                .count = 1,
                                .parents = (uint32_t)m->parents.count,
                                .bytes = bytes};
    grow_push(&m->members, slot->container - 1);
    for (uint32_t i = slot->held; i; i = g->links[i - 1].next, k->parent_count++)
        grow_push(&m->parents, g->links[i - 1].cluster);
}

void garbage_join(struct model *m, struct model_cluster *k, uint32_t container, int64_t bytes) {
    grow_push(&m->members, container);
    k->count++;
    k->bytes += bytes;
    if (m->containers[container].birth < k->oldest)
        k->oldest = m->containers[container].birth;
}

void garbage_link_all(struct model *m) {
    for (size_t i = 0; i < m->cluster_count; i++)
        m->clusters[i].child_count = 0;
    for (size_t i = 0; i < m->parents.count; i++)
        m->clusters[m->parents.at[i]].child_count++;
    m->children.count = 0;
    for (size_t i = 0; i < m->cluster_count; i++) {
        m->clusters[i].children = (uint32_t)m->children.count;
        for (; m->clusters[i].child_count; m->clusters[i].child_count--)
            grow_push(&m->children, 0);
    }
    for (uint32_t i = 0; i < m->cluster_count; i++)
        for (uint32_t p = 0; p < m->clusters[i].parent_count; p++) {
            struct model_cluster *parent = &m->clusters[m->parents.at[m->clusters[i].parents + p]];
            m->children.at[parent->children + parent->child_count++] = i;
        }
}

static int garbage_by_birth(const void *a, const void *b) {
    uint32_t x = ((const struct garbage_object *)a)->container;
    uint32_t y = ((const struct garbage_object *)b)->container;
    return x < y ? -1 : x > y;
}

// All that is reached from cluster k and has no time yet: it dies when k does, after the youngest was born.
static void garbage_time_reached(struct components *c, struct model_cluster *k, uint32_t since,
                                 uint32_t found_at) {
    uint32_t *reached = c->open, count = 0;
    k->to = found_at + 1; // marks it
    reached[count++] = (uint32_t)(k - c->m->clusters);
    for (uint32_t next = 0; next < count; next++) {
        struct model_cluster *r = &c->m->clusters[reached[next]];
        for (uint32_t i = 0; i < r->count; i++) {
            uint32_t birth = c->m->containers[c->m->members.at[r->first + i]].birth;
            since = birth > since ? birth : since;
        }
        for (uint32_t i = 0; i < r->child_count; i++) {
            struct model_cluster *child = &c->m->clusters[c->m->children.at[r->children + i]];
            if (!child->to) {
                child->to = found_at + 1;
                reached[count++] = (uint32_t)(child - c->m->clusters);
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        c->m->clusters[reached[i]].to = found_at;
        c->m->clusters[reached[i]].from = since < found_at ? since : found_at;
    }
}

static void garbage_time_by_brackets(struct components *c, uint32_t found_at) {
    struct garbage *g = c->g;
    qsort(g->objects, g->count, sizeof *g->objects, garbage_by_birth);
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t cluster = c->m->containers[g->objects[i].container].cluster - 1;
        if (!c->m->clusters[cluster].to)
            garbage_time_reached(c, &c->m->clusters[cluster], g->objects[i].since, found_at);
    }
}

// ---------------------------------------------------------------------------------------------- all
static struct components garbage_begin(struct garbage *g, struct model *m,
                                       struct model_slot *slots) {
    struct components c = {.g = g, .m = m, .slots = slots};
    uint32_t *arrays = must(calloc(g->count * 6, sizeof *arrays));
    uint32_t **places[] = {&c.number, &c.low, &c.component, &c.path, &c.open, &c.edge};
    for (size_t i = 0; i < 6; i++)
        *places[i] = arrays + i * g->count;
    return c;
}

void garbage_cluster(struct garbage *g, struct model *m, struct model_slot *slots,
                     uint32_t found_at) {
    if (!g->count)
        return;
    struct components c = garbage_begin(g, m, slots);
    for (uint32_t i = 0; i < g->count; i++)
        slots[g->objects[i].slot].garbage = i + 1;
    for (uint32_t i = 0; i < g->count; i++)
        if (!c.number[i])
            garbage_visit(&c, i);
    garbage_make_clusters(&c);
    garbage_list_members(&c);
    garbage_count_edges(&c);
    garbage_list_edges(&c);
    for (uint32_t i = 0; i < g->count; i++)
        slots[g->objects[i].slot].garbage = 0;
    if (m->exact)
        garbage_time_exactly(&c);
    else
        garbage_time_by_brackets(&c, found_at);
    m->garbage += g->count;
    g->count = g->edge.count = 0;
    free(c.number);
}

void garbage_free(struct garbage *g) {
    free(g->objects);
    free(g->edge.at);
    free(g->owned.at);
    free(g->links);
}
