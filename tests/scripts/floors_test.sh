#!/bin/sh
# floors_test.sh - a folder of harness/ includes only folders on lower floors: those further down in the table of
# harness/README.md. Folders that share a row do not include each other.
. tests/scripts/tap.sh

# floors ROOT: "FOLDER NUMBER" from the table, top floor first. arrows ROOT: includes that run up, or to the side.
floors() {
    awk -F'|' '/^\| `[a-z]*\/`/ { n++; while (match($2, /`[a-z]*\//)) {
        print substr($2, RSTART + 1, RLENGTH - 2), n; $2 = substr($2, RSTART + RLENGTH) } }' "$1/harness/README.md"
}
arrows() {
    floors "$1" >"$dir/floors"
    (cd "$1/harness" && grep -o '^ *#include "[a-z]*/[^"]*"' */*.[ch] /dev/null) |
        sed 's|^\([a-z]*\)/\([^:]*\):.*"\([a-z]*\)/\(.*\)"|\1 \3 \1/\2 \3/\4|' |
        awk 'NR == FNR { floor[$1] = $2; next }
            $2 == "trace" || $2 == "scenario" || $2 == "recording" { next } # of workloads/: ground, as base/ is
            !($1 in floor) || !($2 in floor) || $1 == $2 || floor[$1] >= floor[$2] { print $3 " includes " $4 }' \
            "$dir/floors" -
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tap_is "" "$(arrows .)" "no include of harness/ runs up"
tap_is "$(cd harness && ls -d */ | tr -d / | sort)" "$(sort "$dir/floors" | cut -d' ' -f1)" "every folder has a floor"
tap_is "" "$(grep -ho '#include "[a-z]*/[^"]*"' allocators/*/*.[ch] allocators/*.h workloads/*.[ch] |
    grep -v '"parts/\|"base/\|"model/setting.h"\|"trace/\|"scenario/\|"recording/' | sort -u)" "what is measured includes base/ and the settings alone"

# The same on a copy with one include too many.
mkdir "$dir/copy" && cp -r harness "$dir/copy"
echo '#include "show/page.h"' >>"$dir/copy/harness/base/text.c"
tap_is "base/text.c includes show/page.h" "$(arrows "$dir/copy")" "an include that runs up is seen"
tap_done
