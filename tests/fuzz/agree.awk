# agree.awk - read what contract_replay prints, of several strategies: whoever claims a figure of an input must
# give the same. Says what the first input is that fails or differs, in one line, and exits 1.
bad { next }
$3 == "FAILED" {
    bad = "input " $1 ": " $2 " is broken:"
    for (i = 4; i <= NF; i++)
        bad = bad " " $i
    next
}
{ figure = $1 " " $3 }
!(figure in value) {
    value[figure] = $4
    who[figure] = $2
}
value[figure] != $4 { bad = "input " $1 ": " who[figure] " and " $2 " differ in " $3 ": " value[figure] ", " $4 }
END {
    if (bad)
        print bad
    else if (!NR)
        print bad = "no strategy printed anything"
    exit bad != ""
}
