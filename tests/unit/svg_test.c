// svg_test.c - gnuplot's pictures made small, in the page's colours and with names.

#include "base/text.h"
#include "show/svg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct svg_series series[] = {{11, "refcount[old]", "12 ns <best>"}, {20, "lua", ""}};

// What is left of the elements of a picture.
static char *compact(const char *elements, struct svg_seen *seen, struct svg_size *size) {
    char *svg = text_format(
        "<?xml version=\"1.0\"?>\n<svg \n viewBox=\"0 0 380 236\"\n>\n<title>Gnuplot</title>\n"
        "<desc>Produced by GNUPLOT</desc>\n<defs><circle id='gpDot' r='0.5'/></defs>\n%s\n</svg>\n",
        elements);
    struct text text;
    text_open(&text);
    *size = svg_compact(svg, series, sizeof series / sizeof *series, seen, text.file);
    text_close(&text);
    free(svg);
    return text.data;
}

static void expect(const char *elements, const char *expected) {
    struct svg_seen seen = {.name = "plot"};
    struct svg_size size;
    char *got = compact(elements, &seen, &size);
    assert_string_equal(expected, got);
    assert_true(size.width == 380 && size.height == 236);
    free(got);
    names_free(&seen.texts);
}

static void attributes_that_say_nothing_go(void **state) {
    (void)state;
    expect("<g fill=\"none\" color=\"black\" stroke=\"currentColor\" stroke-width=\"1.00\" "
           "stroke-linecap=\"butt\" stroke-linejoin=\"miter\">\n<path stroke='rgb(  1,   2,   2)' "
           "class=\"gridline\" "
           "d='M54.53,224.00 L63.549,223.96  '/></g>",
           "<path stroke=\"var(--c2)\" d=\"M54.5,224 63.5,224\"/>");
    expect("<g stroke-width=\"2.00\"><polygon fill = 'rgb(  1,   2,  12)' fill-opacity = '0.2' "
           "points = '1.25,2 -0.04,3 '/></g>",
           "<g stroke-width=\"2.00\"><polygon fill=\"var(--c12)\" fill-opacity=\"0.2\" "
           "points=\"1.2,2 0,3\"/></g>");
}

static void what_shows_nothing_goes(void **state) {
    (void)state;
    expect("<g color=\"white\">\n</g>\n<g stroke-width=\"3.00\"><g>\n</g></g>"
           "<path stroke='rgb(1,2,1)' d='M5.00,6.00 '/><use xlink:href='#gpDot' x='1' y='2'/>",
           "");
}

static void a_text_and_its_place_become_one(void **state) {
    (void)state;
    expect("<g transform=\"translate(46.14,227.90)\" stroke=\"none\" fill=\"rgb(1,2,0)\" "
           "font-family=\"sans-serif\" "
           "font-size=\"11.00\"  text-anchor=\"end\">\n<text> 1 k</text>\n</g>",
           "<text transform=\"translate(46.1,227.9)\" text-anchor=\"end\">1 k</text>");
    expect("<g transform=\"translate(1.00,2.00)\"><text>refcount[old]</text></g>",
           "<text transform=\"translate(1,2)\" data-s=\"refcount\">refcount[old]</text>");
}

static void what_is_plotted_has_a_name_by_its_colour(void **state) {
    (void)state;
    expect("<g id=\"gnuplot_plot_1\" ><title>gnuplot_plot_1</title>\n<g color=\"white\" "
           "stroke=\"rgb(  1,   2,   1)\">\n</g>\n"
           "<g><use xlink:href='#gpPt6' transform='translate(54.53,172.50) scale(4.50)' "
           "color='rgb(  1,   2,  11)'/></g></g>"
           "<g id=\"gnuplot_plot_2\" ><title>gnuplot_plot_2</title><path stroke='rgb(1,2,20)' "
           "d='M1,2 L3,4'/></g>"
           "<g id=\"gnuplot_plot_3\" ><title>gnuplot_plot_3</title><path stroke='rgb(1,2,3)' "
           "d='M1,2 L3,4'/></g>",
           "<g data-s=\"refcount\"><title>refcount[old]: 12 ns &lt;best&gt;</title>"
           "<use href=\"#gpPt6\" transform=\"translate(54.5,172.5)scale(4.5)\" "
           "color=\"var(--c11)\"/></g>"
           "<g data-s=\"lua\"><title>lua</title><path stroke=\"var(--c20)\" d=\"M1,2 3,4\"/></g>"
           "<path stroke=\"var(--c3)\" d=\"M1,2 3,4\"/>");
}

static void what_was_drawn_before_is_used_again(void **state) {
    (void)state;
    static const char line[] =
        "<path stroke='rgb(1,2,3)' d='M1,2 L3,4 L5,6 L7,8 L9,10 L11,12 L13,14 L15,16'/>";
    struct svg_seen seen = {.name = "plot"};
    struct svg_size size;
    char *first = compact(line, &seen, &size), *second = compact(line, &seen, &size);
    assert_non_null(strstr(first, "<path id=\"plot-0\" stroke=\"var(--c3)\" d=\"M1,2 3,4"));
    assert_string_equal("<use href=\"#plot-0\"/>", second);
    free(first);
    free(second);
    names_free(&seen.texts);
}

static void what_is_no_picture_has_no_size(void **state) {
    (void)state;
    struct svg_seen seen = {.name = "plot"};
    assert_true(svg_compact("gnuplot: no such file", NULL, 0, &seen, stdout).width == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_that_say_nothing_go),
        cmocka_unit_test(what_shows_nothing_goes),
        cmocka_unit_test(a_text_and_its_place_become_one),
        cmocka_unit_test(what_is_plotted_has_a_name_by_its_colour),
        cmocka_unit_test(what_was_drawn_before_is_used_again),
        cmocka_unit_test(what_is_no_picture_has_no_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
