#!/bin/sh
# checksum_test.sh - differential: every workload, with every value of each of its choices, and on every shipped trace
# and scenario (in small), gives the same checksums on every strategy, with each of its small-object memories.
# For another machine (tests/cross): RUN is what runs its programs, BESIDE the build that runs here, which says what is expected.
build=${BUILD_DIR:-build} beside=${BESIDE:-${BUILD_DIR:-build}}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# "WORKLOAD FLAGS" of each program.
which=bench steps=300
[ "$beside" = build ] || { which=count steps=100; } # the one that is there; sanitizers are slow
steps=${STEPS:-$steps}
traces=$(ls workloads/traces/*.trace)
scenarios=$(for file in workloads/scenarios/*.json; do jq -e .phases "$file" >/dev/null && echo "$file"; done)
"$beside/$which-nogc" --describe | jq -r --arg traces "$traces" --arg scenarios "$scenarios" '.workloads[] | .name as $w |
    (if .reads == "trace" then $traces | split("\n")[] | sub(".*/"; "") | sub("[.]trace$"; "") | " --input \(.)",
        " --input \(.) --param step_operations=off"
        elif .reads == "scenario" then $scenarios | split("\n")[] | sub(".*/"; "") | sub("[.]json$"; "") |
        " --input \(.) --param scale=0.01 --steps 0" elif .reads == "text" then " --input results/baseline/input.txt"
        else "" end) as $input | "\($w)\($input)", (.params[] | select(.choices) | .name as $n |
    .choices[] | "\($w)\($input) --param \($n)=\(.)")' >"$dir/programs"

# "NAME FLAGS" of all that runs them: a strategy answers all in one process, and what it did not come to is not ok.
answers() { # answers PROGRAM [RUN]
    program=$1 run=${2:-} name=${1##*-}
    "$beside/$which-$name" --describe | jq -r '.strategy | "\(.name)", (.name as $n | .tunables[] | select(.name == "memory") |
        "\($n) --set memory=malloc")' >"$dir/runners"
    while read -r name flags; do
        sed "s/\([^ ]*\)\(.*\)/--workload \1 --steps $steps\2 $flags --seed 7/" "$dir/programs" |
            $run "$program" >"$dir/said" 2>"$dir/error" || tail -n 3 "$dir/error" | xargs -0 printf 'died: %s' | tr '\n' ' ' >>"$dir/said"
        paste -d '|' "$dir/programs" "$dir/said" | sed "s/^/$name $flags|/"
    done <"$dir/runners"
}
for program in "$build"/tests/checksum/checksum-*; do answers "$program" "${RUN:-}"; done >"$dir/answers"

# What nogc said is expected of all.
expected=$dir/answers
[ "$beside" = "$build" ] || { expected=$dir/expected && answers "$beside/tests/checksum/checksum-nogc" >"$expected"; }
awk -F '|' '
    NR == FNR { if ($1 == "nogc ") expected[$2] = $3; next }
    { good = $3 == expected[$2] && $3 ~ /^ok 0x[0-9a-f]+ 0x[0-9a-f]+$/; failed += !good
      print (good ? "ok " : "not ok ") FNR " - " $1 ": " $2 }
    !good { print "# expected: " expected[$2]; print "# got:      " $3 }
    END { print "1.." FNR; exit failed > 0 || FNR < 2 * length(expected) }' "$expected" "$dir/answers"
