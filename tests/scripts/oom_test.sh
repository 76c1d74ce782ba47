#!/bin/sh
# oom_test.sh - out of memory at some requests of each workload, scenarios and traces by chance; all of them are make oom.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
said=$(mktemp) || exit 2
trap 'rm -f "$said"' EXIT

for program in "$build"/tests/endure/endure-*; do
    case $program in *.*) continue ;; esac
    "$program" oom --most 2 --chance 1 >"$said" 2>&1
    status=$?
    injected=$(awk -F'\t' '$1 == "tried" { n += $3 } END { print n + 0 }' "$said")
    [ $status -eq 0 ] && [ "$injected" -gt 0 ]
    tap_ok $? "${program##*-}: $injected requests for memory refused, and nothing lost"
    [ $status -eq 0 ] || sed 's/^/# /' "$said" | head -n 5
done
tap_done
