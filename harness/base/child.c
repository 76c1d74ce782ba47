// child.c - see child.h.

#include "child.h"

#include "clock.h"
#include "must.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_GONE_MS = 1000 }; // what was killed is gone long before, unless it is out of reach

struct child {
    const struct child_options *options;
    struct child_result result;
    pid_t pid;
    int pid_fd; // -1 before Linux 5.3: its end is then noticed at the next tick
    int output; // -1 at its end
    size_t used;
};

static int child_spawn(struct child *c, int write_end) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, write_end, 1);
    if (c->options->errors_too)
        posix_spawn_file_actions_adddup2(&files, write_end, 2);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    c->result.start_ns = clock_wall_ns();
    int error = posix_spawn(&c->pid, c->options->arguments[0], &files, &attributes,
                            c->options->arguments, c->options->environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static int child_start(struct child *c) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return errno;
    int error = child_spawn(c, ends[1]);
    close(ends[1]);
    if (error) {
        close(ends[0]);
        return error;
    }
    c->output = ends[0];
    fcntl(c->output, F_SETFL, O_NONBLOCK);
    c->pid_fd = (int)syscall(SYS_pidfd_open, c->pid, 0);
    return 0;
}

// Drains the pipe, so that the child never waits for it; what is older than keep_bytes is
// forgotten.
static void child_read(struct child *c) {
    size_t keep = c->options->keep_bytes;
    while (c->output >= 0) {
        if (c->used == 2 * keep) {
            memmove(c->result.output, c->result.output + keep, keep);
            c->used = keep;
        }
        ssize_t n = read(c->output, c->result.output + c->used, 2 * keep - c->used);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            close(c->output);
            c->output = -1;
            return;
        }
        c->used += (size_t)n;
    }
}

static bool child_ended(struct child *c) {
    pid_t pid = waitpid(c->pid, &c->result.status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    c->result.end_ns = clock_wall_ns();
    return true;
}

// Kills the child and all that it started, and returns when none of them can write a file any more:
// they share the pipe, which ends when the last of them is gone. One that made a session of its own
// is out of reach and not waited for.
static void child_kill(struct child *c) {
    kill(-c->pid, SIGKILL);
    while (waitpid(c->pid, &c->result.status, 0) < 0 && errno == EINTR)
        ;
    c->result.end_ns = clock_wall_ns();
    struct pollfd output = {c->output, POLLIN, 0};
    while (c->output >= 0 && poll(&output, 1, CHILD_GONE_MS) > 0)
        child_read(c);
}

// Sleeps until the child has ended or written, an interrupt has come, or the tick is due.
static void child_sleep(struct child *c, uint64_t tick_ns) {
    struct pollfd watched[] = {
        {c->pid_fd, POLLIN, 0}, {c->output, POLLIN, 0}, {c->options->interrupt_fd, POLLIN, 0}};
    uint64_t now = clock_wall_ns();
    uint64_t left = tick_ns > now ? tick_ns - now : 0;
    struct timespec timeout = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
    ppoll(watched, 3, &timeout, NULL);
    c->result.interrupted = watched[2].revents & POLLIN;
}

static void child_watch(struct child *c) {
    uint64_t deadline = c->result.start_ns + (uint64_t)(c->options->timeout_s * 1e9);
    uint64_t tick = c->result.start_ns;
    while (!child_ended(c)) {
        uint64_t now = clock_wall_ns();
        c->result.timed_out = now >= deadline;
        if (c->result.timed_out || c->result.interrupted) {
            child_kill(c);
            return;
        }
        if (now >= tick) {
            if (c->options->tick)
                c->options->tick(c->options->context, c->pid);
            tick += CHILD_TICK_NS;
            if (tick <= now) // ticks missed while the machine was busy are not made up for
                tick = now + CHILD_TICK_NS;
        }
        child_read(c);
        child_sleep(c, tick < deadline ? tick : deadline);
    }
}

struct child_result child_run(const struct child_options *options) {
    struct child c = {.options = options, .pid_fd = -1, .output = -1};
    c.result.output = must(malloc(2 * options->keep_bytes + 1));
    c.result.error = child_start(&c);
    if (!c.result.error) {
        child_watch(&c);
        child_read(&c);
    }
    if (c.pid_fd >= 0)
        close(c.pid_fd);
    if (c.output >= 0)
        close(c.output);
    c.result.output[c.used] = 0;
    return c.result;
}

bool child_succeeded(const struct child_result *result) {
    return !result->error && !result->timed_out && !result->status;
}

char *child_complaint(const struct child_result *result) {
    return must(result->error ? strdup(strerror(result->error))
                              : strndup(result->output, strcspn(result->output, "\n")));
}
