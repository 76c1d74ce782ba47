#!/bin/sh
# version.sh - says the version, from its one home.
sed -n 's/^#define HEAPBENCH_VERSION "\(.*\)"/\1/p' "$(dirname "$0")/../base/version.h"
