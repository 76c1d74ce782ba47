// write.c - traces under construction: each operation is checked by the model when it is added.

#include "base/must.h"
#include "code.h"
#include "model.h"

#include <string.h>

struct trace_writer {
    struct trace_model *model;
    unsigned char *body;
    size_t bytes, room;
    uint32_t registers;
    uint64_t operations, steps, setup_operations;
    bool used[TRACE_END];
};

struct trace_writer *trace_writer_new(uint32_t registers) {
    struct trace_writer *w = must(calloc(1, sizeof *w));
    w->registers = registers;
    w->model = trace_model_new(registers);
    return w;
}

void trace_writer_free(struct trace_writer *w) {
    if (!w)
        return;
    trace_model_free(w->model);
    free(w->body);
    free(w);
}

const struct trace_model *trace_writer_model(const struct trace_writer *w) {
    return w->model;
}

const char *trace_write(struct trace_writer *w, const struct trace_op *op) {
    const char *wrong = trace_model_do(w->model, op);
    if (wrong)
        return wrong;
    size_t most = trace_op_bytes(op);
    if (w->room - w->bytes < most) {
        w->room = w->room * 2 + most;
        w->body = must(realloc(w->body, w->room));
    }
    w->bytes += trace_put_op(w->body + w->bytes, op);
    w->operations += op->number != TRACE_MARK;
    w->steps += op->number == TRACE_MARK;
    w->used[op->number] = true;
    return NULL;
}

void trace_write_setup(struct trace_writer *w) {
    w->setup_operations = w->operations;
}

static json_t *writer_table(const struct trace_writer *w) {
    json_t *table = must(json_array());
    for (const struct trace_row *row = NULL; (row = trace_row_next(row));)
        if (w->used[row->number])
            json_array_append_new(table,
                                  json_pack("[i,s,s]", (int)row->number, row->name, row->operands));
    return table;
}

static char *writer_header(const struct trace_writer *w, const json_t *about) {
    json_t *counts =
        must(json_pack("{s:I,s:I,s:I,s:I,s:o}", "registers", (json_int_t)w->registers, "operations",
                       (json_int_t)w->operations, "steps", (json_int_t)w->steps, "setup_operations",
                       (json_int_t)w->setup_operations, "table", writer_table(w)));
    json_t *header = must(json_copy((json_t *)(uintptr_t)about));
    json_object_update(header, counts);
    char *text = must(json_dumps(header, JSON_COMPACT));
    json_decref(header);
    json_decref(counts);
    return text;
}

unsigned char *trace_writer_finish(struct trace_writer *w, const json_t *about, size_t *bytes,
                                   char *error, size_t error_bytes) {
    const char *wrong = trace_model_ends(w->model);
    if (!wrong && w->setup_operations >= w->operations)
        wrong = "there is no operation after the set-up";
    if (wrong) {
        (void)snprintf(error, error_bytes, "a trace cannot end here: %s", wrong);
        return NULL;
    }
    char *header = writer_header(w, about);
    size_t header_bytes = strlen(header);
    *bytes = TRACE_PREFIX_BYTES + header_bytes + w->bytes;
    unsigned char *file = must(malloc(*bytes)), *content = file + TRACE_PREFIX_BYTES;
    memcpy(file, TRACE_MAGIC, TRACE_MAGIC_BYTES);
    memcpy(content, header, header_bytes);
    memcpy(content + header_bytes, w->body, w->bytes);
    trace_put_number(file + TRACE_VERSION_AT, TRACE_VERSION, 4);
    trace_put_number(file + TRACE_HEADER_BYTES_AT, header_bytes, 4);
    trace_put_number(file + TRACE_BODY_BYTES_AT, w->bytes, 8);
    trace_put_number(file + TRACE_CHECKSUM_AT, trace_crc32c(0, content, header_bytes + w->bytes),
                     4);
    free(header);
    return file;
}
