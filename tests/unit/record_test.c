// record_test.c - what the driver adds to a record, and the folder that keeps records.

#include "base/table.h"
#include "run/record.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

// --------------------------------------------------------------------------------- resident memory
static json_t *measured(void) {
    return json_pack("{s:i,s:s,s:s,s:s,s:s,s:I,s:I,s:{s:i,s:i,s:i},s:{}}", "schema", 1, "workload",
                     "w", "strategy", "s", "backing", "glibc", "outcome", "ok", "clock_start_ns",
                     (json_int_t)1000, "clock_end_ns", (json_int_t)2000, "rss", "baseline_bytes",
                     100, "start_bytes", 0, "end_bytes", 400, "environment");
}

static void test_average(void **state) {
    (void)state;
    struct job job = {.cell = "w/s/glibc",
                      .workload = "w",
                      .strategy = "s",
                      .backing = "glibc",
                      .block = 3,
                      .order = 17};
    // Two samples lie within the steps; with both ends: 0 at 0 ns, 300 at 500, 500 at 750, 400 at
    // 1000.
    struct record_sample list[] = {{900, 50}, {1500, 400}, {1750, 600}, {2500, 9000}};
    struct record_samples samples = {list, 4};
    json_t *record = measured(), *rss = json_object_get(record, "rss");
    assert_null(record_complete(record, &job, &samples, 5));
    // (500 * 150 + 250 * 400 + 250 * 450) / 1000
    assert_int_equal(287, json_integer_value(json_object_get(rss, "average_bytes")));
    char *text = json_dumps(json_object_get(rss, "samples"), JSON_COMPACT);
    assert_string_equal("[[500,300],[750,500]]", text);
    free(text);
    assert_string_equal("w/s/glibc", json_string_value(json_object_get(record, "cell")));
    assert_int_equal(3, json_integer_value(json_object_get(record, "block")));
    assert_int_equal(17, json_integer_value(json_object_get(record, "order")));
    assert_null(json_object_get(record, "clock_start_ns"));
    json_object_set_new(record, "strategy", json_string("t"));
    assert_non_null(record_complete(record, &job, &samples, 5)); // the record of another cell
    json_object_set_new(record, "strategy", json_string("s"));
    json_object_set_new(record, "backing", json_string("other")); // a library that was not loaded
    assert_non_null(record_complete(record, &job, &samples, 5));
    json_decref(record);
}

// A long run keeps few samples, with its highest among them, and the average of all.
static void test_thinned(void **state) {
    (void)state;
    struct job job = {.cell = "w/s/glibc", .workload = "w", .strategy = "s", .backing = "glibc"};
    struct record_samples samples = {calloc(10000, sizeof *samples.list), 10000};
    for (size_t i = 0; i < samples.count; i++)
        samples.list[i] = (struct record_sample){1001 + i, i == 7777 ? 5000 : 100 + i % 2};
    json_t *record = measured(), *rss = json_object_get(record, "rss"), *sample;
    json_object_set_new(record, "clock_end_ns", json_integer(20000));
    assert_null(record_complete(record, &job, &samples, 0));
    size_t i;
    json_int_t highest = 0;
    assert_in_range(json_array_size(json_object_get(rss, "samples")), 100, 512);
    json_array_foreach(json_object_get(rss, "samples"), i, sample) {
        json_int_t bytes = json_integer_value(json_array_get(sample, 1));
        highest = bytes > highest ? bytes : highest;
    }
    assert_int_equal(4900, highest);
    json_decref(record);
    free(samples.list);
}

// ------------------------------------------------------------------------------------------ folder
struct folder {
    char dir[64], path[128];
};

static void folder_new(struct folder *f) {
    snprintf(f->dir, sizeof f->dir, "/tmp/heapbench-record-test-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
}

static const char *folder_path(struct folder *f, const char *name) {
    snprintf(f->path, sizeof f->path, "%s/%s", f->dir, name);
    return f->path;
}

static void folder_put(struct folder *f, const char *name, const char *text) {
    FILE *file = fopen(folder_path(f, name), "a");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void folder_free(struct folder *f) {
    unlink(folder_path(f, "run.json"));
    unlink(folder_path(f, "records.ndjson"));
    unlink(folder_path(f, "records.damaged"));
    rmdir(folder_path(f, "spool"));
    assert_int_equal(0, rmdir(f->dir)); // nothing else was left behind
}

static json_t *record(const char *cell, int block, int order) {
    return json_pack("{s:i,s:s,s:i,s:i,s:s}", "schema", 1, "cell", cell, "block", block, "order",
                     order, "outcome", "ok");
}

static void add(struct store *store, const char *cell, int block, int order) {
    json_t *r = record(cell, block, order);
    assert_int_equal(0, store_add(store, r));
    json_decref(r);
}

static void test_store(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    struct store *store = store_create(f.dir, json_pack("{s:i}", "schema", 1), error, sizeof error);
    assert_non_null(store);
    assert_null(store_create(f.dir, json_object(), error, sizeof error)); // it is not empty now
    add(store, "a", 0, 0);
    add(store, "b", 0, 1);
    assert_true(store_has(store, "a", 0));
    assert_false(store_has(store, "a", 1));
    assert_true(store_fold(store, error, sizeof error));
    add(store, "a", 1, 2);
    store_free(store); // as if it had crashed here: one record in the spool

    store = store_open(f.dir, error, sizeof error);
    assert_int_equal(3, json_array_size(store->records));
    assert_int_equal(0, store->damaged.count + store->duplicated);
    assert_true(store_fold(store, error, sizeof error));
    store_free(store);
    folder_free(&f);
}

static void test_damage(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    struct store *store = store_create(f.dir, json_object(), error, sizeof error);
    add(store, "a", 0, 0);
    assert_true(store_fold(store, error, sizeof error));
    folder_put(&f, "spool/0000000.json",
               "{\"schema\":1,\"cell\":\"a\",\"block\":0,\"outcome\":\"ok\"}");
    folder_put(&f, "spool/0000001.json", "");
    folder_put(&f, "spool/0000002.json.tmp", "{\"sch");
    folder_put(&f, "records.ndjson", "{\"schema\":1,\"cell\":\"b\",\"block\":0}\n{\"sche");
    store_free(store);

    store = store_open(f.dir, error, sizeof error);
    assert_int_equal(1, json_array_size(store->records));
    char *damaged = names_join(&store->damaged, " "); // not the temporary
    assert_string_equal("records.ndjson:2 records.ndjson:3 spool/0000001.json:1", damaged);
    free(damaged);
    assert_int_equal(1, store->duplicated);
    assert_true(store_fold(store, error, sizeof error));
    store_free(store);

    store = store_open(f.dir, error, sizeof error);
    assert_int_equal(1, json_array_size(store->records));
    assert_int_equal(0, store->damaged.count + store->duplicated);
    store_free(store);
    folder_free(&f);
}

// A record is a line of records.ndjson, however its file in the spool is laid out.
static void test_laid_out(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    struct store *store = store_create(f.dir, json_object(), error, sizeof error);
    folder_put(&f, "spool/0000000.json",
               "{\"schema\":1,\n \"cell\":\"a\",\n \"block\":0,\"steps\":7,\n"
               " \"outcome\":\"ok\", \"none\": null}\n");
    add(store, "b", 0, 1);
    assert_true(store_fold(store, error, sizeof error));
    store_free(store);

    store = store_open(f.dir, error, sizeof error);
    assert_int_equal(2, json_array_size(store->records));
    assert_int_equal(0, store->damaged.count);
    const json_t *first = json_array_get(store->records, 0);
    assert_string_equal("a", text_member(first, "cell"));
    assert_int_equal(7, json_integer_value(json_object_get(first, "steps")));
    store_free(store);
    folder_free(&f);
}

// A folder in the place of a file cannot be read, not even by root.
static void test_unreadable(void **state) {
    (void)state;
    static const char *const names[] = {"records.ndjson", "spool/0000009.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct folder f;
        char error[512];
        folder_new(&f);
        struct store *store = store_create(f.dir, json_object(), error, sizeof error);
        add(store, "a", 0, 0);
        assert_int_equal(0, mkdir(folder_path(&f, names[i]), 0777));
        assert_false(store_fold(store, error, sizeof error));
        assert_non_null(strstr(error, names[i]));
        assert_int_equal(0, access(folder_path(&f, "spool/0000000.json"), F_OK));
        store_free(store);
        assert_null(store_open(f.dir, error, sizeof error));
        assert_non_null(strstr(error, "cannot read"));
        rmdir(folder_path(&f, names[i]));
        unlink(folder_path(&f, "spool/0000000.json"));
        folder_free(&f);
    }
}

static void test_fewer(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    struct store *store = store_create(f.dir, json_object(), error, sizeof error);
    add(store, "a", 0, 0);
    add(store, "b", 0, 1);
    assert_true(store_fold(store, error, sizeof error));
    add(store, "c", 0, 2);
    unlink(folder_path(&f, "records.ndjson"));
    assert_false(store_fold(store, error, sizeof error));
    assert_non_null(strstr(error, "holds 1 records, and 3 were known"));
    assert_int_equal(0, unlink(folder_path(&f, "spool/0000002.json")));
    store_free(store);
    folder_free(&f);
}

static void test_foreign(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    store_free(store_create(f.dir, json_object(), error, sizeof error));
    folder_put(&f, "records.ndjson",
               "{\"schema\":2,\"cell\":\"b\",\"block\":0,\"outcome\":\"ok\"}\n");
    assert_null(store_open(f.dir, error, sizeof error));
    assert_non_null(strstr(error, "records.ndjson:1: a record of schema 2"));
    unlink(folder_path(&f, "run.json"));
    folder_put(&f, "run.json", "{\"schema\": 2}");
    assert_null(store_open_manifest(f.dir, error, sizeof error));
    assert_non_null(strstr(error, "not of schema 1"));
    folder_free(&f);
}

static void test_locked(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    assert_int_equal(0, mkdir(folder_path(&f, "spool"), 0777)); // of a run that was killed at once
    struct store *store = store_create(f.dir, json_object(), error, sizeof error);
    assert_non_null(store);
    assert_null(store_create(f.dir, json_object(), error, sizeof error));
    assert_non_null(strstr(error, "another heapbench is running there"));
    assert_null(store_open(f.dir, error, sizeof error));
    store_free(store);
    folder_free(&f);
}

static void test_no_run(void **state) {
    (void)state;
    struct folder f;
    char error[512];
    folder_new(&f);
    assert_null(store_open(f.dir, error, sizeof error));
    assert_non_null(strstr(error, "no folder of a run"));
    folder_put(&f, "run.json", "{\"schema\":");
    assert_null(store_open(f.dir, error, sizeof error));
    assert_non_null(strstr(error, "is damaged: line 1"));
    folder_free(&f);
}

// ----------------------------------------------------------------------------------------- numbers
static void test_units(void **state) {
    (void)state;
    assert_string_equal("87 ns", si_time(87).text);
    assert_string_equal("12.3 us", si_time(12345).text);
    assert_string_equal("1 ms", si_time(999999).text);
    assert_string_equal("1.23 s", si_time(1.2345e9).text);
    assert_string_equal("3 min 20 s", si_time(200e9).text);
    assert_string_equal("1 h 55 min", si_time(6900e9).text);
    assert_string_equal("4.5 MB", si_bytes(4.5e6).text);
    assert_string_equal("-100 kB", si_bytes(-1e5).text);
    assert_string_equal("0 B", si_bytes(0).text);
    assert_string_equal("1.2 M/s", si_rate(1.2e6).text);
    assert_string_equal("9999", si_count(9999).text);
    assert_string_equal("12.3 k", si_count(12345).text);
    assert_string_equal("3.4 %", si_percent(0.034).text);
    assert_string_equal("-", si_time(0.0 / 0.0).text);
    assert_int_equal(3, table_width("±10"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_average),  cmocka_unit_test(test_thinned),
        cmocka_unit_test(test_store),    cmocka_unit_test(test_damage),
        cmocka_unit_test(test_laid_out), cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_fewer),    cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_locked),   cmocka_unit_test(test_no_run),
        cmocka_unit_test(test_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
