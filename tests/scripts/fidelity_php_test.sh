#!/bin/sh
# fidelity_php_test.sh - the short form of `make fidelity` for PHP: traces of the tree and two by chance, when there is a PHP to
# compare with; and that a wrong integer is seen.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# What PHP 8.2.36 did with the first by chance.
"$build/tests/fidelity/php" chance 1 13000 "$dir/one.trace"
"$build/tests/fidelity/php" convert "$dir/one.trace" "$dir/model" "$dir/program"
tap_is "8 10500 10001 2235 649853d9" "$("$build/tests/fidelity/fidelity-rootbuffer" "$dir/model")" "a trace by chance does what was recorded of PHP 8.2"

SEEDS=1 OPERATIONS=13000 tests/fidelity/roots "$build" >"$dir/table" 2>&1
status=$?
if [ $status -eq 77 ]; then
    tap_skip "rootbuffer does as PHP in every trace" "$(cat "$dir/table")"
    tap_done
    exit
fi
while read -r trace; do
    case $trace in
    *' equal') tap_ok 0 "PHP: ${trace%% *}" ;;
    *DIFFERENT*) tap_ok 1 "$trace" ;;
    esac
done <"$dir/table"
tap_is 0 $status "$(tail -n 1 "$dir/table")"

# A PHP that finds one more.
printf '#!/bin/sh\n%s "$@" | sed "s/^\\([0-9]* [0-9]*\\)\\( .* .* \\)/\\11\\2/"\n' "$(command -v "${PHP:-php}")" >"$dir/php"
chmod +x "$dir/php"
PHP=$dir/php tests/fidelity/roots "$build" "$dir/one.trace" >"$dir/table" 2>&1
tap_is 1 $? "a wrong integer ends in status 1"
grep -q '^one  *[0-9]* *[0-9]*!=[0-9]*1 .*DIFFERENT$' "$dir/table"
tap_ok $? "and is shown with the one expected"
tap_done
