#!/bin/sh
# faults_test.sh - a few of the faults of make faults: system calls on a run's folder that fail.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
if [ "$build" != build ]; then
    tap_skip "faults" "what is injected is the same with sanitizers"
elif said=$(tests/faults/faults "$build" 24 export regress history); then
    tap_ok 0 "$said"
elif [ $? -eq 77 ]; then
    tap_skip "faults" "$said"
else
    tap_ok 1 "faults"
    echo "$said" | sed 's/^/# /'
fi
tap_done
