// page.h - report.html: one static file with the answers to all questions.

#ifndef HEAPBENCH_PAGE_H
#define HEAPBENCH_PAGE_H

#include "draw.h"
#include "question.h"

#include <stdio.h>

struct page {
    sqlite3 *db;
    const struct questions *questions;
    struct drawing *drawing;
    const char *folder; // plots/ of the sources
    const char *cells;  // the text of cells.csv, which the page carries when it is small
    size_t cells_bytes;
};

// page_write - fill the slots of the template plots/report.html: contents, questions, warnings, data.
// Pictures are drawn on the way.
//   returns  0; an errno value, with one line on stderr, when a file could not be read or written
int page_write(const struct page *page, FILE *out);

#endif
