#!/bin/sh
# inline_test.sh - no operation of the contract is called from a workload: every fast path was inlined.
#
# A workload's object may refer only to slow halves and to the lifecycle, which heap.h declares as functions.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
lifecycle=$(sed -n '/^FAST/!s/^[a-z].*[ *]\(heap_[a-z_]*\)(.*;.*/\1/p' allocators/heap.h)

if [ "$build" != build ]; then
    tap_skip "operations are inlined" "only the release build inlines"
    tap_done
    exit
fi
for fast in allocators/*/fast.h; do
    strategy=$(basename "$(dirname "$fast")")
    called=$(nm -u "$build/obj/bench-$strategy"/workloads/*.o | awk '$1 == "U" {print $2}' |
        grep '^heap_' | grep -v '_slow$' | sort -u | grep -vxF "$lifecycle")
    tap_is "" "$called" "$strategy: no operation is called out of line"
done
tap_done
