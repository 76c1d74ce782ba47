// operations.c - the operations of a strategy as functions, which is what HEAP_CALLED calls; compiled for each strategy.

#define HEAP_FUNCTIONS
#include "heap.h"
