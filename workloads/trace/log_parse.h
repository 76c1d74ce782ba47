// log_parse.h - lines of logs of malloc; see log.h.

#ifndef HEAPBENCH_TRACE_LOG_PARSE_H
#define HEAPBENCH_TRACE_LOG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_kind { LOG_ALLOCATE, LOG_RESIZE, LOG_FREE };

// id: what the log calls the block, an address or a number. new_id: what it is called after
// LOG_RESIZE.
struct log_event {
    enum log_kind kind;
    uint64_t id, new_id, bytes;
};

// What a line is: an event, something else that such a log has, or nothing that it has.
enum log_line { LOG_EVENT, LOG_OTHER, LOG_STRANGE };

// What a parser remembers from line to line.
//   resized  mtrace: the address that the next '>' line resizes; 0: none
//   sizes    heaptrack, interpreted: bytes of each index; born, died: how many blocks of it were
//            there so far
struct log_state {
    uint64_t lines, resized;
    uint64_t *sizes, *born, *died;
    uint64_t size_count;
    int interpreted;
};

struct log_format {
    const char *name;
    bool begins_so; // its first line tells, however far the first event is
    enum log_line (*parse)(struct log_state *s, const char *line, struct log_event *event);
};

// log_formats - all of them, ended by one without a name. log_state_free - what a state points to.
extern const struct log_format log_formats[];
void log_state_free(struct log_state *s);

// Traces of malloc-bench, which have messages and not lines. log_message - the next of them, which b is moved past.
// log_is_messages - whether a file starts like one.
struct trace_bytes;
enum log_line log_message(struct trace_bytes *b, struct log_event *event);
bool log_is_messages(const void *start, size_t count);

#endif
