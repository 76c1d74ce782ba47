// export_openmetrics.c - see export_openmetrics.h.
//
// The format: OpenMetrics 1.0, section "Text format".

#include "export_openmetrics.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
    const char *ours, *theirs;
    double scale;
} units[] = {{"ns", "seconds", 1e-9}, {"bytes", "bytes", 1}, {"fraction", "ratio", 1}};

static const struct unit *unit_of(const struct metric *metric) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(units[i].ours, metric->unit))
            return &units[i];
    return NULL;
}

// A name ends with its unit, and ours is taken out of it: latency_p50_ns is
// heapbench_latency_p50_seconds, cpu_ns_per_step is heapbench_cpu_per_step_seconds.
static char *family_name(const struct metric *metric, const struct unit *unit) {
    const char *from = metric->name;
    char *mark = unit ? text_format("_%s", unit->ours) : text_format("\n");
    const char *found = strstr(from, mark);
    size_t before = found ? (size_t)(found - from) : strlen(from);
    char *name =
        text_format("heapbench_%.*s%s%s%s", (int)before, from, found ? found + strlen(mark) : "",
                    unit ? "_" : "", unit ? unit->theirs : "");
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    free(mark);
    return name;
}

static void label(FILE *out, const char *name, const char *value, const char *end) {
    fprintf(out, "%s=\"", name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            fputc('\\', out);
        fputc(*value, out);
    }
    fprintf(out, "\"%s", end);
}

static void sample(FILE *out, const char *family, const struct summary_cell *cell, const char *stat,
                   double value) {
    if (!isfinite(value))
        return;
    fprintf(out, "%s{", family);
    label(out, "workload", cell->workload, ",");
    label(out, "params", cell->params, ",");
    label(out, "strategy", cell->strategy, ",");
    label(out, "tunables", cell->tunables, ",");
    label(out, "backing", cell->backing, ",");
    label(out, "stat", stat, "} ");
    fprintf(out, "%.15g\n", value);
}

static void family(const struct summary *s, size_t m, FILE *out) {
    const struct metric *metric = &s->metrics->list[m];
    const struct unit *unit = unit_of(metric);
    double scale = unit ? unit->scale : 1;
    char *name = family_name(metric, unit);
    fprintf(out, "# TYPE %s gauge\n", name);
    if (unit)
        fprintf(out, "# UNIT %s %s\n", name, unit->theirs);
    fprintf(out, "# HELP %s %s\n", name, metric->doc);
    for (size_t i = 0; i < s->cell_count; i++) {
        struct summary_value v = s->cells[i].values[m];
        sample(out, name, &s->cells[i], "median", v.median * scale);
        sample(out, name, &s->cells[i], "ci_low", v.low * scale);
        sample(out, name, &s->cells[i], "ci_high", v.high * scale);
    }
    free(name);
}

void export_openmetrics(const struct summary *summary, FILE *out) {
    for (size_t m = 0; m < summary->metrics->count; m++) {
        size_t measured = 0;
        for (size_t i = 0; i < summary->cell_count; i++)
            measured += summary->cells[i].values[m].n;
        if (measured)
            family(summary, m, out);
    }
    fputs("# EOF\n", out);
}
