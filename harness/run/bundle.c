// bundle.c - see bundle.h.

#include "bundle.h"

#include "base/must.h"
#include "base/number.h"
#include "base/text.h"
#include "estimate.h"
#include "store/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------------------------------- lists
static bool bundle_range(char *range, size_t count, bool *named) {
    char *dash = strchr(range, '-');
    uint64_t from, to;
    if (dash)
        *dash = 0;
    if (!number_whole(range, 1, count, &from) ||
        !number_whole(dash ? dash + 1 : range, from, count, &to))
        return false;
    memset(named + from - 1, true, to - from + 1);
    return true;
}

bool *bundle_lines(const char *list, size_t count) {
    bool *named = must(calloc(count + 1, sizeof *named));
    struct names ranges = {0};
    names_split(&ranges, list, ',');
    bool good = ranges.count > 0;
    for (size_t i = 0; i < ranges.count; i++)
        good = good && bundle_range(ranges.items[i], count, named);
    names_free(&ranges);
    if (good)
        return named;
    free(named);
    return NULL;
}

// The list that bundle_lines reads; in the order of the run, so that closed loops come before the loads that are a
// share of them. A new string.
static char *bundle_list(const bool *named, size_t count) {
    struct text list;
    const char *comma = "";
    text_open(&list);
    for (size_t i = 0, end; i < count; i = end + 1) {
        for (end = i; end < count && named[end]; end++)
            continue;
        if (end > i)
            fprintf(list.file, end - i > 1 ? "%s%zu-%zu" : "%s%zu", comma, i + 1, end);
        comma = end > i ? "," : comma;
    }
    text_close(&list);
    return list.data;
}

// ----------------------------------------------------------------------------------------- bundles
// Workloads of which a cell has a load.
static json_t *bundle_loaded(const json_t *jobs) {
    json_t *loaded = must(json_object()), *json;
    struct job job;
    size_t i;
    json_array_foreach(jobs, i, json) {
        job_read(json, &job);
        if (job.load > 0)
            json_object_set_new(loaded, job.workload, json_true());
    }
    return loaded;
}

// Jobs that one machine does, by what they have in common: {"lines": [...], "seconds": 0.0}.
static json_t *bundle_groups(const struct engine *e) {
    json_t *groups = must(json_object()), *loaded = bundle_loaded(e->jobs), *json;
    json_t *estimate = estimate_load(FOLDER_LATEST);
    double factor = json_number_value(json_object_get(e->manifest, "steps_factor"));
    struct job job;
    size_t i;
    json_array_foreach(e->jobs, i, json) {
        if (!engine_is_left(e, json))
            continue;
        job_read(json, &job);
        bool whole = json_object_get(loaded, job.workload);
        char *key = text_format("%s %llu", job.workload, whole ? 0 : (unsigned long long)job.block);
        json_t *group = json_object_get(groups, key), *seconds;
        if (!group)
            json_object_set_new(groups, key,
                                group = must(json_pack("{s:[],s:f}", "lines", "seconds", 0.0)));
        seconds = json_object_get(group, "seconds");
        json_array_append_new(json_object_get(group, "lines"), json_integer((json_int_t)i + 1));
        json_real_set(seconds, json_real_value(seconds) +
                                   estimate_job_s(estimate, &job, factor, &(bool){false}));
        free(key);
    }
    json_decref(estimate);
    json_decref(loaded);
    return groups;
}

static void bundle_close(json_t *bundles, bool *named, size_t count, double *seconds) {
    char *list = bundle_list(named, count);
    if (*list)
        json_array_append_new(
            bundles, json_pack("{s:s,s:I}", "lines", list, "seconds", (json_int_t)ceil(*seconds)));
    *seconds = 0;
    memset(named, false, count);
    free(list);
}

json_t *bundles_of(const struct engine *e, double seconds) {
    json_t *groups = bundle_groups(e), *bundles = must(json_array()), *group, *line;
    size_t count = json_array_size(e->jobs), i;
    bool *named = must(calloc(count + 1, sizeof *named));
    double sum_s = 0;
    const char *key;
    json_object_foreach(groups, key, group) {
        double group_s = json_real_value(json_object_get(group, "seconds"));
        if (sum_s > 0 && sum_s + group_s > seconds)
            bundle_close(bundles, named, count, &sum_s);
        json_array_foreach(json_object_get(group, "lines"), i, line) {
            named[json_integer_value(line) - 1] = true;
        }
        sum_s += group_s;
    }
    bundle_close(bundles, named, count, &sum_s);
    free(named);
    json_decref(groups);
    return bundles;
}
