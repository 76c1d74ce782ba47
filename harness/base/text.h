// text.h - texts built in memory, and values made safe for the format that they are written in.
//
// Without memory these functions end the program: a report is made again at no cost.

#ifndef HEAPBENCH_TEXT_H
#define HEAPBENCH_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

// A text under construction: print to file, then text_close, then use data (bytes long, ended by
// 0).
struct text {
    FILE *file;
    char *data;
    size_t bytes;
};
void text_open(struct text *text);
void text_close(struct text *text);
void text_free(struct text *text);

// text_format - a new string, as by printf.
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// text_member - a text in a JSON object; "" when it is not there. It belongs to the object.
const char *text_member(const json_t *object, const char *name);
// text_member_number - likewise a number; NAN when it is not there.
double text_member_number(const json_t *object, const char *name);

// text_read_file - a whole file, ended by 0; NULL with errno when it cannot be read. bytes may be
// NULL.
char *text_read_file(const char *path, size_t *bytes);

// text_plain - a line to print of a text that quotes a file of others: control characters, which a
// terminal would obey, become '?'. A new string.
char *text_plain(const char *text);

// text_word - a text as one word of a shell's command, in quotes when it must be. A new string.
char *text_word(const char *text);

void text_html(FILE *out, const char *text); // & < > " as entities

// text_data - the attribute data-LETTER, which says whose something is: a name, which ends at a [ or after so many bytes. It is but
// compared with others, so & < > " are -.
void text_data(FILE *out, char letter, const char *name, size_t bytes);

void text_id(FILE *out, const char *text);  // letters, digits, _ . and -: for links
void text_csv(FILE *out, const char *text); // RFC 4180: in quotes when it must be

#endif
