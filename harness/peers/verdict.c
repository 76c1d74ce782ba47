// verdict.c - see verdict.h.

#include "verdict.h"

#include "must.h"
#include "table.h"
#include "text.h"

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
enum { OURS, AGAINST, ON, WHAT, TARGET, MEASURED, INTERVAL, VERDICT, COLUMNS };

static const char *const titles[COLUMNS] = {"ours",    "against",  "on",       "figure",
                                            "at most", "measured", "interval", ""};

// "name[settings] on backing", the last only where it is not the C library's own.
static char *who(const struct cell *cell) {
    bool own = !strcmp(cell->backing, "glibc");
    return text_format("%s%s%s%s%s%s", cell->strategy, *cell->tunables ? "[" : "", cell->tunables,
                       *cell->tunables ? "]" : "", own ? "" : " on ", own ? "" : cell->backing);
}

static char *program(const struct cell *cell) {
    return text_format("%s%s%s%s", cell->workload, *cell->params ? "[" : "", cell->params,
                       *cell->params ? "]" : "");
}

// The other program, where it is not the same on another strategy.
static char *against(const struct target *t) {
    if (!t->against)
        return must(strdup("-"));
    if (!strcmp(t->against->workload, t->ours->workload) &&
        !strcmp(t->against->params, t->ours->params))
        return who(t->against);
    char *name = program(t->against);
    char *text = strcmp(t->against->backing, "glibc")
                     ? text_format("%s on %s", name, t->against->backing)
                     : must(strdup(name));
    free(name);
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
    texts[OURS] = who(t->ours);
    texts[AGAINST] = against(t);
    texts[ON] = program(t->ours);
    texts[WHAT] = must(strdup(t->what));
    texts[TARGET] = amount(t, t->at_most);
    texts[MEASURED] = v.n ? amount(t, v.median) : must(strdup("-"));
    texts[INTERVAL] =
        spread ? text_format("%.3g .. %.3g", v.low, v.high) : must(strdup(v.n ? "exact" : "-"));
    texts[VERDICT] = must(strdup(verdict_name(target_verdict(t, v))));
}

static void print_rows(char *(*rows)[COLUMNS], size_t count, FILE *out) {
    struct table_column columns[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        columns[i] = (struct table_column){titles[i], 1, i >= TARGET && i <= MEASURED};
        table_fit(&columns[i], NULL, 0);
        for (size_t r = 0; r < count; r++)
            table_fit(&columns[i], (const char *const *)&rows[r][i], 1);
    }
    table_head(out, columns, COLUMNS);
    for (size_t r = 0; r < count; r++)
        table_row(out, columns, COLUMNS, (const char *const *)rows[r]);
}

size_t verdict_table(const struct targets *targets, const struct summary *s,
                     const json_t *instructions, FILE *out) {
    size_t verdicts[VERDICTS] = {0};
    char *(*rows)[COLUMNS] = must(calloc(targets->count + 1, sizeof *rows));
    for (size_t i = 0; i < targets->count; i++) {
        struct summary_value v = target_measured(&targets->list[i], s, instructions);
        verdicts[target_verdict(&targets->list[i], v)]++;
        fill_row(&targets->list[i], v, rows[i]);
    }
    print_rows(rows, targets->count, out);
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
    return verdicts[VERDICT_MISSES] + verdicts[VERDICT_MISSING];
}
