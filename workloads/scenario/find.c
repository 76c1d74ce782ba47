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

// Where named scenarios are: those that come with heapbench, and the folders of $SCENARIO_PATH.
static struct names find_folders(void) {
    struct names folders = {0};
    char *own = file_home(FIND_FOLDER);
    const char *others = getenv("SCENARIO_PATH");
    names_add(&folders, own);
    names_split(&folders, others ? others : "", ':');
    free(own);
    return folders;
}

static void find_list(const char *folder, struct names *names) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (!find_ends(entry->d_name))
            continue;
        entry->d_name[strlen(entry->d_name) - strlen(FIND_ENDING)] = 0;
        if (!names_has(names, entry->d_name))
            names_add(names, entry->d_name);
    }
    if (dir)
        closedir(dir);
}

struct names scenario_list(void) {
    struct names names = {0}, folders = find_folders();
    for (size_t i = 0; i < folders.count; i++)
        find_list(folders.items[i], &names);
    names_free(&folders);
    names_sort(&names);
    return names;
}

// Of two of one name the first; ours come first, so that a name in a plan means what it always did.
static char *find_named(const char *name) {
    struct names folders = find_folders();
    char *path = NULL;
    for (size_t i = 0; i < folders.count && !path; i++) {
        path = text_format("%s/%s" FIND_ENDING, folders.items[i], name);
        if (access(path, F_OK)) {
            free(path);
            path = NULL;
        }
    }
    names_free(&folders);
    return path;
}

char *scenario_find(const char *name, char *error, size_t error_bytes) {
    if (access(name, R_OK) == 0 && find_ends(name))
        return text_format("%s", name);
    struct names known = scenario_list();
    char *path = NULL;
    if (names_has(&known, name))
        path = find_named(name);
    else if (strpbrk(name, "/."))
        snprintf(error, error_bytes,
                 "scenario '%s': accepted: the path of a " FIND_ENDING
                 " file that can be read, or a name in " FIND_FOLDER " or in a folder of "
                 "SCENARIO_PATH",
                 name);
    else
        suggest_unknown(error, error_bytes, "scenario", name, &known);
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
