#!/bin/sh
# repeat.sh HL78SIM SCENARIOS: the same seed gives the same trace byte for byte, in one process and
# in two; another seed gives another one.
set -eu
tool=$1
scenarios=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Some scenarios are about DTLS, which not every build has.
which=
case $("$tool" --version) in *"without DTLS"*) which='!tag:dtls' ;; esac
"$tool" run "$scenarios" --repeat 2 ${which:+-k "$which"} > /dev/null
for scenario in "$scenarios"/basic/*.json "$scenarios"/fota/*.json; do
    "$tool" run "$scenario" --trace "$work/first" > /dev/null
    "$tool" run "$scenario" --trace "$work/second" > /dev/null
    cmp "$work/first" "$work/second"
    lines=$(wc -l < "$work/first")
    [ "$lines" -gt 20 ] || { echo "$scenario: a trace of $lines lines" >&2; exit 1; }
done
"$tool" run "$scenarios/fota/update-small-package.json" --seed 2 --trace "$work/other" > /dev/null
"$tool" run "$scenarios/fota/update-small-package.json" --trace "$work/first" > /dev/null
tail -n +2 "$work/first" > "$work/first.events"
tail -n +2 "$work/other" > "$work/other.events"
if cmp -s "$work/first.events" "$work/other.events"; then
    echo "the seed changes nothing" >&2
    exit 1
fi
