// scenario_test.c - scenarios as they are read: every member, and what is said of every slip.

#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct scenario *parse(const char *text, char *error, size_t bytes) {
    json_error_t problem;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        fail_msg("%s: %s", problem.text, text);
    struct scenario *s = scenario_parse(json, "F", error, bytes);
    json_decref(json);
    return s;
}

static struct scenario *good(const char *text) {
    char error[1024] = "";
    struct scenario *s = parse(text, error, sizeof error);
    if (!s)
        fail_msg("%s", error);
    return s;
}

// A scenario of one phase "p" with these members fails with a line that starts and goes on like
// this.
static void bad(const char *members, const char *start, const char *within) {
    char error[2048] = "", text[1024];
    snprintf(text, sizeof text,
             "{\"phases\": [{\"name\": \"p\", %s}, {\"name\": \"q\", \"build\": {\"into\": \"s\", "
             "\"shape\": \"node\"}}]}",
             members);
    struct scenario *s = parse(text, error, sizeof error);
    if (s)
        fail_msg("accepted: %s", members);
    if (strncmp(error, start, strlen(start)) != 0 || !strstr(error, within) || strchr(error, '\n'))
        fail_msg("%s\n  got      %s\n  expected %s ... %s", members, error, start, within);
}

static void test_every_member_of_build(void **state) {
    (void)state;
    struct scenario *s = good(
        "{\"doc\": \"d\", \"phases\": [{\"name\": \"a\", \"steps\": 7, \"do\": ["
        "{\"build\": {\"into\": \"s\", \"shape\": \"node\", \"count\": 3, \"slots\": 4, "
        "\"payload\": [16, 48], "
        "\"items\": \"int\", \"item_payload\": 8, \"refer\": \"s\", \"keep_newest\": 9}},"
        "{\"build\": {\"shape\": \"ring\", \"nodes\": 5, \"cyclic\": 0.5, \"count\": {\"from\": 1, "
        "\"to\": 9}}},"
        "{\"build\": {\"into\": \"t\", \"shape\": \"list\", \"length\": 6, \"items\": \"atom\"}},"
        "{\"build\": {\"shape\": \"atom\", \"payload\": 12, \"interned\": true, \"values\": 100}},"
        "{\"build\": {\"shape\": \"atom\", \"payload\": {\"from\": 16, \"to\": 1073741824}, "
        "\"count\": {\"share\": 0.25, \"of\": \"s\"}}}]}]}");
    assert_int_equal(s->count, 1);
    assert_int_equal(s->phases[0].steps, 7);
    assert_int_equal(s->phases[0].count, 5);
    assert_int_equal(s->sets.count, 2);
    assert_false(s->phases[0].releases);
    const struct scenario_action *a = s->phases[0].actions;
    assert_int_equal(a[0].set, 0);
    assert_int_equal(a[0].refer, 0);
    assert_int_equal(a[0].what, SCENARIO_NODE);
    assert_int_equal(a[0].slots, 4);
    assert_int_equal(a[0].items, SCENARIO_INT);
    assert_int_equal(a[0].payload.count, 2);
    assert_int_equal(a[0].payload.list[1], 48);
    assert_int_equal(a[0].item_payload.list[0], 8);
    assert_int_equal(a[0].keep_newest, 9);
    assert_true(a[0].count.from == 3 && a[0].count.to == 3 && a[0].count.of == -1);
    assert_int_equal(a[1].what, SCENARIO_SHAPES + SHAPE_RING);
    assert_int_equal(a[1].nodes, 5);
    assert_true(a[1].cyclic == 0.5 && a[1].count.from == 1 && a[1].count.to == 9);
    assert_int_equal(a[1].set, -1);
    assert_int_equal(a[2].length, 6);
    assert_true(a[3].interned);
    assert_int_equal(a[3].values, 100);
    assert_int_equal(a[4].payload.count, 0);
    assert_true(a[4].payload.low == 16 && a[4].payload.high == 1 << 30);
    assert_true(a[4].count.share == 0.25 && a[4].count.of == 0);
    scenario_free(s);
}

static void test_every_other_verb(void **state) {
    (void)state;
    struct scenario *s = good(
        "{\"phases\": [{\"name\": \"start\", \"setup\": true, \"chain\": {\"in\": \"c\", \"also\": "
        "\"s\", "
        "\"count\": 5, \"slots\": 2, \"payload\": 8}},"
        "{\"repeat\": 2, \"phases\": [{\"name\": \"x\", \"do\": ["
        "{\"drop\": \"s\"}, {\"drop\": {\"from\": \"s\", \"keep_one_of\": 100}},"
        "{\"drop\": {\"from\": \"s\", \"keep_newest\": 4}}, {\"drop\": {\"from\": \"s\", "
        "\"oldest\": 3}},"
        "{\"drop\": {\"from\": \"s\", \"newest\": 2}}, {\"drop\": {\"from\": \"s\", \"random\": "
        "1}},"
        "{\"touch\": {\"set\": \"s\", \"how\": \"store\", \"order\": \"in_turn\", \"payload\": 3}},"
        "{\"shuffle\": \"s\"}, {\"idle\": 0.5}, {\"collect\": 1}, {\"freeze\": true},"
        "{\"build\": {\"shape\": \"ring\", \"guarded\": 0.5}}, {\"finalize\": {}},"
        "{\"finalize\": {\"count\": 2, \"shape\": \"ring\", \"nodes\": 3}}]}]}]}");
    assert_int_equal(s->count, 3);
    assert_int_equal(s->setup_count, 1);
    assert_string_equal(s->phases[1].name, "x");
    assert_string_equal(s->phases[2].name, "x.2");
    assert_true(s->phases[1].releases && s->phases[2].releases && !s->phases[0].releases);
    const struct scenario_action *a = s->phases[2].actions;
    assert_true(a[0].all);
    assert_int_equal(a[1].keep_one_of, 100);
    assert_false(a[1].all);
    assert_int_equal(a[2].keep_newest, 4);
    assert_true(a[3].oldest.from == 3 && a[4].newest.from == 2 && a[5].random.from == 1);
    assert_int_equal(a[6].how, SCENARIO_STORE);
    assert_int_equal(a[6].order, SCENARIO_IN_TURN);
    assert_true(a[8].seconds == 0.5);
    assert_int_equal(a[9].generation, 1);
    assert_true(a[10].on);
    assert_true(a[11].guarded == 0.5 && a[11].count.from == 1);
    assert_true(a[12].count.from == 0 && a[12].count.to == 0 && a[12].set < 0);
    assert_true(a[13].count.from == 2 && a[13].nodes == 3);
    assert_int_equal(s->phases[0].actions[0].also, 1);
    assert_int_equal(scenario_phase_steps(s, 0, 0.001), 1);
    assert_int_equal(scenario_phase_steps(s, 0, 12.4), 12);
    scenario_free(s);
}

static void test_slips_in_an_action(void **state) {
    (void)state;
    static const char *const build = "F: phase 'p': build: ";
    bad("\"build\": {\"shape\": \"node\", \"payloud\": 3}", build,
        "no member 'payloud': did you mean 'payload'?");
    bad("\"build\": {\"into\": \"s\"}", build, "\"shape\": accepted: a value: it is needed here");
    bad("\"build\": {\"shape\": \"rnig\"}", build, "no shape 'rnig': did you mean 'ring'?");
    bad("\"build\": {\"shape\": \"node\", \"slots\": 4096}", build,
        "\"slots\": accepted: a whole number from 0 to 4095");
    bad("\"build\": {\"shape\": \"ring\", \"nodes\": 2.5}", build,
        "\"nodes\": accepted: a whole number from 1 to 100000");
    bad("\"build\": {\"shape\": \"node\", \"payload\": 1073741825}", build, "from 0 to 1073741824");
    bad("\"build\": {\"shape\": \"node\", \"payload\": [16, \"x\"]}", build,
        "\"payload\": accepted: bytes from 0");
    bad("\"build\": {\"shape\": \"node\", \"payload\": {\"from\": 9, \"to\": 3}}", build,
        "\"payload\": accepted: bytes, a list");
    bad("\"build\": {\"shape\": \"node\", \"payload\": []}", build,
        "\"payload\": accepted: bytes, a list");
    bad("\"build\": {\"shape\": \"node\", \"count\": -1}", build,
        "\"count\": accepted: a number from 0 to 100000000");
    bad("\"build\": {\"shape\": \"node\", \"count\": {\"share\": 0.5}}", build,
        "\"count\": accepted: a number, {\"from\"");
    bad("\"build\": {\"shape\": \"node\", \"count\": {\"share\": 2, \"of\": \"s\"}}", build,
        "a share from 0 to 1");
    bad("\"churn\": {\"shape\": \"node\"}",
        "F: phase 'p': churn: ", "\"into\": accepted: a value: it is needed here");
    bad("\"drop\": {\"from\": \"s\", \"older_than\": 0}",
        "F: phase 'p': drop: ", "\"older_than\": accepted: a whole number from 1");
    bad("\"build\": {\"shape\": \"node\", \"into\": 3}", build,
        "\"into\": accepted: the name of a set");
    bad("\"build\": {\"shape\": \"node\", \"length\": 3}", build, "only with \"shape\": \"list\"");
    bad("\"build\": {\"shape\": \"list\", \"slots\": 3}", build, "only with \"shape\": \"node\"");
    bad("\"build\": {\"shape\": \"list\", \"payload\": 3}", build,
        "\"payload\": accepted: nothing");
    bad("\"build\": {\"shape\": \"node\", \"nodes\": 3}", build, "only with a shape that has some");
    bad("\"build\": {\"shape\": \"atom\", \"items\": \"int\"}", build,
        "\"items\": accepted: only with");
    bad("\"build\": {\"shape\": \"ring\", \"refer\": \"s\"}", build,
        "\"refer\": accepted: only with");
    bad("\"build\": {\"shape\": \"node\", \"interned\": true}", build,
        "\"interned\": accepted: only with \"shape\": \"atom\"");
    bad("\"build\": {\"shape\": \"atom\", \"interned\": 1}", build,
        "\"interned\": accepted: true or false");
    bad("\"build\": {\"shape\": \"atom\", \"values\": 9, \"payload\": 4}", build, "8 to 256 bytes");
    bad("\"build\": {\"shape\": \"atom\", \"values\": 9, \"payload\": {\"from\": 8, \"to\": 9}}",
        build, "\"payload\": accepted: bytes");
    bad("\"build\": {\"shape\": \"node\", \"keep_newest\": 9}", build, "only with \"into\": SET");
    bad("\"build\": {\"shape\": \"ring\", \"cyclic\": 1.5}", build,
        "\"cyclic\": accepted: a number from 0 to 1");
    bad("\"build\": {\"shape\": \"list\", \"guarded\": 1}", build,
        "\"guarded\": accepted: only with \"shape\": \"node\"");
    bad("\"build\": {\"shape\": \"node\", \"guarded\": 2}", build,
        "\"guarded\": accepted: a number from 0 to 1");
    bad("\"finalize\": {\"into\": \"s\"}", "F: phase 'p': finalize: ", "no member 'into'");
    bad("\"build\": 3", build, "accepted: an object with count, payload, shape");
    bad("\"chain\": {\"count\": 3}", "F: phase 'p': chain: ", "\"in\": accepted: a value");
    bad("\"drop\": {\"from\": \"s\", \"oldest\": 3, \"newest\": 3}",
        "F: phase 'p': drop: ", "one of all, keep_one_of");
    bad("\"drop\": {\"form\": \"s\"}", "F: phase 'p': drop: ", "did you mean 'from'?");
    bad("\"touch\": {\"set\": \"s\", \"how\": \"look\"}", "F: phase 'p': touch: ", "no how 'look'");
    bad("\"idle\": {\"seconds\": 1, \"virtual\": 2}",
        "F: phase 'p': idle: ", "\"virtual\": accepted: true or false");
    bad("\"idle\": -1", "F: phase 'p': idle: ", "\"seconds\": accepted: a number from 0 to 3600");
    bad("\"collect\": 3",
        "F: phase 'p': collect: ", "\"generation\": accepted: a whole number from 0 to 2");
    bad("\"freeze\": \"on\"", "F: phase 'p': freeze: ", "\"on\": accepted: true or false");
}

static void test_slips_in_a_phase(void **state) {
    (void)state;
    bad("\"biuld\": {}", "F: phase 'p': ", "no member 'biuld': did you mean 'build'?");
    bad("\"steps\": 0, \"collect\": 2",
        "F: phase 'p': ", "\"steps\": accepted: a whole number from 1");
    bad("\"steps\": 3",
        "F: phase 'p': ", "does nothing: accepted: one of build, churn, chain, drop");
    bad("\"do\": [{\"collect\": 2, \"idle\": 1}]",
        "F: phase 'p': ", "\"do\": accepted: a list of actions");
    bad("\"do\": [{\"colect\": 2}]", "F: phase 'p': ", "did you mean 'collect'?");
    bad("\"drop\": \"sett\"", "F: ", "no set that is built into 'sett'");
    bad("\"fork\": 1, \"collect\": 2", "F: phase 'p': ", "\"fork\": accepted: true or false");
    bad("\"setup\": 1, \"collect\": 2", "F: phase 'p': ", "\"setup\": accepted: true or false");
}

// A whole file and the line that it is refused with.
static void whole(const char *text, const char *expected) {
    char error[2048] = "";
    struct scenario *s = parse(text, error, sizeof error);
    if (s || !strstr(error, expected))
        fail_msg("%s\n  got      %s\n  expected %s", text, s ? "accepted" : error, expected);
}

static void test_slips_in_a_file(void **state) {
    (void)state;
#define NODE "\"build\": {\"into\": \"s\", \"shape\": \"node\"}"
    whole("[]", "F: \"phases\": accepted: an object with them");
    whole("{\"phasse\": []}", "F: no member 'phasse': did you mean 'phases'?");
    whole("{\"phases\": []}", "F: \"phases\": accepted: [{\"name\"");
    whole("{\"phases\": [3]}", "F: phase 1: \"phases\": accepted: a list of objects");
    whole("{\"phases\": [{" NODE "}]}", "F: phase 1: \"name\": accepted: a name of small letters");
    whole("{\"phases\": [{\"name\": \"A b\", " NODE "}]}",
          "phase 'A b': \"name\": accepted: a name of small");
    whole("{\"phases\": [{\"name\": \"a\", " NODE "}, {\"name\": \"a\", " NODE "}]}",
          "a name of its own");
    whole("{\"phases\": [{\"name\": \"setup\", " NODE "}]}", "none of setup, steps");
    whole("{\"phases\": [{\"name\": \"a\", \"setup\": true, " NODE "}]}",
          "one at least that is not part of the set-up");
    whole("{\"phases\": [{\"name\": \"a\", " NODE "}, {\"name\": \"b\", \"setup\": true, " NODE
          "}]}",
          "phase 'b': \"setup\": accepted: true or false, and true only before");
    whole("{\"phases\": [{\"repeat\": 0, \"phases\": [{\"name\": \"a\", " NODE "}]}]}",
          "\"repeat\": accepted: a whole number");
    whole("{\"phases\": [{\"repeat\": 2, \"name\": \"r\", \"phases\": [{\"name\": \"a\", " NODE
          "}]}]}",
          "no member 'name'");
    whole("{\"phases\": [{\"repeat\": 2, \"phases\": [{\"repeat\": 2, \"phases\": [{\"name\": "
          "\"a\", " NODE "}]}]}]}",
          "no repetition inside another");
    whole("{\"cannot\": \"nothing forks\"}", "F: cannot be run yet: nothing forks");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_member_of_build), cmocka_unit_test(test_every_other_verb),
        cmocka_unit_test(test_slips_in_an_action), cmocka_unit_test(test_slips_in_a_phase),
        cmocka_unit_test(test_slips_in_a_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
