// folder.c - see folder.h.

#include "folder.h"

#include "base/must.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

char *folder_default(void) {
    char stamp[32];
    struct tm local;
    time_t now = time(NULL);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    char *name = text_format(FOLDER_RESULTS "/%s", stamp);
    for (int i = 2; access(name, F_OK) == 0; i++) {
        free(name);
        name = text_format(FOLDER_RESULTS "/%s-%d", stamp, i);
    }
    return name;
}

int folder_lock(const char *dir) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

char *folder_resume(const char *dir) {
    char *self = text_word(program_invocation_name), *word = text_word(dir);
    char *command = text_format("%s run --resume %s", self, word);
    free(word);
    free(self);
    return command;
}

int folder_set_latest(const char *dir) {
    char run[PATH_MAX], results[PATH_MAX];
    if (!realpath(dir, run) || !realpath(FOLDER_RESULTS, results))
        return 0;
    size_t length = strlen(results);
    if (strncmp(run, results, length) || run[length] != '/' || strchr(run + length + 1, '/'))
        return 0;
    char *beside = text_format(FOLDER_LATEST ".%d", (int)getpid());
    int error = 0;
    if (symlink(run + length + 1, beside) || rename(beside, FOLDER_LATEST))
        error = errno;
    if (error)
        unlink(beside);
    free(beside);
    return error;
}
