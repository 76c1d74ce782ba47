// input.c - see input.h.

#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUT_MAX_TOKEN_BYTES = 255 }; // a longer run is no identifier: it is data, and left out

// ----------------------------------------------------------------------------------------- reading

// read_file - append the file's text, as far as it fits, and a newline, so that words of two files
// stay two.
//   returns  0 or an errno value; then the text is as before
static int read_file(struct input *in, const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    size_t end = in->text_bytes;
    int error = 0;
    while (end < INPUT_MAX_BYTES) {
        ssize_t got = read(file, in->text + end, INPUT_MAX_BYTES - end);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            error = got < 0 ? errno : 0;
            break;
        }
        end += (size_t)got;
    }
    close(file);
    if (error)
        return error;
    if (end < INPUT_MAX_BYTES)
        in->text[end++] = '\n';
    in->text_bytes = end;
    return 0;
}

// By bytes, not by locale, so that the order is the same everywhere.
static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

// A link counts when it leads to a regular file; a pipe or a device could block for ever.
static bool is_regular(const FTSENT *entry) {
    struct stat target;
    return entry->fts_info == FTS_F || (entry->fts_info == FTS_SL &&
                                        !stat(entry->fts_path, &target) && S_ISREG(target.st_mode));
}

// read_folder - append the files of a tree; those that cannot be read are passed over.
//   returns  0 or an errno value: of the walk, or of the last file when none could be read
static int read_folder(struct input *in, const char *path) {
    char *roots[] = {(char *)(uintptr_t)path, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
    if (!walk)
        return errno;
    int error = 0;
    FTSENT *entry;
    while (in->text_bytes < INPUT_MAX_BYTES && (entry = fts_read(walk))) {
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
            error = entry->fts_errno;
        else if (is_regular(entry)) {
            int failed = read_file(in, entry->fts_path);
            error = failed ? failed : error;
        }
    }
    fts_close(walk);
    return in->text_bytes ? 0 : error;
}

static int read_path(struct input *in) {
    struct stat status;
    if (stat(in->path, &status))
        return errno;
    return S_ISDIR(status.st_mode) ? read_folder(in, in->path) : read_file(in, in->path);
}

// ------------------------------------------------------------------------------------------ tokens

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

// next_token - find the first token at or after *position, and move *position behind it.
static bool next_token(const struct input *in, size_t *position, struct input_token *token) {
    size_t end = *position;
    while (end < in->text_bytes) {
        size_t start = end;
        while (start < in->text_bytes && !is_word(in->text[start]))
            start++;
        end = start;
        while (end < in->text_bytes && is_word(in->text[end]))
            end++;
        if (end > start && end - start <= INPUT_MAX_TOKEN_BYTES && !is_digit(in->text[start])) {
            *position = end;
            *token = (struct input_token){(uint32_t)start, (uint32_t)(end - start)};
            return true;
        }
    }
    return false;
}

// Counted first, since an array that grew in place would leave its slack in the process's memory.
static int find_tokens(struct input *in) {
    struct input_token token;
    for (size_t at = 0; next_token(in, &at, &token);)
        in->token_count++;
    if (!in->token_count)
        return 0;
    in->tokens = malloc(in->token_count * sizeof *in->tokens);
    if (!in->tokens)
        return ENOMEM;
    struct input_token *next = in->tokens;
    for (size_t at = 0; next_token(in, &at, &token);)
        *next++ = token;
    return 0;
}

// -------------------------------------------------------------------------------------- life cycle

// trim - give back what the text did not fill, and a last word that the limit may have cut in two.
static void trim(struct input *in) {
    if (in->text_bytes == INPUT_MAX_BYTES)
        while (in->text_bytes && is_word(in->text[in->text_bytes - 1]))
            in->text_bytes--;
    char *trimmed = realloc(in->text, in->text_bytes + 1);
    in->text = trimmed ? trimmed : in->text;
}

static int load(struct input *in) {
    in->text = malloc(INPUT_MAX_BYTES);
    if (!in->text)
        return ENOMEM;
    int error = read_path(in);
    if (error)
        return error;
    trim(in);
    return find_tokens(in);
}

struct input *input_read(const char *path, char *error, size_t error_bytes) {
    struct input *in = calloc(1, sizeof *in);
    if (in)
        in->path = path;
    int failed = in ? load(in) : ENOMEM;
    if (!failed && in->token_count)
        return in;
    if (failed)
        snprintf(error, error_bytes, "input %s: %s", path, strerror(failed));
    else
        snprintf(error, error_bytes, "input %s: no word in it", path);
    input_free(in);
    return NULL;
}

void input_free(struct input *in) {
    if (!in)
        return;
    free(in->tokens);
    free(in->text);
    free(in);
}
