// code.h - operations as bytes: the table of them, varints, checksums.

#ifndef HEAPBENCH_TRACE_CODE_H
#define HEAPBENCH_TRACE_CODE_H

#include "trace.h"

#define TRACE_MAGIC "HBTRACE"
enum {
    TRACE_MAGIC_BYTES = 8,
    TRACE_VERSION_AT = 8,
    TRACE_HEADER_BYTES_AT = 12,
    TRACE_BODY_BYTES_AT = 16,
    TRACE_CHECKSUM_AT = 24,
    TRACE_PREFIX_BYTES = 28,
    TRACE_MAX_HEADER_BYTES = 1 << 20,
};

// A place in bytes that are read. After a failure `wrong` says why, and every further read gives 0.
struct trace_bytes {
    const unsigned char *next, *end;
    const char *wrong; // NULL: nothing
};

uint64_t trace_get_varint(struct trace_bytes *b);

// trace_get_op - the next operation or mark. Its key, if it has one, is part of the bytes.
void trace_get_op(struct trace_bytes *b, struct trace_op *op);

// trace_put_op - write it to out, which has room for trace_op_bytes. Returns how many were used.
size_t trace_op_bytes(const struct trace_op *op);
size_t trace_put_op(unsigned char *out, const struct trace_op *op);

// Numbers of `bytes` bytes, little-endian.
void trace_put_number(unsigned char *out, uint64_t value, unsigned bytes);
uint64_t trace_get_number(const unsigned char *in, unsigned bytes);

// trace_crc32c - of count more bytes, after a first part with the checksum `before` (0: no part).
//   source  Castagnoli's polynomial 0x1EDC6F41, reflected, as in iSCSI (RFC 3720, 12.1)
uint32_t trace_crc32c(uint32_t before, const void *bytes, size_t count);

#endif
