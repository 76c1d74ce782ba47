// peers.h - `heapbench peers`: measure strategies against what they must beat.

#ifndef HEAPBENCH_PEERS_H
#define HEAPBENCH_PEERS_H

// peers_main - argv[0] is the subcommand. Returns the program's exit code; a target that is missed
// is no failure, since times on a shared machine are a matter of chance.
int peers_main(int argc, char **argv);

#endif
