#!/bin/sh
# protocol_test.sh - programs that are not ours: what harness/PROTOCOL.md says holds for all programs, heapbench check sees what does not fit,
# interpreters run traces and scenarios to the checksum of our own, and Python to the same collections as the embedded one, too.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bench"
before=$(ls -d /tmp/heapbench-programs.* 2>/dev/null)

cp harness/protocol/example "$dir/bench/bench-example"
tap_is "0 0" "$("$build/heapbench" check "$dir/bench/bench-example" >"$dir/out" 2>&1; echo "$? $(grep -c '^not ok' "$dir/out")")" "the example passes the check"
wrong() { # wrong NAME SED TEXT: a copy that is changed so is refused with this
    sed "$2" harness/protocol/example >"$dir/bench/bench-$1" && chmod 755 "$dir/bench/bench-$1"
    "$build/heapbench" check "$dir/bench/bench-$1" >"$dir/out" 2>&1
    tap_is "1 1" "$? $(grep -c "^not ok.*$3" "$dir/out")" "seen: $3"
    rm "$dir/bench/bench-$1"
}
wrong later 's/"schema": 1,$/"schema": 2,/' "is of another schema"
wrong other 's/"name": "$name"/"name": "mine"/' "its name is that of the file: mine"
wrong range 's/"steps": 10/"steps": 0/' "workload 'words' is not in the form"
wrong chance 's/%016x "$observed"/%016x "$(date +%N | sed s,^0*,,)"/' "the same with the same seed"
wrong counts 's/"schema": 1,$/"schema": 1, "counting": true,/' "counts: --audit: accepted"
wrong silent 's/>"$record"/>\/dev\/null/' "words: 20 steps"

# ---- the schemas describe what our own programs say, and what was made of interpreters
schemas() {
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
}

# ---- Node.js and PHP
scenario() { # scenario LANGUAGE NAME: of all verbs and shapes, with another seed, and more steps than the phases have
    for name in "$2" refcount; do
        "$dir/bench/bench-$name" --workload scenario --input tests/scripts/every_verb.json --steps 25 --seed 3 --record "$dir/$name.record.json" >"$dir/out" 2>&1
    done
    tap_is "$(jq -c '[.observed, (.phases[] | .name, .steps)]' "$dir/refcount.record.json")" "$(jq -c '[.observed, (.phases[] | .name, .steps)]' "$dir/$2.record.json")" \
        "$1: every verb of a scenario: what it observes is what all observe"
    "$dir/bench/bench-$2" --describe >"$dir/$2.description.json"
}
forks() { # forks NAME COUNTER: a worker's collection and reading copy memory, and an idle one does not; what it does is not done here
    "$dir/bench/bench-$1" --workload scenario --input forked-workers --param scale=0.05 --record "$dir/forked.json" >"$dir/out" 2>&1
    tap_is "true true 0" "$(jq -r '.phases | "\(.[2].worker.private_dirty_bytes > 2 * .[1].worker.private_dirty_bytes) \(.[3].worker.private_dirty_bytes > 2 *
        .[1].worker.private_dirty_bytes) \(.[2].counters.'"$2"')"' "$dir/forked.json")" "$1: what a forked worker writes to"
}
# Dead are 500 and 1000 nodes at its two steps, guarded or not, until something collects them.
garbage() { # garbage NAME SLACK FLAGS...: that it finds them, and so many more of its own at most
    name=$1 slack=$2 && shift 2
    for guarded in 0 1; do
        echo '{"phases": [{"name": "only", "steps": 2, "build": {"shape": "ring", "nodes": 5, "count": 100, "payload": 100, "guarded": '$guarded'}}]}' >"$dir/garbage.json"
        "$dir/bench/bench-$name" --workload scenario --input "$dir/garbage.json" --audit 2 "$@" --record "$dir/garbage" >"$dir/out" 2>&1
        tap_is "[2,true,true]" "$(jq -c --argjson slack "$slack" '.floating | [.checkpoints, (.average_objects - 750 | . >= 0 and . <= $slack),
            (.peak_objects - 1000 | . >= 0 and . <= $slack)]' "$dir/garbage")" "$name: floating garbage is what the program left, guarded: $guarded"
    done
}
foreign() { # foreign LANGUAGE: check passes, and it observes what a strategy in C observes, on traces that look at all there is to see
    program=$(command -v "$1") || { tap_skip "$1 replays traces" "no $1" && return; }
    [ -x "$build/bench-refcount" ] || { tap_skip "$1 replays traces" "no bench-refcount to compare it with" && return; }
    harness/runners/"$1" --into "$dir/bench" --beside "$build" "my_$1=$program" >"$dir/out" 2>&1
    tap_is "0 " "$? $(cat "$dir/out")" "a strategy is made of $1"
    runner=$PWD/harness/runners/$1
    tap_is "0 " "$(cd "$dir" && "$runner" --into elsewhere "my_$1=$program" 2>&1; echo "$? ")" "$1: from another folder it finds the programs of its tree"
    tap_is "$1: no bench-NAME in none: build some with make, or name their folder with --beside" "$("$runner" --into "$dir/elsewhere" --beside none "my_$1=$program" 2>&1)" \
        "$1: programs that are not there"
    tap_is "0 0" "$("$build/heapbench" check "$dir/bench/bench-my_$1" >"$dir/out" 2>&1; echo "$? $(grep -c '^not ok' "$dir/out")")" "$1 passes the check"
    tap_is "0 my_$1 refcount" "$("$build/heapbench" run --bench-dir "$dir/bench" --workload replay --input rings --strategy "my_$1,refcount" --alone --dry-run \
        >"$dir/out" 2>&1; echo "$? $(grep -o '^replay/[a-z_]*' "$dir/out" | sed 's,.*/,,' | sort -u | tr '\n' ' ' | sed 's/ $//')")" \
        "$1 describes the programs of others as they do"
    for trace in tests/corpus/561c756ea2b8.trace tests/corpus/2fa9d3478e50.trace; do
        for name in "my_$1" refcount; do
            "$dir/bench/bench-$name" --workload replay --input $trace --steps 60 --record "$dir/$name.json" >"$dir/out" 2>&1
        done
        tap_is "$(jq -r .observed "$dir/refcount.json") true" "$(jq -r '"\(.observed) \(.rss.end_bytes >= 0 and .latency.count == 60)"' "$dir/my_$1.json")" \
            "$1: $trace: what it observes is what all observe"
    done
    scenario "$1" "my_$1"
    tap_is "$1: $dir/none.trace: No such file or directory" \
        "$("$dir/bench/bench-my_$1" --workload replay --input "$dir/none.trace" --record "$dir/r" 2>&1)" "$1: a trace that is not there"
    tap_is "$1: refcount is a strategy of heapbench: accepted: another name" \
        "$(harness/runners/"$1" --into "$dir/bench" --beside "$build" refcount="$program" 2>&1)" "$1: a name that is taken"
}
foreign node
foreign php
if [ -e "$dir/bench/bench-my_php" ]; then
    forks my_php collections_gen2
    garbage my_php 0 --set enabled=off
    tap_is true "$(jq '.floating.average_bytes > 750 * 100' "$dir/garbage")" "my_php: and its bytes"
fi
if [ -e "$dir/bench/bench-my_node" ]; then
    garbage my_node 10
    tap_is true "$(jq '.floating.average_bytes > 750 * 100' "$dir/garbage")" "my_node: and its bytes"
    tap_is "2 node: phase 'idle-worker': Node.js forks no worker: accepted: a scenario without \"fork\"" \
        "$("$dir/bench/bench-my_node" --workload scenario --input forked-workers --record "$dir/r" 2>"$dir/error"; echo "$? $(cat "$dir/error")")" "node: what it cannot do"
fi

# ---- Python
python=$(command -v python3)
if [ -z "$python" ] || [ ! -x "$build/bench-cpython" ]; then
    tap_skip "a Python interpreter replays traces" "no python3, or no bench-cpython to compare it with"
    schemas
    tap_done
    exit
fi
harness/runners/python --into "$dir/bench" --beside "$build" theirs="$python" >"$dir/out" 2>&1
tap_is "0 " "$? $(cat "$dir/out")" "a strategy is made of $($python --version 2>&1)"
for trace in rings lists; do
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
scenario Python theirs
forks theirs collections_gen2
garbage theirs 0 --set enabled=off
for name in theirs my_php; do
    [ -e "$dir/bench/bench-$name" ] || continue
    for audit in 0 4; do
        "$dir/bench/bench-$name" --workload scenario --input py314-queue --param scale=0.05 --audit $audit --record "$dir/audit$audit.json" >"$dir/out" 2>&1
    done
    tap_is "$(jq -c '[.counters, true]' "$dir/audit0.json")" "$(jq -c '[.counters, .floating.peak_objects > 300]' "$dir/audit4.json")" \
        "$name: an audit changes nothing of what is timed"
done
schemas

# ---- heapbench run --exec: two builds in one table, audited; the programs are gone afterwards, and made anew for a run that is resumed
run() { COLUMNS=200 "$build/heapbench" run "$@" >"$dir/out" 2>"$dir/error"; }
run --exec "$python" --exec patched="$python" --workload scenario --input py314-queue --param scenario.scale=0.02 --blocks 1 --alone --out "$dir/run"
tap_is "0 patched,python_a" "$? $(jq -r '[.cells[].strategy] | unique | join(",")' "$dir/run/run.json")" "two builds, and no others"
tap_is "2 2" "$(grep -c '^py314-queue .* MB  *[0-9][0-9]* ' "$dir/out") $("$build/heapbench" query "$dir/run" --tsv \
    "select count(*) n from figure where metric = 'floating_peak_objects' and median > 300" | tail -n 1)" "one table has both, with floating garbage"
grep -v '"block":0,.*patched' "$dir/run/records.ndjson" >"$dir/some" && cp "$dir/some" "$dir/run/records.ndjson"
run --resume "$dir/run"
tap_is "0 2" "$? $(wc -l <"$dir/run/records.ndjson")" "a run that is resumed makes them anew"
run --exec "$python" --workload scenario --input start --steps 2 --blocks 1 --out "$dir/narrow"
tap_is "0 null" "$? $(jq -c .incidents "$dir/narrow/run.json")" "an incident of the plan that has no cell in the run is left out"
tap_is "2 heapbench run: --exec '/bin/true': accepted: [NAME=]PATH of a program whose name begins with one of node, php, python" \
    "$(run --exec /bin/true; echo "$? $(cat "$dir/error")")" "what is no interpreter"
tap_is "2 heapbench run: --exec 'refcount=$python': python: refcount is a strategy of heapbench: accepted: another name" \
    "$(run --exec refcount="$python"; echo "$? $(cat "$dir/error")")" "a name that is taken"
tap_is "$before" "$(ls -d /tmp/heapbench-programs.* 2>/dev/null)" "nothing is left of them"
tap_done
