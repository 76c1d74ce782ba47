// backing.h - the backing allocators: whose malloc a strategy's own requests end in.
//
// A backing allocator is chosen by LD_PRELOAD when an invocation is started, and asked for its own
// figures from inside. Everything about each one is in the table of backing.c.

#ifndef HEAPBENCH_BACKING_H
#define HEAPBENCH_BACKING_H

#include <jansson.h>
#include <stddef.h>

// How an allocator is given options: by a variable of the environment, read when a program starts.
// variable  a list of all options, or what the variable of each option begins with
// prefix    of an option in the list
// equals, joint  between name and value, and between options; joint NULL: each has its own variable
// ask       assignment that makes it print its options when a program starts; "": the C library's
//           loader prints them; NULL: their names are in its file
// mark      what comes before a name there
// refuse    option that makes it say which value is wrong, and end; NULL: it has none
struct backing_form {
    const char *variable, *prefix, *equals, *joint, *ask, *mark, *refuse;
};

// name     as in a cell's key, without options
// library  soname to preload, or an absolute path; NULL: the C library's own malloc
// probe    a symbol that is there exactly when this allocator is loaded
// figures  a new object with the allocator's own figures in bytes, by its own names: first the
//          bytes of blocks in use, rounded up as it does; one that this build of it does not count
//          is absent
// purge    give back what is free to the system
// version  into out: as its makers write it, or empty when it does not say
struct backing {
    const char *name, *library, *probe;
    struct backing_form form;
    json_t *(*figures)(void);
    void (*purge)(void);
    void (*version)(char *out, size_t bytes);
};

// backing_list - all of them; *count is set.
const struct backing *backing_list(size_t *count);

// backing_append - one more; its texts must live as long as the process. NULL when there are too
// many.
struct backing *backing_append(const struct backing *b);

// backing_named - the one of this name, which may have options (backing_options.h), or NULL.
const struct backing *backing_named(const char *name);

// backing_installed - whether the library can be found here, so that it can be preloaded.
int backing_installed(const struct backing *b);

// backing_words - what is printable in the library's file, each piece on a line; a new string, ""
// when there is none.
char *backing_words(const struct backing *b);

// backing_current - the one that this process runs on.
const struct backing *backing_current(void);

// backing_library - a new object with the `version` and the `file` (its path, links resolved) of
// the current one.
json_t *backing_library(void);

#endif
