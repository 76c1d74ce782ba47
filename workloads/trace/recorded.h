// recorded.h - a recording (recording/recording.h) as a program of this machine, with the live objects that
// the recorded program had at each moment.
//
// A block becomes an atom, or a list, a tuple or a node when it is a container, in a register of its own from its birth on:
// a tuple where the recording says at its birth that it holds atoms alone (RECORDING_LEAF_TUPLE), which CPython's does not.
// Where references between live objects were recorded (heapbench record --graph), they are stored, and an
// object leaves its register once one of them holds it for the rest of its life and it is no operand any
// more. Else every live object stays in a register: its reachability is right, but a collector that marks
// follows nothing.
//
// What dies by its count is released when the program released it. Garbage in cycles is let go in the
// middle of the bracket that the recording gives for its death, with all references within it; what
// becomes of it then is the strategy's business.
//
//   When a reference appeared is known by the two examinations between which it did. It is stored when
//   the younger of both objects is born, if that is after the earlier one, else right after that. One that
//   disappeared is emptied when its target dies, if that is before the later one, else right after the
//   earlier one.
//   A block that is resized keeps the most that it has, but for an atom to which nothing refers: that is
//   allocated anew.
//
// A step ends at each RECORDING_TIME of the recording (about 1 ms of the program); without any, after so
// many births.

#ifndef HEAPBENCH_TRACE_RECORDED_H
#define HEAPBENCH_TRACE_RECORDED_H

#include <stdbool.h>
#include <stdio.h>

// A trace of Elephant Tracks (tracks.h) becomes a program by the same rules, with each of its stores when it was.

// recorded_is - whether a file starts like a recording, or like such a trace.
bool recorded_is(const char *path);

// recorded_convert - write its trace, as in a file (trace.h); false when what was written is one line that
// says what is wrong. For base/aside.h.
//   path  a const char *
bool recorded_convert(const void *path, FILE *out);

#endif
