#!/bin/sh
# counting_test.sh - bench-NAME, which counts nothing, does the same as count-NAME, which counts and is audited: in every
# cell of the quick plan the same checksums, collections, memory and pauses. Where a strategy's counters vary, the same
# checksums.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
steps=200

tap_release_only "the two builds do the same" "one build of both is enough"
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

kept=$("$build/bench-nogc" --describe | jq -r '[.counters[] | select(.timed).name] | join(",")')
answers='.outcome, .steps, .observed, .graph'
work="(.counters, .setup_counters | {$kept}), (.pauses, .setup_pauses | map_values(.count))"

# What a record says, without what differs by design: times, and what only one build knows.
says() { # says STRATEGY RECORD
    case $varies in
    *" $1 "*) jq -cS "[$answers]" "$2" ;;
    *) jq -cS "[$answers, $work]" "$2" ;;
    esac
}

flags() { # flags FLAG A=1;B=2
    [ -z "$2" ] || echo "$2" | tr ';' '\n' | sed "s/^/$1 /"
}

compare() { # compare WORKLOAD PARAMS STRATEGY TUNABLES: a line when the builds differ
    for program in bench count; do
        audit=; [ $program = bench ] || audit='--audit 4'
        # shellcheck disable=SC2046,SC2086 # flags are words
        "$build/$program-$3" --workload "$1" $(flags --param "$2") $(flags --set "$4") --steps $steps --seed 7 \
            --input README.md $audit --record "$dir/$program.$5" >/dev/null 2>&1
    done
    bench=$(says "$3" "$dir/bench.$5") count=$(says "$3" "$dir/count.$5")
    echo done >>"$dir/ran"
    [ -n "$bench" ] && [ "$bench" = "$count" ] && return
    echo "$1[$2]/$3[$4]"
    echo "  bench: $bench"
    echo "  count: $count"
}

varies=' '
for program in "$build"/bench-*; do
    "$program" --describe | jq -e '.strategy.traits | index("varies")' >/dev/null && varies="$varies${program##*-} "
done

# A cell is WORKLOAD[PARAMS]/STRATEGY[TUNABLES]/BACKING. Two halves run beside each other.
"$build/heapbench" run --quick --dry-run | sed -n 's|^\([a-z_0-9]*\)\(\[\([^]]*\)\]\)*/\([a-z_0-9]*\)\(\[\([^]]*\)\]\)*/glibc$|\1\|\3\|\4\|\6|p' |
    grep -v 'live=1000000' | sort -u >"$dir/cells" # these are the same program beside a set-up of a second
for half in 0 1; do
    awk "NR % 2 == $half" "$dir/cells" | while IFS='|' read -r workload params strategy tunables; do
        compare "$workload" "$params" "$strategy" "$tunables" $half
    done >"$dir/differ.$half" &
done
wait
cells=$(wc -l <"$dir/cells")
tap_is "" "$(cat "$dir"/differ.*)" "the two builds do the same in $cells cells"
tap_is "$cells" "$(wc -l <"$dir/ran")" "every cell was run"
tap_ok "$([ "$cells" -gt 50 ]; echo $?)" "the quick plan has cells"

tap_is "false true" "$(for program in bench count; do "$build/$program-refcount" --describe | jq .counting; done | xargs)" \
    "each build says which it is"
tap_is "null" "$(jq -c '.counters.objects_allocated' "$dir/bench.0")" "what was not counted is absent"
tap_is "null null" "$(jq -c '.leaked_bytes, [.pauses[].freed] | if type == "array" then .[0] else . end' "$dir/bench.0" | xargs)" \
    "so are leaks, and what pauses freed"
# What the lines of tutorials answer, where it is known: true, false, false, by 1; and what stays of the two examples.
tap_is "1 0 0 1 0 8" "$(for asks in small_int large_int text count two_lists true_cycle; do
    "$build/count-refcount" --workload article --param "asks=$asks" --steps 4 --record "$dir/answer" >/dev/null 2>&1 &&
        jq "if \"$asks\" | IN(\"two_lists\", \"true_cycle\") then .leaked_objects else .answer end" "$dir/answer"
done | xargs)" "programs that ask something are answered"
# Without /proc nothing is known of memory, and in a record that is absent, not 0.
if unshare -m true 2>/dev/null; then
    unshare -m sh -c "umount -l /proc && '$build/count-refcount' --workload cycles --steps 9 --record '$dir/blind'" >/dev/null 2>&1
    tap_is '0 {} [{},{}]' "$? $(jq -c '.rss' "$dir/blind") $(jq -c '[.phases[].rss]' "$dir/blind")" "memory that cannot be read is absent"
    unshare -m sh -c "umount -l /proc && PATH='$PWD/$build' && export PATH && cd / && heapbench run --dry-run" >"$dir/planned" 2>&1
    tap_is "0 1" "$? $(grep -c '^[0-9]* cells .* quick: ' "$dir/planned")" "heapbench finds its plans and programs by how it was started"
    # With it, but no right to write there, peaks cannot be told from that of the set-up; whoever misses them is told why.
    # "bind", for without it all of the machine could write to /proc no more.
    unshare -m sh -c "mount -o remount,bind,ro /proc && '$build/heapbench' run --strategy refcount --workload cycles --alone --blocks 1 \
        --steps 9 --out '$dir/peakless'" >"$dir/said" 2>&1
    tap_is "0 false 1" "$? $(jq '.rss | has("peak_bytes")' "$dir/peakless/records.ndjson") $(grep -c \
        '^warning: 1 invocations have no peak of resident memory, since /proc/self/clear_refs cannot be written' "$dir/said")" \
        "a peak that cannot be measured is absent, and the run says why"
else
    tap_skip "a peak that cannot be measured" "a mount namespace is not allowed here"
    tap_skip "memory that cannot be read" "a mount namespace is not allowed here"
    tap_skip "plans without /proc" "a mount namespace is not allowed here"
fi
said=$("$build/bench-refcount" --workload cycles --steps 9 --audit 3 --record "$dir/audit" 2>&1)
tap_is 2 $? "an audit is refused by the build that does not count"
tap_is 1 "$(echo "$said" | grep -c 'count-refcount')" "and it names the program that does"
tap_done
