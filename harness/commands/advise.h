// advise.h - heapbench advise: which strategy of a run to take within limits.

#ifndef HEAPBENCH_ADVISE_H
#define HEAPBENCH_ADVISE_H

int advise_main(int argc, char **argv);

#endif
