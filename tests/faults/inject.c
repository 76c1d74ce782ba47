// inject.c - runs a command, and makes one of its system calls on a folder fail or come short.
//
//     inject DIR ERROR N LOG COMMAND...
//
// N counts from 0 the system calls of the command itself, not of what it starts, on files below
// DIR, an absolute path. ERROR is a name like EIO, or "short": half of what a read or a write asked
// for. LOG gets the name of the call that was hit; it is empty when there was none. Exit as the
// command does; 128 + the signal that killed it; 125: no injection here.
//
// A tracer, since the C library reads and writes files by calls that a preloaded library does not
// see.

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// SQLite looks at its file again before each query: of calls that are alike the first few count.
enum { INJECT_ALIKE = 4, INJECT_SLOTS = 4096 };
enum { INJECT_PATH_BYTES = 4096, INJECT_CANNOT = 125, INJECT_SHORT = -1 };

#if defined __x86_64__
// Which argument, from 0, is a path and which a descriptor; -1: none. A path is relative to the
// descriptor.
struct call {
    long number;
    const char *name;
    int path, fd, bytes; // bytes: the argument that a short call halves
};

#define CALL(name, ...) SYS_##name, #name, __VA_ARGS__
static const struct call calls[] = {
    {CALL(open, 0, -1, -1)},      {CALL(openat, 1, 0, -1)},     {CALL(stat, 0, -1, -1)},
    {CALL(lstat, 0, -1, -1)},     {CALL(newfstatat, 1, 0, -1)}, {CALL(statx, 1, 0, -1)},
    {CALL(access, 0, -1, -1)},    {CALL(faccessat, 1, 0, -1)},  {CALL(mkdir, 0, -1, -1)},
    {CALL(rmdir, 0, -1, -1)},     {CALL(rename, 0, -1, -1)},    {CALL(renameat, 1, 0, -1)},
    {CALL(unlink, 0, -1, -1)},    {CALL(unlinkat, 1, 0, -1)},   {CALL(readlink, 0, -1, -1)},
    {CALL(read, -1, 0, 2)},       {CALL(pread64, -1, 0, 2)},    {CALL(write, -1, 0, 2)},
    {CALL(pwrite64, -1, 0, 2)},   {CALL(fstat, -1, 0, -1)},     {CALL(fsync, -1, 0, -1)},
    {CALL(fdatasync, -1, 0, -1)}, {CALL(ftruncate, -1, 0, -1)}, {CALL(getdents64, -1, 0, -1)},
    {CALL(lseek, -1, 0, -1)},     {CALL(flock, -1, 0, -1)},     {CALL(close, -1, 0, -1)},
};

struct inject {
    const char *dir;
    int error;              // an errno value, or INJECT_SHORT
    long left;              // calls to let pass
    const struct call *hit; // NULL: none yet
    pid_t pid;
    unsigned char seen[INJECT_SLOTS]; // how often each call was made on each file, by hash
};

static unsigned long inject_argument(const struct user_regs_struct *r, int at) {
    return at == 0 ? r->rdi : at == 1 ? r->rsi : r->rdx;
}

static bool inject_below(const struct inject *in, const char *path) {
    size_t length = strlen(in->dir);
    return !strncmp(path, in->dir, length) && (!path[length] || path[length] == '/');
}

// The path at an address of the command; as much of it as can be read.
static void inject_path(const struct inject *in, unsigned long address,
                        char path[INJECT_PATH_BYTES]) {
    memset(path, 0, INJECT_PATH_BYTES);
    for (size_t i = 0; i + sizeof(long) < INJECT_PATH_BYTES && !memchr(path, 0, i);
         i += sizeof(long)) {
        errno = 0;
        long word = ptrace(PTRACE_PEEKDATA, in->pid, address + i, NULL);
        if (errno)
            return;
        memcpy(path + i, &word, sizeof word);
    }
}

static void inject_fd_path(const struct inject *in, int fd, char path[INJECT_PATH_BYTES]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)in->pid, fd);
    ssize_t n = readlink(link, path, INJECT_PATH_BYTES - 1);
    path[n > 0 ? n : 0] = 0;
}

static bool inject_is_new(struct inject *in, long number, const char *path) {
    size_t hash = (size_t)number;
    for (; *path; path++)
        hash = hash * 31 + (unsigned char)*path;
    unsigned char *seen = &in->seen[hash % INJECT_SLOTS];
    return *seen < INJECT_ALIKE && ++*seen;
}

static bool inject_fits(struct inject *in, const struct call *call,
                        const struct user_regs_struct *r) {
    if (in->error == INJECT_SHORT && (call->bytes < 0 || inject_argument(r, call->bytes) < 2))
        return false;
    char path[INJECT_PATH_BYTES] = "";
    if (call->path >= 0)
        inject_path(in, inject_argument(r, call->path), path);
    if (!inject_below(in, path) && call->fd >= 0)
        inject_fd_path(in, (int)inject_argument(r, call->fd), path);
    return inject_below(in, path) && inject_is_new(in, call->number, path);
}

// A descriptor is closed even where closing it reports an error.
static void inject_enter(struct inject *in, const struct call *call, struct user_regs_struct *r) {
    in->hit = call;
    if (in->error == INJECT_SHORT)
        r->rdx /= 2;
    else if (call->number != SYS_close)
        r->orig_rax = ~0ul;
    ptrace(PTRACE_SETREGS, in->pid, NULL, r);
}

static bool inject_at_entry(struct inject *in, struct user_regs_struct *r) {
    for (size_t i = 0; !in->hit && i < sizeof calls / sizeof *calls; i++)
        if ((unsigned long)calls[i].number == r->orig_rax && inject_fits(in, &calls[i], r) &&
            in->left-- == 0) {
            inject_enter(in, &calls[i], r);
            return in->error != INJECT_SHORT;
        }
    return false;
}

// Returns the exit status.
static int inject_trace(struct inject *in) {
    bool entry = true, failing = false;
    struct user_regs_struct r;
    int status, signal_number = 0;
    waitpid(in->pid, &status, 0);
    ptrace(PTRACE_SETOPTIONS, in->pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    while (
        !ptrace(in->hit && !failing ? PTRACE_CONT : PTRACE_SYSCALL, in->pid, NULL, signal_number) &&
        waitpid(in->pid, &status, 0) == in->pid && WIFSTOPPED(status)) {
        signal_number = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
        if (signal_number)
            continue;
        ptrace(PTRACE_GETREGS, in->pid, NULL, &r);
        if (entry)
            failing = inject_at_entry(in, &r);
        else if (failing) {
            r.rax = (unsigned long)-in->error;
            ptrace(PTRACE_SETREGS, in->pid, NULL, &r);
            failing = false;
        }
        entry = !entry;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int inject_error(const char *name) {
    for (int error = 1; error < 134; error++)
        if (strerrorname_np(error) && !strcmp(strerrorname_np(error), name))
            return error;
    return INJECT_SHORT;
}

int main(int argc, char **argv) {
    if (argc < 6)
        return INJECT_CANNOT;
    struct inject in = {argv[1], inject_error(argv[2]), strtol(argv[3], NULL, 10), NULL, fork(),
                        {0}};
    if (!in.pid) {
        if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL))
            execvp(argv[5], argv + 5);
        _exit(INJECT_CANNOT);
    }
    int status = inject_trace(&in);
    FILE *log = fopen(argv[4], "w");
    if (!log || (in.hit && fprintf(log, "%s\n", in.hit->name) < 0) || fclose(log))
        return INJECT_CANNOT;
    return status;
}
#else
int main(void) {
    return INJECT_CANNOT;
}
#endif
