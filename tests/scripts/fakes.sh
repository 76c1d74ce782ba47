# fakes.sh - strategies that measure nothing and misbehave, in a folder of their own that the test is in from then on;
# source it after tap.sh.
heapbench=$PWD/${BUILD_DIR:-build}/heapbench
tests=$PWD/tests/scripts
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

fakes() { # fakes PROGRAM...: of bench/, like bench-fake, count-fake, base/bench-other
    for fake in "$@"; do
        mkdir -p "$(dirname "bench/$fake")" && cp "$tests/fake_runner.sh" "bench/$fake"
    done
}

# The few tools that a fake needs: without gnuplot in the path no run waits for plots.
mkdir bin
for tool in sh env mv sleep; do ln -s "$(command -v $tool)" bin/$tool; done
cp "$tests/fake_plan.json" plan.json
run() { # run FLAGS... : heapbench run by the plan for the fakes, output in $dir/out and $dir/err
    case $* in *--resume* | *--plan*) ;; *) set -- --plan "$dir/plan.json" "$@" ;; esac
    PATH=$dir/bin "$heapbench" run --bench-dir "$dir/bench" "$@" >"$dir/out" 2>"$dir/err"
}
count() { # count RUN : records
    jq -r .cell "$1/records.ndjson" | wc -l
}
