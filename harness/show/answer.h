// answer.h - what a run answers to a question (question.h), in the page and on the terminal.

#ifndef HEAPBENCH_ANSWER_H
#define HEAPBENCH_ANSWER_H

#include "draw.h"
#include "question.h"

#include <stdio.h>

// answer_write - the question's section of the page. Its pictures are drawn, and written into the run's
// folder, on the way. A query that fails is told on stderr and in the page.
//   db       prepared by questions_prepare
//   returns  0, or an errno value when a file could not be written
int answer_write(const struct question *question, sqlite3 *db, struct drawing *drawing, FILE *out);

// answer_print - the question's table for the terminal, if it is meant for one.
void answer_print(const struct question *question, sqlite3 *db, FILE *out);

// answer_print_says - the question's sentences, likewise.
void answer_print_says(const struct question *question, sqlite3 *db, FILE *out);

#endif
