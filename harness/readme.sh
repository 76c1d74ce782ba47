#!/bin/sh
# readme.sh BUILD_DIR - print README.md with its generated parts made anew: what heapbench list says; and the incidents, when
# the newest run is one of all of them (make incidents); and what tests counted, and advice did, when
# there is such a count (make reliability, make advise-trial).
set -eu
cd "$(dirname "$0")/.."
"$1/heapbench" list --markdown >"$1/list.md"
rm -f "$1/incidents.md"
case $("$1/heapbench" query --csv "select value from run where name = 'mode'" 2>/dev/null) in *incidents*)
    count=$("$1/heapbench" query --csv "select '**' || answer || '** ' || sentence from ($(sed 's/;$//' plots/incidents/says.sql)) where what = 'Incidents'")
    { echo "$count" | sed '1d;s/\r$//;s/^"//;s/"$//' && printf '\n<details><summary>All of them</summary>\n\n' &&
        "$1/heapbench" query --markdown "$(cat plots/incidents/readme.sql)" && printf '\n</details>\n'; } >"$1/incidents.md" ;;
esac
tests/endure/sums --markdown tests/reliability.tsv >"$1/reliability.md"
awk -v build="$1" '
    /^<!-- end of / { skipping = 0 }
    !skipping { print }
    /^<!-- (list|incidents|reliability|trial): / {
        file = build "/" substr($2, 1, length($2) - 1) ".md"
        if ((getline line < file) <= 0) next
        skipping = 1
        print "\n" line
        while ((getline line < file) > 0) print line
        print ""
    }' README.md
