#!/bin/sh
# Configures and builds a preset of CMakePresets.json into build/PRESET.
# usage: build.sh [PRESET [TARGET...]]   (dev unless said)
set -eu

cd "$(dirname "$0")/.."
preset=${1:-dev}
[ $# -eq 0 ] || shift

# A folder that was configured once keeps its generator.
if [ -f "build/$preset/CMakeCache.txt" ] || ! command -v ninja >/dev/null 2>&1; then
    cmake --preset "$preset" >/dev/null
else
    cmake --preset "$preset" -G Ninja >/dev/null
fi
jobs=$(getconf _NPROCESSORS_ONLN)
if [ $# -gt 0 ]; then
    cmake --build --preset "$preset" --parallel "$jobs" --target "$@"
else
    cmake --build --preset "$preset" --parallel "$jobs"
fi
