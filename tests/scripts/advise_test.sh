#!/bin/sh
# advise_test.sh - heapbench advise of a recording: what it says of a program, and when it says nothing.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
python=/usr/bin/python3.11
if [ ! -d "$build/recorder" ] || [ ! -x $python ]; then
    tap_skip "a recorded program is advised" "no recorder in this build, or no $python"
    tap_done
    exit
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
advise() { "$build/heapbench" advise "$dir/recording" "$@" >"$dir/out" 2>"$dir/said"; }

# What it sets up stays; then each round leaves cycles.
cat >"$dir/program.py" <<'PYTHON'
kept = [[i] for i in range(30000)]
for i in range(40000):
    ring = [i, {}]
    ring[1]['ring'] = ring
print(len(kept))
PYTHON
tap_is 30000 "$("$build/heapbench" record --calibrate --out "$dir/recording" -- $python "$dir/program.py" 2>"$dir/said")" \
    "a program that is calibrated prints what it prints once"
tap_is "2 700,10,10 7000,5,5" "$(wc -l <"$dir/recording.runs") $(jq -r '.thresholds | join(",")' "$dir/recording.runs" | xargs)" \
    "and was run at its thresholds and at ten times those"
# Times of two runs on a busy machine may allow no advice: from here on a collection takes what it took on a quiet one.
cp "$dir/recording.runs" "$dir/runs"
jq -c 'def took(g; f): if g == 2 then 1480000 elif .thresholds[0] == 700 then (if g == 1 then 40000 else 8000 + 33 * f end)
           elif g == 1 then 330000 else 72000 + 29 * f end;
       . as $run | .each = ([range(0; .each | length; 3) as $i | $run | .each[$i] as $g | .each[$i + 2] as $f | [$g, took($g; $f), $f]] | add)
       | [.each[range(1; .each | length; 3)]] as $ns | .gc_ns = ($ns | add) | .longest_ns = ($ns | max) | .cpu_ns = 12500000 | .process_ns = 32700000' \
    "$dir/runs" >"$dir/recording.runs"
advise --memory-budget 2x
tap_is 0 $? "it is advised"
tap_is "" "$(awk 'length > 80' "$dir/out")" "in 80 columns"
tr '\n' ' ' <"$dir/out" | grep -q 'Check: as it is, the model has 12[0-9]/11/1 collections in .* the program had 12[0-9]/11/1 in .* at most one off'
tap_ok $? "the model has as many collections as the program had, or one more"
$python - "$dir/out" <<'PYTHON'
import gc, re, sys
text = open(sys.argv[1]).read()
lines = re.findall(r'^    (.*)$', text, re.M)
assert lines and lines[0].startswith('import gc; gc.set_threshold('), lines
for line in lines:
    exec(line)
assert gc.get_threshold() != (700, 10, 10)
PYTHON
tap_ok $? "the lines to paste are Python, and set other thresholds"
grep -q '^Not advised: gc.disable()' "$dir/out"
tap_ok $? "what is not advised is there"
grep -q '^As CPython 3.13: 2000,10, with a collection wherever one is due' "$dir/out"
tap_ok $? "and what the row of 3.13 does not know"
advise --json --memory-budget 2x
tap_is "take true true" "$(jq -r '[.verdict, .advised.gc_ns[2] < .now.gc_ns[0], .advised.peak_bytes[0] < 2 * .now.peak_bytes[0]] | join(" ")' "$dir/out")" \
    "it takes less, within the budget"
tap_is "true" "$(jq -r '.advised.collections[0] > 20' "$dir/out")" "and leaves no garbage to the program's end, where it takes more"
advise --json --memory-budget 0.5x
tap_is "none null" "$(jq -r '[.verdict, (.advised | tostring)] | join(" ")' "$dir/out")" "there is nothing with half of the memory"
advise --json --pause 10us
tap_is none "$(jq -r .verdict "$dir/out")" "nor with hardly a pause"

# As a page.
advise --page "$dir/page"
tap_is "0 4" "$? $(grep -c '<section id=' "$dir/page/report.html")" "the page answers four questions"
if command -v gnuplot >/dev/null; then
    tap_is "120 3" "$(grep -c '^gc	' "$dir/page/plots/plane.tsv") $(find "$dir/page/plots" -name '*.svg' | wc -l)" \
        "with a cell for each of 120 settings, and three pictures"
    tap_is "" "$(grep -l 'No data' "$dir"/page/plots/*.svg)" "which are all drawn"
else
    tap_skip "and has pictures" "no gnuplot"
fi

# What collections take is not known of a program that has none.
echo 'print(1)' >"$dir/none.py"
"$build/heapbench" record --calibrate --out "$dir/none" -- $python "$dir/none.py" >/dev/null 2>&1
"$build/heapbench" advise "$dir/none" >"$dir/out"
tap_is "off, 3 by hand 0/0/3 ? ?;Leave it: the program has no collection." \
    "$(grep '^off, 3 by hand' "$dir/out" | awk '{print $1, $2, $3, $4, $5, $6, $7}');$(tail -1 "$dir/out")" "what is not known is not 0"
tap_is "absent" "$("$build/heapbench" advise "$dir/none" --json | jq -r '.shown[] | select(.name == "off, 3 by hand") | .gc_ns // "absent"')" \
    "and absent in JSON"

# What it refuses.
cp "$dir/recording.runs" "$dir/runs"
jq -c '.collections[0] = (.collections[0] * 1.08 | floor)' "$dir/runs" >"$dir/recording.runs"
advise
tap_is "1 No advice: the model is off by" "$? $(grep -o '^No advice: the model is off by' "$dir/out")" "a model that is off by 8 % is refused"
jq -c '.process_ns = .gc_ns * 60' "$dir/runs" >"$dir/recording.runs"
advise
tap_is "Leave it: collections take 1.67 % of the program's CPU time." "$(tail -1 "$dir/out")" "below 2 % it is to be left"
echo '{}' >"$dir/recording.runs"
advise
tap_is "2 heapbench advise: $dir/recording.runs: not what 2 plain runs did" "$? $(cat "$dir/said")" "runs that are none"
rm "$dir/recording.runs"
advise
tap_is "2 heapbench advise: $dir/recording.runs is not there: heapbench record --calibrate" "$? $(sed 's/ runs the program.*//' "$dir/said")" "no runs"
advise --p999 2ms
tap_is "2 heapbench advise: --p999 and --workload are of a run, not of a recording" "$? $(cat "$dir/said")" "a flag of the other"
"$build/heapbench" advise --pause 2ms 2>"$dir/said"
tap_is "2 heapbench advise: --pause, --json and --page are of a recording, not of a run" "$? $(cat "$dir/said")" "and the other way round"
tap_done
