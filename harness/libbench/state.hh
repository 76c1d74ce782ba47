// state.hh - what the process shares, one run of one benchmark, and what its body may call.
// SPDX-License-Identifier: MIT
//
// Invariant: every thread of every run passes begin and end of the library's loop exactly once,
// whatever its body did. So a skip leaves no thread waiting, and all repetitions count the same
// iterations, which the library checks with abort().

#ifndef LIBBENCH_STATE_HH
#define LIBBENCH_STATE_HH

#include "library.hh"

#include <array>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <system_error>
#include <vector>

inline namespace libbench_internal {

template <class Body> int guarded(Body body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return ENOMEM;
    } catch (const std::length_error &) {
        return ENOMEM;
    } catch (const std::system_error &error) {
        return error.code().value() ? error.code().value() : EIO;
    } catch (...) {
        return EIO;
    }
}

struct Process {
    std::vector<std::unique_ptr<libbench>> benches;
    std::set<std::string> context_keys;
    std::string out_path; // of --benchmark_out, to test before the library exits over it
    char *executable = nullptr;
    void (*help)() = benchmark::PrintDefaultHelp;
    libbench_memory_manager memory = {};
    bool memory_pass = false; // only thread 0 runs, whatever State::threads() says
    bool running = false;
    bool shut_down = false;
};

// Leaked on purpose: bodies may still be referenced by the library's static registry at exit.
Process &process() {
    static Process *const the = new Process;
    return *the;
}

int refusal() {
    if (process().shut_down)
        return EPERM;
    return process().running ? EBUSY : 0;
}

// C functions with user data behind the library's plain function pointers.
template <class Function> struct Pool {
    struct Slot {
        Function *function;
        void *user;
    };
    std::array<Slot, LIBBENCH_FUNCTION_POOL> slots = {};
    size_t used = 0;

    // The slot of this pair, or LIBBENCH_FUNCTION_POOL when there is none left.
    size_t take(Function *function, void *user) {
        for (size_t i = 0; i < used; ++i)
            if (slots[i].function == function && slots[i].user == user)
                return i;
        if (used < slots.size())
            slots[used++] = {function, user};
        else
            return slots.size();
        return used - 1;
    }
};

Pool<double(int64_t, void *)> complexities;
Pool<double(const double *, size_t, void *)> statistics;

template <size_t I> double call_complexity(int64_t n) {
    return complexities.slots[I].function(n, complexities.slots[I].user);
}
template <size_t I> double call_statistic(const std::vector<double> &values) {
    return statistics.slots[I].function(values.data(), values.size(), statistics.slots[I].user);
}

template <size_t... I> auto complexity_trampolines(std::index_sequence<I...>) {
    return std::array<benchmark::BigOFunc *, sizeof...(I)>{call_complexity<I>...};
}
template <size_t... I> auto statistic_trampolines(std::index_sequence<I...>) {
    return std::array<benchmark::StatisticsFunc *, sizeof...(I)>{call_statistic<I>...};
}
using Indices = std::make_index_sequence<LIBBENCH_FUNCTION_POOL>;
const auto complexity_table = complexity_trampolines(Indices());
const auto statistic_table = statistic_trampolines(Indices());

// The library's bit 31 does not fit a C enumerator; all other flags have its values.
constexpr unsigned plain_flags = LIBBENCH_COUNTER_INVERT - 1;

} // namespace libbench_internal

// ------------------------------------------------------------------------ One run of one benchmark

enum class Phase { setup, ready, batch, single, done };

struct libbench_state {
    State &state;
    libbench &bench;
    Phase phase = Phase::ready;
    bool paused = false;
    bool skipped = false;

    // Ends the program when there is no memory for the message: there is no way to report it.
    void skip(libbench_skip kind, const char *message) noexcept;
    bool expect(bool condition, const char *message) {
        if (!condition)
            skip(LIBBENCH_SKIPPED_ERROR, message);
        return condition;
    }
    bool finish();
    void close();
};

struct Callback {
    void (*function)(libbench_state *, void *) = nullptr;
    void *user = nullptr;
};

struct libbench {
    // Set up once.
    Family *family = nullptr; // NULL: unregistered
    std::string name;
    Callback body, setup, teardown;
    long arg_count = -1; // -1: not known yet
    bool has_iterations = false, has_time = false, real_time = false, manual_time = false;
    bool complexity = false;

    // One run: written by thread 0 before the first or after the second meeting, else under mutex.
    std::mutex mutex;
    std::condition_variable met;
    int arrived = 0;
    unsigned meetings = 0;
    int64_t complexity_n = 0;
    bool timed = false;
    bool refused = false; // no body runs: setup, or an earlier repetition, skipped
    Skip skip;

    // One libbench_run: instances that were skipped, to be skipped again.
    using Instance = std::pair<std::vector<int64_t>, int>;
    std::map<Instance, Skip> skips;

    size_t args() const {
        return arg_count < 0 ? 0 : static_cast<size_t>(arg_count);
    }
    bool takes(size_t count) {
        return arg_count < 0 || args() == count;
    }

    Instance instance(const State &state) const {
        Instance key{{}, state.threads()};
        for (size_t i = 0; i < args(); ++i)
            key.first.push_back(state.range(i));
        return key;
    }

    // All threads of the run meet here. The library's own barriers are only inside its loop, and
    // setup must be over before any body starts.
    void meet(const State &state) {
        if (state.threads() == 1 || process().memory_pass)
            return;
        std::unique_lock<std::mutex> lock(mutex);
        const unsigned meeting = meetings;
        if (++arrived == state.threads()) {
            arrived = 0;
            ++meetings;
            met.notify_all();
        }
        met.wait(lock, [&] { return meeting != meetings; });
    }

    void prepare(libbench_state &s) {
        complexity_n = 0;
        timed = false;
        skip = {};
        const auto known = skips.find(instance(s.state));
        if (known != skips.end()) {
            const Skip again = known->second;
            s.skip(again.kind, again.message.c_str());
        } else if (setup.function) {
            s.phase = Phase::setup;
            setup.function(&s, setup.user);
            s.phase = Phase::ready;
        }
        refused = skip.kind != LIBBENCH_NOT_SKIPPED;
    }

    void conclude(libbench_state &s) {
        const bool again = skips.count(instance(s.state)) != 0;
        if (teardown.function && !again)
            teardown.function(&s, teardown.user);
        if (skip.kind == LIBBENCH_NOT_SKIPPED) {
            s.expect(!manual_time || timed,
                     "manual time: the body never called libbench_set_iteration_time");
            s.expect(!complexity || complexity_n > 0,
                     "complexity: the body never called libbench_set_complexity_n");
        }
        if (skip.kind != LIBBENCH_NOT_SKIPPED)
            skips[instance(s.state)] = skip;
    }

    void run(State &state) noexcept {
        libbench_state s{state, *this};
        const bool first = state.thread_index() == 0;
        if (first)
            prepare(s);
        meet(state);
        if (!refused)
            body.function(&s, body.user);
        else
            s.skip(skip.kind, skip.message.c_str());
        s.close();
        meet(state);
        if (first)
            conclude(s);
    }
};

void libbench_state::skip(libbench_skip kind, const char *message) noexcept {
    if (skipped)
        return;
    skipped = true;
    Skip mine{kind, message};
    skip_state(state, mine, 0);
    std::lock_guard<std::mutex> lock(bench.mutex);
    if (bench.skip.kind == LIBBENCH_NOT_SKIPPED)
        bench.skip = mine;
}

// Leave the library's loop. It wants the clock running then, and false as the loop's last answer.
bool libbench_state::finish() {
    if (paused && !skipped)
        state.ResumeTiming();
    paused = false;
    phase = Phase::done;
    return state.KeepRunningBatch(1);
}

void libbench_state::close() {
    expect(phase != Phase::ready, "the body never called libbench_begin");
    expect(phase == Phase::done, "the body left its loop without libbench_end or a skip");
    if (phase != Phase::done)
        finish();
    std::lock_guard<std::mutex> lock(bench.mutex);
    bench.complexity_n += state.complexity_length_n();
}

// ---------------------------------------------------------------------------------------- The body

int64_t libbench_begin(libbench_state *s) {
    if (!s->expect(s->phase == Phase::ready, "libbench_begin: not at the start of a body"))
        return 0;
    s->phase = Phase::batch;
    // One batch of everything: the library counts it as done, and only waits for the end.
    if (s->state.KeepRunningBatch(s->state.max_iterations))
        return s->state.max_iterations;
    s->phase = Phase::done;
    return 0;
}

void libbench_end(libbench_state *s) {
    if (s->phase == Phase::batch)
        s->finish();
    else
        s->expect(false, "libbench_end: no libbench_begin before it");
}

// The rare cases of libbench_keep_running_batch: the first call, a paused clock, misuse.
static bool keep_running_slow(libbench_state *s, int64_t n) {
    if (s->phase == Phase::ready)
        s->phase = Phase::single;
    const bool single = s->phase == Phase::single;
    if (!s->expect(single && n > 0, "libbench_keep_running: misplaced, or n < 1"))
        return false;
    if (s->paused)
        libbench_resume(s);
    return true;
}

static inline bool keep_running(libbench_state *s, int64_t n) {
    const bool usual = s->phase == Phase::single && !s->paused && n > 0;
    if (!usual && !keep_running_slow(s, n))
        return false;
    if (s->state.KeepRunningBatch(n))
        return true;
    s->phase = Phase::done;
    return false;
}

int libbench_keep_running(libbench_state *s) {
    return keep_running(s, 1);
}

int libbench_keep_running_batch(libbench_state *s, int64_t n) {
    return keep_running(s, n);
}

void libbench_pause(libbench_state *s) {
    const bool inside = s->phase == Phase::batch || s->phase == Phase::single;
    if (!s->expect(inside && !s->paused, "libbench_pause: outside the loop, or paused") ||
        s->skipped)
        return;
    s->state.PauseTiming();
    s->paused = true;
}

void libbench_resume(libbench_state *s) {
    if (!s->expect(s->paused || s->skipped, "libbench_resume: not paused") || s->skipped)
        return;
    s->paused = false;
    s->state.ResumeTiming();
}

void libbench_skip_with_error(libbench_state *s, const char *message) {
    s->skip(LIBBENCH_SKIPPED_ERROR, message ? message : "no message");
}

void libbench_skip_with_message(libbench_state *s, const char *message) {
    s->skip(LIBBENCH_SKIPPED_MESSAGE, message ? message : "no message");
}

int64_t libbench_get_iterations(const libbench_state *s) {
    return s->state.max_iterations;
}

int64_t libbench_get_iterations_done(const libbench_state *s) {
    return s->state.iterations();
}

size_t libbench_get_arg_count(const libbench_state *s) {
    return s->bench.args();
}

int64_t libbench_get_arg(libbench_state *s, size_t index) {
    if (!s->expect(index < s->bench.args(), "libbench_get_arg: index beyond the arguments"))
        return 0;
    return s->state.range(index);
}

int libbench_get_thread_index(const libbench_state *s) {
    return s->state.thread_index();
}

int libbench_get_threads(const libbench_state *s) {
    return s->state.threads();
}

int libbench_get_skipped(const libbench_state *s) {
    return s->skipped;
}

const char *libbench_get_name(const libbench_state *s) {
    return s->bench.name.c_str();
}

int64_t libbench_get_complexity_n(const libbench_state *s) {
    return s->state.complexity_length_n();
}

int libbench_set_iteration_time(libbench_state *s, double seconds) {
    if (!(seconds >= 0) || !std::isfinite(seconds))
        return EINVAL;
    s->state.SetIterationTime(seconds);
    std::lock_guard<std::mutex> lock(s->bench.mutex);
    s->bench.timed |= seconds > 0;
    return 0;
}

int libbench_set_counter(libbench_state *s, const char *name, double value, unsigned flags,
                         int base) {
    using benchmark::Counter;
    if (!name || !*name || flags >= 2u * LIBBENCH_COUNTER_INVERT || (base != 1000 && base != 1024))
        return EINVAL;
    auto bits = static_cast<Counter::Flags>(flags & plain_flags);
    if (flags & LIBBENCH_COUNTER_INVERT)
        bits = bits | Counter::kInvert;
    return guarded([&] {
        s->state.counters[name] = Counter(value, bits, static_cast<Counter::OneK>(base));
        return 0;
    });
}

int libbench_get_counter(const libbench_state *s, const char *name, double *value) {
    if (!name || !value)
        return EINVAL;
    return guarded([&] {
        const auto found = s->state.counters.find(name);
        if (found == s->state.counters.end())
            return ENOENT;
        *value = found->second.value;
        return 0;
    });
}

int libbench_set_items_processed(libbench_state *s, int64_t items) {
    return libbench_set_counter(s, "items_per_second", static_cast<double>(items),
                                LIBBENCH_COUNTER_RATE, 1000);
}

int libbench_set_bytes_processed(libbench_state *s, int64_t bytes) {
    return libbench_set_counter(s, "bytes_per_second", static_cast<double>(bytes),
                                LIBBENCH_COUNTER_RATE, 1024);
}

int libbench_set_complexity_n(libbench_state *s, int64_t n) {
    if (n < 1)
        return EINVAL;
    s->state.SetComplexityN(n);
    return 0;
}

int libbench_set_label(libbench_state *s, const char *label) {
    if (!label)
        return EINVAL;
    return guarded([&] {
        s->state.SetLabel(label);
        return 0;
    });
}

#endif
