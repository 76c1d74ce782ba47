// load_test.c - records become rows: what a record has, what it lacks, and what is left out.

#include "base/file.h"
#include "base/text.h"
#include "read/functions.h"
#include "read/load.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

// JSON in C, with ' for ". A new string.
static char *json(const char *text) {
    char *copy = strdup(text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return copy;
}

// All values of an answer, columns and rows joined by spaces; NULL is "-". A new string.
static char *ask(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement;
    struct text text;
    const char *between = "";
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    text_open(&text);
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++, between = " ") {
            const char *value = (const char *)sqlite3_column_text(statement, i);
            fprintf(text.file, "%s%s", between, value ? value : "-");
        }
    text_close(&text);
    sqlite3_finalize(statement);
    return text.data;
}

static void expect(sqlite3 *db, const char *sql, const char *answer) {
    char *got = ask(db, sql);
    assert_string_equal(got, answer);
    free(got);
}

// --------------------------------------------------------------------------------------- functions
static void aggregates_of_a_column(void **state) {
    (void)state;
    sqlite3 *db;
    sqlite3_open(":memory:", &db);
    functions_register(db);
    sqlite3_exec(db, "create table t(n, x)", NULL, NULL, NULL);
    expect(db, "select median(x), low(x), high(x) from t", "- - -");
    sqlite3_exec(db, "insert into t values (1, 5), (1, null), (2, 8), (2, 2)", NULL, NULL, NULL);
    expect(db, "select median(x), low(x), high(x) from t group by n", "5.0 - - 5.0 2.0 8.0");
    sqlite3_exec(db,
                 "delete from t; with recursive r(i) as (select 0 union all select i + 1 from r "
                 "where i < 12) insert into t select 1, i * 5 % 13 from r",
                 NULL, NULL, NULL);
    expect(db, "select median(x), low(x), high(x) from t", "6.0 2.0 10.0");
    expect(db, "select coverage(7), coverage(1), coverage(null), coverage(-3)", "0.984375 - - -");
    sqlite3_close(db);
}

// ------------------------------------------------------------------------------------------- a run
struct run {
    char dir[64];
};

static void run_file(const struct run *run, const char *name, const char *text) {
    char *path = text_format("%s/%s", run->dir, name), *quoted = json(text);
    assert_int_equal(file_write_whole(path, quoted, strlen(quoted)), 0);
    free(quoted);
    free(path);
}

static int run_make(void **state) {
    struct run *run = calloc(1, sizeof *run);
    strcpy(run->dir, "/tmp/load_test.XXXXXX");
    *state = run;
    return !mkdtemp(run->dir);
}

static int run_remove(void **state) {
    struct run *run = *state;
    char *command = text_format("rm -r '%s'", run->dir);
    int status = system(command);
    free(command);
    free(run);
    return status;
}

static sqlite3 *run_load(const struct run *run) {
    char error[256] = "";
    sqlite3 *db = load_run(run->dir, error, sizeof error);
    if (!db)
        fail_msg("%s", error);
    return db;
}

static const char manifest[] =
    "{'schema': 1, 'seed': 7, 'blocks': 2, 'heap_limit_bytes': 0, 'build': {'commit': 'abc'},"
    "'strategies': {'two': {'summary': 's', 'traits': ['moves'], 'tunables': ["
    "  {'name': 'limit', 'unit': 'objects', 'doc': 'd', 'default': 20},"
    "  {'name': 'shape', 'unit': '', 'doc': 'e', 'default': 1, 'choices': ['flat', 'deep']}]},"
    "  'one': {'summary': 'o', 'traits': [], 'tunables': []}},"
    "'workloads': {'w': {'summary': 'q', 'step_is': 'one', 'params': []}},"
    "'counters': [{'name': 'freed', 'unit': 'objects', 'doc': 'objects freed'}],"
    "'pauses': [{'label': 'full', 'doc': 'all'}],"
    "'cells': [{'key': 'w/one/g', 'workload': 'w', 'params': '', 'strategy': 'one', 'tunables': '',"
    "           'backing': 'g'},"
    "  {'key': 'w/two[limit=9]/g', 'workload': 'w', 'params': '', 'strategy': 'two',"
    "   'tunables': 'limit=9', 'backing': 'g'},"
    "  {'key': 'w/two/g', 'workload': 'w', 'params': '', 'strategy': 'two', 'tunables': '',"
    "   'backing': 'g'}],"
    "'sweeps': [{'workload': 'w', 'params': '', 'strategy': 'two', 'tunables': '', 'backing': 'g',"
    "  'axis': 'limit', 'kind': 'tunable', 'points': [[9, '9', 'w/two[limit=9]/g'],"
    "                                                 [20, '20', 'w/two/g']]}],"
    "'presets': [{'workload': 'w', 'name': 'p', 'doc': 'd', 'params': '', 'backing': 'g',"
    "  'cells': [['two[old]', 'w/two[limit=9]/g']]}],"
    "'variants': [{'name': 'nine', 'settings': 'limit=9', 'cells': [['w/two[limit=9]/g', "
    "'w/two/g']]}],"
    "'grids': [{'workload': 'w', 'strategy': 'two', 'axes': ['limit', 'heap'],"
    "  'points': [['w/two[limit=9]/g', [9, '9'], [0, 'off']]]}]}";

#define RECORD(CELL, BLOCK, OUTCOME, MORE)                                                         \
    "{'schema': 1, 'cell': '" CELL "', 'block': " BLOCK ", 'outcome': '" OUTCOME "'" MORE "}\n"
#define STEPS ", 'steps_planned': 40, 'steps': 40, 'seed': 7"

static void records_become_rows(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json", manifest);
    run_file(
        run, "records.ndjson",
        RECORD("w/one/g", "0", "ok",
               STEPS
               ", 'wall_ns': 80, 'counters': {'freed': 3, 'new': 4}, "
               "'observed': '0xa', 'pauses': {}, 'rss': {'peak_bytes': 9, 'samples': [[1, 2]]}, "
               "'environment': {'cpu': 'c', 'cpus': 2, 'load1': 0.5}")
            RECORD("w/one/g", "1", "ok",
                   STEPS ", 'wall_ns': 40, 'observed': '0xa', "
                         "'backing_figures': {'end': {'in use': 5, 'a.b': 6}}")
                RECORD("w/two/g", "0", "crashed",
                       ", 'detail': 'signal 11', 'steps_planned': 40, 'steps': 9")
                    RECORD("w/two[limit=9]/g", "0", "ok",
                           STEPS ", 'observed': '0xb', 'pause_events': "
                                 "[[10, 7, 'full', 1]], 'backing': 'g', 'backing_library': "
                                 "{'version': '1', 'file': 'f'}"));
    sqlite3 *db = run_load(run);
    expect(db, "select value from value where metric = 'steps_per_second' order by invocation",
           "500000000.0 1000000000.0");
    expect(db, "select count(*) from value where metric = 'cpu_ns_per_step'", "0");
    expect(db,
           "select value, metric from value where metric in ('freed', 'new', 'pause_count', "
           "'pause_full_count', 'backing_end_in_use', 'backing_end_a.b') order by metric",
           "6.0 backing_end_a.b 5.0 backing_end_in_use 3.0 freed 4.0 new 0.0 pause_count");
    expect(db, "select unit, source from metric where name in ('freed', 'new') order by name",
           "objects counter  counter");
    expect(db, "select n, median, low, high from figure where metric = 'steps_per_second'",
           "2 750000000.0 500000000.0 1000000000.0");
    expect(db, "select n, median, low, high from figure where metric = 'freed'", "1 3.0 - -");
    expect(db, "select count(*) from figure join cell on id = cell where key = 'w/two/g'", "0");
    expect(db, "select outcome, detail, steps, observed from invocation where outcome <> 'ok'",
           "crashed signal 11 9 -");
    expect(db, "select kind, x, y, label, extra from series order by kind",
           "pause 10.0 7.0 full 1.0 rss 1.0 2.0 - -");
    expect(db, "select library from invocation where library is not null", "g 1 (f)");
    expect(db, "select cpu, cpus, kernel from machine where cpu is not null", "c 2 -");
    expect(db, "select value from run where name in ('records', 'strays', 'damaged') order by name",
           "0 4 0");
    sqlite3_close(db);
}

// Two marks: [step, asked, objects and bytes held, memory of the heap, resident, objects and bytes live, memory with nothing in it].
// Floating are 200 and 400 bytes, headers 900 and 300, free cells 100 and 200, slack 300 and -100; all add up to 2000000 and 1000800.
#define LARGE                                                                                      \
    ", 'marks': [[10, 3000000, 5, 1998700, 1999700, 2000000, 4, 1998500, 100], [20, 4000000, 3, "  \
    "1000400, 1000900, 1000800, 2, 1000000, 200]]"
#define SMALL ", 'marks': [[10, 30, 5, 10, 20, 20, 4, 8], [20, 40, 3, 10, 20, 20, 2, 8]]"
#define UNTOLD ", 'marks': [[10, null, null, null, 20, 20], [20, null, null, null, 20, 20]]"

static void marks_tell_what_memory_is_made_of(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok",
                    STEPS LARGE ", 'floating': {'average_bytes': 300}, 'leaked_bytes': 50, "
                                "'counters': {'bytes_allocated': 200}, 'drag': {'mean_bytes': 7.5, "
                                "'p99_bytes': 30, 'curve': [[50, 6], [99, 30]]}")
                 RECORD("w/two/g", "0", "ok", STEPS SMALL)
                     RECORD("w/two[limit=9]/g", "0", "ok", STEPS UNTOLD));
    sqlite3 *db = run_load(run);
    expect(db,
           "select cast(value as integer) from value where invocation = 1 and metric in "
           "('live_average_bytes', 'live_peak_bytes', 'floating_average_bytes', "
           "'heap_beyond_held_bytes', 'heap_headers_bytes', 'heap_unused_bytes', "
           "'rss_beyond_heap_bytes', 'rss_marks_bytes') order by metric",
           "300 750 600 150 1499250 1998500 100 1500400");
    expect(db, "select printf('%.5f', value) from value where metric = 'footprint_average'",
           "1.00077"); // 3000800 / 2998500; of less than 1 MiB it is unknown
    expect(db,
           "select metric, value from value where metric like 'drag%' or metric = 'leaked_share' "
           "order by metric",
           "drag_mean_bytes 7.5 drag_p99_bytes 30.0 leaked_share 0.25");
    expect(db,
           "select count(*) from value where invocation = 3 and (metric like '%live%' or metric "
           "like '%beyond_held%' or metric like 'rss_marks%') or invocation = 2 and metric like "
           "'heap_u%'",
           "0");
    expect(db, "select label, y from series where x = 4e6 and extra = x order by label",
           "heap 1000900.0 held 1000400.0 live 1000000.0 rss 1000800.0 unused 200.0");
    expect(db, "select x, y from series where kind = 'drag' order by x", "50.0 6.0 99.0 30.0");
    expect(db, "select value from fact where name = 'live_peak_bytes'", "1998500");
    sqlite3_close(db);
}

// 10, 3 and 1 of each generation in all, of which 4, 2 and 1 were the set-up's.
static void what_the_setup_did_is_taken_off(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok",
                    STEPS ", 'counters': {'collections_gen0': 10, 'collections_gen1': 3, "
                          "'collections_gen2': 1, 'objects_collected': 50}, 'setup_counters': "
                          "{'collections_gen0': 4, 'collections_gen1': 2, 'collections_gen2': 1, "
                          "'objects_collected': 8}"));
    sqlite3 *db = run_load(run);
    expect(db,
           "select metric, value from value where metric in ('collections', 'collected_objects') "
           "order by metric",
           "collected_objects 42.0 collections 7.0");
    sqlite3_close(db);
}

static void the_plan_becomes_rows(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok", STEPS ", 'observed': '0xa', 'graph': '0xf'")
                 RECORD("w/one/g", "1", "ok", STEPS ", 'observed': '0xa'") RECORD(
                     "w/two[limit=9]/g", "0", "ok", STEPS ", 'observed': '0xb', 'graph': '0xf'"));
    sqlite3 *db = run_load(run);
    expect(db, "select key from cell where base order by place", "w/one/g w/two/g");
    expect(db,
           "select key, strategy, tunables, build, steps, seed, heap_limit_bytes from cells "
           "where key like '%9%'",
           "w/two[limit=9]/g two limit=9 abc 40 7 0");
    expect(db, "select steps from cells where key = 'w/two/g'", "-"); // it never ran
    expect(db, "select name, style from strategy", "one 1 two 2");
    expect(db, "select name, fallback, label, choices from setting order by place",
           "limit 20.0 20 0 shape 1.0 deep 1");
    expect(db, "select axis, value, s.label, key from sweep s join cell on cell.id = s.cell",
           "limit 9.0 9 w/two[limit=9]/g limit 20.0 20 w/two/g");
    expect(
        db,
        "select name, settings, o.key, u.key, v.place from variant v join cell o on o.id = v.cell "
        "join cell u on u.id = usual",
        "nine limit=9 w/two[limit=9]/g w/two/g 1");
    expect(db,
           "select grid, axis, name, value, label, key from grid_point g join cell on "
           "cell.id = g.cell order by axis",
           "0 0 limit 9.0 9 w/two[limit=9]/g 0 1 heap 0.0 off w/two[limit=9]/g");
    expect(db, "select name, label, key from preset p join cell on cell.id = p.cell",
           "p two[old] w/two[limit=9]/g");
    expect(db, "select key, field, answer, most from disagreement",
           "w/two[limit=9]/g observed 0xb 0xa");
    expect(db, "select f.name, f.value from fact f", "graph 0xf observed 0xa");
    sqlite3_close(db);
}

static void what_is_no_record_of_the_plan_is_left_out(void **state) {
    const struct run *run = *state;
    char *spool = text_format("%s/spool", run->dir);
    assert_int_equal(mkdir(spool, 0777), 0);
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok",
                    ", 'steps': 1") "{'schema': 1, 'cell': 'w/one/g', 'blo\n" RECORD("w/one/g", "0",
                                                                                     "ok",
                                                                                     ", 'steps': 2")
                 RECORD("w/three/g", "0", "ok", ", 'steps': 3") RECORD("w/two/g", "0", "odd", ""));
    run_file(run, "spool/0000001.json", RECORD("w/one/g", "1", "ok", ", 'steps': 4"));
    run_file(run, "spool/0000002.json", RECORD("w/one/g", "1", "ok", ", 'steps': 5"));
    sqlite3 *db = run_load(run);
    expect(db, "select value from value where metric = 'steps' order by value", "1.0 4.0");
    expect(db,
           "select name, value from run where name in ('damaged', 'duplicates', 'records', "
           "'strays')",
           "damaged 1 duplicates 2 records 3 strays 1");
    expect(db, "select outcome from invocation where outcome <> 'ok'", "failed");
    sqlite3_close(db);
    free(spool);
}

// Names become a part of SQL, so they must not end it.
static void names_may_hold_quotes(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok",
                    ", 'counters': {'a\\'b)': 1}, 'backing_figures': {'end': "
                    "{'c\\'': 2}}, 'pauses': {'d\\'': {'count': 1, 'sum_ns': 9, 'min_ns': 9, "
                    "'max_ns': 9, 'buckets': [[9, 1]]}}"));
    sqlite3 *db = run_load(run);
    expect(db,
           "select metric, value from value where metric like '%\"%' and metric not like '%total%' "
           "order by metric",
           "a\"b) 1.0 backing_end_c\" 2.0 pause_d\"_count 1.0 pause_d\"_max_ns 9.0");
    sqlite3_close(db);
}

// A manifest and records of the first version had no more than this.
static void old_runs_load(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json",
             "{'schema': 1, 'cells': [{'key': 'w/one/g', 'workload': 'w', 'params': "
             "'', 'strategy': 'one', 'tunables': '', 'backing': 'g'}]}");
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok",
                    ", 'steps': 5, 'counters': {'freed': 1}, 'pauses': {'full': "
                    "{'count': 1, 'sum_ns': 9, 'min_ns': 9, 'max_ns': 9, 'buckets': [[9, 1]]}}"));
    sqlite3 *db = run_load(run);
    expect(db, "select metric, value from value where metric not like 'pause%' order by metric",
           "freed 1.0 steps 5.0");
    expect(db, "select value from value where metric = 'pause_full_max_ns'", "9.0");
    expect(db, "select seed, build, steps from cells", "-  5");
    sqlite3_close(db);
}

// ------------------------------------------------------------------------------------------ run.db
static ino_t file_number(const struct run *run) {
    struct stat s;
    char *path = text_format("%s/run.db", run->dir);
    ino_t number = stat(path, &s) ? 0 : s.st_ino;
    free(path);
    return number;
}

static void run_db_is_made_again_when_records_changed(void **state) {
    const struct run *run = *state;
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson", RECORD("w/one/g", "0", "ok", ""));
    sqlite3_close(run_load(run));
    ino_t first = file_number(run);
    sqlite3 *db = run_load(run);
    assert_true(first != 0 && file_number(run) == first);
    struct run alias;
    snprintf(alias.dir, sizeof alias.dir, "//tmp/%s", strrchr(run->dir, '/') + 1);
    sqlite3_close(run_load(&alias));
    assert_true(file_number(run) == first); // whatever its folder is called
    assert_int_equal(sqlite3_exec(db, "delete from cell", NULL, NULL, NULL), SQLITE_READONLY);
    run_file(run, "records.ndjson",
             RECORD("w/one/g", "0", "ok", "") RECORD("w/one/g", "1", "ok", ""));
    sqlite3 *again = run_load(run);
    assert_true(file_number(run) != first);
    expect(db, "select count(*) from invocation", "1"); // a reader keeps what it opened
    expect(again, "select count(*) from invocation", "2");
    sqlite3_close(db);
    sqlite3_close(again);
    char *spool = text_format("%s/spool", run->dir);
    assert_int_equal(mkdir(spool, 0777), 0);
    free(spool);
    run_file(run, "spool/0000009.json", RECORD("w/two/g", "0", "ok", ""));
    db = run_load(run);
    expect(db, "select count(*) from invocation", "3");
    sqlite3_close(db);
}

// Root may write to any folder, so the test takes away the disk.
static void without_a_disk_the_database_is_in_memory(void **state) {
    const struct run *run = *state;
    struct rlimit before, none;
    run_file(run, "run.json", manifest);
    run_file(run, "records.ndjson", RECORD("w/one/g", "0", "ok", ""));
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){0, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    sqlite3 *db = run_load(run);
    setrlimit(RLIMIT_FSIZE, &before);
    expect(db, "select count(*) from invocation", "1");
    assert_int_equal(sqlite3_exec(db, "delete from cell", NULL, NULL, NULL), SQLITE_READONLY);
    // what the page, claims and compare add
    sqlite3_exec(db, "create temp table twice as select 2 * median(block) n from invocation", NULL,
                 NULL, NULL);
    expect(db, "select n from twice", "0.0");
    sqlite3_close(db);
    assert_int_equal(file_number(run), 0);
}

static void a_folder_that_is_no_run_is_refused(void **state) {
    const struct run *run = *state;
    char error[256] = "";
    assert_null(load_run(run->dir, error, sizeof error));
    assert_non_null(strstr(error, "is no folder of a run"));
    run_file(run, "run.json", "{'schema': ");
    assert_null(load_run(run->dir, error, sizeof error));
    assert_non_null(strstr(error, run->dir));
    assert_null(strchr(error, '\n'));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aggregates_of_a_column),
        cmocka_unit_test_setup_teardown(marks_tell_what_memory_is_made_of, run_make, run_remove),
        cmocka_unit_test_setup_teardown(records_become_rows, run_make, run_remove),
        cmocka_unit_test_setup_teardown(what_the_setup_did_is_taken_off, run_make, run_remove),
        cmocka_unit_test_setup_teardown(the_plan_becomes_rows, run_make, run_remove),
        cmocka_unit_test_setup_teardown(what_is_no_record_of_the_plan_is_left_out, run_make,
                                        run_remove),
        cmocka_unit_test_setup_teardown(names_may_hold_quotes, run_make, run_remove),
        cmocka_unit_test_setup_teardown(old_runs_load, run_make, run_remove),
        cmocka_unit_test_setup_teardown(run_db_is_made_again_when_records_changed, run_make,
                                        run_remove),
        cmocka_unit_test_setup_teardown(without_a_disk_the_database_is_in_memory, run_make,
                                        run_remove),
        cmocka_unit_test_setup_teardown(a_folder_that_is_no_run_is_refused, run_make, run_remove),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
