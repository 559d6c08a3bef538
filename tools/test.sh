#!/bin/sh
# Passes all tests: installs what is missing, builds, runs the tests in memory with the address
# and undefined-behaviour sanitizers, then every test of the development build. Options go to ctest
# ("sh tools/test.sh -R flow"). The summary of ctest comes last; the first run that fails ends it.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
sh tools/install-packages.sh
sh tools/build.sh asan-ubsan
sh tools/build.sh dev

jobs=$(getconf _NPROCESSORS_ONLN)
echo "== tests in memory with sanitizers"
ctest --test-dir build/asan-ubsan --output-on-failure -j "$jobs" -L 'unit|flow|engine|fuzz' "$@"
echo "== all tests"
# Many of these wait for a clock and not for a processor.
ctest --test-dir build/dev --output-on-failure -j $((2 * jobs)) "$@"
