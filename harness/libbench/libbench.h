// libbench.h - Google Benchmark for programs written in C.
// SPDX-License-Identifier: MIT
//
// Names follow the C++ library in snake case, so its user guide applies. Three groups:
//   libbench_<property>(struct libbench *, ...)              configures a registered benchmark
//   libbench_get_/set_...(struct libbench_state *, ...)      reads or reports from inside a body
//   libbench_begin, end, pause, resume, skip_...             the timed loop of a body
//
// Rules for the whole header
//   failure   0 or an errno value; a failing call changes nothing. Constructors return NULL.
//             EINVAL a NULL or out-of-range argument, or a combination the library would abort on;
//             ENOMEM no memory; EPERM after libbench_shutdown; EBUSY while libbench_run is active.
//   misuse    of the loop inside a body never aborts: the run is reported as skipped with an error.
//   strings   in: copied before the call returns. Out: valid only as long as said.
//   ownership libbench owns every benchmark; they live until libbench_clear.
//   threads   configure and run from one thread. Bodies may run on many: a state belongs to one.
//   callbacks must return normally: no C++ exception, no longjmp, no thread exit.

#ifndef LIBBENCH_H
#define LIBBENCH_H

#include <stddef.h>
#include <stdint.h>

// Of this header; libbench_version() is that of the library. Semantic versioning.
#define LIBBENCH_VERSION "0.1.0"

// C callers may pass any number as an enum; C++ must know the type to be allowed to look at it.
#ifdef __cplusplus
#define LIBBENCH_UNSIGNED : unsigned
extern "C" {
#else
#define LIBBENCH_UNSIGNED
#endif
#pragma GCC visibility push(default) // all else in the shared library is hidden

struct libbench;       // a registered benchmark: a family of instances, one per argument tuple
                       // and thread count
struct libbench_state; // one thread of one run of an instance

enum libbench_time_unit LIBBENCH_UNSIGNED { LIBBENCH_NS, LIBBENCH_US, LIBBENCH_MS, LIBBENCH_S };

enum libbench_skip { LIBBENCH_NOT_SKIPPED, LIBBENCH_SKIPPED_MESSAGE, LIBBENCH_SKIPPED_ERROR };

enum libbench_big_o LIBBENCH_UNSIGNED {
    LIBBENCH_O_NONE,
    LIBBENCH_O_1,
    LIBBENCH_O_N,
    LIBBENCH_O_N_SQUARED,
    LIBBENCH_O_N_CUBED,
    LIBBENCH_O_LOG_N,
    LIBBENCH_O_N_LOG_N,
    LIBBENCH_O_AUTO,  // the best fit of those above
    LIBBENCH_O_LAMBDA // only reported: set with libbench_complexity_function
};

enum libbench_statistic_unit LIBBENCH_UNSIGNED {
    LIBBENCH_STATISTIC_TIME,
    LIBBENCH_STATISTIC_PERCENTAGE
};

// Flags of a counter, combined with |. The library adds up the values of all threads, then applies
// them in this order.
enum libbench_counter_flags {
    LIBBENCH_COUNTER_PLAIN = 0,
    LIBBENCH_COUNTER_RATE = 1,                // divided by the measured seconds
    LIBBENCH_COUNTER_AVG_THREADS = 2,         // divided by the number of threads
    LIBBENCH_COUNTER_ITERATION_INVARIANT = 4, // multiplied by the iterations
    LIBBENCH_COUNTER_AVG_ITERATIONS = 8,      // divided by the iterations
    LIBBENCH_COUNTER_INVERT = 16              // 1 / value, after all others
};

// How many different C functions complexity and statistics may use at once, each: the library takes
// plain function pointers without user data, so each needs a trampoline made at compile time.
enum { LIBBENCH_FUNCTION_POOL = 32 };

// ---------------------------------------------------------------------------------------- The body
//
// A body is called several times per instance with a growing iteration count, until a run is long
// enough: each call builds and drops its own data. The loop costs what C++'s range-for costs:
//
//     for (int64_t n = libbench_begin(state); n != 0; --n)
//         work();
//     libbench_end(state);

// libbench_begin - start the clock, after every thread of the run has come here.
//   returns iterations to do now: all of them, or 0 when this run was skipped
int64_t libbench_begin(struct libbench_state *state);

// libbench_end - stop the clock, after every thread has come here; once per libbench_begin.
//   Resumes a paused clock. A body may return without it only after a skip.
//   Leaving the loop early without a skip cannot be noticed: iterations not done would be counted.
void libbench_end(struct libbench_state *state);

// libbench_keep_running, libbench_keep_running_batch - the library's other loop, without an end:
//     while (libbench_keep_running_batch(state, 1000)) { 1000 units of work }
//   n        1 or more; the last batch may overshoot the iteration count
//   returns  1 to go on, 0 to leave the loop. One call per batch; do not mix with libbench_begin.
int libbench_keep_running(struct libbench_state *state);
int libbench_keep_running_batch(struct libbench_state *state, int64_t n);

// libbench_pause, libbench_resume - exclude a stretch of the loop from the time of this thread.
//   cost     about 330 ns a pair (two CPU clock reads), partly charged to the benchmark: for
//            stretches of many microseconds only
void libbench_pause(struct libbench_state *state);
void libbench_resume(struct libbench_state *state);

// libbench_skip_with_error - report this run as failed, before, in or after the loop.
//   message  not NULL; of several threads the first one counts
//   Leave the loop and return; both with and without libbench_end is fine. The other repetitions of
//   this instance in the same libbench_run are skipped with the same message (1.7.1 reads an unset
//   pointer when the first repetition failed and two later ones did not).
void libbench_skip_with_error(struct libbench_state *state, const char *message);

// libbench_skip_with_message - the same, as a remark instead of a failure.
//   Libraries before 1.8 know errors only: there it is libbench_skip_with_error.
void libbench_skip_with_message(struct libbench_state *state, const char *message);

// libbench_get_... - what this run is.
//   iterations      to do in this run, known before the loop starts
//   iterations_done counted by the library, which counts all at libbench_begin
//   arg             index 0 .. arg_count - 1; outside: the run is skipped with an error, returns 0
//   thread_index    0 .. threads - 1
//   skipped         1 when this thread was skipped (also by the library or by setup)
//   name            of the benchmark, as it was registered; valid until libbench_clear
//   complexity_n    as it was set; 0: never. Items and bytes: libbench_get_counter
int64_t libbench_get_iterations(const struct libbench_state *state);
int64_t libbench_get_iterations_done(const struct libbench_state *state);
size_t libbench_get_arg_count(const struct libbench_state *state);
int64_t libbench_get_arg(struct libbench_state *state, size_t index);
int libbench_get_thread_index(const struct libbench_state *state);
int libbench_get_threads(const struct libbench_state *state);
int libbench_get_skipped(const struct libbench_state *state);
const char *libbench_get_name(const struct libbench_state *state);
int64_t libbench_get_complexity_n(const struct libbench_state *state);

// libbench_set_iteration_time - add to the time of a benchmark with libbench_use_manual_time.
//   seconds  0 or more, finite; EINVAL otherwise. Calls add up, so once per iteration or once for
//            the whole loop are both right. A run that gives none is skipped with an error (the
//            library would go on to a thousand million iterations).
int libbench_set_iteration_time(struct libbench_state *state, double seconds);

// libbench_set_counter - set a named number of this run. Aggregates are computed for it too.
//   flags    libbench_counter_flags, the same in every repetition (else the library aborts)
//   base     1000 or 1024: what the display means by k
int libbench_set_counter(struct libbench_state *state, const char *name, double value,
                         unsigned flags, int base);

// libbench_get_counter - read a counter of this thread back, as it was set.
//   ENOENT   never set
int libbench_get_counter(const struct libbench_state *state, const char *name, double *value);

// libbench_set_items_processed, libbench_set_bytes_processed - whole-run totals of this thread,
// reported as the counters items_per_second (base 1000) and bytes_per_second (base 1024).
int libbench_set_items_processed(struct libbench_state *state, int64_t items);
int libbench_set_bytes_processed(struct libbench_state *state, int64_t bytes);

// libbench_set_complexity_n - the N of this run, for libbench_complexity. Threads are added up.
//   n        1 or more. A run of a benchmark with complexity without it is skipped with an error
int libbench_set_complexity_n(struct libbench_state *state, int64_t n);

// libbench_set_label - a free text at the end of the run's line.
int libbench_set_label(struct libbench_state *state, const char *label);

// libbench_clobber_memory - the compiler must assume all reachable memory read and written.
static inline void libbench_clobber_memory(void) {
    __asm__ __volatile__("" : : : "memory");
}

// libbench_do_not_optimize_pointer - the object behind pointer, and all it leads to, was seen.
static inline void libbench_do_not_optimize_pointer(const void *pointer) {
    __asm__ __volatile__("" : : "g"(pointer) : "memory");
}

// libbench_do_not_optimize - lvalue must be computed here, and may have changed afterwards.
//   lvalue   modifiable, of any type, without side effects; wider than a register: goes by memory
//   cost     none for integers with gcc, a store and a load with clang, a register move for doubles
//   The C++ header's "+m,r" is not used for gcc: gcc 12 turns a double of known value into 0 with
//   it.
#ifdef __clang__
#define LIBBENCH_REGISTER_OR_MEMORY "+r,m"
#else
#define LIBBENCH_REGISTER_OR_MEMORY "+rm"
#endif
#define libbench_do_not_optimize(lvalue)                                                           \
    do {                                                                                           \
        if (sizeof(lvalue) <= sizeof(void *))                                                      \
            __asm__ __volatile__("" : LIBBENCH_REGISTER_OR_MEMORY(lvalue) : : "memory");           \
        else                                                                                       \
            __asm__ __volatile__("" : "+m"(lvalue) : : "memory");                                  \
    } while (0)

// ------------------------------------------------------------------ Registration and configuration

// libbench_register - add a benchmark.
//   name     not empty; shown as name/arg0/arg1/.../threads:n. A name beginning with DISABLED_ is
//            never run
//   user     handed to every call of function; must stay valid until libbench_clear
//   returns  the benchmark, or NULL (errno: EINVAL, ENOMEM, EPERM, EBUSY)
struct libbench *libbench_register(const char *name,
                                   void (*function)(struct libbench_state *state, void *user),
                                   void *user);

// libbench_unregister - never run this benchmark again; the handle is dead at once.
//   The library cannot remove one: it is renamed to DISABLED_..., and freed by libbench_clear.
int libbench_unregister(struct libbench *bench);

// libbench_clear - remove all benchmarks (also those of C++ code), free the function pools.
int libbench_clear(void);

// Arguments. Every call adds instances; all must have the same number of arguments (EINVAL).
//   args           one instance with count arguments, count 1 or more
//   arg            one instance with one argument
//   range          lo, hi and the powers of the multiplier between them; lo <= hi
//   dense_range    start, start + step, ... up to limit; step 1 or more
//   ranges         product of count ranges, range i from bounds[2 * i] to bounds[2 * i + 1]
//   args_product   product of count lists, list i being lists[i][0 .. lengths[i] - 1], none empty;
//                  the first argument varies fastest (the order is the library's)
//   arg_names      shown as name:value; count must match the arguments, "" shows the value only
//   range_multiplier  2 or more, default 8; for the range and ranges calls that follow
int libbench_arg(struct libbench *bench, int64_t value);
int libbench_args(struct libbench *bench, const int64_t *values, size_t count);
int libbench_range(struct libbench *bench, int64_t lo, int64_t hi);
int libbench_dense_range(struct libbench *bench, int64_t start, int64_t limit, int step);
int libbench_ranges(struct libbench *bench, const int64_t *bounds, size_t count);
int libbench_args_product(struct libbench *bench, const int64_t *const *lists,
                          const size_t *lengths, size_t count);
int libbench_arg_names(struct libbench *bench, const char *const *names, size_t count);
int libbench_range_multiplier(struct libbench *bench, int multiplier);

// How long and how often. These win over the command line.
//   unit           of the times shown and reported; default LIBBENCH_NS
//   min_time       seconds > 0. Not together with iterations (EINVAL)
//   min_warmup_time  seconds >= 0, run before measuring; 1.7.1 ignores it unless min_time is set.
//                  Not together with iterations (EINVAL)
//   iterations     exactly this many, 1 or more, per thread
//   repetitions    1 or more; from 2 on, aggregates (mean, median, stddev, cv) are reported too
//   report_aggregates_only   on: every reporter gets only the aggregates
//   display_aggregates_only  on: the display and the C reporter get only the aggregates, a file all
int libbench_unit(struct libbench *bench, enum libbench_time_unit unit);
int libbench_min_time(struct libbench *bench, double seconds);
int libbench_min_warmup_time(struct libbench *bench, double seconds);
int libbench_iterations(struct libbench *bench, int64_t iterations);
int libbench_repetitions(struct libbench *bench, int repetitions);
int libbench_report_aggregates_only(struct libbench *bench, int on);
int libbench_display_aggregates_only(struct libbench *bench, int on);

// Which clock decides how long to run and divides rates. Default: CPU time of the thread.
//   use_real_time    wall clock. Not together with use_manual_time (EINVAL)
//   use_manual_time  what libbench_set_iteration_time adds up; reported as real time
//   measure_process_cpu_time  CPU time is that of the process, not of the benchmark's thread
int libbench_use_real_time(struct libbench *bench);
int libbench_use_manual_time(struct libbench *bench);
int libbench_measure_process_cpu_time(struct libbench *bench);

// Threads. Each call adds thread counts; every argument tuple runs with every count. Times of a
// threaded run are summed over threads and divided by the iterations of all; up to 1.8 the library
// divides wall clock by the threads once more.
//   threads            1 or more
//   thread_range       lo, hi and the powers of two between; 1 <= lo <= hi
//   dense_thread_range lo, lo + stride, ... and hi; stride 1 or more
//   thread_per_cpu     as many as there are CPUs
int libbench_threads(struct libbench *bench, int threads);
int libbench_thread_range(struct libbench *bench, int lo, int hi);
int libbench_dense_thread_range(struct libbench *bench, int lo, int hi, int stride);
int libbench_thread_per_cpu(struct libbench *bench);

// libbench_setup, libbench_teardown - called on thread 0 before and after every run of the body.
//   function NULL: none. Gets the state of thread 0: arguments, threads, iterations, labels and
//            counters work, the loop does not. No body runs on any thread before setup has returned
//            or while teardown runs. After a skip in setup no body runs, but teardown does.
int libbench_setup(struct libbench *bench,
                   void (*function)(struct libbench_state *state, void *user), void *user);
int libbench_teardown(struct libbench *bench,
                      void (*function)(struct libbench_state *state, void *user), void *user);

// libbench_complexity - fit the times over N; adds two results, BigO and RMS, after the family.
//   big_o    not LIBBENCH_O_LAMBDA
//   limit    at least one instance must not be skipped: with none left, every library version so
//            far reads the front of an empty vector, which crashes
int libbench_complexity(struct libbench *bench, enum libbench_big_o big_o);

// libbench_complexity_function - fit the times to a function of the program.
//   function f(n, user), positive; equal pairs (function, user) share a trampoline
//   ENOSPC   LIBBENCH_FUNCTION_POOL different pairs are in use; libbench_clear frees them
int libbench_complexity_function(struct libbench *bench, double (*function)(int64_t n, void *user),
                                 void *user);

// libbench_statistic - one more aggregate over repetitions, computed for real time, CPU time and
// every counter.
//   function gets the values of the repetitions: for times the seconds of a whole run, so a
//            LIBBENCH_STATISTIC_TIME must scale with its input (max, percentile), and a
//            LIBBENCH_STATISTIC_PERCENTAGE is a ratio (0.05 is shown as 5 %)
//   ENOSPC   as libbench_complexity_function
int libbench_statistic(struct libbench *bench, const char *name,
                       double (*function)(const double *values, size_t count, void *user),
                       void *user, enum libbench_statistic_unit unit);

// ----------------------------------------------------------------------------------------- Results

struct libbench_cache {
    const char *type; // "Data", "Instruction", "Unified"
    int level;
    int size_bytes;
    int sharing_cpus;
};

struct libbench_context {
    const char *executable; // NULL before libbench_initialize
    const char *host;
    int cpus;
    double cycles_per_second;
    int cpu_scaling; // 1 enabled, 0 disabled, -1 unknown
    int debug_library;
    const double *load_avg;
    size_t load_avg_count;
    const struct libbench_cache *caches;
    size_t cache_count;
    size_t name_width; // the longest name of the runs to come
};

struct libbench_counter {
    const char *name;
    double value;   // final: flags are already applied
    unsigned flags; // libbench_counter_flags
    int base;
};

struct libbench_memory {
    int64_t allocations;
    int64_t max_bytes;
    int64_t total_bytes;       // INT64_MAX: not known
    int64_t heap_growth_bytes; // INT64_MAX: not known
    int64_t iterations;        // of the extra run that was watched; ignored in a result of stop
};

enum libbench_result_kind { // what the times of a result are
    LIBBENCH_MEASURED,      // measured, one repetition
    LIBBENCH_AGGREGATE,     // a statistic over the repetitions
    LIBBENCH_BIG_O,         // coefficients of the fitted function, in unit
    LIBBENCH_RMS            // error of the fit, as a ratio
};

struct libbench_result {
    enum libbench_result_kind kind;
    const char *name;      // as displayed, with the suffix of an aggregate
    const char *base_name; // without it
    const char *family;    // the name it was registered with
    int64_t family_index, instance_index;
    const char *aggregate; // "mean", "BigO" ...; NULL for LIBBENCH_MEASURED
    enum libbench_statistic_unit aggregate_unit;
    const char *label; // "" when none
    enum libbench_skip skip;
    const char *skip_message; // NULL when not skipped; otherwise times and counters mean nothing
    int64_t iterations;       // of all threads; of an aggregate: the repetitions
    int64_t threads;
    int64_t repetition_index; // -1 for all but LIBBENCH_MEASURED
    int64_t repetitions;
    enum libbench_time_unit unit;
    double real_time, cpu_time; // per iteration, in unit; ratios where aggregate_unit is PERCENTAGE
    double real_total_s, cpu_total_s;
    enum libbench_big_o complexity;
    int64_t complexity_n;
    const struct libbench_counter *counters; // sorted by name
    size_t counter_count;
    const struct libbench_memory *memory; // NULL when no memory manager watched
};

enum libbench_display LIBBENCH_UNSIGNED { // the library's own table, JSON or CSV on stdout
    LIBBENCH_DISPLAY, // with the "built as DEBUG" warning replaced by one line that explains it
    LIBBENCH_DISPLAY_HIDE_DEBUG,
    LIBBENCH_DISPLAY_UNCHANGED,
    LIBBENCH_NO_DISPLAY
};

// Callbacks of libbench_run, on its thread; any may be NULL. Each gets user; the rest of what they
// are given is valid during the call.
struct libbench_reporter {
    void *user;
    enum libbench_display display;
    // context  before the first run; nonzero cancels all
    int (*context)(void *user, const struct libbench_context *context);
    // results  after the last repetition of an instance: all of them, then in a call of its own
    //          their aggregates, if any
    void (*results)(void *user, const struct libbench_result *results, size_t count);
    // finalize after the last run; also when cancelled
    void (*finalize)(void *user);
};

struct libbench_summary {
    size_t matched; // instances that the filter matched
    size_t failed;  // instances skipped with an error
    size_t skipped; // instances skipped with a message
};

// ------------------------------------------------------------------------------------- The program

// libbench_main - initialize, refuse unknown arguments, run, shut down: a whole main.
//   returns  0 all ran; 1 nothing matched or something failed; 2 unknown arguments
int libbench_main(int argc, char **argv);

// libbench_version - LIBBENCH_VERSION of what the program is linked with.
const char *libbench_version(void);

// LIBBENCH - register a body under its own name before main, with user NULL: LIBBENCH(copying)
// LIBBENCH_MAIN - a main that runs what was registered.
#define LIBBENCH(body)                                                                             \
    __attribute__((constructor)) static void libbench_register_##body(void) {                      \
        libbench_register(#body, body, NULL);                                                      \
    }                                                                                              \
    struct libbench // takes the semicolon
#define LIBBENCH_MAIN()                                                                            \
    int main(int argc, char **argv) {                                                              \
        return libbench_main(argc, argv);                                                          \
    }                                                                                              \
    struct libbench // takes the semicolon

// libbench_initialize - take the --benchmark_... flags out of argv. argv[0] must stay valid.
//   help     printed for --help, NULL: the library's. The library exits on --help and bad values
int libbench_initialize(int *argc, char **argv, void (*help)(void));

// libbench_report_unrecognized - print what libbench_initialize left in argv, to stderr.
//   returns  1 when there was any, else 0
int libbench_report_unrecognized(int argc, char **argv);

// libbench_flag - set one flag from code. Before libbench_initialize: a default of the program.
//   flag     as on the command line, "--benchmark_repetitions=3". EINVAL: not the library's
int libbench_flag(const char *flag);

// libbench_random_interleaving - run repetitions of all instances in random order: a libbench_flag.
int libbench_random_interleaving(int on);

// libbench_add_context - a key and value for the context of every report; before libbench_run.
//   EEXIST   the key was added before
int libbench_add_context(const char *key, const char *value);

// libbench_default_unit - unit of benchmarks without one of their own.
int libbench_default_unit(enum libbench_time_unit unit);

// libbench_run - run what matches, and report it.
//   filter   regular expression; a leading - negates; NULL: that of --benchmark_filter or all
//   reporter NULL: display only. A file asked for with --benchmark_out is written in any case
//   summary  may be NULL; filled in also when ENODATA or ECANCELED is returned
//   ENODATA  nothing matched, or the filter is no regular expression (printed on stderr)
//   ECANCELED the context callback said so; EBUSY called from a body or callback
//   another errno value: the file of --benchmark_out cannot be opened (the library would exit)
int libbench_run(const char *filter, const struct libbench_reporter *reporter,
                 struct libbench_summary *summary);

// libbench_shutdown - free what the library holds; the last call. Calling it again does nothing.
int libbench_shutdown(void);

// libbench_debug_library - 1 when the library was compiled without NDEBUG, as Debian's is. Its
// checks run outside the timed loop: timings are unaffected.
int libbench_debug_library(void);

struct libbench_memory_manager {
    void *user;
    void (*start)(void *user);
    void (*stop)(void *user, struct libbench_memory *result); // fills result: 0, 0, INT64_MAX ...
};

// libbench_set_memory_manager - watch one extra untimed run of up to 16 iterations per repetition.
//   manager  copied; NULL: none again
//   ENOTSUP  the library is older than 1.9.2: memory results dangle from the second repetition on
//            (peaks of 6e18 bytes were seen). Report memory as counters there
int libbench_set_memory_manager(const struct libbench_memory_manager *manager);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
