// input.h - real text for workloads: the words and identifiers of a file, or of a folder's files.

#ifndef HEAPBENCH_INPUT_H
#define HEAPBENCH_INPUT_H

#include <stddef.h>
#include <stdint.h>

#define INPUT_DEFAULT_PATH "/usr/include"
enum { INPUT_MAX_BYTES = 8 << 20 }; // of text that is read; more does not change the distribution

// A token: a maximal run of letters, digits and underscores; runs that start with a digit or are
// longer than 255 bytes are left out.
struct input_token {
    uint32_t offset; // into input.text
    uint32_t bytes;
};

struct input {
    const char *path; // as given
    char *text;
    size_t text_bytes;
    struct input_token *tokens; // in order of the text
    size_t token_count;         // at least 1
};

// input_read - load the tokens of path: a file, or a folder, whose files are read in sorted order,
// following no symbolic links to folders, until INPUT_MAX_BYTES are there (a token cut by that limit
// is left out). Only regular files are read.
//   returns  NULL with one line in error (of error_bytes) when nothing could be read: no such path,
//            not readable, or no token in it
struct input *input_read(const char *path, char *error, size_t error_bytes);
void input_free(struct input *in);

#endif
