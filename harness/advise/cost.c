// cost.c - fits what collections take to those of plain runs.
//
// Rates are ratios of sums, since it is sums that are to be right; what garbage costs beside being examined is fitted in
// turn with them, towards a usual value where there is little of it.

#include "cost.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 30 };
// Measured on programs that tests/advise/README.md names: an object more that is found takes 100 to 600 ns.
static const double usual_found_ns = 250, usual_found_weight = 2000, most_found_ns = 1500;
// Likewise: a rate grows by a fifth power of what is examined, and a generation costs so many times the one below.
static const double usual_slope = 0.2, most_slope = 0.5, up[MODEL_GENERATIONS] = {1, 1.3, 1.6};
static const double least_share = 0.3; // of a generation's time that is for examining

// The collections of a run, as simulated.
struct simulated {
    struct simulate_collection *each;
    size_t count, room;
};

// Those of one generation in one run: averages and sums.
struct group {
    double examined, found, ns, count;
};

static void cost_note(void *context, const struct simulate_collection *collection) {
    struct simulated *s = context;
    s->each = grow_array(s->each, s->count, &s->room, sizeof *s->each);
    s->each[s->count++] = *collection;
}

static struct group cost_group_of(const struct simulated *s, const struct calibration_run *run,
                                  int g) {
    struct group group = {0};
    double simulated = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->each[i].generation == g) {
            group.examined += (double)s->each[i].examined;
            group.found += (double)s->each[i].found;
            simulated++;
        }
    for (size_t i = 0; i < run->count; i++)
        if (run->each[i].generation == g) {
            group.ns += (double)run->each[i].ns;
            group.count++;
        }
    // Where the simulation has one more or less, as many of its as there were.
    double scale = simulated > 0 ? group.count / simulated : 0;
    group.examined *= scale;
    group.found *= scale;
    return group;
}

static double cost_rate_of(const struct group *group, double found_ns) {
    double examining = group->ns - found_ns * group->found;
    return fmax(examining, least_share * group->ns) / group->examined;
}

// From one or two groups of a generation.
static void cost_fit_rate(struct cost_rate *rate, const struct group *groups, double found_ns) {
    double weight = 0, usual = 0, ns = 0, rates[CALIBRATION_RUNS], sizes[CALIBRATION_RUNS];
    size_t count = 0;
    for (size_t i = 0; i < CALIBRATION_RUNS; i++) {
        if (!(groups[i].examined > 0 && groups[i].ns > 0))
            continue;
        rates[count] = cost_rate_of(&groups[i], found_ns);
        sizes[count] = groups[i].examined / groups[i].count;
        weight += groups[i].examined;
        usual += groups[i].examined * log(sizes[count]);
        ns += groups[i].examined * rates[count++];
    }
    if (!count)
        return;
    *rate = (struct cost_rate){ns / weight, exp(usual / weight), usual_slope, true};
    double apart = count > 1 ? log(sizes[1] / sizes[0]) : 0;
    if (fabs(apart) > log(2)) // else the slope is noise
        rate->slope =
            (fmin(fmax(log(rates[1] / rates[0]) / apart, 0), most_slope) + usual_slope) / 2;
}

static void cost_guess_rates(struct cost *c) {
    enum { USUALLY_MORE = 8 }; // objects in a collection of the next generation
    for (int g = 1; g < MODEL_GENERATIONS; g++)
        if (!c->rate[g].known && c->rate[g - 1].ns > 0)
            c->rate[g] = (struct cost_rate){
                c->rate[g - 1].ns * up[g], c->rate[g - 1].usual * USUALLY_MORE, usual_slope, false};
    for (int g = MODEL_GENERATIONS - 1; g > 0; g--)
        if (!(c->rate[g - 1].ns > 0) && c->rate[g].ns > 0)
            c->rate[g - 1] = (struct cost_rate){
                c->rate[g].ns / up[g], c->rate[g].usual / USUALLY_MORE, usual_slope, false};
}

static void cost_fit_rates(struct cost *c, struct group groups[][CALIBRATION_RUNS]) {
    for (int g = 0; g < MODEL_GENERATIONS; g++) {
        c->rate[g].known = false;
        c->rate[g].ns = 0;
        cost_fit_rate(&c->rate[g], groups[g], c->found_ns);
    }
    cost_guess_rates(c);
}

static double cost_examining_ns(const struct cost *c, const struct simulate_collection *k) {
    const struct cost_rate *rate = &c->rate[k->generation];
    double examined = (double)k->examined;
    if (!(examined > 0))
        return 0;
    return rate->ns > 0 ? examined * rate->ns * pow(examined / rate->usual, rate->slope) : NAN;
}

static bool cost_is_same_sequence(const struct simulated *s, const struct calibration_run *run) {
    bool same = s->count == run->count;
    for (size_t i = 0; i < s->count && same; i++)
        same = s->each[i].generation == run->each[i].generation;
    return same;
}

// What found objects took beside, of a run of which each collection is simulated.
static void cost_add_found(const struct cost *c, const struct simulated *s,
                           const struct calibration_run *run, double *ns, double *found) {
    if (!cost_is_same_sequence(s, run))
        return;
    for (size_t i = 0; i < s->count; i++) {
        double f = (double)s->each[i].found;
        double beside = (double)run->each[i].ns - cost_examining_ns(c, &s->each[i]);
        *ns += fmin(fmax(beside, 0), most_found_ns * f);
        *found += f;
    }
}

static void cost_fit_all(struct cost *c, const struct simulated *s,
                         const struct calibration *runs) {
    struct group groups[MODEL_GENERATIONS][CALIBRATION_RUNS];
    for (int g = 0; g < MODEL_GENERATIONS; g++)
        for (size_t i = 0; i < CALIBRATION_RUNS; i++)
            groups[g][i] = cost_group_of(&s[i], &runs->run[i], g);
    c->found_ns = usual_found_ns;
    for (int round = 0; round < ROUNDS; round++) {
        double ns = usual_found_ns * usual_found_weight, found = usual_found_weight;
        cost_fit_rates(c, groups);
        for (size_t i = 0; i < CALIBRATION_RUNS; i++)
            cost_add_found(c, &s[i], &runs->run[i], &ns, &found);
        c->found_ns = (c->found_ns + ns / found) / 2; // by half, so that it settles
    }
}

struct cost cost_fit(const struct model *m, const struct simulate_deaths *deaths,
                     const struct calibration *runs) {
    struct simulated simulated[CALIBRATION_RUNS] = {0};
    struct cost cost = {0};
    for (size_t i = 0; i < CALIBRATION_RUNS; i++) {
        struct simulate_policy policy = {.collected = cost_note, .context = &simulated[i]};
        for (int g = 0; g < MODEL_GENERATIONS; g++)
            policy.threshold[g] = runs->run[i].threshold[g];
        simulate(m, deaths, &policy);
    }
    cost_fit_all(&cost, simulated, runs);
    for (size_t i = 0; i < CALIBRATION_RUNS; i++)
        free(simulated[i].each);
    return cost;
}

double cost_ns(const struct cost *c, const struct simulate_collection *k) {
    return cost_examining_ns(c, k) + c->found_ns * (double)k->found;
}

void cost_add(void *tally, const struct simulate_collection *k) {
    struct cost_tally *t = tally;
    double ns = cost_ns(t->cost, k);
    t->ns += ns;
    t->longest_ns = isnan(t->ns) ? NAN : fmax(t->longest_ns, ns);
}
