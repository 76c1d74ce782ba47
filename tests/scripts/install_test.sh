#!/bin/sh
# install_test.sh - what make install puts in place runs without the repository, and its completions know what it knows.
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

mkdir "$dir/elsewhere" && cd "$dir/elsewhere" || exit 1
PATH=$dir/usr/bin:$PATH
heapbench run --plan ci --strategy refcount --workload cycles --blocks 1 --steps 50 --out run >out 2>&1
tap_is "0" "$?" "it measures, elsewhere"
[ -s run/report.html ]
tap_ok $? "and draws its report"
tail -n 3 out | sed 's/^/# /'
heapbench run --incident tuple-growth --dry-run >out 2>&1
tap_ok $? "it has its scenarios"

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
