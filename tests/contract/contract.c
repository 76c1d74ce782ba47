// contract.c - one program for each strategy, which runs the tests of the file that it is called
// by.
//
// build/tests/contract/X_test-NAME is a name of build/tests/contract/contract-NAME: the tests of
// X_test.c on strategy NAME, in a process of their own, so that one that dies takes no other file's
// tests along.

#include "contract.h"

#include <errno.h>
#include <stdio.h>

// The registration list: constructors fill it.
static struct contract_file *contract_files;

void contract_register(struct contract_file *file) {
    file->next = contract_files;
    contract_files = file;
}

// The file's name, without ".c"; its length in *bytes.
static const char *contract_name(const struct contract_file *file, size_t *bytes) {
    const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
    *bytes = strcspn(name, ".");
    return name;
}

static bool contract_is_called(const struct contract_file *file, const char *program) {
    size_t bytes;
    const char *name = contract_name(file, &bytes);
    return strncmp(program, name, bytes) == 0 && program[bytes] == '-';
}

static int contract_is_none(const char *program) {
    fprintf(stderr, "%s: no tests of that name: call it by one of", program);
    for (const struct contract_file *f = contract_files; f; f = f->next) {
        size_t bytes;
        const char *name = contract_name(f, &bytes);
        fprintf(stderr, " %.*s-%s", (int)bytes, name, heap_strategy.name);
    }
    fputc('\n', stderr);
    return 2;
}

int main(void) {
    for (const struct contract_file *f = contract_files; f; f = f->next)
        if (contract_is_called(f, program_invocation_short_name))
            return f->run();
    return contract_is_none(program_invocation_short_name);
}
