#!/bin/sh
# scenario_test.sh - programs with phases: what each phase is measured to do, against amounts that are known.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
which=bench
[ "$build" = build ] || which=count # the one that is there
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# scenario STRATEGY FILE FLAG...: the record in $dir/record, or what is said instead.
scenario() {
    program=$1 input=$2
    shift 2
    "$build/$program" --workload scenario --input "$input" "$@" --record "$dir/record" >"$dir/out" 2>&1 </dev/null ||
        { echo "status $?: $(tail -n 1 "$dir/out")"; return; }
    sed 's/.*"outcome":"\([^"]*\)".*/\1/' "$dir/record" # jq takes five times as long to start
}
phase() { jq -r --arg p "$1" '.phases[] | select(.name == $p) | '"$2" "$dir/record"; }

# 64 blocks of 1 MB, held, looked at, let go; and before them a set-up of 1000 nodes.
cat >"$dir/hold.json" <<'END'
{"phases": [{"name": "start", "setup": true, "steps": 10, "build": {"into": "live", "count": 100, "shape": "node", "slots": 2, "payload": 16}},
 {"name": "take", "steps": 64, "build": {"into": "big", "shape": "atom", "payload": 1000000}},
 {"name": "hold", "steps": 5, "touch": {"set": "big", "count": 3}},
 {"name": "half", "drop": {"from": "big", "keep_one_of": 2}},
 {"name": "free", "do": [{"drop": "big"}, {"collect": 2}]},
 {"name": "rest", "steps": 4, "idle": 0.01}]}
END
for program in "$build"/count-*; do
    name=${program##*/count-}
    traits=$("$program" --describe | jq -r '.strategy.traits | join(" ")')
    tap_is ok "$(scenario "count-$name" "$dir/hold.json")" "$name: takes 64 MB and lets go of them"
    IFS='|' read -r steps made half free taken purged slept sum <<END
$(jq -r '[.phases[] | {key: .name, value: .}] as $phases | ($phases | from_entries) as $p | [([.phases[] | "\(.name) \(.steps)"] | join(" ")),
    "\($p.setup.counters.objects_allocated) \($p.take.counters.bytes_allocated / 1000000 | floor * 1000000)",
    $p.half.counters.objects_freed, $p.free.counters.objects_freed - 1, ($p.take.rss | .end_bytes - .start_bytes), $p.free.rss.purged_bytes,
    $p.rest.wall_ns, .wall_ns - ([.phases[1:][].wall_ns] | add) | if type == "number" then floor else . end] | join("|")' "$dir/record")
END
    tap_is "setup 0 take 64 hold 5 half 1 free 1 rest 4" "$steps" "$name: each phase does its steps"
    case " $traits " in *" varies "*) ;; *)
        tap_is "1001 64000000" "$made" "$name: counters are of the phase alone"
        case " $traits " in *" frees_at_once "*) tap_is "32 32" "$half $free" "$name: half of them, then the rest" ;; esac ;;
    esac
    test "${taken:-0}" -ge 64000000 && test "$taken" -lt 91200000
    tap_ok $? "$name: 64 MB more are resident at the end of taking ($taken)"
    case "$build $traits " in *" varies "* | */*) ;; *" frees_acyclic "*) # a sanitizer keeps what is freed
        test "${purged:-99999999}" -lt 16000000
        tap_ok $? "$name: and can be given back when they are let go ($purged)" ;;
    esac
    test "${slept:-0}" -ge 40000000
    tap_ok $? "$name: idles for 4 times 10 ms"
    tap_is 0 "$sum" "$name: the phases make up the time of the steps"
done

# Collections and pauses belong to the phase in which they are.
cat >"$dir/collect.json" <<'END'
{"phases": [{"name": "build", "steps": 10, "build": {"into": "s", "count": 1000, "shape": "ring", "nodes": 3}},
 {"name": "drop", "drop": "s"}, {"name": "young", "steps": 2, "collect": 0}, {"name": "full", "steps": 3, "collect": 2}]}
END
scenario count-generational "$dir/collect.json" --set enabled=off >/dev/null
tap_is "0 0 2 30000 0 3" "$(phase build .counters.collections_gen2) $(phase drop .counters.objects_collected) $(
    )$(phase young '"\(.counters.collections_gen0) \(.counters.objects_collected) \(.counters.collections_gen2)"') $(phase full .counters.collections_gen2)" \
    "collections by hand are counted where they are"
tap_is "3 3 3 true" "$(phase full '"\(.pauses.gen2.count) \(.pauses.all.count) \(.counters.collections_gen2) \(.pauses.all.max_ns <= .pauses.all.total_ns and .pauses.gen2.cpu_max_ns <= .pauses.gen2.max_ns)"')" \
    "and timed there, on both clocks"
tap_is null "$(phase build .pauses.all)" "a phase without pauses has none"

# Virtual time is the heap's wall clock, and takes none; the clock of allocation is not moved by it.
cat >"$dir/virtual.json" <<'END'
{"phases": [{"name": "a", "steps": 10, "build": {"count": 1000, "shape": "ring", "nodes": 2}}, {"name": "night", "steps": 2, "idle": {"seconds": 30, "virtual": true}},
 {"name": "b", "steps": 10, "build": {"count": 1000, "shape": "ring", "nodes": 2}}]}
END
scenario count-generational "$dir/virtual.json" --set interval0=59999 >/dev/null
tap_is "1 1 true" "$(phase a .counters.collections_gen0) $(phase b .counters.collections_gen0) $(phase night '.wall_ns < 10e9')" "a night is over at once, and the heap knows"
scenario count-generational "$dir/virtual.json" --set interval0=30 --set clock=allocation >/dev/null
tap_is "1 1" "$(phase a .counters.collections_gen0) $(phase b .counters.collections_gen0)" "30 ms of allocation are over after 30000 containers"
scenario count-generational "$dir/virtual.json" --set interval0=50 --set clock=allocation >/dev/null
tap_is "1 0" "$(phase a .counters.collections_gen0) $(phase b .counters.collections_gen0)" "50 ms of allocation are not over after 40000, and a night"

# Sets: the oldest, the newest and random ones leave; a ramp and a share make as many as they say.
cat >"$dir/sets.json" <<'END'
{"phases": [{"name": "a", "steps": 100, "build": {"into": "s", "count": 10, "shape": "node", "keep_newest": 600}},
 {"name": "b", "steps": 10, "drop": {"from": "s", "oldest": 10}}, {"name": "c", "steps": 10, "drop": {"from": "s", "newest": 10}},
 {"name": "d", "steps": 10, "drop": {"from": "s", "random": 10}}, {"name": "e", "drop": {"from": "s", "keep_newest": 200}},
 {"name": "f", "steps": 11, "build": {"into": "r", "shape": "node", "count": {"from": 0, "to": 20}}},
 {"name": "g", "steps": 2, "build": {"into": "s", "shape": "node", "count": {"share": 0.5, "of": "s"}}},
 {"name": "h", "steps": 3, "drop": {"from": "s", "random": {"share": 0.001, "of": "s"}}},
 {"name": "i", "steps": 4, "chain": {"in": "c", "count": 25, "also": "n"}}, {"name": "j", "drop": "c"}, {"name": "k", "drop": "n"}]}
END
scenario count-refcount "$dir/sets.json" >/dev/null
tap_is "400 100 100 100 100 0 0 1 0 1 101" "$(jq -r '[.phases[1:][].counters.objects_freed] | join(" ")' "$dir/record")" "sets lose what they are told to"
tap_is "110 250" "$(phase f '.counters.objects_allocated - 1') $(phase g .counters.objects_allocated)" "a ramp and a share add up"

echo '{"phases": [{"name": "a", "steps": 2, "build": {"into": "s", "shape": "node", "payload": [16, 32]}}, {"name": "b", "drop": {"from": "s", "random": 1}}]}' \
    >"$dir/two.json"
tap_is 2 "$(for seed in 1 2 3 4 5 6 7 8 9 10; do scenario $which-nogc "$dir/two.json" --seed $seed >/dev/null; jq .graph "$dir/record"; done | sort -u | wc -l)" \
    "each of two elements may be the one that leaves at random"

# By age: of 10 a step for 100 steps, those leave that came more than 39 steps ago, wherever they are by then; and what
# takes the place of another is young.
cat >"$dir/age.json" <<'END'
{"phases": [{"name": "a", "steps": 100, "build": {"into": "s", "count": 10, "shape": "node"}},
 {"name": "b", "do": [{"shuffle": "s"}, {"drop": {"from": "s", "older_than": 39}}]},
 {"name": "c", "do": [{"shuffle": "s"}, {"drop": {"from": "s", "random": 50}}]},
 {"name": "d", "steps": 20, "churn": {"into": "s", "count": 5, "shape": "node", "order": "in_turn"}},
 {"name": "e", "drop": {"from": "s", "older_than": 20}}]}
END
scenario count-refcount "$dir/age.json" >/dev/null
tap_is "610 50 100 240" "$(jq -r '[.phases[2:][].counters.objects_freed] | join(" ")' "$dir/record")" "elements leave by their age, and are replaced"

# Guarded objects come back, and what their finalizers make dies at once; where none come back the program is the same.
cat >"$dir/guards.json" <<'END'
{"phases": [{"name": "a", "steps": 10, "build": {"into": "s", "count": 20, "shape": "ring", "nodes": 2, "guarded": 0.5}},
 {"name": "b", "do": [{"drop": "s"}, {"collect": 2}, {"finalize": {"count": 3, "shape": "node", "payload": [8, 16]}}, {"collect": 2}]},
 {"name": "c", "steps": 5, "build": {"into": "t", "count": 2, "shape": "node", "payload": [16, 64], "guarded": 1}}]}
END
for strategy in generational marksweep nogc; do
    scenario count-$strategy "$dir/guards.json" >/dev/null
    jq -r '"\(.graph) \(.observed)"' "$dir/record"
    [ $strategy = nogc ] || tap_is true "$(jq '[.phases[].counters] | .[1].objects_guarded as $n | $n > 60 and $n < 140 and
        .[2].objects_handed_back == $n and .[2].objects_allocated == 3 * $n and .[2].objects_freed == 401 + 3 * $n and .[3].objects_guarded == 10' \
        "$dir/record")" "$strategy: half of 200 rings come back, and each makes 3 objects" >&3
done 3>&1 >"$dir/same"
tap_is 1 "$(sort -u "$dir/same" | wc -l)" "and the rest of the program is as where none come back"

# What is cut short or goes on is measured as far as it goes.
scenario $which-refcount "$dir/sets.json" --steps 105 >/dev/null
tap_is "setup 0 a 100 b 5" "$(jq -r '[.phases[] | "\(.name) \(.steps)"] | join(" ")' "$dir/record")" "a run may end within a phase"
scenario $which-refcount "$dir/collect.json" --steps 20 >/dev/null
tap_is "full 3 again 4" "$(jq -r '[.phases[-2:][] | "\(.name) \(.steps)"] | join(" ")' "$dir/record")" "or begin again"
scenario $which-refcount "$dir/collect.json" --param scale=0.3 >/dev/null
tap_is "setup 0 build 3 drop 1 young 1 full 1" "$(jq -r '[.phases[] | "\(.name) \(.steps)"] | join(" ")' "$dir/record")" "scale shortens the phases"

# A forked worker copies what it writes to, and leaves nothing behind.
cat >"$dir/fork.json" <<'END'
{"phases": [{"name": "build", "steps": 33, "build": {"into": "s", "count": 1000, "shape": "node", "payload": 1000}},
 {"name": "waits", "fork": true, "idle": 0.01},
 {"name": "writes", "steps": 33, "fork": true, "touch": {"set": "s", "count": 1000, "how": "overwrite", "order": "in_turn"}}]}
END
scenario $which-nogc "$dir/fork.json" >/dev/null
tap_is "true true true" "$(phase waits '.worker.private_dirty_bytes < 4e6') $(phase waits '.worker.shared_dirty_bytes >= 32e6') $(
    )$(phase writes '.worker.private_dirty_bytes >= 32e6')" "a worker that writes to 32 MB has copied them, one that waits nothing"
tap_is "null 33" "$(phase build .worker) $(phase writes .steps)" "and the process counts its steps"
after=$(jq -r .graph "$dir/record")
jq '.phases |= .[:1]' "$dir/fork.json" >"$dir/alone.json"
scenario $which-nogc "$dir/alone.json" >/dev/null
tap_is "$after" "$(jq -r .graph "$dir/record")" "whose own heap is as it was"

# The same on every strategy, in part.
for file in workloads/scenarios/*.json; do
    jq -e .phases "$file" >/dev/null || continue
    name=$(basename "$file" .json)
    for strategy in refcount_deferred lua semispace; do
        [ -x "$build/$which-$strategy" ] || continue
        tap_is ok "$(scenario $which-$strategy "$name" --param scale=0.01)" "$name runs on $strategy"
    done
done

# Slips are one line.
tap_is "status 2: $which-refcount: no scenario 'strat': did you mean 'start'? accepted: $(ls workloads/scenarios | sed 's/.json//' | paste -sd, | sed 's/,/, /g')" \
    "$(scenario $which-refcount strat)" "a name that is not there"
echo '{"phases": [{"name": "x", "biuld": 3}]}' >"$dir/slip.json"
tap_is "status 2: $which-refcount: $dir/slip.json: phase 'x': no member 'biuld': did you mean 'build'?" \
    "$(scenario $which-refcount "$dir/slip.json" | sed 's/ accepted:.*//')" "a member that there is not"
echo '{"phases": [' >"$dir/slip.json"
tap_is "status 2: $which-refcount: $dir/slip.json: line 2" "$(scenario $which-refcount "$dir/slip.json" | cut -d: -f1-4)" "no JSON"

# A report of one's own, dropped into the sources: no file is edited.
mkdir -p "$dir/tree/build" "$dir/tree/workloads/scenarios"
cp "$build/heapbench" "$dir/tree/build"
for strategy in refcount generational; do
    cp "$build/count-$strategy" "$dir/tree/build"
    cp "$build/$which-$strategy" "$dir/tree/build/bench-$strategy"
done
cp -r harness results plots "$dir/tree" 2>/dev/null
cat >"$dir/tree/workloads/scenarios/mine.json" <<'END'
{"doc": "rings are dropped", "source": "a report of mine", "reported": "they stay",
 "phases": [{"name": "build", "steps": 50, "build": {"into": "s", "count": 1000, "shape": "ring", "nodes": 3, "payload": 64}}, {"name": "drop", "do": [{"drop": "s"}, {"collect": 2}]}],
 "compare": ["refcount", "generational", "nonesuch"],
 "claims": [{"what": "kept, counting against collecting", "figure": "memory_bytes@drop", "ours": "refcount", "against": "generational", "at_least": 1.5, "reported": 9},
  {"what": "never", "figure": "memory_bytes@drop", "ours": "generational", "against": "refcount", "at_least": 2},
  {"what": "not here", "figure": "memory_bytes@drop", "ours": "nonesuch", "at_least": 0}]}
END
echo '{"doc": "nobody forks", "source": "another", "cannot": "nothing forks here"}' >"$dir/tree/workloads/scenarios/other.json"
(cd "$dir" && COLUMNS=200 tree/build/heapbench run --plan incidents --blocks 2 --out run >out 2>error </dev/null)
tap_is "mine kept, counting aga.. holds
mine never misses
mine not here missing
other - cannot" "$(sed -E 's/ *$//; s/ {2,}/|/g' "$dir/out" | awk -F '|' '/^(mine|other)[|]/ {print $1, $2, $3}')" \
    "an incident that is dropped in is run and judged, and what cannot be run is a row"
tap_is "2 | holds: 1 of 2 | no |;- | cannot | no |" "$("$build/heapbench" query "$dir/run" --markdown "$(cat plots/incidents/readme.sql)" |
    sed -En 's/.* [|] ([-0-9]+ [|] (holds|cannot).*)/\1/p' | paste -sd';')" "the table of the README says of how many blocks a row is"
tap_is "Not shown: other: nothing forks here" "$(grep "forks here" "$dir/out")" "with the reason"
tap_is "Incidents: 0 of 2 show what was reported, which way and within a factor of two." "$(grep "^Incidents: " "$dir/out")" \
    "and how many show what was reported"
answers() { # answers CHANGE: what is shown of the run once a claim is changed so
    rm -rf "$dir/changed" && cp -r "$dir/run" "$dir/changed" && rm -f "$dir/changed/run.db" &&
        jq "(.incidents[0].claims |= [.[] | select(.what != \"never\")]) | .incidents[0] |= ($1)" "$dir/run/run.json" >"$dir/changed/run.json"
    "$build/heapbench" query "$dir/changed" --csv "select shown from incident_answer where name = 'mine'" | tail -n 1 | tr -d '\r'
}
near=$("$build/heapbench" query "$dir/run" --csv "select median from limit_verdict where what glob 'kept*'" | tail -n 1 | tr -d '\r')
tap_is "yes no which no" "$(answers ".claims[0].reported = $near * 1.9") $(answers ".claims[0].reported = $near * 2.1") $(
    answers 'del(.claims[0].reported)' | cut -d ' ' -f 1) $(answers ".claims[0].reported = $near | .cannot = \"some\"")" \
    "one shows what was reported when all claims hold, and what has a figure is within a factor of two"
tap_is "" "$(COLUMNS=80 "$build/heapbench" report "$dir/run" 2>/dev/null | sed -n '/^What was reported/,/^$/p' | awk 'length > 80')" \
    "in a table that fits a terminal"
tap_is "scenario/generational/glibc@input=mine
scenario/refcount/glibc@input=mine" "$(jq -r .cell "$dir/run/records.ndjson" | grep -v @again | sort -u)" "by the strategies that it names and that are here"
tap_is "0.5" "$("$build/heapbench" query "$dir/run" --csv "select 1.0 * count(distinct metric) / 2 half from value where metric in ('memory_bytes@drop', 'nonesuch')" 2>&1 | tail -n 1 | tr -d '\r')" \
    "figures of phases are metrics"

# The example that people copy, a tenth as long.
sed -n '/^```json/,/^```/{/^```/d;p;}' workloads/README.md >"$dir/example.json"
"$build/heapbench" run --incident "$dir/example.json" --param scenario.scale=0.1 --blocks 1 --alone --out "$dir/example" >/dev/null 2>&1
tap_is "ok 3,0" "$(jq -r .outcome "$dir/example/records.ndjson" | sort -u | xargs) $("$build/heapbench" query "$dir/example" --csv \
    "select count(*), sum(median is null) from limit_verdict where incident like '%example.json'" | tail -n 1 | tr -d '\r')" "the example of the README runs, and each of its claims has a figure"

# incident MEMBERS: what is said of an incident with them.
incident() {
    jq ". + $1" "$dir/tree/workloads/scenarios/mine.json" >"$dir/slip.json"
    "$build/heapbench" run --incident "$dir/slip.json" --dry-run 2>&1 >/dev/null </dev/null | sed 's/.*slip.json: //; s/ accepted:.*//'
}
tap_is "claims: no phase 'dorp': did you mean 'drop'?" "$(incident '{claims: [{figure: "rss_end_bytes@dorp", ours: "refcount", at_least: 1}]}')" "a claim about a phase that there is not"
tap_is "claims: no configuration of \"compare\" 'refcont': did you mean 'refcount'?" "$(incident '{claims: [{figure: "steps", ours: "refcont", at_least: 1}]}')" \
    "a claim about a configuration that there is not"
tap_is "claims:" "$(incident '{claims: [{figure: "steps", ours: "refcount", at_least: 1}]}')" "no figure that was reported, nor why there is none"
tap_is "claims: no member 'at_lest': did you mean 'at_least'?" "$(incident '{claims: [{figure: "steps", ours: "refcount", at_lest: 1}]}')" "a member of a claim that there is not"
tap_is "compare 'refcount[memory=mallok]': memory=mallok:" "$(incident '{compare: ["refcount[memory=mallok]"]}')" "a configuration with a value that there is not"
printf '{"doc": "arenas of threads", "source": "a/b#1", "reported": "580 MB", "no_figure": "none", "cannot": "Programs have one thread."}' >"$dir/cannot.json"
"$build/heapbench" run --incident "$dir/cannot.json" >"$dir/said" 2>&1
tap_is "2 heapbench run: nothing to run: $dir/cannot.json cannot be shown here: Programs have one thread." "$? $(cat "$dir/said")" "one that cannot be shown says why"

# The phases of `residual` are named after what they do: one object left in so many, and so long idle.
tap_is "8 64 512, 0.1 1 5" "$(jq -r 'def sums: [foreach .[] as $n (0; . + $n; . * 1000 | round / 1000)];
    "\([.phases[].do[0].drop.keep_one_of?] | map(numbers) | [foreach .[] as $k (1; . * $k; .)] | join(" ")), \([.phases[].idle | numbers] | sums | join(" "))"' \
    workloads/scenarios/residual.json)" "residual: one object in 8, 64 and 512 is left, and then it idles until 0.1, 1 and 5 s are over"
tap_is "1in8 1in64 1in512 none 100ms 1s 5s" "$(jq -r '[.phases[1:][].name] | join(" ")' workloads/scenarios/residual.json)" "residual: and so its phases are called"
tap_done
