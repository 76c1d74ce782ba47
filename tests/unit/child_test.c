// child_test.c - a child that is stopped takes what it started with it.

#include "base/child.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

// The shell starts another, which makes the file again and again: nobody makes it once child_run
// has returned.
static void nothing_it_started_outlives_a_child_that_is_stopped(void **state) {
    (void)state;
    char folder[] = "/tmp/child_test.XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = text_format("%s/made", folder);
    char *script = text_format("(for i in $(seq 200000); do : >%s; done) & wait", path);
    char *const arguments[] = {"/bin/sh", "-c", script, NULL};
    struct child_result r = child_run(&(struct child_options){.arguments = arguments,
                                                              .environment = environ,
                                                              .timeout_s = 0.1,
                                                              .interrupt_fd = -1,
                                                              .errors_too = true,
                                                              .keep_bytes = 1024});
    assert_true(r.timed_out);
    unlink(path); // there, unless the machine was very slow
    usleep(50000);
    assert_int_equal(0, rmdir(folder));
    free(r.output);
    free(script);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_it_started_outlives_a_child_that_is_stopped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
