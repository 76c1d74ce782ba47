// metrics_test.c - what metrics.sql reads out of a record, on one whose answers were worked out by hand.

#include "read/reading.h"
#include "sql.h"

// 20000 responses: 12000 of 10 ns, 7850 of 20, 140 of 30, 10 of 40.
static const char recorded[] =
    "{\"steps\":20000,"
    "\"metered\":{\"10ms\":{\"p50_ns\":1,\"p99_ns\":11,\"p999_ns\":12,\"max_ns\":13},"
    "\"100ms\":{\"p99_ns\":21,\"p999_ns\":22},\"1s\":{\"p99_ns\":31,\"p999_ns\":32},"
    "\"whole\":{\"p99_ns\":41,\"p999_ns\":42}},"
    "\"response\":{\"count\":20000,\"sum_ns\":281600,\"min_ns\":10,\"max_ns\":40,"
    "\"buckets\":[[10,12000],[20,7850],[30,140],[40,10]]},"
    "\"latency\":{\"count\":1,\"sum_ns\":7,\"min_ns\":7,\"max_ns\":7,\"buckets\":[[7,1]]},"
    "\"backlog\":{\"mean_ns\":5,\"max_ns\":6,\"end_ns\":4,\"saturated\":1},"
    "\"mmu\":[[1000000,0.5,0.4,0.3,0.2],[10000000,0.6,0.55,0.45,0.35],[100000000,0.7,0.65,0.6,0.58]"
    "],"
    // step, asked for, held objects and bytes, memory, resident, live objects and bytes, unused
    "\"marks\":[[10,1000,30,2000000,3000000,4000000,20,1500000,400000],"
    "[20,2000,31,2500000,3600000,3400000,21,500000,500000]],"
    "\"drag\":{\"mean_bytes\":51,\"p50_bytes\":52,\"p99_bytes\":53,\"max_bytes\":54,\"unreleased_"
    "bytes\":55,"
    "\"floating_mean_bytes\":56},"
    "\"floating\":{\"average_bytes\":61,\"peak_bytes\":62,\"average_objects\":63,\"peak_objects\":"
    "64},"
    "\"leaked_bytes\":30,\"counters\":{\"bytes_allocated\":120}}";

// Less was live than 1 MiB, and what is unused is not known.
static const char small[] = "{\"marks\":[[10,1000,30,2000000,3000000,4000000,20,1048575,null]]}";

static void expect(sqlite3 *db, const char *record, const char *const (*answers)[2], size_t count) {
    struct reading *reading = reading_new(db);
    sql_run_file(db, "results/metrics.sql");
    struct parser *parser = parser_new();
    sql_record(reading, parser, record);
    for (size_t i = 0; i < count; i++)
        sql_expect_metric(db, answers[i][0], answers[i][1]);
    parser_free(parser);
}
#define EXPECT(DB, RECORD, ANSWERS) expect(DB, RECORD, ANSWERS, sizeof(ANSWERS) / sizeof *(ANSWERS))

static void of_an_open_loop(void **state) {
    static const char *const answers[][2] = {
        {"response_p50_ns", "10.0"}, {"response_p99_ns", "20.0"},   {"response_p999_ns", "30.0"},
        {"response_max_ns", "40.0"}, {"response_mean_ns", "14.08"}, {"backlog_mean_ns", "5.0"},
        {"backlog_max_ns", "6.0"},   {"saturated", "1.0"},          {"latency_max_ns", "7.0"}};
    EXPECT(*state, recorded, answers);
}

static void of_windows(void **state) {
    static const char *const answers[][2] = {{"metered_10ms_p99_ns", "11.0"},
                                             {"metered_10ms_p999_ns", "12.0"},
                                             {"metered_100ms_p99_ns", "21.0"},
                                             {"metered_100ms_p999_ns", "22.0"},
                                             {"metered_1s_p99_ns", "31.0"},
                                             {"metered_1s_p999_ns", "32.0"},
                                             {"metered_whole_p99_ns", "41.0"},
                                             {"metered_whole_p999_ns", "42.0"},
                                             {"bmu_1ms", "0.4"},
                                             {"bmu_10ms", "0.55"},
                                             {"bmu_100ms", "0.65"},
                                             {"bmu_wall_10ms", "0.35"}};
    EXPECT(*state, recorded, answers);
}

// The footprint is 7400000 / 2000000, not the mean of 4 / 1.5 and 3.4 / 0.5.
static void of_memory(void **state) {
    static const char *const answers[][2] = {{"live_average_bytes", "1000000.0"},
                                             {"live_peak_bytes", "1500000"},
                                             {"rss_marks_bytes", "3700000.0"},
                                             {"footprint_average", "3.7"},
                                             {"heap_beyond_held_bytes", "1050000.0"},
                                             {"heap_headers_bytes", "600000.0"},
                                             {"heap_unused_bytes", "450000.0"},
                                             {"rss_beyond_heap_bytes", "400000.0"},
                                             {"floating_average_bytes", "61.0"},
                                             {"floating_peak_bytes", "62.0"},
                                             {"leaked_share", "0.25"}};
    EXPECT(*state, recorded, answers);
}

static void of_little_memory(void **state) {
    static const char *const unknown[][2] = {{"live_peak_bytes", "1048575"},
                                             {"footprint_average", "-"},
                                             {"heap_headers_bytes", "-"},
                                             {"heap_unused_bytes", "-"},
                                             {"heap_beyond_held_bytes", "1000000.0"}};
    EXPECT(*state, small, unknown);
}

static void of_drag(void **state) {
    static const char *const answers[][2] = {
        {"drag_mean_bytes", "51.0"},       {"drag_p50_bytes", "52.0"},
        {"drag_p99_bytes", "53.0"},        {"drag_max_bytes", "54.0"},
        {"drag_unreleased_bytes", "55.0"}, {"drag_floating_bytes", "56.0"}};
    EXPECT(*state, recorded, answers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_an_open_loop, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(of_windows, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(of_memory, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(of_little_memory, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(of_drag, sql_open_run, sql_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
