# table.awk - the table of sums --markdown: first the kinds, then what was tried.
FNR == NR { by[++kinds] = $1; name[kinds] = $2; looks[kinds] = $3; said[kinds] = $4; next }
$1 == "tried" || $1 == "more" {
    for (kind = 1; kind <= kinds && $2 !~ looks[kind]; kind++) {}
    if (kind > kinds) { name[kind = ++kinds] = $2; looks[kind] = "^$" }
    part = $2
    sub(/ \(in all runs so far\)/, "", part)
    gsub(said[kind] == "" ? ".*" : said[kind], "", part)
    if (part != "") parts[kind] = parts[kind] (parts[kind] == "" ? ": " : "; ") part " " $3 ($4 ? " (" $4 " lost)" : "")
    count[kind] += $3
    lost[kind] += $4
    split($5 == "" ? "?" : $5, commits, " to ")
    for (i = 1; i in commits; i++)
        if (!seen[kind, commits[i]]++) at[kind] = at[kind] (at[kind] == "" ? "" : ", ") commits[i]
}
END {
    print "| what was tried | by | how often | lost | at commit |\n| --- | --- | --: | --: | --- |"
    for (kind = 1; kind <= kinds; kind++)
        if (kind in count)
            printf "| %s%s | %s | %d | %d | %s |\n", name[kind], parts[kind], by[kind] == "" ? "" : "`make " by[kind] "`", count[kind], lost[kind], at[kind]
}
