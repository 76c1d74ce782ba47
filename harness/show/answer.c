// answer.c - answers a question: runs its queries, draws its pictures and fills the slots of its
// words.

#include "answer.h"

#include "base/must.h"
#include "base/names.h"
#include "base/text.h"
#include "judge/trust.h"
#include "rows.h"
#include "say.h"
#include "slots.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { ANSWER_ERROR_BYTES = 256 };

// rows by file: NULL for a file that is not there or whose query failed.
// plot     the picture that is being written; NULL: the question as a whole
struct answer {
    const struct question *question;
    sqlite3 *db;
    struct drawing *drawing;
    struct names files;
    struct rows **rows;
    char *plot;
    FILE *page;   // of slots whose words are left out
    size_t width; // of the terminal
    bool coloured;
    int error; // errno of the first file that could not be written
    bool failed;
};

static char *answer_path(const struct answer *a, const char *file) {
    return text_format("%s/%s", a->question->folder, file);
}

static struct rows *answer_ask(struct answer *a, const char *file) {
    char error[ANSWER_ERROR_BYTES], *path = answer_path(a, file);
    char *sql = text_read_file(path, NULL);
    struct rows *rows = sql ? rows_query(a->db, sql, error, sizeof error) : NULL;
    if (sql && !rows) {
        fprintf(stderr, "heapbench: question %s: %s: %s\n", a->question->name, file, error);
        a->failed = true;
    }
    free(sql);
    free(path);
    return rows;
}

// All rows of a file, asked for once.
static struct rows *answer_whole(struct answer *a, const char *file) {
    for (size_t i = 0; i < a->files.count; i++)
        if (!strcmp(a->files.items[i], file))
            return a->rows[i];
    names_add(&a->files, file);
    a->rows = must(realloc(a->rows, a->files.count * sizeof *a->rows));
    return a->rows[a->files.count - 1] = answer_ask(a, file);
}

// The rows of a file that belong to the picture; NULL when there is no such file.
static struct rows *answer_rows(struct answer *a, const char *file) {
    struct rows *rows = answer_whole(a, file);
    if (!rows)
        return NULL;
    bool all = !a->plot || rows_find(rows, "plot") < 0;
    return all ? rows_part(rows, "", "") : rows_part(rows, "plot", a->plot);
}

static struct rows *answer_numbers(struct answer *a) {
    struct rows *rows = answer_rows(a, "table.sql");
    return rows ? rows : answer_rows(a, "data.sql");
}

// The values of the column `plot`, in the order of rows.
static struct names answer_plots(struct answer *a) {
    struct names plots = {0};
    struct rows *rows = answer_whole(a, "data.sql");
    if (!rows)
        rows = answer_whole(a, "table.sql");
    int plot = rows ? rows_find(rows, "plot") : -1;
    for (size_t line = 0; plot >= 0 && line < rows->count; line++)
        if (!names_has(&plots, rows_text(rows, line, plot)))
            names_add(&plots, rows_text(rows, line, plot));
    return plots;
}

// What about.sql has in this column for the picture, else what words.html has in the slot of that
// name; NULL when neither does. `plot` is the picture's own value. A new string.
static char *answer_about(struct answer *a, const char *column) {
    if (a->plot && !strcmp(column, "plot"))
        return text_format("%s", a->plot);
    struct rows *rows = answer_rows(a, "about.sql");
    int c = rows ? rows_find(rows, column) : -1;
    char *text = c >= 0 && rows->count ? text_format("%s", rows_text(rows, 0, c))
                                       : slots_value(a->question->words, column);
    rows_free(rows);
    return text;
}

// ------------------------------------------------------------------------------------------- slots
static char *answer_name(const struct answer *a) {
    return a->plot ? text_format("%s-%s", a->question->name, a->plot)
                   : text_format("%s", a->question->name);
}

static void answer_put_picture(struct answer *a, const char *argument, FILE *out) {
    (void)argument;
    struct rows *rows = answer_rows(a, "data.sql");
    if (!rows)
        return;
    char *name = answer_name(a), *script = answer_path(a, "plot.gp");
    char *title = answer_about(a, "title"), *shows = answer_about(a, "shows");
    char *empty = slots_value(a->question->words, "empty");
    char *key = slots_value(a->question->words, "key");
    struct picture picture = {.name = name,
                              .title = title ? title : a->question->title,
                              .shows = shows ? shows : "",
                              .script = script,
                              .rows = rows,
                              .reason = rows->count ? NULL
                                        : empty     ? empty
                                                    : "no rows",
                              .keyed = key != NULL};
    int error = draw_picture(a->drawing, &picture, out);
    a->error = a->error ? a->error : error;
    free(key);
    free(empty);
    free(shows);
    free(title);
    free(script);
    free(name);
    rows_free(rows);
}

static void answer_put_key(struct answer *a, const char *argument, FILE *out) {
    (void)argument;
    struct rows *rows = answer_rows(a, "data.sql");
    if (rows && rows->count)
        draw_key(rows, out);
    rows_free(rows);
}

// A table of the page, of a file of the question; file: "" for its numbers.
static void answer_put_table(struct answer *a, struct rows *rows, const char *file, FILE *out) {
    char *anchor =
        text_format("%s%s%.*s", a->question->name, *file ? "-" : "", (int)strcspn(file, "."), file);
    rows->anchor = anchor;
    rows_print(rows, ROWS_HTML, out);
    free(anchor);
}

// A paragraph with the text that words.html has in this slot, if it has one.
static void answer_put_text(struct answer *a, const char *slot, const char *class, FILE *out) {
    char *text = slots_value(a->question->words, slot);
    if (text) {
        fprintf(out, "<p%s>", class);
        text_html(out, text);
        fputs("</p>\n", out);
    }
    free(text);
}

static void answer_put_rows(struct answer *a, const char *file, FILE *out) {
    struct rows *rows = *file ? answer_rows(a, file) : answer_numbers(a);
    if (rows && !*file && rows->count)
        answer_put_text(a, "found", " class=\"bad\"", out);
    if (rows && rows->count)
        answer_put_table(a, rows, file, out);
    else if (rows && !*file)
        answer_put_text(a, "empty", "", out);
    rows_free(rows);
}

static void answer_put_numbers(struct answer *a, const char *open, FILE *out) {
    struct rows *numbers = answer_numbers(a);
    char *name = answer_name(a);
    if (numbers && numbers->count) {
        fprintf(out, "<details%s><summary>The numbers</summary>\n", *open ? " open" : "");
        answer_put_table(a, numbers, "", out);
        if (answer_whole(a, "data.sql"))
            fprintf(out,
                    "<p class=\"small\">What is drawn: <a href=\"plots/%s.tsv\">plots/%s.tsv</a> "
                    "beside "
                    "this page</p>\n",
                    name, name);
        fputs("</details>\n", out);
    }
    free(name);
    rows_free(numbers);
}

static void answer_say_rows(struct answer *a, void (*say)(const struct rows *, FILE *),
                            const char *file, FILE *out) {
    struct rows *rows = answer_rows(a, file);
    if (rows)
        say(rows, out);
    rows_free(rows);
}

// "lowest METRIC", "ratio FILE" or "change FILE".
static void answer_put_say(struct answer *a, const char *pattern, FILE *out) {
    struct text said;
    size_t length = strcspn(pattern, " ");
    const char *rest = pattern + length + (pattern[length] == ' ');
    text_open(&said);
    if (!strncmp(pattern, "lowest ", 7))
        say_lowest(a->db, rest, said.file);
    else if (!strncmp(pattern, "ratio ", 6))
        answer_say_rows(a, say_ratio, rest, said.file);
    else if (!strncmp(pattern, "change ", 7))
        answer_say_rows(a, say_change, rest, said.file);
    text_close(&said);
    if (said.bytes)
        fprintf(out, "<p><b>In this run.</b> %s</p>\n", said.data);
    text_free(&said);
}

static void answer_put_about(struct answer *a, const char *column, FILE *out) {
    char *text = answer_about(a, column);
    text_html(out, text ? text : "");
    free(text);
}

// What stands between an answer and the sentence after it.
static const char *answer_gap(const char *answer, const char *sentence) {
    return !*answer || strchr(";,.:", *sentence) ? "" : " ";
}

// Columns what, answer, sentence: "WHAT: ANSWER SENTENCE".
static void answer_put_sentence(const struct rows *rows, size_t line, FILE *out) {
    const char *answer = rows_text(rows, line, rows_find(rows, "answer"));
    const char *sentence = rows_text(rows, line, rows_find(rows, "sentence"));
    text_html(out, rows_text(rows, line, rows_find(rows, "what")));
    fputs(*answer ? ": <b>" : ": ", out);
    text_html(out, answer);
    fprintf(out, "%s%s", *answer ? "</b>" : "", answer_gap(answer, sentence));
    text_html(out, sentence);
}

static void answer_put_code(const char *code, FILE *out) {
    fputs("<pre>", out);
    text_html(out, code);
    fputs("</pre>", out);
}

static void answer_put_says(struct answer *a, const char *file, FILE *out) {
    struct rows *rows = answer_rows(a, file);
    fputs(rows && rows->count ? "<ul>\n" : "", out);
    for (size_t line = 0; rows && line < rows->count; line++) {
        const char *code = rows_text(rows, line, rows_find(rows, "code"));
        fputs("<li>", out);
        if (*code)
            answer_put_code(code, out);
        else
            answer_put_sentence(rows, line, out);
        fputs("</li>\n", out);
    }
    fputs(rows && rows->count ? "</ul>\n" : "", out);
    rows_free(rows);
}

// How many, and what the first says before it lists cells or names a remedy.
static void answer_put_warning_count(const struct names *warnings, FILE *out) {
    if (!warnings->count)
        return;
    const char *first = warnings->items[0];
    fprintf(out, "<p class=\"bad\">%zu thing%s these numbers less certain, ", warnings->count,
            warnings->count == 1 ? " makes" : "s make");
    fputs(warnings->count == 1 ? "" : "the main one: ", out);
    char *head = text_format("%.*s", (int)strcspn(first, ":;("), first);
    for (size_t end = strlen(head); end && head[end - 1] == ' '; end--)
        head[end - 1] = 0;
    text_html(out, head);
    fputs(" (<a href=\"#trust\">all of it, and what to do</a>).</p>\n", out);
    free(head);
}

// What makes the numbers less certain, with the remedy; or only how many things do.
static void answer_put_warnings(struct answer *a, const char *argument, FILE *out) {
    bool list = strcmp(argument, "count") != 0;
    struct names warnings = trust_recorded(a->db);
    if (!list)
        answer_put_warning_count(&warnings, out);
    fputs(list ? "<ul>\n" : "", out);
    for (size_t i = 0; list && i < warnings.count; i++) {
        fputs("<li>", out);
        text_html(out, warnings.items[i]);
        fputs("</li>\n", out);
    }
    if (list && !warnings.count)
        fputs("<li>Nothing was found that makes these numbers less certain.</li>\n", out);
    fputs(list ? "</ul>\n" : "", out);
    names_free(&warnings);
}

// A heading that can be linked to.
static void answer_put_heading(struct answer *a, const char *column, FILE *out) {
    char *name = answer_name(a);
    fputs("<h3 id=\"", out);
    text_id(out, name);
    fputs("\">", out);
    answer_put_about(a, column, out);
    fputs(" <a class=\"h\" href=\"#", out);
    text_id(out, name);
    fputs("\">#</a></h3>", out);
    free(name);
}

static void answer_fill(void *context, const char *name, const char *argument, FILE *out) {
    static const struct {
        const char *name;
        void (*put)(struct answer *a, const char *argument, FILE *out);
    } slots[] = {{"picture", answer_put_picture},   {"key", answer_put_key},
                 {"warnings", answer_put_warnings}, {"says", answer_put_says},
                 {"numbers", answer_put_numbers},   {"rows", answer_put_rows},
                 {"say", answer_put_say},           {"heading", answer_put_heading},
                 {"about", answer_put_about}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (!strcmp(slots[i].name, name))
            slots[i].put(context, argument, out);
}

// ------------------------------------------------------------------------------------------ public
// Instead of what is repeated: the words around a picture say nothing without one.
static void answer_nothing(struct answer *a, FILE *out) {
    if (answer_whole(a, "data.sql"))
        answer_put_picture(a, "", out);
    else
        answer_put_rows(a, "", out);
}

// What explains a figure is in the way where there is none. No row may be an answer, too; not to a
// picture.
static bool answer_has_data(struct answer *a) {
    const struct rows *data = answer_whole(a, "data.sql"), *numbers = answer_whole(a, "table.sql");
    return !data || data->count || (numbers && numbers->count);
}

static void answer_fill_page(void *context, const char *name, const char *argument, FILE *out) {
    struct answer *a = context;
    (void)out;
    answer_fill(a, name, argument, a->page);
}

// The slots alone, without the words between them.
static void answer_put_slots(struct answer *a, const char *words, FILE *out) {
    struct text dropped;
    a->page = out;
    text_open(&dropped);
    slots_write(words, answer_fill_page, a, dropped.file);
    text_close(&dropped);
    text_free(&dropped);
}

static void answer_put_words(struct answer *a, FILE *out) {
    static const char each[] = "<!-- each -->";
    const char *words = a->question->words, *repeated = strstr(words, each);
    struct names plots = answer_plots(a);
    char *once = repeated ? text_format("%.*s", (int)(repeated - words), words) : NULL;
    if (answer_has_data(a))
        slots_write(once ? once : words, answer_fill, a, out);
    else
        answer_put_slots(a, once ? once : words, out);
    for (size_t i = 0; repeated && i < plots.count; i++) {
        a->plot = plots.items[i];
        slots_write(repeated + strlen(each), answer_fill, a, out);
    }
    a->plot = NULL;
    if (repeated && !plots.count)
        answer_nothing(a, out);
    if (a->failed)
        fputs("<p class=\"bad\">A query of this question failed; see what was printed.</p>\n", out);
    free(once);
    names_free(&plots);
}

struct answer *answer_new(const struct question *question, sqlite3 *db) {
    struct answer *a = must(calloc(1, sizeof *a));
    a->question = question;
    a->db = db;
    return a;
}

void answer_free(struct answer *a) {
    for (size_t i = 0; i < a->files.count; i++)
        rows_free(a->rows[i]);
    free(a->rows);
    names_free(&a->files);
    free(a);
}

bool answer_failed(const struct answer *a) {
    return a->failed;
}

bool answer_wanted(struct answer *a) {
    char *optional = slots_value(a->question->words, "optional");
    struct rows *rows = optional ? answer_numbers(a) : NULL;
    bool wanted = !optional || !rows || rows->count;
    rows_free(rows);
    free(optional);
    return wanted;
}

int answer_write(struct answer *a, struct drawing *drawing, FILE *out) {
    a->drawing = drawing;
    fprintf(out, "<section id=\"%s\">\n<h2>", a->question->name);
    text_html(out, a->question->title);
    fprintf(out, " <a class=\"h\" href=\"#%s\">#</a></h2>\n", a->question->name);
    answer_put_words(a, out);
    fputs("</section>\n", out);
    return a->error;
}

// Of the terminal; what is piped somewhere has $COLUMNS, or fits one of the usual width.
static size_t answer_width(FILE *out) {
    struct winsize size = {.ws_col = 0};
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    return width > 0 ? (size_t)width : 80;
}

// wanted: what the slot of the terminal says
static void answer_print_table(struct answer *a, const char *wanted, FILE *out) {
    struct rows *rows = strstr(wanted, ".sql") ? answer_rows(a, wanted) : answer_numbers(a);
    if (rows && rows->count) {
        rows->width = a->width;
        rows->coloured = a->coloured;
        fprintf(out, "\n%s\n", a->plot ? a->plot : a->question->title);
        rows_print(rows, ROWS_TERMINAL, out);
    }
    rows_free(rows);
}

void answer_print(struct answer *a, FILE *out) {
    char *wanted = slots_value(a->question->words, "console");
    struct names plots = {0};
    a->width = wanted && !strcmp(wanted, "whole") ? 0 : answer_width(out);
    a->coloured = isatty(fileno(out));
    if (wanted)
        plots = answer_plots(a);
    for (size_t i = 0; i < plots.count; i++) {
        a->plot = plots.items[i];
        answer_print_table(a, wanted, out);
    }
    a->plot = NULL;
    if (wanted && !plots.count)
        answer_print_table(a, wanted, out);
    free(wanted);
    names_free(&plots);
}

void answer_print_says(struct answer *a, FILE *out) {
    char *wanted = slots_value(a->question->words, "console");
    char *file = wanted ? slots_value(a->question->words, "says") : NULL;
    struct rows *rows = file ? answer_rows(a, file) : NULL;
    for (size_t line = 0; rows && line < rows->count; line++) {
        const char *answer = rows_text(rows, line, rows_find(rows, "answer"));
        const char *sentence = rows_text(rows, line, rows_find(rows, "sentence"));
        fprintf(out, "%s: %s%s%s\n", rows_text(rows, line, rows_find(rows, "what")), answer,
                answer_gap(answer, sentence), sentence);
    }
    rows_free(rows);
    free(file);
    free(wanted);
}
