// text.c - see text.h.

#include "text.h"

#include "must.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void text_open(struct text *text) {
    *text = (struct text){0};
    text->file = open_memstream(&text->data, &text->bytes);
    must(text->file);
}

void text_close(struct text *text) {
    int failed = fclose(text->file);
    must(failed ? NULL : text->data);
    text->file = NULL;
}

void text_free(struct text *text) {
    free(text->data);
    *text = (struct text){0};
}

char *text_format(const char *format, ...) {
    va_list arguments;
    char *text;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return must(length < 0 ? NULL : text);
}

char *text_read_file(const char *path, size_t *bytes) {
    FILE *in = fopen(path, "rb");
    if (!in)
        return NULL;
    struct text text;
    char block[65536];
    size_t got;
    text_open(&text);
    while ((got = fread(block, 1, sizeof block, in)) > 0)
        fwrite(block, 1, got, text.file);
    int error = ferror(in) ? errno : 0;
    fclose(in);
    text_close(&text);
    if (error) {
        text_free(&text);
        errno = error;
        return NULL;
    }
    if (bytes)
        *bytes = text.bytes;
    return text.data;
}

char *text_plain(const char *text) {
    char *plain = must(strdup(text));
    for (char *at = plain; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    return plain;
}

char *text_word(const char *text) {
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+,@%-";
    struct text word;
    if (*text && !text[strspn(text, plain)])
        return text_format("%s", text);
    text_open(&word);
    putc('\'', word.file);
    for (; *text; text++)
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, 0}, word.file);
    putc('\'', word.file);
    text_close(&word);
    return word.data;
}

void text_html(FILE *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

void text_data(FILE *out, char letter, const char *name, size_t bytes) {
    fprintf(out, " data-%c=\"", letter);
    for (size_t i = 0; i < bytes && name[i] && name[i] != '['; i++)
        fputc(strchr("\"&<>", name[i]) ? '-' : name[i], out);
    fputc('"', out);
}

void text_id(FILE *out, const char *text) {
    for (; *text; text++)
        fputc(isalnum((unsigned char)*text) || strchr("_.-", *text) ? *text : '-', out);
}

void text_csv(FILE *out, const char *text) {
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

const char *text_member(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

double text_member_number(const json_t *object, const char *name) {
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}
