// tracks.c - reads a trace of Elephant Tracks, line by line, into the lives of its objects.
//
// Each store is a moment of its own, so that what an object refers to changes as often as it did.

#include "tracks.h"

#include "base/must.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8 };
enum { LOOK_LINES = 200, MOST_NUMBERS = 6 };

// An object that is alive. The tree is by id (search.h).
struct known {
    uint64_t id;
    uint32_t object;
};

// A line. numbers: without the type, which is a word; leaf: by which nothing refers to anything.
struct record {
    char letter;
    uint64_t numbers[MOST_NUMBERS];
    int count;
    bool leaf;
};

// strangers: records of objects that are not alive.
struct tracks {
    struct lives *l;
    void *known;
    uint64_t line, births, updates, strangers;
    const char *wrong;
};

static void tracks_add_event(struct tracks *t, enum lives_kind kind, uint32_t what) {
    if (!lives_add_event(t->l, kind, what, 0))
        t->wrong = "there are more than 4 billion events";
}

// ------------------------------------------------------------------------------------------- lines
static bool tracks_is_allocation(const struct record *r) {
    return strchr("AINPV", r->letter) && r->count == 5;
}

// Which letter takes how many numbers, from the least to the most.
static bool tracks_is_record(const struct record *r) {
    static const struct {
        const char *letters;
        int least, most;
    } forms[] = {{"AIPV", 5, 5}, {"N", 5, 5},   {"N", 3, 3}, {"U", 4, 5}, {"D", 2, 2},
                 {"ME", 3, 3},   {"XTH", 4, 4}, {"R", 2, 2}, {"C", 5, 5}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strchr(forms[i].letters, r->letter) && r->count >= forms[i].least &&
            r->count <= forms[i].most)
            return true;
    return false;
}

// The third word of an allocation is its type: an array of numbers refers to nothing.
static bool tracks_take_word(struct record *r, const char *word, int index) {
    char *end;
    if (index == 2 && strchr("AINPV", r->letter) && (strchr("[L", *word) || strchr(word, '/'))) {
        r->leaf = *word == '[' && !strchr("[L", word[1]);
        return true;
    }
    if (r->count == MOST_NUMBERS)
        return false;
    errno = 0;
    r->numbers[r->count++] = strtoull(word, &end, 16);
    return !*end && end != word && *word != '-' && !errno;
}

// What is no record is refused, but for what is empty or a comment.
static bool tracks_parse(char *line, struct record *r) {
    char *rest = NULL, *word = strtok_r(line, " \t\r", &rest);
    *r = (struct record){0};
    if (!word || *word == '#')
        return true;
    if (word[1] || *word < 'A' || *word > 'Z')
        return false;
    r->letter = *word;
    for (int i = 0; (word = strtok_r(NULL, " \t\r", &rest)); i++)
        if (!tracks_take_word(r, word, i))
            return false;
    return tracks_is_record(r);
}

// ----------------------------------------------------------------------------------------- objects
static int tracks_known_order(const void *a, const void *b) {
    const struct known *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static struct known *tracks_find(struct tracks *t, uint64_t id) {
    struct known **found = tfind(&(struct known){.id = id}, &t->known, tracks_known_order);
    return found ? *found : NULL;
}

static void tracks_be_born(struct tracks *t, const struct record *r) {
    struct lives *l = t->l;
    if (tracks_find(t, r->numbers[0])) {
        t->strangers++;
        return;
    }
    bool before = strchr("IP", r->letter) && lives_now(l) == 0;
    if (!before && t->births++ && t->births % LIVES_STEP_BIRTHS == 1)
        tracks_add_event(t, LIVES_MARK, 0);
    if (!before)
        tracks_add_event(t, LIVES_BIRTH, (uint32_t)l->object_count);
    if (r->numbers[1] / WORD >= LIVES_MOST_WORDS)
        t->wrong = "an object is above 2 GiB";
    struct known *k = must(malloc(sizeof *k));
    *k = (struct known){
        r->numbers[0],
        lives_add_object(l, (uint32_t)((r->numbers[1] + WORD - 1) / WORD), !r->leaf)};
    must(tsearch(k, &t->known, tracks_known_order));
    l->births++;
}

// All that an object refers to when it dies it refers to for ever: what becomes of it then is the strategy's business.
static void tracks_die(struct tracks *t, uint64_t id) {
    struct lives *l = t->l;
    struct known *k = tracks_find(t, id);
    if (!k) {
        t->strangers++;
        return;
    }
    if (l->events[lives_now(l)].kind != LIVES_DEATHS)
        tracks_add_event(t, LIVES_DEATHS, 0);
    l->objects[k->object].death = lives_now(l);
    l->objects[k->object].garbage = true;
    l->deaths++;
    tdelete(k, &t->known, tracks_known_order);
    free(k);
}

static void tracks_update(struct tracks *t, const struct record *r) {
    const struct known *owner = tracks_find(t, r->numbers[1]), *old = tracks_find(t, r->numbers[0]),
                       *new = tracks_find(t, r->numbers[2]);
    t->updates++;
    if (!r->numbers[1])
        return;
    if (!owner || (r->numbers[2] && !new)) {
        t->strangers++;
        return;
    }
    tracks_add_event(t, LIVES_STORE, 0);
    if (old)
        lives_end_edge(t->l, owner->object, old->object);
    if (new)
        lives_add_edge(t->l, owner->object, new->object, lives_now(t->l));
}

static void tracks_take(struct tracks *t, const struct record *r) {
    if (tracks_is_allocation(r))
        tracks_be_born(t, r);
    else if (r->letter == 'D')
        tracks_die(t, r->numbers[0]);
    else if (r->letter == 'U')
        tracks_update(t, r);
}

// --------------------------------------------------------------------------------------------- all
bool tracks_is(const char *path) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    int lines = 0, objects = 0;
    bool good = file != NULL;
    while (good && lines < LOOK_LINES) {
        ssize_t got = getline(&line, &room, file);
        if (got < 0)
            break;
        struct record r;
        line[strcspn(line, "\n")] = 0;
        lines++;
        good = strlen(line) + 1 >= (size_t)got && tracks_parse(line, &r);
        objects += good && (tracks_is_allocation(&r) || r.letter == 'U');
    }
    free(line);
    if (file)
        fclose(file);
    return good && objects;
}

static void tracks_read_lines(struct tracks *t, FILE *file) {
    char *line = NULL;
    size_t room = 0;
    struct record r;
    while (!t->wrong && getline(&line, &room, file) >= 0) {
        t->line++;
        line[strcspn(line, "\n")] = 0;
        if (tracks_parse(line, &r))
            tracks_take(t, &r);
        else
            t->wrong = "not a record of Elephant Tracks";
    }
    free(line);
}

bool tracks_read(struct lives *l, const char *path, char *error, size_t error_bytes) {
    struct tracks t = {.l = l};
    FILE *file = fopen(path, "re");
    *l = (struct lives){.graph = true, .tracks = true};
    if (!file) {
        (void)snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
        return false;
    }
    tracks_add_event(&t, LIVES_BEGIN, 0);
    tracks_read_lines(&t, file);
    fclose(file);
    tracks_add_event(&t, LIVES_MARK, 0);
    tdestroy(t.known, free);
    if (t.wrong)
        (void)snprintf(error, error_bytes, "%s: line %" PRIu64 ": %s", path, t.line, t.wrong);
    else if (!l->deaths)
        (void)snprintf(error, error_bytes,
                       "%s: nothing dies in it: give a trace with records of deaths (D)", path);
    l->header = must(json_pack("{s:s,s:I,s:I}", "source", "a trace of Elephant Tracks", "updates",
                               (json_int_t)t.updates, "unknown_objects", (json_int_t)t.strangers));
    return !t.wrong && l->deaths;
}
