#!/bin/sh
# report_test.sh - heapbench report and export of a made-up run whose medians are known.
. tests/scripts/tap.sh
heapbench=$PWD/${BUILD_DIR:-build}/heapbench
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run=$dir/run
mkdir "$run"

# ---- a run: two strategies, one swept; three blocks with CPU times of 100, 300 and 200 ns for a step. A preset of
# the workload, by both; at limit=10 they are set alike, and swept_b needs half the memory; with limit=100 a tenth. What
# plain_a leaves behind keeps it from being ranked.
jq -n '
def setting($name; $default; $values; $labels): {$name, doc: "a <doc> & more", unit: "objects",
    default: $default, min: 0, max: 1e9, sweep: $values, sweep_labels: $labels, whole: true, quick_sweep: true};
def cell($params; $strategy; $tunables): {workload: "work_1", $params, $strategy, $tunables, backing: "glibc",
    key: ("work_1" + (if $params == "" then "" else "[" + $params + "]" end) + "/" + $strategy +
          (if $tunables == "" then "" else "[" + $tunables + "]" end) + "/glibc")};
def cell($strategy; $tunables): cell(""; $strategy; $tunables);
{schema: 1, command: "heapbench run <x>", mode: "quick", started: "2025-01-02T03:04:05Z", seed: 1, blocks: 3,
 steps_factor: 1,
 environment: {commit: "abc", compiler: "gcc", flags: "-O2", build: "release", cpu: "A & B", cpus: 2, load1: 0.5},
 counters: [{name: "objects_freed", unit: "objects", doc: "freed"}], pauses: [{label: "full", doc: "all"}],
 strategies: {
   plain_a: {name: "plain_a", summary: "one", traits: ["moves"], presets: [],
             tunables: [setting("limit"; 20; [10, 20]; ["10", "20"])]},
   swept_b: {name: "swept_b", summary: "two", traits: ["varies", "moves"], presets: [],
             tunables: [setting("limit"; 10; [10, 100, 0]; ["10", "100", "off"])]}},
 workloads: {work_1: {name: "work_1", summary: "w", step_is: "one", steps: 40, params: []}},
 cells: [cell("plain_a"; ""), cell("swept_b"; ""), cell("swept_b"; "limit=100"), cell("swept_b"; "limit=off"),
         cell("big=1"; "plain_a"; "limit=10"), cell("big=1"; "plain_a"; ""), cell("big=1"; "swept_b"; "")],
 presets: [{workload: "work_1", name: "large", doc: "a <large> program", params: "big=1", backing: "glibc",
            cells: [["plain_a[old]", "work_1[big=1]/plain_a[limit=10]/glibc"],
                    ["plain_a", "work_1[big=1]/plain_a/glibc"], ["swept_b", "work_1[big=1]/swept_b/glibc"]]}],
 variants: [{name: "roomy", settings: "limit=100", cells: [["work_1/swept_b[limit=100]/glibc", "work_1/swept_b/glibc"]]}],
 grids: [{workload: "work_1", strategy: "swept_b", backing: "glibc", axes: ["limit", "big"],
          points: [["work_1/swept_b/glibc", [10, "10"], [0, "0"]], ["work_1/swept_b[limit=100]/glibc", [100, "100"], [0, "0"]],
                   ["work_1[big=1]/swept_b/glibc", [10, "10"], [1, "1"]]]}],
 sweeps: [{workload: "work_1", params: "", strategy: "swept_b", tunables: "", backing: "glibc",
           axis: "limit", kind: "tunable", points: [[10, "10", "work_1/swept_b/glibc"],
           [100, "100", "work_1/swept_b[limit=100]/glibc"], [0, "off", "work_1/swept_b[limit=off]/glibc"]]}]}
' >"$run/run.json"

jq -nc --slurpfile manifest "$run/run.json" '
def histogram($buckets): {count: ($buckets | map(.[1]) | add // 0), sum_ns: ($buckets | map(.[0] * .[1]) | add // 0),
    min_ns: ($buckets[0][0] // 0), max_ns: ($buckets[-1][0] // 0), $buckets};
$manifest[0].cells | to_entries[] as $c | [0, 1, 2][] as $block
| {schema: 1, cell: $c.value.key, workload: "work_1", strategy: $c.value.strategy, backing: "glibc",
   params: {}, tunables: {}, heap_limit_bytes: 0, $block, order: ($block * 7 + $c.key), seed: 1,
   outcome: "ok", steps_planned: 40, steps: 40, setup_ns: 5, wall_ns: 40000,
   cpu_user_ns: (40 * [100, 300, 200][$block] - 40), cpu_system_ns: 40,
   latency: histogram([[100, 20], [200 + $block, 20]]),
   pauses: (if $c.value.strategy == "swept_b"
            then {full: (histogram([[7, 1], [900, 1]]) + {freed: 3, longest_at_ns: 30000})} else {} end),
   pause_events: (if $c.value.strategy == "swept_b" then [[10, 7, "full", 1], [30000, 900, "full", 2]] else [] end),
   mmu: [[1000000, 0.6, 0.5, 0.4, 0.3]],
   rss: {baseline_bytes: 1000000, start_bytes: 1000, peak_bytes: ([50000, 70000, 60000][$block]), end_bytes: 40000,
         settled_bytes: 100, average_bytes: 30000, samples: [[0, 1000], [20000, 50000], [40000, 40000]]},
   backing_figures: {end: {"stats.in use": 9}}, counters: {objects_freed: (11 + $c.key)}, setup_counters: {},
   leaked_objects: (if $c.value.strategy == "plain_a" then 2 else 0 end),
   leaked_bytes: (if $c.value.strategy == "plain_a" then 32 else 0 end), observed: "0xaa", graph: "0xbb",
   environment: {commit: "abc", build: "release", cpu: "A & B", kernel: "k", load1: 0.5}}
| if $c.value.tunables == "limit=100" then .rss.peak_bytes /= 10 else . end
| if $block == 0 then .floating = {checkpoints: 4, average_objects: 30, peak_objects: 50, average_bytes: 2400,
                                   peak_bytes: 4000, audit_ns: 1,
                                   samples: [[5, 20, 2000], [15, 40, 2800], [25, 25, 2200], [35, 35, 2600]]} else . end
| if $c.value.params != "" and .strategy == "swept_b"
  then .rss.peak_bytes /= 2 | if .floating then .floating.average_objects = 20 else . end else . end
| if .cell == "work_1/swept_b[limit=off]/glibc" and .block == 1
  then {schema, cell, workload, strategy, backing, block, order, seed, outcome: "crashed", detail: "signal 11"}
  else . end
' >"$run/records.ndjson"

COLUMNS= "$heapbench" report "$run" >"$dir/out" 2>"$dir/err"
status=$?
if ! command -v gnuplot >/dev/null; then
    tap_skip "report draws" "gnuplot is not installed"
else
    tap_is 0 $status "report succeeds"
    tap_is "" "$(cat "$dir/err")" "report complains of nothing"
fi

# ---- cells.csv: metric of a cell as n,median,ci_low,ci_high
value() { # value STRATEGY TUNABLES METRIC
    tr -d '\r' <"$run/cells.csv" | awk -F, -v s="$1" -v t="$2" -v m="$3" \
        '$2 == "default" && $3 == s && $4 == t && $6 == m { print $8 "," $9 "," $10 "," $11 }'
}
tap_is "workload,params,strategy,tunables,backing,metric,unit,n,median,ci_low,ci_high" \
    "$(head -n 1 "$run/cells.csv" | tr -d '\r')" "cells.csv has its head"
tap_is "3,200,100,300" "$(value plain_a default cpu_ns_per_step)" "median and interval of CPU time"
tap_is "3,1000000,1000000,1000000" "$(value plain_a default steps_per_second)" "40 steps in 40 us"
tap_is "3,100,100,100" "$(value plain_a default latency_p50_ns)" "p50: 20 of 40 are not above 100 ns"
tap_is "" "$(value plain_a default latency_p90_ns)" "p90 is left out: 4 of 40 lie above"
tap_is "3,201,200,202" "$(value plain_a default latency_max_ns)" "longest step"
tap_is "3,60000,50000,70000" "$(value plain_a default rss_peak_bytes)" "peak RSS"
tap_is "3,0,0,0" "$(value plain_a default pause_count)" "no pauses are none"
tap_is "" "$(value plain_a default pause_max_ns)" "and the longest of none is left out"
tap_is "3,900,900,900" "$(value swept_b default pause_max_ns)" "longest pause"
tap_is "3,907,907,907" "$(value swept_b default pause_full_total_ns)" "pauses by kind"
tap_is "3,0.5,0.5,0.5" "$(value swept_b default bmu_1ms)" "the program's share of windows of 1 ms and longer"
tap_is "1 30 6.7 53.3" "$(value plain_a default floating_average_objects | awk -F, '{ printf "%d %g %.1f %.1f", $1, $2, $3, $4 }')" \
    "floating garbage, of one block: the interval is that of its looks"
tap_is "1,4000,," "$(value plain_a default floating_peak_bytes)" "the most that was met"
tap_is "3,13,13,13" "$(value swept_b limit=100 objects_freed)" "a counter"
tap_is "3,9,9,9" "$(value swept_b default backing_end_stats.in_use)" "the backing's own figure"
tap_is "2,150,100,200" "$(value swept_b limit=off cpu_ns_per_step)" "a crashed invocation is left out"
tap_is "3,1,," "$(value swept_b limit=off outcome_crashed)" "and counted"

grep -Eq '^swept_b +1x +1x +\? +\? +900 ns! ' "$dir/out" && grep -Eq '^work_1 +swept_b +swept_b +\?' "$dir/out"
tap_ok $? "the terminal shows the verdict, and all strategies, and marks the pauses of one that waited for a CPU"
tap_is 0 "$(sed -n '1,/^Medians/p' "$dir/out" | awk 'length > 80 && !/^.in a wider/' | wc -l)" "tables fit 80 columns"
tap_is "" "$(COLUMNS=40 "$heapbench" report "$run" 2>/dev/null | awk '/^---/ && length > 40')" "and 40"
tail -n 8 "$dir/out" | grep -q '^Least CPU time: swept_b (1x .*no other is ranked.$' && grep -q '^Not ranked.*: plain_a (all).$' "$dir/out"
tap_ok $? "the verdict's sentences come last, and rank nobody that leaves garbage"
grep -q '^roomy on work_1, swept_b: peak RSS 0.1x the default' "$dir/out"
tap_ok $? "a variant is told apart from the default by its name"
! command -v gnuplot >/dev/null || tap_is 3 "$(grep -c '^cpu_ns_per_step' "$run/plots/grid-grid-0.tsv")" "a grid of two settings has a cell for each combination"
grep -q "1 of 3 crashed" "$run/report.html"
tap_ok $? "the report shows outcomes other than ok"
tail -n 1 "$dir/out" | grep -qF "$run/report.html"
tap_ok $? "the last line says where the report is"

# ---- percentiles
hgrm=$run/percentiles/work_1-plain_a-glibc.hgrm
grep -Eq '^ *100\.000 0\.5[0-9]* +60 +2\.00$' "$hgrm"
tap_ok $? "hgrm: half of all 120 steps within 100 ns"
grep -Eq '^#\[Max +=  +202\.000, Total count +=  +120\]$' "$hgrm"
tap_ok $? "hgrm: maximum and count of all blocks"
tap_is 7 "$(find "$run/percentiles" -name "*.hgrm" | wc -l)" "one file for each cell"

# ---- plots and page
if command -v gnuplot >/dev/null; then
    for plot in latency-work_1 tradeoff time-work_1 sweep-limit params presets-work_1-large; do
        grep -q '</svg>' "$run/plots/$plot.svg"
        tap_ok $? "plot $plot"
    done
    grep -q 'No data: no sweep of a parameter' "$run/plots/params.svg"
    tap_ok $? "a card instead of an empty plot"
    tap_is "0.5" "$(awk -F'\t' '/swept_b/ { print $7; exit }' "$run/plots/utilization-work_1.tsv")" "and that is what is drawn"
    panels=$(for table in "$run"/plots/*.tsv; do grep -v '^#' "$table" | cut -f 1 | grep . | sort -u; done | wc -l)
    tap_is "$panels" "$(grep -c '</svg></figure>' "$run/report.html")" "all panels are in the page"
    grep -o "<title>[^<]*</title>" "$run/plots/time-work_1.svg" | grep -q "<title>swept_b: ends after .*peak 60 kB, 2 pauses"
    tap_ok $? "what is drawn says who it is, and its values"
    tap_is "$(grep -v '^#' "$run/plots/latency-work_1.tsv" | cut -f 2 | grep . | sort -u | xargs)" \
        "$(sed -n 's/^<path class="d.*<text[^>]*>\([^<]*\)<\/text>$/\1/p' "$run/plots/latency-work_1.svg" | sort | xargs)" "a file of a picture has its key in it"
    tap_is 0 "$(grep -c 'gnuplot_plot' "$run/report.html")" "and not what gnuplot calls it"
    tap_is 0 "$(grep -Eo '(stroke|fill|color)="?(rgb|#)[^" >]*' "$run/report.html" | wc -l)" "every colour is the page's, for the dark"
    grep -o 'id=["'\''][^"'\'']*' "$run/report.html" | sort | uniq -d >"$dir/doubled"
    tap_is "" "$(cat "$dir/doubled")" "no id is in the page twice"
    tap_is "" "$(grep -oE '<tr id="[^".]*"|<figure id="[a-z_]*[.][^"]*"' "$run/report.html")" "nor can it be: a point is after a table's name, a dash after a picture's"
fi
# ---- presets: what is set alike is compared, once, and nothing else is
seen=$(sed -n 's/<p><b>In this run.<\/b> \(<b>plain_a\[old.*\)<\/p>/\1/p' "$run/report.html")
tap_is "<b>plain_a[old]</b> against <b>swept_b</b>: peak RSS 60 kB against 30 kB (2x), floating objects 30 against 20 \
(not told apart)." "$seen" "strategies that are set alike are compared"
tap_is "rss_peak_bytes 1 60000 50000 70000 0 60 kB
rss_peak_bytes 2 60000 50000 70000 0 60 kB
rss_peak_bytes 3 30000 25000 35000 0 30 kB
floating_average_objects 1 30 6 53 50 30, most 50
floating_average_objects 2 30 6 53 50 30, most 50
floating_average_objects 3 20 0 43 50 20, most 50
collection_cpu_max_ns 1 0 0 0 0 none" "$(grep -v '^#' "$run/plots/presets-work_1-large.tsv" | grep . | head -n 7 |
    cut -f 1,4-9 --output-delimiter=' ' | sed 's/[.][0-9]*//g')" "their figures are drawn, most memory first"
grep -q '<h3 id="presets-work_1-large">work_1\[large\] <a' "$run/report.html" && grep -q 'A &lt;large&gt; program' "$run/report.html"
tap_ok $? "a preset is introduced"

page() { # page PATTERN: lines of the page that have it, once links that hold their data are taken out
    sed 's/href="data:[^"]*"//g; s/xmlns\(:xlink\)\{0,1\}="[^"]*"//g' "$run/report.html" | grep -Eic "$1"
}
tap_is 0 "$(page 'javascript:|onload=|onclick=')" "what is in the page works without a script"
tap_is 0 "$(page '(https?:)?//[a-z]')" "the page refers to nothing outside"
tap_is 0 "$(page 'slot:')" "every slot of the template was filled"
grep -q 'heapbench run &lt;x&gt;' "$run/report.html"
tap_ok $? "texts are escaped"
grep -q 'href="cells.csv"' "$run/report.html"
tap_ok $? "cells.csv lies beside the page"
tap_is "" "$(grep -Eo 'href="?#[^" >]*' "$run/report.html" | sed 's/href="*#\(.*\)/id="\1"/' | sort -u | while read -r id; do
    grep -qF -- "$id" "$run/report.html" || echo "$id"; done)" "every link within the page leads somewhere"

grep -Eq 'things make these numbers less certain, the main one: [^<(:;]*[^ ] [(]<a href="#trust">' "$run/report.html"
tap_ok $? "what makes the numbers worse is named, the main one"

# ---- the same run gives the same files
cp "$run/cells.csv" "$dir/cells.csv"
cp "$run/report.html" "$dir/report.html"
"$heapbench" report "$run" >/dev/null 2>&1
cmp -s "$run/cells.csv" "$dir/cells.csv" && cmp -s "$run/report.html" "$dir/report.html"
tap_ok $? "a report made again is the same"

# ---- a run without presets
mkdir "$dir/bare"
jq 'del(.presets)' "$run/run.json" >"$dir/bare/run.json"
cp "$run/records.ndjson" "$dir/bare/"
"$heapbench" report "$dir/bare" >/dev/null 2>&1
grep -q 'No data: no incident and no preset of a workload' "$dir/bare/plots/presets.svg"
tap_ok $? "a run without presets says so, and how to have some"
section() { # section RUN: the part of its page about parameters
    tr '\n' ' ' <"$1/report.html" | sed 's/.*<section id="params">//; s,</section>.*,,'
}
words=$(sed -n '/^<p>/{s/<p>//p;q}' plots/params/words.html | cut -c1-40)
with=$(jq '.sweeps' "$run/run.json" | grep -c parameter)
tap_is "1 $([ "$with" -gt 0 ] && echo 1 || echo 0)" "$(section "$dir/bare" | grep -c 'No data') $(section "$dir/bare" | grep -cF "$words")" \
    "and explains no figure that is not there"

# ---- a knob that does nothing is said, not drawn
mkdir "$dir/dead"
cp "$run/run.json" "$dir/dead/"
jq -c 'if .cell == "work_1/swept_b[limit=100]/glibc" then .rss.peak_bytes *= 10 else . end' "$run/records.ndjson" >"$dir/dead/records.ndjson"
"$heapbench" report "$dir/dead" >/dev/null 2>&1
grep -q 'No effect seen: <b>limit</b> on work_1 with swept_b' "$dir/dead/report.html"
tap_ok $? "a tunable that changes nothing is said"
tap_is 0 "$(grep -c 'id="sweep-limit' "$dir/dead/report.html")" "and not drawn"
tap_is 0 "$(grep -c 'No effect' "$run/report.html")" "one that acts is not said to do nothing"

# ---- who is wrong: the odd one is the first record, so it is not the first that is right
mkdir "$dir/wrong"
cp "$run/run.json" "$dir/wrong/"
jq -c 'if .cell == "work_1/plain_a/glibc" and .block == 0 then .graph = "0xbad" else . end' "$run/records.ndjson" \
    >"$dir/wrong/records.ndjson"
tap_is "0xbad" "$(head -n 1 "$dir/wrong/records.ndjson" | jq -r .graph)" "the first record is made wrong"
"$heapbench" report "$dir/wrong" >/dev/null 2>"$dir/err"
tap_is "work_1/plain_a/glibc" "$(sed -n 's/^DISAGREEMENT: //p' "$dir/err")" "the console accuses its cell alone"
sed -n '/id="agreement"/,/<\/section>/p' "$dir/wrong/report.html" >"$dir/agreement"
tap_is "work_1/plain_a/glibc 0 graph 0xbad 0xbb" \
    "$(grep '^<tr.*glibc' "$dir/agreement" | sed 's/<[^>]*>/ /g' | xargs)" "and so does the page"
grep -q 'class="bad">No. At least one' "$dir/agreement"
tap_ok $? "which says so in a word"
sed -n '/id="agreement"/,/<\/section>/p' "$run/report.html" | grep -q 'Yes. No two'
tap_ok $? "where all agree, the page says so"

# ---- a question is a folder: a copy of one appears with no other edit
mkdir -p "$dir/home/build"
cp -r plots results "$dir/home/"
cp "$heapbench" "$dir/home/build/"
cp -r "$dir/home/plots/noise" "$dir/home/plots/my_noise"
sed -i 's/How noisy/How very noisy/' "$dir/home/plots/my_noise/words.html"
cp -r "$dir/home/plots/time" "$dir/home/plots/my_time"
"$dir/home/build/heapbench" report "$run" >/dev/null 2>"$dir/err"
tap_is "" "$(grep -v gnuplot "$dir/err")" "report with two more questions complains of nothing"
grep -q '<h2>How very noisy' "$run/report.html" && grep -q '<a href="#my_noise">' "$run/report.html" && grep -q '<section id="my_noise">' "$run/report.html"
tap_ok $? "a copied question is in the page"
cmp -s "$run/plots/time-work_1.tsv" "$run/plots/my_time-work_1.tsv" && grep -q '<svg' "$run/plots/my_time-work_1.svg"
tap_ok $? "and so is its plot"
echo 'select gone from nowhere' >"$dir/home/plots/my_noise/table.sql"
"$dir/home/build/heapbench" report "$run" >/dev/null 2>"$dir/err"
tap_is "1 heapbench: question my_noise: table.sql: no such table: nowhere" "$? $(grep -v gnuplot "$dir/err")" \
    "a query that fails is told in one line with its question, and report fails"
grep -q '<section id="strategies">' "$run/report.html" && [ "$(grep -c 'A query of this question failed' "$run/report.html")" = 1 ]
tap_ok $? "the others are answered"

# ---- what there is no room for is a page of its own
echo "select printf('%.*c', 700000, 'x') long" >"$dir/home/plots/my_noise/table.sql"
"$dir/home/build/heapbench" report "$run" >/dev/null 2>&1
grep -q '<a href="report.my_noise.html#my_noise">report.my_noise.html' "$run/report.html" && [ "$(wc -c <"$run/report.html")" -lt 700000 ]
tap_ok $? "a long section leaves the report, which names the file"
grep -q '<h2>How very noisy' "$run/report.my_noise.html" && grep -q '<a href="report.html#agreement">' "$run/report.my_noise.html" &&
    [ "$(grep -c "<section id=" "$run/report.my_noise.html")" = 1 ]
tap_ok $? "there it is, and the way back"
rm -r "$dir/home/plots/my_noise"
"$dir/home/build/heapbench" report "$run" >/dev/null 2>&1
tap_is "" "$(find "$run" -name 'report.*.html')" "which goes with the section"

# ---- without gnuplot
mkdir "$dir/bin"
PATH=$dir/bin "$heapbench" report "$run" >/dev/null 2>"$dir/err"
tap_is 1 $? "without gnuplot, report fails"
tap_is 1 "$(wc -l <"$dir/err")" "in one line"
grep -q 'gnuplot is not installed' "$run/report.html"
tap_ok $? "and writes everything else"

# ---- export
"$heapbench" export "$run" >"$dir/csv"
cmp -s "$dir/csv" "$run/cells.csv"
tap_ok $? "export: csv is cells.csv"
median() { # median FORMAT FILTER
    "$heapbench" export "$run" --format "$1" | jq -r "$2" 2>&1
}
tap_is 7 "$("$heapbench" export "$run" --format ndjson | jq -c . | wc -l)" "export: ndjson, a line for each cell"
tap_is 200 "$("$heapbench" export "$run" --format ndjson | head -n 1 | jq .metrics.cpu_ns_per_step.median)" \
    "export: ndjson holds the median"
tap_is 21 "$(median gbench '[.benchmarks[] | select(.run_type == "iteration")] | length')" "export: gbench, a row for each invocation"
tap_is "100 300 200" \
    "$(median gbench '[.benchmarks[] | select(.name == "work_1/plain_a/glibc") | .cpu_time] | join(" ")')" \
    "export: gbench holds each"
tap_is "signal 11" "$(median gbench '.benchmarks[] | select(.error_occurred) | .error_message')" \
    "export: gbench tells errors"
tap_is "200 100 300" \
    "$(median bencher '.["work_1/plain_a/glibc"].cpu_ns_per_step | "\(.value) \(.lower_value) \(.upper_value)"')" \
    "export: bencher"
tap_is "200 ns" "$(median github '.[] | select(.name == "work_1/plain_a/glibc cpu_ns_per_step") | "\(.value) \(.unit)"')" \
    "export: github"
"$heapbench" export "$run" --format openmetrics -o "$dir/metrics"
tap_is 0 $? "export: openmetrics to a file"
tap_is "# EOF" "$(tail -n 1 "$dir/metrics")" "export: openmetrics ends with EOF"
grep -q '^heapbench_cpu_per_step_seconds{workload="work_1",.*strategy="plain_a",.*stat="median"} 2e-07$' "$dir/metrics"
tap_ok $? "export: openmetrics in seconds"
awk '$2 == "TYPE" { type[$3] = 1 } /^[a-z]/ { sub(/[{].*/, ""); if (!type[$0]) exit 1 }' "$dir/metrics"
tap_ok $? "export: openmetrics declares every family before its samples"
"$heapbench" export "$run" --format cvs 2>"$dir/err"
tap_is 2 $? "export: an unknown format is refused"
grep -q "did you mean 'csv'" "$dir/err"
tap_ok $? "export: and a name is suggested"
for command in export query advise; do
    "$heapbench" $command "$dir" >/dev/null 2>"$dir/err"
    tap_is "2 1 1" "$? $(wc -l <"$dir/err") $(grep -c 'is no folder of a run' "$dir/err")" "$command: a folder that is no run is a slip"
done

# ---- a format is a file: on a copy of the program with its SQL
home=$dir/home
mkdir -p "$home/results" && cp "$heapbench" "$home" && cp -r results/*.sql results/exports "$home/results"
cp results/exports/csv.sql "$home/results/exports/copied.sql"
"$home/heapbench" export "$run" --format copied | cmp -s - "$dir/csv"
tap_ok $? "export: a copied file is a format"
printf -- '-- the keys\nselect key from cell order by place;\n' >"$home/results/exports/keys.sql"
tap_is "  keys         the keys" "$("$home/heapbench" export --help | grep keys)" "export: --help shows its first line"
tap_is "work_1/plain_a/glibc work_1/swept_b/glibc" \
    "$("$home/heapbench" export "$run" --format keys | head -n 2 | paste -sd' ')" "export: one column is lines as they are"
echo 'select nothing from cell' >"$home/results/exports/wrong.sql"
"$home/heapbench" export "$run" --format wrong -o "$dir/none" 2>"$dir/err"
tap_is "1 1" "$? $(wc -l <"$dir/err")" "export: SQL that is wrong fails in one line"
grep -q 'results/exports/wrong.sql.*nothing' "$dir/err" && test ! -e "$dir/none"
tap_ok $? "export: which names the file, and writes none"

# ---- a metric is a row
echo "insert into metric values ('half', 'half', 'bytes', 'lower', 'half of the peak', 'field(\"rss.peak_bytes\") / 2',
    'record', (select 1 + count(*) from metric));" >>"$home/results/metrics.sql"
tap_is "30000" "$("$home/heapbench" export "$run" | awk -F, '$1 == "work_1" && $3 == "plain_a" && $6 == "half" { print $9; exit }')" \
    "a new row of metrics.sql is a metric of cells.csv"

# ---- advise
advise() { # advise FLAGS: "STRATEGY: VERDICT" of each row
    "$heapbench" advise "$run" "$@" | awk -F '  +' 'NR > 2 && NF { print $1 ": " $2 }'
}
tap_is "swept_b: take this
plain_a: leaves garbage behind" "$(advise)" "advise: who leaves garbage is not taken"
tap_is "swept_b: take this" "$(advise --memory-budget 1x | head -n 1)" "advise: within a memory budget"
tap_is "swept_b: takes more memory" "$(advise --memory-budget 0.5 | head -n 1)" "advise: none within one that is too small"
"$heapbench" advise "$run" --memory-budget 0.5 | grep -q '^No strategy keeps within these limits.$'
tap_ok $? "advise: which is said"
tap_is "swept_b: p99.9 is unknown: too few steps" "$(advise --p999 2ms | head -n 1)" "advise: what is unknown keeps within no limit"
for wrong in '--p999 2' '--p999 -1ms' '--memory-budget 1.5y' '--memory-budget 0' 'a b'; do
    # shellcheck disable=SC2086 # words of their own
    "$heapbench" advise $wrong >/dev/null 2>"$dir/err"
    tap_is "2 1" "$? $(wc -l <"$dir/err")" "advise: $wrong is refused in one line"
done
"$heapbench" advise "$run" --workload work_9 >/dev/null 2>"$dir/err"
tap_is "1 1" "$? $(wc -l <"$dir/err")" "advise: a workload that did not run"

# ---- query
query() { # query FLAG SQL
    "$heapbench" query "$run" "$@" 2>&1 | tr -d '\r'
}
tap_is "key,peak
work_1/plain_a/glibc,60000" "$(query --csv "select key, median peak from cell join figure on cell = id
    where metric = 'rss_peak_bytes' and key = 'work_1/plain_a/glibc'")" "query: an answer as CSV"
tap_is '[{"n":7}]' "$(query --json 'select count(*) n from cell' | jq -c .)" "query: as JSON"
tap_is 7 "$(query 'select key from cell' | grep -c glibc)" "query: as a table"
tap_is "figure cell, metric, n, median, low, high" "$(query | sed -n 's/^figure */figure /p')" "query: shows the tables"
awk -v RS= -v dir="$dir" '{ print >(dir "/example" NR) }' results/examples.sql
for example in "$dir"/example?; do
    "$heapbench" query "$run" "$(cat "$example")" >"$dir/out" 2>&1 && test "$(wc -l <"$dir/out")" -gt 2
    tap_ok $? "query: $(head -n 1 "$example")"
done
"$heapbench" query "$run" 'select key from nowhere' 2>"$dir/err"
tap_is "2 1" "$? $(wc -l <"$dir/err")" "query: SQL that is wrong is refused in one line"
"$heapbench" query "$run" 'delete from cell' 2>"$dir/err"
tap_is 2 $? "query: a run cannot be changed"

# ---- a workload that few strategies ran takes no part in what is said of all
mkdir "$dir/side"
jq '.workloads.work_2 = (.workloads.work_1 | .name = "work_2") | .cells += [.cells[1] | .workload = "work_2" | .key = "work_2/swept_b/glibc"]' \
    "$run/run.json" >"$dir/side/run.json"
jq -c '., (select(.cell == "work_1/swept_b/glibc") | .workload = "work_2" | .cell = "work_2/swept_b/glibc" | .order += 100)' "$run/records.ndjson" >"$dir/side/records.ndjson"
"$heapbench" report "$dir/side" 2>/dev/null >"$dir/out"
grep -q '^Least CPU time: swept_b (1x the best of each workload; memory' "$dir/out"
tap_ok $? "a workload that half of the strategies did not run is none of those that all are compared over"
tap_done
