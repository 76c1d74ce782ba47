// page_trust.c - see page_parts.h: how far the numbers can be trusted.

#include "base/must.h"
#include "page_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---------------------------------------------------------------------------------------- outcomes
void part_outcomes(const struct summary *summary, const struct plots *plots, FILE *out) {
    size_t bad = 0;
    (void)plots;
    for (size_t i = 0; i < summary->cell_count; i++)
        bad += summary->cells[i].outcomes[OUTCOME_OK] != summary->cells[i].row_count;
    if (!bad) {
        fputs("<p>All invocations ended ok.</p>\n", out);
        return;
    }
    fprintf(
        out,
        "<p>%zu of %zu cells had invocations that did not end ok. Their figures are left out of "
        "all medians.</p>\n",
        bad, summary->cell_count);
    details_head(out, "cell|outcome|the first one says");
    for (size_t i = 0; i < summary->cell_count; i++) {
        const struct summary_cell *cell = &summary->cells[i];
        if (cell->outcomes[OUTCOME_OK] == cell->row_count)
            continue;
        size_t first = 0;
        while (cell->rows[first].outcome == OUTCOME_OK)
            first++;
        char *outcome = summary_outcome(cell);
        fputs("<tr>", out);
        details_text(out, cell->key);
        details_text(out, outcome);
        details_text(out, cell->rows[first].detail);
        fputs("</tr>\n", out);
        free(outcome);
    }
    details_end(out);
}

// ---------------------------------------------------------------------------------------- warnings
// Each check writes an item when it finds something, and returns whether it did.
typedef bool check(const struct summary *s, FILE *out);

static bool check_load(const struct summary *s, FILE *out) {
    const json_t *environment = json_object_get(s->store->manifest, "environment");
    double cpus = json_number_value(json_object_get(environment, "cpus"));
    if (cpus < 1 || s->machine.load_max <= 1 + cpus / 4) // 1 is the benchmark itself
        return false;
    fprintf(out,
            "<li>The load average reached %.1f on %.0f CPUs, and 1 of it is the benchmark: other "
            "programs took turns with it. Stop them, or take more blocks.</li>\n",
            s->machine.load_max, cpus);
    return true;
}

static bool check_waiting(const struct summary *s, FILE *out) {
    const struct summary_cell *worst = NULL;
    double most = 0.1; // of the wall time
    for (size_t i = 0; i < s->cell_count; i++) {
        const struct summary_cell *cell = &s->cells[i];
        double wall = 1e9 / summary_get(s, cell, "steps_per_second").median;
        double waited = 1 - summary_get(s, cell, "cpu_ns_per_step").median / wall;
        if (waited > most) {
            most = waited;
            worst = cell;
        }
    }
    if (!worst)
        return false;
    fprintf(out, "<li>Steps waited for a CPU, worst %s of the wall time (", si_percent(most).text);
    text_html(out, worst->key);
    fputs("): their latencies are longer than the work took. CPU time is not touched by this; pin "
          "the run to a free CPU with taskset.</li>\n",
          out);
    return true;
}

static bool check_blocks(const struct summary *s, FILE *out) {
    if (s->blocks >= STATS_FULL_COVERAGE)
        return false;
    if (s->blocks < 2)
        fputs("<li>There is one block, so there are no intervals: differences may be chance.", out);
    else
        fprintf(out,
                "<li>With %zu blocks an interval covers at most %.1f %%, not 95 %%, since it never "
                "leaves the range of the values.",
                s->blocks, 100 - 100 * exp2(1 - (double)s->blocks));
    fprintf(out, " Ask for at least %d: --blocks %d.</li>\n", STATS_FULL_COVERAGE,
            STATS_FULL_COVERAGE);
    return true;
}

static bool check_mixed(const struct summary *s, FILE *out) {
    const struct {
        const struct names *names;
        const char *what;
    } mixed[] = {{&s->machine.commits, "commits"},
                 {&s->machine.builds, "builds"},
                 {&s->machine.cpus, "CPU models"},
                 {&s->machine.kernels, "kernels"}};
    bool found = false;
    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
        if (mixed[i].names->count < 2)
            continue;
        char *list = names_join(mixed[i].names, ", ");
        fprintf(out, "<li>The records come from different %s: ", mixed[i].what);
        text_html(out, list);
        fputs(". Do not compare them; start a new run.</li>\n", out);
        free(list);
        found = true;
    }
    return found;
}

static bool check_build(const struct summary *s, FILE *out) {
    bool found = false;
    for (size_t i = 0; i < s->machine.builds.count; i++)
        if (strcmp(s->machine.builds.items[i], "release")) {
            fputs("<li>The programs were built as ", out);
            text_html(out, s->machine.builds.items[i]);
            fputs(", which is slower than what anybody runs. Use BUILD=release.</li>\n", out);
            found = true;
        }
    for (size_t i = 0; i < s->machine.commits.count; i++)
        if (strstr(s->machine.commits.items[i], "dirty")) {
            fputs("<li>The sources had changes that are in no commit, so the commit does not say "
                  "what was measured.</li>\n",
                  out);
            found = true;
        }
    return found;
}

static bool check_huge_pages(const struct summary *s, FILE *out) {
    const json_t *environment = json_object_get(s->store->manifest, "environment");
    const char *thp = json_string_value(json_object_get(environment, "thp"));
    if (!thp || strcmp(thp, "always"))
        return false;
    fputs("<li>Transparent huge pages are always on: resident memory grows by 2 MB at a time. Set "
          "/sys/kernel/mm/transparent_hugepage/enabled to madvise.</li>\n",
          out);
    return true;
}

static bool check_missing(const struct summary *s, FILE *out) {
    json_int_t blocks = json_integer_value(json_object_get(s->store->manifest, "blocks"));
    size_t wanted = s->cell_count * (size_t)(blocks > 0 ? blocks : 1);
    if (s->records < wanted)
        fprintf(out, "<li>%zu of %zu planned invocations are missing. Go on with --resume.</li>\n",
                wanted - s->records, wanted);
    if (s->damaged)
        fprintf(out, "<li>%zu records were damaged and left out.</li>\n", s->damaged);
    if (s->strays)
        fprintf(out, "<li>%zu records belong to no cell of the plan and were left out.</li>\n",
                s->strays);
    return s->records < wanted || s->damaged || s->strays;
}

void part_warnings(const struct summary *summary, const struct plots *plots, FILE *out) {
    static check *const checks[] = {check_load,  check_waiting,    check_blocks, check_mixed,
                                    check_build, check_huge_pages, check_missing};
    bool found = false;
    (void)plots;
    fputs("<ul>\n", out);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        found |= checks[i](summary, out);
    fputs(found ? "</ul>\n" : "<li>Nothing was found that makes these numbers worse.</li></ul>\n",
          out);
}

// ------------------------------------------------------------------------------------------- noise
struct width {
    double half; // of the interval, as a share of the median
    const struct summary_cell *cell;
};

static int width_order(const void *a, const void *b) {
    double x = ((const struct width *)a)->half, y = ((const struct width *)b)->half;
    return (x > y) - (x < y);
}

static void noise_row(const struct summary *s, const char *metric, const char *what, FILE *out) {
    struct width *widths = must(calloc(s->cell_count + 1, sizeof *widths));
    size_t count = 0;
    for (size_t i = 0; i < s->cell_count; i++) {
        struct summary_value v = summary_get(s, &s->cells[i], metric);
        double half = (v.high - v.low) / 2 / v.median;
        if (isfinite(half))
            widths[count++] = (struct width){half, &s->cells[i]};
    }
    qsort(widths, count, sizeof *widths, width_order);
    if (count) {
        fputs("<tr>", out);
        details_text(out, what);
        fprintf(out, "<td class=\"n\">&plusmn;%s</td><td class=\"n\">&plusmn;%s</td>",
                si_percent(widths[count / 2].half).text, si_percent(widths[count - 1].half).text);
        details_text(out, widths[count - 1].cell->key);
        fputs("</tr>\n", out);
    }
    free(widths);
}

void part_noise(const struct summary *summary, const struct plots *plots, FILE *out) {
    static const char *const metrics[][2] = {
        {"cpu_ns_per_step", "CPU time of a step"}, {"steps_per_second", "steps per second"},
        {"latency_p50_ns", "p50 latency"},         {"latency_p99_ns", "p99 latency"},
        {"pause_max_ns", "longest pause"},         {"rss_peak_bytes", "peak RSS"}};
    (void)plots;
    if (summary->blocks < 2) {
        fputs("<p>One block tells nothing about noise.</p>\n", out);
        return;
    }
    details_head(out, "metric|>usual interval|>widest interval|of the cell");
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        noise_row(summary, metrics[i][0], metrics[i][1], out);
    details_end(out);
}

// --------------------------------------------------------------------------------------- agreement
struct agreement {
    json_t *programs; // what was run, to what it computed the first time
    size_t compared, different;
    struct text list; // of those that differ
};

static void agree(struct agreement *a, const struct summary_cell *cell,
                  const struct summary_row *row) {
    enum { LISTED = 20 };
    char *program = text_format("%s[%s] %s", cell->workload, cell->params, row->program);
    char *result = text_format("%s %s", row->observed, row->graph);
    const char *first = json_string_value(json_object_get(a->programs, program));
    a->compared++;
    if (!first) {
        json_object_set_new(a->programs, program, json_string(result));
    } else if (strcmp(first, result) && a->different++ < LISTED) {
        fputs("<li><code>", a->list.file);
        text_html(a->list.file, cell->key);
        fprintf(a->list.file, "</code>, block %lld</li>\n", row->block);
    }
    free(program);
    free(result);
}

void part_agreement(const struct summary *summary, const struct plots *plots, FILE *out) {
    struct agreement a = {.programs = must(json_object())};
    (void)plots;
    text_open(&a.list);
    for (size_t i = 0; i < summary->cell_count; i++)
        for (size_t r = 0; r < summary->cells[i].row_count; r++) {
            const struct summary_row *row = &summary->cells[i].rows[r];
            if (row->outcome == OUTCOME_OK && *row->observed)
                agree(&a, &summary->cells[i], row);
        }
    text_close(&a.list);
    if (!a.compared)
        fputs("<p>No invocation left a checksum.</p>\n", out);
    else if (!a.different)
        fprintf(
            out,
            "<p>Yes: %zu invocations of %zu programs (workload, parameters, seed and steps) "
            "ended with the same observations and the same reachable graph wherever the program "
            "was the same.</p>\n",
            a.compared, json_object_size(a.programs));
    else
        fprintf(out,
                "<p class=\"bad\">No: %zu of %zu invocations computed something else than the "
                "first one of the same program. At least one strategy is wrong:</p>\n<ul>%s</ul>\n",
                a.different, a.compared, a.list.data);
    text_free(&a.list);
    json_decref(a.programs);
}

// ---------------------------------------------------------------------------------------- backings
static void backing_row(const struct summary *s, const struct summary_cell *cell, FILE *out) {
    fputs("<tr>", out);
    details_text(out, cell->workload);
    details_text(out, cell->strategy);
    details_text(out, cell->tunables);
    details_text(out, cell->backing);
    details_value(out, s, cell, "steps_per_second");
    details_value(out, s, cell, "cpu_ns_per_step");
    details_value(out, s, cell, "rss_peak_bytes");
    details_value(out, s, cell, "rss_settled_bytes");
    fputs("</tr>\n", out);
}

// A cell and the same on other backings; nothing when there are none. Returns how many others.
static size_t backing_group(const struct summary *s, const struct summary_cell *usual, FILE *out) {
    size_t count = 0;
    for (size_t i = 0; i < s->cell_count; i++) {
        const struct summary_cell *cell = &s->cells[i];
        if (strcmp(usual->workload, cell->workload) || strcmp(usual->strategy, cell->strategy) ||
            strcmp(usual->params, cell->params) || strcmp(usual->tunables, cell->tunables) ||
            !strcmp(usual->backing, cell->backing))
            continue;
        if (!count++)
            backing_row(s, usual, out);
        backing_row(s, cell, out);
    }
    return count;
}

void part_backings(const struct summary *summary, const struct plots *plots, FILE *out) {
    struct text rows;
    size_t count = 0;
    (void)plots;
    text_open(&rows);
    for (size_t i = 0; i < summary->cell_count; i++)
        if (!strcmp(summary->cells[i].backing, summary->backing))
            count += backing_group(summary, &summary->cells[i], rows.file);
    text_close(&rows);
    if (count) {
        details_head(out,
                     "workload|strategy|tunables|backing|>steps|>CPU/step|>peak RSS|>settled RSS");
        fputs(rows.data, out);
        details_end(out);
        fputs("<p>Measured were these; their own figures are in cells.csv.</p>\n<ul>", out);
        for (size_t i = 0; i < summary->machine.libraries.count; i++) {
            fputs("<li>", out);
            text_html(out, summary->machine.libraries.items[i]);
            fputs("</li>\n", out);
        }
        fputs("</ul>\n", out);
    } else {
        fprintf(out, "<p>No cell ran on another backing allocator than %s.</p>\n",
                summary->backing);
    }
    text_free(&rows);
}
