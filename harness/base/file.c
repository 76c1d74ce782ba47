// file.c - writing by renaming, making folders, and the way from the program to its source tree.

#include "file.h"

#include "must.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int file_write_all(int fd, const char *text, size_t bytes) {
    while (bytes) {
        ssize_t n = write(fd, text, bytes);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0) {
            text += n;
            bytes -= (size_t)n;
        }
    }
    return 0;
}

// The kernel may hold the data for a while, which a crash of this program or of a child does not touch.
// After a power cut a file may be empty.
int file_write_whole(const char *path, const char *text, size_t bytes) {
    char *beside = text_format("%s.tmp", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = fd < 0 ? errno : file_write_all(fd, text, bytes);
    if (fd >= 0 && close(fd) && !error)
        error = errno;
    if (!error && rename(beside, path))
        error = errno;
    if (error)
        unlink(beside);
    free(beside);
    return error;
}

int file_make_folders(const char *path) {
    char *part = must(strdup(path));
    int error = 0;
    for (char *slash = part; slash && !error;) {
        slash = strchr(slash + 1, '/');
        if (slash)
            *slash = 0;
        if (mkdir(part, 0777) && errno != EEXIST)
            error = errno;
        if (slash)
            *slash = '/';
    }
    free(part);
    return error;
}

char *file_home(const char *name) {
    char folder[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[n > 0 ? n : 0] = 0;
    for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
        *slash = 0;
        char *path = text_format("%s/%s", folder, name);
        if (access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return must(strdup(name));
}
