// host.c - reads /proc for what else goes on on this machine.

#include "host.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// user nice system idle iowait irq softirq steal; what follows is in user and nice already.
enum { TICKS = 8, STEAL = 7 };

struct host_ticks host_ticks_read(void) {
    struct host_ticks t = {0};
    unsigned long long ticks[TICKS];
    FILE *file = fopen("/proc/stat", "re");
    if (file && fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1],
                       &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]) == TICKS) {
        for (int i = 0; i < TICKS; i++)
            t.all += ticks[i];
        t.stolen = ticks[STEAL];
    }
    if (file)
        fclose(file);
    return t;
}

double host_stolen_share(struct host_ticks before, struct host_ticks after) {
    return after.all > before.all && after.stolen >= before.stolen
               ? (double)(after.stolen - before.stolen) / (double)(after.all - before.all)
               : NAN;
}

// Whether the process of this folder in /proc has the name and another group: "PID (NAME) STATE
// PARENT GROUP". A name may hold anything, a bracket too.
static int host_is_other(const char *pid, const char *name) {
    char path[300], line[512];
    int group;
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "re");
    char *read = file ? fgets(line, sizeof line, file) : NULL;
    if (file)
        fclose(file);
    char *open = read ? strchr(line, '(') : NULL, *close = read ? strrchr(line, ')') : NULL;
    if (!open || !close || sscanf(close, ") %*c %*d %d", &group) != 1)
        return 0;
    *close = 0;
    return !strcmp(open + 1, name) && group != (int)getpgrp();
}

int host_others(const char *name) {
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    int count = 0;
    if (!processes)
        return -1;
    while ((entry = readdir(processes)))
        if (atoi(entry->d_name) > 0)
            count += host_is_other(entry->d_name, name);
    closedir(processes);
    return count;
}
