// page.c - fills the template of the page.

#include "page.h"

#include "answer.h"

#include "base/table.h"
#include "base/text.h"
#include "judge/trust.h"
#include "slots.h"

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
        fprintf(out, "<li><a href=\"#%s\">", questions->list[i].name);
        text_html(out, questions->list[i].title);
        fputs("</a></li>\n", out);
    }
}

static void page_questions(struct page_filling *filling, FILE *out) {
    const struct page *page = filling->page;
    for (size_t i = 0; i < page->questions->count; i++) {
        const struct question *question = &page->questions->list[i];
        int error = answer_write(question, page->db, page->drawing, out);
        if (error)
            fprintf(stderr, "heapbench: cannot write %s/plots/%s: %s\n", page->drawing->store->dir,
                    question->name, strerror(error));
        filling->error = filling->error ? filling->error : error;
    }
}

static void page_data(struct page_filling *filling, FILE *out) {
    enum { INLINE_BYTES = 4 << 20 }; // a page that is slow to open helps nobody
    const struct page *page = filling->page;
    if (page->cells_bytes <= INLINE_BYTES) {
        fputs("<a download=\"cells.csv\" href=\"data:text/csv;base64,", out);
        text_base64(out, page->cells, page->cells_bytes);
        fputs("\">cells.csv</a>, in this page", out);
    } else {
        fprintf(out, "<code>cells.csv</code> beside this page (%s)",
                si_bytes((double)page->cells_bytes).text);
    }
}

// What makes the numbers worse, with the remedy.
static void page_warnings(struct page_filling *filling, FILE *out) {
    struct trust_facts facts = trust_recorded(filling->page->db);
    struct names warnings = trust_check(&facts);
    for (size_t i = 0; i < warnings.count; i++) {
        fputs("<li>", out);
        text_html(out, warnings.items[i]);
        fputs("</li>\n", out);
    }
    if (!warnings.count)
        fputs("<li>Nothing was found that makes these numbers worse.</li>\n", out);
    names_free(&warnings);
    trust_facts_free(&facts);
}

static void page_fill(void *context, const char *name, const char *argument, FILE *out) {
    static const struct {
        const char *name;
        void (*write)(struct page_filling *filling, FILE *out);
    } slots[] = {{"contents", page_contents},
                 {"questions", page_questions},
                 {"warnings", page_warnings},
                 {"data", page_data}};
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
