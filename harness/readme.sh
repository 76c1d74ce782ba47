#!/bin/sh
# readme.sh BUILD_DIR - print README.md with its generated part made anew: what heapbench list says.
set -eu
cd "$(dirname "$0")/.."
"$1/heapbench" list --markdown >"$1/list.md"
awk -v list="$1/list.md" '
    /^<!-- end of list -->/ { skipping = 0 }
    !skipping { print }
    /^<!-- list: / {
        skipping = 1
        print ""
        while ((getline line < list) > 0) print line
        print ""
    }' README.md
