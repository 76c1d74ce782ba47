# heapbench.bash - completion for bash. It asks heapbench itself, so it knows what that knows.

_heapbench_words() { # _heapbench_words COMMAND PREVIOUS: what may come next
    case $2 in
    --strategy) heapbench list strategies | sed -n 's/^  \([a-z_0-9]*\)    .*/\1/p' ;;
    --workload) heapbench list workloads | sed -n 's/^  \([a-z_0-9]*\)    .*/\1/p' ;;
    --backing) heapbench list backings | sed -n 's/^  \([a-z_0-9]*\).*/\1/p' ;;
    heapbench) heapbench --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' ;;
    *) heapbench "$1" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' ;;
    esac 2>/dev/null
}

_heapbench() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    [ "$COMP_CWORD" -gt 1 ] || previous=heapbench
    case $current$previous in
    --*) ;;
    *--strategy | *--workload | *--backing | *heapbench) ;;
    *) return ;; # a file
    esac
    mapfile -t COMPREPLY < <(compgen -W "$(_heapbench_words "${COMP_WORDS[1]}" "$previous")" -- "$current")
}
complete -o default -F _heapbench heapbench
