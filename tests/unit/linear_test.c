// linear_test.c - what SQLite does to load a run, and to compare its cells for a page, grows as the
// records do: by the operations of its machine, which no other program slows down.

#include "read/load.h"
#include "show/question.h"
#include "sql.h"

#include <stdio.h>
#include <unistd.h>

enum { STRATEGIES = 4, WORKLOADS = 3, EVERY = 50 }; // EVERY: operations to a count

static int linear_count(void *operations) {
    *(long *)operations += EVERY;
    return 0;
}

static long operations; // of all connections; sqlite3_auto_extension passes nothing on

static int linear_watch(sqlite3 *db, const char **error, const struct sqlite3_api_routines *api) {
    (void)error, (void)api;
    sqlite3_progress_handler(db, EVERY, linear_count, &operations);
    return SQLITE_OK;
}

static FILE *linear_file(const char *dir, const char *name) {
    char *path = text_format("%s/%s", dir, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    free(path);
    return file;
}

static void linear_manifest(const char *dir, int copies, int blocks) {
    FILE *out = linear_file(dir, "run.json");
    fprintf(out, "{\"schema\":1,\"seed\":1,\"blocks\":%d,\"strategies\":{", blocks);
    for (int s = 0; s < STRATEGIES; s++)
        fprintf(out, "%s\"s%d\":{\"summary\":\"\",\"traits\":[],\"tunables\":[]}", s ? "," : "", s);
    fprintf(out, "},\"workloads\":{");
    for (int w = 0; w < WORKLOADS; w++)
        fprintf(out, "%s\"w%d\":{\"summary\":\"\",\"step_is\":\"\",\"params\":[]}", w ? "," : "",
                w);
    fprintf(out, "},\"cells\":[");
    for (int i = 0; i < copies * STRATEGIES * WORKLOADS; i++)
        fprintf(out,
                "%s{\"key\":\"%d\",\"workload\":\"w%d\",\"params\":\"\",\"strategy\":\"s%d\","
                "\"tunables\":\"%s%.0d\",\"backing\":\"g\"}",
                i ? "," : "", i, i % WORKLOADS, i / WORKLOADS % STRATEGIES,
                i < STRATEGIES * WORKLOADS ? "" : "copy=", i / (STRATEGIES * WORKLOADS));
    fprintf(out, "]}");
    fclose(out);
}

static void linear_record(FILE *out, int cell, int block) {
    unsigned ns = 1000 + (unsigned)(cell * 131 + block * 17) % 500;
    fprintf(out,
            "{\"schema\":1,\"cell\":\"%d\",\"block\":%d,\"outcome\":\"ok\",\"steps_planned\":20,"
            "\"steps\":20,\"seed\":1,\"wall_ns\":%u,\"cpu_user_ns\":%u,\"cpu_system_ns\":0,"
            "\"leaked_bytes\":0,\"rss\":{\"peak_bytes\":%u},\"latency\":{\"count\":20,"
            "\"sum_ns\":%u,\"min_ns\":%u,\"max_ns\":%u,\"buckets\":[[%u,20]]},"
            "\"phases\":[{\"name\":\"setup\",\"steps\":1}],\"environment\":{\"host\":\"h%d\"}}\n",
            cell, block, 20 * ns, 20 * ns, 4096 * ns, 20 * ns, ns, ns, ns, block % 4);
}

static void linear_remove(const char *dir) {
    static const char *const names[] = {"run.json", "records.ndjson", "run.db"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = text_format("%s/%s", dir, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(dir);
}

// Operations for a run of so many times twelve configurations and so many blocks.
static long linear_cost(int copies, int blocks) {
    char dir[] = "/tmp/linear_test.XXXXXX", error[512];
    assert_non_null(mkdtemp(dir));
    linear_manifest(dir, copies, blocks);
    FILE *out = linear_file(dir, "records.ndjson");
    for (int block = 0; block < blocks; block++)
        for (int cell = 0; cell < copies * STRATEGIES * WORKLOADS; cell++)
            linear_record(out, cell, block);
    fclose(out);
    operations = 0;
    sqlite3 *db = load_run(dir, error, sizeof error);
    if (!db)
        fail_msg("%s", error);
    assert_true(questions_prepare(db));
    long count = operations;
    char *records = text_format("%d", copies * blocks * STRATEGIES * WORKLOADS);
    sql_expect(db, "select count(*) from invocation", records);
    free(records);
    sqlite3_close(db);
    linear_remove(dir);
    return count;
}

enum { DEAR = 6500 }; // operations for a record; 4500 to 5600 were seen, and 14000 of a bad plan

// The second half of the records may cost what the first did, and a sixteenth more for deeper trees.
static void expect_linear(int copies, int blocks, bool more_blocks) {
    int records = copies * blocks * STRATEGIES * WORKLOADS;
    long quarter =
        linear_cost(more_blocks ? copies : copies / 4, more_blocks ? blocks / 4 : blocks);
    long half = linear_cost(more_blocks ? copies : copies / 2, more_blocks ? blocks / 2 : blocks);
    long whole = linear_cost(copies, blocks), first = 2 * (half - quarter), second = whole - half;
    if (second * 16 > first * 17)
        fail_msg("%ld operations for %d records, %ld for so many more", first, records / 2, second);
    if (second > (long)DEAR * (records / 2))
        fail_msg("%ld operations for a record", second / (records / 2));
}

static void blocks_cost_what_they_are(void **state) {
    (void)state;
    expect_linear(1, 64, true);
}

static void configurations_cost_what_they_are(void **state) {
    (void)state;
    expect_linear(16, 4, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_cost_what_they_are),
        cmocka_unit_test(configurations_cost_what_they_are),
    };
    sqlite3_auto_extension((void (*)(void))linear_watch);
    return cmocka_run_group_tests_name("linear", tests, NULL, NULL);
}
