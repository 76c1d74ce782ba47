// report.hh - the library's results as C structs, and its own display beside them.
// SPDX-License-Identifier: MIT

#ifndef LIBBENCH_REPORT_HH
#define LIBBENCH_REPORT_HH

#include "library.hh"
#include "state.hh"

#include <deque>
#include <iostream>
#include <sstream>

inline namespace libbench_internal {

const char debug_warning[] = "***WARNING*** Library was built as DEBUG.";

// The library tells nobody how it was built, but prints it.
bool debug_library(const BenchmarkReporter::Context &context) {
    std::ostringstream text;
    BenchmarkReporter::PrintBasicContext(&text, context);
    return text.str().find(debug_warning) != std::string::npos;
}

void print_without_warning(const std::string &text, libbench_display display) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, sizeof debug_warning - 1, debug_warning) != 0)
            std::cerr << line << '\n';
        else if (display == LIBBENCH_DISPLAY)
            std::cerr << "Note: the benchmark library was built with its internal checks. They run "
                         "outside the timed loop; times are unaffected.\n";
    }
}

unsigned flags_of(benchmark::Counter::Flags flags) {
    const unsigned bits = static_cast<unsigned>(flags);
    const bool invert = bits & static_cast<unsigned>(benchmark::Counter::kInvert);
    return (bits & plain_flags) | (invert ? unsigned{LIBBENCH_COUNTER_INVERT} : 0u);
}

// The C view of a group of runs. Deques, because the structs point into earlier elements.
struct Runs {
    std::vector<libbench_result> runs;
    std::deque<std::string> names;
    std::deque<std::vector<libbench_counter>> counters;
    std::deque<libbench_memory> memories;

    const char *own(std::string name) {
        return names.emplace_back(std::move(name)).c_str();
    }

    static libbench_result_kind kind_of(const Run &run) {
        if (run.report_big_o)
            return LIBBENCH_BIG_O;
        if (run.report_rms)
            return LIBBENCH_RMS;
        return run.run_type == Run::RT_Aggregate ? LIBBENCH_AGGREGATE : LIBBENCH_MEASURED;
    }

    void add_times(const Run &run, libbench_result &out) {
        out.real_total_s = run.real_accumulated_time;
        out.cpu_total_s = run.cpu_accumulated_time;
        // An RMS is stored divided by its unit, a percentage plain, as the displays know.
        const bool plain = out.kind == LIBBENCH_AGGREGATE && run.aggregate_unit != benchmark::kTime;
        out.real_time = plain ? out.real_total_s : run.GetAdjustedRealTime();
        out.cpu_time = plain ? out.cpu_total_s : run.GetAdjustedCPUTime();
    }

    void add_counters(const Run &run, libbench_result &out) {
        auto &list = counters.emplace_back();
        for (const auto &[name, counter] : run.counters)
            list.push_back({name.c_str(), counter.value, flags_of(counter.flags), counter.oneK});
        out.counters = list.data();
        out.counter_count = list.size();
    }

    void add(const Run &run) {
        libbench_result out = {};
        out.kind = kind_of(run);
        const bool measured = out.kind == LIBBENCH_MEASURED;
        out.name = own(run.benchmark_name());
        out.base_name = own(run.run_name.str());
        out.family = run.run_name.function_name.c_str();
        out.family_index = run.family_index;
        out.instance_index = run.per_family_instance_index;
        out.aggregate = measured ? nullptr : run.aggregate_name.c_str();
        out.aggregate_unit = static_cast<libbench_statistic_unit>(run.aggregate_unit);
        out.label = run.report_label.c_str();
        out.iterations = run.iterations;
        out.threads = run.threads;
        out.repetition_index = measured ? run.repetition_index : -1;
        out.repetitions = run.repetitions;
        out.unit = static_cast<enum libbench_time_unit>(run.time_unit);
        out.complexity = static_cast<libbench_big_o>(run.complexity);
        out.complexity_n = run.complexity_n;
        read_skip(run, out, 0);
        add_times(run, out);
        add_counters(run, out);
        libbench_memory memory = {};
        if (measured && read_memory(run.memory_result, memory))
            out.memory = &memories.emplace_back(memory);
        runs.push_back(out);
    }
};

// Gives the C callbacks and the display what the library gives a display reporter. No function says
// override: List overrides nothing in 1.7.1, and clang warns when only some say it.
class Reporter : public BenchmarkReporter {
  public:
    bool cancelled = false;

    explicit Reporter(const libbench_reporter &to) : callbacks(to) {
        if (callbacks.display != LIBBENCH_NO_DISPLAY)
            display.open();
    }

    bool ReportContext(const Context &context) {
        if (callbacks.context && report(context) != 0) {
            cancelled = true;
            return false;
        }
        return !display.reporter || show(context);
    }

    void ReportRuns(const std::vector<Run> &group) {
        if (display.reporter)
            display.reporter->ReportRuns(group);
        if (!callbacks.results || group.empty())
            return;
        Runs view;
        for (const Run &run : group)
            view.add(run);
        callbacks.results(callbacks.user, view.runs.data(), view.runs.size());
    }

    void Finalize() {
        if (display.reporter && !cancelled)
            display.reporter->Finalize();
        if (callbacks.finalize)
            callbacks.finalize(callbacks.user);
    }

    void List(const std::vector<benchmark::internal::BenchmarkInstance> &instances) {
        if (display.reporter)
            list(*display.reporter, instances, 0);
    }

  private:
    const libbench_reporter callbacks;
    Display display;

    bool show(const Context &context) {
        if (callbacks.display == LIBBENCH_DISPLAY_UNCHANGED)
            return display.reporter->ReportContext(context);
        std::ostringstream text;
        display.reporter->SetErrorStream(&text);
        const bool go_on = display.reporter->ReportContext(context);
        display.reporter->SetErrorStream(&std::cerr);
        print_without_warning(text.str(), callbacks.display);
        return go_on;
    }

    int report(const Context &context) {
        std::vector<libbench_cache> caches;
        for (const auto &cache : context.cpu_info.caches)
            caches.push_back({cache.type.c_str(), cache.level, cache.size, cache.num_sharing});
        libbench_context out = {};
        out.executable = Context::executable_name;
        out.host = context.sys_info.name.c_str();
        out.cpus = context.cpu_info.num_cpus;
        out.cycles_per_second = context.cpu_info.cycles_per_second;
        out.cpu_scaling = context.cpu_info.scaling == benchmark::CPUInfo::UNKNOWN
                              ? -1
                              : context.cpu_info.scaling == benchmark::CPUInfo::ENABLED;
        out.debug_library = debug_library(context);
        out.load_avg = context.cpu_info.load_avg.data();
        out.load_avg_count = context.cpu_info.load_avg.size();
        out.caches = caches.data();
        out.cache_count = caches.size();
        out.name_width = context.name_field_width;
        return callbacks.context(callbacks.user, &out);
    }
};

} // namespace libbench_internal

#endif
