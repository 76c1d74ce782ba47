// input.h - real data for workloads: the words of a text, the strings and numbers of JSON.
//
// What a file is, its content says:
//   JSON  one value, or several one after the other: keys and strings as they are in the file, in
//         its order; whole numbers as numbers, others as 8 bytes; true, false and null are left
//         out, for they share one object anyway
//   text  UTF-8: words between the boundaries of Unicode's UAX 29, and ASCII punctuation separates
//         besides, as in source code (a.b and it's are two words each); letters, digits and
//         underscores of ASCII make one word, which is what identifiers are. What begins with a
//         digit is no word
// A folder's files that are text are read as one text; others in it are passed over.

#ifndef HEAPBENCH_INPUT_H
#define HEAPBENCH_INPUT_H

#include <stddef.h>
#include <stdint.h>

#define INPUT_DEFAULT_PATH "/usr/include"
enum { INPUT_MAX_BYTES = 8 << 20 };   // of text that is read; more does not change the distribution
enum { INPUT_MAX_TOKEN_BYTES = 255 }; // what is longer is no name: it is data, and left out
#define INPUT_NUMBER UINT32_MAX

// A token: bytes of the text from offset on. With INPUT_NUMBER in place of the bytes: an int64_t
// that is there.
struct input_token {
    uint32_t offset; // into input.text
    uint32_t bytes;
};

struct input {
    const char *path;   // as given
    const char *format; // "text", "JSON"
    char *text;
    size_t text_bytes;
    struct input_token *tokens; // in order of the text
    size_t token_count;         // at least 1
    size_t numbers, distinct;   // of the tokens; values that differ
    uint64_t checksum;          // of tokens and text (base/checksum.h)
    size_t token_room_bytes;    // of pages of their own that tokens are in
    void *block;                // what text and tokens are in; NULL: they are arrays of their own
};

// input_read - load the tokens of path: a file, or a folder, whose files are read in sorted order,
// following no symbolic links to folders, until INPUT_MAX_BYTES are there (a token cut by that
// limit is left out). Only regular files are read.
//   returns  NULL with one line in error (of error_bytes) when nothing could be read: no such path,
//            not readable, neither JSON nor text, or no token in it
struct input *input_read(const char *path, char *error, size_t error_bytes);
void input_free(struct input *in);

#endif
