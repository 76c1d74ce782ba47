#!/bin/sh
# engine_test.sh - bundles of a run, handed out by engines: nothing that is compared is split, nothing is done twice, what is cut off goes on.
. tests/scripts/tap.sh
tap_release_only "engines" "what is timed is not built with sanitizers"
build=$(cd "${BUILD_DIR:-build}" && pwd)
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

run() { # run FOLDER FLAGS...: 12 invocations
    folder=$1 && shift
    "$build/heapbench" run --strategy refcount,arena --workload cycles,mutable_list,interning --alone --blocks 2 --steps 50 --out "$folder" "$@" >said 2>&1
}
once() { # once FOLDER: records, and invocations that have one
    jq -s -c '[length, (map("\(.cell) \(.block)") | unique | length)]' "$1/records.ndjson"
}

cat >each.sh <<'E2'
[ "$1" = run ] || exit 0
for bundle in $(seq $HEAPBENCH_BUNDLES); do # backwards, and all but one that is lost
    bundle=$((HEAPBENCH_BUNDLES + 1 - bundle))
    [ "$HEAPBENCH_SET" = "lose=$bundle" ] || "$HEAPBENCH" work --bench-dir "$HEAPBENCH_BENCH_DIR" --bundle $bundle "$HEAPBENCH_DIR" || exit
done
E2
run all --engine ./each.sh --engine bundle=0
tap_is "0 [12,12] 6" "$? $(once all) $(wc -l <all/bundles.ndjson)" "an engine of one's own does a run, bundle by bundle"
jq -r .lines all/bundles.ndjson | while read -r list; do
    for line in $(echo "$list" | tr ',' ' '); do seq "${line%-*}" "${line#*-}"; done | while read -r n; do sed -n "${n}p" all/jobs.ndjson; done |
        jq -s -c '[length, (map([.block, .program.workload]) | unique | length)]'
done | sort -u >together
tap_is "[2,1]" "$(cat together)" "and the cells of a workload in a block are never split"
tap_is "1-12 " "$(jq -r '.lines' all/bundles.ndjson | tr ',' '\n' | while read -r range; do seq "${range%-*}" "${range#*-}"; done | sort -n |
    awk 'NR != $1 { print "line", NR } END { printf "1-%d ", NR }')" "each job is in one bundle"
tap_is "" "$(find all/bundles all/spool -type f 2>/dev/null)" "all that came was gathered"

run lost --engine ./each.sh --engine bundle=0 --engine lose=4
tap_is "1 [10,10]" "$? $(once lost)" "what an engine did not do is missing"
grep -q "2 invocations were not made; go on here with: .*heapbench run --resume lost" said
tap_ok $? "and said"
"$build/heapbench" run --resume lost --engine ./each.sh >said 2>&1
tap_is "0 [12,12] 1" "$? $(once lost) $(wc -l <lost/bundles.ndjson)" "an engine goes on with that alone"

run again --engine ./each.sh --engine lose=1
"$build/heapbench" work --bundle 1 again >first 2>&1
"$build/heapbench" work --bundle 1 again >second 2>&1
tap_is "12 0" "$(wc -l <first) $(wc -l <second)" "a bundle that is handed out twice is done once"
"$build/heapbench" work --bundle 2 again >said 2>&1
tap_is "2 heapbench work: --bundle 2: accepted: 1 to 1" "$? $(cat said)" "a bundle that is none is refused in one line"
"$build/heapbench" work --jobs 1,13 --out elsewhere again/jobs.ndjson >said 2>&1
tap_is "2 1" "$? $(grep -c "accepted: lines like 7 or 1-100,120; again/jobs.ndjson has 12" said)" "and a line that is none"

run never --engine slrum
tap_is "2 heapbench run: no engine 'slrum': did you mean 'slurm'? accepted: parallel, slurm" "$? $(cat said)" "an engine that is none is refused"
run never --engine parallel --engine threads=3
tap_is "2 1" "$? $(wc -l <said)" "and a setting that it has not, in one line"
tap_is no "$([ -e never ] && echo yes || echo no)" "before anything is written"
run never --engine slurm --engine partition=long --dry-run --engine bundle=0
command -v sbatch >/dev/null && tap_is "#SBATCH --array=1-6 #SBATCH --partition=long" "$(grep -E 'array|partition' said | tr '\n' ' ' | sed 's/ $//')" \
    "Slurm's script is shown" || tap_is 1 "$(grep -c 'sbatch is not here' said)" "Slurm's absence is said"

if command -v parallel >/dev/null; then
    run local --engine parallel --engine bundle=0
    tap_is "0 [12,12]" "$? $(once local)" "GNU parallel does the bundles here"
else
    tap_skip "GNU parallel" "it is not here"
fi
tap_done
