#!/bin/sh
# trace_test.sh - traces as users meet them: by name or path, dropped into workloads/traces, damaged, or not there.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# replay STRATEGY FLAG...: "OUTCOME STEPS INPUT GRAPH FLOATING", or what is said instead.
replay() {
    strategy=$1
    shift
    "$build/count-$strategy" --workload replay --steps 50 "$@" --record "$dir/record" >"$dir/out" 2>&1 </dev/null ||
        { echo "status $?: $(tail -n 1 "$dir/out")"; return; }
    jq -r '"\(.outcome) \(.steps) \(.environment.input) \(.graph) \(.floating.peak_objects)"' "$dir/record"
}
same() { replay refcount --input "$1" | cut -d' ' -f4; }

for file in workloads/traces/*.trace; do
    name=$(basename "$file" .trace)
    "$build/tests/traces" "$dir" "$name" && cmp -s "$file" "$dir/$name.trace"
    tap_ok $? "$name.trace is what workloads/traces/make.c writes"
    tap_is "$(same "$file")" "$(same "$name")" "$name is found by name and by path"
done
tap_is "$(same queue)" "$(replay refcount | cut -d' ' -f4)" "without an input it is the queue"

# A tree with one more trace and nothing else changed.
mkdir -p "$dir/tree/build" "$dir/tree/workloads/traces"
cp "$build/count-refcount" "$dir/tree/build"
"$build/tests/traces" "$dir/tree/workloads/traces" counter
(cd "$dir" && tree/build/count-refcount --workload replay --input counter --steps 5 --record "$dir/record" >"$dir/out" 2>&1)
tap_is "ok counter" "$(jq -r '"\(.outcome) \(.environment.input)"' "$dir/record")" "a file dropped in is replayed by name"
tap_is "status 2: count-refcount: trace counter: give the path of one, or cascade, docutils, hg, json_tool, lists, pydoc, pyflakes, queue, requests, rings, syntax_tree" \
    "$(replay refcount --input counter)" "elsewhere the line says what there is"

head -c 5000 workloads/traces/queue.trace >"$dir/short"
sed 's/shipment/shipmenX/' workloads/traces/queue.trace >"$dir/damaged"
tap_is "status 2: count-refcount: trace $dir/short: cut short: 4972 of $(($(wc -c <workloads/traces/queue.trace) - 28)) bytes are there" \
    "$(replay refcount --input "$dir/short")" "a file that was cut short is refused"
tap_is "status 2: count-refcount: trace $dir/damaged: damaged: the checksum is not that of its content" \
    "$(replay refcount --input "$dir/damaged")" "a damaged file is refused"
tap_is "status 2: count-refcount: trace Makefile: not a trace: give a file that starts with HBTRACE" \
    "$(replay refcount --input Makefile)" "a text is refused"

# What is live is found from the registers of the trace: what counting frees at once never floats, and garbage in
# cycles does.
tap_is 0 "$(replay refcount --input cascade --audit 20 | cut -d' ' -f5)" "an audit finds no floating garbage in cascades"
[ "$(replay refcount --input rings --audit 20 | cut -d' ' -f5)" -gt 100 ]
tap_ok $? "and some in rings"

# Both ways to cut steps, past the end and again from the start. The trace of 24 chains has a mark after each.
tap_is "$(replay refcount --input cascade --param step_operations=off --steps 48 | cut -d' ' -f4)" \
    "$(replay refcount --input cascade --param step_operations=off --steps 24 | cut -d' ' -f4)" "a trace begins again"
jq -e '.leaked_objects == 0' "$dir/record" >/dev/null
tap_ok $? "and leaves nothing"

# The driver gives a trace to who reads traces, and a text to who reads texts.
"$build/heapbench" run --workload replay,interning --strategy refcount,nogc --blocks 1 --steps-factor 0.01 \
    --input rings --out "$dir/run" >"$dir/out" 2>&1 </dev/null
tap_is "interning null
replay rings" "$(jq -r '"\(.workload) \(.environment.input | if . == "/usr/include" then null else . end)"' \
    "$dir/run/records.ndjson" 2>"$dir/error" | sort -u)" "heapbench run --input takes a trace's name"
# Logs of malloc are replayed, and the record says what was read.
printf '20\n2\n4\n1\na 0 2040\na 1 16\nr 0 4000\nf 1\n' >"$dir/short.rep"
"$build/count-refcount" --workload replay --input "$dir/short.rep" --param step_operations=0 --steps 1 --record "$dir/record" >/dev/null 2>&1
tap_is "ok a .rep of CS:APP 4 3 2 4 2" "$(jq -r '"\(.outcome) \(.reads.format) \(.reads.log_operations) \(.reads.blocks) \(.reads.most_blocks) \(.counters.objects_allocated) \(.counters.objects_freed)"' "$dir/record")" \
    "a log of malloc is a program"
tap_is "count-refcount: input $dir/short.rep is a trace: accepted: text in UTF-8, JSON, a folder of text" \
    "$("$build/count-refcount" --workload interning --input "$dir/short.rep" 2>&1 | tail -n 1)" "which is no text"
tap_is "heapbench run: --input $dir/short.rep is a trace, which no selected workload reads: accepted: --workload replay" \
    "$("$build/heapbench" run --workload interning --input "$dir/short.rep" --dry-run 2>&1)" "and the driver says who reads it"
echo 'one two three' >"$dir/text"
tap_is "heapbench run: --input $dir/text is text, which no selected workload reads: accepted: --workload interning" \
    "$("$build/heapbench" run --workload replay,cycles --input rings,"$dir/text" --dry-run 2>&1)" "one of several inputs that nobody reads is refused"

# An input that changes is told as that, whatever the strategies made of it.
"$build/heapbench" run --strategy refcount --workload interning --alone --input "$dir/text" --blocks 1 --steps 10 --out "$dir/changed" >/dev/null 2>&1
tap_is "3 3 0" "$(jq -r '"\(.reads.tokens) \(.reads.distinct) \(.reads.numbers)"' "$dir/changed/records.ndjson" | head -n 1)" "a record says how many words its text had"
echo 'one two four' >"$dir/text"
"$build/heapbench" work --jobs 1 --out "$dir/later" "$dir/changed/jobs.ndjson" >/dev/null 2>&1
tap_is "failed the input changed during the run: $dir/text was" "$(jq -r '"\(.outcome) \(.detail)"' "$dir"/later/spool/* | cut -d' ' -f1-9)" \
    "an input that changed is reported as that"
# A trace that begins again meets guarded objects of the round before.
for strategy in refcount marksweep; do
    [ -x "$build/count-$strategy" ] || continue
    "$build/count-$strategy" --workload replay --input tests/corpus/754757a2b02b.trace --steps 300 --record "$dir/record" >"$dir/out" 2>&1
    tap_is "0 0xa3f2f977fc853f20" "$? $(jq -r .observed "$dir/record")" "$strategy: objects that were guarded in the round before are handed back whole"
done
tap_done
