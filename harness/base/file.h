// file.h - files that are there whole or not at all, and files that come with the program.

#ifndef HEAPBENCH_FILE_H
#define HEAPBENCH_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// file_write_whole - write beside, then rename: a reader sees the old content or the new, never a
// part.
//   returns  0 or an errno value; on failure the old file is as it was, and nothing is left beside
//            it
int file_write_whole(const char *path, const char *text, size_t bytes);

// file_clear - remove the files of a folder whose names match (fnmatch), as far as they can be; of
// one that is not there, none.
void file_clear(const char *folder, const char *pattern);

// file_begin, file_end - the same of what is too long to have in memory: print to file in between.
//   file      NULL with errno when it cannot be made; file_end then says why
//   discard   leave the old file
//   returns   0 or an errno value, as file_write_whole
struct file_fresh {
    FILE *file;
    char *path, *beside;
};
struct file_fresh file_begin(const char *path);
int file_end(struct file_fresh *fresh, bool discard);

// file_write_named - write to what a user named: "-" is stdout, a link is followed, a regular file
// is replaced as above, and a device or a pipe is written to. Returns 0 or an errno value.
int file_write_named(const char *path, const char *text, size_t bytes);

// file_add_line - add a line, which ends with a newline, to a file that is made if there is none. Of
// several at a time each adds its own, and where one cannot be added whole the file is as it was. A
// last line that was left without its end is ended first.
//   returns  0 or an errno value; EEXIST: that line is there
int file_add_line(const char *path, const char *line);

// file_make_folders - a folder and its parents, where they are missing. Returns 0 or an errno
// value.
int file_make_folders(const char *path);

// file_is_regular - whether it is a regular file, or a link to one. Opening a pipe may wait for
// ever, and what was read from one or from a device is not there a second time.
bool file_is_regular(const char *path);

// file_self - the path of the running program, a new string; NULL when nobody knows.
char *file_self(void);

// file_home - the path of a file or folder of the source tree ("harness/plans", "plots"). It is
// looked for beside the running program, then in each folder above it, so that it is found from
// anywhere.
//   returns  a new string; the name itself, for the working directory, when no folder above has it
char *file_home(const char *name);

// file_home_text - the text of such a file, a new string; NULL with errno set.
char *file_home_text(const char *name);

// file_named - the path of one of the files of a kind that are dropped into a folder of the source
// tree.
//   folder   like "harness/plans"; suffix like ".json"; what they are called, like "plan"
//   name     without the suffix; one with a slash or a dot is a path, and returned as it is
//   returns  a new string, or NULL with one line in error that says what there is
char *file_named(const char *folder, const char *suffix, const char *what, const char *name,
                 char *error, size_t error_bytes);

// file_json - what a file of JSON holds, in which no name stands twice.
//   returns  a new reference, or NULL with one line in error: why it cannot be read, or the line
//            that is wrong
json_t *file_json(const char *path, char *error, size_t error_bytes);

#endif
