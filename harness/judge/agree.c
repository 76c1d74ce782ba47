// agree.c - reads the disagreements of a run and says which cell they accuse.

#include "agree.h"

#include "base/names.h"
#include "read/load.h"

#include <sqlite3.h>
#include <stdlib.h>

static const char agree_sql[] =
    "select printf('DISAGREEMENT: %s\n  %s of %s%s, %d steps, seed %d%s\n  is %s here, %s "
    "elsewhere', c.key, "
    "d.field, p.workload, iif(p.params = '', '', '[' || p.params || ']'), p.steps, d.seed, "
    "iif(coalesce(p.input, '') = '', '', ', input ' || p.input), d.answer, d.most) "
    "from disagreed d join cell c on c.key = d.key join program p on p.id = c.program "
    "group by c.key, d.field, d.seed order by c.place, d.field, d.seed";

bool agree_check(const char *dir, FILE *out, size_t *disagreements) {
    char error[512];
    struct names told = {0}, count = {0};
    sqlite3 *db = load_run(dir, error, sizeof error);
    bool good = db && load_column(db, agree_sql, &told) &&
                load_column(db, "select count(*) from disagreed", &count);
    *disagreements = good ? strtoul(count.items[0], NULL, 10) : 0;
    if (!good)
        fprintf(out, "heapbench: whether strategies agree is unknown: %s\n",
                db ? sqlite3_errmsg(db) : error);
    for (size_t i = 0; i < told.count && good; i++)
        fprintf(out, "%s\n", told.items[i]);
    names_free(&told);
    names_free(&count);
    sqlite3_close(db);
    return good;
}
