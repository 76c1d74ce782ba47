// input.c - see input.h.

#include "input.h"

#include "checksum.h"
#include "file.h"
#include "input_json.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unictype.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwbrk.h>

enum { INPUT_PIECE_BYTES = 4096 }; // of a line, in which words are looked for at once

// ----------------------------------------------------------------------------------------- reading

// Where the text from start to end is no longer UTF-8 without zero bytes: start, or the end. The
// limit may have cut a character in two.
static size_t text_end(const struct input *in, size_t start, size_t end) {
    const uint8_t *text = (const uint8_t *)in->text + start;
    const uint8_t *wrong = u8_check(text, end - start);
    size_t left = wrong ? (size_t)(text + (end - start) - wrong) : 0;
    if (wrong && !(end == INPUT_MAX_BYTES && left < 4))
        return start;
    return memchr(text, 0, end - start - left) ? start : end - left;
}

// read_file - append the file's text, as far as it fits, and a newline, so that words of two files
// stay two.
//   returns  0 or an errno value; then the text is as before. EILSEQ: it is empty, or no text
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
    end = error ? in->text_bytes : text_end(in, in->text_bytes, end);
    if (end == in->text_bytes)
        return error ? error : EILSEQ;
    if (end < INPUT_MAX_BYTES)
        in->text[end++] = '\n';
    in->text_bytes = end;
    return 0;
}

// By bytes, not by locale, so that the order is the same everywhere.
static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

// A link counts when it leads to a regular file.
static bool is_regular(const FTSENT *entry) {
    return entry->fts_info == FTS_F ||
           (entry->fts_info == FTS_SL && file_is_regular(entry->fts_path));
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
    if (S_ISDIR(status.st_mode))
        return read_folder(in, in->path);
    return S_ISREG(status.st_mode) ? read_file(in, in->path) : EILSEQ;
}

// ------------------------------------------------------------------------------------------ tokens

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static bool is_ascii(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

// Whether a word may begin so: with a letter, or an underscore.
static bool begins_word(const char *text, size_t bytes) {
    ucs4_t character;
    if ((unsigned char)*text < 0x80)
        return is_word(*text) && !is_digit(*text);
    u8_mbtouc_unsafe(&character, (const uint8_t *)text, bytes);
    return uc_is_general_category(character, UC_LETTER);
}

static void add_token(struct input *in, size_t start, size_t end) {
    if (end > start && end - start <= INPUT_MAX_TOKEN_BYTES &&
        begins_word(in->text + start, end - start))
        in->tokens[in->token_count++] =
            (struct input_token){(uint32_t)start, (uint32_t)(end - start)};
}

// In a piece of ASCII a word is a run of letters, digits and underscores, which is what UAX 29
// makes of it.
static void find_ascii(struct input *in, size_t start, size_t end) {
    while (start < end) {
        size_t from = start;
        while (start < end && is_word(in->text[start]))
            start++;
        add_token(in, from, start);
        start += start < end;
    }
}

static void find_unicode(struct input *in, size_t start, size_t end) {
    char breaks[INPUT_PIECE_BYTES];
    size_t from = start;
    u8_wordbreaks((const uint8_t *)in->text + start, end - start, breaks);
    for (size_t at = start; at <= end; at++) {
        bool separates = at < end && (unsigned char)in->text[at] < 0x80 && !is_word(in->text[at]);
        if (at < end && !breaks[at - start] && !separates)
            continue;
        add_token(in, from, at);
        from = at + separates;
    }
}

// The end of a piece: a line's, or where a word certainly ends, or at least a character.
static size_t piece_end(const struct input *in, size_t start) {
    size_t left = in->text_bytes - start,
           most = left < INPUT_PIECE_BYTES ? left : INPUT_PIECE_BYTES;
    const char *line = memchr(in->text + start, '\n', most);
    if (line)
        return (size_t)(line - in->text) + 1;
    size_t end = start + most, at = end;
    if (most == left)
        return end;
    while (at > start && ((unsigned char)in->text[at] >= 0x80 || is_word(in->text[at])))
        at--;
    while (at == start && ((unsigned char)in->text[end] & 0xC0) == 0x80)
        end--;
    return at > start ? at : end;
}

// Room for as many tokens as there are bytes, of which pages that no token needs are never touched:
// an array that grew in place would leave its slack in the process's memory.
static int find_tokens(struct input *in) {
    in->token_room_bytes = (in->text_bytes + 1) * sizeof *in->tokens;
    void *pages = mmap(NULL, in->token_room_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED)
        return ENOMEM;
    in->tokens = pages;
    for (size_t start = 0, end; start < in->text_bytes; start = end) {
        end = piece_end(in, start);
        if (is_ascii(in->text + start, end - start))
            find_ascii(in, start, end);
        else
            find_unicode(in, start, end);
    }
    return 0;
}

// ------------------------------------------------------------------------------------------- facts
static uint64_t token_sum(const struct input *in, const struct input_token *token) {
    bool number = token->bytes == INPUT_NUMBER;
    uint64_t sum = checksum_add(CHECKSUM_START, &number, 1);
    return checksum_add(sum, in->text + token->offset, number ? sizeof(int64_t) : token->bytes);
}

// Sums that differ, in pages of their own, of which nothing stays. The table grows with them, since
// a text says few words often: with room for every word of 8 MB it touched 32 MB before the program
// began.
struct sums {
    uint64_t *slots;
    size_t room, count;
};

static uint64_t *sums_slot(const struct sums *s, uint64_t sum) {
    size_t at = sum & (s->room - 1);
    while (s->slots[at] && s->slots[at] != sum)
        at = (at + 1) & (s->room - 1);
    return &s->slots[at];
}

static void sums_free(struct sums *s) {
    if (s->slots)
        munmap(s->slots, s->room * sizeof *s->slots);
}

static bool sums_grow(struct sums *s) {
    struct sums more = {NULL, s->room ? 2 * s->room : 1024, s->count};
    void *pages = mmap(NULL, more.room * sizeof *more.slots, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return false;
    more.slots = pages;
    for (size_t i = 0; i < s->room; i++)
        if (s->slots[i])
            *sums_slot(&more, s->slots[i]) = s->slots[i];
    sums_free(s);
    *s = more;
    return true;
}

// Of a million values two have the same sum once in 40 million files.
static int count_tokens(struct input *in) {
    struct sums sums = {0};
    bool good = true;
    in->checksum = CHECKSUM_START;
    for (size_t i = 0; i < in->token_count && good; i++) {
        uint64_t sum = token_sum(in, &in->tokens[i]);
        in->numbers += in->tokens[i].bytes == INPUT_NUMBER;
        in->checksum = checksum_add(in->checksum, &sum, sizeof sum);
        sum |= !sum;
        good = 2 * sums.count < sums.room || sums_grow(&sums);
        if (good) {
            uint64_t *slot = sums_slot(&sums, sum);
            sums.count += !*slot;
            *slot = sum;
        }
    }
    in->distinct = sums.count;
    sums_free(&sums);
    return good ? 0 : ENOMEM;
}

// -------------------------------------------------------------------------------------- life cycle

// trim - give back what the text did not fill, and a last word that the limit may have cut in two.
static void trim(struct input *in) {
    if (in->text_bytes == INPUT_MAX_BYTES)
        while (in->text_bytes && (is_word(in->text[in->text_bytes - 1]) ||
                                  (unsigned char)in->text[in->text_bytes - 1] >= 0x80))
            in->text_bytes--;
    char *trimmed = realloc(in->text, in->text_bytes + 1);
    in->text = trimmed ? trimmed : in->text;
}

static int load_text(struct input *in) {
    in->text = malloc(INPUT_MAX_BYTES);
    in->format = "text";
    if (!in->text)
        return ENOMEM;
    int error = read_path(in);
    if (error)
        return error;
    trim(in);
    return find_tokens(in);
}

// What the first bytes are: '{' or '[' may begin JSON.
static size_t read_start(const char *path, unsigned char *start, size_t bytes) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = file >= 0 ? read(file, start, bytes) : -1;
    if (file >= 0)
        close(file);
    return got > 0 ? (size_t)got : 0;
}

static bool may_be_json(const char *path) {
    unsigned char start[512];
    size_t got = read_start(path, start, sizeof start), at = 0;
    while (at < got && strchr(" \t\r\n", start[at]))
        at++;
    return at < got && (start[at] == '{' || start[at] == '[');
}

static bool ends_in_json(const char *path) {
    size_t bytes = strlen(path);
    return bytes > 5 && !strcmp(path + bytes - 5, ".json");
}

// What a file that is no text probably is.
static const char *guess(const char *path) {
    static const struct {
        const char *start, *what;
    } kinds[] = {{"\x1f\x8b", "compressed: unpack it first"},
                 {"\x28\xb5\x2f\xfd", "compressed: unpack it first"},
                 {"\xfd\x37\x7a\x58", "compressed: unpack it first"},
                 {"BZh", "compressed: unpack it first"},
                 {"\x7f"
                  "ELF",
                  "a program"}};
    unsigned char start[8] = "";
    struct stat s;
    if (!stat(path, &s) && !S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode))
        return "a pipe or a device, which cannot be read a second time";
    size_t got = read_start(path, start, sizeof start);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!memcmp(start, kinds[i].start, strlen(kinds[i].start)))
            return kinds[i].what;
    return got ? "no text: it has bytes that are no UTF-8" : "empty";
}

static bool load(struct input *in, char *error, size_t error_bytes) {
    char problem[256] = "";
    bool json = may_be_json(in->path) && input_json(in, in->path, problem, sizeof problem);
    bool broken = !json && *problem && ends_in_json(in->path);
    int failed = json || broken ? 0 : load_text(in);
    if (!failed && in->token_count)
        failed = count_tokens(in);
    if (broken)
        snprintf(error, error_bytes, "input %s: no JSON: %s", in->path, problem);
    else if (failed == EILSEQ)
        snprintf(error, error_bytes,
                 "input %s: %s: accepted: text in UTF-8, JSON, a folder of text, a scenario, a "
                 "trace, a log of "
                 "malloc (.rep, mtrace, heaptrack, ltrace)",
                 in->path, guess(in->path));
    else if (failed)
        snprintf(error, error_bytes, "input %s: %s", in->path, strerror(failed));
    else if (!in->token_count)
        snprintf(error, error_bytes, "input %s: no word in it", in->path);
    return !broken && !failed && in->token_count;
}

struct input *input_read(const char *path, char *error, size_t error_bytes) {
    struct input *in = calloc(1, sizeof *in);
    if (!in)
        snprintf(error, error_bytes, "input %s: %s", path, strerror(ENOMEM));
    if (in)
        in->path = path;
    if (in && load(in, error, error_bytes))
        return in;
    input_free(in);
    return NULL;
}

void input_free(struct input *in) {
    if (!in)
        return;
    if (!in->block) {
        if (in->tokens)
            munmap(in->tokens, in->token_room_bytes);
        free(in->text);
    }
    free(in->block);
    free(in);
}
