#!/bin/sh
# compare.sh compare|regress|instructions|pair BASE [HEAD] - two revisions of this repository, measured side by side on this machine. Without
# HEAD what is built here now stands for it, changes that are not committed included.
# compare.sh bisect GOOD [BAD] - the first commit after GOOD, up to BAD, that does something else than GOOD did.
# compare.sh history - measure what is built here beside the canary, and add it to the history.
#
# A revision is built once, in build/compare/COMMIT. `pair` makes build/compare/pair, in which the programs of BASE are, those of
# HEAD in head/, and those of BASE once more in base/, so that a run shows its own noise. `regress` is gate 1 (counters against the
# committed baseline), gate 2 (instructions) and the evidence (times and memory); `compare` is the last.
# The canary is a copy of the programs in build/canary, made when they are first seen and never again.
# Environment: STRATEGIES, WORKLOADS, BLOCKS narrow it, REPORT is a file to append a Markdown report to, CLAIM a file of claims
# for bisect (baseline), HISTORY the file of history (results/history.ndjson).
# Exit status: 0 unchanged or better, 3 worse, 2 usage, 1 something failed.
# shellcheck disable=SC2086 # $only is a flag and its value, or nothing
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
    only=
    [ "$plan" != instructions ] || only="--metric instructions_per_step"
    [ "$plan" = instructions ] || set -- "$@" ${BLOCKS:+--blocks "$BLOCKS"}
    code=0
    $heapbench compare --measure "$plan" --bench-dir "$here/pair" --out "$here/$plan" $only "$@" || code=$?
    note $code
    [ -z "${REPORT:-}" ] || {
        printf '## %s\n\n' "$title"
        $heapbench compare --format markdown $only "$here/$plan" || :
    } >>"$REPORT"
}

counters() { # gate 1: nothing is timed, so nothing is noise
    printf '== Counters: what every program does, against results/baseline\n\n'
    code=0
    rm -rf build/regress
    $heapbench claims --measure --strict --complete --out build/regress baseline >"$here/counters.txt" || code=$?
    cat "$here/counters.txt"
    note $code
    [ -z "${REPORT:-}" ] || {
        printf '## Counters, against results/baseline\n\n'
        [ $code -ne 0 ] || echo 'Every program does what it did.'
        sed -n 's/^[^ ]* does something else: /* &/p; /has no baseline\|is not in the baseline\|was not run/s/^/* /p' "$here/counters.txt"
        printf '\n<details><summary>Values</summary>\n\n```\n'
        tail -n 60 "$here/counters.txt"
        printf '```\n\n</details>\n\n'
    } >>"$REPORT"
}

# The claims of bisect, judged on programs in a folder against what the good commit did.
judged() { # judged DIR FLAGS...
    programs=$1
    shift
    rm -rf "$here/bisect.run"
    $heapbench claims --measure --bench-dir "$programs" --out "$PWD/$here/bisect.run" --baseline "$PWD/$here/bisect.good" "$@" \
        "${CLAIM:-baseline}"
}

# One step, called by git in the worktree build/compare/bisect: 0 good, 1 bad, 125 cannot tell.
step() {
    make --no-print-directory -C "$here/bisect" all >"$here/bisect.log" 2>&1 || exit 125
    code=0
    judged "$PWD/$here/bisect/build" --strict >"$here/bisect.txt" 2>&1 || code=$?
    [ $code -ne 2 ] || exit 125
    [ $code -eq 0 ] || cp "$here/bisect.txt" "$here/bisect.found"
    [ $code -eq 0 ] || exit 1
    exit 0
}

bisect() { # bisect GOOD BAD
    good=$(built "$1")
    rm -rf "$here/bisect.good" "$here/bisect.found"
    judged "$good" --update >"$here/bisect.txt" 2>&1 || [ $? -eq 3 ] || {
        cat "$here/bisect.txt" >&2
        exit 1
    }
    bad=$(git rev-parse -q --verify "$2^{commit}") || refuse "no revision '$2'"
    git worktree prune
    [ -e "$here/bisect/Makefile" ] || git worktree add -q --force --detach "$here/bisect" "$bad" >&2
    git -C "$here/bisect" bisect reset >/dev/null 2>&1 || :
    git -C "$here/bisect" checkout -q --detach "$bad"
    git -C "$here/bisect" bisect start "$bad" "$(git rev-parse "$1^{commit}")" >/dev/null
    code=0
    git -C "$here/bisect" bisect run "$PWD/harness/compare.sh" step >"$here/bisect.said" 2>&1 || code=$?
    found=$(sed -n 's/ is the first bad commit$//p' "$here/bisect.said")
    git -C "$here/bisect" bisect reset >/dev/null 2>&1 || :
    [ -n "$found" ] || {
        tail -n 5 "$here/bisect.said" >&2
        echo "make bisect: found none; does $2 differ from $1 at all?" >&2
        exit 1
    }
    cat "$here/bisect.found"
    printf '\nthe first commit that does something else than %s:\n%s\n' "$1" "$(git log -1 --format='%h %an, %ad: %s' --date=short "$found")"
}

history() {
    rm -rf "$here/history" "$here/history.run"
    mkdir -p build/canary "$here/history" results
    ln -s "$PWD/build/canary" "$here/history/canary"
    for program in build/bench-* build/count-*; do
        case $program in *.*) continue ;; esac
        ln -s "$PWD/$program" "$here/history/"
        case $program in */count-*) continue ;; esac
        [ -e "build/canary/${program##*/}" ] || strip -o "build/canary/${program##*/}" "$program"
    done
    out=$here/history.run
    $heapbench run --plan evidence --bench-dir "$here/history" --build canary --out "$out" ${BLOCKS:+--blocks "$BLOCKS"} \
        ${STRATEGIES:+--strategy "$STRATEGIES"} ${WORKLOADS:+--workload "$WORKLOADS"} >/dev/null || note $?
    $heapbench history add "$out" ${HISTORY:+--file "$HISTORY"}
    $heapbench history report ${HISTORY:+--file "$HISTORY"}
}

mkdir -p "$here"
case $what in
step) step ;;
history)
    history
    exit $status
    ;;
bisect)
    [ -n "${2:-}" ] || refuse "GOOD=REVISION says since when; BAD=REVISION is HEAD when left out"
    bisect "$2" "${3:-HEAD}"
    exit 0
    ;;
esac
[ -n "${2:-}" ] || refuse "BASE=REVISION says what to compare with, e.g. BASE=origin/main"
base=$(built "$2")
if [ -n "${3:-}" ]; then head=$(built "$3"); else head=$PWD/build; fi
pair "$base" "$head"
case $what in
pair) ;;
instructions) measured instructions "Instructions of a step, by callgrind" ;;
compare) measured evidence "Times and memory, in pairs" ;;
regress)
    counters
    measured instructions "Instructions of a step, by callgrind"
    measured evidence "Times and memory, in pairs"
    ;;
*) refuse "accepted: compare, regress, instructions, pair, bisect, history" ;;
esac
exit $status
