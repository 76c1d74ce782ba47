// mangle.h - changes a file of JSON so that it stays JSON, for libFuzzer.
//
// Bytes that are changed by chance are hardly ever JSON any more, and then only the parser of JSON is tested. What a
// reader makes of a member that is missing, of another type, or out of all range, is seen by changing values.

#ifndef HEAPBENCH_FUZZ_MANGLE_H
#define HEAPBENCH_FUZZ_MANGLE_H

#include <stddef.h>
#include <stdint.h>

// mangle - change one to four values of one line, or of the whole file, in place.
//   lines    each line is a value, and lines come twice and in another order, too
//   returns  the new number of bytes; 0 when the file is no JSON, or becomes longer than most
size_t mangle(uint8_t *bytes, size_t count, size_t most, unsigned seed, int lines);

#endif
