#!/bin/sh
# recorder_test.sh - what is simulated on a recording of a workload is, integer by integer, what `generational` does:
# collections, objects found, counts and objects tracked, by generation.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
settings='700,10,10 70,5,5 10,3,3 300,10,10 2000,10,10 100,2,20 150,7,4 1000,1,1 5,5,5 33,10,2
    17,0,0 250,4,9 50,20,5 500,3,3 1200,2,2 3000,1,0 20000,1,1 0,10,10 90,1,50 411,6,3'
[ "$build" = build ] || settings='70,5,5 10,3,3 17,0,0'

# The heap ends where others would print, in the middle of the workload's life: what that holds is not given back.
record() { ASAN_OPTIONS=detect_leaks=0 HEAPBENCH_RECORDING=$dir/recording "$build/tests/fidelity/fidelity-recorder" "$@" >"$dir/out" 2>&1; }
simulated() { # simulated SETTING...
    "$build/heapbench" simulate "$dir/recording" "$@" --json 2>&1 |
        jq -r '[.collections, .found, .counts, .tracked] | map(map(tostring) | join("/")) | join(" ")'
}
actual() { "$build/tests/fidelity/fidelity-generational" "$@" 2>&1 | cut -d' ' -f1-4; }

cell() { # cell WORKLOAD FLAG...
    record --workload "$@"
    # shellcheck disable=SC2086 # settings are words
    simulated $settings >"$dir/simulated"
    for setting in $settings; do
        echo "$setting" | { IFS=, read -r a b c && actual --workload "$@" --set threshold0="$a" --set threshold1="$b" --set threshold2="$c"; }
    done >"$dir/actual"
    tap_is "$(cat "$dir/actual")" "$(cat "$dir/simulated")" "$* at $(echo $settings | wc -w) settings"
}
cell cycles --steps 20
cell requests --steps 40
cell mutable_list --steps 60
cell scenario --input slow-leak --steps 40
cell replay --input lists --steps 60
[ "$(actual --workload cycles --steps 20 --set threshold0=701)" != "$(actual --workload cycles --steps 20)" ]
tap_ok $? "a threshold that is one more makes a difference"

# Traces that were written for the rules: the counter's floor, the quarter, free lists, tuples; and by chance.
"$build/tests/traces" "$dir" rings counter quarter lists random tuples
for file in "$dir"/*.trace; do
    record "$file"
    setting=$(head -c 3000 "$file" | tr -d '\0' | grep -ao '"threshold[012]": *[0-9]*' | sort -u | sed 's/.*: *//' | paste -sd,)
    tap_is "$(actual "$file")" "$(simulated "${setting:-700,10,10}")" "$(basename "$file") at ${setting:-700,10,10}"
done

# A file that is cut short anywhere is read up to there, or refused in one line; one that was damaged is refused.
record --workload requests --steps 20
bytes=$(wc -c <"$dir/recording") && mv "$dir/recording" "$dir/whole"
at=0 bad=
while [ $at -lt "$bytes" ]; do
    head -c $at "$dir/whole" >"$dir/recording"
    "$build/heapbench" simulate "$dir/recording" 700 >"$dir/out" 2>&1
    [ $? -le 2 ] && [ "$(wc -l <"$dir/out")" -ge 1 ] || bad="$bad $at"
    at=$((at + 1 + bytes / 40))
done
tap_is "" "$bad" "a recording can be cut anywhere"
grep -q 'cut: the program was killed' "$dir/out"
tap_ok $? "and is said to be cut"
{ head -c $((bytes / 2)) "$dir/whole" && head -c 16 /dev/zero && tail -c +$((bytes / 2 + 17)) "$dir/whole"; } >"$dir/recording"
"$build/heapbench" simulate "$dir/recording" >"$dir/out" 2>&1
tap_is 2 $? "a damaged recording is refused"
tap_is "heapbench simulate: $dir/recording: a damaged recording: damaged: the frame at byte $(grep -o '[0-9]*$' "$dir/out")" \
    "$(cat "$dir/out")" "in one line"

record --workload scenario --input destructors --steps 400
tap_is "heapbench simulate: the program wants objects back (guards): what it does depends on its collector" \
    "$("$build/heapbench" simulate "$dir/recording" 2>&1)" "a program that depends on its collector is not simulated"
tap_done
