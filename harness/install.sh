#!/bin/sh
# install.sh BUILD_DIR - copies what runs without the repository to $DESTDIR$PREFIX. The programs and all that they read stand in one folder,
# lib/heapbench, as they do here; bin/heapbench leads there. Manual pages are what --help says. What compares revisions (make regress BASE=,
# bisect, history) needs the repository, and is not installed.
set -eu
cd "$(dirname "$0")/.."
build=$1
into=${DESTDIR:-}${PREFIX:-/usr/local}
home=$into/lib/heapbench

folder() { # folder FROM...: its files, without those that are only read here
    for from in "$@"; do
        install -d "$home/$from"
        find "$from" -maxdepth 1 -type f ! -name '*.[ch]' ! -name README.md ! -name .gitignore -exec install -m 644 -t "$home/$from" {} +
    done
}

install -d "$into/bin" "$home"
for program in "$build/heapbench" "$build"/bench-* "$build"/count-*; do
    case ${program##*/} in *.*) ;; *) install "$program" "$home" ;; esac
done
ln -sf ../lib/heapbench/heapbench "$into/bin/heapbench"
folder results results/claims results/exports results/baseline harness/plans workloads/scenarios workloads/traces plots plots/*/ plots/advice/*/
install -D -m 644 -t "$into/share/doc/heapbench" LICENSE README.md
install -m 644 results/README.md "$into/share/doc/heapbench/results.md"
install -m 644 harness/PROTOCOL.md "$into/share/doc/heapbench/protocol.md"
install -D -m 644 -t "$into/share/doc/heapbench/protocol" harness/protocol/*
folder harness/runners
find harness/runners -type f ! -name '*.*' -exec install -t "$home/harness/runners" {} +
install -D -t "$home/harness/engines" harness/engines/*.sh
[ ! -d "$build/recorder" ] || install -D -m 644 -t "$home/build/recorder" "$build"/recorder/*.so "$build"/recorder/*.py

harness/manual.sh "$build" "$into/share/man/man1"
install -D -m 644 harness/completions/heapbench.bash "$into/share/bash-completion/completions/heapbench"
install -D -m 644 harness/completions/heapbench.zsh "$into/share/zsh/site-functions/_heapbench"
