// file.c - writing by renaming, making folders, and the way from the program to its source tree.

#include "file.h"

#include "must.h"
#include "suggest.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_is_regular(const char *path) {
    struct stat s;
    return !stat(path, &s) && S_ISREG(s.st_mode);
}

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

// The kernel may hold the data for a while, which a crash of this program or of a child does not
// touch. After a power cut a file may be empty.
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

void file_clear(const char *folder, const char *pattern) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (!fnmatch(pattern, entry->d_name, 0))
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

struct file_fresh file_begin(const char *path) {
    struct file_fresh fresh = {.path = must(strdup(path)), .beside = text_format("%s.tmp", path)};
    fresh.file = fopen(fresh.beside, "we");
    return fresh;
}

int file_end(struct file_fresh *fresh, bool discard) {
    int error = fresh->file ? 0 : errno;
    errno = 0;
    if (fresh->file && (ferror(fresh->file) | fclose(fresh->file)))
        error = errno ? errno : EIO;
    if (!error && !discard && rename(fresh->beside, fresh->path))
        error = errno;
    if (error || discard)
        unlink(fresh->beside);
    free(fresh->path);
    free(fresh->beside);
    return error;
}

static int file_write_there(const char *path, const char *text, size_t bytes) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = fd < 0 ? errno : file_write_all(fd, text, bytes);
    if (fd >= 0 && close(fd) && !error)
        error = errno;
    return error;
}

// /dev/stdout is a link to it, and so is the name that the shell opened.
static bool file_is_stdout(const char *path, const struct stat *s) {
    struct stat out;
    return !strcmp(path, "-") ||
           (!fstat(STDOUT_FILENO, &out) && out.st_dev == s->st_dev && out.st_ino == s->st_ino);
}

int file_write_named(const char *path, const char *text, size_t bytes) {
    struct stat s = {0}, link;
    int missing = stat(path, &s) ? errno : 0;
    if (file_is_stdout(path, &s))
        return fflush(stdout) ? errno : file_write_all(STDOUT_FILENO, text, bytes);
    if (missing && missing != ENOENT)
        return missing;
    bool dangling = missing && !lstat(path, &link); // opening it makes what it names
    if (dangling || (!missing && !S_ISREG(s.st_mode)))
        return file_write_there(path, text, bytes);
    char *target = missing ? must(strdup(path)) : realpath(path, NULL);
    int error = target ? file_write_whole(target, text, bytes) : errno;
    free(target);
    return error;
}

static bool file_has_line(const char *text, const char *line) {
    const char *at = strstr(text, line);
    while (at && at > text && at[-1] != '\n')
        at = strstr(at + 1, line);
    return at != NULL;
}

static int file_add_locked(int fd, const char *path, const char *line) {
    size_t bytes;
    char *text = flock(fd, LOCK_EX) ? NULL : text_read_file(path, &bytes);
    if (!text)
        return errno;
    int error = file_has_line(text, line) ? EEXIST : 0;
    if (!error && bytes && text[bytes - 1] != '\n')
        error = file_write_all(fd, "\n", 1);
    if (!error)
        error = file_write_all(fd, line, strlen(line));
    if (error && error != EEXIST && ftruncate(fd, (off_t)bytes))
        error = errno;
    free(text);
    return error;
}

int file_add_line(const char *path, const char *line) {
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    int error = fd < 0 ? errno : file_add_locked(fd, path, line);
    if (fd >= 0 && close(fd) && !error)
        error = errno;
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

// Without /proc: by the name that it was started by, which the kernel passed on.
char *file_self(void) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    const char *started = (const char *)getauxval(AT_EXECFN);
    path[n > 0 ? n : 0] = 0;
    if (n <= 0 && !(started && realpath(started, path)))
        return NULL;
    return must(strdup(path));
}

static char *file_home_of(const char *name, char *folder) {
    for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
        *slash = 0;
        char *path = text_format("%s/%s", folder, name);
        if (access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return must(strdup(name));
}

char *file_home(const char *name) {
    char *self = file_self(), *path = self ? file_home_of(name, self) : must(strdup(name));
    free(self);
    return path;
}

char *file_home_text(const char *name) {
    char *path = file_home(name), *text = text_read_file(path, NULL);
    free(path);
    return text;
}

// What is in the folder, without the suffix.
static struct names file_names(const char *folder, const char *suffix) {
    struct names names = {0};
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name), end = strlen(suffix);
        if (length <= end || strcmp(entry->d_name + length - end, suffix) != 0)
            continue;
        entry->d_name[length - end] = 0;
        names_add(&names, entry->d_name);
    }
    if (dir)
        closedir(dir);
    names_sort(&names);
    return names;
}

char *file_named(const char *folder, const char *suffix, const char *what, const char *name,
                 char *error, size_t error_bytes) {
    if (strpbrk(name, "/."))
        return must(strdup(name));
    char *home = file_home(folder), *path = NULL;
    struct names known = file_names(home, suffix);
    if (names_has(&known, name))
        path = text_format("%s/%s%s", home, name, suffix);
    else
        suggest_unknown(error, error_bytes, what, name, &known);
    names_free(&known);
    free(home);
    return path;
}

json_t *file_json(const char *path, char *error, size_t error_bytes) {
    json_error_t problem;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (!json && json_error_code(&problem) == json_error_cannot_open_file)
        snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
    else if (!json)
        snprintf(error, error_bytes, "%s: line %d: %s", path, problem.line, problem.text);
    return json;
}
