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
#define FIND_ENDING ".trace"

static int find_traces(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, FIND_ENDING) == 0;
}

char *trace_find(const char *name, char *error, size_t error_bytes) {
    if (access(name, F_OK) == 0)
        return text_format("%s", name);
    char *folder = file_home(FIND_FOLDER);
    char *path = text_format("%s/%s", folder, name), *whole = text_format("%s" FIND_ENDING, path);
    const char *found_path = strchr(name, '/') || !*name ? NULL
                             : !access(whole, F_OK)      ? whole
                             : !access(path, F_OK)       ? path
                                                         : NULL;
    if (found_path) {
        char *result = text_format("%s", found_path);
        free(folder);
        free(path);
        free(whole);
        return result;
    }
    free(whole);
    struct dirent **found = NULL;
    int count = scandir(folder, &found, find_traces, alphasort);
    int n = snprintf(error, error_bytes, "trace %s: give the path of one", name);
    for (int i = 0; i < count; i++) {
        size_t at = n > 0 && (size_t)n < error_bytes ? (size_t)n : error_bytes;
        n += snprintf(error + at, error_bytes - at, "%s%.*s", i ? ", " : ", or ",
                      (int)(strlen(found[i]->d_name) - strlen(FIND_ENDING)), found[i]->d_name);
        free(found[i]);
    }
    free(found);
    free(path);
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
