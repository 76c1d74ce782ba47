// parsed_test.c - what is read of a JSON text: every kind of value, whole or not at all.

#include "base/text.h"
#include "store/parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct parsed read_text(struct parser *parser, const char *text) {
    return parser_read(parser, text, strlen(text));
}

// A value in words: kinds by a letter, members by their names.
static void show(struct parsed value, FILE *out) {
    int64_t integer;
    double number = 0;
    enum parsed_kind kind = parsed_kind(value);
    if (kind == PARSED_INTEGER && parsed_integer(value, &integer))
        fprintf(out, "i%lld", (long long)integer);
    else if (parsed_number(value, &number))
        fprintf(out, "r%g", number);
    else if (kind == PARSED_TEXT)
        fprintf(out, "t%s", parsed_text(value));
    else if (kind == PARSED_BOOLEAN)
        fputs(parsed_true(value) ? "yes" : "no", out);
    else if (kind == PARSED_NONE)
        fputs("none", out);
    if (kind != PARSED_ARRAY && kind != PARSED_OBJECT)
        return;
    fputs(kind == PARSED_ARRAY ? "[" : "{", out);
    for (struct parsed_walk walk = parsed_first(value); walk.there; parsed_next(&walk)) {
        fprintf(out, " %s%s", walk.name ? walk.name : "", walk.name ? ":" : "");
        show(walk.value, out);
    }
    fputs(kind == PARSED_ARRAY ? " ]" : " }", out);
}

static void expect(const char *json, const char *wanted) {
    struct parser *parser = parser_new();
    struct text text;
    text_open(&text);
    show(read_text(parser, json), text.file);
    text_close(&text);
    assert_string_equal(text.data, wanted);
    text_free(&text);
    parser_free(parser);
}

static void values_are_what_they_say(void **state) {
    (void)state;
    expect(
        "{\"a\": [1, -2, [], {}], \"b\": {\"c\": \"x\\n\\u00e9\\\"\", \"d\": true}, \"e\": null, "
        "\"f\": false}",
        "{ a:[ i1 i-2 [ ] { } ] b:{ c:tx\n\xc3\xa9\" d:yes } e:none f:no }");
    expect("[0, -0, 999999999999999999, 9223372036854775807, -9223372036854775808]",
           "[ i0 i0 i999999999999999999 i9223372036854775807 i-9223372036854775808 ]");
    expect("[9223372036854775808, 1.5, -2e3, 1e2]", "[ r9.22337e+18 r1.5 r-2000 r100 ]");
    expect(" 12", "i12");
    expect("\"\"", "t");
}

static void what_is_no_json_is_none(void **state) {
    static const char *const wrong[] = {"",
                                        "{",
                                        "{\"a\":1",
                                        "{\"a\" 1}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\":1}}",
                                        "{\"a\":1}x",
                                        "[1,]",
                                        "[1 2]",
                                        "{\"a\":01}",
                                        "{\"a\":1-2}",
                                        "{\"a\":tru}",
                                        "{a:1}",
                                        "\"\xff\"",
                                        "\"\\ud800x\\\"",
                                        "{\"a\":1.}",
                                        "{\"a\":\"b}",
                                        "[1]/*c*/"};
    (void)state;
    struct parser *parser = parser_new();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (parsed_kind(read_text(parser, wrong[i])) != PARSED_NONE)
            fail_msg("%s is no JSON", wrong[i]);
    assert_int_equal(parsed_kind(read_text(parser, "{\"a\":1}")), PARSED_OBJECT);
    parser_free(parser);
}

static void a_member_is_found_by_its_whole_name(void **state) {
    (void)state;
    struct parser *parser = parser_new();
    struct parsed whole =
        read_text(parser, "{\"ab\": {\"a\": 1}, \"abc\": [7], \"a\": \"2\", \"a\": \"3\"}");
    int64_t integer = 5;
    double number = 5;
    assert_string_equal(parsed_text(parsed_member(whole, "a", 1)), "2");
    assert_int_equal(parsed_kind(parsed_member(whole, "abc", 3)), PARSED_ARRAY);
    assert_null(parsed_member(whole, "b", 1).document);
    assert_null(parsed_member(parsed_member(whole, "abc", 3), "a", 1).document);
    assert_false(parsed_integer(parsed_member(whole, "a", 1), &integer) ||
                 parsed_number(parsed_member(whole, "b", 1), &number));
    assert_true(integer == 5 && number == 5);
    assert_null(parsed_text(parsed_member(whole, "ab", 2)));
    parser_free(parser);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_what_they_say),
        cmocka_unit_test(what_is_no_json_is_none),
        cmocka_unit_test(a_member_is_found_by_its_whole_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
