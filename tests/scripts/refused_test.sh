#!/bin/sh
# refused_test.sh - what heapbench refuses: flags, plans, commands and folders; each time in one line that says what would be accepted.
. tests/scripts/tap.sh
. tests/scripts/fakes.sh
fakes bench-fake bench-other

# ---- what is refused: exit 2, one line on stderr that says what would be accepted, and nothing run
while IFS='|' read -r flags expected; do
    # shellcheck disable=SC2086 # flags are words
    run --out "$dir/refused" $flags
    status=$?
    [ $status -eq 2 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && grep -qF -- "$expected" "$dir/err" &&
        [ ! -e "$dir/refused" ]
    tap_ok $? "refused: $flags"
    [ $status -eq 2 ] && grep -qF -- "$expected" "$dir/err" || sed 's/^/# /' "$dir/err"
done <<'END'
--strategi fake|did you mean '--strategy'?
--nonsense|no flag '--nonsense': see --help
--blocks|--blocks needs a value
--blocks 2 --blocks 3|--blocks is given twice: accepted: once
--quick --plan full|--quick and --plan: accepted: one of them
--set threshold=1 --set threshold=2|threshold=1 and threshold=2: accepted: one of them, or both by --sweep
--param steady.size=1 --param steady.size=2|steady.size=1 and steady.size=2: accepted: one of them
--steps-factor 0x10|--steps-factor '0x10': accepted: a number
--steps-factor +1|--steps-factor '+1': accepted: a number
--strategy FAKE|did you mean 'fake'?
--quick=1|--quick takes no value
surplus|unexpected 'surplus'
--strategy fakee|no strategy 'fakee': did you mean 'fake'? accepted: fake, other
--workload stedy|no workload 'stedy': did you mean 'steady'? accepted: moody, steady
--backing glib|no backing allocator 'glib': did you mean 'glibc'?
--backing glibc:mmap_treshold=1|no option of glibc 'mmap_treshold': did you mean 'mmap_threshold'?
--backing glibc:perturb=256|glibc:perturb=256: accepted: a whole number from 0 to 255
--set treshold=1|did you mean 'threshold'? accepted: threshold, memory
--set threshold=-1|threshold=-1: accepted: a whole number from 0 to 1000000, or off
--set threshold=7.5|accepted: a whole number
--set threshold|accepted: NAME=VALUE or STRATEGY.NAME=VALUE
--set memory=mallok|accepted: pool or malloc
--set fakee.threshold=1|did you mean 'fake'?
--preset py3.14|did you mean 'py3.13'? accepted: py3.13, grown
--preset gron|no preset of a selected strategy or workload 'gron': did you mean 'grown'?
--preset grown --strategy fake --workload steady|preset 'grown' of steady is for strategies that claim ["varies"], and fake does not
--preset grown --strategy fake,other --workload steady|and fake does not
--preset grown --sweep steady.size|both fixed and swept
--set steady.size=1|steady.size=1 is a parameter of steady: did you mean --param steady.size=1?
--set size=1|did you mean --param steady.size=1?
--param fake.threshold=1|fake.threshold=1 is a tunable of fake: did you mean --set fake.threshold=1?
--param size=1|--param 'size=1': did you mean steady.size=1? accepted: WORKLOAD.NAME=VALUE
--sweep size=1,2|no setting to sweep 'size': did you mean 'steady.size'?
--sweep siez=1,2|no setting to sweep 'siez': did you mean 'steady.size'?
--grid size=1,2,threshold=1,2|no setting for a grid 'size': did you mean 'steady.size'?
--variant a=size=1|--variant a: no setting 'size': did you mean 'steady.size'?
--cell steady/fake/glibc@load=0.5|a load is a share of the rate of a closed loop: accepted: beside a cell
--cell steady/fake|steady/fake: accepted: workload[params]/strategy[tunables]/backing
--param steady.siz=1|did you mean 'size'? accepted: size
--param steady.size=1001|accepted: a whole number from 1 to 1000
--param stead.size=1|did you mean 'steady'?
--sweep treshold|did you mean 'threshold'?
--sweep steady.size=0|accepted: a whole number from 1 to 1000
--sweep memory|it has no values: accepted: memory=VALUE,...
--sweep threshold --set threshold=1|both fixed and swept
--variant a|--variant 'a': accepted: NAME=SETTING=VALUE,...
--variant a=treshold=1|--variant a: no setting 'treshold': did you mean 'threshold'?
--variant a=threshold=-1|--variant a: threshold=-1: accepted: a whole number from 0
--variant a=growm|--variant a: no preset 'growm': did you mean 'grown'?
--variant a=threshold=1 --set threshold=2|--variant a: threshold is fixed by --set
--grid treshold=1|no setting for a grid 'treshold': did you mean 'threshold'?
--blocks 0|--blocks '0': accepted: a whole number from 1
--blocks many|accepted: a whole number from 1
--seed -1|--seed '-1': accepted: a whole number from 0
--steps 0|accepted: a whole number from 1
--steps-factor 0|accepted: a number from
--heap-limit 5Q|accepted: bytes like 65536, 64M or 1.5GiB
--timeout 0|accepted: seconds
--input /nonexistent|/nonexistent
--sweep open=0.5|no setting to sweep 'open'
--sweep threshold=|it has no values: accepted: threshold=VALUE,...
--sweep heap|it has no values: accepted: heap=VALUE,...
--sweep heap=much|heap=much: accepted: a whole number from 0
--plan quik|no plan 'quik': did you mean 'quick'?
--plan /nonexistent.json|/nonexistent.json: No such file or directory
END

mkfifo "$dir/pipe"
for flag in --resume --out --input --strategy; do
    run $flag ""
    tap_is "2 1" "$? $(grep -c -- "^heapbench run: $flag '': accepted: " "$dir/err")" "refused: $flag with an empty value"
done
run --workload steady --input "$dir/pipe"
tap_is "2 1" "$? $(grep -c 'a pipe or a device' "$dir/err")" "refused: a pipe as input, which would wait for ever"
"$heapbench" run --bench-dir /nonexistent 2>"$dir/err"
tap_is "2 1" "$? $(grep -c 'no usable bench-NAME program in /nonexistent' "$dir/err")" "refused: a folder without programs"
printf '{"blocks": 1, "slices": [{"base": "\\u001b[2Jx"}]}' >"$dir/rude.json"
run --plan "$dir/rude.json" --out "$dir/refused"
tap_is "2 1 0" "$? $(wc -l <"$dir/err") $(grep -c "$(printf '\033')" "$dir/err")" "what a file has for the terminal is not passed on"
run -h && grep -q '^usage: heapbench run' "$dir/out"
tap_ok $? "-h is --help"

# ---- plans that are refused: the line names the file, the slice, and what would be accepted; of a list that ends in ... only
# that it has what was meant
while IFS='|' read -r json expected; do
    echo "$json" | tr "'" '"' >"$dir/bad.json"
    run --plan "$dir/bad.json" --out "$dir/refused"
    status=$? said=$(cat "$dir/err") meant=$(echo "$expected" | sed -n "s/.*mean '\(.*\)'.* \.\.\.$/\1/p")
    case $expected in
    *...) said=$(echo "$said" | sed "s/ accepted: [a-z_, ]*$meant[a-z_, ]*$/ accepted: .../") ;;
    esac
    tap_is "2 heapbench run: $dir/bad.json: $expected" "$status $said" "refused: $json"
done <<'END'
{'slices': [|line 2: ']' expected near end of file
[]|accepted: {"slices": [{"base": "*"}, ...]}
{'slices': []}|accepted: {"slices": [{"base": "*"}, ...]}
{'slice': []}|no member 'slice': did you mean 'slices'? accepted: ...
{'again': 7, 'slices': [{'base': '*'}]}|"again": accepted: a text, or a list of texts
{'observe': ['audit'], 'slices': [{'base': '*'}]}|observe 'audit': accepted: counts, audit:CHECKPOINTS, drag, instructions
{'slices': [{'base': '*'}, {'bose': '*'}]}|slice 2: no member 'bose': did you mean 'base'? accepted: ...
{'slices': [{'base': '*', 'sweep': '*'}]}|slice 1: accepted: exactly one of base, sweep, params, grid, presets, set, policies, cells
{'slices': [{'base': 7}]}|slice 1: "base": accepted: a text, or a list of texts
{'slices': [{'base': '*', 'strategies': 'fakee'}]}|slice 1: no strategy 'fakee': did you mean 'fake'? accepted: fake, other
{'slices': [{'base': '*'}, {'sweep': 'treshold'}]}|slice 2: no tunable 'treshold': did you mean 'threshold'? accepted: threshold, memory
{'slices': [{'sweep': 'threshold=-1'}]}|slice 1: threshold=-1: accepted: a whole number from 0 to 1000000, or off
{'slices': [{'presets': 'grow'}]}|slice 1: no preset 'grow': did you mean 'grown'? accepted: grown
{'slices': [{'set': 'memory'}]}|slice 1: set 'memory': accepted: NAME=VALUE
{'slices': [{'grid': ['size=1']}]}|slice 1: no pair of the selected has "size=1": accepted: NAME=VALUES of a strategy, WORKLOAD.NAME=VALUES
{'slices': [{'cells': ['steady/fake']}]}|slice 1: steady/fake: accepted: workload[params]/strategy[tunables]/backing
{'slices': [{'cells': ['steady/gone/glibc']}]}|slice 1: steady/gone/glibc: steady/gone/glibc is not built or installed here
{'blocks': 0, 'slices': [{'base': '*'}]}|"blocks": 0: accepted: a whole number from 1 to 10000
END
commands=$("$heapbench" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | paste -sd, | sed 's/,/, /g')
"$heapbench" --version >"$dir/out"
tap_is "0 1" "$? $(grep -cE '^heapbench [0-9]+[.][0-9]+[.][0-9]+ \([a-z]+ build, .+, commit .+\)$' "$dir/out")" "--version names the version, the build, the compiler and the commit"
"$heapbench" rum >/dev/null 2>"$dir/err"
tap_is "2 heapbench: no command 'rum': did you mean 'run'? accepted: $commands" \
    "$? $(cat "$dir/err")" "an unknown command suggests the nearest"
for command in '' $("$heapbench" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    "$heapbench" $command --help >"$dir/out" 2>&1
    tap_ok $? "heapbench $command --help"
done
run --resume /nonexistent --quick
tap_is "2 heapbench run: --resume takes everything from the manifest in /nonexistent: accepted besides it: --bench-dir, --retry-failed, --engine" \
    "$? $(cat "$dir/err")" "a flag that --resume would ignore is refused"
run --resume /nonexistent
tap_is "2 heapbench run: /nonexistent is no folder of a run: /nonexistent/run.json: No such file or directory" \
    "$? $(cat "$dir/err")" "a folder without a manifest cannot be resumed"
mkdir "$dir/taken" && : >"$dir/taken/file"
run --out "$dir/taken"
tap_is "2 file" "$? $(ls "$dir/taken")" "a folder that is not empty is refused and left alone"
cp "$dir/bench/bench-other" "$dir/bench/bench-stale" && sed -i 's/{"schema":1,/{"schema":0,/' "$dir/bench/bench-stale"
run --out "$dir/stale" --blocks 1
tap_is "0 8 1" "$? $(count "$dir/stale") $(grep -c 'bench-stale --describe is of another schema: left out' "$dir/err")" "a program of another schema is left out"
rm "$dir/bench/bench-stale"
(ulimit -f 8 && "$heapbench" report "$dir/stale" >"$dir/out" 2>"$dir/err")
tap_is "1 1 0" "$? $(grep -c 'cells.csv: File too large' "$dir/err") $(find "$dir/stale" -name '*.tmp' | wc -l)" "a limit on file size is an error of the report, and leaves nothing half made"

tap_done
