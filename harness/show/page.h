// page.h - report.html: one static file with the answers to all questions.

#ifndef HEAPBENCH_PAGE_H
#define HEAPBENCH_PAGE_H

#include "draw.h"
#include "question.h"

#include <stdio.h>

struct page {
    sqlite3 *db;
    const struct questions *questions;
    struct answer **answers; // to each of them
    struct drawing *drawing;
    const char *folder; // plots/ of the sources
};

// page_write - fill the slots of the template plots/report.html: title, colours, symbols, contents,
// questions.
// Pictures are drawn on the way.
//   returns  0; an errno value, with one line on stderr, when a file could not be read or written
int page_write(const struct page *page, FILE *out);

#endif
