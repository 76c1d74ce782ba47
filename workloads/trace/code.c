// code.c - operations as bytes: the table of them, varints, checksums.

#include "code.h"

#include "base/varint.h"

#include <string.h>

// ------------------------------------------------------------------------------------------- table
static const struct trace_row trace_rows[] = {
#define TRACE_ROW(number, NAME, name, operands, safepoint, doc)                                    \
    {number, #name, operands, doc, safepoint},
    HEAP_OPERATIONS(TRACE_ROW)
#undef TRACE_ROW
};

#define TRACE_ROW_FITS(number, NAME, name, operands, safepoint, doc)                               \
    _Static_assert(number > TRACE_MARK && number < TRACE_END, "the number is one byte");           \
    _Static_assert(sizeof operands <= TRACE_MAX_OPERANDS + 1, "an operand has no place");
HEAP_OPERATIONS(TRACE_ROW_FITS)
#undef TRACE_ROW_FITS

static const struct trace_row *const trace_rows_end =
    trace_rows + sizeof trace_rows / sizeof *trace_rows;

const struct trace_row *trace_row_next(const struct trace_row *row) {
    if (!row)
        return trace_rows;
    return row + 1 < trace_rows_end ? row + 1 : NULL;
}

// Rows usually stand in the order of their numbers, without a gap.
const struct trace_row *trace_row(unsigned number) {
    if (number - 1 < sizeof trace_rows / sizeof *trace_rows &&
        trace_rows[number - 1].number == number)
        return &trace_rows[number - 1];
    for (const struct trace_row *row = trace_rows; row < trace_rows_end; row++)
        if (row->number == number)
            return row;
    return NULL;
}

const struct trace_row *trace_row_find(const char *name) {
    for (const struct trace_row *row = trace_rows; row < trace_rows_end; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

// -------------------------------------------------------------------------------------- operations
uint64_t trace_get_varint(struct trace_bytes *b) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (b->next == b->end) {
            b->wrong = "the body ends inside an operation";
            return 0;
        }
        unsigned char byte = *b->next++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return value;
    }
    b->wrong = "a number has more than 64 bits";
    b->next = b->end;
    return 0;
}

static uint64_t trace_get_operand(struct trace_bytes *b, char letter, struct trace_op *op) {
    uint64_t value = trace_get_varint(b);
    if (letter == 'z')
        return varint_unzigzag(value);
    if (letter != 'k' || b->wrong)
        return value;
    if (value > (uint64_t)(b->end - b->next)) {
        b->wrong = "a key is longer than the body";
        return 0;
    }
    op->key = b->next;
    b->next += value;
    return value;
}

void trace_get_op(struct trace_bytes *b, struct trace_op *op) {
    uint64_t number = trace_get_varint(b);
    *op = (struct trace_op){.number = number < TRACE_END ? (unsigned)number : TRACE_END};
    const struct trace_row *row = trace_row(op->number);
    if (!row && op->number != TRACE_MARK)
        b->wrong = "an operation has a number that no operation has";
    for (int i = 0; row && row->operands[i] && !b->wrong; i++)
        op->operands[i] = trace_get_operand(b, row->operands[i], op);
}

size_t trace_op_bytes(const struct trace_op *op) {
    const struct trace_row *row = trace_row(op->number);
    const char *key = row ? strchr(row->operands, 'k') : NULL;
    size_t bytes = (1 + TRACE_MAX_OPERANDS) * VARINT_MOST;
    return key ? bytes + (size_t)op->operands[key - row->operands] : bytes;
}

size_t trace_put_op(unsigned char *out, const struct trace_op *op) {
    const struct trace_row *row = trace_row(op->number);
    unsigned char *at = varint_put(out, op->number);
    for (int i = 0; row && row->operands[i]; i++) {
        uint64_t value = op->operands[i];
        at = varint_put(at, row->operands[i] == 'z' ? varint_zigzag(value) : value);
        if (row->operands[i] == 'k' && value) {
            memcpy(at, op->key, value);
            at += value;
        }
    }
    return (size_t)(at - out);
}

// ----------------------------------------------------------------------------------------- numbers
void trace_put_number(unsigned char *out, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (unsigned char)(value >> 8 * i);
}

uint64_t trace_get_number(const unsigned char *in, unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)in[i] << 8 * i;
    return value;
}

// Half a byte at a time: 16 entries, each the checksum of its index.
uint32_t trace_crc32c(uint32_t before, const void *bytes, size_t count) {
    static const uint32_t halves[16] = {
        0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3,
        0x61C69362, 0x7198540D, 0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9,
        0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
    };
    const unsigned char *p = bytes;
    uint32_t crc = ~before;
    while (count--) {
        crc ^= *p++;
        crc = crc >> 4 ^ halves[crc & 15];
        crc = crc >> 4 ^ halves[crc & 15];
    }
    return ~crc;
}
