// input_json.c - the strings, keys and numbers of JSON. It is parsed on a copy of the process,
// since the values of a file take many times its size.

#include "input_json.h"

#include "aside.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

// What the copy writes: this, the tokens, the text.
struct json_head {
    uint64_t tokens, text_bytes;
};

struct json_walk {
    struct text tokens, text;
    struct json_head head;
};

static void json_add(struct json_walk *w, const void *bytes, size_t count, bool number) {
    if (!count || count > INPUT_MAX_TOKEN_BYTES)
        return;
    struct input_token token = {(uint32_t)w->head.text_bytes,
                                number ? INPUT_NUMBER : (uint32_t)count};
    fwrite(&token, sizeof token, 1, w->tokens.file);
    fwrite(bytes, 1, count, w->text.file);
    w->head.tokens++;
    w->head.text_bytes += count;
}

static void json_walk(struct json_walk *w, const json_t *value) {
    size_t i;
    json_t *item;
    const char *key;
    json_int_t whole = json_integer_value(value);
    double real = json_real_value(value);
    if (json_is_string(value))
        json_add(w, json_string_value(value), json_string_length(value), false);
    else if (json_is_integer(value))
        json_add(w, &whole, sizeof whole, true);
    else if (json_is_real(value))
        json_add(w, &real, sizeof real, false);
    json_array_foreach(value, i, item) json_walk(w, item);
    json_object_foreach((json_t *)(uintptr_t)value, key, item) {
        json_add(w, key, strlen(key), false);
        json_walk(w, item);
    }
}

// Values one after the other. Returns false where one is no JSON.
static bool json_values(struct json_walk *w, FILE *file, json_error_t *problem) {
    for (int c; (c = getc(file)) != EOF;) {
        if (isspace(c))
            continue;
        ungetc(c, file);
        json_t *value = json_loadf(file, JSON_DISABLE_EOF_CHECK, problem);
        if (!value)
            return false;
        json_walk(w, value);
        json_decref(value);
    }
    return true;
}

static bool json_aside(const void *path, FILE *out) {
    struct json_walk w = {.head = {0}};
    json_error_t problem;
    FILE *file = fopen(path, "re");
    text_open(&w.tokens);
    text_open(&w.text);
    bool good = file && json_values(&w, file, &problem);
    text_close(&w.tokens);
    text_close(&w.text);
    if (good) {
        fwrite(&w.head, sizeof w.head, 1, out);
        fwrite(w.tokens.data, 1, w.tokens.bytes, out);
        fwrite(w.text.data, 1, w.text.bytes, out);
    } else if (file) {
        fprintf(out, "line %d: %s", problem.line, problem.text);
    } else {
        fprintf(out, "%s", strerror(errno));
    }
    text_free(&w.tokens);
    text_free(&w.text);
    if (file)
        fclose(file);
    return good;
}

bool input_json(struct input *in, const char *path, char *error, size_t error_bytes) {
    size_t bytes;
    char *block = aside_run(json_aside, path, &bytes, error, error_bytes);
    if (!block)
        return false;
    const struct json_head *head = (const void *)block;
    in->block = block;
    in->format = "JSON";
    in->token_count = head->tokens;
    in->text_bytes = head->text_bytes;
    in->tokens = (void *)(block + sizeof *head);
    in->text = block + sizeof *head + in->token_count * sizeof *in->tokens;
    return true;
}
