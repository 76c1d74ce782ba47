// log.c - a log of malloc becomes a trace: blocks get slots, lines get operations.

#include "log.h"

#include "base/must.h"
#include "base/text.h"
#include "code.h"
#include "log_parse.h"
#include "trace.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

// Lines that are looked at to tell what a file is, and of each so many bytes. A mark stands after
// so many operations of the log.
enum { LOG_LOOK_LINES = 200, LOG_LOOK_BYTES = 1 << 16, LOG_LINE_BYTES = 4096, LOG_MARK = 100 };
static const struct log_format log_messages = {.name = "a trace of malloc-bench"};
enum { LOG_LIST, LOG_BLOCK, LOG_EMPTY, LOG_REGISTERS };

// ----------------------------------------------------------------------------------------- reading
// Copies the next line without its end; returns what follows it, NULL at the end.
static const char *log_next_line(const char *text, char line[LOG_LINE_BYTES]) {
    size_t length = strcspn(text, "\n"),
           kept = length < LOG_LINE_BYTES ? length : LOG_LINE_BYTES - 1;
    if (!*text)
        return NULL;
    memcpy(line, text, kept);
    while (kept && strchr(" \t\r", line[kept - 1]))
        kept--;
    line[kept] = 0;
    return text + length + (text[length] == '\n');
}

// Whether the first lines are all of the format, and an event is among them. A last line that may
// be cut off is left out.
static bool log_fits(const struct log_format *format, const char *text) {
    struct log_state state = {0};
    struct log_event event;
    char line[LOG_LINE_BYTES];
    bool good = true;
    unsigned events = 0;
    for (const char *next;
         good && state.lines < LOG_LOOK_LINES && (next = log_next_line(text, line)); text = next) {
        state.lines++;
        enum log_line is = *line ? format->parse(&state, line, &event) : LOG_OTHER;
        good = is != LOG_STRANGE || (!*next && state.lines > 1 && events);
        events += is == LOG_EVENT;
    }
    bool begins = format->begins_so && state.lines > 1;
    log_state_free(&state);
    return good && (events || begins);
}

static const struct log_format *log_find(const char *text, size_t bytes) {
    const struct log_format *format = log_formats;
    if (log_is_messages(text, bytes))
        return &log_messages;
    if (memchr(text, 0, bytes))
        return NULL;
    while (format->name && !log_fits(format, text))
        format++;
    return format->name ? format : NULL;
}

const char *log_format(const char *text) {
    const struct log_format *format = log_find(text, strlen(text));
    return format ? format->name : NULL;
}

const char *log_is(const char *path) {
    char *start = must(calloc(1, LOG_LOOK_BYTES + 1));
    FILE *file = fopen(path, "re");
    size_t got = file ? fread(start, 1, LOG_LOOK_BYTES, file) : 0;
    const struct log_format *format = got ? log_find(start, got) : NULL;
    if (file)
        fclose(file);
    free(start);
    return format ? format->name : NULL;
}

// ------------------------------------------------------------------------------------------- slots
// A block that is alive. The tree is by id (search.h).
struct block {
    uint64_t id;
    uint32_t slot;
};

// free: slots that are empty. strangers: frees of blocks that the log does not know.
struct log {
    const char *path;
    const struct log_format *format;
    struct trace_writer *writer;
    void *blocks;
    uint32_t *free;
    size_t free_count, free_room;
    uint32_t slots, live, most;
    uint64_t line, operations, allocated, strangers, again;
    FILE *out; // of messages
    bool wrong;
};

static int block_order(const void *a, const void *b) {
    const struct block *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static struct block **log_block(struct log *l, uint64_t id) {
    struct block key = {id, 0};
    return tfind(&key, &l->blocks, block_order);
}

static uint32_t log_take_slot(struct log *l) {
    l->live++;
    l->most = l->live > l->most ? l->live : l->most;
    return l->free_count ? l->free[--l->free_count] : l->slots++;
}

static void log_give_slot(struct log *l, uint32_t slot) {
    if (l->free_count == l->free_room) {
        l->free_room = l->free_room ? 2 * l->free_room : 1024;
        l->free = must(realloc(l->free, l->free_room * sizeof *l->free));
    }
    l->free[l->free_count++] = slot;
    l->live--;
}

// -------------------------------------------------------------------------------------- operations
static void log_put(struct log *l, unsigned number, uint64_t a, uint64_t b, uint64_t c) {
    if (!l->writer)
        return;
    const char *wrong = trace_write(l->writer, &(struct trace_op){number, {a, b, c}, NULL});
    if (wrong && !l->wrong)
        fprintf(l->out, "%s: line %" PRIu64 ": %s: %s", l->path, l->line, trace_row(number)->name,
                wrong);
    l->wrong |= wrong != NULL;
}

static void log_put_block(struct log *l, uint32_t slot, uint64_t bytes) {
    l->allocated++;
    log_put(l, TRACE_NEW_ATOM, LOG_BLOCK, bytes, 0);
    log_put(l, TRACE_STORE, LOG_LIST, slot, LOG_BLOCK);
    log_put(l, TRACE_CLEAR, LOG_BLOCK, 0, 0);
}

static void log_free(struct log *l, uint64_t id) {
    struct block **found = log_block(l, id), *block;
    if (!found) {
        l->strangers++;
        return;
    }
    block = *found;
    tdelete(block, &l->blocks, block_order);
    log_put(l, TRACE_STORE, LOG_LIST, block->slot, LOG_EMPTY);
    log_give_slot(l, block->slot);
    free(block);
}

// An address that comes again without a free in between was freed where nobody looked.
static void log_allocate(struct log *l, uint64_t id, uint64_t bytes) {
    if (log_block(l, id)) {
        l->again++;
        log_free(l, id);
    }
    struct block *block = must(malloc(sizeof *block));
    *block = (struct block){id, log_take_slot(l)};
    must(tsearch(block, &l->blocks, block_order));
    log_put_block(l, block->slot, bytes);
}

static void log_do(struct log *l, const struct log_event *event) {
    struct block **found = event->kind == LOG_RESIZE ? log_block(l, event->id) : NULL;
    l->operations++;
    if (event->kind == LOG_FREE) {
        log_free(l, event->id);
    } else if (found && event->id == event->new_id) {
        log_put_block(l, (*found)->slot, event->bytes);
    } else if (event->kind == LOG_RESIZE) { // the new block is there before the old one goes
        log_allocate(l, event->new_id, event->bytes);
        log_free(l, event->id);
    } else {
        log_allocate(l, event->id, event->bytes);
    }
    if (l->operations % LOG_MARK == 0)
        log_put(l, TRACE_MARK, 0, 0, 0);
}

// What a line is. text: as it stands there, for messages.
static void log_take(struct log *l, enum log_line is, const struct log_event *event,
                     const char *text) {
    l->line++;
    if (is == LOG_EVENT && (event->kind == LOG_FREE || event->bytes <= HEAP_MAX_PAYLOAD_BYTES)) {
        log_do(l, event);
    } else if (is == LOG_EVENT) {
        fprintf(l->out, "%s: line %" PRIu64 ": a block of %" PRIu64 " bytes: accepted: at most %d",
                l->path, l->line, event->bytes, HEAP_MAX_PAYLOAD_BYTES);
        l->wrong = true;
    } else if (is == LOG_STRANGE) {
        fprintf(l->out, "%s: line %" PRIu64 " is not one of %s%s", l->path, l->line,
                l->format->name, text);
        l->wrong = true;
    }
}

static void log_walk_lines(struct log *l, const char *text) {
    struct log_state state = {0};
    char line[LOG_LINE_BYTES], quoted[80];
    for (const char *next; !l->wrong && (next = log_next_line(text, line)); text = next) {
        struct log_event event = {0};
        state.lines++;
        (void)snprintf(quoted, sizeof quoted, ": '%.60s'", line);
        log_take(l, *line ? l->format->parse(&state, line, &event) : LOG_OTHER, &event, quoted);
    }
    log_state_free(&state);
}

static void log_walk_messages(struct log *l, const char *text, size_t bytes) {
    struct trace_bytes b = {.next = (const unsigned char *)text,
                            .end = (const unsigned char *)text + bytes};
    while (!l->wrong && b.next < b.end) {
        struct log_event event = {0};
        enum log_line is = log_message(&b, &event);
        log_take(l, is, &event, "");
    }
}

// All of it, first to count slots and then to write.
static void log_walk(struct log *l, const char *text, size_t bytes) {
    if (l->format == &log_messages)
        log_walk_messages(l, text, bytes);
    else
        log_walk_lines(l, text);
    tdestroy(l->blocks, free);
    l->blocks = NULL;
}

static json_t *log_about(const struct log *l) {
    const char *slash = strrchr(l->path, '/');
    return must(
        json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I}", "name", slash ? slash + 1 : l->path, "doc",
                  "blocks that a program asked malloc for, as atoms: allocation and release, and "
                  "no references between "
                  "them",
                  "source", l->format->name, "log_operations", (json_int_t)l->operations, "blocks",
                  (json_int_t)l->allocated, "most_blocks", (json_int_t)l->most, "unknown_frees",
                  (json_int_t)l->strangers, "lost_blocks", (json_int_t)l->again));
}

static bool log_write(struct log *l, const char *text, size_t text_bytes) {
    char error[512];
    size_t bytes = 0;
    l->writer = trace_writer_new(LOG_REGISTERS);
    uint32_t slots = l->slots;
    *l = (struct log){.path = l->path,
                      .format = l->format,
                      .writer = l->writer,
                      .free = l->free,
                      .free_room = l->free_room,
                      .out = l->out};
    log_put(l, TRACE_NEW_LIST, LOG_LIST, 0, 0);
    for (uint32_t i = 0; i < slots; i++)
        log_put(l, TRACE_APPEND, LOG_LIST, LOG_EMPTY, 0);
    trace_write_setup(l->writer);
    log_walk(l, text, text_bytes);
    log_put(l, TRACE_MARK, 0, 0, 0);
    json_t *about = log_about(l);
    unsigned char *data =
        l->wrong ? NULL : trace_writer_finish(l->writer, about, &bytes, error, sizeof error);
    if (data)
        fwrite(data, 1, bytes, l->out);
    else if (!l->wrong)
        fprintf(l->out, "%s: %s", l->path, error);
    json_decref(about);
    trace_writer_free(l->writer);
    free(data);
    return data != NULL;
}

bool log_convert(const void *path, FILE *out) {
    struct log l = {.path = path, .out = out};
    size_t bytes = 0;
    char *text = text_read_file(path, &bytes);
    if (!text)
        fprintf(out, "%s: %s", l.path, strerror(errno));
    l.format = text ? log_find(text, bytes) : NULL;
    if (text && !l.format)
        fprintf(out, "%s: no log of malloc", l.path);
    if (l.format)
        log_walk(&l, text, bytes);
    bool good = l.format && !l.wrong && log_write(&l, text, bytes);
    free(l.free);
    free(text);
    return good;
}
