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

# One integer is recorded wrongly, and one trace not at all. Two recorded cases: one that sets thresholds, which the
# contract cannot follow; and 4 nodes that refer to themselves, of which the collection at the fourth finds 2.
int32() { for i in "$@"; do printf "\\$(printf '%03o' "$i")\\0\\0\\0"; done; }
mkdir "$dir/cases"
"$build/tests/traces" "$dir/cases" rings counter
sets='11 5 5 5' node='0 0 1 0' itself='1 0 0 0'
# shellcheck disable=SC2086 # words
{ printf CGPC && int32 1 1 3 10 10 1 0 $sets; } >"$dir/cases/sets.bin"
# shellcheck disable=SC2086
{ printf CGPC && int32 1 1 3 10 10 8 0 $node $itself $node $itself $node $itself $node $itself; } >"$dir/cases/four.bin"
jq '.cases.counter.py311.collections[2] = 3 | del(.cases.rings) | .cases.sets = .cases.lists |
    .cases.four.py311 = {"collections": [1, 0, 0], "collected": [2, 0, 0], "count": [0, 1, 0], "tracked": [1, 1, 0, 0]}' \
    tests/fidelity/expected.json >"$dir/cases/expected.json"
PART=999999 tests/fidelity/fidelity "$build" "$dir/cases" >"$dir/table" 2>&1
tap_is 1 $? "a wrong integer ends in status 1"
grep -q '^counter.trace (generational, 3.11)  *15/7/2!=15/7/3 .*DIFFERENT$' "$dir/table"
tap_ok $? "and is shown with the one expected"
grep -q '^rings.trace: skipped, nothing recorded' "$dir/table"
tap_ok $? "a trace that is not recorded is skipped"
grep -q '^sets.bin (generational, 3.11): skipped gc.set_threshold' "$dir/table"
tap_ok $? "a case that the contract cannot follow is skipped"
grep -q '^four.bin (generational, 3.11) .* equal$' "$dir/table"
tap_ok $? "a recorded case is converted and compared"
tap_done
