// page.c - fills the template of the page.

#include "page.h"

#include "answer.h"

#include "base/text.h"
#include "rows.h"
#include "slots.h"
#include "svg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct page_filling {
    const struct page *page;
    int error;
};

static void page_contents(struct page_filling *filling, FILE *out) {
    const struct questions *questions = filling->page->questions;
    for (size_t i = 0; i < questions->count; i++) {
        const struct question *question = &questions->list[i];
        if (!answer_wanted(filling->page->answers[i]))
            continue;
        char *name = slots_value(question->words, "short");
        fprintf(out, "<a href=\"#%s\">", question->name);
        text_html(out, name ? name : question->title);
        fputs("</a>\n", out);
        free(name);
    }
}

static void page_questions(struct page_filling *filling, FILE *out) {
    const struct page *page = filling->page;
    for (size_t i = 0; i < page->questions->count; i++) {
        const struct question *question = &page->questions->list[i];
        if (!answer_wanted(page->answers[i]))
            continue;
        int error = answer_write(page->answers[i], page->drawing, out);
        if (error)
            fprintf(stderr, "heapbench: cannot write %s/plots/%s: %s\n", page->drawing->store->dir,
                    question->name, strerror(error));
        filling->error = filling->error ? filling->error : error;
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

int page_write(const struct page *page, FILE *out) {
    struct page_filling filling = {page, 0};
    char *path = text_format("%s/report.html", page->folder);
    char *template = text_read_file(path, NULL);
    if (!template) {
        filling.error = errno ? errno : EIO;
        fprintf(stderr, "heapbench: cannot read the report's template %s\n", path);
    } else {
        slots_write(template, page_fill, &filling, out);
    }
    free(template);
    free(path);
    return filling.error;
}
