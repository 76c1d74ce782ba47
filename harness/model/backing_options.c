// backing_options.c - reads the options in the name of a backing allocator, and checks them.

#include "backing_options.h"

#include "backing_given.h"

#include "base/child.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

enum { OUTPUT_BYTES = 1 << 18, TIMEOUT_S = 20 };

// What a value may hold, so that it ends neither its list nor a cell's key. Names: no dot, no
// hyphen.
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define VALUE LETTERS ".-"

char *backing_base(const char *name) {
    return must(strndup(name, strcspn(name, ":")));
}

// The options of a name in order, "NAME=value" each.
static struct names options_of(const char *name) {
    struct names options = {0};
    const char *colon = strchr(name, ':');
    names_split(&options, colon ? colon + 1 : "", '+');
    names_sort(&options);
    return options;
}

static int name_length(const char *option) {
    return (int)strcspn(option, "=");
}

static const char *value_of(const char *option) {
    int length = name_length(option);
    return option + length + (option[length] != 0);
}

// ------------------------------------------------------------------------------------- environment
// Takes the variable of an assignment out of the environment. Returns its value, a new string, or
// NULL.
static char *environment_take(struct names *environment, const char *assignment) {
    struct names rest = {0};
    size_t bytes = strcspn(assignment, "=") + 1;
    char *value = NULL;
    for (size_t i = 0; i < environment->count; i++) {
        if (strncmp(environment->items[i], assignment, bytes)) {
            names_add(&rest, environment->items[i]);
            continue;
        }
        free(value);
        value = must(strdup(environment->items[i] + bytes));
    }
    names_free(environment);
    *environment = rest;
    return value;
}

// Adds an assignment; with a joint, after what its variable is now.
static void environment_put(struct names *environment, const char *assignment, const char *joint) {
    char *old = environment_take(environment, assignment);
    const char *value = value_of(assignment);
    bool joins = joint && old && *old;
    char *text = text_format("%.*s=%s%s%s", name_length(assignment), assignment, joins ? old : "",
                             joins ? joint : "", value);
    names_add(environment, text);
    free(text);
    free(old);
}

// "dirty_decay_ms=0" as its variable: "MALLOC_CONF=dirty_decay_ms:0", "MIMALLOC_PAGE_RESET=0".
static char *option_variable(const struct backing_form *form, const char *option) {
    int length = name_length(option);
    const char *value = value_of(option);
    if (form->joint)
        return text_format("%s=%s%.*s%s%s", form->variable, form->prefix, length, option,
                           form->equals, value);
    char *text = text_format("%s%.*s=%s", form->variable, length, option, value);
    for (char *c = text; *c != '='; c++)
        *c = (char)toupper((unsigned char)*c);
    return text;
}

void backing_environment(const char *name, struct names *environment) {
    const struct backing *b = backing_named(name);
    struct names options = options_of(name);
    free(environment_take(environment, "LD_PRELOAD="));
    free(environment_take(environment, BACKING_GIVEN_VARIABLE "="));
    if (b && backing_is_given(b)) {
        char *given = text_format(BACKING_GIVEN_VARIABLE "=%s=%s", b->name, b->library);
        names_add(environment, given);
        free(given);
    }
    if (b && b->library) {
        char *preload = text_format("LD_PRELOAD=%s", b->library);
        names_add(environment, preload);
        free(preload);
    }
    for (size_t i = 0; b && i < options.count; i++) {
        char *variable = option_variable(&b->form, options.items[i]);
        environment_put(environment, variable, b->form.joint);
        free(variable);
    }
    names_free(&options);
}

// ---------------------------------------------------------------------------- what there is to set
// What a program prints, a new string; "" when it cannot be started.
static char *output_of(struct names *command, struct names *environment) {
    struct child_result r =
        child_run(&(struct child_options){.arguments = names_vector(command),
                                          .environment = names_vector(environment),
                                          .timeout_s = TIMEOUT_S,
                                          .interrupt_fd = -1,
                                          .errors_too = true,
                                          .keep_bytes = OUTPUT_BYTES});
    names_free(command);
    names_free(environment);
    return r.output ? r.output : must(strdup(""));
}

// The loader that started this program lists the C library's tunables (glibc 2.33).
static char *printed_by_loader(void) {
    struct names command = {0}, environment = {0};
    Dl_info where = {0};
    void *base = (void *)(uintptr_t)getauxval(AT_BASE);
    names_add(&command, base && dladdr(base, &where) ? where.dli_fname : "/lib/ld.so");
    names_add(&command, "--list-tunables");
    return output_of(&command, &environment);
}

// What an allocator prints, given this variable, when a program starts that does nothing.
static char *printed_by(const struct backing *b, const char *variable) {
    struct names command = {0}, environment = {0};
    names_add(&command, "/bin/true");
    backing_environment(b->name, &environment);
    names_add(&environment, variable);
    return output_of(&command, &environment);
}

static char *described(const struct backing *b) {
    return !b->library   ? printed_by_loader()
           : b->form.ask ? printed_by(b, b->form.ask)
                         : backing_words(b);
}

// The names of options, each after the form's mark.
static struct names names_said(const struct backing_form *form, const char *said) {
    struct names known = {0};
    for (const char *at = said; (at = strstr(at, form->mark));) {
        at += strlen(form->mark);
        char *name = must(strndup(at, strspn(at, LETTERS)));
        for (char *c = name; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        if (*name && !names_has(&known, name))
            names_add(&known, name);
        free(name);
    }
    names_sort(&known);
    return known;
}

// ------------------------------------------------------------------------------------------ checks
// glibc does not say when it ignores a value. Its list does: "glibc.malloc.NAME: 0x0 (min: 0x0,
// max: 0xff)".
static bool within_range(const struct backing *b, const char *said, const char *option, char *error,
                         size_t error_bytes) {
    char *mark = text_format("%s%.*s: ", b->form.mark, name_length(option), option), *end;
    const char *line = strstr(said, mark), *value = value_of(option);
    const char *min = line ? strstr(line, "(min: ") : NULL,
               *max = min ? strstr(min, "max: ") : NULL;
    free(mark);
    if (!max)
        return true;
    unsigned long long least = strtoull(min + 6, NULL, 0), most = strtoull(max + 5, NULL, 0);
    errno = 0;
    unsigned long long number = strtoull(value, &end, 0);
    bool good =
        !errno && isdigit((unsigned char)*value) && !*end && number >= least && number <= most;
    if (!good)
        snprintf(error, error_bytes, "%s:%s: accepted: a whole number from %llu to %llu", b->name,
                 option, least, most);
    return good;
}

// jemalloc says what it makes of a value, when it is to end over a wrong one.
static bool not_refused(const struct backing *b, const char *option, char *error,
                        size_t error_bytes) {
    char *given = option_variable(&b->form, option);
    char *variable = text_format("%s%s%s", given, b->form.joint, b->form.refuse);
    char *said = printed_by(b, variable);
    bool good = !*said;
    if (!good)
        snprintf(error, error_bytes, "%s:%s: %s says '%.*s'", b->name, option, b->name,
                 (int)strcspn(said, "\n"), said);
    free(given);
    free(variable);
    free(said);
    return good;
}

static bool option_good(const struct backing *b, const char *said, const struct names *known,
                        const char *option, char *error, size_t error_bytes) {
    char *name = must(strndup(option, (size_t)name_length(option)));
    char *what = text_format("option of %s", b->name);
    const char *value = value_of(option);
    bool is_known = names_has(known, name), good = *value && !value[strspn(value, VALUE)];
    if (!is_known)
        suggest_unknown(error, error_bytes, what, name, known);
    else if (!good)
        snprintf(error, error_bytes,
                 "%s:%s: accepted: %s=VALUE, of letters, digits, '.', '_' and '-'", b->name, option,
                 name);
    free(name);
    free(what);
    if (!is_known || !good)
        return false;
    return b->form.refuse ? not_refused(b, option, error, error_bytes)
                          : within_range(b, said, option, error, error_bytes);
}

static bool options_good(const struct backing *b, const struct names *options, char *error,
                         size_t error_bytes) {
    char *said = described(b);
    struct names known = names_said(&b->form, said);
    bool good = true;
    for (size_t i = 0; i < options->count && good; i++) {
        const char *option = options->items[i];
        good = option_good(b, said, &known, option, error, error_bytes);
        if (good && i && !strncmp(option, options->items[i - 1], (size_t)name_length(option) + 1)) {
            snprintf(error, error_bytes, "%s:%s: accepted: each option once", b->name, option);
            good = false;
        }
    }
    names_free(&known);
    free(said);
    return good;
}

char *backing_canonical(const char *name, char *error, size_t error_bytes) {
    const struct backing *b = backing_named(name);
    struct names options = options_of(name);
    bool given = b && backing_is_given(b);
    bool good = b && (!options.count || (!given && options_good(b, &options, error, error_bytes)));
    if (given && options.count)
        snprintf(error, error_bytes,
                 "backing allocator '%s' was given by its file, so its options are not known: set "
                 "them in the environment",
                 b->name);
    if (!b)
        snprintf(error, error_bytes, "no backing allocator '%s'", name);
    char *joined = names_join(&options, "+");
    char *text = good ? text_format("%s%s%s", b->name, *joined ? ":" : "", joined) : NULL;
    free(joined);
    names_free(&options);
    return text;
}
