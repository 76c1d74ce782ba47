// table.h - aligned text tables for people, and numbers with SI units.
//
// A table is printed row by row: its columns have fixed widths, so that the first row can appear
// long before the last is known. Texts are UTF-8; a column's width counts characters, not bytes. A
// text that is wider than its column is printed whole and pushes the row to the right: nothing is
// ever cut. All numbers that a person reads in this program are made by the si_ functions, so that
// they look alike everywhere.

#ifndef HEAPBENCH_TABLE_H
#define HEAPBENCH_TABLE_H

#include <stdio.h>

struct table_column {
    const char *title;
    int width; // characters; columns are two spaces apart
    int right; // nonzero: aligned to the right, as numbers are
};

// table_head - the titles, then a line of dashes. table_row - one text for each column; NULL or ""
// is an empty cell. Both end the line without trailing spaces and flush out, so that a row shows at
// once.
void table_head(FILE *out, const struct table_column *columns, size_t count);
void table_row(FILE *out, const struct table_column *columns, size_t count,
               const char *const *texts);

// table_fit - widen column i to its longest of count texts (and its title); call before table_head.
void table_fit(struct table_column *column, const char *const *texts, size_t count);

// table_width - characters of a UTF-8 text; the terminal's colours have no width.
size_t table_width(const char *text);

// A number as a short text, held in the value itself:  printf("%s\n", si_time(12.3e6).text);
// Three significant digits; what is not finite is "-".
struct si {
    char text[40];
};
struct si si_time(double ns);     // 87 ns, 12.3 us, 4.56 ms, 1.2 s, 3 min 20 s, 2 h 5 min
struct si si_bytes(double bytes); // 512 B, 4.5 kB, 12.3 MB, 1.2 GB: powers of 1000; may be negative
struct si si_rate(double per_second);  // 950 /s, 12.3 k/s, 1.2 M/s
struct si si_count(double count);      // 950, 12.3 k, 1.2 M; whole numbers below 10000 in full
struct si si_percent(double fraction); // 0.034 is 3.4 %

#endif
