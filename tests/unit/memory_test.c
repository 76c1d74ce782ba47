// memory_test.c - parts/memory.h: what is held, the limit, refused requests.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "parts/memory.h"

static void held_and_peak(void **state) {
    (void)state;
    struct memory m;
    memory_init(&m, 0, 0);
    void *a = memory_malloc(&m, 100), *b = memory_malloc(&m, 50);
    assert_true(a && b);
    assert_int_equal(m.held_bytes, 150);
    memory_free(&m, a, 100);
    assert_int_equal(m.held_bytes, 50);
    assert_int_equal(m.peak_bytes, 150);
    void *c = memory_map(&m, 8192, 4096);
    assert_non_null(c);
    assert_int_equal(m.held_bytes, 50 + 8192);
    assert_int_equal(m.peak_bytes, 50 + 8192);
    memory_unmap(&m, c, 8192);
    memory_free(&m, b, 50);
    memory_free(&m, NULL, 0);
    memory_unmap(&m, NULL, 0);
    assert_int_equal(m.held_bytes, 0);
    assert_int_equal(m.peak_bytes, 50 + 8192);
}

static void mappings_are_aligned_and_zero(void **state) {
    (void)state;
    struct memory m;
    memory_init(&m, 0, 0);
    for (size_t align = 4096; align <= 1u << 22; align *= 4) {
        char *p = memory_map(&m, 3 * 4096, align);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % align, 0);
        for (size_t i = 0; i < 3 * 4096; i++)
            assert_int_equal(p[i], 0);
        memset(p, 1, 3 * 4096);
        memory_unmap(&m, p, 3 * 4096);
    }
    assert_int_equal(m.held_bytes, 0);
}

static void the_limit_is_exact(void **state) {
    (void)state;
    struct memory m;
    memory_init(&m, 10000, 0);
    assert_null(memory_malloc(&m, 10001));
    void *a = memory_malloc(&m, 10000);
    assert_non_null(a);
    assert_null(memory_malloc(&m, 1));
    assert_null(memory_map(&m, 4096, 4096));
    memory_free(&m, a, 10000);
    assert_null(memory_map(&m, 12288, 4096));
    void *b = memory_map(&m, 8192, 4096);
    assert_non_null(b);
    assert_null(memory_malloc(&m, 10000 - 8192 + 1));
    assert_null(memory_malloc(&m, SIZE_MAX - 8000)); // the sum does not wrap around
    memory_unmap(&m, b, 8192);
    assert_int_equal(m.peak_bytes, 10000);
}

static void resizing_counts_the_difference(void **state) {
    (void)state;
    struct memory m;
    memory_init(&m, 1000, 0);
    char *p = memory_malloc(&m, 100);
    assert_non_null(p);
    memset(p, 7, 100);
    p = memory_resize(&m, p, 100, 1000);
    assert_non_null(p);
    assert_int_equal(m.held_bytes, 1000);
    for (int i = 0; i < 100; i++)
        assert_int_equal(p[i], 7);
    assert_null(memory_resize(&m, p, 1000, 1001));
    assert_int_equal(m.held_bytes, 1000); // and p is still good
    assert_int_equal(p[99], 7);
    p = memory_resize(&m, p, 1000, 10);
    assert_non_null(p);
    assert_int_equal(m.held_bytes, 10);
    assert_int_equal(m.peak_bytes, 1000);
    memory_free(&m, p, 10);
}

static void reserved_memory_is_held_when_committed(void **state) {
    (void)state;
    struct memory m;
    memory_init(&m, 16384, 3);
    char *p = memory_reserve(&m, 8192, 4096); // 1
    assert_non_null(p);
    assert_int_equal(m.held_bytes, 0);
    assert_null(memory_malloc(&m, 8193));        // 2: what is reserved counts towards the limit
    assert_null(memory_reserve(&m, 4096, 4096)); // 3
    memory_commit(&m, 8192);
    assert_int_equal(m.held_bytes, 8192);
    assert_int_equal(m.reserved_bytes, 0);
    assert_null(memory_reserve(&m, 12288, 4096));
    memset(p, 1, 8192);
    memory_decommit(&m, p, 8192);
    assert_int_equal(p[0], 0);
    assert_int_equal(m.held_bytes, 0);
    assert_int_equal(m.peak_bytes, 8192);
    assert_int_equal(m.reserved_bytes, 8192);
    memory_unreserve(&m, p, 8192);
    assert_int_equal(m.reserved_bytes, 0);
}

static void one_request_is_refused(void **state) {
    (void)state;
    for (uint64_t refused = 1; refused <= 4; refused++) {
        struct memory m;
        memory_init(&m, 0, refused);
        void *a = memory_malloc(&m, 10);
        void *b = memory_map(&m, 4096, 4096);
        void *c = memory_malloc(&m, 10);
        void *d = c ? memory_resize(&m, c, 10, 20) : memory_malloc(&m, 20);
        assert_int_equal(!a, refused == 1);
        assert_int_equal(!b, refused == 2);
        assert_int_equal(!c, refused == 3);
        assert_int_equal(!d, refused == 4);
        memory_free(&m, a, 10);
        memory_unmap(&m, b, 4096);
        memory_free(&m, d ? d : c, d ? 20 : 10);
        assert_int_equal(m.held_bytes, 0);
    }
}

// Faults are placed by counting, so what the limit refuses counts too, and shrinking never does.
static void requests_are_counted(void **state) {
    (void)state;
    struct memory m;
    memory_init(&m, 100, 3);
    assert_null(memory_malloc(&m, 1000)); // 1
    char *p = memory_malloc(&m, 50);      // 2
    assert_non_null(p);
    p = memory_resize(&m, p, 50, 20);
    assert_non_null(p);
    assert_null(memory_malloc(&m, 10)); // 3
    void *q = memory_malloc(&m, 10);
    assert_non_null(q);
    memory_free(&m, p, 20);
    memory_free(&m, q, 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        {"held and peak bytes", held_and_peak, NULL, NULL, NULL},
        {"mappings are aligned and zero", mappings_are_aligned_and_zero, NULL, NULL, NULL},
        {"the limit is exact", the_limit_is_exact, NULL, NULL, NULL},
        {"resizing counts the difference and keeps the contents", resizing_counts_the_difference,
         NULL, NULL, NULL},
        {"what is reserved counts towards the limit, and is held when committed",
         reserved_memory_is_held_when_committed, NULL, NULL, NULL},
        {"one request is refused, of any kind", one_request_is_refused, NULL, NULL, NULL},
        {"requests are counted, shrinking is none", requests_are_counted, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
