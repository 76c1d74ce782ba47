# tap.sh - the few functions of a test script; source it. At the end call tap_done.

tap_count=0
tap_failed=0

# tap_ok CONDITION_STATUS TEXT - e.g.  cmp -s a b; tap_ok $? "the files agree"
tap_ok() {
    tap_count=$((tap_count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tap_count - $2"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $2"
    fi
}

# tap_is EXPECTED GOT TEXT - both are shown when they differ.
tap_is() {
    [ "$1" = "$2" ]
    tap_ok $? "$3"
    [ "$1" = "$2" ] || printf '# expected: %s\n# got:      %s\n' "$1" "$2"
}

# tap_skip TEXT REASON
tap_skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# tap_release_only TEXT REASON - ends the script here, skipped, in builds with sanitizers.
tap_release_only() {
    [ "${BUILD_DIR:-build}" = build ] && return
    tap_skip "$1" "$2"
    tap_done
    exit
}

tap_done() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ]
}
