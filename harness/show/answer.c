// answer.c - answers a question: runs its queries, draws its pictures and fills the slots of its words.

#include "answer.h"

#include "base/must.h"
#include "base/names.h"
#include "base/text.h"
#include "rows.h"
#include "say.h"
#include "slots.h"

#include <stdlib.h>
#include <string.h>

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
        fprintf(stderr, "heapbench: %s: %s\n", path, error);
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

static void answer_end(struct answer *a) {
    for (size_t i = 0; i < a->files.count; i++)
        rows_free(a->rows[i]);
    free(a->rows);
    names_free(&a->files);
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

// What about.sql has in this column for the picture, else what words.html has in the slot of that name;
// NULL when neither does. `plot` is the picture's own value. A new string.
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
static void answer_put_link(const char *name, const struct text *table, FILE *out) {
    fprintf(out,
            "<p class=\"small\">The plot's table: <a download=\"%s.tsv\" "
            "href=\"data:text/tab-separated-values;base64,",
            name);
    text_base64(out, table->data, table->bytes);
    fprintf(out, "\">%s.tsv</a></p>\n", name);
}

static char *answer_name(const struct answer *a) {
    return a->plot ? text_format("%s-%s", a->question->name, a->plot)
                   : text_format("%s", a->question->name);
}

static struct text answer_table(const struct rows *rows) {
    struct text table;
    text_open(&table);
    rows_print(rows, ROWS_TSV, table.file);
    text_close(&table);
    return table;
}

static void answer_put_svg(const struct picture *picture, FILE *out) {
    const char *svg = strstr(picture->svg, "<svg"); // after the XML declaration, which HTML lacks
    fputs("<figure class=\"card\">\n<svg role=\"img\" aria-label=\"", out);
    text_html(out, picture->title);
    fprintf(out, "\"%s</figure>\n", svg + strlen("<svg"));
}

static void answer_put_picture(struct answer *a, FILE *out) {
    struct rows *rows = answer_rows(a, "data.sql");
    if (!rows)
        return;
    struct text table = answer_table(rows);
    char *name = answer_name(a), *script = answer_path(a, "plot.gp");
    char *title = answer_about(a, "title"), *shows = answer_about(a, "shows");
    char *empty = slots_value(a->question->words, "empty");
    struct picture picture = {.name = name,
                              .title = title ? title : a->question->title,
                              .shows = shows ? shows : "",
                              .script = script,
                              .table = table.data,
                              .table_bytes = table.bytes,
                              .reason = rows->count ? NULL
                                        : empty     ? empty
                                                    : "no rows"};
    int error = draw_picture(a->drawing, &picture);
    a->error = a->error ? a->error : error;
    answer_put_svg(&picture, out);
    free(picture.svg);
    free(empty);
    free(shows);
    free(title);
    free(script);
    free(name);
    text_free(&table);
    rows_free(rows);
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
        rows_print(rows, ROWS_HTML, out);
    else if (rows && !*file)
        answer_put_text(a, "empty", "", out);
    rows_free(rows);
}

static void answer_put_numbers(struct answer *a, const char *open, FILE *out) {
    struct rows *numbers = answer_numbers(a), *data = answer_rows(a, "data.sql");
    if (numbers && numbers->count) {
        fprintf(out, "<details%s><summary>The numbers</summary>\n", *open ? " open" : "");
        rows_print(numbers, ROWS_HTML, out);
        if (data) {
            char *name = answer_name(a);
            struct text table = answer_table(data);
            answer_put_link(name, &table, out);
            text_free(&table);
            free(name);
        }
        fputs("</details>\n", out);
    }
    rows_free(numbers);
    rows_free(data);
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

static void answer_fill(void *context, const char *name, const char *argument, FILE *out) {
    struct answer *a = context;
    if (!strcmp(name, "picture"))
        answer_put_picture(a, out);
    else if (!strcmp(name, "numbers"))
        answer_put_numbers(a, argument, out);
    else if (!strcmp(name, "rows"))
        answer_put_rows(a, argument, out);
    else if (!strcmp(name, "say"))
        answer_put_say(a, argument, out);
    else if (!strcmp(name, "about"))
        answer_put_about(a, argument, out);
}

// ------------------------------------------------------------------------------------------ public
// Instead of what is repeated: the words around a picture say nothing without one.
static void answer_nothing(struct answer *a, FILE *out) {
    if (answer_whole(a, "data.sql"))
        answer_put_picture(a, out);
    else
        answer_put_rows(a, "", out);
}

static void answer_put_words(struct answer *a, FILE *out) {
    static const char each[] = "<!-- each -->";
    const char *words = a->question->words, *repeated = strstr(words, each);
    struct names plots = answer_plots(a);
    char *once = repeated ? text_format("%.*s", (int)(repeated - words), words) : NULL;
    slots_write(once ? once : words, answer_fill, a, out);
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

int answer_write(const struct question *question, sqlite3 *db, struct drawing *drawing, FILE *out) {
    struct answer a = {.question = question, .db = db, .drawing = drawing};
    fprintf(out, "<section id=\"%s\">\n<h2>", question->name);
    text_html(out, question->title);
    fputs("</h2>\n", out);
    answer_put_words(&a, out);
    fputs("</section>\n", out);
    answer_end(&a);
    return a.error;
}

static void answer_print_table(struct answer *a, FILE *out) {
    struct rows *rows = answer_numbers(a);
    if (rows && rows->count) {
        rows->narrow = true;
        fprintf(out, "\n%s\n", a->plot ? a->plot : a->question->title);
        rows_print(rows, ROWS_TERMINAL, out);
    }
    rows_free(rows);
}

void answer_print(const struct question *question, sqlite3 *db, FILE *out) {
    struct answer a = {.question = question, .db = db};
    char *wanted = slots_value(question->words, "console");
    struct names plots = {0};
    if (wanted)
        plots = answer_plots(&a);
    for (size_t i = 0; i < plots.count; i++) {
        a.plot = plots.items[i];
        answer_print_table(&a, out);
    }
    if (wanted && !plots.count)
        answer_print_table(&a, out);
    free(wanted);
    names_free(&plots);
    answer_end(&a);
}
