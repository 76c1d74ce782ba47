// percentiles_test.c - of which cells there are files, and what is in one.

#include "base/latency.h"
#include "base/sparse.h"
#include "read/percentiles.h"
#include "sql.h"

#include <dirent.h>
#include <unistd.h>

// Two of the base matrix, one of a preset and one of neither; a fifth has no latencies.
static const char cells[] =
    "insert into cell(id, key, base) values (1, 'w/a/g', 1), (2, 'w/b/g', 1), (3, 'w[x=1]/a/g', 0),"
    " (4, 'w[x=2]/a/g', 0), (5, 'v/a/g', 1);"
    "insert into preset(workload, name, cell) values ('w', 'one', 3);"
    "insert into latency select id, ?1 from cell where id < 5";

static void fill(sqlite3 *db) {
    // 3 values: twice 100 ns and once 200, as in base/sparse.h
    uint64_t words[] = {3, 400, 100, 200, latency_bucket(100), 2, latency_bucket(200), 1};
    const struct sparse s = {words, sizeof words / sizeof *words, 0};
    size_t bytes;
    void *packed = sparse_pack(&s, &bytes);
    const char *sql = cells;
    for (sqlite3_stmt *statement = NULL; *sql; sqlite3_finalize(statement)) {
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, &sql), SQLITE_OK);
        sqlite3_bind_blob(statement, 1, packed, (int)bytes, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    }
    free(packed);
}

// Writes the files, removes them, and returns how many there were.
static int written(const struct store *store, sqlite3 *db, int64_t most) {
    char *folder = text_format("%s/percentiles", store->dir);
    int count = 0;
    assert_int_equal(percentiles_write(store, db, most), 0);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (*entry->d_name != '.') {
            char *path = text_format("%s/%s", folder, entry->d_name),
                 *text = text_read_file(path, NULL);
            count += strstr(text, "1.000000000000          3") &&
                     strstr(text, "Total count    =            3");
            unlink(path);
            free(text);
            free(path);
        }
    closedir(dir);
    rmdir(folder);
    free(folder);
    return count;
}

static void of_many_cells_some_have_a_file(void **state) {
    char dir[] = "/tmp/percentiles_test.XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct store *store = store_spool(dir);
    fill(*state);
    assert_int_equal(written(store, *state, 4), 4);
    assert_int_equal(written(store, *state, 3), 3);
    store_free(store);
    rmdir(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_many_cells_some_have_a_file, sql_open_run, sql_close),
    };
    return cmocka_run_group_tests_name("percentiles", tests, NULL, NULL);
}
