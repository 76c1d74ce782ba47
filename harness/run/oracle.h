// oracle.h - what the oracle says of a program, asked once for all cells that run it.
//
// count-oracle (allocators/oracle) runs the program of a job, and its record is kept in oracle/ of
// the run's folder, by program. Its marks say how much was live at the steps at which every other
// cell of that program notes what it holds, so floating garbage is a difference, and nobody walks
// over the graph: 16 walks by each of 13 strategies took 3 to 30 times as much CPU time as one
// oracle (base programs of the quick plan). Where it cannot tell (objects that are guarded come
// back when a strategy finds them; atoms that the intern table keeps are held on purpose; it ran
// out of memory) each cell is audited (runner/audit.h).

#ifndef HEAPBENCH_ORACLE_H
#define HEAPBENCH_ORACLE_H

#include "work.h"

// oracle_can - whether the job is one that an oracle can tell of, as far as is known before it is
// asked.
bool oracle_can(const struct work *work, const struct job *job);

// oracle_ask - its record for the job's program, from the folder or by running it.
//   *lives   when the job observes drag: the path of the deaths, a new string; else NULL
//   returns  NULL when it cannot tell, or as work_run does with *error or *interrupted
json_t *oracle_ask(const struct work *work, const struct job *job, char **lives, int *error);

// oracle_join - into a record, which has the marks of its timed program, what counted (that of the
// counting build) held at each and what was live, and from that `floating`.
void oracle_join(json_t *record, const json_t *counted, const json_t *oracle);

// oracle_forget - remove the deaths, which are large, from a run's folder; facts: and all else that
// the oracle told of programs, where nobody will ask again.
void oracle_forget(const char *dir, bool facts);

#endif
