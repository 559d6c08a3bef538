#!/bin/sh
# sweep.sh HL78SIM AT_LEAST explore-arguments...: every place recovers, every kind of cut point that
# there is was struck, at least so many places were tried, and the last line says so.
set -u
tool=$1
at_least=$2
shift 2

out=$("$tool" explore "$@" 2>&1)
status=$?
printf '%s\n' "$out"
if [ "$status" -ne 0 ]; then
    echo "explore ended with $status" >&2
    exit 1
fi
printf '%s\n' "$out" | tail -n 1 | awk -v at_least="$at_least" '
    /^[0-9]+ of [0-9]+ places recovered$/ && $1 == $3 && $1 + 0 >= at_least + 0 { good = 1 }
    END { exit !good }' || { echo "the last line is not that of a whole recovery" >&2; exit 1; }
if printf '%s\n' "$out" | grep -Eq '^[a-z]+ +0 struck, 0 recovered \([1-9]'; then
    echo "a kind of cut point was never struck" >&2
    exit 1
fi
