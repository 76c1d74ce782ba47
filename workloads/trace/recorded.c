// recorded.c - the lives of a recording's objects become operations.

#include "recorded.h"

#include "base/must.h"
#include "lives.h"
#include "trace.h"
#include "tracks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8 };

// What happens at each moment, as lists: the first of each moment, and the next by edge or object, + 1.
struct agenda {
    uint32_t *first, *next;
};

// A compilation under way. By object: registers, + 1; 0: it is in none. lengths, of lists. patterns: by length of leaves, the
// register of a list of as many atoms, 0: there is no such leaf.
struct compiling {
    struct lives lives;
    struct trace_writer *writer;
    struct agenda starts, ends, releases, deaths;
    uint32_t *registers, *lengths, *unused;
    uint32_t register_count, unused_count, empty, patterns[HEAP_MAX_SLOTS + 1], pattern_count;
    bool counting; // how many registers it takes; nothing is written
    char error[256];
};

// ------------------------------------------------------------------------------------------- agenda
static struct agenda agenda_new(size_t moments, size_t things) {
    return (struct agenda){must(calloc(moments + 1, sizeof(uint32_t))),
                           must(calloc(things + 1, sizeof(uint32_t)))};
}

static void agenda_add(struct agenda *a, uint32_t moment, size_t thing) {
    a->next[thing] = a->first[moment];
    a->first[moment] = (uint32_t)thing + 1;
}

static void agenda_free(struct agenda *a) {
    free(a->first);
    free(a->next);
}

#define AGENDA_EACH(a, moment, thing)                                                              \
    for (uint32_t thing = (a)->first[moment]; thing; thing = (a)->next[thing - 1])

static void plan_end(struct compiling *c, size_t i) {
    const struct lives_object *o = &c->lives.objects[i];
    if (o->holder) {
        uint32_t start = c->lives.edges[o->holder - 1].start;
        agenda_add(&c->releases, o->released > start ? o->released : start, i);
    } else if (o->death != LIVES_NEVER && !o->own) {
        agenda_add(&c->deaths, o->death, i);
    }
}

// What is freed by counts is released in the order in which it began to die: the last freed first.
static void plan_ends(struct compiling *c) {
    const struct lives *l = &c->lives;
    uint32_t *ranked = must(calloc(l->deaths + 1, sizeof *ranked));
    for (size_t i = 0; i < l->object_count; i++) {
        const struct lives_object *o = &l->objects[i];
        if (o->garbage || o->death == LIVES_NEVER)
            plan_end(c, i);
        else
            ranked[o->rank] = (uint32_t)i + 1;
    }
    for (size_t rank = 0; rank < l->deaths; rank++)
        if (ranked[rank])
            plan_end(c, ranked[rank] - 1);
    free(ranked);
}

// An atom to which something refers cannot be allocated anew: it has its largest size from the start.
static void plan_sizes(struct lives *l) {
    for (size_t i = 0; i < l->event_count; i++) {
        struct lives_object *o =
            l->events[i].kind == LIVES_RESIZE ? &l->objects[l->events[i].what] : NULL;
        if (o && o->referred && l->events[i].words > o->words)
            o->words = l->events[i].words;
    }
}

static void plan(struct compiling *c) {
    const struct lives *l = &c->lives;
    c->starts = agenda_new(l->event_count, l->edge_count);
    c->ends = agenda_new(l->event_count, l->edge_count);
    c->releases = agenda_new(l->event_count, l->object_count);
    c->deaths = agenda_new(l->event_count, l->object_count);
    for (size_t i = l->edge_count;
         i--;) { // within a moment from the first slot on, so that lists grow by what they get
        const struct lives_edge *e = &l->edges[i];
        if (e->left_out)
            continue;
        agenda_add(&c->starts, e->start, i);
        if (e->end != LIVES_NEVER)
            agenda_add(&c->ends, e->end, i);
    }
    plan_ends(c);
    plan_sizes(&c->lives);
}

// --------------------------------------------------------------------------------------- operations
static void put(struct compiling *c, unsigned number, uint64_t a, uint64_t b, uint64_t d) {
    if (c->counting || c->error[0])
        return;
    const char *wrong = trace_write(c->writer, &(struct trace_op){number, {a, b, d}, NULL});
    if (wrong)
        (void)snprintf(c->error, sizeof c->error, "%s: %s", trace_row(number)->name, wrong);
}

static uint32_t take_register(struct compiling *c, uint32_t object) {
    uint32_t r = c->unused_count ? c->unused[--c->unused_count] : c->register_count++;
    c->registers[object] = r + 1;
    return r;
}

static void clear(struct compiling *c, uint32_t object) {
    uint32_t r = c->registers[object];
    if (!r)
        return;
    put(c, TRACE_CLEAR, r - 1, 0, 0);
    c->registers[object] = 0;
    c->unused[c->unused_count++] = r - 1;
}

static uint64_t payload(const struct lives_object *o, uint32_t words) {
    uint64_t bytes = (uint64_t)words * WORD, slots = (uint64_t)o->slots * WORD;
    bytes = bytes > slots ? bytes - slots : 0;
    return bytes < HEAP_MAX_PAYLOAD_BYTES ? bytes : HEAP_MAX_PAYLOAD_BYTES;
}

// ------------------------------------------------------------------------------------------ leaves
// A tuple is made of a list, so there is one of each length. These, and an atom, are there before all else, and frozen: a
// collector neither counts nor examines them.
static void plan_patterns(struct compiling *c) {
    for (size_t i = 0; i < c->lives.object_count; i++) {
        const struct lives_object *o = &c->lives.objects[i];
        if (o->leaf && !o->own && !c->patterns[o->slots])
            c->patterns[o->slots] = c->empty + 2 + c->pattern_count++;
    }
}

static void make_patterns(struct compiling *c) {
    uint32_t atom = c->empty + 1;
    if (!c->pattern_count || c->counting)
        return;
    put(c, TRACE_NEW_ATOM, atom, WORD, 0);
    for (uint32_t length = 1; length <= HEAP_MAX_SLOTS; length++) {
        if (!c->patterns[length])
            continue;
        put(c, TRACE_NEW_LIST, c->patterns[length], 0, 0);
        for (uint32_t i = 0; i < length; i++)
            put(c, TRACE_APPEND, c->patterns[length], atom, 0);
    }
    put(c, TRACE_FREEZE, 0, 0, 0);
}

static void be_born(struct compiling *c, uint32_t object) {
    const struct lives_object *o = &c->lives.objects[object];
    if (o->own)
        return;
    uint32_t r = take_register(c, object);
    if (o->list)
        put(c, TRACE_NEW_LIST, r, 0, 0);
    else if (o->leaf)
        put(c, TRACE_NEW_TUPLE, r, c->patterns[o->slots], 0);
    else if (o->container)
        put(c, TRACE_NEW_NODE, r, o->slots, payload(o, o->words));
    else
        put(c, TRACE_NEW_ATOM, r, payload(o, o->words), 0);
}

// An atom to which nothing refers is allocated anew; the others have had their last size from the start.
static void resize(struct compiling *c, const struct lives_event *e) {
    const struct lives_object *o = &c->lives.objects[e->what];
    uint32_t r = c->registers[e->what];
    if (r && !o->referred)
        put(c, TRACE_NEW_ATOM, r - 1, payload(o, e->words), 0);
}

static void do_event(struct compiling *c, uint32_t moment) {
    const struct lives_event *e = &c->lives.events[moment];
    switch ((enum lives_kind)e->kind) {
    case LIVES_BEGIN:
        for (uint32_t i = 0; i < c->lives.object_count && !c->lives.objects[i].birth; i++)
            be_born(c, i);
        return;
    case LIVES_DEATHS:
    case LIVES_STORE:
        return;
    case LIVES_BIRTH:
        be_born(c, e->what);
        return;
    case LIVES_RESIZE:
        resize(c, e);
        return;
    case LIVES_COLLECT:
        put(c, TRACE_COLLECT, e->what, 0, 0);
        return;
    case LIVES_ENABLE:
        put(c, TRACE_ENABLE, e->what != 0, 0, 0);
        return;
    case LIVES_FREEZE:
        put(c, e->what ? TRACE_FREEZE : TRACE_UNFREEZE, 0, 0, 0);
        return;
    case LIVES_MARK:
        put(c, TRACE_MARK, 0, 0, 0);
        return;
    }
}

// A store of the program, which takes one reference away and sets another one in its place.
static bool is_overwritten(const struct compiling *c, uint32_t moment, const struct lives_edge *e) {
    if (c->lives.events[moment].kind != LIVES_STORE)
        return false;
    AGENDA_EACH(&c->starts, moment, thing)
    if (c->lives.edges[thing - 1].owner == e->owner && c->lives.edges[thing - 1].slot == e->slot)
        return true;
    return false;
}

// By a register that is always empty.
static void end_edge(struct compiling *c, const struct lives_edge *e, uint32_t moment) {
    if (is_overwritten(c, moment, e))
        return;
    put(c, TRACE_STORE, c->registers[e->owner] - 1, e->slot, c->empty);
}

// A list that is too short for it grows, by what is empty up to there.
static void start_edge(struct compiling *c, const struct lives_edge *e) {
    uint32_t owner = c->registers[e->owner] - 1, target = c->registers[e->target] - 1,
             *length = &c->lengths[e->owner];
    if (!c->lives.objects[e->owner].list || e->slot < *length) {
        put(c, TRACE_STORE, owner, e->slot, target);
        return;
    }
    for (; *length < e->slot; ++*length)
        put(c, TRACE_APPEND, owner, c->empty, 0);
    put(c, TRACE_APPEND, owner, target, 0);
    ++*length;
}

static void do_moment(struct compiling *c, uint32_t moment) {
    const struct lives *l = &c->lives;
    do_event(c, moment);
    AGENDA_EACH(&c->ends, moment, thing)
    end_edge(c, &l->edges[thing - 1], moment);
    AGENDA_EACH(&c->starts, moment, thing)
    start_edge(c, &l->edges[thing - 1]);
    AGENDA_EACH(&c->releases, moment, thing)
    clear(c, thing - 1);
    AGENDA_EACH(&c->deaths, moment, thing)
    clear(c, thing - 1);
}

// ---------------------------------------------------------------------------------------------- all
static void walk(struct compiling *c) {
    memset(c->registers, 0, c->lives.object_count * sizeof *c->registers);
    memset(c->lengths, 0, c->lives.object_count * sizeof *c->lengths);
    c->register_count = c->unused_count = 0;
    make_patterns(c);
    for (uint32_t moment = 0; moment < c->lives.event_count && !c->error[0]; moment++) {
        do_moment(c, moment);
        if (moment == 0 && c->writer)
            trace_write_setup(c->writer);
    }
}

// The moment of the mark in the middle, the number of marks up to it, and what is alive there.
static json_t *middle(const struct lives *l) {
    json_int_t marks = 0, alive = 0, passed = 0;
    uint32_t moment = 0;
    for (size_t i = 0; i < l->event_count; i++)
        marks += l->events[i].kind == LIVES_MARK;
    for (; passed < marks / 2; moment++)
        passed += l->events[moment].kind == LIVES_MARK;
    for (size_t i = 0; i < l->object_count; i++)
        alive +=
            l->objects[i].birth < moment && l->objects[i].death >= moment - 1 && !l->objects[i].own;
    return must(json_pack("{s:I,s:I}", "steps", passed, "alive", passed ? alive : 0));
}

static json_t *about_of(const struct compiling *c, const char *path) {
    const struct lives *l = &c->lives;
    const char *slash = strrchr(path, '/'),
               *source = json_string_value(json_object_get(l->header, "source"));
    json_int_t alive = 0;
    for (size_t i = 0; i < l->object_count; i++)
        alive += l->objects[i].death == LIVES_NEVER && !l->objects[i].own;
    json_t *about = must(json_pack(
        "{s:s,s:s,s:s,s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "name", slash ? slash + 1 : path, "doc",
        l->graph
            ? "a recorded program, with the references between its live objects"
            : "a recorded program; no graph: registers hold all that is alive, and a collector "
              "that marks follows nothing",
        "source", source ? source : "a recording", "graph", l->graph, "blocks",
        (json_int_t)l->births, "freed", (json_int_t)l->deaths, "garbage", (json_int_t)l->garbage,
        "references", (json_int_t)l->edge_count, "references_left_out", (json_int_t)l->left_out,
        "alive", alive, "middle", middle(l)));
    if (l->tracks) {
        json_object_del(about, "garbage");
        json_object_update_missing(about, l->header);
    }
    return about;
}

static bool finish(struct compiling *c, const char *path, FILE *out) {
    json_t *header = about_of(c, path);
    size_t bytes = 0;
    unsigned char *data =
        c->error[0] ? NULL
                    : trace_writer_finish(c->writer, header, &bytes, c->error, sizeof c->error);
    if (data)
        fwrite(data, 1, bytes, out);
    else
        fprintf(out, "%s: %s", path, c->error);
    free(data);
    json_decref(header);
    return data != NULL;
}

static bool compile(struct compiling *c, const char *path, FILE *out) {
    lives_hold(&c->lives);
    plan(c);
    c->registers = must(calloc(c->lives.object_count + 1, sizeof *c->registers));
    c->lengths = must(calloc(c->lives.object_count + 1, sizeof *c->lengths));
    c->unused = must(calloc(c->lives.object_count + 1, sizeof *c->unused));
    c->counting = true;
    walk(c);
    c->counting = false;
    c->empty = c->register_count;
    plan_patterns(c);
    uint32_t registers = c->empty + 1 + (c->pattern_count ? c->pattern_count + 1 : 0);
    if (registers > TRACE_MAX_REGISTERS) {
        fprintf(out, "%s: %" PRIu32 " objects are alive at once: accepted: %d", path, c->empty,
                TRACE_MAX_REGISTERS - 1);
        return false;
    }
    c->writer = trace_writer_new(registers);
    walk(c);
    return finish(c, path, out);
}

bool recorded_convert(const void *path, FILE *out) {
    struct compiling c = {.counting = false};
    bool read =
        (tracks_is(path) ? tracks_read : lives_read)(&c.lives, path, c.error, sizeof c.error);
    if (!read)
        fputs(c.error, out);
    bool good = read && compile(&c, path, out);
    trace_writer_free(c.writer);
    agenda_free(&c.starts);
    agenda_free(&c.ends);
    agenda_free(&c.releases);
    agenda_free(&c.deaths);
    free(c.registers);
    free(c.lengths);
    free(c.unused);
    lives_free(&c.lives);
    return good;
}

bool recorded_is(const char *path) {
    char start[sizeof "HBREC"] = "";
    FILE *file = fopen(path, "rbe");
    bool is = file && fread(start, sizeof start, 1, file) == 1 &&
              memcmp(start, "HBREC", sizeof start) == 0;
    if (file)
        fclose(file);
    return is || tracks_is(path);
}
