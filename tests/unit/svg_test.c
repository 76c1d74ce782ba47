// svg_test.c - gnuplot's pictures made small, in the page's colours and with names.

#include "base/text.h"
#include "show/svg.h"
#include "show/svg_join.h"

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
    svg_drop_ids(&seen, got);
    assert_string_equal(expected, got);
    assert_true(size.width == 380 && size.height == 236);
    free(got);
    svg_seen_free(&seen);
}

static void attributes_that_say_nothing_go(void **state) {
    (void)state;
    expect("<g fill=\"none\" color=\"black\" stroke=\"currentColor\" stroke-width=\"1.00\" "
           "stroke-linecap=\"butt\" stroke-linejoin=\"miter\">\n<path stroke='rgb(  1,   2,   2)' "
           "class=\"gridline\" "
           "d='M54.53,224.00 L63.549,223.96  '/></g>",
           "<path stroke=\"var(--c2)\" d=\"M54.5 224h9\"/>");
    expect(
        "<g stroke-width=\"2.00\"><polygon fill = 'rgb(  1,   2,  12)' fill-opacity = '0.150000' "
        "points = '1.25,2 -0.04,3 5,8.5 '/></g>",
        "<g stroke-width=\"2\"><path fill=\"var(--c12)\" fill-opacity=\".15\" "
        "d=\"M1 2l-1 1 5 6z\"/></g>"); // an area's corners are whole pixels
    expect("<g stroke=\"none\" shape-rendering=\"crispEdges\"><path d='M1,2 L1,3'/></g>",
           "<g class=\"f\"><path d=\"M1 2v1\"/></g>");
}

// Each point is written from the one before, so what is off would add up.
static void a_path_is_short_and_ends_where_it_did(void **state) {
    (void)state;
    expect("<path d='M56.00,28.00 L56.00,150.00 L346.00,150.00 M346.00,28.00 M56.00,28.00  '/>",
           "<path d=\"M56 28v122h290\"/>");
    expect("<path d='M1.00,2.00 L3.50,4.04\n\t\tL3.54,4.04 M10,10 L12.5,8.5 L13,8.5 L13,8 Z M0,0 "
           "L1,1'/>",
           "<path d=\"M1 2l2.5 2m6.5 6 2.5-1.5h.5v-.5zm-10-10 1 1\"/>");
    expect("<path d='M0,0 L0.3,0.3 L0.3,0.9 L1.2,0.9 L1.2,0.9'/>", "<path d=\"M0 0l.3.3v.6h.9\"/>");
}

// A point that is a tenth of a pixel off the way to the next one is not missed; a turn is.
static void points_on_the_way_are_left_out(void **state) {
    (void)state;
    expect("<path d='M0,0 L10,0.1 L20,0 L30,0 L20,0 L20,5 L30,6 L40,7.3'/>",
           "<path d=\"M0 0h30-10v5l10 1 10 1.3\"/>");
    expect("<polygon points='0,0 5,5 10,10 10,20 0,20'/>", "<path d=\"M0 0l10 10v10h-10z\"/>");
}

static void what_shows_nothing_goes(void **state) {
    (void)state;
    expect("<g color=\"white\">\n</g>\n<g stroke-width=\"3.00\"><g>\n</g></g>"
           "<path stroke='rgb(1,2,1)' d='M5.00,6.00 '/><use xlink:href='#gpDot' x='1' y='2'/>"
           "<use xlink:href='#gpPt6' transform='translate(1,2) scale(4)' color='white'/>"
           "<polygon points='69.2,55.41 137.4,55.4 235.1,55.4 137.4,55.42'/>",
           "");
}

static void a_text_and_its_place_become_one(void **state) {
    (void)state;
    expect("<g transform=\"translate(46.14,227.90)\" stroke=\"none\" fill=\"rgb(1,2,0)\" "
           "font-family=\"sans-serif\" "
           "font-size=\"11.00\"  text-anchor=\"end\">\n<text> 1 k</text>\n</g>",
           "<text x=\"46\" y=\"228\" class=\"e\">1 k</text>");
    expect("<g transform=\"translate(1.00,2.00)\"><text>refcount[old]</text></g>",
           "<text x=\"1\" y=\"2\" data-s=\"refcount\">refcount[old]</text>");
}

static void a_text_that_is_turned_stays_so(void **state) {
    (void)state;
    expect("<g transform=\"translate(1.00,2.00) rotate(-90.00)\" "
           "text-anchor=\"middle\"><text>CPU</text></g>",
           "<text transform=\"translate(1,2)rotate(-90)\" class=\"m\">CPU</text>");
}

static void what_is_plotted_has_a_name_by_its_colour(void **state) {
    (void)state;
    expect(
        "<g id=\"gnuplot_plot_1\" ><title>gnuplot_plot_1</title>\n<g color=\"white\" "
        "stroke=\"rgb(  1,   2,   1)\">\n</g>\n"
        "<g><use xlink:href='#gpPt6' transform='translate(54.53,172.50) scale(4.50)' "
        "color='rgb(  1,   2,  11)'/></g></g>"
        "<g id=\"gnuplot_plot_2\" ><title>gnuplot_plot_2</title><path stroke='rgb(1,2,20)' "
        "d='M1,2 L3,4'/></g>"
        "<g id=\"gnuplot_plot_3\" ><title>gnuplot_plot_3</title><path stroke='rgb(1,2,3)' "
        "d='M1,2 L3,4'/></g>",
        "<g data-s=\"refcount\"><title>refcount[old]: 12 ns &lt;best&gt;</title>"
        "<g color=\"var(--c11)\"><defs><use id=\"plot-6-45\" href=\"#gpPt6\" "
        "transform=\"scale(4.5)\"/></defs><use href=\"#plot-6-45\" x=\"54.5\" y=\"172.5\"/></g></g>"
        "<g data-s=\"lua\"><title>lua</title><path stroke=\"var(--c20)\" d=\"M1 2l2 2\"/></g>"
        "<path stroke=\"var(--c3)\" d=\"M1 2l2 2\"/>");
}

// A band, and the line with points that is drawn after it.
static void a_series_has_one_title_and_its_points_one_colour(void **state) {
    (void)state;
    expect(
        "<g id=\"p_plot_1\" ><g stroke=\"none\" shape-rendering=\"crispEdges\"><polygon "
        "fill='rgb(1,2,20)' "
        "points='0,0 9,0 9,9'/></g></g><g id=\"p_plot_2\" ><g stroke-width=\"1.60\"><path "
        "stroke='rgb(1,2,20)' "
        "d='M0,0 L9,0'/><use xlink:href='#gpPt4' transform='translate(0,0) scale(2)' "
        "color='rgb(1,2,20)'/>"
        "<use xlink:href='#gpPt4' transform='translate(9,0) scale(2)' "
        "color='rgb(1,2,20)'/></g></g>",
        "<g data-s=\"lua\" class=\"f\"><path fill=\"var(--c20)\" d=\"M0 0h9v9z\"/></g>"
        "<g data-s=\"lua\" class=\"l\"><title>lua</title><path stroke=\"var(--c20)\" d=\"M0 0h9\"/>"
        "<g color=\"var(--c20)\"><defs><use id=\"plot-4-20\" href=\"#gpPt4\" "
        "transform=\"scale(2.0)\"/></defs><use href=\"#plot-4-20\" x=\"0\" y=\"0\"/>"
        "<use href=\"#plot-4-20\" x=\"9\" y=\"0\"/></g></g>");
}

static void expect_joined(const char *picture, const char *wanted) {
    struct text text;
    text_open(&text);
    svg_join(picture, text.file);
    text_close(&text);
    assert_string_equal(text.data, wanted);
    text_free(&text);
}

// What comes between two groups that are alike, or is named otherwise, keeps them apart.
static void groups_that_are_alike_are_one(void **state) {
    (void)state;
    expect_joined("<g a><g b>1</g></g><g a><g b>2</g></g>", "<g a><g b>12</g></g>");
    expect_joined("<g a><g b>1</g></g><g a>2</g><g a><g c>3</g></g>",
                  "<g a><g b>1</g>2<g c>3</g></g>");
    expect_joined("<g a><g b>1</g></g><g a><title>t</title><g b>2</g></g>",
                  "<g a><g b>1</g><title>t</title><g b>2</g></g>");
    expect_joined("<g a>1</g>-<g a>2</g><g ab>3</g><g>4</g><g>5</g>",
                  "<g a>1</g>-<g a>2</g><g ab>3</g><g>45</g>");
    expect_joined("<g a><g a>1</g></g><g a>2</g>", "<g a><g a>1</g>2</g>");
}

// A value before "/>" keeps its quotes, and so do an id and a text.
static void html_needs_no_quotes(void **state) {
    (void)state;
    struct text text;
    text_open(&text);
    svg_unquote(
        "<g id=\"a\" class=\"l\" x=\"-1.5\" d=\"M1 2\"><use href=\"#b\"/><title>x=\"y\"</title>"
        "<text y=\"2\">a</text></g>",
        text.file);
    text_close(&text);
    assert_string_equal(
        "<g id=\"a\" class=l x=-1.5 d=\"M1 2\"><use href=\"#b\"/><title>x=\"y\"</title>"
        "<text y=2>a</text></g>",
        text.data);
    text_free(&text);
}

static void what_was_drawn_before_is_used_again(void **state) {
    (void)state;
    static const char line[] =
        "<path stroke='rgb(1,2,3)' d='M1,2 L3,4 L5,5 L7,8 L9,9 L11,12 L13,13 L15,16'/>";
    static const char other[] =
        "<path stroke='rgb(1,2,3)' d='M2,2 L3,4 L5,5 L7,8 L9,9 L11,12 L13,13 L15,16'/>";
    struct svg_seen seen = {.name = "plot"};
    struct svg_size size;
    char *first = compact(line, &seen, &size), *once = compact(other, &seen, &size);
    char *second = compact(line, &seen, &size);
    svg_drop_ids(&seen, first);
    svg_drop_ids(&seen, once);
    assert_non_null(strstr(first, "<path id=\"plot-0\" stroke=\"var(--c3)\" d=\"M1 2l2 2"));
    assert_non_null(strstr(once, "<path stroke=\"var(--c3)\" d=\"M2 2l1 2"));
    assert_string_equal("<use href=\"#plot-0\"/>", second);
    free(first);
    free(once);
    free(second);
    svg_seen_free(&seen);
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
        cmocka_unit_test(a_path_is_short_and_ends_where_it_did),
        cmocka_unit_test(points_on_the_way_are_left_out),
        cmocka_unit_test(a_text_that_is_turned_stays_so),
        cmocka_unit_test(a_series_has_one_title_and_its_points_one_colour),
        cmocka_unit_test(a_text_and_its_place_become_one),
        cmocka_unit_test(what_is_plotted_has_a_name_by_its_colour),
        cmocka_unit_test(groups_that_are_alike_are_one),
        cmocka_unit_test(html_needs_no_quotes),
        cmocka_unit_test(what_was_drawn_before_is_used_again),
        cmocka_unit_test(what_is_no_picture_has_no_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
