// cell.c - see cell.h.

#include "cell.h"

#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct cell *cell_new(const char *workload, const char *params, const char *strategy,
                      const char *tunables, const char *backing) {
    struct cell *cell = must(malloc(sizeof *cell));
    *cell = (struct cell){
        .workload = must(strdup(workload)),
        .params = must(strdup(params)),
        .strategy = must(strdup(strategy)),
        .tunables = must(strdup(tunables)),
        .backing = must(strdup(backing)),
        .key = text_format("%s%s%s%s/%s%s%s%s/%s", workload, *params ? "[" : "", params,
                           *params ? "]" : "", strategy, *tunables ? "[" : "", tunables,
                           *tunables ? "]" : "", backing),
    };
    return cell;
}

void cell_free(struct cell *cell) {
    if (!cell)
        return;
    free(cell->workload);
    free(cell->params);
    free(cell->strategy);
    free(cell->tunables);
    free(cell->backing);
    free(cell->key);
    free(cell);
}

json_t *cell_json(const struct cell *cell) {
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "key", cell->key, "workload", cell->workload,
                     "params", cell->params, "strategy", cell->strategy, "tunables", cell->tunables,
                     "backing", cell->backing);
}
