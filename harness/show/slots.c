// slots.c - finds comments in HTML, and takes each apart into a name and an argument.

#include "slots.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char opening[] = "<!-- ", closing[] = " -->";

struct slot {
    const char *start, *end; // the comment, from < to after >
    char *name, *argument;
};

// The next comment that is closed; false when there is none.
static int slots_next(const char *from, struct slot *slot) {
    slot->start = strstr(from, opening);
    const char *close = slot->start ? strstr(slot->start, closing) : NULL;
    if (!close)
        return 0;
    const char *name = slot->start + strlen(opening);
    size_t whole = (size_t)(close - name), length = strcspn(name, ":");
    if (length > whole)
        length = whole;
    const char *argument = name + length;
    argument += strspn(argument, ": ");
    if (argument > close)
        argument = close;
    slot->end = close + strlen(closing);
    slot->name = text_format("%.*s", (int)length, name);
    slot->argument = text_format("%.*s", (int)(close - argument), argument);
    return 1;
}

static void slots_end(struct slot *slot) {
    free(slot->name);
    free(slot->argument);
}

void slots_write(const char *template, slots_fill *fill, void *context, FILE *out) {
    struct slot slot;
    for (; slots_next(template, &slot); template = slot.end) {
        fwrite(template, 1, (size_t)(slot.start - template), out);
        fill(context, slot.name, slot.argument, out);
        slots_end(&slot);
    }
    fputs(template, out);
}

char *slots_value(const char *template, const char *name) {
    struct slot slot;
    for (; slots_next(template, &slot); template = slot.end) {
        int found = !strcmp(slot.name, name);
        char *argument = found ? text_format("%s", slot.argument) : NULL;
        slots_end(&slot);
        if (found)
            return argument;
    }
    return NULL;
}
