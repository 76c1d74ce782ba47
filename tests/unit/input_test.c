// input_test.c - the reader of text: which words it finds, in which order, and what it says when it
// finds none.

#include "base/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h> // behind the four headers that it needs

// ----------------------------------------------------------------------------------------- helpers

enum { PATH_BYTES = 256, ERROR_BYTES = 300 };

struct folder {
    char path[PATH_BYTES];
};

static int folder_make(void **state) {
    static struct folder folder;
    strcpy(folder.path, "/tmp/heapbench-input-XXXXXX");
    *state = &folder;
    return mkdtemp(folder.path) ? 0 : -1;
}

static int folder_remove(void **state) {
    const struct folder *folder = *state;
    char command[PATH_BYTES + 32];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    return system(command);
}

// The path of name within the folder, in one of a few static buffers.
static const char *in_folder(void **state, const char *name) {
    static char paths[4][2 * PATH_BYTES];
    static size_t turn;
    const struct folder *folder = *state;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder->path, name);
    return path;
}

static const char *write_file(void **state, const char *name, const char *text, size_t bytes) {
    const char *path = in_folder(state, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
    return path;
}

static const char *write_text(void **state, const char *name, const char *text) {
    return write_file(state, name, text, strlen(text));
}

// The tokens of path are these words, separated by single spaces.
static void assert_tokens(const char *path, const char *words) {
    char error[ERROR_BYTES] = "";
    struct input *in = input_read(path, error, sizeof error);
    assert_string_equal(error, "");
    assert_non_null(in);
    assert_ptr_equal(in->path, path);
    char *found = calloc(1, 2 * in->text_bytes + 1);
    assert_non_null(found);
    for (size_t i = 0; i < in->token_count; i++) {
        assert_true(in->tokens[i].offset + in->tokens[i].bytes <= in->text_bytes);
        strcat(found, i ? " " : "");
        strncat(found, in->text + in->tokens[i].offset, in->tokens[i].bytes);
    }
    assert_string_equal(found, words);
    free(found);
    input_free(in);
}

// Reading fails with one line that names the path and contains the reason.
static void assert_refused(const char *path, const char *reason) {
    char error[ERROR_BYTES] = "";
    assert_null(input_read(path, error, sizeof error));
    assert_non_null(strstr(error, path));
    assert_non_null(strstr(error, reason));
    assert_null(strchr(error, '\n'));
}

// ------------------------------------------------------------------------------------------ tokens

static void finds_words_and_identifiers(void **state) {
    const char *text = "int main(void) {\n\treturn _x1+a_b-Z9;\n}";
    assert_tokens(write_text(state, "f", text), "int main void return _x1 a_b Z9");
}

static void finds_a_word_at_either_end(void **state) {
    assert_tokens(write_text(state, "f", "a"), "a");
    assert_tokens(write_text(state, "f", "ab cd"), "ab cd");
}

// A run is taken or left as a whole: no token is the rest of one that starts with a digit.
static void leaves_out_runs_that_start_with_a_digit(void **state) {
    assert_tokens(write_text(state, "f", "a 0x1F 12 9lives 1_b b2 3.e4"), "a b2 e4");
}

// Boundaries of words are those of Unicode, whatever the script; ASCII punctuation separates
// besides.
static void takes_words_of_any_script(void **state) {
    assert_tokens(write_text(state, "f", "café naïve2 it's x.y @[`{/:"), "café naïve2 it s x y");
    assert_tokens(write_text(state, "f", "l’été était «là»"), "l’été était là");
    assert_tokens(write_text(state, "f", "Привет, мир_2! 你好 カタカナ"),
                  "Привет мир_2 你 好 カタカナ");
    assert_tokens(write_text(state, "f", "9é ٣a b – c"), "b c");
}

// A piece that ends within a word would make two of it, and one that ends within a character none.
static void pieces_end_between_words(void **state) {
    char text[3 * 4096 + 1] = "", words[sizeof text] = "";
    for (size_t i = 0; i < 680; i++)
        strcat(text, i % 2 ? "éèêëàâäb " : "àé ");
    snprintf(words, sizeof words, "%.*s", (int)strlen(text) - 1, text);
    assert_tokens(write_text(state, "f", text), words);
}

static void takes_values_of_json(void **state) {
    const char *text =
        " {\"a key\": [\"it's\", 17, -5000000000, true, null, \"\"], \"b\": \"a key\"}\n"
        "[\"caf\\u00e9\"]";
    char error[ERROR_BYTES] = "";
    const char *path = write_text(state, "f", text);
    struct input *in = input_read(path, error, sizeof error);
    assert_string_equal(error, "");
    assert_string_equal(in->format, "JSON");
    static const char *const expected[] = {"a key", "it's", NULL, NULL, "b", "a key", "café"};
    assert_int_equal(in->token_count, 7);
    assert_int_equal(in->numbers, 2);
    assert_int_equal(in->distinct, 6);
    for (size_t i = 0; i < in->token_count; i++) {
        const struct input_token *token = &in->tokens[i];
        if (expected[i]) {
            assert_int_equal(token->bytes, strlen(expected[i]));
            assert_memory_equal(in->text + token->offset, expected[i], token->bytes);
        } else {
            int64_t number; // of a text that is shorter this would read what is after it
            assert_int_equal(token->bytes, INPUT_NUMBER);
            memcpy(&number, in->text + token->offset, sizeof number);
            assert_int_equal(number, i == 2 ? 17 : -5000000000);
        }
    }
    input_free(in);
    assert_tokens(write_text(state, "f", "{ return x; }"), "return x"); // may begin so, and is none
    assert_refused(write_text(state, "broken.json", "{\"a\": [1,\n]}"), "no JSON: line 2: ");
}

// One letter more or in another place is another input.
static void checksums_tell_inputs_apart(void **state) {
    static const char *const texts[] = {"a b", "b a", "a bb", "a", "a 1 b", "[\"a\", \"b\"]"};
    uint64_t sums[6];
    for (size_t i = 0; i < 6; i++) {
        char error[ERROR_BYTES] = "";
        struct input *in = input_read(write_text(state, "f", texts[i]), error, sizeof error);
        assert_non_null(in);
        sums[i] = in->checksum;
        input_free(in);
    }
    for (size_t i = 1; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(sums[i] != sums[j]);
    assert_true(sums[4] == sums[0] && sums[5] == sums[0]); // the same words are the same program
}

static void refuses_what_is_no_text(void **state) {
    static const char zero[] = "a\0b", latin[] = "caf\xE9 na\xEFve", packed[] = "\x1f\x8b\x08 a b";
    assert_refused(write_file(state, "f", zero, sizeof zero - 1),
                   "no UTF-8: accepted: text in UTF-8, JSON");
    assert_refused(write_text(state, "f", latin), "no UTF-8: accepted");
    assert_refused(write_text(state, "f", packed), "compressed: unpack it first");
    write_text(state, "f", "good");
    write_file(state, "g", zero, sizeof zero - 1);
    assert_tokens(in_folder(state, ""), "good");
}

static void takes_runs_of_up_to_255_bytes(void **state) {
    char text[1024], longest[256];
    memset(longest, 'q', 255);
    longest[255] = 0;
    snprintf(text, sizeof text, "a %sq b", longest);
    assert_tokens(write_text(state, "f", text), "a b");
    snprintf(text, sizeof text, "a %s b", longest);
    const char *path = write_text(state, "f", text);
    assert_tokens(path, text);
}

// ----------------------------------------------------------------------------------------- folders

static void reads_a_folder_in_sorted_order(void **state) {
    write_text(state, "b", "second");
    write_text(state, "a10", "first");
    write_text(state, "c", "last");
    assert_int_equal(mkdir(in_folder(state, "bb"), 0700), 0);
    write_text(state, "bb/z", "fourth");
    write_text(state, "bb/B", "third");
    assert_tokens(in_folder(state, ""), "first second third fourth last");
}

static void keeps_words_of_two_files_apart(void **state) {
    write_text(state, "a", "one");
    write_text(state, "b", "two");
    assert_tokens(in_folder(state, ""), "one two");
}

static void follows_links_to_files_but_not_to_folders(void **state) {
    assert_int_equal(mkdir(in_folder(state, "d"), 0700), 0);
    write_text(state, "d/f", "word");
    assert_int_equal(symlink("d/f", in_folder(state, "a_file")), 0);
    assert_int_equal(symlink("d", in_folder(state, "b_folder")), 0);
    assert_int_equal(symlink("nowhere", in_folder(state, "c_nothing")), 0);
    assert_tokens(in_folder(state, ""), "word word");
    assert_tokens(in_folder(state, "b_folder"), "word"); // given by name, it is followed
}

static void passes_over_pipes(void **state) {
    assert_int_equal(mkfifo(in_folder(state, "a"), 0600), 0);
    write_text(state, "b", "word");
    assert_tokens(in_folder(state, ""), "word");
}

static void passes_over_unreadable_files(void **state) {
    if (geteuid() == 0)
        skip(); // root may read everything
    write_text(state, "a", "hidden");
    write_text(state, "b", "word");
    assert_int_equal(chmod(in_folder(state, "a"), 0), 0);
    assert_tokens(in_folder(state, ""), "word");
    assert_refused(in_folder(state, "a"), "Permission denied");
}

// ---------------------------------------------------------------------------------------- failures

static void names_a_path_that_is_not_there(void **state) {
    assert_refused(in_folder(state, "none"), "No such file or directory");
}

// A link to itself can be read by nobody, not even by root.
static void names_a_path_that_cannot_be_read(void **state) {
    assert_int_equal(symlink("loop", in_folder(state, "loop")), 0);
    assert_refused(in_folder(state, "loop"), "Too many levels of symbolic links");
}

static void names_a_text_without_words(void **state) {
    assert_refused(in_folder(state, ""), "no word");
    assert_refused(write_text(state, "f", ""), "empty");
    assert_refused(in_folder(state, ""), "empty");
    assert_refused(write_text(state, "f", "12 + 3\n"), "no word");
    assert_refused(in_folder(state, ""), "no word");
    assert_refused("/dev/null", "a pipe or a device");
}

static void cuts_its_message_to_the_space_given(void **state) {
    char error[8] = "";
    assert_null(input_read(in_folder(state, "none"), error, sizeof error));
    assert_string_equal(error, "input /");
}

static void frees_nothing(void **state) {
    (void)state;
    input_free(NULL);
}

// ---------------------------------------------------------------------------------- the size limit

// Write `text` over and over, until the file has this many bytes.
static const char *write_repeated(void **state, const char *name, const char *text, size_t bytes) {
    char *whole = malloc(bytes);
    assert_non_null(whole);
    size_t length = strlen(text);
    for (size_t i = 0; i < bytes; i++)
        whole[i] = text[i % length];
    const char *path = write_file(state, name, whole, bytes);
    free(whole);
    return path;
}

static struct input *read_words(const char *path) {
    char error[ERROR_BYTES];
    struct input *in = input_read(path, error, sizeof error);
    assert_non_null(in);
    assert_true(in->text_bytes <= INPUT_MAX_BYTES);
    return in;
}

// 8 MiB is no multiple of 3 bytes, so a word is cut in two by the limit, and left out.
static void stops_at_the_size_limit(void **state) {
    struct input *in = read_words(write_repeated(state, "f", "ab ", INPUT_MAX_BYTES + 1000));
    assert_int_equal(in->token_count, INPUT_MAX_BYTES / 3);
    assert_int_equal(in->tokens[in->token_count - 1].bytes, 2);
    input_free(in);
}

static void stops_within_a_folder(void **state) {
    write_repeated(state, "a", "ab ", INPUT_MAX_BYTES - 10);
    write_text(state, "b", "c d e f g h");
    write_text(state, "c", "never");
    struct input *in = read_words(in_folder(state, ""));
    const struct input_token *last = &in->tokens[in->token_count - 1];
    assert_int_equal(last->bytes, 1);
    assert_int_equal(in->text[last->offset], 'f');
    input_free(in);
}

static void reads_just_below_the_size_limit(void **state) {
    struct input *in = read_words(write_repeated(state, "f", "ab ", INPUT_MAX_BYTES - 1));
    assert_int_equal(in->text_bytes, INPUT_MAX_BYTES);
    input_free(in);
}

// ---------------------------------------------------------------------------------------- the list

#define TEST(function) cmocka_unit_test_setup_teardown(function, folder_make, folder_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(finds_words_and_identifiers),
        TEST(finds_a_word_at_either_end),
        TEST(leaves_out_runs_that_start_with_a_digit),
        TEST(takes_words_of_any_script),
        TEST(pieces_end_between_words),
        TEST(takes_values_of_json),
        TEST(checksums_tell_inputs_apart),
        TEST(refuses_what_is_no_text),
        TEST(takes_runs_of_up_to_255_bytes),
        TEST(reads_a_folder_in_sorted_order),
        TEST(keeps_words_of_two_files_apart),
        TEST(follows_links_to_files_but_not_to_folders),
        TEST(passes_over_pipes),
        TEST(passes_over_unreadable_files),
        TEST(names_a_path_that_is_not_there),
        TEST(names_a_path_that_cannot_be_read),
        TEST(names_a_text_without_words),
        TEST(cuts_its_message_to_the_space_given),
        TEST(frees_nothing),
        TEST(stops_at_the_size_limit),
        TEST(stops_within_a_folder),
        TEST(reads_just_below_the_size_limit),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
