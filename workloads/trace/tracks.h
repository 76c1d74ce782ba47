// tracks.h - traces of Elephant Tracks, which a Java program leaves: its objects, its stores, and when each object died.
//
// A record is a line: a letter and hexadecimal numbers.
//   I P ID BYTES TYPE SITE LENGTH THREAD  an object that was there before (I), or is seen for the first time (P)
//   N A V, likewise                       one that is made: by new, an array, by the virtual machine
//   U OLD OWNER NEW [FIELD] THREAD        a field of OWNER refers to NEW, and no longer to OLD; 0: to nothing.
//                                         OWNER 0: a static field
//   D ID THREAD                           the object is reachable no more (Merlin; source: lives_garbage.c)
//   M E X T H R C, and N with 3 numbers   calls, exceptions, roots, counts: these are passed over
// What a local variable or a static field holds is in a register, from the death of the object on in none: that is what
// records of calls would say, too. All stores into objects are the program's, so that every strategy has the references
// that there were; sizes are those of Java. Threads are one.
//   source  Elephant Tracks' documentation, "Trace File Records"; Ricci, Guyer, Moss, ISMM 2013

#ifndef HEAPBENCH_TRACE_TRACKS_H
#define HEAPBENCH_TRACE_TRACKS_H

#include "lives.h"

// tracks_is - whether a file starts with such records.
bool tracks_is(const char *path);

// tracks_read - from a file, as lives_read does. A trace in which nothing dies is refused: it is one without Merlin.
bool tracks_read(struct lives *l, const char *path, char *error, size_t error_bytes);

#endif
