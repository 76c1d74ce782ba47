#!/bin/sh
# minimise_test.sh - a program that fails becomes as small as it can be, and what is printed of it is C.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

# It fails on whatever truncates a list.
cat >"$dir/fails" <<EOF
#!/bin/sh
! "$build/tests/fuzz/minimise" --print "\$1" | grep -q heap_truncate
EOF
chmod 755 "$dir/fails"
for trace in tests/corpus/*.trace; do
    "$dir/fails" "$trace" || break
done
cp "$trace" "$dir/large.trace"
"$build/tests/fuzz/minimise" "$dir/large.trace" "$dir/fails" >"$dir/least.c" 2>"$dir/said"
tap_is 0 $? "a program that fails is made smaller"
tap_is 2 "$(grep -c 'heap_new_list\|heap_truncate' "$dir/least.c")" "a list and its truncation are left"
[ "$(wc -l <"$dir/least.c")" -le 12 ] && ! "$dir/fails" "$dir/large.trace.min"
tap_ok $? "and nothing else: $(sed "s/minimise: \(.*\) are left.*/\1/" "$dir/said")"
for file in "$trace" "$dir/large.trace.min"; do
    {
        echo '#include "contract/contract.h"'
        "$build/tests/fuzz/minimise" --print "$file"
        echo 'void *use = (void *)found;'
    } >"$dir/all.c"
    ${CC:-cc} -std=gnu11 -Wall -Werror -fsyntax-only -DHEAP_CALLED -D_GNU_SOURCE -Iharness -Iallocators -Iworkloads -Itests "$dir/all.c" 2>"$dir/error"
    tap_is 0 $? "$(basename "$file") is C"
    sed 's/^/# /' "$dir/error" | head -n 5
done
cp "$trace" "$dir/good.trace"
"$build/tests/fuzz/minimise" "$dir/good.trace" true 2>/dev/null
tap_is 2 $? "a program that does not fail is refused"
[ ! -e "$dir/good.trace.min" ]
tap_ok $? "and no copy of it stays"
tap_done
