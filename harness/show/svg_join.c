// svg_join.c - see svg_join.h.

#include "svg_join.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The end of a group is held back until it is known that the same group does not begin again.
enum { JOIN_DEPTH = 16 }; // more than gnuplot has
struct group {
    const char *tag; // "<g ...>"
    size_t bytes;
};
struct joiner {
    struct group open[JOIN_DEPTH]; // those from `depth` on were closed and can begin again
    size_t depth, ended;           // ended: how many ends are held back
    FILE *out;
};

static void join_end(struct joiner *j) {
    for (; j->ended; j->ended--)
        fputs("</g>", j->out);
}

static void join_open(struct joiner *j, const char *tag, size_t bytes) {
    const struct group *last = &j->open[j->depth];
    if (j->ended && last->bytes == bytes && !memcmp(last->tag, tag, bytes)) {
        j->ended--;
    } else {
        join_end(j);
        fwrite(tag, 1, bytes, j->out);
        j->open[j->depth] = (struct group){tag, bytes};
    }
    j->depth++;
}

static void join_groups(const char *from, FILE *out) {
    struct joiner j = {.out = out};
    for (const char *end; *from; from = end) {
        end = from + 1 + strcspn(from + 1, "<");
        bool opens = !strncmp(from, "<g>", 3) || !strncmp(from, "<g ", 3);
        if (opens && j.depth < JOIN_DEPTH) {
            end = strchr(from, '>') + 1;
            join_open(&j, from, (size_t)(end - from));
        } else if (!strncmp(from, "</g>", 4) && j.depth) {
            end = from + 4;
            j.depth--;
            j.ended++;
        } else {
            join_end(&j);
            fwrite(from, 1, (size_t)(end - from), out);
        }
    }
    join_end(&j);
}

static void join_titles(const char *from, FILE *out) {
    static const char close[] = "</title>";
    for (const char *at; (at = strstr(from, "<title>")) != NULL;) {
        const char *end = strstr(at, close) + sizeof close - 1;
        char *title = text_format("%.*s", (int)(end - at), at);
        fwrite(from, 1, (size_t)((strstr(end, title) ? at : end) - from), out);
        free(title);
        from = end;
    }
    fputs(from, out);
}

void svg_join(const char *picture, FILE *out) {
    struct text titled;
    text_open(&titled);
    join_titles(picture, titled.file);
    text_close(&titled);
    join_groups(titled.data, out);
    text_free(&titled);
}
