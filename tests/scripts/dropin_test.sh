#!/bin/sh
# dropin_test.sh - a copied strategy, a copied workload, a strategy of another repository and a test of the contract are built, described and listed, with no
# file edited; a metric is one row.
# Questions, exports, plans, claims, traces and scenarios are dropped in where they are tested.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
tap_release_only "a copied strategy and workload" "the same in every build"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/tree/results"
# As old as they are, so that what no strategy changes is not compiled again.
cp -rp Makefile allocators workloads harness plots tests "$dir/tree"
mkdir -p "$dir/tree/build/obj" && cp -rp "$build/obj/common" "$build/obj/bench" "$build/obj/count" "$dir/tree/build/obj" && cp -p "$build/flags" "$dir/tree/build"
cp -r results/*.sql results/exports "$dir/tree/results"
cp -r allocators/nogc "$dir/tree/allocators/mine"
sed 's/WORKLOAD(mutable_list/WORKLOAD(mine/' workloads/mutable_list.c >"$dir/tree/workloads/mine.c"
cat >"$dir/tree/tests/contract/mine_test.c" <<'END'
#include "contract.h"
static void a_heap_is_there(void **state) {
    assert_non_null(*state);
}
CONTRACT_TESTS {
    const struct CMUnitTest tests[] = {CONTRACT_TEST("a heap is there", true, a_heap_is_there)};
    return CONTRACT_RUN(tests);
}
END

# MAKELEVEL: packages were looked for by the make that runs the tests.
MAKELEVEL=1 make -j2 -C "$dir/tree" build/bench-mine build/count-mine build/tests/contract/mine_test-mine >"$dir/log" 2>&1
tap_is 0 $? "both programs of allocators/mine are built, and the tests of the contract"
tap_is "ok 1 - a heap is there" "$(CMOCKA_MESSAGE_OUTPUT=TAP "$dir/tree/build/tests/contract/mine_test-mine" 2>/dev/null | grep ^ok)" \
    "a test of the contract that is dropped in runs on it"
tail -n 5 "$dir/log" | grep -q '^make.*Error' && sed 's/^/# /' "$dir/log" | tail -n 20
tap_is "mine mine" "$("$dir/tree/build/bench-mine" --describe |
    jq -r '"\(.strategy.name) " + (.workloads[] | select(.name == "mine").name)')" "and describe themselves"
"$dir/tree/build/count-mine" --workload mine --steps 50 --record "$dir/mine" >/dev/null 2>&1
"$build/count-nogc" --workload mutable_list --steps 50 --record "$dir/usual" >/dev/null 2>&1
tap_is "$(jq -r '"\(.observed) \(.graph)"' "$dir/usual")" "$(jq -r '"\(.observed) \(.graph)"' "$dir/mine")" \
    "they compute what they were copied from"
mkdir "$dir/bench" && cp "$dir/tree/build/bench-mine" "$dir/tree/build/count-mine" "$dir/bench"
"$build/heapbench" run --bench-dir "$dir/bench" --dry-run --quick | grep -q '^mine/mine/glibc$'
tap_ok $? "and the quick plan has them"

# A metric is a row: the driver reads the SQL files of the tree that it stands in.
cp "$build/heapbench" "$dir/tree/build"
"$dir/tree/build/heapbench" run --bench-dir "$dir/bench" --workload mine --blocks 1 --steps 50 --out "$dir/run" >/dev/null 2>&1
sed -i "s/^('steps_per_second'/('steps_twice', 'twice', 'steps', 'neither', 'twice the steps', 'field(\"steps\") * 2'),\n&/" \
    "$dir/tree/results/metrics.sql"
tap_is "100" "$("$dir/tree/build/heapbench" query "$dir/run" --tsv \
    "select distinct value from value where metric = 'steps_twice'" | tail -n 1)" "a row of metrics.sql is a metric"
"$dir/tree/build/heapbench" export "$dir/run" | grep -q ',steps_twice,'
tap_ok $? "and in every export"

# A strategy of another repository, half of it in an archive of its own.
mkdir -p "$dir/theirs/outer"
cp allocators/nogc/fast.h "$dir/theirs/outer"
cp allocators/nogc/heap.c "$dir/theirs/elsewhere.c"
# shellcheck disable=SC2016 # $(DIR_outer) is make's
echo 'LIBS_outer := $(DIR_outer)libouter.a' >"$dir/theirs/outer/build.mk"
(cd "$dir/theirs" && ${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -DHEAP_NAME='"outer"' -DHEAP_COUNTING=1 -I"$dir/tree/harness" -I"$dir/tree/allocators" -Iouter \
    -c elsewhere.c && ar rc outer/libouter.a elsewhere.o) >"$dir/log" 2>&1 &&
    MAKELEVEL=1 make -C "$dir/tree" STRATEGY_PATH="$dir/none:$dir/theirs" build/count-outer >>"$dir/log" 2>&1
tap_is "0 outer" "$? $("$dir/tree/build/count-outer" --describe | jq -r .strategy.name)" "a strategy of STRATEGY_PATH is built, with an archive that its build.mk names"
tail -n 5 "$dir/log" | grep -q 'rror' && sed 's/^/# /' "$dir/log" | tail -n 20

# What make is told that it would pass over, or could not say so clearly.
said() { # said ARGUMENTS... : the last line of make
    MAKELEVEL=1 make -n -C "$dir/tree" "$@" 2>&1 | grep 'accepted:\|--input' | sed 's/^[^*]*\*\*\* //'
}
tap_is "BUILD=relaese: accepted: release, debug, stress, fuzz, swarm, coverage, memcheck, tsan.  Stop." "$(said BUILD=relaese)" "a build that there is not"
tap_is "accepted: STRATEGIES=A,B WORKLOADS=A,B BACKINGS=A,B.  Stop." "$(said bench STRATEGY=nogc)" "a setting that there is not"
tap_is "build/heapbench run    --input 'it'\\''s.txt' " "$(said bench INPUT="it's.txt")" "a path with a quote"
tap_is "-std=c11 -O3" "$(MAKELEVEL=1 make -n V=1 -C "$dir/tree" CFLAGS=-O3 B=build/other build/other/obj/common/harness/base/text.c.o 2>&1 |
    sed -n '/ -c harness/s/.* \(-std=c11\) .* \(-O[0-9]\) .*/\1 \2/p')" "CFLAGS=-O3 comes after what is always there"
cp -r allocators/nogc "$dir/tree/allocators/my.gc"
tap_is "allocators/my.gc/: accepted: a folder named by letters, digits, - and _, and as no other.  Stop." "$(said all)" "a name that no program can have"
rm -r "$dir/tree/allocators/my.gc"
mv "$dir/tree/allocators/mine" "$dir/gone" && mkdir -p "$dir/tree/build/tests/unit" && touch "$dir/tree/build/tests/unit/gone_test"
MAKELEVEL=1 make -s -C "$dir/tree" forget >"$dir/log" 2>&1
tap_is "0 none" "$? $(find "$dir/tree/build" -name '*-mine' -type f -o -name '*_test-mine' -o -name gone_test | grep . || echo none)" \
    "programs of a strategy that is gone, and of a test, are gone"
mv "$dir/gone" "$dir/tree/allocators/mine"
mkdir "$dir/twice" && cp -r allocators/nogc "$dir/twice/mine"
tap_is "$dir/twice/mine/: accepted: a folder named by letters, digits, - and _, and as no other.  Stop." "$(said all STRATEGY_PATH="$dir/twice")" \
    "a name that another has"
tap_done
