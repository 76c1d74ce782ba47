// recording_test.c - what is written into a recording is what is read out of it, short forms of events included.

#include "recording/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { EVENTS = 200000, SLOTS = 20000, TUPLE = 1 };

// A program by chance: slots live and unused as the writer's caller keeps them.
struct program {
    uint32_t seed, used[SLOTS], used_count, unused[SLOTS], unused_count, slot_count, freed;
    uint64_t near, nearby, far;
};

static uint32_t draw(struct program *p, uint32_t below) {
    p->seed = p->seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)(p->seed >> 8) * below >> 24);
}

static uint32_t take(struct program *p) {
    uint32_t slot = p->unused_count ? p->unused[--p->unused_count] : p->slot_count++;
    return p->used[p->used_count++] = slot;
}

static uint32_t give(struct program *p) {
    uint32_t i = draw(p, 4) ? p->used_count - 1 - draw(p, p->used_count < 50 ? p->used_count : 50)
                            : draw(p, p->used_count);
    uint32_t slot = p->used[i];
    p->used[i] = p->used[--p->used_count];
    int64_t far = (int64_t)slot - p->freed;
    *(far >= -32 && far < 32 ? &p->near : far >= -4096 && far < 4096 ? &p->nearby : &p->far) += 1;
    return p->unused[p->unused_count++] = p->freed = slot;
}

// The next event. Frees and births balance, so that there are as many as may be for long.
static struct event next(struct program *p) {
    bool frees = p->used_count == SLOTS || (p->used_count && draw(p, 100) < 45);
    struct event e = {.code = frees ? RECORDING_FREED : RECORDING_CONTAINER};
    if (frees) {
        e.slot = give(p);
        return e;
    }
    e.slot = take(p);
    e.words = draw(p, 8) ? 4 + draw(p, 6) : draw(p, 1 << 20);
    e.code = draw(p, 3) ? RECORDING_CONTAINER : RECORDING_ATOM;
    e.type = e.code == RECORDING_CONTAINER ? draw(p, 2) : 0;
    e.flags = e.code == RECORDING_CONTAINER ? draw(p, 4) : 0;
    e.length = e.type == TUPLE ? draw(p, 5) : 0;
    return e;
}

static void put_event(struct recording_writer *w, const struct event *e) {
    struct recording_birth birth = {e->words, e->type << 2 | e->flags, e->length};
    if (e->code == RECORDING_FREED)
        recording_freed(w, e->slot);
    else if (e->code == RECORDING_ATOM)
        recording_atom(w, e->words);
    else
        recording_container(w, birth, e->type == TUPLE);
}

static void compare(const struct event *wanted, const struct event *got) {
    assert_int_equal(wanted->code, got->code);
    assert_int_equal(wanted->slot, got->slot);
    if (wanted->code == RECORDING_FREED)
        return;
    assert_int_equal(wanted->words, got->words);
    if (wanted->code == RECORDING_ATOM)
        return;
    assert_int_equal(wanted->type, got->type);
    assert_int_equal(wanted->flags, got->flags);
    assert_int_equal(wanted->length, got->length);
}

static const unsigned char tuple[] = {RECORDING_TYPE, TUPLE, RECORDING_TUPLE, 1, 't'};

static uint64_t record(const char *path, struct program *p) {
    struct recording_writer w;
    assert_int_equal(recording_begin(&w, path, "{}"), 0);
    for (size_t i = 0; i < sizeof tuple; i++)
        recording_put(&w, tuple[i]);
    for (int i = 0; i < EVENTS; i++) {
        struct event e = next(p);
        put_event(&w, &e);
    }
    assert_int_equal(recording_end(&w, "{}"), 0);
    return w.raw_bytes;
}

static void test_round_trip(void **state) {
    (void)state;
    char path[] = "/tmp/recording_test.XXXXXX", error[200];
    struct program written = {.seed = 1}, read = {.seed = 1};
    close(mkstemp(path));
    uint64_t bytes = record(path, &written);
    assert_true(written.near > 1000 && written.nearby > 1000 && written.far > 1000);
    assert_in_range(bytes, EVENTS, 5 * EVENTS / 2); // 2.9 an event in long forms
    struct events events;
    struct event event;
    events_open(&events, path, error, sizeof error);
    unlink(path);
    assert_non_null(events.r);
    assert_true(events_next(&events, &event)); // the type
    for (int i = 0; i < EVENTS; i++) {
        struct event wanted = next(&read);
        assert_true(events_next(&events, &event));
        compare(&wanted, &event);
    }
    assert_false(events_next(&events, &event));
    assert_false(events_wrong(&events, path, error, sizeof error));
    events_close(&events);
}

// A file of version 1 says the same in long forms; of version 3 nothing is known.
static void test_versions(void **state) {
    (void)state;
    char path[] = "/tmp/recording_test.XXXXXX", error[200];
    close(mkstemp(path));
    for (char version = 0; version <= 3; version++) {
        struct recording_writer w;
        assert_int_equal(recording_begin(&w, path, "{}"), 0);
        assert_int_equal(pwrite(w.fd, &version, 1, 6), 1);
        assert_int_equal(recording_end(&w, "{}"), 0);
        struct recording_reader *r = recording_open(path, error, sizeof error);
        assert_int_equal(r != NULL, version == 1 || version == 2);
        if (r)
            recording_close(r);
        else
            assert_non_null(strstr(error, "accepted: 1 and 2"));
    }
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip),
                                       cmocka_unit_test(test_versions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
