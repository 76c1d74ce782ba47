// number.c - see number.h.

#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool number_whole(const char *text, uint64_t min, uint64_t max, uint64_t *value) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    // strtoull itself takes blanks and signs, and negates.
    if (errno || !isdigit((unsigned char)text[0]) || *end || number < min || number > max)
        return false;
    *value = number;
    return true;
}

bool number_real(const char *text, double min, double max, double *value) {
    char *end;
    double number = strtod(text, &end);
    // strtod itself takes blanks, a plus, and hexadecimal.
    if (end == text || *end || isspace((unsigned char)*text) || *text == '+' ||
        strpbrk(text, "xX") || !isfinite(number) || number < min || number > max)
        return false;
    *value = number;
    return true;
}

// What a suffix multiplies by; 0 for none that is known.
static double number_suffix(const char *text) {
    static const char prefixes[] = "kmgt";
    if (!*text || !strcmp(text, "B"))
        return 1;
    const char *prefix = strchr(prefixes, tolower((unsigned char)*text++));
    double base = *text == 'i' ? 1024 : 1000;
    text += *text == 'i';
    if (!prefix || (*text && strcmp(text, "B")))
        return 0;
    return pow(base, (double)(prefix - prefixes + 1));
}

bool number_bytes(const char *text, uint64_t *value) {
    char *end;
    double number = strtod(text, &end);
    if (end == text || (!isdigit((unsigned char)text[0]) && text[0] != '.'))
        return false;
    double bytes = number * number_suffix(end);
    if ((number > 0 && !(bytes > 0)) || !number_suffix(end) || !(bytes < 0x1p63))
        return false;
    *value = (uint64_t)bytes;
    return true;
}

// The largest power of 1000 or 1024 that divides it leaves the fewest digits.
void number_bytes_text(uint64_t value, char *out, size_t bytes) {
    static const char *const decimals[] = {"", "k", "M", "G", "T"};
    static const char *const binaries[] = {"", "Ki", "Mi", "Gi", "Ti"};
    uint64_t thousands = value, kilos = value;
    int t = 0, k = 0;
    for (; thousands && thousands % 1000 == 0 && t < 4; t++)
        thousands /= 1000;
    for (; kilos && kilos % 1024 == 0 && k < 4; k++)
        kilos /= 1024;
    bool decimal = thousands <= kilos;
    snprintf(out, bytes, "%llu%s", (unsigned long long)(decimal ? thousands : kilos),
             decimal ? decimals[t] : binaries[k]);
}
