#!/bin/sh
# fake_runner.sh - a bench-NAME that measures nothing, and misbehaves when told to: for tests of the driver.
# Copied to bench-fake and bench-other, it is two strategies; the second claims a trait that a preset needs. Workload `moody` crashes, hangs, fails, runs
# out of memory, prints garbage, or computes something else, by its parameter `mood`; FAKE_DELAY is how many seconds each run takes;
# FAKE_COUNTS_APART=1: bench-NAME refuses what only count-NAME does.
strategy=${0##*/}
kind=${strategy%%-*} # bench, or count: the counting build
strategy=${strategy#*-}

setting() { # setting NAME DEFAULT MIN MAX WHOLE SWEEP CHOICES
    printf '{"name":"%s","doc":"a setting","unit":"","default":%s,"min":%s,"max":%s,"whole":%s,' \
        "$1" "$2" "$3" "$4" "$5"
    printf '"sweep":[],"sweep_labels":[%s]%s}' "$6" "${7:+,\"choices\":[$7]}"
}

describe() {
    traits=
    [ "$strategy" = other ] && traits='"varies"'
    threshold=$(setting threshold 700 0 1000000 true '"off","70","700"')
    memory=$(setting memory 0 0 0 false '' '"pool","malloc"')
    mood=$(setting mood 0 0 0 false '' '"calm","memory","crash","hang","exit","garbage","unloaded","differ","miscount","fickle","slow"')
    size=$(setting size 10 1 1000 true '"1","10"')
    printf '{"schema":1,"counting":%s,"strategy":{"name":"%s","summary":"made up","traits":[%s],"tunables":[%s,%s],' \
        "$([ "${FAKE_COUNTS_APART:-}" ] && echo false || echo true)" "$strategy" "$traits" "$threshold" "$memory"
    printf '"presets":[{"name":"py3.13","assignments":"threshold=2000"}]},"counters":[],"pauses":[],'
    printf '"workloads":[{"name":"moody","summary":"fails","step_is":"a step","steps":100,'
    printf '"reads":"","params":[%s]},' "$mood"
    printf '{"name":"steady","summary":"works","step_is":"a step","steps":100,"reads":"",'
    printf '"params":[%s],"presets":[{"name":"grown","assignments":"size=99","doc":"a large one",' \
        "$size"
    printf '"needs":["varies"]}]}],"build":{"commit":"0","build":"release"}}\n'
}

workload='' params='' tunables='' record='' floating='' arrivals='' steps=0 seed=0 limit=0 mood=calm
[ "$1" = --describe ] && describe && exit 0
while [ $# -gt 1 ]; do
    case $1 in
    --no-graph) shift && continue ;;
    --workload) workload=$2 ;;
    --steps) steps=$2 ;;
    --seed) seed=$2 ;;
    --heap-limit) limit=$2 ;;
    --record) record=$2 ;;
    --arrivals) arrivals="\"arrivals_per_second\":$2," ;;
    --audit)
        [ "$kind$FAKE_COUNTS_APART" != bench1 ] || { echo "flag of the counting build '--audit'" >&2 && exit 2; }
        floating="\"floating\":{\"checkpoints\":$2,\"average_objects\":1,\"audit_ns\":1000000},"
        ;;
    --param) params="$params\"${2%%=*}\":\"${2#*=}\"," && case $2 in mood=*) mood=${2#mood=} ;; esac ;;
    --set) tunables="$tunables\"${2%%=*}\":\"${2#*=}\"," ;;
    esac
    shift 2
done
[ -z "${FAKE_DELAY:-}" ] || sleep "$FAKE_DELAY"
observed=0x1 outcome=ok
backing=${LD_PRELOAD:-libglibc} # the soname without lib and what follows the name
backing=${backing#lib} backing=${backing%%[._]*}
case $mood in
crash) echo "last words" >&2 && kill -SEGV $$ ;;
hang) echo "a notice from the start" >&2 && exec sleep 1000 ;;
exit) echo "cannot go on" >&2 && exit 7 ;;
garbage) echo '{"schema": 1, "workl' >"$record" && exit 0 ;;
unloaded) backing=glib ;;
memory) outcome=out-of-memory ;;
fickle) # below 40 KiB each fourth invocation lacks memory
    turn=$(($(cat turn 2>/dev/null || echo 0) + 1)) && echo $turn >turn
    [ "$limit" = 0 ] || [ "$limit" -ge 40960 ] || [ $((turn % 4)) -ne 0 ] || outcome=out-of-memory ;;
slow) [ "$limit" = 0 ] || [ "$limit" -ge 12288 ] || exec sleep 1000 ;;
differ) [ "$strategy" = other ] && observed=0x2 ;;
miscount) [ "$kind" = count ] && observed=0x2 ;;
esac
counters=
[ "$kind" = count ] && counters='"objects_allocated":7'
case $mood in fickle) counters='"memory_peak_bytes":65536' ;; slow) counters='"memory_peak_bytes":16384' ;; esac
printf '%s\n' "{\"schema\":1,\"workload\":\"$workload\",\"strategy\":\"$strategy\",\"backing\":\"$backing\",\"params\":{${params%,}},\"tunables\":{${tunables%,}},
\"heap_limit_bytes\":$limit,\"seed\":$seed,\"outcome\":\"$outcome\",\"steps_planned\":$steps,\"steps\":$steps,\"setup_ns\":1000,\"wall_ns\":1000000,
\"latency\":{\"count\":1,\"sum_ns\":10,\"min_ns\":10,\"max_ns\":10,\"buckets\":[[10,1]]},\"pauses\":{},\"counters\":{$counters},
\"rss\":{\"baseline_bytes\":1000000,\"start_bytes\":0,\"peak_bytes\":4096,\"end_bytes\":4096,\"settled_bytes\":0},
$arrivals$floating\"leaked_objects\":0,\"leaked_bytes\":0,\"observed\":\"$observed\",\"graph\":\"0x3\",\"environment\":{\"commit\":\"0\"}}" >"$record.tmp" && mv "$record.tmp" "$record"
