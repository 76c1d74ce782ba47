#!/bin/sh
# libbench_loop_test.sh - a C loop of libbench executes as many instructions as C++'s range-for.
#
# callgrind counts inside the benchmark function only, and the difference between two iteration
# counts leaves the loop alone: the clocks, barriers and checks around it are in both.
set -u
CC=${CC:-cc}
CXX=${CXX:-c++}
shim=harness/libbench
few=1000 many=101000
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

echo 1..3
if ! command -v valgrind >/dev/null; then
    for test in 1 2 3; do echo "ok $test - C loop against C++ loop # SKIP valgrind not installed"; done
    exit 0
fi
if [ "${BUILD_DIR:-build}" != build ]; then
    for test in 1 2 3; do echo "ok $test - C loop against C++ loop # SKIP the same in every build"; done
    exit 0
fi

cat >"$dir/c.c" <<'END'
#include "libbench.h"
#include <stdlib.h>
void loop_under_test(struct libbench_state *state, void *user) {
    (void)user;
#ifdef EACH
    while (libbench_keep_running(state))
        libbench_clobber_memory();
#else
    for (int64_t n = libbench_begin(state); n != 0; --n)
        libbench_clobber_memory();
    libbench_end(state);
#endif
}
int main(int argc, char **argv) {
    struct libbench *b = libbench_register("loop", loop_under_test, NULL);
    const struct libbench_reporter quiet = {.display = LIBBENCH_NO_DISPLAY};
    return argc != 2 || libbench_iterations(b, atoll(argv[1])) || libbench_run("all", &quiet, NULL);
}
END
cat >"$dir/cxx.cc" <<'END'
#include <benchmark/benchmark.h>
#include <cstdlib>
void loop_under_test(benchmark::State &state) {
    for (auto _ : state)
        asm volatile("" : : : "memory"); // clang drops a loop of ClobberMemory, a mere fence
}
int main(int argc, char **argv) {
    if (argc != 2)
        return 1;
    benchmark::RegisterBenchmark("loop", loop_under_test)->Iterations(std::atoll(argv[1]));
    return benchmark::RunSpecifiedBenchmarks() != 1;
}
END

# NDEBUG drops the asserts that the C++ loop inlines: its best case is the one to equal.
libraries="-lbenchmark -lstdc++ -lpthread"
object=build/obj/common/$shim/libbench.cc.o
if ! { $CC -std=c11 -O2 -I$shim "$dir/c.c" $object $libraries -o "$dir/c" &&
    $CC -std=c11 -O2 -DEACH -I$shim "$dir/c.c" $object $libraries -o "$dir/each" &&
    $CXX -std=c++17 -O2 -DNDEBUG "$dir/cxx.cc" -lbenchmark -lpthread -o "$dir/cxx"; } 2>"$dir/errors"; then
    sed 's/^/# /' "$dir/errors"
    for test in 1 2 3; do echo "not ok $test - C loop against C++ loop: cannot build"; done
    exit 1
fi

# instructions PROGRAM ITERATIONS - executed inside loop_under_test, and what it calls
instructions() {
    valgrind --tool=callgrind --callgrind-out-file="$dir/out" --toggle-collect='*loop_under_test*' \
        "$dir/$1" "$2" >"$dir/stdout" 2>"$dir/stderr" || return 1
    sed -n 's/^summary: //p; s/^totals: //p' "$dir/out" | tail -n 1
}

# per_iteration PROGRAM - in thousandths of an instruction
per_iteration() {
    low=$(instructions "$1" $few) && high=$(instructions "$1" $many) &&
        [ "${low:-0}" -gt 0 ] && echo $(((high - low) * 1000 / (many - few)))
}

c=$(per_iteration c) cxx=$(per_iteration cxx) each=$(per_iteration each)
echo "# thousandths of an instruction per iteration: C $c, C++ $cxx, C with a call each $each"

failed=0
# check NUMBER TEXT CONDITION...
check() {
    number=$1 text=$2
    shift 2
    if "$@" 2>/dev/null; then
        echo "ok $number - $text"
    else
        echo "not ok $number - $text (C ${c:-?}, C++ ${cxx:-?}, each ${each:-?} thousandths)"
        failed=1
    fi
}
check 1 "a C iteration costs the instructions of a C++ one" test "$c" -eq "$cxx"
check 2 "an iteration costs at least one instruction, so the loop was not removed" test "$c" -ge 1000
# Shows that the measurement can tell: a call through the shim each time must cost more.
check 3 "libbench_keep_running costs more than the counted loop" test "$each" -gt "$c"
exit $failed
