// aside.c - a forked copy that writes into a file in memory.

#include "aside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASIDE_GOOD = 0, ASIDE_FAILED = 2, ASIDE_WRONG = 3 }; // 1: it ran out of memory (must.h)

static _Noreturn void aside_child(bool (*work)(const void *context, FILE *out), const void *context,
                                  int fd) {
    FILE *out = fdopen(fd, "w");
    bool good = out && work(context, out);
    if (!out || fflush(out))
        _exit(ASIDE_FAILED);
    _exit(good ? ASIDE_GOOD
               : ASIDE_WRONG); // what the process would do at its end is not the copy's to do
}

static char *aside_read(int fd, size_t *bytes) {
    struct stat status;
    if (fstat(fd, &status))
        return NULL;
    *bytes = (size_t)status.st_size;
    char *data = malloc(*bytes + 1);
    size_t at = 0;
    while (data && at < *bytes) {
        ssize_t got = pread(fd, data + at, *bytes - at, (off_t)at);
        if (got <= 0 && !(got < 0 && errno == EINTR)) {
            free(data);
            return NULL;
        }
        at += got > 0 ? (size_t)got : 0;
    }
    if (data)
        data[*bytes] = 0;
    return data;
}

char *aside_run(bool (*work)(const void *context, FILE *out), const void *context, size_t *bytes,
                char *error, size_t error_bytes) {
    int fd = memfd_create("aside", MFD_CLOEXEC), status = 0;
    fflush(NULL); // or the copy would write out again what waits
    pid_t child = fd < 0 ? -1 : fork();
    if (child == 0)
        aside_child(work, context, fd);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    bool ended = child > 0 && WIFEXITED(status) &&
                 (WEXITSTATUS(status) == ASIDE_GOOD || WEXITSTATUS(status) == ASIDE_WRONG);
    char *data = ended ? aside_read(fd, bytes) : NULL;
    if (fd >= 0)
        close(fd);
    if (!data)
        snprintf(error, error_bytes, "cannot look at it on a copy of the process: no memory");
    if (!data || WEXITSTATUS(status) == ASIDE_GOOD)
        return data;
    snprintf(error, error_bytes, "%s", data);
    free(data);
    return NULL;
}
