#!/bin/sh
# compare_test.sh - heapbench compare: verdicts on a made-up run of two builds and on two runs, whose ratios are known; a run
# that it makes by itself; what is refused.
. tests/scripts/tap.sh
. tests/scripts/fakes.sh
root=${tests%/tests/scripts}
fakes bench-fake bench-other head/bench-fake head/bench-other base/bench-fake base/bench-other
mkdir pair then now

# ---- a run: of every strategy name, what each of its 8 blocks measured. Base: 100 ns, 1000 instructions, 7 objects.
# times: head's CPU in each block; late: head's p99, of which the base's is 100 ns; other members: fields of head's records.
cat >cells.json <<'END'
[{"name": "same", "times": [100, 101, 99, 100, 100, 100, 99, 101]},
 {"name": "slower", "times": [121, 119, 120, 120, 122, 118, 120, 120]},
 {"name": "bit_slower", "times": [105, 105, 106, 104, 105, 105, 105, 105]},
 {"name": "faster", "times": [80, 81, 79, 80, 80, 80, 80, 80]},
 {"name": "unsure", "times": [90, 95, 130, 130, 130, 130, 90, 130]},
 {"name": "heavier", "times": [100, 100, 100, 100, 100, 100, 100, 100], "instructions": 1010},
 {"name": "heavier_bit", "times": [100, 100, 100, 100, 100, 100, 100, 100], "instructions": 1004},
 {"name": "busier", "times": [100, 100, 100, 100, 100, 100, 100, 100], "objects": 8},
 {"name": "dirtier", "times": [100, 100, 100, 100, 100, 100, 100, 100], "floating": 6},
 {"name": "cleaner", "times": [100, 100, 100, 100, 100, 100, 100, 100], "floating": 4},
 {"name": "varying", "times": [100, 100, 100, 100, 100, 100, 100, 100], "objects": 9, "traits": ["varies"]},
 {"name": "wrong", "times": [100, 100, 100, 100, 100, 100, 100, 100], "graph": "0x2"},
 {"name": "late", "times": [100, 100, 100, 100, 100, 100, 100, 100], "late": [130, 129, 131, 132, 130, 128, 130, 130]},
 {"name": "punctual", "times": [100, 100, 100, 100, 100, 100, 100, 100], "late": [100, 101, 99, 101, 99, 100, 102, 98]},
 {"name": "as_punctual", "times": [100, 100, 100, 100, 100, 100, 100, 100], "late": [101, 99, 100, 101, 99, 100, 98, 102]},
 {"name": "late_by_chance", "times": [100, 100, 100, 100, 100, 100, 100, 100], "late": [101, 105, 120, 120, 120, 120, 130, 5000]},
 {"name": "broken", "times": [100, 100, 100, 100, 100, 100, 100, 100], "outcome": "crashed"}]
END
made() { # made BUILDS: run.json of cells by these builds ("" is the plan's own)
    jq --argjson builds "$1" '{schema: 1, started: "2025-01-02T03:04:05Z", blocks: 8, pauses: [], sweeps: [], base_cells: 0,
      environment: {}, counters: [{name: "seen_objects", unit: "objects", doc: "seen"}], workloads: {w: {name: "w", params: []}},
      strategies: (map({(.name): {name, tunables: [], traits: (.traits // [])}}) | add),
      cells: [.[] as $c | $builds[] | {workload: "w", params: "", strategy: $c.name, tunables: "", backing: "glibc",
        key: ("w/" + $c.name + "/glibc" + (if . == "" then "" else "@build=" + . end))} +
        (if . == "" then {} else {build: .} end)]}' cells.json
}
records() { # records SIDE BUILD NOISE: one for each cell and block
    jq -c --arg side "$1" --arg build "$2" --argjson noise "$3" '.[] as $c | range(8) as $block | ($side == "head") as $head |
      {schema: 1, cell: ("w/" + $c.name + "/glibc" + (if $build == "" then "" else "@build=" + $build end)), workload: "w",
       strategy: $c.name, backing: "glibc", block: $block, order: 0, seed: 1, steps: 10, wall_ns: 1000, pauses: {},
       outcome: (if $head then $c.outcome // "ok" else "ok" end), cpu_system_ns: 0, observed: "0x1",
       graph: (if $head then $c.graph // "0x1" else "0x1" end), environment: {commit: $side},
       cpu_user_ns: (10 * (if $head then $c.times[$block] else 100 + $noise end)), counters: {}} +
      (if $c.late then (if $head then $c.late[$block] else 100 end) as $ns | {latency:
       {count: 1000, sum_ns: (1000 * $ns), min_ns: $ns, max_ns: $ns, buckets: [[$ns, 1000]]}} else {} end) +
      if $block > 0 then {} else {instructions_per_step: (if $head then $c.instructions // 1000 else 1000 end),
       counters: {seen_objects: (if $head then $c.objects // 7 else 7 end)},
       floating: {average_objects: (if $head then $c.floating // 5 else 5 end)}} end' cells.json
}
made '["", "head", "base"]' >pair/run.json
{ records base '' 0 && records head head 0 && records base base 1; } >pair/records.ndjson
made '[""]' | tee then/run.json >now/run.json
records base '' 0 >then/records.ndjson
records head '' 0 >now/records.ndjson

compare() { # compare ARGS...: output in out and err
    "$heapbench" compare "$@" >out 2>err
}
verdict() { # verdict STRATEGY METRIC
    jq -r --arg key "w/$1/glibc" --arg metric "$2" '.cells[] | select(.cell == $key and .metric == $metric) | .verdict' json
}
compare --format json pair
tap_is 3 $? "something is worse: exit 3"
cp out json
while read -r strategy metric expected; do
    tap_is "$expected" "$(verdict "$strategy" "$metric" | tr ' ' '-')" "$strategy: $metric $expected"
done <<'END'
same cpu_ns_per_step unchanged
slower cpu_ns_per_step regressed
bit_slower cpu_ns_per_step unchanged
faster cpu_ns_per_step improved
unsure cpu_ns_per_step not-resolved
heavier instructions_per_step regressed
heavier_bit instructions_per_step unchanged
busier seen_objects differs
dirtier floating_average_objects regressed
cleaner floating_average_objects improved
varying seen_objects not-resolved
late latency_p99_ns regressed
punctual latency_p99_ns unchanged
late_by_chance latency_p99_ns not-resolved
END
tap_is "1.2 1.18 1.22 0.1" "$(jq -r '.cells[] | select(.cell == "w/slower/glibc" and .metric == "cpu_ns_per_step") |
    "\(.ratio) \(.low) \(.high) \(.limit)"' json)" "the ratio is a median over pairs, with the second from either end"
tap_is 0.01 "$(jq '.floors.cpu_ns_per_step * 1000 | round / 1000' json)" "the floor is what the base differs from itself by"
tap_is "regressed true" "$(jq -r '"\(.verdict) \(.paired)"' json)" "JSON says it in a word"

compare pair
grep -qx 'slower regressed: CPU/step 1.2x (1.18 to 1.22) on w/slower/glibc' out &&
    grep -qx 'heavier regressed: instructions/step +1.00 % on w/heavier/glibc' out &&
    grep -qx 'busier does something else: counters of 1 program differ (seen objects)' out &&
    grep -qx 'wrong is wrong: it computes something else on w' out &&
    grep -q 'broken is wrong: 8 of 8 runs fail' out && grep -q 'cleaner improved: floating' out
tap_ok $? "sentences say what changed, where and how much"
grep -q '^head against base: 8 pairs of' out
tap_ok $? "and of which commits"
grep -q 'w/same/glibc' out
tap_is 1 $? "what is unchanged is counted, not listed"
tap_is "" "$(awk 'length > 80' out)" "80 columns"
compare --all pair
grep -q 'w/same/glibc' out
tap_ok $? "--all lists it"
compare --format markdown pair
grep -q '^\* slower regressed' out && grep -q '^<details>' out && grep -q '^| regressed | CPU/step |' out
tap_ok $? "Markdown for a pull request"
compare --cell /faster/ pair
tap_is "0 faster improved: CPU/step 0.8x (0.79 to 0.81) on w/faster/glibc" "$? $(grep ^faster out)" \
    "better is exit 0, and --cell keeps some"
compare --metric instructions_per_step --cell /slower/ pair
tap_is "0 No regression, and no improvement that this resolves." "$? $(sed -n 3p out)" "--metric keeps some"

compare --metric pause_cpu_max_ns pair
tap_is "1 heapbench compare: nothing was measured on both sides that could be compared" "$? $(cat err)" \
    "a comparison of nothing is a failure"

# ---- a base that is far from itself: three times that are no regression
{ records base '' 0 && records head head 0 && records base base 10; } >pair/records.ndjson
compare --format json pair
cp out json
tap_is "unchanged" "$(verdict slower cpu_ns_per_step)" "20 % are none where the base differs from itself by 10 %"
tap_is regressed "$(verdict heavier instructions_per_step)" "but 1 % of instructions are"

# ---- two runs
compare --format json then now
tap_is "3 false" "$? $(jq .paired out)" "two runs are compared by their medians"
cp out json
tap_is "regressed unchanged" "$(verdict slower cpu_ns_per_step) $(verdict same cpu_ns_per_step)" "with the same verdicts"
compare then then
tap_is "0 No regression, and no improvement that this resolves." "$? $(sed -n 3p out)" "a run is no worse than itself"
grep -q 'two runs, so times also differ by what the machine did meanwhile' out
tap_ok $? "and it is said that they were not interleaved"

# ---- a run of its own
echo '{"blocks": 2, "steps": 5, "observe": ["counts"], "slices": [{"base": "steady"}]}' >plan.json
compare --measure ./plan.json --bench-dir bench --out made --strategy fake
tap_is "0 6" "$? $(wc -l <made/records.ndjson)" "--measure runs every cell by the base, the head and the base again"

# ---- revisions: what the script refuses before it builds anything
while read -r line; do
    # shellcheck disable=SC2086 # words
    (cd "$root" && harness/compare.sh $line) >out 2>err
    tap_is "2 1" "$? $(wc -l <err)" "refused: compare.sh $line"
done <<'END'
compare
regress no-such-revision
bisect
END

# ---- what is refused: exit 2 and one line
refused() { # refused EXPECTED ARGS...
    expected=$1
    shift
    compare "$@"
    [ $? -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF -- "$expected" err
    tap_ok $? "refused: $expected"
}
refused "takes one run with two builds, or two runs"
refused "takes one run with two builds, or two runs" a b c
refused "nowhere is no folder of a run" nowhere
refused "accepted: terminal, markdown, json" --format html pair
refused "a folder head in it, as make compare makes" --measure ./plan.json --bench-dir bench/head
refused "no plan 'nothing'" --measure nothing --bench-dir bench
tap_done
