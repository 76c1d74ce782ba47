// claims_judge.h - verdicts of claims (model/claims.h) on a run.

#ifndef HEAPBENCH_CLAIMS_JUDGE_H
#define HEAPBENCH_CLAIMS_JUDGE_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>

// claims_judge - make the temporary tables and views of results/claims.sql.
//   db        of the run, from load_run
//   dir       the run's folder
//   baseline  the folder that "@baseline" means; one without records is an empty baseline
//   returns   false with one line in error
bool claims_judge(const json_t *claims, sqlite3 *db, const char *dir, const char *baseline,
                  char *error, size_t error_bytes);

// claims_state - likewise, only of claims with a limit, after results/limits.sql and before
// differ.sql. Their keys are as in the run, and a figure that it does not know is missing.
bool claims_state(const json_t *claims, sqlite3 *db, char *error, size_t error_bytes);

#endif
