// progress.c - see progress.h.

#include "progress.h"

#include "base/clock.h"
#include "base/must.h"
#include "base/table.h"
#include "base/text.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PROGRESS_BAR = 20 };

static const uint64_t progress_quiet_ns = 10000000000u; // between lines that cannot be drawn over

struct progress progress_start(FILE *out, size_t total, double budget_s) {
    const char *no_colour = getenv("NO_COLOR"), *kind = getenv("TERM");
    bool terminal = isatty(fileno(out)) && !(kind && !strcmp(kind, "dumb"));
    return (struct progress){.out = out,
                             .terminal = terminal,
                             .colour = terminal && !(no_colour && *no_colour),
                             .start_ns = clock_wall_ns(),
                             .printed_ns = clock_wall_ns(),
                             .total = total,
                             .budget_s = budget_s};
}

static int progress_width(const struct progress *p) {
    struct winsize size;
    if (ioctl(fileno(p->out), TIOCGWINSZ, &size) || size.ws_col < 20)
        return 80;
    return size.ws_col;
}

// " 3 min 20 s left", "" before anything is known. What takes longer than the budget will be cut,
// until it is used up.
static void progress_left(const struct progress *p, char *text, size_t bytes) {
    text[0] = 0;
    if (!p->done)
        return;
    double spent_s = (double)(clock_wall_ns() - p->start_ns) / 1e9;
    double left_s = spent_s / (double)p->done * (double)(p->total - p->done);
    if (spent_s < p->budget_s && left_s > p->budget_s - spent_s)
        left_s = p->budget_s - spent_s;
    snprintf(text, bytes, ", %s left", si_time(ceil(left_s) * 1e9).text);
}

static void progress_draw(struct progress *p, const char *counts, const char *key) {
    char bar[PROGRESS_BAR + 1];
    size_t full = p->total ? PROGRESS_BAR * p->done / p->total : 0;
    memset(bar, '.', PROGRESS_BAR);
    memset(bar, '#', full);
    bar[PROGRESS_BAR] = 0;
    char *line = text_format("%s  %s", counts, key);
    int room = progress_width(p) - PROGRESS_BAR - 4; // the last column stays free: no wrap
    fprintf(p->out, "\r\033[K%s[%s]%s %.*s", p->colour ? "\033[32m" : "", bar,
            p->colour ? "\033[0m" : "", room > 0 ? room : 0, line);
    fflush(p->out);
    free(line);
    p->drawn = true;
}

void progress_show(struct progress *p, uint64_t block, uint64_t blocks, const char *key) {
    char left[64], *counts;
    uint64_t now = clock_wall_ns();
    if (!p->terminal && now - p->printed_ns < progress_quiet_ns)
        return;
    p->printed_ns = now;
    progress_left(p, left, sizeof left);
    counts = text_format("block %llu of %llu, %zu of %zu%s", (unsigned long long)block + 1,
                         (unsigned long long)blocks, p->done, p->total, left);
    if (p->terminal)
        progress_draw(p, counts, key);
    else
        fprintf(p->out, "%s\n", counts);
    free(counts);
}

void progress_step(struct progress *p) {
    p->done++;
}

void progress_clear(struct progress *p) {
    if (p->drawn)
        fputs("\r\033[K", p->out);
    fflush(p->out);
    p->drawn = false;
    p->printed_ns = clock_wall_ns();
}
