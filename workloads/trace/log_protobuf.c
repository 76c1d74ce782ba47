// log_protobuf.c - traces of malloc-bench, which are messages of protobuf: each is an operation.
//
//   Tracefile  1: a TraceLine, again and again      2: how many blocks are alive at once
//   TraceLine  one of 1: Malloc, 2: Free, 3: Realloc, 4: Calloc
//   Malloc     1: id of the block    2: bytes
//   Free       1: id
//   Realloc    1: id of the new block    2: of the old one    3: bytes
//   Calloc     1: id    2: how many    3: bytes of each
// Every field is a varint, or a length and a message. Traces of this machine have both (code.h), so that no library is
// needed for three levels of them, nor a compiler of messages.
//   source  ClaytonKnittel/malloc-bench, proto/tracefile.proto

#include "log_parse.h"

#include "code.h"

#include <stddef.h>

enum { WIRE_BITS = 3, WIRE_VARINT = 0, WIRE_MESSAGE = 2 };
enum { FILE_LINE = 1, LINE_MALLOC = 1, LINE_FREE, LINE_REALLOC, LINE_CALLOC, MOST_FIELDS };
enum { LOOK_MESSAGES = 200 };

struct field {
    uint64_t number;
    bool is_message;
    uint64_t value;
    struct trace_bytes message;
};

// The next field of a message; false at its end, and where `wrong` says why.
static bool log_get_field(struct trace_bytes *b, struct field *f) {
    if (b->wrong || b->next >= b->end)
        return false;
    uint64_t tag = trace_get_varint(b), wire = tag & ((1 << WIRE_BITS) - 1);
    *f = (struct field){.number = tag >> WIRE_BITS, .is_message = wire == WIRE_MESSAGE};
    f->value = trace_get_varint(b);
    if (!b->wrong && ((wire != WIRE_VARINT && wire != WIRE_MESSAGE) ||
                      (f->is_message && f->value > (uint64_t)(b->end - b->next))))
        b->wrong = "a field that such a trace has not";
    if (b->wrong || !f->is_message)
        return !b->wrong;
    f->message = (struct trace_bytes){.next = b->next, .end = b->next + f->value};
    b->next = f->message.end;
    return true;
}

// The numbers in an operation, and which of them are there.
struct given {
    uint64_t value[MOST_FIELDS];
    bool there[MOST_FIELDS];
};

static bool log_get_given(struct trace_bytes *message, struct given *g) {
    struct field f;
    *g = (struct given){0};
    while (log_get_field(message, &f)) {
        if (f.is_message || f.number >= MOST_FIELDS)
            return false;
        g->value[f.number] = f.value;
        g->there[f.number] = true;
    }
    return !message->wrong;
}

// What has no id was free(NULL), or there was no memory.
static enum log_line log_take(uint64_t operation, const struct given *g, struct log_event *event) {
    bool moved = operation == LINE_REALLOC && g->there[2];
    *event = (struct log_event){.kind = moved ? LOG_RESIZE : LOG_ALLOCATE, .id = g->value[1]};
    if (operation == LINE_FREE)
        event->kind = LOG_FREE;
    else
        event->bytes = g->value[operation == LINE_MALLOC ? 2 : 3];
    if (operation == LINE_CALLOC && __builtin_mul_overflow(g->value[2], g->value[3], &event->bytes))
        event->bytes = UINT64_MAX;
    event->new_id = event->id;
    event->id = moved ? g->value[2] : event->id;
    return g->there[1] ? LOG_EVENT : LOG_OTHER;
}

enum log_line log_message(struct trace_bytes *b, struct log_event *event) {
    struct field line, operation;
    struct given given;
    if (!log_get_field(b, &line))
        return LOG_STRANGE;
    if (!line.is_message)
        return line.number > FILE_LINE ? LOG_OTHER : LOG_STRANGE;
    if (line.number != FILE_LINE)
        return LOG_STRANGE;
    if (!log_get_field(&line.message, &operation))
        return line.message.wrong ? LOG_STRANGE : LOG_OTHER;
    if (!operation.is_message || !operation.number || operation.number > LINE_CALLOC ||
        line.message.next != line.message.end || !log_get_given(&operation.message, &given))
        return LOG_STRANGE;
    return log_take(operation.number, &given, event);
}

bool log_is_messages(const void *start, size_t count) {
    struct trace_bytes b = {.next = start, .end = (const unsigned char *)start + count};
    struct log_event event;
    int events = 0;
    for (int i = 0; i < LOOK_MESSAGES && b.next < b.end; i++) {
        enum log_line is = log_message(&b, &event);
        if (is == LOG_STRANGE) // a last one may be cut off
            return events && b.wrong;
        events += is == LOG_EVENT;
    }
    return events > 0;
}
