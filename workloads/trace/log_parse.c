// log_parse.c - the formats of logs of malloc, line by line.

#include "log_parse.h"

#include "base/must.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// A number at *at, which is moved past it and the blanks after it. False when there is none.
static bool parse_number(const char **at, int base, uint64_t *value) {
    char *end;
    if (!isxdigit((unsigned char)**at))
        return false;
    *value = strtoull(*at, &end, base);
    if (end == *at || (*end && !strchr(" \t\r,)]", *end)))
        return false;
    *at = end + strspn(end, " \t\r");
    return true;
}

static bool parse_word(const char **at, const char *word) {
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

// ------------------------------------------------------------------------------------------ CS:APP
enum { REP_HEAD = 4 }; // heap size, ids, operations, weight: one number in each of the first lines

static enum log_line rep_parse(struct log_state *s, const char *line, struct log_event *event) {
    const char *at = line + 1;
    uint64_t number;
    if (*line == '#' || *line == 'w') // a comment; a write, in the traces of other courses
        return LOG_OTHER;
    if (s->lines <= REP_HEAD && parse_number(&line, 10, &number) && !*line)
        return LOG_OTHER;
    if (!strchr("arf", *line) || *at++ != ' ' || !parse_number(&at, 10, &event->id))
        return LOG_STRANGE;
    event->kind = *line == 'a' ? LOG_ALLOCATE : *line == 'r' ? LOG_RESIZE : LOG_FREE;
    event->new_id = event->id;
    return (event->kind == LOG_FREE || parse_number(&at, 10, &event->bytes)) && !*at ? LOG_EVENT
                                                                                     : LOG_STRANGE;
}

// ------------------------------------------------------------------------------------------ mtrace
// The sign that says what is done: a word of one character.
static const char *mtrace_sign(const char *line) {
    for (const char *at = line; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == 1 && strchr("+-<>!", *at))
            return at;
        at += word;
    }
    return NULL;
}

static enum log_line mtrace_parse(struct log_state *s, const char *line, struct log_event *event) {
    const char *sign = mtrace_sign(line), *at = sign ? sign + 2 : line;
    if (!strncmp(line, "= Start", 7) || !strncmp(line, "= End", 5))
        return LOG_OTHER;
    if (!sign || sign[1] != ' ' || strncmp(at, "0x", 2) != 0 || !parse_number(&at, 16, &event->id))
        return LOG_STRANGE;
    event->kind = *sign == '-' ? LOG_FREE : LOG_ALLOCATE;
    if (strchr("+>", *sign) && !parse_number(&at, 16, &event->bytes))
        return LOG_STRANGE;
    if (*sign == '<')
        s->resized = event->id;
    if (*sign == '>' && s->resized)
        *event = (struct log_event){LOG_RESIZE, s->resized, event->id, event->bytes};
    s->resized = *sign == '<' ? s->resized : 0;
    return strchr("<!", *sign) ? LOG_OTHER : LOG_EVENT;
}

// --------------------------------------------------------------------------------------- heaptrack
enum { HEAPTRACK_INDEX_BITS = 32 };

static enum log_line heaptrack_index(struct log_state *s, const char *at) {
    uint64_t bytes;
    if (!parse_number(&at, 16, &bytes))
        return LOG_STRANGE;
    size_t size = (s->size_count + 1) * sizeof(uint64_t);
    s->sizes = must(realloc(s->sizes, size));
    s->born = must(realloc(s->born, size));
    s->died = must(realloc(s->died, size));
    s->sizes[s->size_count] = bytes;
    s->born[s->size_count] = s->died[s->size_count] = 0;
    s->size_count++;
    s->interpreted = 1;
    return LOG_OTHER;
}

static enum log_line heaptrack_interpreted(struct log_state *s, const char *at, bool born,
                                           struct log_event *event) {
    uint64_t index;
    if (!parse_number(&at, 16, &index) || index >= s->size_count)
        return LOG_STRANGE;
    uint64_t number = born ? s->born[index]++ : s->died[index]++;
    event->kind = born ? LOG_ALLOCATE : LOG_FREE;
    event->id = index << HEAPTRACK_INDEX_BITS | number;
    event->bytes = s->sizes[index];
    return LOG_EVENT;
}

static enum log_line heaptrack_parse(struct log_state *s, const char *line,
                                     struct log_event *event) {
    const char *at = line + 2;
    uint64_t trace;
    if (s->lines == 1) // "v", the version of heaptrack and, since 1.0, that of its files
        return parse_word(&line, "v ") && parse_number(&line, 16, &trace) ? LOG_OTHER : LOG_STRANGE;
    if (!*line || (line[1] && line[1] != ' ') || !isgraph((unsigned char)*line))
        return LOG_STRANGE;
    if (*line == 'a')
        return heaptrack_index(s, at);
    if (*line != '+' && *line != '-')
        return LOG_OTHER;
    if (s->interpreted)
        return heaptrack_interpreted(s, at, *line == '+', event);
    event->kind = *line == '+' ? LOG_ALLOCATE : LOG_FREE;
    if (*line == '+' && (!parse_number(&at, 16, &event->bytes) || !parse_number(&at, 16, &trace)))
        return LOG_STRANGE;
    return parse_number(&at, 16, &event->id) ? LOG_EVENT : LOG_STRANGE;
}

// ------------------------------------------------------------------------------------------ ltrace
enum call { CALL_NONE, CALL_MALLOC, CALL_CALLOC, CALL_REALLOC, CALL_ALIGNED, CALL_FREE };

static enum call ltrace_call(const char *name, size_t bytes) {
    static const struct {
        const char *name;
        enum call call;
    } calls[] = {
        {"malloc", CALL_MALLOC},         {"valloc", CALL_MALLOC}, {"_Znwm", CALL_MALLOC},
        {"_Znam", CALL_MALLOC},          {"calloc", CALL_CALLOC}, {"realloc", CALL_REALLOC},
        {"memalign", CALL_ALIGNED},      {"free", CALL_FREE},     {"cfree", CALL_FREE},
        {"aligned_alloc", CALL_ALIGNED}, {"_ZdlPv", CALL_FREE},   {"_ZdaPv", CALL_FREE},
        {"_ZdlPvm", CALL_FREE},          {"_ZdaPvm", CALL_FREE}};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strlen(calls[i].name) == bytes && !strncmp(name, calls[i].name, bytes))
            return calls[i].call;
    return CALL_NONE;
}

// An argument: "nil", "NULL" and "0" are 0.
static bool ltrace_argument(const char **at, uint64_t *value) {
    *at += strspn(*at, " ,");
    if (parse_word(at, "nil") || parse_word(at, "NULL") || parse_word(at, "<void>")) {
        *value = 0;
        return true;
    }
    return parse_number(at, 0, value);
}

static enum log_line ltrace_event(enum call call, const uint64_t *given, uint64_t result,
                                  struct log_event *event) {
    *event = (struct log_event){LOG_ALLOCATE, result, result, given[0]};
    if (call == CALL_CALLOC)
        event->bytes = given[0] * given[1];
    else if (call == CALL_ALIGNED)
        event->bytes = given[1];
    else if (call == CALL_FREE || (call == CALL_REALLOC && given[0] && !given[1]))
        *event = (struct log_event){LOG_FREE, given[0], 0, 0};
    else if (call == CALL_REALLOC)
        *event = (struct log_event){given[0] ? LOG_RESIZE : LOG_ALLOCATE,
                                    given[0] ? given[0] : result, result, given[1]};
    bool happened = event->kind == LOG_FREE ? event->id : result;
    return happened ? LOG_EVENT : LOG_OTHER; // free(NULL); there was no memory
}

static enum log_line ltrace_parse(struct log_state *s, const char *line, struct log_event *event) {
    const char *open = strchr(line, '('), *name = open, *equals = strstr(line, " = ");
    uint64_t given[2] = {0}, result = 0;
    (void)s;
    if (!strncmp(line, "---", 3) || !strncmp(line, "+++", 3) || strstr(line, "<unfinished ...>") ||
        strstr(line, " resumed> "))
        return LOG_OTHER;
    while (name && name > line && (isalnum((unsigned char)name[-1]) || name[-1] == '_'))
        name--;
    if (!open || name == open || (!equals && !strchr(open, ')')))
        return LOG_STRANGE;
    enum call call = ltrace_call(name, (size_t)(open - name));
    const char *at = open + 1;
    if (call == CALL_NONE)
        return equals ? LOG_OTHER : LOG_STRANGE;
    bool two = call == CALL_CALLOC || call == CALL_REALLOC || call == CALL_ALIGNED;
    if (!ltrace_argument(&at, &given[0]) || (two && !ltrace_argument(&at, &given[1])))
        return LOG_STRANGE;
    at = equals ? equals + 3 : "0";
    if (call != CALL_FREE && (!equals || !ltrace_argument(&at, &result)))
        return LOG_STRANGE;
    return ltrace_event(call, given, result, event);
}

const struct log_format log_formats[] = {{"a .rep of CS:APP", false, rep_parse},
                                         {"a log of mtrace", false, mtrace_parse},
                                         {"a log of heaptrack", true, heaptrack_parse},
                                         {"a log of ltrace", false, ltrace_parse},
                                         {NULL, false, NULL}};

void log_state_free(struct log_state *s) {
    free(s->sizes);
    free(s->born);
    free(s->died);
    *s = (struct log_state){0};
}
