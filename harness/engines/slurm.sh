#!/bin/sh
# slurm.sh run|show|check - Slurm does the bundles: an array of jobs, each alone on a node whose folders are those of this machine.
set -eu
mode=$1
most=1000 options=
while IFS='=' read -r name value; do
    case $name in
    '') ;;
    array) most=$value ;;
    *[!a-z-]*) echo "'$name': accepted: bundle, array, and what sbatch calls --NAME=VALUE" >&2 && exit 2 ;;
    *) options="$options#SBATCH --$name=$value
" ;;
    esac
done <<SET
$HEAPBENCH_SET
SET
if [ "$mode" = check ]; then
    command -v sbatch >/dev/null || { echo "sbatch is not here: apt install slurm-client" && exit 2; }
    exit 0
fi
elements=$((HEAPBENCH_BUNDLES < most ? HEAPBENCH_BUNDLES : most))
each=$(((HEAPBENCH_BUNDLES + elements - 1) / elements))
# Twice the estimate and a quarter of an hour: nodes differ, and what is cut off is only done later.
minutes=$((each * HEAPBENCH_SECONDS * 2 / 60 + 15))

# A requeued element finds what it did before, and goes on.
script() {
    cat <<SCRIPT
#!/bin/sh
#SBATCH --job-name=heapbench
#SBATCH --array=1-$elements
#SBATCH --exclusive
#SBATCH --ntasks=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --time=$minutes
#SBATCH --output=$HEAPBENCH_DIR/slurm-%a.log
${options}status=0
for bundle in \$(seq "\$SLURM_ARRAY_TASK_ID" $elements $HEAPBENCH_BUNDLES); do
    '$HEAPBENCH' work --bench-dir '$HEAPBENCH_BENCH_DIR' --bundle "\$bundle" '$HEAPBENCH_DIR' || status=1
done
exit \$status
SCRIPT
}

if [ "$mode" = show ]; then
    script
    exit 0
fi
id=$HEAPBENCH_DIR/slurm-id
script | sbatch --parsable --wait >"$id" &
waits=$!
trap 'scancel "$(cut -d";" -f1 "$id")"; wait $waits; exit 130' INT TERM HUP
wait $waits
