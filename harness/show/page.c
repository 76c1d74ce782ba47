// page.c - fills the template of the page.

#include "page.h"

#include "answer.h"

#include "base/must.h"
#include "base/text.h"
#include "rows.h"
#include "slots.h"
#include "svg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// A browser on a phone opens 700 kB at once, of which styles, script and contents are 14; what is
// beyond it stands on pages of its own.
enum { PAGE_SECTIONS_BYTES = 686000 };

// What is being filled: the report, or with `alone` the page of one question.
struct page_filling {
    const struct page *page;
    struct text *sections; // of each question; without bytes where it has none
    bool *apart;           // whether its section has a page of its own
    const struct question *alone;
};

static char *page_file(const struct question *question) {
    return question ? text_format("report.%s.html", question->name) : text_format("report.html");
}

static void page_contents(struct page_filling *filling, FILE *out) {
    const struct questions *questions = filling->page->questions;
    for (size_t i = 0; i < questions->count; i++) {
        const struct question *question = &questions->list[i];
        if (!filling->sections[i].bytes)
            continue;
        char *name = slots_value(question->words, "short");
        char *file = page_file(filling->apart[i] ? question : NULL);
        bool here = filling->alone == (filling->apart[i] ? question : NULL);
        fprintf(out, "<a href=\"%s#%s\">", here ? "" : file, question->name);
        text_html(out, name ? name : question->title);
        fputs("</a>\n", out);
        free(name);
        free(file);
    }
}

static void page_questions(struct page_filling *filling, FILE *out) {
    const struct questions *questions = filling->page->questions;
    for (size_t i = 0; i < questions->count; i++) {
        const struct question *question = &questions->list[i];
        const struct text *section = &filling->sections[i];
        if (!section->bytes || (filling->alone && filling->alone != question))
            continue;
        if (!filling->apart[i] || filling->alone) {
            fwrite(section->data, 1, section->bytes, out);
            continue;
        }
        char *file = page_file(question);
        fprintf(out, "<section id=\"%s\">\n<h2>", question->name);
        text_html(out, question->title);
        fprintf(out,
                "</h2>\n<p>There is so much of it in this run that it is a page of its own: <a "
                "href=\"%s#%s\">%s</a>.</p>\n</section>\n",
                file, question->name, file);
        free(file);
    }
}

// Of the run: what the page is called by.
static void page_title(struct page_filling *filling, FILE *out) {
    static const char sql[] =
        "select group_concat(value, ', ') from (select iif(r.name = 'started', "
        "replace(substr(r.value, 1, 16), 'T', ' '), r.value) value from json_each("
        "'[\"commit\", \"started\", \"environment.cpu\"]') m join run r on r.name = m.value order "
        "by m.key)";
    char error[200];
    struct rows *rows = rows_query(filling->page->db, sql, error, sizeof error);
    text_html(out, rows ? rows_text(rows, 0, 0) : "");
    rows_free(rows);
}

static void page_colours(struct page_filling *filling, FILE *out) {
    fputs(filling->page->drawing->colours ? filling->page->drawing->colours : "", out);
}

static void page_symbols(struct page_filling *filling, FILE *out) {
    (void)filling;
    fputs(svg_symbols, out);
}

static void page_fill(void *context, const char *name, const char *argument, FILE *out) {
    static const struct {
        const char *name;
        void (*write)(struct page_filling *filling, FILE *out);
    } slots[] = {{"contents", page_contents},
                 {"questions", page_questions},
                 {"title", page_title},
                 {"colours", page_colours},
                 {"symbols", page_symbols}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots && !strcmp(name, "slot"); i++)
        if (!strcmp(slots[i].name, argument))
            slots[i].write(context, out);
}

static bool page_one(struct page_filling *filling, const char *template,
                     const struct question *alone) {
    struct text text;
    char *file = page_file(alone);
    struct store *store = filling->page->drawing->store;
    filling->alone = alone;
    text_open(&text);
    slots_write(template, page_fill, filling, text.file);
    int error = store_write_text(store, file, &text);
    if (error)
        fprintf(stderr, "heapbench: cannot write %s/%s: %s\n", store->dir, file, strerror(error));
    free(file);
    return !error;
}

// The longest sections leave the report until the rest fits.
static void page_part(struct page_filling *filling) {
    const struct questions *questions = filling->page->questions;
    for (;;) {
        size_t sum = 0, longest = 0;
        for (size_t i = 0; i < questions->count; i++) {
            size_t bytes = filling->apart[i] ? 0 : filling->sections[i].bytes;
            sum += bytes;
            if (filling->apart[longest] || bytes > filling->sections[longest].bytes)
                longest = i;
        }
        if (sum <= PAGE_SECTIONS_BYTES)
            return;
        filling->apart[longest] = true;
    }
}

static bool page_draw(struct page_filling *filling) {
    const struct page *page = filling->page;
    bool good = true;
    for (size_t i = 0; i < page->questions->count; i++) {
        text_open(&filling->sections[i]);
        int error = answer_wanted(page->answers[i])
                        ? answer_write(page->answers[i], page->drawing, filling->sections[i].file)
                        : 0;
        text_close(&filling->sections[i]);
        if (error)
            fprintf(stderr, "heapbench: cannot write %s/plots/%s: %s\n", page->drawing->store->dir,
                    page->questions->list[i].name, strerror(error));
        good &= !error;
    }
    return good;
}

bool page_write(const struct page *page) {
    size_t count = page->questions->count;
    struct page_filling filling = {page, must(calloc(count + 1, sizeof(struct text))),
                                   must(calloc(count + 1, sizeof(bool))), NULL};
    char *path = text_format("%s/report.html", page->folder);
    char *template = text_read_file(path, NULL);
    if (!template)
        fprintf(stderr, "heapbench: cannot read the report's template %s: %s\n", path,
                strerror(errno));
    bool good = template && page_draw(&filling);
    if (good) {
        page_part(&filling);
        store_remove(page->drawing->store, "report.*.html"); // of an earlier report
    }
    good = good && page_one(&filling, template, NULL);
    for (size_t i = 0; i < count; i++) {
        if (good && filling.apart[i])
            good = page_one(&filling, template, &page->questions->list[i]);
    }
    for (size_t i = 0; i < count; i++)
        text_free(&filling.sections[i]);
    free(template);
    free(path);
    free(filling.apart);
    free(filling.sections);
    return good;
}
