// page.h - report.html: one static file with all plots, made from the template plots/report.html.

#ifndef HEAPBENCH_PAGE_H
#define HEAPBENCH_PAGE_H

#include "question.h"

#include <stdbool.h>
#include <stdio.h>

// page_write - fill the template. Its <!-- slot: NAME --> comments are where the parts of page.c
// go.
//   plots    those of questions(), in that order, drawn
//   returns  false, with one line on stderr, when the template cannot be read
bool page_write(const struct summary *summary, const char *scripts, const struct plots *plots,
                FILE *out);

#endif
