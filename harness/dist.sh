#!/bin/sh
# dist.sh BUILD_DIR [deb] - packs HEAD as a file whose folder knows its commit, which its programs name without git, with what is looked for at the
# top of a release. deb: makes Debian packages of that.
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
[ "${2:-}" = deb ] || exit 0

cp -r "$from/debian" "$into/$name"
cat >"$into/$name/debian/changelog" <<END
heapbench ($version) unstable; urgency=medium

  * Commit $commit; see CHANGELOG.md.

 -- the heapbench authors <heapbench@localhost.localdomain>  $(git log -1 --format=%cD)
END
(cd "$into/$name" && dpkg-buildpackage -us -uc -b >../deb.log 2>&1) || { tail -n 30 "$into/deb.log" && exit 1; }
for package in "$into"/*_"$version"_*.deb; do
    case $package in *-dbgsym_*) continue ;; esac
    cp "$package" "$1"
    echo "$1/${package##*/}"
    ! command -v lintian >/dev/null || lintian --fail-on warning "$1/${package##*/}"
done
