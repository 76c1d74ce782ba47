// musl.c - what Debian's static libraries ask glibc for and musl has not: functions that check the room they are given. Linked into
// programs of tests/cross alone; that the room suffices is checked where these libraries run on glibc.

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

int __vsnprintf_chk(char *out, size_t bytes, int flag, size_t room, const char *format,
                    va_list values);
int __snprintf_chk(char *out, size_t bytes, int flag, size_t room, const char *format, ...);
char *__strncpy_chk(char *out, const char *in, size_t bytes, size_t room);

int __vsnprintf_chk(char *out, size_t bytes, int flag, size_t room, const char *format,
                    va_list values) {
    (void)flag, (void)room;
    return vsnprintf(out, bytes, format, values);
}

int __snprintf_chk(char *out, size_t bytes, int flag, size_t room, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int written = __vsnprintf_chk(out, bytes, flag, room, format, values);
    va_end(values);
    return written;
}

char *__strncpy_chk(char *out, const char *in, size_t bytes, size_t room) {
    (void)room;
    return strncpy(out, in, bytes);
}
