#!/bin/sh
# page_test.sh - the page of a run as large as the quick plan's: opens without an error, is small, and its script works.
. tests/scripts/tap.sh
heapbench=$PWD/${BUILD_DIR:-build}/heapbench
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run=$dir/run
mkdir "$run"

if ! command -v gnuplot >/dev/null; then
    tap_skip "the page" "gnuplot is not installed"
    tap_done
    exit
fi

# ---- a run: 13 strategies of four families on 5 workloads, a sweep of a tunable and one of a parameter, two presets. What costs
# little time costs much memory, and the workloads differ in who is best.
jq -n '
def strategy($i): "strategy_\($i)";
def setting($name): {name: $name, doc: "a setting", unit: "objects", default: 100, min: 0, max: 1e9, whole: true};
def cell($w; $params; $i; $tunables):
  {workload: "workload_\($w)", $params, strategy: strategy($i), $tunables, backing: "glibc",
   key: ("workload_\($w)" + (if $params == "" then "" else "[" + $params + "]" end) + "/" + strategy($i) +
         (if $tunables == "" then "" else "[" + $tunables + "]" end) + "/glibc")};
{schema: 1, command: "heapbench run", mode: "quick", started: "2025-01-02T03:04:05Z", seed: 1, blocks: 6, steps_factor: 1,
 build: {commit: "abc", build: "release", compiler: "gcc", flags: "-O2"}, environment: {cpu: "A & B", cpus: 2, load1: 0.5},
 counters: [{name: "objects_freed", unit: "objects", doc: "freed"}], pauses: [{label: "full", doc: "all"}],
 strategies: ([range(13) | {key: strategy(.), value: {name: strategy(.), summary: "one of many", presets: [],
   traits: (if . < 4 then ["counts", "frees_acyclic"] elif . < 7 then ["counts", "frees_acyclic", "frees_cycles", "generational"] + (if . == 6 then ["varies"] else [] end)
            elif . < 11 then ["frees_acyclic", "frees_cycles"] else [] end), tunables: [setting("limit"), setting("dead")]}}] | from_entries),
 workloads: ([range(5) | {key: "workload_\(.)", value: {name: "workload_\(.)", summary: "w", step_is: "one", steps: 40000,
                          params: [setting("size")]}}] | from_entries),
 cells: ([range(5) as $w | range(13) as $i | cell($w; ""; $i; "")] +
         [("limit", "dead") as $t | (4, 5) as $i | (1, 10, 1000, 10000) as $v | cell(0; ""; $i; "\($t)=\($v)")] +
         [cell(0; ""; 4; "limit=1;dead=1")] +
         [range(13) as $i | (1, 1000) as $v | cell(1; "size=\($v)"; $i; "")] +
         [(2, 3) as $w | range(4; 11) as $i | cell($w; "size=7"; $i; "")]),
 grids: [{axes: ["limit", "dead"], points: [["", 100, 100], ["limit=1", 1, 100], ["dead=1", 100, 1], ["limit=1;dead=1", 1, 1] |
           [cell(0; ""; 4; .[0]).key, [.[1], "\(.[1])"], [.[2], "\(.[2])"]]]}],
 presets: [(2, 3) as $w | {workload: "workload_\($w)", name: "known", doc: "a program", params: "size=7", backing: "glibc",
           cells: [range(4; 11) as $i | [strategy($i), cell($w; "size=7"; $i; "").key]]}],
 sweeps: ([("limit", "dead") as $t | (4, 5) as $i | {workload: "workload_0", params: "", strategy: strategy($i), tunables: "", backing: "glibc",
           axis: $t, kind: "tunable", points: [(1, 10, 100, 1000, 10000) as $v | [$v, "\($v)",
           cell(0; ""; $i; if $v == 100 then "" else "\($t)=\($v)" end).key]]}] +
          [range(13) as $i | {workload: "workload_1", params: "", strategy: strategy($i), tunables: "", backing: "glibc",
           axis: "size", kind: "param", points: [(1, 100, 1000) as $v | [$v, "\($v)",
           cell(1; if $v == 100 then "" else "size=\($v)" end; $i; "").key]]}])}
' >"$run/run.json"
jq -nc --slurpfile manifest "$run/run.json" '
def histogram($buckets): {count: ($buckets | map(.[1]) | add // 0), sum_ns: ($buckets | map(.[0] * .[1]) | add // 0),
    min_ns: ($buckets[0][0] // 0), max_ns: ($buckets[-1][0] // 0), $buckets};
$manifest[0].cells | to_entries[] as $c | range(6) as $block
| ($c.value.strategy | ltrimstr("strategy_") | tonumber) as $i | ($c.value.workload | ltrimstr("workload_") | tonumber) as $w
| ($c.value.tunables | if startswith("limit=") then ltrimstr("limit=") | split(";")[0] | tonumber else 100 end) as $limit
| (1000 + 300 * (($i * 5 + $w * 3) % 13) + 7 * $block + 500 * ($limit | log)) as $cpu
| (1e6 * (1 + ($i * 8 + $w) % 13) + 1000 * $block + 1e6 * ($limit | log)) as $rss
| ($cpu * 40000) as $wall
| {schema: 1, cell: $c.value.key, workload: $c.value.workload, strategy: $c.value.strategy, backing: "glibc",
   params: {}, tunables: {}, heap_limit_bytes: 0, $block, order: ($block * 500 + $c.key), seed: 1, outcome: "ok",
   steps_planned: 40000, steps: 40000, setup_ns: 5, wall_ns: $wall, cpu_user_ns: $wall, cpu_system_ns: 0,
   latency: histogram([range(40) | [($cpu * pow(1.2; .) | floor), (20000 * pow(0.7; .) | ceil)]]),
   pauses: (if $i > 3 and $i < 11 then {full: (histogram([range(20) | [1000 * (. + $i), 5]]) + {freed: 3, longest_at_ns: 30000})} else {} end),
   pause_events: (if $i > 3 and $i < 11 then [range(100) as $p | [($wall * $p / 100 | floor), 1000 * ($p % 20 + $i), "full", 1]] else [] end),
   rss: {baseline_bytes: 1000000, start_bytes: 1000, peak_bytes: $rss, end_bytes: 40000, settled_bytes: 100, average_bytes: ($rss * 0.7),
         samples: [range(200) as $s | [($wall * $s / 200 | floor), ($rss * (if $c.value.tunables == "limit=1;dead=1" then $s / 200
                   else 0.5 + 0.5 * (($s * ($i + 3) % 23) / 23) end) | floor)]]},
   counters: {collections_gen0: (if $i == 4 then 8 else 9 end), collections_gen1: 1, collections_gen2: 0},
   setup_counters: {collections_gen0: 1, collections_gen1: 0, collections_gen2: 0}, leaked_objects: (if $i > 10 then 9 else 0 end),
   leaked_bytes: (if $i > 10 then 900 else 0 end), observed: "0xaa", graph: "0xbb",
   environment: {commit: "abc", build: "release", cpu: "A & B", kernel: "k", load1: 0.5}}
' >"$run/records.ndjson"
"$heapbench" report "$run" >"$dir/out" 2>"$dir/err"
tap_is 0 $? "report succeeds"
tap_is "" "$(cat "$dir/err")" "and complains of nothing"
grep -q '^workload  *least CPU  *least memory  *shortest tail' "$dir/out" && grep -Eq '^all  *strategy_[0-9]+( [+][0-9]+)?  *strategy_' "$dir/out"
tap_ok $? "80 columns have room for the three verdicts"

# The sentences again, from the records alone: the geometric mean, over the workloads, of a strategy's median to the least of those that
# leave nothing. Nothing is open here: blocks differ by less than strategies do.
jq -rs '
def median: sort | (.[length / 2 - 1] + .[length / 2]) / 2;
def means(figure): [group_by(.workload)[] | (map(select(.leaked_bytes == 0)) | group_by(.strategy) | map({strategy: .[0].strategy, of: (map(figure) | median)})) as $all
    | ($all | map(.of) | min) as $least | $all[] | .of /= $least]
    | group_by(.strategy) | map({strategy: .[0].strategy, ratio: (map(.of | log) | add / length | exp)}) | sort_by(.ratio);
def x: "\(. * 100 | round / 100)x";
[.[] | select(.cell | contains("[") | not)] | means(.cpu_user_ns / .steps) as $cpu | means(.rss.peak_bytes) as $memory
| def memory($strategy): $memory[] | select(.strategy == $strategy) | .ratio;
  ($cpu | map(select(memory(.strategy) <= 2 * $memory[0].ratio))[0]) as $within
| "All in all: none is among the best in CPU time, memory and tail; in two of them are \($cpu[0].strategy) (at \(memory($cpu[0].strategy) | x) the memory).",
  "Least CPU time: \($cpu[0].strategy) (\($cpu[0].ratio | x) the best of each workload; memory \(memory($cpu[0].strategy) | x)); next \($cpu[1].strategy), \($cpu[1].ratio | x).",
  "Least memory: \($memory[0].strategy) (\($memory[0].ratio | x)); next \($memory[1].strategy), \($memory[1].ratio | x).",
  "Within 1.5 or 2 times the least memory: \($within.strategy) takes least CPU time (CPU \($within.ratio | x); tail \($within.ratio | x), memory \(memory($within.strategy) | x))."
' "$run/records.ndjson" >"$dir/expected"
tap_is "$(cat "$dir/expected")" "$(grep -E '^(All in all|Least (CPU|mem)|Within)' "$dir/out")" "the first sentences say what the records do"
grep -Eq '^How sure: [0-9]+ of 15 best figures of a workload are told apart from all others. In 95 % of runs every difference that the page names is real.$' "$dir/out"
tap_ok $? "how sure that is, is said of three figures on five workloads"
mkdir "$dir/few" && cp "$run/run.json" "$dir/few"
jq -c 'select(.block < 4)' "$run/records.ndjson" >"$dir/few/records.ndjson"
"$heapbench" report "$dir/few" 2>/dev/null | grep -q '^How sure: .* An interval of 4 blocks holds the true median in 87.5 % of cases.$'
tap_ok $? "and where blocks are few, how often their intervals hold"

# ---- size, and what it may hold
page=$run/report.html
kilobytes=$(($(wc -c <"$page") / 1000))
test $kilobytes -le 700
tap_ok $? "the page has $kilobytes kB, at most 700"
script=$(sed -n '/<script>/,/<\/script>/p' "$page" | wc -c)
test "$script" -gt 1000 && test "$script" -lt 4096
tap_ok $? "its script has $script B, less than 4096"
tap_is 1 "$(grep -c '<script' "$page")" "there is one script"
tap_is "" "$(grep -o ' id="[^"]*"' "$page" | sort | uniq -d)" "no id is there twice"
tap_is "" "$(grep -Eo 'href="?#[^" >]*' "$page" | sed 's/href="*#\(.*\)/ id="\1"/' | sort -u | while read -r id; do grep -qF "$id" "$page" || echo "$id"; done)" "every link leads somewhere"
tap_is 0 "$(grep -Eic 'src=|url\((https?:|//)|<link|@import|(href|action)="(https?:)?//' "$page")" "nothing outside is loaded"
tap_is "" "$(awk '/<section id=/ { split($0, id, "\""); text = "" } { text = text $0 }
    /<\/section>/ { gsub(/<h2>.*<\/h2>/, "", text); gsub(/<[^>]*>/, "", text); if (text !~ /[a-z0-9]/) print id[2] }' "$page")" \
    "no section is empty"
grep -q '<title>heapbench abc, 2025-01-02 03:04, A &amp; B</title>' "$page"
tap_ok $? "the title tells one run from another"
grep -q 'Cheapest with at most [^:]*times the least memory: <b>limit 1' "$page" && grep -q 'Memory still grew when the run ended at: limit 1, dead 1: ' "$page"
tap_ok $? "a grid says what is cheapest within a budget, and where memory grows without bound"
tap_is 16 "$(sed -n '/<section id="claims"/,/<details>/p' "$page" | grep -o '>not measured in this run<' | wc -l)" "of the article's sentences nothing is claimed that was not measured"
for family in counting 'counting and cycles' tracing none; do
    grep -q "<tr id=\"overview[.][^>]* data-f=\"$family\"" "$page"
    tap_ok $? "family $family is found by its claims"
done
grep -q 'strategy_5 follows the rules of strategy_6, with as many collections on each of 5 workloads' "$page"
tap_ok $? "a model is told from what it models, by as many collections"
tap_is 0 "$(grep -c 'strategy_4 follows' "$page")" "another one is not"
tap_is "workload_0 workload_1 workload_2 workload_3 workload_4" \
    "$(sed -n '/id="verdict"/,/<\/section>/p' "$page" | grep -o 'id="verdict[.]workload_.[^"]*' | cut -c 13-22 | sort | xargs)" \
    "the verdict has a row for each workload"


# ---- who does not know the names, and a row without a script
tap_is "$(jq -r '.strategies[].name' "$run/run.json" | sort | xargs)" \
    "$(grep -o 'id="verdict-names[.][^"]*"' "$page" | sed 's/.*names[.]//; s/"//' | sort | xargs)" "the verdict says what each strategy is"
grep -q 'All in all: none is among the best\|If one has to do for all: <b>strategy_' "$page"
tap_ok $? "and begins with what to take"
tap_is "" "$(grep -o '<tr id="[^"]*".*' "$page" | grep -v '^<tr id="\([^"]*\)"[^>]*><td[^>]*><a href=#\1>' | cut -c 1-80)" "every row with a name is a link to itself"

# ---- in a browser
if [ "${BUILD_DIR:-build}" != build ]; then
    tap_skip "in a browser" "the same page in every build"
    tap_done
    exit
fi
if ! command -v chromium >/dev/null; then
    tap_skip "in a browser" "chromium is not installed"
    tap_done
    exit
fi
measure() { # measure WIDTH EXPRESSION: of the page in a window of WIDTH x 800
    sed "s|</body>|<script>document.title = 'measured ' + ($2)</script></body>|" "$page" >"$run/measured.html"
    # shellcheck disable=SC2086 # several flags
    chromium --headless --no-sandbox --disable-gpu --window-size="$1,800" --hide-scrollbars $dark --user-data-dir="$dir/profile" --dump-dom \
        "file://$run/measured.html" 2>/dev/null | sed -n 's/.*<title>measured \([^<]*\)<.*/\1/p'
}
# Chromium makes no window narrower than 500
wide='[...document.querySelectorAll("figure, p, li, h2")].filter(e => Math.max(e.getBoundingClientRect().right - innerWidth, e.scrollWidth - e.clientWidth - 1) > 0).length'
figure='getComputedStyle(document.querySelector("figure")).backgroundColor'
line='getComputedStyle(document.querySelector("figure [data-s] path, figure [data-s] use")).color'
scroll='(w => [getComputedStyle(w).backgroundAttachment, getComputedStyle(w.querySelector("td")).position].join(" "))(document.querySelector("#overview .wide"))'
long='(e => (e.textContent = "scenario/refcount[memory=malloc]".repeat(9), e.scrollWidth - e.clientWidth))(document.querySelector("#trust p"))'
bottom='Math.round(document.querySelector("#verdict").getBoundingClientRect().bottom)'
dark=
IFS=/ read -r bottom wide_1300 light_figure light_line <<END
$(measure 1300 "[$bottom, $wide, $figure, $line].join('/')")
END
IFS=/ read -r wide_500 scroll_500 long_500 <<END
$(measure 500 "[$wide, $scroll, $long].join('/')")
END
dark=--blink-settings=preferredColorScheme=0
IFS=/ read -r dark_figure dark_line <<END
$(measure 1300 "[$figure, $line].join('/')")
END
test "${bottom:-9999}" -le 800
tap_ok $? "the verdict ends at pixel $bottom: no scrolling at 1300 x 800"
tap_is 0 "$wide_1300" "at 1300 pixels nothing but tables is wider than the window"
tap_is 0 "$wide_500" "at 500 pixels nothing but tables is wider than the window"
tap_is 0 "$long_500" "nor is the name of a cell in a sentence"
tap_is "local, scroll sticky" "$scroll_500" "a table that goes on has a shadow there, and its first column stays"
tap_is "rgb(255, 255, 255)" "$light_figure" "plots are light on a light page"
tap_is "rgb(34, 36, 39)" "$dark_figure" "and dark on a dark one"
test -n "$light_line" && test "$light_line" != "$dark_line"
tap_ok $? "their lines, too, have colours of their own there"

browse() { # browse HASH: the page as it is after its script ran; what the console says is in $dir/console
    chromium --headless --no-sandbox --disable-gpu --enable-logging=stderr --virtual-time-budget=2000 --user-data-dir="$dir/profile" \
        --dump-dom "file://$page$1" 2>"$dir/chromium" >"$dir/dom"
    grep CONSOLE "$dir/chromium" >"$dir/console"
    cat "$dir/dom"
}
browse '' | grep -q '<p id="tools">'
tap_ok $? "the script runs"
tap_is "" "$(cat "$dir/console")" "the console is silent"
tap_is 0 "$(grep -c '<body class="[^"]*lit' "$dir/dom")" "nobody is pointed out at first"
browse '#overview;on=strategy_5;only=tracing;sort=2.1.-1' >"$dir/asked"
tap_is "" "$(cat "$dir/console")" "the console is silent with a state, too"
grep -q '<body class="lit"' "$dir/asked" && grep -q 'id="overview[.]strategy_5[^>]*class="[^"]*\bon\b' "$dir/asked"
tap_ok $? "the hash points a strategy out"
rows() { # rows FILE: the table of strategies, a line for each row
    sed -n 's/<tr/\n<tr/g; s/<\/tr>/<\/tr>\n/g; p' "$1" | grep '^<tr id="overview[.]strategy'
}
tap_is "9 of 13 are hidden" "$(rows "$dir/asked" | grep -c 'class="\(on \)*out\b') of $(rows "$dir/asked" | wc -l) are hidden" "and keeps to a family"
cpu() {
    rows "$1" | sed 's/^[^>]*><td>.*<\/a><\/td><td[^>]*>\([0-9.]*\)x.*/\1/'
}
tap_is "$(cpu "$dir/asked" | sort -rn | xargs)" "$(cpu "$dir/asked" | xargs)" "and sorts a table, downwards"
test "$(cpu "$page" | sort -rn | xargs)" != "$(cpu "$page" | xargs)"
tap_ok $? "which was not sorted so before"
tap_done
