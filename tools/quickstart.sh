#!/bin/sh
# The main job, live: an update over the air whose power is cut in the middle of the download, which
# passes; then the same with one wrong expectation, which fails. Sets up and builds what it needs.
# Exits 0 when both ended as announced.
set -eu

cd "$(dirname "$0")/.."
sh tools/install-packages.sh
sh tools/build.sh release hl78sim_tool

program=build/release/tools/hl78sim
scenario=scenarios/fota/power-cut-mid-download.json
# Watched by a person the three virtual minutes take some seconds; otherwise an instant.
time=virtual
[ ! -t 1 ] || time=x40

# explain TEXT...: one sentence about what follows.
explain() {
    printf "\n"
    printf "== %s\n" "$*" | fold -s -w 90
    printf "\n"
}

# expect_status WANTED COMMAND...: runs it; another exit status ends this script.
expect_status() {
    wanted=$1
    shift
    status=0
    "$@" || status=$?
    [ "$status" -eq "$wanted" ] && return 0
    echo "quickstart: expected exit status $wanted, got $status: $*" >&2
    exit 1
}

explain "An emulated modem and a host engine carry out a firmware update. At 38 % of the download" \
    "the modem loses its power for ten seconds; it resumes from what its flash holds, installs," \
    "restarts, and the server hears of it. (> host, < answer, * unsolicited, ! around the wire)"
expect_status 0 "$program" run "$scenario" --time "$time" --transcript -

explain "The same run, but one expectation is wrong: the new firmware is to be reported within a" \
    "minute, and installing alone takes longer. The gate closes: exit status 1, the last lines of" \
    "the dialogue, and a line that repeats exactly this run."
expect_status 1 "$program" run "$scenario" --time virtual \
    --set 'expect.1={"seen":{"urc":"+WDSI: 16"},"within":"1m"}'

explain "Both ended as announced: the first passed, the second failed. Next: README.md."
