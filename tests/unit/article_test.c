// article_test.c - sentences: every claim about one can hold, miss and be missing, by planted
// figures, and the verdict of the sentence follows.

#include "judge/claims_judge.h"
#include "model/claims.h"
#include "sql.h"

static const char tables[] =
    "create table cell(id integer primary key, key text unique);"
    "create view cells as select *, '' strategy, id place from cell;"
    "create table trait(strategy, name); create table metric(name, place, source, unit);"
    "create table measured(cell, block, metric, value, primary key(cell, block, metric));";

// The claims stated in an empty run, whose metrics are all that they are about.
static sqlite3 *stated(const json_t *claims) {
    char error[1024];
    sqlite3 *db = sql_open();
    size_t i;
    json_t *claim;
    sql_run(db, tables);
    sql_run_file(db, "results/limits.sql");
    json_array_foreach(json_object_get(claims, "claims"), i, claim) {
        char *sql = sqlite3_mprintf("insert into metric(name) values (%Q), (%Q)",
                                    text_member(claim, "figure"), text_member(claim, "per"));
        sql_run(db, sql);
        sqlite3_free(sql);
    }
    if (!claims_state(claims, db, error, sizeof error))
        fail_msg("%s", error);
    return db;
}

// Plants figures of six blocks, so that what the claim is about is `ratio`.
static void plant(sqlite3 *db, int claim, double ratio) {
    char *sql = sqlite3_mprintf(
        "insert or ignore into cell(key) select ours from limited where id = %d union select "
        "against "
        "from limited where id = %d and against is not null;"
        "create temp table planted as select k.id cell, block.value block, m.name metric, "
        "  iif(m.name = l.figure and k.key = l.ours, %.9g * coalesce(l.against_number, 1), 1) * "
        "  iif(m.name = l.figure, coalesce(l.per_number, 1), 1) value "
        "from limited l join cell k on k.key in (l.ours, l.against) "
        "join (select name from metric union select name from metric) m on m.name in (l.figure, "
        "l.per) "
        "join json_each('[0,1,2,3,4,5]') block where l.id = %d;"
        "insert or replace into measured select * from planted; drop table planted",
        claim, claim, ratio, claim);
    sql_run(db, sql);
    sqlite3_free(sql);
}

static char *asked(sqlite3 *db, const char *format, int claim) {
    sqlite3_stmt *s;
    char *sql = text_format(format, claim);
    assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &s, NULL));
    assert_int_equal(SQLITE_ROW, sqlite3_step(s));
    const char *text = (const char *)sqlite3_column_text(s, 0);
    char *copy = text_format("%s", text ? text : "");
    sqlite3_finalize(s);
    free(sql);
    return copy;
}

static void expect(sqlite3 *db, int claim, const char *verdict, const char *of_sentence) {
    sql_run(db,
            "drop table if exists paired; drop table if exists differing; create temp table paired "
            "as select * from limit_pair");
    sql_run_file(db, "results/differ.sql");
    char *one = asked(db, "select verdict from limit_verdict where id = %d", claim);
    char *all =
        asked(db,
              "select v.verdict from sentence_verdict v join limited l on l.sentence = v.id "
              "where l.id = %d",
              claim);
    assert_string_equal(verdict, one);
    if (of_sentence)
        assert_string_equal(of_sentence, all);
    free(one);
    free(all);
}

// Of each claim of the article's in turn: nothing measured, then a figure that keeps to the limit,
// then one that does not.
static void test_every_claim_can_fail(void **state) {
    (void)state;
    char error[1024];
    json_t *claims = claims_load("article", NULL, error, sizeof error);
    if (!claims)
        fail_msg("%s", error);
    size_t count = json_array_size(json_object_get(claims, "claims"));
    assert_in_range(count, 16, 1000);
    for (size_t i = 0; i < count; i++) {
        const json_t *claim = json_array_get(json_object_get(claims, "claims"), i);
        const json_t *most = json_object_get(claim, "at_most");
        double limit = json_number_value(most ? most : json_object_get(claim, "at_least"));
        double off = limit ? 0.5 * limit * (limit < 0 ? -1 : 1) : 0.5;
        bool bounds = json_is_true(json_object_get(claim, "bounds"));
        sqlite3 *db = stated(claims);
        expect(db, (int)i + 1, "missing", "not measured in this run");
        plant(db, (int)i + 1, most ? limit - off : limit + off);
        expect(db, (int)i + 1, "holds", NULL);
        plant(db, (int)i + 1, most ? limit + off : limit - off);
        expect(db, (int)i + 1, "misses", bounds ? NULL : "does not hold");
        sqlite3_close(db);
    }
    json_decref(claims);
}

// A sentence with two claims and one that bounds it.
static void test_sentence(void **state) {
    (void)state;
    json_t *claims = json_loads("{\"sentences\": [{\"id\": \"s\", \"says\": \"so\"}], \"claims\": ["
                                "{\"sentence\": \"s\", \"what\": \"a\", \"figure\": \"f\", "
                                "\"ours\": \"a/b/c\", \"at_least\": 1},"
                                "{\"sentence\": \"s\", \"what\": \"b\", \"figure\": \"g\", "
                                "\"ours\": \"a/b/c\", \"at_most\": 1},"
                                "{\"sentence\": \"s\", \"bounds\": true, \"what\": \"c\", "
                                "\"figure\": \"h\", \"ours\": \"a/b/c\", \"at_most\": 1}]}",
                                0, NULL);
    sqlite3 *db = stated(claims);
    plant(db, 3, 0.5);
    expect(db, 3, "holds", "not measured in this run");
    plant(db, 1, 2);
    expect(db, 1, "holds", "partly measured");
    plant(db, 2, 0.5);
    expect(db, 2, "holds", "holds, with a limit");
    plant(db, 3, 2);
    expect(db, 3, "misses", "holds");
    sql_run(db, "update measured set value = 2 where metric = 'g' and block > 2");
    expect(db, 2, "open", "not resolved");
    plant(db, 1, 0.5);
    expect(db, 1, "misses", "does not hold");
    sqlite3_close(db);
    json_decref(claims);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_claim_can_fail),
                                       cmocka_unit_test(test_sentence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
