#!/bin/sh
# inline_test.sh - no operation of the contract is called from a workload: every fast path was inlined.
#
# An object of a workload, or of what runs traces, may refer only to slow halves and to the lifecycle, which heap.h
# declares as functions.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
lifecycle=$(sed -n '/^FAST/!s/^[a-z].*[ *]\(heap_[a-z_]*\)(.*;.*/\1/p' allocators/heap.h)

# Of each function that is an operation or changes the heap there is a row of HEAP_OPERATIONS, but for two whose
# answers differ between strategies, and for what makes and reads whole heaps or belongs to strategies.
listed=$(sed -n 's/^    X([0-9]*, [A-Z_]*, \([a-z_]*\), ".*/heap_\1/p' allocators/vocabulary.h | sort)
declared=$({ sed -n '/^FAST/s/.*[ *]\(heap_[a-z_]*\)(.*/\1/p' allocators/heap.h && echo "$lifecycle"; } |
    grep -vxE 'heap_(refcount|identity|new|free|read_counters|unused_bytes|stress_safepoint)' | sort)
tap_is "$declared" "$listed" "every operation is listed in HEAP_OPERATIONS"

tap_release_only "operations are inlined" "only the release build inlines"
for fast in allocators/*/fast.h; do
    strategy=$(basename "$(dirname "$fast")")
    called=$(nm -u "$build/obj/bench-$strategy"/workloads/*.o "$build/obj/bench-$strategy"/workloads/trace/*.o | awk '$1 == "U" {print $2}' |
        grep '^heap_' | grep -v '_slow$' | sort -u | grep -vxF "$lifecycle")
    tap_is "" "$called" "$strategy: no operation is called out of line"
done
tap_done
