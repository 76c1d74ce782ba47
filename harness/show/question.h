// question.h - what a run is asked. A question is a folder of plots/, and no other file names it:
//
//   words.html  the words around the answer, and what is known of the question, in slots (slots.h):
//       title: TEXT      the question itself               order: N      its place in the page
//       shows: TEXT      what the picture shows, for those who cannot see it
//       empty: TEXT      said where there is nothing to show
//       console          the terminal shows its table, too
//       each             what follows is repeated for each picture
//       picture          the picture
//       numbers          its table, to be unfolded; `numbers: open` is unfolded
//       rows: FILE       a table, of table.sql when no file is named
//       say: lowest METRIC, say: ratio FILE, say: change FILE    sentences (say.h)
//       about: COLUMN    a text of about.sql
//   plot.gp     draws the picture of the rows of data.sql; without it the question is a table
//   data.sql    what is drawn: panel, series, style and what plot.gp wants (plots/common.gp)
//   table.sql   the numbers; without it, those of data.sql
//   about.sql   a row for each picture. title and shows in it go before those of words.html
//
// A column `plot` makes a picture of each of its values: NAME-VALUE. Queries may use the views of
// plots/common.sql and the functions si(number, unit), a number as people read it, and
// setting_in(settings, name), the value in "name=value;name=value", NULL when it is not there.

#ifndef HEAPBENCH_QUESTION_H
#define HEAPBENCH_QUESTION_H

#include "draw.h"

#include <sqlite3.h>

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

// questions_prepare - make a database answer questions: functions, and the views of common.sql.
//   returns  false with one line on stderr
bool questions_prepare(sqlite3 *db, const char *folder);

// question_write - the question's section of the page; its pictures are drawn, and written into the
// run's folder on the way. A query that fails is told on stderr and in the page.
//   returns  0, or an errno value when a file could not be written
int question_write(const struct question *question, sqlite3 *db, struct drawing *drawing,
                   FILE *out);

// question_print - its table for the terminal, if it is meant for one.
void question_print(const struct question *question, sqlite3 *db, FILE *out);

#endif
