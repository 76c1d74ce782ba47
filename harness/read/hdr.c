// hdr.c - counts as ZigZag numbers after a header, as a zlib stream after another, in base64.

#include "hdr.h"

#include "base/latency.h"
#include "base/must.h"
#include "base/text.h"
#include "base/varint.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { HDR_COOKIE = 0x1c849313, HDR_COMPRESSED_COOKIE = 0x1c849314, HDR_DIGITS = 3 };

static void hdr_number(FILE *out, uint64_t value, int bytes) { // big-endian
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        fputc((int)(value >> shift & 0xff), out);
}

static void hdr_zigzag(FILE *out, int64_t value) {
    unsigned char bytes[VARINT_MOST];
    const unsigned char *end = varint_put(bytes, varint_zigzag((uint64_t)value));
    fwrite(bytes, 1, (size_t)(end - bytes), out);
}

// Each count, and of several zeros in a row how many, as a negative number.
static struct text hdr_counts(const struct latency *l) {
    struct text text;
    unsigned end = l->count ? latency_bucket(l->max_ns) + 1 : 1;
    text_open(&text);
    for (unsigned i = 0; i < end;) {
        unsigned zeros = 0;
        while (i + zeros < end && !l->bucket[i + zeros])
            zeros++;
        hdr_zigzag(text.file, zeros > 1 ? -(int64_t)zeros : (int64_t)l->bucket[i]);
        i += zeros > 1 ? zeros : 1;
    }
    text_close(&text);
    return text;
}

static struct text hdr_plain(const struct latency *l) {
    struct text text, counts = hdr_counts(l);
    text_open(&text);
    hdr_number(text.file, HDR_COOKIE, 4);
    hdr_number(text.file, counts.bytes, 4);
    hdr_number(text.file, 0, 4); // offset of the index
    hdr_number(text.file, HDR_DIGITS, 4);
    hdr_number(text.file, 1, 8); // least value that has a bucket of its own
    hdr_number(text.file, ((uint64_t)1 << LATENCY_TOP_BITS) - 1, 8);
    hdr_number(text.file, 0x3ff0000000000000, 8); // 1.0, by which values are multiplied
    fwrite(counts.data, 1, counts.bytes, text.file);
    text_close(&text);
    text_free(&counts);
    return text;
}

static struct text hdr_zlib(const struct text *plain) {
    uLongf bytes = compressBound(plain->bytes);
    struct text text = {.data = must(malloc(bytes))};
    must(compress((Bytef *)text.data, &bytes, (const Bytef *)plain->data, plain->bytes) == Z_OK
             ? text.data
             : NULL);
    text.bytes = bytes;
    return text;
}

static char *hdr_base64(const unsigned char *data, size_t bytes) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct text text;
    text_open(&text);
    for (size_t i = 0; i < bytes; i += 3) {
        size_t left = bytes - i;
        uint32_t three = (uint32_t)data[i] << 16 | (left > 1 ? (uint32_t)data[i + 1] << 8 : 0) |
                         (left > 2 ? data[i + 2] : 0);
        for (size_t n = 0; n < 4; n++)
            fputc(n <= left ? letters[three >> (18 - 6 * n) & 63] : '=', text.file);
    }
    text_close(&text);
    return text.data;
}

char *hdr_text(const struct latency *l) {
    struct text plain = hdr_plain(l), zlib = hdr_zlib(&plain), whole;
    text_open(&whole);
    hdr_number(whole.file, HDR_COMPRESSED_COOKIE, 4);
    hdr_number(whole.file, zlib.bytes, 4);
    fwrite(zlib.data, 1, zlib.bytes, whole.file);
    text_close(&whole);
    char *text = hdr_base64((const unsigned char *)whole.data, whole.bytes);
    text_free(&plain);
    text_free(&zlib);
    text_free(&whole);
    return text;
}
