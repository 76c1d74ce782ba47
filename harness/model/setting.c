// setting.c - checks a value against what its setting accepts.

#include "setting.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct setting *setting_find(const struct setting *table, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static int setting_parse_choice(const struct setting *s, const char *text, double *value) {
    for (int i = 0; s->choices[i]; i++)
        if (strcmp(s->choices[i], text) == 0) {
            *value = i;
            return 0;
        }
    return EINVAL;
}

// "off" is 0 for a number whose range holds 0. It is offered where a sweep has it: no payload is
// "off".
static int setting_takes_off(const struct setting *s) {
    return !s->choices && s->min <= 0;
}

static int setting_offers_off(const struct setting *s) {
    const char *off = s->sweep ? strstr(s->sweep, "off") : NULL;
    return off && setting_takes_off(s);
}

int setting_parse(const struct setting *s, const char *text, double *value) {
    if (s->choices)
        return setting_parse_choice(s, text, value);
    if (setting_takes_off(s) && strcmp(text, "off") == 0) {
        *value = 0;
        return 0;
    }
    char *end;
    double v = strtod(text, &end);
    if (end == text || *end || !(v >= s->min && v <= s->max) || (s->whole && v != floor(v)))
        return EINVAL;
    *value = v;
    return 0;
}

void setting_accepts(const struct setting *s, char *out, size_t bytes) {
    if (!s->choices) {
        snprintf(out, bytes, "a %snumber from %.10g to %.10g%s", s->whole ? "whole " : "", s->min,
                 s->max, setting_offers_off(s) ? ", or off" : "");
        return;
    }
    size_t used = 0;
    out[0] = 0;
    for (int i = 0; s->choices[i] && used < bytes; i++)
        used += (size_t)snprintf(out + used, bytes - used, "%s%s",
                                 i == 0              ? ""
                                 : s->choices[i + 1] ? ", "
                                                     : " or ",
                                 s->choices[i]);
}

int setting_sweep_next(const struct setting *s, const char **cursor, double *value) {
    if (!*cursor || !**cursor)
        return 0;
    char item[64];
    size_t length = strcspn(*cursor, ",");
    snprintf(item, sizeof item, "%.*s", (int)length, *cursor);
    *cursor += length + ((*cursor)[length] == ',');
    return setting_parse(s, item, value) == 0;
}
