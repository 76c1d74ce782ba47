// library.hh - everything in which Google Benchmark 1.7.1 and later libraries differ.
// SPDX-License-Identifier: MIT
//
// Chosen by the types that the library's header declares, so no version number is asked for.
// Part of libbench.cc, in files of their own only to be read one at a time.

#ifndef LIBBENCH_LIBRARY_HH
#define LIBBENCH_LIBRARY_HH

#include "libbench.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

using benchmark::BenchmarkReporter;
using benchmark::State;
using Run = BenchmarkReporter::Run;

inline namespace libbench_internal {

// internal::Benchmark became benchmark::Benchmark.
using Family = std::remove_pointer_t<decltype(benchmark::RegisterBenchmark(
    "", std::declval<void (*)(State &)>()))>;

// 1.7.1 hands out a raw pointer to one static object, later ones a new object each time.
struct Display {
    std::unique_ptr<BenchmarkReporter> owned;
    BenchmarkReporter *reporter = nullptr;

    void keep(BenchmarkReporter *shared) {
        reporter = shared;
    }
    void keep(std::unique_ptr<BenchmarkReporter> fresh) {
        owned = std::move(fresh);
        reporter = owned.get();
    }
    void open() {
        keep(benchmark::CreateDefaultDisplayReporter());
        // The shared object would begin its second document with a comma.
        if (!owned && dynamic_cast<benchmark::JSONReporter *>(reporter))
            keep(std::make_unique<benchmark::JSONReporter>());
    }
};

struct Skip {
    libbench_skip kind = LIBBENCH_NOT_SKIPPED;
    std::string message;
};

// SkipWithMessage, and the fields that report it, came with 1.8. An int argument prefers the first.
template <class S>
auto skip_state(S &state, Skip &skip, int) -> decltype(state.SkipWithMessage(""), void()) {
    if (skip.kind == LIBBENCH_SKIPPED_MESSAGE)
        state.SkipWithMessage(skip.message);
    else
        state.SkipWithError(skip.message);
}
template <class S> void skip_state(S &state, Skip &skip, long) {
    skip.kind = LIBBENCH_SKIPPED_ERROR;
    state.SkipWithError(skip.message.c_str());
}

template <class R>
auto read_skip(const R &run, libbench_result &out, int) -> decltype(run.skip_message, void()) {
    if (run.skipped == 0u)
        return;
    using Kind = decltype(run.skipped);
    out.skip =
        run.skipped == Kind::SkippedWithMessage ? LIBBENCH_SKIPPED_MESSAGE : LIBBENCH_SKIPPED_ERROR;
    out.skip_message = run.skip_message.c_str();
}
template <class R> void read_skip(const R &run, libbench_result &out, long) {
    if (!run.error_occurred)
        return;
    out.skip = LIBBENCH_SKIPPED_ERROR;
    out.skip_message = run.error_message.c_str();
}

// Up to 1.9.1 a run points to its memory result, into a vector that grows: never followed.
constexpr bool memory_supported = !std::is_pointer_v<decltype(Run::memory_result)>;

template <class M> bool read_memory(const M &result, libbench_memory &out) {
    if constexpr (!std::is_pointer_v<M>) {
        out = {result.num_allocs, result.max_bytes_used, result.total_allocated_bytes,
               result.net_heap_growth, result.memory_iterations};
        return result.memory_iterations > 0;
    }
    return false;
}

// Listing became a reporter's business after 1.7.1, which never calls it.
template <class R, class V>
auto list(R &display, const V &instances, int) -> decltype(display.List(instances)) {
    return display.List(instances);
}
template <class R, class V> void list(R &, const V &, long) {}

} // namespace libbench_internal

#endif
