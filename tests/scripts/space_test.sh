#!/bin/sh
# space_test.sh - no strategy takes more of the address space than twice what it holds and 64 MB.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
for program in "$build"/tests/endure/endure-*; do
    case $program in *.*) continue ;; esac
    if [ "$build" != build ]; then
        tap_skip "${program##*-} takes few addresses" "a sanitizer takes addresses of its own"
        continue
    fi
    said=$("$program" space --nodes 300000)
    tap_ok $? "${program##*-} takes few addresses"
    echo "$said" | grep -e TOO -e NOT | sed 's/^/# /'
done
tap_done
