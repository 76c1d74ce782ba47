// workloads.c - see workloads.h. Constructors build the list, before main, so it has to be static.

#include "workloads.h"

#include <string.h>

static struct workload_entry *first;

void workload_register(struct workload_entry *entry) {
    struct workload_entry **place = &first;
    while (*place && strcmp((*place)->workload->name, entry->workload->name) < 0)
        place = &(*place)->next;
    entry->next = *place;
    *place = entry;
}

const struct workload_entry *workload_first(void) {
    return first;
}

const struct workload *workload_find(const char *name) {
    for (const struct workload_entry *e = first; e; e = e->next)
        if (strcmp(e->workload->name, name) == 0)
            return e->workload;
    return NULL;
}
