#!/bin/sh
# protocol_test.sh - programs that are not ours: what harness/PROTOCOL.md says holds for all programs, heapbench check sees what does not fit,
# node and php replay traces to the checksum of our own, and a Python interpreter to the same collections as the embedded one, too.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bench"

cp harness/runners/example "$dir/bench/bench-example"
tap_is "0 0" "$("$build/heapbench" check "$dir/bench/bench-example" >"$dir/out" 2>&1; echo "$? $(grep -c '^not ok' "$dir/out")")" "the example passes the check"
wrong() { # wrong NAME SED TEXT: a copy that is changed so is refused with this
    sed "$2" harness/runners/example >"$dir/bench/bench-$1" && chmod 755 "$dir/bench/bench-$1"
    "$build/heapbench" check "$dir/bench/bench-$1" >"$dir/out" 2>&1
    tap_is "1 1" "$? $(grep -c "^not ok.*$3" "$dir/out")" "seen: $3"
    rm "$dir/bench/bench-$1"
}
wrong later 's/"schema": 1,$/"schema": 2,/' "is of another schema"
wrong other 's/"name": "$name"/"name": "mine"/' "its name is that of the file: mine"
wrong range 's/"steps": 10/"steps": 0/' "workload 'words' is not in the form"
wrong chance 's/%016x "$observed"/%016x "$(date +%N | sed s,^0*,,)"/' "the same with the same seed"
wrong silent 's/>"$record"/>\/dev\/null/' "words: 20 steps"

# ---- the schemas describe what our own programs say
if /usr/bin/env python3 -c 'import jsonschema' 2>/dev/null; then
    some=$(find "$build" -maxdepth 1 -name 'bench-*' ! -name '*.*' | sort | head -n 3; find "$build" -maxdepth 1 -name 'count-generational')
    for program in $some "$dir/bench/bench-example"; do
        "$program" --describe >"$dir/${program##*/}.description.json"
        workload=cycles && [ "${program##*/}" != bench-example ] || workload=words
        "$program" --workload $workload --steps 20 --record "$dir/${program##*/}.record.json" >/dev/null 2>&1
    done
    tap_is "" "$(python3 - "$dir" <<'END'
import glob, json, sys, jsonschema
for kind in ("description", "record"):
    schema = json.load(open("harness/protocol/%s.json" % kind))
    jsonschema.Draft7Validator.check_schema(schema)
    files = glob.glob("%s/*.%s.json" % (sys.argv[1], kind))
    assert len(files) > 1
    for file in files:
        for error in jsonschema.Draft7Validator(schema).iter_errors(json.load(open(file))):
            print(file.split("/")[-1], error.message[:100])
    if not list(jsonschema.Draft7Validator(schema).iter_errors({"schema": 1})):
        print("nothing is required of a", kind)
END
)" "all descriptions and records are in the form of the schemas"
else
    tap_skip "the schemas" "no python3-jsonschema"
fi

# ---- Node.js and PHP
foreign() { # foreign LANGUAGE: check passes, and it observes what a strategy in C observes, on traces that look at all there is to see
    program=$(command -v "$1") || { tap_skip "$1 replays traces" "no $1" && return; }
    [ -x "$build/bench-refcount" ] || { tap_skip "$1 replays traces" "no bench-refcount to compare it with" && return; }
    harness/runners/"$1" --into "$dir/bench" --beside "$build" "my_$1=$program" >"$dir/out" 2>&1
    tap_is "0 " "$? $(cat "$dir/out")" "a strategy is made of $1"
    tap_is "0 0" "$("$build/heapbench" check "$dir/bench/bench-my_$1" >"$dir/out" 2>&1; echo "$? $(grep -c '^not ok' "$dir/out")")" "$1 passes the check"
    for trace in queue tests/corpus/561c756ea2b8.trace tests/corpus/2fa9d3478e50.trace; do
        for name in "my_$1" refcount; do
            "$dir/bench/bench-$name" --workload replay --input $trace --steps 60 --record "$dir/$name.json" >"$dir/out" 2>&1
        done
        tap_is "$(jq -r .observed "$dir/refcount.json") true" "$(jq -r '"\(.observed) \(.rss.end_bytes >= 0 and .latency.count == 60)"' "$dir/my_$1.json")" \
            "$1: $trace: what it observes is what all observe"
    done
    tap_is "$1: $dir/none.trace: No such file or directory" \
        "$("$dir/bench/bench-my_$1" --workload replay --input "$dir/none.trace" --record "$dir/r" 2>&1)" "$1: a trace that is not there"
    tap_is "$1: refcount is a strategy of heapbench: accepted: another name" \
        "$(harness/runners/"$1" --into "$dir/bench" --beside "$build" refcount="$program" 2>&1)" "$1: a name that is taken"
}
foreign node
foreign php

# ---- Python
python=$(command -v python3)
if [ -z "$python" ] || [ ! -x "$build/bench-cpython" ]; then
    tap_skip "a Python interpreter replays traces" "no python3, or no bench-cpython to compare it with"
    tap_done
    exit
fi
harness/runners/python --into "$dir/bench" --beside "$build" theirs="$python" >"$dir/out" 2>&1
tap_is "0 " "$? $(cat "$dir/out")" "a strategy is made of $($python --version 2>&1)"
for trace in queue rings lists; do
    for name in theirs cpython; do
        "$dir/bench/bench-$name" --workload replay --input $trace --steps 60 --set threshold0=700 --set threshold1=10 --set threshold2=10 \
            --record "$dir/$name.json" >"$dir/out" 2>&1
    done
    tap_is "$(jq -r .observed "$dir/cpython.json")" "$(jq -r .observed "$dir/theirs.json")" "$trace: what it observes is what all observe"
    case $($python -c 'import sys; print(sys.version_info[:2] <= (3, 11))') in
    True)
        tap_is "$(jq -c '[.counters | .collections_gen0, .collections_gen1, .collections_gen2]' "$dir/cpython.json")" \
            "$(jq -c '[.counters | .collections_gen0, .collections_gen1, .collections_gen2]' "$dir/theirs.json")" "$trace: and it collects as the embedded one does"
        ;;
    *) tap_skip "$trace: collections" "another version's rules" ;;
    esac
done
tap_is "python: $dir/none.trace: No such file or directory" "$("$dir/bench/bench-theirs" --workload replay --input "$dir/none.trace" --record "$dir/r" 2>&1)" \
    "a trace that is not there"
tap_is "python: takes --into DIR and at least one NAME=/path/of/python" "$(harness/runners/python --into "$dir/x" 2>&1)" "no interpreter is named"
tap_is "python: generational is a strategy of heapbench: accepted: another name" \
    "$(harness/runners/python --into "$dir/bench" --beside "$build" generational="$python" 2>&1)" "a name that is taken"
tap_done
