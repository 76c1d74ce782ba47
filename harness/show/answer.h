// answer.h - what a run answers to a question (question.h), in the page and on the terminal.

#ifndef HEAPBENCH_ANSWER_H
#define HEAPBENCH_ANSWER_H

#include "draw.h"
#include "question.h"

#include <stdio.h>

struct answer;

// answer_new - each of the question's queries runs once, when it is first needed. One that fails is
// told on stderr and in the page, which is otherwise complete.
//   db  prepared by questions_prepare
struct answer *answer_new(const struct question *question, sqlite3 *db);
void answer_free(struct answer *a);

// answer_failed - whether a query failed by now.
bool answer_failed(const struct answer *a);

// answer_wanted - whether the page has the question: one that is `optional`, only when it has an
// answer.
bool answer_wanted(struct answer *a);

// answer_write - the question's section of the page. Its pictures are drawn, and written into the
// run's folder, on the way.
//   returns  0, or an errno value when a file could not be written
int answer_write(struct answer *a, struct drawing *drawing, FILE *out);

// answer_print - the question's table for the terminal, if it is meant for one. answer_print_says -
// its sentences, likewise.
void answer_print(struct answer *a, FILE *out);
void answer_print_says(struct answer *a, FILE *out);

#endif
