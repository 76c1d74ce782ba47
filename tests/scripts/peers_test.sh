#!/bin/sh
# peers_test.sh - heapbench peers: tables of targets that are refused, verdicts on a made-up run whose figures
# are known, and a run with strategies that measure nothing.
. tests/scripts/tap.sh
heapbench=$PWD/${BUILD_DIR:-build}/heapbench
ours=$PWD/tests/probes/targets.json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bench" "$dir/made"
cp tests/scripts/fake_runner.sh "$dir/bench/bench-fake"
cp tests/scripts/fake_runner.sh "$dir/bench/bench-other"
cd "$dir" || exit 1

peers() { # peers FLAGS... : output in $dir/out and $dir/err
    "$heapbench" peers --bench-dir "$dir/bench" "$@" >"$dir/out" 2>"$dir/err"
}

# ---- what is refused: exit 2 and one line that says where, and what would be accepted
refused() { # refused EXPECTED ARGS...
    expected=$1
    shift
    peers "$@"
    status=$?
    [ $status -eq 2 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && grep -qF -- "$expected" "$dir/err"
    tap_ok $? "refused: $expected"
    [ $status -eq 2 ] && grep -qF -- "$expected" "$dir/err" || sed 's/^/# /' "$dir/err"
}
refused 'takes one table of targets'
refused '/nonexistent' /nonexistent
refused 'accepted: a whole number from 1 to 10000' --blocks 0 "$ours"
target='"what": "CPU", "figure": "cpu_ns_per_step", "at_most": 1'
while IFS='|' read -r json expected; do
    echo "$json" >"$dir/bad.json"
    refused "$expected" "$dir/bad.json"
done <<END
{"targets": [|bad.json: line
{}|accepted: {"targets": [...]}
{"targets": []}|no target
{"targets": [{$target}]}|target 1: Object item not found: ours
{"targets": [{$target, "ours": "steady/fake/glibc", "agianst": "x"}]}|target 1: 1 object item(s) left unpacked: agianst
{"targets": [{$target, "ours": []}]}|target 1: "ours" is a key or a list of keys
{"targets": [{$target, "ours": "steady/fake"}]}|steady/fake: accepted: workload[params]/strategy[tunables]/backing
{"targets": [{$target, "ours": "steady[size=2/fake/glibc"}]}|a bracket is not closed
{"targets": [{$target, "ours": "stedy/fake/glibc"}]}|no workload 'stedy': did you mean 'steady'? accepted: moody, steady
{"targets": [{$target, "ours": "steady[size=0]/fake/glibc"}]}|accepted: a whole number from 1 to 1000
{"targets": [{$target, "ours": "steady/fake[treshold=1]/glibc"}]}|no setting 'treshold'
{"targets": [{$target, "ours": "steady/fake/glibc", "per": 0}]}|"per" is a metric or a number above 0
{"targets": [{"what": "x", "figure": "cpu_ns_per_stp", "at_most": 1, "ours": "steady/fake/glibc"}]}|did you mean 'cpu_ns_per_step'?
END

# ---- verdicts: CPU of 10, 20 and 30 ns for a step in three blocks, against 100; 4 objects freed in each
cat >"$dir/table.json" <<'END'
{"targets": [
  {"what": "holds", "figure": "cpu_ns_per_step", "ours": "steady/fake/glibc", "against": "steady/other/glibc", "at_most": 0.3},
  {"what": "is open", "figure": "cpu_ns_per_step", "ours": "steady/fake/glibc", "against": "steady/other/glibc", "at_most": 0.25},
  {"what": "misses", "figure": "cpu_ns_per_step", "ours": ["steady/fake/glibc"], "against": "steady/other/glibc", "at_most": 0.09},
  {"what": "in ns", "figure": "cpu_ns_per_step", "per": "steps", "unit": "ns", "ours": "steady/other/glibc", "at_most": 2.5},
  {"what": "in halves", "figure": "cpu_ns_per_step", "per": 200, "unit": "h", "ours": "steady/other/glibc", "at_most": 0.4},
  {"what": "same cell", "figure": "steps", "ours": "steady[size=10]/fake[threshold=700]/glibc", "at_most": 40},
  {"what": "counted", "figure": "instructions_per_step", "per": 10, "ours": "steady/fake/glibc", "against": "steady/other/glibc", "at_most": 0.5},
  {"what": "uncounted", "figure": "instructions_per_step", "ours": "moody/fake/glibc", "at_most": 1},
  {"what": "crashed", "figure": "cpu_ns_per_step", "ours": "steady[size=1]/fake/glibc", "at_most": 1000},
  {"what": "not built", "figure": "steps", "ours": "steady/gone/glibc", "at_most": 1}]}
END
jq -n '{schema: 1, started: "2025-01-02T03:04:05Z", blocks: 3, counters: [], pauses: [], sweeps: [], base_cells: 0,
  environment: {}, strategies: {fake: {}, other: {}}, workloads: {steady: {}},
  cells: [["", "fake"], ["", "other"], ["size=1", "fake"]] | map({workload: "steady", params: .[0], strategy: .[1], tunables: "",
    backing: "glibc", key: ("steady" + (if .[0] == "" then "" else "[" + .[0] + "]" end) + "/" + .[1] + "/glibc")})}' \
    >"$dir/made/run.json"
jq -nc '[["steady/fake/glibc", 10, 20, 30], ["steady/other/glibc", 100, 100, 100], ["steady[size=1]/fake/glibc", 1, 1, 1]][] |
  . as $cell | [0, 1, 2][] | {schema: 1, cell: $cell[0], workload: "steady", strategy: ($cell[0] | split("/")[1]),
  backing: "glibc", params: {}, tunables: {}, block: ., order: ., seed: 1, steps: 40, wall_ns: 1000,
  outcome: (if $cell[1] == 1 then "crashed" else "ok" end), cpu_user_ns: (40 * $cell[. + 1]), cpu_system_ns: 0,
  counters: {}, pauses: {}, environment: {}}' >"$dir/made/records.ndjson"
echo '{"steady/fake/glibc": 1000, "steady/other/glibc": 4000}' >"$dir/made/instructions.json"

peers --from "$dir/made" "$dir/table.json"
tap_is 0 $? "a table of a run that is there"
tap_is "note: steady/gone/glibc is not built or installed here: its target is left out" "$(cat "$dir/err")" \
    "what is not built is said"
said() { # said WHAT: its line up to the figure
    sed -n "s/  */ /g; s/ $1 [a-z]* on .*//p" "$dir/out"
}
tap_is "holds 0.2x 0.1 .. 0.3 0.3x" "$(said holds)" "holds when the whole interval is within"
tap_is "open 0.2x 0.1 .. 0.3 0.25x" "$(said 'is open')" "open when the target lies in the interval"
tap_is "MISSES 0.2x 0.1 .. 0.3 0.09x" "$(said misses)" "missed when the whole interval is beyond"
tap_is "holds 2.5 ns 2.5 .. 2.5 2.5 ns" "$(said 'in ns')" "divided by a metric"
tap_is "MISSES 0.5 h 0.5 .. 0.5 0.4 h" "$(said 'in halves')" "divided by a number"
tap_is "holds 40 40 .. 40 40" "$(said 'same cell')" "settings at their defaults are the same cell"
tap_is "holds 0.25x once 0.5x" "$(said counted)" "instructions have no interval"
tap_is "not measured - - 1" "$(said uncounted)" "what was not counted is not measured"
tap_is "not measured - - 1e+03" "$(said crashed)" "what crashed was not measured"
tap_is "9 targets: 4 hold, 1 open (the interval covers the target), 2 miss, 2 not measured" \
    "$(grep targets: "$dir/out")" "the verdicts are counted"
peers --from "$dir/made" --only size=1 "$dir/table.json"
tap_is 2 "$(grep -c -e ' fake on ' -e '^1 targets: 0 hold' "$dir/out")" "--only keeps the targets with such a cell"
peers --from "$dir/made" --only nothing "$dir/table.json"
tap_is "2 heapbench peers: $dir/table.json: no target with cells that contain nothing" "$? $(cat "$dir/err")" \
    "--only that keeps none is refused"

# ---- a run
echo '{"targets": [{"what": "steps", "figure": "steps", "ours": "steady/fake/glibc", "against": "steady/other/glibc",
    "at_most": 1}]}' >"$dir/run.json"
peers --blocks 2 --out "$dir/run" "$dir/run.json"
tap_is "0 holds 1x 1 .. 1 1x" "$? $(said steps)" "a run measures and judges"
tap_is 4 "$(wc -l <"$dir/run/records.ndjson")" "each cell once in each block"
cp "$dir/out" "$dir/first"
peers --from "$dir/run" "$dir/run.json"
tap_is "$(grep -v Records: "$dir/first")" "$(cat "$dir/out")" "and --from shows it again"

echo '{"targets": [{"what": "steps", "figure": "steps", "ours": "moody[mood=crash]/fake/glibc", "at_most": 1}]}' >"$dir/run.json"
peers --blocks 1 --out "$dir/crash" "$dir/run.json"
tap_is "1 1" "$? $(grep -c '1 of 1 invocations crashed' "$dir/err")" "an invocation that crashes fails the run"

# ---- the table that is ours fits the programs that are built, if there are any and they are of now
"$heapbench" peers --bench-dir "$OLDPWD/${BUILD_DIR:-build}/probes" --from "$dir/made" "$ours" >"$dir/out" 2>"$dir/err"
status=$?
if grep -q -e 'no usable bench-NAME' -e 'rebuild with make' "$dir/err"; then
    tap_skip "tests/probes/targets.json is well formed" "make peers builds what it names"
else
    tap_is 0 $status "tests/probes/targets.json is well formed"
fi
tap_done
