// lives.c - see lives.h.

#include "lives.h"

#include "base/file.h"
#include "base/latency.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIVES_FIRST_ROOM = 1 << 12, LIVES_SUB_BITS = 5 };
enum { LIVES_BUCKETS = (64 - LIVES_SUB_BITS + 1) << LIVES_SUB_BITS };

// Bytes by how far they were dragged, in buckets of 1/32 of a doubling.
struct lives_drag {
    uint64_t objects, bytes, most, late_objects,
        late_bytes;       // late: died, and were not released by the end
    double sum, late_sum; // of bytes times drag; of late ones so far
    uint64_t bucket[LIVES_BUCKETS];
};

static unsigned drag_bucket(uint64_t drag) {
    int shift = 63 - LIVES_SUB_BITS - __builtin_clzll(drag | ((2u << LIVES_SUB_BITS) - 1));
    return ((unsigned)shift << LIVES_SUB_BITS) + (unsigned)(drag >> shift);
}

static uint64_t drag_bucket_top(unsigned bucket) {
    unsigned shift = bucket >> LIVES_SUB_BITS;
    shift -= shift > 0;
    return (((uint64_t)(bucket - (shift << LIVES_SUB_BITS)) + 1) << shift) - 1;
}

// ----------------------------------------------------------------------------------------- objects
static struct lives_object *lives_find(const struct lives *l, uintptr_t identity) {
    size_t i = (identity * 0x9E3779B97F4A7C15u) >> 20 & l->mask;
    while (l->table[i].identity && l->table[i].identity != identity)
        i = (i + 1) & l->mask;
    return &l->table[i];
}

static void lives_add(struct lives *l, struct lives_object object) {
    *lives_find(l, object.identity) = object;
    l->held++;
}

// Those after it in the same run move up (Knuth, The Art of Computer Programming 3, 6.4, algorithm
// R).
static void lives_remove(struct lives *l, struct lives_object *object) {
    size_t hole = (size_t)(object - l->table), i = hole;
    for (;;) {
        i = (i + 1) & l->mask;
        if (!l->table[i].identity)
            break;
        size_t home = (l->table[i].identity * 0x9E3779B97F4A7C15u) >> 20 & l->mask;
        if (((i - home) & l->mask) < ((i - hole) & l->mask))
            continue;
        l->table[hole] = l->table[i];
        hole = i;
    }
    l->table[hole] = (struct lives_object){0};
    l->held--;
}

// A new table, of those that keep says are held.
static void lives_rebuild(struct lives *l, size_t room, heap_keep *keep, void *of);

static bool lives_grow(struct lives *l) {
    if (l->table && l->held * 2 <= l->mask)
        return true;
    lives_rebuild(l, l->table ? 2 * (l->mask + 1) : LIVES_FIRST_ROOM, NULL, NULL);
    return !l->error;
}

// The oracle's: room for one more death.
static bool lives_number(struct lives *l) {
    if (l->known || l->born < l->room)
        return true;
    size_t room = l->room ? 2 * l->room : LIVES_FIRST_ROOM;
    uint64_t *deaths = realloc(l->deaths, room * sizeof *deaths);
    if (!deaths) {
        l->error = ENOMEM;
        return false;
    }
    l->deaths = deaths;
    l->room = room;
    return true;
}

static void lives_born(void *lives, uintptr_t identity, size_t bytes) {
    struct lives *l = lives;
    if (l->error || !lives_grow(l) || !lives_number(l))
        return;
    if (!l->known)
        l->deaths[l->born] = LIVES_UNKNOWN;
    struct lives_object *found = lives_find(l, identity);
    if (found->identity)
        found->number = l->born++;
    else
        lives_add(l, (struct lives_object){identity, l->born++, bytes});
    l->clock += (uint64_t)bytes << LIVES_MARK_BITS;
}

static void lives_resized(void *lives, uintptr_t identity, size_t from_bytes, size_t bytes) {
    struct lives *l = lives;
    if (l->error || !l->table)
        return;
    struct lives_object *object = lives_find(l, identity);
    if (object->identity)
        object->bytes = bytes;
    if (bytes > from_bytes)
        l->clock += (uint64_t)(bytes - from_bytes) << LIVES_MARK_BITS;
}

// ---------------------------------------------------------------------------------------- releases
// What is found dead late was held at the marks in between.
static void lives_died(struct lives *l, const struct lives_object *object, uint64_t died) {
    size_t before = died & (LIVES_MARKS - 1), now = l->clock & (LIVES_MARKS - 1);
    l->deaths[object->number] = died;
    l->late[before].objects++;
    l->late[before].bytes += (int64_t)object->bytes;
    l->late[now].objects--;
    l->late[now].bytes -= (int64_t)object->bytes;
}

static void lives_dragged(struct lives *l, const struct lives_object *object) {
    struct lives_drag *d = l->drag;
    uint64_t died = object->number < l->known_count ? l->known[object->number] : LIVES_UNKNOWN;
    if (died >> LIVES_MARK_BITS > l->clock >> LIVES_MARK_BITS) {
        l->early++;
        return;
    }
    uint64_t drag = (l->clock >> LIVES_MARK_BITS) - (died >> LIVES_MARK_BITS);
    d->objects++;
    d->bytes += object->bytes;
    d->sum += (double)object->bytes * (double)drag;
    d->bucket[drag_bucket(drag)] += object->bytes;
    d->most = drag > d->most && object->bytes ? drag : d->most;
}

static void lives_gone(struct lives *l, const struct lives_object *object, uint64_t died) {
    l->gone++;
    if (l->over)
        return;
    if (l->known)
        lives_dragged(l, object);
    else
        lives_died(l, object, died == HEAP_UNKNOWN ? l->clock : died);
}

static void lives_released(void *lives, uintptr_t identity, uint64_t died) {
    struct lives *l = lives;
    if (l->error || !l->table)
        return;
    struct lives_object *object = lives_find(l, identity);
    if (!object->identity)
        return;
    lives_gone(l, object, died);
    lives_remove(l, object);
}

static void lives_rebuild(struct lives *l, size_t room, heap_keep *keep, void *of) {
    struct lives old = *l;
    l->table = calloc(room, sizeof *l->table);
    if (!l->table) {
        l->table = old.table;
        l->error = ENOMEM;
        return;
    }
    l->mask = room - 1;
    l->held = 0;
    for (size_t i = 0; old.table && i <= old.mask; i++) {
        struct lives_object object = old.table[i];
        if (!object.identity)
            continue;
        uintptr_t now =
            keep ? (uintptr_t)keep(of, (struct heap_object *)object.identity) : object.identity;
        if (now)
            lives_add(l, (struct lives_object){now, object.number, object.bytes});
        else
            lives_gone(l, &object, HEAP_UNKNOWN);
    }
    free(old.table);
}

static void lives_retained(void *lives, heap_keep *keep, void *of) {
    struct lives *l = lives;
    if (!l->error && l->table)
        lives_rebuild(l, l->mask + 1, keep, of);
}

// ------------------------------------------------------------------------------------------- files
static int lives_map(struct lives *l, const char *path) {
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about)) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        return error;
    }
    size_t bytes = (size_t)about.st_size;
    void *map = bytes ? mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    if (map == MAP_FAILED)
        return EINVAL;
    l->known = map;
    l->known_count = bytes / sizeof *l->known;
    l->drag = calloc(1, sizeof *l->drag);
    return l->drag ? 0 : ENOMEM;
}

int lives_open(struct lives *l, const char *path) {
    *l = (struct lives){0};
    l->error = heap_strategy.traits & HEAP_INSTRUMENT ? 0 : lives_map(l, path);
    return l->error;
}

void lives_close(struct lives *l) {
    if (l->known)
        munmap((void *)(uintptr_t)l->known, l->known_count * sizeof *l->known);
    free(l->table);
    free(l->deaths);
    free(l->drag);
    *l = (struct lives){0};
}

int lives_save(const struct lives *l, const char *path) {
    return l->error ? l->error
                    : file_write_named(path, (const char *)l->deaths, l->born * sizeof *l->deaths);
}

// -------------------------------------------------------------------------------------------- runs
void lives_listen(struct lives *l, struct heap_listener *listener) {
    listener->born = lives_born;
    listener->resized = lives_resized;
    listener->released = lives_released;
    listener->retained = lives_retained;
    listener->lives = l;
    listener->clock = &l->clock;
}

void lives_mark(struct lives *l) {
    if ((l->clock & (LIVES_MARKS - 1)) == LIVES_MARKS - 1)
        l->error = ENOMEM;
    else
        l->clock++;
}

// What died and was not released.
static void lives_late(struct lives *l) {
    for (size_t i = 0; l->table && i <= l->mask; i++) {
        const struct lives_object *o = &l->table[i];
        uint64_t died =
            o->identity && o->number < l->known_count ? l->known[o->number] : LIVES_UNKNOWN;
        if (died == LIVES_UNKNOWN)
            continue;
        l->drag->late_objects++;
        l->drag->late_bytes += o->bytes;
        l->drag->late_sum +=
            (double)o->bytes * (double)((l->clock >> LIVES_MARK_BITS) - (died >> LIVES_MARK_BITS));
    }
}

void lives_end(struct lives *l, struct lives_live *live, size_t marks, uint64_t freed) {
    struct lives_live dead = {0};
    l->over = true;
    if (l->known)
        lives_late(l);
    if (l->known && l->gone != freed)
        l->error = ENOTSUP;
    for (size_t i = 0; i < marks && !l->known; i++) {
        dead.objects += l->late[i].objects;
        dead.bytes += l->late[i].bytes;
        live[i].objects -= dead.objects;
        live[i].bytes -= dead.bytes;
    }
}

// -------------------------------------------------------------------------------------------- drag
// The smallest bucket top that so many bytes are not above.
static uint64_t drag_percentile(const struct lives_drag *d, double percentile) {
    double seen = 0, wanted = (double)d->bytes * percentile / 100;
    for (unsigned i = 0; i < LIVES_BUCKETS; i++) {
        seen += (double)d->bucket[i];
        if (seen >= wanted)
            return drag_bucket_top(i) < d->most ? drag_bucket_top(i) : d->most;
    }
    return d->most;
}

// Five points for each nine, as far as four of them.
static json_t *drag_curve(const struct lives_drag *d) {
    json_t *curve = json_array();
    for (int n = 1; n <= 20; n++) {
        double percentile = 100 - 100 * pow(10, -n / 5.0);
        json_array_append_new(
            curve, json_pack("[f,I]", percentile, (json_int_t)drag_percentile(d, percentile)));
    }
    return curve;
}

json_t *lives_drag_to_json(const struct lives *l) {
    const struct lives_drag *d = l->drag;
    if (!d || l->error || l->born != l->known_count)
        return NULL;
    json_t *json =
        json_pack("{s:I,s:I,s:I,s:I,s:I}", "objects", (json_int_t)d->objects, "bytes",
                  (json_int_t)d->bytes, "early_objects", (json_int_t)l->early, "unreleased_objects",
                  (json_int_t)d->late_objects, "unreleased_bytes", (json_int_t)d->late_bytes);
    double asked = (double)(l->clock >> LIVES_MARK_BITS);
    if (asked > 0)
        json_object_set_new(json, "floating_mean_bytes", json_real((d->sum + d->late_sum) / asked));
    if (!d->bytes)
        return json;
    json_object_set_new(json, "mean_bytes", json_real(d->sum / (double)d->bytes));
    json_object_set_new(json, "p50_bytes", json_integer((json_int_t)drag_percentile(d, 50)));
    json_object_set_new(json, "p99_bytes", json_integer((json_int_t)drag_percentile(d, 99)));
    json_object_set_new(json, "max_bytes", json_integer((json_int_t)d->most));
    json_object_set_new(json, "curve", drag_curve(d));
    return json;
}
