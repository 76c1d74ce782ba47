// number.h - numbers as people type them.

#ifndef HEAPBENCH_NUMBER_H
#define HEAPBENCH_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All return false, and leave *value alone, when the whole text is not such a number.
// number_whole - decimal digits, within min .. max
// number_real  - a finite number within min .. max
// number_bytes - a size: 65536, 64k, 1.5M, 2GB (powers of 1000), 64Ki, 1MiB (powers of 1024); not
// negative
bool number_whole(const char *text, uint64_t min, uint64_t max, uint64_t *value);
bool number_real(const char *text, double min, double max, double *value);
bool number_bytes(const char *text, uint64_t *value);

// number_bytes_text - a size as number_bytes reads it: 64M, 1536Ki, 65537; at most 24 characters.
void number_bytes_text(uint64_t value, char *out, size_t bytes);

#endif
