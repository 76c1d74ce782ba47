// simulate.c - see simulate.h and model.h.

#include "simulate.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

// PyList_MAXFREELIST, PyDict_MAXFREELIST, the one slice, PyContext_MAXFREELIST; PyTuple_MAXFREELIST of each length.
static const uint16_t capacities[MODEL_TUPLES] = {
    [MODEL_LISTS] = 80, [MODEL_DICTS] = 80, [MODEL_SLICES] = 1, [MODEL_CONTEXTS] = 255};
enum { TUPLE_CAPACITY = 2000 };

enum cluster_state { LIVE, WAITING, GONE };

struct simulation {
    const struct model *m;
    const struct simulate_deaths *deaths;
    const struct simulate_policy *policy;
    struct simulate_result result;
    struct model_settings set, program; // what holds, and what the program believes
    uint32_t boundary
        [MODEL_GENERATIONS]; // born after: in generation g or younger; before boundary[2]: frozen
    uint32_t young_when_frozen; // born after it, and frozen: tuples among these are tracked still
    int64_t alive[MODEL_GENERATIONS + 1]; // tracked, by generation; frozen
    int64_t once;                         // tuples in generation 0 that an examination untracks
    int64_t pending, total;
    uint16_t free_list[MODEL_FREE_LISTS];
    uint32_t dead;              // so many clusters, in the order of their deaths
    uint32_t *oldest, *parents; // by cluster: birth of what keeps it, parents that are left
    bool scheduled;             // a collection, at the next safe point
    uint32_t born;              // since the last collection of policy->every
    int64_t limit;              // of policy->growth
    uint8_t *state;
    struct grow_list waiting[MODEL_GENERATIONS + 1], cascade;
    int64_t bytes, floating;
};

static int simulate_generation(const struct simulation *s, uint32_t birth) {
    return birth > s->boundary[0]    ? 0
           : birth > s->boundary[1]  ? 1
           : birth >= s->boundary[2] ? 2
                                     : 3;
}

// ------------------------------------------------------------------------------------ births, deaths
static bool simulate_waits(struct simulation *s, unsigned list) {
    if (!list || s->free_list[list] >= (list < MODEL_TUPLES ? capacities[list] : TUPLE_CAPACITY))
        return false;
    s->free_list[list]++;
    return true;
}

static void simulate_count_down(struct simulation *s, const struct model_container *o) {
    if (!simulate_waits(s, o->dies_into) && s->result.counts[0])
        s->result.counts[0]--;
}

// Whether an examination is yet to come that untracks it.
static bool simulate_is_fresh(const struct simulation *s, uint32_t birth) {
    return birth > s->boundary[0] || (birth < s->boundary[2] && birth > s->young_when_frozen);
}

static void simulate_untrack(struct simulation *s, const struct model_container *o) {
    if (o->tracking == MODEL_ONCE && simulate_is_fresh(s, o->birth))
        *(o->birth > s->boundary[0] ? &s->once : &s->alive[MODEL_GENERATIONS]) -= 1;
    else if (o->tracking < MODEL_ONCE)
        s->alive[simulate_generation(s, o->birth)]--;
}

static void simulate_track(struct simulation *s, const struct model_container *o) {
    if (o->tracking == MODEL_ONCE)
        s->once++;
    else if (o->tracking < MODEL_ONCE)
        s->alive[0]++;
}

// ------------------------------------------------------------------------------------------ clusters
// Whether a collection of generation g that finds the cluster finds what hangs on it.
static bool simulate_is_found(const struct simulation *s, const struct model_hanger *h,
                              const struct model_container *o, int g) {
    if (o->tracking == MODEL_ONCE)
        return (h->referred || h->missed) && o->birth > s->boundary[0];
    return h->missed && o->tracking == MODEL_TRACKED && simulate_generation(s, o->birth) <= g;
}

// A cluster's containers are gone. Counted: a collection has found them.
static void simulate_bury(struct simulation *s, const struct model_cluster *k, bool counted, int g,
                          bool collecting) {
    for (uint32_t i = 0; i < k->count; i++) {
        const struct model_container *o = &s->m->containers[s->m->members.at[k->first + i]];
        s->result.found[g] +=
            counted && (o->tracking != MODEL_ONCE || simulate_is_fresh(s, o->birth));
        simulate_untrack(s, o);
        if (collecting)
            (void)simulate_waits(s, o->dies_into);
        else
            simulate_count_down(s, o);
    }
    for (uint32_t i = k->hangers; i; i = s->m->hangers[i - 1].next) {
        const struct model_container *o = &s->m->containers[s->m->hangers[i - 1].container];
        s->result.found[g] += counted && simulate_is_found(s, &s->m->hangers[i - 1], o, g);
        simulate_untrack(s, o);
        if (collecting)
            (void)simulate_waits(s, o->dies_into);
        else
            simulate_count_down(s, o);
    }
    s->bytes -= k->bytes;
    s->floating -= k->bytes;
}

// The parents of others are gone: what is no cycle dies by its count with the last of them.
static void simulate_let_go(struct simulation *s, const struct model_cluster *k) {
    for (uint32_t i = 0; i < k->child_count; i++) {
        uint32_t child = s->m->children.at[k->children + i];
        if (!--s->parents[child] && s->state[child] == WAITING && !s->m->clusters[child].cyclic)
            grow_push(&s->cascade, child);
    }
}

static void simulate_finish_cascade(struct simulation *s, bool collecting) {
    while (s->cascade.count) {
        uint32_t i = s->cascade.at[--s->cascade.count];
        s->state[i] = GONE;
        simulate_bury(s, &s->m->clusters[i], false, 0, collecting);
        simulate_let_go(s, &s->m->clusters[i]);
    }
}

static void simulate_cluster_dies(struct simulation *s, uint32_t i) {
    const struct model_cluster *k = &s->m->clusters[i];
    s->oldest[i] = k->oldest;
    s->floating += k->bytes;
    s->state[i] = WAITING;
    for (uint32_t p = 0; p < k->parent_count; p++) {
        uint32_t parent = s->m->parents.at[k->parents + p];
        if (s->state[parent] == WAITING && s->oldest[parent] < s->oldest[i])
            s->oldest[i] = s->oldest[parent];
    }
    if (k->parent_count && !s->parents[i] && !k->cyclic) {
        grow_push(&s->cascade, i);
        simulate_finish_cascade(s, false);
    } else {
        grow_push(&s->waiting[simulate_generation(s, s->oldest[i])], i);
    }
    if (s->floating > s->result.peak_floating_bytes)
        s->result.peak_floating_bytes = s->floating;
}

static void simulate_clusters_die(struct simulation *s, uint32_t now) {
    const struct simulate_deaths *d = s->deaths;
    while (s->dead < s->m->cluster_count && d->at[d->order[s->dead]] <= now)
        simulate_cluster_dies(s, d->order[s->dead++]);
}

// --------------------------------------------------------------------------------------- collections
static void simulate_find_garbage(struct simulation *s, int g) {
    for (int young = 0; young <= g; young++)
        for (size_t i = 0; i < s->waiting[young].count; i++) {
            uint32_t k = s->waiting[young].at[i];
            if (s->state[k] == GONE) {
                s->waiting[young].at[i] = MODEL_NEVER;
                continue;
            }
            s->state[k] = GONE;
            simulate_bury(s, &s->m->clusters[k], true, g, true);
        }
    for (int young = 0; young <= g; young++) {
        for (size_t i = 0; i < s->waiting[young].count; i++)
            if (s->waiting[young].at[i] != MODEL_NEVER)
                simulate_let_go(s, &s->m->clusters[s->waiting[young].at[i]]);
        s->waiting[young].count = 0;
    }
    simulate_finish_cascade(s, true);
}

static void simulate_promote(struct simulation *s, int g, uint32_t now) {
    int64_t survivors = s->alive[0] + (g ? s->alive[1] : 0) + (g == 2 ? s->alive[2] : 0);
    int to = g < 2 ? g + 1 : 2;
    for (int young = 0; young <= g; young++)
        s->alive[young] = 0;
    s->alive[to] += survivors;
    s->boundary[0] = now;
    if (g)
        s->boundary[1] = now;
    if (g == 1)
        s->pending += survivors;
    if (g == 2) {
        s->total = survivors;
        s->pending = 0;
        memset(s->free_list, 0, sizeof s->free_list);
    }
}

static void simulate_collect(struct simulation *s, int g, uint32_t now) {
    uint64_t examined = (uint64_t)s->once;
    for (int young = 0; young <= g; young++)
        examined += (uint64_t)s->alive[young];
    s->result.collections[g]++;
    s->result.examined[g] += examined;
    if (examined > s->result.most_examined[g])
        s->result.most_examined[g] = examined;
    if (g < 2)
        s->result.counts[g + 1]++;
    for (int young = 0; young <= g; young++)
        s->result.counts[young] = 0;
    uint64_t found = s->result.found[g];
    simulate_find_garbage(s, g);
    s->once = 0;
    simulate_promote(s, g, now);
    if (s->policy->collected)
        s->policy->collected(s->policy->context, &(struct simulate_collection){
                                                     g, now, examined, s->result.found[g] - found});
}

// As gc_collect_generations: the oldest whose count is above its threshold, all of them only when what has newly grown
// old is a quarter of what survived the last time. -1: none.
static int simulate_due(const struct simulation *s) {
    if (s->result.counts[2] > s->set.threshold[2] && s->pending >= s->total / 4)
        return 2;
    if (s->result.counts[1] > s->set.threshold[1])
        return 1;
    return s->result.counts[0] > s->set.threshold[0] ? 0 : -1;
}

// ----------------------------------------------------------------------------------------- triggers
static void simulate_collect_due(struct simulation *s, uint32_t now) {
    s->scheduled = false;
    int g = simulate_due(s);
    if (g >= 0)
        simulate_collect(s, g, now);
}

// What a program does beside the collector, as it allocates.
static void simulate_collect_by_hand(struct simulation *s, uint32_t now) {
    if (s->policy->every && ++s->born > s->policy->every) {
        s->born = 0;
        simulate_collect(s, 2, now);
    }
    if (s->policy->growth > 0 && s->bytes > s->limit) {
        enum { LEAST_GROWTH_BYTES = 1000000 };
        simulate_collect(s, 2, now);
        s->limit = (int64_t)((double)s->bytes * s->policy->growth);
        if (s->limit < s->bytes + LEAST_GROWTH_BYTES)
            s->limit = s->bytes + LEAST_GROWTH_BYTES;
    }
}

static void simulate_count_up(struct simulation *s, bool raising, uint32_t now) {
    if (++s->result.counts[0] <= s->set.threshold[0] || !s->set.threshold[0] || !s->set.enabled ||
        raising)
        return;
    if (s->policy->rules == SIMULATE_313 || s->m->safe_points)
        s->scheduled = true;
    else
        simulate_collect_due(s, now);
}

// ------------------------------------------------------------------------------------------- events
static void simulate_birth(struct simulation *s, const struct model_event *e, uint32_t now) {
    const struct model_container *o = &s->m->containers[e->what];
    if (s->scheduled && !s->m->safe_points)
        simulate_collect_due(s, now);
    simulate_collect_by_hand(s, now);
    if (!o->generic && o->born_from && s->free_list[o->born_from])
        s->free_list[o->born_from]--;
    else
        simulate_count_up(s, e->raising, now);
    simulate_track(s, o);
}

// What the program sets holds, but what it leaves as it was is the policy's.
static void simulate_settle(struct simulation *s, const struct model_settings *note) {
    s->set.enabled = note->enabled;
    for (int g = 0; g < MODEL_GENERATIONS && !s->policy->overrides; g++)
        if (note->threshold[g] != s->program.threshold[g])
            s->set.threshold[g] = note->threshold[g];
    s->program = *note;
}

static void simulate_freeze(struct simulation *s, uint32_t now) {
    s->young_when_frozen = s->boundary[0];
    for (int g = 0; g < MODEL_GENERATIONS; g++) {
        s->alive[MODEL_GENERATIONS] += s->alive[g];
        s->alive[g] = 0;
        s->result.counts[g] = 0;
        s->boundary[g] = now;
        for (size_t i = 0; i < s->waiting[g].count; i++)
            grow_push(&s->waiting[MODEL_GENERATIONS], s->waiting[g].at[i]);
        s->waiting[g].count = 0;
    }
    s->alive[MODEL_GENERATIONS] += s->once;
    s->once = 0;
}

static void simulate_unfreeze(struct simulation *s) {
    s->boundary[2] = 0;
    s->alive[2] += s->alive[MODEL_GENERATIONS];
    s->alive[MODEL_GENERATIONS] = 0;
    struct grow_list *frozen = &s->waiting[MODEL_GENERATIONS];
    for (size_t i = 0; i < frozen->count; i++)
        grow_push(&s->waiting[2], frozen->at[i]);
    frozen->count = 0;
}

static void simulate_play(struct simulation *s, const struct model_event *e, uint32_t now) {
    switch ((enum model_kind)e->kind) {
    case MODEL_BIRTH:
        simulate_birth(s, e, now);
        return;
    case MODEL_DEATH:
        simulate_count_down(s, &s->m->containers[e->what]);
        simulate_untrack(s, &s->m->containers[e->what]);
        return;
    case MODEL_SETTINGS:
        simulate_settle(s, &s->m->notes[e->what]);
        return;
    case MODEL_BY_HAND:
        simulate_collect(s, (int)e->what, now + 1);
        return;
    case MODEL_STRANGER:
        s->result.counts[0] -= s->result.counts[0] > 0;
        return;
    case MODEL_FREEZES:
        if (e->what)
            simulate_freeze(s, now + 1);
        else
            simulate_unfreeze(s);
        return;
    case MODEL_SAFE_POINT:
        if (s->scheduled)
            simulate_collect_due(s, now + 1);
        return;
    }
}

// -------------------------------------------------------------------------------------------- all
static int simulate_by_death(const void *a, const void *b, void *death) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const uint32_t *at = death;
    return at[x] != at[y] ? (at[x] < at[y] ? -1 : 1) : x < y ? -1 : x > y;
}

struct simulate_deaths simulate_place(const struct model *m, double death) {
    size_t count = m->cluster_count;
    struct simulate_deaths d = {must(calloc(count + 1, sizeof *d.order)),
                                must(calloc(count + 1, sizeof *d.at))};
    for (uint32_t i = 0; i < count; i++) {
        d.at[i] =
            m->clusters[i].from + (uint32_t)(death * (m->clusters[i].to - m->clusters[i].from));
        d.order[i] = i;
    }
    qsort_r(d.order, count, sizeof *d.order, simulate_by_death, d.at);
    return d;
}

void simulate_deaths_free(struct simulate_deaths *deaths) {
    free(deaths->order);
    free(deaths->at);
}

static void simulate_begin(struct simulation *s) {
    const struct model *m = s->m;
    s->oldest = must(calloc(m->cluster_count + 1, sizeof *s->oldest));
    s->parents = must(calloc(m->cluster_count + 1, sizeof *s->parents));
    s->state = must(calloc(m->cluster_count + 1, 1));
    for (uint32_t i = 0; i < m->cluster_count; i++)
        s->parents[i] = m->clusters[i].parent_count;
    s->set = s->program = m->began;
    s->pending = m->pending;
    s->total = m->total;
    for (int g = 0; g < MODEL_GENERATIONS; g++) {
        s->set.threshold[g] = s->policy->threshold[g];
        s->alive[MODEL_GENERATIONS - 1] += m->held[g];
        s->result.counts[g] = m->counts[g];
    }
}

static void simulate_end(struct simulation *s) {
    memcpy(s->result.tracked, s->alive, sizeof s->alive);
    s->result.tracked[0] += s->once;
    free(s->oldest);
    free(s->parents);
    free(s->state);
    free(s->cascade.at);
    for (int g = 0; g <= MODEL_GENERATIONS; g++)
        free(s->waiting[g].at);
}

// Up to an event; from there on what the policy wants done once.
static void simulate_play_until(struct simulation *s, uint32_t now, uint32_t until) {
    for (; now < until; now++) {
        s->bytes += s->m->events[now].bytes;
        simulate_clusters_die(s, now);
        if (s->bytes > s->result.peak_bytes)
            s->result.peak_bytes = s->bytes;
        simulate_play(s, &s->m->events[now], now);
    }
}

static uint32_t simulate_next_stop(const struct simulation *s, uint32_t now, uint32_t sample) {
    uint32_t stop = s->m->end < MODEL_NEVER ? (uint32_t)s->m->end : MODEL_NEVER;
    if (s->policy->samples && sample < s->policy->samples)
        stop = (uint32_t)((uint64_t)stop * (sample + 1) / s->policy->samples);
    return s->policy->freeze_at > now && s->policy->freeze_at < stop ? s->policy->freeze_at : stop;
}

struct simulate_result simulate(const struct model *m, const struct simulate_deaths *deaths,
                                const struct simulate_policy *policy) {
    struct simulation s = {.m = m, .deaths = deaths, .policy = policy};
    uint32_t sample = 0;
    simulate_begin(&s);
    for (uint32_t now = 0, stop; now < m->end; now = stop) {
        stop = simulate_next_stop(&s, now, sample);
        simulate_play_until(&s, now, stop);
        if (stop == policy->freeze_at && now < stop) {
            simulate_collect(&s, 2, stop);
            simulate_freeze(&s, stop);
        } else if (policy->samples) {
            policy->sampled(policy->context, stop, s.bytes, s.floating);
            sample++;
        }
    }
    simulate_end(&s);
    return s.result;
}
