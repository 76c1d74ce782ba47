#!/bin/sh
# history_test.sh - heapbench history: a run becomes a line, lines become series, and where they change is told, or blamed on the
# machine when the canary changed as well.
. tests/scripts/tap.sh
. tests/scripts/fakes.sh
fakes bench-fake count-fake canary/bench-fake
history() { # history ARGS...: output in out and err
    "$heapbench" history "$@" >out 2>err
}

# As in the plan that history is measured by, there are audits; a canary has no counting programs, and is timed all the same.
echo '{"blocks": 1, "observe": ["counts", "audit:2"], "slices": [{"base": "steady"}]}' >plan.json
FAKE_COUNTS_APART=1 "$heapbench" run --plan ./plan.json --bench-dir bench --build canary --out run >said 2>&1
tap_is "0 " "$? $(grep failed said)" "programs that are timed only run beside some that count"
history add run --file h
tap_is "0 added run to h" "$? $(cat out)" "a run is added"
history add run --file h
tap_is "0 run is in h already 1" "$? $(cat out) $(wc -l <h)" "and only once"
tap_is '["steady/fake/glibc","steady/fake/glibc@build=canary"] ["cpu","kernel","compiler"] 4096' \
    "$(jq -r '"\(.figures | keys) \(.machine | keys_unsorted) \(.figures["steady/fake/glibc"].rss_peak_bytes)"' h)" \
    "its line has base cells, the canary's, and the machine"

# 24 commits: memory grows at the 13th; the CPU of `code` by a tenth at the 9th; that of `host` too, with its canary's.
jq -nc 'range(24) as $i | ([1, -1, 0, 2, -2][$i % 5] / 10) as $noise | {time: "2025-01-\($i + 10)T00:00:00Z", commit: "c\($i)",
  plan: "p", steps_factor: 1, machine: {cpu: "one", kernel: "Linux 6", compiler: "gcc"}, figures: {
  "w/code/glibc": {cpu_ns_per_step: ((if $i < 8 then 100 else 110 end) + $noise), rss_peak_bytes: (if $i < 12 then 4096 else 8192 end)},
  "w/code/glibc@build=canary": {cpu_ns_per_step: 100, rss_peak_bytes: (4096 * $i)},
  "w/host/glibc": {cpu_ns_per_step: ((if $i < 8 then 100 else 110 end) + $noise)},
  "w/host/glibc@build=canary": {cpu_ns_per_step: ((if $i < 8 then 50 else 55 end) + $noise / 2)}}}' >many
jq -c '.machine.cpu = "two"' many | head -n 3 >>many2 && cat many2 many >both
history report --file both
tap_is 0 $? "report"
changes() { # changes SERIES: its lines of changes
    awk -v series="$1" '!/^  / { of = $0 } /^  c[0-9]/ && of == series { sub(/^  /, ""); print }' out
}
tap_is "c8 2025-01-18: +10 % (1 to 1.1), p < 0.000001" "$(changes 'w/code/glibc cpu_ns_per_step')" \
    "CPU time is set against the canary's, and its change is told with commit and size"
tap_is "c12 2025-01-22: +100 % (4096 to 8192), p < 0.000001" "$(changes 'w/code/glibc rss_peak_bytes')" "memory by itself"
tap_is "" "$(changes 'w/host/glibc cpu_ns_per_step')" "what the canary shares is no change of the code"
tap_is "c8 2025-01-18: +10 % (50 to 55.01), p < 0.000001" \
    "$(changes 'w/host/glibc@build=canary cpu_ns_per_step (the machine)')" "but one of the machine"
grep -q '^one, Linux 6, gcc; plan p x 1: 24 runs, c0 to c23' out && grep -q '^two, .*: 3 runs, c0 to c2' out
tap_ok $? "machines are kept apart"
grep -q '^  ▁▁*██* *4096 to 8192$' out
tap_ok $? "a series is drawn"
history report --file both --metric rss_peak_bytes --cell /code/
tap_is "1" "$(grep -c '^w/' out)" "--metric and --cell leave less"
history report --file both --all
grep -qx 'w/host/glibc cpu_ns_per_step' out
tap_ok $? "--all: series without a change, too"
{ cat many && echo '{"half a li'; } >damaged
history report --file damaged
grep -q 'damaged: line 25 is no run, left out' err
tap_ok $? "a damaged line is left out, and told"

refused() { # refused EXPECTED ARGS...
    expected=$1
    shift
    history "$@"
    [ $? -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF -- "$expected" err
    tap_ok $? "refused: $expected"
}
refused "accepted: add RUN, or report"
refused "accepted: add RUN, or report" remove x
refused "nowhere is no folder of a run" add nowhere
refused "No such file" report --file nofile
tap_done
