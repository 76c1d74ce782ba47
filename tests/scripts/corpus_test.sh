#!/bin/sh
# corpus_test.sh - the inputs of tests/corpus, which make fuzz found worth keeping, or others recorded: all strategies agree on each.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
claims=$(mktemp) || exit 2
trap 'rm -f "$claims"' EXIT

inputs=$(find tests/corpus -type f | wc -l)
strategies=0
for program in "$build"/tests/fuzz/replay-*; do
    case $program in *.*) continue ;; esac
    strategies=$((strategies + 1))
    "$program" tests/corpus/* >>"$claims" 2>"$claims.error" ||
        echo "? ${program##*-} FAILED with status $?: $(tail -n 1 "$claims.error")" >>"$claims"
done
rm -f "$claims.error"
tap_is "" "$("$build/tests/fuzz/agree" <"$claims")" "$strategies strategies agree on $inputs inputs"
tap_is "$inputs" "$(awk '$3 == "OBSERVED" {print $1}' "$claims" | sort -u | wc -l)" "every input was run"

# Who is accused when claims differ: not who differs from the first, but who differs from most.
judge() { printf '%s\n' "$@" | "$build/tests/fuzz/agree"; }
tap_is "input a: arena differs in GRAPH: 0000000000000007, most say 0000000000000005" \
    "$(judge 'a arena GRAPH 7' 'a lua GRAPH 5' 'b lua GRAPH 1' 'a nogc GRAPH 5')" "the first is accused when it is alone"
tap_is "input a: nogc differs in GRAPH: 0000000000000007, most say 0000000000000005" \
    "$(judge 'a nogc GRAPH 7' 'a lua GRAPH 5')" "of two answers the one that sorts first is right"
tap_is "input a: lua is broken: not true: all is well" \
    "$(judge 'a arena KEPT 1' 'a lua FAILED not true: all is well' 'a nogc KEPT 2')" "what is broken by itself says why"
tap_is "1 no strategy printed anything" "$(judge '' | { read -r line; echo "1 $line"; })" "to print nothing is no agreement"
judge 'a arena GRAPH 5' 'a lua GRAPH 5' >/dev/null
tap_ok $? "equal claims agree"
tap_done
