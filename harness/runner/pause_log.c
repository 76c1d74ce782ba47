// pause_log.c - see pause_log.h.

#include "pause_log.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

// A forked copy has the file of the process that it was made of, and its place in it: it must not
// write there, and nobody reads the pauses of a copy.
static void log_flush(struct pause_log *log) {
    const char *from = (const char *)log->buffer;
    size_t left = log->buffered * sizeof *log->buffer;
    if (log->fd < 0) {
        log->fd = memfd_create("pauses", MFD_CLOEXEC);
        log->owner = getpid();
    }
    while (left && log->fd >= 0 && log->owner == getpid()) {
        ssize_t n = write(log->fd, from, left);
        if (n < 0 && errno != EINTR)
            break;
        from += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
    log->lost |= left > 0;
    log->written += log->buffered;
    log->buffered = 0;
}

void pause_log_add(struct pause_log *log, const struct pause_event *event) {
    if (log->buffered == PAUSE_LOG_BUFFER)
        log_flush(log);
    log->buffer[log->buffered++] = *event;
}

const struct pause_event *pause_log_read(struct pause_log *log, size_t *count) {
    *count = log->written + log->buffered;
    if (!log->written)
        return log->buffered ? log->buffer : NULL;
    log_flush(log);
    size_t bytes = *count * sizeof *log->buffer;
    void *all = log->lost ? MAP_FAILED : mmap(NULL, bytes, PROT_READ, MAP_SHARED, log->fd, 0);
    return all == MAP_FAILED ? NULL : all;
}

void pause_log_close(struct pause_log *log, const struct pause_event *events, size_t count) {
    if (events && events != log->buffer)
        munmap((void *)(uintptr_t)events, count * sizeof *events);
    if (log->fd >= 0)
        close(log->fd);
    log->fd = -1;
}
