#!/bin/sh
# checksum_test.sh - differential: every workload, with every value of each of its choices, gives the same
# checksums on every strategy, with each of its small-object memories.
. tests/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

checksums() { # checksums BENCH ARGS... : "outcome observed graph"
    bench=$1
    shift
    "$bench" "$@" --record "$dir/record" >/dev/null 2>"$dir/error" || { tail -n 3 "$dir/error"; return; }
    jq -r '"\(.outcome) \(.observed) \(.graph)"' "$dir/record"
}

describe=$("$build/bench-nogc" --describe)
for workload in $(echo "$describe" | jq -r '.workloads[].name'); do
    variants=$(echo "$describe" | jq -r --arg w "$workload" '"", (.workloads[] | select(.name == $w).params[] |
        select(.choices) | .name as $n | .choices[] | "--param \($n)=\(.)")')
    echo "$variants" | while read -r variant; do
        # shellcheck disable=SC2086 # variant is words
        set -- --workload "$workload" $variant --steps 300 --seed 7 --input results/baseline/input.txt
        expected=$(checksums "$build/bench-nogc" "$@")
        case $expected in
        "ok 0x"*" 0x"*) ;;
        *) tap_ok 1 "nogc runs $workload $variant: $expected" ;;
        esac
        for bench in "$build"/bench-*; do
            [ "$bench" = "$build/bench-nogc" ] || tap_is "$expected" "$(checksums "$bench" "$@")" \
                "$(basename "$bench"): $workload $variant"
            "$bench" --describe | jq -e '.strategy.tunables[] | select(.name == "memory")' >/dev/null || continue
            tap_is "$expected" "$(checksums "$bench" "$@" --set memory=malloc)" \
                "$(basename "$bench") memory=malloc: $workload $variant"
        done
    done
done >"$dir/tap"
# The loop ran in a subshell: number its results here.
awk '/^(not )?ok /{sub(/ok [0-9]*/, "ok " ++n)} {print} END {print "1.." n}' "$dir/tap"
grep -q '^ok' "$dir/tap" && ! grep -q '^not ok' "$dir/tap"
