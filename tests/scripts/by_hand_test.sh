#!/bin/sh
# by_hand_test.sh - collections by hand, by the records of a real program: after every so many steps, at idle, once at the end.
. tests/scripts/tap.sh
tap_release_only "ways to collect by hand" "what is timed is not built with sanitizers"
bench=${BUILD_DIR:-build}/bench-generational
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

# Nothing else collects. Prints collections during the steps, and the pauses that they made.
collections() { # collections FLAGS
    "$bench" --workload cycles --param live=100 --steps 200 --set enabled=off "$@" --record "$dir/record" >/dev/null 2>&1
    jq -r '"\(.counters.collections_gen2 - .setup_counters.collections_gen2) \(.pauses.gen2.count // 0)"' "$dir/record"
}

tap_is "0 0" "$(collections)" "without, there is none"
tap_is "6 6" "$(collections --set collect_every=30)" "after every 30 of 200 steps there are 6"
tap_is "1 1" "$(collections --set collect_when=end)" "at the end there is one"
tap_is "1 1" "$(collections --set collect_when=end --set collect_every=30)" "and no other"
tap_is "0 0" "$(collections --set collect_when=idle --set collect_every=30)" "a closed loop whose program never idles is never idle"
tap_is "0 0" "$(collections --set collect_when=idle --set collect_every=30 --arrivals 1e9)" "nor is one that is always late"
# On a busy machine it may be late for some time.
collections --set collect_when=idle --set collect_every=30 --arrivals 2000 >"$dir/idle"
grep -qx '\([1-6]\) \1' "$dir/idle"
tap_ok $? "a loop that is idle nearly always collects after every 30 steps or some more: $(cat "$dir/idle")"
tap_is "0 0" "$(collections --set collect_when=idle --arrivals 2000)" "without a number of steps it does not"
# Of these 90 steps the program idles in the first 50.
cat >"$dir/idles.json" <<'END'
{"phases": [{"name": "work", "steps": 50, "do": [{"build": {"count": 10, "shape": "ring", "nodes": 3}}, {"idle": {"seconds": 1e-6}}]},
            {"name": "rest", "steps": 40, "build": {"count": 10, "shape": "ring", "nodes": 3}}]}
END
idles() { # idles FLAGS
    "$bench" --workload scenario --input "$dir/idles.json" --set enabled=off "$@" --record "$dir/record" >/dev/null 2>&1
    jq -r '[.phases[] | select(.name != "setup") | .counters.collections_gen2] | join(" ")' "$dir/record"
}
tap_is "2 0" "$(idles --set collect_when=idle --set collect_every=20)" "a program that idles collects then, after every 20 steps"
tap_is "0 0" "$(idles --set collect_when=idle)" "without a number of steps it does not, either"

# A step that is followed by the collection lasts as long as that; one at idle is no part of a step.
collections --set collect_when=end >/dev/null
tap_is true "$(jq '.latency.max_ns >= .pauses.gen2.max_ns' "$dir/record")" "what comes at the end is part of the last step"
tap_done
