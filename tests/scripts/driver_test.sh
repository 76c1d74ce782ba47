#!/bin/sh
# driver_test.sh - the driver with strategies that measure nothing and misbehave: plans, failures, stopping, resuming.
. tests/scripts/tap.sh
. tests/scripts/fakes.sh
fakes bench-fake bench-other
plans=${tests%/tests/scripts}/harness/plans
doubled() { # doubled RUN : records of the same cell and block
    jq -r '"\(.block) \(.cell)"' "$1/records.ndjson" | sort | uniq -d | wc -l
}
until_spooled() { # until_spooled RUN N : wait for that many records of a run under way, at most 10 s
    for _ in $(seq 200); do
        [ "$(find "$1/spool" -name '*.json' 2>/dev/null | wc -l)" -ge "$2" ] && return
        sleep 0.05
    done
}

# ---- the plan
run --dry-run --out "$dir/dry"
[ $? -eq 0 ] && [ ! -e "$dir/dry" ] && [ ! -e results ] && grep -q '^8 cells .* 5 blocks' "$dir/out"
tap_ok $? "a dry run prints 8 cells and an estimate, and runs nothing"
run --dry-run --strategy fake --workload steady --sweep threshold=1,2 --set memory=malloc
tap_is 'steady/fake[memory=malloc]/glibc
steady/fake[threshold=1;memory=malloc]/glibc
steady/fake[threshold=2;memory=malloc]/glibc' "$(grep / "$dir/out")" "--sweep and --set"
run --dry-run
tap_is 'moody/fake/glibc
moody/other/glibc
steady/fake/glibc
steady/other/glibc
steady/fake[threshold=off]/glibc
steady/fake[threshold=70]/glibc
steady/other[threshold=off]/glibc
steady/other[threshold=70]/glibc' "$(grep / "$dir/out")" "the cells of a plan"
echo '{"blocks": 2, "slices": [{"base": "*"}, {"sweep": "*"}, {"params": "*"}, {"presets": "*", "with": "*"}]}' >all.json
run --dry-run --plan all.json --strategy fake --workload steady --backing glibc
tap_is 'steady/fake/glibc
steady/fake[threshold=off]/glibc
steady/fake[threshold=70]/glibc
steady[size=1]/fake/glibc
steady/fake/glibc@again' "$(grep / "$dir/out")" "a plan sweeps what is declared, and runs a cell twice"
run --dry-run --strategy fake --workload steady --sweep heap=1M,64Mi
tap_is 'steady/fake/glibc
steady/fake/glibc@heap=1M
steady/fake/glibc@heap=64Mi' "$(grep / "$dir/out")" "the heap limit is an axis"
run --dry-run --cell 'steady[size=2]/fake/glibc'
tap_is 'steady[size=2]/fake/glibc' "$(grep / "$dir/out")" "a cell alone"
run --dry-run --plan all.json --strategy fake --workload steady --cell 'steady[size=2]/fake/glibc'
tap_is 'steady[size=2]/fake/glibc' "$(grep / "$dir/out")" "and under one name, whatever the plan"
run --dry-run --plan all.json --strategy fake --workload steady --alone
tap_is 'steady/fake/glibc' "$(grep / "$dir/out")" "--alone: the base, under one name"
run --dry-run --workload steady --preset grown
tap_is 'steady[size=99]/other/glibc' "$(grep / "$dir/out")" "--preset of a workload, for the strategy that can run it"
run --dry-run --plan all.json --workload steady --strategy other
[ "$(grep -c '^steady\[size=99\]' "$dir/out")" -eq 2 ]
tap_ok $? "such a matrix has it, and the preset of the strategy with it"
"$heapbench" list --bench-dir "$dir/bench" --json | jq -e '.strategies.other and .workloads.moody' >/dev/null
tap_ok $? "list --json"
"$heapbench" list --bench-dir "$dir/bench" --markdown | grep -qF '| `fake` | made up | `threshold` (700), `memory` (pool) |'
tap_ok $? "list --markdown"
"$heapbench" list --bench-dir "$dir/bench" --markdown | grep -qF '| `grown` | `steady` | a large one | `size=99` |'
tap_ok $? "with presets"
"$heapbench" list --bench-dir "$dir/bench" workloads | grep -A 1 'preset grown: size=99' | grep -q 'a large one'
tap_ok $? "list workloads shows them too"

for command in list "run --dry-run --plan $dir/plan.json" --help; do
    # shellcheck disable=SC2086 # the command is words
    case $command in -*) set -- $command ;; *) set -- $command --bench-dir "$dir/bench" ;; esac
    "$heapbench" "$@" >/dev/full 2>"$dir/err"
    tap_is "1 1" "$? $(grep -c 'cannot write to stdout: No space left on device' "$dir/err")" "stdout that takes nothing is an error: $1"
done

# ---- a plan is dropped in: a file in harness/plans/ beside or above the program, with no other edit
mkdir -p "$dir/tree/harness/plans" "$dir/tree/build"
cp "$heapbench" "$dir/tree/build/"
echo '{"slices": [{"base": "steady"}]}' >"$dir/tree/harness/plans/mine.json"
"$dir/tree/build/heapbench" run --bench-dir "$dir/bench" --plan mine --dry-run >"$dir/out" 2>"$dir/err"
tap_is 'steady/fake/glibc
steady/other/glibc
steady/fake/glibc@again' "$(grep / "$dir/out")" "a plan that is dropped in is there by its name"
"$dir/tree/build/heapbench" run --bench-dir "$dir/bench" --dry-run >"$dir/out" 2>"$dir/err"
tap_is "2 heapbench run: no plan 'quick': accepted: mine" "$? $(cat "$dir/err")" "and named where another is not found"

# ---- the same under a second name: the same program, in each block, and no strategy of any table
echo '{"slices": [{"base": "*"}], "again": "oth*", "blocks": 2}' >again.json
run --plan again.json --workload steady --out again
tap_is "steady/fake/glibc steady/other/glibc steady/other/glibc@again 6" \
    "$(jq -r .cell again/records.ndjson | sort -u | xargs) $(count again)" "the plan says which strategies run again"
tap_is "steady/other/glibc|steady/other/glibc@again steady/fake/glibc steady/other/glibc" "$("$heapbench" query --json again "select r.key || '|' ||
    c.key k from repeated r join cell c on c.id = r.second union all select key from cells" | jq -r .[].k | xargs)" \
    "a second is a cell, and none of those that are compared"
run --plan again.json --blocks 1 --dry-run
tap_is 0 "$(grep -c @again "$dir/out")" "one block has no noise to show"

# ---- seeds in turn: what is counted is counted once for each, and has a range
echo '{"slices": [{"base": "steady", "strategies": "fake", "observe": ["counts", "audit:4"]}], "again": [], "blocks": 5, "seed": 7}' >seeds.json
for each in fake other; do cp "$dir/bench/bench-$each" "$dir/bench/count-$each"; done
run --plan seeds.json --seeds 2 --out seeds
tap_is "0 7 8 7 8 7 0:7 1:8" "$? $(jq -s 'sort_by(.block) | .[].seed' seeds/records.ndjson | xargs) $(jq -sr 'sort_by(.block) | .[] |
    select(.floating) | "\(.block):\(.seed)"' seeds/records.ndjson | xargs)" "blocks take turns with seeds, and each is audited once"
tap_is "2" "$(jq .seeds seeds/run.json)" "the run says how many"
rm "$dir"/bench/count-*

# ---- a run
run
status=$?
tap_is "0 40 0" "$status $(count results/latest) $(doubled results/latest)" "a quick run: 8 cells x 5 blocks"
[ $status -eq 0 ] || sed 's/^/# /' "$dir/err"
# 4 base cells and 2 times 2 of the sweep of threshold; not those on malloc, nor of the parameter.
tap_is "8 0" "$(jq -r 'select(.floating) | .block' results/latest/records.ndjson | uniq -c | xargs)" \
    "floating garbage is asked for once, where a tunable may show in it"
grep -q '^workload .* steps/s .* p99 .* peak RSS' "$dir/out"
tap_ok $? "its table"
[ "$(readlink results/latest)" = "$(ls results | grep -v latest)" ] && [ -z "$(ls results/latest/spool)" ]
tap_ok $? "results/latest is a relative link, the spool is empty"
tap_is "$(seq 0 39)" "$(jq .order results/latest/records.ndjson | sort -n)" "every place in the order is taken once"
run --dry-run
grep -q 'as in the newest run' "$dir/out"
tap_ok $? "the next estimate is made from it"

tap_is "40 8 8" "$(jq -r .cell results/latest/jobs.ndjson | wc -l) $(jq -r .cell results/latest/jobs.ndjson | sort -u | wc -l) $(
    jq -c 'select(.observe != [])' results/latest/jobs.ndjson | wc -l)" "a job for each, of which the first block's are audited"
tap_is "threshold 5" "$(jq -r '"\(.plan.slices[1].sweep) \(.plan.blocks)"' results/latest/run.json)" "the plan is kept with the run"
run --out "$dir/heap" --strategy fake --workload steady --sweep heap=1M --blocks 1
tap_is "0 0 1000000" "$? $(jq -r .heap_limit_bytes heap/records.ndjson | sort -n | xargs)" "a swept heap limit reaches the program"

# ---- a load: 100 steps of the fake take 1 ms in a closed loop
run --out "$dir/load" --strategy fake --workload steady --sweep load=0.5 --blocks 2
tap_is "0 0.5 100000.0 50000.0;0.5 100000.0 50000.0" "$? $(jq -r 'select(.load) | "\(.load) \(.closed_loop_steps_per_second) \(.arrivals_per_second)"' \
    load/records.ndjson | sed 's/00000$/00000.0/; s/ 100000 / 100000.0 /; s/ 50000$/ 50000.0/' | paste -sd';')" "a load is a share of the closed loop's rate"
other_rate() { # other_rate FILTER : records of which the closed loops took another time; then those that the filter leaves out run again
    jq -c "(select(.load | not).wall_ns) = 999983 | select($1)" load/records.ndjson >"$dir/kept" && mv "$dir/kept" load/records.ndjson
    run --resume "$dir/load"
    jq -r 'select(.load).arrivals_per_second' load/records.ndjson | sort -u
}
first=$(other_rate '.load | not')
again=$(other_rate '(.load | not) or .block == 0')
tap_is "1 $first" "$([ "$first" != 50000 ] && echo "$first" | wc -l) $again" "what is resumed has the same rate, to the last digit"
sed -i 's/"outcome":"ok"/"outcome":"crashed"/' load/records.ndjson && other_rate '.load | not' >/dev/null
tap_is "no closed loop of its program ended ok in block 0" "$(jq -r 'select(.load).detail' load/records.ndjson | sort -u)" "without a closed loop there is no rate"

# ---- invocations that fail are results, and the others go on
for mood in crash:crashed hang:timeout exit:failed garbage:failed unloaded:failed; do
    run --out "$dir/${mood%:*}" --param "moody.mood=${mood%:*}" --blocks 1 --timeout 0.5
    tap_is "1 8 2 ${mood#*:}" "$? $(count "${mood%:*}") $(jq -r 'select(.outcome != "ok").outcome' \
        "${mood%:*}/records.ndjson" | uniq -c | xargs)" "an invocation that ends by ${mood%:*}"
done
tap_is 'signal 11 (Segmentation fault): last words' "$(jq -r 'select(.outcome == "crashed").detail' \
    crash/records.ndjson | sort -u)" "a crash is kept with its signal and last words"
tap_is 'killed after 0.5 s (--timeout)' "$(jq -r 'select(.outcome == "timeout").detail' hang/records.ndjson | sort -u)" \
    "a timeout quotes nothing, for what was printed says nothing about it"
tap_is 'crash 700 pool' "$(jq -r 'select(.outcome == "crashed") | "\(.params.mood) \(.tunables.threshold) " +
    .tunables.memory' crash/records.ndjson | sort -u)" "and with all settings"
run --out "$dir/memory" --workload moody --param moody.mood=memory --blocks 1
status=$?
tap_is "1 heapbench: 2 of 2 invocations ran out of memory" "$status $(grep 'out of memory' "$dir/err")" \
    "where all ran out of memory nothing came of it"
run --out "$dir/some" --strategy fake --sweep moody.mood=calm,memory --workload moody --blocks 1
tap_is "0 1" "$? $(grep -c 'ran out of memory' "$dir/err")" "out of memory is a result beside others"
"$heapbench" report "$dir/bench" >/dev/null 2>"$dir/err"
tap_is "2 1" "$? $(grep -c 'is no folder of a run' "$dir/err")" "a report of no run is a slip"
run --out "$dir/differ" --workload moody --param moody.mood=differ --blocks 1
status=$?
grep -q 'DISAGREEMENT: moody\[mood=differ\]' "$dir/err"
tap_is "1 0" "$status $?" "strategies that disagree are reported"

backings=$("$heapbench" list --bench-dir "$dir/bench" --json | jq -r '.backings | join(",")')
run --out "$dir/backings" --strategy fake --workload steady --backing "$backings" --blocks 1
tap_is "0 $backings" "$? $(jq -rs 'sort_by(.backing) | map(.backing) | unique | join(",")' backings/records.ndjson)" \
    "every backing allocator that is installed is preloaded"
run --out "$dir/options" --strategy fake --workload steady --backing glibc,glibc:tcache_count=0+mmap_threshold=4096,glibc:mmap_threshold=4096+tcache_count=0 --blocks 1
tap_is "0 glibc {} glibc:mmap_threshold=4096+tcache_count=0 {}" "$? $(jq -rs 'map(select(.cell | test("@again") | not)) |
    sort_by(.backing) | map("\(.backing) \(.environment.allocator)") | unique | join(" ")' options/records.ndjson)" \
    "options make another backing allocator, and are no setting of the machine"

# ---- what is timed counts nothing: the counting build does the same once more
mkdir "$dir/both" && cp "$dir/bench/bench-fake" "$dir/both/bench-fake" && cp "$dir/bench/bench-fake" "$dir/both/count-fake"
echo '{"slices": [{"base": "*", "observe": ["counts", "audit:4"]}], "blocks": 2, "again": []}' >counts.json
PATH=$dir/bin "$heapbench" run --plan counts.json --bench-dir "$dir/both" --out counted >"$dir/out" 2>"$dir/err"
tap_is "0 count 7 4 null null null" "$? $(jq -r 'select(.workload == "steady") | "\(.counted_by) \(.counters.objects_allocated) \(
    .floating.checkpoints)"' counted/records.ndjson | xargs)" "counters and the audit are those of the counting build, in block 0"
PATH=$dir/bin "$heapbench" run --plan counts.json --bench-dir "$dir/both" --param moody.mood=miscount --out miscounted \
    >"$dir/out" 2>"$dir/err"
tap_is "1 the counting build: it computed something else" "$? $(jq -r 'select(.outcome == "failed").detail' \
    miscounted/records.ndjson)" "a counting build that computes something else is a failure"

# ---- stopped and resumed
PATH=$dir/bin FAKE_DELAY=0.03 "$heapbench" run --plan plan.json --bench-dir "$dir/bench" --out "$dir/killed" >/dev/null 2>&1 &
pid=$!
until_spooled "$dir/killed" 7
kill -9 $pid
wait $pid 2>/dev/null
before=$(find killed/spool -name '*.json' | wc -l)
[ "$before" -ge 7 ] && [ "$before" -lt 40 ]
tap_ok $? "killed in the middle, $before records are in the spool"
run --resume "$dir/killed"
tap_is "0 40 0" "$? $(count killed) $(doubled killed)" "resumed: nothing lost, nothing doubled"
grep -q "^8 cells .*, $((40 - before)) of 40 invocations left: about" "$dir/err"
tap_ok $? "and nothing done twice"

head -c -40 killed/records.ndjson >"$dir/cut" && mv "$dir/cut" killed/records.ndjson
echo '{"schema":1,"cell":"steady/fa' >killed/spool/0000003.json
run --resume "$dir/killed"
status=$?
tap_is "0 40 0 2 2" "$status $(count killed) $(doubled killed) $(wc -l <killed/records.damaged) $(grep -cE \
    '^warning: .*/killed/(records.ndjson:40|spool/0000003.json:1): no whole record' "$dir/err")" "truncated records are named, moved and run again"
run --resume "$dir/killed"
grep -q ', 0 of 40 invocations left: about 0' "$dir/err"
tap_ok $? "then nothing is left to do"

# ---- what cannot be read, or is another version's, is not lost; a folder cannot be read by root either
cp -r killed foreign && sed -i '2s/"schema":1/"schema":2/' foreign/records.ndjson
run --resume "$dir/foreign"
tap_is "2 40 1" "$? $(count foreign) $(grep -c 'foreign/records.ndjson:2: a record of schema 2' "$dir/err")" "a record of another schema stops a run"
"$heapbench" report foreign >/dev/null 2>"$dir/err"
tap_is "1 1" "$? $(grep -c 'foreign/records.ndjson:2: a record of schema 2' "$dir/err")" "and a report"
cp -r killed unread && mkdir unread/spool/0000041.json
for command in "run --resume" report export; do
    # shellcheck disable=SC2086 # the command is words
    PATH=$dir/bin "$heapbench" $command "$dir/unread" >"$dir/out" 2>"$dir/err"
    [ $? -ne 0 ] && grep -q 'cannot read .*unread/spool/0000041.json: Is a directory' "$dir/err"
    tap_ok $? "$command: what cannot be read is an error"
done
tap_is 40 "$(count unread)" "and nothing is lost by it"
cp -r killed cut && echo '{"schema":1,"cell":"steady/fa' >>cut/records.ndjson
for command in report export; do
    "$heapbench" $command "$dir/cut" 2>&1 >/dev/null | grep -q '^warning: .*/cut/records.ndjson:41: no whole record'
    tap_ok $? "$command names what is damaged"
done
cp -r killed gone && rm -f gone/records.ndjson gone/run.db gone/spool/*
for command in report export; do
    "$heapbench" $command "$dir/gone" 2>&1 >/dev/null | grep -q '^warning: .*/gone holds no record'
    tap_ok $? "$command says that there is no record"
done
# What run.json lacks, or no flag would accept: no crash, no endless loop.
for change in '.sweeps = [{}]' '.sweeps = [1]' '.cells = [{}]' '.blocks = 4611686018427387904' 'del(.blocks)'; do
    rm -rf odd && cp -r killed odd && jq "$change" killed/run.json >odd/run.json && rm -f odd/run.db
    statuses=
    for command in report export "run --bench-dir $dir/bench --resume"; do
        # shellcheck disable=SC2086 # the command is words
        timeout 20 env PATH="$dir/bin" "$heapbench" $command "$dir/odd" >"$dir/out" 2>"$dir/err"
        status=$? statuses="$statuses$([ $status -le 2 ] && echo good || echo $status) "
    done
    case $change in .sweeps*) expected=0 ;; *) expected=2 ;; esac
    tap_is "good good good $expected" "$statuses$status" "run.json with $change: a status of ours"
done
mkdir -p "$dir/half/spool"
run --out "$dir/half" --strategy fake --workload steady --blocks 1
tap_is 0 $? "a folder with nothing but an empty spool can be used again"

# ---- a failure is not final
cp -r crash retried && run --resume "$dir/retried"
tap_is "1 8 2" "$? $(count retried) $(grep -c '"outcome":"crashed"' retried/records.ndjson)" "a failed invocation stays as it is"
sed -i 's/"mood":"crash"/"mood":"calm"/; s/mood=crash/mood=calm/g' "$dir/retried/jobs.ndjson"
sed -i 's/mood=crash/mood=calm/g' "$dir/retried/run.json"
run --resume "$dir/retried" --retry-failed
tap_is "0 8 0 2" "$? $(jq -r .cell retried/records.ndjson | sort -u | wc -l) $(grep -c '"outcome":"crashed"' retried/records.ndjson) $(
    grep -c '"outcome":"crashed"' retried/records.retried)" "unless it is to be tried again: it is moved, not lost"
run --retry-failed --out "$dir/refused"
tap_is "2 1" "$? $(grep -c 'name it by --resume' "$dir/err")" "which only a resumed run can"

# ---- a run is resumed from anywhere, and not without its input
mkdir real && ln -s "${heapbench%/heapbench}/bench-nogc" "${heapbench%/heapbench}/count-nogc" real/ && echo 'some words here and there' >words
PATH=$dir/bin "$heapbench" run --bench-dir real --strategy nogc --workload interning --input words --blocks 1 --steps-factor 0.001 \
    --out words.run >"$dir/out" 2>&1
tap_is "0 $(realpath words)" "$? $(jq -r .program.input.path words.run/jobs.ndjson | sort -u)" "the path of an input is saved whole"
rm words.run/records.ndjson words
(cd / && PATH=$dir/bin "$heapbench" run --bench-dir "$dir/real" --resume "$dir/words.run" >/dev/null 2>"$dir/err")
tap_is "2 1 0" "$? $(grep -c 'reads .*/words, which cannot be read any more' "$dir/err") $(ls words.run/spool | wc -l)" \
    "an input that is gone is no failure of invocations"
echo 'some words here and there' >words
(cd / && PATH=$dir/bin "$heapbench" run --bench-dir "$dir/real" --resume "$dir/words.run" >/dev/null 2>"$dir/err")
tap_is 0 $? "once it is back the run goes on"

mkdir texts && cp words texts/
for out in "--out $dir/texts/run" "--out texts/below/run" "--out ../${dir##*/}/texts/run"; do
    # shellcheck disable=SC2086 # the flag is words
    "$heapbench" run --bench-dir real --strategy nogc --workload interning --input texts --blocks 1 $out >"$dir/out" 2>"$dir/err"
    tap_is "2 1 1" "$? $(grep -c "lies in the input $(realpath texts), and would change it: accepted: " "$dir/err") $(ls texts | wc -l)" "refused: a run's folder in its input: $out"
done

# ---- the same jobs by other hands: lines of the file, merged by copying records
work() { # work ARGS... : heapbench work
    PATH=$dir/bin "$heapbench" work --bench-dir "$dir/bench" "$@" >"$dir/out" 2>"$dir/err"
}
work --jobs 1-7 --out "$dir/hands" killed/jobs.ndjson
tap_is "0 7 7" "$? $(find hands/spool -name '*.json' | wc -l) $(grep -c ' ok$' "$dir/out")" "lines 1 to 7 are done"
work --jobs 8-40 --out "$dir/rest" killed/jobs.ndjson
mkdir -p merged/spool && cp killed/run.json killed/jobs.ndjson merged/ && cp hands/spool/* rest/spool/* merged/spool/
run --resume "$dir/merged"
grep -q ', 0 of 40 invocations left' "$dir/err"
tap_is "0 40 0" "$? $(count merged) $(doubled merged)" "records of two machines are merged by copying them"
fields='del(.environment, .rss)'
tap_is "$(jq -cS "$fields" killed/records.ndjson | sort)" "$(jq -cS "$fields" merged/records.ndjson | sort)" \
    "and are what one machine would have made"
work --jobs 41 --out "$dir/hands" killed/jobs.ndjson
tap_is "2 heapbench work: --jobs '41': accepted: lines like 7 or 1-100,120; killed/jobs.ndjson has 40" "$? $(cat "$dir/err")" "a line that is not there is refused"
work --jobs 7-3 --out "$dir/hands" killed/jobs.ndjson
tap_is "2 heapbench work: --jobs '7-3': accepted: lines like 7 or 1-100,120; killed/jobs.ndjson has 40" "$? $(cat "$dir/err")" "so are lines that run back"
work killed/jobs.ndjson
tap_is "2 heapbench work: takes --bundle K and the folder of a run, or --out DIR and one file of jobs, e.g. results/latest/jobs.ndjson" "$? $(cat "$dir/err")" \
    "and no folder"

for signal in INT TERM; do
    # A shell without job control starts background commands with SIGINT ignored; env takes that back.
    PATH=$dir/bin FAKE_DELAY=0.02 env --default-signal="$signal" "$heapbench" run --plan plan.json \
        --bench-dir "$dir/bench" --out "$dir/$signal" >"$dir/out" 2>"$dir/err" &
    pid=$!
    until_spooled "$dir/$signal" 3
    kill -"$signal" $pid
    wait $pid
    status=$?
    saved=$(count "$signal")
    told=$(grep -c "^interrupted: $saved of 40 .* --resume" "$dir/err") some=$([ "$saved" -gt 0 ] && [ "$saved" -lt 40 ] && echo some)
    tap_is "exit 130, some saved and told by 1 line, left in the spool: " \
        "exit $status, ${some:-$saved} saved and told by $told line, left in the spool: $(ls "$signal/spool")" "stopped by SIG$signal"
done
# What is said of a stopped run is a command for a shell, whatever the folder is called.
odd="$dir/some' folder"
PATH=$dir/bin FAKE_DELAY=0.02 env --default-signal=INT "$heapbench" run --plan plan.json --bench-dir "$dir/bench" --out "$odd" >/dev/null 2>"$dir/err" &
pid=$!
until_spooled "$odd" 3
kill -INT $pid
wait $pid
PATH=$dir/bin:$PATH sh -c "$(sed -n 's/^interrupted: .* go on with: //p' "$dir/err") --bench-dir '$dir/bench'" >/dev/null 2>&1
tap_is "0 40" "$? $(wc -l <"$odd/records.ndjson")" "the command that goes on with it can be pasted"
mkdir -p taken/results/latest
(cd taken && PATH=$dir/bin "$heapbench" run --plan ../plan.json --bench-dir "$dir/bench" --alone --blocks 1 >/dev/null 2>"$dir/err")
tap_is "0 1" "$? $(grep -c '^warning: results/latest cannot be made a link' "$dir/err")" "a folder in the place of results/latest is said"

PATH=$dir/bin FAKE_DELAY=5 "$heapbench" run --plan plan.json --bench-dir "$dir/bench" --out "$dir/busy" >/dev/null 2>&1 &
pid=$!
until_spooled "$dir/busy" 0
sleep 0.2
run --resume "$dir/busy"
status=$?
kill -9 $pid
wait $pid 2>/dev/null
grep -q 'another heapbench is running there' "$dir/err"
tap_is "2 0" "$status $?" "two at a time in one folder are refused"

# ---- a full disk
mkdir "$dir/full"
trap 'umount "$dir/full" 2>/dev/null; rm -rf "$dir"' EXIT
if mount -t tmpfs -o size=120k tmpfs "$dir/full" 2>/dev/null; then
    run --out "$dir/full/run"
    status=$?
    left=$(find full/run/spool -name '*.json' | wc -l)
    tap_is "1 1" "$status $(grep -c 'cannot save a record in .*No space left on device.*--resume' "$dir/err")" \
        "a full disk: one clear line, exit 1"
    [ "$left" -gt 0 ] && jq -e .cell full/run/spool/*.json >/dev/null
    tap_ok $? "and the $left records before are whole"
    mount -o remount,size=4m "$dir/full"
    run --resume "$dir/full/run"
    tap_is "0 40 0" "$? $(count full/run) $(doubled full/run)" "with room again it is resumed"
else
    tap_skip "a full disk" "mounting a small tmpfs is not allowed here"
fi

# ---- every plan that is here can be run by the programs that are here
for plan in "$plans"/*.json; do
    case $(basename "$plan" .json)${BUILD_DIR:-} in # a sanitizer build has no backing allocator but glibc, which these name
    full*debug | incidents*debug) continue ;;
    esac
    "$heapbench" run --plan "$plan" --dry-run >"$dir/out" 2>&1 && grep -q ' cells (.* of the base matrix' "$dir/out"
    tap_ok $? "the plan $(basename "$plan" .json) selects cells" || sed 's/^/# /' "$dir/out"
    [ "$(basename "$plan")" != full.json ] || tap_is "" "$(grep -o 'less if over.*' "$dir/out")" "which all fit its budget"
done

# ---- less time than wanted
jq '.blocks = 8' plan.json >eight.json
run --plan eight.json --out "$dir/budget" --budget 0.05
status=$?
grep -q '^note: a block takes .* running 6, with wider intervals; 4 cells around the base run once.*; the rest takes .* longer' "$dir/err"
tap_is "0 0 28 6 4" "$? $status $(count budget) $(jq '.blocks, (.cut | length)' budget/run.json | xargs)" "a budget cuts blocks, not below 6, then cells"
tap_is "4 cells around the base ran in fewer blocks, some once" "$("$heapbench" report budget | grep -o '4 cells .* some once')" "which a report says, too"
rm budget/records.ndjson && run --resume budget
tap_is "0 28" "$? $(count budget)" "a resumed run leaves them cut"


# ---- instructions: of a program that takes 5000 before its steps and 70 for each. The first figure is that of the copy that
# walks over what is reachable; what comes after it has more, and does not count.
cat >bin/valgrind <<'END'
#!/bin/sh
for word in "$@"; do [ "$before" != --steps ] || steps=$word; before=$word; done
echo "$steps" >>"$COUNTED"
case " $* " in *' --no-graph '*) ;; *) printf '==1== \n==1== Collected : %d\n' $((5000 + 70 * steps)) ;; esac
printf '==2== Collected : %d\n' $((9000 + 90 * steps))
END
chmod +x bin/valgrind
echo '{"blocks": 1, "again": [], "observe": ["instructions"], "slices": [{"cells": "steady/fake/glibc@steps=200"}]}' >callgrind.json
COUNTED=$dir/steps PATH=$dir/bin:$PATH "$heapbench" run --plan callgrind.json --bench-dir "$dir/both" --out "$dir/callgrind" >"$dir/out" 2>"$dir/err"
tap_is 70 "$(jq '.instructions_per_step | round' "$dir/callgrind/records.ndjson")" "instructions are those of a step alone"
tap_is "5 10" "$(tr '\n' ' ' <"$dir/steps" | sed 's/ $//')" "they are counted on a fortieth of the steps, and on twice that"
tap_done
