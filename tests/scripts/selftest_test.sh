#!/bin/sh
# selftest_test.sh - every fault of tests/selftest and tests/regress/changes still has its place in the sources, just once: a fault that
# is planted nowhere tests nothing. What sees it is asked by make selftest.
. tests/scripts/tap.sh
all=$(mktemp)
trap 'rm -f "$all"' EXIT
jq -c 'select(.fault) | (.changes // [.])[] | {fault: input_filename, file, from}' tests/selftest/*/*.json tests/regress/changes/*.json >"$all"
tap_is 0 "$(jq -r .file "$all" | sort -u | while read -r file; do [ -f "$file" ] || echo "$file"; done | wc -l)" "every file with a fault is there"
tap_is "" "$(jq -r .file "$all" | sort -u | while read -r file; do
    jq -r --rawfile text "$file" --arg file "$file" 'select(.file == $file and (.from as $from | $text | split($from) | length) != 2) | .fault' "$all"
done)" "every fault has its place in the sources, just once"
[ "$(wc -l <"$all")" -gt 100 ]
tap_ok $? "there are faults"
tap_done
