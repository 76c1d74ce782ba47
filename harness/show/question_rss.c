// question_rss.c - resident memory over time, of one invocation of each strategy.

#include "question.h"

#include <stdlib.h>
#include <string.h>

enum { RSS_POINTS = 200 }; // of a line, which is as fine as a panel shows

// The peak of each slice of the samples, at its own time; the last sample too, where the line ends.
void plot_samples(struct plot *plot, const char *prefix, const json_t *samples) {
    size_t count = json_array_size(samples), points = count < RSS_POINTS ? count : RSS_POINTS;
    for (size_t p = 0; p <= points; p++) {
        size_t from = p < points ? p * count / points : count - 1;
        size_t end = p < points ? (p + 1) * count / points : count;
        json_int_t time = 0, most = -1;
        for (size_t i = from; i < end; i++) {
            const json_t *sample = json_array_get(samples, i);
            json_int_t bytes = json_integer_value(json_array_get(sample, 1));
            if (bytes > most || i == from) {
                most = bytes;
                time = json_integer_value(json_array_get(sample, 0));
            }
        }
        fprintf(plot->table.file, "%s\t%.9g\t%lld\n", prefix, (double)time / 1e9, (long long)most);
    }
}

static void write_series(struct plot *plot, const struct summary *s,
                         const struct summary_cell *cell) {
    plot_trace(plot, s, cell, "rss_average_bytes", "samples", NULL, plot_samples);
}

void question_rss(const struct summary *s, const struct question *q, struct plots *plots) {
    static const char *const metrics[] = {"rss_peak_bytes", "rss_average_bytes",
                                          "rss_end_bytes",  "rss_settled_bytes",
                                          "leaked_bytes",   "leaked_objects"};
    struct plot *plot = plots_add(
        plots, "rss", text_format("rss"), text_format("%s", q->title),
        text_format("Resident memory over time for each workload and strategy, of the block with "
                    "the median average; peaks, averages and ends are in the table below."));
    fputs("# panel\tstrategy\tstyle\ttime_s\trss_bytes\n", plot->table.file);
    plot_base_cells(plot, s, write_series);
    if (!plot->blocks)
        plot->reason = text_format("no invocation left samples of its memory");
    seen_leaks(plot->seen.file, s);
    seen_lowest(plot->seen.file, s, "rss_peak_bytes", "peak RSS");
    details_cells(plot->details.file, s,
                  ">peak|>average|>after the last step|>settled|>leaked|>leaked objects", metrics,
                  sizeof metrics / sizeof *metrics);
}
