// cell.c - keys of cells: printed, and read back.

#include "cell.h"

#include "base/must.h"
#include "base/number.h"
#include "base/text.h"
#include "values.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct setting cell_settings[CELL_AROUND] = {
    [CELL_HEAP] = {.name = "heap",
                   .doc = "most memory the heap may hold, off: no limit",
                   .unit = "bytes",
                   .fallback = NAN,
                   .max = 0x1p53,
                   .whole = 1},
    [CELL_SEED] = {.name = "seed",
                   .doc = "of the workload's choices",
                   .unit = "",
                   .fallback = NAN,
                   .max = 0x1p53,
                   .whole = 1},
    [CELL_STEPS] = {.name = "steps",
                    .doc = "of the workload",
                    .unit = "steps",
                    .fallback = NAN,
                    .min = 1,
                    .max = 1e12,
                    .whole = 1},
    [CELL_LOAD] = {.name = "load",
                   .doc = "steps that are due, of those that the fastest closed loop does",
                   .unit = "share",
                   .fallback = NAN,
                   .min = 0.01,
                   .max = 100},
    [CELL_ROOM] = {.name = "room",
                   .doc =
                       "most memory the heap may hold, as a multiple of the least with which any "
                       "strategy runs the program: heap=1.5x is room=1.5",
                   .unit = "x",
                   .fallback = NAN,
                   .min = 0.01,
                   .max = 1e6}};

const struct setting *cell_around(void) {
    return cell_settings;
}

char *cell_around_text(int which, double value) {
    char bytes[32];
    if (which != CELL_HEAP) {
        char *text = values_print(&cell_settings[which], value);
        char *whole = text_format("%s%s", text, which == CELL_ROOM ? "x" : "");
        free(text);
        return whole;
    }
    number_bytes_text((uint64_t)value, bytes, sizeof bytes);
    return must(strdup(value > 0 ? bytes : "off"));
}

char *cell_typed(const char *assignment) {
    size_t optional = *assignment == '?', length = strlen(assignment);
    const char *name = assignment + optional;
    if (strncmp(name, "heap=", 5) != 0 || assignment[length - 1] != 'x')
        return must(strdup(assignment));
    char *typed = text_format("%.*sroom=%s", (int)optional, assignment, name + 5), *to = typed;
    for (const char *from = typed; *from; from++)
        if (*from != 'x' || (from[1] && from[1] != ','))
            *to++ = *from;
    *to = 0;
    return typed;
}

char *cell_name(const char *name, const char *settings) {
    return *settings ? text_format("%s[%s]", name, settings) : text_format("%s", name);
}

// ---------------------------------------------------------------------------------------- printing
// The input is last, so that its name may hold any character.
static char *cell_key(const struct cell *cell) {
    struct text key;
    char *workload = cell_name(cell->workload, cell->params);
    char *strategy = cell_name(cell->strategy, cell->tunables);
    text_open(&key);
    fprintf(key.file, "%s/%s/%s", workload, strategy, cell->backing);
    if (cell->build)
        fprintf(key.file, "@build=%s", cell->build);
    for (int i = 0; i < CELL_AROUND; i++) {
        if (isnan(cell->around[i]))
            continue;
        char *value = cell_around_text(i, cell->around[i]);
        fprintf(key.file, "@%s=%s", cell_settings[i == CELL_ROOM ? CELL_HEAP : i].name, value);
        free(value);
    }
    if (cell->again)
        fputs("@again", key.file);
    if (cell->input)
        fprintf(key.file, "@input=%s", cell->input);
    text_close(&key);
    free(workload);
    free(strategy);
    return key.data;
}

static char *cell_copy(const char *text) {
    return text ? must(strdup(text)) : NULL;
}

struct cell *cell_new(const struct cell *like) {
    struct cell *cell = must(malloc(sizeof *cell));
    *cell = *like;
    cell->workload = cell_copy(like->workload);
    cell->params = cell_copy(like->params);
    cell->strategy = cell_copy(like->strategy);
    cell->tunables = cell_copy(like->tunables);
    cell->backing = cell_copy(like->backing);
    cell->build = cell_copy(like->build);
    cell->input = cell_copy(like->input);
    cell->key = cell_key(cell);
    return cell;
}

void cell_free(struct cell *cell) {
    if (!cell)
        return;
    free(cell->workload);
    free(cell->params);
    free(cell->strategy);
    free(cell->tunables);
    free(cell->backing);
    free(cell->build);
    free(cell->input);
    free(cell->key);
    free(cell);
}

// ----------------------------------------------------------------------------------------- reading
// Cuts "name[settings]" at its brackets; settings is "" without them. False when they do not match.
static bool cell_cut(char *part, char **settings) {
    size_t name = strcspn(part, "[]"), length = strlen(part);
    *settings = part + length;
    if (!part[name])
        return true;
    if (part[name] == ']' || part[length - 1] != ']')
        return false;
    part[name] = part[length - 1] = 0;
    *settings = part + name + 1;
    return true;
}

// One part after the backing allocator: "name=value".
static bool cell_take(struct cell *cell, char *part, char *error, size_t error_bytes) {
    char *typed = cell_typed(part);
    size_t name = strcspn(typed, "=");
    bool found = false, good = false;
    for (int i = 0; i < CELL_AROUND && typed[name] && !found; i++) {
        found =
            strlen(cell_settings[i].name) == name && !strncmp(typed, cell_settings[i].name, name);
        good = found && values_read(&cell_settings[i], typed + name + 1, &cell->around[i], error,
                                    error_bytes);
    }
    free(typed);
    if (found)
        return good;
    if (!strcmp(part, "again"))
        return cell->again = true;
    if (!strncmp(part, "build=", 6) && part[6]) {
        cell->build = part + 6;
        return true;
    }
    snprintf(error, error_bytes,
             "'@%s': accepted: @build=, @heap=, @seed=, @steps=, @load=, @again, @input=", part);
    return false;
}

static bool cell_take_all(struct cell *cell, char *behind, char *error, size_t error_bytes) {
    char *input = strstr(behind, "@input="), *rest;
    if (input) {
        *input = 0;
        cell->input = input + 7;
    }
    for (char *part = strtok_r(behind, "@", &rest); part; part = strtok_r(NULL, "@", &rest))
        if (!cell_take(cell, part, error, error_bytes))
            return false;
    return true;
}

// Takes the key apart in place. A slash stands only between parts and in an input's name.
static struct cell *cell_parse(char *key, char *error, size_t error_bytes) {
    struct cell cell = {.workload = key};
    for (int i = 0; i < CELL_AROUND; i++)
        cell.around[i] = NAN;
    char *strategy = strchr(key, '/'), *backing = strategy ? strchr(strategy + 1, '/') : NULL;
    if (!backing || !backing[1] || backing[1] == '@') {
        snprintf(error, error_bytes, "accepted: workload[params]/strategy[tunables]/backing");
        return NULL;
    }
    *strategy++ = *backing++ = 0;
    cell.strategy = strategy;
    cell.backing = backing;
    char *behind = strchr(backing, '@');
    if (!cell_cut(key, &cell.params) || !cell_cut(strategy, &cell.tunables)) {
        snprintf(error, error_bytes, "a bracket is not closed");
        return NULL;
    }
    if (behind) {
        *behind++ = 0;
        char *again = text_format("@%s", behind); // so that @input may be first
        bool good = cell_take_all(&cell, again, error, error_bytes);
        struct cell *made = good ? cell_new(&cell) : NULL;
        free(again);
        return made;
    }
    return cell_new(&cell);
}

struct cell *cell_read(const char *key, char *error, size_t error_bytes) {
    char *copy = must(strdup(key));
    struct cell *cell = cell_parse(copy, error, error_bytes);
    free(copy);
    return cell;
}

// ---------------------------------------------------------------------------------------- manifest
json_t *cell_json(const struct cell *cell) {
    static const char *const names[CELL_AROUND] = {"heap_limit_bytes", "seed", "steps", "load",
                                                   "room"};
    json_t *json = must(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s*,s:s*}", "key", cell->key,
                                  "workload", cell->workload, "params", cell->params, "strategy",
                                  cell->strategy, "tunables", cell->tunables, "backing",
                                  cell->backing, "build", cell->build, "input", cell->input));
    for (int i = 0; i < CELL_AROUND; i++)
        if (!isnan(cell->around[i]))
            json_object_set_new(json, names[i],
                                cell_settings[i].whole ? json_integer((json_int_t)cell->around[i])
                                                       : json_real(cell->around[i]));
    if (cell->again)
        json_object_set_new(json, "again", json_true());
    return json;
}
