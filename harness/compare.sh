#!/bin/sh
# compare.sh compare|regress|pair BASE [HEAD] - two revisions of this repository, measured side by side on this machine. Without
# HEAD what is built here now stands for it, changes that are not committed included.
#
# A revision is built once, in build/compare/COMMIT. `pair` makes build/compare/pair, in which the programs of BASE are, those of
# HEAD in head/, and those of BASE once more in base/, so that a run shows its own noise. `regress` is gate 1 (counters against the
# committed baseline), gate 2 (instructions) and the evidence (times and memory); `compare` is the last.
# Environment: STRATEGIES, WORKLOADS, BLOCKS narrow it, REPORT is a file to append a Markdown report to.
# Exit status: 0 unchanged or better, 3 worse, 2 usage, 1 something failed.
set -eu
cd "$(dirname "$0")/.."
what=$1
here=build/compare
heapbench=build/heapbench

refuse() {
    echo "make $what: $1" >&2
    exit 2
}

built() { # built REVISION: the folder of its programs
    commit=$(git rev-parse -q --verify "$1^{commit}") || refuse "no revision '$1'; accepted: what git rev-parse takes, e.g. BASE=origin/main"
    tree=$here/$commit
    if [ ! -e "$tree/.built" ]; then
        git worktree prune
        [ -e "$tree/Makefile" ] || git worktree add -q --force --detach "$tree" "$commit" >&2
        echo "building $(git log -1 --format='%h %s' "$commit")" >&2
        make --no-print-directory -C "$tree" all >"$tree.log" 2>&1 || {
            tail -n 20 "$tree.log" >&2
            echo "make $what: $1 does not build, see $tree.log" >&2
            exit 1
        }
        touch "$tree/.built"
    fi
    echo "$PWD/$tree/build"
}

pair() { # pair BASE HEAD: strategies that both have
    rm -rf "$here/pair"
    mkdir -p "$here/pair"
    ln -s "$2" "$here/pair/head"
    ln -s "$1" "$here/pair/base"
    for program in "$1"/bench-* "$1"/count-*; do
        name=${program##*/}
        case $name in *.*) continue ;; esac
        if [ -x "$2/$name" ]; then
            ln -s "$program" "$here/pair/$name"
        else
            echo "gone from the head, so not compared: $name" >&2
        fi
    done
    for program in "$2"/bench-*; do
        case $program in *.*) continue ;; esac
        [ -x "$1/${program##*/}" ] || echo "new in the head, so not compared: ${program##*/}" >&2
    done
}

status=0
note() { # note STATUS: the worst so far; 3, a regression, says more than 1
    [ "$1" -eq 0 ] || [ "$status" -eq 3 ] || status=$1
}

measured() { # measured PLAN TITLE: run it by both builds, print what differs
    printf '\n== %s\n\n' "$2"
    rm -rf "$here/$1"
    set -- "$1" "$2" ${STRATEGIES:+--strategy "$STRATEGIES"} ${WORKLOADS:+--workload "$WORKLOADS"}
    plan=$1
    title=$2
    shift 2
    [ "$plan" = instructions ] || set -- "$@" ${BLOCKS:+--blocks "$BLOCKS"}
    code=0
    $heapbench compare --measure "$plan" --bench-dir "$here/pair" --out "$here/$plan" "$@" || code=$?
    note $code
    [ -z "${REPORT:-}" ] || {
        printf '## %s\n\n' "$title"
        $heapbench compare --format markdown "$here/$plan" || :
    } >>"$REPORT"
}

counters() { # gate 1: nothing is timed, so nothing is noise
    printf '== Counters: what every program does, against results/baseline\n\n'
    code=0
    rm -rf build/regress
    $heapbench claims --measure --strict --out build/regress baseline >"$here/counters.txt" 2>&1 || code=$?
    cat "$here/counters.txt"
    note $code
    [ -z "${REPORT:-}" ] || {
        [ $code -eq 0 ] && verdict="unchanged" || verdict="**a program does something else than the baseline says**"
        printf '## Counters: %s\n\n```\n%s\n```\n\n' "$verdict" "$(tail -n 40 "$here/counters.txt")"
    } >>"$REPORT"
}

[ -n "${2:-}" ] || refuse "BASE=REVISION says what to compare with, e.g. BASE=origin/main"
mkdir -p "$here"
base=$(built "$2")
if [ -n "${3:-}" ]; then head=$(built "$3"); else head=$PWD/build; fi
pair "$base" "$head"
case $what in
pair) ;;
compare) measured evidence "Times and memory, in pairs" ;;
regress)
    counters
    measured instructions "Instructions of a step, by callgrind"
    measured evidence "Times and memory, in pairs"
    ;;
*) refuse "accepted: compare, regress, pair" ;;
esac
exit $status
