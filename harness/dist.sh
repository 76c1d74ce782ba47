#!/bin/sh
# dist.sh BUILD_DIR - packs HEAD as a file whose folder knows its commit, which its programs name without git.
set -eu
cd "$(dirname "$0")/.."
version=$(git describe --tags --always)
mkdir -p "$1"
printf '%s\n' "$version" >"$1/.version"
git archive --prefix="heapbench-$version/" --add-file="$1/.version" -o "$1/heapbench-$version.tar.gz" HEAD
echo "$1/heapbench-$version.tar.gz"
