#!/bin/sh
# validate_test.sh - the short form of make validate: two programs at two settings.
. tests/scripts/tap.sh
build=${BUILD_DIR:-build}
if [ ! -d "$build/recorder" ] || [ ! -x /usr/bin/python3.11 ]; then
    tap_skip "predictions are compared with a plain interpreter" "no recorder in this build, or no CPython 3.11"
    tap_done
    exit
fi
out=$(LOOSE=1 SETTINGS='700,10,10 2000,10,10' tests/validate/validate "$build" tests/validate/programs/classes.py tests/validate/programs/tasks.py 2>&1)
tap_ok $? "two programs are predicted within the limits"
echo "$out" | sed 's/^/# /'
tap_is "4 rows of 2 programs" "$(echo "$out" | grep -o '^4 rows of 2 programs')" "at two settings"
tap_done
