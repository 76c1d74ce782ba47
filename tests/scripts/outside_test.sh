#!/bin/sh
# outside_test.sh - what is brought from outside this repository: an allocator's library, a folder of scenarios. A strategy: dropin_test.sh.
. tests/scripts/tap.sh
heapbench=$PWD/${BUILD_DIR:-build}/heapbench
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# ---- a library: every request is taken from a fresh mapping's end, and nothing is given back
cat >bump.c <<'END'
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
enum { HEAD = 16, CHUNK = 1 << 26 };
static char *at, *end;
void *malloc(size_t bytes) {
    size_t all = (bytes + HEAD + 15) & ~(size_t)15;
    if ((size_t)(end - at) < all) {
        size_t chunk = all > CHUNK ? all : CHUNK;
        at = mmap(NULL, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        end = at + chunk;
    }
    *(size_t *)at = bytes;
    at += all;
    return at - all + HEAD;
}
void free(void *p) { (void)p; }
void *calloc(size_t count, size_t bytes) { return malloc(count * bytes); }
void *realloc(void *p, size_t bytes) {
    void *q = malloc(bytes);
    size_t old = p ? *(size_t *)((char *)p - HEAD) : 0;
    return p ? memcpy(q, p, old < bytes ? old : bytes) : q;
}
END
refused() { # refused DEFINITION TEXT
    tap_is "$2" "$("$heapbench" run --dry-run --backing "$1" 2>&1 | grep -o "is no .*\|has a .*\|on it .*" | sed 's,[^ ]*/bench-[a-z]*,bench-NAME,')" "refused: --backing '$1'"
}
refused x=nowhere.so "is no file that can be read"
refused "x y=bump.c" "is no name: accepted: NAME=FILE, the name of letters, digits and _"
refused glibc=bump.c "has a name that another backing allocator has: accepted: any other NAME=FILE"
refused =bump.c "is no name: accepted: NAME=FILE, the name of letters, digits and _"

echo '{"blocks": 2, "steps": 200, "again": [], "slices": [{"base": "cycles"}]}' >plan.json
figures() { # figures RUN FILTER: of its records, in the order of cells
    jq -rs "sort_by(.cell, .block)[] | $2" "$1/records.ndjson"
}
if ${CC:-cc} -O2 -shared -fPIC -o libbump.so bump.c 2>err && [ "${BUILD_DIR:-build}" = build ]; then
    # Of the four records one is taken away for --resume, which knows the file from the run alone.
    echo 'void *malloc(unsigned long bytes) { return (void *)(bytes & 0); }' >empty.c
    ${CC:-cc} -shared -fPIC -o libempty.so empty.c
    refused empty=libempty.so "on it bench-NAME --describe failed"
    "$heapbench" run --plan ./plan.json --strategy refcount --set memory=malloc --backing glibc,bump=./libbump.so --out run >out 2>&1
    tap_is "0 bump ok $dir/libbump.so bump ok $dir/libbump.so glibc ok glibc ok" \
        "$? $(figures run '.backing + " " + .outcome + (.backing_library.file | if endswith("bump.so") then " " + . else "" end)' | tr '\n' ' ' | sed 's/ $//')" \
        "it is loaded, and named as it was"
    tap_is "true" "$(jq -rs '(map(select(.backing == "bump") | .observed) | unique) == (map(select(.backing == "glibc") | .observed) | unique)' run/records.ndjson)" \
        "and gives the checksums that others give"
    grep -q '"backing":"bump"' run/records.ndjson && sed -i '/"backing":"bump".*"block":1/d; /"block":1.*"backing":"bump"/d' run/records.ndjson
    tap_is "3" "$(wc -l <run/records.ndjson)" "one record is taken away"
    "$heapbench" run --resume run >out 2>&1
    tap_is "0 4" "$? $(wc -l <run/records.ndjson)" "and --resume runs it, for the run knows the file"
    sed -i '/"backing":"bump".*"block":1/d; /"block":1.*"backing":"bump"/d' run/records.ndjson && rm libbump.so
    tap_is "its backing allocator is gone" "$("$heapbench" run --resume run 2>&1 | grep -o 'its backing allocator is gone' | head -n 1)" "a file that is gone is said"
else
    tap_skip "an allocator's library" "no C compiler, or sanitizers, which bring their own malloc: $(head -n 1 err)"
fi

# ---- a folder of scenarios
mkdir scenarios
echo '{"phases": [{"name": "only", "steps": 5, "build": {"into": "all", "count": 3, "shape": "node", "slots": 1}}]}' >scenarios/theirs.json
export SCENARIO_PATH=$dir/none:$dir/scenarios
echo '{"blocks": 1, "observe": ["counts"], "slices": [{"base": "scenario"}]}' >plan.json
"$heapbench" run --plan ./plan.json --strategy nogc --input theirs --out theirs >out 2>&1
tap_is "0 16" "$? $(jq -r '.counters.objects_allocated' theirs/records.ndjson)" "a scenario of SCENARIO_PATH is run by its name: 15 nodes, and the set that holds them"
tap_done
