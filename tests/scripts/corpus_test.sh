#!/bin/sh
# corpus_test.sh - the inputs of tests/corpus, which make fuzz found worth keeping: all strategies agree on each.
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
tap_done
