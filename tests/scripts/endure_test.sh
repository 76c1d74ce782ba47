#!/bin/sh
# endure_test.sh - short forms of make oom, depth, soak and space: what each strategy is made to endure, it endures.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
said=$(mktemp) || exit 2
trap 'rm -f "$said"' EXIT
small=4
[ "$build" = build ] || small=20

# endures COMMAND [OPTION...] : nothing is lost, and something was tried
endures() {
    "$program" "$@" >"$said" 2>&1
    status=$?
    tried=$(awk -F'\t' '$1 == "tried" { n += $3 } END { print n + 0 }' "$said")
    [ $status -eq 0 ] && [ "$tried" -gt 0 ]
    tap_ok $? "${program##*/endure-}: $1, tried $tried times, nothing lost"
    [ $status -eq 0 ] || sed 's/^/# /' "$said" | head -n 5
}

for program in "$build"/tests/endure/endure-*; do
    case $program in *.*) continue ;; esac
    endures oom --most 2 --chance 1
    endures depth --small $small
    [ "$build" != build ] || endures soak --seconds 0
    [ "$build" != build ] || endures space --nodes 100000 # a sanitizer takes addresses of its own
done

# What takes quadratic time may be late, and nothing else: incremental looks at a growing heap again and again, refcount at nothing.
if [ "$build" = build ]; then
    "$build/tests/endure/endure-incremental" depth --case 3 --size 3000000 --seconds 1 >"$said"
    tap_is "0 1" "$? $(grep -c 'a limit$' "$said")" "a collector that takes quadratic time has a limit"
    "$build/tests/endure/endure-refcount" depth --case 9 --size 200000000 --seconds 1 >"$said"
    tap_is "1 1" "$? $(grep -c '^tried.*64 kB	1	1$' "$said")" "what takes linear time, and is late, is lost"
fi

# A leak of a node in each round is seen where nodes are freed at all.
for name in refcount marksweep; do
    "$build/tests/endure/endure-$name" soak --seconds 0 --leak 1 >"$said"
    tap_is "1 1" "$? $(grep -c ' held .* GROWS$' "$said")" "$name: a leak is seen"
done

# What was counted goes into a table that stays: what ran again as a whole replaces, what runs on and on is added, once.
dir=$(mktemp -d) && mkdir "$dir/new"
printf 'tried\ta\t9\t1\told\nmore\tb\t100\t0\told\ntried\tc\t3\t0\n' >"$dir/kept"
printf 'tried\ta\t2\t0\tone\tnew\ntried\ta\t3\t0\ttwo\tnewer\n' >"$dir/new/a.tsv"
printf 'more\tb\t5\t1\tnew\nmore\tb\t7\t0\tnewer\nmore\td\t1\t0\tnewer\n' >"$dir/new/b.tsv"
tests/endure/keep "$dir/kept" "$dir/new" && tests/endure/keep "$dir/kept" "$dir/new"
tap_is 'a: 5 times, 0 lost;b: 112 times, 1 lost;c: 3 times, 0 lost;d: 1 times, 0 lost' "$(tests/endure/sums "$dir/kept" | paste -sd';')" "counts are kept"
tap_is "new to newer;old to newer;?;newer" "$(cut -f5 "$dir/kept" | paste -sd';')" "and at which commits they were tried"

# The table has a row for each kind, with what it sums over, and one for what is of no kind.
printf 'more\tfiles that libFuzzer wrote, to the reader of %s (in all runs so far)\t%s\n' plan '5	0	old to new' trace '7	1	new' >"$dir/kept"
printf 'tried\tout of memory: a heap limit\t3\t0\tnewer\ntried\tanother thing\t1\t0\n' >>"$dir/kept"
tap_is "requests for memory that are refused, on every strategy: a heap limit 3 | \`make oom\` | 3 | 0 | newer
files that libFuzzer wrote, to each reader of files: plan 5; trace 7 (1 lost) | \`make fuzz-readers\` | 12 | 1 | old, new
another thing |  | 1 | 0 | ?" "$(tests/endure/sums --markdown "$dir/kept" | sed '1,2d; s/^| //; s/ |$//')" "the table has kinds"

# What has ended well at a commit is not run again, what has lost something is, and the others are run all the same.
printf '#!/bin/sh\necho "$2" >>"%s/made"; [ "$2" != part-b ]\n' "$dir" >"$dir/make" && chmod 755 "$dir/make"
rm -f build/reliability/part-?.ended
MAKE=$dir/make tests/endure/parts c1 part-a part-b part-c >/dev/null
first=$?
MAKE=$dir/make tests/endure/parts c1 part-a part-b part-c >/dev/null
MAKE=$dir/make tests/endure/parts c2 part-a >/dev/null
MAKE=$dir/make tests/endure/parts c2-dirty part-a >/dev/null
rm -f build/reliability/part-?.ended
tap_is "1 part-a part-b part-c part-b part-a part-a" "$first $(paste -sd' ' "$dir/made")" "parts go on where they stopped"
rm -rf "$dir"
tap_done
