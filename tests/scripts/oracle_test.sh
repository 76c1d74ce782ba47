#!/bin/sh
# oracle_test.sh - what the oracle says was live agrees with walks over the graph, and the parts of resident memory add up to it.
. tests/scripts/tap.sh
build=$(cd "${BUILD_DIR:-build}" && pwd)
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
steps=300

# program ARGS...: the oracle with and without deaths, and two strategies that walk: at each mark held less live is what the walk
# found not to be reachable. One counts, the other moves what it keeps.
program() {
    what=$*
    "$build/count-oracle" --workload "$@" --steps $steps --marks 9 --record "$dir/oracle" >/dev/null 2>&1 &&
        "$build/count-oracle" --workload "$@" --steps $steps --marks 9 --lives "$dir/lives" --record "$dir/told" >/dev/null 2>&1
    tap_is "$(jq -c '.marks | map(.[:4])' "$dir/oracle")" "$(jq -c '.marks | map(.[:4])' "$dir/told")" "$what: found at marks or dated later, as much is live"
    for strategy in generational semispace; do
        [ -x "$build/count-$strategy" ] || continue
        "$build/count-$strategy" --workload "$@" --steps $steps --audit 9 --lives "$dir/lives" --record "$dir/walked" >/dev/null 2>&1
        tap_is '9 [0,0,0,0]' "$(jq -r --slurpfile o "$dir/oracle" '[.marks, $o[0].marks, .floating.samples] | transpose |
            map([.[0][0] - .[1][0], .[0][1] - .[1][1], .[0][2] - .[1][2] - .[2][1], .[0][3] - .[1][3] - .[2][2]]) |
            "\(length) \(unique | .[0])" + (if (unique | length) == 1 then "" else " and others" end)' "$dir/walked")" "$what: $strategy: the walk agrees at every mark"
        tap_is 0 "$(jq '.drag.early_objects' "$dir/walked")" "$what: $strategy: nothing is released before it died"
    done
}
program cycles --param live=50
program requests
program interning --input README.md

echo '{"blocks": 2, "again": [], "observe": ["counts", "audit:8", "drag"], "slices": [{"base": "requests"}]}' >"$dir/plan.json"
"$build/heapbench" run --plan "$dir/plan.json" --steps 2000 --strategy refcount,marksweep,nogc --out "$dir/run" --bench-dir "$build" >/dev/null 2>&1
tap_is "1 0" "$(ls "$dir"/run/oracle/*.json | wc -l) $(ls "$dir"/run/oracle/*.lives 2>/dev/null | wc -l)" "the oracle ran once for three cells, and its deaths are gone"
tap_is "0 true 1 false" "$(jq -r '"\(.block) \(has("graph"))"' "$dir/run/records.ndjson" | sort -u | xargs)" "the first block alone walks over what is reachable at the end"
query() { "$build/heapbench" query "$dir/run" --csv "$1" | tail -n 1 | tr -d "\r"; }
tap_is 3,0 "$(query "select count(*), sum(abs(r.median - l.median - f.median - h.median - u.median - s.median) > 2) from cell join figure r on r.cell = id and r.metric = 'rss_marks_bytes'
    join figure l on l.cell = id and l.metric = 'live_average_bytes' join figure f on f.cell = id and f.metric = 'floating_average_bytes'
    join figure h on h.cell = id and h.metric = 'heap_headers_bytes' join figure u on u.cell = id and u.metric = 'heap_unused_bytes' join figure s on s.cell = id and s.metric = 'rss_beyond_heap_bytes'")" "live, floating, headers, free cells and slack add up to resident memory"
tap_is true "$(jq -s 'map(select(.block == 0)) | all((.marks | map(.[5]) | max) < .rss.peak_bytes + .rss.baseline_bytes / 2)' "$dir/run/records.ndjson")" "which is less what was resident before, as the peak is"
tap_is 1 "$(query "select count(distinct value) from fact where name = 'live_peak_bytes'")" "what was live is a fact of the program"
tap_is "0,0 $(jq -r 'select(.block == 0 and .strategy == "nogc") | "\(.counters.bytes_allocated),\(.marks | map(.[3] - .[7]) | max)"' "$dir/run/records.ndjson")" "$(query "select (select median from figure join cell on id = cell
    where metric = 'drag_max_bytes' and key like '%/refcount/%'), (select count(*) from figure join cell on id = cell where metric = 'drag_max_bytes' and key like '%/nogc/%')") $(query "select cast(median as integer) from figure join cell on id = cell where metric = 'leaked_bytes' and key like '%nogc%'"),$(query "select cast(median as integer) from figure join cell on id = cell where metric = 'floating_peak_bytes' and key like '%nogc%'")" "what frees at once drags nothing, what never frees releases nothing and leaks all"
tap_done
