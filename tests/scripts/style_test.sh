#!/bin/sh
# style_test.sh - no source, script or text is longer than 500 lines, and each source opens with its name and what it does.
. tests/scripts/tap.sh

sources() { # sources ROOT FIND_TEST...: files that people write, relative to ROOT
    root=$1
    shift
    (cd "$root" && find . \( -path ./build -o -path ./.git -o -path './results/*/*' \) -prune -o -type f "$@" -print)
}
long() { # long ROOT: files above 500 lines. Of those without a suffix scripts are written by people.
    sources "$1" \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' -o -name '*.sh' -o -name '*.mk' -o -name '*.awk' -o -name '*.sql' \
        -o -name '*.gp' -o -name '*.css' -o -name '*.html' -o -name '*.md' -o ! -name '*.*' \) |
        (cd "$1" && xargs awk 'FNR == 501 { print FILENAME }')
}
unnamed() { # unnamed ROOT: sources whose first line is not "// NAME - ..."; the name of a strategy's fast.h is the strategy's
    sources "$1" \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' \) | (cd "$1" && xargs awk 'FNR == 1 {
        n = split(FILENAME, part, "/")
        name = part[n] == "fast.h" ? part[n - 1] : part[n]
        if (index($0, "// " name " - ") != 1) print FILENAME }')
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tap_is "" "$(long .)" "no file is longer than 500 lines"
tap_is "" "$(unnamed .)" "every source opens with its name"

# The same where it is not so.
mkdir "$dir/build"
{ echo '// else.c - says another name.' && seq 500; } | tee "$dir/build/left.c" >"$dir/some.c"
seq 501 >"$dir/Makefile"
seq 501 >"$dir/data.json"
seq 500 >"$dir/short.sh"
tap_is "./Makefile ./some.c" "$(long "$dir" | sort | xargs)" "a long file is seen"
tap_is "./some.c" "$(unnamed "$dir")" "and one that says another name"
tap_done
