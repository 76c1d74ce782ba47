// rss.c - see rss.h.

#include "rss.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int rss_open(pid_t pid) {
    char path[64] = "/proc/self/statm";
    if (pid)
        snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

uint64_t rss_sample_bytes(int fd) {
    char text[128];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0)
        return 0;
    text[n] = 0;
    const char *resident = strchr(text, ' '); // "size resident shared ...", in pages
    return resident ? strtoull(resident, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

int rss_reset_peak(void) {
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = write(fd, "5", 1) == 1 ? 0 : errno;
    close(fd);
    return error;
}

// A small file of /proc as a text. Returns 0 or an errno value.
static int rss_read(const char *path, char *text, size_t bytes) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    ssize_t n = read(fd, text, bytes - 1);
    close(fd);
    text[n > 0 ? n : 0] = 0;
    return n > 0 ? 0 : EIO;
}

// The number after a word, in kB; 0 when the word is not there.
static uint64_t rss_number_bytes(const char *text, const char *word) {
    const char *line = strstr(text, word);
    return line ? strtoull(line + strlen(word), NULL, 10) * 1024 : 0;
}

uint64_t rss_peak_bytes(void) {
    char text[4096];
    return rss_read("/proc/self/status", text, sizeof text) ? 0 : rss_number_bytes(text, "VmHWM:");
}

int rss_dirty_bytes(uint64_t *own, uint64_t *shared) {
    char text[4096];
    int error = rss_read("/proc/self/smaps_rollup", text, sizeof text);
    if (error)
        return error;
    *own = rss_number_bytes(text, "Private_Dirty:");
    *shared = rss_number_bytes(text, "Shared_Dirty:");
    return 0;
}
