#!/bin/sh
# manual.sh BUILD_DIR INTO - writes a page of the manual for heapbench and for each command, which say what --help says.
set -eu
mkdir -p "$2"
page() { # page NAME ONE_LINE [COMMAND]
    help2man --no-info --section=1 --name="$2" --version-string="$("$build/heapbench" --version | cut -d' ' -f2)" \
        --help-option="${3:+$3 }--help" "$build/heapbench" |
        sed "s/^\.TH HEAPBENCH/.TH $(echo "$1" | tr a-z A-Z)/; s/^heapbench \\\\- /$1 \\\\- /" >"$into/$1.1"
}
build=$1 into=$2
page heapbench "measure what heap strategies cost in time, pauses and memory"
"$build/heapbench" --help | sed -n 's/^  \([a-z]*\)  *\(.*\)/\1 \2/p' | while read -r command what; do
    page "heapbench-$command" "$what" "$command"
done
