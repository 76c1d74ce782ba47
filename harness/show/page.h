// page.h - report.html: one static file with the answers to all questions, as far as it has room.

#ifndef HEAPBENCH_PAGE_H
#define HEAPBENCH_PAGE_H

#include "draw.h"
#include "question.h"

#include <stdbool.h>

struct page {
    sqlite3 *db;
    const struct questions *questions;
    struct answer **answers; // to each of them
    struct drawing *drawing;
    const char *folder; // plots/ of the sources
};

// page_write - fill the slots of the template plots/report.html: title, colours, symbols, contents,
// questions. Pictures are drawn on the way. A section for which report.html has no room becomes
// report.NAME.html, with a link from its place.
//   returns  false, after one line on stderr, when a file could not be read or written
bool page_write(const struct page *page);

#endif
