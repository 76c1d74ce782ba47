// libbench.cc - the C functions of libbench.h on top of Google Benchmark's C++ interface.
// SPDX-License-Identifier: MIT
//
// Invariants
//   - No exception leaves an extern "C" function: each that may allocate runs inside guarded().
//   - Nothing that the library answers with abort() reaches it: every such condition (found in
//     benchmark_register.cc, benchmark.cc, statistics.cc and complexity.cc of 1.7.1) is tested
//     here.
//   - Process-wide state exists because the library's own registry and flags are process-wide.

#include "libbench.h"

#include "library.hh"
#include "report.hh"
#include "state.hh"

#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

// Change a registered benchmark. valid: the condition without which the library would abort.
template <class Change> int configure(libbench *bench, bool valid, Change change) {
    if (!bench || !valid)
        return EINVAL;
    if (const int refused = refusal())
        return refused;
    if (!bench->family)
        return EINVAL;
    return guarded([&] {
        change();
        return 0;
    });
}

// The same for what fixes the number of arguments, given as count elements at source.
template <class Change>
int configure_args(libbench *bench, const void *source, size_t count, Change change) {
    const bool valid = source && count && count <= INT_MAX && bench && bench->takes(count);
    return configure(bench, valid, [&] {
        change();
        bench->arg_count = static_cast<long>(count);
    });
}

bool valid(enum libbench_time_unit unit) {
    return unit <= LIBBENCH_S;
}

benchmark::TimeUnit unit_of(enum libbench_time_unit unit) {
    return static_cast<benchmark::TimeUnit>(unit);
}

} // namespace

// ------------------------------------------------------------------ Registration and configuration

libbench *libbench_register(const char *name, void (*function)(libbench_state *, void *),
                            void *user) {
    errno = !name || !*name || !function ? EINVAL : refusal();
    if (errno)
        return nullptr;
    libbench *bench = nullptr;
    errno = guarded([&] {
        auto fresh = std::make_unique<libbench>();
        fresh->name = name;
        fresh->body = {function, user};
        process().benches.reserve(process().benches.size() +
                                  1); // so that the last step cannot fail
        auto *raw = fresh.get();
        raw->family = benchmark::RegisterBenchmark(name, [raw](State &state) { raw->run(state); });
        process().benches.push_back(std::move(fresh));
        bench = raw;
        return 0;
    });
    return bench;
}

int libbench_unregister(libbench *bench) {
    return configure(bench, true, [&] {
        bench->family->Name("DISABLED_" + bench->name);
        bench->family = nullptr;
    });
}

int libbench_clear(void) {
    if (const int refused = refusal())
        return refused;
    benchmark::ClearRegisteredBenchmarks();
    process().benches.clear();
    complexities = {};
    statistics = {};
    return 0;
}

int libbench_arg(libbench *bench, int64_t value) {
    return libbench_args(bench, &value, 1);
}

int libbench_args(libbench *bench, const int64_t *values, size_t count) {
    return configure_args(bench, values, count, [&] {
        bench->family->Args(std::vector<int64_t>(values, values + count));
    });
}

int libbench_range(libbench *bench, int64_t lo, int64_t hi) {
    const int64_t bounds[] = {lo, hi};
    return libbench_ranges(bench, bounds, 1);
}

int libbench_dense_range(libbench *bench, int64_t start, int64_t limit, int step) {
    if (start > limit || step < 1 || limit > INT64_MAX - step)
        return EINVAL;
    return configure_args(bench, &start, 1, [&] { bench->family->DenseRange(start, limit, step); });
}

int libbench_ranges(libbench *bench, const int64_t *bounds, size_t count) {
    for (size_t i = 0; bounds && i < count; ++i)
        if (bounds[2 * i] > bounds[2 * i + 1])
            return EINVAL;
    return configure_args(bench, bounds, count, [&] {
        std::vector<std::pair<int64_t, int64_t>> pairs;
        for (size_t i = 0; i < count; ++i)
            pairs.emplace_back(bounds[2 * i], bounds[2 * i + 1]);
        bench->family->Ranges(pairs);
    });
}

int libbench_args_product(libbench *bench, const int64_t *const *lists, const size_t *lengths,
                          size_t count) {
    if (!lengths)
        return EINVAL;
    for (size_t i = 0; lists && i < count; ++i)
        if (!lists[i] || !lengths[i])
            return EINVAL;
    return configure_args(bench, lists, count, [&] {
        std::vector<std::vector<int64_t>> copies;
        for (size_t i = 0; i < count; ++i)
            copies.emplace_back(lists[i], lists[i] + lengths[i]);
        bench->family->ArgsProduct(copies);
    });
}

int libbench_arg_names(libbench *bench, const char *const *names, size_t count) {
    for (size_t i = 0; names && i < count; ++i)
        if (!names[i])
            return EINVAL;
    return configure_args(bench, names, count, [&] {
        bench->family->ArgNames(std::vector<std::string>(names, names + count));
    });
}

int libbench_range_multiplier(libbench *bench, int multiplier) {
    return configure(bench, multiplier > 1, [&] { bench->family->RangeMultiplier(multiplier); });
}

int libbench_unit(libbench *bench, enum libbench_time_unit unit) {
    return configure(bench, valid(unit), [&] { bench->family->Unit(unit_of(unit)); });
}

int libbench_min_time(libbench *bench, double seconds) {
    const bool valid = seconds > 0 && std::isfinite(seconds) && bench && !bench->has_iterations;
    return configure(bench, valid, [&] {
        bench->family->MinTime(seconds);
        bench->has_time = true;
    });
}

int libbench_min_warmup_time(libbench *bench, double seconds) {
    const bool valid = seconds >= 0 && std::isfinite(seconds) && bench && !bench->has_iterations;
    return configure(bench, valid, [&] {
        bench->family->MinWarmUpTime(seconds);
        bench->has_time |= seconds > 0;
    });
}

int libbench_iterations(libbench *bench, int64_t iterations) {
    return configure(bench, iterations > 0 && bench && !bench->has_time, [&] {
        bench->family->Iterations(iterations);
        bench->has_iterations = true;
    });
}

int libbench_repetitions(libbench *bench, int repetitions) {
    return configure(bench, repetitions > 0, [&] { bench->family->Repetitions(repetitions); });
}

int libbench_report_aggregates_only(libbench *bench, int on) {
    return configure(bench, true, [&] { bench->family->ReportAggregatesOnly(on != 0); });
}

int libbench_display_aggregates_only(libbench *bench, int on) {
    return configure(bench, true, [&] { bench->family->DisplayAggregatesOnly(on != 0); });
}

int libbench_use_real_time(libbench *bench) {
    return configure(bench, bench && !bench->manual_time, [&] {
        bench->family->UseRealTime();
        bench->real_time = true;
    });
}

int libbench_use_manual_time(libbench *bench) {
    return configure(bench, bench && !bench->real_time, [&] {
        bench->family->UseManualTime();
        bench->manual_time = true;
    });
}

int libbench_measure_process_cpu_time(libbench *bench) {
    return configure(bench, true, [&] { bench->family->MeasureProcessCPUTime(); });
}

int libbench_threads(libbench *bench, int threads) {
    return configure(bench, threads > 0, [&] { bench->family->Threads(threads); });
}

int libbench_thread_range(libbench *bench, int lo, int hi) {
    return configure(bench, lo > 0 && hi >= lo, [&] { bench->family->ThreadRange(lo, hi); });
}

int libbench_dense_thread_range(libbench *bench, int lo, int hi, int stride) {
    const bool valid = lo > 0 && hi >= lo && stride > 0 && hi <= INT_MAX - stride;
    return configure(bench, valid, [&] { bench->family->DenseThreadRange(lo, hi, stride); });
}

int libbench_thread_per_cpu(libbench *bench) {
    return configure(bench, true, [&] { bench->family->ThreadPerCpu(); });
}

int libbench_setup(libbench *bench, void (*function)(libbench_state *, void *), void *user) {
    return configure(bench, true, [&] { bench->setup = {function, user}; });
}

int libbench_teardown(libbench *bench, void (*function)(libbench_state *, void *), void *user) {
    return configure(bench, true, [&] { bench->teardown = {function, user}; });
}

int libbench_complexity(libbench *bench, libbench_big_o big_o) {
    return configure(bench, big_o <= LIBBENCH_O_AUTO, [&] {
        bench->family->Complexity(static_cast<benchmark::BigO>(big_o));
        bench->complexity = big_o != LIBBENCH_O_NONE;
    });
}

int libbench_complexity_function(libbench *bench, double (*function)(int64_t, void *), void *user) {
    size_t slot = LIBBENCH_FUNCTION_POOL;
    const int error = configure(bench, function, [&] { slot = complexities.take(function, user); });
    if (error || slot == LIBBENCH_FUNCTION_POOL)
        return error ? error : ENOSPC;
    bench->complexity = true;
    return configure(bench, true, [&] { bench->family->Complexity(complexity_table[slot]); });
}

int libbench_statistic(libbench *bench, const char *name,
                       double (*function)(const double *, size_t, void *), void *user,
                       libbench_statistic_unit unit) {
    const bool valid = name && *name && function && unit <= LIBBENCH_STATISTIC_PERCENTAGE;
    size_t slot = LIBBENCH_FUNCTION_POOL;
    const int error = configure(bench, valid, [&] { slot = statistics.take(function, user); });
    if (error || slot == LIBBENCH_FUNCTION_POOL)
        return error ? error : ENOSPC;
    return configure(bench, true, [&] {
        bench->family->ComputeStatistics(name, statistic_table[slot],
                                         static_cast<benchmark::StatisticUnit>(unit));
    });
}

// ------------------------------------------------------------------------------------- The program

namespace {

void note_out_path(const char *argument) {
    static const char flag[] = "--benchmark_out=";
    if (std::strncmp(argument, flag, sizeof flag - 1) == 0)
        process().out_path = argument + sizeof flag - 1;
}

// The library exits the process when it cannot open the file; here that becomes an errno value.
int test_out_path() {
    const char *variable = std::getenv("BENCHMARK_OUT");
    const std::string &flag = process().out_path;
    const char *path = !flag.empty() ? flag.c_str() : variable ? variable : "";
    if (!*path)
        return 0;
    FILE *file = std::fopen(path, "a");
    if (!file)
        return errno;
    std::fclose(file);
    return 0;
}

libbench_summary count_skips() {
    libbench_summary summary = {};
    for (const auto &bench : process().benches)
        for (const auto &[instance, skip] : bench->skips)
            ++(skip.kind == LIBBENCH_SKIPPED_MESSAGE ? summary.skipped : summary.failed);
    return summary;
}

struct Running {
    Running() {
        process().running = true;
    }
    ~Running() {
        process().running = false;
    }
};

class Memory : public benchmark::MemoryManager {
  public:
    void Start() {
        process().memory_pass = true;
        process().memory.start(process().memory.user);
    }
    void Stop(Result *result) {
        Stop(*result);
    }
    void Stop(Result &result) {
        libbench_memory memory = {0, 0, INT64_MAX, INT64_MAX, 0};
        process().memory.stop(process().memory.user, &memory);
        result.num_allocs = memory.allocations;
        result.max_bytes_used = memory.max_bytes;
        result.total_allocated_bytes = memory.total_bytes;
        result.net_heap_growth = memory.heap_growth_bytes;
        process().memory_pass = false;
    }
};

} // namespace

int libbench_main(int argc, char **argv) {
    libbench_summary summary = {};
    if (libbench_initialize(&argc, argv, nullptr))
        return 1;
    if (libbench_report_unrecognized(argc, argv))
        return 2;
    const int error = libbench_run(nullptr, nullptr, &summary);
    libbench_shutdown();
    if (error && error != ENODATA) // the library printed that one
        std::fprintf(stderr, "%s: %s\n", argv[0], std::strerror(error));
    return error || summary.failed;
}

int libbench_initialize(int *argc, char **argv, void (*help)(void)) {
    if (!argc || *argc < 1 || !argv || !argv[0])
        return EINVAL;
    if (const int refused = refusal())
        return refused;
    return guarded([&] {
        for (int i = 1; i < *argc; ++i)
            note_out_path(argv[i]);
        process().executable = argv[0];
        process().help = help ? help : benchmark::PrintDefaultHelp;
        benchmark::Initialize(argc, argv, process().help);
        return 0;
    });
}

int libbench_report_unrecognized(int argc, char **argv) {
    return argc > 1 && argv && benchmark::ReportUnrecognizedArguments(argc, argv);
}

int libbench_flag(const char *flag) {
    if (!flag ||
        (std::strncmp(flag, "--benchmark_", 12) != 0 && std::strncmp(flag, "--v=", 4) != 0))
        return EINVAL;
    if (const int refused = refusal())
        return refused;
    return guarded([&] {
        static char unnamed[] = "benchmark"; // the library keeps the pointer
        std::string copy = flag;
        char *argv[] = {process().executable ? process().executable : unnamed, copy.data(),
                        nullptr};
        int argc = 2;
        benchmark::Initialize(&argc, argv, process().help);
        if (argc > 1)
            return EINVAL;
        note_out_path(flag);
        return 0;
    });
}

int libbench_random_interleaving(int on) {
    return libbench_flag(on ? "--benchmark_enable_random_interleaving=true"
                            : "--benchmark_enable_random_interleaving=false");
}

int libbench_add_context(const char *key, const char *value) {
    if (!key || !*key || !value)
        return EINVAL;
    if (const int refused = refusal())
        return refused;
    return guarded([&] {
        if (!process().context_keys.insert(key).second)
            return EEXIST;
        benchmark::AddCustomContext(key, value);
        return 0;
    });
}

int libbench_default_unit(enum libbench_time_unit unit) {
    if (!valid(unit))
        return EINVAL;
    if (const int refused = refusal())
        return refused;
    benchmark::SetDefaultTimeUnit(unit_of(unit));
    return 0;
}

int libbench_run(const char *filter, const libbench_reporter *reporter, libbench_summary *summary) {
    static const libbench_reporter display_only = {};
    if (const int refused = refusal())
        return refused;
    if (const int error = test_out_path())
        return error;
    return guarded([&] {
        const Running running;
        for (const auto &bench : process().benches)
            bench->skips.clear();
        Reporter tee(reporter ? *reporter : display_only);
        const size_t matched = benchmark::RunSpecifiedBenchmarks(
            &tee, filter ? std::string(filter) : benchmark::GetBenchmarkFilter());
        if (summary) {
            *summary = count_skips();
            summary->matched = matched;
        }
        if (tee.cancelled)
            return ECANCELED;
        return matched ? 0 : ENODATA;
    });
}

int libbench_shutdown(void) {
    if (process().running)
        return EBUSY;
    if (!process().shut_down)
        benchmark::Shutdown();
    process().shut_down = true;
    return 0;
}

const char *libbench_version() {
    return LIBBENCH_VERSION;
}

int libbench_debug_library(void) {
    int debug = 0;
    guarded([&] {
        debug = debug_library(BenchmarkReporter::Context());
        return 0;
    });
    return debug;
}

int libbench_set_memory_manager(const libbench_memory_manager *manager) {
    static Memory memory;
    if (manager && (!manager->start || !manager->stop))
        return EINVAL;
    if (const int refused = refusal())
        return refused;
    if (!memory_supported)
        return ENOTSUP;
    process().memory = manager ? *manager : libbench_memory_manager{};
    benchmark::RegisterMemoryManager(manager ? &memory : nullptr);
    return 0;
}
