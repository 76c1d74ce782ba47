#!/bin/sh
# replay_test.sh - a recording becomes a program that does on every strategy what was recorded.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

record() { HEAPBENCH_RECORDING=$dir/$1 ASAN_OPTIONS=detect_leaks=0 "$build/count-recorder" --workload "$1" --steps "$2" --record "$dir/record" >/dev/null 2>&1; }
# replay STRATEGY FLAG...: all of a recording at once.
replay() {
    strategy=$1
    shift
    "$build/count-$strategy" --workload replay --steps 1 "$@" --record "$dir/record" >"$dir/out" 2>&1 </dev/null ||
        { echo "status $?: $(tail -n 1 "$dir/out")"; return; }
}
operations() { replay nogc --input "$1" && jq .reads.operations "$dir/record"; }
simulated() { "$build/heapbench" simulate "$1" "$2" --json 2>&1 | jq -c '.collections + [(.found | add), (.examined | add)]'; }
collected() {
    replay generational --input "$1" --param step_operations="$2" --set threshold0="$3" --set threshold1="$4" --set threshold2="$5"
    jq -c '.counters | [.collections_gen0, .collections_gen1, .collections_gen2, .objects_collected, .objects_visited]' "$dir/record"
}

# The simulator reads the recording, and generational runs the program: one model, two ways.
for workload in cycles binary_trees; do
    record "$workload" 60
    n=$(operations "$dir/$workload")
    tap_is "$(simulated "$dir/$workload" 70,5,5)" "$(collected "$dir/$workload" "$n" 70 5 5)" "$workload: collections, found and examined are those that are simulated"
done

# Lists are replayed as nodes, which no list of free ones takes from the count: so it is recorded anew, as it is replayed.
record requests 300
n=$(operations "$dir/requests")
HEAPBENCH_RECORDING=$dir/nodes ASAN_OPTIONS=detect_leaks=0 "$build/count-recorder" --workload replay --input "$dir/requests" --param step_operations="$n" \
    --steps 1 --record "$dir/record" >/dev/null 2>&1 </dev/null
for set in 70,5,5 50,2,2 300,7,3; do
    simulated "$dir/nodes" "$set" | jq -c 'del(.[2])'
done >"$dir/expected"
for set in '70 5 5' '50 2 2' '300 7 3'; do
    # shellcheck disable=SC2086 # three of them
    collected "$dir/requests" "$n" $set | jq -c 'del(.[2])'
done >"$dir/got"
tap_is "$(cat "$dir/expected")" "$(cat "$dir/got")" "requests: likewise, but for the full collections of its end, at three settings"

# Each step on each strategy: what it sees and what is alive after it.
n=$(operations "$dir/cycles")
for program in "$build"/count-*; do
    case ${program##*/count-} in *[!a-z_]*) continue ;; esac
    "$program" --workload replay --input "$dir/cycles" --steps $((n / 3000)) --record "$dir/record" >/dev/null 2>&1 </dev/null
    jq -r '"\(.outcome) \(.graph)"' "$dir/record"
done | sort -u >"$dir/graphs"
tap_is "1 ok" "$(wc -l <"$dir/graphs") $(head -c 2 "$dir/graphs")" "in the middle of it the graph is one on all strategies"
# A real program with its graph: what is alive at the end is what was, though most of it is in no register.
python=/usr/bin/python3.11
if [ -e build/recorder/heapbench_record.so ] && "$python" -c '' 2>/dev/null; then
    build/heapbench record --graph --out "$dir/real" -- "$python" -m json.tool harness/plans/ci.json >/dev/null 2>&1
    n=$(operations "$dir/real")
    replay oracle --input "$dir/real" --param step_operations=$((n - $(jq .reads.setup_operations "$dir/record")))
    tap_is "$(jq .reads.alive "$dir/record")" "$(jq '.counters.objects_allocated - .counters.objects_freed' "$dir/record")" \
        "json.tool: what is alive at the end of its program was alive at the end of the recording"
    jq -e '.reads | .graph and .registers < .alive / 2' "$dir/record" >/dev/null
    tap_ok $? "and references hold more than half of it"
fi
# In the middle of a larger one, too, where references have changed and cycles died.
replay oracle --input docutils --param step_operations=off
half=$(jq .reads.middle.steps "$dir/record")
"$build/count-oracle" --workload replay --input docutils --param step_operations=off --steps "$half" --record "$dir/record" >/dev/null 2>&1
tap_is "$(jq .reads.middle.alive "$dir/record")" "$(jq '.counters.objects_allocated - .counters.objects_freed' "$dir/record")" \
    "docutils: what is alive after $half steps was alive then in the program"
printf 'HBREC\0\001\0' >"$dir/short"
tap_is "status 2: count-refcount: $dir/short: not a recording: give a file that heapbench record wrote" "$(replay refcount --input "$dir/short")" "a file without events is refused"
tap_done
