# What the tests of the command line share; to be sourced with the arguments HL78SIM SCENARIOS.
# Gives $sim, $scenarios and a folder $tmp; the test ends with `finish`.
set -u

sim=$1
scenarios=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failures=0

fail() {
    echo "FAILED: $*"
    echo "--- standard output"; cat "$tmp/out"
    echo "--- standard error"; cat "$tmp/err"
    failures=$((failures + 1))
}

# expect CODE ARGUMENT...: runs hl78sim and wants that exit code.
expect() {
    wanted=$1
    shift
    "$sim" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    code=$?
    [ "$code" -eq "$wanted" ] || fail "hl78sim $*: exit code $code and not $wanted"
}

# Wants a basic regular expression in what came last, or nothing of it.
out_has() { grep -q -e "$1" "$tmp/out" || fail "no \"$1\" on standard output"; }
out_lacks() { if grep -q -e "$1" "$tmp/out"; then fail "\"$1\" on standard output"; fi; }
err_has() { grep -q -e "$1" "$tmp/err" || fail "no \"$1\" on standard error"; }
silent() { [ ! -s "$tmp/$1" ] || fail "something on standard $1"; }

# scenario FILE NAME EXPECT [MORE]: writes $tmp/FILE.json; MORE are further keys, with a comma behind.
scenario() {
    printf '{"name": "%s", "modem": {"profile": "HL7800-4.6.8.0"}, "ends": {"limit": "1m"},\n %s "expect": %s}\n' \
        "$2" "${4-}" "$3" >"$tmp/$1.json"
}

finish() {
    [ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }
    echo "all passed"
}
