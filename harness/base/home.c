// home.c - from the program's own path to the sources beside it.

#include "home.h"

#include "must.h"
#include "text.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

char *home_path(const char *name) {
    char folder[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[n > 0 ? n : 0] = 0;
    for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
        *slash = 0;
        char *path = text_format("%s/%s", folder, name);
        if (access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return access(name, R_OK) == 0 ? must(strdup(name)) : NULL;
}
