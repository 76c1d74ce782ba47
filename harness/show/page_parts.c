// page_parts.c - see page_parts.h: what was run, and its numbers.

#include "page_parts.h"

#include "base/text.h"
#include "files.h"

#include <stdlib.h>
#include <string.h>

// -------------------------------------------------------------------------------------------- head
static void head_row(FILE *out, const char *name, const char *text) {
    if (!*text)
        return;
    fprintf(out, "<dt>%s</dt><dd>", name);
    text_html(out, text);
    fputs("</dd>\n", out);
}

static void head_number(FILE *out, const char *name, const json_t *number) {
    if (json_is_number(number))
        fprintf(out, "<dt>%s</dt><dd>%.15g</dd>\n", name, json_number_value(number));
}

void part_head(const struct summary *summary, const struct plots *plots, FILE *out) {
    (void)plots;
    const json_t *m = summary->store->manifest, *e = json_object_get(m, "environment");
    const json_t *build = json_object_get(m, "build"); // of the programs that were measured
    if (!build)
        build = e;
    fputs("<dl>\n", out);
    head_row(out, "command", text_member(m, "command"));
    head_row(out, "started", text_member(m, "started"));
    head_row(out, "commit", text_member(build, "commit"));
    head_row(out, "cpu", text_member(e, "cpu"));
    head_number(out, "cpus", json_object_get(e, "cpus"));
    head_row(out, "kernel", text_member(e, "kernel"));
    head_row(out, "compiler", text_member(build, "compiler"));
    head_row(out, "flags", text_member(build, "flags"));
    head_row(out, "huge pages", text_member(e, "thp"));
    head_number(out, "blocks", json_object_get(m, "blocks"));
    head_number(out, "seed", json_object_get(m, "seed"));
    fprintf(out, "<dt>invocations</dt><dd>%zu, of %zu cells</dd>\n</dl>\n", summary->records,
            summary->cell_count);
}

// ----------------------------------------------------------------------------------------- numbers
static void table_row_html(const struct summary *s, const struct summary_cell *cell, FILE *out) {
    static const char *const metrics[] = {
        "steps_per_second",       "cpu_ns_per_step", "latency_p50_ns", "latency_p99_ns",
        "latency_p999_ns",        "pause_max_ns",    "rss_peak_bytes", "rss_settled_bytes",
        "floating_average_bytes", "leaked_bytes"};
    char *panel = plot_panel(cell), *outcome = summary_outcome(cell);
    fputs("<tr>", out);
    details_text(out, panel);
    details_text(out, cell->strategy);
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        details_value(out, s, cell, metrics[i]);
    details_text(out, outcome);
    fputs("</tr>\n", out);
    free(panel);
    free(outcome);
}

void part_table(const struct summary *summary, const struct plots *plots, FILE *out) {
    (void)plots;
    details_head(out,
                 "workload|strategy|>steps|>CPU/step|>p50|>p99|>p99.9|>longest pause|>peak RSS|"
                 ">settled|>floating|>leaked|outcome");
    for (size_t w = 0; w < summary->workloads.count; w++)
        for (size_t i = 0; i < summary->strategies.count; i++) {
            const struct summary_cell *cell =
                summary_base(summary, summary->workloads.items[w], summary->strategies.items[i]);
            if (cell)
                table_row_html(summary, cell, out);
        }
    details_end(out);
}

void part_data(const struct summary *summary, const struct plots *plots, FILE *out) {
    enum { INLINE_BYTES = 4 << 20 }; // a page that is slow to open helps nobody
    (void)plots;
    struct text text;
    text_open(&text);
    files_cells(summary, text.file);
    text_close(&text);
    fputs("<p>Every metric of every cell: ", out);
    if (text.bytes <= INLINE_BYTES) {
        fputs("<a download=\"cells.csv\" href=\"data:text/csv;base64,", out);
        text_base64(out, text.data, text.bytes);
        fputs("\">cells.csv</a>, in this page", out);
    } else {
        fprintf(out, "<code>cells.csv</code> beside this page (%s)",
                si_bytes((double)text.bytes).text);
    }
    fputs(". Beside this page are also <code>records.ndjson</code> (one line for each invocation, "
          "all "
          "that was measured) and <code>percentiles/</code> (latencies in HdrHistogram's format). "
          "<code>build/heapbench export</code> gives other formats.</p>\n",
          out);
    text_free(&text);
}

// ------------------------------------------------------------------------------------- descriptors
// A choice's default is its name.
static void setting_default(const json_t *setting, FILE *out) {
    double value = json_number_value(json_object_get(setting, "default"));
    const json_t *choices = json_object_get(setting, "choices");
    const char *choice = json_string_value(json_array_get(choices, (size_t)value));
    if (choice)
        text_html(out, choice);
    else
        fprintf(out, "%.10g", value);
}

static void setting_item(const json_t *setting, FILE *out) {
    fputs("<li><code>", out);
    text_html(out, text_member(setting, "name"));
    fputs("</code> = ", out);
    setting_default(setting, out);
    if (*text_member(setting, "unit"))
        fputc(' ', out);
    text_html(out, text_member(setting, "unit"));
    fputs(": ", out);
    text_html(out, text_member(setting, "doc"));
    const json_t *labels = json_object_get(setting, "sweep_labels");
    for (size_t i = 0; i < json_array_size(labels); i++) {
        fputs(i ? ", " : " <span class=\"small\">(sweep: ", out);
        text_html(out, json_string_value(json_array_get(labels, i)));
    }
    fputs(json_array_size(labels) ? ")</span></li>\n" : "</li>\n", out);
}

static void preset_item(const json_t *preset, FILE *out) {
    fputs("<li>preset <code>", out);
    text_html(out, text_member(preset, "name"));
    fputs("</code>: ", out);
    text_html(out, text_member(preset, "doc"));
    fputs(" <span class=\"small\">(", out);
    text_html(out, text_member(preset, "assignments"));
    fputs(")</span></li>\n", out);
}

static void descriptors(const json_t *all, const char *settings, FILE *out) {
    const char *name;
    json_t *descriptor, *item;
    size_t i;
    fputs("<dl class=\"long\">\n", out);
    json_object_foreach((json_t *)(uintptr_t)all, name, descriptor) {
        fputs("<dt><code>", out);
        text_html(out, name);
        fputs("</code></dt><dd>", out);
        text_html(out, text_member(descriptor, "summary"));
        if (*text_member(descriptor, "step_is")) {
            fputs(". A step is ", out);
            text_html(out, text_member(descriptor, "step_is"));
        }
        fputs("\n<ul>", out);
        json_array_foreach(json_object_get(descriptor, settings), i, item) setting_item(item, out);
        json_array_foreach(json_object_get(descriptor, "presets"), i, item) preset_item(item, out);
        fputs("</ul></dd>\n", out);
    }
    fputs("</dl>\n", out);
}

void part_strategies(const struct summary *summary, const struct plots *plots, FILE *out) {
    (void)plots;
    descriptors(json_object_get(summary->store->manifest, "strategies"), "tunables", out);
}

void part_workloads(const struct summary *summary, const struct plots *plots, FILE *out) {
    (void)plots;
    descriptors(json_object_get(summary->store->manifest, "workloads"), "params", out);
}
