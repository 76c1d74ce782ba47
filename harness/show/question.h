// question.h - what a run is asked. A question is a folder of plots/, and no other file names it:
//
//   words.html  the words around the answer, and what is known of the question, in slots (slots.h):
//       title: TEXT      the question itself               order: N      its place in the page
//       short: TEXT      its name in the contents
//       shows: TEXT      what the picture shows, for those who cannot see it
//       optional         where there is nothing to show, the page does without the question
//       empty: TEXT      said where there is nothing to show
//       found: TEXT      said above table.sql where it has rows: a finding that nobody wants
//       console          the terminal shows its table, too; `console: whole` however wide that is,
//                        `console: FILE.sql` those rows instead
//       each             what follows is repeated for each picture
//       picture          the picture, a panel for each value of the column `panel`
//       key              its series, each with its line
//       warnings         what makes the numbers of the run worse (results/trust.sql); `warnings:
//                        count`: how many things, and the main one
//       says: FILE       a list of sentences, of columns what and sentence; of a question for the
//                        terminal it is there, too. A row with a column code is a line to copy
//       numbers          its table, to be unfolded; `numbers: open` is unfolded
//       rows: FILE       a table, of table.sql when no file is named
//       say: lowest METRIC, say: ratio FILE, say: change FILE    sentences (say.h)
//       about: COLUMN    a text of about.sql; heading: COLUMN    likewise, as a heading that can be
//                        linked to
//   plot.gp     draws the picture of the rows of data.sql; without it the question is a table
//   data.sql    what is drawn: panel, series, style and what plot.gp wants (plots/common.gp)
//   table.sql   the numbers; without it, those of data.sql
//   about.sql   a row for each picture. title and shows in it go before those of words.html
//
// A column `plot` makes a picture of each of its values: NAME-VALUE. Queries may use the views of
// plots/common.sql and the functions si(number, unit), a number as people read it; span(low, high,
// unit), "1.1x to 1.4x", or one number where both read alike, NULL where either is; and
// setting_in(settings, name), the value in "name=value;name=value", NULL when it is not there.

#ifndef HEAPBENCH_QUESTION_H
#define HEAPBENCH_QUESTION_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct question {
    char *name, *folder, *words, *title;
    long order;
};

struct questions {
    struct question *list; // by order, then name
    size_t count;
};

// questions_find - all folders of `folder` that have a words.html.
struct questions questions_find(const char *folder);
void questions_free(struct questions *questions);

// questions_functions - make a database know si, span and setting_in.
void questions_functions(sqlite3 *db);

// questions_prepare - make a database answer questions: functions, the views of common.sql and of
// results/limits.sql, and the sentences of results/claims.
//   returns  false with one line on stderr
bool questions_prepare(sqlite3 *db);

#endif
