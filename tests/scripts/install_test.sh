#!/bin/sh
# install_test.sh - what make install puts in place runs without the repository, its completions know what it knows, and on the pages that make site
# makes of its run and its manual every link leads somewhere.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tap_release_only "make install" "the same in every build"
command -v help2man >/dev/null || { # its part of the work, for a test of the rest
    mkdir "$dir/tools" && printf '#!/bin/sh\necho ".SH NAME"\n' >"$dir/tools/help2man" && chmod 755 "$dir/tools/help2man"
    PATH=$PATH:$dir/tools
}
DESTDIR=$dir PREFIX=/usr harness/install.sh "$build" >"$dir/log" 2>&1
tap_is "0 " "$? $(cat "$dir/log")" "it is installed without a word"
tap_is "$("$build/heapbench" --help | grep -c '^  [a-z]')" "$(find "$dir/usr/share/man/man1" -name 'heapbench-*.1' -size +0 | wc -l)" "a page of the manual for each command"
tap_is "./results/baseline/records.ndjson" "$(cd "$dir/usr/lib/heapbench" && find . -name '*.[ch]' -o -name '*.md' -o -name records.ndjson)" \
    "no sources, and no run but the baseline"

root=$PWD
mkdir "$dir/elsewhere" && cd "$dir/elsewhere" || exit 1
PATH=$dir/usr/bin:$PATH
heapbench run --plan ci --strategy refcount --workload cycles --blocks 1 --steps 50 --out run >out 2>&1
tap_is "0" "$?" "it measures, elsewhere"
[ -s run/report.html ]
tap_ok $? "and draws its report"
tail -n 3 out | sed 's/^/# /'
heapbench run --incident tuple-growth --dry-run >out 2>&1
tap_ok $? "it has its scenarios"
if [ -f "$dir/usr/lib/heapbench/build/recorder/heapbench_record.so" ] && [ -x /usr/bin/python3 ]; then
    heapbench record --out app.hbr -- /usr/bin/python3 -c 'print("done")' >out 2>&1 && grep -q '^done$' out && heapbench simulate app.hbr >/dev/null 2>&1
    tap_ok $? "it records a program, and reads the recording"
fi

broken() { # broken FOLDER: links of its pages that lead to no file of it, or to no place in one
    cd "$1" && find . -type f | sed 's,^[.]/,,' >"$dir/files" && find . -name '*.html' | sed 's,^[.]/,,' | xargs awk '
        BEGIN { while ((getline file < ARGV[1]) > 0) there[file] = 1; ARGV[1] = "" }
        {
            for (rest = $0; match(rest, / (id|name|href|src)="[^"]*"/); rest = substr(rest, RSTART + RLENGTH)) {
                split(substr(rest, RSTART + 1, RLENGTH - 2), part, "=\"")
                if (part[1] ~ /id|name/) place[FILENAME "#" part[2]] = 1
                else if (part[2] !~ /^[a-z]+:/) link[FILENAME "\t" part[2]] = 1
            }
        }
        END {
            for (l in link) {
                split(l, part, "\t")
                to = substr(part[2], 1, 1) == "#" ? part[1] part[2] : part[1]
                if (to == part[1]) { sub(/[^\/]*$/, "", to); to = to part[2] }
                while (sub(/[^\/]+\/\.\.\//, "", to)) {}
                file = to; sub(/#.*/, "", file)
                if (!(file in there) || to ~ /[.]html#/ && !(to in place)) print l
                count++
            }
            print count > "/dev/stderr"
        }' "$dir/files" 2>"$dir/count"
}
if command -v cmark-gfm >/dev/null && command -v mandoc >/dev/null; then
    (cd "$root" && harness/site.sh "$build" "$dir/site" "$dir/usr/share/man/man1" "$dir/elsewhere/run") >out 2>&1
    tap_is "0 $dir/site/index.html" "$? $(cat out)" "pages are made of the README, its run and its manual"
    tap_is "" "$(broken "$dir/site")" "every link on them leads somewhere"
    tap_ok "$(($(cat "$dir/count") < 150))" "$(cat "$dir/count") links: the pages are there"
else
    tap_skip "pages of a site" "no cmark-gfm or mandoc"
fi

completed() { # completed WORDS...: what bash offers for the last
    bash -c '. "$0" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _heapbench && printf "%s " "${COMPREPLY[@]}"' \
        "$dir/usr/share/bash-completion/completions/heapbench" "$@"
}
if command -v bash >/dev/null; then
    tap_is "report " "$(completed heapbench rep)" "bash completes a command"
    tap_is "--strategy " "$(completed heapbench run --strat)" "a flag of it"
    tap_is "refcount refcount_atomic refcount_biased refcount_deferred refcount_lazy " "$(completed heapbench run --strategy refc)" "a strategy"
else
    tap_skip "completion" "no bash"
fi
tap_done
