// convert.c - a recorded case of the form CGPC as a trace.
//
//   convert CASE TRACE
//
// A case is int32 in the machine's byte order: a header of 8 ("CGPC", registers, most slots, thresholds 0
// .. 2, operations, 0), then four per operation, a code and its operands. When the contract cannot follow
// an operation, no trace is written, and the one line on stdout is `skipped` and why.

#include "base/file.h"
#include "base/text.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

enum { CASE_HEADER = 8 };

// What an operation `code, a, b, c` asks for; r[..] are registers.
enum code {
    NEW,   // r[a] = a node of b slots
    SET,   // r[a].slot[b] = r[c]
    CLEAR, // r[a].slot[b] = empty
    GET,   // r[a] = r[b].slot[c]
    MOVE,  // r[a] = r[b]
    DROP,  // r[a] = empty
    COLLECT,
    FREEZE,
    UNFREEZE,
    DISABLE,
    ENABLE,
    THRESHOLDS,  // gc.set_threshold(a, b, c)
    LIST,        // r[a] = a list of b empty elements
    TUPLE,       // r[a] = a tuple of r[b] and r[c]
    DICT,        // r[a] = an empty dict
    DICT_SET,    // r[a][key b] = r[c]
    DICT_DELETE, // del r[a][key b]
    DICT_GET,    // r[a] = r[b][key c]
    CODES
};

struct convert {
    const char *path;
    char *bytes;
    int32_t header[CASE_HEADER];
    int32_t (*operations)[4];
    struct trace_writer *writer;
    int32_t keys;       // of a dict, at most
    uint32_t registers; // of the case; three more follow: to make lists in, an empty one, a pair
};

static _Noreturn void convert_fail(const char *what, const char *why) {
    fprintf(stderr, "convert: %s: %s\n", what, why);
    exit(1);
}

static void convert_read(struct convert *c) {
    size_t bytes = 0;
    c->bytes = text_read_file(c->path, &bytes);
    if (!c->bytes)
        convert_fail(c->path, "cannot be read");
    if (bytes < sizeof c->header || memcmp(c->bytes, "CGPC", 4) != 0)
        convert_fail(c->path, "not a case");
    memcpy(c->header, c->bytes, sizeof c->header);
    if (c->header[1] < 1 || c->header[6] < 0 ||
        (bytes - sizeof c->header) / sizeof *c->operations < (size_t)c->header[6])
        convert_fail(c->path, "ends before its last operation");
    c->operations = (int32_t(*)[4])(void *)(c->bytes + sizeof c->header);
    c->registers = (uint32_t)c->header[1];
}

// Why the contract cannot follow the operation; NULL: it can.
static const char *convert_outside(int32_t code) {
    if (code == THRESHOLDS)
        return "gc.set_threshold: thresholds are tunables, fixed for the life of a heap";
    return code < 0 || code >= CODES ? "an operation that is not known" : NULL;
}

static void convert_put(struct convert *c, unsigned number, int32_t a, int32_t b, int32_t d) {
    struct trace_op op = {number, {(uint32_t)a, (uint32_t)b, (uint32_t)d}, NULL};
    const char *wrong = trace_write(c->writer, &op);
    if (wrong)
        convert_fail(c->path, wrong);
}

// Complete before what the register held is given up, as everywhere.
static void convert_list(struct convert *c, int32_t dst, int32_t length) {
    int32_t list = (int32_t)c->registers;
    convert_put(c, TRACE_NEW_LIST, list, 0, 0);
    while (length-- > 0)
        convert_put(c, TRACE_APPEND, list, list + 1, 0);
    convert_put(c, TRACE_COPY, dst, list, 0);
    convert_put(c, TRACE_CLEAR, list, 0, 0);
}

// Tuples are made of a list of two, where (a, b) needs none. It is made first, and frozen: counters
// are then as at the start, and no collection sees it.
static void convert_pair(struct convert *c) {
    int32_t pair = (int32_t)c->registers + 2;
    bool tuples = false;
    for (int32_t i = 0; i < c->header[6]; i++)
        tuples |= c->operations[i][0] == TUPLE;
    if (!tuples)
        return;
    convert_put(c, TRACE_NEW_LIST, pair, 0, 0);
    convert_put(c, TRACE_APPEND, pair, pair - 1, 0);
    convert_put(c, TRACE_APPEND, pair, pair - 1, 0);
    convert_put(c, TRACE_FREEZE, 0, 0, 0);
}

static void convert_tuple(struct convert *c, int32_t dst, int32_t a, int32_t b) {
    int32_t pair = (int32_t)c->registers + 2;
    convert_put(c, TRACE_STORE, pair, 0, a);
    convert_put(c, TRACE_STORE, pair, 1, b);
    convert_put(c, TRACE_NEW_TUPLE, dst, pair, 0);
    convert_put(c, TRACE_STORE, pair, 0, pair - 1);
    convert_put(c, TRACE_STORE, pair, 1, pair - 1);
}

// A dict of the contract has all its slots from the start.
static void convert_count_keys(struct convert *c) {
    c->keys = 1;
    for (int32_t i = 0; i < c->header[6]; i++)
        if (c->operations[i][0] == DICT_SET && c->operations[i][2] >= c->keys)
            c->keys = c->operations[i][2] + 1;
}

static void convert_operation(struct convert *c, const int32_t *op) {
    static const unsigned numbers[] = {
        [NEW] = TRACE_NEW_NODE,    [SET] = TRACE_STORE,     [CLEAR] = TRACE_STORE,
        [GET] = TRACE_LOAD,        [MOVE] = TRACE_COPY,     [DROP] = TRACE_CLEAR,
        [COLLECT] = TRACE_COLLECT, [FREEZE] = TRACE_FREEZE, [UNFREEZE] = TRACE_UNFREEZE,
        [DISABLE] = TRACE_ENABLE,  [ENABLE] = TRACE_ENABLE, [DICT_SET] = TRACE_PUT,
        [DICT_GET] = TRACE_LOAD};
    switch (op[0]) {
    case LIST:
        convert_list(c, op[1], op[2]);
        break;
    case TUPLE:
        convert_tuple(c, op[1], op[2], op[3]);
        break;
    case DICT:
        convert_put(c, TRACE_NEW_DICT, op[1], c->keys, 0);
        break;
    case DICT_DELETE:
        convert_put(c, TRACE_PUT, op[1], op[2], (int32_t)c->registers + 1);
        break;
    case NEW:
        convert_put(c, TRACE_NEW_NODE, op[1], op[2], 0);
        break;
    case CLEAR:
        convert_put(c, TRACE_STORE, op[1], op[2], (int32_t)c->registers + 1);
        break;
    case DISABLE:
    case ENABLE:
        convert_put(c, TRACE_ENABLE, op[0] == ENABLE, 0, 0);
        break;
    default:
        convert_put(c, numbers[op[0]], op[1], op[2], op[3]);
    }
}

static void convert_write(struct convert *c, const char *path) {
    char error[256];
    size_t bytes;
    const char *slash = strrchr(c->path, '/');
    json_t *about = json_pack("{s:s,s:s,s:{s:i,s:i,s:i}}", "name", slash ? slash + 1 : c->path,
                              "source", "a recorded case", "tunables", "threshold0", c->header[3],
                              "threshold1", c->header[4], "threshold2", c->header[5]);
    unsigned char *file = trace_writer_finish(c->writer, about, &bytes, error, sizeof error);
    if (!file)
        convert_fail(c->path, error);
    int failed = file_write_whole(path, (const char *)file, bytes);
    if (failed)
        convert_fail(path, strerror(failed));
    json_decref(about);
    free(file);
}

int main(int argc, char **argv) {
    struct convert c = {.path = argc == 3 ? argv[1] : NULL};
    if (!c.path) {
        fputs("usage: convert CASE TRACE\n", stderr);
        return 2;
    }
    convert_read(&c);
    const char *why = NULL;
    for (int32_t i = 0; i < c.header[6] && !why; i++)
        why = convert_outside(c.operations[i][0]);
    if (why) {
        printf("skipped %s\n", why);
    } else {
        c.writer = trace_writer_new(c.registers + 3);
        convert_count_keys(&c);
        convert_pair(&c);
        for (int32_t i = 0; i < c.header[6]; i++)
            convert_operation(&c, c.operations[i]);
        convert_write(&c, argv[2]);
        trace_writer_free(c.writer);
    }
    free(c.bytes);
    return 0;
}
