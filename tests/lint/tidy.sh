#!/bin/sh
# clang-tidy over every C file that a build compiles, with the checks of .clang-tidy.
# usage: tidy.sh BUILD-FOLDER [checks|analyzer]
#   checks    (unless said) all but the path-sensitive analyzer: seconds
#   analyzer  the path-sensitive analyzer only, without the tests, whose fatal assertions it does
#             not know: minutes
set -u

build=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
skipped="^$build/"
case ${2:-checks} in
checks)
    checks='-clang-analyzer-*'
    ;;
analyzer)
    checks='-bugprone-*,-misc-*,-performance-*,-readability-*'
    skipped="$skipped\\|^$top/tests/"
    ;;
*) echo "usage: tidy.sh BUILD-FOLDER [checks|analyzer]" >&2 && exit 2 ;;
esac

# One file a process: the analyzer of clang-tidy 14 invents faults when one process takes several.
files=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
    grep "^$top/" | grep -v "$skipped" | sort -u)
printf '%s\n' "$files" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 \
    clang-tidy -p "$build" --quiet "--checks=$checks" 2>/dev/null
status=$?
printf '%s files\n' "$(printf '%s\n' "$files" | wc -l)"
exit $status
