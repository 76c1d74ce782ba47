#!/bin/sh
# readme_test.sh - the README's generated part is what the programs say, and its commands exist.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
tap_release_only "the README is up to date" "the same in every build"
# A strategy that is being written, or whose library is not here, is no reason to fail: rows are compared that
# stand in both.
"$build/heapbench" list --markdown >"$build/list.md"
stale=$(grep -o '^| `[a-z_0-9]*` |' "$build/list.md" | while read -r name; do
    row=$(grep -F "$name" README.md) || continue
    [ "$row" = "$(grep -F "$name" "$build/list.md")" ] || echo "$name"
done)
tap_is "" "$stale" "the lists of strategies and workloads are up to date (else: make readme)"
missing=$(grep -l '"source"' workloads/scenarios/*.json | while read -r file; do
    grep -q "^| \`$(basename "$file" .json)\` |" README.md || basename "$file" .json
done)
tap_is "" "$missing" "every incident has a row (else: make incidents readme)"
missing=$(grep -o '^ *make [a-z-]*' README.md | awk '{print $2}' | sort -u | while read -r target; do
    make -n "$target" >/dev/null 2>&1 || echo "$target"
done)
tap_is "" "$missing" "every make target that the README shows exists"
# The seals are of the claims' file and of the table that was drawn from it, see tests/probes/draw.
table=$(sed -n '/^<!-- claims: /,/^<!-- end of claims/p' allocators/README.md)
seal() { cksum | cut -d' ' -f1; }
tap_is "$(seal <results/claims/peers.json) $(echo "$table" | grep '^|' | seal)" \
    "$(echo "$table" | awk 'NR == 1 { print $3, $4 }')" \
    "the table of what strategies must beat is of these claims, and as it was drawn (else: make peers readme)"
tap_done
