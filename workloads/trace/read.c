// read.c - traces from files, decoded once into words that are ready to run.

#include "base/aside.h"
#include "base/checksum.h"
#include "base/must.h"
#include "base/text.h"
#include "code.h"
#include "log.h"
#include "model.h"
#include "recorded.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

struct reading {
    struct trace *trace;
    const char *name;
    char *error;
    size_t error_bytes;
    uint32_t *frames; // sizes of those entered
    size_t frame_count, frame_room;
    uint64_t entered; // registers in them
    bool listed[TRACE_END];
};

__attribute__((format(printf, 2, 3))) static bool read_fails(struct reading *r, const char *format,
                                                             ...) {
    va_list arguments;
    int n = snprintf(r->error, r->error_bytes, "trace %s: ", r->name);
    va_start(arguments, format);
    if (n > 0 && (size_t)n < r->error_bytes)
        (void)vsnprintf(r->error + n, r->error_bytes - (size_t)n, format, arguments);
    va_end(arguments);
    return false;
}

// ------------------------------------------------------------------------------------------ prefix
// Where the parts of a file are. The version decides what the rest means, so it is looked at first.
static bool read_prefix(struct reading *r, const unsigned char *bytes, size_t count,
                        size_t *header_bytes, uint64_t *body_bytes) {
    if (count < TRACE_MAGIC_BYTES || memcmp(bytes, TRACE_MAGIC, TRACE_MAGIC_BYTES) != 0)
        return read_fails(r, "not a trace: give a file that starts with " TRACE_MAGIC);
    if (count < TRACE_PREFIX_BYTES)
        return read_fails(r, "cut short: %zu bytes are no trace", count);
    uint64_t version = trace_get_number(bytes + TRACE_VERSION_AT, 4);
    if (version != TRACE_VERSION)
        return read_fails(r, "version %" PRIu64 ": this program reads version %d", version,
                          TRACE_VERSION);
    *header_bytes = (size_t)trace_get_number(bytes + TRACE_HEADER_BYTES_AT, 4);
    *body_bytes = trace_get_number(bytes + TRACE_BODY_BYTES_AT, 8);
    size_t left = count - TRACE_PREFIX_BYTES;
    if (*header_bytes > TRACE_MAX_HEADER_BYTES)
        return read_fails(r, "damaged: a header of %zu bytes", *header_bytes);
    if (left < *header_bytes || left - *header_bytes < *body_bytes)
        return read_fails(r, "cut short: %zu of %" PRIu64 " bytes are there", left,
                          *body_bytes + *header_bytes);
    if (left - *header_bytes > *body_bytes)
        return read_fails(r, "damaged: %" PRIu64 " bytes after its end",
                          left - *header_bytes - *body_bytes);
    uint32_t checksum = trace_crc32c(0, bytes + TRACE_PREFIX_BYTES, left);
    return checksum == trace_get_number(bytes + TRACE_CHECKSUM_AT, 4) ||
           read_fails(r, "damaged: the checksum is not that of its content");
}

// ------------------------------------------------------------------------------------------ header
static bool read_count(struct reading *r, const char *member, uint64_t least, uint64_t most,
                       uint64_t *out) {
    const json_t *value = json_object_get(r->trace->header, member);
    json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;
    if (n < 0 || (uint64_t)n < least || (uint64_t)n > most)
        return read_fails(r, "its header's %s is no number from %" PRIu64 " to %" PRIu64, member,
                          least, most);
    *out = (uint64_t)n;
    return true;
}

// The file says what its numbers mean. A name that is unknown here, or known as something else, is
// said aloud: nothing could be run.
static bool read_row(struct reading *r, const json_t *listed) {
    const char *name, *operands;
    int number;
    if (json_unpack((json_t *)(uintptr_t)listed, "[i,s,s]", &number, &name, &operands))
        return read_fails(r, "its table has a row that is not [number, name, operands]");
    const struct trace_row *row = trace_row_find(name);
    if (!row)
        return read_fails(r, "operation '%s' (%d) is not known here: it takes a later heapbench",
                          name, number);
    if ((int)row->number != number || strcmp(row->operands, operands) != 0)
        return read_fails(r,
                          "operation '%s' is number %d with operands \"%s\" there, %u with "
                          "\"%s\" here",
                          name, number, operands, row->number, row->operands);
    r->listed[number] = true;
    return true;
}

static bool read_header(struct reading *r, const void *bytes, size_t count) {
    struct trace *t = r->trace;
    json_error_t where;
    uint64_t registers = 0; // gcc -O3 does not see that `good` says whether it is set
    size_t i;
    json_t *row, *table;
    t->header = json_loadb(bytes, count, 0, &where);
    if (!json_is_object(t->header))
        return read_fails(r, "its header is not JSON: %s", where.text);
    const char *packed = text_member(t->header, "compression");
    if (*packed)
        return read_fails(r, "its body is compressed by %s: unpack it first", packed);
    table = json_object_get(t->header, "table");
    json_array_foreach(table, i, row) {
        if (!read_row(r, row))
            return false;
    }
    bool good = read_count(r, "registers", 1, TRACE_MAX_REGISTERS, &registers) &&
                read_count(r, "operations", 1, INT64_MAX, &t->operations) &&
                read_count(r, "steps", 0, INT64_MAX, &t->steps) &&
                read_count(r, "setup_operations", 0, INT64_MAX, &t->setup_operations);
    t->registers = good ? (uint32_t)registers : 0;
    return good;
}

// -------------------------------------------------------------------------------------------- body
// A large array grows by moving pages, so that nothing stays behind in the memory of the process.
static void read_put_word(struct trace *t, uint64_t word) {
    if (t->word_count == t->word_room) {
        t->word_room = t->word_room * 2 + 64;
        t->words = must(realloc(t->words, t->word_room * sizeof *t->words));
    }
    t->words[t->word_count++] = (uint32_t)word;
}

static uint32_t read_put_data(struct trace *t, const void *bytes, size_t count) {
    size_t at = t->data_bytes;
    if (t->data_room - at < count) {
        t->data_room = t->data_room * 2 + count;
        t->data = must(realloc(t->data, t->data_room));
    }
    if (count)
        memcpy(t->data + at, bytes, count);
    t->data_bytes += count;
    return (uint32_t)at;
}

// The numbers of registers follow from the frames that are open, so these are counted here: leave
// gets the size of the frame that it pops.
static bool read_frames(struct reading *r, struct trace_op *op) {
    if (op->number == TRACE_ENTER) {
        if (op->operands[0] > TRACE_MAX_REGISTERS - r->entered)
            return read_fails(r, "more than %d registers in its frames", TRACE_MAX_REGISTERS);
        if (r->frame_count == r->frame_room) {
            r->frame_room = r->frame_room * 2 + 16;
            r->frames = must(realloc(r->frames, r->frame_room * sizeof *r->frames));
        }
        r->frames[r->frame_count++] = (uint32_t)op->operands[0];
        r->entered += op->operands[0];
        if (r->entered > r->trace->more_registers)
            r->trace->more_registers = (uint32_t)r->entered;
    } else if (op->number == TRACE_LEAVE) {
        if (!r->frame_count)
            return read_fails(r, "operation leave: no frame was entered");
        op->operands[0] = r->frames[--r->frame_count];
        r->entered -= op->operands[0];
    }
    return true;
}

static uint64_t read_operand(struct trace *t, char letter, const struct trace_op *op, int i) {
    uint64_t value = op->operands[i];
    uint32_t bytes = (uint32_t)value;
    if (letter == 'z')
        return read_put_data(t, &value, sizeof value);
    if (letter != 'k')
        return value;
    uint32_t at = read_put_data(t, &bytes, sizeof bytes);
    read_put_data(t, op->key, bytes);
    return at;
}

static bool read_op(struct reading *r, struct trace_op *op) {
    struct trace *t = r->trace;
    const struct trace_row *row = trace_row(op->number);
    if (!row) {
        t->steps++;
        read_put_word(t, TRACE_MARK);
        return true;
    }
    if (!r->listed[op->number])
        return read_fails(r, "operation '%s' is not in its table", row->name);
    t->operations++;
    if (!read_frames(r, op))
        return false;
    if (op->operands[0] >= 1u << (32 - TRACE_NUMBER_BITS))
        return read_fails(r, "operation %" PRIu64 ", %s: an operand is too large", t->operations,
                          row->name);
    read_put_word(t, op->number | op->operands[0] << TRACE_NUMBER_BITS);
    for (int i = 1; row->operands[0] && row->operands[i]; i++) {
        uint64_t value = read_operand(t, row->operands[i], op, i);
        if (value > UINT32_MAX || t->data_bytes > UINT32_MAX)
            return read_fails(r, "operation %" PRIu64 ", %s: an operand is too large",
                              t->operations, row->name);
        read_put_word(t, value);
    }
    return true;
}

static bool read_body(struct reading *r, const unsigned char *bytes, uint64_t count) {
    struct trace *t = r->trace;
    struct trace_bytes body = {.next = bytes, .end = bytes + count};
    uint64_t operations = t->operations, steps = t->steps;
    t->operations = t->steps = 0;
    while (body.next < body.end) {
        struct trace_op op;
        trace_get_op(&body, &op);
        if (body.wrong)
            return read_fails(r, "after operation %" PRIu64 ": %s", t->operations, body.wrong);
        if (!read_op(r, &op))
            return false;
    }
    read_put_word(t, TRACE_END);
    if (operations != t->operations || steps != t->steps)
        return read_fails(r,
                          "%" PRIu64 " operations and %" PRIu64 " steps, its header says %" PRIu64
                          " and %" PRIu64,
                          t->operations, t->steps, operations, steps);
    return t->setup_operations < t->operations || read_fails(r, "no operation after its set-up");
}

// --------------------------------------------------------------------------------------- interface
struct trace *trace_parse(const void *bytes, size_t count, const char *name, char *error,
                          size_t error_bytes) {
    struct reading r = {.trace = must(calloc(1, sizeof *r.trace)),
                        .name = name,
                        .error = error,
                        .error_bytes = error_bytes};
    const unsigned char *header = (const unsigned char *)bytes + TRACE_PREFIX_BYTES;
    size_t header_bytes = 0;
    uint64_t body_bytes = 0;
    bool good = read_prefix(&r, bytes, count, &header_bytes, &body_bytes) &&
                read_header(&r, header, header_bytes) &&
                read_body(&r, header + header_bytes, body_bytes);
    free(r.frames);
    if (good)
        return r.trace;
    trace_free(r.trace);
    return NULL;
}

// A recording, or a log of malloc, is made a trace of on a copy of the process: that takes memory for every block.
static char *read_bytes(const char *path, size_t *count, char *error, size_t error_bytes) {
    if (recorded_is(path))
        return aside_run(recorded_convert, path, count, error, error_bytes);
    if (log_is(path))
        return aside_run(log_convert, path, count, error, error_bytes);
    char *bytes = text_read_file(path, count);
    if (!bytes)
        (void)snprintf(error, error_bytes, "trace %s: %s", path, strerror(errno));
    return bytes;
}

struct trace *trace_read(const char *path, char *error, size_t error_bytes) {
    size_t count;
    char *bytes = read_bytes(path, &count, error, error_bytes);
    struct trace *t = bytes ? trace_parse(bytes, count, path, error, error_bytes) : NULL;
    if (t)
        t->checksum = checksum_add(CHECKSUM_START, bytes, count);
    free(bytes);
    return t;
}

void trace_free(struct trace *t) {
    if (!t)
        return;
    json_decref(t->header);
    free(t->words);
    free(t->data);
    free(t);
}

bool trace_next(const struct trace *t, size_t *at, struct trace_op *op) {
    const uint32_t *word = &t->words[*at];
    unsigned number = *word & ((1u << TRACE_NUMBER_BITS) - 1);
    const struct trace_row *row = trace_row(number);
    *op = (struct trace_op){.number = number, .operands = {*word >> TRACE_NUMBER_BITS}};
    if (number == TRACE_END)
        return false;
    ++*at;
    for (int i = 1; row && row->operands[0] && row->operands[i]; i++) {
        uint32_t value = t->words[(*at)++], bytes;
        op->operands[i] = value;
        if (row->operands[i] == 'z') {
            memcpy(&op->operands[i], t->data + value, sizeof op->operands[i]);
        } else if (row->operands[i] == 'k') {
            memcpy(&bytes, t->data + value, sizeof bytes);
            op->operands[i] = bytes;
            op->key = t->data + value + sizeof bytes;
        }
    }
    return true;
}

const char *trace_text(const struct trace *t, const char *member) {
    return text_member(t->header, member);
}

bool trace_check(const struct trace *t, char *error, size_t error_bytes) {
    struct trace_model *m = trace_model_new(t->registers);
    struct trace_op op = {0};
    uint64_t operation = 0;
    const char *wrong = NULL;
    for (size_t at = 0; !wrong && trace_next(t, &at, &op);) {
        operation += op.number != TRACE_MARK;
        wrong = trace_model_do(m, &op);
    }
    if (wrong)
        (void)snprintf(error, error_bytes, "trace %s: operation %" PRIu64 ", %s: %s",
                       trace_text(t, "name"), operation, trace_row(op.number)->name, wrong);
    else if ((wrong = trace_model_ends(m)))
        (void)snprintf(error, error_bytes, "trace %s: at its end %s", trace_text(t, "name"), wrong);
    trace_model_free(m);
    return !wrong;
}
