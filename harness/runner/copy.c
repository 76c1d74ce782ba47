// copy.c - see copy.h.

#include "copy.h"

#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COPY_BYTES = PIPE_BUF }; // so much is written at once or not at all

bool copy_ask(bool (*work)(const void *context, void *answer), const void *context, void *answer,
              size_t bytes) {
    char buffer[COPY_BYTES];
    int channel[2];
    if (bytes > sizeof buffer || pipe(channel))
        return false;
    pid_t child = fork();
    if (child == 0) {
        bool known = work(context, buffer) && write(channel[1], buffer, bytes) == (ssize_t)bytes;
        _exit(known ? 0 : 1);
    }
    close(channel[1]);
    bool known = child > 0 && read(channel[0], buffer, bytes) == (ssize_t)bytes;
    close(channel[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    if (known)
        memcpy(answer, buffer, bytes);
    return known;
}
