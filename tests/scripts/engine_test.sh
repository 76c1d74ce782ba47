#!/bin/sh
# engine_test.sh - jobs that an engine hands out: bundles, work cut off and handed out again, ssh to a machine of its own, Slurm.
. "$(dirname "$0")/tap.sh"
