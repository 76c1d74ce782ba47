#!/bin/sh
# parallel.sh run|show|check - GNU parallel does the bundles, one at a time on each host. A bundle that fails on one host is tried on another.
set -eu
mode=$1
sshlogin='' ssh=ssh copy=yes retries=3
while IFS='=' read -r name value; do
    case $name in
    '') ;;
    sshlogin) sshlogin=$value ;;
    ssh) ssh=$value ;;
    copy) copy=$value ;;
    retries) retries=$value ;;
    *) echo "'$name': accepted: bundle, sshlogin, ssh, copy, retries" >&2 && exit 2 ;;
    esac
done <<SET
$HEAPBENCH_SET
SET

if [ "$mode" = check ]; then
    command -v parallel >/dev/null || { echo "GNU parallel is not here: apt install parallel" && exit 2; }
    [ -z "$sshlogin" ] || command -v rsync >/dev/null || { echo "rsync is not here: apt install rsync" && exit 2; }
    exit 0
fi

# Programs, jobs, and what jobs read: by whole paths, which are the same there.
files() {
    printf '%s\n' "$HEAPBENCH" "$HEAPBENCH_DIR/jobs.ndjson" "$HEAPBENCH_DIR/bundles.ndjson"
    find "$HEAPBENCH_BENCH_DIR" -maxdepth 1 -type f \( -name 'bench-*' -o -name 'count-*' \) ! -name '*.*'
    grep -o '"input":"/[^"]*"' "$HEAPBENCH_DIR/jobs.ndjson" | cut -d'"' -f4 | sort -u
}
send() { # send HOST
    files | rsync -a --recursive --relative --files-from=- -e "$ssh" / "$1:/"
}

export PARALLEL_SSH="$ssh"
set -- parallel --jobs 1 --retries "$retries"
if [ "$sshlogin" ]; then
    set -- "$@" --sshlogin "$sshlogin" --filter-hosts
    [ "$copy" = no ] || set -- "$@" --return "$HEAPBENCH_DIR/bundles/{}"
fi
set -- "$@" "'$HEAPBENCH' work --bench-dir '$HEAPBENCH_BENCH_DIR' --bundle {} '$HEAPBENCH_DIR'"
case $mode in
show)
    [ -z "$sshlogin" ] || [ "$copy" = no ] || echo "copy the programs, the jobs and what they read to $sshlogin, then"
    echo "seq $HEAPBENCH_BUNDLES | $*"
    ;;
run)
    if [ "$sshlogin" ] && [ "$copy" != no ]; then
        for host in $(echo "$sshlogin" | tr ',' ' '); do
            [ "$host" = : ] || send "${host##*/}" || echo "heapbench: parallel: cannot copy to $host" >&2
        done
    fi
    seq "$HEAPBENCH_BUNDLES" | "$@" >&2
    ;;
esac
