#!/bin/sh
# deps.sh [--install] [GOAL...] - the Debian packages that heapbench needs, and those that fuzz, peers and other goals need
# besides (deps: all). Says nothing when all is there; else installs what is missing, or names it, with status 2.
# A strategy adds its own in allocators/NAME/packages, in the same form.
# shellcheck disable=SC2086 # lists of words are expanded unquoted
set -eu
cd "$(dirname "$0")/.."

# package: what for. Of names with a bar between them, which are one package in different releases, one will do.
needs='g++: the C compiler, and the one C++ file
libbenchmark-dev: Google Benchmark
libjansson-dev: JSON
libyajl-dev: JSON, to read many records
libunistring-dev: words of text in any script
libsqlite3-dev: the table of records
zlib1g-dev: histograms in exports
libzstd-dev: recordings
libcmocka-dev: unit tests
libjemalloc2: a backing allocator
libmimalloc2.0: a backing allocator
libtcmalloc-minimal4 | libtcmalloc-minimal4t64: a backing allocator
gnuplot-nox: plots
fonts-dejavu-core: text in plots
pkg-config: finding libraries
jq: tests of the exports'
fuzz='clang: make fuzz
libclang-rt-dev: its sanitizers and libFuzzer
llvm: names in their reports'
peers='valgrind: make peers and make regress BASE=, which count instructions'
fidelity='php-cli: make fidelity, the real PHP'
install='help2man: manual pages'
site='cmark-gfm: pages of make site
mandoc: the manual among them
help2man: the same'
instructions=$peers
many='time: make many, which measures memory'
regress=$peers
memcheck='valgrind: make memcheck'
may_install=
[ "${1:-}" = --install ] && may_install=yes && shift
case " $* " in *' deps '*) set -- fuzz peers fidelity install site many ;; esac
for goal in "$@"; do
    needs="$needs
$(eval "echo \"\$$goal\"")"
done
for extra in allocators/*/packages; do
    [ -f "$extra" ] && needs="$needs
$(cat "$extra")"
done

fuzzes() { # whether nobody asks for libFuzzer, or it is there
    case " $* " in *' fuzz '*) ;; *) return 0 ;; esac
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer,address -x c - -o /dev/null 2>/dev/null
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    # Elsewhere the compiler is the judge: nothing to say when it finds what it needs.
    printf '#include <jansson.h>\n#include <benchmark/benchmark.h>\n#include <yajl/yajl_parse.h>\nint main() {}\n' |
        c++ -x c++ -fsyntax-only - 2>/dev/null && fuzzes "$@" && exit 0
    # Names as of 2025; nothing here has been run on these systems.
    names='a C and C++ compiler, Google Benchmark, jansson, yajl, libunistring, SQLite, zlib, zstd, cmocka, jemalloc, mimalloc, tcmalloc, gnuplot, DejaVu fonts, pkg-config and jq'
    for tool in dnf pacman apk; do
        command -v $tool >/dev/null || continue
        case $tool in
        dnf) names='with dnf install: gcc gcc-c++ make google-benchmark-devel jansson-devel yajl-devel libunistring-devel sqlite-devel zlib-devel libzstd-devel libcmocka-devel jemalloc mimalloc gperftools-libs gnuplot dejavu-sans-fonts pkgconf-pkg-config jq' ;;
        pacman) names='with pacman -S: base-devel benchmark jansson yajl libunistring sqlite zlib zstd cmocka jemalloc mimalloc gperftools gnuplot ttf-dejavu jq' ;;
        apk) names='with apk add: build-base linux-headers benchmark-dev jansson-dev yajl-dev libunistring-dev sqlite-dev zlib-dev zstd-dev cmocka-dev jemalloc gnuplot font-dejavu pkgconf jq' ;;
        esac
    done
    echo "make deps: not Debian or Ubuntu; install $names; for make fuzz clang with libFuzzer" >&2
    exit 2
fi

installed=$(dpkg-query -W -f='${Package} ${Status}\n' | sed -n 's/ .* installed$//p')
missing=
reasons=
while IFS=: read -r names reason; do
    [ -n "$names" ] || continue
    any=$(echo "$names" | tr -d ' ')
    echo "$any" | tr '|' '\n' | grep -qxF "$installed" && continue
    missing="$missing $any" reasons="$reasons
  $names:$reason"
done <<EOF
$needs
EOF
[ -n "$missing" ] || exit 0

if [ -z "$may_install" ]; then
    echo "missing:$missing; install with: make deps" >&2
    exit 2
fi

known() { # known A B|C...: of each, the name that this release has
    for any in "$@"; do
        for name in $(echo "$any" | tr '|' ' ') "${any%%|*}"; do
            apt-cache policy "$name" | grep -q 'Candidate: [^(]' && break
        done
        echo "$name"
    done
}

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
    echo "make deps: need root or sudo; as root run: apt-get install $(known $missing | xargs)" >&2
    exit 2
fi
echo "make deps: installing with ${as_root:+sudo }apt-get:$reasons"
$as_root apt-get update -qq
missing=$(known $missing)
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
