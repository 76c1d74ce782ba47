#!/bin/sh
# dist.sh BUILD_DIR - packs HEAD as a file whose folder knows its commit, which its programs name without git, with what is looked for at the
# top of a release.
set -eu
cd "$(dirname "$0")/.."
from=harness/packaging
version=$($from/version.sh) commit=$(git describe --always)
name=heapbench-$version
into=$1/dist
rm -rf "$into" && mkdir -p "$into/$name"
git archive HEAD | tar -x -C "$into/$name"
printf '%s\n' "$commit" >"$into/$name/.version"
cp "$from/CHANGELOG.md" "$from/Dockerfile" .github/CONTRIBUTING.md "$into/$name"
sed "s/@VERSION@/$version/" "$from/CITATION.cff" >"$into/$name/CITATION.cff"
tar -c -z -C "$into" --owner=0 --group=0 -f "$1/$name.tar.gz" "$name"
echo "$1/$name.tar.gz"
