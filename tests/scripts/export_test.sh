#!/bin/sh
# export_test.sh - heapbench export of a small run, read by those whom the formats are for, where they are installed.
. tests/scripts/tap.sh
. tests/scripts/fakes.sh
fakes bench-fake bench-other
echo '{"blocks": 3, "slices": [{"base": "steady"}, {"cells": ["moody[mood=exit]/fake/glibc"]}]}' >plan.json
"$heapbench" run --plan ./plan.json --bench-dir bench --out run >/dev/null 2>&1
# The fake measures little: a second run has what real ones have, and awkward letters.
jq -c 'select(.outcome == "ok") | . + {cpu_user_ns: 500000, cpu_system_ns: 0, latency: {count: 100, sum_ns: 1000, min_ns: 5, max_ns: 20,
  buckets: [[5, 50], [20, 50]]}, pauses: {gen0: {count: 2, sum_ns: 30, min_ns: 10, max_ns: 20, buckets: [[10, 1], [20, 1]], freed: 3}},
  pause_events: [[1000, 10, "gen0", 1], [3000, 20, "gen0", 2]],
  rss: (.rss + {samples: [[500, 4096], [900, 8192]]}), counters: {collections_gen0: 2},
  floating: {checkpoints: 2, average_objects: 1, samples: [[10, 1, 64], [60, 2, 128]]}}' run/records.ndjson >more &&
    jq -c 'select(.outcome != "ok")' run/records.ndjson >>more && mv more run/records.ndjson

exported() { # exported FORMAT ARGS...
    format=$1
    shift
    "$heapbench" export run --format "$format" "$@"
}
has() { # has WHAT PROGRAM: else its test is skipped
    command -v "$2" >/dev/null && return 0
    tap_skip "$1" "$2 is not installed"
    return 1
}
exported gbench >gbench.json
tap_is "1 1 1 1" "$(jq -r '[.benchmarks[] | select(.run_name == "steady/fake/glibc" and .run_type == "aggregate") | .name] |
    [("_mean", "_median", "_stddev", "_cv") as $a | map(select(endswith($a))) | length] | join(" ")' gbench.json)" \
    "gbench: aggregates, as the library writes them"
tap_is "5000 5000 0" "$(jq -r '[.benchmarks[] | select(.name | startswith("steady/fake/glibc_")) |
    select(.aggregate_name != "cv") | .cpu_time] | join(" ")' gbench.json)" "gbench: of the CPU time over invocations"
jq '.context' gbench.json | grep -q "$dir"
tap_is 1 $? "gbench: no path of this machine"
script=/usr/share/benchmark/compare.py
if [ ! -e $script ] || ! /usr/bin/python3 -c 'import scipy' 2>/dev/null; then
    tap_skip "gbench: compare.py reads it" "libbenchmark-tools or python3-scipy is not installed"
else
    /usr/bin/python3 $script --no-color -a benchmarks gbench.json gbench.json >out 2>&1
    tap_is "0 1" "$? $(grep -c '^steady/fake/glibc_median .*+0.0000 .*+0.0000' out)" "gbench: compare.py reads it"
fi

exported openmetrics >metrics
if has "openmetrics: promtool finds nothing to say" promtool; then
    tap_is "0" "$(promtool check metrics <metrics 2>&1; echo $?)" "openmetrics: promtool finds nothing to say"
fi
grep -q '^heapbench_pause_gen0_events{' metrics && grep -q '^heapbench_run_info{.*commit="' metrics && ! grep -q '_count{' metrics
tap_ok $? "openmetrics: which run it is, and no gauge that ends like a counter"

tap_is "2 4 3 3" "$(exported trace | jq -r '[([.traceEvents[] | select(.ph == "X" and .pid == 1)] | length),
    ([.traceEvents[] | select(.ph == "C" and .pid == 1)] | length), ([.traceEvents[] | select(.ph == "M")] | length),
    ([.traceEvents[] | select(.ph == "X") | .ts][1])] | join(" ")')" "trace: pauses, memory and floating garbage in us"
exported junit >junit.xml
if has "junit: XML of cells, with their failures" python3; then
    tap_is "3 1 3 of 3 runs: failed exit status 7: cannot go on" "$(python3 -c 'import xml.dom.minidom as x
d = x.parse("junit.xml"); f = d.getElementsByTagName("failure")
print(len(d.getElementsByTagName("testcase")), len(f), f[0].getAttribute("message"))')" "junit: XML of cells, with their failures"
fi
exported otava | tail -n 1 | grep -q '^"20[0-9][0-9]-[0-9][0-9]-'
tap_ok $? "otava: a row begins with its time"
tap_is "$(exported otava | head -n 1 | tr -cd , | wc -c)" "$(exported otava | tail -n 1 | tr -cd , | wc -c)" \
    "otava: it has as many columns as the head"
tap_is '| `steady` | `fake` | 5 us | ? | ? | 4.1 kB | 1 |' "$(exported markdown | grep '`fake`' | head -n 1)" "markdown: a row with units"
tap_is "default default" "$(exported csv | awk -F, '$6 == "steps" && $1 == "steady" { print $2, $4; exit }')" \
    "csv: settings at their defaults are not an empty text"
if /usr/bin/python3 -c 'import pandas' 2>/dev/null; then
    exported csv >cells.csv
    tap_is 5000 "$(/usr/bin/python3 -c 'import pandas; d = pandas.read_csv("cells.csv")
print(int(d[(d.params == "default") & (d.strategy == "fake") & (d.metric == "cpu_ns_per_step")]["median"].iloc[0]))')" "csv: pandas finds a cell"
else
    tap_skip "csv: pandas finds a cell" "python3-pandas is not installed"
fi

exported hlog >log.hlog
tap_is "1 2" "$(grep -c '^"StartTimestamp"' log.hlog) $(grep -c '^Tag=.*,0.000,[0-9.]*,[0-9.]*,HISTF' log.hlog)" "hlog: a line for each cell that ran"
if has "hlog: its histogram, decoded" python3; then
    tap_is "300 [5, 20] [150, 150]" "$(grep /fake/ log.hlog | python3 -c 'import base64, struct, sys, zlib
whole = base64.b64decode(sys.stdin.read().strip().split(",")[-1])
cookie, size = struct.unpack(">ii", whole[:8])
plain = zlib.decompress(whole[8:8 + size])
inner, length, offset, digits, least, most, ratio = struct.unpack(">iiiiqqd", plain[:40])
assert (cookie, inner, digits, least, ratio, length) == (0x1c849314, 0x1c849313, 3, 1, 1.0, len(plain) - 40)
at, counts = 40, {}
index = 0
while at < len(plain):
    shift = number = 0
    while plain[at] & 128:
        number |= (plain[at] & 127) << shift
        shift, at = shift + 7, at + 1
    number |= plain[at] << shift
    at += 1
    number = number >> 1 ^ -(number & 1)
    if number > 0: counts[index] = number
    index += 1 if number >= 0 else -number
print(sum(counts.values()), list(counts), list(counts.values()))')" "hlog: its histogram, decoded"
fi
if node -e 'require("hdr-histogram-js")' 2>/dev/null; then
    tap_is "300 20" "$(grep /fake/ log.hlog | sed 's/.*,//' | node -e 'const h = require("hdr-histogram-js").decodeFromCompressedBase64(
        require("fs").readFileSync(0, "utf8").trim()); console.log(h.totalCount, h.getValueAtPercentile(99))')" "hlog: hdr-histogram-js reads it"
else
    tap_skip "hlog: hdr-histogram-js reads it" "the npm package is not in NODE_PATH"
fi

# ---- names from strangers: no file is made that holds what they are, and not their letters
mkdir hostile
for file in run.json records.ndjson jobs.ndjson; do
    jq -c --arg name "$(printf '<script>x</script>"|\n`*_y,z={}\\')" 'walk(if type == "string" then gsub("other"; $name) elif type == "object" then
        with_entries(.key |= gsub("other"; $name)) else . end)' run/$file >hostile/$file
done
hostile() { "$heapbench" export hostile --format "$1"; }
tap_is "0" "$(hostile openmetrics | grep -cvE '^(# |heapbench_[a-z0-9_]+[{]([a-z_]+="([^"\\]|\\["\\n])*",?)+[}] [-+.0-9e]+$)')" "openmetrics: a line is one whatever the names"
tap_is "5 8" "$(hostile markdown | wc -l) $(hostile markdown | tail -n 1 | sed 's/\\|//' | tr -cd '|' | wc -c)" "markdown: a row has as many cells"
hostile junit >hostile/junit.xml && python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' hostile/junit.xml
tap_ok $? "junit: it is XML"
tap_is "4" "$(hostile hlog | grep -v '^[#"]' | head -n 1 | tr -cd , | wc -c)" "hlog: a tag is one value"
hostile gbench | jq -e .benchmarks >/dev/null && hostile bencher | jq -e . >/dev/null && hostile github | jq -e . >/dev/null && hostile trace | jq -e . >/dev/null
tap_ok $? "and what is JSON is JSON"
"$heapbench" report hostile >/dev/null 2>&1
tap_is "0 0" "$(cat hostile/*.html hostile/plots/*.svg | grep -c '<script>x') $(
    python3 -c 'import sys, xml.dom.minidom; [xml.dom.minidom.parse(f) for f in sys.argv[1:]]' hostile/plots/*.svg 2>&1 | wc -l)" "the report runs none of it, and plots are XML"

# ---- less of it
tap_is "1 cpu_ns_per_step" "$(exported csv --metric cpu_ns_per_step --cell /fake/ | tr -d '\r' | awk -F, 'NR > 1 && $6 !~ /^outcome/ { n++; m = $6 } END { print n, m }')" \
    "--metric and --cell: what is left"
tap_is "steady/other/glibc" "$(exported bencher --cell /other/ | jq -r 'keys | join(" ")')" "--cell: in JSON, too"
exported csv --metric cpu_ns_per_stp >/dev/null 2>err
tap_is "2 1" "$? $(grep -c "did you mean 'cpu_ns_per_step'" err)" "--metric: an unknown one is refused"
exported csv --cell nowhere >/dev/null 2>err
tap_is "2 1" "$? $(wc -l <err)" "--cell: one that no key contains is refused"

# ---- where it is written: nothing is replaced but a file
exported csv >plain.csv
exported csv -o - >out && cmp -s out plain.csv && [ ! -e ./- ]
tap_ok $? "- is stdout"
{ echo before; exported csv -o /dev/stdout; echo after; } >out
{ echo before; cat plain.csv; echo after; } | cmp -s - out
tap_ok $? "/dev/stdout is stdout, whatever it is"
echo old >target && ln -s target link && exported csv -o link
[ -L link ] && cmp -s target plain.csv
tap_ok $? "a link is followed"
ln -s new dangling && exported csv -o dangling
[ -L dangling ] && cmp -s new plain.csv
tap_ok $? "one to nothing too"
ln -s /dev/null null && exported csv -o null
[ -L null ] && [ -c /dev/null ]
tap_ok $? "a device is written to"
mkfifo pipe && { cat pipe >out & } && exported csv -o pipe && wait
[ -p pipe ] && cmp -s out plain.csv
tap_ok $? "so is a pipe"
ln -s /dev/full full && exported csv -o full 2>err
tap_is "1 1 1" "$? $(grep -c 'cannot write full: No space left on device' err) $([ -L full ] && echo 1)" "a full one is an error"
exported csv >/dev/full 2>err
tap_is "1 1" "$? $(grep -c 'cannot write to stdout: No space left on device' err)" "as stdout too"
ln -s target2 link2 && "${heapbench%/heapbench}/count-nogc" --workload cycles --steps 5 --record link2 >/dev/null 2>&1
[ -L link2 ] && [ "$(jq -r .workload target2)" = cycles ]
tap_ok $? "--record follows links"
tap_done
