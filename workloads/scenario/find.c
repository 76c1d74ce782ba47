// find.c - the scenario that a user means.

#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"
#include "scenario.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIND_FOLDER "workloads/scenarios"
#define FIND_ENDING ".json"

static bool find_ends(const char *name) {
    size_t bytes = strlen(name), ending = strlen(FIND_ENDING);
    return bytes > ending && strcmp(name + bytes - ending, FIND_ENDING) == 0;
}

struct names scenario_list(void) {
    struct names names = {0};
    char *folder = file_home(FIND_FOLDER);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (!find_ends(entry->d_name))
            continue;
        entry->d_name[strlen(entry->d_name) - strlen(FIND_ENDING)] = 0;
        names_add(&names, entry->d_name);
    }
    if (dir)
        closedir(dir);
    free(folder);
    names_sort(&names);
    return names;
}

char *scenario_find(const char *name, char *error, size_t error_bytes) {
    if (access(name, R_OK) == 0 && find_ends(name))
        return text_format("%s", name);
    struct names known = scenario_list();
    char *folder = file_home(FIND_FOLDER), *path = NULL;
    if (names_has(&known, name))
        path = text_format("%s/%s" FIND_ENDING, folder, name);
    else if (strpbrk(name, "/."))
        snprintf(error, error_bytes,
                 "scenario '%s': accepted: the path of a " FIND_ENDING
                 " file that can be read, or a name in " FIND_FOLDER,
                 name);
    else
        suggest_unknown(error, error_bytes, "scenario", name, &known);
    free(folder);
    names_free(&known);
    return path;
}

// Also when it is no JSON yet: then whoever reads it says where.
static bool find_has_phases(const char *path) {
    json_t *json = json_load_file(path, 0, NULL);
    char *text = json ? NULL : text_read_file(path, NULL);
    bool has = json_object_get(json, "phases") || json_object_get(json, "cannot") ||
               json_object_get(json, "source") || (text && strstr(text, "\"phases\""));
    json_decref(json);
    free(text);
    return has;
}

bool scenario_is(const char *name) {
    struct names known = scenario_list();
    bool is = names_has(&known, name) ||
              (find_ends(name) &&
               (access(name, R_OK) || (file_is_regular(name) && find_has_phases(name))));
    names_free(&known);
    return is;
}
