#!/bin/sh
# site.sh BUILD_DIR INTO MANUAL RUN... - writes static pages that lead to each other: README and every page that it leads to, the incident table, the
# report and the claims of each RUN, the history (HISTORY, else results/history.ndjson, when there is one), and the manual, whose
# pages are in MANUAL. A file that a page links is copied beside it, so that no link leaves the site but those to other hosts.
set -eu
cd "$(dirname "$0")/.."
build=$1 into=$2 manual=$3
shift 3
command -v cmark-gfm >/dev/null && command -v mandoc >/dev/null || { echo "site: needs cmark-gfm and mandoc: make deps" >&2 && exit 2; }
for run in "$@"; do
    [ -f "$run/report.html" ] || { echo "site: no report in '$run': accepted: folders of runs; make bench makes one" >&2 && exit 2; }
done
rm -rf "$into" && mkdir -p "$into"

escaped() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; }

navigation() { # navigation UP: UP leads to the top of the site
    printf '<nav><a href="%sindex.html">heapbench</a> <a href="%sruns.html">report</a> <a href="%sincidents.html">incidents</a>' "$1" "$1" "$1"
    printf ' <a href="%sclaims.html">claims</a> <a href="%shistory.html">history</a> <a href="%smanual/index.html">manual</a></nav>\n' "$1" "$1" "$1"
}

page() { # page PATH TITLE: what is read stands in it
    up=$(echo "$1" | sed 's,[^/],,g; s,/,../,g')
    mkdir -p "$into/$(dirname "$1")"
    {
        printf '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        printf '<title>%s</title>\n<style>\n' "$2"
        cat harness/site.css
        printf '</style>\n'
        navigation "$up"
        cat
    } >"$into/$1"
}

# Headings can be led to, by the names that GitHub gives them.
named() {
    awk 'match($0, /^<h[1-6]>/) {
        name = tolower($0); gsub(/<[^>]*>/, "", name); gsub(/&[a-z]*;/, "", name); gsub(/[^a-z0-9_ -]/, "", name); gsub(/ /, "-", name)
        sub(/^<h[1-6]/, "& id=\"" name "\"")
    } { print }'
}

# ---- pages that are written as Markdown, from README on, and files that they lead to
target() { # target FOLDER LINK: the file, from the top
    realpath -m --relative-to=. "./$1/${2%%#*}"
}

listing() { # listing FOLDER: a page of its files, each of which is copied
    find "$1" -maxdepth 1 -type f | sort | while read -r file; do
        install -D -m 644 "$file" "$into/$file"
        printf '<li><a href="%s">%s</a>\n' "${file##*/}" "${file##*/}"
    done | page "$1/index.html" "$1"
}

place() { # place FILE: where it stands on the site
    case $1 in README.md) echo index.html ;; *.md) echo "${1%.md}.html" ;; *) if [ -d "$1" ]; then echo "$1/index.html"; else echo "$1"; fi ;; esac
}

brought() { # brought FILE: it is there, or it comes to be
    [ ! -e "$into/$(place "$1")" ] || return 0
    if [ -d "$1" ]; then
        listing "$1"
    elif [ "${1%.md}" != "$1" ]; then
        written "$1"
    else
        install -D -m 644 "$1" "$into/$1"
    fi
}

linked() ( # linked PAGE FOLDER TITLE: Markdown that stands in FOLDER is read; in a shell of its own, since one page leads to the next
    text=$(cmark-gfm --unsafe -e table -e autolink | named)
    printf '%s\n' "$text" | page "$1" "$3"
    printf '%s\n' "$text" | grep -o ' \(href\|src\)="[^"#][^"]*"' | sed 's/.*="//; s/"$//' | sort -u | while read -r link; do
        case $link in *:*) continue ;; esac
        file=$(target "$2" "$link")
        [ -e "$file" ] || { echo "site: $1 leads to '$link', which is not there" >&2 && exit 1; }
        brought "$file"
        leads=$(realpath -m --relative-to="./$(dirname "$1")" "./$(place "$file")")
        case $link in *'#'*) leads=$leads#${link#*#} ;; esac
        sed -i "s~\(href\|src\)=\"$link\"~\1=\"$leads\"~g" "$into/$1"
    done
)
written() { # written FILE.md
    linked "$(place "$1")" "$(dirname "$1")" "$(sed -n '1s/^# *//p' "$1" | escaped)" <"$1"
}
written README.md
sed -n '/^## Known incidents/,/^## [^K]/{/^## [^K]/!p}' README.md | linked incidents.html . "known incidents"

# ---- runs: their pages as they are, below the navigation, with the tables that they lead to; and what their claims say
for run in "$@"; do
    name=$(basename "$(realpath "$run")")
    mkdir -p "$into/runs/$name"
    for also in cells.csv plots percentiles; do [ ! -e "$run/$also" ] || cp -R "$run/$also" "$into/runs/$name"; done
    awk -v nav="$(navigation ../../)" '{ print } /^<body/ && !done { print nav; done = 1 }' "$run/report.html" >"$into/runs/$name/index.html"
    printf '<li><a href="runs/%s/index.html">%s</a>: commit %s\n' "$name" "$name" "$(jq -r '"\(.build.commit), \(.environment.cpu)"' "$run/run.json" | escaped)"
done | { echo '<h1>Runs</h1><ul>' && cat && echo '</ul>'; } | page runs.html "runs"
for run in "$@"; do
    for file in results/claims/*.json; do
        claims=$(basename "$file" .json)
        [ "$claims" != baseline ] || continue # is about counters of one commit and another: make regress
        said=$("$build/heapbench" claims "$run" "$claims" 2>/dev/null) || continue
        case $(printf '%s' "$said" | tail -n 1) in *': 0 hold, 0 open '*' 0 miss,'*) continue ;; esac # nothing of it was measured
        printf '<h2>%s</h2><p>of <a href="runs/%s/index.html">%s</a>, by <a href="%s">%s</a></p><pre>%s</pre>\n' "$claims" "$(basename "$(realpath "$run")")" \
            "$(basename "$(realpath "$run")")" "$file" "$file" "$(printf '%s' "$said" | escaped)"
        install -D -m 644 "$file" "$into/$file"
    done
done >"$into/claims"
[ -s "$into/claims" ] || echo '<p>These runs measured nothing that a file of claims names; <code>make peers</code> makes one that did.</p>' >"$into/claims"
{ echo '<h1>Claims</h1>' && cat "$into/claims"; } | page claims.html "claims"
rm "$into/claims"

# ---- history, manual
history=${HISTORY:-results/history.ndjson}
if [ -f "$history" ]; then
    { echo '<h1>History</h1><pre>' && "$build/heapbench" history report --all --file "$history" | escaped && echo '</pre>'; } | page history.html "history"
else
    echo '<h1>History</h1><p>None is kept yet: <code>make history</code> begins one.</p>' | page history.html "history"
fi
for file in "$manual"/*.1; do
    mandoc -T html -O fragment "$file" | page "manual/$(basename "$file" .1).html" "$(basename "$file" .1)"
done
for file in "$manual"/*.1; do
    name=$(basename "$file" .1)
    printf '<li><a href="%s.html">%s</a> %s\n' "$name" "$name" "$(sed -n 's/^heapbench[a-z-]* \\- //p' "$file" | head -n 1 | escaped)"
done | { echo '<h1>Manual</h1><ul>' && cat && echo '</ul>'; } | page manual/index.html "manual"
echo "$into/index.html"
