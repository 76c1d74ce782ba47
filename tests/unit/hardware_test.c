// hardware_test.c - a counter counts between run and rest alone, by the kernel's own events, which
// virtual machines have, too; and what a machine lacks is absent.

#include "base/hardware.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAGES = 64, LOOPS = 1000000 };

static void touch(volatile char *memory, size_t from, size_t to) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = from; i < to; i++)
        memory[i * page] = 1;
}

// Of 3 x 64 fresh pages the middle third is touched while the counter runs.
static void a_counter_counts_between_run_and_rest(void **state) {
    (void)state;
    size_t bytes = (size_t)3 * PAGES * (size_t)sysconf(_SC_PAGESIZE);
    struct hardware h = {
        {-1, -1, hardware_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS), -1, -1}};
    uint64_t faults = 0;
    if (h.fd[2] < 0)
        skip(); // not allowed here
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    assert_false(hardware_read(h.fd[2], &faults)); // it never ran
    touch(memory, 0, PAGES);
    hardware_run(&h);
    touch(memory, PAGES, (size_t)2 * PAGES);
    hardware_rest(&h);
    touch(memory, (size_t)2 * PAGES, (size_t)3 * PAGES);
    assert_true(hardware_read(h.fd[2], &faults));
    assert_in_range(faults, PAGES, PAGES + 8); // and those of the code in between
    json_t *json = hardware_to_json(&h);
    assert_int_equal(json_object_size(json), 1);
    json_decref(json);
    munmap(memory, bytes);
    hardware_close(&h);
}

static void what_a_machine_lacks_is_absent(void **state) {
    (void)state;
    struct hardware h;
    hardware_open(&h);
    hardware_run(&h);
    for (volatile int i = 0; i < LOOPS; i = i + 1)
        continue;
    hardware_rest(&h);
    json_t *json = hardware_to_json(&h);
    const json_t *count = json_object_get(json, "instructions");
    assert_true(!count || json_integer_value(count) > LOOPS);
    json_decref(json);
    hardware_close(&h);
    hardware_run(&h); // of counters that are not there
    hardware_rest(&h);
    assert_null(hardware_to_json(&h));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_counts_between_run_and_rest),
        cmocka_unit_test(what_a_machine_lacks_is_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
