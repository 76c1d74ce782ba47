// run.h - `heapbench run`: plan, run every invocation, keep every record, hand over to the report.

#ifndef HEAPBENCH_RUN_H
#define HEAPBENCH_RUN_H

// run_main - argv[0] is the subcommand. Returns the exit status.
int run_main(int argc, char **argv);

#endif
