#!/bin/sh
# record_test.sh - heapbench record: the program does as it does plainly, and what is simulated on its recording is what a
# plain interpreter does, for programs made of what is hard to record; forks, kills, exits and slips.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
python=${PYTHON:-/usr/bin/python3.11}
if [ ! -d "$build/recorder" ] || [ ! -x "$python" ]; then
    tap_skip "a Python program is recorded" "no recorder in this build, or no $python"
    tap_done
    exit
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

thresholds=$($python -c 'import gc; print(gc.get_threshold())')

record() { "$build/heapbench" record --out "$dir/recording" "$@" 2>"$dir/said" </dev/null; }
total() { tail -c 1000 "$dir/recording" | grep -ao "\"$1\": [0-9]*" | sed 's/.*: //'; }
simulated() { "$build/heapbench" simulate "$dir/recording" "$1" --json | jq -c .collections; }
counted() {
    "$build/heapbench" record --out "$dir/counts" --count "$1" -- $python "$dir/program.py" >"$dir/plain"
    jq -c .collections "$dir/counts"
}

# exact WHAT: a program on stdin is recorded, simulated and run plainly.
exact() {
    cat >"$dir/program.py"
    record -- $python "$dir/program.py" >"$dir/out"
    tap_is "$(counted 700,10,10)" "$(simulated 700,10,10)" "$1: collections"
    tap_is "$(counted 1000,5,5)" "$(simulated 1000,5,5)" "$1: collections at other thresholds"
    tap_is "$(cat "$dir/plain")" "$(cat "$dir/out")" "$1: it prints the same"
    tap_is "0 0" "$(total miscounted) $(total ambiguous)" "$1: births less deaths are what the collector counts"
}

exact 'tuples that are resized, dict() and {}, list() and []' <<'END'
kept = []
for i in range(3000):
    kept.append((tuple(k for k in range(i % 7)), dict(), {}, list(), [], slice(i, [])))
    if i % 3 == 0:
        kept = kept[-50:]
print(len(kept))
END
exact 'deeply nested lists, and cycles that hold lists' <<'END'
for i in range(400):
    deep = []
    for k in range(200):
        deep = [deep]
    ring = [deep, {}]
    ring[1]['ring'] = ring
    ring = deep = None
print('done')
END
exact 'what is made by one call in C, and within loops of other sorts' <<'END'
import json
text = json.dumps([[i, {'a': [i]}] for i in range(700)])
for i in range(40):
    kept = json.loads(text)
    more = list(map(list, zip(range(900), range(900))))
    some = [[k] for k in range(300)]
    while some:
        some.pop()
print(len(kept))
END
exact 'exceptions, generators and objects with a dict' <<'END'
class Thing:
    def __init__(self, n):
        self.n, self.more = n, [n]

    def parts(self):
        yield from ([self, k] for k in range(3))


found = 0
for i in range(1500):
    try:
        found += len([Thing(p).more for p in Thing(i).parts()])
        [].pop()
    except IndexError as error:
        found += bool(str(error))
print(found)
END
# What is resized keeps its birth: else it would be examined too seldom, and its death be known too late.
exact 'cycles of tuples that were resized, each for a while' <<'END'
kept = [None] * 1500
for i in range(12000):
    box = []
    box.append(tuple(x for x in (box, [i], i)))
    kept[i % 1500] = box
END
simulated_found=$("$build/heapbench" simulate "$dir/recording" 700 --json | jq '.found | add')
counted 700,10,10 >"$dir/collections"
tap_is true "$(jq --argjson simulated "$simulated_found" '(.found | add) as $n | $simulated > 0.95 * $n and $simulated < 1.05 * $n' "$dir/counts")" \
    "they are found"
# The recorder collects a ring before its chain dies by its count; where it does not, the ring keeps the chain.
cat >"$dir/program.py" <<'END'
held = None
for i in range(300):
    chain = None
    for k in range(200):
        chain = [chain]
    ring = [chain]
    ring.append(ring)
    held, ring, chain = chain, None, None
END
record -- $python "$dir/program.py"
tap_is "$(counted 700,10,10)" "$(simulated 700,10,10)" "what garbage keeps is kept with all that only it leads to"
# What is old is in no collection of the recorder's that finds a young ring, and dies by its count.
cat >"$dir/program.py" <<'END'
old = [[i] for i in range(3000)]
for i in range(50):
    young = [[k] for k in range(1000)]
young = None
ring = [old]
ring.append(ring)
old = ring = None
kept = [[k] for k in range(60000)]
END
record -- $python "$dir/program.py"
counted 50000,10,10 >"$dir/collections"
tap_is "3002 3002" "$(jq '.found | add' "$dir/counts") $("$build/heapbench" simulate "$dir/recording" 50000,10,10 --json | jq '.found | add')" \
    "and what died with garbage, but was too old for the collection that found it, is found with it"
cat >"$dir/program.py" <<'END'
import gc
gc.set_threshold(150, 2, 3)
kept = [[i] for i in range(4000)]
gc.collect()
gc.disable()
kept += [[i] for i in range(2000)]
gc.enable()
kept += [[i] for i in range(500)]
END
record -- $python "$dir/program.py"
tap_is "$(counted 700,10,10)" "$(simulated 700,10,10)" "what the program sets of its collector is obeyed"

# How programs end.
printf 'import os, sys\nx = [[i] for i in range(3000)]\nsys.stdout.write("said")\nsys.stdout.flush()\nos._exit(7)\n' >"$dir/program.py"
tap_is "said 7" "$(record -- $python "$dir/program.py"; echo " $?")" "a status goes through, and os._exit"
[ -n "$(total hooks)" ]
tap_ok $? "after which the recording is whole"
printf 'import os, signal\nx = [(i, [i], str(i)) for i in range(120000)]\nos.kill(os.getpid(), signal.SIGKILL)\n' >"$dir/program.py"
record -- $python "$dir/program.py"
tap_is "137 heapbench record: $dir/recording: cut: the program was killed; what it did before is there" "$? $(cat "$dir/said")" \
    "a program that is killed leaves what it did"
"$build/heapbench" simulate "$dir/recording" 700 | grep -q '^700 .*[0-9]/[0-9]'
tap_ok $? "which is read"
cat >"$dir/program.py" <<END
import gc, os, threading
def work():
    return [[i] for i in range(5000)]
child = os.fork()
if child == 0:
    work()
    os._exit(0 if gc.get_threshold() == $thresholds and not gc.callbacks else 1)
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
tap_is 0 "$(record -- $python "$dir/program.py")" "a forked copy is let alone"
tap_is 0 "$(total miscounted)" "and threads are recorded"
cat >"$dir/program.py" <<'END'
import os, sys
kept = [[i] for i in range(2000)]
child = os.fork()
kept += [[i] for i in range(3000)]
if child == 0:
    os._exit(3)
print(child, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
record --children -- $python "$dir/program.py" >"$dir/out"
read -r child status <"$dir/out"
tap_is "3 true 0" "$status $("$build/heapbench" simulate "$dir/recording.$child" 700 --json | jq '.collections[0] >= 4') $(total miscounted)" \
    "a copy is recorded on demand, by itself"
cat >"$dir/program.py" <<'END'
import gc, os, sys, time
end = time.monotonic() + 20
kept = []
while not os.path.exists(sys.argv[1] + '.3') and time.monotonic() < end:
    kept = [[i, (i, [])] for i in range(1000)] + kept[:5000]
print(len(gc.callbacks) <= 1, gc.isenabled())
END
tap_is "True True" "$(record --windows 0.02,0.04 -- $python "$dir/program.py" "$dir/recording")" "a long run is recorded in windows"
tap_is "true true" "$("$build/heapbench" simulate "$dir/recording.2" 10 --json | jq '.collections[0] > 0') $([ "$(grep -c 'died in cycles' "$dir/said")" -ge 3 ] && echo true)" \
    "each is a recording by itself"
tap_is "0 0" "$(tail -c 1000 "$dir/recording.2" | grep -ao '"\(miscounted\|ambiguous\)": [0-9]*' | sed 's/.*: //' | xargs)" "in which births less deaths are what the collector counts"
record --windows 5,5 -- $python "$dir/program.py"
tap_is "2 heapbench record: --windows: seconds of every so many more, as in 5,60" "$? $(head -1 "$dir/said")" "windows that leave nothing out"
cat >"$dir/program.py" <<'END'
import gc, sys, heapbench_record
heapbench_record.start(sys.argv[1])
kept = [[i] for i in range(1000)]
totals = heapbench_record.stop()
print(totals['containers'] >= 1000, heapbench_record.stop(), gc.get_threshold(), len(gc.callbacks))
END
tap_is "True None $thresholds 0" "$(PYTHONPATH=$build/recorder $python "$dir/program.py" "$dir/recording")" "a program records a part of itself"
printf 'import os, sys\nprint(sys.path[1:], os.environ.get("PYTHONPATH"), [m for m in sys.modules if "heapbench" in m], [e for e in os.environ if "HEAPBENCH" in e])\n' >"$dir/program.py"
tap_is "$(PYTHONPATH=/nowhere $python "$dir/program.py")" "$(PYTHONPATH=/nowhere record -- $python "$dir/program.py")" "path, environment and modules are as they were"

# What cannot be recorded.
record -- $python -I "$dir/program.py" >/dev/null
tap_is "1 heapbench record: nothing was recorded: the command ran no CPython that reads PYTHONPATH (python -I and -E do not)" \
    "$? $(cat "$dir/said")" "an interpreter that is not told"
record -- /nowhere/python
tap_is "2 heapbench record: No such file or directory" "$? $(cat "$dir/said")" "a command that is not there"
record -- true
tap_is 1 $? "a command that is no Python"

# refused WHAT: as an interpreter of which $1 holds is refused.
refused() {
    HEAPBENCH_RECORD_PATH=/nowhere $python -c "import runpy, sys
$1
runpy.run_path('$build/recorder/sitecustomize.py')" 2>&1 | sed 's/^[^ ]* [^ ]* [^ ]* //'
}
tap_is "Python 2.7.18, for which there is no recorder: accepted: CPython 3.11 to 3.13" \
    "$(refused "sys.version_info, sys.version = (2, 7), '2.7.18 (default)'")" "an old interpreter"
tap_is "a free-threaded build: objects have other heads, and threads collect without a lock" "$(refused "sys.abiflags = 't'")" "a free-threaded interpreter"
tap_is "a debug build: its objects are laid out otherwise; use the one without" "$(refused "sys.abiflags = 'd'")" "a debug build"
tap_is "pypy, and the recorder is one of CPython" "$(refused "sys.implementation.name = 'pypy'")" "another implementation"
printf 'raise ImportError("dynamic modules are not supported")\n' >"$dir/heapbench_record.py"
: >"$dir/heapbench_count.py"
tap_is "CPython $($python -c 'import sys; print(sys.version.split()[0])'), for which there is no recorder: dynamic modules are not supported" \
    "$(PYTHONPATH=$dir refused "sys.path.insert(0, '$dir')")" "one that loads no extension, or not this one"

# Names of types are the only texts in it.
printf 'class Visible:\n    pass\nx = [Visible() for i in range(100)]\ny = type("Odd/home/me", (), {})()\n' >"$dir/program.py"
record -- $python "$dir/program.py"
"$build/heapbench" simulate "$dir/recording" --types >"$dir/types"
tap_is "100 0 Odd" "$(sed -n 's/^Visible *//p; s/^\(Odd[^ ]*\) .*/\1/p' "$dir/types" | xargs)" "a recording has names of types, and no texts that are no names"
tap_done
