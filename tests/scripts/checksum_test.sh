#!/bin/sh
# checksum_test.sh - differential: every workload, with every value of each of its choices, and on every shipped trace
# and scenario (in small), gives the same checksums on every strategy, with each of its small-object memories.
build=${BUILD_DIR:-build}
which=bench
[ "$build" = build ] || which=count # the one that is there
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/records"

# "WORKLOAD FLAGS" of each program, and "NAME FLAGS" of all that runs it, the one to compare with first.
traces=$(ls workloads/traces/*.trace)
scenarios=$(for file in workloads/scenarios/*.json; do jq -e .phases "$file" >/dev/null && echo "$file"; done)
"$build/$which-nogc" --describe | jq -r --arg traces "$traces" --arg scenarios "$scenarios" '.workloads[] | .name as $w |
    (if .reads == "trace" then $traces | split("\n")[] | sub(".*/"; "") | sub("[.]trace$"; "") | " --input \(.)",
        " --input \(.) --param step_operations=off"
        elif .reads == "scenario" then $scenarios | split("\n")[] | sub(".*/"; "") | sub("[.]json$"; "") |
        " --input \(.) --param scale=0.01 --steps 0" elif .reads == "text" then " --input results/baseline/input.txt"
        else "" end) as $input | "\($w)\($input)", (.params[] | select(.choices) | .name as $n |
    .choices[] | "\($w)\($input) --param \($n)=\(.)")' >"$dir/programs"
for bench in "$build/$which-nogc" "$build/$which"-*; do
    "$bench" --describe | jq -r '.strategy | "\(.name)", (.name as $n | .tunables[] | select(.name == "memory") |
        "\($n) --set memory=malloc")'
done | awk '!seen[$0]++' >"$dir/runners"

n=1000000
while read -r program; do
    while read -r name flags; do
        n=$((n + 1))
        # shellcheck disable=SC2086 # flags are words
        set -- $program
        workload=$1
        shift
        # shellcheck disable=SC2086
        "$build/$which-$name" --workload "$workload" --steps 300 "$@" $flags --seed 7 \
            --record "$dir/records/$n" >/dev/null 2>"$dir/error" </dev/null ||
            jq -n --arg e "$(tail -n 3 "$dir/error")" '{outcome: $e}' >"$dir/records/$n"
        echo "$name $flags: $program" >>"$dir/names"
    done <"$dir/runners"
done <"$dir/programs"

jq -r '"\(.outcome) \(.observed) \(.graph)" | gsub("\n"; " ")' "$dir"/records/* >"$dir/checksums"
paste -d '|' "$dir/names" "$dir/checksums" | awk -F '|' -v each="$(wc -l <"$dir/runners")" '
    NR % each == 1 { expected = $2 }
    { good = $2 == expected && $2 ~ /^ok 0x[0-9a-f]+ 0x[0-9a-f]+$/; failed += !good
      print (good ? "ok " : "not ok ") NR " - " $1 }
    !good { print "# expected: " expected; print "# got:      " $2 }
    END { print "1.." NR; exit failed > 0 || NR < 2 * each }'
