#!/bin/sh
# claims_test.sh - heapbench claims: files that are refused, verdicts on a made-up run whose figures are known,
# equality with a baseline, and runs with strategies that measure nothing.
. tests/scripts/tap.sh
. tests/scripts/fakes.sh
fakes bench-fake bench-other
mkdir made then

claims() { # claims ARGS... : output in $dir/out and $dir/err
    "$heapbench" claims "$@" >"$dir/out" 2>"$dir/err"
}

# ---- what is refused: exit 2 and one line that says where, and what would be accepted
refused() { # refused EXPECTED ARGS...
    expected=$1
    shift
    claims "$@"
    status=$?
    [ $status -eq 2 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && grep -qF -- "$expected" "$dir/err"
    tap_ok $? "refused: $expected"
    [ $status -eq 2 ] && grep -qF -- "$expected" "$dir/err" || sed 's/^/# /' "$dir/err"
}
refused 'takes a file of claims, and before it the folder of a run' DIR DIR peers
refused '--measure takes one file of claims' --measure
refused "no claims 'pears': did you mean 'peers'?" made pears
refused '/nonexistent.json: No such file' made /nonexistent.json
refused 'accepted: a whole number from 1 to 10000' --blocks 0 made peers
claim='"what": "CPU", "figure": "cpu_ns_per_step", "at_most": 1'
while IFS='|' read -r json expected; do
    echo "$json" >"$dir/bad.json"
    refused "$expected" --measure --bench-dir "$dir/bench" "$dir/bad.json"
done <<END
{"claims": [|bad.json: line
{}|accepted: {"claims": [...]}
{"claims": []}|no claim
{"claims": [{$claim}]}|claim 1: "ours" is a key, a pattern, or a list of them
{"claims": [{$claim, "ours": "steady/fake/glibc", "agianst": "x"}]}|claim 1: no member 'agianst': did you mean 'against'?
{"claims": [{$claim, "ours": []}]}|claim 1: "ours" is a key, a pattern, or a list of them
{"claims": [{$claim, "ours": "steady/fake/glibc", "equals": true}]}|accepted: one of "at_most": NUMBER, "at_least": NUMBER, "equals": true
{"claims": [{"figure": "graph", "equals": true, "ours": "*"}]}|claim 1: "equals" needs "against"
{"claims": [{$claim, "ours": "steady/fake"}]}|steady/fake: accepted: workload[params]/strategy[tunables]/backing
{"claims": [{$claim, "ours": "steady[size=2/fake/glibc"}]}|a bracket is not closed
{"claims": [{$claim, "ours": "stedy/fake/glibc"}]}|no workload 'stedy': did you mean 'steady'? accepted: moody, steady
{"claims": [{$claim, "ours": "steady[size=0]/fake/glibc"}]}|accepted: a whole number from 1 to 1000
{"claims": [{$claim, "ours": "steady/fake[treshold=1]/glibc"}]}|no setting 'treshold'
{"claims": [{$claim, "ours": "steady/fake/glibc", "per": 0}]}|"per" is a metric or a number above 0
{"claims": [{$claim, "ours": "steady/fake/glibc", "sentence": "shred"}], "sentences": [{"id": "shared"}]}|claim 1: no sentence 'shred': did you mean 'shared'?
{"plan": "quik", "claims": [{$claim, "ours": "steady/fake/glibc"}]}|no plan 'quik': did you mean 'quick'?
{"plan": {"bloks": 1}, "claims": [{$claim, "ours": "steady/fake/glibc"}]}|no member 'bloks': did you mean 'blocks'?
END

# ---- verdicts: CPU of 19 to 21 ns for a step in six blocks, against 99 to 101; 1000 and 4000 instructions
cat >"$dir/table.json" <<'END'
{"claims": [
  {"what": "holds", "figure": "cpu_ns_per_step", "ours": "steady/fake/glibc", "against": "steady/other/glibc", "at_most": 0.3},
  {"what": "is open", "figure": "cpu_ns_per_step", "ours": "steady/fake/glibc", "against": "steady/other/glibc", "at_most": 0.2},
  {"what": "misses", "figure": "cpu_ns_per_step", "ours": ["steady/fake/glibc"], "against": "steady/other/glibc", "at_most": 0.09},
  {"what": "in ns", "figure": "cpu_ns_per_step", "per": "steps", "unit": "ns", "ours": "steady/other/glibc", "at_most": 3},
  {"what": "per counted", "figure": "cpu_ns_per_step", "per": "seen_objects", "ours": "steady/fake/glibc", "at_most": 5},
  {"what": "same cell", "figure": "steps", "ours": "steady[size=10]/fake[threshold=700]/glibc", "at_most": 40},
  {"what": "in halves", "figure": "cpu_ns_per_step", "per": 200, "unit": "h", "ours": "steady/other/glibc", "at_most": 0.4},
  {"what": "number", "figure": "cpu_ns_per_step", "ours": "steady/other/glibc", "against": 50, "at_least": 1.8},
  {"what": "enough", "figure": "cpu_ns_per_step", "ours": "steady/other/glibc", "at_least": 150},
  {"what": "pattern", "figure": "steps", "ours": "*/fake/glibc", "against": "*/other/glibc", "at_most": 1},
  {"what": "paired", "figure": "cpu_ns_per_step", "ours": "steady/fake/glibc", "against": "steady/fake/glibc", "at_most": 1.1},
  {"what": "counted", "figure": "instructions_per_step", "per": 10, "ours": "steady/fake/glibc", "against": "steady/other/glibc", "at_most": 0.5},
  {"what": "uncounted", "figure": "instructions_per_step", "ours": "moody/fake/glibc", "at_most": 1.005},
  {"what": "crashed", "figure": "cpu_ns_per_step", "ours": "steady[size=1]/fake/glibc", "at_most": 1000},
  {"what": "not built", "figure": "steps", "ours": "steady/gone/glibc", "at_most": 1}]}
END
jq -n --argjson d "$("$dir/bench/bench-fake" --describe)" '{schema: 1, started: "2025-01-02T03:04:05Z", blocks: 6, counters: [{name: "seen_objects", unit: "objects", doc: "seen"}], pauses: [], sweeps: [], base_cells: 0,
  environment: {}, strategies: {fake: $d.strategy, other: ($d.strategy | .name = "other" | .traits = ["varies"])},
  workloads: {steady: ($d.workloads[] | select(.name == "steady"))},
  cells: [["", "fake"], ["", "other"], ["size=1", "fake"]] | map({workload: "steady", params: .[0], strategy: .[1], tunables: "",
    backing: "glibc", key: ("steady" + (if .[0] == "" then "" else "[" + .[0] + "]" end) + "/" + .[1] + "/glibc")})}' \
    >"$dir/made/run.json"
jq -nc '[["steady/fake/glibc", 20, 20, 19, 20, 21, 20], ["steady/other/glibc", 100, 100, 99, 101, 100, 100], ["steady[size=1]/fake/glibc", 1, 1, 1, 1, 1, 1]][] |
  . as $cell | [0, 1, 2, 3, 4, 5][] | {schema: 1, cell: $cell[0], workload: "steady", strategy: ($cell[0] | split("/")[1]),
  backing: "glibc", params: {}, tunables: {}, block: ., order: ., seed: 1, steps: 40, wall_ns: 1000,
  outcome: (if $cell[1] == 1 then "crashed" else "ok" end), cpu_user_ns: (40 * $cell[. + 1]), cpu_system_ns: 0,
  counters: (if . == 0 then {seen_objects: (if $cell[1] == 20 then 10 else $cell[1] end)} else {} end), graph: "0x1", pauses: {}, environment: {}} +
  if . == 0 and $cell[1] > 1 then {instructions_per_step: (if $cell[1] == 20 then 1000 else 4000 end)} else {} end' \
    >"$dir/made/records.ndjson"

claims made table.json
tap_is 0 $? "a run that is there is judged"
said() { # said WHAT: its line: verdict, measured, interval, limit
    sed -n "s/  */ /g; s/^\([a-zA-Z]*\) $1 [^ ]* /\1 /p" "$dir/out"
}
tap_is "holds 0.2x 0.192 .. 0.21 at most 0.3x" "$(said holds)" "holds when it is told apart"
tap_is "open 0.2x 0.192 .. 0.21 at most 0.2x" "$(said 'is open')" "open when the limit lies in the interval"
tap_is "misses 0.2x 0.192 .. 0.21 at most 0.09x" "$(said misses)" "missed when it is beyond"
tap_is "holds 2.5 ns 2.48 .. 2.52 at most 3 ns" "$(said 'in ns')" "divided by a metric"
tap_is "holds 2 1.9 .. 2.1 at most 5" "$(said 'per counted')" "divided by what one block counted"
tap_is "holds 40 40 .. 40 at most 40" "$(said 'same cell')" "settings at their defaults are the same cell"
tap_is "misses 0.5 h 0.495 .. 0.505 at most 0.4 h" "$(said 'in halves')" "divided by a number"
tap_is "holds 2x 1.98 .. 2.02 at least 1.8x" "$(said number)" "set against a number, with a lower limit"
tap_is "misses 100 99 .. 101 at least 150" "$(said enough)" "below a lower limit"
tap_is "holds 1x 1 .. 1 at most 1x
missing - - at most 1x" "$(said pattern)" "a pattern is set against the cell where * is the same"
tap_is "holds 1x 1 .. 1 at most 1.1x" "$(said paired)" "a ratio is formed within a block"
tap_is "holds 0.25x once at most 0.5x" "$(said counted)" "instructions are counted once"
tap_is "missing - - at most 1.005" "$(said uncounted)" "what was not counted is missing"
tap_is "missing - - at most 1000" "$(said crashed)" "what crashed is missing"
tap_is "missing - - at most 1" "$(said 'not built')" "what was not run is missing"
tap_is "16 claims: 8 hold, 1 open (not told apart from the limit), 3 miss, 4 missing" "$(tail -n 1 "$dir/out")" \
    "the verdicts are counted"
grep -q 'Medians over 6 blocks.* 96.9 % of cases' "$dir/out"
tap_ok $? "the intervals say what they cover"
claims --markdown made table.json
tap_is "18 | number | steady/other/glibc | 50 | at least 1.8x | 2x | 1.98 .. 2.02 | holds |" "$(wc -l <"$dir/out") $(grep number "$dir/out")" "a table for Markdown"
mkdir "$dir/once" && cp "$dir/made/run.json" "$dir/once/" && grep '"block":0' "$dir/made/records.ndjson" >"$dir/once/records.ndjson"
claims once table.json
tap_is "open 0.2x once at most 0.3x;holds 0.25x once at most 0.5x" "$(said holds);$(said counted)" \
    "one block resolves what is counted, and no time"
claims --strict made table.json
tap_is 3 $? "--strict: a miss is exit 3"
claims --strict --only 'size=1]' made table.json
tap_is "0 1 claims: 0 hold" "$? $(tail -n 1 "$dir/out" | cut -d, -f1)" "--only keeps the claims with such a cell; missing is no miss"
refused "$dir/table.json: no claim with a key that contains nothing" --only nothing made "$dir/table.json"
echo '{"claims": [{"what": "x", "figure": "cpu_ns_per_stp", "at_most": 1, "ours": "*"}]}' >"$dir/bad.json"
refused "bad.json: claim 1: no metric 'cpu_ns_per_stp': did you mean 'cpu_ns_per_step'?" made "$dir/bad.json"

# ---- equality
cat >"$dir/same.json" <<'END'
{"claims": [
  {"what": "seen", "figure": ["graph", "outcome"], "ours": "*", "against": "@baseline", "equals": true},
  {"what": "counts", "figure": ["counters.*"], "ours": "*", "without": "varies", "against": "@baseline", "equals": true}]}
END
claims --update --baseline then made same.json
tap_is '0 ["steady/fake/glibc",10]["steady/other/glibc",null]["steady[size=1]/fake/glibc",1]' \
    "$? $(jq -cj '[.cell, .counters.seen_objects]' then/records.ndjson)" \
    "a baseline keeps what claims compare with it, and counts only of those that do not vary"
claims --strict --baseline then made same.json
tap_is "0 38 values of 3 cells compared" "$? $(grep compared "$dir/out")" "a run is equal to itself, in every block, where counters are those of the first"
tap_is "5 claims: 5 hold" "$(tail -n 1 "$dir/out" | cut -d, -f1)" "each cell is a claim"
tampered() { # tampered SED : against a baseline that sed changed; verdict and the lines above it, in one
    mkdir -p tampered && sed "$1" then/records.ndjson >tampered/records.ndjson
    claims --strict --baseline tampered made same.json
    status=$?
    tap_is "$2" "$status $(sed -n '/^-/,$p; /baseline/p' "$dir/out" | sed '/^---/d; /compared$/d; /does something else/d; s/  */ /g; s/ (not.*limit)//' |
        awk '!seen[$0]++' | paste -sd';')" "tampered: $1"
}
tampered 's/"seen_objects":10/"seen_objects":8/' \
    '3 steady/fake/glibc counters.seen_objects 8 10 +25 %;5 claims: 4 hold, 0 open, 1 miss, 0 missing'
tampered '/other/s/"graph":"0x1"/"graph":"0x2"/' '3 steady/other/glibc graph 0x2 0x1 -;5 claims: 4 hold, 0 open, 1 miss, 0 missing'
tampered 's/"seen_objects":10/"new_objects":10/' \
    '3 steady/fake/glibc counters.new_objects 10 - -;steady/fake/glibc counters.seen_objects - 10 -;5 claims: 4 hold, 0 open, 1 miss, 0 missing'
tampered 's/size=1/size=3/' \
    '3 steady[size=3]/fake/glibc the whole program there - -;steady[size=1]/fake/glibc is not in the baseline: `make baseline` adds it;6 claims: 3 hold, 0 open, 1 miss, 2 missing'
sed 's/"seen_objects":10/"new_objects":10/' then/records.ndjson >tampered/records.ndjson
claims --baseline tampered made same.json
tap_is "fake does something else: 2 values of 1 program differ (new_objects,seen_objects)" "$(grep 'does something' "$dir/out")" \
    "a sentence says which strategy, and what of it"
mkdir few && grep -v other then/records.ndjson >few/records.ndjson
sed -n 's/fake/gone/gp; 1q' then/records.ndjson >>few/records.ndjson
claims --strict --complete --baseline few made same.json
tap_is 3 $? "--complete: what the baseline lacks is a difference"
claims --strict --baseline few made same.json
tap_is "0 other has no baseline: nothing to compare. \`make baseline\` makes one;gone is in the baseline and was not run" \
    "$? $(grep -e 'has no baseline' -e 'was not run' "$dir/out" | paste -sd';')" "strategies that only one side has are said"

echo '{"claims": [{"what": "seen", "figure": ["graph"], "ours": "*", "against": "@baseline", "equals": true}]}' >graph.json
claims --update --baseline graphs made graph.json
claims --strict --baseline graphs made graph.json
tap_is "0 3 claims: 3 hold" "$? $(tail -n 1 "$dir/out" | cut -d, -f1)" "a baseline is read that keeps one field"

# ---- a run made for the claims
echo '{"plan": {"blocks": 2}, "claims": [{"what": "steps", "figure": "steps", "ours": "steady[size=10]/fake[threshold=700]/glibc",
    "against": "steady/other/glibc", "at_most": 1}, {"what": "gone", "figure": "steps", "ours": "steady/gone/glibc", "at_most": 1}]}' >run.json
claims --measure --bench-dir bench --out run run.json
tap_is "0 4" "$? $(wc -l <run/records.ndjson)" "each cell of the claims once in each block; what is not built is left out"
echo '{"claims": [{"what": "steps", "figure": "steps", "ours": "moody[mood=crash]/fake/glibc", "at_most": 1}]}' >run.json
claims --measure --blocks 1 --bench-dir bench --out crash run.json
tap_is "1 1" "$? $(grep -c '1 of 1 invocations crashed' "$dir/err")" "an invocation that crashes fails the run"

# ---- a file of claims is dropped in, with no other edit
mkdir -p tree/results/claims tree/build
cp "$heapbench" tree/build/
cp "$OLDPWD"/results/*.sql tree/results/
cp same.json tree/results/claims/mine.json
tree/build/heapbench claims --baseline then made mine >"$dir/out" 2>"$dir/err"
tap_is "0 5 claims: 5 hold" "$? $(tail -n 1 "$dir/out" | cut -d, -f1)" "claims that are dropped in are there by their name"

# ---- the files that are ours
for file in peers baseline; do
    claims --only '*' made "$file"
    grep -q -e 'claims: ' -e 'no claim with' "$dir/out" "$dir/err"
    tap_ok $? "results/claims/$file.json is well formed"
done
tap_done
