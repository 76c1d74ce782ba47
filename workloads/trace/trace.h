// trace.h - programs for the machine of heap.h: the one encoding, in files and in memory.
//
// A trace is a sequence of the operations that HEAP_OPERATIONS lists, with marks between them where
// a step of the program ends. Operands are numbers only: a trace says what shape of heap a program
// made and nothing of what the program was about. Payloads are not recorded either; who runs a
// trace fills each new atom and node with its serial number, so that no two are alike.
//
// File, version 1; numbers are little-endian:
//   8 bytes  magic "HBTRACE\0"         4 bytes  version         4 bytes  bytes of the header
//   8 bytes  bytes of the body         4 bytes  CRC-32C of header and body
//   header   a JSON object, see below
//   body     per operation its number, then its operands, each a varint (LEB128); a signed one is
//            zigzag-coded; a key is its length, then its bytes. Number 0 is a mark
// The header explains the body, so that a reader that has never seen that list can walk it:
//   name, doc, source   texts: what the program is, and where it comes from
//   registers           of the frame in which it runs, at least 1
//   operations, steps   how many operations and marks there are
//   setup_operations    how many of the operations build what is there before the first step
//   table               [number, name, operands] of each operation used, letters as in vocabulary.h
//   compression         reserved: a body that is not as above says here what it takes to read it
// Other members are kept for whom they are meant: "tunables" is what fidelity needs. A mark of
// another kind, such as one of time, would be a row of the table, so that who does not know it says
// so.
//
// In memory a trace is an array of 32-bit words, ready to run: an operation's number with its first
// operand above it, then a word for each further operand. Registers of frames that the program
// itself enters are numbered on from those below.

#ifndef HEAPBENCH_TRACE_H
#define HEAPBENCH_TRACE_H

#include "vocabulary.h"

#include <jansson.h>

enum {
    TRACE_VERSION = 1,
    TRACE_MAX_OPERANDS = 3,
    TRACE_MAX_REGISTERS = 1 << 24,
    TRACE_NUMBER_BITS = 8, // of a word; above them the first operand
};

enum trace_code {
    TRACE_MARK = 0,
#define TRACE_CODE(number, NAME, name, operands, safepoint, doc) TRACE_##NAME = number,
    HEAP_OPERATIONS(TRACE_CODE)
#undef TRACE_CODE
        TRACE_END = 255, // the last word
};

// Words of an operation in memory.
enum {
#define TRACE_WORDS_OF(number, NAME, name, operands, safepoint, doc)                               \
    TRACE_WORDS_##NAME = sizeof operands > 2 ? sizeof operands - 1 : 1,
    HEAP_OPERATIONS(TRACE_WORDS_OF)
#undef TRACE_WORDS_OF
};

// A row of HEAP_OPERATIONS.
struct trace_row {
    unsigned number;
    const char *name, *operands, *doc;
    bool safepoint;
};

// trace_row - by number, or NULL. trace_row_find - by name, or NULL. trace_row_next - all of them
// in turn: the first after NULL, NULL after the last.
const struct trace_row *trace_row(unsigned number);
const struct trace_row *trace_row_find(const char *name);
const struct trace_row *trace_row_next(const struct trace_row *row);

// One operation, taken apart. A mark has the number TRACE_MARK.
//   operands  in order; a signed one as its 64 bits; of a key its length
//   key       its bytes; not owned
struct trace_op {
    unsigned number;
    uint64_t operands[TRACE_MAX_OPERANDS];
    const unsigned char *key;
};

struct trace {
    json_t *header;
    uint32_t *words; // ended by TRACE_END
    size_t word_count, word_room;
    unsigned char *data; // integers and keys, to which words are offsets
    size_t data_bytes, data_room;
    uint32_t registers;      // of the frame in which it runs
    uint32_t more_registers; // most in frames that it enters itself
    uint64_t operations, steps, setup_operations;
    uint64_t checksum; // of the file (base/checksum.h)
};

// ----------------------------------------------------------------------------------------- reading
#define TRACE_DEFAULT "queue" // of workloads/traces, where none is named

// trace_find - the path of the trace that a user means: a path, or a name in workloads/traces.
//   returns  a new string; NULL with one line in error that says what would be accepted
// trace_is - whether it means a trace: a name, or the path of a file that starts like one or is a
// log of malloc (log.h).
char *trace_find(const char *name, char *error, size_t error_bytes);
bool trace_is(const char *name);

// trace_read - a file, which may be a log of malloc, whose trace is made on the way. trace_parse -
// the same from memory; `name` stands in messages.
//   returns  NULL with one line in error (of error_bytes): no such file, not a trace, of a later
//            version, cut short, damaged, an operation that this program does not know, by its name
//   What the operations do is not looked at; see trace_check.
struct trace *trace_read(const char *path, char *error, size_t error_bytes);
struct trace *trace_parse(const void *bytes, size_t count, const char *name, char *error,
                          size_t error_bytes);
void trace_free(struct trace *t);

// trace_check - whether each operation finds what it needs (model.h), frames and regions are closed
// at the end, and a step does something. A trace that does not pass must not be run.
//   returns  false with one line in error. Needs memory for every object of the program
bool trace_check(const struct trace *t, char *error, size_t error_bytes);

// trace_next - the operation or mark at word *at, which is moved past it. Returns false at the end.
bool trace_next(const struct trace *t, size_t *at, struct trace_op *op);

// trace_text - the header's member of that name, or "".
const char *trace_text(const struct trace *t, const char *member);

// ----------------------------------------------------------------------------------------- writing
// A trace under construction. Without memory these functions end the program.
struct trace_writer;

// trace_writer_new - of a program with that many registers in its frame, 1 .. TRACE_MAX_REGISTERS.
struct trace_writer *trace_writer_new(uint32_t registers);
void trace_writer_free(struct trace_writer *w);

// trace_write - add an operation or a mark.
//   returns  NULL; or why it does not fit what the program did so far (model.h): it is not added
//            then
const char *trace_write(struct trace_writer *w, const struct trace_op *op);

// trace_write_setup - what was added until now is the set-up.
void trace_write_setup(struct trace_writer *w);

// trace_writer_finish - the file's content.
//   about    name, doc, source and whatever else is to be in the header; not changed
//   returns  *bytes bytes, to be freed; NULL with one line in error when the program may not end
//            here
unsigned char *trace_writer_finish(struct trace_writer *w, const json_t *about, size_t *bytes,
                                   char *error, size_t error_bytes);

// trace_writer_model - what the program did so far. It belongs to the writer.
const struct trace_model *trace_writer_model(const struct trace_writer *w);

#endif
