// verdict.c - see verdict.h.

#include "verdict.h"

#include "base/must.h"
#include "base/table.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *verdict_name(enum verdict verdict) {
    static const char *const names[VERDICTS] = {"not measured", "holds", "open", "MISSES"};
    return names[verdict];
}

// ---------------------------------------------------------------------------------------- measured
static double row_value(const struct summary_row *row, size_t metric) {
    return row->outcome == OUTCOME_OK && metric < row->value_count ? row->values[metric] : NAN;
}

static const struct summary_row *row_of_block(const struct summary_cell *cell, long long block) {
    for (size_t i = 0; cell && i < cell->row_count; i++)
        if (cell->rows[i].block == block)
            return &cell->rows[i];
    return NULL;
}

// One invocation's figure, divided as the target wants it. NAN when it is not there.
static double figure_of(const struct target *t, const struct summary *s,
                        const struct summary_row *row) {
    size_t figure = metrics_find(s->metrics, t->figure);
    size_t per = t->per ? metrics_find(s->metrics, t->per) : SIZE_MAX;
    double divisor = t->per ? (per == SIZE_MAX ? NAN : row_value(row, per)) : t->per_number;
    return figure == SIZE_MAX ? NAN : row_value(row, figure) / divisor;
}

// Instructions are counted once, so there is one value.
static struct summary_value counted(const struct target *t, const struct summary *s,
                                    const json_t *instructions) {
    const json_t *ours = json_object_get(instructions, t->ours->key);
    const json_t *against = t->against ? json_object_get(instructions, t->against->key) : NULL;
    double value = json_number_value(ours) / t->per_number;
    if (t->against)
        value /= json_number_value(against) / t->per_number;
    bool known = json_is_number(ours) && (!t->against || json_is_number(against));
    return summary_of(s, &value, known ? 1 : 0);
}

struct summary_value target_measured(const struct target *t, const struct summary *s,
                                     const json_t *instructions) {
    if (!strcmp(t->figure, TARGET_INSTRUCTIONS))
        return counted(t, s, instructions);
    const struct summary_cell *ours = summary_find(s, t->ours->key);
    const struct summary_cell *against = t->against ? summary_find(s, t->against->key) : NULL;
    size_t count = 0;
    double *values = must(calloc((ours ? ours->row_count : 0) + 1, sizeof *values));
    for (size_t i = 0; ours && i < ours->row_count; i++) {
        double value = figure_of(t, s, &ours->rows[i]);
        const struct summary_row *other = row_of_block(against, ours->rows[i].block);
        if (t->against)
            value = other ? value / figure_of(t, s, other) : NAN;
        if (isfinite(value))
            values[count++] = value;
    }
    struct summary_value measured = summary_of(s, values, count);
    free(values);
    return measured;
}

enum verdict target_verdict(const struct target *t, struct summary_value v) {
    if (!v.n)
        return VERDICT_MISSING;
    double low = isnan(v.low) ? v.median : v.low, high = isnan(v.high) ? v.median : v.high;
    if (high <= t->at_most)
        return VERDICT_HOLDS;
    return low > t->at_most ? VERDICT_MISSES : VERDICT_OPEN;
}

// ------------------------------------------------------------------------------------------- table
enum { VERDICT, MEASURED, INTERVAL, TARGET, WHAT, OURS, COLUMNS };

static const struct table_column heads[COLUMNS] = {
    [VERDICT] = {"", 6, 0},       [MEASURED] = {"measured", 8, 1}, [INTERVAL] = {"interval", 16, 0},
    [TARGET] = {"at most", 7, 1}, [WHAT] = {"figure", 6, 0},       [OURS] = {"of", 2, 0}};

// "strategy[tunables] on workload[params]", and the backing where it is not the C library's own.
static char *cell_text(const struct cell *cell) {
    char *strategy = cell_name(cell->strategy, cell->tunables);
    char *workload = cell_name(cell->workload, cell->params);
    bool own = !strcmp(cell->backing, "glibc");
    char *text = text_format("%s on %s%s%s", strategy, workload, own ? "" : ", with ",
                             own ? "" : cell->backing);
    free(strategy);
    free(workload);
    return text;
}

// What the targets of a group have in common: the other cell, which stands above them.
static char *group_text(const struct target *t) {
    char *cell = t->against ? cell_text(t->against) : NULL;
    char *text = cell ? text_format("against %s", cell) : must(strdup("by itself"));
    free(cell);
    return text;
}

static char *amount(const struct target *t, double value) {
    return text_format("%.3g%s%s", value,
                       t->against ? "x"
                       : *t->unit ? " "
                                  : "",
                       t->against ? "" : t->unit);
}

static void fill_row(const struct target *t, struct summary_value v, char *texts[COLUMNS]) {
    bool spread = v.n > 1;
    texts[VERDICT] = must(strdup(verdict_name(target_verdict(t, v))));
    texts[MEASURED] = v.n ? amount(t, v.median) : must(strdup("-"));
    texts[INTERVAL] =
        spread ? text_format("%.3g .. %.3g", v.low, v.high) : must(strdup(v.n ? "once" : "-"));
    texts[TARGET] = amount(t, t->at_most);
    texts[WHAT] = must(strdup(t->what));
    texts[OURS] = cell_text(t->ours);
}

// Widths that fit all rows, so that the groups stand in line.
static void fit_columns(char *(*rows)[COLUMNS], size_t count, struct table_column *columns) {
    for (int i = 0; i < COLUMNS; i++) {
        columns[i] = heads[i];
        for (size_t r = 0; r < count; r++)
            table_fit(&columns[i], (const char *const *)&rows[r][i], 1);
    }
}

static void print_rows(const struct targets *targets, char *(*rows)[COLUMNS], FILE *out) {
    struct table_column columns[COLUMNS];
    char *group = NULL;
    fit_columns(rows, targets->count, columns);
    table_head(out, columns, COLUMNS);
    for (size_t r = 0; r < targets->count; r++) {
        char *next = group_text(&targets->list[r]);
        if (!group || strcmp(group, next))
            fprintf(out, "%s\n", next);
        free(group);
        group = next;
        table_row(out, columns, COLUMNS, (const char *const *)rows[r]);
    }
    free(group);
}

void verdict_table(const struct targets *targets, const struct summary *s,
                   const json_t *instructions, FILE *out) {
    size_t verdicts[VERDICTS] = {0};
    char *(*rows)[COLUMNS] = must(calloc(targets->count + 1, sizeof *rows));
    for (size_t i = 0; i < targets->count; i++) {
        struct summary_value v = target_measured(&targets->list[i], s, instructions);
        verdicts[target_verdict(&targets->list[i], v)]++;
        fill_row(&targets->list[i], v, rows[i]);
    }
    print_rows(targets, rows, out);
    fprintf(out, "\n%zu targets: %zu hold, %zu open (the interval covers the target), %zu miss",
            targets->count, verdicts[VERDICT_HOLDS], verdicts[VERDICT_OPEN],
            verdicts[VERDICT_MISSES]);
    if (verdicts[VERDICT_MISSING])
        fprintf(out, ", %zu not measured", verdicts[VERDICT_MISSING]);
    fprintf(out,
            "\nMedians over %zu blocks, each ratio formed within a block; 95 %% bootstrap "
            "intervals.\n",
            s->blocks);
    for (size_t i = 0; i < targets->count; i++)
        for (int k = 0; k < COLUMNS; k++)
            free(rows[i][k]);
    free(rows);
}
