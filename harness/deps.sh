#!/bin/sh
# deps.sh - install the Debian packages that heapbench needs and that are missing. Says nothing when all is there.
# A strategy adds its own in allocators/NAME/packages, in the same form.
set -eu
cd "$(dirname "$0")/.."

# package: what for
needs='g++: the C compiler, and the one C++ file
libbenchmark-dev: Google Benchmark
libjansson-dev: JSON
libcmocka-dev: unit tests
libjemalloc2: a backing allocator
gnuplot-nox: plots
fonts-dejavu-core: text in plots
pkg-config: finding libraries
jq: tests of the exports'
for extra in allocators/*/packages; do
    [ -f "$extra" ] && needs="$needs
$(cat "$extra")"
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    # Elsewhere the compiler is the judge: nothing to say when it finds what it needs.
    printf '#include <jansson.h>\n#include <benchmark/benchmark.h>\nint main() {}\n' |
        c++ -x c++ -fsyntax-only - 2>/dev/null && exit 0
    echo "make deps: not Debian or Ubuntu; install a C and C++ compiler, Google Benchmark, jansson, cmocka," \
        "jemalloc, gnuplot, DejaVu fonts and jq" >&2
    exit 2
fi

missing=
reasons=
while IFS=: read -r package reason; do
    [ -n "$package" ] || continue
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
    *' installed') ;;
    *) missing="$missing $package" reasons="$reasons
  $package:$reason" ;;
    esac
done <<EOF
$needs
EOF
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
    echo "make deps: need root or sudo; as root run: apt-get install$missing" >&2
    exit 2
fi
echo "make deps: installing with ${as_root:+sudo }apt-get:$reasons"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
