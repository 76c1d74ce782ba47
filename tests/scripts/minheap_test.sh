#!/bin/sh
# minheap_test.sh - the smallest heap of a real program: it runs with that, and with 1 % less it does not; it is found once.
. tests/scripts/tap.sh
tap_release_only "the smallest heap" "what is timed is not built with sanitizers"
build=$(cd "${BUILD_DIR:-build}" && pwd)
tests=$PWD/tests/scripts
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
ln -s "$PWD/harness" "$PWD/results" "$PWD/plots" "$PWD/workloads" "$dir" # what heapbench finds in its source tree
mkdir -p "$dir/run" && cd "$dir/run" || exit 2

minheap() {
    "$build/heapbench" minheap --workload cycles --strategy "$1" --steps 20 2>"$dir/said"
}
ends() { # ends STRATEGY BYTES: how a run with that limit ends
    "$build/bench-$1" --workload cycles --steps 20 --seed 1 --heap-limit "$2" --record "$dir/record" >/dev/null 2>&1
    jq -r .outcome "$dir/record"
}

strategy=generational
bytes=$(minheap $strategy | awk '/^cycles/ { print $4 }')
tap_is ok "$(ends $strategy "$bytes")" "$strategy runs with $bytes bytes"
tap_is out-of-memory "$(ends $strategy $((bytes - bytes / 100 - 4096)))" "and not with 1 % less"
tap_is 1 "$(grep -c 'invocations)' "$dir/said")" "it was searched for"
tap_is "$bytes 0" "$(minheap $strategy | awk '/^cycles/ { print $4 }') $(grep -c . "$dir/said")" "and is a fact then"
minheap generational >/dev/null && sed -i 's/ [0-9a-f]*","work/ 0","work/' results/minheap.ndjson && minheap generational >/dev/null
tap_is 1 "$(grep -c 'invocations)' "$dir/said")" "of another build it is none"

"$build/heapbench" run --workload cycles --strategy generational --steps 20 --blocks 1 \
    --sweep heap=0.5x,10x --out "$dir/swept" >/dev/null 2>&1
least=$(jq '[.minheaps[].bytes | numbers] | min' "$dir/swept/run.json")
limits=$(jq -rs 'map(select(.cell | test("@heap="))) | sort_by(.heap_limit_bytes) | map("\(.cell | sub(".*@"; "")) \(.heap_limit_bytes) \(.outcome)") |
    join(" ")' "$dir/swept/records.ndjson")
tap_is "heap=0.5x $((least / 2)) out-of-memory heap=10x $((least * 10)) ok" "$limits" "multiples are of the least of all"
tap_is true "$(jq --argjson least "$least" '[.minheaps[].above | numbers] | length > 0 and all(. >= $least - $least / 50 - 8192)' "$dir/swept/run.json")" \
    "no other was left out that may need less"
"$build/heapbench" minheap --sweep heap=1x >/dev/null 2>"$dir/said"
tap_is "2 1" "$? $(wc -l <"$dir/said")" "a sweep is refused in one line"

# ---- strategies that measure nothing: one that varies has to pass five times in a row, and too long is not enough memory
mkdir bench && cp "$tests/fake_runner.sh" bench/bench-other && cp "$tests/fake_runner.sh" bench/bench-fake
fake() { # fake STRATEGY MOOD
    "$build/heapbench" minheap --plan "$tests/fake_plan.json" --bench-dir bench --workload moody --strategy "$1" --param "moody.mood=$2" 2>"$dir/said" |
        awk '/^moody/ { print $4 }'
}
tap_is 40960 "$(fake other fickle)" "a limit at which it passes now and then is too small"
tap_is 12288 "$(fake fake slow)" "so is one at which it takes thirty times as long"
tap_done
