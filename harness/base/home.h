// home.h - where the files are that the program reads at run time: SQL, plots, plans, claims.

#ifndef HEAPBENCH_HOME_H
#define HEAPBENCH_HOME_H

// home_path - a file or folder of the sources, "results/schema.sql": looked for in the folder of the
// program and in all above it, so that it is found from anywhere, then in the current folder.
//   returns  a new string, or NULL when it is nowhere
char *home_path(const char *name);

#endif
