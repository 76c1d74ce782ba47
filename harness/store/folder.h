// folder.h - where a run's folder is, which process works in it, and which is the newest.

#ifndef HEAPBENCH_FOLDER_H
#define HEAPBENCH_FOLDER_H

#define FOLDER_RESULTS "results"
#define FOLDER_LATEST FOLDER_RESULTS "/latest"

// folder_default - a name under results/ made of the local time, not yet taken. The caller frees
// it.
char *folder_default(void);

// folder_lock - one heapbench at a time may write to a run's folder; the lock goes with
// the descriptor that is returned.
//   returns  -1 with errno when it cannot be had: EWOULDBLOCK when another one is at work there
int folder_lock(const char *dir);

// folder_resume - the command that goes on with the run in a folder, as a shell takes it. A new
// string.
char *folder_resume(const char *dir);

// folder_set_latest - let results/latest point at a run that lies directly in results/; others are
// left alone. Replaced in one moment, so that it always points at some run. Returns 0 or an errno
// value: EISDIR or EEXIST when it is no link but somebody's folder.
int folder_set_latest(const char *dir);

#endif
