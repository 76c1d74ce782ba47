// reading_test.c - what SQL sees of a record (read/reading.h, read/members.h).

#include "read/reading.h"
#include "sql.h"

// In 'latency' 20 of 40 values are 100 ns, 10 are 200 and 10 are 1000.
static const char record_text[] =
    "{'steps': 40, 'name': 'x', 'deep': {'a': 1.5, 'b.c': 2, 'd': {'e.f': 3}}, 'empty': {},"
    "'latency': {'count': 40, 'sum_ns': 14000, 'min_ns': 100, 'max_ns': 1000,"
    "  'buckets': [[100, 20], [200, 10], [1000, 10]]},"
    "'pauses': {'a': {'count': 2, 'sum_ns': 30, 'min_ns': 10, 'max_ns': 20,"
    "  'buckets': [[10, 1], [20, 1]], 'freed': 7},"
    "  'b': {'count': 20, 'sum_ns': 1000, 'min_ns': 50, 'max_ns': 50, 'buckets': [[50, 20]]}},"
    "'wrong': {'count': 3, 'sum_ns': 1, 'min_ns': 1, 'max_ns': 1, 'buckets': [[1, 1]]}}";

static void expressions_read_a_record(void **state) {
    const struct {
        const char *expression, *answer;
    } cases[] = {
        {"field('steps') / 3", "13.3333333333333"}, // a quotient is never a whole number
        {"field('deep.a')", "1.5"},
        {"field('deep.b.c') + field('deep.d.e.f')", "5.0"}, // names may hold dots
        {"field('none')", "-"},
        {"field('deep.none')", "-"},
        {"field('name')", "-"}, // not a number
        {"field('deep.a') / field('none')", "-"},
        {"field('deep.a') / (field('steps') - 40)", "-"},
        {"text('name') || coalesce(text('steps'), '?')", "x?"},
        {"(select sum(value) from members('deep') where typeof(value) = 'real')", "1.5"},
        {"(select group_concat(key) from members('deep'))", "a,b.c,d"},
        {"(select sum(c0 * c1) from members('latency.buckets') where key > 0)", "12000"},
        {"(select count(*) from members('none'))", "0"},
        {"(select count(*) from members('steps'))", "0"},
        {"field('steps', 'none', 'deep.a')", "41.5"}, // what is there
        {"field('none', 'name')", "-"},
        {"percentile('latency', 50)", "100.0"},
        {"percentile('latency', 75)", "200.0"},
        {"percentile('latency', 90)", "-"}, // 4 of 40 lie above
        {"percentile('latency', 100)", "1000.0"},
        // of 14000 ns 2000 were spent in values of 100, 2000 in those of 200, the rest in 1000
        {"percentile_by_time('latency', 14)", "100.0"},
        {"percentile_by_time('latency', 28)", "200.0"},
        {"percentile_by_time('latency', 50)", "1000.0"},
        {"percentile_by_time('empty', 50)", "-"},
        {"total('latency') / count_of('latency')", "350.0"},
        {"count_of('pauses')", "22.0"}, // both kinds
        {"total('pauses')", "1030.0"},
        {"percentile('pauses', 50)", "50.0"},
        {"percentile('pauses.a', 50)", "-"},
        {"percentile('pauses.a', 100)", "20.0"},
        {"percentile('pauses.c', 100)", "-"},
        {"count_of('pauses.c')", "-"},
        {"count_of('empty')", "0.0"}, // measured, and there was none
        {"percentile('empty', 100)", "-"},
        {"count_of('wrong')", "-"},
        {"length(merged('latency', null))", "13"}, // count, sum, least, most and three buckets
        {"merged('empty', null)", "-"},
    };
    sqlite3 *db = *state;
    char *text = strdup(record_text);
    for (char *quote = text; (quote = strchr(quote, '\''));)
        *quote = '"';
    static const char other_text[] = "{\"steps\": 1}";
    struct parser *parser = parser_new(), *others = parser_new();
    struct parsed record = parser_read(parser, text, strlen(text));
    struct parsed other = parser_read(others, other_text, strlen(other_text));
    struct reading *reading = reading_new(db);
    assert_non_null(record.document);
    for (int again = 0; again < 2; again++) { // the second time after another record
        reading_set(reading, record);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            char *sql = text_format("select %s", cases[i].expression);
            sql_expect(db, sql, cases[i].answer);
            free(sql);
        }
        reading_set(reading, other);
        sql_expect(db, "select field('steps'), count_of('pauses'), total('latency')", "1.0 - -");
    }
    parser_free(parser);
    parser_free(others);
    free(text);
}

// Names count, and those of members of members; values do not, nor does where else the names were.
static void names_are_new_once(void **state) {
    sqlite3 *db = *state;
    struct reading *reading = reading_new(db);
    struct parser *parser = parser_new();
    static const struct {
        const char *record, *unseen;
    } cases[] = {{"{\"a\":{\"x\":1,\"y\":{\"p\":1}},\"l\":[{\"name\":\"one\"}]}", "1 1 1"},
                 {"{\"a\":{\"x\":2,\"y\":{\"p\":3}},\"l\":[{\"name\":\"one\",\"v\":1}]}", "0 0 0"},
                 {"{\"a\":{\"x\":2,\"y\":{\"q\":3}},\"l\":[{\"name\":\"two\"}]}", "1 1 0"},
                 {"{\"a\":{\"xy\":2,\"\":{\"p\":3}},\"b\":{\"x\":0}}", "1 1 1"},
                 {"{\"a\":{\"x\":1,\"y\":{\"p\":1}}}", "0 0 0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sql_record(reading, parser, cases[i].record);
        sql_expect(db, "select unseen('a'), unseen('l'), unseen('b')", cases[i].unseen);
    }
    parser_free(parser);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(expressions_read_a_record, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(names_are_new_once, sql_open_run, sql_close),
    };
    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
