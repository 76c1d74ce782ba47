// provisional.c - lays out what one invocation measured as a row.

#include "provisional.h"

#include "base/must.h"
#include "base/sparse.h"
#include "base/text.h"
#include "manifest.h"
#include "model/outcome.h"

#include <string.h>

static void provisional_fit(struct table_column *column, char *text) {
    const char *texts[] = {text};
    table_fit(column, texts, 1);
    free(text);
}

struct provisional provisional_start(const json_t *manifest) {
    struct provisional p = {{{"workload", 0, 0},
                             {"strategy", 0, 0},
                             {"backing", 8, 0},
                             {"steps/s", 9, 1},
                             {"p50", 8, 1},
                             {"p99", 8, 1},
                             {"peak RSS", 8, 1},
                             {"leaked", 8, 0}}};
    json_t *base = manifest_base(manifest), *cell;
    const char *key;
    json_object_foreach(base, key, cell) {
        char *name = cell_name(text_member(cell, "workload"), text_member(cell, "params"));
        provisional_fit(&p.columns[0], text_format("%s %s", name, text_member(cell, "input")));
        free(name);
        provisional_fit(&p.columns[1],
                        cell_name(text_member(cell, "strategy"), text_member(cell, "tunables")));
        provisional_fit(&p.columns[2], cell_name(text_member(cell, "backing"), ""));
    }
    json_decref(base);
    return p;
}

void provisional_head(const struct provisional *p, FILE *out) {
    table_head(out, p->columns, PROVISIONAL_COLUMNS);
}

static void provisional_latency(const json_t *record, struct si *p50, struct si *p99) {
    struct sparse l = {0};
    *p50 = *p99 = (struct si){"-"};
    if (sparse_from_json(&l, json_object_get(record, "latency"))) {
        uint64_t half = sparse_percentile(&l, 50), tail = sparse_percentile(&l, 99);
        if (half != UINT64_MAX)
            *p50 = si_time((double)half);
        if (tail != UINT64_MAX)
            *p99 = si_time((double)tail);
    }
    sparse_free(&l);
}

// How many objects leaked, or how the invocation ended.
static char *provisional_end(const json_t *record) {
    const char *detail = text_member(record, "detail");
    enum outcome outcome = outcome_of(record);
    double leaked = text_member_number(record, "leaked_objects");
    if (outcome == OUTCOME_OK)
        return text_format("%s", si_count(leaked).text);
    if (*detail && outcome == OUTCOME_MEMORY)
        return text_format("%s", detail);
    return text_format("%s%s%s", outcome_name(outcome), *detail ? ": " : "", detail);
}

void provisional_row(const struct provisional *p, const struct job *job, const json_t *record,
                     FILE *out) {
    struct si p50, p99;
    provisional_latency(record, &p50, &p99);
    double steps = text_member_number(record, "steps");
    struct si rate = si_rate(steps * 1e9 / text_member_number(record, "wall_ns"));
    struct si peak = si_bytes(text_member_number(json_object_get(record, "rss"), "peak_bytes"));
    char *name = cell_name(job->workload, job->params);
    char *workload = text_format("%s%s%s", name, job->input_name ? " " : "",
                                 job->input_name ? job->input_name : "");
    char *strategy = cell_name(job->strategy, job->tunables);
    char *end = provisional_end(record);
    const char *texts[PROVISIONAL_COLUMNS] = {workload, strategy, job->backing, rate.text,
                                              p50.text, p99.text, peak.text,    end};
    table_row(out, p->columns, PROVISIONAL_COLUMNS, texts);
    free(name);
    free(workload);
    free(strategy);
    free(end);
}
