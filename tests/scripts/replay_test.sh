#!/bin/sh
# replay_test.sh - a recording becomes a program that does on every strategy what was recorded.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
settings='700,10,10 70,5,5 10,3,3 300,10,10 2000,10,10 100,2,20 150,7,4 1000,1,1 5,5,5 33,10,2
    17,0,0 250,4,9 50,20,5 500,3,3 1200,2,2 3000,1,0 20000,1,1 0,10,10 90,1,50 411,6,3'
[ "$build" = build ] || settings='70,5,5 10,3,3 17,0,0'

record() { # record NAME STEPS: a workload, or a scenario
    input=
    [ ! -f "workloads/scenarios/$1.json" ] || input="--workload scenario --input"
    # shellcheck disable=SC2086 # words
    HEAPBENCH_RECORDING=$dir/$1 ASAN_OPTIONS=detect_leaks=0 "$build/count-recorder" ${input:---workload} "$1" --steps "$2" --record "$dir/record" >/dev/null 2>&1
}
# replay STRATEGY FLAG...: all of a recording at once.
replay() {
    strategy=$1
    shift
    "$build/count-$strategy" --workload replay --steps 1 "$@" --record "$dir/record" >"$dir/out" 2>&1 </dev/null ||
        { echo "status $?: $(tail -n 1 "$dir/out")"; return; }
}
operations() { replay nogc --input "$1" && jq .reads.operations "$dir/record"; }
simulated() { "$build/heapbench" simulate "$@" --json 2>&1 | jq -c '.collections + [(.found | add), (.examined | add)]'; }
collected() { # collected RECORDING SETTING...: likewise, at all of them
    recording=$1 steps=$(operations "$1")
    shift
    for set in "$@"; do
        echo "$set" | { IFS=, read -r a b c && replay generational --input "$recording" --param step_operations="$steps" \
            --set threshold0="$a" --set threshold1="$b" --set threshold2="$c"; }
        mv "$dir/record" "$dir/record.$set" && printf '%s\0' "$dir/record.$set"
    done >"$dir/records"
    xargs -0 jq -c '.counters | [.collections_gen0, .collections_gen1, .collections_gen2, .objects_collected, .objects_visited]' <"$dir/records"
}

# The simulator reads the recording, and generational runs the program: one model, two ways, at any thresholds. What has lists comes
# to the list of free ones, which takes births and deaths from the count; tuples of atoms are tracked until they are examined.
for workload in cycles requests mutable_list tuple-growth; do
    record "$workload" "$([ "$workload" = tuple-growth ] && echo 10 || echo 30)"
    # shellcheck disable=SC2086 # settings are words
    tap_is "$(simulated "$dir/$workload" $settings)" "$(collected "$dir/$workload" $settings)" "$workload: collections, found and examined are those that are simulated, at $(echo $settings | wc -w) settings"
done

# Each step on each strategy: what it sees and what is alive after it.
for recording in cycles tuple-growth; do
    n=$(operations "$dir/$recording")
    for program in "$build"/count-*; do
        case ${program##*/count-} in *[!a-z_]*) continue ;; esac
        "$program" --workload replay --input "$dir/$recording" --steps $((n / 3000)) --record "$dir/record" >/dev/null 2>&1 </dev/null
        jq -r '"\(.outcome) \(.graph)"' "$dir/record"
    done | sort -u >"$dir/graphs"
    tap_is "1 ok" "$(wc -l <"$dir/graphs") $(head -c 2 "$dir/graphs")" "$recording: in the middle of it the graph is one on all strategies"
done
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
