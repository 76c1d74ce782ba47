#compdef heapbench
# heapbench.zsh - completion for zsh. It asks heapbench itself, so it knows what that knows.

local -a words_
case $words[CURRENT-1] in
--strategy) words_=(${(f)"$(heapbench list strategies 2>/dev/null | sed -n 's/^  \([a-z_0-9]*\)    .*/\1/p')"}) ;;
--workload) words_=(${(f)"$(heapbench list workloads 2>/dev/null | sed -n 's/^  \([a-z_0-9]*\)    .*/\1/p')"}) ;;
--backing) words_=(${(f)"$(heapbench list backings 2>/dev/null | sed -n 's/^  \([a-z_0-9]*\).*/\1/p')"}) ;;
*)
    if ((CURRENT == 2)); then
        words_=(${(f)"$(heapbench --help 2>/dev/null | sed -n 's/^  \([a-z]*\)  .*/\1/p')"})
    elif [[ $words[CURRENT] == -* ]]; then
        words_=(${(f)"$(heapbench $words[2] --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p')"})
    fi
    ;;
esac
((${#words_})) && compadd -a words_ || _files
