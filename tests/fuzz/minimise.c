// minimise.c - makes a program on which something fails as small as it can be, and prints it as C calls of heap.h.
//
//   minimise TRACE COMMAND [ARGUMENT...]   COMMAND ARGUMENT... FILE fails on TRACE: the smallest FILE on which it
//                                          still does goes into TRACE.min, and to stdout as C
//   minimise --print TRACE                 that trace as C
//
// Pieces are left out, halves first and single operations last (Zeller, Hildebrandt, "Simplifying and isolating
// failure-inducing input", TSE 2002, without its complements); what is left is made to fit (fit.h).

#include "base/must.h"
#include "fit.h"
#include "trace/trace.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct minimise {
    struct trace_op *ops;
    size_t count;
    struct circumstances circumstances;
    char **command; // its last argument before the NULL is the file
    char *path;     // of candidates
};

// -------------------------------------------------------------------------------------------- as C
// All operations that return an error are safepoints; these two are as well, and return something else.
static bool minimise_is_checked(const struct trace_row *row) {
    return row->safepoint && row->number != TRACE_COLLECT && row->number != TRACE_GUARDED_TAKE;
}

static void minimise_print_key(const struct trace_op *op, uint64_t bytes) {
    printf(", \"");
    for (uint64_t i = 0; i < bytes; i++)
        printf("\\%03o", op->key[i]);
    printf("\", %llu", (unsigned long long)bytes);
}

static void minimise_print_operand(const struct trace_op *op, char letter, uint64_t value) {
    if (strchr("drocle", letter))
        printf(", r[%llu]", (unsigned long long)value);
    else if (letter == 'k')
        minimise_print_key(op, value);
    else if (letter == 'z')
        printf(", %lld", (long long)value);
    else
        printf(", %llu", (unsigned long long)value);
}

static void minimise_print_enter(uint64_t first, uint64_t count) {
    printf("    for (struct heap_reg *frame = heap_enter(h, %llu), *next = frame; next < frame + "
           "%llu; "
           "next++)\n        r[%llu + (next - frame)] = next;\n",
           (unsigned long long)count, (unsigned long long)count, (unsigned long long)first);
}

static void minimise_print_op(const struct trace_op *op) {
    const struct trace_row *row = trace_row(op->number);
    bool checked = minimise_is_checked(row);
    printf("    %sheap_%s(h", checked ? "contract_ok(" : "(void)", row->name);
    for (int i = 0; row->operands[i]; i++)
        minimise_print_operand(op, row->operands[i], op->operands[i]);
    printf(checked ? "));\n" : ");\n");
    if (op->number == TRACE_BORROW || op->number == TRACE_GUARDED_TAKE)
        printf("    heap_clear(h, r[%llu]);\n", (unsigned long long)op->operands[0]);
}

// The payload of each atom and node is its number, as in apply.c.
static void minimise_print_fill(const struct trace_op *op, uint64_t *serial) {
    bool node = op->number == TRACE_NEW_NODE;
    if (!node && op->number != TRACE_NEW_ATOM)
        return;
    printf("    contract_fill(heap_payload(h, r[%llu]), %llu, %llu);\n",
           (unsigned long long)op->operands[0], (unsigned long long)op->operands[node ? 2 : 1],
           (unsigned long long)++*serial);
}

static void minimise_print(const struct trace *t) {
    struct trace_op op;
    uint64_t serial = 0, registers[64] = {0};
    size_t frames = 0;
    uint64_t used = 0;
    printf("static void found(void **state) {\n    struct heap *h = *state;\n    struct heap_reg "
           "*r[%u];\n",
           t->registers + t->more_registers);
    minimise_print_enter(0, t->registers);
    used = t->registers;
    for (size_t at = 0; trace_next(t, &at, &op);) {
        if (op.number == TRACE_MARK)
            continue;
        if (op.number == TRACE_ENTER && frames < sizeof registers / sizeof *registers) {
            minimise_print_enter(used, op.operands[0]);
            used += registers[frames++] = op.operands[0];
            continue;
        }
        if (op.number == TRACE_LEAVE && frames)
            used -= registers[--frames];
        minimise_print_op(&op);
        minimise_print_fill(&op, &serial);
    }
    printf("    heap_leave(h);\n}\n");
}

// ------------------------------------------------------------------------------------- making smaller
static struct trace *minimise_read(const char *path) {
    char error[1024];
    struct trace *t = trace_read(path, error, sizeof error);
    if (t && trace_check(t, error, sizeof error))
        return t;
    fprintf(stderr, "minimise: %s\n", error);
    exit(2);
}

// Writes what is left without count operations from `first` on.
static void minimise_write(const struct minimise *m, size_t first, size_t count) {
    size_t bytes;
    struct fit *f = fit_new(m->circumstances);
    for (size_t i = 0; i < m->count; i++)
        if (i < first || i >= first + count)
            fit_add(f, &m->ops[i]);
    unsigned char *file = fit_finish(f, &bytes);
    FILE *out = fopen(m->path, "wb");
    if (!out || fwrite(file, 1, bytes, out) != bytes || fclose(out)) {
        fprintf(stderr, "minimise: %s cannot be written\n", m->path);
        exit(2);
    }
    free(file);
    fit_free(f);
}

static bool minimise_fails(const struct minimise *m) {
    pid_t child;
    int status = 0;
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", 1, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", 1, 0);
    if (posix_spawnp(&child, m->command[0], &quiet, NULL, m->command, environ)) {
        fprintf(stderr, "minimise: %s cannot be run\n", m->command[0]);
        exit(2);
    }
    waitpid(child, &status, 0);
    posix_spawn_file_actions_destroy(&quiet);
    return status != 0;
}

static bool minimise_try(struct minimise *m, size_t first, size_t count) {
    minimise_write(m, first, count);
    if (!minimise_fails(m))
        return false;
    memmove(m->ops + first, m->ops + first + count, (m->count - first - count) * sizeof *m->ops);
    m->count -= count;
    return true;
}

static void minimise_all(struct minimise *m) {
    bool smaller = true;
    for (size_t piece = m->count / 2 ? m->count / 2 : 1; piece > 1 || smaller;
         piece = piece > 1 ? piece / 2 : 1) {
        smaller = false;
        for (size_t at = 0; at < m->count;) {
            size_t count = piece < m->count - at ? piece : m->count - at;
            bool left_out = m->count > 1 && minimise_try(m, at, count);
            smaller |= left_out;
            at += left_out ? 0 : count;
        }
    }
    minimise_write(m, 0, 0);
}

static int minimise_run(char **argv, int argc) {
    struct trace *t = minimise_read(argv[1]), *least;
    struct minimise m = {.circumstances = circumstances_of(t)};
    struct trace_op op;
    m.ops = must(calloc(t->word_count + 1, sizeof *m.ops));
    for (size_t at = 0; trace_next(t, &at, &op);)
        m.ops[m.count++] = op;
    m.path = must(malloc(strlen(argv[1]) + sizeof ".min"));
    sprintf(m.path, "%s.min", argv[1]);
    m.command = must(calloc((size_t)argc, sizeof *m.command));
    memcpy(m.command, argv + 2, (size_t)(argc - 2) * sizeof *m.command);
    m.command[argc - 2] = m.path;
    minimise_write(&m, 0, 0);
    bool fails = minimise_fails(&m);
    if (fails) {
        minimise_all(&m);
        fprintf(stderr, "minimise: %zu operations are left: %s\n", m.count, m.path);
        least = minimise_read(m.path);
        minimise_print(least);
        trace_free(least);
    } else {
        fprintf(stderr, "minimise: %s does not fail on %s\n", argv[2], argv[1]);
        unlink(m.path);
    }
    trace_free(t);
    free(m.command);
    free(m.path);
    free(m.ops);
    return fails ? 0 : 2;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "--print")) {
        struct trace *t = minimise_read(argv[2]);
        minimise_print(t);
        trace_free(t);
        return 0;
    }
    if (argc >= 3 && argv[1][0] != '-')
        return minimise_run(argv, argc);
    fprintf(stderr, "usage: %s TRACE COMMAND [ARGUMENT...] | --print TRACE\n", argv[0]);
    return 2;
}
