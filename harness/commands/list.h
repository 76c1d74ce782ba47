// list.h - `heapbench list`: what there is to run, for people, as JSON, or as the tables of the
// README.

#ifndef HEAPBENCH_LIST_H
#define HEAPBENCH_LIST_H

// list_main - argv[0] is the subcommand. Returns the exit status.
int list_main(int argc, char **argv);

#endif
