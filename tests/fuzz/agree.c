// agree.c - reads what replay-NAME prints, of several strategies: who claims a figure of an input
// must give the same as the others.
//
//   agree <CLAIMS
//
// Prints the first input that fails on a strategy, or on which one differs from most, in one line,
// and exits 1. Inputs, figures and strategies are taken in the order of their names, whoever
// printed first.

#include "agree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AGREE_MOST_STRATEGIES = 64 };

struct line {
    char input[80], who[40], figure[24];
    uint64_t value;
    char failed[200]; // what is wrong with the strategy by itself; "": nothing
};

static int agree_order(const void *a, const void *b) {
    const struct line *x = a, *y = b;
    int order = strcmp(x->input, y->input);
    order = order ? order : strcmp(x->figure, y->figure);
    return order ? order : strcmp(x->who, y->who);
}

static struct line *agree_read(size_t *count) {
    struct line *lines = NULL;
    char text[512];
    size_t room = 0;
    for (*count = 0; fgets(text, sizeof text, stdin);) {
        if (*count == room && !(lines = realloc(lines, (room = room * 2 + 1024) * sizeof *lines))) {
            fputs("agree: out of memory\n", stderr);
            exit(1);
        }
        struct line *l = &lines[*count];
        *l = (struct line){.value = 0};
        int rest = 0;
        if (sscanf(text, "%79s %39s %23s %n", l->input, l->who, l->figure, &rest) < 3)
            continue;
        if (strcmp(l->figure, "FAILED") == 0)
            (void)snprintf(l->failed, sizeof l->failed, "%.*s", (int)strcspn(text + rest, "\n"),
                           text + rest);
        else
            l->value = strtoull(text + rest, NULL, 16);
        ++*count;
    }
    return lines;
}

// Whether one of the lines of an input and figure accuses a strategy.
static int agree_judge(const struct line *lines, size_t count) {
    struct claim claims[AGREE_MOST_STRATEGIES];
    for (size_t i = 0; i < count; i++) {
        if (lines[i].failed[0])
            return printf("input %s: %s is broken: %s\n", lines->input, lines[i].who,
                          lines[i].failed);
        if (i < AGREE_MOST_STRATEGIES)
            claims[i] = (struct claim){lines[i].who, lines[i].value};
    }
    count = count < AGREE_MOST_STRATEGIES ? count : AGREE_MOST_STRATEGIES;
    const struct claim *accused = agree_accused(claims, count);
    if (!accused)
        return 0;
    return printf("input %s: %s differs in %s: %016" PRIx64 ", most say %016" PRIx64 "\n",
                  lines->input, accused->who, lines->figure, accused->value,
                  agree_right(claims, count));
}

int main(void) {
    size_t count, next;
    struct line *lines = agree_read(&count);
    if (count)
        qsort(lines, count, sizeof *lines, agree_order);
    int bad = count ? 0 : printf("no strategy printed anything\n");
    for (size_t at = 0; at < count && !bad; at = next) {
        for (next = at + 1; next < count && strcmp(lines[next].input, lines[at].input) == 0 &&
                            strcmp(lines[next].figure, lines[at].figure) == 0;)
            next++;
        bad = agree_judge(&lines[at], next - at);
    }
    free(lines);
    return bad ? 1 : 0;
}
