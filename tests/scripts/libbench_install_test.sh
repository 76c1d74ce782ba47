#!/bin/sh
# libbench_install_test.sh - libbench, installed by itself, is found by pkg-config and by CMake, and shows nothing but its own functions.
. tests/scripts/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tap_release_only "libbench is installed" "the same in every build"
MAKEFLAGS='' MAKELEVEL='' make -s -C harness/libbench OUT="$dir/build" CXXFLAGS=-O0 install PREFIX="$dir/usr" >"$dir/log" 2>&1
tap_ok $? "make install"
sed 's/^/# /' "$dir/log"
tap_is "libbench_" "$(nm -D --defined-only "$dir/usr/lib/libbench.so" | sed 's/.* \(libbench_\).*/\1/; s/.* //' | sort -u)" "the shared library shows libbench_ alone"
cat >"$dir/mine.c" <<'END'
#include <libbench.h>
#include <stdio.h>
static void idle(struct libbench_state *state, void *user) {
    (void)user;
    libbench_set_complexity_n(state, 7);
    for (int64_t n = libbench_begin(state); n; n--)
        libbench_clobber_memory();
    libbench_end(state);
    fprintf(stderr, "%s %d\n", libbench_get_name(state), (int)libbench_get_complexity_n(state));
}
LIBBENCH(idle);
LIBBENCH_MAIN();
END
flags() { PKG_CONFIG_PATH=$dir/usr/lib/pkgconfig pkg-config "$@" libbench; }
tap_is "$(sed -n 's/^#define LIBBENCH_VERSION "\(.*\)"/\1/p' harness/libbench/libbench.h)" "$(flags --modversion)" "pkg-config knows the version"
# shellcheck disable=SC2046 # flags are words
${CC:-cc} -std=c11 "$dir/mine.c" $(flags --cflags --libs) -Wl,-rpath,"$dir/usr/lib" -o "$dir/mine" 2>"$dir/log"
tap_is "idle 7" "$("$dir/mine" --benchmark_min_time=0.001 2>&1 >/dev/null | grep '^idle' | sort -u)" "a program of a body and two macros runs, by pkg-config"
if command -v cmake >/dev/null; then
    mkdir "$dir/cmake" && cat >"$dir/cmake/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(mine C CXX)
find_package(libbench 0.1 REQUIRED)
add_executable(mine ../mine.c)
target_link_libraries(mine libbench::libbench)
END
    CC='' CXX='' cmake -S "$dir/cmake" -B "$dir/cmake/build" -DCMAKE_PREFIX_PATH="$dir/usr" >"$dir/log" 2>&1 && MAKEFLAGS='' cmake --build "$dir/cmake/build" >>"$dir/log" 2>&1
    tap_is "idle 7" "$("$dir/cmake/build/mine" --benchmark_min_time=0.001 2>&1 >/dev/null | grep '^idle' | sort -u)" "and by CMake"
else
    tap_skip "by CMake" "no cmake"
fi
tap_done
