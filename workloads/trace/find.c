// find.c - the trace that a user means.

#include "base/file.h"
#include "base/text.h"
#include "code.h"
#include "log.h"
#include "recorded.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIND_FOLDER "workloads/traces"

// What a name may leave out.
static const char *const endings[] = {".trace", ".hbr", ""};

static int find_traces(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && (strcmp(dot, endings[0]) == 0 || strcmp(dot, endings[1]) == 0);
}

// In the folder, by its name; NULL: there is none.
static char *find_in(const char *folder, const char *name) {
    if (strchr(name, '/') || !*name)
        return NULL;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *path = text_format("%s/%s%s", folder, name, endings[i]);
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

char *trace_find(const char *name, char *error, size_t error_bytes) {
    if (access(name, F_OK) == 0)
        return text_format("%s", name);
    char *folder = file_home(FIND_FOLDER), *path = find_in(folder, name);
    if (path) {
        free(folder);
        return path;
    }
    struct dirent **found = NULL;
    int count = scandir(folder, &found, find_traces, alphasort);
    int n = snprintf(error, error_bytes, "trace %s: give the path of one", name);
    for (int i = 0; i < count; i++) {
        size_t at = n > 0 && (size_t)n < error_bytes ? (size_t)n : error_bytes;
        n += snprintf(error + at, error_bytes - at, "%s%.*s", i ? ", " : ", or ",
                      (int)strcspn(found[i]->d_name, "."), found[i]->d_name);
        free(found[i]);
    }
    free(found);
    free(folder);
    return NULL;
}

bool trace_is(const char *name) {
    char start[TRACE_MAGIC_BYTES] = "", error[8];
    char *path = trace_find(name, error, sizeof error);
    FILE *f = path && file_is_regular(path) ? fopen(path, "rb") : NULL;
    bool whole = f && fread(start, sizeof start, 1, f) == 1;
    if (f)
        fclose(f);
    bool is = (whole && memcmp(start, TRACE_MAGIC, sizeof start) == 0) ||
              (f && (recorded_is(path) || log_is(path)));
    free(path);
    return is;
}
