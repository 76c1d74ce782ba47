#!/bin/sh
# fidelity_test.sh - the short form of `make fidelity`: recorded traces, and some cells when there is a CPython to
# compare with; and that a wrong integer is seen.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

LIMIT=60 PART=11 tests/fidelity/fidelity "$build" >"$dir/table" 2>&1
status=$?
while read -r cell; do
    case $cell in
    *' equal') tap_ok 0 "$(echo "$cell" | sed 's/   .*//')" ;;
    *DIFFERENT*) tap_ok 1 "$cell" ;;
    'no cells'*) tap_skip "generational does as CPython in every cell" "$cell" ;;
    esac
done <"$dir/table"
tap_is 0 $status "$(tail -n 1 "$dir/table")"

# One integer is recorded wrongly, one trace not at all, and one asks for what the contract has not: its first
# operation is gc.set_threshold.
tests/fidelity/traces "$dir/cases"
sed -i 's|"collections": \[15, 7, 2\]|"collections": [15, 7, 3]|; /"rings"/d' "$dir/cases/expected.json"
printf '\013' | dd of="$dir/cases/lists.trace" bs=1 seek=32 conv=notrunc 2>/dev/null
PART=999999 tests/fidelity/fidelity "$build" "$dir/cases" >"$dir/table" 2>&1
tap_is 1 $? "a wrong integer ends in status 1"
grep -q '^counter.trace (generational)  *15/7/2!=15/7/3 .*DIFFERENT$' "$dir/table"
tap_ok $? "and is shown with the one expected"
grep -q '^rings.trace: skipped, nothing recorded' "$dir/table"
tap_ok $? "a trace that is not recorded is skipped"
grep -q '^lists.trace (generational): skipped gc.set_threshold' "$dir/table"
tap_ok $? "a trace that the contract cannot follow is skipped"
tap_done
